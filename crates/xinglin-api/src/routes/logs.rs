//! Logs: searching, following, taking out.

pub(crate) mod coverage;
pub(crate) mod events;
pub(crate) mod inputs;
pub(crate) mod manage;
pub(crate) mod receive;
pub(crate) mod retention;
pub(crate) mod schedules;
pub(crate) mod sources;
pub(crate) mod sql;
pub(crate) mod tail;
