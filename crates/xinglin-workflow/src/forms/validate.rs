//! Judging what was filled in: all mistakes at once, each with its field and what was
//! expected in both languages.
//!
//! Own code rather than a JSON Schema library: the set of types is closed and small, and
//! words of both languages by field are what a person needs, not paths of a schema.

use std::collections::BTreeSet;

use jiff::{Timestamp, civil::Date};
use regex::Regex;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use xinglin_core::Text;

use super::{
    Form, RecordValues, Stage,
    condition::{all_hold, is_filled},
    expected,
    field::{FormField, FormFieldType},
};
use crate::words::words;

words! {
    /// In which way a value is refused.
    FieldRefusal {
        /// It is needed and not there.
        Missing = "missing", "未填写", "Missing";
        /// It is of another type.
        Type = "type", "类型不符", "Wrong type";
        /// It is none of the options.
        Choice = "choice", "不在选项内", "Not an option";
        /// It is too small or too large.
        Range = "range", "超出范围", "Out of range";
        /// It is too short or too long.
        Length = "length", "长度不符", "Wrong length";
        /// It does not look as it should.
        Pattern = "pattern", "格式不符", "Wrong format";
        /// It is before what it must follow.
        Order = "order", "先后不符", "Wrong order";
        /// It stands in a list more than once.
        Repeated = "repeated", "重复", "Repeated";
        /// It holds for longer than permitted.
        Duration = "duration", "期限过长", "Too long a time";
        /// It does not apply, by what other fields say.
        Hidden = "hidden", "不适用", "Does not apply";
        /// It is filled in at a later stage.
        Later = "later", "尚未到填写环节", "Not yet";
        /// The form has no such field.
        Unknown = "unknown", "无此项", "Unknown";
    }
}

/// One mistake in what was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldError {
    /// The field, or `rows[2].column` counted from 0.
    pub path: String,
    /// In which way it is refused.
    pub reason: FieldRefusal,
    /// What should stand there.
    pub expected: Text,
}

impl FieldError {
    /// That the form asks for no such field here.
    pub(crate) fn unknown(path: &str) -> Self {
        Self {
            path: path.to_owned(),
            reason: FieldRefusal::Unknown,
            expected: expected::unknown(),
        }
    }

    /// Whether it is about the field `id` or a row of it.
    pub fn is_of(&self, id: &str) -> bool {
        self.path.split(['[', '.']).next() == Some(id)
    }
}

/// Something outside that a record speaks of, for the use case to look up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reference {
    /// The field, or `rows[2].column`.
    pub path: String,
    /// What kind of thing.
    pub kind: FormFieldType,
    /// Its id.
    pub id: i64,
}

impl Form {
    /// All that is wrong with what was filled in up to and including `stage`, in the order
    /// of the form. Whether references exist is for [`Form::references`] and its caller.
    pub fn validate(&self, values: &RecordValues, stage: Stage) -> Vec<FieldError> {
        let mut errors = Vec::new();
        for (at, field) in self.fields() {
            if at > stage {
                if values.get(&field.id).is_some_and(is_filled) {
                    push(
                        &mut errors,
                        &field.id,
                        FieldRefusal::Later,
                        expected::later(),
                    );
                }
            } else if matches!(at, Stage::Step(step) if self.is_skipped(step, values)) {
                // Nobody was asked, since the step was left out.
                if values.get(&field.id).is_some_and(is_filled) {
                    push(
                        &mut errors,
                        &field.id,
                        FieldRefusal::Hidden,
                        expected::hidden(),
                    );
                }
            } else {
                self.check_field(field, values, &mut errors);
            }
        }
        for id in values.keys().filter(|id| self.field(id).is_none()) {
            push(&mut errors, id, FieldRefusal::Unknown, expected::unknown());
        }
        if errors.is_empty() {
            errors.extend(self.check_duration(values));
        }
        errors
    }

    /// `values` without what is empty and what does not apply, as a page leaves it behind
    /// when an answer above is changed.
    pub fn cleaned(&self, values: &RecordValues) -> RecordValues {
        let mut kept: RecordValues = values
            .iter()
            .filter(|(_, value)| is_filled(value))
            .map(|(id, value)| (id.clone(), value.clone()))
            .collect();
        // A hidden field may be what another depends on, so until nothing changes.
        loop {
            let hidden = |id: &String| {
                let field = self.field(id);
                field.is_some_and(|field| !all_hold(&field.when, &kept))
            };
            let Some(id) = kept.keys().find(|id| hidden(id)).cloned() else {
                return kept;
            };
            kept.remove(&id);
        }
    }

