//! What was read of files lately, kept in memory: files never change.

use std::{collections::HashMap, hash::Hash, sync::Arc};

/// What was read of files, by their numbers, or of parts of them.
#[derive(Debug)]
pub(super) struct Lately<T, K = u64> {
    by_file: HashMap<K, Kept<T>>,
    most_bytes: usize,
    bytes: usize,
    /// How often anything was asked for: what was asked for last is kept longest.
    turn: u64,
}

#[derive(Debug)]
struct Kept<T> {
    value: Arc<T>,
    bytes: usize,
    turn: u64,
}

impl<T, K: Copy + Eq + Hash> Lately<T, K> {
    /// Nothing yet, and never more than so many bytes.
    pub(super) fn of(most_bytes: usize) -> Self {
        Self {
            by_file: HashMap::new(),
            most_bytes,
            bytes: 0,
            turn: 0,
        }
    }

    pub(super) fn get(&mut self, file: K) -> Option<Arc<T>> {
        self.turn += 1;
        let kept = self.by_file.get_mut(&file)?;
        kept.turn = self.turn;
        Some(Arc::clone(&kept.value))
    }

    pub(super) fn keep(&mut self, file: K, value: &Arc<T>, bytes: usize) {
        self.forget(file);
        if bytes > self.most_bytes {
            return;
        }
        while self.bytes + bytes > self.most_bytes
            && let Some(oldest) = self.oldest()
        {
            self.forget(oldest);
        }
        self.turn += 1;
        self.bytes += bytes;
        let kept = Kept {
            value: Arc::clone(value),
            bytes,
            turn: self.turn,
        };
        self.by_file.insert(file, kept);
    }

    fn oldest(&self) -> Option<K> {
        let by_turn = self.by_file.iter().min_by_key(|(_, kept)| kept.turn);
        by_turn.map(|(file, _)| *file)
    }

    /// Forgets what was read of a file that is no more.
    pub(super) fn forget(&mut self, file: K) {
        if let Some(kept) = self.by_file.remove(&file) {
            self.bytes -= kept.bytes;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_asked_for_last_is_kept() {
        let mut lately = Lately::of(100);
        for file in 0..5 {
            lately.keep(file, &Arc::new(file), 20);
        }
        assert_eq!(lately.get(0).as_deref(), Some(&0));
        lately.keep(5, &Arc::new(5), 30);
        let kept: Vec<u64> = (0..6).filter(|file| lately.get(*file).is_some()).collect();
        assert_eq!(kept, [0, 3, 4, 5]);
        lately.keep(6, &Arc::new(6), 101);
        assert!(lately.get(6).is_none());
        assert_eq!(lately.bytes, 90);
    }
}
