//! The failure of a use case, as an edge shows it.

use std::{error::Error, fmt};

use xinglin_store::StoreError;

use crate::Code;

/// One thing that is wrong with the input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// The field, line or column.
    pub field: String,
    /// What stood there, cut to a readable length; empty where it must not be repeated.
    pub found: String,
    /// What was expected.
    pub expected: String,
}

/// A use case's failure: a stable code, what it is about, and the cause for the log.
#[derive(Debug)]
pub struct AppError {
    code: Code,
    fields: Vec<FieldProblem>,
    place: Option<u32>,
    source: Option<Box<dyn Error + Send + Sync>>,
}

impl AppError {
    /// A failure without details.
    pub fn new(code: Code) -> Self {
        Self {
            code,
            fields: Vec::new(),
            place: None,
            source: None,
        }
    }

    /// An internal failure with its cause, which is logged and never sent.
    pub fn internal(source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self::new(Code::Internal).caused_by(source)
    }

    /// Adds what is wrong with one field.
    #[must_use]
    pub fn field(
        mut self,
        field: impl Into<String>,
        found: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        let found: String = found.into();
        self.fields.push(FieldProblem {
            field: field.into(),
            found: found.chars().take(120).collect(),
            expected: expected.into(),
        });
        self
    }

    /// Says where in what was typed it is wrong, in characters from 0.
    #[must_use]
    pub fn at(mut self, place: usize) -> Self {
        self.place = u32::try_from(place).ok();
        self
    }

    /// Where in what was typed it is wrong.
    pub fn place(&self) -> Option<u32> {
        self.place
    }

    /// Adds the cause.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }

    /// The stable code.
    pub fn code(&self) -> Code {
        self.code
    }

    /// What is wrong, field by field.
    pub fn fields(&self) -> &[FieldProblem] {
        &self.fields
    }
}

impl fmt::Display for AppError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code.title())?;
        for problem in &self.fields {
            write!(f, "; {}: expected {}", problem.field, problem.expected)?;
            if !problem.found.is_empty() {
                write!(f, ", found '{}'", problem.found)?;
            }
        }
        Ok(())
    }
}

impl AppError {
    /// What is decided once was decided by somebody else a moment ago.
    pub(crate) fn decided(error: StoreError) -> Self {
        match error {
            StoreError::Duplicate(_) => Self::new(Code::StateConflict).caused_by(error),
            other => other.into(),
        }
    }
}

impl Error for AppError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

impl From<StoreError> for AppError {
    fn from(error: StoreError) -> Self {
        let code = match &error {
            StoreError::Duplicate(_) => Code::CodeTaken,
            StoreError::Reference(_) => Code::UnknownReference,
            StoreError::Missing => Code::NotFound,
            StoreError::Unreadable { .. } | StoreError::Database(_) => Code::Internal,
        };
        Self::new(code).caused_by(error)
    }
}

/// Collects what is wrong with an input, field by field, so that all is said at once.
#[derive(Debug, Default)]
pub(crate) struct Check(Vec<FieldProblem>);

impl Check {
    pub(crate) fn expect(&mut self, holds: bool, field: &str, found: &str, expected: &str) {
        if !holds {
            self.0.push(FieldProblem {
                field: field.to_owned(),
                found: found.chars().take(120).collect(),
                expected: expected.to_owned(),
            });
        }
    }

    /// A required text of at most `most` characters.
    pub(crate) fn text(&mut self, field: &str, found: &str, most: usize) {
        let length = found.trim().chars().count();
        let expected = format!("1 to {most} characters");
        self.expect((1..=most).contains(&length), field, found, &expected);
    }

    /// An optional text of at most `most` characters.
    pub(crate) fn optional(&mut self, field: &str, found: Option<&str>, most: usize) {
        if let Some(found) = found {
            let expected = format!("at most {most} characters");
            self.expect(found.chars().count() <= most, field, found, &expected);
        }
    }

    pub(crate) fn finish(self) -> Result<(), AppError> {
        if self.0.is_empty() {
            return Ok(());
        }
        Err(AppError {
            code: Code::InvalidInput,
            fields: self.0,
            place: None,
            source: None,
        })
    }
}

/// An optional text without blanks around it; blank is none.
pub(crate) fn tidy(text: Option<String>) -> Option<String> {
    text.map(|text| text.trim().to_owned())
        .filter(|text| !text.is_empty())
}

/// A decision's reason: trimmed, 2 to 500 characters.
pub(crate) fn reason(text: &str) -> Result<String, AppError> {
    let text = text.trim();
    let length = text.chars().count();
    if (2..=500).contains(&length) {
        Ok(text.to_owned())
    } else {
        Err(AppError::new(Code::ReasonRequired).field("reason", text, "2 to 500 characters"))
    }
}
