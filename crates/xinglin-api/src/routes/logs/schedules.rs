//! Saved searches that run by themselves.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError, Code,
    core::LogRunId,
    logs::{Condition, LogRun as Run, LogScheduleRow, Rhythm, RunState, ScheduleForm},
};

use super::{
    events::{self, LogEvent},
    manage::LogSearchPath,
};
use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views::LogRunState,
};

/// How many hits a search alarms about.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum LogCondition {
    /// So many or more.
    AtLeast,
    /// Fewer.
    FewerThan,
}

/// Names a run.
#[derive(Deserialize, IntoParams)]
pub(crate) struct LogRunPath {
    #[param(value_type = i64)]
    id: LogRunId,
}

/// A search that runs by itself.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogSchedule {
    search_id: i64,
    name: String,
    query: String,
    span: String,
    /// Null where it runs once a day.
    every_minutes: Option<u32>,
    /// A time of the day in China, such as `08:30`.
    daily_at: Option<String>,
    #[schema(value_type = LogCondition)]
    condition: &'static str,
    count: u32,
    /// Whether an alarm is a finding; else its runs are kept alone.
    opens_finding: bool,
    created_by: String,
    created_at: String,
    next_at: String,
    /// For when the last run was that could be finished.
    last_at: Option<String>,
    /// What that came to.
    #[schema(value_type = Option<LogRunState>)]
    last_state: Option<&'static str>,
    last_hits: i64,
    /// Why runs since then could not be finished: `too_slow`, `unreadable` or `query`.
    problem: Option<String>,
}

/// When a search is to run: either every so many minutes, or once a day.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogScheduleInput {
    #[serde(default)]
    every_minutes: Option<u32>,
    /// A time of the day in China, such as `08:30`.
    #[serde(default)]
    daily_at: Option<String>,
    condition: LogCondition,
    count: u32,
    opens_finding: bool,
}

/// A run.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogRun {
    id: i64,
    search_id: i64,
    /// When it was due: up to here it looked.
    due_at: String,
    run_at: String,
    from_at: String,
    #[schema(value_type = LogRunState)]
    state: &'static str,
    hits: i64,
    milliseconds: i64,
    /// Why it failed: `too_slow`, `unreadable` or `query`.
    problem: Option<String>,
}

/// A run with what it saw.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogRunDetail {
    run: LogRun,
    query: String,
    /// Of the events that it saw, the newest that are still kept.
    events: Vec<LogEvent>,
}

/// Lists searches that run by themselves, those due first at the top.
#[utoipa::path(get, path = "/api/v1/logs/schedules", tag = "logs", responses((status = 200, body = Vec<LogSchedule>)))]
pub(crate) async fn list_log_schedules(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<Vec<LogSchedule>>> {
    let rows = app.list_log_schedules(&caller.actor).await?;
    Ok(Json(rows.into_iter().map(view).collect()))
}

/// Lets a saved search run by itself, from its next time on.
#[utoipa::path(put, path = "/api/v1/logs/searches/{id}/schedule", tag = "logs", params(LogSearchPath), request_body = LogScheduleInput, responses((status = 200, body = LogSchedule)))]
pub(crate) async fn schedule_log_search(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogSearchPath>,
    Body(input): Body<LogScheduleInput>,
) -> ApiResult<Json<LogSchedule>> {
    let form = input.form()?;
    let row = app.schedule_log_search(&caller.actor, path.id, form);
    Ok(Json(view(row.await?)))
}

/// Lets a search run by itself no more.
#[utoipa::path(delete, path = "/api/v1/logs/searches/{id}/schedule", tag = "logs", params(LogSearchPath), responses((status = 204)))]
pub(crate) async fn unschedule_log_search(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogSearchPath>,
) -> ApiResult<StatusCode> {
    app.unschedule_log_search(&caller.actor, path.id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lists the runs of a search that are kept, the newest first.
#[utoipa::path(get, path = "/api/v1/logs/searches/{id}/runs", tag = "logs", params(LogSearchPath), responses((status = 200, body = Vec<LogRun>)))]
pub(crate) async fn list_log_runs(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogSearchPath>,
) -> ApiResult<Json<Vec<LogRun>>> {
    let runs = app.list_log_runs(&caller.actor, path.id).await?;
    Ok(Json(runs.into_iter().map(run_view).collect()))
}

/// Gets a run with the events that it saw.
#[utoipa::path(get, path = "/api/v1/logs/runs/{id}", tag = "logs", params(LogRunPath), responses((status = 200, body = LogRunDetail)))]
pub(crate) async fn get_log_run(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<LogRunPath>,
) -> ApiResult<Json<LogRunDetail>> {
    let found = app.get_log_run(&caller.actor, path.id).await?;
    Ok(Json(LogRunDetail {
        run: run_view(found.run),
        query: found.query,
        events: found.events.into_iter().map(events::view).collect(),
    }))
}

impl LogScheduleInput {
    fn form(self) -> Result<ScheduleForm, AppError> {
        let rhythm = match (self.every_minutes, self.daily_at) {
            (Some(minutes), None) => Rhythm::Every(minutes),
            (None, Some(at)) => Rhythm::Daily(at),
            _ => {
                let expected = "either every_minutes or daily_at";
                return Err(AppError::new(Code::InvalidInput).field("daily_at", "", expected));
            }
        };
        Ok(ScheduleForm {
            rhythm,
            condition: match self.condition {
                LogCondition::AtLeast => Condition::AtLeast(self.count),
                LogCondition::FewerThan => Condition::FewerThan(self.count),
            },
            opens_finding: self.opens_finding,
        })
    }
}

fn view(row: LogScheduleRow) -> LogSchedule {
    let (schedule, search) = (row.schedule, row.search);
    let (every_minutes, daily_at) = match schedule.rhythm {
        Rhythm::Every(minutes) => (Some(minutes), None),
        Rhythm::Daily(at) => (None, Some(at)),
    };
    LogSchedule {
        search_id: schedule.search_id.0,
        name: search.name,
        query: search.query,
        span: search.span,
        every_minutes,
        daily_at,
        condition: schedule.condition.word(),
        count: schedule.condition.count(),
        opens_finding: schedule.opens_finding,
        created_by: row.by,
        created_at: instant(schedule.created_at),
        next_at: instant(schedule.next_at),
        last_at: schedule.last_at.map(instant),
        last_state: schedule.last_state.map(RunState::word),
        last_hits: schedule.last_hits,
        problem: schedule.problem,
    }
}

fn run_view(run: Run) -> LogRun {
    LogRun {
        id: run.id.0,
        search_id: run.search_id.0,
        due_at: instant(run.due_at),
        run_at: instant(run.run_at),
        from_at: instant(run.from_at),
        state: run.state.word(),
        hits: run.hits,
        milliseconds: run.milliseconds,
        problem: run.problem,
    }
}
