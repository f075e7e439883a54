//! What was found out about values that were seen before.
//!
//! Real events repeat themselves: nineteen values of twenty were in the last few thousand
//! events. A value is kept with what holds of it until two generations have been filled since
//! it was last asked for; the memory of a generation is bounded.

use std::hash::BuildHasher as _;

use foldhash::fast::RandomState;
use hashbrown::{HashMap, HashTable};

use super::plan::{narrow, wide};

/// A longer value is not kept beyond its event.
const LONGEST_KEPT: usize = 16 << 10;

/// Values, and what holds of them.
#[derive(Debug)]
pub(super) struct Memo {
    young: Generation,
    old: Generation,
    /// Of this event only.
    loose: Generation,
    hasher: RandomState,
    most_bytes: usize,
    /// By cell: how it went since the last generation began.
    fortunes: Vec<Fortune>,
}

/// How often values of a cell were asked for, and were not among the young.
#[derive(Debug, Clone, Copy, Default)]
struct Fortune {
    asked: u32,
    missed: u32,
}

/// So often is asked before it is known how it goes.
const TRIALS: u32 = 512;

/// Where a value is, until the event is done.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    number: u32,
    is_loose: bool,
}

#[derive(Debug, Default)]
struct Generation {
    table: HashTable<u32>,
    entries: Vec<Entry>,
    text: String,
    numbers: Vec<u32>,
    /// What rules asked of a value late, by entry and predicate.
    late: HashMap<(u32, u32), bool, RandomState>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    hash: u64,
    cell: u32,
    start: u32,
    length: u32,
    /// Behind these in `numbers` come those that hold …
    numbers: u32,
    holding: u32,
    /// … and then the rules that may match.
    candidates: u32,
}

impl Memo {
    pub(super) fn new(most_bytes: usize) -> Self {
        Self {
            young: Generation::default(),
            old: Generation::default(),
            loose: Generation::default(),
            hasher: RandomState::default(),
            most_bytes: (most_bytes / 2).min(wide(u32::MAX)),
            fortunes: Vec::new(),
        }
    }

    /// To be called before each event: what was found before is gone.
    pub(super) fn begin(&mut self) {
        if !self.loose.entries.is_empty() {
            self.loose.clear();
        }
        if self.young.bytes() > self.most_bytes {
            std::mem::swap(&mut self.young, &mut self.old);
            self.young.clear();
            self.fortunes.clear();
        }
    }

    /// Whether values of a cell are seldom the same, so that what is cheap to find out about
    /// them is better found out anew.
    pub(super) fn is_fruitless(&self, cell: u32) -> bool {
        let fortune = self.fortunes.get(wide(cell));
        let is_known = fortune
            .is_some_and(|fortune| fortune.asked >= TRIALS && fortune.missed > fortune.asked / 4);
        is_known || self.most_bytes == 0
    }

    fn fortune(&mut self, cell: u32, is_missed: bool) {
        let cell = wide(cell);
        if self.fortunes.len() <= cell {
            self.fortunes.resize(cell + 1, Fortune::default());
        }
        if let Some(fortune) = self.fortunes.get_mut(cell) {
            fortune.asked = fortune.asked.saturating_add(1);
            fortune.missed = fortune.missed.saturating_add(u32::from(is_missed));
        }
    }

    /// Forgets everything.
    pub(super) fn clear(&mut self) {
        for generation in [&mut self.young, &mut self.old, &mut self.loose] {
            generation.clear();
        }
        self.fortunes.clear();
    }

    /// Finds a value of a cell, or finds out about it: `find` fills in what holds, then the rules
    /// that may match.
    pub(super) fn get(
        &mut self,
        cell: u32,
        value: &str,
        find: impl FnOnce(&mut Vec<u32>, &mut Vec<u32>),
    ) -> Place {
        let hash =
            self.hasher.hash_one(value) ^ u64::from(cell).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let known = self.young.find(hash, cell, value);
        self.fortune(cell, known.is_none());
        if let Some(number) = known {
            return Place {
                number,
                is_loose: false,
            };
        }
        let is_loose = value.len() > LONGEST_KEPT;
        let mut holding = Vec::new();
        let mut candidates = Vec::new();
        match self.old.find(hash, cell, value) {
            Some(number) => {
                holding.extend_from_slice(self.old.holding(number));
                candidates.extend_from_slice(self.old.candidates(number));
            }
            None => find(&mut holding, &mut candidates),
        }
        let generation = if is_loose {
            &mut self.loose
        } else {
            &mut self.young
        };
        let number = generation.insert(hash, cell, value, &holding, &candidates);
        Place { number, is_loose }
    }

    /// Keeps a value for this event only.
    pub(super) fn loose(
        &mut self,
        cell: u32,
        value: &str,
        holding: &[u32],
        candidates: &[u32],
    ) -> Place {
        // It is never looked up.
        let number = self.loose.insert(0, cell, value, holding, candidates);
        Place {
            number,
            is_loose: true,
        }
    }

    fn generation(&self, place: Place) -> &Generation {
        if place.is_loose {
            &self.loose
        } else {
            &self.young
        }
    }

