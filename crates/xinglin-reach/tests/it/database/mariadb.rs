//! MariaDB.

use std::fs;

use xinglin_inspect::{Bundle, Family, Status, inspect_bundle};
use xinglin_reach::database::{DatabaseError, Tls};

use super::{
    PASSWORD, ask, expect, inspect,
    server::{Folder, Server, certificate, free_port, program},
    shipped, target,
};

/// An instance with these options, and `statements` run while it starts.
fn start(options: &[&str], statements: &str) -> Server {
    let folder = Folder::new("mysql");
    let data = folder.path().join("data");
    let install = program(
        &["/usr/bin/mariadb-install-db", "/usr/bin/mysql_install_db"],
        "mariadb-server",
    );
    let mut initialise = folder.command(&install);
    initialise
        .arg("--no-defaults")
        .arg(format!("--datadir={}", data.display()))
        .args(["--auth-root-authentication-method=normal", "--skip-test-db"])
        .args([
            "--innodb-log-file-size=4M",
            "--innodb-flush-log-at-trx-commit=0",
        ]);
    folder.run(&mut initialise);
    let (certificate, key) = certificate();
    folder.write("server.crt", &certificate);
    folder.write("server.key", &key);
    let statements = folder.write("init.sql", statements);
    let port = free_port();
    let server = program(
        &[
            "/usr/sbin/mariadbd",
            "/usr/libexec/mariadbd",
            "/usr/sbin/mysqld",
        ],
        "mariadb-server",
    );
    let mut command = folder.command(&server);
    command
        .arg("--no-defaults")
        .arg(format!("--datadir={}", data.display()))
        .arg(format!(
            "--socket={}",
            folder.path().join("socket").display()
        ))
        .arg(format!(
            "--pid-file={}",
            folder.path().join("pid").display()
        ))
        .arg(format!("--port={port}"))
        .arg(format!("--init-file={}", statements.display()))
        .args(["--innodb-log-file-size=4M", "--skip-log-bin"])
        .args(options);
    folder.start(command, port)
}

/// The account of the guide.
fn reader() -> String {
    format!(
        "CREATE USER 'xinglin'@'localhost' IDENTIFIED BY '{PASSWORD}';\n\
         GRANT PROCESS, SHOW DATABASES ON *.* TO 'xinglin'@'localhost';\n\
         GRANT SELECT ON mysql.* TO 'xinglin'@'localhost';\n"
    )
}

const HARDENED: [&str; 16] = [
    "--plugin-load-add=simple_password_check",
    "--simple-password-check-minimal-length=8",
    "--simple-password-check-digits=1",
    "--simple-password-check-letters-same-case=1",
    "--simple-password-check-other-characters=1",
    "--default-password-lifetime=90",
    "--max-password-errors=5",
    "--wait-timeout=600",
    "--interactive-timeout=600",
    "--tls-version=TLSv1.2,TLSv1.3",
    "--bind-address=127.0.0.1",
    "--local-infile=0",
    "--plugin-load-add=server_audit",
    "--server-audit-logging=ON",
    "--server-audit-events=CONNECT,QUERY",
    "--log-warnings=2",
];

fn hardened() -> Server {
    let statements = format!(
        "{}SET PASSWORD FOR 'root'@'localhost' = PASSWORD('{PASSWORD}');\n\
         CREATE USER 'his'@'10.20.0.%' IDENTIFIED BY '{PASSWORD}' REQUIRE SSL;\nGRANT SELECT ON *.* TO 'his'@'10.20.0.%';\n\
         CREATE USER 'old'@'%' IDENTIFIED BY '{PASSWORD}' ACCOUNT LOCK;\nCREATE ROLE readers;\n\
         DROP USER IF EXISTS ''@'localhost', ''@'{}', 'root'@'{}', 'root'@'127.0.0.1', 'root'@'::1', 'mysql'@'localhost';\n",
        reader(),
        host_name(),
        host_name(),
    );
    let files = [
        "--ssl-cert=../server.crt",
        "--ssl-key=../server.key",
        "--secure-file-priv=/var/lib",
        "--log-error=error.log",
    ];
    let options: Vec<&str> = HARDENED.into_iter().chain(files).collect();
    start(&options, &statements)
}

fn host_name() -> String {
    let name = fs::read_to_string("/proc/sys/kernel/hostname").unwrap();
    name.trim().to_owned()
}

#[tokio::test]
async fn a_hardened_instance_passes() {
    let server = hardened();
    let mut target = target(Family::Mysql, server.port, "xinglin", Tls::Encrypt);
    let inspection = inspect(&target).await;
    assert_eq!(inspection.unreadable, []);
    assert_eq!(inspection.subject.platform, "mariadb");
    expect(
        &inspection,
        &[
            "mysql.no-empty-password",
            "mysql.no-anonymous",
            "mysql.password-module",
            "mysql.password-length",
            "mysql.password-classes",
            "mysql.password-lifetime",
            "mysql.login-lockout",
            "mysql.idle-timeout",
            "mysql.require-tls",
            "mysql.tls-versions",
            "mysql.root-local",
            "mysql.no-host-anywhere",
            "mysql.few-administrators",
            "mysql.no-grant-option",
            "mysql.no-file-privilege",
            "mysql.system-database",
            "mysql.no-sample-databases",
            "mysql.local-infile",
            "mysql.secure-file-priv",
            "mysql.bind-address",
            "mysql.audit",
            "mysql.error-log",
        ],
        &["mysql.strong-authentication", "mysql.binlog-retention"],
    );
    "root".clone_into(&mut target.user);
    let error = ask(&target, "wrong").await.unwrap_err();
    assert!(
        matches!(&error, DatabaseError::Refused { user, .. } if user == "root"),
        "{error}"
    );
    target.tls = Tls::Verify {
        authority: Some(certificate().0),
    };
    let error = ask(&target, PASSWORD).await.unwrap_err();
    assert!(matches!(error, DatabaseError::Tls { .. }), "{error}");
}

