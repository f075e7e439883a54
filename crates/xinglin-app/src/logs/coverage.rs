//! Whose logs are collected: by asset in scope and source, since when, with which gaps.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use jiff::{Timestamp, civil::Date, tz};
use xinglin_core::{AssetId, ObjectType};
use xinglin_inspect::logs::{gap_hours, gaps};
use xinglin_lake::LakeError;
use xinglin_store::{
    assessments::{self, AssessedObject},
    dashboard,
    logs::LogSource,
};

use super::{
    Logs, SourceState,
    registry::{CLOCK_OFF_SECONDS, Listed},
    sources::state,
    storage,
};
use crate::{Actor, App, AppError, Permission, tasks::blocking};

/// For how many hours gaps are looked for: a week.
pub const COVERED_HOURS: usize = DAYS_A_WEEK * HOURS_A_DAY;
/// A source of which nobody says how long it may be silent is given a day.
const PATIENCE_MINUTES: i64 = 24 * 60;
const HOURS_A_DAY: usize = 24;
const DAYS_A_WEEK: usize = 7;

/// Whether the logs of an asset are collected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Collected {
    /// A source of it fell silent, or all of them stopped.
    Silent,
    /// It never sent.
    Missing,
    /// It sends.
    Sending,
}

impl Collected {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Silent => "silent",
            Self::Missing => "missing",
            Self::Sending => "sending",
        }
    }
}

/// The logs of one asset.
#[derive(Debug, Clone)]
pub struct AssetLogs {
    /// The asset.
    pub asset_id: AssetId,
    /// Its name.
    pub name: String,
    /// What it is.
    pub object_type: ObjectType,
    /// Whether they are collected.
    pub collected: Collected,
    /// Its sources.
    pub sources: Vec<SourceLogs>,
}

/// The logs of one source.
#[derive(Debug, Clone)]
pub struct SourceLogs {
    /// The source.
    pub source: LogSource,
    /// How it is.
    pub state: SourceState,
    /// For how many days there are logs of it.
    pub days_kept: i64,
    /// For how many days they are to be kept.
    pub keep_days: u32,
    /// Whether its clock is in step; `None` where that is not known.
    pub clock_in_step: Option<bool>,
    /// Events of each hour, the oldest first, since it was first heard, for a week at most.
    pub hours: Vec<u64>,
    /// Which of these hours are gaps.
    pub gaps: Vec<bool>,
    /// How many are.
    pub gap_hours: u32,
    /// The longest gap, in hours.
    pub longest_gap_hours: u32,
    /// Days without an event since the oldest that is kept, where there should have been some.
    pub missing_days: Vec<Date>,
    /// A search that shows its logs.
    pub search: String,
}

/// Whose logs are collected.
#[derive(Debug, Clone)]
pub struct Coverage {
    /// Assets in scope, those that need a look first.
    pub assets: Vec<AssetLogs>,
    /// Sources that are no asset yet.
    pub unassigned: Vec<LogSource>,
    /// For how many days there are logs at all.
    pub days_kept: i64,
    /// For how many days logs are to be kept, of the asset whose are kept shortest.
    pub shortest_keep_days: u32,
    /// The asset that stands for this program, whose evidence all this is.
    pub platform: Option<Platform>,
}

/// The asset that stands for this program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Platform {
    /// The asset.
    pub asset_id: AssetId,
    /// Its name.
    pub name: String,
}

/// What the lake says of sources, by name.
struct InLake {
    hours: HashMap<String, Vec<u64>>,
    kept: HashMap<String, i64>,
    days: HashMap<String, BTreeSet<i64>>,
}

