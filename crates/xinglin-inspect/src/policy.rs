//! Packet filters as rules over sets of packets, independent of any vendor, and what can be
//! said of them: which rules never act, which packets pass and by which rule.

mod rule;

pub use rule::{Action, AddressRange, PortRange, Rule, RuleSet, Service};
