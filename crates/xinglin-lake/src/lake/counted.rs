//! Counts of files, kept in memory: a dashboard asks for the same ones again and again.

use std::{collections::HashMap, sync::Arc};

use crate::counts::Counts;

/// What all of them may take.
const MOST_BYTES: usize = 48 << 20;

/// Counts by the numbers of their files, which never change.
#[derive(Debug, Default)]
pub(super) struct Counted {
    by_file: HashMap<u64, (u64, Arc<Counts>)>,
    bytes: usize,
    /// How often anything was asked for: what was asked for last is kept longest.
    turn: u64,
}

impl Counted {
    pub(super) fn get(&mut self, file: u64) -> Option<Arc<Counts>> {
        self.turn += 1;
        let (turn, counts) = self.by_file.get_mut(&file)?;
        *turn = self.turn;
        Some(Arc::clone(counts))
    }

    pub(super) fn keep(&mut self, file: u64, counts: &Arc<Counts>) {
        let size = counts.size();
        while self.bytes + size > MOST_BYTES
            && let Some(oldest) = self.oldest()
        {
            self.forget(oldest);
        }
        self.forget(file);
        if self.bytes + size <= MOST_BYTES {
            self.bytes += size;
            self.by_file.insert(file, (self.turn, Arc::clone(counts)));
        }
    }

    fn oldest(&self) -> Option<u64> {
        let by_turn = self.by_file.iter().min_by_key(|(_, (turn, _))| *turn);
        by_turn.map(|(file, _)| *file)
    }

    /// Forgets those of a file that is no more.
    pub(super) fn forget(&mut self, file: u64) {
        if let Some((_, counts)) = self.by_file.remove(&file) {
            self.bytes -= counts.size();
        }
    }
}
