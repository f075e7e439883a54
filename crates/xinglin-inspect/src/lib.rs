//! Inspection: facts of everything a hospital runs, and the checks that judge them.
//!
//! A *collector* reads one thing and yields its facts as one versioned document, together
//! with what it could not read: [`linux::collect`] reads a [`host::Host`] (the live machine, a
//! system tree, or a recorded host), every other [`Family`] a [`Bundle`] of files gathered
//! elsewhere. [`checks::load`] reads checks from content files; [`evaluate`] judges facts by
//! those of their family. Facts hide the differences between products, checks hold what is
//! expected, and a fact nobody could read makes a check `unknown`, never `pass` or `fail`.
//! [`policy`] answers questions about packet filters.
//!
//! Only [`host`] touches the machine. Nothing here reads the clock, the network or the
//! environment, nothing changes a host, and secrets never leave it: a password hash is
//! reduced to its scheme, a scheduled command to itself without its passwords.

pub mod bundle;
pub mod checks;
pub mod database;
pub mod discovery;
pub mod drift;
pub mod host;
pub mod hypervisor;
pub mod integrity;
pub mod linux;
pub mod logs;
pub mod middleware;
pub mod network;
pub mod policy;
pub mod remedy;
pub mod tls;
pub mod windows;

mod evaluate;
mod family;
mod inspection;
mod subject;
mod suite;

pub use bundle::{BUNDLE_FORMAT, Bundle, BundleError, Trust};
pub use checks::{Check, CheckSet, ContentError, Fix, Power, Severity};
pub use evaluate::{CheckResult, Status, evaluate};
pub use family::Family;
pub use host::{GatheredHost, Host, LiveHost, RecordedHost, TreeHost};
pub use inspection::{FORMAT, Inspection, InspectionError, inspect, inspect_bundle, inspect_with};
pub use linux::Facts;
pub use subject::{Collected, FACTS_FORMAT, Subject, Unreadable};
pub use suite::{CheckTest, TestOutcome, Tested, load_tests, run_tests};
