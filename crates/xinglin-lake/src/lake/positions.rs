//! How far inputs were read: kept with their messages, so that neither is there without the
//! other.

use std::collections::BTreeMap;

use super::{Lake, lock};
use crate::{
    append::{AppendError, Message, Position, Ticket},
    manifest::State,
};

/// All positions, and those that are not in the manifest yet.
#[derive(Default)]
pub(super) struct Positions {
    all: BTreeMap<String, String>,
    changed: BTreeMap<String, Option<String>>,
}

impl Positions {
    /// Those of the manifest.
    pub(super) fn of(state: &State) -> Self {
        Self {
            all: state.positions.clone(),
            changed: BTreeMap::new(),
        }
    }

    /// Takes one from the log.
    pub(super) fn take(&mut self, position: Position) {
        let Position { key, state } = position;
        match &state {
            Some(state) => self.all.insert(key.clone(), state.clone()),
            None => self.all.remove(&key),
        };
        self.changed.insert(key, state);
    }

    /// Those that are to be in the manifest now.
    pub(super) fn take_changed(&mut self) -> BTreeMap<String, Option<String>> {
        std::mem::take(&mut self.changed)
    }
}

impl Lake {
    /// As `append`, with how far the messages' inputs were read: that is durable exactly when
    /// the messages are, in whatever moment the machine stops.
    pub fn append_with(
        &self,
        messages: &[Message<'_>],
        positions: &[Position],
    ) -> Result<Ticket, AppendError> {
        let log = self.log.as_ref().ok_or(AppendError::Closed)?;
        log.append(messages, positions)
    }

    /// The positions whose key begins so, without that beginning, in the order of their keys.
    /// Those of tickets that have resolved are among them after [`Lake::settle`].
    pub fn positions(&self, beginning: &str) -> Vec<(String, String)> {
        let positions = lock(&self.inner.positions);
        let from = positions.all.range(beginning.to_owned()..);
        from.map_while(|(key, state)| {
            let rest = key.strip_prefix(beginning)?;
            Some((rest.to_owned(), state.clone()))
        })
        .collect()
    }
}
