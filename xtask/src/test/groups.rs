//! The steps of each group.

use std::{fs, path::Path};

use anyhow::{Context as _, bail};

use super::{
    Runner, documents,
    tally::{self, Tally},
};
use crate::{
    debian::{self, Need},
    drive::Server,
    generate, page as built_page, pypi, shell, tidy,
    workspace::Workspace,
};

/// The demonstration's security lead.
const LEAD: &str = "lead";

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
    // The databases, SSH servers and TLS endpoints of xinglin-reach are started by its tests.
    let ready = runner.step("servers to inspect", |_| {
        debian::ensure(&[
            Need::Postgresql,
            Need::Mariadb,
            Need::Redis,
            Need::OpenSshServer,
            Need::OpenSsl,
        ])
    }) && runner.step("senders of logs", |workspace| {
        debian::unpack_log_senders(&workspace.target()?.join("debian"))
    }) && runner.step("a reader of the lake's files", |workspace| {
        pypi::with_duckdb(workspace).map(drop)
    });
    if !ready {
        return;
    }
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
            bail!("the tests could not be built or run");
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
        let report = workspace.path("web/test-reports/unit.json");
        fresh(&report)?;
        let mut vitest = workspace.in_web("npx");
        vitest.args(["vitest", "run", "--reporter=default", "--reporter=json"]);
        vitest.arg("--outputFile.json=test-reports/unit.json");
        let outcome = shell::watch(&mut vitest)?;
        let tally = tally::of_vitest(&report)?;
        if !outcome.ok && tally.failed == 0 {
            bail!("vitest failed outside of a test");
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
    runner.counted("browser tests on the real server", |workspace| {
        let binary = workspace.target()?.join("debug/xinglin");
        let data = workspace.target()?.join("xtask/e2e");
        if data.exists() {
            fs::remove_dir_all(&data)?;
        }
        let server = Server::start_demo(&binary, &data)?;
        let address = format!("http://{}", server.address());
        let sign_ins = fs::read_to_string(data.join("sign-in.txt"))?;
        let password = password_of(&sign_ins, LEAD).context("no sign-in of the lead")?;
        let engineer = password_of(&sign_ins, "engineer").context("no sign-in of the engineer")?;
        playwright(
            workspace,
            "e2e-server",
            &[
                ("BASE_URL", &address),
                ("E2E_USER", LEAD),
                ("E2E_PASSWORD", password),
                ("E2E_ENGINEER_PASSWORD", engineer),
                // For specifications that need a server of their own, such as the wizard's.
                ("XINGLIN_BIN", &binary.to_string_lossy()),
            ],
        )
    });
}

/// Runs all browser tests; the closing counts come from the JSON report `name`.
fn playwright(
    workspace: &Workspace,
    name: &str,
    variables: &[(&str, &str)],
) -> anyhow::Result<Option<Tally>> {
    let report = workspace.path(&format!("web/test-reports/{name}.json"));
    fresh(&report)?;
    let mut playwright = workspace.in_web("npx");
    playwright.args(["playwright", "test", "--reporter=list,json"]);
    playwright.env("PLAYWRIGHT_JSON_OUTPUT_NAME", &report);
    playwright.envs(variables.iter().copied());
    if let Some(browser) = debian::browser() {
        playwright.env("CHROMIUM", browser);
    }
    let outcome = shell::watch(&mut playwright)?;
    let tally = tally::of_playwright(&report)?;
    if !outcome.ok && tally.failed == 0 {
        bail!("Playwright failed outside of a test");
    }
    Ok(Some(tally))
}

/// The password in a line `name password roles` of the demonstration's sign-ins.
fn password_of<'a>(sign_ins: &'a str, username: &str) -> Option<&'a str> {
    sign_ins
        .lines()
        .map(str::split_whitespace)
        .find_map(|mut words| (words.next() == Some(username)).then(|| words.next())?)
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

/// Removes an old report, so that it cannot be taken for the new one. Reports have a folder
/// of their own: Playwright empties its results when it starts.
fn fresh(report: &Path) -> anyhow::Result<()> {
    if let Some(folder) = report.parent() {
        fs::create_dir_all(folder)?;
    }
    if report.exists() {
        fs::remove_file(report)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_found_by_its_whole_name() {
        let sign_ins = "leader\tone\troles\nlead\ttwo\troles\n";
        assert_eq!(password_of(sign_ins, "lead"), Some("two"));
        assert_eq!(password_of(sign_ins, "nobody"), None);
    }
}
