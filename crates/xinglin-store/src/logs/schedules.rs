//! Searches that run by themselves, and what their runs came to.

use std::collections::HashMap;

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, OnConflict},
};
use serde::Serialize;
use xinglin_core::{LogRunId, LogSearchId};

use super::searches::{LogSearch, find_searches};
use crate::{Read, StoreError, Tx, row};

/// So many runs of a search are kept that alarmed …
const ALARMS_KEPT: u64 = 200;
/// … and so many others.
const OTHERS_KEPT: u64 = 50;

/// When a search runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Rhythm {
    /// Every so many minutes.
    Every(u32),
    /// Every day at this time in China, as `HH:MM`.
    Daily(String),
}

/// What it alarms about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Condition {
    /// So many hits or more.
    AtLeast(u32),
    /// Fewer hits than that.
    FewerThan(u32),
}

impl Condition {
    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::AtLeast(_) => "at_least",
            Self::FewerThan(_) => "fewer_than",
        }
    }

    /// How many hits.
    pub fn count(self) -> u32 {
        match self {
            Self::AtLeast(count) | Self::FewerThan(count) => count,
        }
    }
}

/// What a run came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RunState {
    /// The condition does not hold.
    Quiet,
    /// It holds.
    Alarm,
    /// The search could not be finished.
    Failed,
}

impl RunState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Quiet, Self::Alarm, Self::Failed];

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Quiet => "quiet",
            Self::Alarm => "alarm",
            Self::Failed => "failed",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// When a search runs, and what its last run came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogSchedule {
    /// The search.
    pub search_id: LogSearchId,
    /// When it runs.
    pub rhythm: Rhythm,
    /// What it alarms about.
    pub condition: Condition,
    /// Whether an alarm is a finding; else its runs are kept alone.
    pub opens_finding: bool,
    /// Who decided, by ledger name.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it is due next.
    pub next_at: Timestamp,
    /// For when the last run was that could be finished.
    pub last_at: Option<Timestamp>,
    /// What that came to.
    pub last_state: Option<RunState>,
    /// What it found.
    pub last_hits: i64,
    /// Why runs since then could not be finished.
    pub problem: Option<String>,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogRun {
    /// Row id.
    pub id: LogRunId,
    /// The search.
    pub search_id: LogSearchId,
    /// When it was due: up to here it looked.
    pub due_at: Timestamp,
    /// When it ran.
    pub run_at: Timestamp,
    /// From here it looked.
    pub from_at: Timestamp,
    /// What it came to.
    pub state: RunState,
    /// What it found.
    pub hits: i64,
    /// The number of the last event there was when it ran.
    pub through: i64,
    /// How long it took.
    pub milliseconds: i64,
    /// Why it failed.
    pub problem: Option<String>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "log_schedules")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) search_id: i64,
        pub(super) every_minutes: Option<i64>,
        pub(super) daily_at: Option<String>,
        pub(super) condition: String,
        pub(super) count: i64,
        pub(super) created_by: String,
        pub(super) created_at: i64,
        pub(super) next_at: i64,
        pub(super) last_at: Option<i64>,
        pub(super) last_state: Option<String>,
        pub(super) last_hits: Option<i64>,
        pub(super) opens_finding: bool,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) problem: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod run_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "log_runs")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) search_id: i64,
        pub(super) due_at: i64,
        pub(super) run_at: i64,
        pub(super) from_at: i64,
        pub(super) state: String,
        pub(super) hits: i64,
        pub(super) milliseconds: i64,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) problem: Option<String>,
        pub(super) through: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// All schedules, those due first at the top.
pub async fn list(db: &impl Read) -> Result<Vec<LogSchedule>, StoreError> {
    let models = entity::Entity::find()
        .order_by_asc(entity::Column::NextAt)
        .all(db)
        .await?;
    models.into_iter().map(schedule).collect()
}

/// The searches that have one, by id.
pub async fn searches(db: &impl Read) -> Result<HashMap<LogSearchId, LogSearch>, StoreError> {
    let ids: Vec<i64> = entity::Entity::find()
        .select_only()
        .column(entity::Column::SearchId)
        .into_tuple()
        .all(db)
        .await?;
    let found = find_searches(db, ids).await?.into_iter();
    Ok(found.map(|search| (search.id, search)).collect())
}

/// The schedule of a search, `None` where it has none.
pub async fn find(db: &impl Read, id: LogSearchId) -> Result<Option<LogSchedule>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(schedule).transpose()
}

