//! TLS endpoints: real servers of openssl, and small ones that answer byte by byte.
#![expect(
    clippy::disallowed_methods,
    reason = "tests start openssl, which they stop again"
)]

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

use jiff::Timestamp;
use serde_json::Value as Json;
use xinglin_inspect::tls::Endpoint;
use xinglin_reach::tls::{Limits, StartTls, TlsError, gather, gather_all, gather_within};

/// A fatal alert: no handshake is possible.
const ALERT: [u8; 7] = [21, 3, 3, 0, 2, 2, 40];

fn now() -> Timestamp {
    "2026-11-22T08:00:00Z".parse().unwrap()
}

fn endpoint(host: &str, port: u16) -> Endpoint {
    Endpoint {
        host: host.to_owned(),
        port,
        server_name: Some("his.example".to_owned()),
        starttls: None,
    }
}

/// `openssl s_server`, stopped when dropped.
struct Server {
    process: Child,
    port: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

fn openssl(folder: &Path, arguments: &str) {
    let output = Command::new("openssl")
        .args(arguments.split(' '))
        .current_dir(folder)
        .output()
        .expect("openssl is installed");
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
}

impl Server {
    fn start(address: &str, options: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        openssl(
            folder.path(),
            "req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -days 30 -sha256 \
             -subj /CN=his.example -addext subjectAltName=DNS:his.example,DNS:*.emr.example,IP:127.0.0.1",
        );
        let mut process = Command::new("openssl")
            .args([
                "s_server", "-key", "key.pem", "-cert", "cert.pem", "-www", "-accept", address,
            ])
            .args(options.split_whitespace())
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let port = loop {
            let mut line = String::new();
            assert!(lines.read_line(&mut line).unwrap() > 0, "the server ended");
            if line.starts_with("ACCEPT") {
                break line.trim().rsplit(':').next().unwrap().parse().unwrap();
            }
        };
        // What it goes on to write must not fill the pipe.
        thread::spawn(move || std::io::copy(&mut lines, &mut std::io::sink()));
        Self {
            process,
            port,
            _folder: folder,
        }
    }
}

/// A server of one's own; it goes with the test.
fn serve(answer: impl Fn(&mut TcpStream) -> std::io::Result<()> + Send + 'static) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming() {
            drop(stream.and_then(|mut stream| answer(&mut stream)));
        }
    });
    port
}

fn read_hello(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut head = [0; 5];
    stream.read_exact(&mut head)?;
    let mut body = vec![0; usize::from(u16::from_be_bytes([head[3], head[4]]))];
    stream.read_exact(&mut body)?;
    Ok([head.to_vec(), body].concat())
}

async fn facts(endpoint: &Endpoint) -> Json {
    gather(endpoint, now()).await.unwrap().collect().facts
}

