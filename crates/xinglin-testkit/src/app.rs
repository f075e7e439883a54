//! [`TestApp`] and [`TestUser`].

use std::{path::Path, sync::Arc};

use axum::{Router, body::Body};
use http::{Request, StatusCode, header};
use jiff::Timestamp;
use serde_json::{Value, json};
use tempfile::TempDir;
use tower::ServiceExt as _;
use xinglin_api::ApiConfig;
use xinglin_app::{
    App, AppConfig,
    core::{FixedClock, Role},
};

const PASSWORD: &str = "Kapok-7-Lantern";

/// An application with its three administrators.
pub struct TestApp {
    /// The application under test.
    pub app: Arc<App>,
    /// The clock, which stands still until it is advanced.
    pub clock: Arc<FixedClock>,
    router: Router,
    folder: TempDir,
}

/// A signed-in user, or nobody.
#[derive(Clone)]
pub struct TestUser {
    router: Router,
    cookie: Option<String>,
    csrf: String,
}

/// An answer.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: StatusCode,
    /// Headers.
    pub headers: http::HeaderMap,
    /// Body.
    pub bytes: Vec<u8>,
}

impl TestApp {
    /// A new application that was set up: `sysadmin`, `secadmin` and `auditadmin` exist.
    pub async fn new() -> Self {
        let this = Self::bare().await;
        let administrators: Vec<Value> = [
            ("system_admin", "sysadmin"),
            ("security_admin", "secadmin"),
            ("audit_admin", "auditadmin"),
        ]
        .into_iter()
        .map(|(role, username)| {
            json!({"role": role, "username": username, "display_name": username, "password": PASSWORD})
        })
        .collect();
        let body = json!({"organisation": {"name": "示例医院"}, "administrators": administrators});
        let answer = this.nobody().post("/api/v1/setup", body).await;
        assert_eq!(answer.status, StatusCode::NO_CONTENT, "{answer:?}");
        this
    }

    /// A new application before its set-up.
    pub async fn bare() -> Self {
        let folder = tempfile::tempdir().expect("temporary folder");
        let start: Timestamp = "2026-11-22T02:00:00Z".parse().expect("constant");
        let clock = Arc::new(FixedClock::new(start));
        let config = AppConfig {
            data_dir: folder.path().to_owned(),
            demo: false,
        };
        let app = App::open(config, crate::content(), clock.clone())
            .await
            .expect("the application opens");
        let app = Arc::new(app);
        let router = xinglin_api::router(Arc::clone(&app), ApiConfig::default());
        Self {
            app,
            clock,
            router,
            folder,
        }
    }

    /// The same after a restart of the server: another application over the same data.
    pub async fn reopen(&mut self) {
        let config = AppConfig {
            data_dir: self.folder.path().to_owned(),
            demo: false,
        };
        let app = App::open(config, crate::content(), self.clock.clone())
            .await
            .expect("the application opens again");
        self.app = Arc::new(app);
        self.router = xinglin_api::router(Arc::clone(&self.app), ApiConfig::default());
    }

    /// The data folder.
    pub fn data_dir(&self) -> &Path {
        self.folder.path()
    }

    /// Somebody who is not signed in.
    pub fn nobody(&self) -> TestUser {
        TestUser {
            router: self.router.clone(),
            cookie: None,
            csrf: String::new(),
        }
    }

    /// Signs in as one of the three administrators.
    pub async fn administrator(&self, role: Role) -> TestUser {
        let username = match role {
            Role::SystemAdmin => "sysadmin",
            Role::SecurityAdmin => "secadmin",
            _ => "auditadmin",
        };
        self.sign_in(username, PASSWORD).await
    }

    /// Creates, authorises and signs in a user with a business role, by the three steps a
    /// real user goes through.
    pub async fn user(&self, role: Role) -> TestUser {
        if role.is_administrator() {
            return self.administrator(role).await;
        }
        let username = format!("u-{}", role.word().replace('_', "-"));
        let first = "Bamboo-3-Window";
        let account = self
            .administrator(Role::SystemAdmin)
            .await
            .post(
                "/api/v1/accounts",
                json!({"username": username, "display_name": role.word(), "password": first}),
            )
            .await
            .json();
        let roles = format!("/api/v1/accounts/{}/roles", account["id"]);
        let granted = self
            .administrator(Role::SecurityAdmin)
            .await
            .put(&roles, json!({"roles": [role], "reason": "测试"}))
            .await;
        assert_eq!(granted.status, StatusCode::OK, "{granted:?}");
        let user = self.sign_in(&username, first).await;
        let changed = user
            .post(
                "/api/v1/session/password",
                json!({"current": first, "next": PASSWORD}),
            )
            .await;
        assert_eq!(changed.status, StatusCode::NO_CONTENT, "{changed:?}");
        user
    }

