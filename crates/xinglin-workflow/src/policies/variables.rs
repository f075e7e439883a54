//! What a hospital sets once for all its documents.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xinglin_core::Text;

use crate::{
    content::{ContentError, check_text, parse},
    forms::read::is_word,
};

/// A value of a variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum VariableValue {
    /// A whole number.
    Integer(i64),
    /// A text.
    Text(String),
}

/// What the values of a variable are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum VariableType {
    /// Whole numbers.
    Integer,
    /// Texts of one line.
    Text,
}

/// One variable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Variable {
    /// What texts call it, between `{{` and `}}`.
    pub id: String,
    /// What people call it.
    pub name: Text,
    /// What its values are.
    #[serde(rename = "type")]
    pub kind: VariableType,
    /// Its value where the hospital sets none.
    pub default: VariableValue,
    /// The least whole number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub minimum: Option<i64>,
    /// The greatest whole number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub maximum: Option<i64>,
    /// What a whole number counts; texts say it themselves behind the number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unit: Option<String>,
    /// The figure of the checks that is the same one: said here, judged by inspection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
}

/// All variables, in the order of their file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Variables(Vec<Variable>);

/// What a hospital has set, by the ids of variables.
pub type VariableSettings = BTreeMap<String, VariableValue>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariablesFile {
    variables: Vec<Variable>,
}

impl VariableValue {
    /// The value as it stands in a document.
    pub fn shown(&self) -> String {
        match self {
            Self::Integer(number) => number.to_string(),
            Self::Text(text) => text.clone(),
        }
    }
}

impl Variable {
    /// What was expected of a value that the variable cannot have; `None` where it can.
    pub fn refuses(&self, value: &VariableValue) -> Option<String> {
        match (self.kind, value) {
            (VariableType::Integer, VariableValue::Integer(number)) => {
                let least = self.minimum.unwrap_or(i64::MIN);
                let greatest = self.maximum.unwrap_or(i64::MAX);
                let is_within = (least..=greatest).contains(number);
                (!is_within).then(|| match (self.minimum, self.maximum) {
                    (Some(least), None) => format!("at least {least}"),
                    (None, Some(greatest)) => format!("at most {greatest}"),
                    _ => format!("{least} to {greatest}"),
                })
            }
            (VariableType::Text, VariableValue::Text(text)) => {
                let is_line = !text.trim().is_empty() && !text.contains(['\n', '\r', '{', '}']);
                (!is_line).then(|| "one line of text without { and }".to_owned())
            }
            (VariableType::Integer, VariableValue::Text(_)) => Some("a whole number".to_owned()),
            (VariableType::Text, VariableValue::Integer(_)) => Some("a text".to_owned()),
        }
    }
}

impl Variables {
    /// Reads variables from their YAML text.
    ///
    /// # Errors
    /// An unknown or missing field, an id given twice or not a word, a name missing in one
    /// language, a default that the variable cannot have.
    pub fn load(file: &str, text: &str) -> Result<Self, ContentError> {
        let VariablesFile { variables } = parse(file, text)?;
        for (at, variable) in variables.iter().enumerate() {
            let wrong = |expected: &str| Err(ContentError::new(file, &variable.id, expected));
            if !is_word(&variable.id, '_') {
                return wrong("an id of small letters, digits and _");
            }
            if variables.iter().take(at).any(|one| one.id == variable.id) {
                return wrong("each variable once");
            }
            check_text(file, &variable.id, "name", &variable.name)?;
            let is_counted = variable.kind == VariableType::Integer;
            let counts = [variable.minimum, variable.maximum];
            if !is_counted && counts.iter().any(Option::is_some) {
                return wrong("`minimum` and `maximum` with `type: integer` only");
            }
            if let Some(expected) = variable.refuses(&variable.default) {
                return wrong(&format!("`default` to be {expected}"));
            }
        }
        Ok(Self(variables))
    }

    /// The variable of an id.
    pub fn get(&self, id: &str) -> Option<&Variable> {
        self.0.iter().find(|variable| variable.id == id)
    }

    /// All variables, in the order of their file.
    pub fn iter(&self) -> impl Iterator<Item = &Variable> {
        self.0.iter()
    }

    /// The whole number of a variable: what the hospital has set, else the default; `None`
    /// for a text or a variable that there is not.
    pub fn integer(&self, id: &str, set: &VariableSettings) -> Option<i64> {
        let variable = self.get(id)?;
        match set.get(id).unwrap_or(&variable.default) {
            VariableValue::Integer(number) => Some(*number),
            VariableValue::Text(_) => None,
        }
    }

    /// What stands in a document for a variable: what the hospital has set, else the
    /// default; `None` for a variable that there is not.
    pub fn value(&self, id: &str, set: &VariableSettings) -> Option<String> {
        let variable = self.get(id)?;
        let value = set.get(id).unwrap_or(&variable.default);
        Some(value.shown())
    }
}
