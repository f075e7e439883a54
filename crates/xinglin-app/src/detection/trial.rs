//! Trying a rule on the events of the last hours, and events as they are shown with what made
//! a rule match.

use std::{ops::ControlFlow, sync::Arc, time::Duration};

use jiff::{SignedDuration, Timestamp};
use xinglin_detect::Pipelines;
use xinglin_lake::{Lake, Order, Query, Stop, StoredEvent};

use super::{
    book::{self, Loaded, Matched, RuleBook, TRIED},
    draft,
    runner::{Runner, speaking},
};
use crate::{
    Actor, App, AppError, Code, Permission,
    logs::{PagesError, Wanted, each_event},
    tasks::blocking,
};

/// A trial may take so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// A week.
const MOST_HOURS: i64 = 168;
const MOST_EXAMPLES: usize = 10;
/// A rule is at most so long.
pub(super) const MOST_TEXT: usize = 64 << 10;
/// So many events are looked at together.
const AT_ONCE: usize = 2_000;

/// An event as it is shown.
#[derive(Debug, Clone)]
pub struct ShownEvent {
    /// The event.
    pub stored: StoredEvent,
    /// What made the rule match.
    pub matched: Vec<Matched>,
}

/// What is wrong with a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TrialProblem {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub why: String,
}

/// What a rule finds.
#[derive(Debug, Clone, Default)]
pub struct Trial {
    /// What is wrong with it.
    pub problems: Vec<TrialProblem>,
    /// Events that were looked at.
    pub events: u64,
    /// Matches of rules, or of correlations where there are any.
    pub matched: u64,
    /// The first of them.
    pub examples: Vec<ShownEvent>,
    /// Whether there was no time for all.
    pub is_cut: bool,
}

impl App {
    /// Tries a rule; over no hours, only its text is looked at.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`], [`Code::Unavailable`].
    pub async fn try_rule(
        &self,
        actor: &Actor,
        text: String,
        hours: i64,
    ) -> Result<Trial, AppError> {
        actor.require(Permission::DetectionManage)?;
        let mut check = crate::error::Check::default();
        let is_short = text.len() <= MOST_TEXT;
        check.expect(is_short, "text", "", "a rule of at most 64 KiB");
        let expected = "0 to 168 hours";
        let is_possible = (0..=MOST_HOURS).contains(&hours);
        check.expect(is_possible, "hours", &hours.to_string(), expected);
        check.finish()?;
        let Loaded { set, book } = self.read_tried(text).await?;
        let problems = problems_of(&book);
        if hours == 0
            || set.rules.is_empty() && set.correlations.is_empty() && set.baselines.is_empty()
        {
            return Ok(Trial {
                problems,
                ..Trial::default()
            });
        }
        let (logs, pipelines) = (self.logs()?, self.pipelines());
        let window = self.content().detection().policy.window();
        let now = self.now();
        let from = now - SignedDuration::from_hours(hours);
        let book = Arc::new(book);
        let (tried, by) = (Arc::clone(&book), Arc::clone(&pipelines));
        let mut runner = blocking(move || Runner::of(set, tried, by, window)).await?;
        self.read_usual(&mut runner).await?;
        let trial = blocking(move || {
            let stop = Stop::after(PATIENCE);
            run(&logs.lake, &mut runner, &pipelines, (from, now), &stop)
        });
        let mut trial = trial.await?.map_err(AppError::internal)?;
        trial.problems = problems;
        Ok(trial)
    }

    /// Reads a rule that is tried, with those that it needs; others are left out.
    pub(super) async fn read_tried(&self, text: String) -> Result<Loaded, AppError> {
        let db = self.store().db();
        let own = xinglin_store::detection::list_rules(db).await?;
        let (content, now) = (self.content().clone(), self.now());
        blocking(move || {
            let none = std::collections::HashMap::new();
            let Loaded { set, mut book } = book::load_with(&content, &own, &none, now, Some(&text));
            let is_tried = |key: &str| book.get(key).is_some_and(|rule| rule.file == TRIED);
            let set = speaking(set, &is_tried);
            for rule in &mut book.rules {
                rule.enabled = rule.file == TRIED;
            }
            Loaded { set, book }
        })
        .await
    }

