//! Samples of every released format stay readable.

use xinglin_ledger::{Export, ExportError, canonical_json, format, verify};

const V1: &str = include_str!("../formats/v1/ledger.json");

/// The head of the sample as computed by an independent implementation of the documented
/// form; if this fails, old chains of users fail too.
const V1_HEAD: &str = "463ab15b96edce271a4c603e71dc0ad092b4a14376642d424cdde30cf8ad744a";

#[test]
fn version_1_is_read_and_verified() {
    let export = Export::from_json(V1).unwrap();
    assert_eq!(export.format, format::FORMAT);
    let outcome = verify(&export.entries);
    assert!(outcome.is_good(), "{outcome:?}");
    assert_eq!(outcome.entries, 3);
    assert_eq!(outcome.head.hash.to_string(), V1_HEAD);
}

#[test]
fn version_1_is_written_as_it_was() {
    let export = Export::from_json(V1).unwrap();
    let sample: serde_json::Value = serde_json::from_str(V1).unwrap();
    assert_eq!(
        canonical_json(&serde_json::to_value(&export).unwrap()),
        canonical_json(&sample)
    );
}

#[test]
fn other_formats_are_refused_by_name() {
    let other = V1.replacen("xinglin.ledger/1", "xinglin.ledger/2", 1);
    assert!(matches!(
        Export::from_json(&other),
        Err(ExportError::Format(found)) if found == "xinglin.ledger/2"
    ));
    let unknown = V1.replacen("\"entries\"", "\"items\"", 1);
    assert!(matches!(
        Export::from_json(&unknown),
        Err(ExportError::Json(_))
    ));
}
