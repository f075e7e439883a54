//! What the demonstration needs of the logs: messages as if they had come in the past.

use std::collections::HashSet;

use xinglin_store::logs::LogSource;

pub(crate) use super::messages::Arrived;
use super::{Logs, messages};
use crate::AppError;

/// Sources as if they had been heard; stored when sources are tended.
pub(crate) fn load(logs: &Logs, sources: Vec<LogSource>) {
    let names: HashSet<String> = sources.iter().map(|source| source.name.clone()).collect();
    logs.registry.load(sources);
    logs.registry.put_back(&names);
}

/// Keeps messages, in files at once.
pub(crate) fn keep(logs: &Logs, arrived: &[Arrived]) -> Result<(), AppError> {
    messages::keep(&logs.lake, arrived).map_err(AppError::internal)
}
