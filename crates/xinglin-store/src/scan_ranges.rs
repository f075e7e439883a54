//! Ranges of addresses that the hospital allowed to be scanned (扫描授权).

use jiff::{Timestamp, civil::Date};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::ScanRangeId;

pub use crate::ended::Ended;
use crate::{Read, StoreError, Tx, ended, row};

/// A range with the consent to scan it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScanRange {
    /// Row id.
    pub id: ScanRangeId,
    /// A network such as `10.1.0.0/16`.
    pub range: String,
    /// Who agreed, and to what end.
    pub consent: String,
    /// The last day on which it counts.
    pub until: Date,
    /// Who noted it, by ledger name.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// How it was taken back; `None` while it was not.
    pub ended: Option<Ended>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "scan_ranges")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) range: String,
        #[sea_orm(column_type = "Text")]
        pub(super) consent: String,
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

/// All ranges, those that were not taken back first.
pub async fn list(db: &impl Read) -> Result<Vec<ScanRange>, StoreError> {
    let models = entity::Entity::find()
        .order_by_asc(entity::Column::EndedAt.is_not_null())
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    models.into_iter().map(range).collect()
}

/// One range, `None` where it does not exist.
pub async fn find(db: &impl Read, id: ScanRangeId) -> Result<Option<ScanRange>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(range).transpose()
}

/// Inserts a range; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, range: &ScanRange) -> Result<ScanRangeId, StoreError> {
    let mut row = active(range);
    row.id = NotSet;
    Ok(ScanRangeId(row.insert(tx.conn()).await?.id))
}

/// Writes a range back.
pub async fn save(tx: &Tx<'_>, range: &ScanRange) -> Result<(), StoreError> {
    active(range).update(tx.conn()).await?;
    Ok(())
}

fn active(range: &ScanRange) -> entity::ActiveModel {
    let (ended_at, ended_by, ended_reason) = ended::columns(range.ended.as_ref());
    entity::ActiveModel {
        id: Set(range.id.0),
        range: Set(range.range.clone()),
        consent: Set(range.consent.clone()),
        until: Set(range.until.to_string()),
        created_by: Set(range.created_by.clone()),
        created_at: Set(range.created_at.as_millisecond()),
        ended_at: Set(ended_at),
        ended_by: Set(ended_by),
        ended_reason: Set(ended_reason),
    }
}

fn range(model: entity::Model) -> Result<ScanRange, StoreError> {
    let ended = (model.ended_at, model.ended_by, model.ended_reason);
    Ok(ScanRange {
        id: ScanRangeId(model.id),
        range: model.range,
        consent: model.consent,
        until: row::date("scan_ranges.until", &model.until)?,
        created_by: model.created_by,
        created_at: row::instant("scan_ranges.created_at", model.created_at)?,
        ended: ended::read("scan_ranges.ended_at", ended)?,
    })
}
