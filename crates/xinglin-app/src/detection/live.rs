//! Looking at the stream, batch after batch, on a thread of its own.

use std::{
    collections::HashMap,
    sync::{Arc, atomic::Ordering, mpsc},
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use tokio::runtime::Handle;
use xinglin_core::IndicatorId;
use xinglin_detect::{
    Pipelines,
    baseline::{Baselines, Calendar, EntityState, Extent},
};
use xinglin_store::{detection as store, indicators as kept};
use xinglin_workflow::AlertKind;

use super::{
    IndicatorKind,
    assets::Places,
    book::{self, Loaded, RuleBook},
    commit::progress_of,
    draft::Pending,
    indicators::Table,
    quiet::Quiet,
    runner::Runner,
};
use crate::{App, AppError, tasks::blocking};

/// So many events are looked at together.
const AT_ONCE: usize = 5_000;
/// How long it waits when there is nothing.
const REST: Duration = Duration::from_millis(200);
/// How long it waits when something failed.
const AFTER_FAILURE: Duration = Duration::from_secs(2);
/// How far it is, is stored so often where nothing is found: as much is looked at again after
/// a kill.
const SAVE_SECONDS: i64 = 10;
/// Assets are read again after so many seconds.
const PLACES_SECONDS: i64 = 60;
/// Holidays are known for so many years after this one, as far as there are any.
const YEARS_AHEAD: i16 = 2;
/// So many indicators are read at once.
const INDICATORS_AT_ONCE: u64 = 50_000;

/// The stream as far as it was looked at.
pub(super) struct Stream {
    runner: Runner,
    pipelines: Arc<Pipelines>,
    places: Places,
    places_at: Timestamp,
    cursor: u64,
    events: u64,
    saved: (u64, Timestamp),
    /// Which rules, exceptions and indicators it has.
    rules: u64,
    exceptions: u64,
    indicators: u64,
    usual: u64,
    pace: Pace,
}

/// Events a second, over the last seconds.
struct Pace {
    since: Instant,
    events: u64,
    per_second: f64,
}

impl Stream {
    /// Gives its baselines what others learned of the days before.
    pub(super) fn take_past(&mut self, past: &Baselines) {
        for baseline in past.list() {
            let key = baseline.meta.key();
            self.runner.baselines.take_past(key, past);
        }
    }
}

impl Pace {
    fn add(&mut self, events: usize) -> f64 {
        self.events += u64::try_from(events).unwrap_or(u64::MAX);
        let seconds = self.since.elapsed().as_secs_f64();
        if seconds >= 5.0 {
            let events = u32::try_from(self.events).unwrap_or(u32::MAX);
            self.per_second = f64::from(events) / seconds;
            self.since = Instant::now();
            self.events = 0;
        }
        self.per_second
    }
}

impl App {
    /// Starts to look at the stream: to be called once the logs are open.
    ///
    /// # Errors
    /// [`Code::Internal`] when the thread cannot be started.
    pub fn start_detection(self: &Arc<Self>) -> Result<(), AppError> {
        let (ended, wait) = tokio::sync::oneshot::channel::<()>();
        let (stop, stopped) = mpsc::sync_channel::<()>(1);
        let app = Arc::clone(self);
        let handle = Handle::current();
        let run = move || {
            app.detection().seen().is_running = true;
            app.watch_stream(&handle, &stopped);
            app.detection().seen().is_running = false;
            drop(ended);
        };
        let named = thread::Builder::new().name("detection".to_owned());
        named.spawn(run).map_err(AppError::internal)?;
        let stopping = self.tasks().stopped();
        self.tasks().spawn("detection", async move {
            stopping.await;
            drop(stop);
            // It ends by dropping its side.
            drop(wait.await);
        });
        Ok(())
    }

    /// Looks at what comes until it is told to stop.
    fn watch_stream(&self, handle: &Handle, stopped: &mpsc::Receiver<()>) {
        loop {
            let rest = match handle.block_on(self.detect_step()) {
                Ok(true) => Duration::ZERO,
                Ok(false) => REST,
                Err(error) => {
                    tracing::error!(%error, "detection failed and tries again");
                    self.detection().seen().problem = Some(error.to_string());
                    AFTER_FAILURE
                }
            };
            if stopped.recv_timeout(rest) == Err(mpsc::RecvTimeoutError::Disconnected) {
                break;
            }
        }
        if let Err(error) = handle.block_on(self.save_detection()) {
            tracing::error!(%error, "how far detection is could not be stored");
        }
    }

    /// Looks at all that was received. To be called where no thread does.
    ///
    /// # Errors
    /// [`Code::Unavailable`] while the logs are not open, [`Code::Internal`].
    pub async fn detect(&self) -> Result<(), AppError> {
        let logs = self.logs()?;
        let settled = blocking(move || logs.lake.settle()).await?;
        settled.map_err(AppError::internal)?;
        while self.detect_step().await? {}
        self.save_detection().await
    }

    /// Looks at the next events; whether there were any.
    async fn detect_step(&self) -> Result<bool, AppError> {
        let logs = self.logs()?;
        let mut held = self.detection().stream.lock().await;
        let stream = self.stream_in(&mut held).await?;
        self.refresh(stream).await?;
        // What could not be stored is stored before more is looked at.
        if !stream.runner.pending.drafts.is_empty() {
            self.save_stream(stream).await?;
        }
        let came = logs.lake.onward(stream.cursor, AT_ONCE);
        let came = came.map_err(AppError::internal)?;
        if came.last < stream.cursor {
            tracing::warn!(
                detection.cursor = stream.cursor,
                "the logs are others than before: all of them are looked at"
            );
            stream.cursor = 0;
            return Ok(true);
        }
        let is_more = came.through > stream.cursor;
        stream.runner.look(&came.events);
        stream.cursor = came.through;
        stream.events += u64::try_from(came.events.len()).unwrap_or(u64::MAX);
        if !is_more {
            stream.runner.advance(self.now());
        }
        let now = self.now();
        let is_due = stream.cursor > stream.saved.0
            && now.as_second() - stream.saved.1.as_second() >= SAVE_SECONDS;
        if is_due || !stream.runner.pending.drafts.is_empty() {
            self.save_stream(stream).await?;
        }
        // Only now: who reads that nothing is behind finds every alert.
        let per_second = stream.pace.add(came.events.len());
        let mut seen = self.detection().seen();
        seen.cursor = stream.cursor;
        seen.last = came.last;
        seen.events_per_second = per_second;
        seen.problem = None;
        if let Some(last) = came.events.last() {
            seen.received_at = Some(last.received_at);
        }
        Ok(is_more)
    }

    /// The stream, begun where nobody looked at it yet.
    pub(super) async fn stream_in<'s>(
        &self,
        held: &'s mut Option<Stream>,
    ) -> Result<&'s mut Stream, AppError> {
        let stream = match held.take() {
            Some(stream) => stream,
            None => self.begin_stream().await?,
        };
        Ok(held.insert(stream))
    }

    async fn save_detection(&self) -> Result<(), AppError> {
        let mut held = self.detection().stream.lock().await;
        match held.as_mut() {
            Some(stream) if stream.cursor > stream.saved.0 => {
                self.save_stream(stream).await?;
                self.tell_extents(stream);
                Ok(())
            }
            _ => Ok(()),
        }
    }

    /// Stores what was found, together with how far it is.
    pub(super) async fn save_stream(&self, stream: &mut Stream) -> Result<(), AppError> {
        let now = self.now();
        let progress = progress_of(stream.cursor, stream.runner.save(), stream.events, now);
        let changes = stream.runner.baselines.changes().into_iter();
        let learned: Vec<store::LearnedRow> = changes.map(learned_row).collect();
        self.commit_found(
            &stream.runner.pending,
            Some((&progress, &learned)),
            &stream.places,
            false,
        )
        .await?;
        stream.runner.pending = Pending::default();
        stream.runner.baselines.settle();
        let costs = stream.runner.costs();
        let costs = costs.map(|(key, cost)| (key.to_owned(), cost)).collect();
        *self.detection().costs() = costs;
        stream.saved = (stream.cursor, now);
        Ok(())
    }

    /// Goes on where the stream was left; a new one begins with what comes from now on.
    async fn begin_stream(&self) -> Result<Stream, AppError> {
        let progress = store::progress(self.store().db()).await?;
        let (cursor, state, events) = progress.map_or((0, Vec::new(), 0), |progress| {
            (progress.cursor, progress.correlations, progress.events)
        });
        let pipelines = self.pipelines();
        let rules = self.detection().rules.load(Ordering::Acquire);
        let mut runner = self.compile(&pipelines).await?;
        if !state.is_empty() {
            runner.load(&state);
        }
        let usual = self.detection().usual.load(Ordering::Acquire);
        self.read_learned(&mut runner).await?;
        let now = self.now();
        Ok(Stream {
            runner,
            pipelines,
            places: Places::default(),
            places_at: Timestamp::UNIX_EPOCH,
            cursor,
            events,
            saved: (cursor, now),
            rules,
            // Both are read before anything is looked at.
            exceptions: u64::MAX,
            indicators: u64::MAX,
            usual,
            pace: Pace {
                since: Instant::now(),
                events: 0,
                per_second: 0.0,
            },
        })
    }

    /// Says where a stream begins that was never looked at: behind what is there already,
    /// which is for looking back.
    pub(crate) async fn place_detection(&self) -> Result<(), AppError> {
        if store::progress(self.store().db()).await?.is_some() {
            return Ok(());
        }
        let logs = self.logs()?;
        let came = blocking(move || logs.lake.onward(u64::MAX, 1)).await?;
        let cursor = came.map_err(AppError::internal)?.last;
        let tx = self.store().write().await?;
        let progress = progress_of(cursor, Vec::new(), 0, self.now());
        store::set_progress(&tx, &progress).await?;
        Ok(tx.commit().await?)
    }

    /// The pipelines of content; one that is wrong is logged and left out.
    pub(crate) fn pipelines(&self) -> Arc<Pipelines> {
        let pipelines = self.detection().pipelines.get_or_init(|| {
            let mut pipelines = Pipelines::default();
            for file in self.content().files_under("pipelines/") {
                if let Err(problem) = pipelines.read(&file.path, &file.text) {
                    tracing::error!(%problem, "a pipeline is left out");
                }
            }
            Arc::new(pipelines)
        });
        Arc::clone(pipelines)
    }

    /// All rules, read now where that was not done before.
    pub(crate) async fn rule_book(&self) -> Result<Arc<RuleBook>, AppError> {
        let book = self.detection().book();
        if book.loaded_at.is_some() {
            return Ok(book);
        }
        let book = Arc::new(self.read_rules().await?.book);
        self.detection().set_book(Arc::clone(&book));
        Ok(book)
    }

    /// Reads and compiles all rules.
    pub(super) async fn compile(&self, pipelines: &Arc<Pipelines>) -> Result<Runner, AppError> {
        let Loaded { set, book } = self.read_rules().await?;
        let book = Arc::new(book);
        self.detection().set_book(Arc::clone(&book));
        let window = self.content().detection().policy.window();
        Ok(Runner::new(set, book, Arc::clone(pipelines), window))
    }

    /// Has baselines know what was stored of them, and what people said.
    async fn read_learned(&self, runner: &mut Runner) -> Result<(), AppError> {
        self.read_usual(runner).await?;
        let keys: Vec<String> = {
            let list = runner.baselines.list();
            list.map(|rule| rule.meta.key().to_owned()).collect()
        };
        for key in keys {
            let baselines = &mut runner.baselines;
            let mut others = 0_u64;
            let restore = |row: store::LearnedRow| {
                let state = EntityState {
                    baseline: row.rule,
                    entity: row.entity,
                    bytes: row.state,
                };
                others += u64::from(baselines.restore(&state).is_err());
            };
            store::each_learned(self.store().db(), &key, restore).await?;
            if others > 0 {
                tracing::warn!(
                    detection.rule = key,
                    detection.entities = others,
                    "a baseline begins anew where it is another one than before"
                );
            }
        }
        Ok(())
    }

    /// Has baselines know what people accepted, the ranges of countries, and which days are
    /// worked.
    pub(super) async fn read_usual(&self, runner: &mut Runner) -> Result<(), AppError> {
        if runner.baselines.is_empty() {
            return Ok(());
        }
        let countries = self.read_countries().await?;
        runner.baselines.set_countries(countries);
        let accepted = self.read_accepted().await?;
        runner.baselines.set_accepted(&accepted);
        let days = self.working_days(self.store().db()).await?;
        let year = self.today().year();
        let calendar = Calendar {
            exceptions: days
                .exceptions(year - 1..=year + YEARS_AHEAD)
                .into_iter()
                .collect(),
            ..Calendar::default()
        };
        runner.baselines.set_calendar(calendar);
        Ok(())
    }

    /// Keeps at hand how much baselines know.
    fn tell_extents(&self, stream: &Stream) {
        let baselines = &stream.runner.baselines;
        let extents: HashMap<String, Extent> = baselines
            .list()
            .enumerate()
            .map(|(place, rule)| (rule.meta.key().to_owned(), baselines.extent(place)))
            .collect();
        self.detection().seen().extents = extents;
    }

    /// All rules as they are now.
    pub(super) async fn read_rules(&self) -> Result<Loaded, AppError> {
        let db = self.store().db();
        let own = store::list_rules(db).await?;
        let switches = store::switches(db).await?;
        let (content, now) = (self.content().clone(), self.now());
        blocking(move || book::load(&content, &own, &switches, now)).await
    }

    /// Takes in what changed since the last batch.
    async fn refresh(&self, stream: &mut Stream) -> Result<(), AppError> {
        let detection = self.detection();
        let rules = detection.rules.load(Ordering::Acquire);
        if rules != stream.rules {
            // Baselines that were switched on know what they had learned before.
            self.save_stream(stream).await?;
            let mut runner = self.compile(&stream.pipelines).await?;
            runner.load(&stream.runner.save());
            self.read_learned(&mut runner).await?;
            runner.pending = std::mem::take(&mut stream.runner.pending);
            runner.indicators = Arc::clone(&stream.runner.indicators);
            runner.quiet = std::mem::take(&mut stream.runner.quiet);
            stream.runner = runner;
            stream.rules = rules;
        }
        let usual = detection.usual.load(Ordering::Acquire);
        if usual != stream.usual {
            self.read_usual(&mut stream.runner).await?;
            stream.usual = usual;
        }
        let exceptions = detection.exceptions.load(Ordering::Acquire);
        if exceptions != stream.exceptions {
            stream.runner.quiet = self.read_quiet().await?;
            stream.exceptions = exceptions;
        }
        let indicators = detection.indicators.load(Ordering::Acquire);
        if indicators != stream.indicators {
            stream.runner.indicators = Arc::new(self.read_indicators().await?);
            stream.indicators = indicators;
        }
        if self.now().as_second() - stream.places_at.as_second() >= PLACES_SECONDS {
            stream.places = self.read_places().await?;
            stream.places_at = self.now();
            self.tell_extents(stream);
        }
        let mut seen = detection.seen();
        seen.indicators = stream.runner.indicators.len();
        let book = &stream.runner.book;
        let met = book
            .rules
            .iter()
            .filter(|rule| rule.kind == AlertKind::Correlation && rule.enabled);
        seen.correlations = met.count();
        Ok(())
    }

    /// Exceptions that count now.
    pub(super) async fn read_quiet(&self) -> Result<Quiet, AppError> {
        let exceptions = store::counting(self.store().db()).await?;
        Ok(Quiet::of(&exceptions))
    }

    /// Indicators that count today.
    pub(super) async fn read_indicators(&self) -> Result<Table, AppError> {
        let today = self.today();
        let (mut digests, mut after) = (Vec::new(), IndicatorId(0));
        loop {
            let db = self.store().db();
            let part = kept::counting(db, today, after, INDICATORS_AT_ONCE).await?;
            let Some(last) = part.last() else { break };
            after = last.id;
            digests.extend(part.iter().filter_map(|one| {
                let kind = IndicatorKind::from_word(&one.kind)?;
                Some(super::indicators::digest(kind, &one.value))
            }));
        }
        blocking(move || Table::of_digests(digests)).await
    }

    /// Assets, and which source of logs is which.
    pub(super) async fn read_places(&self) -> Result<Places, AppError> {
        let listed = self.logs()?.registry.all().into_iter();
        let sources = listed.filter_map(|one| Some((one.source.name, one.source.asset_id?)));
        Places::read(self.store().db(), sources).await
    }
}

fn learned_row(state: EntityState) -> store::LearnedRow {
    store::LearnedRow {
        rule: state.baseline,
        entity: state.entity,
        state: state.bytes,
    }
}
