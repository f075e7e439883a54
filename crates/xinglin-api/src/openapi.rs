//! The OpenAPI document, generated from the handlers, and a page that reads it aloud.

use std::{collections::BTreeSet, fmt::Write as _};

use axum::{Json, Router, response::Html, routing::get};
use serde_json::{Map, Value, json};
use utoipa::OpenApi;

use crate::{problem, routes, state::AppState, views};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "Xinglin",
        description = "The one public API of Xinglin; the page uses nothing else. See docs/api.md for the rules all operations share.",
        license(name = "Apache-2.0", identifier = "Apache-2.0")
    ),
    components(schemas(problem::Problem, problem::ProblemField, views::RemedyKind))
)]
pub(crate) struct Base;

/// The OpenAPI 3.1 document of all operations.
pub fn document() -> Value {
    let generated = routes::table().split_for_parts().1;
    let mut document = serde_json::to_value(generated).unwrap_or_default();
    let asked = asked_schemas(&document);
    if let Some(Value::Object(paths)) = document.get_mut("paths") {
        for (path, methods) in paths {
            for operation in methods.as_object_mut().into_iter().flatten() {
                place_parameters(path, operation.1);
                add_problem(operation.1);
            }
        }
    }
    if let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas") {
        for (name, schema) in schemas {
            simplify(schema);
            if !asked.contains(name) {
                require_all(schema);
            }
        }
    }
    document
}

pub(crate) fn routes() -> Router<AppState> {
    Router::new()
        .route("/api/openapi.json", get(|| async { Json(document()) }))
        .route("/api/docs", get(|| async { Html(reader(&document())) }))
}

/// What is no part of the path is a query parameter, and may be left out where it may be null.
fn place_parameters(path: &str, operation: &mut Value) {
    let parameters = operation
        .get_mut("parameters")
        .and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let name = parameter.get("name").and_then(Value::as_str);
        let is_placed = parameter.get("in").is_some_and(|place| place != "path");
        if is_placed || name.is_none_or(|name| path.contains(&format!("{{{name}}}"))) {
            continue;
        }
        let kinds = parameter.pointer_mut("/schema/type");
        let mut optional = false;
        if let Some(kinds) = kinds
            && let Value::Array(all) = kinds
        {
            all.retain(|kind| kind != "null");
            optional = true;
            if let [only] = all.as_slice() {
                *kinds = only.clone();
            }
        }
        if let Value::Object(parameter) = parameter {
            parameter.insert("in".to_owned(), json!("query"));
            parameter.insert("required".to_owned(), Value::Bool(!optional));
        }
    }
}

/// Every operation may answer with a problem.
fn add_problem(operation: &mut Value) {
    let problem = json!({
        "description": "A problem (RFC 9457).",
        "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    });
    if let Some(Value::Object(responses)) = operation.get_mut("responses") {
        responses.entry("default").or_insert(problem);
    }
}

/// The schemas that stand in request bodies, with those inside them.
fn asked_schemas(document: &Value) -> BTreeSet<String> {
    let mut asked = BTreeSet::new();
    let mut open = Vec::new();
    for operation in operations(document) {
        references(
            operation.1.get("requestBody").unwrap_or(&Value::Null),
            &mut open,
        );
    }
    while let Some(name) = open.pop() {
        if asked.insert(name.clone()) {
            let path = format!("/components/schemas/{name}");
            references(document.pointer(&path).unwrap_or(&Value::Null), &mut open);
        }
    }
    asked
}

fn references(value: &Value, found: &mut Vec<String>) {
    match value {
        Value::Object(object) => {
            if let Some(Value::String(target)) = object.get("$ref") {
                found.extend(target.rsplit('/').next().map(str::to_owned));
            }
            object.values().for_each(|inner| references(inner, found));
        }
        Value::Array(values) => values.iter().for_each(|inner| references(inner, found)),
        _ => {}
    }
}

/// A view always carries all its fields, `null` where there is nothing to say; only what is
/// asked may be left out.
fn require_all(schema: &mut Value) {
    let parts = schema.get_mut("allOf").and_then(Value::as_array_mut);
    parts.into_iter().flatten().for_each(require_all);
    if let Some(Value::Object(properties)) = schema.get("properties") {
        let names: Vec<&String> = properties.keys().collect();
        let names = json!(names);
        if let Value::Object(schema) = schema {
            schema.insert("required".to_owned(), names);
        }
    }
}

/// Says in the plainest form what the generator says: an object of which nothing is said may
/// hold anything, not nothing.
fn simplify(schema: &mut Value) {
    match schema {
        Value::Object(object) => {
            let is_free = object.get("type").is_some_and(names_object)
                && !object.contains_key("properties")
                && !object.contains_key("additionalProperties");
            if is_free {
                object.insert("additionalProperties".to_owned(), Value::Bool(true));
            }
            // A pair is an array of two, which every generator of types understands.
            if let Some(Value::Array(parts)) = object.remove("prefixItems") {
                object.insert("minItems".to_owned(), json!(parts.len()));
                object.insert("maxItems".to_owned(), json!(parts.len()));
                object.insert(
                    "items".to_owned(),
                    parts.into_iter().next().unwrap_or_default(),
                );
            }
            object.values_mut().for_each(simplify);
        }
        Value::Array(values) => values.iter_mut().for_each(simplify),
        _ => {}
    }
}

fn names_object(kind: &Value) -> bool {
    match kind {
        Value::String(kind) => kind == "object",
        Value::Array(kinds) => kinds.iter().any(names_object),
        _ => false,
    }
}

/// All operations as `(METHOD path, operation)`.
fn operations(document: &Value) -> impl Iterator<Item = (String, &Map<String, Value>)> {
    let paths = document.get("paths").and_then(Value::as_object);
    paths.into_iter().flatten().flat_map(|(path, methods)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.filter_map(move |(method, operation)| {
            let name = format!("{} {path}", method.to_uppercase());
            Some((name, operation.as_object()?))
        })
    })
}

/// A plain page of all operations: no script, so that it needs no exception in the policy.
fn reader(document: &Value) -> String {
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Xinglin API</title></head><body><main><h1>Xinglin API</h1><p><a href=\"/api/openapi.json\">openapi.json</a></p>",
    );
    for (name, operation) in operations(document) {
        let text = |key: &str| {
            let text = operation.get(key).and_then(Value::as_str);
            escape(text.unwrap_or_default())
        };
        let written = write!(
            page,
            "<h2><code>{}</code></h2><p>{} {}</p>",
            escape(&name),
            text("summary"),
            text("description")
        );
        // Writing to a String cannot fail.
        debug_assert!(written.is_ok());
    }
    page.push_str("</main></body></html>");
    page
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}
