//! The rectification plan (等级保护安全建设整改方案).

use jiff::civil::Date;
use xinglin_core::{Domain, Lang};

use crate::{
    docx,
    error::ReportError,
    result::{DomainCounts, ResultFigures, Severity, SystemScope},
    templates::{MeasureGroup, ProblemKind, Templates},
};

mod background;
mod effect;
mod measures;
mod problems;
mod schedule;
mod values;
mod writer;

pub(crate) use values::{joined, long_date, percent};

/// What a plan says; plain data, in the language the plan is written in.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanDocument {
    /// The hospital.
    pub hospital: String,
    /// Number of the document (文号); empty when none was given.
    pub number: String,
    /// Version, e.g. `V1.0（送审稿）`.
    pub version: String,
    /// Date on the cover.
    pub generated_on: Date,
    /// Department that leads the rectification.
    pub lead_department: String,
    /// Departments that take part.
    pub departments: Vec<String>,
    /// Systems the plan is for.
    pub systems: Vec<SystemScope>,
    /// The result now.
    pub current: ResultFigures,
    /// The result once the plan is carried out, from the scoring engine.
    pub expected: ResultFigures,
    /// Per class: items now and after.
    pub domains: Vec<DomainRate>,
    /// Findings, by kind.
    pub problems: Vec<Problem>,
    /// Tasks of the plan.
    pub measures: Vec<MeasureRow>,
    /// Phases in order.
    pub phases: Vec<PhaseRow>,
    /// Budget lines; a total is added.
    pub budget: Vec<BudgetRow>,
    /// Posts and people of the organisation.
    pub organisation: Vec<PostRow>,
    /// Metrics of effect beside the result (drills, training, patching …).
    pub metrics: Vec<MetricRow>,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Date,
}

/// One class, now and after.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DomainRate {
    /// Counts now.
    pub now: DomainCounts,
    /// Compliance rate after the plan, 0 to 1.
    pub expected: f64,
}

impl DomainRate {
    /// The class.
    pub fn domain(&self) -> Domain {
        self.now.domain
    }
}

/// Findings of one kind.
#[derive(Debug, Clone, PartialEq)]
pub struct Problem {
    /// The kind; see [`Templates::place`].
    pub kind: ProblemKind,
    /// The findings, gravest first.
    pub findings: Vec<ProblemRow>,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProblemRow {
    /// What is wrong.
    pub title: String,
    /// Clause, e.g. `8.1.4.1 a）`.
    pub clause: String,
    /// Control point.
    pub control: String,
    /// Names of the objects concerned.
    pub objects: Vec<String>,
    /// How serious.
    pub severity: Severity,
    /// Code of the major hazard it triggers, if any.
    pub hazard: Option<String>,
}

/// What sort of work a task is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TaskKind {
    /// Done in days without buying.
    QuickWin,
    /// Settings of what exists.
    Configuration,
    /// Something must be bought.
    Purchase,
    /// Rules, papers, training.
    Management,
    /// Building work, or software must be changed.
    Construction,
}

/// One task of the plan.
#[derive(Debug, Clone, PartialEq)]
pub struct MeasureRow {
    /// Group of chapter 3 and line of action of chapters 4 and 6; see [`Templates::place`].
    pub place: crate::templates::Place,
    /// Short title.
    pub title: String,
    /// What to do.
    pub measure: String,
    /// Clause it answers.
    pub clause: String,
    /// What sort of work.
    pub kind: TaskKind,
    /// How serious the finding behind it is.
    pub severity: Severity,
    /// Person; empty when nobody is named yet.
    pub owner: String,
    /// Department; empty when none is named yet.
    pub department: String,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub due_on: Date,
    /// Person-days, lowest and highest.
    pub effort_days: (f64, f64),
    /// Whole yuan, lowest and highest; an estimate.
    pub cost_cny: (u64, u64),
    /// Risk of the measure itself; empty when none is known.
    pub risk: String,
    /// How likely that is, in words.
    pub likelihood: String,
    /// The way back.
    pub rollback: String,
}

/// One phase.
#[derive(Debug, Clone, PartialEq)]
pub struct PhaseRow {
    /// Name.
    pub name: String,
    /// First day.
    pub starts_on: Date,
    /// Last day.
    pub ends_on: Date,
    /// What it holds.
    pub content: String,
    /// Number of tasks.
    pub tasks: u32,
    /// Whole yuan, lowest and highest.
    pub cost_cny: (u64, u64),
}

/// One line of the budget.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BudgetRow {
    /// What for.
    pub item: String,
    /// Whole yuan, lowest and highest.
    pub cost_cny: (u64, u64),
    /// Remark.
    pub note: String,
}

/// One post.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostRow {
    /// Post.
    pub post: String,
    /// Department.
    pub department: String,
    /// Who holds it.
    pub people: Vec<String>,
    /// Its duty.
    pub duty: String,
}

/// One metric of effect.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricRow {
    /// What is measured.
    pub name: String,
    /// Now.
    pub before: String,
    /// Aim.
    pub expected: String,
    /// When.
    pub due: String,
}

/// The plan as a Word file: the nine chapters, each from the data.
///
/// # Errors
/// Only when the package cannot be assembled.
pub fn plan_docx(
    plan: &PlanDocument,
    templates: &Templates,
    lang: Lang,
) -> Result<Vec<u8>, ReportError> {
    docx::render(&writer::document(plan, templates, lang))
}

/// Tasks of one group of chapter 3.
fn in_group(plan: &PlanDocument, group: MeasureGroup) -> Vec<&MeasureRow> {
    plan.measures
        .iter()
        .filter(|measure| measure.place.group == group)
        .collect()
}
