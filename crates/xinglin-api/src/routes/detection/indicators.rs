//! Indicators: lists of addresses, domains, digests and mail addresses that are looked for.

use axum::{
    Json,
    extract::{FromRequest, Multipart, Request, State},
    http::StatusCode,
};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError, Code,
    core::IndicatorListId,
    detection::{IndicatorFilter, IndicatorKind, IndicatorRow, ListRow},
};

use crate::{
    extract::{Body, Caller, Language, Params, PathOf},
    problem::{ApiError, ApiResult},
    read::day,
    sort::limit,
    state::AppState,
    time::instant,
    upload::broken,
    views::{self, Reason, instant_opt},
};

/// Which indicators to list.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct IndicatorParams {
    /// Part of the value or of what is said of it.
    q: Option<String>,
    /// address, domain, hash or mail.
    kind: Option<String>,
    offset: Option<u64>,
    limit: Option<u64>,
}

/// Names a list of indicators.
#[derive(Deserialize, IntoParams)]
pub(crate) struct IndicatorListPath {
    #[param(value_type = i64)]
    id: IndicatorListId,
}

/// A value that is looked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct Indicator {
    id: i64,
    #[schema(value_type = views::IndicatorKind)]
    kind: String,
    value: String,
    /// The name of its list.
    list: String,
    expires_on: Option<String>,
    note: Option<String>,
    hits: u64,
    last_hit_at: Option<String>,
}

/// A list of indicators.
#[derive(Serialize, ToSchema)]
pub(crate) struct IndicatorList {
    id: i64,
    name: String,
    #[schema(value_type = views::IndicatorSource)]
    source: String,
    imported_at: String,
    by: String,
    kept: u64,
    rejected: u64,
    expires_on: Option<String>,
}

/// One page of indicators, and all lists.
#[derive(Serialize, ToSchema)]
pub(crate) struct IndicatorPage {
    items: Vec<Indicator>,
    total: u64,
    lists: Vec<IndicatorList>,
}

/// A part of a list that was not taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct RejectedIndicator {
    /// The line, or the number of the object.
    line: u64,
    why: String,
}

/// What became of a list.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportedIndicators {
    list: IndicatorList,
    kept: u64,
    /// At most 1,000 of them.
    rejected: Vec<RejectedIndicator>,
}

/// A list: CSV, STIX 2.1 or MISP.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct IndicatorListForm {
    name: String,
    /// The last day on which it counts.
    expires_on: Option<String>,
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

/// The parts of that form.
pub(crate) struct IndicatorFile {
    name: String,
    expires_on: Option<Date>,
    bytes: Vec<u8>,
}

impl IndicatorFile {
    /// The name and the file, where a last day says nothing.
    pub(crate) fn into_parts(self) -> (String, Vec<u8>) {
        (self.name, self.bytes)
    }
}

impl FromRequest<AppState> for IndicatorFile {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Self::Rejection> {
        let mut form = Multipart::from_request(request, state).await.map_err(|_| {
            AppError::new(Code::InvalidInput).field("content-type", "", "multipart/form-data")
        })?;
        let mut read = Self {
            name: String::new(),
            expires_on: None,
            bytes: Vec::new(),
        };
        let mut has_file = false;
        while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
            match field.name() {
                Some("name") => {
                    read.name = field.text().await.map_err(|error| broken(&error))?;
                }
                Some("expires_on") => {
                    let text = field.text().await.map_err(|error| broken(&error))?;
                    let text = text.trim();
                    if !text.is_empty() {
                        read.expires_on = Some(day("expires_on", text)?);
                    }
                }
                Some("file") => {
                    let bytes = field.bytes().await.map_err(|error| broken(&error))?;
                    read.bytes = bytes.to_vec();
                    has_file = true;
                }
                _ => {}
            }
        }
        if !has_file {
            let expected = "a form field with a file";
            let error = AppError::new(Code::InvalidInput);
            return Err(error.field("file", "", expected).into());
        }
        Ok(read)
    }
}

/// Lists indicators, those that were seen most first, and all lists.
#[utoipa::path(get, path = "/api/v1/indicators", tag = "detection", params(IndicatorParams), responses((status = 200, body = IndicatorPage)))]
pub(crate) async fn list_indicators(
    State(app): State<AppState>,
    caller: Caller,
    Params(params): Params<IndicatorParams>,
) -> ApiResult<Json<IndicatorPage>> {
    let kind = params.kind.filter(|kind| !kind.is_empty());
    if let Some(word) = &kind
        && IndicatorKind::from_word(word).is_none()
    {
        let expected = "words of this field";
        return Err(AppError::new(Code::InvalidInput)
            .field("kind", word, expected)
            .into());
    }
    let filter = IndicatorFilter {
        q: params.q,
        kind,
        offset: params.offset.unwrap_or(0),
        limit: limit(params.limit),
    };
    let (rows, total) = app.list_indicators(&caller.actor, &filter).await?;
    let lists = app.indicator_lists(&caller.actor).await?;
    Ok(Json(IndicatorPage {
        items: rows.into_iter().map(view).collect(),
        total,
        lists: lists.into_iter().map(list_view).collect(),
    }))
}

/// Takes in a list.
#[utoipa::path(post, path = "/api/v1/indicators/lists", tag = "detection", request_body(content = IndicatorListForm, content_type = "multipart/form-data"), responses((status = 201, body = ImportedIndicators)))]
pub(crate) async fn import_indicators(
    State(app): State<AppState>,
    caller: Caller,
    Language(lang): Language,
    file: IndicatorFile,
) -> ApiResult<(StatusCode, Json<ImportedIndicators>)> {
    let IndicatorFile {
        name,
        expires_on,
        bytes,
    } = file;
    let done = app
        .import_indicators(&caller.actor, &name, expires_on, bytes, lang)
        .await?;
    let rejected = done.rejected.into_iter();
    let rejected = rejected.map(|(line, why)| RejectedIndicator { line, why });
    let view = ImportedIndicators {
        kept: done.kept,
        rejected: rejected.collect(),
        list: list_view(done.list),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Removes a list with its indicators.
#[utoipa::path(delete, path = "/api/v1/indicators/lists/{id}", tag = "detection", params(IndicatorListPath), request_body = Reason, responses((status = 204)))]
pub(crate) async fn delete_indicators(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<IndicatorListPath>,
    Body(input): Body<Reason>,
) -> ApiResult<StatusCode> {
    app.delete_indicators(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(row: IndicatorRow) -> Indicator {
    let indicator = row.indicator;
    Indicator {
        id: indicator.id.0,
        kind: indicator.kind,
        value: indicator.value,
        list: row.list,
        expires_on: indicator.expires_on.map(|day| day.to_string()),
        note: indicator.note,
        hits: indicator.hits,
        last_hit_at: instant_opt(indicator.last_hit_at),
    }
}

fn list_view(row: ListRow) -> IndicatorList {
    let list = row.list;
    IndicatorList {
        id: list.id.0,
        name: list.name,
        source: list.source,
        imported_at: instant(list.imported_at),
        by: row.by,
        kept: list.kept,
        rejected: list.rejected,
        expires_on: list.expires_on.map(|day| day.to_string()),
    }
}
