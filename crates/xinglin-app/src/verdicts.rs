//! Cells and verdicts: the matrix, the clause table, one cell in full, and a person's word.

use std::collections::{BTreeSet, HashMap};

use xinglin_controls::{Cell as Score, Question, State};
use xinglin_core::{AssessmentId, AssetId, EvidenceId, RequirementId, Verdict};
pub use xinglin_inspect::{CheckResult, Status};
use xinglin_ledger::Subject;
use xinglin_store::{Read, assessments, evidence, verdicts};
pub use xinglin_store::{
    evidence::{Evidence, EvidenceFile, EvidenceKind, EvidenceState},
    verdicts::{Cell, CellState},
};

use crate::{
    Actor, App, AppError, Code, Permission,
    assessments::{ResultSummary, Round},
    evidence::{GivenAnswer, Lasting, given_answers},
    inspections::JudgedCheck,
    ledger::{LedgerFilter, LedgerPage},
};

mod decision;

use decision::{attest, note_decisions};

/// What a person does to cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerdictAction {
    /// Makes the proposal the verdict.
    Confirm,
    /// Decides otherwise, with a reason.
    Overrule,
    /// Takes a decision back.
    Reopen,
}

impl VerdictAction {
    /// The stable word, as sent and noted.
    pub fn word(self) -> &'static str {
        match self {
            Self::Confirm => "confirm",
            Self::Overrule => "overrule",
            Self::Reopen => "reopen",
        }
    }

    /// The action of a stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Confirm, Self::Overrule, Self::Reopen]
            .into_iter()
            .find(|action| action.word() == word)
    }
}

/// A decision on cells.
#[derive(Debug, Clone)]
pub struct VerdictsForm {
    /// The cells.
    pub cells: Vec<(RequirementId, AssetId)>,
    /// What the person saw proposed, where it is known: nobody confirms what came since.
    pub seen: HashMap<(RequirementId, AssetId), Verdict>,
    /// What to do.
    pub action: VerdictAction,
    /// The verdict, for overruling.
    pub verdict: Option<Verdict>,
    /// Why; needed for overruling.
    pub reason: Option<String>,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct CellsOutcome {
    /// Cells that changed.
    pub changed: usize,
    /// Cells to which it did not apply.
    pub skipped: usize,
    /// The assessment's revision now.
    pub revision: i64,
    /// Its result now.
    pub result: ResultSummary,
}

/// One requirement over all its objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ClauseRow {
    /// The requirement.
    pub requirement: RequirementId,
    /// Its verdict.
    pub verdict: State,
    /// Objects by verdict.
    pub compliant: u32,
    /// Objects by verdict.
    pub partial: u32,
    /// Objects by verdict.
    pub noncompliant: u32,
    /// Objects by verdict.
    pub not_applicable: u32,
    /// Objects without a verdict.
    pub unanswered: u32,
    /// Findings that are not closed.
    pub findings: i64,
}

/// One cell with everything known about it.
#[derive(Debug)]
pub struct CellDetail<'a> {
    /// The cell.
    pub cell: Cell,
    /// What it rests on, newest first.
    pub evidence: Vec<(Evidence, Vec<EvidenceFile>)>,
    /// Questions with their answers.
    pub interview: Vec<(&'a Question, Option<GivenAnswer>)>,
    /// What the current inspection says.
    pub checks: Vec<JudgedCheck>,
    /// What happened, newest first, with display names.
    pub history: LedgerPage,
    /// What the caller may do.
    pub allowed_actions: Vec<&'static str>,
}

