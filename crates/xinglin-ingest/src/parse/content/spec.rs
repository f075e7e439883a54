//! A parser as people write it.

use std::collections::BTreeMap;

use serde::Deserialize;
use xinglin_core::Text;

use super::super::pairs::Style;

/// A file of `content/parsers`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Spec {
    /// The name by which settings and reports call it.
    pub(crate) name: String,
    /// What it reads, for people.
    pub(crate) title: Text,
    /// The `event.dataset` of its events.
    pub(crate) dataset: String,
    /// Tried in this order where several parsers claim a message; 50 when nothing is said.
    #[serde(default = "usual_order")]
    pub(crate) order: u16,
    /// Which messages it claims.
    pub(crate) when: When,
    /// How messages are built.
    #[serde(default)]
    pub(crate) form: Form,
    /// Fields, translations, choices and constants of another parser count here too.
    #[serde(default)]
    pub(crate) extends: Option<String>,
    /// Names for parts of patterns.
    #[serde(default)]
    pub(crate) words: BTreeMap<String, String>,
    /// Patterns; the first that fits counts.
    #[serde(default)]
    pub(crate) lines: Vec<Line>,
    /// How pairs are written.
    #[serde(default)]
    pub(crate) pairs: Style,
    /// How columns are written.
    #[serde(default)]
    pub(crate) columns: Columns,
    /// Beginnings of paths that are taken off.
    #[serde(default)]
    pub(crate) strip: Vec<String>,
    /// What names without a field of their own begin with; the first part of the dataset when
    /// nothing is said.
    #[serde(default)]
    pub(crate) prefix: Option<String>,
    /// The field of each name in messages.
    #[serde(default)]
    pub(crate) fields: BTreeMap<String, String>,
    /// Names that are kept under the prefix, known beforehand.
    #[serde(default)]
    pub(crate) keep: Vec<String>,
    /// Values that mean there is none.
    #[serde(default = "usual_nothing")]
    pub(crate) nothing: Vec<String>,
    /// Words in place of other words, by field.
    #[serde(default)]
    pub(crate) translate: BTreeMap<String, BTreeMap<String, String>>,
    /// Constants.
    #[serde(default)]
    pub(crate) set: BTreeMap<String, String>,
    /// Constants that depend on a value.
    #[serde(default)]
    pub(crate) choose: Vec<Choice>,
    /// Messages and what must be read in them.
    #[serde(default)]
    pub(crate) tests: Vec<Test>,
}

fn usual_order() -> u16 {
    50
}

fn usual_nothing() -> Vec<String> {
    vec!["-".to_owned()]
}

/// Which messages a parser claims: all that is given must hold.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct When {
    /// The program of the envelope is one of these; `name*` stands for beginnings.
    pub(crate) program: Vec<String>,
    /// The message begins with one of these.
    pub(crate) starts: Vec<String>,
    /// All of these occur in the message.
    pub(crate) contains: Vec<String>,
    /// At least one of these occurs in the message.
    pub(crate) any: Vec<String>,
    /// Tried when nobody else claims the message.
    pub(crate) nobody_else: bool,
    /// Only when a source is set to it by name.
    pub(crate) by_name: bool,
}

/// How messages are built.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Form {
    #[default]
    Lines,
    Pairs,
    Json,
    Columns,
    Cef,
    Leef,
    WindowsXml,
    XmlAttributes,
    W3c,
    Zeek,
    Auditd,
    Journal,
    JournalJson,
    Otlp,
    Atna,
}

/// A pattern and what it means when it fits.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Line {
    pub(crate) pattern: String,
    #[serde(default)]
    pub(crate) set: BTreeMap<String, String>,
}

/// How columns are written.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct Columns {
    pub(crate) between: String,
    pub(crate) names: Vec<String>,
}

impl Default for Columns {
    fn default() -> Self {
        Self {
            between: ",".to_owned(),
            names: Vec::new(),
        }
    }
}

/// Constants for some values of a field. A constant `@field` moves the value of that field.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Choice {
    pub(crate) field: String,
    pub(crate) is: Vec<String>,
    pub(crate) set: BTreeMap<String, String>,
}

/// Messages of one source, one after another, and what must be read in the last.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Test {
    #[serde(default)]
    pub(crate) line: Option<String>,
    #[serde(default)]
    pub(crate) lines: Vec<String>,
    /// The time that must be read, in UTC.
    #[serde(default)]
    pub(crate) at: Option<String>,
    /// Values by field; nothing where the field must be missing.
    #[serde(default)]
    pub(crate) expect: BTreeMap<String, Option<String>>,
}
