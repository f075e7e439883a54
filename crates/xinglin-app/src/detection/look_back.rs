//! Looking back: rules and indicators over logs that were received before they were there.
//! What baselines learn of those days is theirs on the stream as well.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use jiff::Timestamp;
use serde_json::json;
use tokio::runtime::Handle;
use xinglin_lake::{Order, Query, Stop, StoredEvent};

use super::{
    assets::Places,
    book::{Loaded, RuleBook},
    runner::{Runner, speaking},
    trial::as_of_then,
};
use crate::{
    Actor, App, AppError, Permission,
    error::Check,
    jobs::{Ending, ImportCounts, Job, JobState, JobView},
    logs::{Wanted, each_event},
    tasks::blocking,
};

/// So many events are looked at together.
const AT_ONCE: usize = 5_000;
/// A run ends after so long at the latest.
const PATIENCE: Duration = Duration::from_hours(12);
const MOST_RULES: usize = 500;

/// What is looked for, and over which time.
#[derive(Debug, Clone)]
pub struct LookBack {
    /// Rules, by identifier.
    pub rules: Vec<String>,
    /// Whether indicators are looked for.
    pub indicators: bool,
    /// From here on.
    pub from: Timestamp,
    /// Up to here.
    pub to: Timestamp,
}

/// A run under way.
struct Run {
    app: Arc<App>,
    handle: Handle,
    job: Arc<Job>,
    runner: Runner,
    places: Places,
    wanted: LookBack,
    /// What came behind this one is for the stream.
    last: u64,
    counts: ImportCounts,
}

impl App {
    /// Starts to look back.
    ///
    /// # Errors
    /// [`crate::Code::Forbidden`], [`crate::Code::InvalidInput`], [`crate::Code::Unavailable`].
    pub async fn start_look_back(
        self: &Arc<Self>,
        actor: &Actor,
        wanted: LookBack,
    ) -> Result<JobView, AppError> {
        actor.require(Permission::DetectionManage)?;
        let book = self.rule_book().await?;
        check(&wanted, &book)?;
        let run = self.prepare(actor, wanted).await?;
        let mut change = self.change(actor).await?;
        let payload = json!({
            "rules": run.wanted.rules,
            "indicators": run.wanted.indicators,
            "from": run.wanted.from,
            "to": run.wanted.to,
        });
        change.note("detection.look-back", "detection", 0, payload);
        change.commit().await?;
        let view = run.job.view();
        let ending = Ending::of(&run.job);
        self.tasks().spawn("look back", async move {
            let ended = blocking(move || {
                let _ending = ending;
                run.run();
            });
            if let Err(error) = ended.await {
                tracing::error!(%error, "looking back ended early");
            }
        });
        Ok(view)
    }

    async fn prepare(self: &Arc<Self>, actor: &Actor, wanted: LookBack) -> Result<Run, AppError> {
        let Loaded { set, mut book } = self.read_rules().await?;
        for rule in &mut book.rules {
            rule.enabled = wanted.rules.contains(&rule.key);
        }
        let set = speaking(set, &|key| wanted.rules.iter().any(|rule| rule == key));
        let window = self.content().detection().policy.window();
        let mut runner = Runner::of(set, Arc::new(book), self.pipelines(), window);
        runner.quiet = self.read_quiet().await?;
        self.read_usual(&mut runner).await?;
        if wanted.indicators {
            runner.indicators = Arc::new(self.read_indicators().await?);
        }
        let progress = xinglin_store::detection::progress(self.store().db()).await?;
        let seconds = wanted.to.as_second() - wanted.from.as_second();
        let total = u64::try_from(seconds).unwrap_or_default();
        Ok(Run {
            app: Arc::clone(self),
            handle: Handle::current(),
            job: self.jobs().start("detection.look-back", actor, total),
            runner,
            places: self.read_places().await?,
            wanted,
            last: progress.map_or(u64::MAX, |progress| progress.cursor),
            counts: ImportCounts::default(),
        })
    }
}

fn check(wanted: &LookBack, book: &RuleBook) -> Result<(), AppError> {
    let mut check = Check::default();
    let is_something = wanted.indicators || !wanted.rules.is_empty();
    check.expect(is_something, "rules", "", "a rule, or indicators");
    let count = wanted.rules.len();
    let expected = format!("at most {MOST_RULES} rules");
    check.expect(count <= MOST_RULES, "rules", &count.to_string(), &expected);
    for key in &wanted.rules {
        let expected = "the identifier of a rule";
        check.expect(book.get(key).is_some(), "rules", key, expected);
    }
    let is_before = wanted.from < wanted.to;
    check.expect(is_before, "from", &wanted.from.to_string(), "before `to`");
    check.finish()
}

impl Run {
    fn run(mut self) {
        let state = match self.look() {
            Ok(true) => JobState::Done,
            Ok(false) => JobState::Cancelled,
            Err(error) => JobState::Failed(Arc::new(error)),
        };
        self.job.end(state);
    }

    /// Looks at all; whether it was not told to stop.
    fn look(&mut self) -> Result<bool, AppError> {
        let logs = self.app.logs()?;
        let query = Query::everything();
        let stop = Stop::after(PATIENCE);
        let (from, to) = (self.wanted.from, self.wanted.to);
        let wanted = Wanted {
            query: &query,
            from: Some(from),
            to: Some(to),
            order: Order::OldestFirst,
            most: None,
            stop: &stop,
        };
        let stopping = self.app.tasks().stopping();
        let mut batch: Vec<StoredEvent> = Vec::with_capacity(AT_ONCE);
        let mut failed = None;
        let last = self.last;
        let given = each_event(&logs.lake, &wanted, &mut |stored| {
            if stored.sequence <= last {
                batch.push(as_of_then(stored));
            }
            if batch.len() < AT_ONCE {
                return Ok(ControlFlow::Continue(()));
            }
            if let Err(error) = self.take(&mut batch) {
                failed = Some(error);
                return Ok(ControlFlow::Break(()));
            }
            if self.job.is_cancelled() || *stopping.borrow() {
                return Ok(ControlFlow::Break(()));
            }
            Ok(ControlFlow::Continue(()))
        });
        if let Some(error) = failed {
            return Err(error);
        }
        given.map_err(AppError::internal)?;
        if self.job.is_cancelled() || *stopping.borrow() {
            return Ok(false);
        }
        self.take(&mut batch)?;
        self.runner.advance(to);
        self.commit()?;
        let past = self.app.take_past(&self.runner.baselines);
        self.handle.block_on(past)?;
        self.job.reach(u64::MAX, self.counts);
        Ok(true)
    }

    /// Looks at a batch and stores what is found there.
    fn take(&mut self, batch: &mut Vec<StoredEvent>) -> Result<(), AppError> {
        self.runner.look(batch);
        self.counts.unchanged += u64::try_from(batch.len()).unwrap_or(u64::MAX);
        let reached = batch.last().map(|last| last.event.at);
        batch.clear();
        self.commit()?;
        if let Some(at) = reached {
            let seconds = at.as_second() - self.wanted.from.as_second();
            let seconds = u64::try_from(seconds).unwrap_or_default();
            self.job.reach(seconds, self.counts);
        }
        Ok(())
    }

    fn commit(&mut self) -> Result<(), AppError> {
        // How often rules match by day is what came by the stream.
        let pending = self.runner.pending.take_drafts();
        if pending.drafts.is_empty() {
            return Ok(());
        }
        let commit = self.app.commit_found(&pending, None, &self.places, true);
        let done = self.handle.block_on(commit)?;
        self.counts.created += done.made;
        self.counts.updated += done.grown;
        Ok(())
    }
}