    /// The predicates that hold of a value, in order.
    pub(super) fn holding(&self, place: Place) -> &[u32] {
        self.generation(place).holding(place.number)
    }

    /// The rules that may match because of a value.
    pub(super) fn candidates(&self, place: Place) -> &[u32] {
        self.generation(place).candidates(place.number)
    }

    pub(super) fn value(&self, place: Place) -> &str {
        self.generation(place).value(place.number)
    }

    /// Whether a predicate that is asked late holds of a value; asked once.
    pub(super) fn late(
        &mut self,
        place: Place,
        predicate: u32,
        ask: impl Fn(&str) -> bool,
    ) -> bool {
        let key = (place.number, predicate);
        if let Some(known) = self.generation(place).late.get(&key) {
            return *known;
        }
        let answer = ask(self.value(place));
        let generation = if place.is_loose {
            &mut self.loose
        } else {
            &mut self.young
        };
        generation.late.insert(key, answer);
        answer
    }
}

impl Generation {
    fn clear(&mut self) {
        self.table.clear();
        self.entries.clear();
        self.text.clear();
        self.numbers.clear();
        self.late.clear();
    }

    fn bytes(&self) -> usize {
        self.text.len() + 4 * self.numbers.len() + 40 * self.entries.len() + 16 * self.late.len()
    }

    fn find(&self, hash: u64, cell: u32, value: &str) -> Option<u32> {
        let is_it = |number: &u32| {
            let entry = self.entries.get(wide(*number));
            entry.is_some_and(|entry| entry.hash == hash && entry.cell == cell)
                && self.value(*number) == value
        };
        self.table.find(hash, is_it).copied()
    }

    fn insert(
        &mut self,
        hash: u64,
        cell: u32,
        value: &str,
        holding: &[u32],
        candidates: &[u32],
    ) -> u32 {
        let number = narrow(self.entries.len());
        self.entries.push(Entry {
            hash,
            cell,
            start: narrow(self.text.len()),
            length: narrow(value.len()),
            numbers: narrow(self.numbers.len()),
            holding: narrow(holding.len()),
            candidates: narrow(candidates.len()),
        });
        self.text.push_str(value);
        self.numbers.extend_from_slice(holding);
        self.numbers.extend_from_slice(candidates);
        let entries = &self.entries;
        let hash_of = |number: &u32| entries.get(wide(*number)).map_or(0, |entry| entry.hash);
        self.table.insert_unique(hash, number, hash_of);
        number
    }

    fn value(&self, number: u32) -> &str {
        let entry = self.entries.get(wide(number));
        let text = entry.and_then(|entry| {
            let start = wide(entry.start);
            self.text.get(start..start + wide(entry.length))
        });
        text.unwrap_or_default()
    }

    fn holding(&self, number: u32) -> &[u32] {
        let entry = self.entries.get(wide(number));
        let numbers = entry.and_then(|entry| {
            let start = wide(entry.numbers);
            self.numbers.get(start..start + wide(entry.holding))
        });
        numbers.unwrap_or_default()
    }

    fn candidates(&self, number: u32) -> &[u32] {
        let entry = self.entries.get(wide(number));
        let numbers = entry.and_then(|entry| {
            let start = wide(entry.numbers) + wide(entry.holding);
            self.numbers.get(start..start + wide(entry.candidates))
        });
        numbers.unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_found_again_and_memory_is_bounded() {
        let mut memo = Memo::new(64 << 10);
        let mut asked = 0;
        for round in 0..20_000_u32 {
            memo.begin();
            for (cell, value) in [(1, "often".to_owned()), (2, format!("value {round}"))] {
                let place = memo.get(cell, &value, |holding, candidates| {
                    asked += 1;
                    holding.extend([cell, 7]);
                    candidates.push(round);
                });
                assert_eq!(memo.value(place), value);
                assert_eq!(memo.holding(place), [cell, 7]);
                assert_eq!(memo.candidates(place).len(), 1);
            }
        }
        assert_eq!(asked, 20_001, "what is often there stays");
        assert!(memo.young.bytes() + memo.old.bytes() < 80 << 10);
    }

    #[test]
    fn values_that_are_never_the_same_are_fruitless() {
        let mut memo = Memo::new(1 << 20);
        for round in 0..TRIALS {
            assert!(!memo.is_fruitless(1));
            memo.begin();
            memo.get(1, &round.to_string(), |_, _| {});
            memo.get(2, "same", |_, _| {});
        }
        assert!(memo.is_fruitless(1));
        assert!(!memo.is_fruitless(2));
    }

    #[test]
    fn long_values_are_forgotten() {
        let mut memo = Memo::new(1 << 20);
        let long = "x".repeat(LONGEST_KEPT + 1);
        for _ in 0..2 {
            memo.begin();
            let mut asked = false;
            let place = memo.get(1, &long, |_, _| asked = true);
            assert!(asked);
            assert!(memo.late(place, 3, |value| value.len() > LONGEST_KEPT));
            assert!(memo.late(place, 3, |_| false), "asked once");
        }
    }
}
