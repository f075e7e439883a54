//! Conditions by which a field is shown or a step left out.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::RecordValues;

/// Something that holds or does not, by the value of one field. Exactly one of `is`,
/// `is_not`, `at_least` and `filled` is given.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// It has one of these values, or its list has one of them.
    pub is: Option<Vec<Value>>,
    /// It has none of these values, or its list has none of them.
    pub is_not: Option<Vec<Value>>,
    /// Its number is at least this.
    pub at_least: Option<f64>,
    /// Whether something is filled in.
    pub filled: Option<bool>,
}

impl Condition {
    /// Whether it holds for what was filled in.
    pub fn holds(&self, values: &RecordValues) -> bool {
        let value = values.get(&self.field);
        let is_among = |wanted: &[Value]| match value {
            Some(Value::Array(list)) => list.iter().any(|value| wanted.contains(value)),
            Some(value) => wanted.contains(value),
            None => false,
        };
        if let Some(wanted) = &self.is {
            return is_among(wanted);
        }
        if let Some(unwanted) = &self.is_not {
            return !is_among(unwanted);
        }
        if let Some(least) = self.at_least {
            return value
                .and_then(Value::as_f64)
                .is_some_and(|number| number >= least);
        }
        self.filled == Some(value.is_some_and(is_filled))
    }

    /// Whether exactly one test is given.
    pub(crate) fn is_one_test(&self) -> bool {
        let given = [
            self.is.is_some(),
            self.is_not.is_some(),
            self.at_least.is_some(),
            self.filled.is_some(),
        ];
        given.into_iter().filter(|is_given| *is_given).count() == 1
    }

    /// The values it asks for.
    pub(crate) fn values(&self) -> impl Iterator<Item = &Value> {
        self.is.iter().chain(&self.is_not).flatten()
    }
}

/// Whether all of `conditions` hold.
pub(crate) fn all_hold(conditions: &[Condition], values: &RecordValues) -> bool {
    conditions.iter().all(|condition| condition.holds(values))
}

/// Whether a value is more than an empty place: pages send empty texts and lists.
pub(crate) fn is_filled(value: &Value) -> bool {
    match value {
        Value::Null => false,
        Value::String(text) => !text.trim().is_empty(),
        Value::Array(list) => !list.is_empty(),
        Value::Object(_) | Value::Bool(_) | Value::Number(_) => true,
    }
}
