//! Names by number.

use std::hash::BuildHasher as _;

use foldhash::fast::FixedState;
use hashbrown::HashTable;

/// Names in the order they came; each has one number.
#[derive(Debug, Clone, Default)]
pub(crate) struct Names {
    list: Vec<Box<str>>,
    known: HashTable<u32>,
    /// The number last asked for: names come in runs.
    last: u32,
}

fn hash(name: &str) -> u64 {
    FixedState::with_seed(11).hash_one(name)
}

impl Names {
    /// The name with this number; empty when there is none.
    pub(crate) fn get(&self, number: u32) -> &str {
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        self.list.get(place).map_or("", |name| name)
    }

    /// All of them, by their numbers.
    pub(crate) fn iter(&self) -> impl ExactSizeIterator<Item = &str> {
        self.list.iter().map(AsRef::as_ref)
    }

    /// The number of a name, where it has one.
    pub(crate) fn find(&self, name: &str) -> Option<u32> {
        self.known
            .find(hash(name), |number| self.get(*number) == name)
            .copied()
    }

    /// The number of a name, given where it has none.
    pub(crate) fn number(&mut self, name: &str) -> u32 {
        if !self.list.is_empty() && self.get(self.last) == name {
            return self.last;
        }
        self.last = self.find(name).unwrap_or_else(|| self.add(name));
        self.last
    }

    fn add(&mut self, name: &str) -> u32 {
        let number = u32::try_from(self.list.len()).unwrap_or(u32::MAX);
        self.list.push(name.into());
        let list = &self.list;
        self.known.insert_unique(hash(name), number, |number| {
            let place = usize::try_from(*number).unwrap_or(usize::MAX);
            hash(list.get(place).map_or("", |name| name))
        });
        number
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_keeps_its_number() {
        let mut names = Names::default();
        for turn in 0..1_000 {
            let name = format!("n{}", turn % 40);
            assert_eq!(names.number(&name), turn % 40);
        }
        assert_eq!(names.iter().len(), 40);
        assert_eq!(names.get(7), "n7");
        assert_eq!(names.find("n40"), None);
        assert_eq!(names.get(99), "");
    }
}
