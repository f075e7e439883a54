//! A connection that is signed in.

use std::{
    borrow::Cow,
    sync::{Arc, OnceLock},
    time::Duration,
};

use russh::{
    Disconnect, MethodKind, Preferred,
    client::{self, AuthResult, Handle, KeyboardInteractiveAuthResponse},
    keys::{Algorithm, HashAlg, PrivateKeyWithHashAlg, PublicKeyOrCertificate, decode_secret_key},
};
use tokio::net::TcpStream;

use crate::Secret;

use super::{
    failure::{Failure, FailureKind},
    target::{Credential, Endpoint, HostKey, HostKeyRule, Limits},
};

/// Dialogues longer than this lead nowhere.
const MAX_PROMPTS: usize = 8;

/// A connection that is signed in.
pub(super) struct Session {
    handle: Handle<Doorkeeper>,
    /// The key the host showed.
    pub(super) key: HostKey,
}

/// Looks at the host's key before anything else is sent.
struct Doorkeeper {
    rule: HostKeyRule,
    seen: Arc<OnceLock<HostKey>>,
}

/// What ended a connection.
#[derive(Debug)]
enum Broken {
    Library(russh::Error),
    Key(FailureKind),
}

impl From<russh::Error> for Broken {
    fn from(error: russh::Error) -> Self {
        Self::Library(error)
    }
}

impl client::Handler for Doorkeeper {
    type Error = Broken;

    async fn check_server_key(&mut self, shown: &PublicKeyOrCertificate) -> Result<bool, Broken> {
        // Certificates are not asked for, so a host that shows one has no key for us.
        let PublicKeyOrCertificate::PublicKey { key, .. } = shown else {
            return Ok(false);
        };
        let found = HostKey {
            algorithm: key.algorithm().as_str().to_owned(),
            fingerprint: key.fingerprint(HashAlg::Sha256).to_string(),
        };
        match &self.rule {
            HostKeyRule::Known(known) if known.is_empty() => {
                return Err(Broken::Key(FailureKind::KeyUnknown { found }));
            }
            HostKeyRule::Known(known) if !known.contains(&found) => {
                let known = known.clone();
                return Err(Broken::Key(FailureKind::KeyChanged { known, found }));
            }
            HostKeyRule::Known(_) | HostKeyRule::FirstUse => {}
        }
        // On a change of keys within one connection, too, it must be the same host.
        let first = self.seen.get_or_init(|| found.clone());
        if *first != found {
            let known = vec![first.clone()];
            return Err(Broken::Key(FailureKind::KeyChanged { known, found }));
        }
        Ok(true)
    }
}

impl Session {
    /// Connects to `endpoint`, directly or through a session with the host before it, and
    /// signs in.
    pub(super) async fn open(
        endpoint: &Endpoint,
        through: Option<&Session>,
        limits: &Limits,
    ) -> Result<Self, Failure> {
        let opened = tokio::time::timeout(limits.connect, open(endpoint, through, limits)).await;
        let opened = opened.unwrap_or(Err(FailureKind::TimedOut {
            seconds: limits.connect.as_secs(),
        }));
        opened.map_err(|kind| Failure {
            at: endpoint.address(),
            kind,
        })
    }

    /// A channel on which a command can be run.
    pub(super) async fn channel(&self) -> Result<russh::Channel<client::Msg>, FailureKind> {
        let opened = self.handle.channel_open_session().await;
        opened.map_err(|error| FailureKind::NoShell {
            why: error.to_string(),
        })
    }

    /// Says good-bye and waits until the connection is gone; it may be already, which
    /// changes nothing.
    pub(super) async fn close(self) {
        let farewell = async {
            let said = self.handle.disconnect(Disconnect::ByApplication, "", "");
            if said.await.is_ok() {
                drop(self.handle.await);
            }
        };
        drop(tokio::time::timeout(Duration::from_secs(1), farewell).await);
    }
}

async fn open(
    endpoint: &Endpoint,
    through: Option<&Session>,
    limits: &Limits,
) -> Result<Session, FailureKind> {
    let seen = Arc::new(OnceLock::new());
    let doorkeeper = Doorkeeper {
        rule: endpoint.host_key.clone(),
        seen: Arc::clone(&seen),
    };
    let config = Arc::new(config(&endpoint.host_key, limits));
    let connected = match through {
        None => {
            let stream = TcpStream::connect((endpoint.host.as_str(), endpoint.port))
                .await
                .map_err(|error| not_connected(&error))?;
            client::connect_stream(config, stream, doorkeeper).await
        }
        Some(session) => {
            let channel = session
                .handle
                .channel_open_direct_tcpip(
                    endpoint.host.as_str(),
                    u32::from(endpoint.port),
                    "127.0.0.1",
                    0,
                )
                .await
                .map_err(|error| FailureKind::Unreachable {
                    why: error.to_string(),
                })?;
            client::connect_stream(config, channel.into_stream(), doorkeeper).await
        }
    };
    let mut handle = connected.map_err(|broken| match broken {
        Broken::Key(kind) => kind,
        Broken::Library(error) => FailureKind::Closed {
            why: error.to_string(),
        },
    })?;
    authenticate(&mut handle, endpoint).await?;
    let key = seen.get().cloned().ok_or_else(|| FailureKind::Closed {
        why: "showed no key".to_owned(),
    })?;
    Ok(Session { handle, key })
}

