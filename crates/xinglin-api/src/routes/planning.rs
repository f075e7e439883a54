//! How the hospital plans: numbers of plans, working days.

use axum::{Json, extract::State};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xinglin_app::plans::{CalendarYear, PlanningSettings as Planning};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    routes::plans::{self, Plan, PlanPath},
    state::AppState,
    views::Text,
};

/// How the hospital plans.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlanningSettings {
    /// What the numbers of plans begin with: `XXYY` gives `XXYY-2026-001`. New plans have no
    /// number without.
    number_prefix: Option<String>,
    /// The hospital's own days off.
    #[schema(value_type = Vec<String>)]
    holidays: Vec<Date>,
    /// Days that it works although the calendar says otherwise.
    #[schema(value_type = Vec<String>)]
    worked: Vec<Date>,
    /// What the calendar knows of single years.
    years: Vec<CalendarOfYear>,
}

/// Public holidays of a year.
#[derive(Serialize, ToSchema)]
pub(crate) struct CalendarOfYear {
    year: i16,
    /// Where it stands.
    source: Text,
    /// Whether that year's notice is out; days before it follow from the law alone.
    announced: bool,
    #[schema(value_type = Vec<String>)]
    holidays: Vec<Date>,
    /// Weekend days that are worked in exchange (调休).
    #[schema(value_type = Vec<String>)]
    worked: Vec<Date>,
}

/// What a person says of how the hospital plans.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanningInput {
    number_prefix: Option<String>,
    #[schema(value_type = Vec<String>)]
    holidays: Vec<Date>,
    #[schema(value_type = Vec<String>)]
    worked: Vec<Date>,
}

/// A number for a plan.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PlanNumber {
    number: String,
}

/// Shows how the hospital plans.
#[utoipa::path(get, path = "/api/v1/plans/settings", tag = "plans", responses((status = 200, body = PlanningSettings)))]
pub(crate) async fn get_planning_settings(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<PlanningSettings>> {
    let (settings, years) = app.planning_settings(&caller.actor).await?;
    Ok(Json(view(settings, years)))
}

/// Changes how the hospital plans.
#[utoipa::path(put, path = "/api/v1/plans/settings", tag = "plans", request_body = PlanningInput, responses((status = 200, body = PlanningSettings)))]
pub(crate) async fn update_planning_settings(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<PlanningInput>,
) -> ApiResult<Json<PlanningSettings>> {
    let form = Planning {
        number_prefix: input.number_prefix,
        holidays: input.holidays,
        worked: input.worked,
    };
    let (settings, years) = app.update_planning_settings(&caller.actor, form).await?;
    Ok(Json(view(settings, years)))
}

/// Gives a plan its number.
#[utoipa::path(put, path = "/api/v1/plans/{id}/number", tag = "plans", params(PlanPath), request_body = PlanNumber, responses((status = 200, body = Plan)))]
pub(crate) async fn set_plan_number(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PlanPath>,
    Body(input): Body<PlanNumber>,
) -> ApiResult<Json<Plan>> {
    let plan = app
        .set_plan_number(&caller.actor, path.id, &input.number)
        .await?;
    Ok(Json(plans::view(plan)))
}

fn view(settings: Planning, years: &[CalendarYear]) -> PlanningSettings {
    let years = years.iter().map(|year| CalendarOfYear {
        year: year.year,
        source: (&year.source).into(),
        announced: year.announced,
        holidays: year.holidays.clone(),
        worked: year.worked.clone(),
    });
    PlanningSettings {
        number_prefix: settings.number_prefix,
        holidays: settings.holidays,
        worked: settings.worked,
        years: years.collect(),
    }
}
