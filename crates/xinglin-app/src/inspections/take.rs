//! Taking an inspection: it is kept, becomes evidence, and changes proposals.

use std::collections::{BTreeSet, HashMap};

use serde::{Deserialize, Serialize};
use serde_json::json;
use xinglin_core::{AssessmentId, AssetId, EvidenceId, InspectionId, RequirementId, Verdict};
use xinglin_inspect::{Family, Status, Trust};
use xinglin_ledger::{Digest, Subject};
use xinglin_store::{
    assessments,
    evidence::{self, Evidence, EvidenceKind, EvidenceState},
    inspections::{self, Inspected, Inspection, Side},
    verdicts,
};

use super::{InspectionDetail, InspectionDocument, InspectionRow, read};
use crate::{
    Actor, App, AppError, Code,
    assessments::Rescored,
    change::Change,
    drift::changes,
    evidence::{note_proposals, shown},
    interviews::after_days,
};

/// How an inspection came.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Way {
    source: &'static str,
    trust: Option<Trust>,
}

impl Way {
    /// A way on which nobody asks for a signature.
    pub(crate) fn of(source: &'static str) -> Self {
        Self {
            source,
            trust: None,
        }
    }

    /// A bundle.
    pub(crate) fn bundle(trust: Trust) -> Self {
        Self {
            source: "bundle",
            trust: Some(trust),
        }
    }
}

/// What an inspection or exception did to a cell: what it shows before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Effect {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The item.
    pub requirement: RequirementId,
    /// What the cell showed: a person's verdict, else what the rules proposed.
    pub before: Option<Verdict>,
    /// What it shows.
    pub after: Option<Verdict>,
    /// Whether a person's decision was taken back by it.
    pub reopened: bool,
}

/// What judging an asset anew came to.
#[derive(Debug, Default)]
pub(crate) struct Anew {
    pub(crate) rescored: Vec<Rescored>,
    pub(crate) effects: Vec<Effect>,
}

/// An inspection that was taken and is not committed yet.
#[derive(Debug)]
pub(crate) struct Taken {
    pub(crate) inspection: Inspection,
    pub(crate) asset_name: String,
    pub(crate) rescored: Vec<Rescored>,
}

impl App {
    pub(crate) async fn take_inspection(
        &self,
        actor: &Actor,
        asset: AssetId,
        way: Way,
        document: InspectionDocument,
    ) -> Result<InspectionDetail, AppError> {
        let mut change = self.change(actor).await?;
        let taken = self
            .take_inspection_in(&mut change, actor, asset, way, &document)
            .await?;
        change.commit().await?;
        self.keep_boards(taken.rescored);
        let row = InspectionRow {
            inspection: taken.inspection,
            asset_name: taken.asset_name,
        };
        self.detail(row, document).await
    }

    /// Takes an inspection within a change that may hold more; whoever commits it keeps the
    /// rescored boards.
    pub(crate) async fn take_inspection_in(
        &self,
        change: &mut Change<'_>,
        actor: &Actor,
        asset: AssetId,
        way: Way,
        document: &InspectionDocument,
    ) -> Result<Taken, AppError> {
        let text = serde_json::to_string(document).map_err(AppError::internal)?;
        let digest = Digest::of(text.as_bytes()).to_string();
        let found = assessments::object(change.tx().conn(), asset).await?;
        let (object, _) = found.ok_or(AppError::new(Code::NotFound))?;
        let mut inspection = brief(asset, way, document);
        inspection.id = inspections::insert(change.tx(), &inspection, &text).await?;
        inspection.changes = compare_neighbours(change, &inspection, document).await?;
        let payload = json!({"source": way.source, "family": inspection.family,
            "collected_at": document.collected_at, "pass": inspection.pass,
            "fail": inspection.fail, "unknown": inspection.unknown,
            "changes": inspection.changes, "trust": inspection.trust, "digest": &digest});
        let subjects = vec![
            Subject::new("inspection", inspection.id),
            Subject::new("asset", asset),
        ];
        change.note_all("inspection.take", subjects, payload);
        let is_current = self
            .take_evidence(change, actor, &inspection, document, digest)
            .await?;
        let mut anew = Anew::default();
        if is_current {
            anew = self.judge_asset_anew(change, asset, "inspection").await?;
            let effects = json!(anew.effects);
            inspections::set_effects(change.tx(), inspection.id, &effects).await?;
        }
        Ok(Taken {
            inspection,
            asset_name: object.name,
            rescored: anew.rescored,
        })
    }

