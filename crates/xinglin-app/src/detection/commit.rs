//! What detection found becomes alerts: in one transaction with the place in the stream, so
//! that a kill neither loses an alert nor makes one twice.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use xinglin_core::AlertId;
use xinglin_ledger::Subject;
use xinglin_store::{
    alerts::{self, Alert, AlertNote},
    detection::{self, LearnedRow, Progress},
    indicators,
};
use xinglin_workflow::{AlertKind, AlertState};

use super::{
    assets::Places,
    draft::{self, Draft, Pending},
};
use crate::{Actor, App, AppError, change::Change};

/// An entry of the ledger names so many alerts; others are counted.
const MOST_NAMED: usize = 200;

/// What a commit did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Committed {
    pub(crate) made: u64,
    pub(crate) grown: u64,
}

/// The part of the program that detects.
pub(crate) fn detector() -> Actor {
    Actor::automatic("detection")
}

impl App {
    /// Stores what was found and, where there is one, how far the stream was looked at with what
    /// baselines learned there.
    pub(crate) async fn commit_found(
        &self,
        pending: &Pending,
        progress: Option<(&Progress, &[LearnedRow])>,
        places: &Places,
        look_back: bool,
    ) -> Result<Committed, AppError> {
        let mut change = self.change(&detector()).await?;
        let mut done = Committed::default();
        let mut made = Vec::new();
        let drafts = self.confirmed(&change, &pending.drafts).await?;
        let groups: BTreeSet<&str> = drafts.iter().map(|one| one.group_key.as_str()).collect();
        let mut open = alerts::open_of_groups(change.tx().conn(), &groups).await?;
        let mut room = BTreeMap::new();
        let window = self.content().detection().policy.window();
        for draft in &drafts {
            let conn = change.tx().conn();
            if look_back && alerts::overlaps(conn, &draft.group_key, draft.sequences).await? {
                continue;
            }
            if let Some(alert) = open.get_mut(&draft.group_key)
                && goes_on(alert, draft, window)
            {
                grow(&change, alert, draft).await?;
                done.grown += 1;
                continue;
            }
            let has_room = self.room_for(&change, &mut room, draft).await?;
            let draft = if has_room {
                draft.clone()
            } else {
                draft::joined(draft)
            };
            if let Some(alert) = self.overflow(&change, &mut open, &draft).await? {
                grow(&change, alert, &draft).await?;
                done.grown += 1;
                continue;
            }
            // Logs that begin anew count their events from the beginning.
            if alerts::has_key(change.tx().conn(), &draft.key).await? {
                continue;
            }
            let alert = self.make(&change, &draft, places, look_back).await?;
            made.push(alert.id);
            open.insert(alert.group_key.clone(), alert);
        }
        done.made = u64::try_from(made.len()).unwrap_or(u64::MAX);
        detection::add_counts(change.tx(), &pending.counts()).await?;
        detection::quiet(change.tx(), &pending.quieted).await?;
        for ((kind, value), (hits, last)) in &pending.indicators {
            indicators::add_hits(change.tx(), kind, value, *hits, *last).await?;
        }
        if let Some((progress, learned)) = progress {
            detection::set_progress(change.tx(), progress).await?;
            detection::save_learned(change.tx(), learned).await?;
        }
        note_made(&mut change, &made);
        change.commit_counted().await?;
        Ok(done)
    }

    /// Leaves out what only looked like an indicator: another value of the same digest.
    async fn confirmed(
        &self,
        change: &Change<'_>,
        drafts: &[Draft],
    ) -> Result<Vec<Draft>, AppError> {
        let mut confirmed = Vec::with_capacity(drafts.len());
        for draft in drafts {
            if draft.kind == AlertKind::Indicator {
                let Some((kind, Some(value))) = draft.seen.group.first() else {
                    continue;
                };
                let known = indicators::of_value(change.tx().conn(), kind, value).await?;
                if known.is_empty() {
                    continue;
                }
            }
            confirmed.push(draft.clone());
        }
        Ok(confirmed)
    }

    /// Whether a rule may make another alert this hour.
    async fn room_for(
        &self,
        change: &Change<'_>,
        room: &mut BTreeMap<String, u64>,
        draft: &Draft,
    ) -> Result<bool, AppError> {
        let most = self.content().detection().policy.most_per_hour;
        let made = if let Some(made) = room.get(&draft.rule) {
            *made
        } else {
            let since = change.now() - SignedDuration::from_hours(1);
            alerts::made_since(change.tx().conn(), &draft.rule, since).await?
        };
        room.insert(draft.rule.clone(), made + 1);
        Ok(made < most)
    }

