//! Running other programs: in view, or quietly for their output.

use std::{
    ffi::OsStr,
    io::{self, BufRead as _, BufReader, Read},
    path::Path,
    process::{Command, Stdio},
    sync::{Arc, Mutex},
    thread,
};

use anyhow::{Context as _, bail};

use crate::say::line;

/// What a program printed and whether it succeeded.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Whether it ended with 0.
    pub(crate) ok: bool,
    /// Both streams, in the order in which they came.
    pub(crate) text: String,
}

/// A program to be run in `folder`.
pub(crate) fn command(program: impl AsRef<OsStr>, folder: &Path) -> Command {
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that starts programs"
    )]
    let mut command = Command::new(program);
    command.current_dir(folder);
    command
}

/// Runs a program in view.
pub(crate) fn run(command: &mut Command) -> anyhow::Result<()> {
    line(&format!("    {}", words(command)));
    let status = command
        .status()
        .with_context(|| format!("cannot run {}", words(command)))?;
    if !status.success() {
        bail!("`{}` failed ({status})", words(command));
    }
    Ok(())
}

/// Runs a program in view and keeps what it printed.
pub(crate) fn watch(command: &mut Command) -> anyhow::Result<Outcome> {
    line(&format!("    {}", words(command)));
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot run {}", words(command)))?;
    let text = Arc::new(Mutex::new(String::new()));
    let readers = [
        child.stdout.take().map(|out| relay(out, &text)),
        child.stderr.take().map(|out| relay(out, &text)),
    ];
    let status = child.wait().context("cannot wait for the program")?;
    for reader in readers.into_iter().flatten() {
        if reader.join().is_err() {
            bail!("the output of `{}` could not be read", words(command));
        }
    }
    let text = text.lock().map(|text| text.clone()).unwrap_or_default();
    Ok(Outcome {
        ok: status.success(),
        text,
    })
}

/// Runs a program quietly for its standard output.
pub(crate) fn read(command: &mut Command) -> anyhow::Result<String> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot run {}", words(command)))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        bail!("`{}` failed: {}", words(command), said.trim());
    }
    String::from_utf8(output.stdout).with_context(|| format!("output of {}", words(command)))
}

/// Whether a program can be run.
pub(crate) fn exists(program: &str, folder: &Path) -> bool {
    command(program, folder)
        .arg("--version")
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok()
}

fn relay(stream: impl Read + Send + 'static, text: &Arc<Mutex<String>>) -> thread::JoinHandle<()> {
    let text = Arc::clone(text);
    thread::spawn(move || {
        let lines: io::Lines<_> = BufReader::new(stream).lines();
        for printed in lines.map_while(Result::ok) {
            line(&printed);
            if let Ok(mut text) = text.lock() {
                text.push_str(&printed);
                text.push('\n');
            }
        }
    })
}

fn words(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_name().unwrap_or(command.get_program());
    std::iter::once(name)
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_streams_and_the_end_are_kept() {
        let mut command = command("sh", Path::new("."));
        let outcome = watch(command.args(["-c", "echo out; echo err >&2; exit 3"])).unwrap();
        assert!(!outcome.ok);
        assert!(outcome.text.contains("out\n") && outcome.text.contains("err\n"));
    }

    #[test]
    fn a_failure_says_which_program() {
        let error = read(command("sh", Path::new(".")).args(["-c", "echo no >&2; exit 1"]));
        assert!(error.unwrap_err().to_string().contains("no"));
    }
}
