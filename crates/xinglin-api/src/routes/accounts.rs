//! Accounts: one administrator creates, another authorises.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    Actor,
    core::{AccountId, PersonId, Role},
    identity::{self, AccountForm, allowed_account_actions},
};

use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    words,
};

/// Names an account.
#[derive(Deserialize, IntoParams)]
pub(crate) struct AccountPath {
    #[param(value_type = i64)]
    id: AccountId,
}

/// An account.
#[derive(Serialize, ToSchema)]
pub(crate) struct Account {
    id: i64,
    username: String,
    display_name: String,
    /// `inactive`, `active` or `disabled`.
    state: &'static str,
    locked_until: Option<String>,
    #[schema(value_type = Vec<words::Role>)]
    roles: Vec<&'static str>,
    person_id: Option<i64>,
    created_at: String,
    last_sign_in_at: Option<String>,
    /// Of `set_roles`, `disable`, `enable`, `unlock`, `reset_password`.
    allowed_actions: Vec<&'static str>,
}

/// All accounts.
#[derive(Serialize, ToSchema)]
pub(crate) struct AccountList {
    items: Vec<Account>,
    total: u64,
}

/// A new account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AccountInput {
    username: String,
    display_name: String,
    password: String,
    person_id: Option<i64>,
}

/// Roles to grant.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RolesInput {
    #[schema(value_type = Vec<words::Role>)]
    roles: Vec<Role>,
    reason: String,
}

/// Why something is done.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Reason {
    pub(crate) reason: String,
}

/// A new first password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct PasswordReset {
    password: String,
    reason: String,
}

/// Lists all accounts.
#[utoipa::path(get, path = "/api/v1/accounts", tag = "identity", responses((status = 200, body = AccountList)))]
pub(crate) async fn list_accounts(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<AccountList>> {
    let accounts = app.list_accounts(&caller.actor).await?;
    let items: Vec<_> = accounts
        .into_iter()
        .map(|account| view(&caller.actor, account))
        .collect();
    let total = items.len() as u64;
    Ok(Json(AccountList { items, total }))
}

/// Creates an account, inactive until roles are granted.
#[utoipa::path(post, path = "/api/v1/accounts", tag = "identity", request_body = AccountInput, responses((status = 201, body = Account)))]
pub(crate) async fn create_account(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<AccountInput>,
) -> ApiResult<(StatusCode, Json<Account>)> {
    let form = AccountForm {
        username: input.username,
        display_name: input.display_name,
        password: input.password,
        person_id: input.person_id.map(PersonId),
    };
    let account = app.create_account(&caller.actor, form).await?;
    Ok((StatusCode::CREATED, Json(view(&caller.actor, account))))
}

/// Grants roles; by that an account becomes active.
#[utoipa::path(put, path = "/api/v1/accounts/{id}/roles", tag = "identity", params(AccountPath), request_body = RolesInput, responses((status = 200, body = Account)))]
pub(crate) async fn set_account_roles(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AccountPath>,
    Body(input): Body<RolesInput>,
) -> ApiResult<Json<Account>> {
    let account = app
        .grant_roles(&caller.actor, path.id, &input.roles, &input.reason)
        .await?;
    Ok(Json(view(&caller.actor, account)))
}

/// Switches an account off.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/disable", tag = "identity", params(AccountPath), request_body = Reason, responses((status = 200, body = Account)))]
pub(crate) async fn disable_account(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AccountPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Account>> {
    let account = app
        .disable_account(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(&caller.actor, account)))
}

/// Switches a disabled account on, without roles.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/enable", tag = "identity", params(AccountPath), request_body = Reason, responses((status = 200, body = Account)))]
pub(crate) async fn enable_account(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AccountPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Account>> {
    let account = app
        .enable_account(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(&caller.actor, account)))
}

/// Ends the lock after wrong passwords.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/unlock", tag = "identity", params(AccountPath), request_body = Reason, responses((status = 200, body = Account)))]
pub(crate) async fn unlock_account(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AccountPath>,
    Body(input): Body<Reason>,
) -> ApiResult<Json<Account>> {
    let account = app
        .unlock_account(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(Json(view(&caller.actor, account)))
}

/// Gives an account a new first password.
#[utoipa::path(post, path = "/api/v1/accounts/{id}/reset-password", tag = "identity", params(AccountPath), request_body = PasswordReset, responses((status = 200, body = Account)))]
pub(crate) async fn reset_account_password(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AccountPath>,
    Body(input): Body<PasswordReset>,
) -> ApiResult<Json<Account>> {
    let account = app
        .reset_password(&caller.actor, path.id, input.password, &input.reason)
        .await?;
    Ok(Json(view(&caller.actor, account)))
}

fn view(actor: &Actor, account: identity::Account) -> Account {
    Account {
        allowed_actions: allowed_account_actions(actor, &account),
        id: account.id.0,
        username: account.username,
        display_name: account.display_name,
        state: account.state.word(),
        locked_until: account.locked_until.map(instant),
        roles: account.roles.iter().map(|role| role.word()).collect(),
        person_id: account.person_id.map(|id| id.0),
        created_at: instant(account.created_at),
        last_sign_in_at: account.last_sign_in_at.map(instant),
    }
}
