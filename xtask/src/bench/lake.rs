//! The lake: ten million events written, merged and read, beside packers of text and readers of
//! Parquet.

mod readers;

use std::{
    ffi::OsString,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::{
    peers::{self, Run},
    table::{Row, Table},
};
use crate::{
    debian::{self, Need},
    pypi,
    say::line,
    shell,
    workspace::Workspace,
};

/// Packers get so many: their figures do not change with more.
const PACKED: u64 = 1_000_000;
const SECONDS: u32 = 1_800;

/// Our figures: name in the program's report, what it is, unit, target.
const FIGURES: [(&str, &str, &str, Option<f64>); 10] = [
    ("raw_bytes", "message as it came", "B/event", None),
    (
        "all_bytes",
        "in merged files, with words and counts",
        "B/event",
        Some(28.0),
    ),
    (
        "merged_index_bytes",
        "of which words and counts",
        "B/event",
        Some(3.0),
    ),
    (
        "first_bytes",
        "in files before they are merged",
        "B/event",
        None,
    ),
    (
        "ingest_cpu_microseconds",
        "CPU to make durable, searchable and a file",
        "µs/event",
        Some(4.6),
    ),
    ("merge_cpu_microseconds", "CPU to merge", "µs/event", None),
    (
        "ingest_memory_mb",
        "memory at most while ingesting",
        "MB",
        Some(400.0),
    ),
    (
        "memory_mb",
        "memory at most while merging",
        "MB",
        Some(400.0),
    ),
    (
        "reading_memory_mb",
        "memory at most while asking",
        "MB",
        Some(400.0),
    ),
    (
        "filter_cpu_ms",
        "CPU to find the pages of a rare word",
        "ms",
        Some(20.0),
    ),
];

/// Questions to `DuckDB` over our files: what it shows that any reader reads them.
const QUESTIONS: [(&str, &str); 3] = [
    ("events", "SELECT count(*) FROM events"),
    (
        "top 20 addresses of failed logins",
        "SELECT \"source.ip\", count(*) AS n FROM events WHERE \"event.outcome\" = 'failure' AND \"event.dataset\" = 'linux.sshd' GROUP BY 1 ORDER BY n DESC LIMIT 20",
    ),
    (
        "one user in one hour",
        "SELECT count(*) FROM events WHERE \"user.name\" = 'wang.fang' AND time >= TIMESTAMPTZ '2026-07-01 08:00:00+00' AND time < TIMESTAMPTZ '2026-07-01 09:00:00+00'",
    ),
];

/// Writes, merges and reads, and says what each took.
pub(super) fn run(workspace: &Workspace, events: u64) -> anyhow::Result<Table> {
    debian::ensure(&[Need::Time])?;
    let python = pypi::with_duckdb(workspace)?;
    let program = build(workspace)?;
    let folder = workspace.target()?.join("xtask/lake");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let lake = folder.join("lake");
    let (_, mut ours) = ours(
        &program,
        &[
            OsString::from("write"),
            lake.clone().into(),
            events.to_string().into(),
        ],
        &folder,
    )?;
    let (_, found) = self::ours(
        &program,
        &[OsString::from("look"), lake.clone().into()],
        &folder,
    )?;
    if let (Some(ours), Some(found)) = (ours.as_object_mut(), found.as_object()) {
        // The most memory while reading is a figure of its own.
        let found = found
            .clone()
            .into_iter()
            .map(|(name, value)| match name.as_str() {
                "memory_mb" => ("reading_memory_mb".to_owned(), value),
                _ => (name, value),
            });
        ours.extend(found);
        for (from, to) in [
            ("ingest_events_per_cpu_second", "ingest_cpu_microseconds"),
            ("merge_events_per_cpu_second", "merge_cpu_microseconds"),
        ] {
            let rate = ours.get(from).and_then(Value::as_f64).unwrap_or(f64::NAN);
            ours.insert(to.to_owned(), (1e6 / rate).into());
        }
    }
    let mut table = Table::new(format!(
        "{events} events of an invented hospital's day, appended, made files of and merged; reading what the messages say is not in it."
    ));
    for (key, name, unit, target) in FIGURES {
        let figure = ours[key].as_f64().with_context(|| format!("no {key}"))?;
        table.push(Row {
            name: name.to_owned(),
            figure,
            unit,
            target,
            peer: None,
        });
    }
    for row in readers::rows(&ours)? {
        table.push(row);
    }
    table.append(&readers::beside(
        workspace, &program, &folder, &ours, events,
    )?);
    table.append(&packers(&program, &folder, events.min(PACKED))?);
    table.append(&duckdb(&python, &lake, &folder, events)?);
    Ok(table)
}

/// Builds the program that makes the events, and writes and reads lakes.
pub(super) fn build(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    let mut cargo = workspace.cargo();
    cargo.args([
        "build",
        "--release",
        "--package",
        "xinglin-lake",
        "--example",
        "lake_bench",
    ]);
    shell::run(&mut cargo)?;
    Ok(workspace.target()?.join("release/examples/lake_bench"))
}

/// Runs our program; the report in the last line of what it says.
fn ours(program: &Path, words: &[OsString], folder: &Path) -> anyhow::Result<(Run, Value)> {
    let mut all = vec![program.as_os_str().to_owned()];
    all.extend_from_slice(words);
    let (run, said) = peers::measure("lake", &all, folder, folder, SECONDS)?;
    let last = said.lines().last().context("the program said nothing")?;
    let report = serde_json::from_str(last).context("the program's report is no JSON")?;
    Ok((run, report))
}

/// The same messages as text, packed by what packs text.
#[expect(
    clippy::cast_precision_loss,
    reason = "figures are far below what a double holds"
)]
fn packers(program: &Path, folder: &Path, packed: u64) -> anyhow::Result<String> {
    let text = folder.join("messages.txt");
    let mut dump = shell::command(program, folder);
    dump.arg("text").arg(&text).arg(packed.to_string());
    shell::run(&mut dump)?;
    let mut table = format!(
        "\nThe first {packed} messages as text:\n\n| packer | B/event | µs of CPU/event |\n| --- | ---: | ---: |\n"
    );
    for words in [
        ["zstd", "-1"],
        ["zstd", "-3"],
        ["zstd", "-9"],
        ["gzip", "-6"],
    ] {
        let name = words.join(" ");
        let into = folder.join("packed");
        let command = format!("{name} -c {} > {}", text.display(), into.display());
        let all = ["sh", "-c", &command].map(OsString::from);
        let (run, _) = peers::measure("packer", &all, folder, folder, SECONDS)?;
        let bytes = fs::metadata(&into)?.len();
        line(&format!("    {name}: {bytes} bytes"));
        let events = packed as f64;
        writeln!(
            table,
            "| {name} | {:.1} | {:.2} |",
            bytes as f64 / events,
            run.cpu * 1e6 / events
        )?;
    }
    Ok(table)
}

