//! Records beside a form, by which it is tried: one that is right and some that are not.

use serde::{Deserialize, Serialize};

use super::{Form, RecordValues, Stage};
use crate::{content::ContentError, forms::validate::FieldRefusal};

/// The samples of a form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Samples {
    /// A record with everything that is asked at any stage.
    pub valid: RecordValues,
    /// Records that must be refused.
    pub invalid: Vec<InvalidSample>,
}

/// The valid sample with a mistake.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct InvalidSample {
    /// What stands there instead.
    #[serde(default)]
    pub set: RecordValues,
    /// What is missing.
    #[serde(default)]
    pub without: Vec<String>,
    /// Where the mistake must be found: a field, or `rows[2].column`.
    pub field: String,
    /// As what.
    pub reason: FieldRefusal,
}

impl Form {
    /// Tries the samples: each right record passes, each wrong one is refused for its one
    /// mistake and nothing else.
    pub fn try_samples(&self, file: &str) -> Vec<ContentError> {
        let mut errors = Vec::new();
        for error in self.validate(&self.samples.valid, Stage::Closing) {
            let item = format!("samples.valid.{}", error.path);
            errors.push(ContentError::new(file, item, error.expected.en));
        }
        if self.samples.invalid.is_empty() {
            errors.push(ContentError::new(file, "samples.invalid", "at least one"));
        }
        for (at, sample) in self.samples.invalid.iter().enumerate() {
            let mut values = self.samples.valid.clone();
            values.retain(|id, _| !sample.without.contains(id));
            values.extend(sample.set.clone());
            let found = self.validate(&values, Stage::Closing);
            let is_as_said = |error: &super::validate::FieldError| {
                error.path == sample.field && error.reason == sample.reason
            };
            if found.len() == 1 && found.iter().all(is_as_said) {
                continue;
            }
            let found: Vec<String> = found
                .iter()
                .map(|error| format!("`{}` {}", error.path, error.reason))
                .collect();
            let expected = format!(
                "`{}` to be refused as {} and nothing else, found {}",
                sample.field,
                sample.reason,
                if found.is_empty() {
                    "no mistake".to_owned()
                } else {
                    found.join(", ")
                }
            );
            errors.push(ContentError::new(
                file,
                format!("samples.invalid[{at}]"),
                expected,
            ));
        }
        errors
    }
}