impl App {
    /// All cells of an assessment.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn get_matrix(&self, actor: &Actor, id: AssessmentId) -> Result<Round, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        self.round(id).await
    }

    /// Each requirement of an assessment over all its objects.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn list_clauses(
        &self,
        actor: &Actor,
        id: AssessmentId,
    ) -> Result<Vec<ClauseRow>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let Round { assessment, board } = self.round(id).await?;
        let findings =
            assessments::findings_by_requirement(self.store().db(), assessment.system_id).await?;
        let findings: HashMap<RequirementId, i64> = findings.into_iter().collect();
        let scores = board.scores();
        let rows = board.sheet().rows().map(|(row, requirement)| {
            let tally = scores.tally(row);
            ClauseRow {
                requirement,
                verdict: tally.state(),
                compliant: tally.count(Score::Compliant),
                partial: tally.count(Score::Partial),
                noncompliant: tally.count(Score::Noncompliant),
                not_applicable: tally.count(Score::NotApplicable),
                unanswered: tally.count(Score::Open),
                findings: findings.get(&requirement).copied().unwrap_or(0),
            }
        });
        Ok(rows.collect())
    }

    /// One cell with evidence, interview, checks and history.
    ///
    /// # Errors
    /// [`Code::NotFound`], also where the item is not assessed on the object.
    pub async fn get_cell(
        &self,
        actor: &Actor,
        id: AssessmentId,
        requirement: RequirementId,
        asset: AssetId,
    ) -> Result<CellDetail<'_>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let db = self.store().db();
        let round = self.round(id).await?;
        let catalogue = self.content().catalogue();
        let index = catalogue.index_of(requirement);
        let (Some(index), true) = (index, round.board.is_cell(asset, requirement)) else {
            return Err(AppError::new(Code::NotFound));
        };
        let cell = verdicts::find(db, id, asset, requirement).await?;
        let cell = cell.unwrap_or_else(|| Cell::empty(asset, requirement));
        let mut proves = vec![requirement];
        proves.extend(self.content().kin(requirement));
        let mut given: HashMap<usize, GivenAnswer> = given_answers(&cell)?
            .into_iter()
            .map(|answer| (answer.question, answer))
            .collect();
        let questions = catalogue.interview_of(index).iter().enumerate();
        let subject = cell_subject(id, asset, requirement);
        let history = self
            .ledger_page(&LedgerFilter {
                subject: Some(subject),
                limit: 100,
                ..LedgerFilter::default()
            })
            .await?;
        Ok(CellDetail {
            evidence: self.cell_evidence(id, asset, requirement, &proves).await?,
            interview: questions
                .map(|(number, question)| (question, given.remove(&number)))
                .collect(),
            checks: self.current_checks(asset, &proves).await?,
            history,
            allowed_actions: allowed_actions(actor, &round, &cell),
            cell,
        })
    }

    /// Confirms, overrules or reopens cells; those to which it does not apply are skipped.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::AssessmentClosed`], [`Code::InvalidInput`] for what is no
    /// cell, [`Code::ReasonRequired`], [`Code::TooLarge`].
    pub async fn set_verdicts(
        &self,
        actor: &Actor,
        id: AssessmentId,
        form: VerdictsForm,
    ) -> Result<CellsOutcome, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let form = form.check()?;
        let mut change = self.change(actor).await?;
        let round = self.round_in(&change, id).await?;
        round.require_open()?;
        let wanted: BTreeSet<(AssetId, RequirementId)> =
            form.cells.iter().map(|(id, asset)| (*asset, *id)).collect();
        require_cells(&round, wanted.iter().copied())?;
        let assets: BTreeSet<AssetId> = wanted.iter().map(|(asset, _)| *asset).collect();
        let assets: Vec<AssetId> = assets.into_iter().collect();
        let conn = change.tx().conn();
        let known = known_cells(conn, id, &wanted, &assets).await?;
        let lasting = Lasting::new(&evidence::validity(conn, id, &assets).await?);
        let mut decided = Vec::new();
        for (asset, requirement) in &wanted {
            let before = known.get(&(*asset, *requirement)).cloned();
            let before = before.unwrap_or_else(|| Cell::empty(*asset, *requirement));
            let mut cell = before.clone();
            if form.apply(&mut cell) {
                let kin = self.content().kin(*requirement);
                let until = lasting.of(*asset, *requirement, kin);
                cell.valid_until = until.filter(|_| cell.state.is_decided());
                cell.decided_by = Some(actor.ledger_name());
                cell.decided_at = Some(change.now());
                decided.push((before, cell));
            }
        }
        let skipped = wanted.len() - decided.len();
        if decided.is_empty() {
            drop(change);
            return nothing_changed(round, skipped);
        }
        attest(&change, actor, id, &form, &decided).await?;
        note_decisions(&mut change, id, &form, &decided);
        let cells: Vec<Cell> = decided.into_iter().map(|(_, cell)| cell).collect();
        let rescored = self.cells_changed(&mut change, round, &cells).await?;
        change.commit().await?;
        let (round, result) = self.keep_board(rescored);
        Ok(CellsOutcome {
            changed: cells.len(),
            skipped,
            revision: round.assessment.revision,
            result,
        })
    }

    /// What the current inspections of an object say of the items.
    async fn current_checks(
        &self,
        asset: AssetId,
        proves: &[RequirementId],
    ) -> Result<Vec<JudgedCheck>, AppError> {
        let mut checks = Vec::new();
        for inspection in evidence::inspections_of(self.store().db(), &[asset]).await? {
            let results: Vec<CheckResult> =
                serde_json::from_value(inspection.content).map_err(AppError::internal)?;
            let proving = results.into_iter().filter(|result| {
                let mut items = result.requirements.iter();
                items.any(|item| proves.contains(item))
            });
            checks.extend(proving);
        }
        self.judged(asset, checks).await
    }

    async fn cell_evidence(
        &self,
        id: AssessmentId,
        asset: AssetId,
        requirement: RequirementId,
        proves: &[RequirementId],
    ) -> Result<Vec<(Evidence, Vec<EvidenceFile>)>, AppError> {
        let db = self.store().db();
        let found = evidence::of_cell(db, id, asset, requirement, proves).await?;
        let ids: Vec<EvidenceId> = found.iter().map(|one| one.id).collect();
        let mut files: HashMap<EvidenceId, Vec<EvidenceFile>> = HashMap::new();
        for file in evidence::files_of(db, &ids).await? {
            files.entry(file.evidence_id).or_default().push(file);
        }
        let with_files = found.into_iter().map(|one| {
            let files = files.remove(&one.id).unwrap_or_default();
            (one, files)
        });
        Ok(with_files.collect())
    }
}

