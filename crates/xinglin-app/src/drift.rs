//! Drift (变化): what changed between two inspections of one thing, what that did to
//! verdicts, and who answers for it.

use std::collections::BTreeMap;

use serde_json::json;
use xinglin_core::{AssessmentId, InspectionId, RequirementId, Timestamp};
use xinglin_inspect::drift::drift;
pub use xinglin_inspect::drift::{
    AreaDrift, Change as FactFate, Drift, Effect as ResultEffect, FactChange, ResultChange,
};
pub use xinglin_store::drift::Approval;
use xinglin_store::{
    drift as approvals,
    inspections::{self, Side},
};

use crate::{
    Actor, App, AppError, Code, Permission,
    error::reason,
    inspections::{Effect, InspectionDocument, InspectionRow, read},
    tasks::blocking,
};

/// Two inspections of one thing, compared.
#[derive(Debug, Clone)]
pub struct DriftDetail {
    /// The earlier one; `None` when the later is the first.
    pub before: Option<InspectionRow>,
    /// The later one.
    pub after: InspectionRow,
    /// What changed; `None` when there is nothing to compare with.
    pub drift: Option<Drift>,
    /// What it did to cells.
    pub effects: Vec<Effect>,
    /// Who answers for it.
    pub approval: Option<Approval>,
    /// The name of that person.
    pub approved_by: Option<String>,
}

/// How many facts and results differ.
pub(crate) fn changes(before: &InspectionDocument, after: &InspectionDocument) -> i32 {
    let drift = drift(before, after);
    let facts: usize = drift.areas.iter().map(|area| area.count).sum();
    i32::try_from(facts + drift.results.len()).unwrap_or(i32::MAX)
}

impl App {
    /// Compares an inspection with another of the same asset and family: the one before,
    /// unless another is named.
    ///
    /// # Errors
    /// [`Code::NotFound`]; [`Code::InvalidInput`] for one of another asset or family.
    pub async fn get_drift(
        &self,
        actor: &Actor,
        id: InspectionId,
        with: Option<InspectionId>,
    ) -> Result<DriftDetail, AppError> {
        let (after, after_document) = self.inspection_document(actor, id).await?;
        let db = self.store().db();
        let before = match with {
            Some(with) => Some(self.compared(actor, &after, with).await?),
            None => match inspections::neighbour(db, &after.inspection, Side::Before).await? {
                Some((inspection, document)) => {
                    let row = self.named_inspection(inspection).await?;
                    Some((row, read(&document)?))
                }
                None => None,
            },
        };
        let approval = approvals::approval(db, id).await?;
        let approved_by = match &approval {
            Some(approval) => self.actor_names().await?.remove(&approval.by),
            None => None,
        };
        let Some((before, before_document)) = before else {
            let since = Timestamp::MIN;
            return Ok(DriftDetail {
                effects: self.effects_since(&after, since).await?,
                before: None,
                after,
                drift: None,
                approval,
                approved_by,
            });
        };
        let effects = self
            .effects_since(&after, before.inspection.collected_at)
            .await?;
        let drift = blocking(move || drift(&before_document, &after_document)).await?;
        Ok(DriftDetail {
            before: Some(before),
            after,
            drift: Some(drift),
            effects,
            approval,
            approved_by,
        })
    }

    /// Notes that somebody answers for the changes that an inspection shows.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::ReasonRequired`], [`Code::StateConflict`] when somebody
    /// does already, or nothing changed.
    pub async fn approve_drift(
        &self,
        actor: &Actor,
        id: InspectionId,
        text: &str,
    ) -> Result<DriftDetail, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let text = reason(text)?;
        let detail = self.get_drift(actor, id, None).await?;
        let is_due = detail.drift.as_ref().is_some_and(|drift| !drift.is_empty());
        if !is_due || detail.approval.is_some() {
            return Err(AppError::new(Code::StateConflict));
        }
        let mut change = self.change(actor).await?;
        let approval = Approval {
            inspection_id: id,
            before_id: detail.before.as_ref().map(|before| before.inspection.id),
            by: actor.ledger_name(),
            at: change.now(),
            reason: text,
        };
        approvals::insert(change.tx(), &approval)
            .await
            .map_err(AppError::decided)?;
        change.note("drift.approve", "inspection", id, json!(approval));
        change.commit().await?;
        Ok(DriftDetail {
            approved_by: Some(actor.name().to_owned()),
            approval: Some(approval),
            ..detail
        })
    }

    /// The inspection that another is to be compared with.
    pub(crate) async fn compared(
        &self,
        actor: &Actor,
        of: &InspectionRow,
        with: InspectionId,
    ) -> Result<(InspectionRow, InspectionDocument), AppError> {
        let found = self.inspection_document(actor, with).await?;
        let (one, other) = (&of.inspection, &found.0.inspection);
        if (one.asset_id, &one.family) == (other.asset_id, &other.family) {
            return Ok(found);
        }
        let expected = "an inspection of the same asset and family";
        Err(AppError::new(Code::InvalidInput).field("with", with.to_string(), expected))
    }

    /// What the inspections after `since`, up to this one, did to cells, each cell once.
    async fn effects_since(
        &self,
        of: &InspectionRow,
        since: Timestamp,
    ) -> Result<Vec<Effect>, AppError> {
        let found = inspections::effects(self.store().db(), &of.inspection, since).await?;
        let mut cells: BTreeMap<(AssessmentId, RequirementId), Effect> = BTreeMap::new();
        for effects in found {
            let effects: Vec<Effect> =
                serde_json::from_value(effects).map_err(AppError::internal)?;
            for effect in effects {
                let place = (effect.assessment_id, effect.requirement);
                cells
                    .entry(place)
                    .and_modify(|known| {
                        known.after = effect.after;
                        known.reopened |= effect.reopened;
                    })
                    .or_insert(effect);
            }
        }
        let is_seen = |effect: &Effect| effect.before != effect.after || effect.reopened;
        Ok(cells.into_values().filter(is_seen).collect())
    }
}
