//! Sealing and walking.

use jiff::Timestamp;
use serde_json::json;
use xinglin_ledger::{Digest, Draft, Entry, Flaw, Head, Subject, Verifier, format, seal, verify};

pub(crate) fn draft(number: u64) -> Draft {
    Draft {
        actor: "account:3".to_owned(),
        action: "asset.update".to_owned(),
        subjects: vec![Subject::new("asset", number), Subject::new("system", 1)],
        payload: json!({"name": format!("检验科服务器 {number}"), "rate": 0.855, "old": null, "tags": ["a", "b"]}),
    }
}

pub(crate) fn chain(length: u64) -> Vec<Entry> {
    let mut head = Head::GENESIS;
    let mut entries = Vec::new();
    for number in 1..=length {
        let at = Timestamp::from_millisecond(1_795_000_000_000 + i64::try_from(number).unwrap());
        let entry = seal(&head, draft(number), at.unwrap());
        head = entry.head();
        entries.push(entry);
    }
    entries
}

#[test]
fn a_sealed_chain_is_good() {
    let entries = chain(100);
    let outcome = verify(&entries);
    assert!(outcome.is_good());
    assert_eq!(outcome.entries, 100);
    assert_eq!(outcome.head, entries[99].head());
    assert_eq!(entries[0].seq, 1);
    assert_eq!(entries[0].prev, Digest::ZERO);
}

#[test]
fn an_empty_chain_is_good_and_ends_at_genesis() {
    let outcome = verify(Vec::<Entry>::new());
    assert!(outcome.is_good());
    assert_eq!(outcome.head, Head::GENESIS);
}

#[test]
fn a_chain_can_be_verified_in_parts() {
    let entries = chain(10);
    let mut first = Verifier::new(Head::GENESIS);
    assert!(entries[..4].iter().all(|entry| first.push(entry)));
    let mut second = Verifier::new(first.finish().head);
    assert!(entries[4..].iter().all(|entry| second.push(entry)));
    assert_eq!(second.finish().head, entries[9].head());
}

#[test]
fn times_are_cut_to_the_millisecond_and_finer_ones_are_refused() {
    let fine: Timestamp = "2026-11-22T08:30:00.123456789Z".parse().unwrap();
    let mut entry = seal(&Head::GENESIS, draft(1), fine);
    assert_eq!(entry.at.to_string(), "2026-11-22T08:30:00.123Z");
    assert!(verify([&entry]).is_good());
    entry.at = fine;
    assert_eq!(verify([&entry]).first_bad.unwrap().reason, Flaw::Time);
}

#[test]
fn the_order_of_payload_keys_does_not_matter() {
    let at = Timestamp::from_millisecond(0).unwrap();
    let mut one = draft(1);
    one.payload = serde_json::from_str(r#"{"a":1,"b":2}"#).unwrap();
    let mut other = draft(1);
    other.payload = serde_json::from_str(r#"{"b":2,"a":1}"#).unwrap();
    assert_eq!(
        seal(&Head::GENESIS, one, at).hash,
        seal(&Head::GENESIS, other, at).hash
    );
}

/// The documented form, written out by hand.
#[test]
fn the_bytes_under_the_hash_are_as_documented() {
    let entry = seal(
        &Head::GENESIS,
        Draft {
            actor: "a".to_owned(),
            action: "bc".to_owned(),
            subjects: vec![Subject::new("k", 7)],
            payload: json!({"y": 1, "x": "医"}),
        },
        Timestamp::from_millisecond(258).unwrap(),
    );
    let mut expected = Vec::new();
    expected.extend(b"\0\0\0\0\0\0\0\x10xinglin.ledger/1");
    expected.extend(b"\0\0\0\0\0\0\0\x01");
    expected.extend(b"\0\0\0\0\0\0\x01\x02");
    expected.extend([0; 32]);
    expected.extend(b"\0\0\0\0\0\0\0\x01a");
    expected.extend(b"\0\0\0\0\0\0\0\x02bc");
    expected.extend(b"\0\0\0\0\0\0\0\x01");
    expected.extend(b"\0\0\0\0\0\0\0\x01k");
    expected.extend(b"\0\0\0\0\0\0\0\x017");
    let payload = r#"{"x":"医","y":1}"#;
    expected.extend(b"\0\0\0\0\0\0\0\x11");
    expected.extend(payload.as_bytes());
    assert_eq!(format::message(&entry), expected);
    assert_eq!(entry.hash, Digest::of(&expected));
}
