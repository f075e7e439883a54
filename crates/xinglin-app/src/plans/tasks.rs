//! Tasks: change, start, submit, and the second look by another person.

use jiff::civil::Date;
use serde_json::Value;
use xinglin_core::{AccountId, DepartmentId, PersonId, TaskId, Text};
use xinglin_store::{
    accounts, findings,
    tasks::{self, Task},
};
use xinglin_workflow::{FindingState, TaskAction, TaskError, TaskState};

use crate::{
    Actor, App, AppError, Code, Permission,
    assessments::Rescored,
    change::{Change, difference},
    error::{Check, reason},
    findings::move_findings,
    references::References,
};

/// A task as it is shown.
#[derive(Debug, Clone)]
pub struct TaskRow {
    /// The task.
    pub task: Task,
    /// Name of its owner.
    pub owner_name: Option<String>,
    /// Name of its department.
    pub department_name: Option<String>,
    /// What the caller may do with it.
    pub allowed_actions: Vec<&'static str>,
}

/// What a person changes about a task.
#[derive(Debug, Clone)]
pub struct TaskForm {
    /// Who carries it out.
    pub owner_id: Option<PersonId>,
    /// The department that answers for it.
    pub department_id: Option<DepartmentId>,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub due_on: Date,
    /// Remark.
    pub note: Option<String>,
    /// The hospital's own title, for both languages; `None` leaves it.
    pub title: Option<String>,
}

/// What the caller is beside the permissions.
#[derive(Debug, Clone, Copy)]
struct Caller {
    account: AccountId,
    person: Option<PersonId>,
}

impl App {
    /// Changes a task that is not done; composing anew leaves it alone from then on.
    ///
    /// # Errors
    /// [`Code::InvalidInput`], [`Code::UnknownReference`], [`Code::StateConflict`].
    pub async fn update_task(
        &self,
        actor: &Actor,
        id: TaskId,
        form: TaskForm,
    ) -> Result<TaskRow, AppError> {
        actor.require(Permission::PlanWrite)?;
        let mut check = Check::default();
        let found = form.due_on.to_string();
        let in_order = form.starts_on <= form.due_on;
        check.expect(in_order, "due_on", &found, "not before starts_on");
        if let Some(title) = &form.title {
            check.text("title", title, 120);
        }
        let note = form.note.as_deref().map(str::trim).unwrap_or_default();
        let short = note.chars().count() <= 1_000;
        check.expect(short, "note", note, "at most 1000 characters");
        check.finish()?;
        let mut change = self.change(actor).await?;
        let old = tasks::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        if old.state == TaskState::Done {
            return Err(AppError::new(Code::StateConflict).field("state", "done", "not done"));
        }
        let references = References {
            department: form.department_id,
            person: form.owner_id.map(|id| ("owner_id", id)),
            ..References::default()
        };
        references.check(change.tx()).await?;
        let mut task = old.clone();
        task.owner_id = form.owner_id;
        task.department_id = form.department_id;
        task.starts_on = form.starts_on;
        task.due_on = form.due_on;
        task.note = (!note.is_empty()).then(|| note.to_owned());
        if let Some(title) = form.title {
            task.title = Text::new(title.trim(), title.trim());
        }
        task.edited = true;
        tasks::save(change.tx(), &task).await?;
        change.note("task.update", "task", id, difference(&old, &task));
        change.commit().await?;
        self.task_row(actor, task).await
    }

    /// Begins a task.
    ///
    /// # Errors
    /// [`Code::StateConflict`], [`Code::Forbidden`] when it is somebody else's.
    pub async fn start_task(
        &self,
        actor: &Actor,
        id: TaskId,
        why: &str,
    ) -> Result<TaskRow, AppError> {
        self.step(actor, id, TaskAction::Start, why).await
    }

    /// Reports a task done.
    ///
    /// # Errors
    /// As for starting.
    pub async fn submit_task(
        &self,
        actor: &Actor,
        id: TaskId,
        why: &str,
    ) -> Result<TaskRow, AppError> {
        self.step(actor, id, TaskAction::Submit, why).await
    }

    /// Finds a task done that somebody else reported done; its finding is closed by that,
    /// and what it was about is to be judged anew.
    ///
    /// # Errors
    /// [`Code::SamePerson`], [`Code::ReasonRequired`], [`Code::StateConflict`].
    pub async fn verify_task(
        &self,
        actor: &Actor,
        id: TaskId,
        why: &str,
    ) -> Result<TaskRow, AppError> {
        let why = reason(why)?;
        self.step(actor, id, TaskAction::Verify, &why).await
    }

    /// Sends a task back that was reported done.
    ///
    /// # Errors
    /// [`Code::ReasonRequired`], [`Code::StateConflict`].
    pub async fn reject_task(
        &self,
        actor: &Actor,
        id: TaskId,
        why: &str,
    ) -> Result<TaskRow, AppError> {
        let why = reason(why)?;
        self.step(actor, id, TaskAction::Reject, &why).await
    }

