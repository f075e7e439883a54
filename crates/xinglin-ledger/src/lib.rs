//! The hash chain in which every change is sealed.
//!
//! An [`Entry`] says who did what to which subjects when; its hash covers every one of
//! its fields and the hash of the entry before it. [`seal`] makes the next entry from a
//! [`Draft`], [`verify`] walks a chain and names the first entry that does not fit.
//! The bytes that are hashed are written down in [`format`], so that an assessor can
//! check a chain without this program.
//!
//! The crate stores nothing, reads no clock and knows no kind of subject. A chain alone
//! cannot show that its newest entries were cut off: compare [`Verification::head`] with
//! a head that was noted elsewhere.

mod canonical;
mod digest;
mod entry;
mod export;
pub mod format;
mod verify;

pub use canonical::canonical_json;
pub use digest::{Digest, ParseDigestError};
pub use entry::{Draft, Entry, Head, Subject, seal};
pub use export::{Export, ExportError};
pub use verify::{FirstBad, Flaw, Verification, Verifier, verify};
