//! Every document the server writes is opened by LibreOffice and read back as text.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use serde_json::json;

use super::tally::Tally;
use crate::{
    drive::{Hospital, Server},
    say::line,
    shell,
    workspace::Workspace,
};

/// A document, and words that must stand in it.
struct Expected {
    path: String,
    name: &'static str,
    words: &'static [&'static str],
}

/// Makes a hospital on a fresh server and opens each of its documents.
pub(super) fn run(workspace: &Workspace, binary: &Path) -> anyhow::Result<Tally> {
    let folder = workspace.target()?.join("xtask/documents");
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    let server = Server::start(binary, &folder.join("data"))?;
    let hospital = Hospital::found(server.address())?;
    let assessed = hospital.assess(1, 10)?;
    let plan = json!({
        "assessment_id": assessed.assessment,
        "title": "示范业务系统整改方案",
        "starts_on": "2027-01-04",
        "target": "all",
    });
    let plan = hospital.lead.post("/api/v1/plans", &plan)?;
    let mut tally = Tally::default();
    for expected in documents(assessed.assessment, &plan["id"].to_string()) {
        let outcome = hospital
            .lead
            .get(&expected.path)
            .and_then(|bytes| open(&folder, &expected, &bytes));
        match outcome {
            Ok(pages) => {
                line(&format!("    ok      {} ({pages} pages)", expected.name));
                tally.passed += 1;
            }
            Err(error) => {
                line(&format!("    FAILED  {}: {error:#}", expected.name));
                tally.failed += 1;
            }
        }
    }
    Ok(tally)
}

fn documents(assessment: i64, plan: &str) -> Vec<Expected> {
    let mut documents = vec![
        Expected {
            path: format!("/api/v1/plans/{plan}/plan.docx"),
            name: "plan.docx",
            words: &[
                "云岭示范医院",
                "背景",
                "整改方案",
                "落实措施",
                "预期效果",
                "实施进度",
                "总结",
            ],
        },
        Expected {
            path: format!("/api/v1/assessments/{assessment}/gap.docx"),
            name: "gap.docx",
            words: &["云岭示范医院", "差距分析", "不符合"],
        },
        Expected {
            path: format!("/api/v1/assessments/{assessment}/items.xlsx"),
            name: "items.xlsx",
            words: &["CES1", "符合"],
        },
    ];
    for (kind, name) in [
        ("departments", "departments.xlsx"),
        ("people", "people.xlsx"),
        ("systems", "systems.xlsx"),
        ("assets", "assets.xlsx"),
    ] {
        documents.push(Expected {
            path: format!("/api/v1/imports/{kind}/template"),
            name,
            words: &["编号"],
        });
    }
    documents
}

/// Converts a document to PDF and looks for its words; how many pages it has.
fn open(folder: &Path, expected: &Expected, bytes: &[u8]) -> anyhow::Result<usize> {
    let file = folder.join(expected.name);
    fs::write(&file, bytes)?;
    let pdf = convert(folder, &file)?;
    let text = shell::read(shell::command("pdftotext", folder).arg(&pdf).arg("-"))?;
    // Line breaks may fall anywhere in Chinese text.
    let flat: String = text.chars().filter(|c| !c.is_whitespace()).collect();
    let missing: Vec<&&str> = expected
        .words
        .iter()
        .filter(|word| !flat.contains(**word))
        .collect();
    if !missing.is_empty() {
        bail!("opened, but without {missing:?}");
    }
    Ok(text.matches('\u{c}').count())
}

fn convert(folder: &Path, file: &Path) -> anyhow::Result<PathBuf> {
    let profile = format!(
        "-env:UserInstallation=file://{}",
        folder.join("profile").display()
    );
    let mut office = shell::command("soffice", folder);
    office
        .arg(profile)
        .args(["--headless", "--convert-to", "pdf", "--outdir"])
        .arg(folder)
        .arg(file);
    let said = shell::read(&mut office)?;
    let pdf = file.with_extension("pdf");
    // LibreOffice ends with 0 even where it could not open the file.
    pdf.exists()
        .then_some(pdf)
        .with_context(|| format!("LibreOffice wrote no PDF: {}", said.trim()))
}
