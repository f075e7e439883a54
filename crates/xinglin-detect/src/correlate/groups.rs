//! All groups of a correlation, by a number of their values.
//!
//! Most groups have one hit and never another: such a one takes 32 bytes.

use std::num::NonZeroU64;

use hashbrown::{HashMap, hash_map::Entry};

use super::group::{Group, Need, Stored};

/// Groups by the number of their values.
#[derive(Debug, Default)]
pub(super) struct Groups(HashMap<u64, Slot, foldhash::fast::RandomState>);

/// A group, as small as can be.
#[derive(Debug)]
enum Slot {
    /// One hit, which brought about nothing.
    One(Lone),
    Many(Box<Group>),
}

/// A hit whose event is numbered from 1, so that a slot is no larger than it.
#[derive(Debug, Clone, Copy)]
struct Lone {
    at: i64,
    tag: u64,
    event: NonZeroU64,
}

impl Lone {
    fn new(hit: Stored) -> Option<Self> {
        Some(Self {
            at: hit.at,
            tag: hit.tag,
            event: NonZeroU64::new(hit.event.checked_add(1)?)?,
        })
    }

    fn stored(self) -> Stored {
        Stored {
            at: self.at,
            tag: self.tag,
            event: self.event.get() - 1,
        }
    }
}

impl Slot {
    fn hits(&self) -> usize {
        match self {
            Self::One(_) => 1,
            Self::Many(group) => group.len(),
        }
    }

    fn newest(&self) -> i64 {
        match self {
            Self::One(lone) => lone.at,
            Self::Many(group) => group.newest(),
        }
    }

    fn keep(&mut self, oldest: i64) -> bool {
        match self {
            Self::One(lone) => lone.at >= oldest,
            Self::Many(group) => group.keep(oldest),
        }
    }
}

impl Groups {
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }

    pub(super) fn has(&self, key: u64) -> bool {
        self.0.contains_key(&key)
    }

    /// Hits in all of them.
    pub(super) fn hits(&self) -> usize {
        self.0.values().map(Slot::hits).sum()
    }

    /// Puts a first hit that brings about nothing where it belongs; otherwise the group that it
    /// is to be pushed to.
    pub(super) fn push(&mut self, key: u64, hit: Stored, need: &Need) -> Option<&mut Group> {
        let slot = match self.0.entry(key) {
            Entry::Occupied(entry) => entry.into_mut(),
            Entry::Vacant(entry) => {
                if let Some(lone) = Lone::new(hit).filter(|_| need.needs_more_than_one()) {
                    entry.insert(Slot::One(lone));
                    return None;
                }
                entry.insert(Slot::Many(Box::default()))
            }
        };
        if let Slot::One(lone) = slot {
            let mut group = Group::default();
            group.hits.push(lone.stored());
            *slot = Slot::Many(Box::new(group));
        }
        match slot {
            Slot::Many(group) => Some(group),
            // It was just made to be many.
            Slot::One(_) => None,
        }
    }

    /// Takes a group as a state had it.
    pub(super) fn insert(&mut self, key: u64, group: Group, need: &Need) {
        let is_lone = group.quiet_until == i64::MIN && need.needs_more_than_one();
        let lone = match group.hits.as_slice() {
            [only] if is_lone => Lone::new(*only),
            _ => None,
        };
        let slot = lone.map_or_else(|| Slot::Many(Box::new(group)), Slot::One);
        self.0.insert(key, slot);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    /// Calls `each` with every group: its number, until when it is quiet, and its hits.
    pub(super) fn each(&self, mut each: impl FnMut(u64, i64, &[Stored])) {
        for (key, slot) in &self.0 {
            match slot {
                Slot::One(lone) => each(*key, i64::MIN, &[lone.stored()]),
                Slot::Many(group) => each(*key, group.quiet_until, &group.hits),
            }
        }
    }

    /// Keeps those of more than one hit for which `keep` says so.
    pub(super) fn each_whole(&mut self, mut keep: impl FnMut(u64, &mut Group) -> bool) {
        self.0.retain(|key, slot| match slot {
            Slot::One(_) => true,
            Slot::Many(group) => keep(*key, group),
        });
    }

    /// Lets go of what is before a time.
    pub(super) fn keep(&mut self, oldest: i64) {
        self.0.retain(|_, slot| slot.keep(oldest));
        // Memory of what is gone is given back when most of it is.
        if self.0.capacity() > 4 * self.0.len().max(1_000) {
            self.0.shrink_to_fit();
        }
    }

    /// Lets go of the oldest tenth at once, so that this is rare; how many those were.
    pub(super) fn forget_oldest(&mut self) -> usize {
        let mut newest: Vec<i64> = self.0.values().map(Slot::newest).collect();
        if newest.is_empty() {
            return 0;
        }
        let place = newest.len() / 10;
        let (_, border, _) = newest.select_nth_unstable(place);
        let border = *border;
        let before = self.0.len();
        self.0.retain(|_, slot| slot.newest() > border);
        before - self.0.len()
    }

    /// About how many bytes they take.
    pub(super) fn bytes(&self) -> usize {
        let hits = |slot: &Slot| match slot {
            Slot::One(_) => 0,
            Slot::Many(group) => size_of::<Group>() + group.hits.capacity() * size_of::<Stored>(),
        };
        let own = size_of::<(u64, Slot)>() + 1;
        // A table is at most seven eighths full.
        self.0.capacity() * 8 / 7 * own + self.0.values().map(hits).sum::<usize>()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lone_hit_is_small() {
        assert_eq!(size_of::<(u64, Slot)>(), 32);
    }
}
