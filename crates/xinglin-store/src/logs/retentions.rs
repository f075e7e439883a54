//! For how long logs are kept: what was decided, and by whom.

use jiff::{Timestamp, civil::Date};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder, QuerySelect,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::LogRetentionId;

use crate::{Read, StoreError, Tx, ended, ended::Ended, row};

/// Where a rule stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RetentionState {
    /// It waits for the auditor.
    Proposed,
    /// It counts.
    InForce,
    /// The auditor refused it.
    Refused,
    /// It counted, or waited, and does no more.
    Ended,
}

impl RetentionState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Proposed, Self::InForce, Self::Refused, Self::Ended];

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::InForce => "in_force",
            Self::Refused => "refused",
            Self::Ended => "ended",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// A decision of the auditor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Decision {
    /// Who decided, by ledger name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
}

/// For how long logs of a source are kept, or those of all others.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogRetention {
    /// Row id.
    pub id: LogRetentionId,
    /// The source as the lake calls it; `None` for all of which nothing else is said.
    pub source: Option<String>,
    /// Days.
    pub days: u32,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Option<Date>,
    /// Where it stands.
    pub state: RetentionState,
    /// Who asked for it, by ledger name.
    pub proposed_by: String,
    /// When.
    pub proposed_at: Timestamp,
    /// What the auditor said, where one was asked.
    pub decided: Option<Decision>,
    /// How it ended.
    pub ended: Option<Ended>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "log_retentions")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) source: Option<String>,
        pub(super) days: i64,
        #[sea_orm(column_type = "Text")]
        pub(super) reason: String,
        pub(super) until: Option<String>,
        pub(super) state: String,
        pub(super) proposed_by: String,
        pub(super) proposed_at: i64,
        pub(super) decided_by: Option<String>,
        pub(super) decided_at: Option<i64>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) decision: Option<String>,
        pub(super) ended_at: Option<i64>,
        pub(super) ended_by: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) ended_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Rules, the newest first, at most 1,000.
pub async fn list(db: &impl Read) -> Result<Vec<LogRetention>, StoreError> {
    let models = entity::Entity::find()
        .order_by_desc(entity::Column::Id)
        .limit(1_000)
        .all(db)
        .await?;
    models.into_iter().map(retention).collect()
}

/// Rules that count, and those that wait for the auditor, the oldest first.
pub async fn standing(db: &impl Read) -> Result<Vec<LogRetention>, StoreError> {
    let states = [RetentionState::Proposed, RetentionState::InForce];
    let models = entity::Entity::find()
        .filter(entity::Column::State.is_in(states.map(RetentionState::word)))
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    models.into_iter().map(retention).collect()
}

/// One rule, `None` where it does not exist.
pub async fn find(db: &impl Read, id: LogRetentionId) -> Result<Option<LogRetention>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(retention).transpose()
}

/// Inserts a rule; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, retention: &LogRetention) -> Result<LogRetentionId, StoreError> {
    let mut row = active(retention);
    row.id = NotSet;
    Ok(LogRetentionId(row.insert(tx.conn()).await?.id))
}

/// Writes a rule back.
pub async fn save(tx: &Tx<'_>, retention: &LogRetention) -> Result<(), StoreError> {
    active(retention).update(tx.conn()).await?;
    Ok(())
}

fn active(retention: &LogRetention) -> entity::ActiveModel {
    let (ended_at, ended_by, ended_reason) = ended::columns(retention.ended.as_ref());
    let decided = retention.decided.as_ref();
    entity::ActiveModel {
        id: Set(retention.id.0),
        source: Set(retention.source.clone()),
        days: Set(retention.days.into()),
        reason: Set(retention.reason.clone()),
        until: Set(retention.until.map(|date| date.to_string())),
        state: Set(retention.state.word().to_owned()),
        proposed_by: Set(retention.proposed_by.clone()),
        proposed_at: Set(retention.proposed_at.as_millisecond()),
        decided_by: Set(decided.map(|decided| decided.by.clone())),
        decided_at: Set(decided.map(|decided| decided.at.as_millisecond())),
        decision: Set(decided.map(|decided| decided.reason.clone())),
        ended_at: Set(ended_at),
        ended_by: Set(ended_by),
        ended_reason: Set(ended_reason),
    }
}

fn retention(model: entity::Model) -> Result<LogRetention, StoreError> {
    let ended = (model.ended_at, model.ended_by, model.ended_reason);
    let decided_at = row::instant_opt("log_retentions.decided_at", model.decided_at)?;
    let state = row::listed(
        "log_retentions.state",
        &model.state,
        RetentionState::from_word,
    )?;
    Ok(LogRetention {
        id: LogRetentionId(model.id),
        source: model.source,
        days: u32::try_from(model.days).map_err(|_| StoreError::Unreadable {
            column: "log_retentions.days",
            value: model.days.to_string(),
        })?,
        reason: model.reason,
        until: row::date_opt("log_retentions.until", model.until.as_deref())?,
        state,
        proposed_by: model.proposed_by,
        proposed_at: row::instant("log_retentions.proposed_at", model.proposed_at)?,
        decided: decided_at.map(|at| Decision {
            by: model.decided_by.unwrap_or_default(),
            at,
            reason: model.decision.unwrap_or_default(),
        }),
        ended: ended::read("log_retentions.ended_at", ended)?,
    })
}
