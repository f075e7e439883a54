//! Changes of files against their baseline.

use std::collections::HashMap;

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    FromQueryResult, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::Expr,
};
use serde::Serialize;
use serde_json::Value;
use xinglin_core::{AssetId, IntegrityChangeId};

use crate::{
    Read, StoreError, Tx,
    row::{self, KEYS_PER_READ, ROWS_PER_INSERT},
};

/// A change of one path.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Change {
    /// Row id.
    pub id: IntegrityChangeId,
    /// The asset.
    pub asset_id: AssetId,
    /// The path.
    pub path: String,
    /// Where it stands.
    pub state: ChangeState,
    /// The word of its kind.
    pub kind: String,
    /// The word of what explains it.
    pub cause: String,
    /// The package that owns the file.
    pub package: Option<String>,
    /// The version of the package before, where that explains the change.
    pub version_before: Option<String>,
    /// The version since.
    pub version_after: Option<String>,
    /// What was there.
    pub before: Option<Value>,
    /// What is there.
    pub after: Option<Value>,
    /// Names of what is different.
    pub fields: Vec<String>,
    /// Who may have done it.
    pub actors: Value,
    /// When it was seen first.
    pub first_seen_at: Timestamp,
    /// When it was last seen to be as it is.
    pub seen_at: Timestamp,
    /// That it is right.
    pub approval: Option<Approval>,
}

/// That a change is right.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// Who said so, by ledger name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why.
    pub reason: String,
    /// The number of the change request it was made for.
    pub change_request: Option<String>,
}

/// Where a change stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ChangeState {
    /// Somebody has to look at it.
    Open,
    /// It is right; the baseline moved on.
    Approved,
    /// It was as in the baseline again.
    Undone,
}

impl ChangeState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Open, Self::Approved, Self::Undone];

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Approved => "approved",
            Self::Undone => "undone",
        }
    }

    /// The state of a word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }
}

/// Which changes to list.
#[derive(Debug, Clone, Default)]
pub struct ChangeFilter {
    /// Only of this asset.
    pub asset_id: Option<AssetId>,
    /// Only in these states; empty means all.
    pub states: Vec<ChangeState>,
    /// Rows to pass over.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "integrity_changes")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) asset_id: i64,
        #[sea_orm(column_type = "Text")]
        pub(super) path: String,
        pub(super) state: String,
        pub(super) kind: String,
        pub(super) cause: String,
        pub(super) package: Option<String>,
        pub(super) version_before: Option<String>,
        pub(super) version_after: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) before: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) after: Option<String>,
        #[sea_orm(column_type = "Text")]
        pub(super) fields: String,
        #[sea_orm(column_type = "Text")]
        pub(super) actors: String,
        pub(super) first_seen_at: i64,
        pub(super) seen_at: i64,
        pub(super) approved_by: Option<String>,
        pub(super) approved_at: Option<i64>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) approved_reason: Option<String>,
        pub(super) change_request: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The open changes of an asset, in order of path.
pub async fn open_of(db: &impl Read, asset: AssetId) -> Result<Vec<Change>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::AssetId.eq(asset.0))
        .filter(entity::Column::State.eq(ChangeState::Open.word()))
        .order_by_asc(entity::Column::Path)
        .all(db)
        .await?;
    models.into_iter().map(change).collect()
}

/// One page of changes, those that were seen last first, and how many match in all.
pub async fn page(db: &impl Read, filter: &ChangeFilter) -> Result<(Vec<Change>, u64), StoreError> {
    let mut query = entity::Entity::find();
    if let Some(asset) = filter.asset_id {
        query = query.filter(entity::Column::AssetId.eq(asset.0));
    }
    if !filter.states.is_empty() {
        let words = filter.states.iter().map(|state| state.word());
        query = query.filter(entity::Column::State.is_in(words));
    }
    let total = query.clone().count(db).await?;
    let models = query
        .order_by_desc(entity::Column::SeenAt)
        .order_by_asc(entity::Column::Path)
        .order_by_asc(entity::Column::Id)
        .offset(filter.offset)
        .limit(filter.limit)
        .all(db)
        .await?;
    let changes: Result<_, _> = models.into_iter().map(change).collect();
    Ok((changes?, total))
}

