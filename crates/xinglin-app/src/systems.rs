//! Graded systems: list, show, create, change, remove.

use serde_json::json;
use xinglin_core::{DepartmentId, Extension, Grade, PersonId, SystemId, SystemState};
use xinglin_store::systems;
pub use xinglin_store::systems::{NewestAssessment, System};

use crate::{
    Actor, App, AppError, Code, Permission,
    change::difference,
    departments::still_referenced,
    error::{Check, tidy},
    references::{References, department_names, person_names},
};

/// What a person says of a graded system.
#[derive(Debug, Clone)]
pub struct SystemForm {
    /// The hospital's code, unique.
    pub code: String,
    /// Name.
    pub name: String,
    /// What it does.
    pub description: Option<String>,
    /// The grade.
    pub grade: Grade,
    /// The extension catalogues that apply.
    pub extensions: Vec<Extension>,
    /// Filing number (备案编号).
    pub filing_number: Option<String>,
    /// Day of grading.
    pub graded_on: Option<jiff::civil::Date>,
    /// Day of filing.
    pub filed_on: Option<jiff::civil::Date>,
    /// Last day of the filing certificate.
    pub certificate_expires_on: Option<jiff::civil::Date>,
    /// Department in charge.
    pub department_id: Option<DepartmentId>,
    /// Person in charge.
    pub owner_id: Option<PersonId>,
    /// Whether it is in operation.
    pub state: SystemState,
}

/// A system with what a list shows of what is around it.
#[derive(Debug, Clone)]
pub struct SystemRow {
    /// The system.
    pub system: System,
    /// Name of the department.
    pub department_name: Option<String>,
    /// Name of the owner.
    pub owner_name: Option<String>,
    /// Number of its assets.
    pub asset_count: i64,
    /// Its newest assessment.
    pub assessment: Option<NewestAssessment>,
}

impl SystemForm {
    fn check(self, id: SystemId) -> Result<System, AppError> {
        let mut extensions = self.extensions;
        extensions.sort_unstable();
        extensions.dedup();
        let system = System {
            id,
            code: self.code.trim().to_owned(),
            name: self.name.trim().to_owned(),
            description: tidy(self.description),
            grade: self.grade,
            extensions,
            filing_number: tidy(self.filing_number),
            graded_on: self.graded_on,
            filed_on: self.filed_on,
            certificate_expires_on: self.certificate_expires_on,
            department_id: self.department_id,
            owner_id: self.owner_id,
            state: self.state,
        };
        let mut check = Check::default();
        check_system(&system, &mut check);
        check.finish()?;
        Ok(system)
    }
}

/// Nobody files before grading.
pub(crate) fn is_filed_in_order(system: &System) -> bool {
    match (system.graded_on, system.filed_on) {
        (Some(graded), Some(filed)) => filed >= graded,
        _ => true,
    }
}

fn check_system(system: &System, check: &mut Check) {
    check.text("code", &system.code, 64);
    check.text("name", &system.name, 100);
    check.optional("description", system.description.as_deref(), 2_000);
    check.optional("filing_number", system.filing_number.as_deref(), 60);
    let filed = system
        .filed_on
        .map(|day| day.to_string())
        .unwrap_or_default();
    check.expect(
        is_filed_in_order(system),
        "filed_on",
        &filed,
        "not before the day of grading",
    );
}

fn references(system: &System) -> References<'_> {
    References {
        department: system.department_id,
        person: system.owner_id.map(|id| ("owner_id", id)),
        ..References::default()
    }
}

impl App {
    /// All systems by code.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_systems(&self, actor: &Actor) -> Result<Vec<SystemRow>, AppError> {
        actor.require_sight(Permission::RecordsRead)?;
        let systems = systems::list(self.store().db()).await?;
        self.system_rows(systems).await
    }

    /// One system.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn system(&self, actor: &Actor, id: SystemId) -> Result<SystemRow, AppError> {
        actor.require_sight(Permission::RecordsRead)?;
        let system = systems::find(self.store().db(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        self.system_row(system).await
    }

    /// Creates a system.
    ///
    /// # Errors
    /// [`Code::InvalidInput`], [`Code::CodeTaken`], [`Code::UnknownReference`].
    pub async fn create_system(
        &self,
        actor: &Actor,
        form: SystemForm,
    ) -> Result<SystemRow, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let mut system = form.check(SystemId(0))?;
        let mut change = self.change(actor).await?;
        references(&system).check(change.tx()).await?;
        system.id = systems::insert(change.tx(), &system).await?;
        change.note("system.create", "system", system.id, json!(system));
        change.commit().await?;
        self.system_row(system).await
    }

    /// Changes a system.
    ///
    /// # Errors
    /// As for creating, and [`Code::NotFound`].
    pub async fn update_system(
        &self,
        actor: &Actor,
        id: SystemId,
        form: SystemForm,
    ) -> Result<SystemRow, AppError> {
        actor.require(Permission::RecordsWrite)?;
        let system = form.check(id)?;
        let mut change = self.change(actor).await?;
        let old = systems::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        references(&system).check(change.tx()).await?;
        systems::save(change.tx(), &system).await?;
        change.note("system.update", "system", id, difference(&old, &system));
        change.commit().await?;
        self.system_row(system).await
    }

    /// Removes a system that nothing refers to.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::StillReferenced`] while assets or assessments refer to it.
    pub async fn delete_system(&self, actor: &Actor, id: SystemId) -> Result<(), AppError> {
        actor.require(Permission::RecordsWrite)?;
        let mut change = self.change(actor).await?;
        let old = systems::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        systems::delete(change.tx(), id)
            .await
            .map_err(still_referenced)?;
        change.note("system.delete", "system", id, json!(old));
        change.commit().await
    }

    async fn system_row(&self, system: System) -> Result<SystemRow, AppError> {
        let mut rows = self.system_rows(vec![system]).await?;
        rows.pop().ok_or(AppError::new(Code::NotFound))
    }

    async fn system_rows(&self, systems: Vec<System>) -> Result<Vec<SystemRow>, AppError> {
        let db = self.store().db();
        let departments = department_names(db).await?;
        let owners = person_names(db, systems.iter().map(|system| system.owner_id)).await?;
        let counts = systems::asset_counts(db).await?;
        let mut assessments = systems::newest_assessments(db).await?;
        Ok(systems
            .into_iter()
            .map(|system| SystemRow {
                department_name: system
                    .department_id
                    .and_then(|id| departments.get(&id).cloned()),
                owner_name: system.owner_id.and_then(|id| owners.get(&id).cloned()),
                asset_count: counts.get(&system.id).copied().unwrap_or(0),
                assessment: assessments.remove(&system.id),
                system,
            })
            .collect())
    }
}
