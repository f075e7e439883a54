//! Evidence: from what is known of an object to a proposed verdict, and its end.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::json;
pub use xinglin_controls::Answer;
use xinglin_controls::{Evidence as Grounds, ItemIndex, propose};
use xinglin_core::{AssessmentId, AssetId, RequirementId, SystemId, Timestamp, Verdict};
use xinglin_ledger::Subject;
use xinglin_store::{
    Read, assessments,
    evidence::{self, Evidence, EvidenceKind},
    settings,
    verdicts::{self, Cell, CellState},
};

use crate::{
    Actor, App, AppError,
    assessments::{Rescored, Round, looked_at},
    change::Change,
    verdicts::cell_subject,
};

mod known;

use known::Known;
pub(crate) use known::{Lasting, shown};

const VALIDITY_SETTING: &str = "evidence.validity";
const EVIDENCE_CHANGED: &str = "依据的证据已更新，建议判定改变 (new evidence changes the proposal)";
const EVIDENCE_EXPIRED: &str = "依据的证据已过期 (the evidence has expired)";
/// Why a cell is open whose finding a second person found mended.
pub(crate) const RECTIFIED: &str =
    "已整改并经复核，请重新判定 (rectified and verified: to be judged anew)";

/// How many days evidence counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct EvidenceValidity {
    /// Inspections.
    pub inspection_days: u16,
    /// Interviews.
    pub interview_days: u16,
}

impl Default for EvidenceValidity {
    fn default() -> Self {
        Self {
            inspection_days: 90,
            interview_days: 365,
        }
    }
}

/// The answer to one question of an interview, as it is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GivenAnswer {
    /// The position of the question, from 0.
    pub question: usize,
    /// The answer.
    pub answer: Answer,
    /// What was seen.
    #[serde(default)]
    pub note: Option<String>,
}

/// What a run of [`App::reconcile_evidence`] did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Reconciled {
    /// Pieces of evidence that expired.
    pub expired: usize,
    /// Cells that changed, in all assessments.
    pub cells: usize,
}

impl App {
    /// Ends evidence whose time is over, reopens what rested on it, and takes in objects
    /// that came to or left the systems of open assessments. To be called by a timer; doing
    /// it twice changes nothing more.
    ///
    /// # Errors
    /// [`crate::Code::Internal`].
    pub async fn reconcile_evidence(&self) -> Result<Reconciled, AppError> {
        let now = self.now();
        let db = self.store().db();
        // Looked at before the writer is taken: mostly there is nothing to do.
        let moved = self.moved_assessments().await?;
        let is_due = !evidence::overdue(db, now).await?.is_empty()
            || !verdicts::expired(db, now).await?.is_empty();
        if moved.is_empty() && !is_due {
            return Ok(Reconciled::default());
        }
        let mut change = self.change(&Actor::automatic("evidence")).await?;
        let conn = change.tx().conn();
        let overdue = evidence::overdue(conn, now).await?;
        let lapsed = verdicts::expired(conn, now).await?;
        let open = assessments::open(conn, None).await?;
        evidence::expire(change.tx(), now).await?;
        let mut done = Reconciled {
            expired: overdue.len(),
            cells: 0,
        };
        if !overdue.is_empty() {
            let subjects = overdue.iter().map(|one| Subject::new("evidence", one.id));
            change.note_all("evidence.expire", subjects.collect(), json!({}));
        }
        let mut rescored = Vec::new();
        for assessment in open {
            if !is_due && !moved.contains(&assessment.id) {
                continue;
            }
            let round = self.round_in(&change, assessment.id).await?;
            let due = Due::of(&round, &overdue, &lapsed);
            if let Some((cells, anew)) = self.take_in(&mut change, round, &due, "reconcile").await?
            {
                done.cells += cells;
                rescored.push(anew);
            }
        }
        if done.expired == 0 && rescored.is_empty() {
            return Ok(done);
        }
        change.commit().await?;
        self.keep_boards(rescored);
        Ok(done)
    }

