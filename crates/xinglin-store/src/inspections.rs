//! Inspections (检查) of assets, each with its whole document.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use xinglin_core::{AssetId, InspectionId};

use crate::{Read, StoreError, Tx, row};

/// An inspection without its document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// Row id.
    pub id: InspectionId,
    /// The asset.
    pub asset_id: AssetId,
    /// `local` or `upload`.
    pub source: String,
    /// Distribution and release.
    pub platform: String,
    /// When the facts were read.
    pub collected_at: Timestamp,
    /// Checks passed.
    pub pass: i32,
    /// Checks failed.
    pub fail: i32,
    /// Checks without meaning for this host.
    pub not_applicable: i32,
    /// Checks without an answer.
    pub unknown: i32,
    /// What could not be read.
    pub unreadable: serde_json::Value,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "inspections")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) asset_id: i64,
        pub(super) source: String,
        pub(super) platform: String,
        pub(super) collected_at: i64,
        pub(super) pass: i32,
        pub(super) fail: i32,
        pub(super) not_applicable: i32,
        pub(super) unknown: i32,
        #[sea_orm(column_type = "Text")]
        pub(super) unreadable: String,
        #[sea_orm(column_type = "Text")]
        pub(super) document: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// All but the document, which is large.
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "Entity")]
    pub(super) struct Brief {
        pub(super) id: i64,
        pub(super) asset_id: i64,
        pub(super) source: String,
        pub(super) platform: String,
        pub(super) collected_at: i64,
        pub(super) pass: i32,
        pub(super) fail: i32,
        pub(super) not_applicable: i32,
        pub(super) unknown: i32,
        pub(super) unreadable: String,
    }
}

/// Inserts an inspection with its document; its `id` is ignored, the new one returned.
pub async fn insert(
    tx: &Tx<'_>,
    inspection: &Inspection,
    document: &str,
) -> Result<InspectionId, StoreError> {
    let row = entity::ActiveModel {
        id: NotSet,
        asset_id: Set(inspection.asset_id.0),
        source: Set(inspection.source.clone()),
        platform: Set(inspection.platform.clone()),
        collected_at: Set(inspection.collected_at.as_millisecond()),
        pass: Set(inspection.pass),
        fail: Set(inspection.fail),
        not_applicable: Set(inspection.not_applicable),
        unknown: Set(inspection.unknown),
        unreadable: Set(inspection.unreadable.to_string()),
        document: Set(document.to_owned()),
    };
    let inserted = entity::Entity::insert(row).exec(tx.conn()).await?;
    Ok(InspectionId(inserted.last_insert_id))
}

/// Notes when an asset was last inspected.
pub async fn touch_asset(tx: &Tx<'_>, asset: AssetId, at: Timestamp) -> Result<(), StoreError> {
    let update = Query::update()
        .table(Alias::new("assets"))
        .value(Alias::new("last_inspected_at"), at.as_millisecond())
        .and_where(Expr::col(Alias::new("id")).eq(asset.0))
        .to_owned();
    tx.conn().execute(&update).await?;
    Ok(())
}

/// The latest 200 inspections, newest first; of one asset where it is given.
pub async fn list(db: &impl Read, asset: Option<AssetId>) -> Result<Vec<Inspection>, StoreError> {
    let mut query = entity::Entity::find()
        .order_by_desc(entity::Column::CollectedAt)
        .order_by_desc(entity::Column::Id)
        .limit(200);
    if let Some(asset) = asset {
        query = query.filter(entity::Column::AssetId.eq(asset.0));
    }
    let briefs = query.into_partial_model::<entity::Brief>().all(db).await?;
    briefs.into_iter().map(inspection).collect()
}

/// One inspection with its document, `None` where it does not exist.
pub async fn find(
    db: &impl Read,
    id: InspectionId,
) -> Result<Option<(Inspection, String)>, StoreError> {
    let Some(model) = entity::Entity::find_by_id(id.0).one(db).await? else {
        return Ok(None);
    };
    let brief = entity::Brief {
        id: model.id,
        asset_id: model.asset_id,
        source: model.source,
        platform: model.platform,
        collected_at: model.collected_at,
        pass: model.pass,
        fail: model.fail,
        not_applicable: model.not_applicable,
        unknown: model.unknown,
        unreadable: model.unreadable,
    };
    Ok(Some((inspection(brief)?, model.document)))
}

/// Names of assets.
pub async fn asset_names(
    db: &impl Read,
    assets: impl IntoIterator<Item = AssetId>,
) -> Result<Vec<(AssetId, String)>, StoreError> {
    let query = Query::select()
        .columns([Alias::new("id"), Alias::new("name")])
        .from(Alias::new("assets"))
        .and_where(Expr::col(Alias::new("id")).is_in(assets.into_iter().map(|id| id.0)))
        .to_owned();
    let rows = db.query_all(&query).await?;
    rows.iter()
        .map(|found| {
            Ok((
                AssetId(found.try_get("", "id")?),
                found.try_get("", "name")?,
            ))
        })
        .collect()
}

fn inspection(brief: entity::Brief) -> Result<Inspection, StoreError> {
    Ok(Inspection {
        id: InspectionId(brief.id),
        asset_id: AssetId(brief.asset_id),
        source: brief.source,
        platform: brief.platform,
        collected_at: row::instant("inspections.collected_at", brief.collected_at)?,
        pass: brief.pass,
        fail: brief.fail,
        not_applicable: brief.not_applicable,
        unknown: brief.unknown,
        unreadable: row::json("inspections.unreadable", &brief.unreadable)?,
    })
}
