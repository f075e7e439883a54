//! A form with the files of one thing.

use axum::extract::{FromRequest, Multipart, Request, multipart::Field};
use utoipa::ToSchema;
use xinglin_app::{
    AppError, Code,
    core::Timestamp,
    inspections::{GatheredFile, GatheredFiles},
};

use crate::{
    problem::ApiError,
    read::family,
    state::AppState,
    upload::{broken, too_large},
    words,
};

const MAX_TEXT_BYTES: usize = 4 * 1024;

/// Files of one thing, of at most `MOST` bytes together.
pub(crate) struct Gathered<const MOST: usize>(pub(crate) GatheredFiles);

/// Files of one thing: one bundle, or files whose names are their paths.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct GatheredForm {
    /// What the files are of; told from them where it is left out.
    #[schema(value_type = Option<words::Family>)]
    family: Option<String>,
    /// The key that the collector signed its bundle with: then only that is accepted.
    key: Option<String>,
    /// When the files were gathered; now, where it is left out. A bundle says it itself.
    collected_at: Option<String>,
    #[schema(value_type = Vec<String>, format = Binary)]
    files: Vec<Vec<u8>>,
}

impl<const MOST: usize> FromRequest<AppState> for Gathered<MOST> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Self::Rejection> {
        let mut form = Multipart::from_request(request, state).await.map_err(|_| {
            AppError::new(Code::InvalidInput).field("content-type", "", "multipart/form-data")
        })?;
        let mut gathered = GatheredFiles::default();
        let mut left = MOST;
        while let Some(field) = form.next_field().await.map_err(|error| broken(&error))? {
            match field.name() {
                Some("family") => gathered.family = family(Some(&text(field).await?))?,
                Some("key") => gathered.key = Some(text(field).await?),
                Some("collected_at") => {
                    gathered.collected_at = collected_at(&text(field).await?)?;
                }
                Some("files" | "file") => {
                    let name = path(field.file_name().unwrap_or("file"));
                    let bytes = bytes(field, left, MOST).await?;
                    left -= bytes.len();
                    gathered.files.push(GatheredFile { name, bytes });
                }
                _ => {}
            }
        }
        // An empty key is none: forms send what nobody filled in.
        gathered.key = gathered.key.filter(|key| !key.trim().is_empty());
        Ok(Self(gathered))
    }
}

/// A file's path as a browser sends it.
fn path(name: &str) -> String {
    let name = name.replace('\\', "/");
    name.trim_start_matches('/').to_owned()
}

fn collected_at(text: &str) -> Result<Option<Timestamp>, AppError> {
    if text.trim().is_empty() {
        return Ok(None);
    }
    text.trim().parse().map(Some).map_err(|_| {
        let expected = "an instant such as 2026-11-22T08:30:00Z";
        AppError::new(Code::InvalidInput).field("collected_at", text, expected)
    })
}

async fn text(field: Field<'_>) -> Result<String, AppError> {
    let bytes = bytes(field, MAX_TEXT_BYTES, MAX_TEXT_BYTES).await?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

async fn bytes(mut field: Field<'_>, left: usize, most: usize) -> Result<Vec<u8>, AppError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
        if bytes.len() + chunk.len() > left {
            return Err(too_large(most));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}
