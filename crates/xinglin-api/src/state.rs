//! What handlers share.

use std::{ops::Deref, sync::Arc};

use include_dir::Dir;
use xinglin_app::App;

/// The largest request in bytes: an Excel file of 50,000 assets has about 5 MB.
pub(crate) const MAX_BODY_BYTES: usize = 64 * 1024 * 1024;

/// What the binary decides about the edge.
#[derive(Debug, Clone, Default)]
pub struct ApiConfig {
    /// The built page; a stub is served without it.
    pub page: Option<&'static Dir<'static>>,
    /// The pages that explain problems (`docs/problems`), by slug.
    pub problems: Option<&'static Dir<'static>>,
    /// Whether the cookie is marked `Secure` (behind TLS).
    pub secure_cookie: bool,
}

/// The state of all handlers.
#[derive(Clone)]
pub(crate) struct AppState {
    app: Arc<App>,
    pub(crate) config: Arc<ApiConfig>,
}

impl AppState {
    pub(crate) fn new(app: Arc<App>, config: ApiConfig) -> Self {
        Self {
            app,
            config: Arc::new(config),
        }
    }

    /// The application, for work that outlives the request.
    pub(crate) fn app(&self) -> Arc<App> {
        Arc::clone(&self.app)
    }
}

impl Deref for AppState {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}
