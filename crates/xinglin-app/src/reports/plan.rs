//! The rectification plan's document.

use std::collections::{BTreeMap, BTreeSet};

use xinglin_core::{Lang, PlanId};
use xinglin_report::{
    BudgetRow, DomainRate, MeasureRow, MetricRow, PhaseRow, PlanDocument, PostRow, Problem,
    ProblemKind, ProblemRow, TaskKind,
};
use xinglin_store::{
    findings::{self, Finding},
    plans::{self, PlanState, PostHolder},
};
use xinglin_workflow::{FindingState, MeasureKind, Severity};

use super::basis::{Basis, clause, severity};
use crate::{
    Actor, App, AppError,
    plans::{PlanView, TaskRow},
};

/// More objects than this are summed up by the document anyway.
const OBJECTS: usize = 40;

impl App {
    pub(super) async fn plan_document(
        &self,
        actor: &Actor,
        id: PlanId,
        lang: Lang,
    ) -> Result<PlanDocument, AppError> {
        let view = self.get_plan(actor, id).await?;
        let basis = self.basis(view.plan.assessment_id).await?;
        let db = self.store().db();
        let holders = plans::post_holders(db).await?;
        let mended: BTreeSet<_> = view.tasks.iter().map(|row| row.task.finding_id).collect();
        let mut all: Vec<Finding> = basis
            .findings
            .values()
            .filter(|finding| {
                finding.state != FindingState::Accepted || mended.contains(&finding.id)
            })
            .cloned()
            .collect();
        let closed: Vec<_> = mended
            .iter()
            .filter(|id| !basis.shown.contains_key(id))
            .copied()
            .collect();
        all.extend(findings::of_ids(db, &closed).await?);
        all.sort_by_key(|finding| {
            let gravest_first = std::cmp::Reverse((finding.major_hazard, finding.severity));
            (gravest_first, finding.requirement)
        });
        let words = &self.content().planning().words;
        let version = match view.plan.state {
            PlanState::Draft => &words.plan_draft,
            PlanState::Approved => &words.plan_approved,
        };
        let departments = departments(&view);
        Ok(PlanDocument {
            hospital: basis.hospital.clone(),
            number: view.plan.number.clone().unwrap_or_default(),
            version: version.get(lang).to_owned(),
            generated_on: self.today(),
            lead_department: lead(&view)
                .or_else(|| Some(basis.system.department.clone()).filter(|name| !name.is_empty()))
                .unwrap_or_default(),
            departments,
            systems: vec![basis.scope()],
            current: self.figures(&basis.result, lang),
            expected: self.figures(&view.expected, lang),
            domains: basis
                .domains
                .iter()
                .map(|now| DomainRate {
                    now: *now,
                    expected: Basis::rate(&view.expected, now.domain),
                })
                .collect(),
            problems: self.problems(&basis, &all, lang),
            measures: self.measure_rows(&view.tasks, lang),
            phases: phases(&view, lang),
            budget: self.budget(&view.tasks, lang),
            organisation: organisation(&holders),
            metrics: self.metrics(&view, &basis, &all, lang),
            starts_on: view.plan.starts_on,
            ends_on: view.ends_on,
        })
    }

    fn problems(&self, basis: &Basis, all: &[Finding], lang: Lang) -> Vec<Problem> {
        let catalogue = self.content().catalogue();
        let templates = &self.content().planning().templates;
        ProblemKind::ALL
            .into_iter()
            .map(|kind| Problem {
                kind,
                findings: all
                    .iter()
                    .filter_map(|finding| {
                        let item = catalogue.get(finding.requirement)?;
                        let place = templates.place(item.id.domain(), &item.control.zh);
                        if place.kind != kind {
                            return None;
                        }
                        let objects = basis.shown.get(&finding.id).into_iter().flatten();
                        let objects = objects.take(OBJECTS).map(|object| object.name.clone());
                        Some(ProblemRow {
                            title: finding.title.get(lang).to_owned(),
                            clause: clause(item, lang),
                            control: item.control.get(lang).to_owned(),
                            objects: objects.collect(),
                            severity: severity(finding.severity),
                            hazard: self.hazard_of(basis, finding.requirement),
                        })
                    })
                    .collect(),
            })
            .collect()
    }

    fn measure_rows(&self, tasks: &[TaskRow], lang: Lang) -> Vec<MeasureRow> {
        let catalogue = self.content().catalogue();
        let planning = self.content().planning();
        tasks
            .iter()
            .filter_map(|row| {
                let task = &row.task;
                let item = catalogue.get(task.requirement)?;
                let measure = &task.measure;
                let days = |days: u32| f64::from(days);
                Some(MeasureRow {
                    place: planning.templates.place(item.id.domain(), &item.control.zh),
                    title: task.title.get(lang).to_owned(),
                    measure: measure.measure.get(lang).to_owned(),
                    clause: clause(item, lang),
                    kind: kind(task.kind),
                    severity: severity(task.severity),
                    owner: row.owner_name.clone().unwrap_or_default(),
                    department: row.department_name.clone().unwrap_or_default(),
                    starts_on: task.starts_on,
                    due_on: task.due_on,
                    effort_days: (days(measure.effort_days.0), days(measure.effort_days.1)),
                    cost_cny: measure.cost_cny,
                    risk: measure.risk.get(lang).to_owned(),
                    likelihood: planning
                        .words
                        .kind(task.kind)
                        .likelihood
                        .get(lang)
                        .to_owned(),
                    rollback: measure.rollback.get(lang).to_owned(),
                })
            })
            .collect()
    }

