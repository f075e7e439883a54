//! The tests that stand in the files of parsers.

use jiff::{Timestamp, tz::TimeZone};

use super::{
    super::{Settings, form::Memory},
    recognise::Parsers,
    spec::Test,
};

/// A test of a parser whose message was not read as it should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FailedTest {
    /// The parser.
    pub parser: String,
    /// The message.
    pub line: String,
    /// What was expected and what was found.
    pub problem: String,
}

impl Test {
    pub(super) fn messages(&self) -> impl Iterator<Item = &str> {
        self.lines
            .iter()
            .chain(&self.line)
            .map(|line| line.trim_end_matches('\n'))
    }
}

impl Parsers {
    /// The messages of the tests of each parser, in the order in which their source sends
    /// them.
    pub fn samples(&self) -> impl Iterator<Item = (&str, Vec<&str>)> {
        self.all.iter().flat_map(|parser| {
            let tests = parser.tests.iter();
            tests.map(|test| (parser.name.as_str(), test.messages().collect()))
        })
    }

    /// Runs the tests that stand in the files. They take place on 2 July 2026 at noon, and
    /// their sources are set to UTC+8 and to find out the format themselves.
    pub fn test(&self) -> Vec<FailedTest> {
        let mut failed = Vec::new();
        for parser in &self.all {
            if parser.tests.is_empty() {
                failed.push(FailedTest {
                    parser: parser.name.clone(),
                    line: String::new(),
                    problem: "has no tests".to_owned(),
                });
            }
            for test in &parser.tests {
                let by_name = parser.when.by_name.then_some(parser.name.as_str());
                for problem in self.problems(&parser.name, test, by_name) {
                    failed.push(FailedTest {
                        parser: parser.name.clone(),
                        line: test.messages().last().unwrap_or_default().to_owned(),
                        problem,
                    });
                }
            }
        }
        failed
    }

    fn problems(&self, name: &str, test: &Test, by_name: Option<&str>) -> Vec<String> {
        let settings = Settings {
            format: by_name.into(),
            ..test_settings()
        };
        let mut memory = Memory::default();
        let mut problems = vec!["the test has no message".to_owned()];
        for message in test.messages() {
            let parsed = self.parse(message, test_time(), &settings, &mut memory);
            problems.clear();
            if parsed.parser != Some(name) {
                problems.push(format!("read by {}", parsed.parser.unwrap_or("no parser")));
            }
            let at = parsed.event.at.to_string();
            if test.at.as_ref().is_some_and(|expected| *expected != at) {
                problems.push(format!("at: {at}"));
            }
            for (field, expected) in &test.expect {
                let found = parsed
                    .event
                    .get_named(field)
                    .map(xinglin_core::Value::to_text);
                if found.as_deref() != expected.as_deref() {
                    problems.push(format!("{field}: {found:?} instead of {expected:?}"));
                }
            }
        }
        problems
    }
}

/// How the sources of tests are set.
fn test_settings() -> Settings {
    Settings {
        zone: TimeZone::fixed(jiff::tz::offset(8)),
        ..Settings::default()
    }
}

/// When the messages of tests are received.
fn test_time() -> Timestamp {
    Timestamp::constant(1_782_964_800, 0)
}
