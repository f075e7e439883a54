//! Discovery: what a port scan saw, against what the hospital has on record.
//!
//! [`parse_nmap`] reads the XML output of nmap; [`discover`] compares it with the register:
//! unknown hosts, unknown ports, weak protocols; [`scan_command`] composes the command line of
//! a scan that stays within the ranges the hospital allowed. Nothing here scans: the caller
//! starts the program, or imports what somebody else's scan wrote.

mod compare;
mod confine;
mod nmap;
mod scan;
mod weakness;

pub use compare::{
    AllowedPort, DiscoveryFinding, DiscoveryProblem, Register, RegisteredAsset, discover,
};
pub use confine::{ScanPlan, TargetError, confined, scan_command};
pub use nmap::{ScanError, parse_nmap};
pub use scan::{Covered, PortState, Scan, ScannedHost, ScannedPort, ScriptOutput};
pub use weakness::{Weakness, weaknesses};
