//! Thresholds of all templates in one form.
//!
//! Every template sorts its items into two groups and is monotone in what each group gains:
//! 2025 into 部分符合 and the rest, 2021 into technical and management, 2019 into general and
//! extension items. A gain is counted in whole units of a size that its group has, so that
//! the cheapest way is found by a table over units. Gains that are not whole units are
//! rounded down: a way found is never too short.

use xinglin_core::RequirementId;

use super::{Effort, Obstacle};
use crate::{
    Conclusion, Figures, MultiObject, Risks, Rules, State, Template,
    result::{ClassShare, Sums, TOLERANCE, class_shares, half, step},
};

/// An item that can be improved.
#[derive(Debug, Clone)]
pub(super) struct Candidate {
    pub(super) id: RequirementId,
    pub(super) state: State,
    /// 0 or 1.
    pub(super) group: usize,
    /// What its group gains when the item is met.
    pub(super) gain: f64,
    /// The gain in whole units.
    pub(super) units: usize,
    /// What the figure gains.
    pub(super) points: f64,
    pub(super) effort: Effort,
    /// What ways are compared by: money and time, and at a tie the number of items.
    pub(super) price: u64,
}

/// A threshold to be reached by gains.
pub(super) struct Goal<'g> {
    pub(super) conclusion: Conclusion,
    pub(super) at: f64,
    pub(super) figure: f64,
    pub(super) obstacle: Option<Obstacle>,
    pub(super) is_exact: bool,
    /// The size of a unit in each group.
    pub(super) unit: [f64; 2],
    reaches: Box<dyn Fn([f64; 2]) -> bool + 'g>,
}

impl Goal<'_> {
    /// Whether the figure is over the threshold once each group has gained this much.
    pub(super) fn is_met(&self, gains: [f64; 2]) -> bool {
        (self.reaches)(gains)
    }
}

/// The size of a unit in each group.
fn unit(rules: &Rules) -> [f64; 2] {
    match (rules.template, rules.settings.multi_object) {
        (Template::Y2025, _) => [1.0 - rules.settings.partial_credit, 1.0],
        // Weights are whole and credits are halves.
        (Template::Y2021, MultiObject::TriState) => [0.5, 0.5],
        // Any fraction can occur; these are fine enough to be of no matter.
        (Template::Y2021, MultiObject::Mean) => [0.01, 0.01],
        (Template::Y2019, _) => [0.0001, 0.0001],
    }
}

fn is_exact(rules: &Rules) -> bool {
    match rules.template {
        Template::Y2025 => true,
        Template::Y2021 => rules.settings.multi_object == MultiObject::TriState,
        Template::Y2019 => false,
    }
}

pub(super) fn candidates(
    sums: &Sums<'_>,
    rules: &Rules,
    day_rate_cny: u64,
    effort: &dyn Fn(RequirementId) -> Effort,
) -> Vec<Candidate> {
    let unit = unit(rules);
    let step = step(sums).unwrap_or(0.0);
    let shares = class_shares(sums, rules);
    let open = sums
        .weighted(&rules.weights)
        .filter(|(_, _, tally, _)| tally.state() != State::Compliant);
    open.map(|(_, facts, tally, weight)| {
        let state = tally.state();
        let (group, gain, points) = match rules.template {
            Template::Y2025 => {
                let group = usize::from(state != State::Partial);
                (group, unit[group], unit[group] * step / 100.0)
            }
            Template::Y2021 => {
                let gain = weight * (1.0 - tally.credit(rules.settings.multi_object));
                (usize::from(!facts.is_technical), gain, gain * step)
            }
            Template::Y2019 => {
                let group = usize::from(facts.is_extension);
                let points = ClassShare::points(&shares[group], facts.domain, weight, tally);
                (group, points / 100.0, points)
            }
        };
        let effort = effort(facts.id);
        let worth = effort
            .cost_cny
            .saturating_add(day_rate_cny.saturating_mul(effort.effort_days.into()));
        Candidate {
            id: facts.id,
            state,
            group,
            gain,
            units: whole_units(gain, unit[group]),
            points,
            effort,
            price: worth.saturating_mul(1 << 10).saturating_add(1),
        }
    })
    .collect()
}

