//! What an assessment reads of other records: its system, its objects, its findings.

use sea_orm::{
    Condition, JoinType, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use xinglin_core::{AssetId, Extension, Grade, Importance, ObjectType, RequirementId, SystemId};

use super::grade;
use crate::{Read, StoreError, row};

/// A graded system as an assessment sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessedSystem {
    /// Row id.
    pub id: SystemId,
    /// Name.
    pub name: String,
    /// Grade.
    pub grade: Grade,
    /// Extensions that apply.
    pub extensions: Vec<Extension>,
}

/// An asset as an assessment sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AssessedObject {
    /// Row id.
    pub id: AssetId,
    /// The hospital's code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Kind of object.
    pub object_type: ObjectType,
    /// Importance.
    pub importance: Importance,
    /// Whether it is the machine the server runs on.
    pub local_host: bool,
}

mod system_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "systems")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) name: String,
        pub(super) s_level: i32,
        pub(super) a_level: i32,
        #[sea_orm(column_type = "Text")]
        pub(super) extensions: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod asset_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "assets")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) code: String,
        pub(super) name: String,
        pub(super) object_type: String,
        pub(super) importance: String,
        pub(super) state: String,
        pub(super) local_host: bool,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod link_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "asset_systems")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) asset_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) system_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {
        #[sea_orm(
            belongs_to = "super::asset_entity::Entity",
            from = "Column::AssetId",
            to = "super::asset_entity::Column::Id"
        )]
        Asset,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

/// The graded systems of these ids.
pub async fn systems(
    db: &impl Read,
    ids: impl IntoIterator<Item = SystemId>,
) -> Result<Vec<AssessedSystem>, StoreError> {
    let models = system_entity::Entity::find()
        .filter(system_entity::Column::Id.is_in(ids.into_iter().map(|id| id.0)))
        .all(db)
        .await?;
    models
        .into_iter()
        .map(|model| {
            Ok(AssessedSystem {
                id: SystemId(model.id),
                name: model.name,
                grade: grade(model.s_level, model.a_level)?,
                extensions: row::json("systems.extensions", &model.extensions)?,
            })
        })
        .collect()
}

/// The assets of these systems that are not retired, each with its system, by code.
pub async fn objects_of(
    db: &impl Read,
    systems: impl IntoIterator<Item = SystemId>,
) -> Result<Vec<(SystemId, AssessedObject)>, StoreError> {
    let rows: Vec<(i64, i64, String, String, String, String, bool)> = link_entity::Entity::find()
        .select_only()
        .column(link_entity::Column::SystemId)
        .column(asset_entity::Column::Id)
        .column(asset_entity::Column::Code)
        .column(asset_entity::Column::Name)
        .column(asset_entity::Column::ObjectType)
        .column(asset_entity::Column::Importance)
        .column(asset_entity::Column::LocalHost)
        .join(JoinType::InnerJoin, link_entity::Relation::Asset.def())
        .filter(link_entity::Column::SystemId.is_in(systems.into_iter().map(|id| id.0)))
        .filter(asset_entity::Column::State.ne("retired"))
        .order_by_asc(asset_entity::Column::Code)
        .into_tuple()
        .all(db)
        .await?;
    rows.into_iter()
        .map(
            |(system, id, code, name, object_type, importance, local_host)| {
                let object = AssessedObject {
                    id: AssetId(id),
                    code,
                    name,
                    object_type: row::word("assets.object_type", &object_type)?,
                    importance: row::word("assets.importance", &importance)?,
                    local_host,
                };
                Ok((SystemId(system), object))
            },
        )
        .collect()
}

/// One asset and the systems it belongs to, `None` where it does not exist.
pub async fn object(
    db: &impl Read,
    id: AssetId,
) -> Result<Option<(AssessedObject, Vec<SystemId>)>, StoreError> {
    let Some(model) = asset_entity::Entity::find_by_id(id.0).one(db).await? else {
        return Ok(None);
    };
    let systems = link_entity::Entity::find()
        .filter(link_entity::Column::AssetId.eq(id.0))
        .all(db)
        .await?
        .into_iter()
        .map(|link| SystemId(link.system_id))
        .collect();
    Ok(Some((assessed(model)?, systems)))
}

/// The assets of these ids, by code, retired ones too.
pub async fn objects(db: &impl Read, ids: &[AssetId]) -> Result<Vec<AssessedObject>, StoreError> {
    let mut objects = Vec::new();
    // SQLite allows 32,766 variables a statement.
    for ids in ids.chunks(10_000) {
        let models = asset_entity::Entity::find()
            .filter(asset_entity::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .all(db)
            .await?;
        for model in models {
            objects.push(assessed(model)?);
        }
    }
    objects.sort_by(|one, other| one.code.cmp(&other.code));
    Ok(objects)
}

fn assessed(model: asset_entity::Model) -> Result<AssessedObject, StoreError> {
    Ok(AssessedObject {
        id: AssetId(model.id),
        object_type: row::word("assets.object_type", &model.object_type)?,
        importance: row::word("assets.importance", &model.importance)?,
        code: model.code,
        name: model.name,
        local_host: model.local_host,
    })
}

/// How many findings of a system are not closed, by severity word.
pub async fn open_findings(
    db: &impl Read,
    system: SystemId,
) -> Result<Vec<(String, i64)>, StoreError> {
    grouped_findings(db, system, "severity").await
}

/// How many findings of a system are not closed, by unit code.
pub async fn findings_by_requirement(
    db: &impl Read,
    system: SystemId,
) -> Result<Vec<(RequirementId, i64)>, StoreError> {
    let rows = grouped_findings(db, system, "requirement").await?;
    rows.into_iter()
        .map(|(requirement, count)| Ok((row::word("findings.requirement", &requirement)?, count)))
        .collect()
}

// Findings have their own file; here they are only counted, so no entity is declared twice.
async fn grouped_findings(
    db: &impl Read,
    system: SystemId,
    column: &'static str,
) -> Result<Vec<(String, i64)>, StoreError> {
    let query = Query::select()
        .column(Alias::new(column))
        .expr_as(Expr::col(Alias::new("id")).count(), Alias::new("findings"))
        .from(Alias::new("findings"))
        .cond_where(
            Condition::all()
                .add(Expr::col(Alias::new("system_id")).eq(system.0))
                .add(Expr::col(Alias::new("state")).ne("closed")),
        )
        .group_by_col(Alias::new(column))
        .to_owned();
    let rows = db.query_all(&query).await?;
    rows.iter()
        .map(|found| Ok((found.try_get("", column)?, found.try_get("", "findings")?)))
        .collect()
}
