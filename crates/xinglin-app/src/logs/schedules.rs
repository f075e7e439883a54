//! When saved searches run by themselves, about what they alarm, and what their runs came to.
//!
//! A search that runs by itself is seen by all who read logs, whosever it is.

use serde_json::json;
use xinglin_core::{LogRunId, LogSearchId};
use xinglin_lake::{Order, Search, StoredEvent};
use xinglin_store::{
    Read,
    logs::{self, Condition, LogRun, LogSchedule, LogSearch, Rhythm},
};

use super::{
    rhythm::{next, span_of, time_of},
    runs::PATIENCE,
    search::query_of,
};
use crate::{Actor, App, AppError, Code, Permission, error::Check};

const LEAST_MINUTES: u32 = 5;
const MOST_MINUTES: u32 = 7 * 24 * 60;
const MOST_COUNT: u32 = 1_000_000;
/// So many searches run by themselves.
const MOST_SCHEDULES: usize = 100;
/// So many events of a run are shown; the search shows all.
const SHOWN: usize = 50;
/// They are looked for among so many, the newest: some came after the run.
const LOOKED_AT: usize = 1_000;

/// When a search is to run, and about what it is to alarm.
#[derive(Debug, Clone)]
pub struct ScheduleForm {
    /// When.
    pub rhythm: Rhythm,
    /// About what.
    pub condition: Condition,
    /// Whether an alarm is a finding; else its runs are kept alone.
    pub opens_finding: bool,
}

/// A search that runs by itself.
#[derive(Debug, Clone)]
pub struct LogScheduleRow {
    /// When, and what its last run came to.
    pub schedule: LogSchedule,
    /// The search.
    pub search: LogSearch,
    /// The name of whoever decided.
    pub by: String,
}

/// A run with what it saw.
#[derive(Debug)]
pub struct LogRunDetail {
    /// The run.
    pub run: LogRun,
    /// What was looked for.
    pub query: String,
    /// Of the events that it saw, the newest that are still kept.
    pub events: Vec<StoredEvent>,
}

