//! Evidence by the logs themselves: what the lake knows of an asset is an inspection like any
//! other, judged by the checks of `content/checks/logs`. It becomes evidence, proposes verdicts
//! and takes decisions back, and stays as it was in assessments that are closed.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use jiff::SignedDuration;
use serde_json::Value;
use xinglin_core::{AssetId, ObjectType};
use xinglin_inspect::{
    CheckResult, Family, Status,
    logs::{LogFacts, PlatformFacts, SourceFacts, inspect_logs},
};
use xinglin_store::inspections::{self, Inspection};

use super::{
    Logs,
    coverage::{AssetLogs, Collected, Coverage, Platform, SourceLogs, day},
    keeper,
    registry::Listed,
};
use crate::{
    App, AppError,
    inspections::{InspectionDocument, Way, read},
    tasks::blocking,
};

const TURN: Duration = Duration::from_hours(1);
/// Evidence that says the same is taken again after this time, so that it stays in force.
const TAKEN_AGAIN_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

impl App {
    /// Takes what the logs prove, from now on.
    pub(super) fn prove_by_logs(self: &Arc<Self>) {
        let app = Arc::clone(self);
        self.tasks().every("log evidence", TURN, move || {
            let app = Arc::clone(&app);
            async move {
                if let Err(error) = app.take_log_evidence().await {
                    tracing::error!(%error, "what the logs prove could not be taken");
                }
            }
        });
    }

    /// Takes what the logs prove of assets, where that is new; of how many. To be called by a
    /// timer; doing it twice changes nothing more.
    ///
    /// # Errors
    /// [`crate::Code::Internal`], [`crate::Code::Unavailable`].
    pub async fn take_log_evidence(&self) -> Result<usize, AppError> {
        let logs = self.logs()?;
        let _one_at_a_time = logs.proving.lock().await;
        let shared = Arc::clone(&logs);
        // Events in memory are not counted.
        blocking(move || shared.lake.flush())
            .await?
            .map_err(AppError::internal)?;
        let coverage = self.coverage(&logs).await?;
        let former = inspections::latest(self.store().db(), Family::Logs.word()).await?;
        let former = former.into_iter();
        let mut former: BTreeMap<AssetId, (Inspection, String)> =
            former.map(|one| (one.0.asset_id, one)).collect();
        let mut taken = 0;
        for (asset, facts) in known_of(&logs, &coverage) {
            let is_new = self.take_facts_of_logs(asset, facts, former.remove(&asset));
            taken += usize::from(is_new.await?);
        }
        // What is no source any more, or stands for this program no more.
        for (asset, one) in former {
            let facts = nothing(&one.0);
            taken += usize::from(self.take_facts_of_logs(asset, facts, Some(one)).await?);
        }
        Ok(taken)
    }

    /// Takes facts of one asset unless they say what is known.
    async fn take_facts_of_logs(
        &self,
        asset: AssetId,
        facts: LogFacts,
        former: Option<(Inspection, String)>,
    ) -> Result<bool, AppError> {
        let (content, now) = (self.content().clone(), self.now());
        let says_nothing = facts.sources.is_empty() && facts.platform.is_none();
        let document = blocking(move || inspect_logs(&facts, content.checks(), now)).await?;
        if let Some((former, known)) = former
            && (says_nothing || now.duration_since(former.collected_at) < TAKEN_AGAIN_AFTER)
            && says_the_same(&read(&known)?, &document)
        {
            return Ok(false);
        }
        let actor = keeper();
        let mut change = self.change(&actor).await?;
        let taken = self
            .take_inspection_in(&mut change, &actor, asset, Way::of("logs"), &document)
            .await?;
        change.commit().await?;
        self.keep_boards(taken.rescored);
        Ok(true)
    }
}

