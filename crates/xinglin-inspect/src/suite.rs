//! Tests of checks: recorded hosts, and what each check must say of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    checks::{CheckSet, ContentError, is_test},
    evaluate::Status,
    host::RecordedHost,
    inspection::inspect,
};

/// A recorded host, and what each check must say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckTest {
    /// The file.
    pub file: String,
    /// What the host shows.
    pub name: String,
    /// The host.
    pub host: RecordedHost,
    /// When it is inspected.
    pub now: Timestamp,
    /// Check → status.
    pub expect: BTreeMap<String, Status>,
}

/// One check on one recorded host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestOutcome {
    /// The file of the test.
    pub file: String,
    /// The check.
    pub check: String,
    /// What it must say.
    pub expected: Status,
    /// What it says; `None` when there is no such check.
    pub found: Option<Status>,
    /// What it found, or what it missed.
    pub detail: String,
}

impl TestOutcome {
    /// Whether the check says what it must.
    pub fn passed(&self) -> bool {
        self.found == Some(self.expected)
    }
}

/// A test as written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenTest {
    name: String,
    host: RecordedHost,
    now: Option<Timestamp>,
    expect: BTreeMap<String, Status>,
}

/// Reads the tests among `(path, text)`: the files in a folder `tests`.
pub fn load_tests(files: &[(String, String)]) -> (Vec<CheckTest>, Vec<ContentError>) {
    let mut tests = Vec::new();
    let mut errors = Vec::new();
    for (file, text) in files.iter().filter(|(file, _)| is_test(file)) {
        let written: WrittenTest = match serde_saphyr::from_str(text) {
            Ok(written) => written,
            Err(error) => {
                errors.push(ContentError::new(file, "", &error));
                continue;
            }
        };
        let now = written.now.unwrap_or(written.host.recorded_at);
        match written.host.completed() {
            Ok(host) => tests.push(CheckTest {
                file: file.clone(),
                name: written.name,
                host,
                now,
                expect: written.expect,
            }),
            Err(error) => errors.push(ContentError::new(file, &written.name, &error)),
        }
    }
    (tests, errors)
}

/// Runs every test: one outcome for each expectation, in order.
pub fn run_tests(set: &CheckSet, tests: &[CheckTest]) -> Vec<TestOutcome> {
    let mut outcomes = Vec::new();
    for test in tests {
        let results = inspect(&test.host, set, test.now).results;
        for (check, expected) in &test.expect {
            let result = results.iter().find(|result| result.check == *check);
            outcomes.push(TestOutcome {
                file: test.file.clone(),
                check: check.clone(),
                expected: *expected,
                found: result.map(|result| result.status),
                detail: result.map_or_else(
                    || "no such check".to_owned(),
                    |result| {
                        format!("{} {}", result.observed, result.missing.join(", "))
                            .trim()
                            .to_owned()
                    },
                ),
            });
        }
    }
    outcomes
}