fn names(facts: &Json) -> Vec<&str> {
    let suites = facts["suites"].as_array().unwrap();
    suites
        .iter()
        .map(|suite| suite["name"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn a_modern_server() {
    let server = Server::start(
        "127.0.0.1:0",
        "-cipher ECDHE+AESGCM -serverpref -min_protocol TLSv1.2",
    );
    let facts = facts(&endpoint("127.0.0.1", server.port)).await;
    assert_eq!(facts["versions"], serde_json::json!(["TLSv1.2", "TLSv1.3"]));
    assert_eq!(facts["versions_unknown"], serde_json::json!([]));
    assert_eq!(facts["suites_complete"], true);
    assert_eq!(facts["server_order"], true);
    assert_eq!(facts["compression"], false);
    assert_eq!(facts["secure_renegotiation"], true);
    assert_eq!(
        names(&facts),
        [
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
            "TLS_AES_128_GCM_SHA256",
            "TLS_AES_256_GCM_SHA384",
            "TLS_CHACHA20_POLY1305_SHA256",
        ]
    );
    assert_eq!(facts["groups"], serde_json::json!(["x25519"]));
    let certificate = &facts["certificates"][0];
    assert_eq!(certificate["subject"], "CN=his.example");
    assert_eq!(
        certificate["names"],
        serde_json::json!(["his.example", "*.emr.example", "127.0.0.1"])
    );
    assert_eq!(
        (&certificate["key_algorithm"], &certificate["key_bits"]),
        (&"RSA".into(), &2048.into())
    );
    assert_eq!(certificate["signature"], "sha256WithRSAEncryption");
    assert_eq!(certificate["self_signed"], true);
    assert_eq!(facts["chain"]["name_matches"], true);
}

#[tokio::test]
async fn an_old_server_that_offers_everything() {
    let server = Server::start(
        "127.0.0.1:0",
        "-cipher ALL:COMPLEMENTOFALL:@SECLEVEL=0 -min_protocol TLSv1",
    );
    let facts = facts(&endpoint("127.0.0.1", server.port)).await;
    assert_eq!(
        facts["versions"],
        serde_json::json!(["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"])
    );
    assert_eq!(facts["suites_complete"], true);
    assert_eq!(facts["server_order"], false);
    let names = names(&facts);
    for expected in [
        "TLS_RSA_WITH_NULL_SHA",
        "TLS_DH_anon_WITH_AES_128_CBC_SHA",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    ] {
        assert!(names.contains(&expected), "{expected}: {names:?}");
    }
    assert!(facts["prime_bits"].as_u64().unwrap() >= 1024);
}

#[tokio::test]
async fn a_server_of_tls_1_3_alone_shows_no_certificate() {
    let server = Server::start("127.0.0.1:0", "-tls1_3");
    let facts = facts(&endpoint("127.0.0.1", server.port)).await;
    assert_eq!(facts["versions"], serde_json::json!(["TLSv1.3"]));
    assert_eq!(facts["certificates"], Json::Null);
    assert_eq!(facts["chain"], Json::Null);
}

#[tokio::test]
async fn a_server_at_an_address_of_ipv6_with_one_curve() {
    let server = Server::start(
        "[::1]:0",
        "-tls1_2 -cipher ECDHE-RSA-AES256-GCM-SHA384 -named_curve prime256v1",
    );
    let mut target = endpoint("[::1]", server.port);
    target.server_name = None;
    let facts = facts(&target).await;
    assert_eq!(facts["versions"], serde_json::json!(["TLSv1.2"]));
    assert_eq!(facts["groups"], serde_json::json!(["secp256r1"]));
    assert_eq!(facts["server_order"], Json::Null, "one suite has no order");
    assert_eq!(
        facts["chain"]["name_matches"],
        Json::Null,
        "only an address is known"
    );
}

#[tokio::test]
async fn a_server_of_tlcp() {
    // A hello with ECC_SM4_CBC_SM3 and no certificate, then the end.
    let port = serve(|stream| {
        let hello = read_hello(stream)?;
        if hello[1..3] != [1, 1] {
            return stream.write_all(&ALERT);
        }
        assert_eq!(hello[9..11], [1, 1], "the version within, too");
        let suites = &hello[46..];
        let offered = suites.chunks(2).any(|suite| suite == [0xe0, 0x13]);
        if !offered {
            return stream.write_all(&[21, 1, 1, 0, 2, 2, 40]);
        }
        let mut body = vec![1, 1];
        body.extend([7; 32]);
        body.extend([0, 0xe0, 0x13, 0]);
        let mut message = vec![2, 0, 0, u8::try_from(body.len()).unwrap()];
        message.extend(&body);
        message.extend([14, 0, 0, 0]);
        let mut record = vec![22, 1, 1, 0, u8::try_from(message.len()).unwrap()];
        record.extend(message);
        stream.write_all(&record)
    });
    let facts = facts(&endpoint("127.0.0.1", port)).await;
    assert_eq!(facts["versions"], serde_json::json!(["TLCP"]));
    assert_eq!(names(&facts), ["ECC_SM4_CBC_SM3"]);
    assert_eq!(facts["suites"][0]["national"], true);
}

#[tokio::test]
async fn what_is_no_tls_says_so() {
    let port = serve(|stream| {
        read_hello(stream)?;
        stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    });
    let facts = facts(&endpoint("127.0.0.1", port)).await;
    assert_eq!(facts["speaks_tls"], false);
    assert_eq!(facts["versions"], Json::Null);
}

#[tokio::test]
async fn silence_ends_and_is_unknown() {
    let port = serve(|stream| {
        read_hello(stream)?;
        // Held until the client has gone.
        stream.read(&mut [0; 1]).map(drop)
    });
    let limits = Limits {
        connect: Duration::from_secs(2),
        answer: Duration::from_millis(50),
        overall: Duration::from_secs(5),
    };
    let bundle = gather_within(&endpoint("127.0.0.1", port), &limits, now())
        .await
        .unwrap();
    let facts = bundle.collect().facts;
    assert_eq!(facts["versions"], Json::Null);
    assert_eq!(facts["versions_unknown"].as_array().unwrap().len(), 6);
}

#[tokio::test]
async fn each_protocol_begins_tls_in_its_way() {
    let dialogue: fn(&mut TcpStream, &str) -> std::io::Result<()> = |stream, protocol| {
        let mut bytes = [0; 200];
        match protocol {
            "smtp" => {
                stream.write_all(b"220-mail\r\n220 mail ready\r\n")?;
                let length = stream.read(&mut bytes)?;
                assert!(bytes[..length].starts_with(b"EHLO "));
                stream.write_all(b"250-mail\r\n250-SIZE 1\r\n250 STARTTLS\r\n")?;
                let length = stream.read(&mut bytes)?;
                assert_eq!(&bytes[..length], b"STARTTLS\r\n");
                stream.write_all(b"220 go\r\n")
            }
            "imap" => {
                stream.write_all(b"* OK ready\r\n")?;
                let length = stream.read(&mut bytes)?;
                assert_eq!(&bytes[..length], b"a1 STARTTLS\r\n");
                stream.write_all(b"* CAPABILITY IMAP4rev1\r\na1 OK go\r\n")
            }
            "ldap" => {
                stream.read_exact(&mut bytes[..31])?;
                assert!(bytes[..31].ends_with(b"1.3.6.1.4.1.1466.20037"));
                stream.write_all(b"\x30\x0c\x02\x01\x01\x78\x07\x0a\x01\x00\x04\x00\x04\x00")
            }
            "postgresql" => {
                stream.read_exact(&mut bytes[..8])?;
                assert_eq!(bytes[..8], [0, 0, 0, 8, 4, 0xd2, 0x16, 0x2f]);
                stream.write_all(b"S")
            }
            _ => {
                let mut greeting = b"\x0a8.0.36\0".to_vec();
                greeting.extend([0; 13]);
                greeting.extend(0xffff_u16.to_le_bytes());
                greeting.extend([0; 20]);
                let mut packet = vec![u8::try_from(greeting.len()).unwrap(), 0, 0, 0];
                packet.extend(greeting);
                stream.write_all(&packet)?;
                stream.read_exact(&mut bytes[..36])?;
                assert_eq!(bytes[..4], [32, 0, 0, 1]);
                Ok(())
            }
        }
    };
    for protocol in StartTls::ALL {
        let port = serve(move |stream| {
            dialogue(stream, protocol.name())?;
            read_hello(stream)?;
            stream.write_all(&ALERT)
        });
        let mut target = endpoint("127.0.0.1", port);
        target.starttls = Some(protocol.name().to_owned());
        let facts = facts(&target).await;
        assert_eq!(facts["speaks_tls"], true, "{protocol:?}");
        assert_eq!(facts["versions"], serde_json::json!([]), "{protocol:?}");
    }
}

#[tokio::test]
async fn what_cannot_be_asked_is_an_error() {
    let refusing = serve(|stream| stream.write_all(b"N"));
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        listener.local_addr().unwrap().port()
    };
    let mut targets = [refusing, closed, closed].map(|port| endpoint("127.0.0.1", port));
    targets[0].starttls = Some("postgresql".to_owned());
    targets[2].starttls = Some("gopher".to_owned());
    let answers = gather_all(&targets, 2, Limits::default(), now()).await;
    let errors: Vec<TlsError> = answers.into_iter().map(Result::unwrap_err).collect();
    assert!(
        matches!(
            errors[0],
            TlsError::NotBegun {
                protocol: "postgresql",
                ..
            }
        ),
        "{errors:?}"
    );
    assert!(
        matches!(errors[1], TlsError::Unreachable { .. }),
        "{errors:?}"
    );
    assert!(
        matches!(errors[2], TlsError::UnknownProtocol { .. }),
        "{errors:?}"
    );
}
