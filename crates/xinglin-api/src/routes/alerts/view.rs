//! Alerts as they are sent.

use std::collections::BTreeMap;

use serde::Serialize;
use utoipa::ToSchema;
use xinglin_app::alerts::{AlertAction, AlertDetail as Detail, AlertRow, AlertVerdict};

use super::learned::{AlertLearned, learned_view};
use crate::{
    routes::detection::{ShownEvent, shown_view},
    time::instant,
    views::{self, Text},
};

/// How many alerts were seen last within a stretch of time.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertBucket {
    pub(super) at: String,
    pub(super) critical: u64,
    pub(super) high: u64,
    pub(super) medium: u64,
    pub(super) low: u64,
    pub(super) informational: u64,
}

/// How alerts are spread over time.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertHistogram {
    /// How long a stretch is.
    pub(super) seconds: i64,
    pub(super) buckets: Vec<AlertBucket>,
}

/// Somebody or something an alert is about.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertEntity {
    #[schema(value_type = views::EntityKind)]
    pub(super) kind: String,
    pub(super) value: String,
}

/// The asset an alert is on.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertAsset {
    pub(super) id: i64,
    pub(super) name: String,
    /// The level of the gravest system it is of.
    pub(super) system_level: Option<u8>,
}

/// Who is to look into an alert.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertPerson {
    pub(super) id: i64,
    pub(super) name: String,
}

/// Alerts that belong together.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertStory {
    /// The first of them.
    pub(super) id: i64,
    /// How many they are.
    pub(super) alerts: u64,
}

/// An alert.
#[derive(Serialize, ToSchema)]
pub(crate) struct Alert {
    pub(super) id: i64,
    pub(super) rule: String,
    pub(super) title: Text,
    #[schema(value_type = views::AlertKind)]
    pub(super) kind: &'static str,
    /// How grave the rule says it is.
    #[schema(value_type = views::AlertSeverity)]
    pub(super) level: &'static str,
    /// How grave it is here.
    #[schema(value_type = views::AlertSeverity)]
    pub(super) severity: &'static str,
    pub(super) severity_reasons: Vec<Text>,
    #[schema(value_type = views::AlertState)]
    pub(super) state: &'static str,
    #[schema(value_type = Option<views::AlertVerdict>)]
    pub(super) verdict: Option<&'static str>,
    pub(super) first_at: String,
    pub(super) last_at: String,
    pub(super) created_at: String,
    pub(super) closed_at: Option<String>,
    pub(super) events: u64,
    pub(super) entities: Vec<AlertEntity>,
    pub(super) asset: Option<AlertAsset>,
    pub(super) sources: Vec<String>,
    pub(super) attack: Vec<String>,
    pub(super) tactics: Vec<String>,
    pub(super) assigned_to: Option<AlertPerson>,
    pub(super) due_at: Option<String>,
    pub(super) is_overdue: bool,
    pub(super) story: AlertStory,
    pub(super) comments: u64,
    pub(super) finding_id: Option<i64>,
    /// Whether it was found by looking back.
    pub(super) look_back: bool,
    #[schema(value_type = Vec<views::AlertAction>)]
    pub(super) allowed_actions: Vec<&'static str>,
}

/// One page of alerts.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertList {
    pub(super) items: Vec<Alert>,
    pub(super) total: u64,
    /// By state, whatever states were asked for.
    pub(super) by_state: BTreeMap<String, u64>,
    /// By severity, whatever severities were asked for.
    pub(super) by_severity: BTreeMap<String, u64>,
    pub(super) overdue: u64,
}

/// Something that happened to an alert.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertMoment {
    pub(super) at: String,
    /// Who did it; null where nobody did.
    pub(super) by: Option<String>,
    #[schema(value_type = views::AlertMomentKind)]
    pub(super) kind: String,
    pub(super) text: Option<String>,
}

