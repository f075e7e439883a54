//! Events: found, counted, with those around them, and as a file.

use std::time::Instant;

use axum::{Json, extract::State};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError, Code,
    core::{Event, TimeSource, Value},
    logs::{Asked, Export, ExportFormat, Order, StoredEvent, known_fields},
};

use crate::{
    extract::{Body, Caller, Params},
    problem::ApiResult,
    state::AppState,
    upload::Download,
    views,
};

const USUAL_EVENTS: usize = 100;
const USUAL_BUCKETS: usize = 60;
const USUAL_VALUES: usize = 10;
const USUAL_AROUND: usize = 20;

/// A value with its field.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogField {
    /// A name of the Elastic Common Schema, or any other; one may occur twice.
    name: String,
    value: LogValue,
}

/// A text, a number, or yes and no.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub(crate) enum LogValue {
    Text(String),
    Integer(i64),
    Number(f64),
    Flag(bool),
}

/// An event.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogEvent {
    /// Its place in the order of receipt: 64 bits, so it is a text.
    pub(crate) sequence: String,
    pub(crate) at: String,
    /// Whose word that is.
    #[schema(value_type = views::LogTimeSource)]
    pub(crate) at_from: &'static str,
    pub(crate) received_at: String,
    pub(crate) source: String,
    pub(crate) peer: String,
    pub(crate) transport: String,
    /// The message as it came.
    pub(crate) text: String,
    pub(crate) fields: Vec<LogField>,
}

/// What was found.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogPage {
    events: Vec<LogEvent>,
    more: bool,
    /// To be given as `before_sequence` for what comes next.
    cursor: Option<String>,
    /// Pages of files there are in that time.
    pages: u64,
    /// Those that were read.
    pages_read: u64,
    milliseconds: u64,
}

/// How events are spread over time.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogHistogram {
    /// How long a bucket is.
    seconds: i64,
    total: u64,
    /// Whether all of it was counted.
    exact: bool,
    buckets: Vec<LogBucket>,
}

/// The events of a part of time.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogBucket {
    at: String,
    events: u64,
    /// Those whose outcome is a failure.
    failures: u64,
}

/// How events are spread over the values of fields.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogFacets {
    /// Events that were looked at, the newest.
    examined: u64,
    facets: Vec<LogFacet>,
}

/// The values of a field.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogFacet {
    name: String,
    /// Events that have it.
    filled: u64,
    values: Vec<LogFacetValue>,
}

/// A value and how many events have it.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogFacetValue {
    value: String,
    events: u64,
}

/// A field that events may have.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogKnownField {
    name: &'static str,
    #[schema(value_type = views::LogFieldKind)]
    kind: &'static str,
}

/// What is looked for, and when.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogAsked {
    query: Option<String>,
    from: Option<String>,
    to: Option<String>,
    /// How many, at most.
    limit: Option<usize>,
    /// `desc`, the newest first, or `asc`.
    order: Option<String>,
    /// The cursor of the answer before.
    before_sequence: Option<String>,
    /// How many parts of time, about.
    buckets: Option<usize>,
    /// Names of fields, separated by commas.
    fields: Option<String>,
}

/// Around which event, and how many.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct LogAround {
    #[param(required = true)]
    sequence: Option<String>,
    before: Option<usize>,
    after: Option<usize>,
}

/// What is to be taken out, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogExport {
    query: String,
    from: Option<String>,
    to: Option<String>,
    #[schema(value_type = views::LogFormat)]
    format: String,
    /// Whether numbers of people are masked.
    mask: bool,
    reason: String,
}

/// Finds events.
#[utoipa::path(get, path = "/api/v1/logs/events", tag = "logs", params(LogAsked), responses((status = 200, body = LogPage)))]
pub(crate) async fn search_logs(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<LogAsked>,
) -> ApiResult<Json<LogPage>> {
    let start = Instant::now();
    let order = match asked.order.as_deref() {
        Some("asc") => Order::OldestFirst,
        _ => Order::NewestFirst,
    };
    let most = asked.limit.unwrap_or(USUAL_EVENTS);
    let cursor = asked.before_sequence.as_deref();
    let what = asked.what()?;
    let page = app
        .search_logs(&caller.actor, what, order, most, cursor)
        .await?;
    Ok(Json(LogPage {
        events: page.events.into_iter().map(view).collect(),
        more: page.more,
        cursor: page.cursor,
        pages: page.pages,
        pages_read: page.pages_read,
        milliseconds: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
    }))
}

/// Counts events by time.
#[utoipa::path(get, path = "/api/v1/logs/histogram", tag = "logs", params(LogAsked), responses((status = 200, body = LogHistogram)))]
pub(crate) async fn get_log_histogram(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<LogAsked>,
) -> ApiResult<Json<LogHistogram>> {
    let buckets = asked.buckets.unwrap_or(USUAL_BUCKETS);
    let found = app
        .log_histogram(&caller.actor, asked.what()?, buckets)
        .await?;
    let first = found.first.as_second();
    let at = |place: i64| Timestamp::from_second(first + place * found.seconds);
    let buckets = (0..).zip(&found.buckets).map(|(place, bucket)| LogBucket {
        at: at(place).map_or_else(|_| String::new(), crate::time::instant),
        events: bucket.events,
        failures: bucket.failures,
    });
    Ok(Json(LogHistogram {
        seconds: found.seconds,
        total: found.buckets.iter().map(|bucket| bucket.events).sum(),
        exact: found.exact,
        buckets: buckets.collect(),
    }))
}

