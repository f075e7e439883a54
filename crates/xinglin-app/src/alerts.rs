//! Alerts (告警): what rules, correlations and indicators found, and what people say of it.

mod finding;
mod triage;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp};
use xinglin_core::{AccountId, AlertId, AssetId, DetectionExceptionId};
pub use xinglin_store::{
    Sort,
    alerts::{Alert, AlertColumn, AlertFilter, AlertSums, Entity},
};
use xinglin_store::{
    accounts,
    alerts::{self, AlertNote},
    detection::{self, DetectionException},
};
pub use xinglin_workflow::{AlertAction, AlertKind, AlertSeverity, AlertState, AlertVerdict};

pub use triage::{Triage, Triaged};

use crate::{
    Actor, App, AppError, Code, Permission,
    detection::{KnownRule, Learned, ShownEvent, all_fit, kept_numbers},
};

const MOST_BUCKETS: i64 = 400;
/// So many alerts of the same story are shown with one.
const MOST_RELATED: u64 = 50;

/// An alert as it is shown.
#[derive(Debug, Clone)]
pub struct AlertRow {
    /// The alert.
    pub alert: Alert,
    /// Its asset's name, and the level of the gravest system it is of.
    pub asset: Option<(AssetId, String, Option<u8>)>,
    /// Who is to look into it.
    pub assigned_to: Option<(AccountId, String)>,
    /// Whether it should be closed by now.
    pub is_overdue: bool,
    /// How many alerts its story has.
    pub story_alerts: u64,
    /// What the caller may do with it.
    pub allowed_actions: Vec<AlertAction>,
}

/// Something that happened to an alert.
#[derive(Debug, Clone)]
pub struct AlertMoment {
    /// What happened.
    pub note: AlertNote,
    /// The name of who did it.
    pub by: Option<String>,
}

/// An alert with all there is to it.
#[derive(Debug, Clone)]
pub struct AlertDetail {
    /// The alert.
    pub row: AlertRow,
    /// The rule as it is now; `None` where it is no more.
    pub rule: Option<KnownRule>,
    /// Its first and last events; those that are no longer kept are left out.
    pub events: Vec<ShownEvent>,
    /// What happened to it, oldest first.
    pub timeline: Vec<AlertMoment>,
    /// Others of its story.
    pub related: Vec<AlertRow>,
    /// The exception that keeps such matches quiet by now.
    pub suppressed_by: Option<DetectionExceptionId>,
    /// What a baseline learned; `None` for alerts of others.
    pub learned: Option<Learned>,
}

/// How alerts are spread over time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertHistogram {
    /// How long a stretch is.
    pub seconds: i64,
    /// Stretches with their alerts by severity.
    pub buckets: Vec<(Timestamp, BTreeMap<String, u64>)>,
}