    /// Takes in what became of the objects of these systems in their open assessments: came,
    /// went, or are something else than before.
    ///
    /// # Errors
    /// [`crate::Code::Internal`].
    pub(crate) async fn objects_moved(
        &self,
        change: &mut Change<'_>,
        systems: &[SystemId],
    ) -> Result<Vec<Rescored>, AppError> {
        let mut rescored = Vec::new();
        for open in assessments::open(change.tx().conn(), Some(systems)).await? {
            let round = self.round_in(change, open.id).await?;
            let due = Due::of(&round, &[], &[]);
            let anew = self.take_in(change, round, &due, "objects").await?;
            rescored.extend(anew.map(|(_, anew)| anew));
        }
        Ok(rescored)
    }

    /// Judges anew what is due of one assessment, and says how many cells that changed;
    /// `None` where nothing did.
    async fn take_in(
        &self,
        change: &mut Change<'_>,
        round: Round,
        due: &Due,
        cause: &str,
    ) -> Result<Option<(usize, Rescored)>, AppError> {
        if due.is_nothing() {
            return Ok(None);
        }
        let cells = self.lapse(change, &round, due).await?;
        if cells.is_empty() && !due.objects_differ {
            return Ok(None);
        }
        let cause = json!({"cause": cause});
        note_proposals(change, round.assessment.id, &cells, cause);
        let rescored = self.cells_changed(change, round, &cells).await?;
        Ok(Some((cells.len(), rescored)))
    }

    async fn lapse(
        &self,
        change: &Change<'_>,
        round: &Round,
        due: &Due,
    ) -> Result<Vec<Cell>, AppError> {
        let now = change.now();
        let assets: Vec<AssetId> = due.assets.iter().copied().collect();
        let conn = change.tx().conn();
        let mut known = verdicts::of_assets(conn, round.assessment.id, &assets).await?;
        let before: HashMap<_, Cell> = known
            .iter()
            .map(|cell| ((cell.asset_id, cell.requirement), cell.clone()))
            .collect();
        for cell in &mut known {
            if due.answers.contains(&(cell.asset_id, cell.requirement)) {
                cell.answers = serde_json::Value::Null;
            }
        }
        let mut cells = self.judge_anew(conn, round, &assets, known).await?;
        for cell in &mut cells {
            let is_over = cell.valid_until.is_some_and(|until| until <= now);
            if cell.state.is_decided() && is_over {
                reopen(cell, EVIDENCE_EXPIRED);
            }
            if cell.state == CellState::Reopened
                && cell.reason.as_deref() == Some(EVIDENCE_CHANGED)
                && due.lapsed.contains(&(cell.asset_id, cell.requirement))
            {
                cell.reason = Some(EVIDENCE_EXPIRED.to_owned());
            }
        }
        cells.retain(|cell| before.get(&(cell.asset_id, cell.requirement)) != Some(cell));
        Ok(cells)
    }

    /// The cells of these objects that the present evidence changes.
    ///
    /// # Errors
    /// [`crate::Code::Internal`].
    pub(crate) async fn propose_cells(
        &self,
        db: &impl Read,
        round: &Round,
        assets: &[AssetId],
    ) -> Result<Vec<Cell>, AppError> {
        let known = verdicts::of_assets(db, round.assessment.id, assets).await?;
        let before: HashMap<_, Cell> = known
            .iter()
            .map(|cell| ((cell.asset_id, cell.requirement), cell.clone()))
            .collect();
        let mut cells = self.judge_anew(db, round, assets, known).await?;
        cells.retain(|cell| before.get(&(cell.asset_id, cell.requirement)) != Some(cell));
        Ok(cells)
    }

