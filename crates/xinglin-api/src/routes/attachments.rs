//! Attachments.

use axum::{Json, extract::State, http::StatusCode};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use xinglin_app::{
    attachments::{self, MAX_ATTACHMENT_BYTES},
    core::AttachmentId,
};

use crate::{
    extract::{Caller, PathOf},
    problem::ApiResult,
    state::AppState,
    upload::{Download, FileForm, Upload},
};

/// Names an attachment.
#[derive(Deserialize, IntoParams)]
pub(crate) struct AttachmentPath {
    #[param(value_type = i64)]
    id: AttachmentId,
}

/// A file that was kept.
#[derive(Serialize, ToSchema)]
pub(crate) struct Attachment {
    id: i64,
    name: String,
    size_bytes: i64,
    /// SM3.
    digest: String,
    media_type: String,
}

/// Keeps a file.
#[utoipa::path(post, path = "/api/v1/attachments", tag = "records", request_body(content = FileForm, content_type = "multipart/form-data"), responses((status = 201, body = Attachment)))]
pub(crate) async fn create_attachment(
    State(app): State<AppState>,
    caller: Caller,
    file: Upload<MAX_ATTACHMENT_BYTES>,
) -> ApiResult<(StatusCode, Json<Attachment>)> {
    let kept = app
        .create_attachment(&caller.actor, &file.name, file.bytes)
        .await?;
    Ok((StatusCode::CREATED, Json(view(kept))))
}

/// The file itself, to be saved.
#[utoipa::path(get, path = "/api/v1/attachments/{id}", tag = "records", params(AttachmentPath), responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn get_attachment(
    State(app): State<AppState>,
    caller: Caller,
    PathOf(path): PathOf<AttachmentPath>,
) -> ApiResult<Download> {
    let (attachment, bytes) = app.attachment(&caller.actor, path.id).await?;
    Ok(Download {
        name: attachment.name,
        media_type: attachment.media_type,
        bytes,
    })
}

fn view(attachment: attachments::Attachment) -> Attachment {
    Attachment {
        id: attachment.id.0,
        name: attachment.name,
        size_bytes: attachment.size_bytes,
        digest: attachment.digest,
        media_type: attachment.media_type,
    }
}
