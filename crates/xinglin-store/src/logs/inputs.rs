//! Files and journals that are followed.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::{AgentId, LogInputId};

use crate::{Read, StoreError, Tx, row};

/// Files or a journal that are followed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogInput {
    /// Row id.
    pub id: LogInputId,
    /// The agent that reads it on its host; `None` for what the server reads itself.
    pub agent_id: Option<AgentId>,
    /// `file` or `journal`.
    pub kind: String,
    /// Paths and patterns of files; the folder of a journal, or none for that of the system.
    pub paths: Vec<String>,
    /// How bytes are to be read: `auto`, `utf-8`, `gb18030`, `utf-16le` or `utf-16be`.
    pub encoding: String,
    /// The name of the source that what is read is of.
    pub source: String,
    /// Whether it is followed now.
    pub enabled: bool,
    /// Whether what was there before is read, too.
    pub from_start: bool,
    /// Who set it up, by ledger name.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "log_inputs")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) agent_id: Option<i64>,
        pub(super) kind: String,
        #[sea_orm(column_type = "Text")]
        pub(super) paths: String,
        pub(super) encoding: String,
        pub(super) source: String,
        pub(super) enabled: bool,
        pub(super) from_start: bool,
        pub(super) created_by: String,
        pub(super) created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// All inputs, in the order in which they were set up.
pub async fn list(db: &impl Read) -> Result<Vec<LogInput>, StoreError> {
    let rows = entity::Entity::find().order_by_asc(entity::Column::Id);
    rows.all(db).await?.into_iter().map(input).collect()
}

/// One input, `None` where it does not exist.
pub async fn find_input(db: &impl Read, id: LogInputId) -> Result<Option<LogInput>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(input).transpose()
}

/// Inserts an input; its `id` is ignored, the new one returned.
pub async fn insert_input(tx: &Tx<'_>, input: &LogInput) -> Result<LogInputId, StoreError> {
    let mut row = active(input)?;
    row.id = NotSet;
    Ok(LogInputId(row.insert(tx.conn()).await?.id))
}

/// Writes an input back.
pub async fn save_input(tx: &Tx<'_>, input: &LogInput) -> Result<(), StoreError> {
    active(input)?.update(tx.conn()).await?;
    Ok(())
}

/// Removes an input.
pub async fn delete_input(tx: &Tx<'_>, id: LogInputId) -> Result<(), StoreError> {
    entity::Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    Ok(())
}

/// A source has another name now.
pub async fn rename_source_of_inputs(tx: &Tx<'_>, old: &str, new: &str) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Source, Expr::value(new))
        .filter(entity::Column::Source.eq(old))
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn active(input: &LogInput) -> Result<entity::ActiveModel, StoreError> {
    Ok(entity::ActiveModel {
        id: Set(input.id.0),
        agent_id: Set(input.agent_id.map(|agent| agent.0)),
        kind: Set(input.kind.clone()),
        paths: Set(row::to_json("log_inputs.paths", &input.paths)?),
        encoding: Set(input.encoding.clone()),
        source: Set(input.source.clone()),
        enabled: Set(input.enabled),
        from_start: Set(input.from_start),
        created_by: Set(input.created_by.clone()),
        created_at: Set(input.created_at.as_millisecond()),
    })
}

fn input(model: entity::Model) -> Result<LogInput, StoreError> {
    Ok(LogInput {
        id: LogInputId(model.id),
        agent_id: model.agent_id.map(AgentId),
        kind: model.kind,
        paths: row::json("log_inputs.paths", &model.paths)?,
        encoding: model.encoding,
        source: model.source,
        enabled: model.enabled,
        from_start: model.from_start,
        created_by: model.created_by,
        created_at: row::instant("log_inputs.created_at", model.created_at)?,
    })
}