impl App {
    /// Whose logs are collected, of all assets in scope.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn log_coverage(&self, actor: &Actor) -> Result<Coverage, AppError> {
        require_sight(actor)?;
        let logs = self.logs()?;
        self.coverage(&logs).await
    }

    /// Whether the logs of one asset are collected.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn asset_logs(&self, actor: &Actor, id: AssetId) -> Result<AssetLogs, AppError> {
        require_sight(actor)?;
        let object = self.inspected_object(id).await?;
        let logs = self.logs()?;
        let listed = logs.registry.all().into_iter();
        let own: Vec<Listed> = listed
            .filter(|one| one.source.asset_id == Some(id))
            .collect();
        let now = self.now();
        let in_lake = in_lake(Arc::clone(&logs), now).await?;
        let sources = own.into_iter();
        let sources = sources.map(|one| source_logs(&logs, &in_lake, one.source, now));
        Ok(asset_logs(object, sources.collect()))
    }

    /// Whose logs are collected, for whoever may know.
    pub(super) async fn coverage(&self, logs: &Arc<Logs>) -> Result<Coverage, AppError> {
        let now = self.now();
        let in_lake = in_lake(Arc::clone(logs), now).await?;
        let db = self.store().db();
        let systems = dashboard::systems(db).await?;
        let systems = systems.into_iter().map(|system| system.id);
        let scoped = assessments::objects_of(db, systems).await?;
        let mut by_asset: BTreeMap<AssetId, Vec<SourceLogs>> = BTreeMap::new();
        let mut unassigned = Vec::new();
        for listed in logs.registry.all() {
            match listed.source.asset_id {
                Some(asset) => {
                    let one = source_logs(logs, &in_lake, listed.source, now);
                    by_asset.entry(asset).or_default().push(one);
                }
                None => unassigned.push(listed.source),
            }
        }
        let senders = self.content().log_senders();
        let known: HashSet<AssetId> = by_asset.keys().copied().collect();
        let mut seen = HashSet::new();
        let mut objects: Vec<AssessedObject> =
            scoped.into_iter().map(|(_, object)| object).collect();
        objects.retain(|object| seen.insert(object.id));
        let platform = platform(&objects, &by_asset);
        let sends = |object: &AssessedObject| senders.contains(&object.object_type);
        let mut assets: Vec<AssetLogs> = objects
            .into_iter()
            .filter(|object| sends(object) || known.contains(&object.id))
            .map(|object| (by_asset.remove(&object.id).unwrap_or_default(), object))
            .map(|(sources, object)| asset_logs(object, sources))
            .collect();
        assets.sort_by_key(|one| one.collected);
        let of_assets = assets.iter().flat_map(|one| &one.sources);
        let shortest = of_assets.map(|source| source.keep_days).min();
        Ok(Coverage {
            shortest_keep_days: shortest.unwrap_or(logs.lake.retention().days()),
            assets,
            unassigned,
            days_kept: in_lake.kept.values().copied().max().unwrap_or_default(),
            platform,
        })
    }
}

/// The asset that stands for this program: the management platform that is this machine, else
/// the only one there is, once logs of what is in scope arrive.
fn platform(
    objects: &[AssessedObject],
    sources: &BTreeMap<AssetId, Vec<SourceLogs>>,
) -> Option<Platform> {
    let is_platform = |one: &&AssessedObject| one.object_type == ObjectType::ManagementPlatform;
    let all: Vec<&AssessedObject> = objects.iter().filter(is_platform).collect();
    let is_used = || {
        let of_scope = objects.iter().filter_map(|object| sources.get(&object.id));
        of_scope
            .flatten()
            .any(|one| one.state == SourceState::Sending)
    };
    let own = all.iter().find(|one| one.local_host).copied();
    let found = own.or_else(|| match all.as_slice() {
        [only] if is_used() => Some(*only),
        _ => None,
    })?;
    Some(Platform {
        asset_id: found.id,
        name: found.name.clone(),
    })
}

/// Who reads assessments sees what proves them, too.
fn require_sight(actor: &Actor) -> Result<(), AppError> {
    let may = [Permission::LogsRead, Permission::LogsManage];
    if may.into_iter().any(|permission| actor.may(permission)) {
        return Ok(());
    }
    actor.require_sight(Permission::AssessmentRead)
}

async fn in_lake(logs: Arc<Logs>, now: Timestamp) -> Result<InLake, AppError> {
    let read = move || {
        Ok::<_, LakeError>(InLake {
            hours: storage::hours(&logs.lake, now, COVERED_HOURS)?,
            kept: storage::days_by_source(&logs.lake, now),
            days: storage::days_received(&logs.lake),
        })
    };
    blocking(read).await?.map_err(AppError::internal)
}

fn asset_logs(object: AssessedObject, sources: Vec<SourceLogs>) -> AssetLogs {
    let some_is = |state: SourceState| sources.iter().any(|one| one.state == state);
    let collected = if some_is(SourceState::Silent) {
        Collected::Silent
    } else if some_is(SourceState::Sending) {
        Collected::Sending
    } else if some_is(SourceState::Stopped) {
        Collected::Silent
    } else {
        Collected::Missing
    };
    AssetLogs {
        asset_id: object.id,
        name: object.name,
        object_type: object.object_type,
        collected,
        sources,
    }
}

