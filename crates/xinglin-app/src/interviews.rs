//! The guided interview: answers with attachments, for what no machine can see.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::json;
use xinglin_core::{AssessmentId, AssetId, AttachmentId, EvidenceId, RequirementId, Timestamp};
use xinglin_ledger::{Digest, Subject, canonical_json};
use xinglin_store::{
    attachments,
    evidence::{self, Evidence, EvidenceKind, EvidenceState},
    verdicts::{self, Cell},
};

pub use crate::evidence::{Answer, GivenAnswer};
use crate::{
    Actor, App, AppError, Code, Permission,
    assessments::Round,
    change::Change,
    error::Check,
    evidence::given_answers,
    verdicts::{CellsOutcome, cell_subject, require_cells},
};

const OBJECTS_AT_ONCE: usize = 500;

/// Answers to the questions of one requirement, for some objects at once.
#[derive(Debug, Clone)]
pub struct InterviewForm {
    /// The requirement.
    pub requirement: RequirementId,
    /// The objects.
    pub assets: Vec<AssetId>,
    /// The answers; questions left out keep the answer they have.
    pub answers: Vec<GivenAnswer>,
    /// Files that show it.
    pub attachments: Vec<AttachmentId>,
}

impl App {
    /// Takes answers as evidence and proposes a verdict from them.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::AssessmentClosed`], [`Code::InvalidInput`] for what is no
    /// cell or no question, [`Code::UnknownReference`] for an unknown attachment.
    pub async fn answer_interview(
        &self,
        actor: &Actor,
        id: AssessmentId,
        mut form: InterviewForm,
    ) -> Result<CellsOutcome, AppError> {
        actor.require(Permission::AssessmentAnswer)?;
        self.check_interview(&form)?;
        form.attachments.sort_unstable();
        form.attachments.dedup();
        let mut change = self.change(actor).await?;
        check_attachments(&change, &form.attachments).await?;
        let round = self.round_in(&change, id).await?;
        round.require_open()?;
        let requirement = form.requirement;
        let assets: BTreeSet<AssetId> = form.assets.iter().copied().collect();
        require_cells(&round, assets.iter().map(|asset| (*asset, requirement)))?;
        let assets: Vec<AssetId> = assets.into_iter().collect();
        let days = self
            .evidence_validity(change.tx().conn())
            .await?
            .interview_days;
        let until = after_days(change.now(), days);
        let known = verdicts::of_assets(change.tx().conn(), id, &assets).await?;
        let mut known: HashMap<AssetId, Cell> = known
            .into_iter()
            .filter(|cell| cell.requirement == requirement)
            .map(|cell| (cell.asset_id, cell))
            .collect();
        let mut answered = Vec::new();
        for asset in &assets {
            let cell = known.remove(asset);
            let mut cell = cell.unwrap_or_else(|| Cell::empty(*asset, requirement));
            let answers = merged(&given_answers(&cell)?, &form.answers);
            cell.answers = json!(answers);
            let evidence = interview_evidence(&change, actor, id, &cell, until);
            let kind = EvidenceKind::Interview;
            evidence::supersede_cells(change.tx(), kind, id, *asset, &[requirement]).await?;
            evidence::insert(change.tx(), &evidence, &[], &form.attachments).await?;
            answered.push(cell);
        }
        let cells = self
            .judge_cells(change.tx().conn(), &round, answered)
            .await?;
        note_answers(&mut change, &round, &form, &assets);
        let rescored = self.cells_changed(&mut change, round, &cells).await?;
        change.commit().await?;
        let (round, result) = self.keep_board(rescored);
        Ok(CellsOutcome {
            changed: cells.len(),
            skipped: 0,
            revision: round.assessment.revision,
            result,
        })
    }

    fn check_interview(&self, form: &InterviewForm) -> Result<(), AppError> {
        let catalogue = self.content().catalogue();
        let index = catalogue.index_of(form.requirement);
        let questions = index.map_or(0, |index| catalogue.interview_of(index).len());
        let mut check = Check::default();
        let objects = form.assets.len();
        let expected = format!("1 to {OBJECTS_AT_ONCE} objects");
        let is_some = (1..=OBJECTS_AT_ONCE).contains(&objects);
        check.expect(is_some, "asset_ids", &objects.to_string(), &expected);
        check.expect(
            !form.answers.is_empty(),
            "answers",
            "",
            "at least one answer",
        );
        for (number, answer) in form.answers.iter().enumerate() {
            let field = format!("answers[{number}].question");
            let found = answer.question.to_string();
            let expected = match questions {
                0 => String::from("no answer: this requirement has no interview"),
                _ => format!("a question from 0 to {}", questions - 1),
            };
            check.expect(answer.question < questions, &field, &found, &expected);
            let note = answer.note.as_deref().unwrap_or_default();
            let field = format!("answers[{number}].note");
            let is_short = note.chars().count() <= 1_000;
            check.expect(is_short, &field, note, "at most 1,000 characters");
        }
        let files = form.attachments.len();
        check.expect(
            files <= 50,
            "attachment_ids",
            &files.to_string(),
            "at most 50",
        );
        check.finish()
    }
}

/// Refuses files that were not kept, each by its number.
async fn check_attachments(change: &Change<'_>, ids: &[AttachmentId]) -> Result<(), AppError> {
    let kept = attachments::by_ids(change.tx().conn(), ids).await?;
    let mut error = AppError::new(Code::UnknownReference);
    for id in ids {
        if !kept.iter().any(|attachment| attachment.id == *id) {
            error = error.field("attachment_ids", id.to_string(), "a file that was kept");
        }
    }
    if error.fields().is_empty() {
        Ok(())
    } else {
        Err(error)
    }
}

/// An instant some days later.
pub(crate) fn after_days(from: Timestamp, days: u16) -> Option<Timestamp> {
    from.checked_add(jiff::SignedDuration::from_hours(24 * i64::from(days)))
        .ok()
}

/// The answers with new ones in place of the former on the same question.
fn merged(former: &[GivenAnswer], new: &[GivenAnswer]) -> Vec<GivenAnswer> {
    let mut answers: BTreeMap<usize, &GivenAnswer> = BTreeMap::new();
    for answer in former.iter().chain(new) {
        answers.insert(answer.question, answer);
    }
    answers.into_values().cloned().collect()
}

fn interview_evidence(
    change: &Change<'_>,
    actor: &Actor,
    id: AssessmentId,
    cell: &Cell,
    until: Option<Timestamp>,
) -> Evidence {
    let content = json!({ "answers": cell.answers });
    Evidence {
        id: EvidenceId(0),
        kind: EvidenceKind::Interview,
        title: String::from("访谈"),
        asset_id: cell.asset_id,
        assessment_id: Some(id),
        requirement: Some(cell.requirement),
        inspection_id: None,
        state: EvidenceState::Current,
        collected_at: change.now(),
        valid_until: until,
        digest: Digest::of(canonical_json(&content).as_bytes()).to_string(),
        by: actor.ledger_name(),
        content,
    }
}

fn note_answers(change: &mut Change<'_>, round: &Round, form: &InterviewForm, assets: &[AssetId]) {
    let id = round.assessment.id;
    let mut subjects = vec![Subject::new("assessment", id)];
    let cells = assets.iter();
    subjects.extend(cells.map(|asset| cell_subject(id, *asset, form.requirement)));
    let files = form.attachments.iter();
    subjects.extend(files.map(|file| Subject::new("attachment", file)));
    let payload = json!({"requirement": form.requirement, "answers": form.answers});
    change.note_all("interview.answer", subjects, payload);
}
