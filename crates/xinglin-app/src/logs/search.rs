//! Searching: everything is bounded in time, and called off when nobody waits for it.

use std::{sync::Arc, time::Duration};

use jiff::Timestamp;
use xinglin_core::{Field, FieldType};
pub use xinglin_lake::Order;
use xinglin_lake::{
    Facets, Found, Histogram, Lake, LakeError, Query, Search, Spread, Stop, StoredEvent,
};

use super::Logs;
use crate::{Actor, App, AppError, Code, Permission, tasks::blocking};

/// A search may take so long.
const PATIENCE: Duration = Duration::from_secs(10);
/// So many events are given at once.
const MOST_EVENTS: usize = 1_000;
const MOST_BUCKETS: usize = 500;
const MOST_FACETS: usize = 20;
const MOST_VALUES: usize = 100;
/// Facets are of so many events, the newest.
const MOST_EXAMINED: u64 = 200_000;
const MOST_AROUND: usize = 200;
/// So many new events are given at once; of more, the last.
const MOST_TAILED: usize = 200;

/// What is looked for, and when.
#[derive(Debug, Clone, Default)]
pub struct Asked {
    /// The search, in the language of searches.
    pub query: String,
    /// From here on.
    pub from: Option<Timestamp>,
    /// Up to here.
    pub to: Option<Timestamp>,
}

/// A part of what was found.
#[derive(Debug)]
pub struct Page {
    /// Events in the order asked for.
    pub events: Vec<StoredEvent>,
    /// Where to go on; none at the end.
    pub cursor: Option<String>,
    /// Whether there may be more.
    pub more: bool,
    /// Pages of files there are in that time.
    pub pages: u64,
    /// Those that were read.
    pub pages_read: u64,
}

/// Somebody who watches what comes.
#[derive(Debug)]
pub struct Tail {
    query: Arc<Query>,
    last: u64,
}

/// What came.
#[derive(Debug)]
pub struct Tailed {
    /// Events in the order of receipt.
    pub events: Vec<StoredEvent>,
    /// Events left out because they are too many.
    pub skipped: u64,
}

/// Calls a search off when whoever asked goes away.
pub(super) struct CallOff(pub(super) Stop);

impl Drop for CallOff {
    fn drop(&mut self) {
        self.0.cancel();
    }
}

/// Reads what somebody typed.
pub(super) fn query_of(text: &str) -> Result<Query, AppError> {
    Query::parse(text).map_err(|error| {
        AppError::new(Code::LogQueryWrong).at(error.at).field(
            "query",
            "",
            error.expected.to_string(),
        )
    })
}

/// The fields that events may have: name and type; other names may occur too.
pub fn known_fields() -> Vec<(&'static str, &'static str)> {
    let own = ["source", "peer", "transport"].map(|name| (name, "keyword"));
    let common = Field::all().map(|field| {
        let kind = match field.value_type() {
            FieldType::Keyword => "keyword",
            FieldType::Text => "text",
            FieldType::Integer => "integer",
            FieldType::Address => "address",
        };
        (field.name(), kind)
    });
    own.into_iter().chain(common).collect()
}

