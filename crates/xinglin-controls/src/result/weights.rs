//! The importance of items.

use std::collections::BTreeMap;

use thiserror::Error;
use xinglin_core::RequirementId;

use super::Template;
use crate::{Row, Sheet};

/// The weight of each row of a sheet.
///
/// The official tables of the 2021 and 2019 templates are not published, so weights come
/// from the hospital's assessor; the suggested ones are marked as not official.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    rows: Vec<Option<f64>>,
    is_official: bool,
}

impl Default for Weights {
    /// No weights: what the 2025 template needs.
    fn default() -> Self {
        Self {
            rows: Vec::new(),
            is_official: true,
        }
    }
}

/// A weight that a template does not know.
#[derive(Debug, Clone, PartialEq, Error)]
#[error("weights.{requirement}: expected {expected}, found {found}")]
pub struct InvalidWeight {
    /// The item.
    pub requirement: RequirementId,
    /// What the template knows.
    pub expected: &'static str,
    /// What was given.
    pub found: f64,
}

/// Applicable items without a weight.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("weights: expected one for every applicable item, missing for {}", listed(.0))]
pub struct MissingWeights(
    /// The items, in the order of the sheet.
    pub Vec<RequirementId>,
);

fn listed(ids: &[RequirementId]) -> String {
    let ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
    ids.join(", ")
}

impl Weights {
    /// The weights that an assessor gave. Weights of items that are not on the sheet are
    /// left alone, so that one table serves systems of several grades.
    ///
    /// # Errors
    /// 2021 knows 1 (一般), 2 (重要) and 3 (关键); 2019 any number above 0 up to 100.
    pub fn supplied(
        sheet: &Sheet,
        template: Template,
        weights: &BTreeMap<RequirementId, f64>,
    ) -> Result<Self, InvalidWeight> {
        let mut rows = vec![None; sheet.len()];
        for (&requirement, &found) in weights {
            let (is_known, expected) = match template {
                Template::Y2021 => ([1.0, 2.0, 3.0].contains(&found), "1, 2 or 3"),
                Template::Y2019 | Template::Y2025 => (
                    found > 0.0 && found <= 100.0,
                    "a number above 0 and at most 100",
                ),
            };
            if !is_known {
                return Err(InvalidWeight {
                    requirement,
                    expected,
                    found,
                });
            }
            if let Some(row) = sheet.row_of(requirement) {
                rows[row.number()] = Some(found);
            }
        }
        Ok(Self {
            rows,
            is_official: true,
        })
    }

    /// The catalogue's suggestion: 3, 2, 1, which 2019 writes as 1, 0.7, 0.4.
    /// Not official, and [`Weights::is_official`] says so.
    pub fn suggested(sheet: &Sheet, template: Template) -> Self {
        let weight = |suggested: u8| match (template, suggested) {
            (Template::Y2019, 3) => 1.0,
            (Template::Y2019, 2) => 0.7,
            (Template::Y2019, _) => 0.4,
            (Template::Y2021 | Template::Y2025, number) => f64::from(number),
        };
        let facts = sheet.facts().iter();
        Self {
            rows: facts
                .map(|facts| Some(weight(facts.weight_suggested)))
                .collect(),
            is_official: false,
        }
    }

    /// The same weights with those of `sheet` that are missing taken from the suggestion;
    /// not official as soon as one was.
    #[must_use]
    pub fn or_suggested(mut self, sheet: &Sheet, template: Template) -> Self {
        self.rows.resize(sheet.len(), None);
        let suggested = Self::suggested(sheet, template);
        for (row, suggestion) in self.rows.iter_mut().zip(suggested.rows) {
            if row.is_none() {
                *row = suggestion;
                self.is_official = false;
            }
        }
        self
    }

    /// Whether they come from the assessor and not, wholly or in part, from the suggestion.
    pub fn is_official(&self) -> bool {
        self.is_official
    }

    /// The weight of a row.
    pub fn of(&self, row: Row) -> Option<f64> {
        self.at(row.number())
    }

    pub(crate) fn at(&self, row: usize) -> Option<f64> {
        self.rows.get(row).copied().flatten()
    }
}
