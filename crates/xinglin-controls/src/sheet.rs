//! The selected items of a graded system, laid out as rows.

use std::collections::HashMap;

use xinglin_core::{Domain, Extension, Grade, RequirementId};

use crate::{Catalogue, ExtensionLevelError, ItemIndex, applicable};

/// The position of an item in a [`Sheet`]; dense, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Row(u16);

impl Row {
    /// The position as a number.
    pub fn number(self) -> usize {
        usize::from(self.0)
    }
}

/// What scoring needs to know of one item.
#[derive(Debug, Clone, Copy)]
pub(crate) struct RowFacts {
    pub(crate) index: ItemIndex,
    pub(crate) id: RequirementId,
    pub(crate) domain: usize,
    pub(crate) is_technical: bool,
    pub(crate) is_extension: bool,
    pub(crate) weight_suggested: u8,
}

/// The items that apply to a graded system, in the order of [`applicable`].
#[derive(Debug, Clone)]
pub struct Sheet {
    rows: Vec<RowFacts>,
    positions: HashMap<RequirementId, Row>,
}

impl Sheet {
    /// The sheet of a grade with extensions.
    pub fn new(
        catalogue: &Catalogue,
        grade: Grade,
        extensions: &[Extension],
    ) -> Result<Self, ExtensionLevelError> {
        let rows: Vec<RowFacts> = applicable(catalogue, grade, extensions)?
            .into_iter()
            .map(|index| {
                let item = catalogue.item(index);
                RowFacts {
                    index,
                    id: item.id,
                    domain: domain_number(item.id.domain()),
                    is_technical: item.id.domain().is_technical(),
                    is_extension: item.extension().is_some(),
                    weight_suggested: item.weight_suggested,
                }
            })
            .collect();
        let positions = (0..)
            .map(Row)
            .zip(&rows)
            .map(|(row, facts)| (facts.id, row));
        let positions = positions.collect();
        Ok(Self { rows, positions })
    }

    /// How many items there are.
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Whether there is none, which no catalogue gives.
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// The rows with their unit codes, in order.
    pub fn rows(&self) -> impl ExactSizeIterator<Item = (Row, RequirementId)> + '_ {
        (0..self.rows.len()).map(|number| {
            #[expect(clippy::cast_possible_truncation, reason = "rows are counted in u16")]
            let row = Row(number as u16);
            (row, self.rows[number].id)
        })
    }

    /// The row of a unit code, `None` when it does not apply.
    pub fn row_of(&self, id: RequirementId) -> Option<Row> {
        self.positions.get(&id).copied()
    }

    /// The unit code of a row.
    ///
    /// # Panics
    /// When the row comes from another, longer sheet.
    pub fn id(&self, row: Row) -> RequirementId {
        self.rows[row.number()].id
    }

    /// Where the item of a row stands in the catalogue.
    ///
    /// # Panics
    /// When the row comes from another, longer sheet.
    pub fn index(&self, row: Row) -> ItemIndex {
        self.rows[row.number()].index
    }

    pub(crate) fn facts(&self) -> &[RowFacts] {
        &self.rows
    }
}

/// The position of a class in [`Domain::ALL`].
fn domain_number(domain: Domain) -> usize {
    domain as usize
}
