//! Indicators: values that are looked for, in lists.

use jiff::{Timestamp, civil::Date};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::ExprTrait as _,
};
use serde::Serialize;
use xinglin_core::{IndicatorId, IndicatorListId};

use crate::{
    Read, StoreError, Tx,
    row::{self, ROWS_PER_INSERT},
    search::contains,
};

/// A list of indicators.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct IndicatorList {
    /// Row id.
    pub id: IndicatorListId,
    /// What people call it.
    pub name: String,
    /// `csv`, `stix` or `misp`.
    pub source: String,
    /// Who brought it, by ledger name.
    pub imported_by: String,
    /// When.
    pub imported_at: Timestamp,
    /// Indicators taken.
    pub kept: u64,
    /// What was not taken.
    pub rejected: u64,
    /// The last day on which it counts.
    pub expires_on: Option<Date>,
}

/// A value that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Indicator {
    /// Row id.
    pub id: IndicatorId,
    /// Its list.
    pub list_id: IndicatorListId,
    /// `address`, `domain`, `hash` or `mail`.
    pub kind: String,
    /// The value, in small letters.
    pub value: String,
    /// The last day on which it counts.
    pub expires_on: Option<Date>,
    /// What is said of it.
    pub note: Option<String>,
    /// How often it was seen.
    pub hits: u64,
    /// When last.
    pub last_hit_at: Option<Timestamp>,
}

/// Which indicators to list.
#[derive(Debug, Clone, Default)]
pub struct IndicatorFilter {
    /// A part of the value or the note.
    pub q: Option<String>,
    /// Only of this kind.
    pub kind: Option<String>,
    /// Rows to pass over.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "indicators")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) list_id: i64,
        pub(super) kind: String,
        #[sea_orm(column_type = "Text")]
        pub(super) value: String,
        pub(super) expires_on: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) note: Option<String>,
        pub(super) hits: i64,
        pub(super) last_hit_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod list_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "indicator_lists")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) name: String,
        pub(super) source: String,
        pub(super) imported_by: String,
        pub(super) imported_at: i64,
        pub(super) kept: i64,
        pub(super) rejected: i64,
        pub(super) expires_on: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// All lists, the newest first.
pub async fn lists(db: &impl Read) -> Result<Vec<IndicatorList>, StoreError> {
    let rows = list_entity::Entity::find().order_by_desc(list_entity::Column::Id);
    rows.all(db).await?.into_iter().map(list).collect()
}

/// One list, `None` where it does not exist.
pub async fn find_list(
    db: &impl Read,
    id: IndicatorListId,
) -> Result<Option<IndicatorList>, StoreError> {
    let model = list_entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(list).transpose()
}

/// Inserts a list with its indicators, whose `id` and `list_id` are ignored; the list's new
/// number is returned.
pub async fn insert_list(
    tx: &Tx<'_>,
    list: &IndicatorList,
    indicators: &[Indicator],
) -> Result<IndicatorListId, StoreError> {
    let count = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let row = list_entity::ActiveModel {
        id: NotSet,
        name: Set(list.name.clone()),
        source: Set(list.source.clone()),
        imported_by: Set(list.imported_by.clone()),
        imported_at: Set(list.imported_at.as_millisecond()),
        kept: Set(count(list.kept)),
        rejected: Set(count(list.rejected)),
        expires_on: Set(list.expires_on.map(|day| day.to_string())),
    };
    let id = IndicatorListId(row.insert(tx.conn()).await?.id);
    for indicators in indicators.chunks(ROWS_PER_INSERT) {
        let rows = indicators.iter().map(|one| entity::ActiveModel {
            id: NotSet,
            list_id: Set(id.0),
            kind: Set(one.kind.clone()),
            value: Set(one.value.clone()),
            expires_on: Set(one.expires_on.map(|day| day.to_string())),
            note: Set(one.note.clone()),
            hits: Set(0),
            last_hit_at: Set(None),
        });
        entity::Entity::insert_many(rows).exec(tx.conn()).await?;
    }
    Ok(id)
}

