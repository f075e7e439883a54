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
    /// The way it came: `local`, `upload`, `files`, `bundle`, `database`, `tls`, `ssh` or
    /// `agent`.
    pub source: String,
    /// What it is of: the word of a family of inspected things.
    pub family: String,
    /// The thing.
    pub subject: Inspected,
    /// Product and release.
    pub platform: String,
    /// For a bundle: what is known of its origin.
    pub trust: Option<String>,
    /// How many facts and results differ from the inspection before; `None` for the first.
    pub changes: Option<i32>,
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

/// What an inspection is of. Empty where inspections of before did not keep it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Inspected {
    /// `host`, `database`, `middleware`, `device`, `endpoint` or `hypervisor`.
    pub kind: String,
    /// Its own name.
    pub name: String,
    /// The product.
    pub platform: String,
    /// Its release.
    pub version: String,
}

/// Which side of an inspection its neighbour in time is on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The one before.
    Before,
    /// The one after.
    After,
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
        pub(super) family: String,
        pub(super) subject_kind: String,
        pub(super) subject_name: String,
        pub(super) subject_platform: String,
        pub(super) subject_version: String,
        pub(super) trust: Option<String>,
        pub(super) changes: Option<i32>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) effects: Option<String>,
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
        pub(super) family: String,
        pub(super) subject_kind: String,
        pub(super) subject_name: String,
        pub(super) subject_platform: String,
        pub(super) subject_version: String,
        pub(super) trust: Option<String>,
        pub(super) changes: Option<i32>,
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
        family: Set(inspection.family.clone()),
        subject_kind: Set(inspection.subject.kind.clone()),
        subject_name: Set(inspection.subject.name.clone()),
        subject_platform: Set(inspection.subject.platform.clone()),
        subject_version: Set(inspection.subject.version.clone()),
        trust: Set(inspection.trust.clone()),
        changes: Set(inspection.changes),
        effects: Set(None),
    };
    let inserted = entity::Entity::insert(row).exec(tx.conn()).await?;
    Ok(InspectionId(inserted.last_insert_id))
}

/// Notes when an asset was last inspected, unless a later time is known.
pub async fn touch_asset(tx: &Tx<'_>, asset: AssetId, at: Timestamp) -> Result<(), StoreError> {
    let update = Query::update()
        .table(Alias::new("assets"))
        .value(Alias::new("last_inspected_at"), at.as_millisecond())
        .and_where(Expr::col(Alias::new("id")).eq(asset.0))
        .and_where(
            Expr::col(Alias::new("last_inspected_at"))
                .is_null()
                .or(Expr::col(Alias::new("last_inspected_at")).lt(at.as_millisecond())),
        )
        .to_owned();
    tx.conn().execute(&update).await?;
    Ok(())
}

