//! The bytes under the hash, format `xinglin.ledger/1`.
//!
//! `hash = SM3(message)` (GB/T 32905-2016), where `message` is these parts in this order:
//!
//! | part | bytes |
//! |---|---|
//! | format | text `xinglin.ledger/1` |
//! | `seq` | unsigned 64-bit integer |
//! | `at` | signed 64-bit integer: milliseconds since 1970-01-01T00:00:00Z |
//! | `prev` | the 32 bytes of the digest |
//! | `actor` | text |
//! | `action` | text |
//! | number of subjects | unsigned 64-bit integer |
//! | each subject | text `kind`, text `id` |
//! | `payload` | text: the value as canonical JSON |
//!
//! Integers are big-endian. A *text* is its length in bytes as an unsigned 64-bit integer,
//! then its UTF-8 bytes. Lengths make the form unambiguous: no two entries share a message.
//! *Canonical JSON* has no white space; object keys are sorted by their UTF-8 bytes; in
//! strings only `"`, `\` and characters below U+0020 are escaped, as `\" \\ \b \f \n \r \t`
//! or `\u00xx` in lower case; integers are plain digits; other numbers have the fewest digits that
//! read back to the same 64-bit number, with a decimal point or an exponent.
//! The first entry has `seq` 1 and a `prev` of 32 zero bytes.

use jiff::Timestamp;

use crate::{Digest, Entry, canonical};

/// The name of the format, which is also the first text under every hash.
pub const FORMAT: &str = "xinglin.ledger/1";

/// The hash that `entry` must carry.
pub fn hash(entry: &Entry) -> Digest {
    Digest::of(&message(entry))
}

/// The bytes under the hash of `entry`.
pub fn message(entry: &Entry) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(512);
    text(&mut bytes, FORMAT);
    bytes.extend(entry.seq.to_be_bytes());
    bytes.extend(entry.at.as_millisecond().to_be_bytes());
    bytes.extend(entry.prev.as_bytes());
    text(&mut bytes, &entry.actor);
    text(&mut bytes, &entry.action);
    bytes.extend((entry.subjects.len() as u64).to_be_bytes());
    for subject in &entry.subjects {
        text(&mut bytes, &subject.kind);
        text(&mut bytes, &subject.id);
    }
    let mut payload = String::with_capacity(256);
    canonical::write(&entry.payload, &mut payload);
    text(&mut bytes, &payload);
    bytes
}

/// Cuts what the hash does not cover off a time.
pub(crate) fn to_millisecond(at: Timestamp) -> Timestamp {
    // Cannot fail: the number came from a valid time.
    Timestamp::from_millisecond(at.as_millisecond()).unwrap_or(at)
}

fn text(bytes: &mut Vec<u8>, text: &str) {
    bytes.extend((text.len() as u64).to_be_bytes());
    bytes.extend(text.as_bytes());
}
