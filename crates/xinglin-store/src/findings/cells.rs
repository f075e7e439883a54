//! What a finding is made of: decided cells of an assessment, read only.

use std::collections::BTreeMap;

use sea_orm::{FromQueryResult, Statement};
use xinglin_core::{AssessmentId, AssetId, Grade, Level, RequirementId, SystemId, Text, Verdict};

use crate::{Read, StoreError, row};

/// What an assessment says about the findings of its system.
#[derive(Debug, Clone)]
pub struct Scope {
    /// The graded system.
    pub system_id: SystemId,
    /// The grade of the assessment.
    pub grade: Grade,
    /// Whether no newer assessment of the system exists.
    pub is_newest: bool,
    /// The assessor's weights, where there are any.
    pub weights: BTreeMap<RequirementId, f64>,
}

/// A decided cell.
#[derive(Debug, Clone)]
pub struct DecidedCell {
    /// The requirement.
    pub requirement: RequirementId,
    /// The object.
    pub asset_id: AssetId,
    /// The verdict.
    pub verdict: Verdict,
    /// The deciding person's reason, else the reasons of the proposal, one a line.
    pub detail: String,
}

#[derive(FromQueryResult)]
struct ScopeRow {
    system_id: i64,
    s_level: i32,
    a_level: i32,
    newest: i64,
    weights: Option<String>,
}

/// The scope of an assessment.
///
/// # Errors
/// [`StoreError::Missing`] when there is no such assessment.
pub async fn scope(db: &impl Read, assessment: AssessmentId) -> Result<Scope, StoreError> {
    let sql = format!(
        "SELECT a.system_id, a.s_level, a.a_level, a.weights, \
         (SELECT MAX(id) FROM assessments WHERE system_id = a.system_id) AS newest \
         FROM assessments a WHERE a.id = {assessment}"
    );
    let found = ScopeRow::find_by_statement(Statement::from_string(db.get_database_backend(), sql))
        .one(db)
        .await?
        .ok_or(StoreError::Missing)?;
    Ok(Scope {
        system_id: SystemId(found.system_id),
        grade: grade(found.s_level, found.a_level)?,
        is_newest: found.newest == assessment.0,
        weights: match found.weights {
            Some(text) => row::json("assessments.weights", &text)?,
            None => BTreeMap::new(),
        },
    })
}

/// A grade from its two columns.
pub(crate) fn grade(s: i32, a: i32) -> Result<Grade, StoreError> {
    let level = |number: i32| {
        u8::try_from(number)
            .ok()
            .and_then(|number| Level::try_from(number).ok())
            .ok_or_else(|| StoreError::Unreadable {
                column: "systems.s_level, systems.a_level",
                value: number.to_string(),
            })
    };
    Ok(Grade {
        s: level(s)?,
        a: level(a)?,
    })
}

#[derive(FromQueryResult)]
struct CellRow {
    requirement: String,
    asset_id: i64,
    verdict: String,
    reason: Option<String>,
    reasons: Option<String>,
}

/// The decided cells that are 部分符合 or 不符合, all or those of these requirements.
pub async fn wrong(
    db: &impl Read,
    assessment: AssessmentId,
    requirements: Option<&[RequirementId]>,
) -> Result<Vec<DecidedCell>, StoreError> {
    cells(
        db,
        assessment,
        requirements,
        "'partial', 'noncompliant'",
        "reason, reasons",
    )
    .await
}

/// The decided cells of these requirements that are 符合 or 不适用; without details.
pub async fn right(
    db: &impl Read,
    assessment: AssessmentId,
    requirements: &[RequirementId],
) -> Result<Vec<DecidedCell>, StoreError> {
    cells(
        db,
        assessment,
        Some(requirements),
        "'compliant', 'not_applicable'",
        "NULL AS reason, NULL AS reasons",
    )
    .await
}

async fn cells(
    db: &impl Read,
    assessment: AssessmentId,
    requirements: Option<&[RequirementId]>,
    verdicts: &str,
    details: &str,
) -> Result<Vec<DecidedCell>, StoreError> {
    // A unit code is letters, digits and hyphens by its type, so it can stand quoted.
    let among = requirements.map_or_else(String::new, |requirements| {
        let quoted: Vec<String> = requirements.iter().map(|id| format!("'{id}'")).collect();
        format!(" AND requirement IN ({})", quoted.join(","))
    });
    let sql = format!(
        "SELECT requirement, asset_id, verdict, {details} FROM verdicts \
         WHERE assessment_id = {assessment} AND state IN ('confirmed', 'overruled') \
         AND verdict IN ({verdicts}){among}"
    );
    let rows = CellRow::find_by_statement(Statement::from_string(db.get_database_backend(), sql))
        .all(db)
        .await?;
    rows.iter().map(cell).collect()
}

fn cell(found: &CellRow) -> Result<DecidedCell, StoreError> {
    let proposed = || {
        let reasons: Vec<Text> = found
            .reasons
            .as_deref()
            .and_then(|text| serde_json::from_str(text).ok())
            .unwrap_or_default();
        let lines: Vec<String> = reasons.into_iter().map(|reason| reason.zh).collect();
        lines.join("\n")
    };
    Ok(DecidedCell {
        requirement: row::word("verdicts.requirement", &found.requirement)?,
        asset_id: AssetId(found.asset_id),
        verdict: row::listed("verdicts.verdict", &found.verdict, Verdict::from_word)?,
        detail: found
            .reason
            .clone()
            .filter(|reason| !reason.trim().is_empty())
            .unwrap_or_else(proposed),
    })
}

#[derive(FromQueryResult)]
struct CodeRow {
    code: String,
}

/// The codes of the major hazards of a system that are still there.
pub async fn open_hazards(db: &impl Read, system: SystemId) -> Result<Vec<String>, StoreError> {
    let sql = format!(
        "SELECT DISTINCT code FROM hazards WHERE system_id = {system} AND resolved_on IS NULL"
    );
    let rows = CodeRow::find_by_statement(Statement::from_string(db.get_database_backend(), sql))
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.code).collect())
}