/// Removes a list with its indicators.
pub async fn delete_list(tx: &Tx<'_>, id: IndicatorListId) -> Result<(), StoreError> {
    list_entity::Entity::delete_by_id(id.0)
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// One page of indicators by number, and how many match in all.
pub async fn page(
    db: &impl Read,
    filter: &IndicatorFilter,
) -> Result<(Vec<Indicator>, u64), StoreError> {
    use entity::Column;
    let mut query = entity::Entity::find();
    if let Some(kind) = &filter.kind {
        query = query.filter(Column::Kind.eq(kind.as_str()));
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.is_empty()) {
        query = query.filter(contains(&[Column::Value, Column::Note], &q.to_lowercase()));
    }
    let total = query.clone().count(db).await?;
    let models = query
        .order_by_desc(Column::Hits)
        .order_by_asc(Column::Id)
        .offset(filter.offset)
        .limit(filter.limit)
        .all(db)
        .await?;
    Ok((
        models
            .into_iter()
            .map(indicator)
            .collect::<Result<_, _>>()?,
        total,
    ))
}

/// Indicators that count on a day, after the one with this number, at most so many, in order
/// of number.
pub async fn counting(
    db: &impl Read,
    today: Date,
    after: IndicatorId,
    most: u64,
) -> Result<Vec<Indicator>, StoreError> {
    use entity::Column;
    let counts = Column::ExpiresOn
        .is_null()
        .or(Column::ExpiresOn.gte(today.to_string()));
    let models = entity::Entity::find()
        .filter(Column::Id.gt(after.0))
        .filter(counts)
        .order_by_asc(Column::Id)
        .limit(most)
        .all(db)
        .await?;
    models.into_iter().map(indicator).collect()
}

/// The indicators of a value, with the names of their lists.
pub async fn of_value(
    db: &impl Read,
    kind: &str,
    value: &str,
) -> Result<Vec<Indicator>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::Value.eq(value))
        .filter(entity::Column::Kind.eq(kind))
        .all(db)
        .await?;
    models.into_iter().map(indicator).collect()
}

/// Adds to how often a value was seen.
pub async fn add_hits(
    tx: &Tx<'_>,
    kind: &str,
    value: &str,
    hits: u64,
    last_at: Timestamp,
) -> Result<(), StoreError> {
    use entity::Column;
    let more = i64::try_from(hits).unwrap_or(i64::MAX);
    entity::Entity::update_many()
        .col_expr(Column::Hits, Expr::col(Column::Hits).add(more))
        .col_expr(Column::LastHitAt, Expr::value(last_at.as_millisecond()))
        .filter(Column::Value.eq(value))
        .filter(Column::Kind.eq(kind))
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn list(model: list_entity::Model) -> Result<IndicatorList, StoreError> {
    Ok(IndicatorList {
        id: IndicatorListId(model.id),
        name: model.name,
        source: model.source,
        imported_by: model.imported_by,
        imported_at: row::instant("indicator_lists.imported_at", model.imported_at)?,
        kept: u64::try_from(model.kept).unwrap_or_default(),
        rejected: u64::try_from(model.rejected).unwrap_or_default(),
        expires_on: row::date_opt("indicator_lists.expires_on", model.expires_on.as_deref())?,
    })
}

fn indicator(model: entity::Model) -> Result<Indicator, StoreError> {
    Ok(Indicator {
        id: IndicatorId(model.id),
        list_id: IndicatorListId(model.list_id),
        kind: model.kind,
        value: model.value,
        expires_on: row::date_opt("indicators.expires_on", model.expires_on.as_deref())?,
        note: model.note,
        hits: u64::try_from(model.hits).unwrap_or_default(),
        last_hit_at: row::instant_opt("indicators.last_hit_at", model.last_hit_at)?,
    })
}
