//! The same questions, asked of our lake and by readers of a plain Parquet file with the same
//! events.

use std::{fmt::Write as _, fs, path::Path};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::Row;
use crate::{pypi, say::line, shell, workspace::Workspace};

const SCRIPT: &str = include_str!("readers.py");
const READERS: [&str; 3] = ["duckdb", "chdb", "datafusion"];

/// Questions: their names in the reports, what is asked, and what an answer of ours may take, in
/// milliseconds of CPU.
const QUESTIONS: [(&str, &str, Option<f64>); 8] = [
    ("counts", "count by source and hour", Some(10.0)),
    ("failed", "top 20 addresses of failed logins", Some(100.0)),
    ("user", "one user in one hour", Some(20.0)),
    ("address", "one address in 24 hours", Some(40.0)),
    ("rare", "a rare word anywhere", Some(50.0)),
    ("newest", "the newest 100 events of a user", None),
    ("phrase", "a phrase in a day, the newest 100", None),
    ("nothing", "a word that is nowhere", None),
];

/// What our answer to a question took, in milliseconds, and its answer.
fn ours(report: &Value, name: &str) -> Option<(f64, u64)> {
    if name == "counts" {
        return Some((
            report["counts_cpu_ms"].as_f64()?,
            report["counted"].as_u64()?,
        ));
    }
    let questions = report["questions"].as_array()?;
    let question = questions.iter().find(|one| one["name"] == name)?;
    Some((question["cpu_ms"].as_f64()?, question["answer"].as_u64()?))
}

/// Our figures, beside their targets.
pub(super) fn rows(report: &Value) -> anyhow::Result<Vec<Row>> {
    let row = |(name, what, target): &(&str, &str, Option<f64>)| {
        let (figure, _) = ours(report, name).with_context(|| format!("no answer to {name}"))?;
        Ok(Row {
            name: format!("CPU: {what}"),
            figure,
            unit: "ms",
            target: *target,
            peer: None,
        })
    };
    QUESTIONS.iter().map(row).collect()
}

/// The table of readers. Fails when one of them finds anything else than we do.
pub(super) fn beside(
    workspace: &Workspace,
    program: &Path,
    folder: &Path,
    report: &Value,
    events: u64,
) -> anyhow::Result<String> {
    let python = pypi::with_readers(workspace)?;
    let file = folder.join("plain.parquet");
    let mut plain = shell::command(program, folder);
    plain.arg("plain").arg(&file).arg(events.to_string());
    shell::run(&mut plain)?;
    let mut readers = Vec::new();
    for name in READERS {
        line(&format!("    {name}"));
        let mut ask = shell::command(&python, folder);
        ask.args(["-c", SCRIPT, name]).arg(&file);
        let said = shell::read(&mut ask)?;
        let said = said.lines().last().context("the reader said nothing")?;
        let said: Value = serde_json::from_str(said)?;
        readers.push((name, said));
    }
    #[expect(clippy::cast_precision_loss, reason = "far below what a double holds")]
    let size = fs::metadata(&file)?.len() as f64 / events as f64;
    fs::remove_file(&file)?;
    table(report, &readers, (events, size))
}

fn table(
    report: &Value,
    readers: &[(&str, Value)],
    (events, size): (u64, f64),
) -> anyhow::Result<String> {
    let mut table = format!(
        "\nThe same {events} events in one plain Parquet file (time, source, message, six fields; zstd -3, {size:.1} B/event), asked the same by readers with two threads; warm, CPU of the answer alone, in ms. The ratio is that of the best of them to ours.\n\n| question | ours |"
    );
    let mut rule = String::from("| --- | ---: |");
    for (name, said) in readers {
        let version = said["version"].as_str().unwrap_or_default();
        write!(table, " {name} {version} |")?;
        rule.push_str(" ---: |");
    }
    writeln!(table, " ratio |\n{rule} ---: |")?;
    for (name, what, _) in QUESTIONS {
        let (taken, answer) = ours(report, name).with_context(|| format!("no answer to {name}"))?;
        let mut best = f64::INFINITY;
        let mut cells = String::new();
        for (reader, said) in readers {
            let theirs = &said["answers"][name];
            let Some(milliseconds) = theirs["cpu_ms"].as_f64() else {
                continue;
            };
            if theirs["answer"].as_u64() != Some(answer) {
                bail!("{what}: {reader} says {}, we {answer}", theirs["answer"]);
            }
            best = best.min(milliseconds);
            write!(cells, " {milliseconds:.0} |")?;
        }
        if best.is_finite() {
            let ratio = best / taken.max(0.01);
            writeln!(table, "| {what} | {taken:.1} |{cells} {ratio:.0} x |")?;
        }
    }
    write!(
        table,
        "| memory at most, MB | {:.0} |",
        report["reading_memory_mb"].as_f64().unwrap_or(f64::NAN)
    )?;
    for (_, said) in readers {
        write!(
            table,
            " {:.0} |",
            said["memory_mb"].as_f64().unwrap_or(f64::NAN)
        )?;
    }
    writeln!(table, " |")?;
    Ok(table)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report() -> Value {
        let names = QUESTIONS.map(|(name, ..)| name);
        let questions = names.map(|name| json!({"name": name, "cpu_ms": 2.0, "answer": 7}));
        json!({"counts_cpu_ms": 2.0, "counted": 7, "reading_memory_mb": 50.0, "questions": questions})
    }

    #[test]
    fn the_best_reader_is_what_we_are_measured_by() {
        let said = |ms: f64| json!({"version": "1", "memory_mb": 9.0, "answers": {"rare": {"cpu_ms": ms, "answer": 7}}});
        let readers = [("a", said(30.0)), ("b", said(10.0))];
        let table = table(&report(), &readers, (10, 50.0)).unwrap();
        assert!(
            table.contains("| a rare word anywhere | 2.0 | 30 | 10 | 5 x |"),
            "{table}"
        );
        assert_eq!(rows(&report()).unwrap().len(), QUESTIONS.len());
    }

    #[test]
    fn another_answer_is_an_error() {
        let said = json!({"answers": {"rare": {"cpu_ms": 1.0, "answer": 8}}});
        assert!(table(&report(), &[("a", said)], (10, 50.0)).is_err());
    }
}
