//! Tests of the states and of the plan from outside.
#![expect(clippy::unwrap_used, reason = "a helper that fails must fail its test")]

mod calendar;
mod findings;
mod measures;
mod merge;
mod plan;
mod plan_content;
mod plan_properties;
mod reconcile;
mod support;
mod tasks;
