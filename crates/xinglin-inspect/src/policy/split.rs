//! Splitting one side of a set of packets where rules begin and end.

use std::ops::ControlFlow;

use super::ranges::Ranges;

/// How much may be looked at before a question is given up. Real policies need a fraction of
/// it; it keeps a hostile one from taking the server with it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Steps(pub(super) u64);

/// A question was given up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct TooManySteps;

impl Steps {
    pub(super) fn take(&mut self, number: usize) -> Result<(), TooManySteps> {
        self.0 = self.0.checked_sub(number as u64).ok_or(TooManySteps)?;
        Ok(())
    }
}

/// Calls `each` for every stretch of `region` on which the same of `sides` hold, in order, with
/// its first and last number and the positions of those sides.
pub(super) fn split(
    region: &Ranges,
    sides: &[&Ranges],
    mut each: impl FnMut(u128, u128, &[u32]) -> ControlFlow<()>,
) {
    let events = events(region, sides);
    let the_region = sides.len();
    let mut holding = Members::new(sides.len() + 1);
    let mut positions = Vec::new();
    let mut rest = events.as_slice();
    while let Some((at, _)) = rest.first() {
        let here = rest.partition_point(|(number, _)| number == at);
        let (now, later) = rest.split_at(here);
        for (_, member) in now {
            holding.toggle(*member);
        }
        if holding.has(the_region) {
            // While the region holds, its own end is still to come, unless it ends with the
            // highest number there is.
            let last = later.first().map_or(u128::MAX, |(next, _)| next - 1);
            holding.list(the_region, &mut positions);
            if each(*at, last, &positions).is_break() {
                return;
            }
        }
        rest = later;
    }
}

/// Where sides and the region (numbered last) begin and, one after their end, cease.
fn events(region: &Ranges, sides: &[&Ranges]) -> Vec<(u128, usize)> {
    let mut events = Vec::with_capacity(2 * sides.len() + 2);
    let (Some(low), Some(high)) = (region.lowest(), region.highest()) else {
        return events;
    };
    for (position, side) in sides.iter().copied().chain([region]).enumerate() {
        for (first, last) in side.reaching(low, high) {
            events.push((first, position));
            if let Some(after) = last.checked_add(1) {
                events.push((after, position));
            }
        }
    }
    events.sort_unstable();
    events
}

/// A set of positions.
struct Members(Vec<u64>);

impl Members {
    fn new(size: usize) -> Self {
        Self(vec![0; size.div_ceil(64)])
    }

    fn toggle(&mut self, member: usize) {
        if let Some(word) = self.0.get_mut(member / 64) {
            *word ^= 1 << (member % 64);
        }
    }

    fn has(&self, member: usize) -> bool {
        self.0
            .get(member / 64)
            .is_some_and(|word| word >> (member % 64) & 1 == 1)
    }

    /// The members below `limit`, in order.
    fn list(&self, limit: usize, positions: &mut Vec<u32>) {
        positions.clear();
        for (index, word) in self.0.iter().enumerate() {
            let mut word = *word;
            while word != 0 {
                let member = index * 64 + word.trailing_zeros() as usize;
                word &= word - 1;
                if member < limit {
                    positions.extend(u32::try_from(member));
                }
            }
        }
    }
}
