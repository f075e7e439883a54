//! Samples of every version of the messages stay readable.

use serde_json::Value;
use xinglin_inspect::integrity::Baseline;
use xinglin_wire::{
    Body, BodyError, Change, Enrol, Enrolled, FilesReply, FilesReport, PROTOCOL, Reply, Report,
    digest,
};

const ENROL: &str = include_str!("../formats/v1/enrol.json");
const ENROLLED: &str = include_str!("../formats/v1/enrolled.json");
const WHOLE: &str = include_str!("../formats/v1/report-whole.json");
const DIFFERENCE: &str = include_str!("../formats/v1/report-difference.json");
const KEPT: &str = include_str!("../formats/v1/reply-kept.json");
const KEPT_WITH_FILES: &str = include_str!("../formats/v1/reply-kept-with-files.json");
const FILES_WHOLE: &str = include_str!("../formats/v1/files-whole.json");
const FILES_DIFFERENCE: &str = include_str!("../formats/v1/files-difference.json");
const FILES_KEPT: &str = include_str!("../formats/v1/files-reply-kept.json");

fn same_again<T: serde::de::DeserializeOwned + serde::Serialize>(text: &str) -> T {
    let read: T = serde_json::from_str(text).unwrap();
    let (before, after): (Value, Value) = (
        serde_json::from_str(text).unwrap(),
        serde_json::to_value(&read).unwrap(),
    );
    assert_eq!(before, after);
    read
}

#[test]
fn messages_of_version_1_are_read_and_written_as_they_were() {
    let enrol: Enrol = same_again(ENROL);
    assert_eq!(enrol.protocol, PROTOCOL);
    assert!(!format!("{enrol:?}").contains(&enrol.token));
    same_again::<Enrolled>(ENROLLED);
    let whole: Report = same_again(WHOLE);
    let difference: Report = same_again(DIFFERENCE);
    assert!(whole.is_understood());
    let facts = whole.facts(None).unwrap();
    let next = difference.facts(Some(&facts)).unwrap();
    assert_eq!(next["packages"], serde_json::json!(["a", "c", "b"]));
    assert_eq!(next["swap"], Value::Null);
    let Reply::Kept { held, files, .. } = same_again(KEPT) else {
        panic!("another reply");
    };
    assert_eq!((held, files), (digest(&next), None));
}

#[test]
fn messages_on_files_are_read_and_written_as_they_were() {
    let Reply::Kept { files, .. } = same_again(KEPT_WITH_FILES) else {
        panic!("another reply");
    };
    let whole: FilesReport = same_again(FILES_WHOLE);
    let difference: FilesReport = same_again(FILES_DIFFERENCE);
    assert!(whole.is_understood());
    let before = whole.files(None).unwrap();
    let after = difference.files(Some(&before)).unwrap();
    let baseline: Baseline = serde_json::from_value(after.clone()).unwrap();
    assert_eq!(files, Some(baseline.scope));
    assert_eq!(baseline.entries["/etc/issue"].sha256, Some("cd".repeat(32)));
    let FilesReply::Kept { held, .. } = same_again(FILES_KEPT) else {
        panic!("another reply");
    };
    assert_eq!(held, digest(&after));
    assert_eq!(difference.files(None), Err(BodyError::OtherBase));
    // What a later version adds is passed over.
    let mut later: Value = serde_json::from_str(FILES_WHOLE).unwrap();
    later["more"] = Value::from(1);
    assert!(serde_json::from_value::<FilesReport>(later).is_ok());
}

#[test]
fn a_report_that_does_not_fit_is_refused() {
    let difference: Report = serde_json::from_str(DIFFERENCE).unwrap();
    let other = serde_json::json!({});
    for held in [None, Some(&other)] {
        assert_eq!(difference.facts(held), Err(BodyError::OtherBase));
    }
    let whole: Report = serde_json::from_str(WHOLE).unwrap();
    let facts = whole.facts(None).unwrap();
    let mut forged = whole.clone();
    let facts_of_another = serde_json::json!({"format": "xinglin.facts/1"});
    forged.body = Body::Whole {
        facts: facts_of_another,
    };
    assert_eq!(forged.facts(None), Err(BodyError::WrongDigest));
    forged.body = Body::Difference {
        base: digest(&facts),
        changes: vec![Change::Remove {
            at: vec!["nothing".into()],
        }],
    };
    assert!(matches!(
        forged.facts(Some(&facts)),
        Err(BodyError::Difference(_))
    ));
}
