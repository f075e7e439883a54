//! Graded systems (定级对象).

use std::collections::HashMap;

use jiff::civil::Date;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::OnConflict,
};
use serde::Serialize;
use xinglin_core::{AssessmentId, DepartmentId, Extension, Grade, PersonId, SystemId, SystemState};

use crate::{
    Read, StoreError, Tx, assets,
    row::{self, KEYS_PER_READ},
};

/// A graded system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct System {
    /// Row id.
    pub id: SystemId,
    /// The hospital's code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// The grade.
    pub grade: Grade,
    /// The extension catalogues that apply, in the standard's order.
    pub extensions: Vec<Extension>,
    /// Filing number (备案编号).
    pub filing_number: Option<String>,
    /// Day of grading.
    pub graded_on: Option<Date>,
    /// Day of filing.
    pub filed_on: Option<Date>,
    /// Last day of the filing certificate.
    pub certificate_expires_on: Option<Date>,
    /// Department in charge.
    pub department_id: Option<DepartmentId>,
    /// Person in charge.
    pub owner_id: Option<PersonId>,
    /// Whether it is in operation.
    pub state: SystemState,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "systems")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) code: String,
        pub(super) name: String,
        pub(super) description: Option<String>,
        pub(super) s_level: i32,
        pub(super) a_level: i32,
        #[sea_orm(column_type = "Text")]
        pub(super) extensions: String,
        pub(super) filing_number: Option<String>,
        pub(super) graded_on: Option<String>,
        pub(super) filed_on: Option<String>,
        pub(super) certificate_expires_on: Option<String>,
        pub(super) department_id: Option<i64>,
        pub(super) owner_id: Option<i64>,
        pub(super) state: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

// Only what a list of systems shows of their assessments.
mod assessment_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "assessments")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) system_id: i64,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) result: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The newest assessment of a system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewestAssessment {
    /// The assessment.
    pub id: AssessmentId,
    /// Its stored result as JSON, `None` before the first.
    pub result: Option<String>,
}

/// All systems by code.
pub async fn list(db: &impl Read) -> Result<Vec<System>, StoreError> {
    let models = entity::Entity::find()
        .order_by_asc(entity::Column::Code)
        .all(db)
        .await?;
    models.into_iter().map(system).collect()
}

/// One system, `None` where it does not exist.
pub async fn find(db: &impl Read, id: SystemId) -> Result<Option<System>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(system).transpose()
}

/// The names of all systems.
pub async fn names(db: &impl Read) -> Result<HashMap<SystemId, String>, StoreError> {
    let rows: Vec<(i64, String)> = entity::Entity::find()
        .select_only()
        .column(entity::Column::Id)
        .column(entity::Column::Name)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, name)| (SystemId(id), name))
        .collect())
}

/// The systems with these codes.
pub async fn by_codes(db: &impl Read, codes: &[&str]) -> Result<Vec<System>, StoreError> {
    let mut systems = Vec::new();
    for codes in codes.chunks(KEYS_PER_READ) {
        let models = entity::Entity::find()
            .filter(entity::Column::Code.is_in(codes.iter().copied()))
            .all(db)
            .await?;
        for model in models {
            systems.push(system(model)?);
        }
    }
    Ok(systems)
}

/// Number of assets of each system that has any.
pub async fn asset_counts(db: &impl Read) -> Result<HashMap<SystemId, i64>, StoreError> {
    let rows: Vec<(i64, i64)> = assets::link_entity::Entity::find()
        .select_only()
        .column(assets::link_entity::Column::SystemId)
        .column_as(assets::link_entity::Column::AssetId.count(), "assets")
        .group_by(assets::link_entity::Column::SystemId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, assets)| (SystemId(id), assets))
        .collect())
}