    async fn step(
        &self,
        actor: &Actor,
        id: TaskId,
        action: TaskAction,
        why: &str,
    ) -> Result<TaskRow, AppError> {
        actor.require_sight(Permission::PlanRead)?;
        let mut check = Check::default();
        let why = why.trim();
        check.expect(
            why.chars().count() <= 500,
            "reason",
            why,
            "at most 500 characters",
        );
        check.finish()?;
        let own = self.own(actor).await?;
        let mut change = self.change(actor).await?;
        let old = tasks::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        if !may(actor, own, &old, action) {
            return Err(AppError::new(Code::Forbidden).field(
                "permission",
                "",
                Permission::PlanWrite.word(),
            ));
        }
        let mut task = old.clone();
        task.state = match action {
            TaskAction::Start => old.state.start(),
            TaskAction::Submit => old.state.submit(),
            TaskAction::Verify => {
                let submitter = old.submitted_by.unwrap_or(AccountId(0));
                old.state.verify(submitter, own.account)
            }
            TaskAction::Reject => old.state.reject(why),
        }
        .map_err(refused)?;
        match action {
            TaskAction::Submit => task.submitted_by = actor.account_id(),
            TaskAction::Reject => task.submitted_by = None,
            TaskAction::Start | TaskAction::Verify => {}
        }
        tasks::save(change.tx(), &task).await?;
        let mut payload = difference(&old, &task);
        if !why.is_empty() {
            payload["reason"] = Value::from(why);
        }
        change.note(&format!("task.{action}"), "task", id, payload);
        let rescored = self.move_on(&mut change, &task, action).await?;
        change.commit().await?;
        self.keep_boards(rescored);
        self.task_row(actor, task).await
    }

    /// Moves the finding of a task on; where that closes it, its cells are to be judged anew.
    async fn move_on(
        &self,
        change: &mut Change<'_>,
        task: &Task,
        action: TaskAction,
    ) -> Result<Vec<Rescored>, AppError> {
        let Some(finding) = findings::find(change.tx().conn(), task.finding_id).await? else {
            return Ok(Vec::new());
        };
        let next = finding.state.after_task(action);
        let is_closed = next == FindingState::Closed && finding.state != next;
        let moved = format!("finding.{action}");
        move_findings(change, &moved, vec![finding.clone()], |_| next).await?;
        if is_closed {
            self.reopen_mended(change, &finding).await
        } else {
            Ok(Vec::new())
        }
    }

    pub(super) async fn task_rows(
        &self,
        actor: &Actor,
        tasks: Vec<Task>,
    ) -> Result<Vec<TaskRow>, AppError> {
        let own = self.own(actor).await?;
        let names = tasks::names(self.store().db(), &tasks).await?;
        Ok(tasks
            .into_iter()
            .map(|task| TaskRow {
                owner_name: task.owner_id.and_then(|id| names.people.get(&id).cloned()),
                department_name: task
                    .department_id
                    .and_then(|id| names.departments.get(&id).cloned()),
                allowed_actions: allowed_actions(actor, own, &task),
                task,
            })
            .collect())
    }

    async fn task_row(&self, actor: &Actor, task: Task) -> Result<TaskRow, AppError> {
        self.task_rows(actor, vec![task])
            .await?
            .pop()
            .ok_or(AppError::new(Code::NotFound))
    }

    async fn own(&self, actor: &Actor) -> Result<Caller, AppError> {
        let Some(id) = actor.account_id() else {
            return Ok(Caller {
                account: AccountId(0),
                person: None,
            });
        };
        let account = accounts::find(self.store().db(), id).await?;
        Ok(Caller {
            account: id,
            person: account.and_then(|account| account.person_id),
        })
    }
}

/// Who plans may also carry out and look; others carry out what is theirs; who approves
/// plans may look.
fn may(actor: &Actor, own: Caller, task: &Task, action: TaskAction) -> bool {
    let is_own = own.person.is_some() && own.person == task.owner_id;
    actor.may(Permission::PlanWrite)
        || match action {
            TaskAction::Start | TaskAction::Submit => is_own,
            TaskAction::Verify | TaskAction::Reject => actor.may(Permission::PlanApprove),
        }
}

fn allowed_actions(actor: &Actor, own: Caller, task: &Task) -> Vec<&'static str> {
    let mut actions = Vec::new();
    if actor.may(Permission::PlanWrite) && task.state != TaskState::Done {
        actions.push("edit");
    }
    let permitted = task.state.allowed_actions().into_iter().filter(|action| {
        let is_second = *action != TaskAction::Verify || task.submitted_by != Some(own.account);
        is_second && may(actor, own, task, *action)
    });
    actions.extend(permitted.map(TaskAction::word));
    actions
}

fn refused(error: TaskError) -> AppError {
    let refused = match &error {
        TaskError::NotAllowed { state, .. } => AppError::new(Code::StateConflict).field(
            "state",
            state.word(),
            "a state that permits it",
        ),
        TaskError::SamePerson => AppError::new(Code::SamePerson),
        TaskError::ReasonMissing { .. } => AppError::new(Code::ReasonRequired),
    };
    refused.caused_by(error)
}
