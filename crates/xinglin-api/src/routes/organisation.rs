//! The hospital itself.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xinglin_app::organisation;

use crate::{
    extract::{Body, Caller},
    problem::ApiResult,
    state::AppState,
};

/// The hospital.
#[derive(Serialize, ToSchema)]
pub(crate) struct Organisation {
    name: String,
    kind: Option<String>,
    address: Option<String>,
    /// Unified social credit code.
    unified_code: Option<String>,
    contact: Option<String>,
    phone: Option<String>,
}

/// What a person says of the hospital.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct OrganisationInput {
    name: String,
    kind: Option<String>,
    address: Option<String>,
    unified_code: Option<String>,
    contact: Option<String>,
    phone: Option<String>,
}

/// Shows the hospital.
#[utoipa::path(get, path = "/api/v1/organisation", tag = "records", responses((status = 200, body = Organisation)))]
pub(crate) async fn get_organisation(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<Organisation>> {
    Ok(Json(view(app.organisation(&caller.actor).await?)))
}

/// Changes the hospital.
#[utoipa::path(put, path = "/api/v1/organisation", tag = "records", request_body = OrganisationInput, responses((status = 200, body = Organisation)))]
pub(crate) async fn update_organisation(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<OrganisationInput>,
) -> ApiResult<Json<Organisation>> {
    let form = organisation::Organisation {
        name: input.name,
        kind: input.kind,
        address: input.address,
        unified_code: input.unified_code,
        contact: input.contact,
        phone: input.phone,
    };
    Ok(Json(view(
        app.update_organisation(&caller.actor, form).await?,
    )))
}

fn view(organisation: organisation::Organisation) -> Organisation {
    Organisation {
        name: organisation.name,
        kind: organisation.kind,
        address: organisation.address,
        unified_code: organisation.unified_code,
        contact: organisation.contact,
        phone: organisation.phone,
    }
}
