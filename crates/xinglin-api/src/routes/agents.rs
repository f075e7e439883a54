//! Agents, the tokens they enrol with, and how they report. What agents themselves call is
//! [`crate::agents`].

use axum::{Json, extract::State, http::StatusCode};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    agents::{self, AgentRow, AgentTokenRow, Reporting, agent_name},
    core::{AgentId, AgentTokenId, AssetId},
};

use crate::{
    extract::{Body, Caller, Params, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views::Reason,
};

/// Names an agent.
#[derive(Deserialize, IntoParams)]
pub(crate) struct AgentPath {
    #[param(value_type = i64)]
    id: AgentId,
}

/// Names a token.
#[derive(Deserialize, IntoParams)]
pub(crate) struct AgentTokenPath {
    #[param(value_type = i64)]
    id: AgentTokenId,
}

/// Which agents are asked for.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentQuery {
    /// Of this asset only.
    #[param(value_type = Option<i64>)]
    asset_id: Option<AssetId>,
}

/// An agent: a program on a host that inspects it on schedule and reports here.
#[derive(Serialize, ToSchema)]
pub(crate) struct Agent {
    id: i64,
    asset_id: i64,
    asset_name: String,
    /// What the server calls it.
    name: String,
    /// What the host calls itself.
    host_name: String,
    version: String,
    #[schema(value_type = crate::words::AgentState)]
    state: &'static str,
    enrolled_at: String,
    /// When its last report was taken.
    last_seen_at: Option<String>,
    last_inspection_id: Option<i64>,
    /// Inspections it gave up because the server was away for too long.
    lost: i64,
    #[schema(value_type = String, format = Date)]
    certificate_expires_on: Date,
    revoked_at: Option<String>,
    revoked_reason: Option<String>,
    allowed_actions: Vec<&'static str>,
}

/// Agents, those that are accepted first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentList {
    items: Vec<Agent>,
    total: u64,
}

/// A token that counts, without itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentToken {
    id: i64,
    asset_id: i64,
    asset_name: String,
    /// Who made it.
    created_by: String,
    created_at: String,
    expires_at: String,
}

/// Tokens that count, oldest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentTokenList {
    items: Vec<AgentToken>,
    total: u64,
}

/// The host that a token is for.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentTokenInput {
    #[schema(value_type = i64)]
    asset_id: AssetId,
}

/// A token that was just made. It is shown now and never again.
#[derive(Serialize, ToSchema)]
pub(crate) struct MadeAgentToken {
    id: i64,
    asset_id: i64,
    token: String,
    expires_at: String,
    /// Where agents reach this server: `https://host:port`.
    server: String,
    /// The authority of the server's certificate, PEM.
    authority: String,
    command: AgentCommands,
}

/// What to run on the host.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentCommands {
    /// A shell script, to be run as root.
    linux: String,
}

/// How agents report, and where.
#[derive(Serialize, ToSchema)]
pub(crate) struct AgentSettings {
    interval_seconds: u64,
    jitter_seconds: u64,
    /// Whether this server listens for agents.
    listening: bool,
    /// Where agents reach it.
    address: Option<String>,
}

/// How agents shall report.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AgentSettingsInput {
    /// Seconds between inspections, 60 to 604,800.
    interval_seconds: u64,
    /// The most by which one is late at random; at most the interval.
    jitter_seconds: u64,
}

/// Lists agents.
#[utoipa::path(get, path = "/api/v1/agents", tag = "agents", params(AgentQuery), responses((status = 200, body = AgentList)))]
pub(crate) async fn list_agents(
    State(app): State<AppState>,
    caller: Caller,
    Params(query): Params<AgentQuery>,
) -> ApiResult<Json<AgentList>> {
    let rows = app.list_agents(&caller.actor, query.asset_id).await?;
    let items: Vec<_> = rows.into_iter().map(view).collect();
    let total = items.len() as u64;
    Ok(Json(AgentList { items, total }))
}

/// Accepts an agent no more.
#[utoipa::path(delete, path = "/api/v1/agents/{id}", tag = "agents", params(AgentPath), request_body = Reason, responses((status = 200, body = Agent)))]
pub(crate) async fn revoke_agent(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AgentPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Agent>> {
    let row = app
        .revoke_agent(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(row)))
}

