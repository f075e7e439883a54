//! Alerts, whom and what they are about, and what happened to them.

mod entity;
mod list;
mod notes;
mod sums;

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
};
use serde::{Deserialize, Serialize};
use xinglin_core::{AccountId, AlertId, AssetId, FindingId, Text};
use xinglin_workflow::{AlertKind, AlertSeverity, AlertState, AlertVerdict};

pub use list::{AlertColumn, AlertFilter, page};
pub use notes::{AlertNote, add_note, notes};
pub use sums::{AlertSums, Moment, RuleVerdicts, moments, rule_verdicts, story_sizes, sums};

use crate::{
    Read, StoreError, Tx,
    row::{self, KEYS_PER_READ, ROWS_PER_INSERT},
};

/// An alert.
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Row id.
    pub id: AlertId,
    /// What it was made from: a rule and an event. No other alert has it.
    pub key: String,
    /// What later matches must share to become part of it.
    pub group_key: String,
    /// The rule, by its key.
    pub rule: String,
    /// What made it.
    pub kind: AlertKind,
    /// How grave the rule says it is.
    pub level: AlertSeverity,
    /// How grave it is here.
    pub severity: AlertSeverity,
    /// Where it stands.
    pub state: AlertState,
    /// What a person said it was.
    pub verdict: Option<AlertVerdict>,
    /// When the first of its events happened.
    pub first_at: Timestamp,
    /// When the last of them happened.
    pub last_at: Timestamp,
    /// When it was made.
    pub created_at: Timestamp,
    /// The numbers of the first and the last of its events.
    pub sequences: (u64, u64),
    /// How many events it has.
    pub events: u64,
    /// The asset it is on.
    pub asset_id: Option<AssetId>,
    /// Who is to look into it.
    pub assigned_to: Option<AccountId>,
    /// When it must be closed.
    pub due_at: Option<Timestamp>,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// The first alert of its story; itself where it is that.
    pub story_id: AlertId,
    /// How many comments it has.
    pub comments: u64,
    /// The finding that was raised from it.
    pub finding_id: Option<FindingId>,
    /// Whether it was found by looking back.
    pub look_back: bool,
    /// What was seen.
    pub seen: Seen,
}

/// What was seen of an alert: shown, never searched.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Seen {
    /// What the rule finds.
    pub title: Text,
    /// Why its severity is not that of the rule.
    pub reasons: Vec<Text>,
    /// Whom and what it is about.
    pub entities: Vec<Entity>,
    /// Sources of its events.
    pub sources: Vec<String>,
    /// Techniques of ATT&CK.
    pub attack: Vec<String>,
    /// Tactics of ATT&CK.
    pub tactics: Vec<String>,
    /// The numbers of its first events …
    pub first: Vec<u64>,
    /// … and of its last ones.
    pub last: Vec<u64>,
    /// The fields by which a correlation groups, and their values.
    pub group: Vec<(String, Option<String>)>,
    /// Why, in words, where a baseline made it.
    #[serde(default)]
    pub why: Option<Text>,
    /// What a baseline learned, as it tells it.
    #[serde(default)]
    pub learned: Option<serde_json::Value>,
}

/// Somebody or something an alert is about.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Entity {
    /// `host`, `user`, `address`, `program`, `domain` or `hash`.
    pub kind: String,
    /// Its name.
    pub value: String,
}

/// One alert, `None` where it does not exist.
pub async fn find(db: &impl Read, id: AlertId) -> Result<Option<Alert>, StoreError> {
    let model = entity::alert::Entity::find_by_id(id.0).one(db).await?;
    model.map(alert).transpose()
}

