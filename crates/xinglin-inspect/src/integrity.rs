//! File integrity: what chosen files were, what they are, what changed, and by whose hand.
//!
//! [`scan`] takes a [`Baseline`] of the files a [`Scope`] names, [`compare`] says how two of
//! them differ and whether a change of package explains it, a [`Watch`] folds the events of a
//! watcher into a baseline between two scans, and [`attribute_by_records`] names who did it, as
//! far as the audit records and sign-ins of the host tell. All of it works on a [`crate::Host`] and
//! on texts: it watches nothing by itself and reads no clock.

mod actor;
mod audit_log;
mod baseline;
mod compare;
mod owners;
mod records;
mod scan;
mod scope;
mod sessions;
mod watch;

pub use actor::{Actor, Certainty, attribute};
pub use audit_log::{Write, parse_audit_log};
pub use baseline::{Baseline, Entry, EntryKind, FORMAT};
pub use compare::{Cause, Change, ChangeKind, Comparison, Difference, compare, compare_at};
pub use records::attribute_by_records;
pub use scan::scan;
pub use scope::Scope;
pub use sessions::{Session, parse_wtmp};
pub use watch::{Settled, Watch};