    /// Events by their numbers, with what made a rule match.
    pub(crate) async fn shown_events(
        &self,
        key: &str,
        numbers: std::collections::BTreeSet<u64>,
    ) -> Result<Vec<ShownEvent>, AppError> {
        let (logs, pipelines) = (self.logs()?, self.pipelines());
        let book = self.rule_book().await?;
        let key = key.to_owned();
        let shown = blocking(move || {
            let events = logs.lake.events_of(&numbers)?;
            let shown = events.into_iter().map(|stored| ShownEvent {
                matched: book.explain(&key, &stored, &pipelines),
                stored,
            });
            Ok::<_, xinglin_lake::LakeError>(shown.collect())
        });
        shown.await?.map_err(AppError::internal)
    }
}

/// What is wrong with the rule that is tried.
pub(super) fn problems_of(book: &RuleBook) -> Vec<TrialProblem> {
    let own = book.problems.iter().filter(|problem| problem.file == TRIED);
    let problems = own.map(|problem| TrialProblem {
        line: problem.line,
        why: problem.reason.clone(),
    });
    problems.collect()
}

/// An event as if it had been received when it happened: so it is where correlations look
/// back, in the order of time.
pub(super) fn as_of_then(mut stored: StoredEvent) -> StoredEvent {
    stored.received_at = stored.event.at;
    stored
}

fn run(
    lake: &Lake,
    runner: &mut Runner,
    pipelines: &Pipelines,
    (from, to): (Timestamp, Timestamp),
    stop: &Stop,
) -> Result<Trial, PagesError> {
    let query = Query::everything();
    let wanted = Wanted {
        query: &query,
        from: Some(from),
        to: Some(to),
        order: Order::OldestFirst,
        most: None,
        stop,
    };
    let mut trial = Trial::default();
    let mut batch = Vec::with_capacity(AT_ONCE);
    let mut numbers = std::collections::BTreeSet::new();
    let mut look = |batch: &mut Vec<StoredEvent>, trial: &mut Trial| {
        trial.events += u64::try_from(batch.len()).unwrap_or(u64::MAX);
        runner.look(batch);
        for one in std::mem::take(&mut runner.pending).drafts {
            trial.matched += one.events;
            numbers.extend(draft::numbers(&one.seen));
            while numbers.len() > MOST_EXAMPLES {
                numbers.pop_last();
            }
        }
        batch.clear();
    };
    let is_whole = each_event(lake, &wanted, &mut |stored| {
        batch.push(as_of_then(stored));
        if batch.len() == AT_ONCE {
            look(&mut batch, &mut trial);
        }
        Ok(ControlFlow::Continue(()))
    })?;
    look(&mut batch, &mut trial);
    trial.is_cut = !is_whole;
    let keys: Vec<String> = {
        let tried = runner.book.rules.iter().filter(|rule| rule.enabled);
        tried.map(|rule| rule.key.clone()).collect()
    };
    for stored in lake.events_of(&numbers)? {
        let matched = keys
            .iter()
            .flat_map(|key| runner.book.explain(key, &stored, pipelines));
        trial.examples.push(ShownEvent {
            matched: matched.collect(),
            stored,
        });
    }
    Ok(trial)
}

/// Refuses a rule that cannot be used, with line and reason.
pub(super) fn refused(problems: &[TrialProblem]) -> AppError {
    let error = AppError::new(Code::InvalidInput);
    problems.iter().take(20).fold(error, |error, problem| {
        error.field(
            format!("text:{}", problem.line),
            problem.why.clone(),
            "a rule of Sigma",
        )
    })
}
