//! The ledger, and the history of single records.

use std::str::FromStr;

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError, Code,
    ledger::{LedgerFilter, LedgerPage, Subject},
};

use crate::{
    extract::{Caller, Params, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    words,
};

/// Which entries to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct LedgerParams {
    subject_kind: Option<String>,
    subject_id: Option<String>,
    /// Account id.
    actor: Option<i64>,
    /// Beginning of the action, e.g. `account.`.
    action: Option<String>,
    from: Option<String>,
    to: Option<String>,
    offset: Option<u64>,
    limit: Option<u64>,
}

/// Names one record.
#[derive(Deserialize, IntoParams)]
pub(crate) struct HistoryPath {
    kind: String,
    id: String,
}

/// A sealed entry.
#[derive(Serialize, ToSchema)]
pub(crate) struct LedgerEntry {
    seq: u64,
    at: String,
    /// Account id; null when the program itself acted.
    actor: Option<i64>,
    actor_name: Option<String>,
    #[schema(value_type = words::LedgerAction)]
    action: String,
    subjects: Vec<LedgerSubject>,
    #[schema(value_type = Object)]
    payload: serde_json::Value,
    prev: String,
    hash: String,
}

/// What an entry is about.
#[derive(Serialize, ToSchema)]
pub(crate) struct LedgerSubject {
    #[schema(value_type = words::SubjectKind)]
    kind: String,
    id: String,
}

/// One page of entries, newest first.
#[derive(Serialize, ToSchema)]
pub(crate) struct LedgerEntryList {
    pub(crate) items: Vec<LedgerEntry>,
    total: u64,
}

/// What recomputing the chain found.
#[derive(Serialize, ToSchema)]
pub(crate) struct LedgerVerification {
    ok: bool,
    entries: u64,
    /// Hash of the newest entry.
    head: String,
    first_bad: Option<FirstBad>,
}

/// The first entry that does not fit.
#[derive(Serialize, ToSchema)]
pub(crate) struct FirstBad {
    seq: u64,
    reason: String,
}

/// Lists the ledger.
#[utoipa::path(get, path = "/api/v1/ledger", tag = "ledger", params(LedgerParams), responses((status = 200, body = LedgerEntryList)))]
pub(crate) async fn list_ledger(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<LedgerParams>,
) -> ApiResult<Json<LedgerEntryList>> {
    let filter = filter(params)?;
    Ok(Json(list(app.list_ledger(&caller.actor, &filter).await?)))
}

/// Recomputes the whole chain.
#[utoipa::path(post, path = "/api/v1/ledger/verify", tag = "ledger", responses((status = 200, body = LedgerVerification)))]
pub(crate) async fn verify_ledger(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<LedgerVerification>> {
    let found = app.verify_ledger(&caller.actor).await?;
    Ok(Json(LedgerVerification {
        ok: found.is_good(),
        entries: found.entries,
        head: found.head.hash.to_string(),
        first_bad: found.first_bad.map(|bad| FirstBad {
            seq: bad.seq,
            reason: bad.reason.to_string(),
        }),
    }))
}

/// Lists what happened to one record.
#[utoipa::path(get, path = "/api/v1/history/{kind}/{id}", tag = "ledger", params(HistoryPath), responses((status = 200, body = LedgerEntryList)))]
pub(crate) async fn list_history(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<HistoryPath>,
) -> ApiResult<Json<LedgerEntryList>> {
    Ok(Json(list(
        app.history(&caller.actor, &path.kind, &path.id).await?,
    )))
}

fn filter(params: LedgerParams) -> Result<LedgerFilter, AppError> {
    let subject = match (&params.subject_kind, params.subject_id) {
        (Some(kind), Some(id)) => Some(Subject::new(kind.clone(), id)),
        _ => None,
    };
    Ok(LedgerFilter {
        subject,
        subject_kind: params.subject_kind,
        actor: params.actor.map(|id| format!("account/{id}")),
        action: params.action,
        from: moment("from", params.from)?,
        to: moment("to", params.to)?,
        offset: params.offset.unwrap_or(0),
        limit: params.limit.unwrap_or(100).min(1_000),
    })
}

fn moment(field: &str, text: Option<String>) -> Result<Option<Timestamp>, AppError> {
    text.map(|text| {
        Timestamp::from_str(&text).map_err(|_| {
            AppError::new(Code::InvalidInput).field(
                field,
                text,
                "a time such as 2026-11-22T08:30:00Z",
            )
        })
    })
    .transpose()
}

pub(crate) fn list(page: LedgerPage) -> LedgerEntryList {
    let items = page
        .entries
        .into_iter()
        .map(|entry| LedgerEntry {
            seq: entry.seq,
            at: instant(entry.at),
            actor: entry
                .actor
                .strip_prefix("account/")
                .and_then(|id| id.parse().ok()),
            actor_name: page.names.get(&entry.actor).cloned(),
            action: entry.action,
            subjects: entry
                .subjects
                .into_iter()
                .map(|subject| LedgerSubject {
                    kind: subject.kind,
                    id: subject.id,
                })
                .collect(),
            payload: entry.payload,
            prev: entry.prev.to_string(),
            hash: entry.hash.to_string(),
        })
        .collect();
    LedgerEntryList {
        items,
        total: page.total,
    }
}
