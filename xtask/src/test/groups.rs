//! The steps of each group.

use std::fs;

use super::{Runner, documents, tally};
use crate::{
    debian::{self, Need},
    generate, page as built_page, shell, tidy,
    workspace::Workspace,
};

pub(super) fn style(runner: &mut Runner<'_>) {
    runner.step("formats", |workspace| {
        shell::run(workspace.cargo().args(["fmt", "--all", "--check"]))
    });
    runner.step("tidy", tidy::run);
    runner.step("lints", |workspace| {
        let mut clippy = workspace.cargo();
        clippy.args([
            "clippy",
            "--workspace",
            "--all-targets",
            "--",
            "-D",
            "warnings",
        ]);
        shell::run(&mut clippy)
    });
}

pub(super) fn rust(runner: &mut Runner<'_>) {
    let ok = runner.counted("tests of all crates", |workspace| {
        let nextest = shell::read(workspace.cargo().args(["nextest", "--version"])).is_ok();
        let mut cargo = workspace.cargo();
        if nextest {
            cargo.args(["nextest", "run", "--workspace", "--no-fail-fast"]);
        } else {
            cargo.args(["test", "--workspace", "--no-fail-fast"]);
        }
        let outcome = shell::watch(&mut cargo)?;
        let tally = tally::of_rust(&outcome.text);
        if !outcome.ok && tally.failed == 0 {
            anyhow::bail!("the tests could not be built or run");
        }
        Ok(Some(tally))
    });
    if ok {
        runner.step("content", |workspace| {
            let binary = workspace.build_with_tests()?;
            shell::run(shell::command(binary, workspace.root()).args(["content", "check"]))
        });
    }
}

pub(super) fn page(runner: &mut Runner<'_>) {
    if !runner.step("dependencies", built_page::install) {
        return;
    }
    runner.step("lints", |workspace| {
        shell::run(workspace.in_web("npm").args(["run", "lint"]))
    });
    runner.step("types", |workspace| {
        shell::run(workspace.in_web("npm").args(["run", "typecheck"]))
    });
    runner.counted("unit tests", |workspace| {
        let report = workspace.path("web/test-results/unit.json");
        fresh(workspace, &report)?;
        let mut vitest = workspace.in_web("npx");
        vitest.args(["vitest", "run", "--reporter=default", "--reporter=json"]);
        vitest.arg("--outputFile.json=test-results/unit.json");
        let outcome = shell::watch(&mut vitest)?;
        let tally = tally::of_vitest(&report)?;
        if !outcome.ok && tally.failed == 0 {
            anyhow::bail!("vitest failed outside of a test");
        }
        Ok(Some(tally))
    });
    runner.step("build", built_page::build);
    runner.step("generated files are up to date", |workspace| {
        let binary = workspace.build_with_tests()?;
        generate::all(workspace, &binary, generate::Mode::Check)
    });
}

pub(super) fn e2e(runner: &mut Runner<'_>) {
    let ready = runner.step("browser, page and server", |workspace| {
        debian::ensure(&[Need::Chromium, Need::ChineseFont])?;
        built_page::install(workspace)?;
        built_page::build(workspace)?;
        workspace.build_with_tests().map(drop)
    });
    if !ready {
        return;
    }
    runner.counted("browser tests", |workspace| {
        let report = workspace.path("web/test-results/e2e.json");
        fresh(workspace, &report)?;
        let mut playwright = workspace.in_web("npx");
        playwright.args(["playwright", "test", "--reporter=list,json"]);
        playwright.env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report);
        playwright.env("XINGLIN_BIN", workspace.target()?.join("debug/xinglin"));
        if let Some(browser) = debian::browser() {
            playwright.env("CHROMIUM", browser);
        }
        let outcome = shell::watch(&mut playwright)?;
        let tally = tally::of_playwright(&report)?;
        if !outcome.ok && tally.failed == 0 {
            anyhow::bail!("Playwright failed outside of a test");
        }
        Ok(Some(tally))
    });
}

pub(super) fn docs(runner: &mut Runner<'_>) {
    let ready = runner.step("LibreOffice and server", |workspace| {
        debian::ensure(&[Need::LibreOffice, Need::Poppler, Need::ChineseFont])?;
        workspace.build_with_tests().map(drop)
    });
    if ready {
        runner.counted("documents open in LibreOffice", |workspace| {
            let binary = workspace.target()?.join("debug/xinglin");
            documents::run(workspace, &binary).map(Some)
        });
    }
}

/// Removes an old report, so that it cannot be taken for the new one.
fn fresh(workspace: &Workspace, report: &std::path::Path) -> anyhow::Result<()> {
    fs::create_dir_all(workspace.path("web/test-results"))?;
    if report.exists() {
        fs::remove_file(report)?;
    }
    Ok(())
}
