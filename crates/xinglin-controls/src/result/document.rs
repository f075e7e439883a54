//! The result as a document, format `xinglin.result/1`.

use serde::{Deserialize, Serialize};
use xinglin_core::{Domain, RequirementId};

use super::{Conclusion, Figures, Hazards, Rules, State, Template, figures::Sums};

/// The name of the format.
pub const RESULT_FORMAT: &str = "xinglin.result/1";

/// A result as it is printed, stored and sent.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ResultDocument {
    /// [`RESULT_FORMAT`].
    pub format: String,
    /// The report template.
    pub template: Template,
    /// All items of the grade and its extensions.
    pub items: u32,
    /// Items that take part: all but those that do not apply.
    pub applicable: u32,
    /// Items met.
    pub compliant: u32,
    /// Items met in part.
    pub partial: u32,
    /// Items not met, the unanswered ones among them.
    pub noncompliant: u32,
    /// Items that do not apply.
    pub not_applicable: u32,
    /// Applicable items without any verdict.
    pub unanswered: Vec<RequirementId>,
    /// Items of which some objects have a verdict and others none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub partly_answered: Vec<RequirementId>,
    /// Whether something is still open.
    pub provisional: bool,
    /// 符合率 as a fraction (2025), unrounded.
    pub rate: Option<f64>,
    /// 综合得分 from 0 to 100 (2021, 2019), unrounded.
    pub score: Option<f64>,
    /// The technical half of the score (2021).
    pub technical: Option<f64>,
    /// The management half of the score (2021).
    pub management: Option<f64>,
    /// The separate score of extension items (2019).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub extension_score: Option<f64>,
    /// The conclusion.
    pub conclusion: Conclusion,
    /// The official Chinese term of the conclusion.
    pub conclusion_zh: String,
    /// Each class that has items, in the standard's order.
    pub domains: Vec<DomainRate>,
    /// Major hazards, as found before rectification.
    pub hazards: Hazards,
    /// Whether the result rests on weights that the assessor gave. True under 2025, which
    /// has none; false as soon as one weight is the suggested one.
    pub weights_official: bool,
}

/// The rate of one class.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DomainRate {
    /// The class.
    pub domain: Domain,
    /// Its items that take part.
    pub applicable: u32,
    /// Of these, met.
    pub compliant: u32,
    /// Met by applicable, as a fraction; `None` when no item is applicable.
    pub rate: Option<f64>,
}

impl ResultDocument {
    pub(crate) fn new(sums: &Sums<'_>, rules: &Rules, figures: &Figures) -> Self {
        let ids_of = |is_listed: fn(&super::Tally) -> bool| {
            let rows = sums.sheet.facts().iter().zip(sums.tallies);
            rows.filter(|(_, tally)| is_listed(tally))
                .map(|(facts, _)| facts.id)
                .collect()
        };
        let counts = &figures.counts;
        Self {
            format: RESULT_FORMAT.to_owned(),
            template: figures.template,
            items: counts.items,
            applicable: counts.applicable(),
            compliant: counts.compliant,
            partial: counts.partial,
            noncompliant: counts.noncompliant,
            not_applicable: counts.not_applicable,
            unanswered: ids_of(|tally| tally.state() == State::Unanswered),
            partly_answered: ids_of(super::Tally::is_partly_answered),
            provisional: counts.is_provisional(),
            rate: figures.rate,
            score: figures.score,
            technical: figures.technical,
            management: figures.management,
            extension_score: figures.extension_score,
            conclusion: figures.conclusion,
            conclusion_zh: figures.conclusion.zh().to_owned(),
            domains: domain_rates(figures),
            hazards: rules.hazards,
            weights_official: figures.weights_official,
        }
    }
}

fn domain_rates(figures: &Figures) -> Vec<DomainRate> {
    let with_items = figures
        .domains
        .iter()
        .filter(|domain| domain.counts.items > 0);
    with_items
        .map(|figures| DomainRate {
            domain: figures.domain,
            applicable: figures.counts.applicable(),
            compliant: figures.counts.compliant,
            rate: figures.counts.rate(),
        })
        .collect()
}
