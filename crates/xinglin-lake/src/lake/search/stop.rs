//! When a search gives up.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Ends a search: at a time, or when it is called off.
#[derive(Debug, Clone, Default)]
pub struct Stop {
    at: Option<Instant>,
    called_off: Arc<AtomicBool>,
}

impl Stop {
    /// Never by itself.
    pub fn never() -> Self {
        Self::default()
    }

    /// After this time, from now.
    pub fn after(time: Duration) -> Self {
        Self {
            at: Instant::now().checked_add(time),
            ..Self::default()
        }
    }

    /// Calls off the searches that have this or a clone of it.
    pub fn cancel(&self) {
        self.called_off.store(true, Ordering::Relaxed);
    }

    pub(in crate::lake) fn is_now(&self) -> bool {
        self.is_called_off() || self.at.is_some_and(|at| Instant::now() >= at)
    }

    /// Whether somebody called it off, as opposed to time being over.
    pub(in crate::lake) fn is_called_off(&self) -> bool {
        self.called_off.load(Ordering::Relaxed)
    }
}
