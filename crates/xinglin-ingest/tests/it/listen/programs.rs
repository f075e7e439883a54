//! Senders that others wrote: logger, rsyslog, syslog-ng and the journal.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
};

use super::{protected::Certificates, *};

const ARCHITECTURES: [&str; 2] = ["x86_64-linux-gnu", "aarch64-linux-gnu"];

/// Where `cargo xtask test` unpacks what others wrote.
fn unpacked() -> PathBuf {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().unwrap();
    target.join("debian")
}

/// A program, unpacked beside what was built or of this machine; says what to do when it is
/// not there.
pub(super) fn program(name: &str) -> PathBuf {
    let folders = [unpacked(), PathBuf::from("/")];
    let inner = [
        "usr/sbin",
        "usr/bin",
        "bin",
        "lib/systemd",
        "usr/lib/systemd",
    ];
    folders
        .iter()
        .flat_map(|folder| inner.map(|inner| folder.join(inner).join(name)))
        .find(|path| path.is_file())
        .unwrap_or_else(|| {
            panic!(
                "the program {name} is not there; this test needs it as Debian packages it: \
                 `cargo xtask test` unpacks it into target/debian, without installing it"
            )
        })
}

/// Folders of libraries of programs that were only unpacked.
pub(super) fn libraries() -> String {
    let folder = unpacked();
    let mut libraries = vec![folder.join("usr/lib/syslog-ng").display().to_string()];
    for architecture in ARCHITECTURES {
        for inner in ["usr/lib", "lib"] {
            let inner = folder.join(inner).join(architecture);
            libraries.push(inner.display().to_string());
            libraries.push(inner.join("systemd").display().to_string());
        }
    }
    libraries.join(":")
}

#[expect(clippy::disallowed_methods, reason = "senders of other makers")]
pub(super) fn command(path: &Path) -> Command {
    let mut command = Command::new(path);
    if path.starts_with(unpacked()) {
        command.env("LD_LIBRARY_PATH", libraries());
    }
    command.stdin(Stdio::null());
    command
}

/// Ends the program with the test.
pub(super) struct Running(pub(super) Child);

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

/// Receivers by each transport, and a folder with what a program needs to forward to them.
struct Stage {
    folder: tempfile::TempDir,
    receivers: [Receiver; 3],
}

impl Stage {
    async fn new() -> Self {
        let certificates = Certificates::new();
        let stage = Self {
            folder: tempfile::tempdir().unwrap(),
            receivers: [
                Receiver::udp(4 << 20).await,
                Receiver::tcp(4 << 20, StreamLimits::default()).await,
                Receiver::tls(&certificates, StreamLimits::default()).await,
            ],
        };
        stage.write("ca.pem", &certificates.authority.pem());
        stage.write("client.pem", &certificates.client.0.pem());
        stage.write("client.key", &certificates.client.1.serialize_pem());
        let orders = (0..300).map(|number| format!("order {number} is done\n"));
        stage.write("messages", &orders.collect::<String>());
        stage
    }

    fn path(&self) -> &Path {
        self.folder.path()
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path().join(name), text).unwrap();
    }

    fn ports(&self) -> [u16; 3] {
        let receivers = self.receivers.each_ref();
        receivers.map(|receiver| receiver.address.port())
    }

    /// Every transport brings every message, in order.
    async fn expect_all(&mut self) {
        for receiver in &mut self.receivers {
            let mut texts = Vec::new();
            while texts.len() < 300 {
                let count = receiver.taken.len() + 1;
                texts = receiver.take(count).await;
                texts.retain(|text| text.contains("order "));
            }
            for (number, text) in texts.iter().enumerate() {
                assert!(
                    text.contains(&format!("order {number} is done")),
                    "{number}: {text}"
                );
            }
            receiver.end().await;
        }
    }

    /// rsyslog, told to forward what comes by `input` to the ruleset `out`.
    fn rsyslog(&self, input: &str) -> Command {
        let [udp, tcp, tls] = self.ports();
        let here = self.path().display();
        let configuration = format!(
            "global(workDirectory=\"{here}\" defaultNetstreamDriverCAFile=\"{here}/ca.pem\"\n\
             defaultNetstreamDriverCertFile=\"{here}/client.pem\" defaultNetstreamDriverKeyFile=\"{here}/client.key\")\n\
             {input}\n\
             ruleset(name=\"out\") {{\n\
             action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{udp}\" protocol=\"udp\")\n\
             action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{tcp}\" protocol=\"tcp\" tcp_framing=\"octet-counted\")\n\
             action(type=\"omfwd\" target=\"127.0.0.1\" port=\"{tls}\" protocol=\"tcp\" streamDriver=\"ossl\"\n\
             streamDriverMode=\"1\" streamDriverAuthMode=\"x509/certvalid\")\n\
             }}\n"
        );
        self.write("rsyslog.conf", &configuration);
        let rsyslogd = program("rsyslogd");
        let libraries = rsyslogd.parent().unwrap().join("../lib");
        let modules = ARCHITECTURES
            .map(|name| libraries.join(name).join("rsyslog"))
            .into_iter()
            .find(|folder| folder.is_dir());
        let mut daemon = command(&rsyslogd);
        daemon.arg("-n").arg("-M").arg(modules.unwrap());
        daemon.arg("-i").arg(self.path().join("pid"));
        daemon.arg("-f").arg(self.path().join("rsyslog.conf"));
        daemon
    }
}