fn source_logs(logs: &Logs, in_lake: &InLake, source: LogSource, now: Timestamp) -> SourceLogs {
    let state = state(&source, now);
    let hours = hours_of(in_lake, &source, now);
    // Nobody waits for one that stopped.
    let is_expected = matches!(state, SourceState::Sending | SourceState::Silent);
    let patience = source.silent_after_minutes.unwrap_or(PATIENCE_MINUTES);
    let patience = usize::try_from(patience / 60).unwrap_or_default().max(1);
    let gaps = if is_expected {
        gaps(hours, patience, HOURS_A_DAY)
    } else {
        vec![false; hours.len()]
    };
    let (gap_hours, longest_gap_hours) = gap_hours(&gaps);
    let days = in_lake.days.get(&source.name).filter(|_| is_expected);
    let skew = source.clock_skew_seconds;
    SourceLogs {
        state,
        days_kept: in_lake.kept.get(&source.name).copied().unwrap_or_default(),
        keep_days: logs.lake.retention().days_of(&source.name),
        clock_in_step: skew.map(|skew| skew.abs() <= CLOCK_OFF_SECONDS),
        hours: hours.to_vec(),
        gaps,
        gap_hours,
        longest_gap_hours,
        missing_days: days.map_or_else(Vec::new, |days| {
            missing_days(days, patience.div_ceil(HOURS_A_DAY), now)
        }),
        search: format!("source:\"{}\"", source.name.replace('"', "\\\"")),
        source,
    }
}

/// Events of each hour that is over, since the source was first heard, for a week at most. That
/// the hour that is not over is quiet so far says nothing.
fn hours_of<'a>(in_lake: &'a InLake, source: &LogSource, now: Timestamp) -> &'a [u64] {
    const NONE: &[u64] = &[0; COVERED_HOURS];
    let hour = |at: Timestamp| at.as_second().div_euclid(3_600);
    let age = hour(now) - hour(source.first_seen_at);
    let last = COVERED_HOURS - 1;
    let age = usize::try_from(age).unwrap_or_default().min(last);
    let hours = in_lake.hours.get(&source.name);
    let hours = hours.map_or(NONE, Vec::as_slice);
    hours.get(last - age..last).unwrap_or_default()
}

/// Days that are over and of which nothing was received, since the first of `days`.
fn missing_days(days: &BTreeSet<i64>, patience: usize, now: Timestamp) -> Vec<Date> {
    let today = now.as_millisecond().div_euclid(storage::DAY_MILLISECONDS);
    let Some(first) = days.first().copied() else {
        return Vec::new();
    };
    let all = first..today;
    let counts: Vec<u64> = all.clone().map(|day| days.contains(&day).into()).collect();
    let missing = all.zip(gaps(&counts, patience, DAYS_A_WEEK));
    let missing = missing.filter_map(|(day, is_missing)| is_missing.then_some(day));
    let at = |day: i64| Timestamp::from_millisecond(day * storage::DAY_MILLISECONDS).ok();
    missing
        .filter_map(at)
        .map(|at| at.to_zoned(tz::TimeZone::UTC).date())
        .collect()
}

/// A day in China.
pub(super) fn day(at: Timestamp) -> String {
    at.to_zoned(tz::offset(8).to_time_zone()).date().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_without_a_file_of_a_source_are_missing_but_not_today() {
        let now: Timestamp = "2026-11-22T10:00:00Z".parse().unwrap();
        let today = now.as_millisecond() / storage::DAY_MILLISECONDS;
        let missing = |days: &[i64], patience| {
            let days = days.iter().map(|back| today - back).collect();
            let missing = missing_days(&days, patience, now);
            missing.iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        let all: Vec<i64> = (1..=30).collect();
        assert_eq!(missing(&all, 1), [""; 0]);
        let holes: Vec<i64> = all.iter().copied().filter(|back| *back != 3).collect();
        assert_eq!(missing(&holes, 1), ["2026-11-19"]);
        // Once in four days is what it usually says.
        assert_eq!(missing(&[17, 13, 9, 5, 1], 3), [""; 0]);
        assert_eq!(missing(&[], 1), [""; 0]);
    }
}
