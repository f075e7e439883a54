//! Tasks of rectification plans.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    FromQueryResult, QueryOrder, Statement,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::{
    AccountId, DepartmentId, FindingId, PersonId, PlanId, RequirementId, TaskId, Text,
};
use xinglin_workflow::{Measure, MeasureKind, PhaseCode, Severity, TaskState};

use crate::{Read, StoreError, Tx, row};

// SQLite allows 32,766 variables a statement; a task takes sixteen.
const ROWS_PER_INSERT: usize = 1_000;

/// A task.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Task {
    /// Row id.
    pub id: TaskId,
    /// The plan it belongs to.
    pub plan_id: PlanId,
    /// The finding it mends.
    pub finding_id: FindingId,
    /// The requirement that is then met.
    pub requirement: RequirementId,
    /// Short title.
    pub title: Text,
    /// What to do, as the content said it when the task was made: a plan that was signed
    /// does not change with the content.
    pub measure: Measure,
    /// What the measure mainly takes.
    pub kind: MeasureKind,
    /// The phase in which it is due.
    pub phase: PhaseCode,
    /// How grave the finding is.
    pub severity: Severity,
    /// Who carries it out.
    pub owner_id: Option<PersonId>,
    /// The department that answers for it.
    pub department_id: Option<DepartmentId>,
    /// The first day.
    pub starts_on: Date,
    /// The last day.
    pub due_on: Date,
    /// Where it stands.
    pub state: TaskState,
    /// Remark.
    pub note: Option<String>,
    /// Whether a person changed it; composing anew leaves it alone then.
    pub edited: bool,
    /// Who reported it done.
    pub submitted_by: Option<AccountId>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "tasks")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) plan_id: i64,
        pub(super) finding_id: i64,
        pub(super) requirement: String,
        #[sea_orm(column_type = "Text")]
        pub(super) title: String,
        #[sea_orm(column_type = "Text")]
        pub(super) measure: String,
        pub(super) kind: String,
        pub(super) phase: String,
        pub(super) severity: String,
        pub(super) owner_id: Option<i64>,
        pub(super) department_id: Option<i64>,
        pub(super) starts_on: String,
        pub(super) due_on: String,
        pub(super) state: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) note: Option<String>,
        pub(super) edited: bool,
        pub(super) submitted_by: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The tasks of these plans, by due day, then by first day.
pub async fn of_plans(db: &impl Read, plans: &[PlanId]) -> Result<Vec<Task>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::PlanId.is_in(plans.iter().map(|id| id.0)))
        .order_by_asc(entity::Column::DueOn)
        .order_by_asc(entity::Column::StartsOn)
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    models.into_iter().map(task).collect()
}

/// The tasks for these findings, oldest first.
pub async fn of_findings(db: &impl Read, findings: &[FindingId]) -> Result<Vec<Task>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::FindingId.is_in(findings.iter().map(|id| id.0)))
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    models.into_iter().map(task).collect()
}

/// One task, `None` where it does not exist.
pub async fn find(db: &impl Read, id: TaskId) -> Result<Option<Task>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(task).transpose()
}

#[derive(FromQueryResult)]
struct IdRow {
    id: i64,
}

/// Those of `findings` that some plan has an unfinished task for.
pub async fn under_way(
    db: &impl Read,
    findings: &[FindingId],
) -> Result<BTreeSet<FindingId>, StoreError> {
    let sql = format!(
        "SELECT DISTINCT finding_id AS id FROM tasks WHERE state <> 'done' AND finding_id IN ({})",
        row::id_list(findings.iter().map(|id| id.0))
    );
    let rows = IdRow::find_by_statement(Statement::from_string(db.get_database_backend(), sql))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| FindingId(row.id)).collect())
}

/// Inserts tasks; their ids are ignored.
pub async fn insert_all(tx: &Tx<'_>, tasks: &[Task]) -> Result<(), StoreError> {
    for tasks in tasks.chunks(ROWS_PER_INSERT) {
        let mut rows = Vec::with_capacity(tasks.len());
        for task in tasks {
            let mut row = active(task)?;
            row.id = NotSet;
            rows.push(row);
        }
        entity::Entity::insert_many(rows).exec(tx.conn()).await?;
    }
    Ok(())
}

