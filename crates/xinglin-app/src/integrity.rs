//! File integrity (文件完整性): the baseline of an asset's files, what changed against it, who
//! did it, and that it is right.
//!
//! The machine the server runs on is watched: events between scans, a scan at every start and
//! every hour. A change is kept once, and changes along with its file until somebody approves
//! it or the file is as it was again.

use std::{
    collections::{BTreeMap, HashMap},
    sync::{Mutex, PoisonError},
};

use serde::{Deserialize, Serialize};
use xinglin_core::{AssetId, Timestamp};
pub use xinglin_inspect::integrity::{
    Actor as FileActor, Certainty, Entry as FileEntry, EntryKind as FileKind, Scope,
};
use xinglin_inspect::{Family, linux::integrity::Watched};
pub use xinglin_store::integrity::{
    Taken,
    changes::{Change as FileChange, ChangeFilter, ChangeState},
};
use xinglin_store::{Read, inspections, integrity, settings};

use crate::{Actor, App, AppError, Code, Permission};

mod agents;
mod approve;
mod baselines;
mod note;
mod watching;

pub use approve::{ApprovalForm, MOST_APPROVED};
pub use baselines::BaselineForm;
pub(crate) use watching::Lookouts;

const SETTING: &str = "integrity.watch";
/// So many open changes are shown with the asset; all are listed elsewhere.
const MOST_SHOWN: u64 = 500;

/// How files are watched.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct IntegritySettings {
    /// Seconds between scans of all files.
    pub rescan_seconds: u32,
}

impl Default for IntegritySettings {
    fn default() -> Self {
        Self {
            rescan_seconds: 3_600,
        }
    }
}

/// Who looks at an asset's files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IntegritySource {
    /// This server: the asset is the machine it runs on.
    Local,
    /// An agent on the host.
    Agent,
    /// Nobody.
    None,
}

impl IntegritySource {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Local => "local",
            Self::Agent => "agent",
            Self::None => "none",
        }
    }
}

/// Where an asset's files stand.
#[derive(Debug, Clone)]
pub struct IntegrityStatus {
    /// The asset.
    pub asset_id: AssetId,
    /// Who looks at its files.
    pub source: IntegritySource,
    /// The baseline that counts, with the name of who took it.
    pub baseline: Option<(Taken, String)>,
    /// Whether one was asked for that is not there yet.
    pub pending: bool,
    /// When all files were compared with it last.
    pub last_scan_at: Option<Timestamp>,
    /// Whether changes are seen at once, not only by the next scan.
    pub watching: bool,
    /// Why they are not all seen at once.
    pub watch_problem: Option<String>,
    /// Open changes, the latest first, at most 500.
    pub changes: Vec<FileChangeRow>,
    /// How many are open.
    pub open: u64,
}

/// A change with the names of what it refers to.
#[derive(Debug, Clone)]
pub struct FileChangeRow {
    /// The change.
    pub change: FileChange,
    /// The asset's name.
    pub asset_name: String,
    /// Who approved it.
    pub approved_by: Option<String>,
    /// Whether the caller may approve it now.
    pub may_approve: bool,
}

/// What is to be seen of a watch at any time, also while it scans.
#[derive(Debug, Clone, Default)]
pub(crate) struct Glance {
    pub(crate) scanned_at: Option<Timestamp>,
    pub(crate) problem: Option<String>,
}

/// The glances of all watches.
#[derive(Debug, Default)]
pub(crate) struct Glances(Mutex<BTreeMap<AssetId, Glance>>);

impl Glances {
    pub(crate) fn of(&self, asset: AssetId) -> Option<Glance> {
        let glances = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        glances.get(&asset).cloned()
    }

    pub(crate) fn set(&self, asset: AssetId, glance: Option<Glance>) {
        let mut glances = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match glance {
            Some(glance) => glances.insert(asset, glance),
            None => glances.remove(&asset),
        };
    }
}

