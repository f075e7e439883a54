//! The gap report (差距分析报告).

use jiff::civil::Date;
use xinglin_core::{Domain, Importance, Lang, ObjectType, Verdict};

use crate::{
    docx,
    error::ReportError,
    result::{DomainCounts, ResultFigures, Severity, SystemScope},
    templates::Templates,
};

mod chapters;
mod tables;
mod writer;

/// What a gap report says; plain data, in the language the report is written in.
#[derive(Debug, Clone, PartialEq)]
pub struct GapDocument {
    /// The hospital.
    pub hospital: String,
    /// Number of the document; empty when none was given.
    pub number: String,
    /// Version, e.g. `V1.0`.
    pub version: String,
    /// Date on the cover.
    pub generated_on: Date,
    /// Department that made it.
    pub prepared_by: String,
    /// The system assessed.
    pub system: SystemScope,
    /// Name of the assessment round.
    pub assessment: String,
    /// First day of the round.
    pub started_on: Date,
    /// State as of this day.
    pub until: Date,
    /// Objects of assessment.
    pub objects: Vec<GapObject>,
    /// The result.
    pub result: ResultFigures,
    /// Counts per class, in the standard's order.
    pub domains: Vec<DomainCounts>,
    /// Major hazards and high-risk cases.
    pub high_risks: Vec<HighRisk>,
    /// Items not met, in the standard's order.
    pub gaps: Vec<DetailedGap>,
    /// Items without an answer yet.
    pub missing: Vec<MissingAnswer>,
}

/// An object of assessment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GapObject {
    /// Name.
    pub name: String,
    /// Kind.
    pub object_type: ObjectType,
    /// Importance.
    pub importance: Importance,
    /// Address or place.
    pub address: String,
}

/// A major hazard (重大风险隐患) or a case of the high-risk guide.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HighRisk {
    /// Code such as `A-03` (hazard) or `6.4.1.1` (case).
    pub code: String,
    /// Title.
    pub title: String,
    /// Clause concerned.
    pub clause: String,
    /// Whether it is a major hazard, which counts for the conclusion.
    pub is_hazard: bool,
    /// Objects concerned.
    pub objects: Vec<String>,
    /// What to do.
    pub advice: String,
    /// Day it was resolved, if it was.
    pub resolved_on: Option<Date>,
}

/// When a gap should be closed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Priority {
    /// Within one month.
    Urgent,
    /// Within three months.
    Key,
    /// Within six months.
    Continuing,
}

/// One item that is not met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DetailedGap {
    /// Class.
    pub domain: Domain,
    /// Clause, e.g. `8.1.4.1 a）`.
    pub clause: String,
    /// Control point.
    pub control: String,
    /// The requirement in our words.
    pub requirement: String,
    /// Verdict over all objects.
    pub verdict: Verdict,
    /// State found on each object that does not meet it.
    pub states: Vec<ObjectState>,
    /// Titles of the evidence.
    pub evidence: Vec<String>,
    /// What is missing.
    pub gap: String,
    /// What may come of it.
    pub risk: String,
    /// How serious.
    pub severity: Severity,
    /// What to do.
    pub advice: String,
    /// Who is to do it; empty when nobody is named yet.
    pub owner: String,
    /// When.
    pub priority: Priority,
}

/// State of one object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ObjectState {
    /// The object.
    pub object: String,
    /// Its verdict.
    pub verdict: Verdict,
    /// What was found; empty when nothing was noted.
    pub found: String,
}

/// An item nobody answered yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MissingAnswer {
    /// Clause.
    pub clause: String,
    /// Control point.
    pub control: String,
    /// Objects without an answer.
    pub objects: Vec<String>,
    /// What is needed: document, interview, inspection.
    pub needed: String,
}

/// The gap report as a Word file.
///
/// # Errors
/// Only when the package cannot be assembled.
pub fn gap_docx(
    gap: &GapDocument,
    templates: &Templates,
    lang: Lang,
) -> Result<Vec<u8>, ReportError> {
    docx::render(&writer::document(gap, templates, lang))
}
