//! The values of one row.

use std::{fmt, ops::Index, sync::Arc};

use super::value::CellValue;

/// Values of a row by column key; empty cells are absent. A sheet has up to 200,000 rows, so
/// a row is a plain list of what it holds, and rows that were read together share their keys.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Cells(Vec<(Arc<str>, CellValue)>);

impl Cells {
    /// No cells.
    pub fn new() -> Self {
        Self::default()
    }

    /// No cells, with room for `many`.
    pub(super) fn with_capacity(many: usize) -> Self {
        Self(Vec::with_capacity(many))
    }

    /// The value of a column.
    pub fn get(&self, key: &str) -> Option<&CellValue> {
        let place = self.place(key).ok()?;
        self.0.get(place).map(|(_, value)| value)
    }

    /// Whether a column has a value.
    pub fn contains_key(&self, key: &str) -> bool {
        self.place(key).is_ok()
    }

    /// Puts a value, in place of the one that was there.
    pub fn insert(&mut self, key: impl Into<Arc<str>>, value: CellValue) {
        let key = key.into();
        match self.place(&key) {
            Ok(place) => {
                if let Some((_, known)) = self.0.get_mut(place) {
                    *known = value;
                }
            }
            Err(place) => self.0.insert(place, (key, value)),
        }
    }

    /// Whether no column has a value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    fn place(&self, key: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(key))
    }
}

impl fmt::Debug for Cells {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let cells = self.0.iter().map(|(key, value)| (key, value));
        f.debug_map().entries(cells).finish()
    }
}

impl<K: Into<Arc<str>>, const N: usize> From<[(K, CellValue); N]> for Cells {
    fn from(values: [(K, CellValue); N]) -> Self {
        let mut cells = Self::with_capacity(N);
        for (key, value) in values {
            cells.insert(key, value);
        }
        cells
    }
}

impl Index<&str> for Cells {
    type Output = CellValue;

    /// The value of a column that has one.
    ///
    /// # Panics
    /// Where it has none: for tests. Elsewhere use [`Cells::get`].
    fn index(&self, key: &str) -> &CellValue {
        self.get(key).expect("the column has a value")
    }
}