    /// Signs in.
    ///
    /// # Panics
    /// When it is refused.
    pub async fn sign_in(&self, username: &str, password: &str) -> TestUser {
        let mut user = self.nobody();
        let body = json!({"username": username, "password": password});
        let answer = user.post("/api/v1/session", body).await;
        assert_eq!(answer.status, StatusCode::OK, "{answer:?}");
        let cookie = answer.headers[header::SET_COOKIE].to_str().expect("ascii");
        user.cookie = cookie.split(';').next().map(str::to_owned);
        answer.json()["csrf"]
            .as_str()
            .expect("csrf")
            .clone_into(&mut user.csrf);
        user
    }
}

impl TestUser {
    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send("GET", path, Body::empty(), None).await
    }

    /// POST of JSON.
    pub async fn post(&self, path: &str, body: Value) -> Answer {
        self.json("POST", path, &body).await
    }

    /// PUT of JSON.
    pub async fn put(&self, path: &str, body: Value) -> Answer {
        self.json("PUT", path, &body).await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send("DELETE", path, Body::empty(), None).await
    }

    /// DELETE with a JSON body.
    pub async fn delete_with(&self, path: &str, body: Value) -> Answer {
        self.json("DELETE", path, &body).await
    }

    /// POST of one file as a form does it.
    pub async fn upload(&self, path: &str, name: &str, bytes: &[u8]) -> Answer {
        self.upload_form(path, &[], &[("file", name, bytes)]).await
    }

    /// POST of a form with fields and files (field, file name, bytes).
    pub async fn upload_form(
        &self,
        path: &str,
        fields: &[(&str, &str)],
        files: &[(&str, &str, &[u8])],
    ) -> Answer {
        let boundary = "xinglin-test-boundary";
        let mut body = Vec::new();
        for (field, value) in fields {
            let part = format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"\r\n\r\n{value}\r\n"
            );
            body.extend_from_slice(part.as_bytes());
        }
        for (field, name, bytes) in files {
            let head = format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"{name}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            );
            body.extend_from_slice(head.as_bytes());
            body.extend_from_slice(bytes);
            body.extend_from_slice(b"\r\n");
        }
        body.extend_from_slice(format!("--{boundary}--\r\n").as_bytes());
        let kind = format!("multipart/form-data; boundary={boundary}");
        self.send("POST", path, Body::from(body), Some(&kind)).await
    }

    /// The same user without the token that changing requests must carry.
    #[must_use]
    pub fn without_csrf(&self) -> Self {
        Self {
            csrf: String::new(),
            ..self.clone()
        }
    }

    /// Any method with a JSON body, for tests that walk all operations.
    pub async fn json(&self, method: &str, path: &str, body: &Value) -> Answer {
        let body = Body::from(body.to_string());
        self.send(method, path, body, Some("application/json"))
            .await
    }

    async fn send(&self, method: &str, path: &str, body: Body, kind: Option<&str>) -> Answer {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        if !self.csrf.is_empty() {
            request = request.header("x-csrf-token", &self.csrf);
        }
        if let Some(kind) = kind {
            request = request.header(header::CONTENT_TYPE, kind);
        }
        let request = request.body(body).expect("a valid request");
        let response = self
            .router
            .clone()
            .oneshot(request)
            .await
            .unwrap_or_else(|never| match never {});
        let (parts, body) = response.into_parts();
        let bytes = axum::body::to_bytes(body, usize::MAX).await.expect("body");
        Answer {
            status: parts.status,
            headers: parts.headers,
            bytes: bytes.to_vec(),
        }
    }
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|error| {
            let text = String::from_utf8_lossy(&self.bytes);
            panic!("{error}: {} {text}", self.status)
        })
    }

    /// The slug of a problem.
    pub fn slug(&self) -> String {
        self.json()["slug"].as_str().unwrap_or_default().to_owned()
    }
}
