//! Posts: list, create, change, remove.

use std::collections::HashMap;

use serde_json::json;
use xinglin_core::{DepartmentId, PostId};
use xinglin_store::posts;
pub use xinglin_store::posts::Post;

use crate::{
    Actor, App, AppError, Code, Permission,
    change::difference,
    departments::still_referenced,
    error::{Check, tidy},
    references::References,
};

/// What a person says of a post.
#[derive(Debug, Clone)]
pub struct PostForm {
    /// The hospital's code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// The department it belongs to.
    pub department_id: Option<DepartmentId>,
    /// What its holder has to do.
    pub duty: Option<String>,
}

/// A post with the number of people who hold it.
#[derive(Debug, Clone)]
pub struct PostRow {
    /// The post.
    pub post: Post,
    /// Its holders.
    pub people_count: i64,
}

impl PostForm {
    fn check(self, id: PostId) -> Result<Post, AppError> {
        let post = Post {
            id,
            code: self.code.trim().to_owned(),
            name: self.name.trim().to_owned(),
            department_id: self.department_id,
            duty: tidy(self.duty),
        };
        let mut check = Check::default();
        check.text("code", &post.code, 64);
        check.text("name", &post.name, 100);
        check.optional("duty", post.duty.as_deref(), 500);
        check.finish()?;
        Ok(post)
    }
}

fn references(post: &Post) -> References<'_> {
    References {
        department: post.department_id,
        ..References::default()
    }
}

impl App {
    /// All posts by code.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_posts(&self, actor: &Actor) -> Result<Vec<PostRow>, AppError> {
        actor.require_sight(Permission::RecordsRead)?;
        let db = self.store().db();
        let counts: HashMap<_, _> = posts::people_counts(db).await?.into_iter().collect();
        let rows = posts::list(db).await?;
        Ok(rows
            .into_iter()
            .map(|post| PostRow {
                people_count: counts.get(&post.id).copied().unwrap_or(0),
                post,
            })
            .collect())
    }

    /// Creates a post.
    ///
    /// # Errors
    /// [`Code::InvalidInput`], [`Code::CodeTaken`], [`Code::UnknownReference`].
    pub async fn create_post(&self, actor: &Actor, form: PostForm) -> Result<PostRow, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let mut post = form.check(PostId(0))?;
        let mut change = self.change(actor).await?;
        references(&post).check(change.tx()).await?;
        post.id = posts::insert(change.tx(), &post).await?;
        change.note("post.create", "post", post.id, json!(post));
        change.commit().await?;
        Ok(PostRow {
            post,
            people_count: 0,
        })
    }

    /// Changes a post.
    ///
    /// # Errors
    /// As for creating, and [`Code::NotFound`].
    pub async fn update_post(
        &self,
        actor: &Actor,
        id: PostId,
        form: PostForm,
    ) -> Result<PostRow, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let post = form.check(id)?;
        let mut change = self.change(actor).await?;
        let old = posts::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        references(&post).check(change.tx()).await?;
        posts::save(change.tx(), &post).await?;
        change.note("post.update", "post", id, difference(&old, &post));
        change.commit().await?;
        let people_count = posts::people_counts(self.store().db())
            .await?
            .into_iter()
            .find(|(of, _)| *of == id)
            .map_or(0, |(_, people)| people);
        Ok(PostRow { post, people_count })
    }

    /// Removes a post that nobody holds.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::StillReferenced`].
    pub async fn delete_post(&self, actor: &Actor, id: PostId) -> Result<(), AppError> {
        actor.require(Permission::RecordsWrite)?;
        let mut change = self.change(actor).await?;
        let old = posts::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        posts::delete(change.tx(), id)
            .await
            .map_err(still_referenced)?;
        change.note("post.delete", "post", id, json!(old));
        change.commit().await
    }
}
