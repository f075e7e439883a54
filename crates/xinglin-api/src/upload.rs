//! Files in and out: one file of a form, and answers that a browser saves.

use axum::{
    body::Body,
    extract::{FromRequest, Multipart, Request, multipart::MultipartError},
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use utoipa::ToSchema;
use xinglin_app::{AppError, Code};

use crate::{problem::ApiError, state::AppState};

/// The media type of Excel workbooks.
pub(crate) const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// One file of at most `MOST` bytes, in the form field `file`.
#[derive(Debug)]
pub(crate) struct Upload<const MOST: usize> {
    pub(crate) name: String,
    pub(crate) bytes: Vec<u8>,
}

/// A form with one file.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct FileForm {
    #[schema(value_type = String, format = Binary)]
    file: Vec<u8>,
}

impl<const MOST: usize> FromRequest<AppState> for Upload<MOST> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Self::Rejection> {
        let mut form = Multipart::from_request(request, state).await.map_err(|_| {
            AppError::new(Code::InvalidInput).field("content-type", "", "multipart/form-data")
        })?;
        while let Some(mut field) = form.next_field().await.map_err(|error| broken(&error))? {
            if field.name() != Some("file") {
                continue;
            }
            let name = field.file_name().unwrap_or("file").to_owned();
            let mut bytes = Vec::new();
            while let Some(chunk) = field.chunk().await.map_err(|error| broken(&error))? {
                if bytes.len() + chunk.len() > MOST {
                    return Err(too_large(MOST).into());
                }
                bytes.extend_from_slice(&chunk);
            }
            return Ok(Self { name, bytes });
        }
        Err(AppError::new(Code::InvalidInput)
            .field("file", "", "a form field with a file")
            .into())
    }
}

pub(crate) fn too_large(most: usize) -> AppError {
    AppError::new(Code::TooLarge).field("file", "", format!("at most {most} bytes"))
}

pub(crate) fn broken(error: &MultipartError) -> AppError {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE {
        return too_large(crate::state::MAX_BODY_BYTES);
    }
    AppError::new(Code::InvalidInput).field("body", "", error.body_text())
}

/// A file that the browser saves and never shows.
pub(crate) struct Download {
    pub(crate) name: String,
    pub(crate) media_type: String,
    pub(crate) bytes: Vec<u8>,
}

impl IntoResponse for Download {
    fn into_response(self) -> Response {
        let mut response = Body::from(self.bytes).into_response();
        let headers = response.headers_mut();
        let media_type = HeaderValue::from_str(&self.media_type)
            .unwrap_or(HeaderValue::from_static("application/octet-stream"));
        headers.insert(header::CONTENT_TYPE, media_type);
        headers.insert(
            header::X_CONTENT_TYPE_OPTIONS,
            HeaderValue::from_static("nosniff"),
        );
        if let Ok(disposition) = HeaderValue::from_str(&disposition(&self.name)) {
            headers.insert(header::CONTENT_DISPOSITION, disposition);
        }
        response
    }
}

/// RFC 6266: an ASCII name for old browsers, and the real one in RFC 8187 form.
fn disposition(name: &str) -> String {
    let plain: String = name
        .chars()
        .map(|character| match character {
            'a'..='z' | 'A'..='Z' | '0'..='9' | '.' | '-' | '_' => character,
            _ => '_',
        })
        .collect();
    let mut encoded = String::with_capacity(name.len() * 3);
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-' | b'_') {
            encoded.push(char::from(byte));
        } else {
            encoded.push('%');
            encoded.push_str(&hex::encode_upper([byte]));
        }
    }
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::disposition;

    #[test]
    fn a_name_cannot_end_the_header_or_its_quotes() {
        assert_eq!(
            disposition("资产\"\r\n.xlsx"),
            "attachment; filename=\"_____.xlsx\"; filename*=UTF-8''%E8%B5%84%E4%BA%A7%22%0D%0A.xlsx"
        );
    }
}
