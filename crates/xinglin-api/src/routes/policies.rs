//! Packet filters of inspected devices.

use axum::{Json, extract::State};
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{core::InspectionId, policies::ReachForm};

use crate::{
    extract::{Body, Caller, Params, PathOf},
    problem::ApiResult,
    state::AppState,
};

mod answers;
mod rules;

use answers::{PolicyComparison, ReachAnswer};
use rules::PolicySetList;

/// Names an inspection.
#[derive(Deserialize, IntoParams)]
pub(crate) struct PolicyPath {
    #[param(value_type = i64)]
    id: InspectionId,
}

/// With which inspection to compare.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct PolicyParams {
    /// Another inspection of the same asset; without it the one before.
    with: Option<i64>,
}

/// Whether packets pass. Addresses: `any`, `10.1.2.3`, `10.1.2.0/24`, `10.0.0.1-10.0.0.9`, or
/// several; services: `any`, `tcp/1521`, `udp/161-162`, `icmp`, or several.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReachInput {
    from: String,
    to: String,
    service: String,
    /// The zone or interface the packets come from; any where it is left out.
    from_zone: Option<String>,
    /// The zone or interface they go to.
    to_zone: Option<String>,
    /// One rule set by its name; else those on the way between the zones.
    policy: Option<String>,
}

/// From where a service is reached.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct WhoInput {
    to: String,
    service: String,
    from_zone: Option<String>,
    to_zone: Option<String>,
    policy: Option<String>,
}

/// The rule sets of an inspected device with what is wrong with them.
#[utoipa::path(get, path = "/api/v1/inspections/{id}/policies", tag = "inspections", params(PolicyPath), responses((status = 200, body = PolicySetList)))]
pub(crate) async fn list_policies(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PolicyPath>,
) -> ApiResult<Json<PolicySetList>> {
    let sets = app.list_policies(&caller.actor, path.id).await?;
    Ok(Json(rules::list(sets)))
}

/// Whether packets pass an inspected device, and by which rules.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/reach", tag = "inspections", params(PolicyPath), request_body = ReachInput, responses((status = 200, body = ReachAnswer)))]
pub(crate) async fn reach(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PolicyPath>,
    Body(input): Body<ReachInput>,
) -> ApiResult<Json<ReachAnswer>> {
    let form = ReachForm {
        from: input.from,
        to: input.to,
        service: input.service,
        from_zone: input.from_zone,
        to_zone: input.to_zone,
        policy: input.policy,
    };
    let answer = app.reach(&caller.actor, path.id, form).await?;
    Ok(Json(answers::answer(answer)))
}

/// From where a service is reached through an inspected device: the parts that pass.
#[utoipa::path(post, path = "/api/v1/inspections/{id}/who-can-reach", tag = "inspections", params(PolicyPath), request_body = WhoInput, responses((status = 200, body = ReachAnswer)))]
pub(crate) async fn who_can_reach(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PolicyPath>,
    Body(input): Body<WhoInput>,
) -> ApiResult<Json<ReachAnswer>> {
    let form = ReachForm {
        from: String::new(),
        to: input.to,
        service: input.service,
        from_zone: input.from_zone,
        to_zone: input.to_zone,
        policy: input.policy,
    };
    let answer = app.who_can_reach(&caller.actor, path.id, form).await?;
    Ok(Json(answers::answer(answer)))
}

/// What a change of rules changed: packets that are treated otherwise than before.
#[utoipa::path(get, path = "/api/v1/inspections/{id}/policies/compare", tag = "inspections", params(PolicyPath, PolicyParams), responses((status = 200, body = PolicyComparison)))]
pub(crate) async fn compare_policies(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<PolicyPath>,
    Params(params): Params<PolicyParams>,
) -> ApiResult<Json<PolicyComparison>> {
    let with = params.with.map(InspectionId);
    let compared = app.compare_policies(&caller.actor, path.id, with).await?;
    Ok(Json(answers::comparison(compared)))
}
