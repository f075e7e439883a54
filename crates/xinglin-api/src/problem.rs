//! Failures as RFC 9457 problem details.

use std::any::Any;

use axum::{
    body::Body,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use utoipa::ToSchema;
use xinglin_app::{AppError, Code, core::Fault};

/// An error, as `application/problem+json` (RFC 9457).
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Problem {
    /// `/problems/<slug>`, a page that explains it.
    #[serde(rename = "type")]
    kind: String,
    /// A short English title.
    title: &'static str,
    /// The HTTP status.
    status: u16,
    /// The stable name.
    slug: &'static str,
    /// What is wrong with the input, field by field.
    fields: Vec<ProblemField>,
    /// Where in what was typed it is wrong, in characters from 0; problems of a query say so.
    at: Option<u32>,
    /// Found again in the server's log.
    request_id: Option<String>,
}

/// One wrong field.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = FieldProblem)]
pub(crate) struct ProblemField {
    /// The field, line or column.
    field: String,
    /// What stood there.
    found: Option<String>,
    /// What was expected.
    expected: String,
}

/// A failed request.
#[derive(Debug)]
pub(crate) struct ApiError(AppError);

impl<E: Into<AppError>> From<E> for ApiError {
    fn from(error: E) -> Self {
        Self(error.into())
    }
}

pub(crate) type ApiResult<T> = Result<T, ApiError>;

fn status(fault: Fault) -> StatusCode {
    match fault {
        Fault::NotFound => StatusCode::NOT_FOUND,
        Fault::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        Fault::Unreadable => StatusCode::BAD_REQUEST,
        Fault::Conflict => StatusCode::CONFLICT,
        Fault::Forbidden => StatusCode::FORBIDDEN,
        Fault::Unauthenticated => StatusCode::UNAUTHORIZED,
        Fault::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Fault::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        Fault::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

impl Problem {
    /// The problem that an error is, without a number in the log.
    pub(crate) fn of(error: &AppError) -> Self {
        let code = error.code();
        Self {
            kind: format!("/problems/{}", code.slug()),
            title: code.title(),
            status: status(code.fault()).as_u16(),
            slug: code.slug(),
            fields: fields(error),
            at: error.place(),
            request_id: None,
        }
    }
}

fn fields(error: &AppError) -> Vec<ProblemField> {
    error
        .fields()
        .iter()
        .map(|problem| ProblemField {
            field: problem.field.clone(),
            found: (!problem.found.is_empty()).then(|| problem.found.clone()),
            expected: problem.expected.clone(),
        })
        .collect()
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let request_id = request_id();
        let code = self.0.code();
        if code == Code::Internal {
            let chain = chain(&self.0);
            tracing::error!(request.id = %request_id, error = %chain, "request failed");
        }
        respond(code, fields(&self.0), self.0.place(), request_id)
    }
}

/// The answer when a handler panics.
#[expect(
    clippy::needless_pass_by_value,
    reason = "tower-http hands the panic over by value"
)]
pub(crate) fn panicked(panic: Box<dyn Any + Send + 'static>) -> Response<Body> {
    let request_id = request_id();
    let text = panic
        .downcast_ref::<&str>()
        .map(|text| (*text).to_owned())
        .or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_default();
    tracing::error!(request.id = %request_id, panic = %text, "a handler panicked");
    respond(Code::Internal, Vec::new(), None, request_id)
}

fn respond(code: Code, fields: Vec<ProblemField>, at: Option<u32>, request_id: String) -> Response {
    let status = status(code.fault());
    let problem = Problem {
        kind: format!("/problems/{}", code.slug()),
        title: code.title(),
        status: status.as_u16(),
        slug: code.slug(),
        fields,
        at,
        request_id: Some(request_id),
    };
    let mut response = (status, axum::Json(problem)).into_response();
    response.headers_mut().insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("application/problem+json"),
    );
    response
}

fn chain(error: &dyn std::error::Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}

fn request_id() -> String {
    let mut bytes = [0_u8; 8];
    match getrandom::fill(&mut bytes) {
        Ok(()) => hex::encode(bytes),
        Err(_) => String::from("unknown"),
    }
}
