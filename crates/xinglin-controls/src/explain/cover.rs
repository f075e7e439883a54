//! The cheapest set of items that reaches a goal, and the smallest.

use super::goal::{Candidate, Goal};

/// The cheapest candidates that reach the goal; all of them when only all can.
pub(super) fn cheapest<'c>(goal: &Goal<'_>, candidates: &'c [Candidate]) -> Vec<&'c Candidate> {
    if goal.is_met([0.0, 0.0]) {
        return Vec::new();
    }
    let tables = [0, 1].map(|group| {
        let members: Vec<&Candidate> = candidates.iter().filter(|c| c.group == group).collect();
        let most = members.iter().map(|member| member.units).sum();
        // Gains beyond what alone reaches the goal are of no use.
        let is_enough = |units| {
            let mut gains = [0.0, 0.0];
            gains[group] = in_gain(units, goal.unit[group]);
            goal.is_met(gains)
        };
        Table::new(members, first(most, is_enough).unwrap_or(most))
    });

    // Every gain of the first group with the least gain of the second that completes it.
    let mut best: Option<(u64, [usize; 2])> = None;
    let mut second = tables[1].capacity();
    for first in 0..=tables[0].capacity() {
        let is_met = |second| {
            let gains = [in_gain(first, goal.unit[0]), in_gain(second, goal.unit[1])];
            goal.is_met(gains)
        };
        if !is_met(second) {
            continue;
        }
        while second > 0 && is_met(second - 1) {
            second -= 1;
        }
        let price = tables[0].prices[first].saturating_add(tables[1].prices[second]);
        if best.is_none_or(|(least, _)| price < least) {
            best = Some((price, [first, second]));
        }
    }
    // Without a best, rounding down left the goal just out of reach of all units together.
    let mut chosen: Vec<&Candidate> = match best {
        Some((_, [first, second])) => {
            let chosen = tables[0].pick(first).into_iter();
            chosen.chain(tables[1].pick(second)).collect()
        }
        None => candidates.iter().collect(),
    };
    if !goal.is_exact {
        drop_needless(goal, &mut chosen);
    }
    chosen
}

/// The smallest number of candidates that reaches the goal, whatever they cost.
pub(super) fn fewest(goal: &Goal<'_>, candidates: &[Candidate]) -> u32 {
    let sums = [0, 1].map(|group| {
        let mut gains: Vec<f64> = candidates
            .iter()
            .filter(|candidate| candidate.group == group)
            .map(|candidate| candidate.gain)
            .collect();
        gains.sort_by(|one, other| other.total_cmp(one));
        let mut sum = 0.0;
        let mut sums = vec![0.0];
        for gain in gains {
            sum += gain;
            sums.push(sum);
        }
        sums
    });
    let mut least = candidates.len();
    for (first, &gain) in sums[0].iter().enumerate() {
        let second = sums[1].partition_point(|&other| !goal.is_met([gain, other]));
        if second < sums[1].len() {
            least = least.min(first + second);
        }
    }
    u32::try_from(least).unwrap_or(u32::MAX)
}

/// The least price of gaining at least so many units from a group.
struct Table<'c> {
    members: Vec<&'c Candidate>,
    prices: Vec<u64>,
    /// Whether the way to so many units takes a member: one run of units for each member.
    takes: Vec<bool>,
}

impl<'c> Table<'c> {
    fn new(members: Vec<&'c Candidate>, capacity: usize) -> Self {
        let mut prices = vec![u64::MAX; capacity + 1];
        prices[0] = 0;
        let mut takes = vec![false; members.len() * (capacity + 1)];
        for (member, takes) in members.iter().zip(takes.chunks_exact_mut(capacity + 1)) {
            for units in (1..=capacity).rev() {
                let rest = prices[units.saturating_sub(member.units)];
                let price = rest.saturating_add(member.price);
                // `rest` is the same number when the member gains nothing, so it is not taken.
                if price < prices[units] {
                    prices[units] = price;
                    takes[units] = true;
                }
            }
        }
        Self {
            members,
            prices,
            takes,
        }
    }

    fn capacity(&self) -> usize {
        self.prices.len() - 1
    }

    fn pick(&self, mut units: usize) -> Vec<&'c Candidate> {
        let mut picked = Vec::new();
        for (member, takes) in self
            .members
            .iter()
            .zip(self.takes.chunks_exact(self.prices.len()))
            .rev()
        {
            if takes[units] {
                picked.push(*member);
                units = units.saturating_sub(member.units);
            }
        }
        picked
    }
}

/// The least number up to `most` for which `holds`, which stays true once it is.
fn first(most: usize, holds: impl Fn(usize) -> bool) -> Option<usize> {
    let (mut low, mut high) = (0, most);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    holds(low).then_some(low)
}

fn in_gain(units: usize, unit: f64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    let units = units as f64;
    units * unit
}

/// Drops, dearest first, what the goal is reached without: rounding can have taken one item
/// too many.
fn drop_needless(goal: &Goal<'_>, chosen: &mut Vec<&Candidate>) {
    let mut gains = [0.0; 2];
    for candidate in chosen.iter() {
        gains[candidate.group] += candidate.gain;
    }
    chosen.sort_by_key(|candidate| std::cmp::Reverse(candidate.price));
    chosen.retain(|candidate| {
        let mut without = gains;
        without[candidate.group] -= candidate.gain;
        let is_needed = !goal.is_met(without);
        if !is_needed {
            gains = without;
        }
        is_needed
    });
}