/// Counts the values of fields.
#[utoipa::path(get, path = "/api/v1/logs/facets", tag = "logs", params(LogAsked), responses((status = 200, body = LogFacets)))]
pub(crate) async fn get_log_facets(
    State(app): State<AppState>,
    caller: Caller,
    Params(asked): Params<LogAsked>,
) -> ApiResult<Json<LogFacets>> {
    let most = asked.limit.unwrap_or(USUAL_VALUES);
    let names = asked.fields.as_deref().unwrap_or("source,event.dataset");
    let names = names
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty());
    let names = names.map(str::to_owned).collect();
    let found = app
        .log_facets(&caller.actor, asked.what()?, names, most)
        .await?;
    let facets = found.facets.into_iter().map(|facet| {
        let values = facet.values.into_iter();
        let values = values.map(|(value, events)| LogFacetValue { value, events });
        LogFacet {
            name: facet.name,
            filled: facet.filled,
            values: values.collect(),
        }
    });
    Ok(Json(LogFacets {
        examined: found.examined,
        facets: facets.collect(),
    }))
}

/// The fields that events may have.
#[utoipa::path(get, path = "/api/v1/logs/fields", tag = "logs", responses((status = 200, body = Vec<LogKnownField>)))]
pub(crate) async fn list_log_fields(caller: Caller) -> ApiResult<Json<Vec<LogKnownField>>> {
    caller
        .actor
        .require_sight(xinglin_app::Permission::LogsRead)?;
    let fields = known_fields().into_iter();
    let fields = fields.map(|(name, kind)| LogKnownField { name, kind });
    Ok(Json(fields.collect()))
}

/// The events of one source before and after one of them.
#[utoipa::path(get, path = "/api/v1/logs/context", tag = "logs", params(LogAround), responses((status = 200, body = Vec<LogEvent>)))]
pub(crate) async fn list_log_context(
    State(app): State<AppState>,
    caller: Caller,
    Params(around): Params<LogAround>,
) -> ApiResult<Json<Vec<LogEvent>>> {
    // What is no number names nothing that exists.
    let sequence = around.sequence.and_then(|sequence| sequence.parse().ok());
    let sequence = sequence.ok_or(AppError::new(Code::NotFound))?;
    let before = around.before.unwrap_or(USUAL_AROUND);
    let after = around.after.unwrap_or(USUAL_AROUND);
    let events = app
        .logs_around(&caller.actor, sequence, before, after)
        .await?;
    Ok(Json(events.into_iter().map(view).collect()))
}

/// Takes events out as a file.
#[utoipa::path(post, path = "/api/v1/logs/export", tag = "logs", request_body = LogExport, responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn export_logs(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<LogExport>,
) -> ApiResult<Download> {
    let (format, media_type) = match input.format.as_str() {
        "ndjson" => (ExportFormat::Ndjson, "application/x-ndjson"),
        "csv" => (ExportFormat::Csv, "text/csv; charset=utf-8"),
        other => {
            let error = AppError::new(Code::InvalidInput);
            return Err(error.field("format", other, "ndjson or csv").into());
        }
    };
    let asked = Asked {
        from: moment("from", input.from.as_deref())?,
        to: moment("to", input.to.as_deref())?,
        query: input.query,
    };
    let export = Export {
        asked,
        format,
        mask: input.mask,
        reason: input.reason,
    };
    let exported = app.export_logs(&caller.actor, export).await?;
    Ok(Download {
        name: exported.name,
        media_type: media_type.to_owned(),
        bytes: exported.bytes,
    })
}

impl LogAsked {
    fn what(&self) -> Result<Asked, AppError> {
        Ok(Asked {
            query: self.query.clone().unwrap_or_default(),
            from: moment("from", self.from.as_deref())?,
            to: moment("to", self.to.as_deref())?,
        })
    }
}

fn moment(field: &str, text: Option<&str>) -> Result<Option<Timestamp>, AppError> {
    let Some(text) = text.filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let expected = "a time such as 2026-11-22T02:00:00Z";
    let read = text.parse();
    read.map(Some)
        .map_err(|_| AppError::new(Code::InvalidInput).field(field, text, expected))
}

/// An instant to the millisecond.
pub(crate) fn precise(at: Timestamp) -> String {
    at.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string()
}

/// An event of the lake.
pub(crate) fn view(event: StoredEvent) -> LogEvent {
    LogEvent {
        sequence: event.sequence.to_string(),
        at: precise(event.event.at),
        at_from: at_from(event.event.at_from),
        received_at: precise(event.received_at),
        source: event.source,
        peer: event.peer,
        transport: event.transport,
        fields: fields(&event.event),
        text: event.event.text.into_owned(),
    }
}

pub(crate) fn at_from(from: TimeSource) -> &'static str {
    match from {
        TimeSource::Event => "event",
        TimeSource::EventLocal => "event_local",
        TimeSource::Receipt => "receipt",
    }
}

pub(crate) fn fields(event: &Event<'_>) -> Vec<LogField> {
    let fields = event.fields.iter().map(|field| LogField {
        name: field.name.as_str().to_owned(),
        value: match &field.value {
            Value::Integer(number) => LogValue::Integer(*number),
            Value::Number(number) => LogValue::Number(*number),
            Value::Bool(yes) => LogValue::Flag(*yes),
            other => LogValue::Text(other.to_text().into_owned()),
        },
    });
    fields.collect()
}
