//! Assets, i.e. objects of assessment (测评对象).

use std::collections::HashMap;

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, FromQueryResult, QueryOrder, QuerySelect, QueryTrait, Statement,
    entity::prelude::*,
    sea_query::OnConflict,
};
use serde::Serialize;
use xinglin_core::{AssetId, AssetState, DepartmentId, Importance, ObjectType, PersonId, SystemId};

use crate::{
    Read, Sort, StoreError, Tx,
    row::{self, KEYS_PER_READ},
    search::contains,
};

/// An asset with the systems it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asset {
    /// Row id.
    pub id: AssetId,
    /// The hospital's code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// What kind of object it is.
    pub object_type: ObjectType,
    /// The graded systems it belongs to, by id.
    pub system_ids: Vec<SystemId>,
    /// Network address.
    pub address: Option<String>,
    /// Where it stands.
    pub location: Option<String>,
    /// Make and model.
    pub model: Option<String>,
    /// Version.
    pub version: Option<String>,
    /// Person in charge.
    pub owner_id: Option<PersonId>,
    /// Department in charge.
    pub department_id: Option<DepartmentId>,
    /// How important it is.
    pub importance: Importance,
    /// Supplier.
    pub supplier: Option<String>,
    /// Whether it is in use.
    pub state: AssetState,
    /// Whether it is the machine this server runs on.
    pub local_host: bool,
    /// Newest inspection.
    pub last_inspected_at: Option<Timestamp>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "assets")]
    #[expect(
        clippy::struct_field_names,
        reason = "an asset has a model, and SeaORM wants `Model`"
    )]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) code: String,
        pub(super) name: String,
        pub(super) object_type: String,
        pub(super) address: Option<String>,
        pub(super) location: Option<String>,
        pub(super) model: Option<String>,
        pub(super) version: Option<String>,
        pub(super) owner_id: Option<i64>,
        pub(super) department_id: Option<i64>,
        pub(super) importance: String,
        pub(super) supplier: Option<String>,
        pub(super) state: String,
        pub(super) local_host: bool,
        pub(super) last_inspected_at: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

pub(crate) mod link_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "asset_systems")]
    pub(crate) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) asset_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(crate) system_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// What assets can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AssetOrder {
    /// The hospital's code.
    Code,
    /// Name.
    Name,
    /// The stable word of the object type.
    ObjectType,
    /// The stable word of the importance; that is also its rank.
    Importance,
    /// Newest inspection; never inspected counts as earliest.
    LastInspectedAt,
}

/// Which assets to list.
#[derive(Debug, Clone, Default)]
pub struct AssetFilter {
    /// Part of code, name or address.
    pub q: Option<String>,
    /// Only this type.
    pub object_type: Option<ObjectType>,
    /// Only assets of this system.
    pub system_id: Option<SystemId>,
    /// Only this department's.
    pub department_id: Option<DepartmentId>,
    /// Only of this importance.
    pub importance: Option<Importance>,
    /// The order; by code where `None`.
    pub sort: Option<Sort<AssetOrder>>,
    /// Rows to pass over.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
}

/// One page of assets, and how many match in all.
pub async fn page(db: &impl Read, filter: &AssetFilter) -> Result<(Vec<Asset>, u64), StoreError> {
    let query = entity::Entity::find().filter(condition(filter));
    let total = query.clone().count(db).await?;
    let sort = filter.sort.unwrap_or(Sort {
        by: AssetOrder::Code,
        descending: false,
    });
    let column = match sort.by {
        AssetOrder::Code => entity::Column::Code,
        AssetOrder::Name => entity::Column::Name,
        AssetOrder::ObjectType => entity::Column::ObjectType,
        AssetOrder::Importance => entity::Column::Importance,
        AssetOrder::LastInspectedAt => entity::Column::LastInspectedAt,
    };
    let models = query
        .order_by(column, sort.order())
        // The id in the same direction, so that one walk along the index gives the order.
        .order_by(entity::Column::Id, sort.order())
        .offset(filter.offset)
        .limit(filter.limit)
        .all(db)
        .await?;
    Ok((with_systems(db, models).await?, total))
}