/// Writes a task back.
pub async fn save(tx: &Tx<'_>, task: &Task) -> Result<(), StoreError> {
    active(task)?.update(tx.conn()).await?;
    Ok(())
}

/// Removes tasks.
pub async fn delete_all(tx: &Tx<'_>, ids: &[TaskId]) -> Result<(), StoreError> {
    entity::Entity::delete_many()
        .filter(entity::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Names of people and departments that tasks refer to.
#[derive(Debug, Clone, Default)]
pub struct Names {
    /// People.
    pub people: BTreeMap<PersonId, String>,
    /// Departments.
    pub departments: BTreeMap<DepartmentId, String>,
}

#[derive(FromQueryResult)]
struct NameRow {
    id: i64,
    name: String,
}

/// The names that `tasks` need.
pub async fn names(db: &impl Read, tasks: &[Task]) -> Result<Names, StoreError> {
    let people: BTreeSet<i64> = tasks
        .iter()
        .filter_map(|task| task.owner_id.map(|id| id.0))
        .collect();
    let departments: BTreeSet<i64> = tasks
        .iter()
        .filter_map(|task| task.department_id.map(|id| id.0))
        .collect();
    Ok(Names {
        people: name_of(db, "people", people)
            .await?
            .map(|(id, name)| (PersonId(id), name))
            .collect(),
        departments: name_of(db, "departments", departments)
            .await?
            .map(|(id, name)| (DepartmentId(id), name))
            .collect(),
    })
}

async fn name_of(
    db: &impl Read,
    table: &'static str,
    ids: BTreeSet<i64>,
) -> Result<impl Iterator<Item = (i64, String)>, StoreError> {
    let sql = format!(
        "SELECT id, name FROM {table} WHERE id IN ({})",
        row::id_list(ids)
    );
    let rows = NameRow::find_by_statement(Statement::from_string(db.get_database_backend(), sql))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| (row.id, row.name)))
}

fn active(task: &Task) -> Result<entity::ActiveModel, StoreError> {
    Ok(entity::ActiveModel {
        id: Set(task.id.0),
        plan_id: Set(task.plan_id.0),
        finding_id: Set(task.finding_id.0),
        requirement: Set(task.requirement.to_string()),
        title: Set(row::to_json("tasks.title", &task.title)?),
        measure: Set(row::to_json("tasks.measure", &task.measure)?),
        kind: Set(task.kind.word().to_owned()),
        phase: Set(task.phase.word().to_owned()),
        severity: Set(task.severity.word().to_owned()),
        owner_id: Set(task.owner_id.map(|id| id.0)),
        department_id: Set(task.department_id.map(|id| id.0)),
        starts_on: Set(task.starts_on.to_string()),
        due_on: Set(task.due_on.to_string()),
        state: Set(task.state.word().to_owned()),
        note: Set(task.note.clone()),
        edited: Set(task.edited),
        submitted_by: Set(task.submitted_by.map(|id| id.0)),
    })
}

fn task(model: entity::Model) -> Result<Task, StoreError> {
    Ok(Task {
        id: TaskId(model.id),
        plan_id: PlanId(model.plan_id),
        finding_id: FindingId(model.finding_id),
        requirement: row::word("tasks.requirement", &model.requirement)?,
        title: row::json("tasks.title", &model.title)?,
        measure: row::json("tasks.measure", &model.measure)?,
        kind: row::listed("tasks.kind", &model.kind, MeasureKind::from_word)?,
        phase: row::listed("tasks.phase", &model.phase, PhaseCode::from_word)?,
        severity: row::listed("tasks.severity", &model.severity, Severity::from_word)?,
        owner_id: model.owner_id.map(PersonId),
        department_id: model.department_id.map(DepartmentId),
        starts_on: row::date("tasks.starts_on", &model.starts_on)?,
        due_on: row::date("tasks.due_on", &model.due_on)?,
        state: row::listed("tasks.state", &model.state, TaskState::from_word)?,
        note: model.note,
        edited: model.edited,
        submitted_by: model.submitted_by.map(AccountId),
    })
}
