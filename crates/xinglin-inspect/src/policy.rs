//! Packet filters as rules over sets of packets, independent of any vendor, and what can be
//! said of them.
//!
//! [`RuleSet::decide`] says what becomes of one packet; [`analyse`] which rules never act, could
//! go or let too much through; [`reach`] and [`who_can_reach`] which packets pass and by which
//! rule, over one rule set or several that a device applies one after the other
//! ([`on_the_way`]); [`compare`] what a change of rules changes. All work on exact sets of
//! packets, not on samples. Findings and answers are data: their sentences are the caller's.

mod analyse;
mod compare;
mod diagram;
mod disjoint;
mod finding;
mod model;
mod packet;
mod packets;
mod ranges;
mod reach;
mod rule;
mod search;
mod split;
mod text;
mod within;

pub use analyse::{analyse, analyse_within};
pub use compare::{Comparison, Difference, compare};
pub use finding::{ExposedGroup, Limits, PolicyFinding, Problem, SensitivePort};
pub use packet::{Decision, Packet, RuleReference};
pub use packets::{Packets, Zones};
pub use reach::{Answer, Part, Question, Verdict, on_the_way, reach, who_can_reach};
pub use rule::{Action, AddressRange, PortRange, Rule, RuleSet, Service};
pub use text::{PolicyTextError, addresses, services};
pub use within::outside;
