//! A record of OpenTelemetry in JSON, whose attributes are lists of keys and values.

use super::super::{
    content::parser::Parser,
    draft::{Draft, Raw},
    json,
    note::NoteKind,
};

/// Where the value of an attribute stands, behind the path of its list.
const VALUE: &str = ".value.";
/// Within a value that is itself a list of keys and values.
const KEYS: &str = "kvlistValue.values.";

/// Reads a record. What stands in lists of attributes, of resource, scope and record alike, has
/// its key as its name; everything else its path.
pub(crate) fn read<'a>(parser: &'a Parser, draft: &mut Draft<'a>, body: &'a str) -> bool {
    let mut count = 0_usize;
    let mut keys = Keys::default();
    let outcome = json::each(body, &mut |path, raw| {
        count += 1;
        keys.take(parser, draft, path, raw);
    });
    match outcome {
        json::Outcome::Whole(length) => {
            let rest = body.get(length..).unwrap_or_default();
            if !rest.trim().is_empty() {
                draft.note(NoteKind::Malformed, rest);
            }
        }
        json::Outcome::Broken => draft.note(NoteKind::Malformed, body),
        json::Outcome::TooDeep => draft.note(NoteKind::TooDeep, body),
    }
    count > 0
}

/// The keys whose values come next: of an attribute, and within it.
#[derive(Default)]
struct Keys {
    name: String,
    /// Where in `name` the key of each level ends.
    ends: Vec<usize>,
}

impl Keys {
    fn take<'a>(&mut self, parser: &'a Parser, draft: &mut Draft<'a>, path: &str, raw: Raw<'a>) {
        // The body of a record may be a list of keys and values, too.
        let (list, within) = match path.split_once("attributes.") {
            Some(parts) => parts,
            None => match path.split_once("logRecord.body.") {
                Some((_, within)) if within.starts_with(KEYS) => ("", within),
                Some(_) => {
                    parser.take(draft, "body", raw);
                    return;
                }
                None => {
                    parser.take(draft, path, raw);
                    return;
                }
            },
        };
        let is_body = list.is_empty();
        let within = if is_body {
            within.strip_prefix(KEYS).unwrap_or(within)
        } else {
            within
        };
        let depth = within.matches(KEYS).count();
        if within.rsplit('.').next() == Some("key") {
            self.begin(depth, is_body, raw.as_str());
        } else if self.ends.len() > depth && format!(".{within}").contains(VALUE) {
            self.ends.truncate(depth + 1);
            self.name
                .truncate(self.ends.last().copied().unwrap_or_default());
            parser.take(draft, &self.name, raw);
        }
    }

    fn begin(&mut self, depth: usize, is_body: bool, key: &str) {
        self.ends.truncate(depth);
        self.name
            .truncate(self.ends.last().copied().unwrap_or_default());
        if depth == 0 {
            self.name.clear();
            if is_body {
                self.name.push_str("body");
            }
        }
        if !self.name.is_empty() {
            self.name.push('.');
        }
        self.name.push_str(key);
        self.ends.resize(depth, self.name.len());
        self.ends.push(self.name.len());
    }
}
