//! Documents to download.

use axum::{
    body::Body,
    extract::State,
    http::{HeaderValue, header},
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use utoipa::IntoParams;
use xinglin_app::{
    AppError,
    core::{AssessmentId, Lang, PlanId},
    reports::Report,
};

use crate::{
    extract::{Caller, Params, PathOf},
    problem::ApiResult,
    state::AppState,
};

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";
const EXCEL: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Names a plan.
#[derive(Deserialize, IntoParams)]
pub(crate) struct ReportedPlan {
    #[param(value_type = i64)]
    id: PlanId,
}

/// Names an assessment.
#[derive(Deserialize, IntoParams)]
pub(crate) struct ReportedAssessment {
    #[param(value_type = i64)]
    id: AssessmentId,
}

/// The language of a document.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct ReportParams {
    /// Of zh-CN (without the parameter), en-US.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    lang: Lang,
}

/// The plan as a Word file.
#[utoipa::path(get, path = "/api/v1/plans/{id}/plan.docx", tag = "plans", params(ReportedPlan, ReportParams), responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")))]
pub(crate) async fn export_plan(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<ReportedPlan>,
    Params(params): Params<ReportParams>,
) -> ApiResult<Response> {
    let report = app.export_plan(&caller.actor, path.id, params.lang).await?;
    Ok(file(report, WORD)?)
}

/// The gap report as a Word file.
#[utoipa::path(get, path = "/api/v1/assessments/{id}/gap.docx", tag = "assessments", params(ReportedAssessment, ReportParams), responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document")))]
pub(crate) async fn export_gap(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<ReportedAssessment>,
    Params(params): Params<ReportParams>,
) -> ApiResult<Response> {
    let report = app.export_gap(&caller.actor, path.id, params.lang).await?;
    Ok(file(report, WORD)?)
}

/// The item list as an Excel file.
#[utoipa::path(get, path = "/api/v1/assessments/{id}/items.xlsx", tag = "assessments", params(ReportedAssessment, ReportParams), responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(crate) async fn export_items(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<ReportedAssessment>,
    Params(params): Params<ReportParams>,
) -> ApiResult<Response> {
    let report = app
        .export_items(&caller.actor, path.id, params.lang)
        .await?;
    Ok(file(report, EXCEL)?)
}

fn file(report: Report, media_type: &'static str) -> Result<Response, AppError> {
    let extension = report.file_name.rsplit('.').next().unwrap_or_default();
    let disposition = format!(
        "attachment; filename=\"xinglin.{extension}\"; filename*=UTF-8''{}",
        encoded(&report.file_name)
    );
    let disposition = HeaderValue::from_str(&disposition).map_err(AppError::internal)?;
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static(media_type)),
        (header::CONTENT_DISPOSITION, disposition),
    ];
    Ok((headers, Body::from(report.bytes)).into_response())
}

/// A file name as RFC 8187 writes it: what is not an `attr-char` as UTF-8 in percent form.
fn encoded(name: &str) -> String {
    use std::fmt::Write as _;

    name.bytes().fold(String::new(), |mut text, byte| {
        if byte.is_ascii_alphanumeric() || b"!#$&+-.^_`|~".contains(&byte) {
            text.push(char::from(byte));
        } else if write!(text, "%{byte:02X}").is_err() {
            // Writing to a String cannot fail.
            text.push('_');
        }
        text
    })
}

#[cfg(test)]
mod tests {
    use super::encoded;

    #[test]
    fn names_survive_in_percent_form() {
        assert_eq!(encoded("a-1.docx"), "a-1.docx");
        assert_eq!(encoded("方 案\"'"), "%E6%96%B9%20%E6%A1%88%22%27");
    }
}
