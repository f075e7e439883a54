//! A parser, ready to read.

use std::borrow::Cow;

use xinglin_core::{Field, FieldName, FieldType, Text, Value};

use super::{
    super::{
        draft::{Draft, Kind, Raw},
        form::{self, Memory},
        json,
        note::NoteKind,
        pairs, time,
    },
    names::Names,
    pattern::{Captures, Pattern},
    spec::{Form, Test, When},
};

/// A message of pairs that nobody claims has at least so many.
const LEAST_PAIRS: usize = 3;
/// Messages stand within values of messages so deep.
const MOST_WITHIN: u8 = 3;

/// A parser of one kind of message.
#[derive(Debug)]
pub(crate) struct Parser {
    pub(crate) name: String,
    pub(crate) title: Text,
    pub(crate) dataset: String,
    pub(crate) order: u16,
    pub(crate) when: When,
    pub(crate) form: Form,
    pub(crate) lines: Vec<(Pattern, Vec<Constant>)>,
    pub(crate) targets: Vec<Target>,
    pub(crate) keys: Names<u16>,
    pub(crate) pairs: pairs::Style,
    pub(crate) between: char,
    /// The target of each column, by the names that were declared.
    pub(crate) columns: Vec<Option<u16>>,
    pub(crate) strip: Vec<String>,
    pub(crate) prefix: String,
    /// Whether any common field has the prefix.
    pub(crate) may_be_common: bool,
    pub(crate) nothing: Vec<String>,
    /// Bytes of the longest of these.
    pub(crate) nothing_bytes: usize,
    pub(crate) set: Vec<Constant>,
    pub(crate) choices: Vec<Choices>,
    pub(crate) tests: Vec<Test>,
}

/// What becomes of a value.
#[derive(Debug)]
pub(crate) struct Target {
    pub(crate) place: Place,
    pub(crate) kind: Kind,
    pub(crate) translate: Option<Names<Box<str>>>,
}

/// Where a value goes.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Place {
    Field(FieldName<'static>),
    /// The time, written in any known way.
    Time,
    Date,
    Clock,
    Offset,
    /// The time, counted since 1970.
    Epoch,
    /// An address of the web, or the path and query of one.
    Url,
    /// Pairs within the value.
    Pairs,
    /// JSON within the value.
    Json,
    /// What the program of the entry wrote.
    Message,
    Skip,
}

/// A value that a parser adds by itself.
#[derive(Debug)]
pub(crate) struct Constant {
    pub(crate) name: FieldName<'static>,
    pub(crate) value: Added,
}

#[derive(Debug)]
pub(crate) enum Added {
    Word(Box<str>),
    Integer(i64),
    /// The value of this field, which is no longer there then.
    Moved(FieldName<'static>),
}

/// Constants by the value of a field.
#[derive(Debug)]
pub(crate) struct Choices {
    pub(crate) field: FieldName<'static>,
    pub(crate) by_value: Names<Vec<u16>>,
    pub(crate) sets: Vec<Vec<Constant>>,
}

/// The name, borrowed from the parser.
fn lend<'a>(name: &'a FieldName<'static>) -> FieldName<'a> {
    match name {
        FieldName::Common(field) => FieldName::Common(*field),
        FieldName::Other(name) => FieldName::Other(Cow::Borrowed(name)),
    }
}

impl Parser {
    /// Reads a message; whether it is one of this parser's. If not, nothing was added.
    pub(crate) fn read<'a>(
        &'a self,
        draft: &mut Draft<'a>,
        body: &'a str,
        memory: &mut Memory,
    ) -> bool {
        let fields = draft.fields.len();
        let notes = draft.notes.len();
        let is_read = match self.form {
            Form::Lines => self.read_lines(draft, body),
            Form::Pairs => {
                let least = if self.when.nobody_else {
                    LEAST_PAIRS
                } else {
                    1
                };
                self.read_pairs(draft, body) >= least
            }
            Form::Json => self.read_json(draft, body),
            Form::Columns => form::columns::read(self, draft, body),
            Form::Cef => form::cef::read(self, draft, body),
            Form::Leef => form::leef::read(self, draft, body),
            Form::WindowsXml => form::windows::read(self, draft, body),
            Form::XmlAttributes => form::xml::read(self, draft, body),
            Form::W3c | Form::Zeek => form::table::read(self, draft, body, memory),
            Form::Auditd => form::auditd::read(self, draft, body),
            Form::Journal => form::journal::read(self, draft, body),
            Form::JournalJson => form::journal::read_json(self, draft, body),
            Form::Otlp => form::otlp::read(self, draft, body),
            Form::Atna => form::atna::read(self, draft, body),
        };
        if is_read {
            self.conclude(draft);
        } else {
            draft.fields.truncate(fields);
            draft.notes.truncate(notes);
        }
        is_read
    }

