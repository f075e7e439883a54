//! Figures that another program prints: criterion's benches.

use anyhow::bail;

use super::table::Table;
use crate::{shell, workspace::Workspace};

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
        } else if !line.trim().is_empty() && !is_chatter(line) {
            last = line.trim();
        }
    }
    found
}

/// What criterion says on its way, on the other stream, so that it may stand anywhere.
fn is_chatter(line: &str) -> bool {
    ["Benchmarking ", "Warning: ", "Found "]
        .iter()
        .any(|beginning| line.starts_with(beginning))
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn medians_are_read_in_microseconds() {
        let text = "Benchmarking x\nx/1000 systems         time:   [610.1 ms 612.5 ms 615.0 ms]\na very long name of a bench\nBenchmarking y: Warming up for 3.0000 s\n                        time:   [1.1000 µs 1.2500 µs 1.3 µs]\n                 change: [-1% 0% +1%]\n";
        let expected = [
            ("x/1000 systems".to_owned(), 612_500.0),
            ("a very long name of a bench".to_owned(), 1.25),
        ];
        assert_eq!(medians(text), expected);
    }
}