/// The id, name and address of every asset that has an address and is not retired.
pub async fn addresses(db: &impl Read) -> Result<Vec<(AssetId, String, String)>, StoreError> {
    let rows: Vec<(i64, String, String)> = entity::Entity::find()
        .select_only()
        .column(entity::Column::Id)
        .column(entity::Column::Name)
        .column(entity::Column::Address)
        .filter(entity::Column::Address.is_not_null())
        .filter(entity::Column::State.ne(AssetState::Retired.word()))
        .order_by_asc(entity::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let named = rows
        .into_iter()
        .map(|(id, name, address)| (AssetId(id), name, address));
    Ok(named.collect())
}

/// The name of each of these assets, and the level of the gravest system it is of.
pub async fn levels(
    db: &impl Read,
    ids: impl Iterator<Item = AssetId>,
) -> Result<Vec<(AssetId, String, Option<u8>)>, StoreError> {
    let sql = format!(
        "SELECT a.id, a.name, MAX(MAX(s.s_level, s.a_level)) AS level FROM assets a \
         LEFT JOIN asset_systems l ON l.asset_id = a.id \
         LEFT JOIN systems s ON s.id = l.system_id \
         WHERE a.id IN ({}) GROUP BY a.id, a.name",
        row::id_list(ids.map(|id| id.0))
    );
    let statement = Statement::from_string(db.get_database_backend(), sql);
    let rows = LevelRow::find_by_statement(statement).all(db).await?;
    let read = |row: LevelRow| {
        let level = row.level.and_then(|level| u8::try_from(level).ok());
        (AssetId(row.id), row.name, level)
    };
    Ok(rows.into_iter().map(read).collect())
}

#[derive(FromQueryResult)]
struct LevelRow {
    id: i64,
    name: String,
    level: Option<i64>,
}

fn condition(filter: &AssetFilter) -> Condition {
    let mut condition = Condition::all();
    if let Some(q) = filter.q.as_deref().filter(|q| !q.is_empty()) {
        let columns = [
            entity::Column::Code,
            entity::Column::Name,
            entity::Column::Address,
        ];
        condition = condition.add(contains(&columns, q));
    }
    if let Some(object_type) = filter.object_type {
        condition = condition.add(entity::Column::ObjectType.eq(object_type.word()));
    }
    if let Some(department) = filter.department_id {
        condition = condition.add(entity::Column::DepartmentId.eq(department.0));
    }
    if let Some(importance) = filter.importance {
        condition = condition.add(entity::Column::Importance.eq(importance.word()));
    }
    if let Some(system) = filter.system_id {
        let of_system = link_entity::Entity::find()
            .select_only()
            .column(link_entity::Column::AssetId)
            .filter(link_entity::Column::SystemId.eq(system.0))
            .into_query();
        condition = condition.add(entity::Column::Id.in_subquery(of_system));
    }
    condition
}

/// All assets by code.
pub async fn list(db: &impl Read) -> Result<Vec<Asset>, StoreError> {
    let models = entity::Entity::find()
        .order_by_asc(entity::Column::Code)
        .all(db)
        .await?;
    let links = link_entity::Entity::find()
        .order_by_asc(link_entity::Column::SystemId)
        .all(db)
        .await?;
    assemble(models, links)
}

/// One asset, `None` where it does not exist.
pub async fn find(db: &impl Read, id: AssetId) -> Result<Option<Asset>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    let mut assets = with_systems(db, model.into_iter().collect()).await?;
    Ok(assets.pop())
}

/// The assets with these codes.
pub async fn by_codes(db: &impl Read, codes: &[&str]) -> Result<Vec<Asset>, StoreError> {
    let mut models = Vec::new();
    for codes in codes.chunks(KEYS_PER_READ) {
        models.extend(
            entity::Entity::find()
                .filter(entity::Column::Code.is_in(codes.iter().copied()))
                .all(db)
                .await?,
        );
    }
    with_systems(db, models).await
}

/// The ids of the assets with these codes.
pub async fn ids_by_code(
    db: &impl Read,
    codes: &[&str],
) -> Result<HashMap<String, AssetId>, StoreError> {
    let mut ids = HashMap::with_capacity(codes.len());
    for codes in codes.chunks(KEYS_PER_READ) {
        let rows: Vec<(String, i64)> = entity::Entity::find()
            .select_only()
            .column(entity::Column::Code)
            .column(entity::Column::Id)
            .filter(entity::Column::Code.is_in(codes.iter().copied()))
            .into_tuple()
            .all(db)
            .await?;
        ids.extend(rows.into_iter().map(|(code, id)| (code, AssetId(id))));
    }
    Ok(ids)
}

/// Inserts an asset; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, asset: &Asset) -> Result<AssetId, StoreError> {
    let mut row = active(asset);
    row.id = NotSet;
    let id = AssetId(row.insert(tx.conn()).await?.id);
    link(tx, &links_of(id, asset)).await?;
    Ok(id)
}

/// Writes an asset and its systems back.
pub async fn save(tx: &Tx<'_>, asset: &Asset) -> Result<(), StoreError> {
    active(asset).update(tx.conn()).await?;
    unlink(tx, &[asset.id]).await?;
    link(tx, &links_of(asset.id, asset)).await
}

