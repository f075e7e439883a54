//! Findings follow verdicts: born from each that is not 符合, merged over objects, resolved
//! when none is wrong any more.

use std::collections::{BTreeMap, BTreeSet};

use xinglin_controls::{Catalogue, Item, ItemIndex};
use xinglin_core::{
    AssessmentId, AssetId, FindingId, Level, RequirementId, SystemId, Text, Verdict,
};
use xinglin_store::findings::{
    self, Finding, FindingObject,
    cells::{self, DecidedCell, Scope},
};
use xinglin_store::verdicts::Cell;
use xinglin_workflow::{
    CauseKey, DraftFinding, FindingAction, FindingCause, FindingChange, FindingState, KnownFinding,
    ProblemCell, merge, reconcile,
};

use super::seen;
use crate::{App, AppError, assessments::Board, change::Change};

/// What is known before the engine compares.
struct Known {
    findings: BTreeMap<FindingId, Finding>,
    objects: BTreeMap<FindingId, Vec<FindingObject>>,
}

impl App {
    /// Findings after a change of these cells; after one of hazards, objects or settings,
    /// which changes no cell, all are looked at.
    pub(crate) async fn follow_cells(
        &self,
        change: &mut Change<'_>,
        assessment: AssessmentId,
        board: &Board,
        cells: &[Cell],
    ) -> Result<(), AppError> {
        let touched: BTreeSet<RequirementId> = cells.iter().map(|cell| cell.requirement).collect();
        let touched: Vec<RequirementId> = touched.into_iter().collect();
        let among = (!touched.is_empty()).then_some(touched.as_slice());
        self.reconcile_findings(change, assessment, board, among)
            .await
    }

    /// Brings the findings of an assessment's system in line with its decided cells: all
    /// of them, or those of the requirements whose cells changed.
    ///
    /// Only the newest assessment of a system has a say. What is wrong stays wrong until
    /// somebody decides otherwise: a cell that is open again (expired evidence, a new
    /// round) leaves its finding as it is. What is no cell of the board any more, because its
    /// object left the system or is of another type now, is wrong no longer.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] when there is no such assessment.
    async fn reconcile_findings(
        &self,
        change: &mut Change<'_>,
        assessment: AssessmentId,
        board: &Board,
        requirements: Option<&[RequirementId]>,
    ) -> Result<(), AppError> {
        let conn = change.tx().conn();
        let scope = cells::scope(conn, assessment).await?;
        if !scope.is_newest {
            return Ok(());
        }
        let system = scope.system_id;
        let wrong = cells::wrong(conn, assessment, requirements).await?;
        let mut found = findings::of_system(conn, system, requirements).await?;
        found.retain(|finding| finding.cause.is_verdict());
        let ids: Vec<FindingId> = found.iter().map(|finding| finding.id).collect();
        let objects = findings::objects(conn, &ids).await?;
        let known = Known {
            findings: found.into_iter().map(|one| (one.id, one)).collect(),
            objects,
        };
        let undecided = still_undecided(change, assessment, &known, &wrong, board).await?;
        let hazards = cells::open_hazards(change.tx().conn(), system).await?;
        let gravity = Gravity {
            catalogue: self.content().catalogue(),
            hazards: self.hazard_requirements(&hazards),
            scope: &scope,
        };
        let cells: Vec<ProblemCell> = wrong
            .iter()
            .filter(|cell| board.is_cell(cell.asset_id, cell.requirement))
            .chain(&undecided)
            .filter_map(|cell| gravity.problem(system, cell))
            .collect();
        let drafts = merge(&cells);
        let today = self.today();
        for step in reconcile(&known.for_engine(), &drafts, today) {
            self.apply(change, assessment, &known, step).await?;
        }
        Ok(())
    }

    /// The requirements in which open hazards show.
    fn hazard_requirements(&self, codes: &[String]) -> BTreeSet<RequirementId> {
        codes
            .iter()
            .filter_map(|code| self.content().catalogue().hazard(code))
            .flat_map(|trigger| trigger.requirements.iter().copied())
            .collect()
    }

