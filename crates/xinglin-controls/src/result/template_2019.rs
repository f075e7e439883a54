//! The template of 2019: every class weighs the same, every object counts on its own.
//!
//! `M = 100·(1 − (1/q)·Σ L/W)` over the `q` classes concerned, where `W` sums the weights
//! of a class over items and objects and `L` the weight lost: all of it for 不符合, half for
//! 部分符合. Extension items have a second number of the same shape. The text does not say
//! which of the two concludes; the lower one does here.

use super::{Cell, Conclusion, DOMAINS, Rules, Tally, figures::Parts, figures::Sums};

pub(super) fn score(sums: &Sums<'_>, rules: &Rules) -> (Parts, Conclusion) {
    let [general, extension] = class_shares(sums, rules).map(|shares| mean(&shares));
    let parts = Parts {
        score: general,
        extension_score: extension,
        ..Parts::default()
    };
    let lower = match (general, extension) {
        (Some(general), Some(extension)) => Some(general.min(extension)),
        (one, other) => one.or(other),
    };
    let conclusion = lower.map_or(Conclusion::Poor, |lower| {
        Conclusion::of_score(lower, rules.risks)
    });
    (parts, conclusion)
}

/// `L` and `W` of a class.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ClassShare {
    pub(crate) lost: f64,
    pub(crate) full: f64,
}

/// `L` and `W` of each class, of the general and of the extension items.
pub(crate) fn class_shares(sums: &Sums<'_>, rules: &Rules) -> [[ClassShare; DOMAINS]; 2] {
    let mut shares = [[ClassShare::default(); DOMAINS]; 2];
    for (_, facts, tally, weight) in sums.weighted(&rules.weights) {
        let share = &mut shares[usize::from(facts.is_extension)][facts.domain];
        share.lost += weight * lost(tally);
        share.full += weight * full(tally);
    }
    shares
}

/// The objects lost by an item, a half for each 部分符合.
fn lost(tally: &Tally) -> f64 {
    let met = f64::from(tally.count(Cell::Compliant)) + 0.5 * f64::from(tally.count(Cell::Partial));
    full(tally) - met
}

/// The objects of an item; an item that nobody assigned to any object counts as one.
fn full(tally: &Tally) -> f64 {
    f64::from(tally.counted().max(1))
}

fn mean(shares: &[ClassShare; DOMAINS]) -> Option<f64> {
    let mut classes = 0.0;
    let mut lost = 0.0;
    for share in shares.iter().filter(|share| share.full > 0.0) {
        classes += 1.0;
        lost += share.lost / share.full;
    }
    (classes > 0.0).then(|| 100.0 * (1.0 - lost / classes))
}

impl ClassShare {
    /// The points of the score that an item costs.
    pub(crate) fn points(
        classes: &[Self; DOMAINS],
        domain: usize,
        weight: f64,
        tally: &Tally,
    ) -> f64 {
        let count: f64 = classes
            .iter()
            .map(|class| f64::from(u8::from(class.full > 0.0)))
            .sum();
        100.0 * weight * lost(tally) / (classes[domain].full * count)
    }
}
