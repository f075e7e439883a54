//! All events that are asked for, however many they are: a page of them is in memory.

use std::{io, ops::ControlFlow};

use jiff::Timestamp;
use xinglin_lake::{Lake, LakeError, Order, Query, Search, Stop, StoredEvent};

/// So many events are read first, so that somebody who waits sees some …
const FIRST: usize = 500;
/// … and so many at once after that.
const AT_ONCE: usize = 10_000;

/// What is asked for.
#[derive(Debug, Clone, Copy)]
pub struct Wanted<'a> {
    /// What passes.
    pub query: &'a Query,
    /// From here on.
    pub from: Option<Timestamp>,
    /// Up to here.
    pub to: Option<Timestamp>,
    /// The order, by the times of the events.
    pub order: Order,
    /// At most so many; none for all.
    pub most: Option<u64>,
    /// When to give up.
    pub stop: &'a Stop,
}

/// Why not all events could be given.
#[derive(Debug, thiserror::Error)]
pub enum PagesError {
    /// The lake cannot be read.
    #[error("the logs cannot be read")]
    Lake(#[from] LakeError),
    /// Whoever was given them cannot take more.
    #[error("events cannot be written")]
    Sink(#[from] io::Error),
}

/// Gives each event that is asked for to `each`, until it breaks off; whether it was given all
/// that it wanted, rather than stopped.
///
/// # Errors
/// When the lake cannot be read, or `each` fails.
pub fn each_event(
    lake: &Lake,
    wanted: &Wanted<'_>,
    each: &mut dyn FnMut(StoredEvent) -> io::Result<ControlFlow<()>>,
) -> Result<bool, PagesError> {
    let mut beyond = None;
    let mut left = wanted.most.unwrap_or(u64::MAX);
    let mut at_once = FIRST;
    while left > 0 {
        let most = usize::try_from(left).unwrap_or(usize::MAX).min(at_once);
        let found = lake.search(&Search {
            query: wanted.query,
            from: wanted.from,
            to: wanted.to,
            order: wanted.order,
            most,
            beyond,
            stop: wanted.stop,
        })?;
        beyond = found
            .events
            .last()
            .map(|last| (last.event.at, last.sequence));
        left = left.saturating_sub(u64::try_from(found.events.len()).unwrap_or(u64::MAX));
        for event in found.events {
            if each(event)?.is_break() {
                return Ok(true);
            }
        }
        if found.stopped {
            return Ok(false);
        }
        if !found.more || beyond.is_none() {
            return Ok(true);
        }
        at_once = AT_ONCE;
    }
    Ok(true)
}