    fn read_lines<'a>(&'a self, draft: &mut Draft<'a>, body: &'a str) -> bool {
        let mut captures = Captures::new();
        for (pattern, constants) in &self.lines {
            if !pattern.matches(body, &mut captures) {
                continue;
            }
            for (target, part) in captures.of(body) {
                self.give(draft, target, Raw::borrowed(part));
            }
            add(draft, constants);
            return true;
        }
        false
    }

    fn read_pairs<'a>(&'a self, draft: &mut Draft<'a>, text: &'a str) -> usize {
        pairs::each(text, &self.pairs, |(name, value)| {
            self.take(draft, name, Raw::Text(value));
        })
    }

    fn read_json<'a>(&'a self, draft: &mut Draft<'a>, text: &'a str) -> bool {
        let mut count = 0_usize;
        let outcome = json::each(text, &mut |path, raw| {
            count += 1;
            self.take(draft, path, raw);
        });
        match outcome {
            json::Outcome::Whole(length) => {
                let rest = text.get(length..).unwrap_or_default();
                if !rest.trim().is_empty() {
                    draft.note(NoteKind::Malformed, rest);
                }
            }
            json::Outcome::Broken => draft.note(NoteKind::Malformed, text),
            json::Outcome::TooDeep => draft.note(NoteKind::TooDeep, text),
        }
        count > 0
    }

    /// A value by its name in the message.
    pub(crate) fn take<'a>(&'a self, draft: &mut Draft<'a>, name: &str, raw: Raw<'a>) {
        let mut name = name;
        for beginning in &self.strip {
            if let Some(rest) = name.strip_prefix(beginning.as_str()) {
                name = rest;
                break;
            }
        }
        if let Some(target) = self.keys.get(name) {
            self.give(draft, *target, raw);
        } else if !self.is_nothing(raw.as_str()) && !name.is_empty() {
            let name = if self.prefix.is_empty() {
                FieldName::new(name.to_owned())
            } else {
                let mut whole = String::with_capacity(self.prefix.len() + 1 + name.len());
                whole.push_str(&self.prefix);
                whole.push('.');
                whole.push_str(name);
                if self.may_be_common {
                    FieldName::new(whole)
                } else {
                    FieldName::Other(Cow::Owned(whole))
                }
            };
            draft.put(name, Kind::Natural, raw);
        }
    }

    fn is_nothing(&self, text: &str) -> bool {
        text.len() <= self.nothing_bytes && self.is_one_of_nothing(text)
    }

    fn is_one_of_nothing(&self, text: &str) -> bool {
        text.is_empty() || self.nothing.iter().any(|nothing| nothing == text)
    }

    /// A value by the number of its target.
    pub(crate) fn give<'a>(&'a self, draft: &mut Draft<'a>, target: u16, raw: Raw<'a>) {
        let Some(target) = self.targets.get(usize::from(target)) else {
            return;
        };
        if self.is_nothing(raw.as_str()) {
            return;
        }
        let name = match &target.place {
            Place::Field(name) => name,
            Place::Skip => return,
            Place::Url => {
                form::url::put(draft, &raw);
                return;
            }
            Place::Message => {
                match raw {
                    Raw::Text(Cow::Borrowed(part)) if draft.within.is_none() => {
                        draft.within = Some(part);
                    }
                    other => draft.put(Field::MESSAGE.into(), Kind::Text, other),
                }
                return;
            }
            Place::Pairs | Place::Json => {
                if let Raw::Text(Cow::Borrowed(part)) = raw {
                    if draft.depth >= MOST_WITHIN {
                        draft.note(NoteKind::TooDeep, part);
                        return;
                    }
                    draft.depth += 1;
                    if target.place == Place::Pairs {
                        self.read_pairs(draft, part);
                    } else {
                        self.read_json(draft, part);
                    }
                    draft.depth -= 1;
                }
                return;
            }
            place => {
                if !put_time(draft, place, raw.as_str()) {
                    draft.note(NoteKind::Time, raw.as_str());
                }
                return;
            }
        };
        if let Some(other) = target
            .translate
            .as_ref()
            .and_then(|map| map.get(raw.as_str()))
        {
            draft.put(lend(name), target.kind, Raw::borrowed(other));
        } else {
            draft.put(lend(name), target.kind, raw);
        }
    }

    fn conclude<'a>(&'a self, draft: &mut Draft<'a>) {
        for choices in &self.choices {
            let chosen = draft
                .position(&choices.field)
                .and_then(|at| draft.fields.get(at))
                .map(|entry| match &entry.value {
                    Value::Text(text) => choices.sets_of(text),
                    value => choices.sets_of(&value.to_text()),
                });
            for set in chosen.into_iter().flatten() {
                if let Some(constants) = choices.sets.get(usize::from(*set)) {
                    add(draft, constants);
                }
            }
        }
        add(draft, &self.set);
        draft.word(Field::EVENT_DATASET, &self.dataset);
    }
}