fn whole_units(gain: f64, unit: f64) -> usize {
    if unit <= 0.0 {
        return 0;
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "gains are between 0 and 100 and units not below 0.0001"
    )]
    let units = (gain / unit + TOLERANCE).floor() as usize;
    units
}

pub(super) fn goals<'g>(sums: &'g Sums<'g>, rules: &'g Rules, figures: &Figures) -> Vec<Goal<'g>> {
    match rules.template {
        Template::Y2025 => rate_goals(rules, figures),
        Template::Y2021 => score_goals(rules, figures.score, |at| {
            let step = step(sums).unwrap_or(0.0);
            let mut lost = [0.0; 2];
            for (_, facts, tally, weight) in sums.weighted(&rules.weights) {
                let credit = tally.credit(rules.settings.multi_object);
                lost[usize::from(!facts.is_technical)] += weight * (1.0 - credit);
            }
            Box::new(move |gains| {
                let technical = half(rules, true, lost[0] - gains[0], step);
                let management = half(rules, false, lost[1] - gains[1], step);
                technical + management >= at - TOLERANCE
            })
        }),
        Template::Y2019 => {
            let scores = [figures.score, figures.extension_score];
            let lower = scores.into_iter().flatten().reduce(f64::min);
            score_goals(rules, lower, |at| {
                Box::new(move |gains| {
                    let mut groups = scores.into_iter().zip(gains);
                    groups.all(|(score, gain)| {
                        score.is_none_or(|score| score + 100.0 * gain >= at - TOLERANCE)
                    })
                })
            })
        }
    }
}

fn rate_goals<'g>(rules: &'g Rules, figures: &Figures) -> Vec<Goal<'g>> {
    let Some(rate) = figures.rate else {
        return Vec::new();
    };
    let applicable = f64::from(figures.counts.applicable());
    let settings = &rules.settings;
    let hazards = rules.hazards.found;
    let hazard = (hazards > 0 && settings.over_90_with_hazards != Conclusion::Compliant)
        .then_some(Obstacle::Hazards { found: hazards });
    [
        (Conclusion::BasicallyCompliant, 0.6, settings.at_60, None),
        (Conclusion::Compliant, 0.9, settings.at_90, hazard),
    ]
    .into_iter()
    .map(|(conclusion, at, exactly_at, obstacle)| {
        // Exactly at the threshold is enough or not, as the setting says.
        let least = if exactly_at == conclusion {
            at - TOLERANCE
        } else {
            at + TOLERANCE
        };
        Goal {
            conclusion,
            at,
            figure: rate,
            obstacle,
            is_exact: is_exact(rules),
            unit: unit(rules),
            reaches: Box::new(move |gains| rate + (gains[0] + gains[1]) / applicable >= least),
        }
    })
    .collect()
}

type Reaches<'g> = Box<dyn Fn([f64; 2]) -> bool + 'g>;

fn score_goals<'g>(
    rules: &'g Rules,
    figure: Option<f64>,
    reaches: impl Fn(f64) -> Reaches<'g>,
) -> Vec<Goal<'g>> {
    let Some(figure) = figure else {
        return Vec::new();
    };
    let Risks { high, medium, .. } = rules.risks;
    let high = (high > 0).then_some(Obstacle::HighRisks { count: high });
    let medium = (medium > 0).then_some(Obstacle::MediumRisks { count: medium });
    [
        (Conclusion::Fair, 70.0, high),
        (Conclusion::Good, 80.0, high),
        (Conclusion::Excellent, 90.0, high.or(medium)),
    ]
    .into_iter()
    .map(|(conclusion, at, obstacle)| Goal {
        conclusion,
        at,
        figure,
        obstacle,
        is_exact: is_exact(rules),
        unit: unit(rules),
        reaches: reaches(at),
    })
    .collect()
}
