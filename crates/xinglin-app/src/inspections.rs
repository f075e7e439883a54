//! Inspections: of the machine the server runs on, or uploaded; facts before judgement.

use std::collections::{BTreeSet, HashMap};

use jiff::SignedDuration;
use serde_json::json;
use xinglin_core::{AssetId, EvidenceId, InspectionId, RequirementId};
pub use xinglin_inspect::Inspection as InspectionDocument;
use xinglin_inspect::{LiveHost, Status, inspect};
use xinglin_ledger::{Digest, Subject};
pub use xinglin_store::inspections::Inspection;
use xinglin_store::{
    assessments,
    evidence::{self, Evidence, EvidenceKind, EvidenceState},
    inspections,
};

use crate::{
    Actor, App, AppError, Code, Permission, change::Change, evidence::note_proposals,
    interviews::after_days,
};

// A machine's clock may go ahead of ours by as much.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(10);

/// An inspection with the name of its asset.
#[derive(Debug, Clone)]
pub struct InspectionRow {
    /// The inspection.
    pub inspection: Inspection,
    /// The asset's name.
    pub asset_name: String,
}

impl App {
    /// Inspects the machine this server runs on.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::NotThisHost`] for another asset.
    pub async fn inspect_this_host(
        &self,
        actor: &Actor,
        asset: AssetId,
    ) -> Result<(InspectionRow, InspectionDocument), AppError> {
        actor.require(Permission::InspectionRun)?;
        let found = assessments::object(self.store().db(), asset).await?;
        let (object, _) = found.ok_or(AppError::new(Code::NotFound))?;
        if !object.local_host {
            return Err(AppError::new(Code::NotThisHost));
        }
        let content = self.content().clone();
        let now = self.now();
        // It reads hundreds of files and runs programs.
        let document =
            tokio::task::spawn_blocking(move || inspect(&LiveHost, content.checks(), now))
                .await
                .map_err(AppError::internal)?;
        self.take_inspection(actor, asset, "local", document).await
    }

    /// Takes an inspection made elsewhere. Its facts are judged anew by the checks of this
    /// installation; the results it came with are ignored.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::UnreadableFile`], [`Code::InvalidInput`] for one from the
    /// future.
    pub async fn upload_inspection(
        &self,
        actor: &Actor,
        asset: AssetId,
        document: Vec<u8>,
    ) -> Result<(InspectionRow, InspectionDocument), AppError> {
        actor.require(Permission::InspectionRun)?;
        let content = self.content().clone();
        let judged = tokio::task::spawn_blocking(move || {
            InspectionDocument::from_json(&document)
                .map(|document| document.judged_by(content.checks()))
        });
        let document = judged.await.map_err(AppError::internal)?.map_err(|error| {
            AppError::new(Code::UnreadableFile).field("body", "", error.to_string())
        })?;
        if document.collected_at > self.now() + CLOCK_SKEW {
            let found = document.collected_at.to_string();
            let expected = "an instant that is not in the future";
            return Err(AppError::new(Code::InvalidInput).field("collected_at", found, expected));
        }
        self.take_inspection(actor, asset, "upload", document).await
    }

