//! The result of an assessment and its trend.

use axum::{Json, extract::State};
use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use xinglin_app::{
    assessments::{self, Estimate, Explanation, ResultDocument, ResultPoint, State as Verdict},
    core::RequirementId,
};

use super::assessments::AssessmentPath;
use crate::{
    extract::{Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    views::{self, DomainRate, ResultSummary},
};

/// A result in full.
#[derive(Serialize, ToSchema)]
pub(crate) struct ResultDetail {
    result: Result,
    /// Every open item with what it costs, dearest first.
    costs: Vec<ItemCost>,
    /// Every threshold, lowest first.
    thresholds: Vec<Threshold>,
    weights_official: bool,
    /// The result if every waiting proposal were confirmed; null when none waits.
    as_proposed: Option<ResultSummary>,
}

/// The result (`xinglin.result/1`).
#[derive(Serialize, ToSchema)]
pub(crate) struct Result {
    format: String,
    #[schema(value_type = views::Template)]
    template: assessments::Template,
    items: u32,
    applicable: u32,
    compliant: u32,
    partial: u32,
    noncompliant: u32,
    not_applicable: u32,
    #[schema(value_type = Vec<String>)]
    unanswered: Vec<RequirementId>,
    /// Items of which some objects have a verdict and others none.
    #[schema(value_type = Vec<String>)]
    partly_answered: Vec<RequirementId>,
    provisional: bool,
    rate: Option<f64>,
    score: Option<f64>,
    technical: Option<f64>,
    management: Option<f64>,
    /// The separate score of extension items (2019).
    extension_score: Option<f64>,
    #[schema(value_type = views::Conclusion)]
    conclusion: assessments::Conclusion,
    conclusion_zh: String,
    domains: Vec<DomainRate>,
    hazards: HazardCount,
}

/// Major hazards of a system.
#[derive(Serialize, ToSchema)]
pub(crate) struct HazardCount {
    /// As found before rectification.
    found: u32,
    /// Of these, resolved.
    resolved: u32,
}

/// What one item costs.
#[derive(Serialize, ToSchema)]
pub(crate) struct ItemCost {
    #[schema(value_type = String)]
    requirement: RequirementId,
    #[schema(value_type = views::CellVerdict)]
    verdict: Verdict,
    points: f64,
}

/// A threshold of the template.
#[derive(Serialize, ToSchema)]
pub(crate) struct Threshold {
    #[schema(value_type = views::Conclusion)]
    conclusion: assessments::Conclusion,
    at: f64,
    reached: bool,
    /// How far the figure is below.
    gap: f64,
    items_needed: u32,
    cheapest: Vec<CheapestStep>,
    /// Person-days, low and high.
    effort_days: (u32, u32),
    /// Yuan, low and high.
    cost_cny: (u64, u64),
    /// Whether no cheaper way exists.
    is_exact: bool,
    /// What no item can remove: `hazards`, `high_risks` or `medium_risks`, with its number.
    #[schema(value_type = Option<Object>)]
    obstacle: Option<serde_json::Value>,
}

/// One item of the cheapest way.
#[derive(Serialize, ToSchema)]
pub(crate) struct CheapestStep {
    #[schema(value_type = String)]
    requirement: RequirementId,
    points: f64,
    /// Person-days, low and high.
    effort_days: (u32, u32),
    /// Yuan, low and high.
    cost_cny: (u64, u64),
}

/// The last result of one day.
#[derive(Serialize, ToSchema)]
pub(crate) struct TrendPoint {
    #[schema(value_type = String, format = Date)]
    on: Date,
    rate: Option<f64>,
    score: Option<f64>,
    compliant: i32,
    hazards_open: i32,
}

/// The result with what each open item costs.
#[utoipa::path(get, path = "/api/v1/assessments/{id}/result", tag = "assessments", params(AssessmentPath), responses((status = 200, body = ResultDetail)))]
pub(crate) async fn get_result(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssessmentPath>,
) -> ApiResult<Json<ResultDetail>> {
    let detail = app.get_result(&caller.actor, path.id).await?;
    let estimate = |requirement| app.content().estimate(requirement);
    Ok(Json(view(detail, estimate)))
}

/// The last result of each day, oldest first.
#[utoipa::path(get, path = "/api/v1/assessments/{id}/trend", tag = "assessments", params(AssessmentPath), responses((status = 200, body = Vec<TrendPoint>)))]
pub(crate) async fn list_trend(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AssessmentPath>,
) -> ApiResult<Json<Vec<TrendPoint>>> {
    let points = app.list_trend(&caller.actor, path.id).await?;
    Ok(Json(points.iter().map(point).collect()))
}

fn view(
    detail: assessments::ResultDetail,
    estimate: impl Fn(RequirementId) -> Estimate,
) -> ResultDetail {
    let Explanation { costs, thresholds } = detail.explanation;
    let costs = costs.into_iter().map(|cost| ItemCost {
        requirement: cost.requirement,
        verdict: cost.verdict,
        points: cost.points,
    });
    ResultDetail {
        weights_official: detail.result.weights_official,
        result: result(detail.result),
        costs: costs.collect(),
        thresholds: thresholds
            .iter()
            .map(|way| threshold(way, &estimate))
            .collect(),
        as_proposed: detail.as_proposed.map(Into::into),
    }
}

fn result(result: ResultDocument) -> Result {
    Result {
        format: result.format,
        template: result.template,
        items: result.items,
        applicable: result.applicable,
        compliant: result.compliant,
        partial: result.partial,
        noncompliant: result.noncompliant,
        not_applicable: result.not_applicable,
        unanswered: result.unanswered,
        partly_answered: result.partly_answered,
        provisional: result.provisional,
        rate: result.rate,
        score: result.score,
        technical: result.technical,
        management: result.management,
        extension_score: result.extension_score,
        conclusion: result.conclusion,
        conclusion_zh: result.conclusion_zh,
        domains: result.domains.into_iter().map(Into::into).collect(),
        hazards: HazardCount {
            found: result.hazards.found,
            resolved: result.hazards.resolved,
        },
    }
}

fn threshold(
    way: &assessments::Threshold,
    estimate: &impl Fn(RequirementId) -> Estimate,
) -> Threshold {
    let steps = way.cheapest.iter().map(|step| {
        let Estimate {
            effort_days,
            cost_cny,
        } = estimate(step.requirement);
        CheapestStep {
            requirement: step.requirement,
            points: step.points,
            effort_days,
            cost_cny,
        }
    });
    let cheapest: Vec<CheapestStep> = steps.collect();
    let days = cheapest.iter().map(|step| step.effort_days);
    let costs = cheapest.iter().map(|step| step.cost_cny);
    Threshold {
        conclusion: way.conclusion,
        at: way.at,
        reached: way.reached,
        gap: way.gap,
        items_needed: way.items_needed,
        effort_days: days.fold((0, 0), |sum, days| (sum.0 + days.0, sum.1 + days.1)),
        cost_cny: costs.fold((0, 0), |sum, cost| (sum.0 + cost.0, sum.1 + cost.1)),
        cheapest,
        is_exact: way.is_exact,
        obstacle: way
            .obstacle
            .and_then(|obstacle| serde_json::to_value(obstacle).ok()),
    }
}

fn point(point: &ResultPoint) -> TrendPoint {
    TrendPoint {
        on: point.on,
        rate: point.rate,
        score: point.score,
        compliant: point.compliant,
        hazards_open: point.hazards_open,
    }
}
