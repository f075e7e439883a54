//! Sets of numbers as ranges: one side of a set of packets.

/// A set of numbers: ranges in order, apart from each other by at least one number.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub(super) struct Ranges(Vec<(u128, u128)>);

impl Ranges {
    /// The union of ranges in any order. A range that ends before it begins is empty.
    pub(super) fn new(ranges: impl IntoIterator<Item = (u128, u128)>) -> Self {
        let mut ranges: Vec<_> = ranges
            .into_iter()
            .filter(|(first, last)| first <= last)
            .collect();
        ranges.sort_unstable();
        let mut union: Vec<(u128, u128)> = Vec::with_capacity(ranges.len());
        for (first, last) in ranges {
            match union.last_mut() {
                Some((_, end)) if end.checked_add(1).is_none_or(|next| first <= next) => {
                    *end = last.max(*end);
                }
                _ => union.push((first, last)),
            }
        }
        Self(union)
    }

    pub(super) fn one(first: u128, last: u128) -> Self {
        Self::new([(first, last)])
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (u128, u128)> + '_ {
        self.0.iter().copied()
    }

    /// The ranges that reach into `low..=high`.
    pub(super) fn reaching(
        &self,
        low: u128,
        high: u128,
    ) -> impl Iterator<Item = (u128, u128)> + '_ {
        let begin = self.0.partition_point(|(_, last)| *last < low);
        self.0
            .iter()
            .skip(begin)
            .copied()
            .take_while(move |(first, _)| *first <= high)
    }

    /// The highest number.
    pub(super) fn highest(&self) -> Option<u128> {
        self.0.last().map(|(_, last)| *last)
    }

    /// The lowest number.
    pub(super) fn lowest(&self) -> Option<u128> {
        self.0.first().map(|(first, _)| *first)
    }

    /// How many numbers there are, as far as that can be counted.
    pub(super) fn count(&self) -> u128 {
        self.iter().fold(0, |count: u128, (first, last)| {
            count.saturating_add((last - first).saturating_add(1))
        })
    }

    /// The range that begins at or before `number`, nearest to it.
    fn range_before(&self, number: u128) -> Option<(u128, u128)> {
        let after = self.0.partition_point(|(first, _)| *first <= number);
        self.0.get(after.checked_sub(1)?).copied()
    }

    pub(super) fn contains(&self, number: u128) -> bool {
        self.range_before(number)
            .is_some_and(|(_, last)| number <= last)
    }

    /// Whether all of `other` is in it.
    pub(super) fn contains_all(&self, other: &Self) -> bool {
        // Ranges never touch, so a range of `other` lies in one of ours or not in all of them.
        other
            .iter()
            .all(|(first, last)| self.range_before(first).is_some_and(|(_, end)| last <= end))
    }

    /// Whether anything is in both.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let (few, many) = if self.0.len() <= other.0.len() {
            (self, other)
        } else {
            (other, self)
        };
        few.iter()
            .any(|(first, last)| many.range_before(last).is_some_and(|(_, end)| first <= end))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    fn some() -> impl Strategy<Value = Vec<(u128, u128)>> {
        proptest::collection::vec((0..20_u128, 0..20_u128), 0..6)
    }

    fn members(ranges: &[(u128, u128)]) -> BTreeSet<u128> {
        ranges
            .iter()
            .flat_map(|(first, last)| *first..=*last)
            .collect()
    }

    proptest! {
        #[test]
        fn ranges_are_the_set_of_their_members(a in some(), b in some()) {
            let (ours, theirs) = (Ranges::new(a.clone()), Ranges::new(b.clone()));
            let (a, b) = (members(&a), members(&b));
            prop_assert_eq!(ours.count(), a.len() as u128);
            prop_assert_eq!(ours.lowest(), a.first().copied());
            prop_assert_eq!(ours.is_empty(), a.is_empty());
            for number in 0..22 {
                prop_assert_eq!(ours.contains(number), a.contains(&number));
            }
            prop_assert_eq!(ours.contains_all(&theirs), b.is_subset(&a));
            prop_assert_eq!(ours.overlaps(&theirs), !a.is_disjoint(&b));
        }
    }

    #[test]
    fn the_largest_number_is_a_number() {
        let all = Ranges::new([(0, u128::MAX), (5, u128::MAX)]);
        assert_eq!(all, Ranges::one(0, u128::MAX));
        assert_eq!(all.count(), u128::MAX);
        assert!(all.contains(u128::MAX));
    }
}
