//! rsyslog and syslog-ng: what they take to write the same messages into a text file.

use std::{
    fs,
    io::Read as _,
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

use super::send::{Messages, Much};
use crate::{drive::cpu_seconds_of, shell};

/// Peers are given up after this time.
const PATIENCE: Duration = Duration::from_mins(5);

/// A collector that runs.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

/// Microseconds of CPU for a message, of each collector.
pub(super) fn measure(
    senders: &Path,
    folder: &Path,
    messages: &Messages,
    count: u64,
) -> anyhow::Result<Vec<(&'static str, f64)>> {
    let mut figures = Vec::new();
    for (name, command) in [
        (
            "rsyslog",
            rsyslog as fn(&Path, &Path, SocketAddr) -> anyhow::Result<Command>,
        ),
        ("syslog-ng", syslog_ng),
    ] {
        let place = folder.join(name);
        fs::create_dir_all(&place)?;
        let at = free_port()?;
        let mut command = command(senders, &place, at)?;
        command
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        let running = Running(
            command
                .spawn()
                .with_context(|| format!("cannot run {name}"))?,
        );
        until(name, || TcpStream::connect(at).is_ok())?;
        let before = cpu_seconds_of(running.0.id())?;
        let sent = messages.by_tcp(at, 4, Much::Count(count), None)?;
        let out = place.join("out");
        until(name, || lines(&out).is_ok_and(|written| written >= sent))?;
        let taken = cpu_seconds_of(running.0.id())? - before;
        drop(running);
        fs::remove_dir_all(&place)?;
        #[expect(clippy::cast_precision_loss, reason = "far below what a double holds")]
        figures.push((name, taken * 1e6 / sent as f64));
    }
    Ok(figures)
}

fn lines(file: &Path) -> anyhow::Result<u64> {
    let feeds = |part: &[u8]| part.split(|byte| *byte == b'\n').count() - 1;
    let (mut file, mut part, mut lines) = (fs::File::open(file)?, vec![0; 1 << 20], 0);
    loop {
        match file.read(&mut part)? {
            0 => return Ok(u64::try_from(lines)?),
            read => lines += feeds(part.get(..read).unwrap_or_default()),
        }
    }
}

fn until(name: &str, is_so: impl Fn() -> bool) -> anyhow::Result<()> {
    let begin = Instant::now();
    while !is_so() {
        if begin.elapsed() > PATIENCE {
            bail!("{name} did not get there in {} s", PATIENCE.as_secs());
        }
        thread::sleep(Duration::from_millis(500));
    }
    Ok(())
}

fn free_port() -> anyhow::Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

/// A program that was only unpacked, with the libraries that came with it.
fn unpacked(senders: &Path, program: &str, here: &Path) -> anyhow::Result<Command> {
    let path = senders.join(program);
    if !path.exists() {
        bail!("{} is not there", path.display());
    }
    let mut libraries = vec![senders.join("usr/lib/syslog-ng")];
    for folder in ["usr/lib", "lib"] {
        libraries.extend(folders_of(&senders.join(folder)));
    }
    let mut command = shell::command(&path, here);
    command.env("LD_LIBRARY_PATH", std::env::join_paths(libraries)?);
    Ok(command)
}

/// The folders of this kind of machine, such as `x86_64-linux-gnu`.
fn folders_of(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let paths = entries.map(|entry| entry.path());
    paths
        .filter(|path| path.to_string_lossy().ends_with("-linux-gnu"))
        .collect()
}

fn rsyslog(senders: &Path, here: &Path, at: SocketAddr) -> anyhow::Result<Command> {
    let configuration = format!(
        "module(load=\"imtcp\")\n\
         template(name=\"raw\" type=\"string\" string=\"%rawmsg%\\n\")\n\
         ruleset(name=\"out\") {{ action(type=\"omfile\" file=\"{}/out\" template=\"raw\") }}\n\
         input(type=\"imtcp\" address=\"{}\" port=\"{}\" ruleset=\"out\")\n",
        here.display(),
        at.ip(),
        at.port(),
    );
    fs::write(here.join("rsyslog.conf"), configuration)?;
    let modules = folders_of(&senders.join("usr/lib"))
        .into_iter()
        .map(|folder| folder.join("rsyslog"))
        .find(|folder| folder.is_dir())
        .context("the modules of rsyslog are not there")?;
    let mut command = unpacked(senders, "usr/sbin/rsyslogd", here)?;
    command.arg("-n").arg("-M").arg(modules);
    command.arg("-i").arg(here.join("pid"));
    command.arg("-f").arg(here.join("rsyslog.conf"));
    Ok(command)
}

fn syslog_ng(senders: &Path, here: &Path, at: SocketAddr) -> anyhow::Result<Command> {
    let folder = here.display();
    let configuration = format!(
        "@version: 3.38\n@module affile\n@module afsocket\n@module syslogformat\n\
         source in {{ network(ip(\"{}\") port({}) transport(\"tcp\") flags(no-parse)\n\
         log-iw-size(100000) log-fetch-limit(1000)); }};\n\
         destination out {{ file(\"{folder}/out\" template(\"${{MSG}}\\n\")); }};\n\
         log {{ source(in); destination(out); flags(flow-control); }};\n",
        at.ip(),
        at.port(),
    );
    fs::write(here.join("syslog-ng.conf"), configuration)?;
    let modules = fs::read_dir(senders.join("usr/lib/syslog-ng"))?.flatten();
    let modules = modules
        .map(|entry| entry.path())
        .find(|path| path.is_dir())
        .context("the modules of syslog-ng are not there")?;
    let mut command = unpacked(senders, "usr/sbin/syslog-ng", here)?;
    command.args(["--foreground", "--no-caps"]);
    command.arg(format!("--module-path={}", modules.display()));
    command.arg(format!("--cfgfile={folder}/syslog-ng.conf"));
    command.arg(format!("--persist-file={folder}/persist"));
    command.arg(format!("--pidfile={folder}/pid"));
    command.arg(format!("--control={folder}/control"));
    Ok(command)
}
