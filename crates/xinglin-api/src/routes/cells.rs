//! The cells of an assessment: matrix, clause table, one cell, verdicts, interview.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    assessments::{Round, Shown, State as ItemVerdict},
    core::{AssessmentId, AssetId, AttachmentId, RequirementId, Verdict},
    interviews::{Answer, GivenAnswer, InterviewForm},
    verdicts::{
        self, CellDetail, CellState, CellsOutcome, ClauseRow, EvidenceFile, VerdictAction,
        VerdictsForm,
    },
};

use super::{
    assessments::AssessmentPath,
    inspections::{self, CheckResult},
    ledger::{self, LedgerEntry},
};
use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views::{self, ResultSummary, Text, instant_opt},
};

/// Names a cell.
#[derive(Deserialize, IntoParams)]
pub(crate) struct CellPath {
    #[param(value_type = i64)]
    id: AssessmentId,
    #[param(value_type = String)]
    requirement: RequirementId,
    #[param(value_type = i64)]
    asset_id: AssetId,
}

/// All cells: one string per object, one character per requirement. Verdicts: `c` compliant,
/// `p` partial, `n` noncompliant, `x` not applicable, `?` none, `-` not a cell; of an
/// undecided cell it is the proposal. States: `.` none, `p` proposed, `c` confirmed,
/// `o` overruled, `r` reopened.
#[derive(Serialize, ToSchema)]
pub(crate) struct Matrix {
    revision: i64,
    #[schema(value_type = Vec<String>)]
    requirements: Vec<RequirementId>,
    objects: Vec<i64>,
    verdicts: Vec<String>,
    states: Vec<String>,
}

/// A requirement over all its objects; the counts are objects.
#[derive(Serialize, ToSchema)]
pub(crate) struct Clause {
    #[schema(value_type = String)]
    id: RequirementId,
    #[schema(value_type = views::CellVerdict)]
    verdict: ItemVerdict,
    compliant: u32,
    partial: u32,
    noncompliant: u32,
    not_applicable: u32,
    unanswered: u32,
    /// Findings that are not closed.
    findings: i64,
}

/// A cell with everything known about it.
#[derive(Serialize, ToSchema)]
pub(crate) struct Cell {
    #[schema(value_type = String)]
    requirement: RequirementId,
    asset: i64,
    /// The verdict that counts: a person's.
    #[schema(value_type = views::CellVerdict)]
    verdict: &'static str,
    #[schema(value_type = views::CellState)]
    state: &'static str,
    reason: Option<String>,
    decided_by: Option<String>,
    decided_at: Option<String>,
    /// Until when the evidence holds.
    valid_until: Option<String>,
    proposal: Option<Proposal>,
    evidence: Vec<Evidence>,
    interview: Vec<InterviewItem>,
    checks: Vec<CheckResult>,
    history: Vec<LedgerEntry>,
    /// confirm, overrule, reopen, answer.
    allowed_actions: Vec<&'static str>,
}

/// What the rules propose, and why.
#[derive(Serialize, ToSchema)]
pub(crate) struct Proposal {
    #[schema(value_type = views::Verdict)]
    verdict: Verdict,
    reasons: Vec<Text>,
}

/// A piece of evidence.
#[derive(Serialize, ToSchema)]
pub(crate) struct Evidence {
    id: i64,
    #[schema(value_type = views::EvidenceKind)]
    kind: &'static str,
    title: String,
    collected_at: String,
    valid_until: Option<String>,
    #[schema(value_type = views::EvidenceState)]
    state: &'static str,
    /// SM3.
    digest: String,
    by: Option<String>,
    /// The inspection it is of.
    inspection_id: Option<i64>,
    attachments: Vec<AttachmentBrief>,
}

/// A file kept with evidence.
#[derive(Serialize, ToSchema)]
pub(crate) struct AttachmentBrief {
    id: i64,
    name: String,
    size_bytes: i64,
    digest: String,
}

/// A question with its answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct InterviewItem {
    /// Its position, from 0.
    question: usize,
    ask: Text,
    look: Text,
    #[schema(value_type = Option<views::Answer>)]
    answer: Option<Answer>,
    note: Option<String>,
}

/// Names a cell of the assessment.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct CellRef {
    #[schema(value_type = String)]
    requirement: RequirementId,
    #[schema(value_type = i64)]
    asset_id: AssetId,
    /// What the caller saw proposed: a cell of which something else is proposed by now is not
    /// confirmed.
    #[schema(value_type = Option<views::Verdict>)]
    proposed: Option<Verdict>,
}