impl App {
    /// The searches that run by themselves, those due first at the top.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_log_schedules(&self, actor: &Actor) -> Result<Vec<LogScheduleRow>, AppError> {
        actor.require_sight(Permission::LogsRead)?;
        let db = self.store().db();
        let people = self.actor_names().await?;
        let searches = logs::scheduled_searches(db).await?;
        let rows = logs::list_schedules(db).await?.into_iter();
        let rows = rows.filter_map(|schedule| {
            let search = searches.get(&schedule.search_id)?.clone();
            let by = &schedule.created_by;
            Some(LogScheduleRow {
                by: people.get(by).unwrap_or(by).clone(),
                schedule,
                search,
            })
        });
        Ok(rows.collect())
    }

    /// Lets a saved search run by itself.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`], [`Code::InvalidInput`],
    /// [`Code::StateConflict`] when too many do.
    pub async fn schedule_log_search(
        &self,
        actor: &Actor,
        id: LogSearchId,
        form: ScheduleForm,
    ) -> Result<LogScheduleRow, AppError> {
        actor.require(Permission::LogsManage)?;
        check(&form)?;
        let mut change = self.change(actor).await?;
        let conn = change.tx().conn();
        let search = visible(conn, actor, id).await?;
        if span_of(&search.span).is_none() {
            let expected = "a search over a time such as `24h`";
            return Err(AppError::new(Code::InvalidInput).field("span", search.span, expected));
        }
        let others = logs::list_schedules(conn).await?;
        let is_new = others.iter().all(|one| one.search_id != id);
        if is_new && others.len() >= MOST_SCHEDULES {
            return Err(AppError::new(Code::StateConflict));
        }
        let schedule = LogSchedule {
            search_id: id,
            next_at: next(&form.rhythm, change.now(), change.now())?,
            rhythm: form.rhythm,
            condition: form.condition,
            opens_finding: form.opens_finding,
            created_by: actor.ledger_name(),
            created_at: change.now(),
            last_at: None,
            last_state: None,
            last_hits: 0,
            problem: None,
        };
        logs::put_schedule(change.tx(), &schedule).await?;
        let payload = json!({"name": search.name, "query": search.query, "span": search.span,
            "rhythm": schedule.rhythm, "condition": schedule.condition,
            "opens_finding": schedule.opens_finding});
        change.note("log-search.schedule", "log-search", id, payload);
        change.commit().await?;
        Ok(LogScheduleRow {
            schedule,
            search,
            by: actor.name().to_owned(),
        })
    }

    /// Lets a search run by itself no more; what it alarms about is over then. Its runs stay.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`].
    pub async fn unschedule_log_search(
        &self,
        actor: &Actor,
        id: LogSearchId,
    ) -> Result<(), AppError> {
        actor.require(Permission::LogsManage)?;
        let mut change = self.change(actor).await?;
        let conn = change.tx().conn();
        let search = visible(conn, actor, id).await?;
        if logs::find_schedule(conn, id).await?.is_none() {
            return Err(AppError::new(Code::NotFound));
        }
        logs::delete_schedule(change.tx(), id).await?;
        let payload = json!({"name": search.name});
        change.note("log-search.unschedule", "log-search", id, payload);
        change.commit().await?;
        self.alarm_of_searches().await
    }

    /// The runs of a search that are kept, the newest first.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn list_log_runs(
        &self,
        actor: &Actor,
        id: LogSearchId,
    ) -> Result<Vec<LogRun>, AppError> {
        actor.require_sight(Permission::LogsRead)?;
        let db = self.store().db();
        visible(db, actor, id).await?;
        Ok(logs::list_runs(db, id).await?)
    }

    /// A run with the events that it saw.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn get_log_run(&self, actor: &Actor, id: LogRunId) -> Result<LogRunDetail, AppError> {
        actor.require_sight(Permission::LogsRead)?;
        let db = self.store().db();
        let run = logs::find_run(db, id).await?;
        let run = run.ok_or(AppError::new(Code::NotFound))?;
        let search = visible(db, actor, run.search_id).await?;
        let query = query_of(&search.query)?;
        let (from, to) = (run.from_at, run.due_at);
        let found = self
            .search_with(PATIENCE, move |lake, stop| {
                lake.search(&Search {
                    query: &query,
                    from: Some(from),
                    to: Some(to),
                    order: Order::NewestFirst,
                    most: LOOKED_AT,
                    beyond: None,
                    stop,
                })
            })
            .await?;
        let through = u64::try_from(run.through).unwrap_or_default();
        let events = found.events.into_iter();
        let events = events.filter(|event| event.sequence <= through);
        Ok(LogRunDetail {
            events: events.take(SHOWN).collect(),
            query: search.query,
            run,
        })
    }
}

/// A search that somebody may see: an own one, one that is shared, or one that runs by itself.
async fn visible(db: &impl Read, actor: &Actor, id: LogSearchId) -> Result<LogSearch, AppError> {
    let found = logs::find_search(db, id).await?;
    let search = found.ok_or(AppError::new(Code::NotFound))?;
    let is_own = search.created_by == actor.ledger_name();
    if is_own || search.shared || logs::find_schedule(db, id).await?.is_some() {
        return Ok(search);
    }
    Err(AppError::new(Code::NotFound))
}

fn check(form: &ScheduleForm) -> Result<(), AppError> {
    let mut check = Check::default();
    match &form.rhythm {
        Rhythm::Every(minutes) => {
            let found = minutes.to_string();
            let is_possible = (LEAST_MINUTES..=MOST_MINUTES).contains(minutes);
            check.expect(is_possible, "every_minutes", &found, "5 minutes to 7 days");
        }
        Rhythm::Daily(at) => {
            let is_time = time_of(at).is_some();
            check.expect(is_time, "daily_at", at, "a time of the day such as 08:30");
        }
    }
    let count = form.condition.count();
    let is_possible = (1..=MOST_COUNT).contains(&count);
    check.expect(is_possible, "count", &count.to_string(), "1 to 1000000");
    check.finish()
}