#[tokio::test]
async fn a_weak_instance_fails() {
    let statements = format!(
        "{}CREATE DATABASE test;\nCREATE USER ''@'%';\nCREATE USER 'lis'@'%' IDENTIFIED BY '';\n\
         GRANT ALL PRIVILEGES ON *.* TO 'lis'@'%' WITH GRANT OPTION;\nGRANT INSERT ON mysql.* TO 'lis'@'%';\n\
         CREATE USER 'root'@'%' IDENTIFIED BY '{PASSWORD}';\nGRANT ALL PRIVILEGES ON *.* TO 'root'@'%' WITH GRANT OPTION;\n",
        reader()
    );
    let server = start(
        &[
            "--bind-address=*",
            "--local-infile=1",
            "--tls-version=TLSv1.1,TLSv1.2",
            "--log-warnings=0",
        ],
        &statements,
    );
    let inspection = inspect(&target(Family::Mysql, server.port, "xinglin", Tls::Off)).await;
    assert_eq!(inspection.unreadable, []);
    expect(
        &inspection,
        &[],
        &[
            "mysql.no-empty-password",
            "mysql.no-anonymous",
            "mysql.password-module",
            "mysql.password-length",
            "mysql.password-classes",
            "mysql.password-lifetime",
            "mysql.login-lockout",
            "mysql.idle-timeout",
            "mysql.require-tls",
            "mysql.tls-versions",
            "mysql.root-local",
            "mysql.no-host-anywhere",
            "mysql.few-administrators",
            "mysql.no-grant-option",
            "mysql.no-file-privilege",
            "mysql.system-database",
            "mysql.no-sample-databases",
            "mysql.local-infile",
            "mysql.secure-file-priv",
            "mysql.bind-address",
            "mysql.audit",
            "mysql.error-log",
        ],
    );
    let protected = target(Family::Mysql, server.port, "xinglin", Tls::Encrypt);
    let error = ask(&protected, PASSWORD).await.unwrap_err();
    assert!(
        matches!(
            error,
            DatabaseError::Tls { .. } | DatabaseError::Other { .. }
        ),
        "{error}"
    );
}

#[tokio::test]
async fn what_an_account_may_not_see_is_unknown() {
    let statements = format!("CREATE USER 'nobody'@'localhost' IDENTIFIED BY '{PASSWORD}';\n");
    let server = start(&["--bind-address=127.0.0.1"], &statements);
    let inspection = inspect(&target(Family::Mysql, server.port, "nobody", Tls::Off)).await;
    let accounts = inspection
        .unreadable
        .iter()
        .find(|unreadable| unreadable.what.starts_with("query accounts"))
        .unwrap();
    assert!(accounts.why.contains("denied"), "{}", accounts.why);
    let status = |check: &str| {
        let result = inspection
            .results
            .iter()
            .find(|result| result.check == check);
        result.unwrap().status
    };
    assert_eq!(status("mysql.no-empty-password"), Status::Unknown);
    assert_eq!(status("mysql.system-database"), Status::Unknown);
    assert_eq!(status("mysql.no-sample-databases"), Status::Unknown);
    assert_eq!(status("mysql.idle-timeout"), Status::Fail);
}

/// What `mariadb` prints for our script says the same as the live connection.
#[tokio::test]
async fn the_script_says_the_same() {
    let server = hardened();
    let live = inspect(&target(Family::Mysql, server.port, "xinglin", Tls::Encrypt)).await;
    let client = program(&["/usr/bin/mariadb", "/usr/bin/mysql"], "mariadb-server");
    let script = fs::File::open(super::content().join("collect/mysql.sql")).unwrap();
    let output = server
        .folder()
        .command(&client)
        .arg("--no-defaults")
        .args([
            "--batch",
            "--raw",
            "--skip-column-names",
            "--force",
            "--ssl",
            "--protocol=tcp",
        ])
        .args(["--host=localhost", "--user=xinglin"])
        .arg(format!("--port={}", server.port))
        .arg(format!("--password={PASSWORD}"))
        .stdin(script)
        .output()
        .unwrap();
    let mut printed = String::from_utf8(output.stdout).unwrap();
    printed.push_str(&String::from_utf8(output.stderr).unwrap());
    let bundle = Bundle::of_texts(
        Family::Mysql,
        super::now(),
        [("queries.txt", printed.as_str())],
    );
    let scripted = inspect_bundle(&bundle, &shipped(Family::Mysql));
    assert_eq!(scripted.unreadable, []);
    assert_eq!(scripted.facts, live.facts);
}