    /// Everything outside that the values name, in the order of the form.
    pub fn references(&self, values: &RecordValues) -> Vec<Reference> {
        let mut found = Vec::new();
        for (_, field) in self.fields() {
            let Some(value) = values.get(&field.id) else {
                continue;
            };
            if field.kind == FormFieldType::Table {
                for (at, row) in value.as_array().into_iter().flatten().enumerate() {
                    for column in &field.columns {
                        if let Some(value) = row.get(&column.id) {
                            let path = format!("{}[{at}].{}", field.id, column.id);
                            add_references(&path, column, value, &mut found);
                        }
                    }
                }
            } else {
                add_references(&field.id, field, value, &mut found);
            }
        }
        found
    }

    fn check_field(&self, field: &FormField, values: &RecordValues, errors: &mut Vec<FieldError>) {
        let Some(value) = shown(field, &field.id, values, errors) else {
            return;
        };
        if field.kind == FormFieldType::Table {
            check_table(field, value, errors);
            return;
        }
        let count = errors.len();
        check_value(field, &field.id, value, errors);
        if errors.len() == count {
            let other = field.not_before.as_deref().and_then(|id| self.field(id));
            check_order(field, &field.id, values, other, errors);
        }
    }

    fn check_duration(&self, values: &RecordValues) -> Option<FieldError> {
        let validity = self.validity.as_ref()?;
        let (days, until) = (validity.max_days?, validity.until.as_ref()?);
        let moment = |id: &str| {
            let field = self.field(id)?;
            moment(field.kind, values.get(id)?)
        };
        let length = moment(until)?.duration_since(moment(validity.from.as_ref()?)?);
        let most = jiff::SignedDuration::from_hours(24 * i64::from(days));
        (length > most).then(|| FieldError {
            path: until.clone(),
            reason: FieldRefusal::Duration,
            expected: expected::duration(days),
        })
    }
}

fn push(errors: &mut Vec<FieldError>, path: &str, reason: FieldRefusal, expected: Text) {
    errors.push(FieldError {
        path: path.to_owned(),
        reason,
        expected,
    });
}

/// The value of a field that is to be judged; says what is wrong where it may not be there
/// or may not be left out.
fn shown<'a>(
    field: &FormField,
    path: &str,
    values: &'a RecordValues,
    errors: &mut Vec<FieldError>,
) -> Option<&'a Value> {
    let value = values.get(&field.id).filter(|value| is_filled(value));
    match (value, all_hold(&field.when, values)) {
        (Some(_), false) => {
            push(errors, path, FieldRefusal::Hidden, expected::hidden());
            None
        }
        (None, true) if field.required => {
            push(errors, path, FieldRefusal::Missing, expected::missing());
            None
        }
        (value, _) => value,
    }
}

fn check_table(field: &FormField, value: &Value, errors: &mut Vec<FieldError>) {
    let Some(rows) = value.as_array() else {
        push(errors, &field.id, FieldRefusal::Type, expected::kind(field));
        return;
    };
    check_length(field, &field.id, rows.len(), errors);
    for (at, row) in rows.iter().enumerate() {
        let place = format!("{}[{at}]", field.id);
        let Some(cells) = row.as_object() else {
            push(
                errors,
                &place,
                FieldRefusal::Type,
                expected::one(field.kind),
            );
            continue;
        };
        for column in &field.columns {
            let path = format!("{place}.{}", column.id);
            let Some(value) = shown(column, &path, cells, errors) else {
                continue;
            };
            let count = errors.len();
            check_value(column, &path, value, errors);
            if errors.len() == count {
                let is_other = |other: &&FormField| Some(&other.id) == column.not_before.as_ref();
                let other = field.columns.iter().find(is_other);
                check_order(column, &path, cells, other, errors);
            }
        }
        let is_column = |id: &str| field.columns.iter().any(|column| column.id == id);
        for id in cells.keys().filter(|id| !is_column(id)) {
            let path = format!("{place}.{id}");
            push(errors, &path, FieldRefusal::Unknown, expected::unknown());
        }
    }
}

