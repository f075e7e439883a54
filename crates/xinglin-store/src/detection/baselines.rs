//! What baselines learned, what people accepted as usual, and the ranges of countries.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::OnConflict,
};
use serde::Serialize;

use crate::{Read, StoreError, Tx, row, row::ROWS_PER_INSERT};

/// So many rows are read at once.
const ROWS_AT_ONCE: u64 = 2_000;

/// What a baseline learned of one user, host or address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LearnedRow {
    /// The baseline.
    pub rule: String,
    /// The number of whom it is about.
    pub entity: u64,
    /// What is known; `None` removes it.
    pub state: Option<Vec<u8>>,
}

/// What a person accepted as usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AcceptedRow {
    /// Row id.
    pub id: i64,
    /// The baseline.
    pub rule: String,
    /// Whom it is about, by the values of the baseline's fields.
    pub entity: Vec<String>,
    /// What is usual, as baselines read it.
    pub what: serde_json::Value,
    /// The alert that was answered so.
    pub alert_id: Option<i64>,
    /// Why.
    pub reason: String,
    /// Who said so, by ledger name.
    pub accepted_by: String,
    /// When.
    pub accepted_at: Timestamp,
}

/// The ranges of countries that count.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CountryList {
    /// What people call it.
    pub name: String,
    /// The list, as CSV.
    pub ranges: String,
    /// How many ranges it has.
    pub count: u64,
    /// Who brought it, by ledger name.
    pub imported_by: String,
    /// When.
    pub imported_at: Timestamp,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "detection_baselines")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) rule: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) entity: i64,
        #[sea_orm(column_type = "Blob")]
        pub(super) state: Vec<u8>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod accepted_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "detection_accepted")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) rule: String,
        #[sea_orm(column_type = "Text")]
        pub(super) entity: String,
        #[sea_orm(column_type = "Text")]
        pub(super) what: String,
        pub(super) alert_id: Option<i64>,
        #[sea_orm(column_type = "Text")]
        pub(super) reason: String,
        pub(super) accepted_by: String,
        pub(super) accepted_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod country_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "detection_countries")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: i64,
        pub(super) name: String,
        #[sea_orm(column_type = "Text")]
        pub(super) ranges: String,
        pub(super) count: i64,
        pub(super) imported_by: String,
        pub(super) imported_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// There is but one list of countries.
const ONLY: i64 = 1;

/// Calls `each` with all that a baseline learned.
pub async fn each_learned(
    db: &impl Read,
    rule: &str,
    mut each: impl FnMut(LearnedRow),
) -> Result<(), StoreError> {
    use entity::Column;
    let mut after: Option<i64> = None;
    loop {
        let mut query = entity::Entity::find().filter(Column::Rule.eq(rule));
        if let Some(after) = after {
            query = query.filter(Column::Entity.gt(after));
        }
        let query = query.order_by_asc(Column::Entity).limit(ROWS_AT_ONCE);
        let models = query.all(db).await?;
        let Some(last) = models.last() else {
            return Ok(());
        };
        after = Some(last.entity);
        for model in models {
            each(LearnedRow {
                rule: model.rule,
                entity: model.entity.cast_unsigned(),
                state: Some(model.state),
            });
        }
    }
}