    /// The alert into which others of the rule go, where a draft is one of those.
    async fn overflow<'a>(
        &self,
        change: &Change<'_>,
        open: &'a mut BTreeMap<String, Alert>,
        draft: &Draft,
    ) -> Result<Option<&'a mut Alert>, AppError> {
        if draft.group_key != draft::group_key(&draft.rule, "*") {
            return Ok(None);
        }
        if !open.contains_key(&draft.group_key) {
            let groups = BTreeSet::from([draft.group_key.as_str()]);
            open.extend(alerts::open_of_groups(change.tx().conn(), &groups).await?);
        }
        Ok(open.get_mut(&draft.group_key))
    }

    async fn make(
        &self,
        change: &Change<'_>,
        draft: &Draft,
        places: &Places,
        look_back: bool,
    ) -> Result<Alert, AppError> {
        let policy = &self.content().detection().policy;
        let asset_id = places.of_alert(&draft.seen);
        let place = asset_id.and_then(|id| places.get(id));
        let (severity, reasons) = policy.severity(draft.level, place);
        let mut seen = draft.seen.clone();
        seen.reasons.extend(reasons);
        let about = draft::of_story(&seen, |name| policy.is_everybody(name));
        let since = draft.first_at - policy.story();
        let story = alerts::story_of(change.tx().conn(), &about, since).await?;
        let now = change.now();
        let mut alert = Alert {
            id: AlertId(0),
            key: draft.key.clone(),
            group_key: draft.group_key.clone(),
            rule: draft.rule.clone(),
            kind: draft.kind,
            level: draft.level,
            severity,
            state: AlertState::New,
            verdict: None,
            first_at: draft.first_at,
            last_at: draft.last_at,
            created_at: now,
            sequences: draft.sequences,
            events: draft.events,
            asset_id,
            assigned_to: None,
            due_at: policy.due(severity, now),
            closed_at: None,
            story_id: story.unwrap_or(AlertId(0)),
            comments: 0,
            finding_id: None,
            look_back,
            seen,
        };
        alert.id = alerts::insert(change.tx(), &alert).await?;
        if alert.story_id.0 == 0 {
            alert.story_id = alert.id;
        }
        note(change, &alert, "created", None).await?;
        Ok(alert)
    }
}

/// Whether matches are part of an alert that is open.
fn goes_on(alert: &Alert, draft: &Draft, window: SignedDuration) -> bool {
    let window = draft::window_of(draft.kind, window);
    draft.first_at.duration_since(alert.last_at) <= window
        && alert.first_at.duration_since(draft.last_at) <= window
}

async fn grow(change: &Change<'_>, alert: &mut Alert, draft: &Draft) -> Result<(), AppError> {
    let before = alert.events;
    alert.first_at = alert.first_at.min(draft.first_at);
    alert.last_at = alert.last_at.max(draft.last_at);
    alert.sequences.0 = alert.sequences.0.min(draft.sequences.0);
    alert.sequences.1 = alert.sequences.1.max(draft.sequences.1);
    alert.events += draft.events;
    let new = draft::join_seen(&mut alert.seen, &draft.seen);
    alerts::save(change.tx(), alert).await?;
    alerts::insert_entities(change.tx(), alert.id, &new).await?;
    // Said when it is ten times what it was: people want to know, and not a thousand times.
    if before.max(1).ilog10() < alert.events.max(1).ilog10() {
        note(change, alert, "grown", Some(alert.events.to_string())).await?;
    }
    Ok(())
}

async fn note(
    change: &Change<'_>,
    alert: &Alert,
    kind: &str,
    text: Option<String>,
) -> Result<(), AppError> {
    let note = AlertNote {
        alert_id: alert.id,
        at: change.now(),
        by: None,
        kind: kind.to_owned(),
        text,
    };
    Ok(alerts::add_note(change.tx(), &note).await?)
}

fn note_made(change: &mut Change<'_>, made: &[AlertId]) {
    if made.is_empty() {
        return;
    }
    let named = made.iter().take(MOST_NAMED);
    let subjects = named.map(|id| Subject::new("alert", id)).collect();
    change.note_all("alert.raise", subjects, json!({"alerts": made.len()}));
}

/// How far it is, to be kept.
pub(crate) fn progress_of(
    cursor: u64,
    correlations: Vec<u8>,
    events: u64,
    saved_at: Timestamp,
) -> Progress {
    Progress {
        cursor,
        correlations,
        events,
        saved_at,
    }
}
