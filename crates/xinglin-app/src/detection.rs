//! Detection (检测): rules, correlations and indicators over the stream of logs, behind what is
//! durable.
//!
//! One thread of its own reads events in the order of receipt, none left out, and never makes
//! receiving wait: when it is slower it falls behind, and says how far. What it finds, what
//! correlations wait for and the place in the stream are committed together, so that after a
//! kill it goes on where it was.

mod assets;
mod baselines;
mod book;
mod commit;
mod draft;
mod entities;
mod exceptions;
mod indicators;
mod lists;
mod live;
mod look_back;
mod overview;
mod policy;
mod quiet;
mod rules;
mod runner;
mod trial;
mod words;

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, MutexGuard, OnceLock, PoisonError, RwLock,
        atomic::{AtomicU64, Ordering},
    },
};

use jiff::Timestamp;

pub(crate) use baselines::accept;
pub use baselines::{AcceptedView, CountriesView, ImportedCountries};
pub use book::{KnownRule, Matched};
pub(crate) use draft::numbers as kept_numbers;
pub use exceptions::{ExceptionRow, NewException};
pub use indicators::IndicatorKind;
pub(crate) use indicators::rule_named as indicator_rule;
pub use lists::{ImportedList, IndicatorRow, ListRow};
pub use look_back::LookBack;
pub use overview::{Coverage, DetectionStatus, TacticRow, TechniqueRow};
pub(crate) use policy::DetectionContent;
pub use rules::{Rejected, RuleRow};
pub(crate) use runner::all_fit;
pub use trial::{ShownEvent, Trial, TrialProblem};
pub use xinglin_detect::baseline::{Accepted, Extent, Figure, Learned};
pub use xinglin_store::{
    detection::{Condition, DetectionException},
    indicators::{Indicator, IndicatorFilter},
};

use book::RuleBook;
use live::Stream;
use runner::Cost;
use xinglin_detect::Pipelines;

/// Detection as it runs.
#[derive(Default)]
pub(crate) struct Detection {
    /// Held by whoever looks at the stream: one at a time.
    stream: tokio::sync::Mutex<Option<Stream>>,
    book: RwLock<Arc<RuleBook>>,
    pipelines: OnceLock<Arc<Pipelines>>,
    seen: Mutex<Seen>,
    /// What rules cost since they were compiled, by their keys.
    costs: Mutex<HashMap<String, Cost>>,
    /// Counted up when rules, exceptions or indicators are others than before.
    rules: AtomicU64,
    exceptions: AtomicU64,
    indicators: AtomicU64,
    /// Counted up when people said something of what is usual, or of countries.
    usual: AtomicU64,
}

/// How detection is doing.
#[derive(Debug, Clone, Default)]
struct Seen {
    is_running: bool,
    cursor: u64,
    last: u64,
    /// When the last event that was looked at was received.
    received_at: Option<Timestamp>,
    events_per_second: f64,
    correlations: usize,
    /// How much baselines know, by their keys.
    extents: HashMap<String, Extent>,
    indicators: usize,
    problem: Option<String>,
}

impl Detection {
    /// All rules that are known.
    fn book(&self) -> Arc<RuleBook> {
        let book = self.book.read().unwrap_or_else(PoisonError::into_inner);
        Arc::clone(&book)
    }

    fn set_book(&self, book: Arc<RuleBook>) {
        *self.book.write().unwrap_or_else(PoisonError::into_inner) = book;
    }

    fn costs(&self) -> MutexGuard<'_, HashMap<String, Cost>> {
        self.costs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Rules are others than before: they are compiled before the next event is looked at.
    pub(crate) fn change_rules(&self) {
        self.rules.fetch_add(1, Ordering::AcqRel);
    }

    /// Exceptions are others than before.
    pub(crate) fn change_exceptions(&self) {
        self.exceptions.fetch_add(1, Ordering::AcqRel);
    }

    /// People said something of what is usual, or brought other ranges of countries.
    pub(crate) fn change_usual(&self) {
        self.usual.fetch_add(1, Ordering::AcqRel);
    }

    /// Indicators are others than before.
    pub(crate) fn change_indicators(&self) {
        self.indicators.fetch_add(1, Ordering::AcqRel);
    }
}
