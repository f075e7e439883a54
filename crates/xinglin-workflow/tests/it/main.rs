//! Tests of the states and of the plan from outside.
#![expect(clippy::unwrap_used, reason = "a helper that fails must fail its test")]

mod calendar;
mod duties;
mod duty_content;
mod findings;
mod form_content;
mod form_read;
mod form_schema;
mod form_times;
mod measures;
mod merge;
mod plan;
mod plan_content;
mod plan_properties;
mod policy_content;
mod policy_text;
mod reconcile;
mod record_properties;
mod records;
mod support;
mod tasks;
