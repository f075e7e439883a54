//! Approving changes: the baseline moves on for their paths.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};
use xinglin_core::{AssetId, IntegrityChangeId};
use xinglin_inspect::integrity::{Baseline, Entry};
use xinglin_ledger::{Digest, Subject};
use xinglin_store::integrity::{
    self,
    changes::{self, Approval, Change as Kept, ChangeState},
};

use crate::{
    Actor, App, AppError, Code, Permission,
    change::Change,
    error::{Check, reason, tidy},
};

/// So many changes are approved at once at most.
pub const MOST_APPROVED: usize = 5_000;

/// That changes are right.
#[derive(Debug, Clone)]
pub struct ApprovalForm {
    /// The changes.
    pub ids: Vec<IntegrityChangeId>,
    /// Why.
    pub reason: String,
    /// The number of the change request they were made for.
    pub change_request: Option<String>,
}

impl App {
    /// Approves open changes; how many.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidInput`], [`Code::ReasonRequired`],
    /// [`Code::StateConflict`] when one of them is not open any more; then none is approved.
    pub async fn approve_integrity_changes(
        &self,
        actor: &Actor,
        form: ApprovalForm,
    ) -> Result<usize, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let text = reason(&form.reason)?;
        let ids: BTreeSet<IntegrityChangeId> = form.ids.into_iter().collect();
        let ids: Vec<IntegrityChangeId> = ids.into_iter().collect();
        let mut check = Check::default();
        let expected = format!("1 to {MOST_APPROVED} changes");
        let is_some = (1..=MOST_APPROVED).contains(&ids.len());
        check.expect(is_some, "ids", &ids.len().to_string(), &expected);
        check.optional("change_request", form.change_request.as_deref(), 100);
        check.finish()?;
        // Nobody looks meanwhile: what is approved is what was seen.
        let mut lookouts = self.lookouts().0.lock().await;
        let mut change = self.change(actor).await?;
        let approval = Approval {
            by: actor.ledger_name(),
            at: change.now(),
            reason: text,
            change_request: tidy(form.change_request),
        };
        let found = changes::of_ids(change.tx().conn(), &ids).await?;
        if found.len() < ids.len() {
            return Err(AppError::new(Code::NotFound));
        }
        if found.iter().any(|kept| kept.state != ChangeState::Open) {
            return Err(AppError::new(Code::StateConflict));
        }
        changes::approve(change.tx(), &ids, &approval).await?;
        let mut moved = Vec::new();
        for (asset, kept) in by_asset(found) {
            moved.push((asset, move_on(&mut change, asset, &kept, &approval).await?));
        }
        change.commit().await?;
        for (asset, baseline) in moved {
            if let Some(lookout) = lookouts.get_mut(&asset) {
                lookout.rebase(baseline);
            }
        }
        Ok(ids.len())
    }
}

fn by_asset(found: Vec<Kept>) -> BTreeMap<AssetId, Vec<Kept>> {
    let mut by_asset: BTreeMap<AssetId, Vec<Kept>> = BTreeMap::new();
    for kept in found {
        by_asset.entry(kept.asset_id).or_default().push(kept);
    }
    by_asset
}

/// Moves the baseline of an asset on by changes that are right.
async fn move_on(
    change: &mut Change<'_>,
    asset: AssetId,
    approved: &[Kept],
    approval: &Approval,
) -> Result<Baseline, AppError> {
    let document = integrity::document(change.tx().conn(), asset).await?;
    let document = document.ok_or(AppError::new(Code::NoBaseline))?;
    let mut baseline: Baseline = serde_json::from_str(&document).map_err(AppError::internal)?;
    for kept in approved {
        match &kept.after {
            Some(entry) => {
                let entry: Entry =
                    serde_json::from_value(entry.clone()).map_err(AppError::internal)?;
                baseline.entries.insert(kept.path.clone(), entry);
            }
            None => {
                baseline.entries.remove(&kept.path);
            }
        }
    }
    // As long as a file of a package waits, it is explained by the version it had before.
    let waiting = changes::open_packages(change.tx().conn(), asset).await?;
    for kept in approved.iter().filter(|kept| kept.cause == "package") {
        let package = kept.package.as_ref();
        if let Some(package) = package.filter(|package| !waiting.contains_key(*package)) {
            match &kept.version_after {
                Some(version) => baseline.packages.insert(package.clone(), version.clone()),
                None => baseline.packages.remove(package),
            };
        }
    }
    let text = serde_json::to_string(&baseline).map_err(AppError::internal)?;
    integrity::set_document(change.tx(), asset, &text).await?;
    let named: Vec<Value> = approved
        .iter()
        .map(|kept| {
            let digest = kept.after.as_ref().and_then(|entry| entry.get("sha256"));
            json!({"id": kept.id, "path": kept.path, "kind": kept.kind, "after": digest})
        })
        .collect();
    let payload = json!({"reason": approval.reason, "change_request": approval.change_request,
        "changes": named, "baseline": Digest::of(text.as_bytes()).to_string()});
    let mut subjects = vec![Subject::new("asset", asset)];
    let changes = approved.iter().take(100);
    subjects.extend(changes.map(|kept| Subject::new("integrity_change", kept.id)));
    change.note_all("integrity.approve", subjects, payload);
    Ok(baseline)
}
