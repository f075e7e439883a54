//! Whatever arrives on the agents' port: it is refused, and the next agent is served.

use std::{
    io::{Read as _, Write as _},
    net::TcpStream,
    sync::Arc,
    time::Duration,
};

use serde_json::{Value, json};
use tokio::task::block_in_place;
use ureq::{
    Agent,
    tls::{Certificate, ClientCert, PrivateKey, RootCerts, TlsConfig},
};
use xinglin_agent::Identity;
use xinglin_wire::{digest, paths};

use crate::agents::Hospital;

/// Somebody who trusts the server and says what they like.
struct Caller {
    agent: Agent,
    url: String,
}

impl Caller {
    fn new(url: &str, authority: &str, shown: Option<(&str, &str)>) -> Self {
        let certificate = |pem: &str| Certificate::from_pem(pem.as_bytes()).unwrap();
        let client = shown.map(|(pem, key)| {
            let key = PrivateKey::from_pem(key.as_bytes()).unwrap();
            ClientCert::new_with_certs(&[certificate(pem)], key)
        });
        let tls = TlsConfig::builder()
            .root_certs(RootCerts::new_with_certs(&[certificate(authority)]))
            .client_cert(client)
            .unversioned_rustls_crypto_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .build();
        let config = Agent::config_builder()
            .tls_config(tls)
            .http_status_as_error(false)
            .timeout_global(Some(Duration::from_secs(20)))
            .build();
        Self {
            agent: config.new_agent(),
            url: url.to_owned(),
        }
    }

    /// The status and what was said.
    fn post(&self, path: &str, body: &[u8]) -> (u16, String) {
        let sent = self.agent.post(format!("{}{path}", self.url)).send(body);
        let mut answer = sent.unwrap();
        let said = answer.body_mut().read_to_string().unwrap();
        (answer.status().as_u16(), said)
    }

