//! What each figure costs, and the cheapest way over each threshold.

mod cover;
mod goal;

use serde::{Deserialize, Serialize};
use xinglin_core::RequirementId;

use crate::{Conclusion, MissingWeights, Rules, Scoreboard, State};

/// What it takes to bring one item to 符合, an estimate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Effort {
    /// Person-days.
    pub effort_days: u32,
    /// Whole yuan.
    pub cost_cny: u64,
}

/// Why the figures are as they are. Points are in the unit of the figure: fractions of the
/// 符合率 under 2025, points of 100 under 2021 and 2019.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Explanation {
    /// Every applicable item that is not met, dearest first.
    pub costs: Vec<ItemCost>,
    /// Every threshold of the template, lowest first.
    pub thresholds: Vec<Threshold>,
}

impl Explanation {
    /// The lowest threshold that is not reached.
    pub fn next(&self) -> Option<&Threshold> {
        self.thresholds.iter().find(|threshold| !threshold.reached)
    }
}

/// What one item costs.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct ItemCost {
    /// The item.
    pub requirement: RequirementId,
    /// Its verdict over all objects.
    pub verdict: State,
    /// What the figure gains when it is met and nothing else changes. Under 2021 a half of
    /// the score stops at 0, so there the gain can be smaller.
    pub points: f64,
}

/// A threshold of the template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Threshold {
    /// The conclusion it opens.
    pub conclusion: Conclusion,
    /// Where it lies: 0.6 and 0.9, or 70, 80 and 90.
    pub at: f64,
    /// Whether the conclusion is at least this one.
    pub reached: bool,
    /// How far the figure is below; 0 when it is not.
    pub gap: f64,
    /// The fewest items that must be met in addition.
    pub items_needed: u32,
    /// The cheapest items that suffice, cheapest first.
    pub cheapest: Vec<Step>,
    /// Person-days of the cheapest way.
    pub effort_days: u32,
    /// Cost of the cheapest way.
    pub cost_cny: u64,
    /// Whether no cheaper way exists. When false (2019, and 2021 with means) gains were
    /// rounded down to 0.01 points of the score (2019) or of weight (2021): the way
    /// suffices, and a cheaper one overshoots by less than that for each of its items.
    pub is_exact: bool,
    /// What stands in the way beside the items.
    pub obstacle: Option<Obstacle>,
}

/// One item of a cheapest way.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// The item to bring to 符合.
    pub requirement: RequirementId,
    /// What the figure gains.
    pub points: f64,
    /// Person-days.
    pub effort_days: u32,
    /// Whole yuan.
    pub cost_cny: u64,
}

/// What no item can remove.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Obstacle {
    /// Major hazards, counted as found (2025).
    Hazards {
        /// How many.
        found: u32,
    },
    /// High risks (2021, 2019).
    HighRisks {
        /// How many.
        count: u32,
    },
    /// Medium risks, which exclude 优 (2021, 2019).
    MediumRisks {
        /// How many.
        count: u32,
    },
}

/// Explains the figures of `board` under `rules`.
///
/// `effort` says what it takes to meet an item, `day_rate_cny` what a person-day is worth
/// beside money when two ways are compared.
///
/// # Errors
/// As [`Scoreboard::figures`].
pub fn explain(
    board: &Scoreboard,
    rules: &Rules,
    day_rate_cny: u64,
    effort: &dyn Fn(RequirementId) -> Effort,
) -> Result<Explanation, MissingWeights> {
    let sums = board.sums();
    let figures = sums.figures(rules)?;
    let candidates = goal::candidates(&sums, rules, day_rate_cny, effort);
    let mut costs: Vec<ItemCost> = candidates
        .iter()
        .map(|candidate| ItemCost {
            requirement: candidate.id,
            verdict: candidate.state,
            points: candidate.points,
        })
        .collect();
    costs.sort_by(|one, other| {
        let dearest_first = other.points.total_cmp(&one.points);
        dearest_first.then(one.requirement.cmp(&other.requirement))
    });
    let goals = goal::goals(&sums, rules, &figures);
    let thresholds = goals
        .iter()
        .map(|goal| way_over(goal, &candidates))
        .collect();
    Ok(Explanation { costs, thresholds })
}

fn way_over(goal: &goal::Goal<'_>, candidates: &[goal::Candidate]) -> Threshold {
    let chosen = cover::cheapest(goal, candidates);
    let mut cheapest: Vec<Step> = chosen
        .iter()
        .map(|candidate| Step {
            requirement: candidate.id,
            points: candidate.points,
            effort_days: candidate.effort.effort_days,
            cost_cny: candidate.effort.cost_cny,
        })
        .collect();
    cheapest.sort_by_key(|step| (step.cost_cny, step.effort_days, step.requirement));
    Threshold {
        conclusion: goal.conclusion,
        at: goal.at,
        reached: goal.is_met([0.0, 0.0]) && goal.obstacle.is_none(),
        gap: (goal.at - goal.figure).max(0.0),
        items_needed: cover::fewest(goal, candidates),
        effort_days: cheapest.iter().map(|step| step.effort_days).sum(),
        cost_cny: cheapest.iter().map(|step| step.cost_cny).sum(),
        cheapest,
        is_exact: goal.is_exact,
        obstacle: goal.obstacle,
    }
}
