//! Inspections made from here over the network. Passwords and keys are used once and never
//! kept.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use xinglin_app::{
    AppError, Code,
    inspections::{DatabaseForm, Protection, Secret, SshForm, SshHost, TlsForm},
};

use super::{InspectedAssetPath, Inspection, view};
use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    read::family,
    state::AppState,
    time::instant,
    views::{self, Reason},
    words,
};

const SSH_PORT: u16 = 22;

/// A database to ask by a read-only account.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct DatabaseInput {
    /// One that is asked live: `mysql`, `postgresql`, `kingbase`, `redis`.
    #[schema(value_type = words::Family)]
    family: String,
    host: String,
    /// The usual one where it is left out.
    port: Option<u16>,
    /// The database to connect to; the server's own where it is left out.
    database: Option<String>,
    /// Empty for a Redis without users.
    username: String,
    password: String,
    /// Verified encryption, encryption with whoever answers, or none. None falls back.
    tls: DatabaseTls,
}

/// How a connection is protected.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(rename_all = "snake_case")]
pub(crate) enum DatabaseTls {
    Verify,
    Prefer,
    Off,
}

/// A TLS endpoint to ask.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TlsInput {
    host: String,
    port: u16,
    /// The name that is asked for and that the certificate must have.
    server_name: Option<String>,
    /// The protocol that is spoken before TLS begins.
    #[schema(value_type = Option<views::StartTls>)]
    start_tls: Option<String>,
}

/// A Linux host to inspect.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SshInput {
    host: String,
    /// 22 where it is left out.
    port: Option<u16>,
    username: String,
    password: Option<String>,
    private_key: Option<String>,
    passphrase: Option<String>,
    /// Whether to become root by sudo; implied by `sudo_password`.
    #[serde(default)]
    sudo: bool,
    sudo_password: Option<String>,
    /// The host's key, compared on the host: `ssh-ed25519 SHA256:…`. Needed the first time.
    host_key: Option<String>,
    /// A host that forwards to it.
    jump: Option<SshJump>,
}

/// A host on the way.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SshJump {
    host: String,
    port: Option<u16>,
    username: String,
    password: Option<String>,
    private_key: Option<String>,
    passphrase: Option<String>,
    host_key: Option<String>,
}

/// A key by which a host proves who it is.
#[derive(Serialize, ToSchema)]
pub(crate) struct HostKey {
    /// `host:port`.
    place: String,
    /// Such as `ssh-ed25519`.
    algorithm: String,
    /// Such as `SHA256:…`.
    fingerprint: String,
    seen_at: String,
}

/// The kept keys of an asset.
#[derive(Serialize, ToSchema)]
pub(crate) struct HostKeyList {
    items: Vec<HostKey>,
    total: u64,
}

/// Inspects a database over the network.
#[utoipa::path(post, path = "/api/v1/assets/{id}/inspections/database", tag = "inspections", params(InspectedAssetPath), request_body = DatabaseInput, responses((status = 201, body = Inspection)))]
pub(crate) async fn inspect_database(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<InspectedAssetPath>,
    Body(input): Body<DatabaseInput>,
) -> ApiResult<(StatusCode, Json<Inspection>)> {
    let family = family(Some(&input.family))?;
    let form = DatabaseForm {
        family: family.ok_or(AppError::new(Code::InvalidInput).field(
            "family",
            "",
            "a family that is asked live",
        ))?,
        host: input.host,
        port: input.port,
        database: input.database.filter(|name| !name.is_empty()),
        username: input.username,
        password: Secret::new(input.password),
        protection: match input.tls {
            DatabaseTls::Verify => Protection::Verify,
            DatabaseTls::Prefer => Protection::Encrypt,
            DatabaseTls::Off => Protection::Off,
        },
    };
    let taken = app.inspect_database(&caller.actor, path.id, form).await?;
    Ok((StatusCode::CREATED, Json(view(taken))))
}

/// Inspects a TLS endpoint by handshakes.
#[utoipa::path(post, path = "/api/v1/assets/{id}/inspections/tls", tag = "inspections", params(InspectedAssetPath), request_body = TlsInput, responses((status = 201, body = Inspection)))]
pub(crate) async fn inspect_tls(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<InspectedAssetPath>,
    Body(input): Body<TlsInput>,
) -> ApiResult<(StatusCode, Json<Inspection>)> {
    let form = TlsForm {
        host: input.host,
        port: input.port,
        server_name: input.server_name.filter(|name| !name.is_empty()),
        start_tls: input.start_tls.filter(|name| !name.is_empty()),
    };
    let taken = app.inspect_tls(&caller.actor, path.id, form).await?;
    Ok((StatusCode::CREATED, Json(view(taken))))
}

/// Inspects a Linux host over SSH. A host whose key nobody has confirmed is refused with the
/// key it shows.
#[utoipa::path(post, path = "/api/v1/assets/{id}/inspections/ssh", tag = "inspections", params(InspectedAssetPath), request_body = SshInput, responses((status = 201, body = Inspection)))]
pub(crate) async fn inspect_ssh(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<InspectedAssetPath>,
    Body(input): Body<SshInput>,
) -> ApiResult<(StatusCode, Json<Inspection>)> {
    let taken = app
        .inspect_ssh(&caller.actor, path.id, ssh_form(input))
        .await?;
    Ok((StatusCode::CREATED, Json(view(taken))))
}

/// The host keys that are kept with an asset.
#[utoipa::path(get, path = "/api/v1/assets/{id}/host-key", tag = "inspections", params(InspectedAssetPath), responses((status = 200, body = HostKeyList)))]
pub(crate) async fn list_host_keys(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<InspectedAssetPath>,
) -> ApiResult<Json<HostKeyList>> {
    let keys = app.list_host_keys(&caller.actor, path.id).await?;
    let items: Vec<HostKey> = keys
        .into_iter()
        .map(|key| HostKey {
            place: key.place,
            algorithm: key.algorithm,
            fingerprint: key.fingerprint,
            seen_at: instant(key.seen_at),
        })
        .collect();
    let total = items.len() as u64;
    Ok(Json(HostKeyList { items, total }))
}

/// Forgets the host keys of an asset, so that new ones can be confirmed.
#[utoipa::path(delete, path = "/api/v1/assets/{id}/host-key", tag = "inspections", params(InspectedAssetPath), request_body = Reason, responses((status = 204)))]
pub(crate) async fn forget_host_keys(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<InspectedAssetPath>,
    Body(input): Body<Reason>,
) -> ApiResult<StatusCode> {
    app.forget_host_keys(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn ssh_form(input: SshInput) -> SshForm {
    let target = SshJump {
        host: input.host,
        port: input.port,
        username: input.username,
        password: input.password,
        private_key: input.private_key,
        passphrase: input.passphrase,
        host_key: input.host_key,
    };
    SshForm {
        target: ssh_host(target),
        jump: input.jump.map(ssh_host),
        sudo: input.sudo,
        sudo_password: secret(input.sudo_password),
    }
}

fn ssh_host(input: SshJump) -> SshHost {
    SshHost {
        host: input.host,
        port: input.port.unwrap_or(SSH_PORT),
        username: input.username,
        password: secret(input.password),
        private_key: secret(input.private_key),
        passphrase: secret(input.passphrase),
        host_key: input.host_key.filter(|key| !key.trim().is_empty()),
    }
}

/// A secret; what nobody filled in is none.
fn secret(text: Option<String>) -> Option<Secret> {
    text.filter(|text| !text.is_empty()).map(Secret::new)
}
