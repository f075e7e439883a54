//! Senders that others wrote: logger, rsyslog and syslog-ng.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use super::{protected::Certificates, *};

/// A program, of this machine or unpacked beside what was built; says what to do when it is
/// not there.
fn program(name: &str) -> PathBuf {
    let unpacked = Path::new(env!("CARGO_TARGET_TMPDIR")).join("../debian");
    let folders = [PathBuf::from("/"), unpacked];
    folders
        .iter()
        .flat_map(|folder| ["usr/sbin", "usr/bin"].map(|inner| folder.join(inner).join(name)))
        .find(|path| path.is_file())
        .unwrap_or_else(|| {
            panic!(
                "the program {name} is not there; this test needs it as Debian packages it: \
                 `cargo xtask test` unpacks it into target/debian, without installing it"
            )
        })
}

#[expect(clippy::disallowed_methods, reason = "senders of other makers")]
fn command(path: &Path) -> Command {
    let mut command = Command::new(path);
    // Of a program that was only unpacked, so are its libraries.
    if !path.starts_with("/usr") {
        let folder = path.parent().unwrap().join("../lib");
        let libraries = ["x86_64-linux-gnu", "aarch64-linux-gnu", "syslog-ng"]
            .map(|name| folder.join(name).display().to_string());
        command.env("LD_LIBRARY_PATH", libraries.join(":"));
    }
    command.stdin(Stdio::null());
    command
}

/// Ends the program with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

async fn log(receiver: &Receiver, options: &[&str], text: &str) {
    let mut logger = command(&program("logger"));
    logger.args([
        "--server",
        "127.0.0.1",
        "--tag",
        "his",
        "--priority",
        "auth.notice",
    ]);
    logger
        .arg("--port")
        .arg(receiver.address.port().to_string());
    logger.args(options).arg(text);
    let status = tokio::task::spawn_blocking(move || logger.status().unwrap());
    assert!(status.await.unwrap().success());
}

#[tokio::test]
async fn logger_sends_in_its_forms() {
    let mut datagrams = Receiver::udp(1 << 20).await;
    log(&datagrams, &["--udp", "--rfc3164"], "by datagram").await;
    log(&datagrams, &["--udp", "--rfc5424"], "登录成功").await;
    let mut streams = Receiver::tcp(1 << 20, StreamLimits::default()).await;
    log(
        &streams,
        &["--tcp", "--rfc5424", "--octet-count"],
        "counted",
    )
    .await;
    log(&streams, &["--tcp", "--rfc3164"], "by line").await;
    let mut texts = datagrams.take(2).await;
    texts.extend(streams.take(2).await);
    let expected = ["by datagram", "登录成功", "counted", "by line"];
    for (text, expected) in texts.iter().zip(expected) {
        assert!(text.starts_with("<37>"), "{text}");
        assert!(text.ends_with(expected), "{text}");
        let settings = crate::settings();
        let mut memory = xinglin_ingest::Memory::default();
        let parsed = crate::parse(text, &settings, &mut memory);
        let name = parsed.event.get(xinglin_core::Field::PROCESS_NAME).unwrap();
        assert_eq!(name.to_text(), "his");
    }
    datagrams.end().await;
    streams.end().await;
}

/// Writes the certificates where programs read them.
fn write_certificates(folder: &Path, certificates: &Certificates) {
    let files = [
        ("ca.pem", certificates.authority.pem()),
        ("client.pem", certificates.client.0.pem()),
        ("client.key", certificates.client.1.serialize_pem()),
    ];
    for (name, text) in files {
        fs::write(folder.join(name), text).unwrap();
    }
}

/// 300 messages in a file that the program reads and forwards in three ways.
fn write_messages(path: &Path) {
    let lines: Vec<String> = (0..300)
        .map(|number| format!("order {number} is done"))
        .collect();
    fs::write(path, lines.join("\n") + "\n").unwrap();
}

async fn expect_all(receivers: &mut [Receiver]) {
    for receiver in receivers {
        let mut texts = receiver.take(300).await;
        texts.retain(|text| text.contains("order "));
        for (number, text) in texts.iter().take(300).enumerate() {
            assert!(
                text.contains(&format!("order {number} is done")),
                "{number}: {text}"
            );
        }
        receiver.end().await;
    }
}