/// `DuckDB` over our files.
fn duckdb(python: &Path, lake: &Path, folder: &Path, events: u64) -> anyhow::Result<String> {
    let mut table = String::from(
        "\nDuckDB 2.0.0 over the files, warm, CPU of the query alone:\n\n| question | ms of CPU | rows |\n| --- | ---: | ---: |\n",
    );
    for (name, question) in QUESTIONS {
        let script = format!(
            "import duckdb,sys,time\nc=duckdb.connect()\nc.execute(\"SET threads=2\")\nc.execute(\"CREATE VIEW events AS SELECT * FROM read_parquet('{}/files/*.parquet', union_by_name=true)\")\nq=sys.argv[1]\nc.execute(q).fetchall()\nb=time.process_time()\nr=c.execute(q).fetchall()\nprint(time.process_time()-b,len(r),r[0][-1])",
            lake.display()
        );
        let mut ask = shell::command(python, folder);
        ask.arg("-c").arg(script).arg(question);
        let said = shell::read(&mut ask)?;
        let words: Vec<&str> = said.split_whitespace().collect();
        let [seconds, rows, last] = words.as_slice() else {
            bail!("DuckDB said {said}");
        };
        if name == "events" && last.parse() != Ok(events) {
            bail!("DuckDB found {last} events");
        }
        let milliseconds = seconds.parse::<f64>()? * 1e3;
        writeln!(table, "| {name} | {milliseconds:.0} | {rows} |")?;
    }
    Ok(table)
}
