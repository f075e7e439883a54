//! Jobs: work that goes on beside requests.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::jobs::{self, JobView};

use crate::{
    extract::{Caller, PathOf},
    problem::{ApiResult, Problem},
    state::AppState,
};

/// Names a job.
#[derive(Deserialize, IntoParams)]
pub(crate) struct JobPath {
    id: i64,
}

/// A job.
#[derive(Serialize, ToSchema)]
pub(crate) struct Job {
    id: i64,
    /// Kind of work, e.g. `import.assets`.
    kind: String,
    #[schema(inline)]
    state: JobState,
    /// Rows that are durable, or were not taken.
    done: u64,
    total: u64,
    /// What became of the rows so far; null before the first.
    result: Option<ImportResult>,
    problem: Option<Problem>,
}

/// Where a job stands.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum JobState {
    Running,
    Done,
    Failed,
    Cancelled,
}

/// Rows by what became of them.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportResult {
    created: u64,
    updated: u64,
    unchanged: u64,
    rejected: u64,
}

/// Shows the progress of a job of one's own.
#[utoipa::path(get, path = "/api/v1/jobs/{id}", tag = "imports", params(JobPath), responses((status = 200, body = Job)))]
pub(crate) async fn get_job(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<JobPath>,
) -> ApiResult<Json<Job>> {
    Ok(Json(view(app.job(&caller.actor, path.id)?)))
}

/// Tells a job of one's own to stop; what it did stays.
#[utoipa::path(delete, path = "/api/v1/jobs/{id}", tag = "imports", params(JobPath), responses((status = 204)))]
pub(crate) async fn cancel_job(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<JobPath>,
) -> ApiResult<StatusCode> {
    app.cancel_job(&caller.actor, path.id)?;
    Ok(StatusCode::NO_CONTENT)
}

pub(crate) fn view(job: JobView) -> Job {
    let result = (job.done > 0).then_some(ImportResult {
        created: job.counts.created,
        updated: job.counts.updated,
        unchanged: job.counts.unchanged,
        rejected: job.counts.rejected,
    });
    let (state, problem) = match job.state {
        jobs::JobState::Running => (JobState::Running, None),
        jobs::JobState::Done => (JobState::Done, None),
        jobs::JobState::Cancelled => (JobState::Cancelled, None),
        jobs::JobState::Failed(error) => (JobState::Failed, Some(Problem::of(&error))),
    };
    Job {
        id: job.id,
        kind: job.kind,
        state,
        done: job.done,
        total: job.total,
        result,
        problem,
    }
}
