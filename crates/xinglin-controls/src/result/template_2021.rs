//! The template of 2021: a technical and a management half.
//!
//! `M = Vt + Vm`, `Vt = max(0, 100·y − Σ f(ω)·(1 − x)·S)` over technical items, `Vm` with
//! `100·(1 − y)` over management items, `S = 100 / n` with `n` all applicable items.

use super::{Conclusion, Rules, figures::Parts, figures::Sums};

pub(super) fn score(sums: &Sums<'_>, rules: &Rules) -> (Parts, Conclusion) {
    let Some(step) = step(sums) else {
        return (Parts::default(), Conclusion::Poor);
    };
    // Losses are summed as points of weight and multiplied once, so that half points stay exact.
    let mut lost = [0.0; 2];
    for (_, facts, tally, weight) in sums.weighted(&rules.weights) {
        let credit = tally.credit(rules.settings.multi_object);
        lost[usize::from(!facts.is_technical)] += weight * (1.0 - credit);
    }
    let technical = half(rules, true, lost[0], step);
    let management = half(rules, false, lost[1], step);
    let total = technical + management;
    let parts = Parts {
        score: Some(total),
        technical: Some(technical),
        management: Some(management),
        ..Parts::default()
    };
    (parts, Conclusion::of_score(total, rules.risks))
}

/// `S`, the points that one item of weight 1 is worth; `None` when no item is applicable.
pub(crate) fn step(sums: &Sums<'_>) -> Option<f64> {
    let applicable: u32 = sums.domains.iter().map(super::Counts::applicable).sum();
    (applicable > 0).then(|| 100.0 / f64::from(applicable))
}

/// One half of the score, given the points of weight lost in it.
pub(crate) fn half(rules: &Rules, is_technical: bool, lost: f64, step: f64) -> f64 {
    let attention = rules.settings.attention;
    let share = if is_technical {
        attention
    } else {
        1.0 - attention
    };
    (100.0 * share - lost * step).max(0.0)
}
