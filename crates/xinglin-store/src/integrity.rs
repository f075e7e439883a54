//! File integrity (文件完整性): the baseline of an asset, and what changed against it.

pub mod changes;

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set,
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Alias, Expr, ExprTrait, OnConflict, Query},
};
use serde_json::Value;
use xinglin_core::AssetId;

use crate::{Read, StoreError, Tx, row};

/// What is known of an asset's baseline, without its files.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// The asset.
    pub asset_id: AssetId,
    /// One that an agent is asked to take.
    pub wish: Option<Value>,
    /// The one that counts; `None` until the first was taken.
    pub taken: Option<Taken>,
}

/// A baseline that was taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Taken {
    /// When.
    pub at: Timestamp,
    /// By whom, by ledger name.
    pub by: String,
    /// Why then.
    pub reason: String,
    /// How many files, directories and links it covers.
    pub files: i32,
    /// How many packages own any of them.
    pub packages: i32,
    /// What could not be read.
    pub unreadable: Value,
    /// Whether there was more than the scope allows.
    pub cut_short: bool,
    /// What it covers.
    pub scope: Value,
    /// When all files were compared with it last.
    pub looked_at: Option<Timestamp>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "integrity_baselines")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) asset_id: i64,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) wish: Option<String>,
        pub(super) taken_at: Option<i64>,
        pub(super) by: String,
        #[sea_orm(column_type = "Text")]
        pub(super) reason: String,
        pub(super) files: i32,
        pub(super) packages: i32,
        #[sea_orm(column_type = "Text")]
        pub(super) unreadable: String,
        pub(super) cut_short: bool,
        #[sea_orm(column_type = "Text")]
        pub(super) scope: String,
        pub(super) looked_at: Option<i64>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) document: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) held: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// All but the documents, which are large.
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "Entity")]
    pub(super) struct Brief {
        pub(super) asset_id: i64,
        pub(super) wish: Option<String>,
        pub(super) taken_at: Option<i64>,
        pub(super) by: String,
        pub(super) reason: String,
        pub(super) files: i32,
        pub(super) packages: i32,
        pub(super) unreadable: String,
        pub(super) cut_short: bool,
        pub(super) scope: String,
        pub(super) looked_at: Option<i64>,
    }
}

/// The baseline of an asset, `None` where nobody asked for one.
pub async fn find(db: &impl Read, asset: AssetId) -> Result<Option<Baseline>, StoreError> {
    let brief = entity::Entity::find_by_id(asset.0)
        .into_partial_model::<entity::Brief>()
        .one(db)
        .await?;
    brief.map(baseline).transpose()
}

/// The files of an asset's baseline, as JSON.
pub async fn document(db: &impl Read, asset: AssetId) -> Result<Option<String>, StoreError> {
    column(db, asset, entity::Column::Document).await
}

/// The files of an asset as its agent reported them last, as JSON.
pub async fn held(db: &impl Read, asset: AssetId) -> Result<Option<String>, StoreError> {
    column(db, asset, entity::Column::Held).await
}

async fn column(
    db: &impl Read,
    asset: AssetId,
    column: entity::Column,
) -> Result<Option<String>, StoreError> {
    let text: Option<Option<String>> = entity::Entity::find_by_id(asset.0)
        .select_only()
        .column(column)
        .into_tuple()
        .one(db)
        .await?;
    Ok(text.flatten())
}

