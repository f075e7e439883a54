//! Saved searches.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, QueryOrder,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::LogSearchId;

use crate::{Read, StoreError, Tx, row};

/// A saved search.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogSearch {
    /// Row id.
    pub id: LogSearchId,
    /// What its owner calls it.
    pub name: String,
    /// What is looked for.
    pub query: String,
    /// Over which time, such as `24h`.
    pub span: String,
    /// Whether everybody who reads logs sees it.
    pub shared: bool,
    /// Whose it is, by ledger name.
    pub created_by: String,
    /// When it was saved.
    pub created_at: Timestamp,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "log_searches")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) name: String,
        #[sea_orm(column_type = "Text")]
        pub(super) query: String,
        pub(super) span: String,
        pub(super) shared: bool,
        pub(super) created_by: String,
        pub(super) created_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The searches of one person and those that are shared, by name.
pub async fn list(db: &impl Read, owner: &str) -> Result<Vec<LogSearch>, StoreError> {
    let models = entity::Entity::find()
        .filter(
            Condition::any()
                .add(entity::Column::CreatedBy.eq(owner))
                .add(entity::Column::Shared.eq(true)),
        )
        .order_by_asc(entity::Column::Name)
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    models.into_iter().map(search).collect()
}

/// One search, `None` where it does not exist.
pub async fn find_search(db: &impl Read, id: LogSearchId) -> Result<Option<LogSearch>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(search).transpose()
}

/// The searches with these ids.
pub(super) async fn find_searches(
    db: &impl Read,
    ids: Vec<i64>,
) -> Result<Vec<LogSearch>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::Id.is_in(ids))
        .all(db)
        .await?;
    models.into_iter().map(search).collect()
}

/// Inserts a search; its `id` is ignored, the new one returned.
pub async fn insert_search(tx: &Tx<'_>, search: &LogSearch) -> Result<LogSearchId, StoreError> {
    let row = entity::ActiveModel {
        id: NotSet,
        name: Set(search.name.clone()),
        query: Set(search.query.clone()),
        span: Set(search.span.clone()),
        shared: Set(search.shared),
        created_by: Set(search.created_by.clone()),
        created_at: Set(search.created_at.as_millisecond()),
    };
    Ok(LogSearchId(row.insert(tx.conn()).await?.id))
}

/// Removes a search.
pub async fn delete_search(tx: &Tx<'_>, id: LogSearchId) -> Result<(), StoreError> {
    entity::Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    Ok(())
}

fn search(model: entity::Model) -> Result<LogSearch, StoreError> {
    Ok(LogSearch {
        id: LogSearchId(model.id),
        name: model.name,
        query: model.query,
        span: model.span,
        shared: model.shared,
        created_by: model.created_by,
        created_at: row::instant("log_searches.created_at", model.created_at)?,
    })
}