/// The changes with these ids, in any order.
pub async fn of_ids(db: &impl Read, ids: &[IntegrityChangeId]) -> Result<Vec<Change>, StoreError> {
    let mut found = Vec::new();
    for ids in ids.chunks(KEYS_PER_READ) {
        let models = entity::Entity::find()
            .filter(entity::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .all(db)
            .await?;
        for model in models {
            found.push(change(model)?);
        }
    }
    Ok(found)
}

/// How many open changes of an asset belong to each package, and since when the oldest of all
/// is open.
pub async fn open_packages(
    db: &impl Read,
    asset: AssetId,
) -> Result<HashMap<String, i64>, StoreError> {
    let counts: Vec<(Option<String>, i64)> = entity::Entity::find()
        .select_only()
        .column(entity::Column::Package)
        .column_as(entity::Column::Id.count(), "changes")
        .filter(entity::Column::AssetId.eq(asset.0))
        .filter(entity::Column::State.eq(ChangeState::Open.word()))
        .group_by(entity::Column::Package)
        .into_tuple()
        .all(db)
        .await?;
    let named = counts.into_iter();
    Ok(named
        .filter_map(|(package, count)| Some((package?, count)))
        .collect())
}

#[derive(FromQueryResult)]
struct Oldest {
    oldest: Option<i64>,
}

/// Since when the oldest open change of an asset that no package explains is open.
pub async fn oldest_unexplained(
    db: &impl Read,
    asset: AssetId,
) -> Result<Option<Timestamp>, StoreError> {
    let oldest = entity::Entity::find()
        .select_only()
        .column_as(entity::Column::FirstSeenAt.min(), "oldest")
        .filter(entity::Column::AssetId.eq(asset.0))
        .filter(entity::Column::State.eq(ChangeState::Open.word()))
        .filter(entity::Column::Cause.ne("package"))
        .into_model::<Oldest>()
        .one(db)
        .await?;
    let oldest = oldest.and_then(|found| found.oldest);
    row::instant_opt("integrity_changes.first_seen_at", oldest)
}

/// Inserts changes; their ids are ignored.
pub async fn insert_many(tx: &Tx<'_>, changes: &[Change]) -> Result<(), StoreError> {
    for changes in changes.chunks(ROWS_PER_INSERT) {
        let mut rows = Vec::with_capacity(changes.len());
        for change in changes {
            rows.push(entity::ActiveModel {
                id: NotSet,
                ..active(change)?
            });
        }
        entity::Entity::insert_many(rows)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

/// Writes a change back.
pub async fn save(tx: &Tx<'_>, change: &Change) -> Result<(), StoreError> {
    active(change)?.update(tx.conn()).await?;
    Ok(())
}

/// Notes that paths are as in the baseline again.
pub async fn set_undone(
    tx: &Tx<'_>,
    ids: &[IntegrityChangeId],
    at: Timestamp,
) -> Result<(), StoreError> {
    for ids in ids.chunks(KEYS_PER_READ) {
        entity::Entity::update_many()
            .col_expr(
                entity::Column::State,
                Expr::value(ChangeState::Undone.word()),
            )
            .col_expr(entity::Column::SeenAt, Expr::value(at.as_millisecond()))
            .filter(entity::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

/// Notes that changes are right.
pub async fn approve(
    tx: &Tx<'_>,
    ids: &[IntegrityChangeId],
    approval: &Approval,
) -> Result<(), StoreError> {
    use entity::Column;
    for ids in ids.chunks(KEYS_PER_READ) {
        entity::Entity::update_many()
            .col_expr(Column::State, Expr::value(ChangeState::Approved.word()))
            .col_expr(Column::ApprovedBy, Expr::value(approval.by.clone()))
            .col_expr(
                Column::ApprovedAt,
                Expr::value(approval.at.as_millisecond()),
            )
            .col_expr(Column::ApprovedReason, Expr::value(approval.reason.clone()))
            .col_expr(
                Column::ChangeRequest,
                Expr::value(approval.change_request.clone()),
            )
            .filter(Column::Id.is_in(ids.iter().map(|id| id.0)))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

fn active(change: &Change) -> Result<entity::ActiveModel, StoreError> {
    let approval = change.approval.as_ref();
    let text = |value: &Option<Value>| value.as_ref().map(ToString::to_string);
    Ok(entity::ActiveModel {
        id: Set(change.id.0),
        asset_id: Set(change.asset_id.0),
        path: Set(change.path.clone()),
        state: Set(change.state.word().to_owned()),
        kind: Set(change.kind.clone()),
        cause: Set(change.cause.clone()),
        package: Set(change.package.clone()),
        version_before: Set(change.version_before.clone()),
        version_after: Set(change.version_after.clone()),
        before: Set(text(&change.before)),
        after: Set(text(&change.after)),
        fields: Set(row::to_json("integrity_changes.fields", &change.fields)?),
        actors: Set(change.actors.to_string()),
        first_seen_at: Set(change.first_seen_at.as_millisecond()),
        seen_at: Set(change.seen_at.as_millisecond()),
        approved_by: Set(approval.map(|approval| approval.by.clone())),
        approved_at: Set(approval.map(|approval| approval.at.as_millisecond())),
        approved_reason: Set(approval.map(|approval| approval.reason.clone())),
        change_request: Set(approval.and_then(|approval| approval.change_request.clone())),
    })
}

fn change(model: entity::Model) -> Result<Change, StoreError> {
    let json = |column, text: Option<String>| {
        let value = text.map(|text| row::json(column, &text));
        value.transpose()
    };
    let approved_at = row::instant_opt("integrity_changes.approved_at", model.approved_at)?;
    Ok(Change {
        id: IntegrityChangeId(model.id),
        asset_id: AssetId(model.asset_id),
        path: model.path,
        state: row::listed(
            "integrity_changes.state",
            &model.state,
            ChangeState::from_word,
        )?,
        kind: model.kind,
        cause: model.cause,
        package: model.package,
        version_before: model.version_before,
        version_after: model.version_after,
        before: json("integrity_changes.before", model.before)?,
        after: json("integrity_changes.after", model.after)?,
        fields: row::json("integrity_changes.fields", &model.fields)?,
        actors: row::json("integrity_changes.actors", &model.actors)?,
        first_seen_at: row::instant("integrity_changes.first_seen_at", model.first_seen_at)?,
        seen_at: row::instant("integrity_changes.seen_at", model.seen_at)?,
        approval: approved_at.map(|at| Approval {
            by: model.approved_by.unwrap_or_default(),
            at,
            reason: model.approved_reason.unwrap_or_default(),
            change_request: model.change_request,
        }),
    })
}
