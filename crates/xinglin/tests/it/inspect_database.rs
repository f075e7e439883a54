//! `xinglin inspect database` against real servers, each started for its test.

#[path = "../../../xinglin-reach/tests/it/database/server.rs"]
mod server;

use std::{
    io::Write as _,
    path::Path,
    process::{Command, Output, Stdio},
};

use serde_json::Value;
use server::{Folder, Server, certificate, free_port, program};
use xinglin_testkit::eventually_here;

const PASSWORD: &str = "Bright-Apricot-7";

/// Runs the command; `input` goes to its standard input.
#[expect(
    clippy::disallowed_methods,
    reason = "the program under test is run as a person would run it"
)]
fn inspect(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_xinglin"))
        .args(["inspect", "database"])
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // A command that fails early reads nothing.
    drop(child.stdin.take().unwrap().write_all(input.as_bytes()));
    child.wait_with_output().unwrap()
}

/// The document of a database that was inspected.
fn document(arguments: &[&str], input: &str) -> Value {
    read(inspect(arguments, input))
}

fn read(output: Output) -> Value {
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(0), "{said}");
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(!text.contains(PASSWORD) && !said.contains(PASSWORD));
    serde_json::from_str(&text).unwrap()
}

fn status(document: &Value, check: &str) -> String {
    let results = document["results"].as_array().unwrap();
    let found = results.iter().find(|one| one["check"] == check).unwrap();
    found["status"].as_str().unwrap().to_owned()
}

fn redis() -> Server {
    let folder = Folder::new("redis");
    let port = free_port();
    let text = format!(
        "dir {}\nbind 127.0.0.1\nport {port}\nrequirepass {PASSWORD}\n",
        folder.path().display()
    );
    let configuration = folder.write("redis.conf", &text);
    let mut command = folder.command(&program(&["/usr/bin/redis-server"], "redis-server"));
    command.arg(configuration);
    folder.start(command, port)
}

/// A PostgreSQL with a certificate of its own making.
fn postgresql() -> Server {
    let newest = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|release| release.path().join("bin"))
        .max();
    let folder_of = newest.unwrap_or_else(|| Path::new("/usr/bin").to_owned());
    let binary = |name: &str| {
        let path = folder_of.join(name).display().to_string();
        program(&[path.as_str()], "postgresql")
    };
    let folder = Folder::new("postgres");
    let data = folder.path().join("data");
    let password = folder.write("password", PASSWORD);
    let mut initialise = folder.command(&binary("initdb"));
    initialise.arg("--pgdata").arg(&data).args([
        "--username=postgres",
        "--auth=scram-sha-256",
        "--no-sync",
    ]);
    initialise.arg(format!("--pwfile={}", password.display()));
    folder.run(&mut initialise);
    let (certificate, key) = certificate();
    folder.write("data/server.crt", &certificate);
    folder.write("data/server.key", &key);
    let port = free_port();
    let settings = format!(
        "port = {port}\nunix_socket_directories = '{}'\nfsync = off\nssl = on\n",
        folder.path().display()
    );
    folder.write("data/postgresql.auto.conf", &settings);
    let mut command = folder.command(&binary("postgres"));
    command.arg("-D").arg(&data);
    folder.start(command, port)
}

