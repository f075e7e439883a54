//! The JSON Schema (draft 2020-12) of a form, with hints for pages that render it.

use serde::Serialize;
use serde_json::{Map, Value, json};
use xinglin_core::{Lang, Text};

use super::{
    Form, RecordValues, Stage,
    condition::Condition,
    field::{FormField, FormFieldType},
};

/// What a page needs to show a form and to say at once what is wrong.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FormSchema {
    /// The JSON Schema of what is filled in, titles in one language.
    pub schema: Value,
    /// Hints by field (`ui:order`, `ui:widget`, `ui:help`), and `ui:options.sections`.
    pub ui: Value,
}

impl Form {
    /// The schema of what is filled in at `stage`, in `lang`, where `so_far` was filled in
    /// before. Fields that are shown only sometimes stand in `allOf` as `if` and `then`;
    /// those that earlier answers rule out are not there. Dates in order, validity and
    /// references are judged by [`Form::validate`] alone.
    pub fn schema(&self, stage: Stage, so_far: &RecordValues, lang: Lang) -> FormSchema {
        let is_here = |condition: &Condition| {
            let mut fields = self.fields();
            fields.any(|(at, field)| at == stage && field.id == condition.field)
        };
        let fields: Vec<&FormField> = self
            .fields()
            .filter(|(at, _)| *at == stage)
            .map(|(_, field)| field)
            .filter(|field| {
                let mut before = field.when.iter().filter(|condition| !is_here(condition));
                before.all(|condition| condition.holds(so_far))
            })
            .collect();
        let mut schema = object(&fields, lang);
        schema.insert(
            "$schema".to_owned(),
            json!("https://json-schema.org/draft/2020-12/schema"),
        );
        schema.insert("title".to_owned(), json!(self.name.get(lang)));
        schema.insert("description".to_owned(), json!(self.purpose.get(lang)));
        FormSchema {
            schema: Value::Object(schema),
            ui: self.hints(stage, &fields, lang),
        }
    }

    fn hints(&self, stage: Stage, fields: &[&FormField], lang: Lang) -> Value {
        let mut ui = hints_of(fields, lang);
        let sections: Vec<Value> = self
            .sections
            .iter()
            .filter(|section| self.stage(&section.at) == Some(stage))
            .map(|section| {
                let ids: Vec<&str> = section.fields.iter().map(|f| f.id.as_str()).collect();
                json!({"title": section.title.get(lang), "fields": ids})
            })
            .collect();
        ui.insert("ui:options".to_owned(), json!({ "sections": sections }));
        Value::Object(ui)
    }
}

/// The schema of an object with `fields`: those that are always shown, then one condition a
/// set of fields that is not.
fn object(fields: &[&FormField], lang: Lang) -> Map<String, Value> {
    let mut always = Vec::new();
    let mut groups: Vec<(Vec<&Condition>, Vec<&FormField>)> = Vec::new();
    for field in fields {
        // What was filled in at an earlier stage is settled and cannot be asked here.
        let is_here = |c: &&Condition| fields.iter().any(|field| field.id == c.field);
        let when: Vec<&Condition> = field.when.iter().filter(is_here).collect();
        if when.is_empty() {
            always.push(*field);
        } else if let Some((_, group)) = groups.iter_mut().find(|(other, _)| *other == when) {
            group.push(field);
        } else {
            groups.push((when, vec![field]));
        }
    }
    let mut schema = properties(&always, lang);
    schema.insert("type".to_owned(), json!("object"));
    let rules: Vec<Value> = groups
        .iter()
        .map(|(when, group)| {
            let tests: Vec<Value> = when.iter().map(|condition| test(condition)).collect();
            json!({"if": {"allOf": tests}, "then": properties(group, lang)})
        })
        .collect();
    if !rules.is_empty() {
        schema.insert("allOf".to_owned(), Value::Array(rules));
    }
    schema
}

fn properties(fields: &[&FormField], lang: Lang) -> Map<String, Value> {
    let properties: Map<String, Value> = fields
        .iter()
        .map(|field| (field.id.clone(), property(field, lang)))
        .collect();
    let required: Vec<&str> = fields
        .iter()
        .filter(|field| field.required)
        .map(|field| field.id.as_str())
        .collect();
    let mut schema = Map::new();
    schema.insert("properties".to_owned(), Value::Object(properties));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    schema
}

/// The schema under which a condition holds.
fn test(condition: &Condition) -> Value {
    let id = &condition.field;
    let has = |value: Value| json!({"required": [id], "properties": {id: value}});
    let among = |values: &[Value]| {
        has(json!({"anyOf": [
            {"enum": values},
            {"type": "array", "contains": {"enum": values}},
        ]}))
    };
    if let Some(values) = &condition.is {
        return among(values);
    }
    if let Some(values) = &condition.is_not {
        return json!({"not": among(values)});
    }
    if let Some(least) = condition.at_least {
        return has(json!({"type": "number", "minimum": least}));
    }
    let filled = has(json!({"not": {"enum": [null, "", []]}}));
    match condition.filled {
        Some(false) => json!({"not": filled}),
        _ => filled,
    }
}

