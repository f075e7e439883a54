//! The spool: on disk, in order, bounded, and what is lost is counted.

use std::fs;

use xinglin_agent::{Spool, SpoolLimits};
use xinglin_inspect::{FORMAT, Inspection, Subject};

fn inspection(text: &str) -> Inspection {
    Inspection {
        format: FORMAT.to_owned(),
        subject: Subject {
            kind: "host".to_owned(),
            name: text.to_owned(),
            platform: "debian".to_owned(),
            version: "12".to_owned(),
        },
        collected_at: "2026-11-22T08:00:00Z".parse().unwrap(),
        facts: serde_json::json!({"format": "xinglin.facts/1", "family": "linux"}),
        unreadable: Vec::new(),
        results: Vec::new(),
    }
}

fn name(spool: &mut Spool) -> Option<String> {
    let oldest = spool.oldest().unwrap();
    oldest.map(|(_, inspection)| inspection.subject.name)
}

#[test]
fn what_is_pushed_outlives_the_process_and_leaves_in_order() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Spool::open(folder.path(), SpoolLimits::default()).unwrap();
    for text in ["one", "two", "three"] {
        open().push(&inspection(text)).unwrap();
    }
    let mut spool = open();
    for (number, text) in ["one", "two", "three"].into_iter().enumerate() {
        assert_eq!(name(&mut spool).as_deref(), Some(text));
        spool.remove(number as u64 + 1).unwrap();
    }
    assert!(spool.is_empty() && spool.bytes() == 0);
    // Numbers go on, although nothing is left that has one.
    assert_eq!(open().push(&inspection("four")).unwrap(), 4);
}

#[test]
fn beyond_its_limits_the_oldest_goes_and_is_counted() {
    let cases = [
        SpoolLimits {
            bytes: u64::MAX,
            entries: 3,
        },
        SpoolLimits {
            bytes: 900,
            entries: 100,
        },
    ];
    for limits in cases {
        let folder = tempfile::tempdir().unwrap();
        let mut spool = Spool::open(folder.path(), limits).unwrap();
        for number in 1..=10 {
            spool.push(&inspection(&number.to_string())).unwrap();
        }
        let kept = spool.len();
        assert!((2..=3).contains(&kept), "{limits:?}: {kept}");
        assert_eq!(
            usize::try_from(spool.lost()).unwrap(),
            10 - kept,
            "{limits:?}"
        );
        let mut spool = Spool::open(folder.path(), limits).unwrap();
        assert_eq!(
            usize::try_from(spool.lost()).unwrap(),
            10 - kept,
            "{limits:?}: after a restart"
        );
        assert_eq!(name(&mut spool), Some((10 - kept + 1).to_string()));
    }
    // One that is too large alone is better than none.
    let folder = tempfile::tempdir().unwrap();
    let limits = SpoolLimits {
        bytes: 1,
        entries: 1,
    };
    let mut spool = Spool::open(folder.path(), limits).unwrap();
    spool.push(&inspection("large")).unwrap();
    assert_eq!((spool.len(), spool.lost()), (1, 0));
}

#[test]
fn leftovers_of_a_loss_of_power_are_no_entries() {
    let folder = tempfile::tempdir().unwrap();
    let open = || Spool::open(folder.path(), SpoolLimits::default()).unwrap();
    open().push(&inspection("whole")).unwrap();
    let path = |number: u64, ending: &str| folder.path().join(format!("{number:020}{ending}"));
    fs::write(path(2, ".json.part"), "{\"form").unwrap();
    fs::write(path(0, ".json"), "not an inspection").unwrap();
    fs::write(folder.path().join("counters.json"), "").unwrap();
    let mut spool = open();
    assert!(!path(2, ".json.part").exists());
    assert_eq!(name(&mut spool).as_deref(), Some("whole"));
    assert_eq!(spool.lost(), 1, "the one that could not be read");
    assert_eq!(spool.push(&inspection("next")).unwrap(), 2);
}
