//! A server of our own: started on a free port, measured, and stopped with its owner.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    sync::{Arc, Mutex, mpsc},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};

use crate::shell;

/// The demonstration is built by its use cases, which takes a while in the dev profile.
const PATIENCE: Duration = Duration::from_mins(5);
/// `/proc/<pid>/stat` counts in hundredths of a second on every Linux we know.
const TICKS_PER_SECOND: f64 = 100.0;
/// Of what a server says, so many lines are kept.
const MOST_SAID: usize = 200;

/// A running server.
#[derive(Debug)]
pub(crate) struct Server {
    child: Child,
    address: String,
    started_in: Duration,
    said: Arc<Mutex<Vec<String>>>,
}

impl Server {
    /// Starts `binary` on `data` and waits until it listens.
    pub(crate) fn start(binary: &Path, data: &Path) -> anyhow::Result<Self> {
        let mut command = shell::command(binary, Path::new("/"));
        command.arg("serve");
        Self::launch(command, data)
    }

    /// Starts `binary` on `data`, with receivers of syslog by TCP and UDP on free ports.
    pub(crate) fn start_with_syslog(binary: &Path, data: &Path) -> anyhow::Result<Self> {
        let mut command = shell::command(binary, Path::new("/"));
        command.args(["serve", "--syslog-tcp", "127.0.0.1:0"]);
        command.args(["--syslog-udp", "127.0.0.1:0"]);
        Self::launch(command, data)
    }

    /// Starts `binary` on `data` with the demonstration hospital.
    pub(crate) fn start_demo(binary: &Path, data: &Path) -> anyhow::Result<Self> {
        let mut command = shell::command(binary, Path::new("/"));
        command.args(["serve", "--demo"]);
        Self::launch(command, data)
    }

    fn launch(mut command: Command, data: &Path) -> anyhow::Result<Self> {
        let start = Instant::now();
        command
            .args(["--listen", "127.0.0.1:0", "--data"])
            .arg(data);
        let mut child = command
            .env("RUST_LOG", "warn")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("the server cannot be started")?;
        let stderr = child.stderr.take().context("the server has no stderr")?;
        let (sender, receiver) = mpsc::sync_channel(1);
        let said: Arc<Mutex<Vec<String>>> = Arc::default();
        let kept = Arc::clone(&said);
        // Reads on after the address came: a full pipe would stop the server.
        thread::spawn(move || {
            for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                if let Some((_, address)) = line.split_once("http://") {
                    drop(sender.try_send(address.trim().to_owned()));
                }
                if let Ok(mut said) = kept.lock()
                    && said.len() < MOST_SAID
                {
                    said.push(line);
                }
            }
        });
        let Ok(address) = receiver.recv_timeout(PATIENCE) else {
            drop(child.kill());
            bail!(
                "the server did not say where it listens within {} s",
                PATIENCE.as_secs()
            );
        };
        Ok(Self {
            child,
            address,
            started_in: start.elapsed(),
            said,
        })
    }

    /// Where it listens, `127.0.0.1:8600`.
    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// From start until it listened.
    pub(crate) fn started_in(&self) -> Duration {
        self.started_in
    }

    /// CPU seconds of the whole process so far, to the hundredth.
    pub(crate) fn cpu_seconds(&self) -> anyhow::Result<f64> {
        cpu_seconds_of(self.child.id())
    }

    /// What it said behind these words, such as an address.
    pub(crate) fn said_behind(&self, words: &str) -> Option<String> {
        let said = self.said.lock().ok()?;
        let mut found = said.iter().filter_map(|line| line.split_once(words));
        found.next().map(|(_, rest)| rest.trim().to_owned())
    }

    /// CPU seconds of the threads that run now, to the microsecond.
    pub(crate) fn fine_cpu_seconds(&self) -> anyhow::Result<f64> {
        let mut nanos = 0.0;
        for task in fs::read_dir(format!("/proc/{}/task", self.child.id()))? {
            // A thread may end between listing and reading.
            let Ok(text) = fs::read_to_string(task?.path().join("schedstat")) else {
                continue;
            };
            let on_cpu = text
                .split_whitespace()
                .next()
                .and_then(|word| word.parse::<f64>().ok());
            nanos += on_cpu.context("schedstat is not readable")?;
        }
        Ok(nanos / 1e9)
    }

    /// A line of `/proc/<pid>/status` in MB: `VmRSS` now, `VmHWM` at most so far.
    pub(crate) fn memory_mb(&self, line: &str) -> anyhow::Result<f64> {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()))?;
        status
            .lines()
            .find_map(|found| found.strip_prefix(line)?.strip_prefix(':'))
            .and_then(|rest| rest.split_whitespace().next())
            .and_then(|kilobytes| kilobytes.parse::<f64>().ok())
            .map(|kilobytes| kilobytes / 1024.0)
            .with_context(|| format!("no {line} in the status of the server"))
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// CPU seconds of a process so far, to the hundredth.
pub(crate) fn cpu_seconds_of(process: u32) -> anyhow::Result<f64> {
    let stat =
        fs::read_to_string(format!("/proc/{process}/stat")).context("measuring needs Linux")?;
    ticks(&stat).map(|ticks| ticks / TICKS_PER_SECOND)
}

/// User and system time, fields 14 and 15. The second field is the name in parentheses,
/// which may hold spaces.
fn ticks(stat: &str) -> anyhow::Result<f64> {
    let (_, rest) = stat.rsplit_once(')').context("an unknown form of stat")?;
    let mut fields = rest.split_whitespace().skip(11).map(str::parse::<f64>);
    match (fields.next(), fields.next()) {
        (Some(Ok(user)), Some(Ok(system))) => Ok(user + system),
        _ => bail!("an unknown form of stat"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_found_behind_any_name() {
        let stat = "7 (a (b) c) S 1 2 3 4 5 6 7 8 9 10 120 30 0 0 20 0";
        assert!((ticks(stat).unwrap() - 150.0).abs() < f64::EPSILON);
        assert!(ticks("7 (a) S 1").is_err());
    }
}