/// Writes the schedule of a search in place of a former one.
pub async fn put(tx: &Tx<'_>, one: &LogSchedule) -> Result<(), StoreError> {
    use entity::Column;
    let mut or_update = OnConflict::column(Column::SearchId);
    or_update.update_columns([
        Column::EveryMinutes,
        Column::DailyAt,
        Column::Condition,
        Column::Count,
        Column::CreatedBy,
        Column::CreatedAt,
        Column::NextAt,
        Column::LastAt,
        Column::LastState,
        Column::LastHits,
        Column::OpensFinding,
        Column::Problem,
    ]);
    entity::Entity::insert(active(one))
        .on_conflict(or_update)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Removes the schedule of a search.
pub async fn delete(tx: &Tx<'_>, id: LogSearchId) -> Result<(), StoreError> {
    entity::Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    Ok(())
}

/// The runs of a search that are kept, the newest first.
pub async fn runs(db: &impl Read, id: LogSearchId) -> Result<Vec<LogRun>, StoreError> {
    let models = run_entity::Entity::find()
        .filter(run_entity::Column::SearchId.eq(id.0))
        .order_by_desc(run_entity::Column::Id)
        .all(db)
        .await?;
    models.into_iter().map(run).collect()
}

/// One run, `None` where it does not exist.
pub async fn find_run(db: &impl Read, id: LogRunId) -> Result<Option<LogRun>, StoreError> {
    let model = run_entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(run).transpose()
}

/// Adds a run, whose `id` is ignored, and lets the oldest of its kind go.
pub async fn add_run(tx: &Tx<'_>, one: &LogRun) -> Result<(), StoreError> {
    let row = run_entity::ActiveModel {
        id: NotSet,
        search_id: Set(one.search_id.0),
        due_at: Set(one.due_at.as_millisecond()),
        run_at: Set(one.run_at.as_millisecond()),
        from_at: Set(one.from_at.as_millisecond()),
        state: Set(one.state.word().to_owned()),
        hits: Set(one.hits),
        milliseconds: Set(one.milliseconds),
        problem: Set(one.problem.clone()),
        through: Set(one.through),
    };
    row.insert(tx.conn()).await?;
    let alarm = RunState::Alarm.word();
    let (of_kind, kept) = if one.state == RunState::Alarm {
        (run_entity::Column::State.eq(alarm), ALARMS_KEPT)
    } else {
        (run_entity::Column::State.ne(alarm), OTHERS_KEPT)
    };
    let of_kind = of_kind.and(run_entity::Column::SearchId.eq(one.search_id.0));
    let oldest = run_entity::Entity::find()
        .filter(of_kind.clone())
        .order_by_desc(run_entity::Column::Id)
        .offset(kept)
        .limit(1)
        .one(tx.conn())
        .await?;
    if let Some(oldest) = oldest {
        run_entity::Entity::delete_many()
            .filter(of_kind)
            .filter(run_entity::Column::Id.lte(oldest.id))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

fn active(one: &LogSchedule) -> entity::ActiveModel {
    let (every, daily) = match &one.rhythm {
        Rhythm::Every(minutes) => (Some(i64::from(*minutes)), None),
        Rhythm::Daily(at) => (None, Some(at.clone())),
    };
    entity::ActiveModel {
        search_id: Set(one.search_id.0),
        every_minutes: Set(every),
        daily_at: Set(daily),
        condition: Set(one.condition.word().to_owned()),
        count: Set(one.condition.count().into()),
        created_by: Set(one.created_by.clone()),
        created_at: Set(one.created_at.as_millisecond()),
        next_at: Set(one.next_at.as_millisecond()),
        last_at: Set(one.last_at.map(Timestamp::as_millisecond)),
        last_state: Set(one.last_state.map(|state| state.word().to_owned())),
        last_hits: Set(Some(one.last_hits)),
        opens_finding: Set(one.opens_finding),
        problem: Set(one.problem.clone()),
    }
}

fn number(column: &'static str, number: i64) -> Result<u32, StoreError> {
    u32::try_from(number).map_err(|_| StoreError::Unreadable {
        column,
        value: number.to_string(),
    })
}

fn schedule(model: entity::Model) -> Result<LogSchedule, StoreError> {
    let rhythm = match (model.every_minutes, model.daily_at) {
        (Some(minutes), _) => Rhythm::Every(number("log_schedules.every_minutes", minutes)?),
        (None, at) => Rhythm::Daily(at.unwrap_or_default()),
    };
    let count = number("log_schedules.count", model.count)?;
    let condition = match model.condition.as_str() {
        "fewer_than" => Condition::FewerThan(count),
        _ => Condition::AtLeast(count),
    };
    let state = model.last_state.as_deref();
    let state =
        state.map(|word| row::listed("log_schedules.last_state", word, RunState::from_word));
    Ok(LogSchedule {
        search_id: LogSearchId(model.search_id),
        rhythm,
        condition,
        opens_finding: model.opens_finding,
        created_by: model.created_by,
        created_at: row::instant("log_schedules.created_at", model.created_at)?,
        next_at: row::instant("log_schedules.next_at", model.next_at)?,
        last_at: row::instant_opt("log_schedules.last_at", model.last_at)?,
        last_state: state.transpose()?,
        last_hits: model.last_hits.unwrap_or_default(),
        problem: model.problem,
    })
}

fn run(model: run_entity::Model) -> Result<LogRun, StoreError> {
    Ok(LogRun {
        id: LogRunId(model.id),
        search_id: LogSearchId(model.search_id),
        due_at: row::instant("log_runs.due_at", model.due_at)?,
        run_at: row::instant("log_runs.run_at", model.run_at)?,
        from_at: row::instant("log_runs.from_at", model.from_at)?,
        state: row::listed("log_runs.state", &model.state, RunState::from_word)?,
        hits: model.hits,
        through: model.through,
        milliseconds: model.milliseconds,
        problem: model.problem,
    })
}
