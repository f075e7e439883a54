//! Files of hosts that an agent looks at.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use xinglin_core::{AssetId, Timestamp};
use xinglin_inspect::integrity::{Baseline, FORMAT, Scope, compare};
use xinglin_reach::watch::Looked;
use xinglin_store::{
    Read,
    agents::{self, Agent},
    integrity,
};
use xinglin_wire::{Body, FilesReply, FilesReport, digest};

use super::{IntegritySource, baselines::put_baseline, note::Found};
use crate::{
    Actor, App, AppError, Code, Permission, agents::receiver, assessments::AssessedObject,
    error::Check, tasks::blocking,
};

/// An agent says so many files at most: they travel whole at times.
const MOST_ENTRIES: usize = 40_000;

/// A baseline that an agent is asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Wish {
    pub(super) scope: Scope,
    pub(super) by: String,
    pub(super) reason: String,
}

/// What a report came to.
struct Reported {
    baseline: Baseline,
    /// Its text, `None` where it says nothing that is not held.
    text: Option<String>,
    /// The digest of what is held from now on.
    held: xinglin_ledger::Digest,
}

impl App {
    /// Who looks at an asset's files.
    pub(super) async fn integrity_source(
        &self,
        object: &AssessedObject,
        asset: AssetId,
    ) -> Result<IntegritySource, AppError> {
        if object.local_host {
            return Ok(IntegritySource::Local);
        }
        let agents = agents::list(self.store().db(), Some(asset)).await?;
        let is_there = agents.iter().any(|agent| agent.revoked.is_none());
        Ok(if is_there {
            IntegritySource::Agent
        } else {
            IntegritySource::None
        })
    }

    /// Asks an asset's agent for a baseline; it comes with one of its next reports.
    pub(super) async fn wish_baseline(
        &self,
        actor: &Actor,
        asset: AssetId,
        mut scope: Scope,
        reason: String,
    ) -> Result<(), AppError> {
        scope.most_entries = scope.most_entries.min(MOST_ENTRIES);
        let found = integrity::find(self.store().db(), asset).await?;
        if found.and_then(|found| found.taken).is_some() {
            // What is open when it comes will be approved by it.
            actor.require(Permission::AssessmentJudge)?;
        }
        let mut change = self.change(actor).await?;
        let wish = json!(Wish {
            scope,
            by: actor.ledger_name(),
            reason,
        });
        integrity::wish(change.tx(), asset, &wish).await?;
        change.note("integrity.wish", "asset", asset, wish);
        change.commit().await
    }

    /// The files an asset's agent is asked for.
    pub(crate) async fn wanted_files(
        &self,
        db: &impl Read,
        asset: AssetId,
    ) -> Result<Option<Scope>, AppError> {
        let Some(found) = integrity::find(db, asset).await? else {
            return Ok(None);
        };
        let scope = match (found.wish, found.taken) {
            (Some(wish), _) => wish.get("scope").cloned(),
            (None, Some(taken)) => Some(taken.scope),
            (None, None) => None,
        };
        let scope = scope.map(serde_json::from_value).transpose();
        scope.map_err(AppError::internal)
    }

    /// Takes what an agent says of files.
    ///
    /// # Errors
    /// [`Code::InvalidInput`] for a report that will never be taken.
    pub async fn take_files(
        &self,
        agent: &Agent,
        report: FilesReport,
    ) -> Result<FilesReply, AppError> {
        check(&report)?;
        let asset = agent.asset_id;
        let db = self.store().db();
        let Some(scope) = self.wanted_files(db, asset).await? else {
            let held = report.digest;
            return Ok(FilesReply::Kept { held, files: None });
        };
        let held = integrity::held(db, asset).await?;
        let actors: BTreeMap<String, Value> = report
            .actors
            .iter()
            .map(|(path, actors)| (path.clone(), json!(actors)))
            .collect();
        let read = blocking(move || read(&report, held.as_deref())).await??;
        let Some(reported) = read else {
            return Ok(FilesReply::SendWhole);
        };
        self.require_past(reported.baseline.taken_at)?;
        let answer = FilesReply::Kept {
            held: reported.held,
            files: Some(scope.clone()),
        };
        let found = integrity::find(db, asset).await?;
        let (wish, taken) = found.map_or((None, None), |found| (found.wish, found.taken));
        let looked_at = taken
            .as_ref()
            .map(|taken| taken.looked_at.unwrap_or(taken.at));
        let is_late = looked_at.is_some_and(|at| at >= reported.baseline.taken_at);
        let is_asked = reported.baseline.scope == scope;
        if is_late || (wish.is_some() && !is_asked) {
            // Sent twice, or of before somebody asked for others.
            return Ok(answer);
        }
        if let Some(looked_at) = looked_at {
            self.note_report(asset, &reported, looked_at, actors)
                .await?;
        }
        if let Some(wish) = wish {
            let wish: Wish = serde_json::from_value(wish).map_err(AppError::internal)?;
            self.fulfil(asset, wish, reported).await?;
        }
        Ok(answer)
    }

