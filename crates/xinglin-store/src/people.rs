//! People of the organisation.

use sea_orm::{ActiveValue::Set, Condition, QueryOrder, QuerySelect, entity::prelude::*};
use serde::Serialize;
use xinglin_core::{DepartmentId, PersonId, PostId};

use crate::{Read, StoreError, Tx};

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Person {
    /// Row id.
    pub id: PersonId,
    /// Employee number, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// Department.
    pub department_id: Option<DepartmentId>,
    /// Post.
    pub post_id: Option<PostId>,
    /// Telephone.
    pub phone: Option<String>,
    /// E-mail.
    pub email: Option<String>,
    /// `active` or `left`.
    pub state: String,
}

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "people")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) code: String,
        pub(crate) name: String,
        pub(crate) department_id: Option<i64>,
        pub(crate) post_id: Option<i64>,
        pub(crate) phone: Option<String>,
        pub(crate) email: Option<String>,
        pub(crate) state: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Which people to list.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Part of code or name.
    pub q: Option<String>,
    /// Only this department.
    pub department_id: Option<DepartmentId>,
    /// Rows to pass over.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
}

/// One page of people by code, and how many match in all.
pub async fn page(db: &impl Read, filter: &PeopleFilter) -> Result<(Vec<Person>, u64), StoreError> {
    let mut condition = Condition::all();
    if let Some(q) = filter.q.as_deref().filter(|q| !q.is_empty()) {
        condition = condition.add(
            Condition::any()
                .add(entity::Column::Code.contains(q))
                .add(entity::Column::Name.contains(q)),
        );
    }
    if let Some(department) = filter.department_id {
        condition = condition.add(entity::Column::DepartmentId.eq(department.0));
    }
    let query = entity::Entity::find().filter(condition);
    let total = query.clone().count(db).await?;
    let models = query
        .order_by_asc(entity::Column::Code)
        .offset(filter.offset)
        .limit(filter.limit)
        .all(db)
        .await?;
    Ok((models.into_iter().map(person).collect(), total))
}

/// One person, `None` where the row does not exist.
pub async fn find(db: &impl Read, id: PersonId) -> Result<Option<Person>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    Ok(model.map(person))
}

/// Inserts a person; the `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, person: &Person) -> Result<PersonId, StoreError> {
    let mut row = active(person);
    row.id = sea_orm::ActiveValue::NotSet;
    let inserted = row.insert(tx.conn()).await?;
    Ok(PersonId(inserted.id))
}

/// Writes a person back.
pub async fn save(tx: &Tx<'_>, person: &Person) -> Result<(), StoreError> {
    active(person).update(tx.conn()).await?;
    Ok(())
}

/// Removes a person whom nothing refers to.
///
/// # Errors
/// [`StoreError::Reference`] while systems, assets or tasks refer to the person.
pub async fn delete(tx: &Tx<'_>, id: PersonId) -> Result<(), StoreError> {
    entity::Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    Ok(())
}

fn active(person: &Person) -> entity::ActiveModel {
    entity::ActiveModel {
        id: Set(person.id.0),
        code: Set(person.code.clone()),
        name: Set(person.name.clone()),
        department_id: Set(person.department_id.map(|id| id.0)),
        post_id: Set(person.post_id.map(|id| id.0)),
        phone: Set(person.phone.clone()),
        email: Set(person.email.clone()),
        state: Set(person.state.clone()),
    }
}

fn person(model: entity::Model) -> Person {
    Person {
        id: PersonId(model.id),
        code: model.code,
        name: model.name,
        department_id: model.department_id.map(DepartmentId),
        post_id: model.post_id.map(PostId),
        phone: model.phone,
        email: model.email,
        state: model.state,
    }
}
