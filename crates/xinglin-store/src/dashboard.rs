//! What the overview counts. Every query is an aggregate or reads one row a system: the
//! wide rows of verdicts are never loaded.

use jiff::{Timestamp, civil::Date};
use sea_orm::{FromQueryResult, Statement};
use xinglin_core::{AssessmentId, Grade, RequirementId, SystemId, Text};
use xinglin_workflow::Severity;

use crate::{Read, StoreError, findings::cells::grade, row};

/// A graded system with its newest assessment.
#[derive(Debug, Clone)]
pub struct SystemRow {
    /// The system.
    pub id: SystemId,
    /// Its name.
    pub name: String,
    /// Its grade.
    pub grade: Grade,
    /// Its newest assessment.
    pub assessment_id: Option<AssessmentId>,
    /// The stored result of that assessment.
    pub result: Option<String>,
}

/// A point of a system's trend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PointRow {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The day.
    pub on: Date,
    /// 符合率, under templates that have one.
    pub rate: Option<f64>,
    /// Score, under templates that have one.
    pub score: Option<f64>,
}

/// Unfinished findings of a system and severity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SeverityRow {
    /// The system.
    pub system_id: SystemId,
    /// The severity.
    pub severity: Severity,
    /// How many.
    pub count: i64,
}

/// A number of things of one system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CountRow {
    /// The system.
    pub system_id: SystemId,
    /// How many.
    pub count: i64,
}

/// The gravest finding nobody has planned yet, of each system that has one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GravestRow {
    /// The system.
    pub system_id: SystemId,
    /// The requirement.
    pub requirement: RequirementId,
    /// What is wrong.
    pub title: Text,
    /// High findings without a plan.
    pub count: i64,
}

/// Numbers over the whole hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromQueryResult)]
pub struct Totals {
    /// Graded systems.
    pub systems: i64,
    /// Assets.
    pub assets: i64,
    /// People.
    pub people: i64,
    /// Tasks not done.
    pub tasks_open: i64,
}

#[derive(FromQueryResult)]
struct RawSystem {
    id: i64,
    name: String,
    s_level: i32,
    a_level: i32,
    assessment_id: Option<i64>,
    result: Option<String>,
}

#[derive(FromQueryResult)]
struct RawPoint {
    assessment_id: i64,
    on_day: String,
    rate: Option<f64>,
    score: Option<f64>,
}

#[derive(FromQueryResult)]
struct RawSeverity {
    system_id: i64,
    severity: String,
    n: i64,
}

#[derive(FromQueryResult)]
struct RawCount {
    system_id: i64,
    n: i64,
}

#[derive(FromQueryResult)]
struct RawGravest {
    system_id: i64,
    requirement: String,
    title: String,
    n: i64,
}

async fn rows<T: FromQueryResult>(
    db: &impl Read,
    sql: impl Into<String>,
) -> Result<Vec<T>, StoreError> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    Ok(T::find_by_statement(statement).all(db).await?)
}

/// All systems in use by name.
pub async fn systems(db: &impl Read) -> Result<Vec<SystemRow>, StoreError> {
    let found: Vec<RawSystem> = rows(
        db,
        "SELECT s.id, s.name, s.s_level, s.a_level, a.id AS assessment_id, a.result \
         FROM systems s LEFT JOIN assessments a \
         ON a.id = (SELECT MAX(id) FROM assessments WHERE system_id = s.id) \
         ORDER BY s.name, s.id",
    )
    .await?;
    found
        .into_iter()
        .map(|raw| {
            Ok(SystemRow {
                id: SystemId(raw.id),
                grade: grade(raw.s_level, raw.a_level)?,
                name: raw.name,
                assessment_id: raw.assessment_id.map(AssessmentId),
                result: raw.result,
            })
        })
        .collect()
}

/// The points since `from` of each system's newest assessment, oldest first.
pub async fn points(db: &impl Read, from: Date) -> Result<Vec<PointRow>, StoreError> {
    let found: Vec<RawPoint> = rows(
        db,
        format!(
            "SELECT assessment_id, on_day, rate, score FROM result_points \
             WHERE on_day >= '{from}' AND assessment_id IN \
             (SELECT MAX(id) FROM assessments GROUP BY system_id) \
             ORDER BY assessment_id, on_day"
        ),
    )
    .await?;
    found
        .into_iter()
        .map(|raw| {
            Ok(PointRow {
                assessment_id: AssessmentId(raw.assessment_id),
                on: row::date("result_points.on_day", &raw.on_day)?,
                rate: raw.rate,
                score: raw.score,
            })
        })
        .collect()
}

/// Findings that are neither closed nor accepted, by system and severity.
pub async fn findings(db: &impl Read) -> Result<Vec<SeverityRow>, StoreError> {
    let found: Vec<RawSeverity> = rows(
        db,
        "SELECT system_id, severity, COUNT(*) AS n FROM findings \
         WHERE state NOT IN ('closed', 'accepted') GROUP BY system_id, severity",
    )
    .await?;
    found
        .into_iter()
        .map(|raw| {
            Ok(SeverityRow {
                system_id: SystemId(raw.system_id),
                severity: row::listed("findings.severity", &raw.severity, Severity::from_word)?,
                count: raw.n,
            })
        })
        .collect()
}

