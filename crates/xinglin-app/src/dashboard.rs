//! The overview: results, findings, what to do first. Counted by the database and from
//! results that are already stored; nothing is scored here.

use std::{collections::BTreeMap, time::Duration};

use jiff::{SignedDuration, ToSpan, civil::Date};
use xinglin_core::{AssessmentId, Domain, Grade, RequirementId, SystemId, Text};
use xinglin_store::dashboard::{self as counts, CountRow, GravestRow, PointRow, SystemRow};
use xinglin_workflow::Severity;

use crate::{Actor, App, AppError, Permission, assessments::ResultSummary};

/// How long before its end evidence is shown as expiring.
const EXPIRING: Duration = Duration::from_hours(30 * 24);

/// How far back the trend reaches, in days.
const TREND_DAYS: i32 = 180;

/// Entries of the list of what to do first.
const FIRST: usize = 20;

/// Findings that are neither closed nor accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SeverityCounts {
    /// High.
    pub high: i64,
    /// Medium.
    pub medium: i64,
    /// Low.
    pub low: i64,
}

/// A system on the overview.
#[derive(Debug, Clone)]
pub struct SystemOverview {
    /// The system.
    pub id: SystemId,
    /// Its name.
    pub name: String,
    /// Its grade.
    pub grade: Grade,
    /// Its newest assessment.
    pub assessment_id: Option<AssessmentId>,
    /// The stored result of that assessment.
    pub result: Option<ResultSummary>,
    /// Rates (or scores as fractions of 100) by day.
    pub trend: Vec<(Date, Option<f64>)>,
    /// Its findings.
    pub findings: SeverityCounts,
}

/// Numbers over the whole hospital.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Graded systems.
    pub systems: i64,
    /// Assets.
    pub assets: i64,
    /// People.
    pub people: i64,
    /// Findings neither closed nor accepted.
    pub findings_open: i64,
    /// Major hazards still there.
    pub hazards_open: i64,
    /// Tasks not done.
    pub tasks_open: i64,
    /// Of these, late.
    pub tasks_overdue: i64,
    /// Proposals that wait for a decision.
    pub proposals_waiting: i64,
    /// Evidence that ends within 30 days.
    pub evidence_expiring: i64,
}

/// What an entry of the list is about, most urgent first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum FirstKind {
    /// Major hazards.
    Hazard,
    /// What the logs alarm about.
    LogAlarm,
    /// High findings that no plan has taken up.
    HighFinding,
    /// Late tasks.
    OverdueTask,
    /// Items without an answer.
    Unanswered,
    /// Proposals to decide on.
    Proposals,
    /// Evidence that ends soon.
    Expiring,
}

impl FirstKind {
    /// All kinds, the most pressing first.
    pub const ALL: [Self; 7] = [
        Self::Hazard,
        Self::LogAlarm,
        Self::HighFinding,
        Self::OverdueTask,
        Self::Unanswered,
        Self::Proposals,
        Self::Expiring,
    ];

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Hazard => "hazard",
            Self::LogAlarm => "log_alarm",
            Self::HighFinding => "high_finding",
            Self::OverdueTask => "overdue_task",
            Self::Unanswered => "unanswered",
            Self::Proposals => "proposals",
            Self::Expiring => "expiring",
        }
    }
}

/// Something to do first.
#[derive(Debug, Clone, PartialEq)]
pub struct First {
    /// What it is about.
    pub kind: FirstKind,
    /// The system.
    pub system_id: SystemId,
    /// Its name.
    pub system_name: String,
    /// How many.
    pub count: i64,
    /// The requirement of the gravest.
    pub requirement: Option<RequirementId>,
    /// The gravest.
    pub title: Option<Text>,
    /// What it would add to the rate, 0 to 1.
    pub points: Option<f64>,
}

/// A security class over all systems.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Coverage {
    /// The class.
    pub domain: Domain,
    /// Items that apply, counted for each system.
    pub applicable: i64,
    /// Of these, met.
    pub compliant: i64,
}

/// The overview.
#[derive(Debug, Clone)]
pub struct Dashboard {
    /// Systems by name.
    pub systems: Vec<SystemOverview>,
    /// Numbers.
    pub totals: Totals,
    /// What to do first.
    pub first: Vec<First>,
    /// Classes in the standard's order.
    pub coverage: Vec<Coverage>,
}

impl App {
    /// The overview.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission.
    pub async fn dashboard(&self, actor: &Actor) -> Result<Dashboard, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let db = self.store().db();
        let (now, today) = (self.now(), self.today());
        let from = today.checked_sub(TREND_DAYS.days()).unwrap_or(today);
        let soon = SignedDuration::try_from(EXPIRING).unwrap_or(SignedDuration::ZERO);
        let soon = now.checked_add(soon).unwrap_or(now);

        let systems = counts::systems(db).await?;
        let points = counts::points(db, from).await?;
        let findings = counts::findings(db).await?;
        let hazards = counts::hazards(db).await?;
        let overdue = counts::overdue_tasks(db, today).await?;
        let expiring = counts::expiring(db, now, soon).await?;
        let totals = counts::totals(db).await?;

