//! Inspections: of the machine the server runs on, brought from elsewhere, or made over the
//! network; facts before judgement.

use std::collections::{BTreeSet, HashMap};

use jiff::SignedDuration;
use serde_json::Value;
use xinglin_core::{AssetId, InspectionId, Timestamp};
pub use xinglin_inspect::{Family, Inspection as InspectionDocument, Severity, Trust};
use xinglin_inspect::{LiveHost, inspect};
pub use xinglin_store::inspections::{Inspected, Inspection};
use xinglin_store::{
    assessments::{self, AssessedObject},
    inspections,
};

use crate::{Actor, App, AppError, Code, Permission, tasks::blocking};

mod checks;
mod files;
mod live;
mod recognise;
mod take;

pub use checks::JudgedCheck;
pub use files::{GatheredFile, GatheredFiles, MAX_GATHERED_BYTES};
pub use live::{DatabaseForm, Protection, Secret, SshForm, SshHost, TlsForm};
pub use take::Effect;
pub(crate) use take::Way;

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

/// An inspection with everything it found.
#[derive(Debug, Clone)]
pub struct InspectionDetail {
    /// In brief.
    pub row: InspectionRow,
    /// What was found.
    pub facts: Value,
    /// What the checks say of it.
    pub results: Vec<JudgedCheck>,
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
    ) -> Result<InspectionDetail, AppError> {
        actor.require(Permission::InspectionRun)?;
        let object = self.inspected_object(asset).await?;
        if !object.local_host {
            return Err(AppError::new(Code::NotThisHost));
        }
        let content = self.content().clone();
        let now = self.now();
        // It reads hundreds of files and runs programs.
        let watch = self.file_watch(asset).await?;
        let document = blocking(move || {
            let document = inspect(&LiveHost, content.checks(), now);
            match watch {
                Some(watch) => document.judged_with_watch(content.checks(), &watch),
                None => document,
            }
        })
        .await?;
        self.take_inspection(actor, asset, Way::of("local"), document)
            .await
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
    ) -> Result<InspectionDetail, AppError> {
        actor.require(Permission::InspectionRun)?;
        let content = self.content().clone();
        let judged = blocking(move || {
            InspectionDocument::from_json(&document)
                .map(|document| document.judged_by(content.checks()))
        });
        let document = judged.await?.map_err(|error| {
            AppError::new(Code::UnreadableFile).field("body", "", error.to_string())
        })?;
        self.require_past(document.collected_at)?;
        self.take_inspection(actor, asset, Way::of("upload"), document)
            .await
    }

    /// The latest inspections, newest first; of one asset and of one family where they are
    /// given.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_inspections(
        &self,
        actor: &Actor,
        asset: Option<AssetId>,
        family: Option<Family>,
    ) -> Result<Vec<InspectionRow>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let db = self.store().db();
        let found = inspections::list(db, asset, family.map(Family::word)).await?;
        self.named_inspections(found).await
    }

    /// One inspection with everything it found.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn get_inspection(
        &self,
        actor: &Actor,
        id: InspectionId,
    ) -> Result<InspectionDetail, AppError> {
        let (row, document) = self.inspection_document(actor, id).await?;
        self.detail(row, document).await
    }

    /// One inspection with its document.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub(crate) async fn inspection_document(
        &self,
        actor: &Actor,
        id: InspectionId,
    ) -> Result<(InspectionRow, InspectionDocument), AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let found = inspections::find(self.store().db(), id).await?;
        let (inspection, document) = found.ok_or(AppError::new(Code::NotFound))?;
        let row = self.named_inspection(inspection).await?;
        Ok((row, read(&document)?))
    }

    pub(crate) async fn named_inspection(
        &self,
        inspection: Inspection,
    ) -> Result<InspectionRow, AppError> {
        let names = inspections::asset_names(self.store().db(), [inspection.asset_id]).await?;
        let name = names.into_iter().next().map(|(_, name)| name);
        Ok(InspectionRow {
            inspection,
            asset_name: name.unwrap_or_default(),
        })
    }

    async fn named_inspections(
        &self,
        found: Vec<Inspection>,
    ) -> Result<Vec<InspectionRow>, AppError> {
        let assets: BTreeSet<AssetId> = found.iter().map(|one| one.asset_id).collect();
        let names: HashMap<AssetId, String> = inspections::asset_names(self.store().db(), assets)
            .await?
            .into_iter()
            .collect();
        let rows = found.into_iter().map(|inspection| InspectionRow {
            asset_name: names.get(&inspection.asset_id).cloned().unwrap_or_default(),
            inspection,
        });
        Ok(rows.collect())
    }

    pub(crate) async fn detail(
        &self,
        row: InspectionRow,
        document: InspectionDocument,
    ) -> Result<InspectionDetail, AppError> {
        let results = self
            .judged(row.inspection.asset_id, document.results)
            .await?;
        Ok(InspectionDetail {
            row,
            facts: document.facts,
            results,
        })
    }

    /// The asset that is to be inspected.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub(crate) async fn inspected_object(
        &self,
        asset: AssetId,
    ) -> Result<AssessedObject, AppError> {
        let found = assessments::object(self.store().db(), asset).await?;
        let (object, _) = found.ok_or(AppError::new(Code::NotFound))?;
        Ok(object)
    }

    /// Refuses facts from the future.
    ///
    /// # Errors
    /// [`Code::InvalidInput`].
    pub(crate) fn require_past(&self, collected_at: Timestamp) -> Result<(), AppError> {
        if collected_at <= self.now() + CLOCK_SKEW {
            return Ok(());
        }
        let found = collected_at.to_string();
        let expected = "an instant that is not in the future";
        Err(AppError::new(Code::InvalidInput).field("collected_at", found, expected))
    }
}

/// A stored document.
pub(crate) fn read(document: &str) -> Result<InspectionDocument, AppError> {
    serde_json::from_str(document).map_err(AppError::internal)
}