impl App {
    /// One page of alerts, how many match, and how many there are in each state.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_alerts(
        &self,
        actor: &Actor,
        filter: &AlertFilter,
    ) -> Result<(Vec<AlertRow>, u64, AlertSums), AppError> {
        actor.require_sight(Permission::AlertsRead)?;
        let db = self.store().db();
        let (found, total) = alerts::page(db, filter).await?;
        let sums = alerts::sums(db, filter, self.now()).await?;
        Ok((self.alert_rows(actor, found).await?, total, sums))
    }

    /// How alerts are spread over time, by when they were seen last. Without a beginning it
    /// begins thirty days ago, without an end it ends now.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission, [`Code::InvalidInput`].
    pub async fn alert_histogram(
        &self,
        actor: &Actor,
        filter: &AlertFilter,
        buckets: i64,
    ) -> Result<AlertHistogram, AppError> {
        actor.require_sight(Permission::AlertsRead)?;
        let to = filter.to.unwrap_or(self.now());
        let from = filter
            .from
            .unwrap_or(to - SignedDuration::from_hours(30 * 24));
        if from >= to {
            let found = from.to_string();
            return Err(AppError::new(Code::InvalidInput).field("from", found, "before `to`"));
        }
        let buckets = buckets.clamp(1, MOST_BUCKETS);
        let seconds = (to.as_second() - from.as_second()).div_euclid(buckets) + 1;
        let db = self.store().db();
        let found = alerts::moments(db, filter, from, seconds * 1_000).await?;
        let mut spread: Vec<(Timestamp, BTreeMap<String, u64>)> = (0..buckets)
            .map(|place| {
                (
                    from + SignedDuration::from_secs(place * seconds),
                    BTreeMap::new(),
                )
            })
            .collect();
        for one in found {
            let place = usize::try_from(one.place).ok();
            if let Some((_, by)) = place.and_then(|place| spread.get_mut(place)) {
                *by.entry(one.severity).or_default() += one.alerts;
            }
        }
        Ok(AlertHistogram {
            seconds,
            buckets: spread,
        })
    }

    /// Whom alerts may be given to, by name.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn alert_assignees(
        &self,
        actor: &Actor,
    ) -> Result<Vec<(AccountId, String)>, AppError> {
        actor.require_sight(Permission::AlertsRead)?;
        let accounts = accounts::list(self.store().db()).await?.into_iter();
        let may = |account: &accounts::Account| {
            let mut roles = account.roles.iter();
            roles.any(|role| Permission::AlertsTriage.is_of(*role))
        };
        let found = accounts.filter(may);
        let mut found: Vec<_> = found.map(|one| (one.id, one.display_name)).collect();
        found.sort_by(|one, other| one.1.cmp(&other.1));
        Ok(found)
    }

    /// One alert with its events and what happened to it.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn get_alert(&self, actor: &Actor, id: AlertId) -> Result<AlertDetail, AppError> {
        actor.require_sight(Permission::AlertsRead)?;
        let db = self.store().db();
        let found = alerts::find(db, id).await?;
        let alert = found.ok_or(AppError::new(Code::NotFound))?;
        let numbers = kept_numbers(&alert.seen);
        let mut events = match self.shown_events(&alert.rule, numbers).await {
            Ok(events) => events,
            // Without the logs an alert still says what it knows by itself.
            Err(error) if error.code() == Code::Unavailable => Vec::new(),
            Err(error) => return Err(error),
        };
        mark_indicator(&alert, &mut events);
        let story = AlertFilter {
            story_id: Some(alert.story_id),
            limit: MOST_RELATED + 1,
            ..AlertFilter::default()
        };
        let (mut related, _) = alerts::page(db, &story).await?;
        related.retain(|other| other.id != id);
        let book = self.rule_book().await?;
        let rule = book
            .get(&alert.rule)
            .or_else(|| crate::detection::indicator_rule(&alert.rule));
        let rule = rule.cloned();
        let people = self.actor_names().await?;
        let notes = alerts::notes(db, id).await?.into_iter();
        let timeline = notes.map(|note| AlertMoment {
            by: note
                .by
                .as_ref()
                .map(|who| people.get(who).unwrap_or(who).clone()),
            note,
        });
        let timeline = timeline.collect();
        let related = self.alert_rows(actor, related).await?;
        let mut suppressed_by = None;
        for exception in detection::counting(db).await? {
            let is_it = exception.rule == alert.rule
                && all_fit(&events, &alert.seen.group, &exception, &self.pipelines());
            suppressed_by = suppressed_by.or(is_it.then_some(exception.id));
        }
        let learned = alert.seen.learned.clone();
        let learned = learned.and_then(|learned| serde_json::from_value(learned).ok());
        let row = self.alert_row(actor, alert).await?;
        Ok(AlertDetail {
            row,
            rule,
            events,
            timeline,
            related,
            suppressed_by,
            learned,
        })
    }

    pub(super) async fn alert_row(
        &self,
        actor: &Actor,
        alert: Alert,
    ) -> Result<AlertRow, AppError> {
        let rows = self.alert_rows(actor, vec![alert]).await?;
        let row = rows.into_iter().next();
        row.ok_or(AppError::internal("an alert without its row"))
    }

    async fn alert_rows(
        &self,
        actor: &Actor,
        found: Vec<Alert>,
    ) -> Result<Vec<AlertRow>, AppError> {
        let db = self.store().db();
        let now = self.now();
        let ids: BTreeSet<AssetId> = found.iter().filter_map(|one| one.asset_id).collect();
        let assets = self.levels_of_assets(&ids).await?;
        let stories: BTreeSet<AlertId> = found.iter().map(|one| one.story_id).collect();
        let stories: Vec<AlertId> = stories.into_iter().collect();
        let sizes = alerts::story_sizes(db, &stories).await?;
        let people: BTreeMap<AccountId, String> = accounts::list(db)
            .await?
            .into_iter()
            .map(|account| (account.id, account.display_name))
            .collect();
        let rows = found.into_iter().map(|alert| AlertRow {
            asset: alert.asset_id.and_then(|id| {
                let (name, level) = assets.get(&id)?;
                Some((id, name.clone(), *level))
            }),
            assigned_to: alert
                .assigned_to
                .map(|id| (id, people.get(&id).cloned().unwrap_or_default())),
            is_overdue: alert.state.is_open() && alert.due_at.is_some_and(|due| due < now),
            story_alerts: sizes.get(&alert.story_id).copied().unwrap_or(1),
            allowed_actions: allowed(actor, &alert),
            alert,
        });
        Ok(rows.collect())
    }

    /// Names of assets, and the level of the gravest system each is of.
    async fn levels_of_assets(
        &self,
        ids: &BTreeSet<AssetId>,
    ) -> Result<HashMap<AssetId, (String, Option<u8>)>, AppError> {
        let db = self.store().db();
        let found = xinglin_store::assets::levels(db, ids.iter().copied()).await?;
        let of = found.into_iter();
        Ok(of.map(|(id, name, level)| (id, (name, level))).collect())
    }

    /// Whether the kept events of an alert are all of those that an exception is about.
    pub(crate) async fn is_excepted(
        &self,
        alert: &Alert,
        exception: &DetectionException,
    ) -> Result<bool, AppError> {
        let numbers = kept_numbers(&alert.seen);
        let events = match self.shown_events(&alert.rule, numbers).await {
            Ok(events) => events,
            Err(error) if error.code() == Code::Unavailable => return Ok(false),
            Err(error) => return Err(error),
        };
        Ok(all_fit(
            &events,
            &alert.seen.group,
            exception,
            &self.pipelines(),
        ))
    }
}

/// Marks where in its events an indicator stands.
fn mark_indicator(alert: &Alert, events: &mut [ShownEvent]) {
    let Some((kind, Some(value))) = alert.seen.group.first() else {
        return;
    };
    if alert.kind != AlertKind::Indicator {
        return;
    }
    for event in events {
        for field in &event.stored.event.fields {
            let text = field.value.to_text();
            if text.to_lowercase().contains(value.as_str()) {
                event.matched.push(crate::detection::Matched {
                    selection: kind.clone(),
                    field: Some(field.name.as_str().to_owned()),
                    value: text.into_owned(),
                });
            }
        }
    }
}

/// What the caller may do with an alert.
fn allowed(actor: &Actor, alert: &Alert) -> Vec<AlertAction> {
    let may = |action: &AlertAction| match action {
        AlertAction::Except => {
            actor.may(Permission::DetectionManage) && alert.kind != AlertKind::Indicator
        }
        AlertAction::RaiseFinding => {
            actor.may(Permission::AlertsTriage) && alert.finding_id.is_none()
        }
        _ => actor.may(Permission::AlertsTriage),
    };
    alert.state.allowed_actions().filter(may).collect()
}
