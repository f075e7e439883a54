//! People of the organisation.

use std::collections::HashMap;

use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::OnConflict,
};
use serde::Serialize;
use xinglin_core::{DepartmentId, PersonId, PersonState, PostId};

use crate::{
    Read, Sort, StoreError, Tx,
    row::{self, KEYS_PER_READ},
    search::contains,
};

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
    /// Whether the person still works here.
    pub state: PersonState,
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

/// What people can be sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeopleOrder {
    /// Employee number.
    Code,
    /// Name.
    Name,
}

/// Which people to list.
#[derive(Debug, Clone, Default)]
pub struct PeopleFilter {
    /// Part of code or name.
    pub q: Option<String>,
    /// Only this department.
    pub department_id: Option<DepartmentId>,
    /// The order; by code where `None`.
    pub sort: Option<Sort<PeopleOrder>>,
    /// Rows to pass over.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
}

/// One page of people, and how many match in all.
pub async fn page(db: &impl Read, filter: &PeopleFilter) -> Result<(Vec<Person>, u64), StoreError> {
    let mut condition = Condition::all();
    if let Some(q) = filter.q.as_deref().filter(|q| !q.is_empty()) {
        condition = condition.add(contains(&[entity::Column::Code, entity::Column::Name], q));
    }
    if let Some(department) = filter.department_id {
        condition = condition.add(entity::Column::DepartmentId.eq(department.0));
    }
    let query = entity::Entity::find().filter(condition);
    let total = query.clone().count(db).await?;
    let sort = filter.sort.unwrap_or(Sort {
        by: PeopleOrder::Code,
        descending: false,
    });
    let column = match sort.by {
        PeopleOrder::Code => entity::Column::Code,
        PeopleOrder::Name => entity::Column::Name,
    };
    let models = query
        .order_by(column, sort.order())
        .order_by(entity::Column::Id, sort.order())
        .offset(filter.offset)
        .limit(filter.limit)
        .all(db)
        .await?;
    let people = models.into_iter().map(person).collect::<Result<_, _>>()?;
    Ok((people, total))
}

/// All people by code.
pub async fn list(db: &impl Read) -> Result<Vec<Person>, StoreError> {
    let models = entity::Entity::find()
        .order_by_asc(entity::Column::Code)
        .all(db)
        .await?;
    models.into_iter().map(person).collect()
}

/// The names of these people.
pub async fn names(
    db: &impl Read,
    ids: &[PersonId],
) -> Result<HashMap<PersonId, String>, StoreError> {
    let mut names = HashMap::new();
    for ids in ids.chunks(KEYS_PER_READ) {
        let rows: Vec<(i64, String)> = entity::Entity::find()
            .select_only()
            .column(entity::Column::Id)
            .column(entity::Column::Name)
            .filter(entity::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .into_tuple()
            .all(db)
            .await?;
        names.extend(rows.into_iter().map(|(id, name)| (PersonId(id), name)));
    }
    Ok(names)
}

/// The people with these codes.
pub async fn by_codes(db: &impl Read, codes: &[&str]) -> Result<Vec<Person>, StoreError> {
    let mut people = Vec::new();
    for codes in codes.chunks(KEYS_PER_READ) {
        let models = entity::Entity::find()
            .filter(entity::Column::Code.is_in(codes.iter().copied()))
            .all(db)
            .await?;
        for model in models {
            people.push(person(model)?);
        }
    }
    Ok(people)
}

/// Inserts people, or writes them over those with the same codes. `id`s are ignored.
pub async fn put_many(tx: &Tx<'_>, people: &[Person]) -> Result<(), StoreError> {
    for people in people.chunks(row::ROWS_PER_INSERT) {
        let rows = people.iter().map(|person| entity::ActiveModel {
            id: NotSet,
            ..active(person)
        });
        entity::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::column(entity::Column::Code)
                    .update_columns([
                        entity::Column::Name,
                        entity::Column::DepartmentId,
                        entity::Column::PostId,
                        entity::Column::Phone,
                        entity::Column::Email,
                        entity::Column::State,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

/// One person, `None` where the row does not exist.
pub async fn find(db: &impl Read, id: PersonId) -> Result<Option<Person>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(person).transpose()
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
        state: Set(person.state.word().to_owned()),
    }
}

fn person(model: entity::Model) -> Result<Person, StoreError> {
    Ok(Person {
        id: PersonId(model.id),
        state: row::word("people.state", &model.state)?,
        code: model.code,
        name: model.name,
        department_id: model.department_id.map(DepartmentId),
        post_id: model.post_id.map(PostId),
        phone: model.phone,
        email: model.email,
    })
}
