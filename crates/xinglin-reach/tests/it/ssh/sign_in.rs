//! Signing in by a password, asked for at once or in a dialogue. An OpenSSH server takes the
//! passwords of real accounts only, which tests must not make, so the peer here is the
//! library's own server. It opens no shell: whoever gets so far has signed in.

use std::{borrow::Cow, sync::Arc, time::Duration};

use russh::{
    MethodKind, MethodSet,
    keys::{HashAlg, PrivateKey, ssh_key::private::Ed25519Keypair},
    server::{self, Auth, Response},
};
use tokio::{net::TcpListener, sync::watch};
use xinglin_reach::{
    Secret,
    ssh::{Credential, Endpoint, HostKey, HostKeyRule, Sudo, Target, inspect_one},
};

use super::{limits, now, script, word};

const PASSWORD: &str = "Bright-Apricot-7";

/// How a server asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Asks {
    /// For the password at once.
    Password,
    /// In a dialogue with these prompts, each with whether the answer is shown.
    Dialogue(&'static [(&'static str, bool)]),
    /// In a dialogue that never ends.
    ForEver,
    /// For neither.
    Key,
}

struct Peer(Asks);

fn prompts(asked: &[(&'static str, bool)]) -> Auth {
    let prompts: Vec<(Cow<'static, str>, bool)> = asked
        .iter()
        .map(|(text, echo)| (Cow::Borrowed(*text), *echo))
        .collect();
    Auth::Partial {
        name: Cow::Borrowed(""),
        instructions: Cow::Borrowed("This is a hospital's machine."),
        prompts: prompts.into(),
    }
}

impl server::Handler for Peer {
    type Error = russh::Error;

    async fn auth_password(&mut self, user: &str, password: &str) -> Result<Auth, russh::Error> {
        Ok(match self.0 {
            Asks::Password if user == "ward" && password == PASSWORD => Auth::Accept,
            _ => Auth::reject(),
        })
    }

    async fn auth_keyboard_interactive<'a>(
        &'a mut self,
        user: &str,
        _submethods: &str,
        response: Option<Response<'a>>,
    ) -> Result<Auth, russh::Error> {
        let asked = match self.0 {
            Asks::Dialogue(asked) => asked,
            Asks::ForEver => return Ok(prompts(&[("Password: ", false)])),
            Asks::Password | Asks::Key => return Ok(Auth::reject()),
        };
        let Some(response) = response else {
            return Ok(prompts(asked));
        };
        // The password where nothing is shown, nothing where it would be.
        let expected: Vec<&[u8]> = asked
            .iter()
            .map(|(_, echo)| if *echo { &b""[..] } else { PASSWORD.as_bytes() })
            .collect();
        let given: Vec<_> = response.collect();
        let right = given.iter().map(AsRef::as_ref).eq(expected);
        Ok(if user == "ward" && right {
            Auth::Accept
        } else {
            Auth::reject()
        })
    }
}

/// A server that asks so; where it listens, and its key.
#[expect(
    clippy::disallowed_methods,
    reason = "the peer ends with the runtime of its test"
)]
async fn serve(asks: Asks) -> (u16, HostKey) {
    let key = PrivateKey::from(Ed25519Keypair::from_seed(&[7; 32]));
    let shown = HostKey {
        algorithm: "ssh-ed25519".to_owned(),
        fingerprint: key.public_key().fingerprint(HashAlg::Sha256).to_string(),
    };
    let methods: &[MethodKind] = match asks {
        Asks::Password => &[MethodKind::Password],
        Asks::Dialogue(_) | Asks::ForEver => &[MethodKind::KeyboardInteractive],
        Asks::Key => &[MethodKind::PublicKey],
    };
    let config = Arc::new(server::Config {
        methods: MethodSet::from(methods),
        keys: vec![key],
        auth_rejection_time: Duration::from_millis(1),
        ..server::Config::default()
    });
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let running = server::run_stream(Arc::clone(&config), stream, Peer(asks)).await;
            if let Ok(running) = running {
                drop(running.await);
            }
        }
    });
    (port, shown)
}

async fn outcome(asks: Asks, user: &str, password: &str) -> &'static str {
    let (port, key) = serve(asks).await;
    let target = Target {
        endpoint: Endpoint {
            host: "127.0.0.1".to_owned(),
            port,
            user: user.to_owned(),
            credentials: vec![Credential::Password(Secret::new(password))],
            host_key: HostKeyRule::Known(vec![key]),
        },
        jumps: Vec::new(),
        sudo: Sudo::None,
    };
    let (_keep, cancelled) = watch::channel(false);
    let outcome = inspect_one(&target, &script(), &limits(), now(), cancelled).await;
    if let Err(failure) = &outcome {
        assert!(!failure.to_string().contains(password), "{failure}");
    }
    word(&outcome)
}

#[tokio::test]
async fn a_password_is_given_where_it_is_asked_for() {
    const ONE: Asks = Asks::Dialogue(&[("Password: ", false)]);
    const TWO: Asks = Asks::Dialogue(&[("口令：", false), ("Terminal: ", true)]);
    const NONE: Asks = Asks::Dialogue(&[]);
    let signed_in = "no_shell";
    let refused = "authentication_failed";
    for (asks, user, password, expected) in [
        (Asks::Password, "ward", PASSWORD, signed_in),
        (Asks::Password, "ward", "wrong", refused),
        (Asks::Password, "other", PASSWORD, refused),
        (ONE, "ward", PASSWORD, signed_in),
        (ONE, "ward", "wrong", refused),
        // What is shown while it is typed gets no password.
        (TWO, "ward", PASSWORD, signed_in),
        // A dialogue may only tell something.
        (NONE, "ward", PASSWORD, signed_in),
        (Asks::ForEver, "ward", PASSWORD, refused),
        (Asks::Key, "ward", PASSWORD, refused),
    ] {
        let found = outcome(asks, user, password).await;
        assert_eq!(found, expected, "{asks:?} {user} {password}");
    }
}
