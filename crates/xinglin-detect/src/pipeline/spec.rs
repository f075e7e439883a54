//! Pipelines as people write them.

use std::collections::BTreeMap;

use serde::Deserialize;
use thiserror::Error;
use xinglin_core::Text;

use crate::{pattern::Pattern, rule::LogSource};

/// A file of `content/pipelines`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// What it is for, for people.
    #[expect(dead_code, reason = "for readers of the file")]
    title: Text,
    /// The product of all its sources that name none.
    #[serde(default)]
    product: Option<String>,
    /// A field that is not listed may stand under its name behind this.
    #[serde(default)]
    prefix: Option<String>,
    /// Where words are searched that a rule gives no field for.
    #[serde(default)]
    keywords: Keywords,
    /// What such events write where there is no value: a rule that asks for it means a field
    /// that is not there, since parsers leave it out.
    #[serde(default)]
    absent: Option<String>,
    /// What rules call our fields.
    #[serde(default)]
    fields: BTreeMap<String, OneOrMany>,
    /// What events that were not read by our parsers call the fields of `when`.
    #[serde(default)]
    also: BTreeMap<String, OneOrMany>,
    /// Names that depend on the event.
    #[serde(default)]
    views: Vec<ViewSpec>,
    /// The log sources.
    sources: Vec<SourceSpec>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Keywords {
    /// In the text of the event and in its values.
    #[default]
    Text,
    /// In its values only: where the text is a form that repeats them.
    Values,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ViewSpec {
    when: OneOrMany<BTreeMap<String, OneOrMany>>,
    fields: BTreeMap<String, OneOrMany>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceSpec {
    #[serde(default)]
    product: Option<String>,
    #[serde(default)]
    category: Option<String>,
    #[serde(default)]
    service: Option<String>,
    when: OneOrMany<BTreeMap<String, OneOrMany>>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum OneOrMany<T = String> {
    One(T),
    Many(Vec<T>),
}

impl<T> OneOrMany<T> {
    fn as_slice(&self) -> &[T] {
        match self {
            Self::One(one) => std::slice::from_ref(one),
            Self::Many(many) => many,
        }
    }
}

/// Why a pipeline cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("{file}: {reason}")]
pub struct PipelineProblem {
    /// The file, as the caller named it.
    pub file: String,
    /// What is wrong.
    pub reason: String,
}

/// All pipelines. With none at all, every rule is for every event, by the event's own names.
#[derive(Debug, Clone, Default)]
pub struct Pipelines {
    pub(crate) books: Vec<Book>,
    pub(crate) sources: Vec<Source>,
    pub(crate) views: Vec<Names>,
    /// Other names of fields that decide what an event is.
    pub(crate) also: BTreeMap<String, Vec<String>>,
}

/// What one file says of names.
#[derive(Debug, Clone)]
pub(crate) struct Book {
    pub(crate) names: BTreeMap<String, Vec<String>>,
    pub(crate) prefix: Option<String>,
    pub(crate) searches_text: bool,
    pub(crate) absent: Option<String>,
}

/// A log source and the events it means.
#[derive(Debug, Clone)]
pub(crate) struct Source {
    pub(crate) logsource: LogSource,
    pub(crate) book: usize,
    pub(crate) when: When,
}

/// Names that hold when an event is so.
#[derive(Debug, Clone)]
pub(crate) struct Names {
    pub(crate) book: usize,
    pub(crate) when: When,
    pub(crate) fields: BTreeMap<String, Vec<String>>,
}

/// Any of these must hold; each of them is that every field has one of its values.
pub(crate) type When = Vec<Vec<(String, Vec<Pattern>)>>;

impl Pipelines {
    /// Reads a file.
    ///
    /// # Errors
    ///
    /// When it is no pipeline.
    pub fn read(&mut self, name: &str, text: &str) -> Result<(), PipelineProblem> {
        let problem = |reason: String| PipelineProblem {
            file: name.to_owned(),
            reason,
        };
        let file: File =
            serde_saphyr::from_str(text).map_err(|error| problem(error.to_string()))?;
        let book = self.books.len();
        for spec in &file.sources {
            let lower = |word: &Option<String>| word.as_deref().map(str::to_lowercase);
            let logsource = LogSource {
                product: lower(&spec.product).or_else(|| lower(&file.product)),
                category: lower(&spec.category),
                service: lower(&spec.service),
            };
            if logsource.is_empty() {
                return Err(problem("a source that says nothing".to_owned()));
            }
            let when = when(&spec.when).map_err(problem)?;
            self.sources.push(Source {
                logsource,
                book,
                when,
            });
        }
        for spec in &file.views {
            let when = when(&spec.when).map_err(problem)?;
            self.views.push(Names {
                book,
                when,
                fields: names(&spec.fields),
            });
        }
        for (ours, others) in names(&file.also) {
            self.also.entry(ours).or_default().extend(others);
        }
        self.books.push(Book {
            names: names(&file.fields),
            prefix: file.prefix,
            searches_text: file.keywords == Keywords::Text,
            absent: file.absent,
        });
        Ok(())
    }

    /// Whether there are none: then every rule is for every event.
    pub fn is_empty(&self) -> bool {
        self.books.is_empty()
    }

    /// Whether some source means what a rule is for.
    pub fn lists(&self, wanted: &LogSource) -> bool {
        self.books.is_empty()
            || self
                .sources
                .iter()
                .any(|source| source.logsource.includes(wanted))
    }
}

fn names(fields: &BTreeMap<String, OneOrMany>) -> BTreeMap<String, Vec<String>> {
    let entries = fields.iter();
    let entries = entries.map(|(name, ours)| (name.clone(), ours.as_slice().to_vec()));
    entries.collect()
}

fn when(written: &OneOrMany<BTreeMap<String, OneOrMany>>) -> Result<When, String> {
    let mut any = Vec::new();
    for all in written.as_slice() {
        if all.is_empty() {
            return Err("a `when` that says nothing".to_owned());
        }
        let mut parts = Vec::new();
        for (field, values) in all {
            let patterns: Vec<Pattern> = values
                .as_slice()
                .iter()
                .map(|value| Pattern::parse(value).folded())
                .collect();
            if patterns.is_empty() {
                return Err(format!("`{field}` has no value"));
            }
            parts.push((field.clone(), patterns));
        }
        any.push(parts);
    }
    Ok(any)
}
