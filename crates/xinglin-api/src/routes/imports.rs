//! Records in Excel files.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    AppError,
    imports::{self, MAX_SHEET_BYTES, RecordKind},
};

use crate::{
    extract::{Caller, Language, PathOf},
    problem::ApiResult,
    routes::jobs::{self, Job},
    state::AppState,
    upload::{Download, FileForm, Upload, XLSX},
    words,
};

/// Names a kind of record.
#[derive(Deserialize, IntoParams)]
pub(crate) struct KindPath {
    #[param(value_type = words::RecordKind)]
    kind: String,
}

impl KindPath {
    fn kind(&self) -> Result<RecordKind, AppError> {
        self.kind.parse()
    }
}

/// What an import would do.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportPreview {
    #[schema(value_type = words::RecordKind)]
    kind: &'static str,
    file_name: String,
    /// SM3 of the file.
    digest: String,
    total: u64,
    create: u64,
    update: u64,
    unchanged: u64,
    reject: u64,
    /// Some rows in the order of the file; rejects and changes go before others.
    rows: Vec<PreviewRow>,
    rows_shown: u64,
}

/// One row of a preview.
#[derive(Serialize, ToSchema)]
pub(crate) struct PreviewRow {
    /// Row number in the sheet, as Excel shows it.
    row: u32,
    key: Option<String>,
    name: Option<String>,
    #[schema(inline)]
    fate: Fate,
    changes: Vec<FieldChange>,
    problems: Vec<RowProblem>,
}

/// What becomes of a row.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Fate {
    Create,
    Update,
    Unchanged,
    Reject,
}

/// A field that a row changes.
#[derive(Serialize, ToSchema)]
pub(crate) struct FieldChange {
    /// Key of the column.
    field: String,
    from: Option<String>,
    to: Option<String>,
}

/// A cell that cannot be taken.
#[derive(Serialize, ToSchema)]
pub(crate) struct RowProblem {
    /// Header of the column, in the language of the request.
    column: String,
    found: Option<String>,
    expected: String,
}

/// An empty sheet to fill.
#[utoipa::path(get, path = "/api/v1/imports/{kind}/template", tag = "imports", params(KindPath), responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(crate) async fn get_import_template(
    State(app): State<AppState>,
    caller: Caller,
    Language(lang): Language,
    PathOf(path): PathOf<KindPath>,
) -> ApiResult<Download> {
    let kind = path.kind()?;
    let bytes = app.import_template(&caller.actor, kind, lang).await?;
    Ok(workbook(kind, "template", bytes))
}

/// Each row's fate, without changing anything.
#[utoipa::path(post, path = "/api/v1/imports/{kind}/preview", tag = "imports", params(KindPath), request_body(content = FileForm, content_type = "multipart/form-data"), responses((status = 200, body = ImportPreview)))]
pub(crate) async fn preview_import(
    State(app): State<AppState>,
    caller: Caller,
    Language(lang): Language,
    PathOf(path): PathOf<KindPath>,
    file: Upload<MAX_SHEET_BYTES>,
) -> ApiResult<Json<ImportPreview>> {
    let kind = path.kind()?;
    let preview = app
        .preview_import(&caller.actor, kind, &file.name, file.bytes, lang)
        .await?;
    Ok(Json(view(kind, file.name, preview)))
}

/// Imports a sheet as a job.
#[utoipa::path(post, path = "/api/v1/imports/{kind}", tag = "imports", params(KindPath), request_body(content = FileForm, content_type = "multipart/form-data"), responses((status = 202, body = Job)))]
pub(crate) async fn start_import(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<KindPath>,
    file: Upload<MAX_SHEET_BYTES>,
) -> ApiResult<(StatusCode, Json<Job>)> {
    let job = app
        .app()
        .start_import(&caller.actor, path.kind()?, &file.name, file.bytes)
        .await?;
    Ok((StatusCode::ACCEPTED, Json(jobs::view(job))))
}

/// The rows that would be rejected, with the reasons.
#[utoipa::path(post, path = "/api/v1/imports/{kind}/rejects", tag = "imports", params(KindPath), request_body(content = FileForm, content_type = "multipart/form-data"), responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(crate) async fn get_import_rejects(
    State(app): State<AppState>,
    caller: Caller,
    Language(lang): Language,
    PathOf(path): PathOf<KindPath>,
    file: Upload<MAX_SHEET_BYTES>,
) -> ApiResult<Download> {
    let kind = path.kind()?;
    let bytes = app
        .import_rejects(&caller.actor, kind, &file.name, file.bytes, lang)
        .await?;
    Ok(workbook(kind, "rejects", bytes))
}

/// All records in the columns of the template.
#[utoipa::path(get, path = "/api/v1/exports/{kind}", tag = "imports", params(KindPath), responses((status = 200, body = Vec<u8>, content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")))]
pub(crate) async fn export_records(
    State(app): State<AppState>,
    caller: Caller,
    Language(lang): Language,
    PathOf(path): PathOf<KindPath>,
) -> ApiResult<Download> {
    let kind = path.kind()?;
    let bytes = app.export_records(&caller.actor, kind, lang).await?;
    Ok(workbook(kind, "export", bytes))
}

fn workbook(kind: RecordKind, what: &str, bytes: Vec<u8>) -> Download {
    Download {
        name: format!("{}-{what}.xlsx", kind.word()),
        media_type: XLSX.to_owned(),
        bytes,
    }
}

fn view(kind: RecordKind, file_name: String, preview: imports::Preview) -> ImportPreview {
    let rows: Vec<PreviewRow> = preview.rows.into_iter().map(row).collect();
    ImportPreview {
        kind: kind.word(),
        file_name,
        digest: preview.digest,
        total: preview.counts.total(),
        create: preview.counts.created,
        update: preview.counts.updated,
        unchanged: preview.counts.unchanged,
        reject: preview.counts.rejected,
        rows_shown: rows.len() as u64,
        rows,
    }
}

fn row(row: imports::PreviewRow) -> PreviewRow {
    PreviewRow {
        row: row.row,
        key: row.key,
        name: row.name,
        fate: match row.fate {
            imports::Fate::Create => Fate::Create,
            imports::Fate::Update => Fate::Update,
            imports::Fate::Unchanged => Fate::Unchanged,
            imports::Fate::Reject => Fate::Reject,
        },
        changes: row
            .changes
            .into_iter()
            .map(|change| FieldChange {
                field: change.field,
                from: change.from,
                to: change.to,
            })
            .collect(),
        problems: row
            .problems
            .into_iter()
            .map(|problem| RowProblem {
                column: problem.column,
                found: (!problem.found.is_empty()).then_some(problem.found),
                expected: problem.expected,
            })
            .collect(),
    }
}
