//! Texts that values begin or end with: a walk from that end, as far as any text goes.

use hashbrown::HashMap;

use super::plan::{narrow, wide};
use super::table::Hit;

/// Texts by their bytes from one end.
#[derive(Debug, Default)]
pub(super) struct Trie {
    next: HashMap<(u32, u8), u32, foldhash::fast::RandomState>,
    /// By node: what a text that ends there says. The first is the empty text.
    hits: Vec<Vec<Hit>>,
}

impl Trie {
    /// Adds a text by its bytes.
    pub(super) fn add(&mut self, bytes: impl Iterator<Item = u8>, hit: Hit) {
        if self.hits.is_empty() {
            self.hits.push(Vec::new());
        }
        let mut node = 0;
        for byte in bytes {
            let new = narrow(self.hits.len());
            node = *self.next.entry((node, byte)).or_insert(new);
            if node == new {
                self.hits.push(Vec::new());
            }
        }
        if let Some(hits) = self.hits.get_mut(wide(node)) {
            hits.push(hit);
        }
    }

    /// Calls `each` with what the texts say that bytes begin with.
    pub(super) fn each(&self, bytes: impl Iterator<Item = u8>, mut each: impl FnMut(&Hit)) {
        if self.hits.is_empty() {
            return;
        }
        let mut node = 0;
        let here = |node: u32| self.hits.get(wide(node)).into_iter().flatten();
        here(node).for_each(&mut each);
        for byte in bytes {
            let Some(next) = self.next.get(&(node, byte)) else {
                return;
            };
            node = *next;
            here(node).for_each(&mut each);
        }
    }

    /// About how many bytes it takes.
    pub(super) fn bytes(&self) -> usize {
        13 * self.next.capacity()
            + self
                .hits
                .iter()
                .map(|hits| size_of::<Vec<Hit>>() + size_of::<Hit>() * hits.len())
                .sum::<usize>()
    }
}
