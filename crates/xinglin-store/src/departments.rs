//! Departments (科室 / 部门).

use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::OnConflict,
};
use serde::Serialize;
use xinglin_core::{DepartmentId, PersonId};

use crate::{
    Read, StoreError, Tx,
    row::{self, KEYS_PER_READ},
};

/// A department.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Department {
    /// Row id.
    pub id: DepartmentId,
    /// The hospital's code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// The department above.
    pub parent_id: Option<DepartmentId>,
    /// Its head.
    pub head_id: Option<PersonId>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "departments")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) code: String,
        pub(super) name: String,
        pub(super) parent_id: Option<i64>,
        pub(super) head_id: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// All departments by code.
pub async fn list(db: &impl Read) -> Result<Vec<Department>, StoreError> {
    let models = entity::Entity::find()
        .order_by_asc(entity::Column::Code)
        .all(db)
        .await?;
    Ok(models.into_iter().map(department).collect())
}

/// One department, `None` where it does not exist.
pub async fn find(db: &impl Read, id: DepartmentId) -> Result<Option<Department>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    Ok(model.map(department))
}

/// Number of people in each department that has any.
pub async fn people_counts(db: &impl Read) -> Result<Vec<(DepartmentId, i64)>, StoreError> {
    let rows: Vec<(i64, i64)> = crate::people::entity::Entity::find()
        .select_only()
        .column(crate::people::entity::Column::DepartmentId)
        .column_as(crate::people::entity::Column::Id.count(), "people")
        .filter(crate::people::entity::Column::DepartmentId.is_not_null())
        .group_by(crate::people::entity::Column::DepartmentId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, people)| (DepartmentId(id), people))
        .collect())
}

/// The departments with these codes.
pub async fn by_codes(db: &impl Read, codes: &[&str]) -> Result<Vec<Department>, StoreError> {
    let mut departments = Vec::new();
    for codes in codes.chunks(KEYS_PER_READ) {
        let models = entity::Entity::find()
            .filter(entity::Column::Code.is_in(codes.iter().copied()))
            .all(db)
            .await?;
        departments.extend(models.into_iter().map(department));
    }
    Ok(departments)
}

/// Inserts departments, or writes them over those with the same codes. `id`s are ignored.
pub async fn put_many(tx: &Tx<'_>, departments: &[Department]) -> Result<(), StoreError> {
    for departments in departments.chunks(row::ROWS_PER_INSERT) {
        let rows = departments.iter().map(|department| entity::ActiveModel {
            id: NotSet,
            ..active(department)
        });
        entity::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(entity::Column::Code)
                    .update_columns([
                        entity::Column::Name,
                        entity::Column::ParentId,
                        entity::Column::HeadId,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

/// Inserts a department; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, department: &Department) -> Result<DepartmentId, StoreError> {
    let mut row = active(department);
    row.id = sea_orm::ActiveValue::NotSet;
    let inserted = row.insert(tx.conn()).await?;
    Ok(DepartmentId(inserted.id))
}

/// Writes a department back.
pub async fn save(tx: &Tx<'_>, department: &Department) -> Result<(), StoreError> {
    active(department).update(tx.conn()).await?;
    Ok(())
}

/// Removes a department that nothing refers to.
///
/// # Errors
/// [`StoreError::Reference`] while people, posts, assets or departments refer to it.
pub async fn delete(tx: &Tx<'_>, id: DepartmentId) -> Result<(), StoreError> {
    entity::Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    Ok(())
}

fn active(department: &Department) -> entity::ActiveModel {
    entity::ActiveModel {
        id: Set(department.id.0),
        code: Set(department.code.clone()),
        name: Set(department.name.clone()),
        parent_id: Set(department.parent_id.map(|id| id.0)),
        head_id: Set(department.head_id.map(|id| id.0)),
    }
}

fn department(model: entity::Model) -> Department {
    Department {
        id: DepartmentId(model.id),
        code: model.code,
        name: model.name,
        parent_id: model.parent_id.map(DepartmentId),
        head_id: model.head_id.map(PersonId),
    }
}
