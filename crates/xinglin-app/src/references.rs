//! Checks that what a record refers to exists, and names of what records refer to.

use std::collections::HashMap;

use xinglin_core::{DepartmentId, PersonId, PostId, SystemId};
use xinglin_store::{Db, Tx, departments, people, posts, systems};

use crate::{AppError, Code};

/// What a form refers to.
#[derive(Debug, Default)]
pub(crate) struct References<'a> {
    pub(crate) department: Option<DepartmentId>,
    /// The form's field and the person.
    pub(crate) person: Option<(&'static str, PersonId)>,
    pub(crate) post: Option<PostId>,
    pub(crate) systems: &'a [SystemId],
}

impl References<'_> {
    /// Refuses what does not exist, field by field.
    ///
    /// # Errors
    /// [`Code::UnknownReference`].
    pub(crate) async fn check(&self, tx: &Tx<'_>) -> Result<(), AppError> {
        let conn = tx.conn();
        let mut error = AppError::new(Code::UnknownReference);
        if let Some(id) = self.department
            && departments::find(conn, id).await?.is_none()
        {
            error = error.field("department_id", id.to_string(), "an existing department");
        }
        if let Some((field, id)) = self.person
            && people::find(conn, id).await?.is_none()
        {
            error = error.field(field, id.to_string(), "an existing person");
        }
        if let Some(id) = self.post
            && posts::find(conn, id).await?.is_none()
        {
            error = error.field("post_id", id.to_string(), "an existing post");
        }
        if !self.systems.is_empty() {
            let known = systems::names(conn).await?;
            for id in self.systems.iter().filter(|id| !known.contains_key(id)) {
                error = error.field("system_ids", id.to_string(), "existing systems");
            }
        }
        if error.fields().is_empty() {
            Ok(())
        } else {
            Err(error)
        }
    }
}

/// The names of all departments: a hospital has some hundreds at most.
pub(crate) async fn department_names(db: &Db) -> Result<HashMap<DepartmentId, String>, AppError> {
    let departments = departments::list(db).await?;
    Ok(departments
        .into_iter()
        .map(|department| (department.id, department.name))
        .collect())
}

/// The names of those of `ids` that are there.
pub(crate) async fn person_names(
    db: &Db,
    ids: impl Iterator<Item = Option<PersonId>>,
) -> Result<HashMap<PersonId, String>, AppError> {
    let mut ids: Vec<PersonId> = ids.flatten().collect();
    ids.sort_unstable();
    ids.dedup();
    Ok(people::names(db, &ids).await?)
}
