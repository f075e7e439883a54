//! Remedies to download.

use axum::extract::State;
use serde::Deserialize;
use utoipa::IntoParams;
use xinglin_app::{
    AppError, Code,
    core::{InspectionId, Lang},
    remedies::{RemedyForms, RemedyKind},
};

use crate::{
    extract::{Caller, Params, PathOf},
    problem::ApiResult,
    state::AppState,
    upload::Download,
    views,
};

const WORD: &str = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

/// Names an inspection and the form of its remedies.
#[derive(Deserialize, IntoParams)]
pub(crate) struct RemedyPath {
    #[param(value_type = i64)]
    id: InspectionId,
    #[param(value_type = views::RemedyKind)]
    kind: String,
}

/// Which remedies are wanted.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub(crate) struct RemedyParams {
    /// Checks, separated by commas; without it all that failed and are not excepted.
    checks: Option<String>,
    /// For `lines`: the dialect; without it the thing's own.
    dialect: Option<String>,
    /// Of zh-CN (without the parameter), en-US.
    #[serde(default)]
    #[param(value_type = Option<String>)]
    lang: Lang,
}

/// What to do about failed checks: code to read and try, or a work order. It is never run
/// from here.
#[utoipa::path(get, path = "/api/v1/inspections/{id}/remedies/{kind}", tag = "inspections", params(RemedyPath, RemedyParams), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn export_remedies(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<RemedyPath>,
    Params(params): Params<RemedyParams>,
) -> ApiResult<Download> {
    let kind = RemedyKind::from_word(&path.kind).ok_or(AppError::new(Code::NotFound))?;
    let named = params.checks.unwrap_or_default();
    let named = named.split(',').map(str::trim);
    let wanted = RemedyForms {
        kind,
        checks: named
            .filter(|check| !check.is_empty())
            .map(str::to_owned)
            .collect(),
        dialect: params.dialect,
        lang: params.lang,
    };
    let report = app.export_remedies(&caller.actor, path.id, wanted).await?;
    let media_type = match kind {
        RemedyKind::Docx => WORD,
        _ => "text/plain; charset=utf-8",
    };
    Ok(Download {
        name: report.file_name,
        media_type: media_type.to_owned(),
        bytes: report.bytes,
    })
}
