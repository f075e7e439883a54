//! Nothing can be changed unseen.

use proptest::prelude::*;
use serde_json::{Value, json};
use xinglin_ledger::{Entry, Export, Flaw, Subject, canonical_json, verify};

use crate::chain::chain;

type Change = (&'static str, fn(&mut Entry));

/// Every single-field change, by name.
fn changes() -> Vec<Change> {
    vec![
        ("seq", |entry| entry.seq += 1),
        ("at", |entry| {
            entry.at += jiff::SignedDuration::from_millis(1);
        }),
        ("actor", |entry| entry.actor.push('x')),
        ("action", |entry| entry.action.insert(0, 'x')),
        ("subject kind", |entry| entry.subjects[0].kind.push('x')),
        ("subject id", |entry| entry.subjects[1].id.push('0')),
        ("subject order", |entry| entry.subjects.swap(0, 1)),
        ("subject removed", |entry| drop(entry.subjects.pop())),
        ("subject added", |entry| {
            entry.subjects.push(Subject::new("a", "b"));
        }),
        ("payload value", |entry| entry.payload["old"] = json!(false)),
        ("payload key added", |entry| {
            entry.payload["new"] = Value::Null;
        }),
        ("payload type", |entry| {
            entry.payload["rate"] = json!("0.855");
        }),
        ("payload order of list", |entry| {
            entry.payload["tags"] = json!(["b", "a"]);
        }),
        ("prev", |entry| entry.prev = entry.hash),
        ("hash", |entry| entry.hash = entry.prev),
        // The same bytes, cut at another place.
        ("actor and action moved", |entry| {
            entry.actor.push('a');
            entry.action.remove(0);
        }),
    ]
}

#[test]
fn every_changed_field_is_found_where_it_is() {
    let good = chain(5);
    for (name, change) in changes() {
        for position in 0..good.len() {
            let mut entries = good.clone();
            change(&mut entries[position]);
            let outcome = verify(&entries);
            let bad = outcome
                .first_bad
                .unwrap_or_else(|| panic!("{name} at {position}"));
            assert_eq!(bad.seq, position as u64 + 1, "{name}");
            assert_eq!(outcome.entries, position as u64, "{name}");
        }
    }
}

#[test]
fn a_rehashed_change_is_found_at_the_next_entry() {
    let mut entries = chain(3);
    entries[1].actor = "account:9".to_owned();
    entries[1].hash = xinglin_ledger::format::hash(&entries[1]);
    let bad = verify(&entries).first_bad.unwrap();
    assert_eq!(bad.seq, 3);
    assert!(matches!(bad.reason, Flaw::Prev { .. }));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    /// Whatever byte of the written chain is changed to whatever other byte: the document
    /// cannot be read any more, or says the same, or is found bad.
    #[test]
    fn any_changed_byte_is_found(position in any::<prop::sample::Index>(), byte in any::<u8>()) {
        let good = Export::new(chain(4));
        let mut bytes = canonical_json(&serde_json::to_value(&good).unwrap()).into_bytes();
        let position = position.index(bytes.len());
        prop_assume!(bytes[position] != byte);
        bytes[position] = byte;
        let Ok(text) = String::from_utf8(bytes) else { return Ok(()) };
        let Ok(changed) = Export::from_json(&text) else { return Ok(()) };
        if changed != good {
            prop_assert!(!verify(&changed.entries).is_good(), "{}", text);
        }
    }

    #[test]
    fn removal_is_found(length in 2_u64..20, at in any::<prop::sample::Index>()) {
        let mut entries = chain(length);
        // Cutting off the end leaves a good, shorter chain: that is what a noted head is for.
        let at = at.index(entries.len() - 1);
        entries.remove(at);
        prop_assert_eq!(verify(&entries).first_bad.unwrap().seq, at as u64 + 1);
    }

    #[test]
    fn reordering_is_found(length in 2_u64..20, one in any::<prop::sample::Index>(), other in any::<prop::sample::Index>()) {
        let mut entries = chain(length);
        let (one, other) = (one.index(entries.len()), other.index(entries.len()));
        prop_assume!(one != other);
        entries.swap(one, other);
        prop_assert_eq!(verify(&entries).first_bad.unwrap().seq, one.min(other) as u64 + 1);
    }

    #[test]
    fn insertion_is_found(length in 1_u64..20, from in any::<prop::sample::Index>(), to in any::<prop::sample::Index>()) {
        let mut entries = chain(length);
        let copy = entries[from.index(entries.len())].clone();
        let to = to.index(entries.len() + 1);
        entries.insert(to, copy);
        prop_assert!(!verify(&entries).is_good());
    }

    /// A payload that went through text (as in a database) still verifies.
    #[test]
    fn numbers_survive_storage(number in any::<f64>().prop_filter("JSON has finite numbers only", |n| n.is_finite()), whole in any::<i64>()) {
        let text = canonical_json(&json!({"number": number, "whole": whole}));
        let read: Value = serde_json::from_str(&text).unwrap();
        prop_assert_eq!(canonical_json(&read), text);
    }
}

#[test]
fn truncation_shows_in_the_head() {
    let entries = chain(5);
    let outcome = verify(&entries[..4]);
    assert!(outcome.is_good());
    assert_ne!(outcome.head, entries[4].head());
}