/// The assets that are the machine this program runs on and have a baseline, by id.
pub async fn local_assets(db: &impl Read) -> Result<Vec<AssetId>, StoreError> {
    let local = Query::select()
        .column(Alias::new("id"))
        .from(Alias::new("assets"))
        .and_where(Expr::col(Alias::new("local_host")).eq(true))
        .to_owned();
    let ids: Vec<i64> = entity::Entity::find()
        .select_only()
        .column(entity::Column::AssetId)
        .filter(entity::Column::TakenAt.is_not_null())
        .filter(entity::Column::AssetId.in_subquery(local))
        .order_by_asc(entity::Column::AssetId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(ids.into_iter().map(AssetId).collect())
}

/// Keeps a baseline in place of the one before, and ends the wish for one.
pub async fn put(
    tx: &Tx<'_>,
    asset: AssetId,
    taken: &Taken,
    document: &str,
) -> Result<(), StoreError> {
    let model = entity::ActiveModel {
        asset_id: Set(asset.0),
        wish: Set(None),
        taken_at: Set(Some(taken.at.as_millisecond())),
        by: Set(taken.by.clone()),
        reason: Set(taken.reason.clone()),
        files: Set(taken.files),
        packages: Set(taken.packages),
        unreadable: Set(taken.unreadable.to_string()),
        cut_short: Set(taken.cut_short),
        scope: Set(taken.scope.to_string()),
        looked_at: Set(taken.looked_at.map(Timestamp::as_millisecond)),
        document: Set(Some(document.to_owned())),
        ..Default::default()
    };
    let replace = OnConflict::column(entity::Column::AssetId)
        .update_columns([
            entity::Column::Wish,
            entity::Column::TakenAt,
            entity::Column::By,
            entity::Column::Reason,
            entity::Column::Files,
            entity::Column::Packages,
            entity::Column::Unreadable,
            entity::Column::CutShort,
            entity::Column::Scope,
            entity::Column::LookedAt,
            entity::Column::Document,
        ])
        .to_owned();
    entity::Entity::insert(model)
        .on_conflict(replace)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Asks for a baseline.
pub async fn wish(tx: &Tx<'_>, asset: AssetId, wish: &Value) -> Result<(), StoreError> {
    let model = entity::ActiveModel {
        asset_id: Set(asset.0),
        wish: Set(Some(wish.to_string())),
        taken_at: Set(None),
        by: Set(String::new()),
        reason: Set(String::new()),
        files: Set(0),
        packages: Set(0),
        unreadable: Set("[]".to_owned()),
        cut_short: Set(false),
        scope: Set("null".to_owned()),
        looked_at: Set(None),
        document: Set(None),
        held: Set(None),
    };
    let ask = OnConflict::column(entity::Column::AssetId)
        .update_column(entity::Column::Wish)
        .to_owned();
    entity::Entity::insert(model)
        .on_conflict(ask)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Keeps the files of a baseline that moved on.
pub async fn set_document(tx: &Tx<'_>, asset: AssetId, document: &str) -> Result<(), StoreError> {
    let text = Expr::value(document.to_owned());
    update(tx, asset, entity::Column::Document, text).await
}

/// Keeps the files of an asset as its agent reported them.
pub async fn set_held(tx: &Tx<'_>, asset: AssetId, document: &str) -> Result<(), StoreError> {
    let text = Expr::value(document.to_owned());
    update(tx, asset, entity::Column::Held, text).await
}

/// Notes when all files were compared with the baseline.
pub async fn set_looked_at(tx: &Tx<'_>, asset: AssetId, at: Timestamp) -> Result<(), StoreError> {
    let at = Expr::value(at.as_millisecond());
    update(tx, asset, entity::Column::LookedAt, at).await
}

async fn update(
    tx: &Tx<'_>,
    asset: AssetId,
    column: entity::Column,
    value: Expr,
) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(column, value)
        .filter(entity::Column::AssetId.eq(asset.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn baseline(brief: entity::Brief) -> Result<Baseline, StoreError> {
    let wish = brief.wish.as_deref();
    let wish = wish.map(|wish| row::json("integrity_baselines.wish", wish));
    let taken_at = row::instant_opt("integrity_baselines.taken_at", brief.taken_at)?;
    let taken = match taken_at {
        None => None,
        Some(at) => Some(Taken {
            at,
            by: brief.by,
            reason: brief.reason,
            files: brief.files,
            packages: brief.packages,
            unreadable: row::json("integrity_baselines.unreadable", &brief.unreadable)?,
            cut_short: brief.cut_short,
            scope: row::json("integrity_baselines.scope", &brief.scope)?,
            looked_at: row::instant_opt("integrity_baselines.looked_at", brief.looked_at)?,
        }),
    };
    Ok(Baseline {
        asset_id: AssetId(brief.asset_id),
        wish: wish.transpose()?,
        taken,
    })
}