fn nothing_changed(round: Round, skipped: usize) -> Result<CellsOutcome, AppError> {
    let result = round.assessment.result.unwrap_or_default();
    Ok(CellsOutcome {
        changed: 0,
        skipped,
        revision: round.assessment.revision,
        result: serde_json::from_value(result).map_err(AppError::internal)?,
    })
}

/// The ledger's name of a cell.
pub(crate) fn cell_subject(
    assessment: AssessmentId,
    asset: AssetId,
    requirement: RequirementId,
) -> Subject {
    Subject::new("cell", format!("{assessment}/{requirement}/{asset}"))
}

/// Refuses what is no cell of the assessment.
pub(crate) fn require_cells(
    round: &Round,
    wanted: impl Iterator<Item = (AssetId, RequirementId)>,
) -> Result<(), AppError> {
    let mut error = AppError::new(Code::InvalidInput);
    for (asset, requirement) in wanted {
        if !round.board.is_cell(asset, requirement) && error.fields().len() < 20 {
            let found = format!("{requirement} on asset {asset}");
            error = error.field("cells", found, "an item that is assessed on this object");
        }
    }
    if error.fields().is_empty() {
        Ok(())
    } else {
        Err(error)
    }
}

async fn known_cells(
    db: &impl Read,
    id: AssessmentId,
    wanted: &BTreeSet<(AssetId, RequirementId)>,
    assets: &[AssetId],
) -> Result<HashMap<(AssetId, RequirementId), Cell>, AppError> {
    let cells = match wanted.first() {
        // By far the most common case, and an object has a hundred cells.
        Some((asset, requirement)) if wanted.len() == 1 => {
            let cell = verdicts::find(db, id, *asset, *requirement).await?;
            cell.into_iter().collect()
        }
        _ => verdicts::of_assets(db, id, assets).await?,
    };
    let keyed = cells
        .into_iter()
        .map(|cell| ((cell.asset_id, cell.requirement), cell));
    Ok(keyed.collect())
}

fn allowed_actions(actor: &Actor, round: &Round, cell: &Cell) -> Vec<&'static str> {
    if round.assessment.closed_on.is_some() {
        return Vec::new();
    }
    let may_judge = actor.may(Permission::AssessmentJudge);
    let is_decided = cell.state.is_decided();
    [
        (
            "confirm",
            may_judge && !is_decided && cell.proposed.is_some(),
        ),
        ("overrule", may_judge),
        ("reopen", may_judge && is_decided),
        ("answer", actor.may(Permission::AssessmentAnswer)),
    ]
    .into_iter()
    .filter_map(|(action, is_allowed)| is_allowed.then_some(action))
    .collect()
}
