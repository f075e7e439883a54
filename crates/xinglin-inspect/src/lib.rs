//! Inspection: facts of a host, and the checks that judge them.
//!
//! [`facts::collect`] reads a [`host::Host`] (the live machine, a system tree, or a recorded
//! host) and yields one versioned document of [`facts::Facts`] together with what it could
//! not read. [`checks::load`] reads checks from content files; [`evaluate`] judges facts by
//! them. Facts hide the differences between distributions, checks hold what is expected, and
//! a fact nobody could read makes a check `unknown`, never `pass` or `fail`.
//!
//! Only [`host`] touches the machine. Nothing here reads the clock, the network or the
//! environment, nothing changes the host, and secrets never leave it: a password hash is
//! reduced to its scheme, a scheduled command to itself without its passwords.

pub mod checks;
pub mod facts;
pub mod host;

mod evaluate;
mod inspection;
mod suite;

pub use checks::{Check, CheckSet, ContentError, Power};
pub use evaluate::{CheckResult, Status, evaluate};
pub use facts::{Facts, Inspected, Subject, Unreadable};
pub use host::{Host, LiveHost, RecordedHost, TreeHost};
pub use inspection::{FORMAT, Inspection, InspectionError, inspect};
pub use suite::{CheckTest, TestOutcome, load_tests, run_tests};
