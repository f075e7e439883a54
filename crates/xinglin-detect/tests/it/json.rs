//! Objects of JSON as events: names of nested objects are joined by dots, and an array is
//! several values.

use jiff::Timestamp;
use serde_json::Value;
use xinglin_detect::{Datum, Record};

pub(super) struct Json {
    fields: Vec<(String, Value)>,
    at: Timestamp,
}

impl Json {
    pub(super) fn new(value: &Value) -> Self {
        let mut fields = Vec::new();
        flatten("", value, &mut fields);
        let at = "2026-07-02T04:00:00Z".parse().unwrap();
        Self { fields, at }
    }
}

fn flatten(name: &str, value: &Value, fields: &mut Vec<(String, Value)>) {
    match value {
        Value::Object(entries) => {
            for (key, value) in entries {
                let name = if name.is_empty() {
                    key.clone()
                } else {
                    format!("{name}.{key}")
                };
                flatten(&name, value, fields);
            }
        }
        Value::Array(items) if items.is_empty() => fields.push((name.to_owned(), Value::Null)),
        Value::Array(items) => {
            for item in items {
                flatten(name, item, fields);
            }
        }
        other => fields.push((name.to_owned(), other.clone())),
    }
}

impl Record for Json {
    fn each_field<'r>(&'r self, mut each: impl FnMut(&'r str, Datum<'r>)) {
        for (name, value) in &self.fields {
            let datum = match value {
                Value::Bool(yes) => Datum::Bool(*yes),
                Value::String(text) => Datum::Text(text),
                Value::Number(number) => match number.as_i64() {
                    Some(number) => Datum::Integer(number),
                    None => Datum::Number(number.as_f64().unwrap()),
                },
                _ => Datum::Null,
            };
            each(name, datum);
        }
    }

    fn text(&self) -> Option<&str> {
        None
    }

    fn at(&self) -> Timestamp {
        self.at
    }
}
