//! Baselines: what people accepted as usual, and the ranges of countries.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::detection::{Accepted, AcceptedView, CountriesView};

use super::indicators::{IndicatorFile, IndicatorListForm};
use crate::{
    extract::{Body, Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    time::instant,
    views::Reason,
};

/// Names something that was accepted.
#[derive(Deserialize, IntoParams)]
pub(crate) struct AcceptedPath {
    id: i64,
}

/// What a person accepted as usual: an hour, a volume or a value.
#[derive(Serialize, ToSchema)]
pub(crate) struct AcceptedHabit {
    id: i64,
    /// The baseline.
    rule: String,
    /// Whom it is about.
    entity: Vec<String>,
    /// From 0 to 23.
    hour: Option<u8>,
    /// On which days that hour is usual: working days, or others.
    is_workday: Option<bool>,
    /// Up to this a volume is usual.
    volume: Option<u64>,
    value: Option<String>,
    /// The alert that was answered so.
    alert_id: Option<i64>,
    reason: String,
    accepted_by: String,
    accepted_at: String,
}

/// The ranges of countries that count; null where nobody brought any.
#[derive(Serialize, ToSchema)]
pub(crate) struct CountryRanges {
    list: Option<CountryList>,
}

/// A list of the ranges of countries.
#[derive(Serialize, ToSchema)]
pub(crate) struct CountryList {
    name: String,
    ranges: u64,
    imported_by: String,
    imported_at: String,
}

/// What became of a list of ranges.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportedCountries {
    kept: u64,
    rejected: u64,
    /// The first lines that were not taken, at most 20.
    problems: Vec<RangeProblem>,
}

/// A line that is no range.
#[derive(Serialize, ToSchema)]
pub(crate) struct RangeProblem {
    line: usize,
    found: String,
    expected: String,
}

/// Lists what people accepted as usual, the newest first.
#[utoipa::path(get, path = "/api/v1/detection/accepted", tag = "detection", responses((status = 200, body = Vec<AcceptedHabit>)))]
pub(crate) async fn list_accepted(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<Vec<AcceptedHabit>>> {
    let rows = app.list_accepted(&caller.actor).await?;
    Ok(Json(rows.into_iter().map(view).collect()))
}

/// Takes back what was accepted as usual.
#[utoipa::path(delete, path = "/api/v1/detection/accepted/{id}", tag = "detection", params(AcceptedPath), request_body = Reason, responses((status = 204)))]
pub(crate) async fn withdraw_accepted(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AcceptedPath>,
    Body(input): Body<Reason>,
) -> ApiResult<StatusCode> {
    app.withdraw_accepted(&caller.actor, path.id, &input.reason)
        .await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The ranges of countries that count.
#[utoipa::path(get, path = "/api/v1/detection/countries", tag = "detection", responses((status = 200, body = CountryRanges)))]
pub(crate) async fn get_countries(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<CountryRanges>> {
    let list = app.countries(&caller.actor).await?;
    let view = |list: CountriesView| CountryList {
        name: list.name,
        ranges: list.ranges,
        imported_by: list.imported_by,
        imported_at: instant(list.imported_at),
    };
    Ok(Json(CountryRanges {
        list: list.map(view),
    }))
}

/// Takes in ranges of countries, in place of those before: CSV of network,country or
/// first,last,country.
#[utoipa::path(post, path = "/api/v1/detection/countries", tag = "detection", request_body(content = IndicatorListForm, content_type = "multipart/form-data"), responses((status = 201, body = ImportedCountries)))]
pub(crate) async fn import_countries(
    State(app): State<AppState>,
    caller: Caller,
    file: IndicatorFile,
) -> ApiResult<(StatusCode, Json<ImportedCountries>)> {
    let (name, bytes) = file.into_parts();
    let done = app.import_countries(&caller.actor, &name, bytes).await?;
    let problems = done.problems.into_iter();
    let problems = problems.map(|(line, found, expected)| RangeProblem {
        line,
        found,
        expected: expected.to_owned(),
    });
    let view = ImportedCountries {
        kept: done.kept,
        rejected: done.rejected,
        problems: problems.collect(),
    };
    Ok((StatusCode::CREATED, Json(view)))
}

/// Removes the ranges of countries.
#[utoipa::path(delete, path = "/api/v1/detection/countries", tag = "detection", request_body = Reason, responses((status = 204)))]
pub(crate) async fn delete_countries(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<Reason>,
) -> ApiResult<StatusCode> {
    app.delete_countries(&caller.actor, &input.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn view(row: AcceptedView) -> AcceptedHabit {
    let (mut hour, mut is_workday, mut volume, mut value) = (None, None, None, None);
    match row.what {
        Accepted::Hour {
            hour: of_day,
            is_workday: on_workday,
        } => {
            hour = Some(of_day);
            is_workday = Some(on_workday);
        }
        Accepted::Volume { most } => volume = Some(most),
        Accepted::Value { value: text } => value = Some(text),
    }
    AcceptedHabit {
        id: row.id,
        rule: row.rule,
        entity: row.entity,
        hour,
        is_workday,
        volume,
        value,
        alert_id: row.alert_id.map(|id| id.0),
        reason: row.reason,
        accepted_by: row.accepted_by,
        accepted_at: instant(row.accepted_at),
    }
}