/// What there is to say, of each asset of which there is something.
fn known_of(logs: &Logs, coverage: &Coverage) -> Vec<(AssetId, LogFacts)> {
    let own = coverage.platform.as_ref();
    let is_own = |one: &&AssetLogs| own.is_some_and(|own| own.asset_id == one.asset_id);
    let assets = coverage.assets.iter();
    let assets = assets.filter(|one| !one.sources.is_empty() && !is_own(one));
    let mut known: Vec<(AssetId, LogFacts)> =
        assets.map(|one| (one.asset_id, facts(one))).collect();
    let is_heard = |one: &Listed| one.source.last_seen_at.is_some();
    if let Some(own) = own
        && logs.registry.all().iter().any(is_heard)
    {
        known.push((own.asset_id, platform_facts(own, coverage)));
    }
    known
}

/// Of an asset of which there is nothing to say any more.
fn nothing(former: &Inspection) -> LogFacts {
    LogFacts {
        name: former.subject.name.clone(),
        object_type: String::new(),
        sources: Vec::new(),
        platform: None,
    }
}

/// Whether nothing is judged otherwise, of the same sources and of a platform that holds logs of
/// the same things. Days and hours alone are nothing new.
fn says_the_same(one: &InspectionDocument, other: &InspectionDocument) -> bool {
    let said = |document: &InspectionDocument| -> Vec<(String, Status)> {
        let said = |result: &CheckResult| (result.check.clone(), result.status);
        document.results.iter().map(said).collect()
    };
    let names = |document: &InspectionDocument| -> Vec<String> {
        let sources = document.facts.get("sources").and_then(|all| all.as_array());
        let names = sources
            .into_iter()
            .flatten()
            .filter_map(|one| one.get("name"));
        names.map(ToString::to_string).collect()
    };
    let platform = |document: &InspectionDocument| -> Vec<Value> {
        let platform = document.facts.get("platform");
        let same = ["in_scope", "sending", "watched", "missing", "silent"];
        let known = same.iter().filter_map(|name| platform?.get(name).cloned());
        known.collect()
    };
    said(one) == said(other) && names(one) == names(other) && platform(one) == platform(other)
}

fn facts(asset: &AssetLogs) -> LogFacts {
    LogFacts {
        name: asset.name.clone(),
        object_type: asset.object_type.word().to_owned(),
        sources: asset.sources.iter().map(source_facts).collect(),
        platform: None,
    }
}

fn source_facts(one: &SourceLogs) -> SourceFacts {
    let source = &one.source;
    SourceFacts {
        name: source.name.clone(),
        transport: source.transport.clone(),
        since: day(source.first_seen_at),
        last_seen: source.last_seen_at.map(day),
        state: one.state.word().to_owned(),
        days_kept: one.days_kept,
        keep_days: one.keep_days,
        gap_hours: one.gap_hours,
        longest_gap_hours: one.longest_gap_hours,
        missing_days: one.missing_days.iter().map(ToString::to_string).collect(),
        clock_in_step: one.clock_in_step,
        search: one.search.clone(),
    }
}

fn platform_facts(platform: &Platform, coverage: &Coverage) -> LogFacts {
    let is_own = |one: &&AssetLogs| one.asset_id == platform.asset_id;
    let own = coverage.assets.iter().find(is_own);
    let scoped: Vec<&AssetLogs> = coverage.assets.iter().filter(|one| !is_own(one)).collect();
    let count = |is_so: &dyn Fn(&AssetLogs) -> bool| {
        let found = scoped.iter().filter(|one| is_so(one)).count();
        u32::try_from(found).unwrap_or(u32::MAX)
    };
    let names = |collected: Collected| {
        let of = scoped.iter().filter(|one| one.collected == collected);
        of.map(|one| one.name.clone()).collect()
    };
    let is_watched = |one: &SourceLogs| one.source.silent_after_minutes.is_some();
    LogFacts {
        name: platform.name.clone(),
        object_type: ObjectType::ManagementPlatform.word().to_owned(),
        sources: own.map_or_else(Vec::new, |own| {
            own.sources.iter().map(source_facts).collect()
        }),
        platform: Some(PlatformFacts {
            in_scope: count(&|_| true),
            sending: count(&|one| one.collected == Collected::Sending),
            watched: count(&|one| one.sources.iter().any(is_watched)),
            missing: names(Collected::Missing),
            silent: names(Collected::Silent),
            days_kept: coverage.days_kept,
            shortest_keep_days: coverage.shortest_keep_days,
        }),
    }
}
