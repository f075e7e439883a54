//! PostgreSQL.

use std::{fs, path::PathBuf};

use sqlx::{AssertSqlSafe, ConnectOptions, Connection, postgres::PgConnectOptions};
use xinglin_inspect::{Bundle, Family, Status, inspect_bundle};
use xinglin_reach::database::{DatabaseError, Tls};

use super::{
    PASSWORD, ask, expect, inspect,
    server::{Folder, Server, certificate, free_port, program},
    shipped, target,
};

/// The newest release that is installed.
fn binary(name: &str) -> PathBuf {
    let mut found: Vec<String> = fs::read_dir("/usr/lib/postgresql")
        .map(|releases| {
            releases
                .filter_map(|release| Some(release.ok()?.path().join("bin").join(name)))
                .filter(|path| path.exists())
                .map(|path| path.display().to_string())
                .collect()
        })
        .unwrap_or_default();
    found.sort();
    found.reverse();
    found.push(format!("/usr/bin/{name}"));
    let candidates: Vec<&str> = found.iter().map(String::as_str).collect();
    program(&candidates, "postgresql")
}

/// An instance with these settings and client rules, and `statements` run in it.
async fn start(settings: &str, rules: &str, arguments: &[&str], statements: &[String]) -> Server {
    let folder = Folder::new("postgres");
    let data = folder.path().join("data");
    let password = folder.write("password", PASSWORD);
    let mut initialise = folder.command(&binary("initdb"));
    initialise
        .arg("--pgdata")
        .arg(&data)
        .args([
            "--username=postgres",
            "--auth=scram-sha-256",
            "--no-sync",
            "--encoding=UTF8",
        ])
        .arg(format!("--pwfile={}", password.display()))
        .args(arguments);
    folder.run(&mut initialise);
    let (certificate, key) = certificate();
    folder.write("data/server.crt", &certificate);
    folder.write("data/server.key", &key);
    folder.write("data/pg_hba.conf", rules);
    let port = free_port();
    folder.write(
        "data/postgresql.auto.conf",
        &format!(
            "port = {port}\nunix_socket_directories = '{}'\nfsync = off\n{settings}\n",
            folder.path().display()
        ),
    );
    let mut command = folder.command(&binary("postgres"));
    command.arg("-D").arg(&data);
    let server = folder.start(command, port);
    let options = PgConnectOptions::new_without_pgpass()
        .socket(server.path())
        .port(port)
        .username("postgres")
        .password(PASSWORD)
        .database("postgres");
    // It may listen at one address before the other, and before it lets anybody in.
    let started = std::time::Instant::now();
    let mut connection = loop {
        match options.connect().await {
            Ok(connection) => break connection,
            Err(error) => assert!(started.elapsed().as_secs() < 60, "{error}"),
        }
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    for statement in statements {
        sqlx::raw_sql(AssertSqlSafe(statement.clone()))
            .execute(&mut connection)
            .await
            .unwrap();
    }
    connection.close().await.unwrap();
    server
}

/// The account of the guide: it sees settings and roles, and may read how passwords are kept.
fn reader() -> Vec<String> {
    vec![
        format!(
            "CREATE ROLE xinglin LOGIN PASSWORD '{PASSWORD}' VALID UNTIL '2027-01-31' CONNECTION LIMIT 2"
        ),
        "GRANT pg_read_all_settings TO xinglin".to_owned(),
        "GRANT SELECT ON pg_catalog.pg_authid, pg_catalog.pg_hba_file_rules TO xinglin".to_owned(),
        "GRANT EXECUTE ON FUNCTION pg_catalog.pg_hba_file_rules() TO xinglin".to_owned(),
    ]
}

const HARDENED: &str = "ssl = on\nssl_min_protocol_version = 'TLSv1.2'\npassword_encryption = 'scram-sha-256'\n\
    shared_preload_libraries = 'passwordcheck'\nlisten_addresses = '127.0.0.1'\nidle_session_timeout = '10min'\n\
    idle_in_transaction_session_timeout = '5min'\nlog_connections = on\nlog_disconnections = on\nlog_statement = 'ddl'\n\
    log_line_prefix = '%m [%p] %u@%d %h '\nlogging_collector = on\nlog_file_mode = 0600\nlog_truncate_on_rotation = off\n";
const HARDENED_RULES: &str = "local all postgres scram-sha-256\nhostssl postgres xinglin 127.0.0.1/32 scram-sha-256\n\
    hostssl postgres xinglin ::1/128 scram-sha-256\nhost all all 0.0.0.0/0 reject\nhost all all 10.0.0.0/8 trust\n";

#[tokio::test]
async fn a_hardened_instance_passes() {
    let mut statements = reader();
    statements.push("REVOKE CREATE ON SCHEMA public FROM PUBLIC".to_owned());
    statements.push("ALTER ROLE postgres VALID UNTIL '2027-01-31'".to_owned());
    let server = start(HARDENED, HARDENED_RULES, &["--data-checksums"], &statements).await;
    let target = target(Family::Postgresql, server.port, "xinglin", Tls::Encrypt);
    let inspection = inspect(&target).await;
    assert_eq!(inspection.unreadable, []);
    assert_eq!(inspection.subject.platform, "postgresql");
    expect(
        &inspection,
        &[
            "postgresql.no-trust",
            "postgresql.strong-methods",
            "postgresql.password-encryption",
            "postgresql.password-hashes",
            "postgresql.password-module",
            "postgresql.password-length",
            "postgresql.password-lifetime",
            "postgresql.idle-timeout",
            "postgresql.tls",
            "postgresql.tls-only",
            "postgresql.few-superusers",
            "postgresql.superuser-local",
            "postgresql.client-addresses",
            "postgresql.listen-addresses",
            "postgresql.public-schema",
            "postgresql.log-connections",
            "postgresql.audit",
            "postgresql.log-prefix",
            "postgresql.log-collector",
            "postgresql.log-mode",
            "postgresql.data-checksums",
        ],
        // The core locks nobody out.
        &["postgresql.login-lockout"],
    );
    // A connection in clear text is refused by this instance's rules.
    let error = ask(
        &super::target(Family::Postgresql, server.port, "xinglin", Tls::Off),
        PASSWORD,
    )
    .await
    .unwrap_err();
    assert!(matches!(error, DatabaseError::Refused { .. }), "{error}");
}

#[tokio::test]
async fn a_weak_instance_fails() {
    let statements = [
        "SET password_encryption = 'md5'".to_owned(),
        format!("CREATE ROLE lis LOGIN SUPERUSER PASSWORD '{PASSWORD}'"),
        "CREATE ROLE report LOGIN CREATEROLE; GRANT pg_execute_server_program TO report".to_owned(),
        "GRANT CREATE ON SCHEMA public TO PUBLIC".to_owned(),
        "CREATE FUNCTION public.pay() RETURNS int LANGUAGE sql SECURITY DEFINER AS 'SELECT 1'"
            .to_owned(),
        "CREATE ROLE xinglin LOGIN SUPERUSER".to_owned(),
    ];
    let server = start(
        "password_encryption = 'md5'\nlisten_addresses = '*'\nssl = off\nlog_file_mode = 0644\n",
        "local all all trust\nhost all all 0.0.0.0/0 trust\nhost all all ::/0 password\n",
        &[],
        &statements,
    )
    .await;
    let inspection = inspect(&target(
        Family::Postgresql,
        server.port,
        "xinglin",
        Tls::Off,
    ))
    .await;
    assert_eq!(inspection.unreadable, []);
    expect(
        &inspection,
        &[],
        &[
            "postgresql.no-trust",
            "postgresql.strong-methods",
            "postgresql.password-encryption",
            "postgresql.password-hashes",
            "postgresql.password-module",
            "postgresql.password-length",
            "postgresql.password-lifetime",
            "postgresql.idle-timeout",
            "postgresql.tls",
            "postgresql.tls-only",
            "postgresql.few-superusers",
            "postgresql.superuser-local",
            "postgresql.client-addresses",
            "postgresql.listen-addresses",
            "postgresql.dangerous-members",
            "postgresql.public-schema",
            "postgresql.role-makers",
            "postgresql.definer-functions",
            "postgresql.log-connections",
            "postgresql.audit",
            "postgresql.log-prefix",
            "postgresql.log-mode",
        ],
    );
    // TLS that the server does not have is not replaced by clear text.
    let protected = target(Family::Postgresql, server.port, "xinglin", Tls::Encrypt);
    let error = ask(&protected, PASSWORD).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Tls { .. }), "{error}");
}