    /// All cells of these objects of which anything is known, judged by the present evidence.
    async fn judge_anew(
        &self,
        db: &impl Read,
        round: &Round,
        assets: &[AssetId],
        known: Vec<Cell>,
    ) -> Result<Vec<Cell>, AppError> {
        let known_now = Known::load(self, db, round.assessment.id, assets).await?;
        let mut cells: HashMap<(AssetId, RequirementId), Cell> = known
            .into_iter()
            .map(|cell| ((cell.asset_id, cell.requirement), cell))
            .collect();
        let sheet = round.board.sheet();
        let mut judged = Vec::new();
        for asset in assets {
            for (row, requirement) in sheet.rows() {
                if !round.board.is_cell(*asset, requirement) {
                    continue;
                }
                let kin = self.content().kin_at(sheet.index(row));
                let cell = cells.remove(&(*asset, requirement));
                if cell.is_none() && known_now.checks(*asset, requirement, kin).is_empty() {
                    continue;
                }
                let cell = cell.unwrap_or_else(|| Cell::empty(*asset, requirement));
                judged.push(self.judge(&known_now, sheet.index(row), cell)?);
            }
        }
        Ok(judged)
    }

    /// These cells, judged by the present evidence.
    ///
    /// # Errors
    /// [`crate::Code::Internal`].
    pub(crate) async fn judge_cells(
        &self,
        db: &impl Read,
        round: &Round,
        cells: Vec<Cell>,
    ) -> Result<Vec<Cell>, AppError> {
        let assets: BTreeSet<AssetId> = cells.iter().map(|cell| cell.asset_id).collect();
        let assets: Vec<AssetId> = assets.into_iter().collect();
        let known = Known::load(self, db, round.assessment.id, &assets).await?;
        let sheet = round.board.sheet();
        cells
            .into_iter()
            .map(|cell| match sheet.row_of(cell.requirement) {
                Some(row) => self.judge(&known, sheet.index(row), cell),
                None => Ok(cell),
            })
            .collect()
    }

    fn judge(&self, known: &Known, index: ItemIndex, mut cell: Cell) -> Result<Cell, AppError> {
        let kin = self.content().kin_at(index);
        let grounds = Grounds {
            checks: known.checks(cell.asset_id, cell.requirement, kin).to_vec(),
            answers: answers(&cell)?,
        };
        let proposal = propose(self.content().catalogue(), index, &grounds);
        let until = known.lasting.of(cell.asset_id, cell.requirement, kin);
        let excepted = known.excepted(cell.asset_id, cell.requirement, kin);
        let (verdict, mut reasons) = match proposal {
            // What is lived with is not there: it must not be called met.
            Some(proposal) if !excepted.is_empty() => (
                Some(proposal.verdict.max(Verdict::Partial)),
                proposal.reasons,
            ),
            Some(proposal) => (Some(proposal.verdict), proposal.reasons),
            None => (None, Vec::new()),
        };
        reasons.extend_from_slice(excepted);
        let before = std::mem::replace(&mut cell.proposed, verdict);
        cell.reasons = reasons;
        renew(&mut cell, before, until);
        Ok(cell)
    }

    /// How long new evidence counts.
    pub(crate) async fn evidence_validity(
        &self,
        db: &impl Read,
    ) -> Result<EvidenceValidity, AppError> {
        Ok(settings::get(db, VALIDITY_SETTING)
            .await?
            .unwrap_or_default())
    }
}

/// What of one assessment has to be looked at.
struct Due {
    assets: BTreeSet<AssetId>,
    answers: BTreeSet<(AssetId, RequirementId)>,
    lapsed: BTreeSet<(AssetId, RequirementId)>,
    objects_differ: bool,
}

