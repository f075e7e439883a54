//! What runners count, read from what they print or write.

use std::{fmt, fs, ops::AddAssign, path::Path};

use anyhow::Context as _;
use serde_json::Value;

/// Tests by outcome.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            passed,
            failed,
            skipped,
        } = self;
        write!(f, "{passed} passed, {failed} failed, {skipped} skipped")
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The sum of the closing lines of libtest (`test result: ok. 3 passed; 0 failed; …`) and
/// nextest (`Summary [ 1s] 3 tests run: 3 passed, 0 skipped`) in `text`.
pub(super) fn of_rust(text: &str) -> Tally {
    let mut tally = Tally::default();
    // nextest repeats what each failed test printed, libtest's closing line among it.
    let is_nextest = text
        .lines()
        .any(|line| line.trim().starts_with("Summary ["));
    for line in text.lines() {
        let line = line.trim();
        if is_nextest && !line.starts_with("Summary [") {
            continue;
        }
        let counts = if line.starts_with("test result:") {
            line.split_once(". ").map(|(_, counts)| counts)
        } else if line.starts_with("Summary [") {
            line.split_once("run:").map(|(_, counts)| counts)
        } else {
            None
        };
        for part in counts.unwrap_or_default().split([',', ';']) {
            let mut words = part.split_whitespace();
            let Some(count) = words.next().and_then(|word| word.parse::<u64>().ok()) else {
                continue;
            };
            match words.next() {
                Some("passed") => tally.passed += count,
                Some("failed" | "timed" | "exec") => tally.failed += count,
                Some("skipped" | "ignored") => tally.skipped += count,
                _ => {}
            }
        }
    }
    tally
}

/// Vitest's JSON report.
pub(super) fn of_vitest(report: &Path) -> anyhow::Result<Tally> {
    let report = json(report)?;
    Ok(Tally {
        passed: count(&report, "numPassedTests")?,
        failed: count(&report, "numFailedTests")?,
        skipped: count(&report, "numPendingTests")?,
    })
}

/// Playwright's JSON report. A test that passed only when repeated has failed.
pub(super) fn of_playwright(report: &Path) -> anyhow::Result<Tally> {
    let report = json(report)?;
    let stats = report.get("stats").context("the report has no stats")?;
    Ok(Tally {
        passed: count(stats, "expected")?,
        failed: count(stats, "unexpected")? + count(stats, "flaky")?,
        skipped: count(stats, "skipped")?,
    })
}

fn json(path: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(path)
        .with_context(|| format!("the runner wrote no report {}", path.display()))?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}

fn count(value: &Value, key: &str) -> anyhow::Result<u64> {
    value
        .get(key)
        .and_then(Value::as_u64)
        .with_context(|| format!("the report has no {key}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_summed() {
        let libtest = "running 3 tests\ntest result: FAILED. 2 passed; 1 failed; 4 ignored; 0 measured; 5 filtered out; finished in 0.1s\ntest result: ok. 7 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(
            of_rust(libtest).to_string(),
            "9 passed, 1 failed, 4 skipped"
        );
        let nextest = "     Summary [   1.5s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 3 skipped\n";
        assert_eq!(
            of_rust(nextest).to_string(),
            "9 passed, 3 failed, 3 skipped"
        );
        let repeated = "test result: FAILED. 0 passed; 1 failed; 0 ignored\n     Summary [   2s] 290 tests run: 289 passed, 1 failed, 0 skipped\ntest result: FAILED. 0 passed; 1 failed; 0 ignored\n";
        assert_eq!(
            of_rust(repeated).to_string(),
            "289 passed, 1 failed, 0 skipped"
        );
        assert_eq!(of_rust("error: could not compile"), Tally::default());
    }
}
