//! Keeping what was found: each change once, for as long as it is there.

use std::collections::{BTreeMap, BTreeSet};

use jiff::SignedDuration;
use serde_json::{Value, json};
use xinglin_core::{AssetId, IntegrityChangeId, Timestamp};
use xinglin_inspect::{
    LiveHost,
    integrity::{Baseline, Cause, Change, ChangeKind, Comparison, Entry, attribute_by_records},
};
use xinglin_ledger::Digest;
use xinglin_reach::watch::Looked;
use xinglin_store::integrity::{
    self,
    changes::{self, Change as Kept, ChangeState},
};

use crate::{Actor, App, AppError, change::Change as Writing, tasks::blocking};

/// So many changes stand in the ledger by name; the digest covers all.
const MOST_NAMED: usize = 200;
/// A scan that found nothing is sealed once in so much time.
const QUIET_SCANS: SignedDuration = SignedDuration::from_hours(24);

/// What a look at an asset's files found.
#[derive(Debug)]
pub(super) struct Found<'a> {
    pub(super) asset: AssetId,
    pub(super) reference: &'a Baseline,
    pub(super) current: &'a Baseline,
    pub(super) looked: Looked,
    /// Whether somebody asked for it, so that it is sealed in any case.
    pub(super) is_asked: bool,
    /// Who made the changes, by path, where the host itself said so; `None` to look for it in
    /// the records of this machine.
    pub(super) actors: Option<BTreeMap<String, Value>>,
    /// The files as an agent reported them, where they are to be kept.
    pub(super) held: Option<String>,
}

/// What is to be kept of it.
#[derive(Debug, Default)]
struct News {
    new: Vec<Kept>,
    again: Vec<Kept>,
    undone: Vec<(IntegrityChangeId, String)>,
}

impl App {
    pub(super) async fn note_found(
        &self,
        actor: &Actor,
        mut found: Found<'_>,
    ) -> Result<(), AppError> {
        let db = self.store().db();
        let now = self.now();
        let open = changes::open_of(db, found.asset).await?;
        let mut news = news(&open, &found, now);
        if let Some(actors) = found.actors.take() {
            news.name(&actors);
        } else {
            let comparison = &mut found.looked.comparison;
            self.name_actors(comparison, &mut news).await?;
        }
        let is_whole = found.looked.paths.is_none();
        if news.is_empty() && !(is_whole && self.is_worth_noting(&found).await?) {
            return Ok(());
        }
        let mut change = self.change(actor).await?;
        keep_found(&mut change, &found, &news).await?;
        change.commit().await
    }

    async fn is_worth_noting(&self, found: &Found<'_>) -> Result<bool, AppError> {
        if found.is_asked || found.held.is_some() {
            return Ok(true);
        }
        let known = integrity::find(self.store().db(), found.asset).await?;
        let looked_at = known.and_then(|known| known.taken?.looked_at);
        let age = looked_at.map(|at| at.duration_until(self.now()));
        Ok(age.is_none_or(|age| age >= QUIET_SCANS))
    }

    /// Names who made the changes that are news; those known already keep whom they name.
    async fn name_actors(
        &self,
        comparison: &mut Comparison,
        news: &mut News,
    ) -> Result<(), AppError> {
        let fresh: BTreeSet<&str> = {
            let kept = news.new.iter().chain(&news.again);
            kept.map(|kept| kept.path.as_str()).collect()
        };
        if fresh.is_empty() {
            return Ok(());
        }
        let mut asked = Comparison {
            changes: Vec::new(),
            not_compared: Vec::new(),
            ..comparison.clone()
        };
        asked.changes = std::mem::take(&mut comparison.changes);
        asked
            .changes
            .retain(|change| fresh.contains(change.path.as_str()));
        let asked = blocking(move || {
            attribute_by_records(&LiveHost, &mut asked);
            asked
        })
        .await?;
        let named: BTreeMap<String, Value> = asked
            .changes
            .into_iter()
            .map(|change| (change.path, json!(change.actors)))
            .collect();
        news.name(&named);
        Ok(())
    }
}

/// Keeps what was found.
async fn keep_found(
    change: &mut Writing<'_>,
    found: &Found<'_>,
    news: &News,
) -> Result<(), AppError> {
    let now = change.now();
    let is_whole = found.looked.paths.is_none();
    changes::insert_many(change.tx(), &news.new).await?;
    for again in &news.again {
        changes::save(change.tx(), again).await?;
    }
    let undone: Vec<IntegrityChangeId> = news.undone.iter().map(|(id, _)| *id).collect();
    changes::set_undone(change.tx(), &undone, now).await?;
    if is_whole {
        integrity::set_looked_at(change.tx(), found.asset, now).await?;
    }
    let action = if news.is_empty() {
        "integrity.scan"
    } else {
        "integrity.change"
    };
    if let Some(held) = &found.held {
        integrity::set_held(change.tx(), found.asset, held).await?;
    }
    let payload = payload(found, news);
    change.note(action, "asset", found.asset, payload);
    Ok(())
}

