//! The verdicts of one system, kept so that a changed one costs next to nothing.

use std::sync::Arc;

use xinglin_core::Verdict;

use crate::{
    Cell, Counts, Figures, MissingWeights, ResultDocument, Row, Rules, Sheet, State, Tally,
    result::{DOMAINS, Sums},
};

/// The position of an object on a [`Scoreboard`]; dense, from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Column(u32);

impl Column {
    /// The position as a number.
    pub fn number(self) -> usize {
        self.0 as usize
    }
}

/// One system's verdicts, a byte for each item and object, with their sums.
///
/// [`Scoreboard::set`] adjusts the sums in constant time. A scoreboard that was filled
/// verdict by verdict equals one that was filled at once.
#[derive(Debug, Clone)]
pub struct Scoreboard {
    sheet: Arc<Sheet>,
    /// One run of `sheet.len()` cells for each object.
    cells: Vec<Cell>,
    tallies: Vec<Tally>,
    domains: [Counts; DOMAINS],
}

impl Scoreboard {
    /// A scoreboard without objects: every item is unanswered.
    pub fn new(sheet: Arc<Sheet>) -> Self {
        Self::from_cells(sheet, Vec::new())
    }

    /// A scoreboard of these cells: for each object one run of cells in the order of the
    /// sheet's rows. A last run that is too short is filled with absent cells.
    pub fn from_cells(sheet: Arc<Sheet>, mut cells: Vec<Cell>) -> Self {
        let rows = sheet.len().max(1);
        cells.resize(cells.len().next_multiple_of(rows), Cell::Absent);
        let mut tallies = vec![Tally::default(); sheet.len()];
        for run in cells.chunks_exact(rows) {
            for (tally, &cell) in tallies.iter_mut().zip(run) {
                tally.add(cell);
            }
        }
        let mut domains = [Counts::default(); DOMAINS];
        for (facts, tally) in sheet.facts().iter().zip(&tallies) {
            domains[facts.domain].add(tally);
        }
        Self {
            sheet,
            cells,
            tallies,
            domains,
        }
    }

    /// The items.
    pub fn sheet(&self) -> &Arc<Sheet> {
        &self.sheet
    }

    /// Adds an object on which no item is assessed yet.
    pub fn add_object(&mut self) -> Column {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "4 billion objects do not fit in memory"
        )]
        let column = Column(self.objects() as u32);
        self.cells
            .resize(self.cells.len() + self.sheet.len(), Cell::Absent);
        for tally in &mut self.tallies {
            tally.add(Cell::Absent);
        }
        column
    }

    /// How many objects there are.
    pub fn objects(&self) -> usize {
        self.cells.len() / self.sheet.len().max(1)
    }

    /// The objects, in the order in which they were added.
    pub fn columns(&self) -> impl Iterator<Item = Column> + use<> {
        (0..).map(Column).take(self.objects())
    }

    /// What stands at an item and an object.
    ///
    /// # Panics
    /// When the row or column comes from elsewhere.
    pub fn cell(&self, row: Row, column: Column) -> Cell {
        self.cells[self.position(row, column)]
    }

    /// The cells of an object, in the order of the sheet's rows.
    ///
    /// # Panics
    /// When the column comes from elsewhere.
    pub fn cells_of(&self, column: Column) -> &[Cell] {
        let start = column.number() * self.sheet.len();
        &self.cells[start..start + self.sheet.len()]
    }

    /// Puts a verdict, or with `None` the lack of one, and returns what stood there.
    ///
    /// # Panics
    /// When the row or column comes from elsewhere.
    pub fn set(&mut self, row: Row, column: Column, verdict: Option<Verdict>) -> Cell {
        self.put(row, column, verdict.into())
    }

    /// Takes an object out of the assessment of an item and returns what stood there.
    ///
    /// # Panics
    /// When the row or column comes from elsewhere.
    pub fn withdraw(&mut self, row: Row, column: Column) -> Cell {
        self.put(row, column, Cell::Absent)
    }

    fn put(&mut self, row: Row, column: Column, cell: Cell) -> Cell {
        let position = self.position(row, column);
        let before = std::mem::replace(&mut self.cells[position], cell);
        let tally = &mut self.tallies[row.number()];
        let counts = &mut self.domains[self.sheet.facts()[row.number()].domain];
        counts.remove(tally);
        tally.remove(before);
        tally.add(cell);
        counts.add(tally);
        before
    }

    fn position(&self, row: Row, column: Column) -> usize {
        assert!(
            row.number() < self.sheet.len(),
            "the row is of another sheet"
        );
        column.number() * self.sheet.len() + row.number()
    }

    /// The verdicts on an item, by number of objects.
    ///
    /// # Panics
    /// When the row comes from elsewhere.
    pub fn tally(&self, row: Row) -> Tally {
        self.tallies[row.number()]
    }

    /// The verdict on an item over all its objects.
    ///
    /// # Panics
    /// When the row comes from elsewhere.
    pub fn state(&self, row: Row) -> State {
        self.tallies[row.number()].state()
    }

    /// The figures under `rules`.
    ///
    /// # Errors
    /// The 2021 and 2019 templates need a weight for every applicable item.
    pub fn figures(&self, rules: &Rules) -> Result<Figures, MissingWeights> {
        self.sums().figures(rules)
    }

    /// The result under `rules`: the figures and the items that are still open.
    ///
    /// # Errors
    /// As [`Scoreboard::figures`].
    pub fn result(&self, rules: &Rules) -> Result<ResultDocument, MissingWeights> {
        let sums = self.sums();
        let figures = sums.figures(rules)?;
        Ok(ResultDocument::new(&sums, rules, &figures))
    }

    pub(crate) fn sums(&self) -> Sums<'_> {
        Sums {
            sheet: &self.sheet,
            tallies: &self.tallies,
            domains: &self.domains,
        }
    }
}
