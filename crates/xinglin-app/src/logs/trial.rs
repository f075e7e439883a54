//! Trying parsers on a message, before anything is received.

use xinglin_core::{Event, EventField, FieldName, Text, Timestamp, Value};
use xinglin_ingest::{Format, Memory};

use super::reader::{note_words, settings};
use crate::{Actor, App, AppError, Code, Permission};

/// So long may a message be that is tried.
const MOST_BYTES: usize = 256 << 10;

/// A parser.
#[derive(Debug, Clone)]
pub struct Parser {
    /// Its name.
    pub name: String,
    /// What it reads.
    pub title: Text,
}

/// What was read in a message.
#[derive(Debug, Clone)]
pub struct Trial {
    /// The parser that read it; none when none knows it.
    pub parser: Option<String>,
    /// The event.
    pub event: Event<'static>,
    /// When it was tried.
    pub received_at: Timestamp,
    /// What could not be read as it should, by the words of parsers.
    pub notes: Vec<&'static str>,
}

impl App {
    /// All parsers, in the order in which they are tried.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub fn list_log_parsers(&self, actor: &Actor) -> Result<Vec<Parser>, AppError> {
        if !actor.may(Permission::LogsManage) {
            actor.require_sight(Permission::LogsRead)?;
        }
        let parsers = self.content().parsers().names();
        let parsers = parsers.map(|(name, title)| Parser {
            name: name.to_owned(),
            title: title.clone(),
        });
        Ok(parsers.collect())
    }

    /// Reads a message as it would be read if it came now. Nothing is kept.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`].
    pub fn try_log_parser(
        &self,
        actor: &Actor,
        text: &str,
        parser: Option<&str>,
    ) -> Result<Trial, AppError> {
        if !actor.may(Permission::LogsManage) {
            actor.require(Permission::LogsRead)?;
        }
        let parsers = self.content().parsers();
        if text.trim().is_empty() || text.len() > MOST_BYTES {
            let expected = format!("1 to {MOST_BYTES} bytes");
            return Err(AppError::new(Code::InvalidInput).field("text", "", expected));
        }
        if let Some(parser) = parser.filter(|parser| !parsers.has(parser)) {
            let expected = "the name of a parser";
            return Err(AppError::new(Code::InvalidInput).field("parser", parser, expected));
        }
        let received_at = self.now();
        let settings = settings(Format::from(parser));
        let text = text.trim_end_matches(['\r', '\n']);
        let parsed = parsers.parse(text, received_at, &settings, &mut Memory::default());
        Ok(Trial {
            parser: parsed.parser.map(str::to_owned),
            notes: note_words(&parsed.notes),
            event: owned(&parsed.event),
            received_at,
        })
    }
}

fn owned(event: &Event<'_>) -> Event<'static> {
    let fields = event.fields.iter().map(|field| EventField {
        name: FieldName::new(field.name.as_str().to_owned()),
        value: match &field.value {
            Value::Text(text) => Value::Text(text.clone().into_owned().into()),
            Value::Integer(number) => Value::Integer(*number),
            Value::Number(number) => Value::Number(*number),
            Value::Bool(yes) => Value::Bool(*yes),
            Value::Address(address) => Value::Address(*address),
        },
        span: None,
    });
    Event {
        at: event.at,
        at_from: event.at_from,
        text: event.text.clone().into_owned().into(),
        fields: fields.collect(),
    }
}
