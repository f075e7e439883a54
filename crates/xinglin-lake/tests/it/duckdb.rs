//! Another program reads the files.

use std::{path::Path, process::Command, sync::Arc};

use jiff::Timestamp;
use xinglin_lake::{Lake, disk::LocalDisk};

use crate::{
    crash::small,
    lines::{FIRST, Pairs, line, message},
};

/// A Python that has `DuckDB`, which `cargo xtask test` installs.
const PYTHON: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/../xtask/python/bin/python");

/// What `DuckDB` is asked: events, addresses of logins, and a value that is in the map.
const SCRIPT: &str = r#"import duckdb, sys
files = "read_parquet('" + sys.argv[1] + "/*.parquet', union_by_name = true)"
for question in [
    "count(*), count(distinct sequence), max(n)",
    """count(distinct "source.ip") filter (where "event.action" = 'login')""",
    "epoch_ms(min(time)), max(template)",
]:
    print(*duckdb.sql("select " + question + " from " + files).fetchall()[0])
"#;

#[test]
#[expect(
    clippy::disallowed_methods,
    reason = "the other program is what is tested"
)]
fn duckdb_reads_files_before_and_after_they_are_merged() {
    if !Path::new(PYTHON).exists() {
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let disk = Arc::new(LocalDisk);
    let lake = Lake::open(folder.path(), small(), disk, Box::new(Pairs))
        .unwrap()
        .0;
    for first in (0..3_000).step_by(300) {
        let texts: Vec<_> = (first..first + 300)
            .map(|number| line("fw-1", number))
            .collect();
        let batch: Vec<_> = texts.iter().map(|text| message("fw-1", text, 7)).collect();
        lake.append(&batch).unwrap().wait().unwrap();
        lake.flush().unwrap();
    }
    let ask = || {
        let mut python = Command::new(PYTHON);
        python.args(["-c", SCRIPT]).arg(folder.path().join("files"));
        let output = python.output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success(), "{error}");
        String::from_utf8(output.stdout).unwrap()
    };
    let expected = "3000 3000 2999\n250\n1782864007000 \
        fw-{#0} n={n} action={event.action} user={user.name} ip={source.ip} port={source.port} done\n";
    assert_eq!(ask(), expected);
    lake.compact(Timestamp::from_second(FIRST + 1_000_000).unwrap())
        .unwrap();
    assert_eq!(lake.files().len(), 1);
    assert_eq!(ask(), expected);
}