    fn get(&self, path: &str) -> u16 {
        let answer = self.agent.get(format!("{}{path}", self.url)).call();
        answer.unwrap().status().as_u16()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn strangers_may_only_enrol() {
    let hospital = Hospital::new().await;
    let made = hospital.token().await;
    let authority = made["authority"].as_str().unwrap();
    let url = made["server"].as_str().unwrap();
    block_in_place(|| {
        let stranger = Caller::new(url, authority, None);
        assert_eq!(stranger.post(paths::REPORT, b"{}").0, 401);
        assert_eq!(stranger.get(paths::PROGRAM), 401);
        assert_eq!(
            stranger.get("/api/v1/agents"),
            404,
            "people have no business here"
        );
        assert_eq!(stranger.get(paths::ENROL), 405);
        for body in ["", "{", "[]", "null", "{\"protocol\": 1}", "\u{0}\u{1}"] {
            assert_eq!(
                stranger.post(paths::ENROL, body.as_bytes()).0,
                400,
                "{body:?}"
            );
        }
        assert_eq!(stranger.post(paths::ENROL, &vec![b'['; 70_000]).0, 413);
        assert_eq!(
            stranger.post(paths::ENROL, "[".repeat(60_000).as_bytes()).0,
            400
        );
        let form = |field: &str, value: &str| {
            let mut form = json!({"protocol": "xinglin.wire/1", "token": made["token"],
                "host_name": "his-db01", "agent_version": "0.1.0", "certificate_request": "x"});
            form[field] = json!(value);
            form.to_string()
        };
        for (field, value) in [
            (
                "certificate_request",
                "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n",
            ),
            ("certificate_request", ""),
            ("protocol", "xinglin.wire/9"),
            ("host_name", ""),
            ("agent_version", &"9".repeat(65)),
        ] {
            let (status, said) = stranger.post(paths::ENROL, form(field, value).as_bytes());
            assert_eq!(status, 400, "{said}");
            assert!(said.contains(field), "{said}");
        }

        // Somebody else's certificate does not get through the handshake, nor does no TLS.
        let key = rcgen::KeyPair::generate().unwrap();
        let params = rcgen::CertificateParams::new(Vec::<String>::new()).unwrap();
        let pem = params.self_signed(&key).unwrap().pem();
        let forged = Caller::new(url, authority, Some((&pem, &key.serialize_pem())));
        let sent = forged.agent.get(format!("{url}{}", paths::PROGRAM)).call();
        assert!(sent.is_err(), "{sent:?}");
        for bytes in [
            &b"GET / HTTP/1.1\r\n\r\n"[..],
            &[0x16, 3, 1, 0xff, 0xff, 1],
            &[0; 300],
        ] {
            let mut plain = TcpStream::connect(hospital.address).unwrap();
            plain.write_all(bytes).unwrap();
            drop(plain.shutdown(std::net::Shutdown::Write));
            let mut answer = Vec::new();
            // Hung up on, with an alert or without.
            drop(plain.read_to_end(&mut answer));
            assert!(!answer.starts_with(b"HTTP"));
        }
    });
    // None of this used the token, or stopped the server.
    let (folder, identity) = hospital.enrolled_by(&made);
    hospital.inspect_and_deliver(&crate::agents::host("[sshd]"), folder.path(), &identity);
}

fn report(change: impl FnOnce(&mut Value)) -> Value {
    let facts = json!({"format": "xinglin.facts/1", "family": "linux"});
    let mut report = json!({
        "protocol": "xinglin.wire/1", "agent_version": "0.1.0", "number": 1, "lost": 0,
        "collected_at": "2026-01-01T00:00:00Z",
        "subject": {"kind": "host", "name": "a", "platform": "debian", "version": "12"},
        "unreadable": [], "body": {"form": "whole", "facts": facts}, "digest": "",
    });
    change(&mut report);
    if report["digest"] == "" {
        report["digest"] = json!(digest(&report["body"]["facts"]));
    }
    report
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_that_lies_is_refused_and_the_next_one_served() {
    let hospital = Hospital::new().await;
    let (folder, identity) = hospital.enrolled().await;
    block_in_place(|| lies(&identity));
    let (status, _) = block_in_place(|| {
        caller(&identity).post(paths::REPORT, report(|_| ()).to_string().as_bytes())
    });
    assert_eq!(status, 200, "the plain truth is taken");
    assert_eq!(hospital.inspections().await.len(), 1);
    hospital.inspect_and_deliver(&crate::agents::host("[sshd]"), folder.path(), &identity);
}

fn caller(identity: &Identity) -> Caller {
    let shown = Some((identity.certificate.as_str(), identity.key.as_str()));
    Caller::new(&identity.server, &identity.authority, shown)
}

fn lies(identity: &Identity) {
    let agent = caller(identity);
    let nested = |depth: usize| {
        let mut value = json!(1);
        for _ in 0..depth {
            value = json!({"a": value});
        }
        value
    };
    let refused: [(&str, Value); 9] = [
        ("protocol", report(|report| report["protocol"] = json!("x"))),
        (
            "collected_at",
            report(|report| report["collected_at"] = json!("2999-01-01T00:00:00Z")),
        ),
        (
            "number",
            report(|report| report["number"] = json!(u64::MAX)),
        ),
        (
            "subject.name",
            report(|report| report["subject"]["name"] = json!("a".repeat(300))),
        ),
        (
            "facts.format",
            report(|report| report["body"]["facts"] = json!("text")),
        ),
        (
            "facts.format",
            report(|report| report["body"]["facts"]["format"] = json!("x/2")),
        ),
        (
            "facts",
            report(|report| report["body"]["facts"]["a"] = nested(70)),
        ),
        (
            "recursion",
            report(|report| report["body"]["facts"]["a"] = nested(200)),
        ),
        ("missing field", json!({})),
    ];
    for (said, lie) in refused {
        let (status, why) = agent.post(paths::REPORT, lie.to_string().as_bytes());
        assert_eq!(status, 400, "{said}: {why}");
        assert!(why.contains(said), "{said}: {why}");
    }
    let whole = [
        report(|report| report["digest"] = json!("0".repeat(64))),
        report(|report| {
            let digest = json!("0".repeat(64));
            report["body"] = json!({"form": "difference", "base": digest, "changes": []});
            report["digest"] = digest;
        }),
    ];
    for lie in whole {
        let (status, said) = agent.post(paths::REPORT, lie.to_string().as_bytes());
        assert_eq!((status, said.as_str()), (200, r#"{"reply":"send_whole"}"#));
    }
    let mut long = vec![b' '; (16 << 20) + 1];
    assert_eq!(agent.post(paths::REPORT, &long).0, 413);
    long.truncate(1 << 20);
    assert_eq!(agent.post(paths::REPORT, &long).0, 400);
    assert_eq!(agent.get(paths::PROGRAM), 404, "no release is offered");
}
