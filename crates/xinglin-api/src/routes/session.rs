//! Signing in and out.

use axum::{
    Extension, Json,
    extract::{ConnectInfo, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::{Deserialize, Serialize};
use std::net::SocketAddr;
use utoipa::ToSchema;
use xinglin_app::identity::{SESSION_LIMITS, SessionView};

use crate::{
    extract::{AnyCaller, Body, SESSION_COOKIE},
    problem::ApiResult,
    state::AppState,
    time::instant,
    words,
};

/// The session of the caller.
#[derive(Serialize, ToSchema)]
pub(crate) struct Session {
    account: SessionAccount,
    /// Words such as `records.read`.
    #[schema(value_type = Vec<words::Permission>)]
    permissions: Vec<&'static str>,
    /// To be sent as `X-CSRF-Token` with every change.
    csrf: String,
    /// The hospital's name.
    organisation: String,
    /// Seconds without a request after which it ends.
    idle_seconds: i64,
    expires_at: String,
    demo: bool,
}

/// Whose session it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct SessionAccount {
    id: i64,
    username: String,
    display_name: String,
    #[schema(value_type = Vec<words::Role>)]
    roles: Vec<&'static str>,
    must_change_password: bool,
}

/// User name and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SignIn {
    username: String,
    password: String,
}

/// The present and the next password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordChange {
    current: String,
    next: String,
}

/// The caller's session.
#[utoipa::path(get, path = "/api/v1/session", tag = "identity", responses((status = 200, body = Session)))]
pub(crate) async fn get_session(
    State(app): State<AppState>,
    AnyCaller(caller): AnyCaller,
) -> ApiResult<Json<Session>> {
    let found = app.session_view(&caller.session, caller.account).await?;
    Ok(Json(view(&app, found)))
}

/// Signs in; the session's token is set as a cookie.
#[utoipa::path(post, path = "/api/v1/session", tag = "identity", request_body = SignIn, responses((status = 200, body = Session)))]
pub(crate) async fn sign_in(
    State(app): State<AppState>,
    peer: Option<Extension<ConnectInfo<SocketAddr>>>,
    Body(form): Body<SignIn>,
) -> ApiResult<Response> {
    let address = peer.map(|Extension(ConnectInfo(peer))| peer.ip().to_string());
    let signed_in = app.sign_in(&form.username, form.password, address).await?;
    let cookie = set_cookie(
        &signed_in.token,
        SESSION_LIMITS.absolute_seconds,
        app.config.secure_cookie,
    );
    Ok((cookie, Json(view(&app, signed_in.view))).into_response())
}

/// Signs out.
#[utoipa::path(delete, path = "/api/v1/session", tag = "identity", responses((status = 204)))]
pub(crate) async fn sign_out(
    State(app): State<AppState>,
    AnyCaller(caller): AnyCaller,
) -> ApiResult<Response> {
    app.sign_out(&caller.actor, &caller.session).await?;
    let cookie = set_cookie("", 0, app.config.secure_cookie);
    Ok((StatusCode::NO_CONTENT, cookie).into_response())
}

/// Changes the own password; other sessions of the account end.
#[utoipa::path(post, path = "/api/v1/session/password", tag = "identity", request_body = PasswordChange, responses((status = 204)))]
pub(crate) async fn change_password(
    State(app): State<AppState>,
    AnyCaller(caller): AnyCaller,
    Body(form): Body<PasswordChange>,
) -> ApiResult<StatusCode> {
    let session = Some(&caller.session);
    app.change_own_password(
        &caller.actor,
        caller.account,
        session,
        form.current,
        form.next,
    )
    .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(app: &AppState, view: SessionView) -> Session {
    Session {
        permissions: view.permissions.iter().map(|one| one.word()).collect(),
        csrf: view.csrf,
        organisation: view.organisation,
        idle_seconds: SESSION_LIMITS.idle_seconds,
        expires_at: instant(view.expires_at),
        demo: app.is_demo(),
        account: SessionAccount {
            must_change_password: app.password_is_due(&view.account),
            id: view.account.id.0,
            username: view.account.username,
            display_name: view.account.display_name,
            roles: view.account.roles.iter().map(|role| role.word()).collect(),
        },
    }
}

fn set_cookie(token: &str, max_age: i64, secure: bool) -> HeaderMap {
    let secure = if secure { "; Secure" } else { "" };
    let cookie = format!(
        "{SESSION_COOKIE}={token}; Path=/; HttpOnly; SameSite=Strict; Max-Age={max_age}{secure}"
    );
    let mut headers = HeaderMap::new();
    if let Ok(value) = HeaderValue::from_str(&cookie) {
        headers.insert(header::SET_COOKIE, value);
    }
    headers
}
