//! Logs of OpenTelemetry (OTLP 1) in JSON: a message for each record, with the resource and the
//! scope it is of, all three as they were written.

use std::borrow::Cow;

use super::{Body, BodyError, Limits, RejectReason};
use crate::parse::json::extent::{elements, extent, members};

/// Takes a request for `/v1/logs` apart. A message is an object of `resource`, `scope` and
/// `logRecord`, which the parser `otlp` reads.
///
/// # Errors
///
/// When the body is not JSON as a whole, or has nothing of such a request.
pub fn otlp(body: &[u8], limits: Limits) -> Result<Body<'_>, BodyError> {
    let refused = |reason| BodyError { line: 1, reason };
    let text = str::from_utf8(body).map_err(|_| refused(RejectReason::NotUtf8))?;
    let text = text.trim_ascii();
    let end = extent(text.as_bytes()).map_err(|problem| refused(problem.into()))?;
    if end != text.len() {
        return Err(refused(RejectReason::Malformed));
    }
    if !text.starts_with('{') {
        return Err(refused(RejectReason::NotAnObject));
    }
    let mut records = Records {
        body: Body::default(),
        limits,
        number: 0,
        joined: 0,
    };
    members(text, |name, value| {
        if name == "resourceLogs" {
            each_object(value, |of_resource| records.of_resource(of_resource));
        }
    });
    Ok(records.body)
}

/// The answer to a request whose messages are durable.
pub fn otlp_answer(body: &Body<'_>) -> String {
    match body.rejects.first() {
        None => "{}".to_owned(),
        Some(first) => format!(
            "{{\"partialSuccess\":{{\"rejectedLogRecords\":\"{}\",\"errorMessage\":\"record {} is {}\"}}}}",
            body.rejected,
            first.line,
            first.reason.word()
        ),
    }
}

struct Records<'a> {
    body: Body<'a>,
    limits: Limits,
    number: usize,
    joined: usize,
}

impl Records<'_> {
    fn of_resource(&mut self, of_resource: &str) {
        let resource = member(of_resource, "resource");
        members(of_resource, |name, value| {
            if name == "scopeLogs" {
                each_object(value, |of_scope| self.of_scope(resource, of_scope));
            }
        });
    }

    fn of_scope(&mut self, resource: &str, of_scope: &str) {
        let scope = member(of_scope, "scope");
        members(of_scope, |name, value| {
            if name == "logRecords" && value.starts_with('[') {
                elements(value, |record| {
                    self.number += 1;
                    if let Err(reason) = self.take(resource, scope, record) {
                        self.body.reject(self.number, reason, &self.limits);
                    }
                });
            }
        });
    }

    fn take(&mut self, resource: &str, scope: &str, record: &str) -> Result<(), RejectReason> {
        if !record.starts_with('{') {
            return Err(RejectReason::NotAnObject);
        }
        let pieces = [
            "{\"resource\":",
            resource,
            ",\"scope\":",
            scope,
            ",\"logRecord\":",
            record,
            "}",
        ];
        let length = pieces.iter().map(|piece| piece.len()).sum::<usize>();
        if length > self.limits.message_bytes {
            return Err(RejectReason::TooLong);
        }
        // A resource stands in each of its messages, so few bytes may ask for many.
        if self.body.messages.len() >= self.limits.messages
            || self.joined + length > self.limits.joined_bytes
        {
            return Err(RejectReason::TooMany);
        }
        self.joined += length;
        self.body
            .messages
            .push(Cow::Owned(pieces.concat().into_bytes()));
        Ok(())
    }
}

/// An object in an object; an empty one when it has none of this name.
fn member<'a>(object: &'a str, wanted: &str) -> &'a str {
    let mut found = "{}";
    members(object, |name, value| {
        if name == wanted && value.starts_with('{') {
            found = value;
        }
    });
    found
}

/// The objects of a list.
fn each_object<'a>(list: &'a str, mut each: impl FnMut(&'a str)) {
    if list.starts_with('[') {
        elements(list, |element| {
            if element.starts_with('{') {
                each(element);
            }
        });
    }
}