    /// The latest inspections, newest first; of one asset where it is given.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_inspections(
        &self,
        actor: &Actor,
        asset: Option<AssetId>,
    ) -> Result<Vec<InspectionRow>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let db = self.store().db();
        let found = inspections::list(db, asset).await?;
        let assets: BTreeSet<AssetId> = found.iter().map(|one| one.asset_id).collect();
        let names: HashMap<AssetId, String> = inspections::asset_names(db, assets)
            .await?
            .into_iter()
            .collect();
        let rows = found.into_iter().map(|inspection| InspectionRow {
            asset_name: names.get(&inspection.asset_id).cloned().unwrap_or_default(),
            inspection,
        });
        Ok(rows.collect())
    }

    /// One inspection with its document.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn get_inspection(
        &self,
        actor: &Actor,
        id: InspectionId,
    ) -> Result<(InspectionRow, InspectionDocument), AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let db = self.store().db();
        let found = inspections::find(db, id).await?;
        let (inspection, document) = found.ok_or(AppError::new(Code::NotFound))?;
        let names = inspections::asset_names(db, [inspection.asset_id]).await?;
        let name = names.into_iter().next().map(|(_, name)| name);
        let row = InspectionRow {
            inspection,
            asset_name: name.unwrap_or_default(),
        };
        Ok((
            row,
            serde_json::from_str(&document).map_err(AppError::internal)?,
        ))
    }

    async fn take_inspection(
        &self,
        actor: &Actor,
        asset: AssetId,
        source: &str,
        document: InspectionDocument,
    ) -> Result<(InspectionRow, InspectionDocument), AppError> {
        let text = serde_json::to_string(&document).map_err(AppError::internal)?;
        let digest = Digest::of(text.as_bytes()).to_string();
        let mut change = self.change(actor).await?;
        let found = assessments::object(change.tx().conn(), asset).await?;
        let (object, systems) = found.ok_or(AppError::new(Code::NotFound))?;
        let mut inspection = brief(asset, source, &document);
        inspection.id = inspections::insert(change.tx(), &inspection, &text).await?;
        let payload = json!({"source": source, "collected_at": document.collected_at,
            "pass": inspection.pass, "fail": inspection.fail, "unknown": inspection.unknown,
            "digest": &digest});
        let subjects = vec![
            Subject::new("inspection", inspection.id),
            Subject::new("asset", asset),
        ];
        change.note_all("inspection.take", subjects, payload);
        let is_current = self
            .take_evidence(&change, actor, &inspection, &document, digest)
            .await?;
        let mut rescored = Vec::new();
        if is_current {
            for open in assessments::open(change.tx().conn(), Some(&systems)).await? {
                let round = self.round_in(&change, open.id).await?;
                let cells = self
                    .propose_cells(change.tx().conn(), &round, &[asset])
                    .await?;
                if cells.is_empty() {
                    continue;
                }
                let cause = json!({"cause": "inspection", "asset_id": asset});
                note_proposals(&mut change, open.id, &cells, cause);
                rescored.push(self.cells_changed(&mut change, round, &cells).await?);
            }
        }
        change.commit().await?;
        for rescored in rescored {
            self.keep_board(rescored);
        }
        let row = InspectionRow {
            inspection,
            asset_name: object.name,
        };
        Ok((row, document))
    }

    /// Keeps an inspection as evidence in place of the former one; false when it is older
    /// than that, or too old to count at all.
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
        let former = evidence::inspections_of(conn, &[asset]).await?;
        let days = self.evidence_validity(conn).await?.inspection_days;
        let valid_until = after_days(inspection.collected_at, days);
        let is_older = former
            .iter()
            .any(|former| former.collected_at > inspection.collected_at);
        let state = if is_older {
            EvidenceState::Superseded
        } else if valid_until.is_some_and(|until| until <= change.now()) {
            EvidenceState::Expired
        } else {
            EvidenceState::Current
        };
        if state == EvidenceState::Current {
            evidence::supersede_inspections(change.tx(), asset).await?;
            inspections::touch_asset(change.tx(), asset, inspection.collected_at).await?;
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

fn brief(asset: AssetId, source: &str, document: &InspectionDocument) -> Inspection {
    let count = |status: Status| {
        let of_status = document
            .results
            .iter()
            .filter(|result| result.status == status);
        i32::try_from(of_status.count()).unwrap_or(i32::MAX)
    };
    let platform = format!("{} {}", document.subject.platform, document.subject.version);
    Inspection {
        id: InspectionId(0),
        asset_id: asset,
        source: source.to_owned(),
        platform: platform.trim().to_owned(),
        collected_at: document.collected_at,
        pass: count(Status::Pass),
        fail: count(Status::Fail),
        not_applicable: count(Status::NotApplicable),
        unknown: count(Status::Unknown),
        unreadable: json!(document.unreadable),
    }
}
