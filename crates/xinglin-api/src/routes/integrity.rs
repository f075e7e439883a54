//! File integrity: the baseline of an asset's files and what changed against it.

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError,
    core::{AssetId, IntegrityChangeId},
    integrity::{
        ApprovalForm, BaselineForm, ChangeFilter, ChangeState, FileActor, FileChangeRow, FileEntry,
        IntegrityStatus, Scope, Taken,
    },
};

use crate::{
    extract::{Body, Caller, Params, PathOf},
    problem::ApiResult,
    read::listed,
    routes::inspections::Unreadable,
    state::AppState,
    time::instant,
    views::{self, instant_opt},
};

const LIMIT: u64 = 200;
const MOST: u64 = 1_000;

/// Names an asset.
#[derive(Deserialize, IntoParams)]
pub(crate) struct WatchedAssetPath {
    #[param(value_type = i64)]
    id: AssetId,
}

/// Which changes to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntegrityChangeParams {
    asset_id: Option<i64>,
    /// One or several of open, approved, undone, comma-separated.
    state: Option<String>,
    offset: Option<u64>,
    limit: Option<u64>,
}

/// Where an asset's files stand.
#[derive(Serialize, ToSchema)]
pub(crate) struct Integrity {
    asset_id: i64,
    /// The baseline that counts; null until the first was taken.
    baseline: Option<IntegrityBaseline>,
    /// Whether one was asked for that is not there yet.
    pending: bool,
    /// When all files were compared with it last.
    last_scan_at: Option<String>,
    /// Who looks at the files.
    #[schema(value_type = views::IntegritySource)]
    source: &'static str,
    /// Whether changes are seen at once, not only by the next scan.
    watching: bool,
    /// Why they are not all seen at once.
    watch_problem: Option<String>,
    /// How many changes are open.
    open: u64,
    /// Open changes, those seen last first, at most 500.
    changes: Vec<IntegrityChange>,
}

/// What an asset's files are compared with.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrityBaseline {
    taken_at: String,
    by: String,
    reason: String,
    /// Files, directories and links.
    files: i32,
    /// Packages that own any of them.
    packages: i32,
    /// What could not be read: no change of it can be seen.
    #[schema(value_type = Vec<Unreadable>)]
    unreadable: serde_json::Value,
    /// Whether there was more than a baseline may hold.
    cut_short: bool,
    scope: IntegrityScope,
}

/// What a baseline covers.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrityScope {
    paths: Vec<String>,
    excludes: Vec<String>,
}

/// A change of one path against the baseline.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrityChange {
    id: i64,
    asset_id: i64,
    asset_name: String,
    path: String,
    #[schema(value_type = views::FileChangeKind)]
    kind: String,
    /// What explains it.
    #[schema(value_type = views::FileChangeCause)]
    cause: String,
    /// The package that owns the file.
    package: Option<String>,
    /// Its versions, where they explain the change.
    version_before: Option<String>,
    version_after: Option<String>,
    /// What is different: kind, mode, uid, gid, size, content, modified, target.
    fields: Vec<String>,
    before: Option<IntegrityEntry>,
    after: Option<IntegrityEntry>,
    /// Who may have done it, the most certain first.
    actors: Vec<IntegrityActor>,
    first_seen_at: String,
    seen_at: String,
    #[schema(value_type = views::FileChangeState)]
    state: &'static str,
    approval: Option<IntegrityApproval>,
    /// Of approve.
    allowed_actions: Vec<&'static str>,
}

/// What is at a path.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrityEntry {
    #[schema(value_type = views::FileKind)]
    kind: xinglin_app::integrity::FileKind,
    /// Permission bits in octal; empty for links.
    mode: String,
    uid: u32,
    gid: u32,
    size_bytes: u64,
    modified_at: Option<String>,
    sha256: Option<String>,
    /// Where a link points.
    target: Option<String>,
}

/// Someone who may have changed a file.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrityActor {
    account: String,
    acted_as: Option<String>,
    program: Option<String>,
    /// Where it signed in from; empty for the console or when not known.
    from: String,
    at: Option<String>,
    #[schema(value_type = views::Certainty)]
    certainty: xinglin_app::integrity::Certainty,
}

/// That a change is right.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrityApproval {
    by: String,
    at: String,
    reason: String,
    change_request: Option<String>,
}

/// One page of changes, those seen last first.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrityChangeList {
    items: Vec<IntegrityChange>,
    total: u64,
}

/// A baseline that is to be taken.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntegrityBaselineInput {
    /// Files and directories; those of the hospital's policy where it is left out.
    paths: Option<Vec<String>>,
    reason: String,
}

/// Changes that are right.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct IntegrityApprovalInput {
    ids: Vec<i64>,
    reason: String,
    /// The number of the change request they were made for.
    change_request: Option<String>,
}

/// How many changes were approved.
#[derive(Serialize, ToSchema)]
pub(crate) struct IntegrityApproved {
    approved: usize,
}

/// Where an asset's files stand.
#[utoipa::path(get, path = "/api/v1/assets/{id}/integrity", tag = "inspections", params(WatchedAssetPath), responses((status = 200, body = Integrity)))]
pub(crate) async fn get_integrity(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<WatchedAssetPath>,
) -> ApiResult<Json<Integrity>> {
    status(app.integrity_status(&caller.actor, path.id).await?)
}

/// Takes a baseline: from now on the files are right as they are.
#[utoipa::path(post, path = "/api/v1/assets/{id}/integrity/baseline", tag = "inspections", params(WatchedAssetPath), request_body = IntegrityBaselineInput, responses((status = 200, body = Integrity)))]
pub(crate) async fn take_integrity_baseline(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<WatchedAssetPath>,
    Body(input): Body<IntegrityBaselineInput>,
) -> ApiResult<Json<Integrity>> {
    let form = BaselineForm {
        paths: input.paths,
        reason: input.reason,
    };
    let taken = app
        .take_integrity_baseline(&caller.actor, path.id, form)
        .await?;
    status(taken)
}

