//! `xinglin assess score` on documents.

use serde_json::{Value, json};
use xinglin_controls::{ResultDocument, VerdictFileError, score_file};

use crate::common::{CATALOGUE, even_weights, sheet};

fn score(document: &Value) -> Result<ResultDocument, VerdictFileError> {
    score_file(&document.to_string(), &CATALOGUE)
}

/// A document in which the first items of S3A3 have these verdicts.
fn document(template: &str, runs: &[(usize, &str)]) -> Value {
    let sheet = sheet(&[]);
    let verdicts = runs
        .iter()
        .flat_map(|(count, verdict)| std::iter::repeat_n(verdict, *count));
    let verdicts: Vec<Value> = sheet
        .rows()
        .zip(verdicts)
        .map(|((_, id), verdict)| json!({"requirement": id, "object": "his-db01", "verdict": verdict}))
        .collect();
    json!({"format": "xinglin.verdicts/1", "template": template, "grade": {"s": 3, "a": 3}, "verdicts": verdicts})
}

#[test]
fn the_examples_of_2025_come_out() {
    let runs = |compliant| {
        [
            (compliant, "compliant"),
            (200 - compliant, "noncompliant"),
            (11, "not_applicable"),
        ]
    };
    for (compliant, hazards, rate, conclusion, zh) in [
        (
            171,
            json!({"found": 10, "resolved": 5}),
            0.855,
            "basically_compliant",
            "基本符合",
        ),
        (
            184,
            json!({"found": 0, "resolved": 0}),
            0.92,
            "compliant",
            "符合",
        ),
        (
            184,
            json!({"found": 2}),
            0.92,
            "basically_compliant",
            "基本符合",
        ),
        (110, json!({}), 0.55, "noncompliant", "不符合"),
    ] {
        let mut document = document("2025", &runs(compliant));
        document["hazards"] = hazards.clone();
        let result = serde_json::to_value(score(&document).unwrap()).unwrap();
        assert_eq!(result["rate"], json!(rate));
        assert_eq!(result["conclusion"], json!(conclusion));
        assert_eq!(result["conclusion_zh"], json!(zh));
        assert_eq!(
            result["hazards"]["found"],
            hazards.get("found").cloned().unwrap_or(json!(0))
        );
    }
}

#[test]
fn the_result_has_the_documented_form() {
    let mut document = document(
        "2025",
        &[
            (205, "compliant"),
            (1, "partial"),
            (1, "noncompliant"),
            (1, "not_applicable"),
        ],
    );
    document["hazards"] = json!({"found": 3, "resolved": 1});
    let result = serde_json::to_value(score(&document).unwrap()).unwrap();
    let rate = 205.0 / 210.0;
    let domain = |code: &str, applicable: u32, compliant: u32| {
        json!({
            "domain": code, "applicable": applicable, "compliant": compliant,
            "rate": f64::from(compliant) / f64::from(applicable),
        })
    };
    assert_eq!(
        result,
        json!({
            "format": "xinglin.result/1", "template": "2025", "items": 211, "applicable": 210,
            "compliant": 205, "partial": 1, "noncompliant": 4, "not_applicable": 1,
            "unanswered": ["L3-MMS1-46", "L3-MMS1-47", "L3-MMS1-48"], "provisional": true,
            "rate": rate, "score": null, "technical": null, "management": null,
            "conclusion": "basically_compliant", "conclusion_zh": "基本符合",
            "domains": [
                domain("PES", 22, 22), domain("CNS", 8, 8), domain("ABS", 20, 20), domain("CES", 34, 34),
                domain("SMC", 12, 12), domain("PSS", 7, 7), domain("ORS", 14, 14), domain("HRS", 12, 12),
                domain("CMS", 34, 34), domain("MMS", 47, 42),
            ],
            "hazards": {"found": 3, "resolved": 1}, "weights_official": true,
        })
    );
}

#[test]
fn several_objects_and_objects_that_do_not_apply() {
    let mut document = document("2025", &[(211, "compliant")]);
    let verdicts = document["verdicts"].as_array_mut().unwrap();
    verdicts.push(
        json!({"requirement": "L3-CES1-01", "object": "pacs-01", "verdict": "not_applicable"}),
    );
    verdicts
        .push(json!({"requirement": "L3-CES1-02", "object": "pacs-01", "verdict": "noncompliant"}));
    let result = score(&document).unwrap();
    assert_eq!(
        (result.compliant, result.partial, result.not_applicable),
        (210, 1, 0)
    );
    assert!(!result.provisional);
}

#[test]
fn a_file_without_verdicts_is_provisional() {
    let result = score(&document("2025", &[])).unwrap();
    assert_eq!(
        (result.unanswered.len(), result.noncompliant, result.rate),
        (211, 211, Some(0.0))
    );
    assert!(result.provisional);
}

#[test]
fn weighted_templates_need_all_weights() {
    for template in ["2021", "2019"] {
        let mut document = document(template, &[(211, "compliant")]);
        document["weights"] = json!({"L3-PES1-01": 1});
        let message = score(&document).unwrap_err().to_string();
        assert!(
            message.contains("L3-PES1-02, L3-PES1-03") && message.contains("L3-MMS1-48"),
            "{message}"
        );
        assert!(!message.contains("L3-PES1-01,"), "{message}");
        document["weights"] = json!(even_weights(&sheet(&[]), 1.0));
        assert_eq!(score(&document).unwrap().score, Some(100.0));
    }
}