/// Keeps what was learned since, and removes what is no longer known.
pub async fn save_learned(tx: &Tx<'_>, rows: &[LearnedRow]) -> Result<(), StoreError> {
    use entity::Column;
    let kept = rows.iter().filter_map(|row| {
        Some(entity::ActiveModel {
            rule: Set(row.rule.clone()),
            entity: Set(row.entity.cast_signed()),
            state: Set(row.state.clone()?),
        })
    });
    let kept: Vec<_> = kept.collect();
    for rows in kept.chunks(ROWS_PER_INSERT) {
        let update = OnConflict::columns([Column::Rule, Column::Entity])
            .update_column(Column::State)
            .to_owned();
        entity::Entity::insert_many(rows.to_vec())
            .on_conflict(update)
            .exec_without_returning(tx.conn())
            .await?;
    }
    for row in rows.iter().filter(|row| row.state.is_none()) {
        let is_it = Condition::all()
            .add(Column::Rule.eq(row.rule.as_str()))
            .add(Column::Entity.eq(row.entity.cast_signed()));
        entity::Entity::delete_many()
            .filter(is_it)
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// All that people accepted, the newest first.
pub async fn accepted(db: &impl Read) -> Result<Vec<AcceptedRow>, StoreError> {
    let rows = accepted_entity::Entity::find().order_by_desc(accepted_entity::Column::Id);
    rows.all(db).await?.into_iter().map(read).collect()
}

/// One thing that was accepted.
pub async fn find_accepted(db: &impl Read, id: i64) -> Result<Option<AcceptedRow>, StoreError> {
    let model = accepted_entity::Entity::find_by_id(id).one(db).await?;
    model.map(read).transpose()
}

/// Keeps what a person accepted; `id` is ignored, the new one returned.
pub async fn insert_accepted(tx: &Tx<'_>, row: &AcceptedRow) -> Result<i64, StoreError> {
    let model = accepted_entity::ActiveModel {
        id: NotSet,
        rule: Set(row.rule.clone()),
        entity: Set(row::to_json("detection_accepted.entity", &row.entity)?),
        what: Set(row::to_json("detection_accepted.what", &row.what)?),
        alert_id: Set(row.alert_id),
        reason: Set(row.reason.clone()),
        accepted_by: Set(row.accepted_by.clone()),
        accepted_at: Set(row.accepted_at.as_millisecond()),
    };
    Ok(model.insert(tx.conn()).await?.id)
}

/// Takes back what a person accepted.
pub async fn delete_accepted(tx: &Tx<'_>, id: i64) -> Result<(), StoreError> {
    accepted_entity::Entity::delete_by_id(id)
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn read(model: accepted_entity::Model) -> Result<AcceptedRow, StoreError> {
    Ok(AcceptedRow {
        id: model.id,
        rule: model.rule,
        entity: row::json("detection_accepted.entity", &model.entity)?,
        what: row::json("detection_accepted.what", &model.what)?,
        alert_id: model.alert_id,
        reason: model.reason,
        accepted_by: model.accepted_by,
        accepted_at: row::instant("detection_accepted.accepted_at", model.accepted_at)?,
    })
}

/// The ranges of countries; `None` where nobody brought any.
pub async fn countries(db: &impl Read) -> Result<Option<CountryList>, StoreError> {
    let model = country_entity::Entity::find_by_id(ONLY).one(db).await?;
    let read = |model: country_entity::Model| {
        Ok(CountryList {
            name: model.name,
            ranges: model.ranges,
            count: model.count.cast_unsigned(),
            imported_by: model.imported_by,
            imported_at: row::instant("detection_countries.imported_at", model.imported_at)?,
        })
    };
    model.map(read).transpose()
}

/// Keeps the ranges of countries, in place of those before.
pub async fn put_countries(tx: &Tx<'_>, list: &CountryList) -> Result<(), StoreError> {
    delete_countries(tx).await?;
    let model = country_entity::ActiveModel {
        id: Set(ONLY),
        name: Set(list.name.clone()),
        ranges: Set(list.ranges.clone()),
        count: Set(list.count.cast_signed()),
        imported_by: Set(list.imported_by.clone()),
        imported_at: Set(list.imported_at.as_millisecond()),
    };
    country_entity::Entity::insert(model)
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Removes the ranges of countries.
pub async fn delete_countries(tx: &Tx<'_>) -> Result<(), StoreError> {
    country_entity::Entity::delete_by_id(ONLY)
        .exec(tx.conn())
        .await?;
    Ok(())
}