/// A decision on cells. Overruling needs a verdict and a reason.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct VerdictsInput {
    cells: Vec<CellRef>,
    #[schema(inline, value_type = views::VerdictAction)]
    action: Action,
    #[schema(value_type = Option<views::Verdict>)]
    verdict: Option<Verdict>,
    reason: Option<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "snake_case")]
enum Action {
    Confirm,
    Overrule,
    Reopen,
}

/// Answers for some objects at once.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct InterviewInput {
    #[schema(value_type = String)]
    requirement: RequirementId,
    #[schema(value_type = Vec<i64>)]
    asset_ids: Vec<AssetId>,
    answers: Vec<AnswerInput>,
    #[serde(default)]
    #[schema(value_type = Vec<i64>)]
    attachment_ids: Vec<AttachmentId>,
}

/// An answer; questions left out keep the answer they have.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerInput {
    /// The position of the question, from 0.
    question: usize,
    #[schema(value_type = views::Answer)]
    answer: Answer,
    note: Option<String>,
}

/// What came of a change.
#[derive(Serialize, ToSchema)]
pub(crate) struct CellsChanged {
    changed: usize,
    skipped: usize,
    revision: i64,
    result: ResultSummary,
}

/// All cells of an assessment.
#[utoipa::path(get, path = "/api/v1/assessments/{id}/matrix", tag = "assessments", params(AssessmentPath), responses((status = 200, body = Matrix)))]
pub(crate) async fn get_matrix(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssessmentPath>,
) -> ApiResult<Json<Matrix>> {
    let round = app.get_matrix(&caller.actor, path.id).await?;
    Ok(Json(matrix(&round)))
}

/// Each requirement over all its objects.
#[utoipa::path(get, path = "/api/v1/assessments/{id}/clauses", tag = "assessments", params(AssessmentPath), responses((status = 200, body = Vec<Clause>)))]
pub(crate) async fn list_clauses(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssessmentPath>,
) -> ApiResult<Json<Vec<Clause>>> {
    let rows = app.list_clauses(&caller.actor, path.id).await?;
    Ok(Json(rows.into_iter().map(clause).collect()))
}

/// One cell with everything known about it.
#[utoipa::path(get, path = "/api/v1/assessments/{id}/cells/{requirement}/{asset_id}", tag = "assessments", params(CellPath), responses((status = 200, body = Cell)))]
pub(crate) async fn get_cell(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<CellPath>,
) -> ApiResult<Json<Cell>> {
    let detail = app
        .get_cell(&caller.actor, path.id, path.requirement, path.asset_id)
        .await?;
    Ok(Json(cell(detail)))
}

/// Confirms, overrules or reopens cells.
#[utoipa::path(put, path = "/api/v1/assessments/{id}/verdicts", tag = "assessments", params(AssessmentPath), request_body = VerdictsInput, responses((status = 200, body = CellsChanged)))]
pub(crate) async fn set_verdicts(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssessmentPath>,
    Body(input): Body<VerdictsInput>,
) -> ApiResult<Json<CellsChanged>> {
    let cells = input.cells.iter();
    let seen = cells.clone().filter_map(|cell| {
        let proposed = cell.proposed?;
        Some(((cell.requirement, cell.asset_id), proposed))
    });
    let form = VerdictsForm {
        seen: seen.collect(),
        cells: cells
            .map(|cell| (cell.requirement, cell.asset_id))
            .collect(),
        action: match input.action {
            Action::Confirm => VerdictAction::Confirm,
            Action::Overrule => VerdictAction::Overrule,
            Action::Reopen => VerdictAction::Reopen,
        },
        verdict: input.verdict,
        reason: input.reason,
    };
    let outcome = app.set_verdicts(&caller.actor, path.id, form).await?;
    Ok(Json(changed(outcome)))
}

/// Answers questions of the interview.
#[utoipa::path(put, path = "/api/v1/assessments/{id}/interview", tag = "assessments", params(AssessmentPath), request_body = InterviewInput, responses((status = 200, body = CellsChanged)))]
pub(crate) async fn answer_interview(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssessmentPath>,
    Body(input): Body<InterviewInput>,
) -> ApiResult<Json<CellsChanged>> {
    let answers = input.answers.into_iter().map(|given| GivenAnswer {
        question: given.question,
        answer: given.answer,
        note: given.note.filter(|note| !note.trim().is_empty()),
    });
    let form = InterviewForm {
        requirement: input.requirement,
        assets: input.asset_ids,
        answers: answers.collect(),
        attachments: input.attachment_ids,
    };
    let outcome = app.answer_interview(&caller.actor, path.id, form).await?;
    Ok(Json(changed(outcome)))
}