        let mut by_system: BTreeMap<SystemId, SeverityCounts> = BTreeMap::new();
        for row in &findings {
            let counts = by_system.entry(row.system_id).or_default();
            match row.severity {
                Severity::High => counts.high = row.count,
                Severity::Medium => counts.medium = row.count,
                Severity::Low => counts.low = row.count,
            }
        }
        let overviews = overviews(&systems, &points, &by_system)?;
        let unanswered = stored(&overviews, |result| result.unanswered);
        let proposals = stored(&overviews, |result| result.proposals);
        let total = |rows: &[CountRow]| rows.iter().map(|row| row.count).sum();
        let totals = Totals {
            systems: totals.systems,
            assets: totals.assets,
            people: totals.people,
            tasks_open: totals.tasks_open,
            findings_open: findings.iter().map(|row| row.count).sum(),
            hazards_open: total(&hazards),
            tasks_overdue: total(&overdue),
            proposals_waiting: total(&proposals),
            evidence_expiring: counts::expiring_total(db, now, soon).await?,
        };
        let mut first = Vec::new();
        for (kind, rows) in [
            (FirstKind::Hazard, hazards),
            (FirstKind::OverdueTask, overdue),
            (FirstKind::Unanswered, unanswered),
            (FirstKind::Proposals, proposals),
            (FirstKind::Expiring, expiring),
        ] {
            first.extend(rows.iter().map(|row| entry(kind, *row, &systems)));
        }
        for found in counts::high_findings(db).await? {
            let points = step(&overviews, found.system_id);
            let entry = gravest(FirstKind::HighFinding, found, &systems);
            first.push(First { points, ..entry });
        }
        let alarms = counts::alarms(db).await?.into_iter();
        first.extend(alarms.map(|found| gravest(FirstKind::LogAlarm, found, &systems)));
        first.retain(|entry| entry.count > 0);
        first.sort_by(|one, other| {
            let most_first = other.count.cmp(&one.count);
            (one.kind.cmp(&other.kind))
                .then(most_first)
                .then_with(|| one.system_id.cmp(&other.system_id))
        });
        first.truncate(FIRST);
        Ok(Dashboard {
            coverage: coverage(&overviews),
            systems: overviews,
            totals,
            first,
        })
    }
}

fn overviews(
    systems: &[SystemRow],
    points: &[PointRow],
    findings: &BTreeMap<SystemId, SeverityCounts>,
) -> Result<Vec<SystemOverview>, AppError> {
    systems
        .iter()
        .map(|system| {
            let result = system.result.as_deref().map(serde_json::from_str);
            let result = result.transpose().map_err(AppError::internal)?;
            let trend = points
                .iter()
                .filter(|point| Some(point.assessment_id) == system.assessment_id)
                .map(|point| {
                    let score = point.score.map(|score| score / 100.0);
                    (point.on, point.rate.or(score))
                })
                .collect();
            Ok(SystemOverview {
                id: system.id,
                name: system.name.clone(),
                grade: system.grade,
                assessment_id: system.assessment_id,
                findings: findings.get(&system.id).copied().unwrap_or_default(),
                result,
                trend,
            })
        })
        .collect()
}

/// A number that stored results carry, by system.
fn stored(systems: &[SystemOverview], number: fn(&ResultSummary) -> u32) -> Vec<CountRow> {
    systems
        .iter()
        .map(|system| CountRow {
            system_id: system.id,
            count: system.result.as_ref().map_or(0, number).into(),
        })
        .collect()
}

/// What one item adds to the rate of a system.
fn step(systems: &[SystemOverview], id: SystemId) -> Option<f64> {
    let system = systems.iter().find(|system| system.id == id)?;
    let result = system.result.as_ref()?;
    result.rate?;
    (result.applicable > 0).then(|| 1.0 / f64::from(result.applicable))
}

fn entry(kind: FirstKind, row: CountRow, systems: &[SystemRow]) -> First {
    First {
        kind,
        system_id: row.system_id,
        system_name: systems
            .iter()
            .find(|system| system.id == row.system_id)
            .map_or_else(String::new, |system| system.name.clone()),
        count: row.count,
        requirement: None,
        title: None,
        points: None,
    }
}

/// The gravest finding of a system, for all of its kind.
fn gravest(kind: FirstKind, found: GravestRow, systems: &[SystemRow]) -> First {
    let row = CountRow {
        system_id: found.system_id,
        count: found.count,
    };
    First {
        requirement: Some(found.requirement),
        title: Some(found.title),
        ..entry(kind, row, systems)
    }
}

/// Classes over all systems, from the counts that each stored result carries.
fn coverage(systems: &[SystemOverview]) -> Vec<Coverage> {
    let mut sums: BTreeMap<Domain, (i64, i64)> = BTreeMap::new();
    let results = systems.iter().filter_map(|system| system.result.as_ref());
    for class in results.flat_map(|result| &result.domains) {
        let sum = sums.entry(class.domain).or_default();
        sum.0 += i64::from(class.applicable);
        sum.1 += i64::from(class.compliant);
    }
    sums.into_iter()
        .map(|(domain, (applicable, compliant))| Coverage {
            domain,
            applicable,
            compliant,
        })
        .collect()
}