/// Notes how many facts and results differ from the inspection before.
pub async fn set_changes(tx: &Tx<'_>, id: InspectionId, changes: i32) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Changes, Expr::value(changes))
        .filter(entity::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Notes what an inspection did to cells.
pub async fn set_effects(
    tx: &Tx<'_>,
    id: InspectionId,
    effects: &serde_json::Value,
) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(entity::Column::Effects, Expr::value(effects.to_string()))
        .filter(entity::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// What the inspections of the same asset and family after `after`, up to this one, did to
/// cells, oldest first.
pub async fn effects(
    db: &impl Read,
    of: &Inspection,
    after: Timestamp,
) -> Result<Vec<serde_json::Value>, StoreError> {
    let found: Vec<Option<String>> = entity::Entity::find()
        .select_only()
        .column(entity::Column::Effects)
        .filter(entity::Column::AssetId.eq(of.asset_id.0))
        .filter(entity::Column::Family.eq(of.family.as_str()))
        .filter(entity::Column::CollectedAt.gt(after.as_millisecond()))
        .filter(entity::Column::CollectedAt.lte(of.collected_at.as_millisecond()))
        .filter(entity::Column::Effects.is_not_null())
        .order_by_asc(entity::Column::CollectedAt)
        .order_by_asc(entity::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    found
        .into_iter()
        .flatten()
        .map(|text| row::json("inspections.effects", &text))
        .collect()
}

/// The latest 200 inspections, newest first; of one asset and one family where they are
/// given.
pub async fn list(
    db: &impl Read,
    asset: Option<AssetId>,
    family: Option<&str>,
) -> Result<Vec<Inspection>, StoreError> {
    let mut query = entity::Entity::find()
        .order_by_desc(entity::Column::CollectedAt)
        .order_by_desc(entity::Column::Id)
        .limit(200);
    if let Some(asset) = asset {
        query = query.filter(entity::Column::AssetId.eq(asset.0));
    }
    if let Some(family) = family {
        query = query.filter(entity::Column::Family.eq(family));
    }
    let briefs = query.into_partial_model::<entity::Brief>().all(db).await?;
    briefs.into_iter().map(inspection).collect()
}

/// The latest inspection of a family of each asset that has one, with its document.
pub async fn latest(db: &impl Read, family: &str) -> Result<Vec<(Inspection, String)>, StoreError> {
    let ids: Vec<i64> = entity::Entity::find()
        .select_only()
        .column_as(entity::Column::Id.max(), "latest")
        .filter(entity::Column::Family.eq(family))
        .group_by(entity::Column::AssetId)
        .into_tuple()
        .all(db)
        .await?;
    let mut latest = Vec::with_capacity(ids.len());
    for ids in ids.chunks(row::KEYS_PER_READ) {
        let of_ids = entity::Column::Id.is_in(ids.iter().copied());
        let models = entity::Entity::find().filter(of_ids).all(db).await?;
        for model in models {
            latest.push(with_document(model)?);
        }
    }
    Ok(latest)
}

/// One inspection with its document, `None` where it does not exist.
pub async fn find(
    db: &impl Read,
    id: InspectionId,
) -> Result<Option<(Inspection, String)>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(with_document).transpose()
}

/// The inspection next to one of the same asset and family, by the time of its facts.
pub async fn neighbour(
    db: &impl Read,
    of: &Inspection,
    side: Side,
) -> Result<Option<(Inspection, String)>, StoreError> {
    let (at, id) = (entity::Column::CollectedAt, entity::Column::Id);
    let here = of.collected_at.as_millisecond();
    let query = entity::Entity::find()
        .filter(entity::Column::AssetId.eq(of.asset_id.0))
        .filter(entity::Column::Family.eq(of.family.as_str()));
    let query = match side {
        Side::Before => query
            .filter(at.lt(here).or(at.eq(here).and(id.lt(of.id.0))))
            .order_by_desc(at)
            .order_by_desc(id),
        Side::After => query
            .filter(at.gt(here).or(at.eq(here).and(id.gt(of.id.0))))
            .order_by_asc(at)
            .order_by_asc(id),
    };
    let model = query.one(db).await?;
    model.map(with_document).transpose()
}

fn with_document(model: entity::Model) -> Result<(Inspection, String), StoreError> {
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
        family: model.family,
        subject_kind: model.subject_kind,
        subject_name: model.subject_name,
        subject_platform: model.subject_platform,
        subject_version: model.subject_version,
        trust: model.trust,
        changes: model.changes,
    };
    Ok((inspection(brief)?, model.document))
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
        family: brief.family,
        subject: Inspected {
            kind: brief.subject_kind,
            name: brief.subject_name,
            platform: brief.subject_platform,
            version: brief.subject_version,
        },
        platform: brief.platform,
        trust: brief.trust,
        changes: brief.changes,
        collected_at: row::instant("inspections.collected_at", brief.collected_at)?,
        pass: brief.pass,
        fail: brief.fail,
        not_applicable: brief.not_applicable,
        unknown: brief.unknown,
        unreadable: row::json("inspections.unreadable", &brief.unreadable)?,
    })
}
