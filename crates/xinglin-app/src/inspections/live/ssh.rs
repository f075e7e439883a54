//! Linux hosts over SSH, and the keys by which they prove who they are.

use serde_json::json;
use tokio::sync::watch;
use xinglin_core::AssetId;
use xinglin_reach::ssh::{
    self, Credential, Endpoint, Failure, FailureKind, Gathered, HostKeyRule, Limits, Sudo, Target,
    inspect_one,
};
use xinglin_store::host_keys::{self, HostKey};

use super::{Secret, check_host, failed};
use crate::{
    Actor, App, AppError, Code, Permission,
    error::{Check, reason},
    inspections::InspectionDetail,
};

const SCRIPT: &str = "collect/linux.sh";

/// A host, and who signs in there.
#[derive(Debug, Clone)]
pub struct SshHost {
    /// Name or address.
    pub host: String,
    /// Port.
    pub port: u16,
    /// The account.
    pub username: String,
    /// Its password.
    pub password: Option<Secret>,
    /// A private key.
    pub private_key: Option<Secret>,
    /// What opens the key.
    pub passphrase: Option<Secret>,
    /// The key the host must show, confirmed by the caller: `ssh-ed25519 SHA256:…`.
    pub host_key: Option<String>,
}

/// A host to inspect.
#[derive(Debug, Clone)]
pub struct SshForm {
    /// The host.
    pub target: SshHost,
    /// The way there.
    pub jump: Option<SshHost>,
    /// Whether to become root by sudo.
    pub sudo: bool,
    /// The password that sudo asks for.
    pub sudo_password: Option<Secret>,
}

impl App {
    /// Inspects a Linux host over SSH. Its key must be known: kept from before, or confirmed
    /// in the form, and then it is kept.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidInput`], [`Code::HostKeyUnknown`] with the key that
    /// was shown, [`Code::HostKeyChanged`], [`Code::TargetUnreachable`],
    /// [`Code::TargetRefused`], [`Code::TargetTimedOut`], [`Code::TargetSignInFailed`],
    /// [`Code::SudoFailed`], [`Code::TargetFailed`].
    pub async fn inspect_ssh(
        &self,
        actor: &Actor,
        asset: AssetId,
        form: SshForm,
    ) -> Result<InspectionDetail, AppError> {
        actor.require(Permission::InspectionRun)?;
        check(&form)?;
        self.inspected_object(asset).await?;
        let known = host_keys::of_asset(self.store().db(), asset).await?;
        let sudo = match (form.sudo, form.sudo_password) {
            (_, Some(password)) => Sudo::Password(password),
            (true, None) => Sudo::NoPassword,
            (false, None) => Sudo::None,
        };
        let jump = form.jump.map(|jump| endpoint(jump, "jump.", &known));
        let target = Target {
            endpoint: endpoint(form.target, "", &known)?,
            jumps: jump.transpose()?.into_iter().collect(),
            sudo,
        };
        let gathered = self.gather_host(&target).await?;
        self.keep_keys(actor, asset, &target, &known).await?;
        self.take_bundle(actor, asset, "ssh", gathered.bundle).await
    }

    async fn gather_host(&self, target: &Target) -> Result<Gathered, AppError> {
        let mut files = self.content().files_under(SCRIPT);
        let script = files.next().ok_or(AppError::new(Code::Unavailable))?;
        // Nobody calls it off; the limits end it.
        let (_sender, cancelled) = watch::channel(false);
        let limits = Limits::default();
        inspect_one(target, &script.text, &limits, self.now(), cancelled)
            .await
            .map_err(|failure| told(&failure, target))
    }

