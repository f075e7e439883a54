//! The set-up wizard.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xinglin_app::{
    core::Role,
    identity::{AdministratorForm, SetUpForm},
};

use crate::{extract::Body, problem::ApiResult, state::AppState, words};

/// Whether the wizard must run.
#[derive(Serialize, ToSchema)]
pub(crate) struct SetupState {
    /// Nobody can sign in yet.
    needed: bool,
    /// This is a demonstration.
    demo: bool,
}

/// What the wizard asks.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Setup {
    organisation: SetupOrganisation,
    /// Exactly one for each administrator's role.
    administrators: Vec<SetupAdministrator>,
}

/// The hospital.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupOrganisation {
    name: String,
}

/// One administrator's account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SetupAdministrator {
    #[schema(value_type = words::Role)]
    role: Role,
    username: String,
    display_name: String,
    password: String,
}

/// Tells whether the set-up wizard must run.
#[utoipa::path(get, path = "/api/v1/setup", tag = "identity", responses((status = 200, body = SetupState)))]
pub(crate) async fn get_setup(State(app): State<AppState>) -> ApiResult<Json<SetupState>> {
    Ok(Json(SetupState {
        needed: app.set_up_needed().await?,
        demo: app.is_demo(),
    }))
}

/// Runs the wizard once: three separated administrators.
#[utoipa::path(post, path = "/api/v1/setup", tag = "identity", request_body = Setup, responses((status = 204)))]
pub(crate) async fn set_up(
    State(app): State<AppState>,
    Body(setup): Body<Setup>,
) -> ApiResult<StatusCode> {
    let administrators = setup
        .administrators
        .into_iter()
        .map(|one| AdministratorForm {
            role: one.role,
            username: one.username,
            display_name: one.display_name,
            password: one.password,
        })
        .collect();
    app.set_up(SetUpForm {
        organisation: setup.organisation.name,
        administrators,
    })
    .await?;
    Ok(StatusCode::NO_CONTENT)
}
