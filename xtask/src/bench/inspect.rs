//! The inspection of this machine, beside Lynis and OpenSCAP in one run.

use std::{fs, path::Path};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::{
    agreement,
    peers::{self, Run},
    table::{Row, Table},
};
use crate::{
    debian::{self, Need},
    say::line,
    workspace::{Profile, Workspace},
};

/// Ours is short: the best of so many runs is the least disturbed.
const TIMES: u32 = 5;

/// Inspects this machine by all three and says what each took; with `write` also how far
/// their results agree.
pub(super) fn run(workspace: &Workspace, write: bool) -> anyhow::Result<Table> {
    debian::ensure(&[Need::Lynis, Need::OpenScap, Need::Time])?;
    let binary = workspace.build(Profile::Release)?;
    let folder = workspace.target()?.join("xtask/peers");
    fs::create_dir_all(&folder)?;
    let (ours, document) = ours(workspace, &binary, &folder)?;
    let lynis = peers::lynis(&folder)?;
    let scap = peers::open_scap(&folder)?;
    let runs = [ours, lynis.run, scap.run];
    let mut table = Table::new(format!(
        "`xinglin inspect host --json` on the measuring machine, best of {TIMES}, beside Lynis \
         (`audit system --quick`) and OpenSCAP (`{}), one run each.",
        scap.conditions
    ));
    let figures = &runs[0];
    for (name, figure, unit, target) in [
        ("wall time", figures.wall, "s", Some(0.5)),
        ("CPU time", figures.cpu, "s", None),
        ("memory at most", figures.memory, "MB", Some(60.0)),
        ("checks", figures.checks, "", None),
    ] {
        table.push(Row {
            name: name.to_owned(),
            figure,
            unit,
            target,
            peer: None,
        });
    }
    table.append(&side_by_side(&runs));
    let page = agreement::page(workspace, &document, &lynis.results, &scap.results)?;
    if write {
        fs::write(workspace.path(agreement::PAGE), page).context(agreement::PAGE)?;
        line(&format!("    written to {}", agreement::PAGE));
    }
    Ok(table)
}

fn ours(workspace: &Workspace, binary: &Path, folder: &Path) -> anyhow::Result<(Run, Value)> {
    let mut best: Option<Run> = None;
    let mut document = Value::Null;
    for _ in 0..TIMES {
        let mut words = vec![binary.as_os_str().to_owned()];
        words.extend(["inspect", "host", "--json"].map(Into::into));
        let (run, said) = peers::measure("xinglin", &words, workspace.root(), folder, 60)?;
        document = serde_json::from_str(&said).context("the inspection is no JSON")?;
        if best.as_ref().is_none_or(|best| run.wall < best.wall) {
            best = Some(run);
        }
    }
    let mut best = best.context("nothing was measured")?;
    let results = document["results"].as_array().context("no results")?;
    best.checks = f64::from(u32::try_from(results.len())?);
    if results.is_empty() {
        bail!("no check ran");
    }
    Ok((best, document))
}

/// All three, and how many times what ours takes.
fn side_by_side(runs: &[Run]) -> String {
    let mut lines = vec![
        "| | wall | CPU | memory | checks | wall, CPU, memory × ours |".to_owned(),
        "| --- | ---: | ---: | ---: | ---: | ---: |".to_owned(),
    ];
    let ours = runs.first();
    for run in runs {
        let times = |theirs: f64, ours: Option<f64>| {
            let ours = ours.filter(|ours| *ours > 0.0);
            ours.map_or(String::new(), |ours| format!("{:.1}", theirs / ours))
        };
        let ratios = [
            times(run.wall, ours.map(|ours| ours.wall)),
            times(run.cpu, ours.map(|ours| ours.cpu)),
            times(run.memory, ours.map(|ours| ours.memory)),
        ];
        lines.push(format!(
            "| {}{} | {:.2} s | {:.2} s | {:.0} MB | {} | {} |",
            run.name,
            if run.ended { "" } else { " (stopped)" },
            run.wall,
            run.cpu,
            run.memory,
            run.checks,
            ratios.join(", "),
        ));
    }
    lines.push(String::new());
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ratios_are_to_ours() {
        let run = |name: &str, wall: f64| Run {
            name: name.to_owned(),
            wall,
            cpu: wall / 2.0,
            memory: 100.0,
            checks: 10.0,
            ended: true,
        };
        let text = side_by_side(&[run("xinglin", 0.25), run("Lynis", 50.0)]);
        assert!(
            text.contains("| Lynis | 50.00 s | 25.00 s | 100 MB | 10 | 200.0, 200.0, 1.0 |"),
            "{text}"
        );
    }
}
