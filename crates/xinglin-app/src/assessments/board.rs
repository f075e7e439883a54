//! The cells of an assessment in memory, so that a changed verdict costs next to nothing.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
};

use xinglin_controls::{Catalogue, Cell as Score, Column, Row, Scoreboard, Sheet};
use xinglin_core::{AssessmentId, AssetId, ObjectType, RequirementId, Verdict};
use xinglin_store::{
    assessments::AssessedObject,
    verdicts::{CellState, Mark},
};

// A board of 211 items and 30 objects takes 40 kB.
const BOARDS_KEPT: usize = 512;

/// What is shown of one cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shown {
    /// Where it stands.
    pub state: CellState,
    /// The verdict that counts: a person's, while it stands.
    pub verdict: Option<Verdict>,
    /// What the rules propose.
    pub proposed: Option<Verdict>,
}

/// The cells of one assessment at one revision.
#[derive(Debug, Clone)]
pub struct Board {
    /// The revision of the assessment it shows.
    pub(crate) revision: i64,
    // All objects of the system, those without a cell too: what the board was laid out for.
    known: Arc<Vec<AssessedObject>>,
    objects: Arc<Vec<AssessedObject>>,
    columns: Arc<HashMap<AssetId, Column>>,
    scores: Scoreboard,
    // One run of `sheet.len()` for each object, as in `scores`.
    shown: Vec<Shown>,
}

impl Board {
    /// The board of these objects. Objects on which no item is assessed are left out.
    pub(crate) fn new(
        catalogue: &Catalogue,
        sheet: Arc<Sheet>,
        objects: Vec<AssessedObject>,
        revision: i64,
        marks: &[Mark],
    ) -> Self {
        let known = Arc::new(objects);
        let (objects, cells) = lay_out(catalogue, &sheet, &known);
        let shown = vec![Shown::default(); cells.len()];
        let scores = Scoreboard::from_cells(sheet, cells);
        let columns = objects.iter().map(|object| object.id).zip(scores.columns());
        let mut board = Self {
            revision,
            known,
            columns: Arc::new(columns.collect()),
            objects: Arc::new(objects),
            scores,
            shown,
        };
        for mark in marks {
            board.put(mark);
        }
        board
    }

    /// The items, in the standard's order.
    pub fn sheet(&self) -> &Arc<Sheet> {
        self.scores.sheet()
    }

    /// The objects, by code.
    pub fn objects(&self) -> &[AssessedObject] {
        &self.objects
    }

    /// The verdicts that count.
    pub fn scores(&self) -> &Scoreboard {
        &self.scores
    }

    /// Each object with its cells in the order of the sheet; `None` is no cell.
    pub fn columns(
        &self,
    ) -> impl Iterator<Item = (&AssessedObject, impl Iterator<Item = Option<Shown>>)> {
        let rows = self.sheet().len().max(1);
        let runs = self.shown.chunks_exact(rows).zip(self.scores.columns());
        self.objects
            .iter()
            .zip(runs)
            .map(|(object, (run, column))| {
                let cells = self.scores.cells_of(column).iter().zip(run);
                let shown = cells.map(|(score, shown)| (*score != Score::Absent).then_some(*shown));
                (object, shown)
            })
    }

    /// Whether the item is assessed on the object.
    pub fn is_cell(&self, asset: AssetId, requirement: RequirementId) -> bool {
        self.position(asset, requirement).is_some()
    }

    /// How many undecided cells have a proposal.
    pub fn proposals(&self) -> u32 {
        let waiting = self
            .shown
            .iter()
            .filter(|shown| !shown.state.is_decided() && shown.proposed.is_some());
        u32::try_from(waiting.count()).unwrap_or(u32::MAX)
    }

    /// What would count if every waiting proposal were confirmed.
    pub(crate) fn as_proposed(&self) -> Scoreboard {
        let mut scores = self.scores.clone();
        let rows = self.sheet().rows().map(|(row, _)| row);
        let rows: Vec<Row> = rows.collect();
        let runs = self.shown.chunks_exact(rows.len().max(1));
        for (column, run) in scores.columns().zip(runs) {
            for (row, shown) in rows.iter().zip(run) {
                if !shown.state.is_decided() && shown.proposed.is_some() {
                    scores.set(*row, column, shown.proposed);
                }
            }
        }
        scores
    }

    /// Puts what is known of a cell; an item that is not assessed on the object is left alone.
    pub(crate) fn put(&mut self, mark: &Mark) {
        let Some((row, column)) = self.position(mark.asset_id, mark.requirement) else {
            return;
        };
        let verdict = mark.verdict.filter(|_| mark.state.is_decided());
        self.scores.set(row, column, verdict);
        let place = column.number() * self.sheet().len() + row.number();
        if let Some(shown) = self.shown.get_mut(place) {
            *shown = Shown {
                state: mark.state,
                verdict,
                proposed: mark.proposed,
            };
        }
    }

    fn position(&self, asset: AssetId, requirement: RequirementId) -> Option<(Row, Column)> {
        let row = self.sheet().row_of(requirement)?;
        let column = *self.columns.get(&asset)?;
        (self.scores.cell(row, column) != Score::Absent).then_some((row, column))
    }
}

/// Which items are assessed on which objects: an item on every object of a type it lists.
/// An item for which the system has no such object is judged on the system's common object
/// of management (安全管理体系), so that no item is out of reach.
fn lay_out(
    catalogue: &Catalogue,
    sheet: &Sheet,
    objects: &[AssessedObject],
) -> (Vec<AssessedObject>, Vec<Score>) {
    let rows = sheet.len();
    let common = common_object(objects);
    let mut cells = vec![Score::Absent; rows * objects.len()];
    for (row, _) in sheet.rows() {
        let types = &catalogue.item(sheet.index(row)).objects;
        let is_listed = |object: &AssessedObject| types.contains(&object.object_type);
        let is_any = objects.iter().any(is_listed);
        for (column, object) in objects.iter().enumerate() {
            if is_listed(object) || (!is_any && common == Some(object.id)) {
                cells[column * rows + row.number()] = Score::Open;
            }
        }
    }
    let mut kept = Vec::new();
    let mut kept_cells = Vec::new();
    for (object, run) in objects.iter().zip(cells.chunks_exact(rows.max(1))) {
        if run.contains(&Score::Open) {
            kept.push(object.clone());
            kept_cells.extend_from_slice(run);
        }
    }
    (kept, kept_cells)
}

fn common_object(objects: &[AssessedObject]) -> Option<AssetId> {
    objects
        .iter()
        .filter(|object| object.object_type.is_management())
        .min_by_key(|object| (object.object_type != ObjectType::Organisation, object.id))
        .map(|object| object.id)
}

/// The boards that were asked for last.
#[derive(Debug, Default)]
pub(crate) struct Boards(Mutex<HashMap<AssessmentId, Arc<Board>>>);

impl Boards {
    /// The board of an assessment, if it is of this revision and these objects.
    pub(crate) fn get(
        &self,
        id: AssessmentId,
        revision: i64,
        objects: &[AssessedObject],
    ) -> Option<Arc<Board>> {
        let boards = self.0.lock().ok()?;
        let board = boards.get(&id)?;
        let is_present = board.revision == revision && board.known.as_slice() == objects;
        is_present.then(|| Arc::clone(board))
    }

    /// Keeps a board of what is committed.
    pub(crate) fn put(&self, id: AssessmentId, board: Arc<Board>) {
        if let Ok(mut boards) = self.0.lock() {
            if boards.len() >= BOARDS_KEPT {
                boards.clear();
            }
            boards.insert(id, board);
        }
    }
}