    async fn apply(
        &self,
        change: &mut Change<'_>,
        assessment: AssessmentId,
        known: &Known,
        step: FindingChange,
    ) -> Result<(), AppError> {
        let now = change.now();
        let (action, mut finding, draft) = match step {
            FindingChange::Create { draft } => {
                let Some(finding) = self.born(change, assessment, &draft) else {
                    return Ok(());
                };
                ("finding.open", finding, Some(draft))
            }
            FindingChange::Update { finding, draft } => {
                let Some(found) = known.findings.get(&finding) else {
                    return Ok(());
                };
                ("finding.update", found.clone(), Some(draft))
            }
            FindingChange::Resolve { finding, to } => {
                let Some(found) = known.findings.get(&finding) else {
                    return Ok(());
                };
                let mut found = found.clone();
                found.state = to;
                found.closed_at = (to == FindingState::Closed).then_some(now);
                ("finding.resolve", found, None)
            }
            FindingChange::Reopen {
                finding,
                action,
                to,
                draft,
            } => {
                let Some(found) = known.findings.get(&finding) else {
                    return Ok(());
                };
                let mut found = found.clone();
                found.state = to;
                found.closed_at = None;
                found.accepted_until = None;
                let action = match action {
                    FindingAction::ExpireAcceptance => "finding.expire",
                    _ => "finding.recur",
                };
                (action, found, Some(draft))
            }
        };
        finding.assessment_id = assessment;
        finding.last_seen_at = now;
        if let Some(draft) = &draft {
            finding.severity = draft.severity;
            finding.verdict = draft.verdict;
            finding.major_hazard = draft.major_hazard;
            finding.title = self.finding_title(draft);
        }
        if finding.id == FindingId(0) {
            finding.id = findings::insert(change.tx(), &finding).await?;
        } else {
            findings::save(change.tx(), &finding).await?;
        }
        let objects = match &draft {
            Some(draft) => {
                let objects = shown(draft);
                findings::replace_objects(change.tx(), finding.id, &objects).await?;
                objects
            }
            None => Vec::new(),
        };
        change.note(action, "finding", finding.id, seen(&finding, &objects));
        Ok(())
    }

    /// A new finding; `None` for a requirement the catalogue does not have.
    fn born(
        &self,
        change: &Change<'_>,
        assessment: AssessmentId,
        draft: &DraftFinding,
    ) -> Option<Finding> {
        self.content().catalogue().get(draft.requirement())?;
        Some(Finding {
            id: FindingId(0),
            system_id: draft.system(),
            assessment_id: assessment,
            requirement: draft.requirement(),
            cause: FindingCause::Verdict,
            title: self.finding_title(draft),
            detail: None,
            severity: draft.severity,
            major_hazard: draft.major_hazard,
            verdict: draft.verdict,
            state: FindingState::Open,
            first_seen_at: change.now(),
            last_seen_at: change.now(),
            closed_at: None,
            reason: None,
            accepted_until: None,
        })
    }

    /// The verdict and what the requirement asks for, without its further clauses.
    fn finding_title(&self, draft: &DraftFinding) -> Text {
        let Some(item) = self.content().catalogue().get(draft.requirement()) else {
            return Text::default();
        };
        let first = |text: &str, ends: &[char]| -> String {
            let text = text.split(ends).next().unwrap_or(text);
            text.trim_end_matches(['.', '。']).to_owned()
        };
        Text::new(
            format!(
                "{}：{}",
                draft.verdict.zh(),
                first(&item.text.zh, &['；', '。'])
            ),
            format!("{}: {}", draft.verdict.en(), first(&item.text.en, &[';'])),
        )
    }
}

