//! Tests of checks: recorded hosts and bundles, and what each check must say of them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;

use crate::{
    bundle::Bundle,
    checks::{CheckSet, ContentError, family_of, is_test},
    evaluate::Status,
    family::Family,
    host::{RecordedHost, WalkLimits},
    inspection::{Inspection, inspect_bundle, inspect_with},
    linux,
};

/// What a test inspects.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tested {
    /// A Linux host.
    Host(Box<RecordedHost>),
    /// Anything else.
    Bundle(Bundle),
}

/// A recorded thing, and what each check must say of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckTest {
    /// The file.
    pub file: String,
    /// What the thing shows.
    pub name: String,
    /// The thing.
    pub tested: Tested,
    /// When it is inspected.
    pub now: Timestamp,
    /// What is read of a host beyond the ordinary.
    pub options: linux::Options,
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
    host: Option<RecordedHost>,
    bundle: Option<WrittenBundle>,
    now: Option<Timestamp>,
    /// Whether a walk over all files of the host is made.
    #[serde(default)]
    walk: bool,
    expect: BTreeMap<String, Status>,
}

/// A bundle as written; its family is that of the folder.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WrittenBundle {
    recorded_at: Timestamp,
    files: BTreeMap<String, String>,
}

impl CheckTest {
    /// Which checks it is of.
    pub fn family(&self) -> Family {
        match &self.tested {
            Tested::Host(_) => Family::Linux,
            Tested::Bundle(bundle) => bundle.family,
        }
    }

    /// Inspects the recorded thing.
    pub fn inspect(&self, set: &CheckSet) -> Inspection {
        match &self.tested {
            Tested::Host(host) => inspect_with(host.as_ref(), set, self.now, &self.options),
            Tested::Bundle(bundle) => inspect_bundle(bundle, set),
        }
    }
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
        let name = written.name.clone();
        match read(file, written) {
            Ok(test) => tests.push(test),
            Err(problem) => errors.push(ContentError::new(file, &name, &problem)),
        }
    }
    (tests, errors)
}

fn read(file: &str, written: WrittenTest) -> Result<CheckTest, String> {
    let (tested, recorded_at) = match (written.host, written.bundle) {
        (Some(host), None) => {
            let recorded_at = host.recorded_at;
            let host = host.completed().map_err(|error| error.to_string())?;
            (Tested::Host(Box::new(host)), recorded_at)
        }
        (None, Some(bundle)) => {
            let files = bundle
                .files
                .into_iter()
                .map(|(name, text)| (name, text.into_bytes()));
            let bundle = Bundle {
                family: family_of(file)?,
                collected_at: written.now.unwrap_or(bundle.recorded_at),
                files: files.collect(),
            };
            let recorded_at = bundle.collected_at;
            (Tested::Bundle(bundle), recorded_at)
        }
        _ => return Err("expected either 'host' or 'bundle'".to_owned()),
    };
    Ok(CheckTest {
        file: file.to_owned(),
        name: written.name,
        tested,
        now: written.now.unwrap_or(recorded_at),
        options: linux::Options {
            walk: written.walk.then(WalkLimits::default),
        },
        expect: written.expect,
    })
}

/// Runs every test: one outcome for each expectation, in order.
pub fn run_tests(set: &CheckSet, tests: &[CheckTest]) -> Vec<TestOutcome> {
    let mut outcomes = Vec::new();
    for test in tests {
        let results = test.inspect(set).results;
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
