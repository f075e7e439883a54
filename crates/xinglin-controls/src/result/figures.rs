//! The figures of a result.

use xinglin_core::Domain;

use super::{
    Conclusion, MissingWeights, Rules, State, Tally, Template, Weights, template_2019,
    template_2021, template_2025,
};
use crate::{Row, Sheet, sheet::RowFacts};

/// How many classes there are.
pub(crate) const DOMAINS: usize = Domain::ALL.len();

/// How many items stand at each state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// All items.
    pub items: u32,
    /// Items met.
    pub compliant: u32,
    /// Items met in part.
    pub partial: u32,
    /// Items not met, the unanswered ones among them.
    pub noncompliant: u32,
    /// Items that do not apply.
    pub not_applicable: u32,
    /// Items without a verdict that counts.
    pub unanswered: u32,
    /// Items of which some objects have a verdict and others none.
    pub partly_answered: u32,
}

impl Counts {
    /// Items that take part in the result.
    pub fn applicable(&self) -> u32 {
        self.items - self.not_applicable
    }

    /// Whether something is still open.
    pub fn is_provisional(&self) -> bool {
        self.unanswered + self.partly_answered > 0
    }

    /// The share of the applicable items that are met, from 0 to 1; `None` when no item is
    /// applicable.
    pub fn rate(&self) -> Option<f64> {
        let applicable = self.applicable();
        (applicable > 0).then(|| f64::from(self.compliant) / f64::from(applicable))
    }

    pub(crate) fn add(&mut self, tally: &Tally) {
        self.items += 1;
        *self.of(tally.state()) += 1;
        self.unanswered += u32::from(tally.state() == State::Unanswered);
        self.partly_answered += u32::from(tally.is_partly_answered());
    }

    pub(crate) fn remove(&mut self, tally: &Tally) {
        self.items -= 1;
        *self.of(tally.state()) -= 1;
        self.unanswered -= u32::from(tally.state() == State::Unanswered);
        self.partly_answered -= u32::from(tally.is_partly_answered());
    }

    fn of(&mut self, state: State) -> &mut u32 {
        match state {
            State::Compliant => &mut self.compliant,
            State::Partial => &mut self.partial,
            State::Noncompliant | State::Unanswered => &mut self.noncompliant,
            State::NotApplicable => &mut self.not_applicable,
        }
    }
}

/// The counts of one class.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DomainFigures {
    /// The class.
    pub domain: Domain,
    /// Its counts.
    pub counts: Counts,
}

/// The figures of a result; without allocations, so that they can be asked for often.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Figures {
    /// The template they follow.
    pub template: Template,
    /// All classes together.
    pub counts: Counts,
    /// Each class in the standard's order; a class without items has zero counts.
    pub domains: [DomainFigures; DOMAINS],
    /// 符合率 as a fraction (2025), unrounded. `None` when no item is applicable.
    pub rate: Option<f64>,
    /// 综合得分 from 0 to 100 (2021, 2019), unrounded. `None` when no item is applicable.
    pub score: Option<f64>,
    /// The technical half of the score (2021).
    pub technical: Option<f64>,
    /// The management half of the score (2021).
    pub management: Option<f64>,
    /// The separate score of extension items (2019).
    pub extension_score: Option<f64>,
    /// The conclusion; the worst one when no item is applicable.
    pub conclusion: Conclusion,
    /// Whether it rests on weights that the assessor gave. True under 2025, which has none.
    pub weights_official: bool,
}

/// What a template makes of the sums.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Parts {
    pub(super) rate: Option<f64>,
    pub(super) score: Option<f64>,
    pub(super) technical: Option<f64>,
    pub(super) management: Option<f64>,
    pub(super) extension_score: Option<f64>,
}

/// Verdicts summed over objects: all that the templates look at.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Sums<'s> {
    pub(crate) sheet: &'s Sheet,
    pub(crate) tallies: &'s [Tally],
    pub(crate) domains: &'s [Counts; DOMAINS],
}

impl<'s> Sums<'s> {
    /// Each applicable item with its weight; items without one have weight 0, see
    /// [`Sums::check_weights`].
    pub(crate) fn weighted(
        &self,
        weights: &'s Weights,
    ) -> impl Iterator<Item = (usize, &'s RowFacts, &'s Tally, f64)> {
        let rows = self.sheet.facts().iter().zip(self.tallies).enumerate();
        rows.filter(|(_, (_, tally))| tally.state().is_applicable())
            .map(|(row, (facts, tally))| (row, facts, tally, weights.at(row).unwrap_or(0.0)))
    }

    /// Whether every applicable item has the weight its template needs.
    pub(crate) fn check_weights(&self, rules: &Rules) -> Result<(), MissingWeights> {
        if !rules.template.is_weighted() {
            return Ok(());
        }
        let is_missing = |row: Row| {
            self.tallies[row.number()].state().is_applicable() && rules.weights.of(row).is_none()
        };
        let rows = self.sheet.rows();
        let missing: Vec<_> = rows
            .filter(|(row, _)| is_missing(*row))
            .map(|(_, id)| id)
            .collect();
        if missing.is_empty() {
            Ok(())
        } else {
            Err(MissingWeights(missing))
        }
    }

    pub(crate) fn figures(&self, rules: &Rules) -> Result<Figures, MissingWeights> {
        self.check_weights(rules)?;
        let mut counts = Counts::default();
        for domain in self.domains {
            counts.items += domain.items;
            counts.compliant += domain.compliant;
            counts.partial += domain.partial;
            counts.noncompliant += domain.noncompliant;
            counts.not_applicable += domain.not_applicable;
            counts.unanswered += domain.unanswered;
            counts.partly_answered += domain.partly_answered;
        }
        let (parts, conclusion) = match rules.template {
            Template::Y2025 => template_2025::score(&counts, rules),
            Template::Y2021 => template_2021::score(self, rules),
            Template::Y2019 => template_2019::score(self, rules),
        };
        let domains = std::array::from_fn(|number| DomainFigures {
            domain: Domain::ALL[number],
            counts: self.domains[number],
        });
        Ok(Figures {
            template: rules.template,
            counts,
            domains,
            rate: parts.rate,
            score: parts.score,
            technical: parts.technical,
            management: parts.management,
            extension_score: parts.extension_score,
            conclusion,
            weights_official: !rules.template.is_weighted() || rules.weights.is_official(),
        })
    }
}
