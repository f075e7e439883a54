//! The page's figures, measured by `web/bench/run.mjs` in a browser on our own server.

use anyhow::Context as _;
use serde::Deserialize;

use super::table::{Row, Table};
use crate::{
    debian::{self, Need},
    drive::{Hospital, Server},
    page, shell,
    workspace::{Profile, Workspace},
};

/// Objects of the measured matrix: with 211 items more than 10,000 cells.
const OBJECTS: usize = 160;

/// What the script prints for each figure.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Figure {
    name: String,
    value: f64,
    unit: String,
    target: Option<f64>,
}

pub(super) fn run(workspace: &Workspace) -> anyhow::Result<Table> {
    debian::ensure(&[Need::Chromium, Need::ChineseFont])?;
    page::install(workspace)?;
    page::build(workspace)?;
    let binary = workspace.build(Profile::Release)?;
    let server = Server::start(&binary, &super::fresh_folder(workspace)?)?;
    let hospital = Hospital::found(server.address())?;
    let assessed = hospital.assess(1, OBJECTS)?;
    let mut script = workspace.in_web("node");
    script
        .arg("bench/run.mjs")
        .env("XINGLIN_ADDRESS", format!("http://{}", server.address()))
        .env("XINGLIN_USER", Hospital::LEAD)
        .env("XINGLIN_PASSWORD", Hospital::PASSWORD)
        .env("XINGLIN_ASSESSMENT", assessed.assessment.to_string())
        .env("CHROMIUM", debian::browser().context("no browser")?);
    let outcome = shell::watch(&mut script)?;
    let printed = outcome.text.lines().rfind(|line| line.starts_with('['));
    let figures: Vec<Figure> =
        serde_json::from_str(printed.context("web/bench/run.mjs printed no figures")?)?;
    let mut table = Table::new(format!(
        "Chromium, headless, 1366 × 768; page in the release binary; matrix of {} cells.",
        assessed.cells
    ));
    for figure in figures {
        let unit = ["ms", "kB"].into_iter().find(|unit| *unit == figure.unit);
        table.push(Row {
            name: figure.name,
            figure: figure.value,
            unit: unit.unwrap_or_default(),
            target: figure.target,
            peer: None,
        });
    }
    Ok(table)
}
