//! What documents say of other records, read only.

use std::collections::BTreeMap;

use jiff::Timestamp;
use sea_orm::{FromQueryResult, Statement};
use xinglin_core::{AssessmentId, AssetId, RequirementId, Text, Verdict};

use crate::{Read, StoreError, row};

/// A graded system as documents show it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReportedSystem {
    /// Name.
    pub name: String,
    /// What it does.
    pub description: String,
    /// Filing number, empty where it is not filed.
    pub filing_number: String,
    /// Department in charge.
    pub department: String,
    /// Person in charge.
    pub owner: String,
}

/// A cell with what was decided on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReportedCell {
    /// The object.
    pub asset_id: AssetId,
    /// The requirement.
    pub requirement: RequirementId,
    /// The verdict.
    pub verdict: Verdict,
    /// The deciding person's reason.
    pub reason: Option<String>,
    /// The reasons of the proposal.
    pub reasons: Vec<Text>,
    /// When it was decided.
    pub decided_at: Option<Timestamp>,
}

#[derive(FromQueryResult)]
struct SystemRow {
    name: String,
    description: Option<String>,
    filing_number: Option<String>,
    department: Option<String>,
    owner: Option<String>,
}

#[derive(FromQueryResult)]
struct CellRow {
    asset_id: i64,
    requirement: String,
    verdict: String,
    reason: Option<String>,
    reasons: Option<String>,
    decided_at: Option<i64>,
}

#[derive(FromQueryResult)]
struct PlaceRow {
    id: i64,
    address: Option<String>,
    location: Option<String>,
}

#[derive(FromQueryResult)]
struct TitleRow {
    requirement: String,
    asset_id: Option<i64>,
    title: String,
}

async fn rows<T: FromQueryResult>(db: &impl Read, sql: String) -> Result<Vec<T>, StoreError> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    Ok(T::find_by_statement(statement).all(db).await?)
}

/// The system of an assessment.
///
/// # Errors
/// [`StoreError::Missing`] when there is no such assessment.
pub async fn system(
    db: &impl Read,
    assessment: AssessmentId,
) -> Result<ReportedSystem, StoreError> {
    let found: Vec<SystemRow> = rows(
        db,
        format!(
            "SELECT s.name, s.description, s.filing_number, d.name AS department, p.name AS owner \
             FROM assessments a JOIN systems s ON s.id = a.system_id \
             LEFT JOIN departments d ON d.id = s.department_id \
             LEFT JOIN people p ON p.id = s.owner_id WHERE a.id = {assessment}"
        ),
    )
    .await?;
    let found = found.into_iter().next().ok_or(StoreError::Missing)?;
    Ok(ReportedSystem {
        name: found.name,
        description: found.description.unwrap_or_default(),
        filing_number: found.filing_number.unwrap_or_default(),
        department: found.department.unwrap_or_default(),
        owner: found.owner.unwrap_or_default(),
    })
}

/// The decided cells of an assessment.
pub async fn cells(
    db: &impl Read,
    assessment: AssessmentId,
) -> Result<Vec<ReportedCell>, StoreError> {
    let found: Vec<CellRow> = rows(
        db,
        format!(
            "SELECT asset_id, requirement, verdict, reason, reasons, decided_at FROM verdicts \
             WHERE assessment_id = {assessment} AND verdict IS NOT NULL \
             AND state IN ('confirmed', 'overruled')"
        ),
    )
    .await?;
    found
        .into_iter()
        .map(|cell| {
            let reasons = cell.reasons.as_deref();
            Ok(ReportedCell {
                asset_id: AssetId(cell.asset_id),
                requirement: row::word("verdicts.requirement", &cell.requirement)?,
                verdict: row::listed("verdicts.verdict", &cell.verdict, Verdict::from_word)?,
                reasons: reasons
                    .map(|text| row::json("verdicts.reasons", text))
                    .transpose()?
                    .unwrap_or_default(),
                reason: cell.reason.filter(|reason| !reason.trim().is_empty()),
                decided_at: row::instant_opt("verdicts.decided_at", cell.decided_at)?,
            })
        })
        .collect()
}

/// Address, else place, of the objects of an assessment's system.
pub async fn places(
    db: &impl Read,
    assessment: AssessmentId,
) -> Result<BTreeMap<AssetId, String>, StoreError> {
    let found: Vec<PlaceRow> = rows(
        db,
        format!(
            "SELECT o.id, o.address, o.location FROM assessments a \
             JOIN asset_systems l ON l.system_id = a.system_id \
             JOIN assets o ON o.id = l.asset_id WHERE a.id = {assessment}"
        ),
    )
    .await?;
    Ok(found
        .into_iter()
        .map(|place| {
            let words = [place.address, place.location].into_iter().flatten();
            let first = words.into_iter().find(|word| !word.trim().is_empty());
            (AssetId(place.id), first.unwrap_or_default())
        })
        .collect())
}

/// Titles of the evidence in force for each requirement and object of an assessment.
pub async fn evidence(
    db: &impl Read,
    assessment: AssessmentId,
) -> Result<BTreeMap<(RequirementId, Option<AssetId>), Vec<String>>, StoreError> {
    let found: Vec<TitleRow> = rows(
        db,
        format!(
            "SELECT requirement, asset_id, title FROM evidence \
             WHERE state = 'current' AND assessment_id = {assessment} AND requirement IS NOT NULL \
             UNION SELECT r.requirement, e.asset_id, e.title FROM assessments a \
             JOIN asset_systems l ON l.system_id = a.system_id \
             JOIN evidence e ON e.asset_id = l.asset_id AND e.state = 'current' \
             JOIN evidence_requirements r ON r.evidence_id = e.id \
             WHERE a.id = {assessment} AND (e.assessment_id IS NULL OR e.assessment_id = a.id) \
             ORDER BY 3"
        ),
    )
    .await?;
    let mut titles: BTreeMap<_, Vec<String>> = BTreeMap::new();
    for found in found {
        let requirement = row::word("evidence.requirement", &found.requirement)?;
        titles
            .entry((requirement, found.asset_id.map(AssetId)))
            .or_default()
            .push(found.title);
    }
    Ok(titles)
}