/// Lists the tokens that count.
#[utoipa::path(get, path = "/api/v1/agents/tokens", tag = "agents", responses((status = 200, body = AgentTokenList)))]
pub(crate) async fn list_agent_tokens(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<AgentTokenList>> {
    let rows = app.list_agent_tokens(&caller.actor).await?;
    let items: Vec<_> = rows.into_iter().map(token_view).collect();
    let total = items.len() as u64;
    Ok(Json(AgentTokenList { items, total }))
}

/// Makes a token for one host. It counts once, for 24 hours.
#[utoipa::path(post, path = "/api/v1/agents/tokens", tag = "agents", request_body = AgentTokenInput, responses((status = 201, body = MadeAgentToken)))]
pub(crate) async fn create_agent_token(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<AgentTokenInput>,
) -> ApiResult<(StatusCode, Json<MadeAgentToken>)> {
    let made = app.make_agent_token(&caller.actor, input.asset_id).await?;
    let view = MadeAgentToken {
        id: made.id.0,
        asset_id: made.asset_id.0,
        token: made.token,
        expires_at: instant(made.expires_at),
        server: made.server,
        authority: made.authority,
        command: AgentCommands { linux: made.linux },
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Takes a token back.
#[utoipa::path(delete, path = "/api/v1/agents/tokens/{id}", tag = "agents", params(AgentTokenPath), request_body = Reason, responses((status = 204)))]
pub(crate) async fn end_agent_token(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AgentTokenPath>,
    Body(input): Body<Reason>,
) -> ApiResult<StatusCode> {
    app.end_agent_token(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// How agents report, and where.
#[utoipa::path(get, path = "/api/v1/agents/settings", tag = "agents", responses((status = 200, body = AgentSettings)))]
pub(crate) async fn get_agent_settings(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<AgentSettings>> {
    let settings = app.agent_settings(&caller.actor).await?;
    Ok(Json(settings_view(settings)))
}

/// Sets how agents report. They hear of it with the answer to their next report.
#[utoipa::path(put, path = "/api/v1/agents/settings", tag = "agents", request_body = AgentSettingsInput, responses((status = 200, body = AgentSettings)))]
pub(crate) async fn update_agent_settings(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<AgentSettingsInput>,
) -> ApiResult<Json<AgentSettings>> {
    let reporting = Reporting {
        interval_seconds: input.interval_seconds,
        jitter_seconds: input.jitter_seconds,
    };
    let settings = app.set_agent_settings(&caller.actor, reporting).await?;
    Ok(Json(settings_view(settings)))
}

fn view(row: AgentRow) -> Agent {
    let agent = row.agent;
    let (revoked_at, revoked_reason) = agent
        .revoked
        .map(|revoked| (instant(revoked.at), revoked.reason))
        .unzip();
    Agent {
        id: agent.id.0,
        asset_id: agent.asset_id.0,
        asset_name: row.asset_name,
        name: agent_name(agent.id),
        host_name: agent.host_name,
        version: agent.version,
        state: row.state.word(),
        enrolled_at: instant(agent.enrolled_at),
        last_seen_at: agent.last_seen_at.map(instant),
        last_inspection_id: agent.last_inspection_id.map(|id| id.0),
        lost: agent.lost,
        certificate_expires_on: agent.certificate_expires_on,
        revoked_at,
        revoked_reason,
        allowed_actions: row.allowed_actions,
    }
}

fn token_view(row: AgentTokenRow) -> AgentToken {
    AgentToken {
        id: row.token.id.0,
        asset_id: row.token.asset_id.0,
        asset_name: row.asset_name,
        created_by: row.created_by,
        created_at: instant(row.token.created_at),
        expires_at: instant(row.token.expires_at),
    }
}

fn settings_view(settings: agents::AgentSettings) -> AgentSettings {
    AgentSettings {
        interval_seconds: settings.reporting.interval_seconds,
        jitter_seconds: settings.reporting.jitter_seconds,
        listening: settings.address.is_some(),
        address: settings.address,
    }
}