fn not_connected(error: &std::io::Error) -> FailureKind {
    match error.kind() {
        std::io::ErrorKind::ConnectionRefused => FailureKind::Refused,
        _ => FailureKind::Unreachable {
            why: error.to_string(),
        },
    }
}

/// The library's choice of algorithms, with the kinds of known keys asked for first: a host
/// has several keys, and one of another kind would look like a changed one.
fn config(rule: &HostKeyRule, limits: &Limits) -> client::Config {
    let mut preferred = Preferred::DEFAULT;
    if let HostKeyRule::Known(known) = rule {
        let is_known = |algorithm: &Algorithm| {
            let kind = match algorithm {
                Algorithm::Rsa { .. } => "ssh-rsa",
                other => other.as_str(),
            };
            known.iter().any(|key| key.algorithm == kind)
        };
        let mut keys = preferred.key.to_vec();
        keys.sort_by_key(|algorithm| !is_known(algorithm));
        preferred.key = Cow::Owned(keys);
    }
    client::Config {
        preferred,
        nodelay: true,
        // Frees what a silent host would otherwise hold after its time is up.
        inactivity_timeout: Some(limits.host + limits.connect),
        ..client::Config::default()
    }
}

async fn authenticate(
    handle: &mut Handle<Doorkeeper>,
    endpoint: &Endpoint,
) -> Result<(), FailureKind> {
    let mut tried = Vec::new();
    for credential in &endpoint.credentials {
        let accepted = match credential {
            Credential::Password(password) => {
                tried.push("password");
                with_password(handle, &endpoint.user, password).await
            }
            Credential::Key { text, passphrase } => {
                tried.push("key");
                with_key(handle, &endpoint.user, text, passphrase.as_ref()).await?
            }
        };
        match accepted {
            Ok(true) => return Ok(()),
            Ok(false) => {}
            // After too many attempts, or for a barred account, a host just hangs up.
            Err(_) => break,
        }
    }
    Err(FailureKind::AuthenticationFailed {
        why: if tried.is_empty() {
            "no credential".to_owned()
        } else {
            format!("tried {}", tried.join(", "))
        },
    })
}

async fn with_password(
    handle: &mut Handle<Doorkeeper>,
    user: &str,
    password: &Secret,
) -> Result<bool, russh::Error> {
    let methods = match handle.authenticate_password(user, password.text()).await? {
        AuthResult::Success => return Ok(true),
        AuthResult::Failure {
            remaining_methods, ..
        } => remaining_methods,
    };
    if !methods.contains(&MethodKind::KeyboardInteractive) {
        return Ok(false);
    }
    let mut answer = handle
        .authenticate_keyboard_interactive_start(user, None::<String>)
        .await?;
    for _ in 0..MAX_PROMPTS {
        let prompts = match answer {
            KeyboardInteractiveAuthResponse::Success => return Ok(true),
            KeyboardInteractiveAuthResponse::Failure { .. } => return Ok(false),
            KeyboardInteractiveAuthResponse::InfoRequest { prompts, .. } => prompts,
        };
        // What is shown while it is typed is no password.
        let responses = prompts
            .iter()
            .map(|prompt| {
                if prompt.echo {
                    return String::new();
                }
                password.text().to_owned()
            })
            .collect();
        answer = handle
            .authenticate_keyboard_interactive_respond(responses)
            .await?;
    }
    Ok(false)
}

async fn with_key(
    handle: &mut Handle<Doorkeeper>,
    user: &str,
    text: &Secret,
    passphrase: Option<&Secret>,
) -> Result<Result<bool, russh::Error>, FailureKind> {
    let (text, passphrase) = (text.clone(), passphrase.cloned());
    // Opening a key by its passphrase is slow on purpose.
    let decoded = tokio::task::spawn_blocking(move || {
        decode_secret_key(text.text(), passphrase.as_ref().map(Secret::text))
    });
    let key = match decoded.await {
        Ok(Ok(key)) => Arc::new(key),
        Ok(Err(error)) => {
            return Err(FailureKind::BadCredential {
                why: error.to_string(),
            });
        }
        Err(_) => return Err(FailureKind::Cancelled),
    };
    let hash = match handle.best_supported_rsa_hash().await {
        Ok(hash) => hash.unwrap_or(Some(HashAlg::Sha256)),
        Err(error) => return Ok(Err(error)),
    };
    let key = PrivateKeyWithHashAlg::new(key, hash);
    let answer = handle.authenticate_publickey(user, key).await;
    Ok(answer.map(|answer| answer.success()))
}
