//! Posts (岗位).

use sea_orm::{ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*};
use serde::Serialize;
use xinglin_core::{DepartmentId, PostId};

use crate::{Read, StoreError, Tx};

/// A post.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Post {
    /// Row id.
    pub id: PostId,
    /// The hospital's code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// The department it belongs to.
    pub department_id: Option<DepartmentId>,
    /// What its holder has to do.
    pub duty: Option<String>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "posts")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) code: String,
        pub(super) name: String,
        pub(super) department_id: Option<i64>,
        pub(super) duty: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// All posts by code.
pub async fn list(db: &impl Read) -> Result<Vec<Post>, StoreError> {
    let models = entity::Entity::find()
        .order_by_asc(entity::Column::Code)
        .all(db)
        .await?;
    Ok(models.into_iter().map(post).collect())
}

/// One post, `None` where it does not exist.
pub async fn find(db: &impl Read, id: PostId) -> Result<Option<Post>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    Ok(model.map(post))
}

/// Number of people in each post that has any.
pub async fn people_counts(db: &impl Read) -> Result<Vec<(PostId, i64)>, StoreError> {
    use crate::people::entity as people;

    let rows: Vec<(i64, i64)> = people::Entity::find()
        .select_only()
        .column(people::Column::PostId)
        .column_as(people::Column::Id.count(), "people")
        .filter(people::Column::PostId.is_not_null())
        .group_by(people::Column::PostId)
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|(id, people)| (PostId(id), people))
        .collect())
}

/// Inserts a post; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, post: &Post) -> Result<PostId, StoreError> {
    let mut row = active(post);
    row.id = sea_orm::ActiveValue::NotSet;
    let inserted = row.insert(tx.conn()).await?;
    Ok(PostId(inserted.id))
}

/// Writes a post back.
pub async fn save(tx: &Tx<'_>, post: &Post) -> Result<(), StoreError> {
    active(post).update(tx.conn()).await?;
    Ok(())
}

/// Removes a post that nobody holds.
///
/// # Errors
/// [`StoreError::Reference`] while people hold it.
pub async fn delete(tx: &Tx<'_>, id: PostId) -> Result<(), StoreError> {
    entity::Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    Ok(())
}

fn active(post: &Post) -> entity::ActiveModel {
    entity::ActiveModel {
        id: Set(post.id.0),
        code: Set(post.code.clone()),
        name: Set(post.name.clone()),
        department_id: Set(post.department_id.map(|id| id.0)),
        duty: Set(post.duty.clone()),
    }
}

fn post(model: entity::Model) -> Post {
    Post {
        id: PostId(model.id),
        code: model.code,
        name: model.name,
        department_id: model.department_id.map(DepartmentId),
        duty: model.duty,
    }
}