    /// One line for each kind of measure that costs anything.
    fn budget(&self, tasks: &[TaskRow], lang: Lang) -> Vec<BudgetRow> {
        let words = &self.content().planning().words;
        MeasureKind::ALL
            .iter()
            .filter_map(|kind| {
                let own = tasks.iter().filter(|row| row.task.kind == *kind);
                let cost = own.fold((0_u64, 0_u64), |(low, high), row| {
                    let (least, most) = row.task.measure.cost_cny;
                    (low.saturating_add(least), high.saturating_add(most))
                });
                let words = words.kind(*kind);
                (cost.1 > 0).then(|| BudgetRow {
                    item: words.budget.get(lang).to_owned(),
                    cost_cny: cost,
                    note: words.note.get(lang).to_owned(),
                })
            })
            .collect()
    }

    fn metrics(
        &self,
        view: &PlanView,
        basis: &Basis,
        all: &[Finding],
        lang: Lang,
    ) -> Vec<MetricRow> {
        let words = &self.content().planning().words.metrics;
        let planned: BTreeSet<_> = view.tasks.iter().map(|row| row.task.finding_id).collect();
        let high = |finding: &&Finding| {
            finding.severity == Severity::High && finding.state != FindingState::Closed
        };
        let left = all.iter().filter(high);
        let left = left
            .filter(|finding| !planned.contains(&finding.id))
            .count();
        let done = view
            .tasks
            .iter()
            .filter(|row| row.task.state == xinglin_workflow::TaskState::Done)
            .count();
        let share = done.saturating_mul(100) / view.tasks.len().max(1);
        let due = view.ends_on.to_string();
        let row = |name: &xinglin_core::Text, before: String, expected: String| MetricRow {
            name: name.get(lang).to_owned(),
            before,
            expected,
            due: due.clone(),
        };
        vec![
            row(
                &words.high,
                all.iter().filter(high).count().to_string(),
                left.to_string(),
            ),
            row(
                &words.findings,
                all.len().to_string(),
                all.len().saturating_sub(planned.len()).to_string(),
            ),
            row(
                &words.unanswered,
                basis.result.unanswered.to_string(),
                "0".to_owned(),
            ),
            row(&words.done, format!("{share}%"), "100%".to_owned()),
        ]
    }
}

fn kind(kind: MeasureKind) -> TaskKind {
    match kind {
        MeasureKind::QuickWin => TaskKind::QuickWin,
        MeasureKind::Configuration => TaskKind::Configuration,
        MeasureKind::Management => TaskKind::Management,
        MeasureKind::Purchase => TaskKind::Purchase,
        MeasureKind::Construction => TaskKind::Construction,
    }
}

fn phases(view: &PlanView, lang: Lang) -> Vec<PhaseRow> {
    view.phases
        .iter()
        .map(|phase| PhaseRow {
            name: phase.name.get(lang).to_owned(),
            starts_on: phase.starts_on,
            ends_on: phase.ends_on,
            content: phase.description.get(lang).to_owned(),
            tasks: u32::try_from(phase.tasks).unwrap_or(u32::MAX),
            cost_cny: phase.cost_cny,
        })
        .collect()
}

/// Departments that have tasks, by name.
fn departments(view: &PlanView) -> Vec<String> {
    let names: BTreeSet<&String> = view
        .tasks
        .iter()
        .filter_map(|row| row.department_name.as_ref())
        .collect();
    names.into_iter().cloned().collect()
}

/// The department with most tasks.
fn lead(view: &PlanView) -> Option<String> {
    let mut tasks: BTreeMap<&String, usize> = BTreeMap::new();
    for name in view
        .tasks
        .iter()
        .filter_map(|row| row.department_name.as_ref())
    {
        *tasks.entry(name).or_default() += 1;
    }
    tasks
        .into_iter()
        .max_by_key(|(_, count)| *count)
        .map(|(name, _)| name.clone())
}

/// Posts in their order, each with all who hold it.
fn organisation(holders: &[PostHolder]) -> Vec<PostRow> {
    let mut rows: Vec<PostRow> = Vec::new();
    for holder in holders {
        let people = holder.person.iter().cloned();
        match rows.last_mut().filter(|row| row.post == holder.post) {
            Some(row) => row.people.extend(people),
            None => rows.push(PostRow {
                post: holder.post.clone(),
                department: holder.department.clone().unwrap_or_default(),
                people: people.collect(),
                duty: holder.duty.clone(),
            }),
        }
    }
    rows
}