#[tokio::test]
async fn rsyslog_forwards_by_all_transports() {
    let mut stage = Stage::new().await;
    let here = stage.path().display();
    let mut daemon = stage.rsyslog(&format!(
        "module(load=\"imfile\")\n\
         input(type=\"imfile\" file=\"{here}/messages\" tag=\"orders:\" ruleset=\"out\")"
    ));
    let running = Running(daemon.spawn().unwrap());
    stage.expect_all().await;
    drop(running);
}

#[tokio::test]
async fn syslog_ng_forwards_by_all_transports() {
    let mut stage = Stage::new().await;
    let syslog_ng = program("syslog-ng");
    let modules = syslog_ng.parent().unwrap().join("../lib/syslog-ng");
    let mut modules = fs::read_dir(modules).unwrap().flatten();
    let modules = modules.find(|entry| entry.path().is_dir()).unwrap().path();
    let [udp, tcp, tls] = stage.ports();
    let here = stage.path().display();
    let configuration = format!(
        "@version: 3.38\n@module affile\n@module afsocket\n@module syslogformat\n\
         source in {{ file(\"{here}/messages\" flags(no-parse)); }};\n\
         destination udp {{ network(\"127.0.0.1\" port({udp}) transport(udp)); }};\n\
         destination tcp {{ syslog(\"127.0.0.1\" port({tcp}) transport(tcp)); }};\n\
         destination tls {{ syslog(\"127.0.0.1\" port({tls}) transport(tls)\n\
         tls(ca-file(\"{here}/ca.pem\") cert-file(\"{here}/client.pem\") key-file(\"{here}/client.key\") peer-verify(required-untrusted))); }};\n\
         log {{ source(in); destination(udp); destination(tcp); destination(tls); }};\n"
    );
    stage.write("syslog-ng.conf", &configuration);
    let mut daemon = command(&syslog_ng);
    daemon.args(["--foreground", "--no-caps"]);
    daemon.arg(format!("--module-path={}", modules.display()));
    daemon.arg(format!("--cfgfile={here}/syslog-ng.conf"));
    daemon.arg(format!("--persist-file={here}/persist"));
    daemon.arg(format!("--pidfile={here}/pid"));
    daemon.arg(format!("--control={here}/control"));
    let running = Running(daemon.spawn().unwrap());
    stage.expect_all().await;
    drop(running);
}

/// A real journal, in namespaces of its own so that nothing of the system is touched. Its files
/// are in `journal` in the folder, its sockets in `sockets`; then the script goes on.
pub(super) fn apart(folder: &Path, then: &str) -> Command {
    let here = folder.display();
    let script = format!(
        "mount -t tmpfs tmpfs /run && mkdir -p /run/systemd/journal /run/log/journal\n\
         mkdir -p {here}/journal {here}/sockets\n\
         mount --bind {here}/journal /run/log/journal\n\
         mount --bind {here}/sockets /run/systemd/journal\n\
         LD_LIBRARY_PATH={libraries} {journald} &\n\
         until [ -S {here}/sockets/dev-log ]; do sleep 0.05; done\n\
         {then}",
        libraries = libraries(),
        journald = program("systemd-journald").display(),
    );
    fs::write(folder.join("script"), script).unwrap();
    let mut apart = command(&program("unshare"));
    apart.args([
        "--user",
        "--map-root-user",
        "--mount",
        "--pid",
        "--fork",
        "--kill-child",
    ]);
    apart.arg("sh").arg(folder.join("script"));
    apart
}

/// Messages of a real journal are read by rsyslog's module for it and forwarded.
#[tokio::test]
async fn the_journal_is_forwarded_by_all_transports() {
    let mut stage = Stage::new().await;
    let daemon = stage.rsyslog(
        "module(load=\"imjournal\" StateFile=\"state\" Ratelimit.Interval=\"0\")\n\
         call out",
    );
    let mut apart = apart(
        stage.path(),
        &format!(
            "{logger} --socket {here}/sockets/dev-log --tag orders --file {here}/messages\n\
             export LD_LIBRARY_PATH={libraries}\n\
             exec \"$@\"\n",
            logger = program("logger").display(),
            here = stage.path().display(),
            libraries = libraries(),
        ),
    );
    apart.arg(daemon.get_program()).args(daemon.get_args());
    let running = Running(apart.spawn().unwrap());
    stage.expect_all().await;
    drop(running);
}