    /// Compares what an agent reported with the baseline that counts.
    async fn note_report(
        &self,
        asset: AssetId,
        reported: &Reported,
        looked_at: Timestamp,
        actors: BTreeMap<String, Value>,
    ) -> Result<(), AppError> {
        // Nobody approves meanwhile.
        let _lookouts = self.lookouts().0.lock().await;
        let document = integrity::document(self.store().db(), asset).await?;
        let document = document.ok_or(AppError::new(Code::NoBaseline))?;
        let current = reported.baseline.clone();
        let compared = blocking(move || {
            let reference: Baseline = serde_json::from_str(&document)?;
            let comparison = compare(&reference, &current);
            Ok((reference, current, comparison))
        });
        let compared = compared.await?;
        let (reference, current, mut comparison) =
            compared.map_err(|error: serde_json::Error| AppError::internal(error))?;
        comparison.before = looked_at;
        let found = Found {
            asset,
            reference: &reference,
            current: &current,
            looked: Looked {
                comparison,
                paths: None,
            },
            is_asked: false,
            actors: Some(actors),
            held: reported.text.clone(),
        };
        self.note_found(&receiver(), found).await
    }

    async fn fulfil(&self, asset: AssetId, wish: Wish, reported: Reported) -> Result<(), AppError> {
        let Wish { by, reason, .. } = wish;
        let mut change = self.change(&receiver()).await?;
        let text = put_baseline(&mut change, asset, &reported.baseline, by, reason).await?;
        integrity::set_held(change.tx(), asset, &text).await?;
        change.commit().await
    }
}

fn check(report: &FilesReport) -> Result<(), AppError> {
    let mut check = Check::default();
    let expected = xinglin_wire::PROTOCOL;
    let is_understood = report.is_understood();
    check.expect(is_understood, "protocol", &report.protocol, expected);
    check.text("agent_version", &report.agent_version, 64);
    check.finish()
}

/// The files of a report; `None` when it says what differs from something that is not held.
fn read(report: &FilesReport, held: Option<&str>) -> Result<Option<Reported>, AppError> {
    let held: Option<Value> = held
        .map(serde_json::from_str)
        .transpose()
        .map_err(AppError::internal)?;
    // An agent that sends all knows of nothing that is held.
    let base = held.filter(|_| matches!(report.body, Body::Difference { .. }));
    let Ok(files) = report.files(base.as_ref()) else {
        return Ok(None);
    };
    let refuse = |found: String, expected: &str| {
        Err(AppError::new(Code::InvalidInput).field("body", found, expected))
    };
    let baseline: Baseline = match serde_json::from_value(files.clone()) {
        Ok(baseline) => baseline,
        Err(error) => return refuse(error.to_string(), "the files of a baseline"),
    };
    if baseline.format != FORMAT {
        return refuse(baseline.format, FORMAT);
    }
    if baseline.entries.len() > MOST_ENTRIES {
        return refuse(baseline.entries.len().to_string(), "at most 40,000 files");
    }
    // Only the time is another: what is held stays, and with it what the next differs from.
    let same = base.filter(|held| without_time(held) == without_time(&files));
    Ok(Some(Reported {
        baseline,
        held: same.as_ref().map_or(report.digest, digest),
        text: match same {
            Some(_) => None,
            None => Some(files.to_string()),
        },
    }))
}

fn without_time(files: &Value) -> Value {
    let mut files = files.clone();
    if let Value::Object(fields) = &mut files {
        fields.remove("taken_at");
    }
    files
}