    /// Judges an asset by the present evidence in every open assessment of its systems.
    pub(crate) async fn judge_asset_anew(
        &self,
        change: &mut Change<'_>,
        asset: AssetId,
        cause: &str,
    ) -> Result<Anew, AppError> {
        let mut anew = Anew::default();
        let found = assessments::object(change.tx().conn(), asset).await?;
        let (_, systems) = found.ok_or(AppError::new(Code::NotFound))?;
        for open in assessments::open(change.tx().conn(), Some(&systems)).await? {
            let round = self.round_in(change, open.id).await?;
            let before = verdicts::of_assets(change.tx().conn(), open.id, &[asset]).await?;
            let before: HashMap<RequirementId, verdicts::Cell> = before
                .into_iter()
                .map(|cell| (cell.requirement, cell))
                .collect();
            let cells = self
                .propose_cells(change.tx().conn(), &round, &[asset])
                .await?;
            if cells.is_empty() {
                continue;
            }
            let effects = cells.iter().map(|cell| {
                let before = before.get(&cell.requirement);
                let was_decided = before.is_some_and(|cell| cell.state.is_decided());
                Effect {
                    assessment_id: open.id,
                    requirement: cell.requirement,
                    before: before.and_then(shown),
                    after: shown(cell),
                    reopened: was_decided && !cell.state.is_decided(),
                }
            });
            let is_seen = |effect: &Effect| effect.before != effect.after || effect.reopened;
            anew.effects.extend(effects.filter(is_seen));
            let cause = json!({"cause": cause, "asset_id": asset});
            note_proposals(change, open.id, &cells, cause);
            anew.rescored
                .push(self.cells_changed(change, round, &cells).await?);
        }
        Ok(anew)
    }

    /// Keeps an inspection as evidence in place of the former one of its family; false when
    /// it is older than that, or too old to count at all.
    async fn take_evidence(
        &self,
        change: &Change<'_>,
        actor: &Actor,
        inspection: &Inspection,
        document: &InspectionDocument,
        digest: String,
    ) -> Result<bool, AppError> {
        let asset = inspection.asset_id;
        let conn = change.tx().conn();
        let former = evidence::inspected_at(conn, asset, &inspection.family).await?;
        let days = self.evidence_validity(conn).await?.inspection_days;
        let valid_until = after_days(inspection.collected_at, days);
        let state = if former.is_some_and(|former| former > inspection.collected_at) {
            EvidenceState::Superseded
        } else if valid_until.is_some_and(|until| until <= change.now()) {
            EvidenceState::Expired
        } else {
            EvidenceState::Current
        };
        if state == EvidenceState::Current {
            evidence::supersede_inspections(change.tx(), asset, &inspection.family).await?;
            // That its logs arrive is known of an asset which nobody looked into.
            if inspection.family != Family::Logs.word() {
                inspections::touch_asset(change.tx(), asset, inspection.collected_at).await?;
            }
        }
        let says = document
            .results
            .iter()
            .filter(|result| result.status != Status::NotApplicable);
        let proves: BTreeSet<RequirementId> = says
            .flat_map(|result| result.requirements.iter().copied())
            .collect();
        let proves: Vec<RequirementId> = proves.into_iter().collect();
        let evidence = Evidence {
            id: EvidenceId(0),
            kind: EvidenceKind::Inspection,
            title: inspection.platform.clone(),
            asset_id: asset,
            assessment_id: None,
            requirement: None,
            inspection_id: Some(inspection.id),
            state,
            collected_at: inspection.collected_at,
            valid_until,
            digest,
            by: actor.ledger_name(),
            content: json!(document.results),
        };
        evidence::insert(change.tx(), &evidence, &proves, &[]).await?;
        Ok(state == EvidenceState::Current)
    }
}

/// Counts what differs from the inspection before; one that was taken in late also becomes
/// the one before of the next.
async fn compare_neighbours(
    change: &Change<'_>,
    inspection: &Inspection,
    document: &InspectionDocument,
) -> Result<Option<i32>, AppError> {
    let conn = change.tx().conn();
    let before = inspections::neighbour(conn, inspection, Side::Before).await?;
    let after = inspections::neighbour(conn, inspection, Side::After).await?;
    if let Some((next, next_document)) = after {
        let count = changes(document, &read(&next_document)?);
        inspections::set_changes(change.tx(), next.id, count).await?;
    }
    let Some((_, before)) = before else {
        return Ok(None);
    };
    let count = changes(&read(&before)?, document);
    inspections::set_changes(change.tx(), inspection.id, count).await?;
    Ok(Some(count))
}

fn brief(asset: AssetId, way: Way, document: &InspectionDocument) -> Inspection {
    let count = |status: Status| {
        let of_status = document
            .results
            .iter()
            .filter(|result| result.status == status);
        i32::try_from(of_status.count()).unwrap_or(i32::MAX)
    };
    let subject = &document.subject;
    let platform = format!("{} {}", subject.platform, subject.version);
    Inspection {
        id: InspectionId(0),
        asset_id: asset,
        source: way.source.to_owned(),
        family: document.family().word().to_owned(),
        subject: Inspected {
            kind: subject.kind.clone(),
            name: subject.name.clone(),
            platform: subject.platform.clone(),
            version: subject.version.clone(),
        },
        platform: platform.trim().to_owned(),
        trust: way.trust.map(trust_word).map(str::to_owned),
        changes: None,
        collected_at: document.collected_at,
        pass: count(Status::Pass),
        fail: count(Status::Fail),
        not_applicable: count(Status::NotApplicable),
        unknown: count(Status::Unknown),
        unreadable: json!(document.unreadable),
    }
}

fn trust_word(trust: Trust) -> &'static str {
    match trust {
        Trust::Signed => "signed",
        Trust::Unverified => "unverified",
        Trust::Unsigned => "unsigned",
    }
}
