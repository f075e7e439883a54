//! Redis.

use std::fmt::Write as _;

use xinglin_inspect::{
    Bundle, Family, Status,
    database::{REDIS_FACTS, REDIS_SETTINGS},
    inspect_bundle,
};
use xinglin_reach::database::{DatabaseError, Tls};

use super::{
    PASSWORD, ask, expect, inspect,
    server::{Folder, Server, certificate, free_port, program},
    shipped, target,
};

/// An instance with this configuration, listening on a TLS port or a plain one.
fn start(configuration: &str, is_protected: bool) -> Server {
    let folder = Folder::new("redis");
    let (certificate, key) = certificate();
    let certificate = folder.write("server.crt", &certificate);
    let key = folder.write("server.key", &key);
    let port = free_port();
    let mut text = format!("dir {}\ndaemonize no\n", folder.path().display());
    if is_protected {
        writeln!(
            text,
            "port 0\ntls-port {port}\ntls-cert-file {}\ntls-key-file {}\ntls-ca-cert-file {}\ntls-auth-clients no",
            certificate.display(),
            key.display(),
            certificate.display()
        )
        .unwrap();
    } else {
        writeln!(text, "port {port}").unwrap();
    }
    text.push_str(configuration);
    let configuration = folder.write("redis.conf", &text);
    let mut command = folder.command(&program(&["/usr/bin/redis-server"], "redis-server"));
    command.arg(configuration);
    folder.start(command, port)
}

fn hardened() -> Server {
    start(
        &format!(
            "bind 127.0.0.1\nprotected-mode yes\ntimeout 600\nloglevel verbose\nlogfile redis.log\nappendonly yes\nacllog-max-len 256\n\
             requirepass {PASSWORD}-of-default\nuser default on >{PASSWORD}-of-default ~* -@all +ping\n\
             user operator on >{PASSWORD}-operator ~* &* +@all\n\
             user xinglin on >{PASSWORD} resetkeys -@all +ping +hello +auth +info +config|get +acl|list +command\n"
        ),
        true,
    )
}

#[tokio::test]
async fn a_hardened_instance_passes() {
    let server = hardened();
    let inspection = inspect(&target(Family::Redis, server.port, "xinglin", Tls::Encrypt)).await;
    assert_eq!(inspection.unreadable, []);
    expect(
        &inspection,
        &[
            "redis.no-open-access",
            "redis.password-length",
            "redis.named-users",
            "redis.bind",
            "redis.protected-mode",
            "redis.tls",
            "redis.idle-timeout",
            "redis.log",
            "redis.acl-log",
            "redis.persistence",
        ],
        // The inspector itself may run CONFIG GET, beside the operator.
        &["redis.dangerous-commands"],
    );
    let text = inspection.facts.to_string();
    assert!(!text.contains("Apricot"), "{text}");
    for (user, password) in [("xinglin", "wrong"), ("", ""), ("nobody", PASSWORD)] {
        let target = target(Family::Redis, server.port, user, Tls::Encrypt);
        let error = ask(&target, password).await.unwrap_err();
        assert!(
            matches!(error, DatabaseError::Refused { .. }),
            "{user}: {error}"
        );
    }
    let unknown = Tls::Verify {
        authority: Some(certificate().0),
    };
    let error = ask(
        &target(Family::Redis, server.port, "xinglin", unknown),
        PASSWORD,
    )
    .await
    .unwrap_err();
    assert!(matches!(error, DatabaseError::Tls { .. }), "{error}");
}

#[tokio::test]
async fn a_weak_instance_fails() {
    let server = start(
        "bind * -::*\nprotected-mode no\ntimeout 0\nlogfile \"\"\nsave \"\"\nappendonly no\nacllog-max-len 1\n",
        false,
    );
    let target = target(Family::Redis, server.port, "", Tls::Off);
    let bundle = ask(&target, "").await.unwrap();
    let inspection = inspect_bundle(&bundle, &shipped(Family::Redis));
    assert_eq!(inspection.unreadable, []);
    expect(
        &inspection,
        &[],
        &[
            "redis.no-open-access",
            "redis.password-length",
            "redis.named-users",
            "redis.dangerous-commands",
            "redis.bind",
            "redis.protected-mode",
            "redis.tls",
            "redis.idle-timeout",
            "redis.log",
            "redis.acl-log",
            "redis.persistence",
        ],
    );
}

/// A user without the privileges of the guide: what it may not see is unknown.
#[tokio::test]
async fn what_an_account_may_not_see_is_unknown() {
    let server = start(
        &format!("bind 127.0.0.1\nuser nobody on >{PASSWORD} -@all +ping +info\n"),
        false,
    );
    let inspection = inspect(&target(Family::Redis, server.port, "nobody", Tls::Off)).await;
    let what: Vec<&str> = inspection
        .unreadable
        .iter()
        .map(|unreadable| unreadable.what.as_str())
        .collect();
    assert_eq!(what, ["query config", "query password", "query acl"]);
    let status = |check: &str| {
        let result = inspection
            .results
            .iter()
            .find(|result| result.check == check);
        result.unwrap().status
    };
    assert_eq!(status("redis.bind"), Status::Unknown);
    assert_eq!(status("redis.no-open-access"), Status::Unknown);
    assert_eq!(status("redis.supported-release"), Status::Fail);
}

/// What our script prints says the same as the live connection.
#[tokio::test]
async fn the_script_says_the_same() {
    let server = hardened();
    let live = inspect(&target(Family::Redis, server.port, "xinglin", Tls::Encrypt)).await;
    let text = std::fs::read_to_string(super::content().join("collect/redis.sh")).unwrap();
    for name in REDIS_SETTINGS.iter().chain(&REDIS_FACTS) {
        assert!(text.contains(name), "redis.sh does not ask for {name}");
    }
    let script = server.folder().write("redis.sh", &text);
    let output = server
        .folder()
        .command(&program(&["/bin/sh"], "dash"))
        .arg(script)
        .args([
            "-h",
            "localhost",
            "--user",
            "xinglin",
            "--tls",
            "--insecure",
            "-p",
        ])
        .arg(server.port.to_string())
        .env("REDISCLI_AUTH", PASSWORD)
        .output()
        .unwrap();
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(!printed.contains("Apricot"), "{printed}");
    let bundle = Bundle::of_texts(
        Family::Redis,
        super::now(),
        [("queries.txt", printed.as_str())],
    );
    let scripted = inspect_bundle(&bundle, &shipped(Family::Redis));
    assert_eq!(scripted.unreadable, []);
    assert_eq!(scripted.facts, live.facts);
}
