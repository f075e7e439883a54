//! TLS endpoints, by handshakes.

use xinglin_core::AssetId;
use xinglin_inspect::tls::Endpoint;
use xinglin_reach::tls::{TlsError, gather};

use super::{check_host, failed};
use crate::{Actor, App, AppError, Code, Permission, error::Check, inspections::InspectionDetail};

/// An endpoint to ask.
#[derive(Debug, Clone)]
pub struct TlsForm {
    /// Its host.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// The name that is asked for; the host's where none is given.
    pub server_name: Option<String>,
    /// The protocol that is spoken before TLS begins.
    pub start_tls: Option<String>,
}

impl App {
    /// Inspects a TLS endpoint.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidInput`], [`Code::TargetUnreachable`],
    /// [`Code::TargetRefused`], [`Code::TargetTimedOut`], [`Code::TargetFailed`].
    pub async fn inspect_tls(
        &self,
        actor: &Actor,
        asset: AssetId,
        form: TlsForm,
    ) -> Result<InspectionDetail, AppError> {
        actor.require(Permission::InspectionRun)?;
        let mut check = Check::default();
        check_host(&mut check, "host", &form.host);
        if let Some(name) = &form.server_name {
            check_host(&mut check, "server_name", name);
        }
        check.finish()?;
        self.inspected_object(asset).await?;
        let endpoint = Endpoint {
            host: form.host,
            port: form.port,
            server_name: form.server_name,
            starttls: form.start_tls,
        };
        let bundle = gather(&endpoint, self.now()).await;
        self.take_bundle(actor, asset, "tls", bundle.map_err(told)?)
            .await
    }
}

fn told(error: TlsError) -> AppError {
    match error {
        TlsError::Unreachable { host, port, source } => {
            let code = match source.kind() {
                std::io::ErrorKind::ConnectionRefused => Code::TargetRefused,
                std::io::ErrorKind::TimedOut => Code::TargetTimedOut,
                _ => Code::TargetUnreachable,
            };
            failed(code, format!("{host}:{port}"), source.to_string())
        }
        TlsError::NotBegun {
            host,
            port,
            protocol,
            source,
        } => {
            let why = format!("TLS to begin by {protocol}: {source}");
            failed(Code::TargetFailed, format!("{host}:{port}"), why)
        }
        TlsError::UnknownProtocol { name } => {
            let expected = "one of smtp, imap, ldap, postgresql, mysql";
            AppError::new(Code::InvalidInput).field("start_tls", name, expected)
        }
    }
}
