//! Departments: list, create, change, remove.

use std::collections::HashMap;

use serde::Deserialize;
use serde_json::json;
use xinglin_core::{DepartmentId, PersonId};
pub use xinglin_store::departments::Department;
use xinglin_store::{StoreError, Tx, departments};

use crate::{
    Actor, App, AppError, Code, Permission, change::difference, error::Check,
    references::References,
};

/// What a person says of a department.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DepartmentForm {
    /// The hospital's code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// The department above.
    pub parent_id: Option<DepartmentId>,
    /// Its head.
    pub head_id: Option<PersonId>,
}

/// A department with the number of its people.
#[derive(Debug, Clone)]
pub struct DepartmentRow {
    /// The department.
    pub department: Department,
    /// People in it.
    pub people_count: i64,
}

impl DepartmentForm {
    fn check(self, id: DepartmentId) -> Result<Department, AppError> {
        let mut check = Check::default();
        check.text("code", &self.code, 64);
        check.text("name", &self.name, 100);
        let parent = self.parent_id.map(|id| id.to_string()).unwrap_or_default();
        check.expect(
            self.parent_id != Some(id),
            "parent_id",
            &parent,
            "another department",
        );
        check.finish()?;
        Ok(Department {
            id,
            code: self.code.trim().to_owned(),
            name: self.name.trim().to_owned(),
            parent_id: self.parent_id,
            head_id: self.head_id,
        })
    }
}

impl App {
    /// All departments by code.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_departments(&self, actor: &Actor) -> Result<Vec<DepartmentRow>, AppError> {
        actor.require_sight(Permission::RecordsRead)?;
        let db = self.store().db();
        let counts = departments::people_counts(db).await?;
        let rows = departments::list(db).await?;
        Ok(rows
            .into_iter()
            .map(|department| {
                let people_count = counts
                    .iter()
                    .find(|(id, _)| *id == department.id)
                    .map_or(0, |(_, people)| *people);
                DepartmentRow {
                    department,
                    people_count,
                }
            })
            .collect())
    }

    /// Creates a department.
    ///
    /// # Errors
    /// [`Code::InvalidInput`], [`Code::CodeTaken`], [`Code::UnknownReference`].
    pub async fn create_department(
        &self,
        actor: &Actor,
        form: DepartmentForm,
    ) -> Result<DepartmentRow, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let mut department = form.check(DepartmentId(0))?;
        let mut change = self.change(actor).await?;
        check_references(change.tx(), &department).await?;
        department.id = departments::insert(change.tx(), &department).await?;
        change.note(
            "department.create",
            "department",
            department.id,
            json!(department),
        );
        change.commit().await?;
        Ok(DepartmentRow {
            department,
            people_count: 0,
        })
    }

    /// Changes a department.
    ///
    /// # Errors
    /// As for creating, and [`Code::NotFound`].
    pub async fn update_department(
        &self,
        actor: &Actor,
        id: DepartmentId,
        form: DepartmentForm,
    ) -> Result<DepartmentRow, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let department = form.check(id)?;
        let mut change = self.change(actor).await?;
        let old = departments::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        check_references(change.tx(), &department).await?;
        departments::save(change.tx(), &department).await?;
        change.note(
            "department.update",
            "department",
            id,
            difference(&old, &department),
        );
        change.commit().await?;
        let people_count = departments::people_counts(self.store().db())
            .await?
            .into_iter()
            .find(|(of, _)| *of == id)
            .map_or(0, |(_, people)| people);
        Ok(DepartmentRow {
            department,
            people_count,
        })
    }

    /// Removes a department that nothing refers to.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::StillReferenced`].
    pub async fn delete_department(&self, actor: &Actor, id: DepartmentId) -> Result<(), AppError> {
        actor.require(Permission::RecordsWrite)?;
        let mut change = self.change(actor).await?;
        let old = departments::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        departments::delete(change.tx(), id)
            .await
            .map_err(still_referenced)?;
        change.note("department.delete", "department", id, json!(old));
        change.commit().await
    }
}

/// Refuses a parent or head that does not exist, and a parent below the department.
async fn check_references(tx: &Tx<'_>, department: &Department) -> Result<(), AppError> {
    let head = References {
        person: department.head_id.map(|id| ("head_id", id)),
        ..References::default()
    };
    head.check(tx).await?;
    let Some(parent) = department.parent_id else {
        return Ok(());
    };
    let parents: HashMap<DepartmentId, Option<DepartmentId>> = departments::list(tx.conn())
        .await?
        .into_iter()
        .map(|one| (one.id, one.parent_id))
        .collect();
    if !parents.contains_key(&parent) {
        let error = AppError::new(Code::UnknownReference);
        return Err(error.field("parent_id", parent.to_string(), "an existing department"));
    }
    let mut above = Some(parent);
    // No chain is longer than there are departments.
    for _ in 0..=parents.len() {
        match above {
            None => return Ok(()),
            Some(id) if id == department.id => break,
            Some(id) => above = parents.get(&id).copied().flatten(),
        }
    }
    let expected = "a department that is not below this one";
    Err(AppError::new(Code::InvalidInput).field("parent_id", parent.to_string(), expected))
}

/// A failed removal: a broken reference then means that something else still points here.
pub(crate) fn still_referenced(error: StoreError) -> AppError {
    match error {
        StoreError::Reference(_) => AppError::new(Code::StillReferenced).caused_by(error),
        other => other.into(),
    }
}