impl App {
    /// Runs a search off the runtime, after those that run already.
    pub(super) async fn search_with<T: Send + 'static>(
        &self,
        patience: Duration,
        search: impl FnOnce(&Lake, &Stop) -> Result<T, LakeError> + Send + 'static,
    ) -> Result<T, AppError> {
        let logs = self.logs()?;
        let permit = Arc::clone(&logs.searching).acquire_owned().await;
        let permit = permit.map_err(AppError::internal)?;
        let stop = Stop::after(patience);
        let call_off = CallOff(stop.clone());
        let found = blocking(move || {
            let found = search(&logs.lake, &stop);
            drop(permit);
            found
        })
        .await?;
        drop(call_off);
        found.map_err(AppError::internal)
    }

    /// Finds events.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission, [`Code::LogQueryWrong`],
    /// [`Code::InvalidInput`] for a cursor that is none.
    pub async fn search_logs(
        &self,
        actor: &Actor,
        asked: Asked,
        order: Order,
        most: usize,
        cursor: Option<&str>,
    ) -> Result<Page, AppError> {
        actor.require_sight(Permission::LogsRead)?;
        let query = query_of(&asked.query)?;
        let beyond = cursor.map(place_of).transpose()?;
        let most = most.clamp(1, MOST_EVENTS);
        let found = self
            .search_with(PATIENCE, move |lake, stop| {
                lake.search(&Search {
                    query: &query,
                    from: asked.from,
                    to: asked.to,
                    order,
                    most,
                    beyond,
                    stop,
                })
            })
            .await?;
        Ok(page(found))
    }

    /// How events are spread over time. Without a beginning, it begins with the oldest file;
    /// without an end, it ends now.
    ///
    /// # Errors
    /// As [`Self::search_logs`].
    pub async fn log_histogram(
        &self,
        actor: &Actor,
        asked: Asked,
        buckets: usize,
    ) -> Result<Histogram, AppError> {
        actor.require_sight(Permission::LogsRead)?;
        let query = query_of(&asked.query)?;
        let logs = self.logs()?;
        let to = asked.to.unwrap_or(self.now());
        let from = asked.from.unwrap_or_else(|| oldest(&logs).unwrap_or(to));
        if from > to {
            let found = from.to_string();
            return Err(AppError::new(Code::InvalidInput).field("from", found, "before `to`"));
        }
        let buckets = buckets.clamp(1, MOST_BUCKETS);
        self.search_with(PATIENCE, move |lake, stop| {
            lake.histogram(&query, from, to, buckets, stop)
        })
        .await
    }

    /// How events are spread over the values of fields.
    ///
    /// # Errors
    /// As [`Self::search_logs`]; [`Code::InvalidInput`] for too many fields.
    pub async fn log_facets(
        &self,
        actor: &Actor,
        asked: Asked,
        fields: Vec<String>,
        most: usize,
    ) -> Result<Facets, AppError> {
        actor.require_sight(Permission::LogsRead)?;
        let query = query_of(&asked.query)?;
        if fields.is_empty() || fields.len() > MOST_FACETS {
            let expected = format!("1 to {MOST_FACETS} fields");
            return Err(AppError::new(Code::InvalidInput).field("fields", "", expected));
        }
        let most = most.clamp(1, MOST_VALUES);
        self.search_with(PATIENCE, move |lake, stop| {
            let fields: Vec<&str> = fields.iter().map(String::as_str).collect();
            let spread = Spread {
                fields: &fields,
                values: most,
                events: MOST_EXAMINED,
            };
            lake.facets(&query, asked.from, asked.to, spread, stop)
        })
        .await
    }

    /// The event of a number with those of its source before and after it.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission, or when it is no more.
    pub async fn logs_around(
        &self,
        actor: &Actor,
        sequence: u64,
        before: usize,
        after: usize,
    ) -> Result<Vec<StoredEvent>, AppError> {
        actor.require_sight(Permission::LogsRead)?;
        let (before, after) = (before.min(MOST_AROUND), after.min(MOST_AROUND));
        let events = self
            .search_with(PATIENCE, move |lake, _| {
                lake.around(sequence, before, after)
            })
            .await?;
        if events.is_empty() {
            return Err(AppError::new(Code::NotFound));
        }
        Ok(events)
    }

    /// Watches what comes from now on.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission, [`Code::LogQueryWrong`].
    pub async fn tail_logs(&self, actor: &Actor, query: &str) -> Result<Tail, AppError> {
        actor.require_sight(Permission::LogsRead)?;
        let query = Arc::new(query_of(query)?);
        let logs = self.logs()?;
        let last = blocking(move || logs.lake.last_sequence()).await?;
        let last = last.map_err(AppError::internal)?;
        Ok(Tail { query, last })
    }

    /// What came since it was last asked.
    ///
    /// # Errors
    /// [`Code::Internal`].
    pub async fn tailed(&self, tail: &mut Tail) -> Result<Tailed, AppError> {
        let (logs, query, last) = (self.logs()?, Arc::clone(&tail.query), tail.last);
        let came = blocking(move || logs.lake.after(last, &query, MOST_TAILED)).await?;
        let came = came.map_err(AppError::internal)?;
        tail.last = came.last;
        Ok(Tailed {
            events: came.events,
            skipped: came.skipped,
        })
    }
}

/// The time of the oldest event there is in files.
fn oldest(logs: &Logs) -> Option<Timestamp> {
    let files = logs.lake.files();
    let first = files.iter().map(|entry| entry.times.0).min()?;
    Timestamp::from_millisecond(first).ok()
}

fn page(found: Found) -> Page {
    let last = found.events.last().filter(|_| found.more);
    let cursor = last.map(|event| {
        let at = event.event.at.as_millisecond();
        format!("{at}.{}", event.sequence)
    });
    Page {
        more: cursor.is_some(),
        cursor,
        events: found.events,
        pages: found.looked.pages,
        pages_read: found.looked.read,
    }
}

/// The place that a cursor names.
fn place_of(cursor: &str) -> Result<(Timestamp, u64), AppError> {
    let read = || {
        let (at, sequence) = cursor.split_once('.')?;
        let at = Timestamp::from_millisecond(at.parse().ok()?).ok()?;
        Some((at, sequence.parse().ok()?))
    };
    let expected = "the cursor of an answer";
    read()
        .ok_or_else(|| AppError::new(Code::InvalidInput).field("before_sequence", cursor, expected))
}
