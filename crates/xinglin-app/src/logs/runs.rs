//! Running searches that are due.
//!
//! A run looks at the span of its search up to the time at which it was due. What was missed
//! while the server was away is caught up in one run, which looks from the end of the last:
//! nothing is left out and nothing runs twice. What a run came to and when the next is due are
//! stored together; findings follow what is stored, and so are right again after a crash between
//! the two.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use jiff::{SignedDuration, Timestamp};
use xinglin_core::LogRunId;
use xinglin_store::logs::{self, LogRun, LogSchedule, LogSearch, RunState};
use xinglin_workflow::AlarmKind;

use super::{
    keeper,
    rhythm::{from, holds, last_due, next},
    search::query_of,
};
use crate::{
    App, AppError,
    findings::{Alarm, Alarms},
};

const TURN: Duration = Duration::from_secs(20);
/// A run may take so long.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);
/// A run waits so long after it is due, for what is still under way.
const SETTLING: SignedDuration = SignedDuration::from_secs(30);

/// What a search counted.
#[derive(Debug, Clone, Copy)]
struct Counted {
    hits: u64,
    /// The number of the last event there was.
    through: u64,
}

impl App {
    /// Runs searches that are due, from now on.
    pub(super) fn run_searches(self: &Arc<Self>) {
        let app = Arc::clone(self);
        self.tasks().every("scheduled searches", TURN, move || {
            let app = Arc::clone(&app);
            async move {
                if let Err(error) = app.run_due_searches().await {
                    tracing::error!(%error, "scheduled searches could not run");
                }
            }
        });
    }

    /// Runs searches that are due, one after another; how many. To be called by a timer.
    ///
    /// # Errors
    /// [`crate::Code::Internal`], [`crate::Code::Unavailable`].
    pub async fn run_due_searches(&self) -> Result<usize, AppError> {
        let logs = self.logs()?;
        let _one_at_a_time = logs.running.lock().await;
        let now = self.now();
        let settled = now.saturating_sub(SETTLING).unwrap_or(now);
        let all = logs::list_schedules(self.store().db()).await?;
        let mut count = 0;
        for schedule in all.into_iter().filter(|one| one.next_at <= settled) {
            self.run_search(schedule, settled).await?;
            count += 1;
        }
        self.alarm_of_searches().await?;
        Ok(count)
    }

    /// Runs a search for the last time at which it was due.
    async fn run_search(
        &self,
        mut schedule: LogSchedule,
        settled: Timestamp,
    ) -> Result<(), AppError> {
        let id = schedule.search_id;
        let Some(search) = logs::find_search(self.store().db(), id).await? else {
            return Ok(());
        };
        let due_at = last_due(&schedule.rhythm, schedule.next_at, settled)?;
        let run = self.run_of(&schedule, &search, due_at).await;
        schedule.next_at = next(&schedule.rhythm, due_at, settled)?;
        schedule.problem.clone_from(&run.problem);
        if run.state != RunState::Failed {
            // What one that failed should have seen is left to the next.
            schedule.last_at = Some(due_at);
            schedule.last_state = Some(run.state);
            schedule.last_hits = run.hits;
        }
        // Runs are no records: as with counters of sources, no entry. What they find is one.
        let tx = self.store().write().await?;
        let known = logs::find_schedule(tx.conn(), id).await?;
        if known.is_some_and(|known| known.created_at == schedule.created_at) {
            logs::put_schedule(&tx, &schedule).await?;
            logs::add_run(&tx, &run).await?;
            tx.commit().await?;
        }
        // Else somebody decided otherwise while it ran.
        Ok(())
    }

    async fn run_of(
        &self,
        schedule: &LogSchedule,
        search: &LogSearch,
        due_at: Timestamp,
    ) -> LogRun {
        let from_at = from(schedule, &search.span, due_at);
        let began = Instant::now();
        let counted = self.count_hits(&search.query, from_at, due_at).await;
        let (state, problem) = match &counted {
            Ok(counted) if holds(schedule.condition, counted.hits) => (RunState::Alarm, None),
            Ok(_) => (RunState::Quiet, None),
            Err(problem) => {
                tracing::warn!(
                    log.search = search.id.0,
                    problem,
                    "a scheduled search failed"
                );
                (RunState::Failed, Some(problem.clone()))
            }
        };
        let signed = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        LogRun {
            id: LogRunId(0),
            search_id: search.id,
            due_at,
            run_at: self.now(),
            from_at,
            state,
            hits: counted.as_ref().map_or(0, |counted| signed(counted.hits)),
            through: counted.map_or(0, |counted| signed(counted.through)),
            milliseconds: i64::try_from(began.elapsed().as_millis()).unwrap_or(i64::MAX),
            problem,
        }
    }

    /// Counts what a search finds, or says why it could not.
    async fn count_hits(
        &self,
        query: &str,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Counted, String> {
        // The query was understood when it was saved, but perhaps by another release.
        let query = query_of(query).map_err(|_| "query".to_owned())?;
        let found = self
            .search_with(PATIENCE, move |lake, stop| {
                let through = lake.last_sequence()?;
                Ok((lake.histogram(&query, from, to, 1, stop)?, through))
            })
            .await;
        let (histogram, through) = found.map_err(|error| {
            tracing::error!(%error, "the logs could not be searched");
            "unreadable".to_owned()
        })?;
        if !histogram.exact {
            return Err("too_slow".to_owned());
        }
        let hits = histogram.buckets.iter().map(|bucket| bucket.events).sum();
        Ok(Counted { hits, through })
    }

    /// Opens and resolves the findings of searches, by what their last runs came to.
    pub(super) async fn alarm_of_searches(&self) -> Result<(), AppError> {
        let db = self.store().db();
        let searches = logs::scheduled_searches(db).await?;
        let mut alarms = Alarms::new();
        for schedule in logs::list_schedules(db).await? {
            let alarm = match schedule.last_state {
                _ if !schedule.opens_finding => Alarm::Off,
                Some(RunState::Alarm) => {
                    let search = searches.get(&schedule.search_id);
                    let name = search.map(|search| search.name.clone());
                    let hits = schedule.last_hits.to_string();
                    Alarm::On {
                        asset: None,
                        seen: vec![("search", name.unwrap_or_default()), ("hits", hits)],
                    }
                }
                Some(RunState::Quiet) => Alarm::Off,
                Some(RunState::Failed) | None => Alarm::AsBefore,
            };
            alarms.insert((AlarmKind::LogSearch, schedule.search_id.0), alarm);
        }
        let kinds = [AlarmKind::LogSearch];
        self.follow_alarms(&keeper(), &kinds, &alarms).await
    }
}