/// Inserts assets, or writes them over those with the same codes, and returns the ids by
/// code. `id`, `local_host` and `last_inspected_at` are ignored.
pub async fn put_many(
    tx: &Tx<'_>,
    assets: &[Asset],
) -> Result<HashMap<String, AssetId>, StoreError> {
    for assets in assets.chunks(row::ROWS_PER_INSERT) {
        let rows = assets.iter().map(|asset| entity::ActiveModel {
            id: NotSet,
            local_host: Set(false),
            last_inspected_at: Set(None),
            ..active(asset)
        });
        entity::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(entity::Column::Code)
                    .update_columns([
                        entity::Column::Name,
                        entity::Column::ObjectType,
                        entity::Column::Address,
                        entity::Column::Location,
                        entity::Column::Model,
                        entity::Column::Version,
                        entity::Column::OwnerId,
                        entity::Column::DepartmentId,
                        entity::Column::Importance,
                        entity::Column::Supplier,
                        entity::Column::State,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(tx.conn())
            .await?;
    }
    let codes: Vec<&str> = assets.iter().map(|asset| asset.code.as_str()).collect();
    let ids = ids_by_code(tx.conn(), &codes).await?;
    let all: Vec<AssetId> = ids.values().copied().collect();
    unlink(tx, &all).await?;
    let mut links = Vec::new();
    for asset in assets {
        if let Some(id) = ids.get(&asset.code) {
            links.extend(links_of(*id, asset));
        }
    }
    link(tx, &links).await?;
    Ok(ids)
}

/// Removes an asset that nothing refers to.
///
/// # Errors
/// [`StoreError::Reference`] while verdicts, inspections, evidence or findings refer to it.
pub async fn delete(tx: &Tx<'_>, id: AssetId) -> Result<(), StoreError> {
    entity::Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    Ok(())
}

async fn unlink(tx: &Tx<'_>, assets: &[AssetId]) -> Result<(), StoreError> {
    for assets in assets.chunks(KEYS_PER_READ) {
        link_entity::Entity::delete_many()
            .filter(link_entity::Column::AssetId.is_in(assets.iter().map(|id| id.0)))
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

async fn link(tx: &Tx<'_>, links: &[(AssetId, SystemId)]) -> Result<(), StoreError> {
    for links in links.chunks(row::ROWS_PER_INSERT) {
        let rows: Vec<_> = links
            .iter()
            .map(|(asset, system)| link_entity::ActiveModel {
                asset_id: Set(asset.0),
                system_id: Set(system.0),
            })
            .collect();
        link_entity::Entity::insert_many(rows)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

fn links_of(id: AssetId, asset: &Asset) -> Vec<(AssetId, SystemId)> {
    let systems = asset.system_ids.iter();
    systems.map(|system| (id, *system)).collect()
}

async fn with_systems(
    db: &impl Read,
    models: Vec<entity::Model>,
) -> Result<Vec<Asset>, StoreError> {
    let ids: Vec<i64> = models.iter().map(|model| model.id).collect();
    let mut links = Vec::new();
    for ids in ids.chunks(KEYS_PER_READ) {
        links.extend(
            link_entity::Entity::find()
                .filter(link_entity::Column::AssetId.is_in(ids.iter().copied()))
                .order_by_asc(link_entity::Column::SystemId)
                .all(db)
                .await?,
        );
    }
    assemble(models, links)
}

fn assemble(
    models: Vec<entity::Model>,
    links: Vec<link_entity::Model>,
) -> Result<Vec<Asset>, StoreError> {
    let mut systems: HashMap<i64, Vec<SystemId>> = HashMap::new();
    for link in links {
        let of_asset = systems.entry(link.asset_id).or_default();
        of_asset.push(SystemId(link.system_id));
    }
    models
        .into_iter()
        .map(|model| {
            let own = systems.remove(&model.id).unwrap_or_default();
            asset(model, own)
        })
        .collect()
}

fn active(asset: &Asset) -> entity::ActiveModel {
    entity::ActiveModel {
        id: Set(asset.id.0),
        code: Set(asset.code.clone()),
        name: Set(asset.name.clone()),
        object_type: Set(asset.object_type.word().to_owned()),
        address: Set(asset.address.clone()),
        location: Set(asset.location.clone()),
        model: Set(asset.model.clone()),
        version: Set(asset.version.clone()),
        owner_id: Set(asset.owner_id.map(|id| id.0)),
        department_id: Set(asset.department_id.map(|id| id.0)),
        importance: Set(asset.importance.word().to_owned()),
        supplier: Set(asset.supplier.clone()),
        state: Set(asset.state.word().to_owned()),
        local_host: Set(asset.local_host),
        last_inspected_at: Set(asset.last_inspected_at.map(Timestamp::as_millisecond)),
    }
}

fn asset(model: entity::Model, system_ids: Vec<SystemId>) -> Result<Asset, StoreError> {
    Ok(Asset {
        id: AssetId(model.id),
        object_type: row::word("assets.object_type", &model.object_type)?,
        importance: row::word("assets.importance", &model.importance)?,
        state: row::word("assets.state", &model.state)?,
        last_inspected_at: row::instant_opt("assets.last_inspected_at", model.last_inspected_at)?,
        system_ids,
        code: model.code,
        name: model.name,
        address: model.address,
        location: model.location,
        model: model.model,
        version: model.version,
        owner_id: model.owner_id.map(PersonId),
        department_id: model.department_id.map(DepartmentId),
        supplier: model.supplier,
        local_host: model.local_host,
    })
}
