//! What rules shall not speak of, each for a time.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::ExprTrait as _,
};
use serde::{Deserialize, Serialize};
use xinglin_core::{DetectionExceptionId, Text};

use crate::{Read, StoreError, Tx, ended, ended::Ended, row};

/// A field and a value it must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Condition {
    /// The field.
    pub field: String,
    /// The value, with the wildcards of rules.
    pub value: String,
}

/// What a rule shall not speak of. An ended one stays on record.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct DetectionException {
    /// Row id.
    pub id: DetectionExceptionId,
    /// The rule.
    pub rule: String,
    /// What the rule finds.
    pub title: Text,
    /// All of these must hold.
    pub conditions: Vec<Condition>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Date,
    /// Who decided, by ledger name.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// How many matches it kept quiet.
    pub quieted: u64,
    /// How it ended; `None` while it counts.
    pub ended: Option<Ended>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "detection_exceptions")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) rule: String,
        #[sea_orm(column_type = "Text")]
        pub(super) title: String,
        #[sea_orm(column_type = "Text")]
        pub(super) conditions: String,
        #[sea_orm(column_type = "Text")]
        pub(super) reason: String,
        pub(super) until: String,
        pub(super) created_by: String,
        pub(super) created_at: i64,
        pub(super) quieted: i64,
        pub(super) ended_at: Option<i64>,
        pub(super) ended_by: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) ended_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Exceptions, those that count first, at most 1,000.
pub async fn list(db: &impl Read) -> Result<Vec<DetectionException>, StoreError> {
    let models = entity::Entity::find()
        .order_by_asc(entity::Column::EndedAt.is_not_null())
        .order_by_asc(entity::Column::Until)
        .order_by_desc(entity::Column::Id)
        .limit(1_000)
        .all(db)
        .await?;
    models.into_iter().map(exception).collect()
}

/// Exceptions that have not ended.
pub async fn counting(db: &impl Read) -> Result<Vec<DetectionException>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::EndedAt.is_null())
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    models.into_iter().map(exception).collect()
}

/// Exceptions that have not ended although their last day is before `today`.
pub async fn due(db: &impl Read, today: Date) -> Result<Vec<DetectionException>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::EndedAt.is_null())
        .filter(entity::Column::Until.lt(today.to_string()))
        .all(db)
        .await?;
    models.into_iter().map(exception).collect()
}

/// One exception, `None` where it does not exist.
pub async fn find(
    db: &impl Read,
    id: DetectionExceptionId,
) -> Result<Option<DetectionException>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(exception).transpose()
}

/// Inserts an exception; its `id` is ignored, the new one returned.
pub async fn insert(
    tx: &Tx<'_>,
    exception: &DetectionException,
) -> Result<DetectionExceptionId, StoreError> {
    let mut row = active(exception)?;
    row.id = NotSet;
    Ok(DetectionExceptionId(row.insert(tx.conn()).await?.id))
}

/// Writes an exception back, but for what it quieted.
pub async fn save(tx: &Tx<'_>, exception: &DetectionException) -> Result<(), StoreError> {
    let mut row = active(exception)?;
    row.quieted = NotSet;
    row.update(tx.conn()).await?;
    Ok(())
}

/// Adds to what exceptions quieted.
pub async fn quiet(
    tx: &Tx<'_>,
    counts: &BTreeMap<DetectionExceptionId, u64>,
) -> Result<(), StoreError> {
    for (id, count) in counts {
        let more = i64::try_from(*count).unwrap_or(i64::MAX);
        entity::Entity::update_many()
            .col_expr(
                entity::Column::Quieted,
                Expr::col(entity::Column::Quieted).add(more),
            )
            .filter(entity::Column::Id.eq(id.0))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

fn active(exception: &DetectionException) -> Result<entity::ActiveModel, StoreError> {
    let (ended_at, ended_by, ended_reason) = ended::columns(exception.ended.as_ref());
    let conditions = &exception.conditions;
    Ok(entity::ActiveModel {
        id: Set(exception.id.0),
        rule: Set(exception.rule.clone()),
        title: Set(row::to_json(
            "detection_exceptions.title",
            &exception.title,
        )?),
        conditions: Set(row::to_json("detection_exceptions.conditions", conditions)?),
        reason: Set(exception.reason.clone()),
        until: Set(exception.until.to_string()),
        created_by: Set(exception.created_by.clone()),
        created_at: Set(exception.created_at.as_millisecond()),
        quieted: Set(i64::try_from(exception.quieted).unwrap_or(i64::MAX)),
        ended_at: Set(ended_at),
        ended_by: Set(ended_by),
        ended_reason: Set(ended_reason),
    })
}

fn exception(model: entity::Model) -> Result<DetectionException, StoreError> {
    let ended = (model.ended_at, model.ended_by, model.ended_reason);
    Ok(DetectionException {
        id: DetectionExceptionId(model.id),
        rule: model.rule,
        title: row::json("detection_exceptions.title", &model.title)?,
        conditions: row::json("detection_exceptions.conditions", &model.conditions)?,
        reason: model.reason,
        until: row::date("detection_exceptions.until", &model.until)?,
        created_by: model.created_by,
        created_at: row::instant("detection_exceptions.created_at", model.created_at)?,
        quieted: u64::try_from(model.quieted).unwrap_or_default(),
        ended: ended::read("detection_exceptions.ended_at", ended)?,
    })
}