impl News {
    fn name(&mut self, actors: &BTreeMap<String, Value>) {
        for kept in self.new.iter_mut().chain(&mut self.again) {
            if let Some(actors) = actors.get(&kept.path) {
                kept.actors = actors.clone();
            }
        }
    }

    fn is_empty(&self) -> bool {
        self.new.is_empty() && self.again.is_empty() && self.undone.is_empty()
    }
}

/// What is news, given the changes that are open.
fn news(open: &[Kept], found: &Found<'_>, now: Timestamp) -> News {
    let open: BTreeMap<&str, &Kept> = open.iter().map(|kept| (kept.path.as_str(), kept)).collect();
    let comparison = &found.looked.comparison;
    let mut news = News::default();
    for change in &comparison.changes {
        let mut kept = kept(found, change, now);
        match open.get(change.path.as_str()) {
            None => news.new.push(kept),
            Some(known) if is_same(known, &kept) => {}
            Some(known) => {
                kept.id = known.id;
                kept.first_seen_at = known.first_seen_at;
                kept.actors = known.actors.clone();
                news.again.push(kept);
            }
        }
    }
    let there = comparison.changes.iter().map(|change| change.path.as_str());
    let unknown = comparison.not_compared.iter().map(String::as_str);
    let not_undone: BTreeSet<&str> = there.chain(unknown).collect();
    let was_looked_at = |path: &str| {
        let paths = found.looked.paths.as_ref();
        paths.is_none_or(|paths| paths.contains(path))
    };
    let undone = open
        .values()
        .filter(|kept| was_looked_at(&kept.path) && !not_undone.contains(kept.path.as_str()));
    news.undone = undone.map(|kept| (kept.id, kept.path.clone())).collect();
    news
}

fn kept(found: &Found<'_>, change: &Change, now: Timestamp) -> Kept {
    let entry = |baseline: &Baseline| baseline.entries.get(&change.path).map(|entry| json!(entry));
    let (package, versions) = match &change.cause {
        Cause::Package {
            package,
            before,
            after,
        } => (Some(package.clone()), (before.clone(), after.clone())),
        Cause::DespitePackage { package } => (Some(package.clone()), (None, None)),
        Cause::Unknown => (None, (None, None)),
    };
    Kept {
        id: IntegrityChangeId(0),
        asset_id: found.asset,
        path: change.path.clone(),
        state: ChangeState::Open,
        kind: kind_word(change.kind).to_owned(),
        cause: cause_word(&change.cause).to_owned(),
        package,
        version_before: versions.0,
        version_after: versions.1,
        before: entry(found.reference),
        after: entry(found.current),
        fields: change.what.iter().map(|what| what.field.clone()).collect(),
        actors: json!(change.actors),
        first_seen_at: now,
        seen_at: now,
        approval: None,
    }
}

/// Whether a change is the one that is known: saving the same content again is no news.
fn is_same(known: &Kept, kept: &Kept) -> bool {
    let content = |entry: &Option<Value>| {
        let entry: Option<Entry> = serde_json::from_value(entry.clone()?).ok();
        let mut entry = entry?;
        if entry.sha256.is_some() {
            entry.modified_seconds = 0;
        }
        Some(entry)
    };
    known.kind == kept.kind
        && known.cause == kept.cause
        && known.package == kept.package
        && known.version_after == kept.version_after
        && content(&known.before) == content(&kept.before)
        && content(&known.after) == content(&kept.after)
}

fn payload(found: &Found<'_>, news: &News) -> Value {
    let changes: Vec<Value> = news
        .new
        .iter()
        .chain(&news.again)
        .map(|kept| {
            json!({"path": kept.path, "kind": kept.kind, "cause": kept.cause,
                "package": kept.package, "fields": kept.fields,
                "before": digest_of(kept.before.as_ref()), "after": digest_of(kept.after.as_ref()),
                "actors": kept.actors})
        })
        .collect();
    let undone: Vec<&String> = news.undone.iter().map(|(_, path)| path).collect();
    let all = json!([changes, undone]).to_string();
    json!({
        "files": found.current.entries.len(),
        "whole": found.looked.paths.is_none(),
        "new": news.new.len(),
        "again": news.again.len(),
        "undone": news.undone.len(),
        "not_compared": found.looked.comparison.not_compared.len(),
        "changes": changes.iter().take(MOST_NAMED).collect::<Vec<_>>(),
        "as_before": undone.iter().take(MOST_NAMED).collect::<Vec<_>>(),
        "digest": Digest::of(all.as_bytes()).to_string(),
    })
}

fn digest_of(entry: Option<&Value>) -> Value {
    let digest = entry.and_then(|entry| entry.get("sha256"));
    digest.cloned().unwrap_or_default()
}

fn kind_word(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
    }
}

fn cause_word(cause: &Cause) -> &'static str {
    match cause {
        Cause::Package { .. } => "package",
        Cause::DespitePackage { .. } => "despite_package",
        Cause::Unknown => "unknown",
    }
}