/// An alert with its events and what happened to it.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertDetail {
    #[serde(flatten)]
    pub(super) alert: Alert,
    pub(super) description: Text,
    /// The first and the last of its events, at most 50; those that logs no longer have are
    /// left out.
    pub(super) events_kept: Vec<ShownEvent>,
    pub(super) false_positive_notes: Vec<Text>,
    pub(super) references: Vec<String>,
    pub(super) requirements: Vec<String>,
    pub(super) playbook: Option<String>,
    pub(super) condition: String,
    /// What a baseline learned; null for alerts of others.
    pub(super) learned: Option<AlertLearned>,
    pub(super) timeline: Vec<AlertMoment>,
    /// Others of the same story.
    pub(super) related: Vec<Alert>,
    /// The exception that keeps such matches quiet by now.
    pub(super) suppressed_by: Option<i64>,
}

pub(super) fn view(row: AlertRow) -> Alert {
    let alert = row.alert;
    let seen = alert.seen;
    Alert {
        id: alert.id.0,
        rule: alert.rule,
        title: seen.title.into(),
        kind: alert.kind.word(),
        level: alert.level.word(),
        severity: alert.severity.word(),
        severity_reasons: seen.reasons.into_iter().map(Into::into).collect(),
        state: alert.state.word(),
        verdict: alert.verdict.map(AlertVerdict::word),
        first_at: instant(alert.first_at),
        last_at: instant(alert.last_at),
        created_at: instant(alert.created_at),
        closed_at: alert.closed_at.map(instant),
        events: alert.events,
        entities: seen
            .entities
            .into_iter()
            .map(|one| AlertEntity {
                kind: one.kind,
                value: one.value,
            })
            .collect(),
        asset: row.asset.map(|(id, name, system_level)| AlertAsset {
            id: id.0,
            name,
            system_level,
        }),
        sources: seen.sources,
        attack: seen.attack,
        tactics: seen.tactics,
        assigned_to: row
            .assigned_to
            .map(|(id, name)| AlertPerson { id: id.0, name }),
        due_at: alert.due_at.map(instant),
        is_overdue: row.is_overdue,
        story: AlertStory {
            id: alert.story_id.0,
            alerts: row.story_alerts,
        },
        comments: alert.comments,
        finding_id: alert.finding_id.map(|id| id.0),
        look_back: alert.look_back,
        allowed_actions: row
            .allowed_actions
            .into_iter()
            .map(AlertAction::word)
            .collect(),
    }
}

pub(super) fn detail_view(detail: Detail) -> AlertDetail {
    let rule = detail.rule;
    let listed = |texts: Vec<xinglin_app::core::Text>| texts.into_iter().map(Into::into).collect();
    let timeline = detail.timeline.into_iter().map(|moment| AlertMoment {
        at: instant(moment.note.at),
        by: moment.by,
        kind: moment.note.kind,
        text: moment.note.text,
    });
    let why = detail.row.alert.seen.why.clone().unwrap_or_default();
    AlertDetail {
        learned: detail.learned.map(|learned| learned_view(learned, why)),
        suppressed_by: detail.suppressed_by.map(|id| id.0),
        alert: view(detail.row),
        events_kept: detail.events.into_iter().map(shown_view).collect(),
        timeline: timeline.collect(),
        related: detail.related.into_iter().map(view).collect(),
        description: rule
            .as_ref()
            .map(|rule| rule.description.clone())
            .unwrap_or_default()
            .into(),
        condition: rule
            .as_ref()
            .map(|rule| rule.condition.clone())
            .unwrap_or_default(),
        references: rule
            .as_ref()
            .map(|rule| rule.references.clone())
            .unwrap_or_default(),
        requirements: rule
            .as_ref()
            .map(|rule| rule.requirements.clone())
            .unwrap_or_default(),
        playbook: rule.as_ref().and_then(|rule| rule.playbook.clone()),
        false_positive_notes: listed(rule.map(|rule| rule.false_positives).unwrap_or_default()),
    }
}
