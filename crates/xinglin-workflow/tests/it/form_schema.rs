//! The schema of a form, judged by another reader of JSON Schema.

use serde_json::{Value, json};
use xinglin_core::Lang;
use xinglin_workflow::{FieldRefusal, RecordValues, Stage};

use crate::records::{form, values};

fn good() -> Value {
    json!({
        "reason": "更换电源", "risk": "low",
        "start_at": "2026-03-09T09:00:00+08:00", "end_at": "2026-03-09T18:00:00+08:00",
    })
}

#[test]
fn own_judgement_and_the_schema_agree() {
    let form = form();
    let schema = form
        .schema(Stage::Application, &RecordValues::new(), Lang::En)
        .schema;
    assert!(jsonschema::draft202012::meta::is_valid(&schema));
    let schema = jsonschema::draft202012::options()
        .should_validate_formats(true)
        .build(&schema)
        .unwrap();
    let cases = [
        // what is put in, the field and reason of the refusal
        (json!({}), None),
        (
            json!({"risk": "high"}),
            Some(("measure", FieldRefusal::Missing)),
        ),
        (json!({"risk": "high", "measure": "双人"}), None),
        (
            json!({"risk": "middle"}),
            Some(("risk", FieldRefusal::Choice)),
        ),
        (json!({"reason": 5}), Some(("reason", FieldRefusal::Type))),
        (
            json!({"reason": "换"}),
            Some(("reason", FieldRefusal::Length)),
        ),
        (
            json!({"reason": ""}),
            Some(("reason", FieldRefusal::Missing)),
        ),
        (
            json!({"start_at": "2026-03-09"}),
            Some(("start_at", FieldRefusal::Type)),
        ),
        (
            json!({"escort": "甲"}),
            Some(("escort", FieldRefusal::Type)),
        ),
        (json!({"escort": 0}), Some(("escort", FieldRefusal::Type))),
        (json!({"escort": 7}), None),
        (
            json!({"items": "电源"}),
            Some(("items", FieldRefusal::Type)),
        ),
        (
            json!({"items": [{"count": 1}]}),
            Some(("items[0].name", FieldRefusal::Missing)),
        ),
        (
            json!({"items": [{"name": "甲", "count": 10}]}),
            Some(("items[0].count", FieldRefusal::Range)),
        ),
        (
            json!({"items": [{"name": "甲", "count": 1.5}]}),
            Some(("items[0].count", FieldRefusal::Type)),
        ),
        (
            json!({"items": [{"name": "甲"}, {"name": "乙"}, {"name": "丙"}, {"name": "丁"}]}),
            Some(("items", FieldRefusal::Length)),
        ),
    ];
    for (change, expected) in cases {
        let mut record = values(good());
        record.extend(values(change.clone()));
        let errors = form.validate(&record, Stage::Application);
        let found: Vec<_> = errors.iter().map(|e| (e.path.as_str(), e.reason)).collect();
        assert_eq!(found, Vec::from_iter(expected), "{change}");
        for error in &errors {
            assert!(!error.expected.zh.is_empty() && !error.expected.en.is_empty());
        }
        assert_eq!(
            schema.is_valid(&Value::Object(record)),
            expected.is_none(),
            "{change}"
        );
    }
}

#[test]
fn what_a_schema_cannot_say_is_judged_all_the_same() {
    let form = form();
    let cases = [
        (
            json!({"end_at": "2026-03-09T08:00:00+08:00"}),
            "end_at",
            FieldRefusal::Order,
        ),
        (
            json!({"end_at": "2026-03-20T08:00:00+08:00"}),
            "end_at",
            FieldRefusal::Duration,
        ),
        (
            json!({"measure": "不需要"}),
            "measure",
            FieldRefusal::Hidden,
        ),
        (json!({"opinion": "同意"}), "opinion", FieldRefusal::Later),
        (json!({"colour": "红"}), "colour", FieldRefusal::Unknown),
        (
            json!({"items": [{"name": "甲", "size": 1}]}),
            "items[0].size",
            FieldRefusal::Unknown,
        ),
    ];
    for (change, path, reason) in cases {
        let mut record = values(good());
        record.extend(values(change.clone()));
        let errors = form.validate(&record, Stage::Application);
        assert_eq!(errors.len(), 1, "{change}");
        assert_eq!((errors[0].path.as_str(), errors[0].reason), (path, reason));
    }
}

#[test]
fn all_mistakes_are_said_at_once() {
    let errors = form().validate(&RecordValues::new(), Stage::Application);
    let paths: Vec<&str> = errors.iter().map(|error| error.path.as_str()).collect();
    assert_eq!(paths, ["reason", "risk", "start_at", "end_at"]);
    assert_eq!(errors[0].expected.zh, "必须填写");
}

#[test]
fn hints_order_fields_and_name_widgets() {
    let form = form();
    let shown = form.schema(Stage::Application, &RecordValues::new(), Lang::Zh);
    assert_eq!(shown.schema["title"], "进入");
    assert_eq!(shown.schema["properties"]["reason"]["title"], "事由");
    assert_eq!(shown.ui["ui:order"][0], "reason");
    assert_eq!(shown.ui["escort"]["ui:widget"], "person");
    assert_eq!(shown.ui["measure"]["ui:widget"], "textarea");
    assert_eq!(
        shown.ui["items"]["items"]["ui:order"],
        json!(["name", "count"])
    );
    assert_eq!(shown.ui["ui:options"]["sections"][0]["title"], "申请");
    let closing = form.schema(Stage::Closing, &RecordValues::new(), Lang::Zh);
    assert_eq!(closing.ui["ui:order"], json!(["left_at"]));
}

#[test]
fn cleaning_removes_what_is_empty_or_does_not_apply() {
    let mut record = values(good());
    record.extend(values(
        json!({"measure": "双人", "escort": null, "items": []}),
    ));
    let cleaned = form().cleaned(&record);
    assert_eq!(Value::Object(cleaned), good());
}

#[test]
fn references_are_listed_with_their_place() {
    let mut record = values(good());
    record.insert("escort".to_owned(), json!(7));
    let references = form().references(&record);
    assert_eq!(references.len(), 1);
    assert_eq!(
        (references[0].path.as_str(), references[0].id),
        ("escort", 7)
    );
}