impl App {
    /// Where an asset's files stand.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn integrity_status(
        &self,
        actor: &Actor,
        asset: AssetId,
    ) -> Result<IntegrityStatus, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let object = self.inspected_object(asset).await?;
        let found = integrity::find(self.store().db(), asset).await?;
        let filter = ChangeFilter {
            asset_id: Some(asset),
            states: vec![ChangeState::Open],
            offset: 0,
            limit: MOST_SHOWN,
        };
        let (changes, open) = self.list_integrity_changes(actor, &filter).await?;
        let source = self.integrity_source(&object, asset).await?;
        let glance = self.glances().of(asset);
        let (wish, taken) = found.map_or((None, None), |found| (found.wish, found.taken));
        let scanned_at = glance.as_ref().and_then(|glance| glance.scanned_at);
        let last_scan_at = scanned_at.or(taken.as_ref().and_then(|taken| taken.looked_at));
        let baseline = match taken {
            None => None,
            Some(taken) => {
                let people = self.actor_names().await?;
                let name = people.get(&taken.by).unwrap_or(&taken.by).clone();
                Some((taken, name))
            }
        };
        Ok(IntegrityStatus {
            asset_id: asset,
            source,
            baseline,
            pending: wish.is_some(),
            last_scan_at,
            watching: glance
                .as_ref()
                .is_some_and(|glance| glance.problem.is_none()),
            watch_problem: glance.and_then(|glance| glance.problem),
            changes,
            open,
        })
    }

    /// Changes, those seen last first, and how many match in all.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_integrity_changes(
        &self,
        actor: &Actor,
        filter: &ChangeFilter,
    ) -> Result<(Vec<FileChangeRow>, u64), AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let db = self.store().db();
        let (changes, total) = integrity::changes::page(db, filter).await?;
        let assets: std::collections::BTreeSet<AssetId> =
            changes.iter().map(|change| change.asset_id).collect();
        let names: HashMap<AssetId, String> = inspections::asset_names(db, assets)
            .await?
            .into_iter()
            .collect();
        let people = self.actor_names().await?;
        let may = actor.may(Permission::AssessmentJudge);
        let rows = changes.into_iter().map(|change| {
            let by = change.approval.as_ref().map(|approval| &approval.by);
            FileChangeRow {
                asset_name: names.get(&change.asset_id).cloned().unwrap_or_default(),
                approved_by: by.map(|by| people.get(by).unwrap_or(by).clone()),
                may_approve: may && change.state == ChangeState::Open,
                change,
            }
        });
        Ok((rows.collect(), total))
    }

    /// The watch over an asset's files, as a fact for the checks; `None` without one.
    pub(crate) async fn file_watch(&self, asset: AssetId) -> Result<Option<Watched>, AppError> {
        let db = self.store().db();
        let found = integrity::find(db, asset).await?;
        let Some(taken) = found.and_then(|found| found.taken) else {
            return Ok(None);
        };
        let now = self.now();
        let days = |at: Timestamp| at.duration_until(now).as_hours().max(0) / 24;
        let scanned_at = self
            .glances()
            .of(asset)
            .and_then(|glance| glance.scanned_at);
        let scanned_at = scanned_at.or(taken.looked_at).unwrap_or(taken.at);
        let scope: Scope = serde_json::from_value(taken.scope).map_err(AppError::internal)?;
        let waiting = integrity::changes::oldest_unexplained(db, asset).await?;
        Ok(Some(Watched {
            paths: scope.include,
            scanned_days_ago: days(scanned_at),
            waiting_days_ago: waiting.map(days),
        }))
    }

    /// The files a baseline covers when nobody says otherwise.
    ///
    /// # Errors
    /// [`Code::Unavailable`] when the content names none.
    pub(crate) fn default_scope(&self) -> Result<Scope, AppError> {
        let policy = self.content().checks().policy(Family::Linux);
        Scope::of_policy(policy).ok_or(AppError::new(Code::Unavailable))
    }

    pub(crate) async fn integrity_settings(
        &self,
        db: &impl Read,
    ) -> Result<IntegritySettings, AppError> {
        Ok(settings::get(db, SETTING).await?.unwrap_or_default())
    }
}
