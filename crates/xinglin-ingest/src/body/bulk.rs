//! The part of Elasticsearch's `_bulk` that senders of logs use: `index` and `create`.

use super::{Body, BodyError, Limits, RejectReason};
use crate::parse::json::extent::{self, extent as end_of};

/// Names of indexes and documents are remembered so long, for the answer.
const LONGEST_NAME: usize = 512;

/// What is asked to be done with a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkAction {
    /// Kept as an event.
    Index,
    /// Kept as an event.
    Create,
    /// Not done: what was received does not change.
    Update,
    /// Not done, likewise.
    Delete,
}

impl BulkAction {
    fn word(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Create => "create",
            Self::Update => "update",
            Self::Delete => "delete",
        }
    }
}

/// What became of one action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BulkItem<'a> {
    /// What was asked for.
    pub action: BulkAction,
    /// The index it names, as written in JSON.
    pub index: Option<&'a str>,
    /// The document it names, as written in JSON.
    pub id: Option<&'a str>,
    /// Why it is not kept; if it is, its message is the next of the body.
    pub rejected: Option<RejectReason>,
}

/// A body of `_bulk`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bulk<'a> {
    /// Its messages.
    pub body: Body<'a>,
    /// What is to be answered, in the order of the actions.
    pub items: Vec<BulkItem<'a>>,
}

/// Takes a body of `_bulk` apart. As in Elasticsearch, an action that cannot be read makes the
/// rest unreadable; a document that cannot is rejected alone.
///
/// # Errors
///
/// When a line that should be an action is none, or there are too many.
pub fn bulk(body: &[u8], limits: Limits) -> Result<Bulk<'_>, BodyError> {
    let mut read = Bulk {
        body: Body::default(),
        items: Vec::new(),
    };
    let mut lines = (1..).zip(body.split(|byte| *byte == b'\n'));
    while let Some((line, bytes)) = lines.next() {
        let Some(text) = text(bytes).filter(|text| !text.is_empty()) else {
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            return Err(BodyError {
                line,
                reason: RejectReason::NotUtf8,
            });
        };
        let Some(mut item) = action(text) else {
            return Err(BodyError {
                line,
                reason: RejectReason::Malformed,
            });
        };
        if read.items.len() >= limits.messages {
            return Err(BodyError {
                line,
                reason: RejectReason::TooMany,
            });
        }
        if item.action == BulkAction::Delete {
            item.rejected = Some(RejectReason::Unsupported);
        } else {
            let Some((_, document)) = lines.next() else {
                return Err(BodyError {
                    line,
                    reason: RejectReason::Malformed,
                });
            };
            item.rejected = match item.action {
                BulkAction::Update => Some(RejectReason::Unsupported),
                _ => read.body.document(document, &limits).err(),
            };
        }
        if let Some(reason) = item.rejected {
            let line = if item.action == BulkAction::Delete {
                line
            } else {
                line + 1
            };
            read.body.reject(line, reason, &limits);
        }
        read.items.push(item);
    }
    Ok(read)
}

fn text(bytes: &[u8]) -> Option<&str> {
    str::from_utf8(bytes).ok().map(str::trim_ascii)
}

impl<'a> Body<'a> {
    fn document(&mut self, bytes: &'a [u8], limits: &Limits) -> Result<(), RejectReason> {
        let text = text(bytes).ok_or(RejectReason::NotUtf8)?;
        if end_of(text.as_bytes())? != text.len() {
            return Err(RejectReason::Malformed);
        }
        if !text.starts_with('{') {
            return Err(RejectReason::NotAnObject);
        }
        self.take(text.as_bytes(), limits)
    }
}

/// An action such as `{"create":{"_index":"logs"}}`.
fn action(text: &str) -> Option<BulkItem<'_>> {
    if !text.starts_with('{') || end_of(text.as_bytes()) != Ok(text.len()) {
        return None;
    }
    let mut found = None;
    let mut count = 0;
    extent::members(text, |name, value| {
        count += 1;
        let action = match name {
            "index" => BulkAction::Index,
            "create" => BulkAction::Create,
            "update" => BulkAction::Update,
            "delete" => BulkAction::Delete,
            _ => return,
        };
        if value.starts_with('{') {
            found = Some((action, value));
        }
    });
    let (action, parameters) = found.filter(|_| count == 1)?;
    let mut item = BulkItem {
        action,
        index: None,
        id: None,
        rejected: None,
    };
    extent::members(parameters, |name, value| {
        let inner = value
            .strip_prefix('"')
            .and_then(|rest| rest.strip_suffix('"'));
        let inner = inner.filter(|inner| inner.len() <= LONGEST_NAME);
        match name {
            "_index" => item.index = inner,
            "_id" => item.id = inner,
            _ => {}
        }
    });
    Some(item)
}

impl Bulk<'_> {
    /// The answer that Elasticsearch would give, for when the messages are durable. `took` is
    /// in milliseconds; `index` is that of the request's path, for actions that name none.
    pub fn answer(&self, took: u64, index: &str) -> String {
        let errors = self.items.iter().any(|item| item.rejected.is_some());
        let mut answer = String::with_capacity(64 + self.items.len() * 64);
        let errors = if errors { "true" } else { "false" };
        let took = took.to_string();
        answer.extend(["{\"took\":", &took, ",\"errors\":", errors, ",\"items\":["]);
        for (place, item) in self.items.iter().enumerate() {
            if place > 0 {
                answer.push(',');
            }
            item.write(&mut answer, index);
        }
        answer.push_str("]}");
        answer
    }
}

impl BulkItem<'_> {
    fn write(&self, answer: &mut String, index: &str) {
        answer.extend(["{\"", self.action.word(), "\":{\"_index\":\""]);
        match self.index {
            // Parts of the request are written as they were.
            Some(index) => answer.push_str(index),
            None => escape(answer, index),
        }
        answer.push('"');
        if let Some(id) = self.id {
            answer.extend([",\"_id\":\"", id, "\""]);
        }
        let end = match self.rejected {
            None => ",\"_version\":1,\"result\":\"created\",\"status\":201}}".to_owned(),
            Some(reason) => {
                let (status, kind) = match reason {
                    RejectReason::TooMany => (429, "es_rejected_execution_exception"),
                    RejectReason::TooLong => (413, "content_too_long"),
                    RejectReason::Unsupported => (400, "action_request_validation_exception"),
                    _ => (400, "document_parsing_exception"),
                };
                format!(
                    ",\"status\":{status},\"error\":{{\"type\":\"{kind}\",\"reason\":\"{}\"}}}}}}",
                    reason.word()
                )
            }
        };
        answer.push_str(&end);
    }
}

/// Writes a text as it stands between the quotes of JSON.
fn escape(answer: &mut String, text: &str) {
    for character in text.chars() {
        match character {
            '"' | '\\' => answer.extend(['\\', character]),
            control if control.is_control() => {
                answer.extend(["\\u", &format!("{:04x}", u32::from(control))]);
            }
            other => answer.push(other),
        }
    }
}