#[test]
fn extensions_and_other_grades() {
    let mut document = document("2025", &[]);
    document["extensions"] = json!(["cloud", "iot"]);
    assert_eq!(score(&document).unwrap().items, 211 + 46 + 20);
    document["extensions"] = json!([]);
    document["grade"] = json!({"s": 2, "a": 3});
    assert_eq!(score(&document).unwrap().items, 202);
}

/// Scores a good document in which `value` stands at `parent[key]`, and expects each part
/// of `expected` (parted by ` | `) in the error.
fn refused(parent: &str, key: &str, value: Value, expected: &str) {
    let mut document = document("2025", &[(3, "compliant")]);
    match document.pointer_mut(parent).unwrap() {
        Value::Array(entries) => entries.push(value),
        object => object[key] = value,
    }
    let message = score(&document).unwrap_err().to_string();
    for part in expected.split(" | ") {
        assert!(message.contains(part), "no '{part}' in: {message}");
    }
}

#[test]
fn errors_name_the_field_and_what_was_expected() {
    for (key, value, expected) in [
        (
            "format",
            json!("xinglin.verdicts/2"),
            "format | xinglin.verdicts/1 | xinglin.verdicts/2",
        ),
        (
            "template",
            json!("2024"),
            "unknown variant `2024` | `2025` | line 1 column",
        ),
        (
            "tempalte",
            json!("2025"),
            "unknown field `tempalte` | line 1 column",
        ),
        (
            "grade",
            json!({"s": 5, "a": 3}),
            "unknown level '5' | 1, 2, 3 or 4",
        ),
        (
            "grade",
            json!({"s": 3, "a": 3, "g": 3}),
            "unknown field `g`",
        ),
        (
            "extensions",
            json!(["ics"]),
            "unknown variant `ics` | cloud",
        ),
        (
            "settings",
            json!({"objects": "mean"}),
            "unknown field `objects` | multi_object",
        ),
        (
            "settings",
            json!({"partial_credit": 1.5}),
            "settings.partial_credit | 0 to 1 | 1.5",
        ),
        (
            "settings",
            json!({"attention": -0.1}),
            "settings.attention | 0 to 1 | -0.1",
        ),
        (
            "settings",
            json!({"at_90": "good"}),
            "settings.at_90 | compliant or basically | good",
        ),
        (
            "settings",
            json!({"at_60": "compliant"}),
            "settings.at_60 | or noncompliant",
        ),
        (
            "hazards",
            json!({"found": 1, "resolved": 2}),
            "hazards.resolved | at most the 1 found",
        ),
        (
            "weights",
            json!({"L3-PES1-99": 1}),
            "weights.L3-PES1-99 | catalogue",
        ),
        (
            "weights",
            json!({"L3-PES1-01": 0}),
            "weights.L3-PES1-01 | above 0 | found 0",
        ),
        ("risks", json!({"high": -1}), "invalid value | -1"),
    ] {
        refused("", key, value, expected);
    }
}

#[test]
fn errors_name_the_verdict_and_what_was_expected() {
    for (requirement, object, verdict, expected) in [
        (
            "L3-CES1-99",
            "a",
            "partial",
            "verdicts[3].requirement | L3-CES1-99 | catalogue",
        ),
        (
            "L2-CES1-01",
            "a",
            "partial",
            "verdicts[3].requirement | L2-CES1-01 | S3A3G3",
        ),
        (
            "L3-CNS2-01",
            "a",
            "partial",
            "verdicts[3].requirement | L3-CNS2-01 | does not apply",
        ),
        (
            "CES1-01",
            "a",
            "partial",
            "unknown requirement id 'CES1-01' | L3-CES1-01",
        ),
        ("L3-CES1-01", " ", "partial", "verdicts[3].object | empty"),
        (
            "L3-PES1-02",
            "his-db01",
            "partial",
            "verdicts[3] | L3-PES1-02 | his-db01 | verdicts[1]",
        ),
        ("L3-CES1-01", "a", "ok", "unknown variant `ok` | compliant"),
    ] {
        let entry = json!({"requirement": requirement, "object": object, "verdict": verdict});
        refused("/verdicts", "", entry, expected);
    }
    let entry = json!({"requirement": "L3-CES1-01", "verdict": "partial"});
    refused(
        "/verdicts",
        "",
        entry,
        "missing field `object` | line 1 column",
    );
}

#[test]
fn errors_that_json_cannot_be_built_with() {
    for (text, part) in [
        ("{", "line 1 column 1"),
        (
            "[]",
            "expected a document {\"format\": \"xinglin.verdicts/1\", …}",
        ),
        (
            r#"{"format":"xinglin.verdicts/1","template":"2025","grade":{"s":3,"a":3},"verdicts":[],"weights":{"L3-PES1-01":1,"L3-PES1-01":2}}"#,
            "weights.L3-PES1-01 stands twice",
        ),
        (
            r#"{"format":"xinglin.verdicts/1","template":"2025","grade":{"s":2,"a":2},"verdicts":[],"extensions":["cloud"]}"#,
            "extensions: extension items of 'cloud' exist at level 3 only",
        ),
        (
            r#"{"format":"xinglin.verdicts/1","template":"2021","grade":{"s":3,"a":3},"verdicts":[],"weights":{"L3-PES1-01":0.7}}"#,
            "weights.L3-PES1-01: expected 1, 2 or 3, found 0.7",
        ),
    ] {
        let message = score_file(text, &CATALOGUE).unwrap_err().to_string();
        assert!(message.contains(part), "no '{part}' in: {message}");
    }
}