fn property(field: &FormField, lang: Lang) -> Value {
    let mut schema = if field.is_list() {
        list(field, lang)
    } else {
        single(field, lang)
    };
    schema.insert("title".to_owned(), json!(title(field, lang)));
    if let Some(help) = &field.help {
        schema.insert("description".to_owned(), json!(help.get(lang)));
    }
    if let Some(default) = &field.default {
        schema.insert("default".to_owned(), default.clone());
    }
    Value::Object(schema)
}

fn title(field: &FormField, lang: Lang) -> String {
    let label = field.label.get(lang);
    match (&field.unit, lang) {
        (None, _) => label.to_owned(),
        (Some(unit), Lang::Zh) => format!("{label}（{}）", unit.zh),
        (Some(unit), Lang::En) => format!("{label} ({})", unit.en),
    }
}

fn list(field: &FormField, lang: Lang) -> Map<String, Value> {
    let is_table = field.kind == FormFieldType::Table;
    let items = if is_table {
        object(&field.columns.iter().collect::<Vec<_>>(), lang)
    } else {
        single(field, lang)
    };
    let mut schema = Map::new();
    schema.insert("type".to_owned(), json!("array"));
    schema.insert("items".to_owned(), Value::Object(items));
    schema.insert("maxItems".to_owned(), json!(field.most()));
    let least = field.at_least.unwrap_or(usize::from(field.required));
    if least > 0 {
        schema.insert("minItems".to_owned(), json!(least));
    }
    if !is_table {
        schema.insert("uniqueItems".to_owned(), json!(true));
    }
    schema
}

fn single(field: &FormField, lang: Lang) -> Map<String, Value> {
    let mut schema = Map::new();
    let mut put = |name: &str, value: Value| schema.insert(name.to_owned(), value);
    match field.kind {
        FormFieldType::String | FormFieldType::LongText => {
            put("type", json!("string"));
            put("maxLength", json!(field.most()));
            let least = field.at_least.unwrap_or(usize::from(field.required));
            if least > 0 {
                put("minLength", json!(least));
            }
            if let Some(pattern) = &field.pattern {
                put("pattern", json!(format!("^(?:{})$", pattern.regex)));
            }
        }
        FormFieldType::Number | FormFieldType::Integer => {
            put("type", json!(field.kind.word()));
            for (name, bound) in [("minimum", field.minimum), ("maximum", field.maximum)] {
                if let Some(bound) = bound {
                    put(name, json!(bound));
                }
            }
        }
        FormFieldType::Date | FormFieldType::DateTime => {
            put("type", json!("string"));
            let is_day = field.kind == FormFieldType::Date;
            put("format", json!(if is_day { "date" } else { "date-time" }));
        }
        FormFieldType::Boolean => {
            put("type", json!("boolean"));
        }
        FormFieldType::Choice | FormFieldType::Choices => {
            put("type", json!("string"));
            let option =
                |value: &str, label: &Text| json!({"const": value, "title": label.get(lang)});
            let options = field.options.iter().map(|o| option(&o.value, &o.label));
            put("oneOf", options.collect());
        }
        // Ids; the page looks them up in their register.
        _ => {
            put("type", json!("integer"));
            put("minimum", json!(1));
        }
    }
    schema
}

fn hints_of(fields: &[&FormField], lang: Lang) -> Map<String, Value> {
    let order: Vec<&str> = fields.iter().map(|field| field.id.as_str()).collect();
    let mut ui = Map::new();
    ui.insert("ui:order".to_owned(), json!(order));
    for field in fields {
        let mut hints = Map::new();
        if let Some(widget) = widget(field) {
            hints.insert("ui:widget".to_owned(), json!(widget));
        }
        if let Some(help) = &field.help {
            hints.insert("ui:help".to_owned(), json!(help.get(lang)));
        }
        if let Some(pattern) = &field.pattern {
            hints.insert("ui:placeholder".to_owned(), json!(pattern.words.get(lang)));
        }
        if field.kind == FormFieldType::Table {
            let columns: Vec<&FormField> = field.columns.iter().collect();
            hints.insert("items".to_owned(), Value::Object(hints_of(&columns, lang)));
            hints.insert("ui:field".to_owned(), json!("table"));
        }
        if !hints.is_empty() {
            ui.insert(field.id.clone(), Value::Object(hints));
        }
    }
    ui
}

fn widget(field: &FormField) -> Option<&'static str> {
    match field.kind {
        FormFieldType::LongText => Some("textarea"),
        FormFieldType::Date => Some("date"),
        FormFieldType::DateTime => Some("date-time"),
        FormFieldType::Choice => Some(if field.options.len() > 5 {
            "select"
        } else {
            "radio"
        }),
        FormFieldType::Choices => Some("checkboxes"),
        kind if kind.is_reference() => Some(kind.word()),
        _ => None,
    }
}
