//! The overview.

use axum::{Json, extract::State};
use serde::Serialize;
use utoipa::ToSchema;
use xinglin_app::{core, dashboard};

use crate::{
    extract::Caller,
    problem::ApiResult,
    state::AppState,
    views::{ResultSummary, Text},
    words::Grade,
};

/// What the overview shows.
#[derive(Serialize, ToSchema)]
pub(crate) struct Dashboard {
    systems: Vec<DashboardSystem>,
    totals: DashboardTotals,
    first: Vec<DashboardFirst>,
    /// Over all systems, counted as items times systems.
    coverage: Vec<DashboardCoverage>,
}

/// A graded system on the overview.
#[derive(Serialize, ToSchema)]
pub(crate) struct DashboardSystem {
    id: i64,
    name: String,
    #[schema(value_type = Grade)]
    grade: core::Grade,
    level: u8,
    assessment_id: Option<i64>,
    /// The result of the newest assessment.
    result: Option<ResultSummary>,
    trend: Vec<DashboardTrendPoint>,
    findings: SeverityCounts,
}

/// The last result of a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct DashboardTrendPoint {
    on: String,
    /// 0 to 1; a score as its hundredth.
    rate: Option<f64>,
}

/// Findings neither closed nor accepted.
#[derive(Serialize, ToSchema)]
pub(crate) struct SeverityCounts {
    high: i64,
    medium: i64,
    low: i64,
}

/// Numbers over the whole hospital.
#[derive(Serialize, ToSchema)]
pub(crate) struct DashboardTotals {
    systems: i64,
    assets: i64,
    people: i64,
    findings_open: i64,
    hazards_open: i64,
    tasks_open: i64,
    tasks_overdue: i64,
    proposals_waiting: i64,
    /// Within 30 days.
    evidence_expiring: i64,
}

/// Something to do first.
#[derive(Serialize, ToSchema)]
pub(crate) struct DashboardFirst {
    /// Of hazard, `high_finding`, `overdue_task`, unanswered, proposals, expiring.
    kind: &'static str,
    system_id: i64,
    system_name: String,
    count: i64,
    /// The requirement of the gravest.
    requirement: Option<String>,
    /// The gravest.
    title: Option<Text>,
    /// What mending it adds to the rate, 0 to 1.
    points: Option<f64>,
}

/// A security class over all systems.
#[derive(Serialize, ToSchema)]
pub(crate) struct DashboardCoverage {
    domain: &'static str,
    applicable: i64,
    compliant: i64,
    rate: Option<f64>,
}

/// What the overview shows.
#[utoipa::path(get, path = "/api/v1/dashboard", tag = "dashboard", responses((status = 200, body = Dashboard)))]
pub(crate) async fn get_dashboard(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<Dashboard>> {
    let found = app.dashboard(&caller.actor).await?;
    Ok(Json(Dashboard {
        systems: found.systems.into_iter().map(system).collect(),
        totals: totals(found.totals),
        first: found.first.into_iter().map(first).collect(),
        coverage: found.coverage.into_iter().map(coverage).collect(),
    }))
}

fn system(system: dashboard::SystemOverview) -> DashboardSystem {
    DashboardSystem {
        id: system.id.0,
        name: system.name,
        grade: system.grade,
        level: system.grade.overall().number(),
        assessment_id: system.assessment_id.map(|id| id.0),
        result: system.result.map(Into::into),
        trend: system
            .trend
            .into_iter()
            .map(|(on, rate)| DashboardTrendPoint {
                on: on.to_string(),
                rate,
            })
            .collect(),
        findings: SeverityCounts {
            high: system.findings.high,
            medium: system.findings.medium,
            low: system.findings.low,
        },
    }
}

fn totals(totals: dashboard::Totals) -> DashboardTotals {
    DashboardTotals {
        systems: totals.systems,
        assets: totals.assets,
        people: totals.people,
        findings_open: totals.findings_open,
        hazards_open: totals.hazards_open,
        tasks_open: totals.tasks_open,
        tasks_overdue: totals.tasks_overdue,
        proposals_waiting: totals.proposals_waiting,
        evidence_expiring: totals.evidence_expiring,
    }
}

fn first(first: dashboard::First) -> DashboardFirst {
    DashboardFirst {
        kind: first.kind.word(),
        system_id: first.system_id.0,
        system_name: first.system_name,
        count: first.count,
        requirement: first.requirement.map(|id| id.to_string()),
        title: first.title.map(Into::into),
        points: first.points,
    }
}

fn coverage(coverage: dashboard::Coverage) -> DashboardCoverage {
    #[expect(
        clippy::cast_precision_loss,
        reason = "counts of items, far below 2^52"
    )]
    let rate =
        (coverage.applicable > 0).then(|| coverage.compliant as f64 / coverage.applicable as f64);
    DashboardCoverage {
        domain: coverage.domain.word(),
        applicable: coverage.applicable,
        compliant: coverage.compliant,
        rate,
    }
}