/// Without the privileges of the guide the rest goes on; a wrong password is named.
#[tokio::test]
async fn what_an_account_may_not_see_is_unknown() {
    let statements = [format!("CREATE ROLE nobody LOGIN PASSWORD '{PASSWORD}'")];
    let rules = "local all all scram-sha-256\nhost all all 127.0.0.1/32 scram-sha-256\nhost all all ::1/128 scram-sha-256\n";
    let server = start("ssl = on\n", rules, &[], &statements).await;
    let (certificate, _) = certificate();
    let nobody = |tls| target(Family::Postgresql, server.port, "nobody", tls);
    let inspection = inspect(&nobody(Tls::Encrypt)).await;
    let what: Vec<&str> = inspection
        .unreadable
        .iter()
        .map(|unreadable| unreadable.what.as_str())
        .collect();
    assert!(
        what.contains(&"query hba") && what.contains(&"query roles"),
        "{what:?}"
    );
    let status = |check: &str| {
        let mut results = inspection.results.iter();
        let result = results.find(|result| result.check == check).unwrap();
        (result.status, result.missing.join(", "))
    };
    assert_eq!(status("postgresql.no-trust").0, Status::Unknown);
    assert_eq!(status("postgresql.password-hashes").0, Status::Unknown);
    assert_eq!(
        status("postgresql.tls"),
        (
            Status::Unknown,
            "settings.ssl_min_protocol_version".to_owned()
        )
    );
    assert_eq!(status("postgresql.password-encryption").0, Status::Pass);
    let error = ask(&nobody(Tls::Encrypt), "wrong").await.unwrap_err();
    assert!(
        matches!(&error, DatabaseError::Refused { user, .. } if user == "nobody"),
        "{error}"
    );
    let other = Tls::Verify {
        authority: Some(certificate),
    };
    let error = ask(&nobody(other), PASSWORD).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Tls { .. }), "{error}");
}