/// Wrong things of findings whose cells nobody has decided in this assessment.
async fn still_undecided(
    change: &Change<'_>,
    assessment: AssessmentId,
    known: &Known,
    wrong: &[DecidedCell],
    board: &Board,
) -> Result<Vec<DecidedCell>, AppError> {
    let open: Vec<&Finding> = known
        .findings
        .values()
        .filter(|finding| finding.state != FindingState::Closed)
        .collect();
    let requirements: Vec<RequirementId> = open.iter().map(|finding| finding.requirement).collect();
    if requirements.is_empty() {
        return Ok(Vec::new());
    }
    let right = cells::right(change.tx().conn(), assessment, &requirements).await?;
    let decided: BTreeSet<(RequirementId, AssetId)> = right
        .iter()
        .chain(wrong)
        .map(|cell| (cell.requirement, cell.asset_id))
        .collect();
    Ok(open
        .into_iter()
        .flat_map(|finding| {
            let objects = known.objects.get(&finding.id).into_iter().flatten();
            objects.map(move |object| (finding, object))
        })
        .filter(|(finding, object)| {
            board.is_cell(object.asset_id, finding.requirement)
                && !decided.contains(&(finding.requirement, object.asset_id))
        })
        .map(|(finding, object)| DecidedCell {
            requirement: finding.requirement,
            asset_id: object.asset_id,
            verdict: object.verdict,
            detail: object.detail.clone(),
        })
        .collect())
}

impl Known {
    fn for_engine(&self) -> Vec<KnownFinding> {
        self.findings
            .values()
            .map(|finding| KnownFinding {
                id: finding.id,
                cause_key: CauseKey {
                    system: finding.system_id,
                    requirement: finding.requirement,
                },
                state: finding.state,
                severity: finding.severity,
                verdict: finding.verdict,
                major_hazard: finding.major_hazard,
                objects: self
                    .objects
                    .get(&finding.id)
                    .into_iter()
                    .flatten()
                    .map(|object| xinglin_workflow::FindingObject {
                        asset: object.asset_id,
                        verdict: object.verdict,
                        detail: object.detail.clone(),
                    })
                    .collect(),
                accepted_until: finding.accepted_until,
            })
            .collect()
    }
}

/// What decides how grave a wrong verdict is.
struct Gravity<'a> {
    catalogue: &'a Catalogue,
    hazards: BTreeSet<RequirementId>,
    scope: &'a Scope,
}

impl Gravity<'_> {
    /// `None` for a requirement the catalogue does not have.
    fn problem(&self, system: SystemId, cell: &DecidedCell) -> Option<ProblemCell> {
        let index = self.catalogue.index_of(cell.requirement)?;
        let item = self.catalogue.item(index);
        Some(ProblemCell {
            system,
            requirement: cell.requirement,
            asset: cell.asset_id,
            verdict: cell.verdict,
            cause: None,
            detail: cell.detail.clone(),
            high_risk: has_high_risk(self.catalogue, index, self.scope.grade.overall()),
            hazard: self.hazards.contains(&cell.requirement),
            weight: self.weight(item),
        })
    }

    fn weight(&self, item: &Item) -> u8 {
        // The templates write importance as 1, 2, 3 (2021) or 0.4, 0.7, 1 (2019). The
        // assessor's weights are of one of the two, so a fraction tells 2019.
        let weights = &self.scope.weights;
        let is_2019 = weights.values().any(|weight| weight.fract() > 0.0);
        match weights.get(&item.id) {
            None => item.weight_suggested,
            Some(weight) if is_2019 => 1 + u8::from(*weight >= 0.7) + u8::from(*weight >= 1.0),
            Some(weight) => 1 + u8::from(*weight >= 2.0) + u8::from(*weight >= 3.0),
        }
    }
}

/// Whether an item has a high-risk case at `level`.
pub(crate) fn has_high_risk(catalogue: &Catalogue, index: ItemIndex, level: Level) -> bool {
    catalogue
        .cases_of(index)
        .any(|case| case.min_level <= level)
}

fn shown(draft: &DraftFinding) -> Vec<FindingObject> {
    draft
        .objects
        .iter()
        .filter(|object| matches!(object.verdict, Verdict::Partial | Verdict::Noncompliant))
        .map(|object| FindingObject {
            asset_id: object.asset,
            name: String::new(),
            verdict: object.verdict,
            detail: object.detail.clone(),
        })
        .collect()
}
