//! Exceptions (例外): failures of checks that are lived with, each on one asset for a time.

use jiff::{Timestamp, civil::Date};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder, QuerySelect,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::{AssetId, ExceptionId};

pub use crate::ended::Ended;
use crate::{
    Read, StoreError, Tx, ended,
    row::{self, KEYS_PER_READ},
};

/// An exception. An ended one stays, as the record of what was lived with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Exception {
    /// Row id.
    pub id: ExceptionId,
    /// The asset.
    pub asset_id: AssetId,
    /// The check whose failure is meant.
    pub check: String,
    /// Why it is lived with.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Date,
    /// Who decided, by ledger name.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// How it ended; `None` while it counts.
    pub ended: Option<Ended>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "exceptions")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) asset_id: i64,
        pub(super) check_id: String,
        #[sea_orm(column_type = "Text")]
        pub(super) reason: String,
        pub(super) until: String,
        pub(super) created_by: String,
        pub(super) created_at: i64,
        pub(super) ended_at: Option<i64>,
        pub(super) ended_by: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) ended_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Exceptions, those that end first at the top, at most 1,000; of one asset where it is given.
pub async fn list(db: &impl Read, asset: Option<AssetId>) -> Result<Vec<Exception>, StoreError> {
    let mut query = entity::Entity::find()
        .order_by_asc(entity::Column::EndedAt.is_not_null())
        .order_by_asc(entity::Column::Until)
        .order_by_asc(entity::Column::Id)
        .limit(1_000);
    if let Some(asset) = asset {
        query = query.filter(entity::Column::AssetId.eq(asset.0));
    }
    let models = query.all(db).await?;
    models.into_iter().map(exception).collect()
}

/// The exceptions of these assets that have not ended.
pub async fn of_assets(db: &impl Read, assets: &[AssetId]) -> Result<Vec<Exception>, StoreError> {
    let mut found = Vec::new();
    for assets in assets.chunks(KEYS_PER_READ) {
        let models = entity::Entity::find()
            .filter(entity::Column::AssetId.is_in(assets.iter().map(|id| id.0)))
            .filter(entity::Column::EndedAt.is_null())
            .all(db)
            .await?;
        for model in models {
            found.push(exception(model)?);
        }
    }
    Ok(found)
}

/// Exceptions that have not ended although their last day is before `today`.
pub async fn due(db: &impl Read, today: Date) -> Result<Vec<Exception>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::EndedAt.is_null())
        .filter(entity::Column::Until.lt(today.to_string()))
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    models.into_iter().map(exception).collect()
}

/// One exception, `None` where it does not exist.
pub async fn find(db: &impl Read, id: ExceptionId) -> Result<Option<Exception>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(exception).transpose()
}

/// Inserts an exception; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, exception: &Exception) -> Result<ExceptionId, StoreError> {
    let mut row = active(exception);
    row.id = NotSet;
    Ok(ExceptionId(row.insert(tx.conn()).await?.id))
}

/// Writes an exception back.
pub async fn save(tx: &Tx<'_>, exception: &Exception) -> Result<(), StoreError> {
    active(exception).update(tx.conn()).await?;
    Ok(())
}

fn active(exception: &Exception) -> entity::ActiveModel {
    let (ended_at, ended_by, ended_reason) = ended::columns(exception.ended.as_ref());
    entity::ActiveModel {
        id: Set(exception.id.0),
        asset_id: Set(exception.asset_id.0),
        check_id: Set(exception.check.clone()),
        reason: Set(exception.reason.clone()),
        until: Set(exception.until.to_string()),
        created_by: Set(exception.created_by.clone()),
        created_at: Set(exception.created_at.as_millisecond()),
        ended_at: Set(ended_at),
        ended_by: Set(ended_by),
        ended_reason: Set(ended_reason),
    }
}

fn exception(model: entity::Model) -> Result<Exception, StoreError> {
    let ended = (model.ended_at, model.ended_by, model.ended_reason);
    Ok(Exception {
        id: ExceptionId(model.id),
        asset_id: AssetId(model.asset_id),
        check: model.check_id,
        reason: model.reason,
        until: row::date("exceptions.until", &model.until)?,
        created_by: model.created_by,
        created_at: row::instant("exceptions.created_at", model.created_at)?,
        ended: ended::read("exceptions.ended_at", ended)?,
    })
}