/// What `psql` prints for our script says the same as the live connection.
#[tokio::test]
async fn the_script_says_the_same() {
    let server = start(HARDENED, HARDENED_RULES, &[], &reader()).await;
    let live = inspect(&target(
        Family::Postgresql,
        server.port,
        "xinglin",
        Tls::Encrypt,
    ))
    .await;
    let script = super::content().join("collect/postgresql.sql");
    let script = fs::canonicalize(script).unwrap();
    let text = fs::read_to_string(script).unwrap();
    let script = server.folder().write("postgresql.sql", &text);
    let mut client = server.folder().command(&binary("psql"));
    client
        .args([
            "-X",
            "-q",
            "-h",
            "localhost",
            "-U",
            "xinglin",
            "-d",
            "postgres",
            "-p",
        ])
        .arg(server.port.to_string())
        .arg("-f")
        .arg(script)
        .env("PGPASSWORD", PASSWORD);
    let output = client.output().unwrap();
    let mut printed = String::from_utf8(output.stdout).unwrap();
    printed.push_str(&String::from_utf8(output.stderr).unwrap());
    let bundle = Bundle::of_texts(
        Family::Postgresql,
        super::now(),
        [("queries.txt", printed.as_str())],
    );
    let scripted = inspect_bundle(&bundle, &shipped(Family::Postgresql));
    assert_eq!(scripted.unreadable, []);
    assert_eq!(scripted.facts, live.facts);
}