impl Choices {
    fn sets_of(&self, value: &str) -> &[u16] {
        let found = self.by_value.get(value).or_else(|| self.by_value.get("*"));
        found.map(Vec::as_slice).unwrap_or_default()
    }
}

fn put_time(draft: &mut Draft<'_>, place: &Place, text: &str) -> bool {
    match place {
        Place::Time => match (time::leading(text), time::epoch(text)) {
            (Some((stamp, _)), _) => {
                draft.stamp(&stamp);
                true
            }
            // A number of fewer digits may be anything.
            (None, Some(at)) if text.len() >= 10 => {
                draft.instant(at);
                true
            }
            (None, _) => false,
        },
        Place::Date => {
            draft.date = time::date(text);
            draft.date.is_some()
        }
        Place::Clock => {
            draft.clock = time::clock(text);
            draft.clock.is_some()
        }
        Place::Offset => {
            draft.offset = time::offset(text);
            draft.offset.is_some()
        }
        Place::Epoch => match time::epoch(text) {
            Some(at) => {
                draft.instant(at);
                true
            }
            None => false,
        },
        _ => true,
    }
}

fn add<'a>(draft: &mut Draft<'a>, constants: &'a [Constant]) {
    for constant in constants {
        let name = lend(&constant.name);
        match &constant.value {
            // What the message itself says counts more, and so does what was added first.
            _ if draft.has(&name) => {}
            Added::Word(word) => draft.word(name, word),
            Added::Integer(number) => draft.constant(name, Value::Integer(*number)),
            Added::Moved(from) => rename(draft, from, name),
        }
    }
}

fn rename<'a>(draft: &mut Draft<'a>, from: &FieldName<'static>, to: FieldName<'a>) {
    let Some(at) = draft.position(from) else {
        return;
    };
    let is_text = match &to {
        FieldName::Other(_) => true,
        FieldName::Common(field) => {
            matches!(field.value_type(), FieldType::Keyword | FieldType::Text)
        }
    };
    if is_text {
        draft.rename(at, to);
        return;
    }
    let entry = draft.fields.remove(at);
    if let Value::Text(text) = entry.value {
        let before = draft.fields.len();
        draft.put(to, Kind::Natural, Raw::Text(text));
        if draft.fields.len() > before {
            // Where it stood, so that fields keep the order of the text.
            draft
                .fields
                .get_mut(at..)
                .unwrap_or_default()
                .rotate_right(1);
        }
    }
}