    /// The kept keys of an asset.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn list_host_keys(
        &self,
        actor: &Actor,
        asset: AssetId,
    ) -> Result<Vec<HostKey>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        self.inspected_object(asset).await?;
        Ok(host_keys::of_asset(self.store().db(), asset).await?)
    }

    /// Forgets the keys of an asset, so that new ones can be confirmed.
    ///
    /// # Errors
    /// [`Code::NotFound`], also where none is kept; [`Code::ReasonRequired`].
    pub async fn forget_host_keys(
        &self,
        actor: &Actor,
        asset: AssetId,
        text: &str,
    ) -> Result<(), AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let text = reason(text)?;
        let mut change = self.change(actor).await?;
        let known = host_keys::of_asset(change.tx().conn(), asset).await?;
        if known.is_empty() {
            return Err(AppError::new(Code::NotFound));
        }
        host_keys::delete(change.tx(), asset).await?;
        let payload = json!({"reason": text, "keys": known});
        change.note("host_key.forget", "asset", asset, payload);
        change.commit().await
    }

    /// Keeps the keys that the caller confirmed and the hosts have shown.
    async fn keep_keys(
        &self,
        actor: &Actor,
        asset: AssetId,
        target: &Target,
        known: &[HostKey],
    ) -> Result<(), AppError> {
        let mut change = self.change(actor).await?;
        let mut is_new = false;
        for endpoint in target.jumps.iter().chain([&target.endpoint]) {
            let place = endpoint.address();
            if known.iter().any(|key| key.place == place) {
                continue;
            }
            let HostKeyRule::Known(shown) = &endpoint.host_key else {
                continue;
            };
            for shown in shown {
                let key = HostKey {
                    asset_id: asset,
                    place: place.clone(),
                    algorithm: shown.algorithm.clone(),
                    fingerprint: shown.fingerprint.clone(),
                    by: actor.ledger_name(),
                    seen_at: change.now(),
                };
                host_keys::insert(change.tx(), &key).await?;
                change.note("host_key.accept", "asset", asset, json!(key));
                is_new = true;
            }
        }
        if is_new {
            change.commit().await
        } else {
            Ok(())
        }
    }
}

fn check(form: &SshForm) -> Result<(), AppError> {
    let mut check = Check::default();
    let hosts = [("", Some(&form.target)), ("jump.", form.jump.as_ref())];
    for (prefix, host) in hosts {
        let Some(host) = host else {
            continue;
        };
        check_host(&mut check, &format!("{prefix}host"), &host.host);
        check.text(&format!("{prefix}username"), &host.username, 64);
        let has_credential = host.password.is_some() || host.private_key.is_some();
        let field = format!("{prefix}password");
        check.expect(has_credential, &field, "", "a password or a private key");
    }
    check.finish()
}

/// A host with the keys it may show: those that are kept, else the one confirmed now.
fn endpoint(host: SshHost, prefix: &str, known: &[HostKey]) -> Result<Endpoint, AppError> {
    let key = host.private_key.map(|text| Credential::Key {
        text,
        passphrase: host.passphrase,
    });
    let password = host.password.map(Credential::Password);
    let mut endpoint = Endpoint {
        host: host.host,
        port: host.port,
        user: host.username,
        credentials: key.into_iter().chain(password).collect(),
        host_key: HostKeyRule::Known(Vec::new()),
    };
    let place = endpoint.address();
    let mut keys: Vec<ssh::HostKey> = known
        .iter()
        .filter(|key| key.place == place)
        .map(|key| ssh::HostKey {
            algorithm: key.algorithm.clone(),
            fingerprint: key.fingerprint.clone(),
        })
        .collect();
    if let (true, Some(confirmed)) = (keys.is_empty(), host.host_key) {
        keys.push(confirmed.parse().map_err(|_| {
            let field = format!("{prefix}host_key");
            let expected = "a host key such as 'ssh-ed25519 SHA256:…'";
            AppError::new(Code::InvalidInput).field(field, confirmed, expected)
        })?);
    }
    endpoint.host_key = HostKeyRule::Known(keys);
    Ok(endpoint)
}

fn told(failure: &Failure, target: &Target) -> AppError {
    let at = failure.at.clone();
    let why = failure.kind.to_string();
    let prefix = if failure.at == target.endpoint.address() {
        ""
    } else {
        "jump."
    };
    match &failure.kind {
        FailureKind::Unreachable { .. } => failed(Code::TargetUnreachable, at, why),
        FailureKind::Refused => failed(Code::TargetRefused, at, why),
        FailureKind::TimedOut { .. } | FailureKind::Hung { .. } => {
            failed(Code::TargetTimedOut, at, why)
        }
        FailureKind::KeyUnknown { found } => AppError::new(Code::HostKeyUnknown).field(
            format!("{prefix}host_key"),
            found.to_string(),
            "to be compared on the host and confirmed",
        ),
        FailureKind::KeyChanged { known, found } => {
            let known: Vec<String> = known.iter().map(ToString::to_string).collect();
            AppError::new(Code::HostKeyChanged).field(
                format!("{prefix}host_key"),
                found.to_string(),
                known.join(", "),
            )
        }
        FailureKind::AuthenticationFailed { .. } | FailureKind::BadCredential { .. } => {
            failed(Code::TargetSignInFailed, at, why)
        }
        FailureKind::SudoFailed { .. } => failed(Code::SudoFailed, at, why),
        FailureKind::Closed { .. }
        | FailureKind::NoShell { .. }
        | FailureKind::OutputCut { .. }
        | FailureKind::TooMuchOutput { .. }
        | FailureKind::Cancelled => failed(Code::TargetFailed, at, why),
    }
}