impl Due {
    fn of(round: &Round, overdue: &[Evidence], lapsed: &[(AssessmentId, Cell)]) -> Self {
        let id = round.assessment.id;
        let looked_at = looked_at(round.board.objects());
        let objects: BTreeSet<AssetId> = looked_at.iter().map(|(asset, _)| *asset).collect();
        let known: BTreeSet<_> = round.assessment.objects.iter().copied().collect();
        let new = looked_at.iter().filter(|pair| !known.contains(*pair));
        let lapsed: BTreeSet<_> = lapsed
            .iter()
            .filter(|(assessment, _)| *assessment == id)
            .map(|(_, cell)| (cell.asset_id, cell.requirement))
            .collect();
        let answers = overdue
            .iter()
            .filter(|one| one.kind == EvidenceKind::Interview && one.assessment_id == Some(id))
            .filter_map(|one| Some((one.asset_id, one.requirement?)));
        let answers: BTreeSet<_> = answers.collect();
        let inspected = overdue
            .iter()
            .filter(|one| one.kind == EvidenceKind::Inspection)
            .map(|one| one.asset_id);
        let mut assets: BTreeSet<AssetId> = new.map(|(asset, _)| *asset).collect();
        assets.extend(inspected);
        assets.extend(answers.iter().chain(&lapsed).map(|(asset, _)| *asset));
        assets.retain(|asset| objects.contains(asset));
        Self {
            assets,
            answers,
            lapsed,
            objects_differ: !looked_at.iter().eq(&known),
        }
    }

    fn is_nothing(&self) -> bool {
        self.assets.is_empty() && !self.objects_differ
    }
}

/// Brings a cell's state up to date with its new proposal; `before` was the former one. A
/// decision stands while the proposal it was made on stands, or the new one agrees with it.
fn renew(cell: &mut Cell, before: Option<Verdict>, until: Option<Timestamp>) {
    match cell.state {
        CellState::None | CellState::Proposed => {
            cell.state = match cell.proposed {
                Some(_) => CellState::Proposed,
                None => CellState::None,
            };
        }
        CellState::Reopened => {}
        CellState::Confirmed | CellState::Overruled => {
            if cell.proposed != before && cell.proposed != cell.verdict {
                reopen(cell, EVIDENCE_CHANGED);
            } else if until.is_some() {
                cell.valid_until = until;
            }
        }
    }
}

/// Takes a decision back.
pub(crate) fn reopen(cell: &mut Cell, why: &str) {
    cell.state = CellState::Reopened;
    cell.verdict = None;
    cell.valid_until = None;
    cell.reason = Some(why.to_owned());
}

/// Notes what new evidence did to the cells of an assessment. Each reopened cell is a
/// subject, for its history; proposals are only counted.
pub(crate) fn note_proposals(
    change: &mut Change<'_>,
    assessment: AssessmentId,
    cells: &[Cell],
    mut payload: serde_json::Value,
) {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    for cell in cells {
        *counts.entry(cell.state.word()).or_default() += 1;
    }
    if let Some(payload) = payload.as_object_mut() {
        payload.insert("cells".to_owned(), json!(counts));
    }
    let reopened = cells
        .iter()
        .filter(|cell| cell.state == CellState::Reopened);
    let mut subjects = vec![Subject::new("assessment", assessment)];
    subjects.extend(reopened.map(|cell| cell_subject(assessment, cell.asset_id, cell.requirement)));
    change.note_all("verdict.propose", subjects, payload);
}

/// The answers of a cell by position of the question.
pub(crate) fn answers(cell: &Cell) -> Result<Vec<Option<Answer>>, AppError> {
    let mut answers = Vec::new();
    for given in given_answers(cell)? {
        if answers.len() <= given.question {
            answers.resize(given.question + 1, None);
        }
        if let Some(place) = answers.get_mut(given.question) {
            *place = Some(given.answer);
        }
    }
    Ok(answers)
}

/// The answers of a cell as they were given.
pub(crate) fn given_answers(cell: &Cell) -> Result<Vec<GivenAnswer>, AppError> {
    if cell.answers.is_null() {
        return Ok(Vec::new());
    }
    serde_json::from_value(cell.answers.clone()).map_err(AppError::internal)
}

/// What a check saw, in one line.
pub fn observed(value: &serde_json::Value) -> String {
    match value {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}