/// Compares all files of the machine the server runs on with their baseline now.
#[utoipa::path(post, path = "/api/v1/assets/{id}/integrity/scan", tag = "inspections", params(WatchedAssetPath), responses((status = 200, body = Integrity)))]
pub(crate) async fn scan_integrity(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<WatchedAssetPath>,
) -> ApiResult<Json<Integrity>> {
    status(app.scan_integrity(&caller.actor, path.id).await?)
}

/// Lists changes.
#[utoipa::path(get, path = "/api/v1/integrity-changes", tag = "inspections", params(IntegrityChangeParams), responses((status = 200, body = IntegrityChangeList)))]
pub(crate) async fn list_integrity_changes(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<IntegrityChangeParams>,
) -> ApiResult<Json<IntegrityChangeList>> {
    let filter = ChangeFilter {
        asset_id: params.asset_id.map(AssetId),
        states: listed("state", params.state.as_deref(), ChangeState::from_word)?,
        offset: params.offset.unwrap_or(0),
        limit: params.limit.unwrap_or(LIMIT).min(MOST),
    };
    let (rows, total) = app.list_integrity_changes(&caller.actor, &filter).await?;
    let items: Result<_, AppError> = rows.into_iter().map(change).collect();
    Ok(Json(IntegrityChangeList {
        items: items?,
        total,
    }))
}

/// Approves open changes; the baseline moves on for their paths.
#[utoipa::path(post, path = "/api/v1/integrity-changes/approve", tag = "inspections", request_body = IntegrityApprovalInput, responses((status = 200, body = IntegrityApproved)))]
pub(crate) async fn approve_integrity_changes(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<IntegrityApprovalInput>,
) -> ApiResult<Json<IntegrityApproved>> {
    let form = ApprovalForm {
        ids: input.ids.into_iter().map(IntegrityChangeId).collect(),
        reason: input.reason,
        change_request: input.change_request,
    };
    let approved = app.approve_integrity_changes(&caller.actor, form).await?;
    Ok(Json(IntegrityApproved { approved }))
}

fn status(found: IntegrityStatus) -> ApiResult<Json<Integrity>> {
    let baseline = match found.baseline {
        None => None,
        Some((taken, by)) => Some(baseline(taken, by)?),
    };
    let changes: Result<_, AppError> = found.changes.into_iter().map(change).collect();
    Ok(Json(Integrity {
        asset_id: found.asset_id.0,
        baseline,
        pending: found.pending,
        last_scan_at: instant_opt(found.last_scan_at),
        source: found.source.word(),
        watching: found.watching,
        watch_problem: found.watch_problem,
        open: found.open,
        changes: changes?,
    }))
}

fn baseline(taken: Taken, by: String) -> Result<IntegrityBaseline, AppError> {
    let scope: Scope = serde_json::from_value(taken.scope).map_err(AppError::internal)?;
    Ok(IntegrityBaseline {
        taken_at: instant(taken.at),
        by,
        reason: taken.reason,
        files: taken.files,
        packages: taken.packages,
        unreadable: taken.unreadable,
        cut_short: taken.cut_short,
        scope: IntegrityScope {
            paths: scope.include,
            excludes: scope.exclude,
        },
    })
}

fn change(row: FileChangeRow) -> Result<IntegrityChange, AppError> {
    let change = row.change;
    let actors: Vec<FileActor> =
        serde_json::from_value(change.actors).map_err(AppError::internal)?;
    let by = row.approved_by.unwrap_or_default();
    Ok(IntegrityChange {
        id: change.id.0,
        asset_id: change.asset_id.0,
        asset_name: row.asset_name,
        path: change.path,
        kind: change.kind,
        cause: change.cause,
        package: change.package,
        version_before: change.version_before,
        version_after: change.version_after,
        fields: change.fields,
        before: entry(change.before)?,
        after: entry(change.after)?,
        actors: actors.into_iter().map(actor).collect(),
        first_seen_at: instant(change.first_seen_at),
        seen_at: instant(change.seen_at),
        state: change.state.word(),
        approval: change.approval.map(|approval| IntegrityApproval {
            by,
            at: instant(approval.at),
            reason: approval.reason,
            change_request: approval.change_request,
        }),
        allowed_actions: if row.may_approve {
            vec!["approve"]
        } else {
            Vec::new()
        },
    })
}

fn entry(found: Option<serde_json::Value>) -> Result<Option<IntegrityEntry>, AppError> {
    let Some(found) = found else {
        return Ok(None);
    };
    let entry: FileEntry = serde_json::from_value(found).map_err(AppError::internal)?;
    Ok(Some(IntegrityEntry {
        kind: entry.kind,
        mode: entry.mode,
        uid: entry.uid,
        gid: entry.gid,
        size_bytes: entry.size_bytes,
        modified_at: second(Some(entry.modified_seconds).filter(|seconds| *seconds != 0)),
        sha256: entry.sha256,
        target: entry.target,
    }))
}

fn actor(found: FileActor) -> IntegrityActor {
    IntegrityActor {
        account: found.account,
        acted_as: found.acted_as,
        program: found.program,
        from: found.from,
        at: second(found.at_seconds),
        certainty: found.certainty,
    }
}

/// An instant in seconds since 1970; a file may bear a date that is none.
fn second(seconds: Option<i64>) -> Option<String> {
    let at = jiff::Timestamp::from_second(seconds?).ok()?;
    Some(instant(at))
}
