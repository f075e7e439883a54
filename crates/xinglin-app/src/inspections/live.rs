//! Inspections made from here over the network: of hosts by SSH, of databases by a read-only
//! account, of TLS endpoints by handshakes.
//!
//! Passwords and keys are used once: they are never stored, logged or sealed.

mod database;
mod ssh;
mod tls;

use xinglin_core::AssetId;
use xinglin_inspect::{Bundle, inspect_bundle};

use super::{InspectionDetail, Way, files::says_something};
use crate::{Actor, App, AppError, Code, error::Check, tasks::blocking};

pub use database::{DatabaseForm, Protection};
pub use ssh::{SshForm, SshHost};
pub use tls::TlsForm;
pub use xinglin_reach::Secret;

impl App {
    /// Judges what a live way gathered and takes it.
    async fn take_bundle(
        &self,
        actor: &Actor,
        asset: AssetId,
        source: &'static str,
        bundle: Bundle,
    ) -> Result<InspectionDetail, AppError> {
        let content = self.content().clone();
        let document = blocking(move || inspect_bundle(&bundle, content.checks())).await?;
        if !says_something(&document) {
            let mut error = AppError::new(Code::TargetFailed);
            for one in document.unreadable.into_iter().take(20) {
                error = error.field(one.what, "", one.why);
            }
            return Err(error);
        }
        self.take_inspection(actor, asset, Way::of(source), document)
            .await
    }
}

/// A host's name or address, as it is put into a form.
fn check_host(check: &mut Check, field: &str, host: &str) {
    let is_name = |c: char| c.is_ascii_alphanumeric() || ".-_:[]%".contains(c);
    let is_one = (1..=253).contains(&host.len()) && host.chars().all(is_name);
    check.expect(is_one, field, host, "a host name or an address");
}

/// A failure on the way to `at`, in the words of the target.
fn failed(code: Code, at: impl Into<String>, why: impl Into<String>) -> AppError {
    AppError::new(code).field("target", at, why)
}