/// Those of these alerts that exist, in order of number.
pub async fn find_many(db: &impl Read, ids: &[AlertId]) -> Result<Vec<Alert>, StoreError> {
    let mut found = Vec::new();
    for ids in ids.chunks(KEYS_PER_READ) {
        let models = entity::alert::Entity::find()
            .filter(entity::alert::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .order_by_asc(entity::alert::Column::Id)
            .all(db)
            .await?;
        for model in models {
            found.push(alert(model)?);
        }
    }
    Ok(found)
}

/// Alerts that are not closed, by these groups: the newest of each.
pub async fn open_of_groups(
    db: &impl Read,
    groups: &BTreeSet<&str>,
) -> Result<BTreeMap<String, Alert>, StoreError> {
    use entity::alert::Column;
    let groups: Vec<&str> = groups.iter().copied().collect();
    let mut found = BTreeMap::new();
    for groups in groups.chunks(KEYS_PER_READ) {
        let models = entity::alert::Entity::find()
            .filter(Column::GroupKey.is_in(groups.iter().copied()))
            .filter(Column::State.ne(AlertState::Closed.word()))
            .order_by_asc(Column::Id)
            .all(db)
            .await?;
        for model in models {
            let alert = alert(model)?;
            found.insert(alert.group_key.clone(), alert);
        }
    }
    Ok(found)
}

/// The story that an alert about one of these entities belongs to: the oldest whose alerts
/// went on after `since`.
pub async fn story_of(
    db: &impl Read,
    entities: &[Entity],
    since: Timestamp,
) -> Result<Option<AlertId>, StoreError> {
    use entity::{about, alert};
    if entities.is_empty() {
        return Ok(None);
    }
    let mut any = Condition::any();
    for one in entities {
        let same = Condition::all()
            .add(about::Column::Value.eq(one.value.as_str()))
            .add(about::Column::Kind.eq(one.kind.as_str()));
        any = any.add(same);
    }
    let about = about::Entity::find()
        .select_only()
        .column(about::Column::AlertId)
        .filter(any)
        .into_query();
    let story: Option<i64> = alert::Entity::find()
        .select_only()
        .column(alert::Column::StoryId)
        .filter(alert::Column::Id.in_subquery(about))
        .filter(alert::Column::LastAt.gte(since.as_millisecond()))
        .order_by_asc(alert::Column::StoryId)
        .limit(1)
        .into_tuple()
        .one(db)
        .await?;
    Ok(story.map(AlertId))
}

/// How many alerts of a rule were made since then.
pub async fn made_since(db: &impl Read, rule: &str, since: Timestamp) -> Result<u64, StoreError> {
    use entity::alert::Column;
    let made = entity::alert::Entity::find()
        .filter(Column::Rule.eq(rule))
        .filter(Column::CreatedAt.gte(since.as_millisecond()));
    Ok(made.count(db).await?)
}

/// Whether an alert of this rule and group has events of these numbers already.
pub async fn overlaps(
    db: &impl Read,
    group_key: &str,
    sequences: (u64, u64),
) -> Result<bool, StoreError> {
    use entity::alert::Column;
    let having = entity::alert::Entity::find()
        .filter(Column::GroupKey.eq(group_key))
        .filter(Column::FirstSequence.lte(sequences.1.cast_signed()))
        .filter(Column::LastSequence.gte(sequences.0.cast_signed()));
    Ok(having.count(db).await? > 0)
}

/// Whether there is an alert of this key.
pub async fn has_key(db: &impl Read, key: &str) -> Result<bool, StoreError> {
    let having = entity::alert::Entity::find().filter(entity::alert::Column::Key.eq(key));
    Ok(having.count(db).await? > 0)
}

/// Inserts an alert with its entities; `id` is ignored, the new one returned. A story of its
/// own begins where `story_id` is 0.
///
/// # Errors
/// [`StoreError::Duplicate`] when there is one of this key.
pub async fn insert(tx: &Tx<'_>, alert: &Alert) -> Result<AlertId, StoreError> {
    let mut row = active(alert)?;
    row.id = NotSet;
    let inserted = row.insert(tx.conn()).await?;
    let id = AlertId(inserted.id);
    if alert.story_id.0 == 0 {
        entity::alert::Entity::update_many()
            .col_expr(entity::alert::Column::StoryId, Expr::value(id.0))
            .filter(entity::alert::Column::Id.eq(id.0))
            .exec(tx.conn())
            .await?;
    }
    insert_entities(tx, id, &alert.seen.entities).await?;
    Ok(id)
}

/// Adds entities to an alert.
pub async fn insert_entities(
    tx: &Tx<'_>,
    id: AlertId,
    entities: &[Entity],
) -> Result<(), StoreError> {
    for entities in entities.chunks(ROWS_PER_INSERT) {
        let rows = entities.iter().map(|one| entity::about::ActiveModel {
            id: NotSet,
            alert_id: Set(id.0),
            kind: Set(one.kind.clone()),
            value: Set(one.value.clone()),
        });
        entity::about::Entity::insert_many(rows)
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// Writes an alert back, without its entities.
pub async fn save(tx: &Tx<'_>, alert: &Alert) -> Result<(), StoreError> {
    active(alert)?.update(tx.conn()).await?;
    Ok(())
}

fn active(alert: &Alert) -> Result<entity::alert::ActiveModel, StoreError> {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let place = AlertSeverity::ALL
        .iter()
        .position(|one| *one == alert.severity);
    let rank = place.and_then(|place| i64::try_from(place).ok());
    Ok(entity::alert::ActiveModel {
        id: Set(alert.id.0),
        key: Set(alert.key.clone()),
        group_key: Set(alert.group_key.clone()),
        rule: Set(alert.rule.clone()),
        kind: Set(alert.kind.word().to_owned()),
        level: Set(alert.level.word().to_owned()),
        severity: Set(alert.severity.word().to_owned()),
        rank: Set(rank.unwrap_or_default()),
        state: Set(alert.state.word().to_owned()),
        verdict: Set(alert.verdict.map(|verdict| verdict.word().to_owned())),
        first_at: Set(alert.first_at.as_millisecond()),
        last_at: Set(alert.last_at.as_millisecond()),
        created_at: Set(alert.created_at.as_millisecond()),
        first_sequence: Set(alert.sequences.0.cast_signed()),
        last_sequence: Set(alert.sequences.1.cast_signed()),
        events: Set(count(alert.events)),
        asset_id: Set(alert.asset_id.map(|id| id.0)),
        assigned_to: Set(alert.assigned_to.map(|id| id.0)),
        due_at: Set(alert.due_at.map(Timestamp::as_millisecond)),
        closed_at: Set(alert.closed_at.map(Timestamp::as_millisecond)),
        story_id: Set(alert.story_id.0),
        comments: Set(count(alert.comments)),
        finding_id: Set(alert.finding_id.map(|id| id.0)),
        look_back: Set(alert.look_back),
        words: Set(words_of(alert)),
        seen: Set(row::to_json("alerts.seen", &alert.seen)?),
    })
}

/// What people search for.
fn words_of(alert: &Alert) -> String {
    let title = &alert.seen.title;
    let mut words = vec![title.zh.as_str(), title.en.as_str(), alert.rule.as_str()];
    words.extend(alert.seen.entities.iter().map(|one| one.value.as_str()));
    words.join("\n").to_lowercase()
}

fn alert(model: entity::alert::Model) -> Result<Alert, StoreError> {
    let verdict = model.verdict.as_deref();
    let verdict = verdict.map(|word| row::listed("alerts.verdict", word, AlertVerdict::from_word));
    let count = |number: i64| u64::try_from(number).unwrap_or_default();
    Ok(Alert {
        id: AlertId(model.id),
        key: model.key,
        group_key: model.group_key,
        rule: model.rule,
        kind: row::listed("alerts.kind", &model.kind, AlertKind::from_word)?,
        level: row::listed("alerts.level", &model.level, AlertSeverity::from_word)?,
        severity: row::listed("alerts.severity", &model.severity, AlertSeverity::from_word)?,
        state: row::listed("alerts.state", &model.state, AlertState::from_word)?,
        verdict: verdict.transpose()?,
        first_at: row::instant("alerts.first_at", model.first_at)?,
        last_at: row::instant("alerts.last_at", model.last_at)?,
        created_at: row::instant("alerts.created_at", model.created_at)?,
        sequences: (
            model.first_sequence.cast_unsigned(),
            model.last_sequence.cast_unsigned(),
        ),
        events: count(model.events),
        asset_id: model.asset_id.map(AssetId),
        assigned_to: model.assigned_to.map(AccountId),
        due_at: row::instant_opt("alerts.due_at", model.due_at)?,
        closed_at: row::instant_opt("alerts.closed_at", model.closed_at)?,
        story_id: AlertId(model.story_id),
        comments: count(model.comments),
        finding_id: model.finding_id.map(FindingId),
        look_back: model.look_back,
        seen: row::json("alerts.seen", &model.seen)?,
    })
}
