//! From findings to tasks: measures from content, dates from the engine, owners from posts.

use std::collections::BTreeMap;

use jiff::civil::Date;
use xinglin_core::{
    AssessmentId, DepartmentId, FindingId, PersonId, PlanId, Problem as _, RequirementId, TaskId,
    Text,
};
use xinglin_store::{
    departments::{self, Department},
    findings::Finding,
    plans::{self, PostHolder},
    tasks::Task,
};
use xinglin_workflow::{
    MeasureOwner, PlanError, PlanFinding, PlanInput, PlanPhase, TaskState, compose,
};

use crate::{App, AppError, Code, change::Change};

/// Tasks that are not written yet, in the order in which they are due.
pub(super) struct Draft {
    pub(super) phases: Vec<PlanPhase>,
    pub(super) tasks: Vec<Task>,
}

impl Draft {
    /// Parts the draft into the tasks that exist already, laid out anew, and new ones.
    pub(super) fn split(self, existing: &[Task]) -> (Vec<Task>, Self) {
        let known: BTreeMap<FindingId, &Task> = existing
            .iter()
            .map(|task| (task.finding_id, task))
            .collect();
        let mut again = Vec::new();
        let mut tasks = Vec::new();
        for mut task in self.tasks {
            match known.get(&task.finding_id) {
                Some(old) => {
                    task.id = old.id;
                    task.plan_id = old.plan_id;
                    task.note.clone_from(&old.note);
                    again.push(task);
                }
                None => tasks.push(task),
            }
        }
        let phases = self.phases;
        (again, Self { phases, tasks })
    }
}

/// The phases of both, each once; the later one's dates count.
pub(super) fn join_phases(old: &[PlanPhase], new: &[PlanPhase]) -> Vec<PlanPhase> {
    let by_code: BTreeMap<_, _> = old
        .iter()
        .chain(new)
        .map(|phase| (phase.code, phase.clone()))
        .collect();
    by_code.into_values().collect()
}

/// Who answers for a measure.
#[derive(Debug, Clone, Copy, Default)]
struct Assignment {
    person: Option<PersonId>,
    department: Option<DepartmentId>,
}

impl App {
    /// Composes the tasks for these findings.
    pub(super) async fn draft(
        &self,
        change: &Change<'_>,
        assessment: AssessmentId,
        target: &str,
        starts_on: Date,
        found: &[Finding],
    ) -> Result<Draft, AppError> {
        let needed = self.needed_for(change, assessment, target).await?;
        let catalogue = self.content().catalogue();
        let planning = self.content().planning();
        let mut asked = Vec::with_capacity(found.len());
        for finding in found {
            let Some(index) = catalogue.index_of(finding.requirement) else {
                continue;
            };
            asked.push(PlanFinding {
                finding: finding.id,
                requirement: finding.requirement,
                severity: finding.severity,
                major_hazard: finding.major_hazard,
                needed: needed
                    .as_ref()
                    .is_none_or(|needed| needed.contains(&finding.requirement)),
                measure: self.content().measure_at(index).clone(),
            });
        }
        let draft = compose(PlanInput {
            findings: &asked,
            starts_on,
            working_days: &self.working_days(change.tx().conn()).await?,
            capacity_days_per_week: planning.plan.capacity_days_per_week(),
            content: &planning.plan,
        })
        .map_err(refused)?;
        let owners = self.owners(change).await?;
        let measures: BTreeMap<FindingId, &PlanFinding> =
            asked.iter().map(|one| (one.finding, one)).collect();
        let tasks = draft
            .tasks
            .iter()
            .filter_map(|task| {
                let measure = measures.get(&task.finding)?.measure.clone();
                let who = owners.get(&task.owner).copied().unwrap_or_default();
                Some(Task {
                    id: TaskId(0),
                    plan_id: PlanId(0),
                    finding_id: task.finding,
                    requirement: task.requirement,
                    title: self.task_title(task.requirement),
                    measure,
                    kind: task.kind,
                    phase: task.phase,
                    severity: task.severity,
                    owner_id: who.person,
                    department_id: who.department,
                    starts_on: task.starts_on,
                    due_on: task.due_on,
                    state: TaskState::Todo,
                    note: None,
                    edited: false,
                    submitted_by: None,
                })
            })
            .collect();
        let phases = draft.phases;
        Ok(Draft { phases, tasks })
    }

    /// Control point and clause, such as `身份鉴别 8.1.4.1 a`.
    fn task_title(&self, requirement: RequirementId) -> Text {
        self.content()
            .catalogue()
            .get(requirement)
            .map(|item| {
                let cited = item.cited();
                Text::new(
                    format!("{} {cited}", item.control.zh),
                    format!("{} {cited}", item.control.en),
                )
            })
            .unwrap_or_default()
    }

    /// Who carries out the measures of each owner: the first post, or else department,
    /// whose name has one of the owner's words.
    async fn owners(
        &self,
        change: &Change<'_>,
    ) -> Result<BTreeMap<MeasureOwner, Assignment>, AppError> {
        let conn = change.tx().conn();
        let holders = plans::post_holders(conn).await?;
        let departments = departments::list(conn).await?;
        let planning = self.content().planning();
        Ok(MeasureOwner::ALL
            .iter()
            .map(|owner| {
                let words = planning.owner_words(*owner);
                (*owner, assignment(words, &holders, &departments))
            })
            .collect())
    }
}

fn assignment(words: &[String], holders: &[PostHolder], departments: &[Department]) -> Assignment {
    let by_post = words.iter().find_map(|word| {
        let mut named = holders.iter().filter(|holder| has(&holder.post, word));
        let first = named.next()?;
        // A post that somebody holds before one that is vacant.
        let held = std::iter::once(first)
            .chain(named)
            .find(|holder| holder.person_id.is_some())
            .unwrap_or(first);
        Some(Assignment {
            person: held.person_id,
            department: held.department_id,
        })
    });
    by_post
        .or_else(|| {
            words.iter().find_map(|word| {
                let department = departments.iter().find(|one| has(&one.name, word))?;
                Some(Assignment {
                    person: department.head_id,
                    department: Some(department.id),
                })
            })
        })
        .unwrap_or_default()
}

fn has(name: &str, word: &str) -> bool {
    name.to_lowercase().contains(&word.to_lowercase())
}

fn refused(error: PlanError) -> AppError {
    let code = match error.fault() {
        xinglin_core::Fault::Invalid => Code::InvalidInput,
        _ => Code::Internal,
    };
    error
        .detail()
        .into_iter()
        .fold(AppError::new(code), |refused, (field, found)| {
            refused.field(field, found, "work that fits into the capacity")
        })
        .caused_by(error)
}