/// High findings that no plan has taken up, by system, with the first of them; those of alarms
/// stand for themselves.
pub async fn high_findings(db: &impl Read) -> Result<Vec<GravestRow>, StoreError> {
    gravest(
        db,
        "MIN(CASE WHEN major_hazard THEN id END)",
        "state = 'open' AND severity = 'high' AND cause NOT LIKE '%/%'",
    )
    .await
}

/// What alarms and is not accepted, by system, with the newest of the gravest.
pub async fn alarms(db: &impl Read) -> Result<Vec<GravestRow>, StoreError> {
    gravest(
        db,
        "COALESCE(MAX(CASE WHEN severity = 'high' THEN id END), \
         MAX(CASE WHEN severity = 'medium' THEN id END))",
        "state NOT IN ('closed', 'accepted', 'verifying') AND cause LIKE '%/%'",
    )
    .await
}

/// Findings by system, with one of them that comes before the earliest.
async fn gravest(db: &impl Read, before: &str, among: &str) -> Result<Vec<GravestRow>, StoreError> {
    let found: Vec<RawGravest> = rows(
        db,
        format!(
            "SELECT f.system_id, f.requirement, f.title, g.n FROM \
             (SELECT COUNT(*) AS n, {before} AS chosen, MIN(id) AS earliest \
              FROM findings WHERE {among} GROUP BY system_id) g \
             CROSS JOIN findings f WHERE f.id = COALESCE(g.chosen, g.earliest)"
        ),
    )
    .await?;
    found
        .into_iter()
        .map(|raw| {
            Ok(GravestRow {
                system_id: SystemId(raw.system_id),
                requirement: row::word("findings.requirement", &raw.requirement)?,
                title: row::json("findings.title", &raw.title)?,
                count: raw.n,
            })
        })
        .collect()
}

/// Major hazards that are still there, by system.
pub async fn hazards(db: &impl Read) -> Result<Vec<CountRow>, StoreError> {
    counts(
        db,
        "SELECT system_id, COUNT(*) AS n FROM hazards WHERE resolved_on IS NULL GROUP BY system_id",
    )
    .await
}

/// Tasks that were due before `today` and are not done, by system.
pub async fn overdue_tasks(db: &impl Read, today: Date) -> Result<Vec<CountRow>, StoreError> {
    counts(
        db,
        format!(
            "SELECT f.system_id, COUNT(*) AS n FROM tasks t JOIN findings f ON f.id = t.finding_id \
             WHERE t.state <> 'done' AND t.due_on < '{today}' GROUP BY f.system_id"
        ),
    )
    .await
}

/// Evidence in force that ends between `now` and `until`, by system. Evidence of an asset
/// of several systems counts for each.
// SQLite keeps the order of a CROSS JOIN: what ends soon is little, and without statistics it
// would rather read all evidence of all assets.
pub async fn expiring(
    db: &impl Read,
    now: Timestamp,
    until: Timestamp,
) -> Result<Vec<CountRow>, StoreError> {
    counts(
        db,
        format!(
            "SELECT s.system_id, COUNT(*) AS n FROM evidence e CROSS JOIN asset_systems s \
             WHERE s.asset_id = e.asset_id AND {} GROUP BY s.system_id",
            ends_between(now, until)
        ),
    )
    .await
}

/// Evidence in force that ends between `now` and `until`.
pub async fn expiring_total(
    db: &impl Read,
    now: Timestamp,
    until: Timestamp,
) -> Result<i64, StoreError> {
    let found: Vec<RawCount> = rows(
        db,
        format!(
            "SELECT 0 AS system_id, COUNT(*) AS n FROM evidence e WHERE {}",
            ends_between(now, until)
        ),
    )
    .await?;
    Ok(found.first().map_or(0, |raw| raw.n))
}

fn ends_between(now: Timestamp, until: Timestamp) -> String {
    format!(
        "e.state = 'current' AND e.valid_until > {} AND e.valid_until <= {}",
        now.as_millisecond(),
        until.as_millisecond()
    )
}

/// Numbers over the whole hospital.
pub async fn totals(db: &impl Read) -> Result<Totals, StoreError> {
    let found: Vec<Totals> = rows(
        db,
        "SELECT (SELECT COUNT(*) FROM systems) AS systems, \
         (SELECT COUNT(*) FROM assets) AS assets, \
         (SELECT COUNT(*) FROM people) AS people, \
         (SELECT COUNT(*) FROM tasks WHERE state <> 'done') AS tasks_open",
    )
    .await?;
    found.into_iter().next().ok_or(StoreError::Missing)
}

async fn counts(db: &impl Read, sql: impl Into<String>) -> Result<Vec<CountRow>, StoreError> {
    let found: Vec<RawCount> = rows(db, sql).await?;
    Ok(found
        .into_iter()
        .map(|raw| CountRow {
            system_id: SystemId(raw.system_id),
            count: raw.n,
        })
        .collect())
}
