//! The result of an assessment, in brief and in full.

use serde::{Deserialize, Serialize};
use xinglin_controls::{
    Conclusion, DomainRate, Effort, Explanation, MissingWeights, ResultDocument, Risks, Rules,
    Scoreboard, Template, explain,
};
use xinglin_core::RequirementId;

use super::Board;
use crate::{AppError, Code, Content};

// What a person-day is worth when two ways over a threshold are compared.
const DAY_RATE_CNY: u64 = 1_500;

/// A result in brief, kept with the assessment so that an overview computes nothing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ResultSummary {
    /// The report template.
    pub template: Template,
    /// 符合率 (2025).
    pub rate: Option<f64>,
    /// Score (2021, 2019).
    pub score: Option<f64>,
    /// The conclusion.
    pub conclusion: Conclusion,
    /// Its official term.
    pub conclusion_zh: String,
    /// Items that take part.
    pub applicable: u32,
    /// Items met.
    pub compliant: u32,
    /// Items met in part.
    pub partial: u32,
    /// Items not met, the unanswered ones among them.
    pub noncompliant: u32,
    /// Items that do not apply.
    pub not_applicable: u32,
    /// Items without a verdict.
    pub unanswered: u32,
    /// Whether something is open.
    pub provisional: bool,
    /// Major hazards as found.
    pub hazards_found: u32,
    /// Of these, resolved.
    pub hazards_resolved: u32,
    /// The next threshold.
    pub next_at: Option<f64>,
    /// Items it takes at least.
    pub next_items: Option<u32>,
    /// Whether no suggested weight took part.
    pub weights_official: bool,
    /// Each class.
    pub domains: Vec<DomainRate>,
    /// Undecided cells with a proposal.
    pub proposals: u32,
    /// The remaining risks that took part; `None` in a forecast, and in what was kept before
    /// they were.
    #[serde(default)]
    pub risks: Option<Risks>,
}

/// A result in full.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultDetail {
    /// The result (`xinglin.result/1`).
    pub result: ResultDocument,
    /// What each open item costs, and the cheapest way over each threshold.
    pub explanation: Explanation,
    /// The result if every waiting proposal were confirmed; `None` when none waits.
    pub as_proposed: Option<ResultSummary>,
}

/// An estimate for one item: person-days and yuan, each lowest and highest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Estimate {
    /// Person-days.
    pub effort_days: (u32, u32),
    /// Yuan.
    pub cost_cny: (u64, u64),
}

impl Content {
    /// What it takes to meet an item.
    pub fn estimate(&self, requirement: RequirementId) -> Estimate {
        self.measure_of(requirement)
            .map(|measure| Estimate {
                effort_days: measure.effort_days,
                cost_cny: measure.cost_cny,
            })
            .unwrap_or_default()
    }
}

pub(super) fn explanation(
    content: &Content,
    scores: &Scoreboard,
    rules: &Rules,
) -> Result<Explanation, AppError> {
    let effort = |requirement| {
        let Estimate {
            effort_days,
            cost_cny,
        } = content.estimate(requirement);
        Effort {
            effort_days: u32::midpoint(effort_days.0, effort_days.1),
            cost_cny: u64::midpoint(cost_cny.0, cost_cny.1),
        }
    };
    explain(scores, rules, DAY_RATE_CNY, &effort).map_err(missing)
}

pub(super) fn summary(
    content: &Content,
    scores: &Scoreboard,
    rules: &Rules,
    proposals: u32,
) -> Result<ResultSummary, AppError> {
    let explanation = explanation(content, scores, rules)?;
    let next = explanation.next();
    let document = scores.result(rules).map_err(missing)?;
    Ok(ResultSummary {
        template: document.template,
        rate: document.rate,
        score: document.score,
        conclusion: document.conclusion,
        conclusion_zh: document.conclusion_zh,
        applicable: document.applicable,
        compliant: document.compliant,
        partial: document.partial,
        noncompliant: document.noncompliant,
        not_applicable: document.not_applicable,
        unanswered: u32::try_from(document.unanswered.len()).unwrap_or(u32::MAX),
        provisional: document.provisional,
        hazards_found: document.hazards.found,
        hazards_resolved: document.hazards.resolved,
        next_at: next.map(|threshold| threshold.at),
        next_items: next.map(|threshold| threshold.items_needed),
        weights_official: document.weights_official,
        domains: document.domains,
        proposals,
        risks: None,
    })
}

pub(super) fn detail(
    content: &Content,
    board: &Board,
    rules: &Rules,
) -> Result<ResultDetail, AppError> {
    let waiting = board.proposals();
    let as_proposed = (waiting > 0)
        .then(|| summary(content, &board.as_proposed(), rules, 0))
        .transpose()?;
    Ok(ResultDetail {
        result: board.scores().result(rules).map_err(missing)?,
        explanation: explanation(content, board.scores(), rules)?,
        as_proposed,
    })
}

/// Items without the weight that a template needs, as a failure that lists them.
pub(super) fn missing(MissingWeights(items): MissingWeights) -> AppError {
    let expected = "a weight, or suggested weights allowed";
    items
        .iter()
        .fold(AppError::new(Code::WeightsMissing), |error, item| {
            error.field(format!("weights.{item}"), "", expected)
        })
}