fn mariadb() -> Server {
    let folder = Folder::new("mysql");
    let data = format!("--datadir={}", folder.path().join("data").display());
    let install = ["/usr/bin/mariadb-install-db", "/usr/bin/mysql_install_db"];
    let mut initialise = folder.command(&program(&install, "mariadb-server"));
    initialise.args(["--no-defaults", &data, "--skip-test-db"]);
    initialise.args(["--auth-root-authentication-method=normal"]);
    folder.run(&mut initialise);
    let statements = format!(
        "CREATE USER 'xinglin'@'localhost' IDENTIFIED BY '{PASSWORD}';\n\
         GRANT SELECT ON mysql.* TO 'xinglin'@'localhost';\n"
    );
    let statements = folder.write("init.sql", &statements);
    let port = free_port();
    let servers = [
        "/usr/sbin/mariadbd",
        "/usr/libexec/mariadbd",
        "/usr/sbin/mysqld",
    ];
    let mut command = folder.command(&program(&servers, "mariadb-server"));
    let path = |name: &str| folder.path().join(name).display().to_string();
    command
        .args(["--no-defaults", &data, "--skip-log-bin"])
        .args(["--bind-address=127.0.0.1", &format!("--port={port}")])
        .arg(format!("--socket={}", path("socket")))
        .arg(format!("--pid-file={}", path("pid")))
        .arg(format!("--init-file={}", statements.display()));
    folder.start(command, port)
}

/// A server may listen before it lets anybody in.
fn patiently(arguments: &[&str], input: &str) -> Value {
    let let_in = eventually_here("being let in by the server", || {
        let output = inspect(arguments, input);
        output.status.success().then_some(output)
    });
    read(let_in)
}

#[test]
fn redis_is_inspected_with_a_password_from_standard_input() {
    let server = redis();
    let url = format!("redis://localhost:{}", server.port);
    let asked = [&url, "--tls", "off", "--password-file", "-", "--json"];
    let found = document(&asked, &format!("{PASSWORD}\n"));
    assert_eq!(found["subject"]["platform"], "redis");
    assert_eq!(status(&found, "redis.no-open-access"), "pass");
    // It listens on this machine only, where TLS is not asked for; sessions never end.
    assert_eq!(status(&found, "redis.tls"), "pass");
    assert_eq!(status(&found, "redis.idle-timeout"), "fail");

    let strict = [&url, "--tls", "off", "--password-file", "-", "--strict"];
    let output = inspect(&strict, PASSWORD);
    assert_eq!(output.status.code(), Some(1), "a check fails");
    for (arguments, input, expected) in [
        (&asked[..], "wrong", "refuses"),
        (&[url.as_str(), "--password-file", "-"], PASSWORD, "TLS"),
        (
            &[url.as_str(), "--tls", "off", "--authority", "x"],
            "",
            "--tls verify",
        ),
        (&["redis://:Hunter2@localhost"], "", "--password-file"),
    ] {
        let output = inspect(arguments, input);
        let said = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains(expected), "{arguments:?}: {said}");
        assert!(
            !said.contains(PASSWORD) && !said.contains("Hunter2"),
            "{said}"
        );
    }
}

#[test]
fn postgresql_is_inspected_and_its_certificate_verified() {
    let server = postgresql();
    let password = server.folder().write("given", &format!("{PASSWORD}\r\n"));
    let password = password.display().to_string();
    let authority = server.path().join("data/server.crt");
    let authority = authority.display().to_string();
    let url = format!("postgresql://postgres@localhost:{}/postgres", server.port);
    let mut asked = vec![url.as_str(), "--json", "--password-file", &password];
    let found = patiently(&asked, "");
    assert_eq!(found["subject"]["platform"], "postgresql");
    assert_eq!(status(&found, "postgresql.tls"), "pass");
    asked.extend(["--tls", "verify"]);
    let output = inspect(&asked, "");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(
        output.status.code(),
        Some(2),
        "no authority knows it: {said}"
    );
    asked.extend(["--authority", &authority]);
    let found = document(&asked, "");
    assert_eq!(status(&found, "postgresql.password-hashes"), "pass");
}

#[test]
fn mariadb_is_inspected() {
    let server = mariadb();
    let url = format!("mariadb://xinglin@localhost:{}", server.port);
    let asked = [&url, "--tls", "off", "--password-file", "-", "--json"];
    let found = patiently(&asked, PASSWORD);
    assert_eq!(found["subject"]["platform"], "mariadb");
    assert_eq!(status(&found, "mysql.no-host-anywhere"), "pass");
}
