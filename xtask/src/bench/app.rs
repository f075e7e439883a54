//! The server's figures: its first start, and requests over 100,000 result rows.

use serde_json::json;

use super::table::{Row, Table};
use crate::{
    drive::{Assessed, Client, Hospital, Server},
    page,
    say::line,
    workspace::{Profile, Workspace},
};

/// Result rows (requirement × object) to be made.
const ROWS: usize = 100_000;
/// Objects of each system.
const OBJECTS: usize = 120;
/// Requests of each kind over which the mean is taken.
const REPEATS: u32 = 20;

/// What a request costs.
struct Cost {
    cpu_seconds: f64,
    kilobytes: f64,
}

/// What all requests cost.
struct Costs {
    clauses: Cost,
    matrix: Cost,
    dashboard: Cost,
    report: Cost,
}

pub(super) fn run(workspace: &Workspace) -> anyhow::Result<Table> {
    page::install(workspace)?;
    page::build(workspace)?;
    let binary = workspace.build(Profile::Release)?;
    let data = super::fresh_folder(workspace)?;
    let server = Server::start(&binary, &data)?;
    Client::nobody(server.address()).get("/api/v1/setup")?;
    let first_start = server.cpu_seconds()?;
    line(&format!("    first start: {first_start} CPU-s"));
    let hospital = Hospital::found(server.address())?;
    let (systems, rows, first) = fill(&hospital)?;
    let costs = costs(&server, &hospital, &first)?;
    let mut table = Table::new(format!(
        "Release build, {systems} systems × {OBJECTS} objects = {rows} result rows, mean of {REPEATS} requests after one changed verdict each. First start: empty folder to first answer ({:.2} s of wall time).",
        server.started_in().as_secs_f64()
    ));
    figures(&mut table, first_start, &costs, &server)?;
    Ok(table)
}

/// Our figures, the targets, and the peer's figures: its first `migrate`, the rows of one
/// audit of 1,209 requirements, its dashboard over 18,135 rows, its Word report, one worker.
fn figures(
    table: &mut Table,
    first_start: f64,
    costs: &Costs,
    server: &Server,
) -> anyhow::Result<()> {
    let cpu = "CPU-s";
    let most = server.memory_mb("VmHWM")?;
    let now = server.memory_mb("VmRSS")?;
    let Costs {
        clauses,
        matrix,
        dashboard,
        report,
    } = costs;
    for (name, figure, unit, target, peer) in [
        (
            "first start with catalogue",
            first_start,
            cpu,
            Some(1.0),
            Some(215.7),
        ),
        (
            "clause table of one system",
            clauses.cpu_seconds,
            cpu,
            Some(0.02),
            Some(4.8),
        ),
        (
            "clause table, size",
            clauses.kilobytes,
            "kB",
            Some(300.0),
            Some(3150.0),
        ),
        ("matrix of one system", matrix.cpu_seconds, cpu, None, None),
        ("matrix, size", matrix.kilobytes, "kB", None, None),
        (
            "dashboard",
            dashboard.cpu_seconds,
            cpu,
            Some(0.05),
            Some(14.3),
        ),
        ("dashboard, size", dashboard.kilobytes, "kB", None, None),
        ("gap report", report.cpu_seconds, cpu, Some(0.3), Some(3.56)),
        (
            "gap report, size",
            report.kilobytes,
            "kB",
            None,
            Some(1500.0),
        ),
        (
            "memory of the server at most",
            most,
            "MB",
            Some(150.0),
            Some(415.0),
        ),
        ("memory of the server at the end", now, "MB", None, None),
    ] {
        let name = name.to_owned();
        table.push(Row {
            name,
            figure,
            unit,
            target,
            peer,
        });
    }
    Ok(())
}

/// Makes systems until there are enough result rows: how many of each, and the first.
fn fill(hospital: &Hospital) -> anyhow::Result<(usize, usize, Assessed)> {
    let first = hospital.assess(1, OBJECTS)?;
    let mut systems = 1;
    let mut rows = first.cells;
    while rows < ROWS {
        systems += 1;
        rows += hospital.assess(systems, OBJECTS)?.cells;
        line(&format!("    {systems} systems, {rows} result rows"));
    }
    Ok((systems, rows, first))
}

fn costs(server: &Server, hospital: &Hospital, first: &Assessed) -> anyhow::Result<Costs> {
    let id = first.assessment;
    let verdicts = format!("/api/v1/assessments/{id}/verdicts");
    // Each request follows a changed verdict, so that none is answered from memory alone.
    let changed = |at: u32| {
        let verdict = if at.is_multiple_of(2) {
            "compliant"
        } else {
            "noncompliant"
        };
        let cells = [&first.first];
        let change =
            json!({"cells": cells, "action": "overrule", "verdict": verdict, "reason": "复核"});
        hospital.lead.put(&verdicts, &change).map(drop)
    };
    let measure = |path: &str| cost(server, &hospital.lead, path, &changed);
    Ok(Costs {
        clauses: measure(&format!("/api/v1/assessments/{id}/clauses"))?,
        matrix: measure(&format!("/api/v1/assessments/{id}/matrix"))?,
        dashboard: measure("/api/v1/dashboard")?,
        report: measure(&format!("/api/v1/assessments/{id}/gap.docx"))?,
    })
}

/// The mean cost of a request, `before` done before each and not counted.
fn cost(
    server: &Server,
    client: &Client,
    path: &str,
    before: &dyn Fn(u32) -> anyhow::Result<()>,
) -> anyhow::Result<Cost> {
    let mut cpu_seconds = 0.0;
    let mut bytes = 0;
    for at in 0..REPEATS {
        before(at)?;
        let start = server.fine_cpu_seconds()?;
        bytes = client.get(path)?.len();
        cpu_seconds += server.fine_cpu_seconds()? - start;
    }
    let kilobytes = u32::try_from(bytes).map(f64::from)? / 1000.0;
    line(&format!(
        "    {path}: {:.4} CPU-s, {kilobytes} kB",
        cpu_seconds / f64::from(REPEATS)
    ));
    Ok(Cost {
        cpu_seconds: cpu_seconds / f64::from(REPEATS),
        kilobytes,
    })
}
