//! Figures that another program prints: criterion's benches, the inspection.

use std::{fs, time::Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::table::{Row, Table};
use crate::{
    shell,
    workspace::{Profile, Workspace},
};

/// Runs a criterion bench of a crate and reads its estimates.
pub(super) fn criterion(
    workspace: &Workspace,
    package: &str,
    bench: &str,
) -> anyhow::Result<Table> {
    let mut cargo = workspace.cargo();
    cargo.args(["bench", "--package", package, "--bench", bench]);
    let outcome = shell::watch(&mut cargo)?;
    if !outcome.ok {
        bail!("the bench {bench} of {package} failed");
    }
    let mut table = Table::new(format!(
        "`cargo bench -p {package} --bench {bench}`, median."
    ));
    for (name, microseconds) in medians(&outcome.text) {
        table.note(name, microseconds, "µs");
    }
    Ok(table)
}

/// Criterion's lines `name   time:   [low median high]`; a long name has a line of its own.
fn medians(text: &str) -> Vec<(String, f64)> {
    let mut found = Vec::new();
    let mut last = "";
    for line in text.lines() {
        if let Some((name, rest)) = line.split_once("time:") {
            let name = if name.trim().is_empty() {
                last
            } else {
                name.trim()
            };
            let words: Vec<&str> = rest.split_whitespace().collect();
            if let [_, _, value, unit, ..] = words.as_slice()
                && let (Ok(value), Some(factor)) = (value.parse::<f64>(), factor(unit))
            {
                found.push((name.to_owned(), value * factor));
            }
        } else if !line.trim().is_empty() {
            last = line.trim();
        }
    }
    found
}

/// How many microseconds a unit has.
fn factor(unit: &str) -> Option<f64> {
    match unit {
        "ps" => Some(1e-6),
        "ns" => Some(1e-3),
        "µs" | "us" => Some(1.0),
        "ms" => Some(1e3),
        "s" => Some(1e6),
        _ => None,
    }
}

/// Inspects this machine and says what it took.
pub(super) fn inspect(workspace: &Workspace) -> anyhow::Result<Table> {
    const TIMES: u32 = 5;
    let binary = workspace.build(Profile::Release)?;
    let mut wall = f64::INFINITY;
    let mut checks = 0;
    for _ in 0..TIMES {
        let start = Instant::now();
        let mut inspect = shell::command(&binary, workspace.root());
        let said = shell::read(inspect.args(["inspect", "host", "--json"]))?;
        wall = wall.min(start.elapsed().as_secs_f64());
        let document: Value = serde_json::from_str(&said)?;
        checks = document["results"].as_array().context("no results")?.len();
    }
    let mut table = Table::new(format!(
        "`xinglin inspect host --json` on the measuring machine, best of {TIMES}."
    ));
    table.push(Row {
        name: "wall time".to_owned(),
        figure: wall,
        unit: "s",
        target: Some(1.0),
        peer: None,
    });
    table.note("checks", u32::try_from(checks).map(f64::from)?, "");
    let memory = peak_memory_mb(workspace, &binary);
    if let Some(memory) = memory {
        table.note("memory at most", memory, "MB");
    }
    Ok(table)
}

/// What the shell's own report says of the largest child; `None` where GNU time is missing.
fn peak_memory_mb(workspace: &Workspace, binary: &std::path::Path) -> Option<f64> {
    let file = workspace.target().ok()?.join("xtask-time");
    let mut time = shell::command("/usr/bin/time", workspace.root());
    time.args(["-f", "%M", "-o"]).arg(&file).arg(binary);
    shell::read(time.args(["inspect", "host", "--json"])).ok()?;
    let kilobytes: f64 = fs::read_to_string(file).ok()?.trim().parse().ok()?;
    Some(kilobytes / 1024.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_read_in_microseconds() {
        let text = "Benchmarking x\nx/1000 systems         time:   [610.1 ms 612.5 ms 615.0 ms]\na very long name of a bench\n                        time:   [1.1000 µs 1.2500 µs 1.3 µs]\n                 change: [-1% 0% +1%]\n";
        let expected = [
            ("x/1000 systems".to_owned(), 612_500.0),
            ("a very long name of a bench".to_owned(), 1.25),
        ];
        assert_eq!(medians(text), expected);
    }
}