/// Judges one value by its field alone.
fn check_value(field: &FormField, path: &str, value: &Value, errors: &mut Vec<FieldError>) {
    if !field.is_list() {
        check_one(field, path, value, errors);
        return;
    }
    let Some(list) = value.as_array() else {
        push(errors, path, FieldRefusal::Type, expected::kind(field));
        return;
    };
    check_length(field, path, list.len(), errors);
    let mut seen = BTreeSet::new();
    for value in list {
        let count = errors.len();
        check_one(field, path, value, errors);
        if errors.len() > count {
            return;
        }
        if !seen.insert(value.to_string()) {
            push(errors, path, FieldRefusal::Repeated, expected::repeated());
            return;
        }
    }
}

fn check_one(field: &FormField, path: &str, value: &Value, errors: &mut Vec<FieldError>) {
    let kind = field.kind;
    match kind {
        FormFieldType::Choice | FormFieldType::Choices => {
            let is_value = |text: &str| field.options.iter().any(|option| option.value == text);
            if !value.as_str().is_some_and(is_value) {
                push(errors, path, FieldRefusal::Choice, expected::choice(field));
            }
        }
        _ if !is_of(kind, value) => {
            push(errors, path, FieldRefusal::Type, expected::one(kind));
        }
        _ if kind.is_text() => check_text(field, path, value.as_str().unwrap_or_default(), errors),
        _ if kind.is_number() => {
            let number = value.as_f64().unwrap_or(f64::NAN);
            let is_low = field.minimum.is_some_and(|least| number < least);
            let is_high = field.maximum.is_some_and(|most| number > most);
            if is_low || is_high {
                push(errors, path, FieldRefusal::Range, expected::range(field));
            }
        }
        _ => {}
    }
}

fn check_text(field: &FormField, path: &str, text: &str, errors: &mut Vec<FieldError>) {
    let count = errors.len();
    check_length(field, path, text.chars().count(), errors);
    if errors.len() > count {
        return;
    }
    if let Some(pattern) = &field.pattern {
        let matches = whole(&pattern.regex).is_ok_and(|regex| regex.is_match(text));
        if !matches {
            push(errors, path, FieldRefusal::Pattern, pattern.words.clone());
        }
    }
}

fn check_length(field: &FormField, path: &str, length: usize, errors: &mut Vec<FieldError>) {
    if length > field.most() || field.at_least.is_some_and(|least| length < least) {
        push(errors, path, FieldRefusal::Length, expected::length(field));
    }
}

fn check_order(
    field: &FormField,
    path: &str,
    values: &RecordValues,
    other: Option<&FormField>,
    errors: &mut Vec<FieldError>,
) {
    let Some(other) = other else { return };
    let of = |field: &FormField| values.get(&field.id).and_then(|v| moment(field.kind, v));
    if let (Some(this), Some(that)) = (of(field), of(other))
        && this < that
    {
        push(errors, path, FieldRefusal::Order, expected::order(other));
    }
}

/// The regular expression for the whole of a text.
pub(crate) fn whole(pattern: &str) -> Result<Regex, regex::Error> {
    Regex::new(&format!("^(?:{pattern})$"))
}

/// Whether a value is of a type that is no choice and no table.
pub(crate) fn is_of(kind: FormFieldType, value: &Value) -> bool {
    match kind {
        FormFieldType::Number => value.is_number(),
        FormFieldType::Integer => value.as_i64().is_some(),
        FormFieldType::Boolean => value.is_boolean(),
        FormFieldType::Date | FormFieldType::DateTime => moment(kind, value).is_some(),
        kind if kind.is_reference() => value.as_i64().is_some_and(|id| id > 0),
        _ => value.is_string(),
    }
}

/// A date or moment as something that can be compared with others of its kind; dates begin
/// at midnight UTC.
pub(crate) fn moment(kind: FormFieldType, value: &Value) -> Option<Timestamp> {
    let text = value.as_str()?;
    match kind {
        FormFieldType::Date => {
            let is_written = text.len() == 10;
            let date: Date = text.parse().ok().filter(|_| is_written)?;
            let zoned = date.to_zoned(jiff::tz::TimeZone::UTC).ok()?;
            Some(zoned.timestamp())
        }
        FormFieldType::DateTime => text.parse().ok(),
        _ => None,
    }
}

fn add_references(path: &str, field: &FormField, value: &Value, found: &mut Vec<Reference>) {
    if !field.kind.is_reference() {
        return;
    }
    let one = std::slice::from_ref(value);
    let values = value.as_array().map_or(one, Vec::as_slice);
    found.extend(values.iter().filter_map(Value::as_i64).map(|id| Reference {
        path: path.to_owned(),
        kind: field.kind,
        id,
    }));
}
