//! Extractors that answer with problem details, and the caller of a request.

use std::convert::Infallible;

use axum::{
    Json,
    extract::{
        FromRequest, FromRequestParts, Path, Query, Request,
        rejection::{JsonRejection, PathRejection, QueryRejection},
    },
    http::{HeaderMap, Method, header, request::Parts},
};
use serde::de::DeserializeOwned;
use xinglin_app::identity::Session;
use xinglin_app::{Actor, AppError, Code, core::Lang, identity::Account};

use crate::{problem::ApiError, state::AppState};

pub(crate) const SESSION_COOKIE: &str = "xinglin_session";
pub(crate) const CSRF_HEADER: &str = "x-csrf-token";

/// A signed-in caller. Requests that change something must carry the session's token, and
/// a password that is due must be changed first.
#[derive(Debug)]
pub(crate) struct Caller {
    pub(crate) actor: Actor,
    pub(crate) session: Session,
    pub(crate) account: Account,
}

/// A caller who may still have to change the password.
#[derive(Debug)]
pub(crate) struct AnyCaller(pub(crate) Caller);

impl FromRequestParts<AppState> for AnyCaller {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let token = cookie(&parts.headers).ok_or(AppError::new(Code::NotSignedIn))?;
        let (actor, session, account) = state.authenticate(token).await?;
        let reads = matches!(parts.method, Method::GET | Method::HEAD);
        let sent = parts
            .headers
            .get(CSRF_HEADER)
            .map(axum::http::HeaderValue::as_bytes);
        if !reads && sent != Some(session.csrf.as_bytes()) {
            return Err(AppError::new(Code::CsrfMissing).into());
        }
        Ok(Self(Caller {
            actor,
            session,
            account,
        }))
    }
}

impl FromRequestParts<AppState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        let AnyCaller(caller) = AnyCaller::from_request_parts(parts, state).await?;
        if state.password_is_due(&caller.account) {
            return Err(AppError::new(Code::PasswordChangeRequired).into());
        }
        Ok(caller)
    }
}

/// The session token in the cookie header.
pub(crate) fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == SESSION_COOKIE).then_some(value))
}

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<AppState> for Body<T> {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, Self::Rejection> {
        match Json::<T>::from_request(request, state).await {
            Ok(Json(body)) => Ok(Self(body)),
            Err(rejection) => Err(body_problem(&rejection).into()),
        }
    }
}

fn body_problem(rejection: &JsonRejection) -> AppError {
    let text = rejection.body_text();
    match rejection {
        JsonRejection::MissingJsonContentType(_) => {
            AppError::new(Code::InvalidInput).field("content-type", "", "application/json")
        }
        // The text names the field or the line and column, and what was expected.
        _ => AppError::new(Code::InvalidInput).field("body", "", text),
    }
}

/// The language of files and of problems in them: English for who asks for it first, else
/// Chinese.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Language(pub(crate) Lang);

impl FromRequestParts<AppState> for Language {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, Self::Rejection> {
        let asked = parts.headers.get(header::ACCEPT_LANGUAGE);
        let english = asked.is_some_and(|value| value.as_bytes().starts_with(b"en"));
        Ok(Self(if english { Lang::En } else { Lang::Zh }))
    }
}

/// Path parameters.
pub(crate) struct PathOf<T>(pub(crate) T);

impl<T: DeserializeOwned + Send> FromRequestParts<AppState> for PathOf<T> {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        // A path that cannot be parsed names nothing that exists.
        Path::<T>::from_request_parts(parts, state)
            .await
            .map(|Path(value)| Self(value))
            .map_err(|_: PathRejection| AppError::new(Code::NotFound).into())
    }
}

/// Query parameters.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequestParts<AppState> for Params<T> {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &AppState,
    ) -> Result<Self, Self::Rejection> {
        Query::<T>::from_request_parts(parts, state)
            .await
            .map(|Query(value)| Self(value))
            .map_err(|rejection: QueryRejection| {
                AppError::new(Code::InvalidInput)
                    .field("query", "", rejection.body_text())
                    .into()
            })
    }
}
