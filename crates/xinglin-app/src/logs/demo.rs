//! What the demonstration needs of the logs: messages as if they had come in the past.

use std::collections::HashSet;

use jiff::Timestamp;
use xinglin_store::logs::LogSource;

pub(crate) use super::messages::Arrived;
use super::{Logs, messages};
use crate::AppError;

/// Sources as if they had been heard; stored when sources are tended.
pub(crate) fn load(logs: &Logs, sources: Vec<LogSource>, now: Timestamp) {
    let names: HashSet<String> = sources.iter().map(|source| source.name.clone()).collect();
    logs.registry.load(sources, now);
    logs.registry.put_back(&names);
}

/// So many messages are handed to the lake at once.
const AT_ONCE: usize = 2_000;

/// Keeps messages, and makes files of them.
pub(crate) fn keep(logs: &Logs, arrived: &[Arrived]) -> Result<(), AppError> {
    for part in arrived.chunks(AT_ONCE) {
        messages::keep(&logs.lake, part).map_err(AppError::internal)?;
    }
    logs.lake.flush().map_err(AppError::internal)
}