#[tokio::test]
async fn rsyslog_forwards_by_all_transports() {
    let rsyslogd = program("rsyslogd");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let certificates = Certificates::new();
    write_certificates(path, &certificates);
    write_messages(&path.join("messages"));
    let mut receivers = [
        Receiver::udp(4 << 20).await,
        Receiver::tcp(4 << 20, StreamLimits::default()).await,
        Receiver::tls(&certificates, StreamLimits::default()).await,
    ];
    let [udp, tcp, tls] = receivers.each_ref().map(|receiver| receiver.address.port());
    let modules = ["x86_64-linux-gnu", "aarch64-linux-gnu"]
        .map(|name| {
            rsyslogd
                .parent()
                .unwrap()
                .join("../lib")
                .join(name)
                .join("rsyslog")
        })
        .into_iter()
        .find(|folder| folder.is_dir())
        .unwrap();
    let here = path.display();
    let configuration = format!(
        "global(workDirectory=\"{here}\" defaultNetstreamDriverCAFile=\"{here}/ca.pem\"\n\
         defaultNetstreamDriverCertFile=\"{here}/client.pem\" defaultNetstreamDriverKeyFile=\"{here}/client.key\")\n\
         module(load=\"imfile\")\n\
         input(type=\"imfile\" file=\"{here}/messages\" tag=\"orders:\" ruleset=\"out\")\n\
         ruleset(name=\"out\") {{\n\
         action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{udp}\" protocol=\"udp\")\n\
         action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{tcp}\" protocol=\"tcp\" tcp_framing=\"octet-counted\")\n\
         action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{tls}\" protocol=\"tcp\" streamDriver=\"ossl\"\n\
         streamDriverMode=\"1\" streamDriverAuthMode=\"x509/certvalid\")\n\
         }}\n"
    );
    fs::write(path.join("rsyslog.conf"), configuration).unwrap();
    let mut daemon = command(&rsyslogd);
    daemon.arg("-n").arg("-M").arg(modules);
    daemon.arg("-i").arg(path.join("pid"));
    daemon.arg("-f").arg(path.join("rsyslog.conf"));
    let running = Running(daemon.spawn().unwrap());
    expect_all(&mut receivers).await;
    drop(running);
}

#[tokio::test]
async fn syslog_ng_forwards_by_all_transports() {
    let syslog_ng = program("syslog-ng");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let certificates = Certificates::new();
    write_certificates(path, &certificates);
    write_messages(&path.join("messages"));
    let mut receivers = [
        Receiver::udp(4 << 20).await,
        Receiver::tcp(4 << 20, StreamLimits::default()).await,
        Receiver::tls(&certificates, StreamLimits::default()).await,
    ];
    let [udp, tcp, tls] = receivers.each_ref().map(|receiver| receiver.address.port());
    let modules = syslog_ng.parent().unwrap().join("../lib/syslog-ng");
    let modules = fs::read_dir(modules).unwrap().flatten();
    let modules = modules
        .map(|entry| entry.path())
        .find(|path| path.is_dir())
        .unwrap();
    let here = path.display();
    let configuration = format!(
        "@version: 3.38\n@module affile\n@module afsocket\n@module syslogformat\n\
         source in {{ file(\"{here}/messages\" flags(no-parse)); }};\n\
         destination udp {{ network(\"127.0.0.1\" port({udp}) transport(udp)); }};\n\
         destination tcp {{ syslog(\"127.0.0.1\" port({tcp}) transport(tcp)); }};\n\
         destination tls {{ syslog(\"127.0.0.1\" port({tls}) transport(tls)\n\
         tls(ca-file(\"{here}/ca.pem\") cert-file(\"{here}/client.pem\") key-file(\"{here}/client.key\") peer-verify(required-untrusted))); }};\n\
         log {{ source(in); destination(udp); destination(tcp); destination(tls); }};\n"
    );
    fs::write(path.join("syslog-ng.conf"), configuration).unwrap();
    let mut daemon = command(&syslog_ng);
    daemon.args(["--foreground", "--no-caps"]);
    daemon.arg(format!("--module-path={}", modules.display()));
    daemon.arg(format!("--cfgfile={here}/syslog-ng.conf"));
    daemon.arg(format!("--persist-file={here}/persist"));
    daemon.arg(format!("--pidfile={here}/pid"));
    daemon.arg(format!("--control={here}/control"));
    let running = Running(daemon.spawn().unwrap());
    expect_all(&mut receivers).await;
    drop(running);
}
