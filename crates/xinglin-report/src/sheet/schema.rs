//! Which columns a sheet has.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use xinglin_core::{Importance, Lang, ObjectType, Text};

use super::{value::fold, write::examples_are_marked};
use crate::{error::TemplateError, templates::parse};

/// The columns of one kind of record.
#[derive(Debug, Clone)]
pub struct SheetSchema {
    /// Kind: `departments`, `people`, `systems`, `assets`.
    pub kind: String,
    /// Name of the sheet.
    pub name: Text,
    /// Key of the column that identifies a row; importing twice changes nothing twice.
    pub key: String,
    /// The columns in order.
    pub columns: Vec<SheetColumn>,
    /// Sentences for the help sheet.
    pub(crate) guide: Vec<Text>,
    headers: BTreeMap<String, usize>,
}

/// One column.
#[derive(Debug, Clone)]
pub struct SheetColumn {
    /// Stable key.
    pub key: String,
    /// Header.
    pub header: Text,
    /// Whether each row must have a value.
    pub required: bool,
    /// What its cells hold.
    pub kind: ColumnKind,
    /// What to fill in.
    pub help: Text,
    /// Values of the two example rows.
    pub examples: [String; 2],
    /// Longest text allowed, in characters.
    pub max_chars: usize,
    /// Width in the file, in characters.
    pub width: u16,
}

/// What the cells of a column hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ColumnKind {
    /// Free text.
    Text,
    /// A code, telephone number, address: half-width, without inner line breaks.
    Code,
    /// A day.
    Date,
    /// A whole number.
    Integer,
    /// One of some words.
    Choice(Vec<Choice>),
    /// Some of some words.
    Choices(Vec<Choice>),
    /// Code or name of one record of this kind.
    Reference(String),
    /// Codes or names of several records of this kind.
    References(String),
}

impl ColumnKind {
    pub(crate) fn choices(&self) -> &[Choice] {
        match self {
            Self::Choice(choices) | Self::Choices(choices) => choices,
            _ => &[],
        }
    }
}

/// A word of a choice.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Stable word, as stored.
    pub word: String,
    /// Chinese label.
    pub zh: String,
    /// English label.
    pub en: String,
    /// Other ways to write it.
    #[serde(default)]
    pub aliases: Vec<String>,
    /// All of these in the form in which they are compared.
    #[serde(skip)]
    pub(super) folded: BTreeSet<String>,
}