fn matrix(round: &Round) -> Matrix {
    let board = &round.board;
    let mut matrix = Matrix {
        revision: round.assessment.revision,
        requirements: board.sheet().rows().map(|(_, id)| id).collect(),
        objects: Vec::new(),
        verdicts: Vec::new(),
        states: Vec::new(),
    };
    for (object, cells) in board.columns() {
        let (verdicts, states) = cells.map(letters).unzip();
        matrix.objects.push(object.id.0);
        matrix.verdicts.push(verdicts);
        matrix.states.push(states);
    }
    matrix
}

fn letters(shown: Option<Shown>) -> (char, char) {
    let Some(shown) = shown else {
        return ('-', '.');
    };
    let verdict = match shown.verdict.or(shown.proposed) {
        None => '?',
        Some(Verdict::Compliant) => 'c',
        Some(Verdict::Partial) => 'p',
        Some(Verdict::Noncompliant) => 'n',
        Some(Verdict::NotApplicable) => 'x',
    };
    let state = match shown.state {
        CellState::None => '.',
        CellState::Proposed => 'p',
        CellState::Confirmed => 'c',
        CellState::Overruled => 'o',
        CellState::Reopened => 'r',
    };
    (verdict, state)
}

fn clause(row: ClauseRow) -> Clause {
    Clause {
        id: row.requirement,
        verdict: row.verdict,
        compliant: row.compliant,
        partial: row.partial,
        noncompliant: row.noncompliant,
        not_applicable: row.not_applicable,
        unanswered: row.unanswered,
        findings: row.findings,
    }
}

fn cell(detail: CellDetail<'_>) -> Cell {
    let cell = detail.cell;
    let names = &detail.history.names;
    let named = |who: String| names.get(&who).cloned().unwrap_or(who);
    let reasons = cell.reasons.into_iter().map(Into::into).collect();
    let questions = detail.interview.into_iter().enumerate();
    let interview = questions.map(|(number, (question, given))| {
        let (answer, note) = given.map_or((None, None), |given| (Some(given.answer), given.note));
        InterviewItem {
            question: number,
            ask: (&question.ask).into(),
            look: (&question.look).into(),
            answer,
            note,
        }
    });
    let evidence = detail.evidence.into_iter();
    Cell {
        requirement: cell.requirement,
        asset: cell.asset_id.0,
        verdict: cell.verdict.map_or("unanswered", Verdict::word),
        state: cell.state.word(),
        reason: cell.reason,
        decided_by: cell.decided_by.map(named),
        decided_at: instant_opt(cell.decided_at),
        valid_until: instant_opt(cell.valid_until),
        proposal: cell.proposed.map(|verdict| Proposal { verdict, reasons }),
        evidence: evidence
            .map(|(one, files)| piece(one, files, named))
            .collect(),
        interview: interview.collect(),
        checks: detail.checks.into_iter().map(inspections::check).collect(),
        allowed_actions: detail.allowed_actions,
        history: ledger::list(detail.history).items,
    }
}

fn piece(
    evidence: verdicts::Evidence,
    files: Vec<EvidenceFile>,
    named: impl Fn(String) -> String,
) -> Evidence {
    let attachments = files.into_iter().map(|file| AttachmentBrief {
        id: file.id.0,
        name: file.name,
        size_bytes: file.size_bytes,
        digest: file.digest,
    });
    Evidence {
        id: evidence.id.0,
        kind: evidence.kind.word(),
        title: evidence.title,
        collected_at: instant(evidence.collected_at),
        valid_until: instant_opt(evidence.valid_until),
        state: evidence.state.word(),
        digest: evidence.digest,
        by: Some(named(evidence.by)),
        inspection_id: evidence.inspection_id.map(|id| id.0),
        attachments: attachments.collect(),
    }
}

fn changed(outcome: CellsOutcome) -> CellsChanged {
    CellsChanged {
        changed: outcome.changed,
        skipped: outcome.skipped,
        revision: outcome.revision,
        result: outcome.result.into(),
    }
}