/// The newest assessment of each system that has any.
pub async fn newest_assessments(
    db: &impl Read,
) -> Result<HashMap<SystemId, NewestAssessment>, StoreError> {
    let models = assessment_entity::Entity::find()
        .order_by_asc(assessment_entity::Column::Id)
        .all(db)
        .await?;
    // A later one takes the place of an earlier one.
    Ok(models
        .into_iter()
        .map(|model| {
            let newest = NewestAssessment {
                id: AssessmentId(model.id),
                result: model.result,
            };
            (SystemId(model.system_id), newest)
        })
        .collect())
}

/// Inserts a system; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, system: &System) -> Result<SystemId, StoreError> {
    let mut row = active(system)?;
    row.id = NotSet;
    let inserted = row.insert(tx.conn()).await?;
    Ok(SystemId(inserted.id))
}

/// Writes a system back.
pub async fn save(tx: &Tx<'_>, system: &System) -> Result<(), StoreError> {
    active(system)?.update(tx.conn()).await?;
    Ok(())
}

/// Inserts systems, or writes them over those with the same codes. `id`s are ignored.
pub async fn put_many(tx: &Tx<'_>, systems: &[System]) -> Result<(), StoreError> {
    for systems in systems.chunks(row::ROWS_PER_INSERT) {
        let mut rows = Vec::with_capacity(systems.len());
        for system in systems {
            let mut row = active(system)?;
            row.id = NotSet;
            rows.push(row);
        }
        entity::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(entity::Column::Code)
                    .update_columns([
                        entity::Column::Name,
                        entity::Column::Description,
                        entity::Column::SLevel,
                        entity::Column::ALevel,
                        entity::Column::Extensions,
                        entity::Column::FilingNumber,
                        entity::Column::GradedOn,
                        entity::Column::FiledOn,
                        entity::Column::CertificateExpiresOn,
                        entity::Column::DepartmentId,
                        entity::Column::OwnerId,
                        entity::Column::State,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

/// Removes a system that nothing refers to.
///
/// # Errors
/// [`StoreError::Reference`] while assets, assessments or hazards refer to it.
pub async fn delete(tx: &Tx<'_>, id: SystemId) -> Result<(), StoreError> {
    entity::Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    Ok(())
}

fn active(system: &System) -> Result<entity::ActiveModel, StoreError> {
    Ok(entity::ActiveModel {
        id: Set(system.id.0),
        code: Set(system.code.clone()),
        name: Set(system.name.clone()),
        description: Set(system.description.clone()),
        s_level: Set(i32::from(system.grade.s.number())),
        a_level: Set(i32::from(system.grade.a.number())),
        extensions: Set(row::to_json("systems.extensions", &system.extensions)?),
        filing_number: Set(system.filing_number.clone()),
        graded_on: Set(system.graded_on.map(|day| day.to_string())),
        filed_on: Set(system.filed_on.map(|day| day.to_string())),
        certificate_expires_on: Set(system.certificate_expires_on.map(|day| day.to_string())),
        department_id: Set(system.department_id.map(|id| id.0)),
        owner_id: Set(system.owner_id.map(|id| id.0)),
        state: Set(system.state.word().to_owned()),
    })
}

fn system(model: entity::Model) -> Result<System, StoreError> {
    Ok(System {
        id: SystemId(model.id),
        grade: Grade {
            s: row::level("systems.s_level", model.s_level)?,
            a: row::level("systems.a_level", model.a_level)?,
        },
        extensions: row::json("systems.extensions", &model.extensions)?,
        graded_on: row::date_opt("systems.graded_on", model.graded_on.as_deref())?,
        filed_on: row::date_opt("systems.filed_on", model.filed_on.as_deref())?,
        certificate_expires_on: row::date_opt(
            "systems.certificate_expires_on",
            model.certificate_expires_on.as_deref(),
        )?,
        state: row::word("systems.state", &model.state)?,
        code: model.code,
        name: model.name,
        description: model.description,
        filing_number: model.filing_number,
        department_id: model.department_id.map(DepartmentId),
        owner_id: model.owner_id.map(PersonId),
    })
}
