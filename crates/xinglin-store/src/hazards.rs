//! Major hazards (重大风险隐患) found on graded systems.

use jiff::civil::Date;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::{HazardId, SystemId};

use crate::{Read, StoreError, Tx, row};

/// A major hazard. A resolved one stays: the report prints how many were found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Hazard {
    /// Row id.
    pub id: HazardId,
    /// The graded system.
    pub system_id: SystemId,
    /// The trigger's code, such as `A-18`.
    pub code: String,
    /// Where it came from.
    pub source: String,
    /// What was seen.
    pub note: String,
    /// When it was found.
    pub found_on: Date,
    /// When it was resolved.
    pub resolved_on: Option<Date>,
    /// How.
    pub resolved_reason: Option<String>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "hazards")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) system_id: i64,
        pub(super) code: String,
        pub(super) source: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) note: Option<String>,
        pub(super) found_on: String,
        pub(super) resolved_on: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) resolved_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Hazards in the order of their days; of one system where it is given.
pub async fn list(db: &impl Read, system: Option<SystemId>) -> Result<Vec<Hazard>, StoreError> {
    let mut query = entity::Entity::find()
        .order_by_asc(entity::Column::FoundOn)
        .order_by_asc(entity::Column::Id);
    if let Some(system) = system {
        query = query.filter(entity::Column::SystemId.eq(system.0));
    }
    let models = query.all(db).await?;
    models.into_iter().map(hazard).collect()
}

/// One hazard, `None` where it does not exist.
pub async fn find(db: &impl Read, id: HazardId) -> Result<Option<Hazard>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(hazard).transpose()
}

/// Inserts a hazard; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, hazard: &Hazard) -> Result<HazardId, StoreError> {
    let mut row = active(hazard);
    row.id = NotSet;
    Ok(HazardId(row.insert(tx.conn()).await?.id))
}

/// Writes a hazard back.
pub async fn save(tx: &Tx<'_>, hazard: &Hazard) -> Result<(), StoreError> {
    active(hazard).update(tx.conn()).await?;
    Ok(())
}

fn active(hazard: &Hazard) -> entity::ActiveModel {
    entity::ActiveModel {
        id: Set(hazard.id.0),
        system_id: Set(hazard.system_id.0),
        code: Set(hazard.code.clone()),
        source: Set(hazard.source.clone()),
        note: Set(Some(hazard.note.clone())),
        found_on: Set(hazard.found_on.to_string()),
        resolved_on: Set(hazard.resolved_on.map(|on| on.to_string())),
        resolved_reason: Set(hazard.resolved_reason.clone()),
    }
}

fn hazard(model: entity::Model) -> Result<Hazard, StoreError> {
    Ok(Hazard {
        id: HazardId(model.id),
        system_id: SystemId(model.system_id),
        code: model.code,
        source: model.source,
        note: model.note.unwrap_or_default(),
        found_on: row::word("hazards.found_on", &model.found_on)?,
        resolved_on: row::date_opt("hazards.resolved_on", model.resolved_on.as_deref())?,
        resolved_reason: model.resolved_reason,
    })
}
