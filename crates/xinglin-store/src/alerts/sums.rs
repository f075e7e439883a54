//! Counts over alerts.

use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use sea_orm::{QuerySelect, entity::prelude::*, sea_query::ExprTrait as _};
use xinglin_core::AlertId;
use xinglin_workflow::{AlertState, AlertVerdict};

use super::{
    entity::alert,
    list::{AlertFilter, condition},
};
use crate::{Read, StoreError, row::KEYS_PER_READ};

/// Alerts by where they stand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AlertSums {
    /// By the word of their state.
    pub by_state: BTreeMap<String, u64>,
    /// By the word of their severity.
    pub by_severity: BTreeMap<String, u64>,
    /// Those that are not closed and should be by now.
    pub overdue: u64,
}

/// What people said of the alerts of a rule.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RuleVerdicts {
    /// Not closed.
    pub open: u64,
    /// Closed as attacks or as benign: the rule was right.
    pub true_positives: u64,
    /// Closed as false positives.
    pub false_positives: u64,
}

fn count(number: i64) -> u64 {
    u64::try_from(number).unwrap_or_default()
}

/// Counts the alerts that pass a filter: by state whatever states it names, by severity
/// whatever severities.
pub async fn sums(
    db: &impl Read,
    filter: &AlertFilter,
    now: Timestamp,
) -> Result<AlertSums, StoreError> {
    let by_state = AlertFilter {
        states: Vec::new(),
        ..filter.clone()
    };
    let by_severity = AlertFilter {
        severities: Vec::new(),
        ..filter.clone()
    };
    let overdue = AlertFilter {
        overdue_at: Some(now),
        ..filter.clone()
    };
    let overdue = alert::Entity::find().filter(condition(&overdue));
    Ok(AlertSums {
        by_state: by(db, &by_state, alert::Column::State).await?,
        by_severity: by(db, &by_severity, alert::Column::Severity).await?,
        overdue: overdue.count(db).await?,
    })
}

async fn by(
    db: &impl Read,
    filter: &AlertFilter,
    column: alert::Column,
) -> Result<BTreeMap<String, u64>, StoreError> {
    let rows: Vec<(String, i64)> = alert::Entity::find()
        .filter(condition(filter))
        .select_only()
        .column(column)
        .column_as(alert::Column::Id.count(), "count")
        .group_by(column)
        .into_tuple()
        .all(db)
        .await?;
    let rows = rows.into_iter();
    Ok(rows.map(|(word, number)| (word, count(number))).collect())
}

/// How many alerts of a severity were seen last within a stretch of time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The number of the stretch, from 0.
    pub place: i64,
    /// The word of the severity.
    pub severity: String,
    /// How many.
    pub alerts: u64,
}

/// How the alerts that pass are spread over stretches of so many milliseconds from `first` on.
pub async fn moments(
    db: &impl Read,
    filter: &AlertFilter,
    first: Timestamp,
    milliseconds: i64,
) -> Result<Vec<Moment>, StoreError> {
    use alert::Column;
    let place = Expr::col(Column::LastAt)
        .sub(first.as_millisecond())
        .div(Ord::max(milliseconds, 1));
    let rows: Vec<(i64, String, i64)> = alert::Entity::find()
        .filter(condition(filter))
        .filter(Column::LastAt.gte(first.as_millisecond()))
        .select_only()
        .column_as(place, "place")
        .column(Column::Severity)
        .column_as(Column::Id.count(), "count")
        .group_by(Expr::col("place"))
        .group_by(Column::Severity)
        .into_tuple()
        .all(db)
        .await?;
    let moment = |(place, severity, number)| Moment {
        place,
        severity,
        alerts: count(number),
    };
    Ok(rows.into_iter().map(moment).collect())
}

/// How many alerts these stories have.
pub async fn story_sizes(
    db: &impl Read,
    stories: &[AlertId],
) -> Result<HashMap<AlertId, u64>, StoreError> {
    use alert::Column;
    let mut sizes = HashMap::new();
    for stories in stories.chunks(KEYS_PER_READ) {
        let rows: Vec<(i64, i64)> = alert::Entity::find()
            .select_only()
            .column(Column::StoryId)
            .column_as(Column::Id.count(), "count")
            .filter(Column::StoryId.is_in(stories.iter().map(|id| id.0)))
            .group_by(Column::StoryId)
            .into_tuple()
            .all(db)
            .await?;
        let rows = rows.into_iter();
        sizes.extend(rows.map(|(id, number)| (AlertId(id), count(number))));
    }
    Ok(sizes)
}

/// What people said, by rule.
pub async fn rule_verdicts(db: &impl Read) -> Result<HashMap<String, RuleVerdicts>, StoreError> {
    use alert::Column;
    let rows: Vec<(String, String, Option<String>, i64)> = alert::Entity::find()
        .select_only()
        .column(Column::Rule)
        .column(Column::State)
        .column(Column::Verdict)
        .column_as(Column::Id.count(), "count")
        .group_by(Column::Rule)
        .group_by(Column::State)
        .group_by(Column::Verdict)
        .into_tuple()
        .all(db)
        .await?;
    let mut all: HashMap<String, RuleVerdicts> = HashMap::new();
    for (rule, state, verdict, number) in rows {
        let of_rule = all.entry(rule).or_default();
        let sum = match verdict.as_deref().and_then(AlertVerdict::from_word) {
            _ if state != AlertState::Closed.word() => &mut of_rule.open,
            Some(AlertVerdict::FalsePositive) => &mut of_rule.false_positives,
            Some(AlertVerdict::TruePositive | AlertVerdict::Benign) => &mut of_rule.true_positives,
            None => continue,
        };
        *sum += count(number);
    }
    Ok(all)
}