impl Choice {
    /// The label in `lang`.
    pub fn label(&self, lang: Lang) -> &str {
        match lang {
            Lang::Zh => &self.zh,
            Lang::En => &self.en,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSchema {
    kind: String,
    name: Text,
    key: String,
    guide: Vec<Text>,
    columns: Vec<RawColumn>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawColumn {
    key: String,
    header: Text,
    #[serde(default)]
    aliases: Vec<String>,
    #[serde(default)]
    required: bool,
    kind: RawKind,
    /// Of `choice` and `choices`: words of the standard to choose from.
    vocabulary: Option<Vocabulary>,
    /// Of `choice` and `choices`.
    #[serde(default)]
    choices: Vec<Choice>,
    /// Of `choice` and `choices`: other ways to write a word.
    #[serde(default)]
    synonyms: BTreeMap<String, String>,
    /// Of `reference` and `references`: kind of record.
    to: Option<String>,
    help: Text,
    examples: [String; 2],
    #[serde(default = "default_max_chars")]
    max_chars: usize,
    #[serde(default = "default_width")]
    width: u16,
}

fn default_max_chars() -> usize {
    200
}

fn default_width() -> u16 {
    18
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
enum RawKind {
    Text,
    Code,
    Date,
    Integer,
    Choice,
    Choices,
    Reference,
    References,
}

#[derive(Deserialize, Clone, Copy)]
#[serde(rename_all = "snake_case")]
enum Vocabulary {
    ObjectType,
    Importance,
}

impl Vocabulary {
    fn choices(self) -> Vec<Choice> {
        let choice = |word: &str, zh: &str, en: &str| Choice {
            word: word.to_owned(),
            zh: zh.to_owned(),
            en: en.to_owned(),
            aliases: Vec::new(),
            folded: BTreeSet::new(),
        };
        match self {
            Self::ObjectType => ObjectType::ALL
                .iter()
                .map(|value| choice(value.word(), value.zh(), value.en()))
                .collect(),
            Self::Importance => Importance::ALL
                .iter()
                .map(|value| choice(value.word(), value.zh(), value.en()))
                .collect(),
        }
    }
}

impl SheetSchema {
    /// Reads one file of `content/templates/sheets`.
    ///
    /// # Errors
    /// Wrong YAML, an unknown field, a header or alias that two columns share, a key
    /// column that does not exist, a choice without words or with one twice.
    pub fn load(name: &str, text: &str) -> Result<Self, TemplateError> {
        let raw: RawSchema = parse(name, text)?;
        Self::build(raw).map_err(|reason| TemplateError::Invalid {
            file: name.to_owned(),
            reason,
        })
    }

    fn build(raw: RawSchema) -> Result<Self, String> {
        let mut headers = BTreeMap::new();
        let mut keys = BTreeSet::new();
        let mut columns = Vec::with_capacity(raw.columns.len());
        for (index, column) in raw.columns.into_iter().enumerate() {
            if !keys.insert(column.key.clone()) {
                return Err(format!("column '{}' stands twice", column.key));
            }
            let own: BTreeSet<String> = [&column.key, &column.header.zh, &column.header.en]
                .into_iter()
                .chain(&column.aliases)
                .map(|name| fold(name))
                .collect();
            for name in own {
                if headers.insert(name.clone(), index).is_some() {
                    return Err(format!("two columns are called '{name}'"));
                }
            }
            columns.push(build_column(column)?);
        }
        match columns.iter().find(|column| column.key == raw.key) {
            Some(column) if column.required => {}
            _ => return Err(format!("key column '{}' is not a required column", raw.key)),
        }
        let schema = Self {
            kind: raw.kind,
            name: raw.name,
            key: raw.key,
            columns,
            guide: raw.guide,
            headers,
        };
        if examples_are_marked(&schema) {
            Ok(schema)
        } else {
            Err("the examples of the key column must begin with 示例".to_owned())
        }
    }

    /// Index of the column with this header, however it is written.
    pub(crate) fn column_of(&self, header: &str) -> Option<usize> {
        self.headers.get(&fold(header)).copied()
    }

    pub(crate) fn key_index(&self) -> usize {
        self.columns
            .iter()
            .position(|column| column.key == self.key)
            .unwrap_or(0)
    }
}

fn build_column(raw: RawColumn) -> Result<SheetColumn, String> {
    let key = &raw.key;
    let kind = match raw.kind {
        RawKind::Text => ColumnKind::Text,
        RawKind::Code => ColumnKind::Code,
        RawKind::Date => ColumnKind::Date,
        RawKind::Integer => ColumnKind::Integer,
        RawKind::Choice | RawKind::Choices => {
            let mut choices = raw.vocabulary.map(Vocabulary::choices).unwrap_or_default();
            choices.extend(raw.choices);
            for (synonym, word) in raw.synonyms {
                choices
                    .iter_mut()
                    .find(|choice| choice.word == word)
                    .ok_or_else(|| format!("column '{key}': no choice '{word}'"))?
                    .aliases
                    .push(synonym);
            }
            fold_choices(key, &mut choices)?;
            if raw.kind == RawKind::Choice {
                ColumnKind::Choice(choices)
            } else {
                ColumnKind::Choices(choices)
            }
        }
        RawKind::Reference | RawKind::References => {
            let to = raw
                .to
                .ok_or_else(|| format!("column '{key}': `to` is missing"))?;
            if raw.kind == RawKind::Reference {
                ColumnKind::Reference(to)
            } else {
                ColumnKind::References(to)
            }
        }
    };
    Ok(SheetColumn {
        key: raw.key,
        header: raw.header,
        required: raw.required,
        kind,
        help: raw.help,
        examples: raw.examples,
        max_chars: raw.max_chars,
        width: raw.width,
    })
}

/// Notes how the choices are compared, and that no two of them are called the same.
fn fold_choices(key: &str, choices: &mut [Choice]) -> Result<(), String> {
    if choices.is_empty() {
        return Err(format!("column '{key}' has no choices"));
    }
    let mut seen = BTreeSet::new();
    for choice in choices {
        choice.folded = [&choice.word, &choice.zh, &choice.en]
            .into_iter()
            .chain(&choice.aliases)
            .map(|name| fold(name))
            .collect();
        for name in &choice.folded {
            if !seen.insert(name.clone()) {
                return Err(format!("column '{key}': two choices are called '{name}'"));
            }
        }
    }
    Ok(())
}
