//! `cargo xtask test`: everything CI runs, group by group, with one closing line.

mod documents;
mod groups;
mod tally;

use std::time::{Duration, Instant};

use anyhow::bail;

use crate::{
    say::{elapsed, headline, line},
    workspace::Workspace,
};
use tally::Tally;

/// Flags of `test`.
#[derive(Debug, clap::Args)]
pub(crate) struct Args {
    /// Run these groups only.
    #[arg(long, value_enum, value_delimiter = ',', value_name = "GROUPS")]
    only: Vec<Group>,
}

/// A part of the tests, in the order in which they run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Group {
    /// Formats, tidy, lints.
    Style,
    /// Rust tests and the tests of the content.
    Rust,
    /// The page: lints, types, tests, build; generated files.
    Page,
    /// Browser tests against the real server.
    E2e,
    /// Documents opened by `LibreOffice`.
    Docs,
}

impl Group {
    const ALL: [Self; 5] = [Self::Style, Self::Rust, Self::Page, Self::E2e, Self::Docs];

    fn name(self) -> &'static str {
        match self {
            Self::Style => "style",
            Self::Rust => "rust",
            Self::Page => "page",
            Self::E2e => "e2e",
            Self::Docs => "docs",
        }
    }
}

/// What became of one step.
#[derive(Debug)]
struct Step {
    group: Group,
    name: String,
    took: Duration,
    /// What its runner counted; `None` for a step that counts nothing.
    tally: Option<Tally>,
    ok: bool,
}

/// Runs steps and remembers what became of them.
#[derive(Debug)]
pub(crate) struct Runner<'a> {
    workspace: &'a Workspace,
    group: Group,
    steps: Vec<Step>,
}

impl Runner<'_> {
    /// Runs a step that counts nothing; whether it succeeded.
    fn step(&mut self, name: &str, run: impl FnOnce(&Workspace) -> anyhow::Result<()>) -> bool {
        self.counted(name, |workspace| run(workspace).map(|()| None))
    }

    /// Runs a step whose runner counts tests; whether all passed.
    fn counted(
        &mut self,
        name: &str,
        run: impl FnOnce(&Workspace) -> anyhow::Result<Option<Tally>>,
    ) -> bool {
        headline(&format!("{}: {name}", self.group.name()));
        let start = Instant::now();
        let outcome = run(self.workspace);
        let took = start.elapsed();
        let (tally, error) = match outcome {
            Ok(tally) => (tally, None),
            Err(error) => (None, Some(error)),
        };
        let ok = error.is_none() && tally.is_none_or(|tally| tally.failed == 0 && tally.passed > 0);
        if let Some(error) = error {
            line(&format!("    {error:#}"));
        }
        let word = if ok { "done" } else { "FAILED" };
        line(&format!("    {word} in {}", elapsed(took)));
        self.steps.push(Step {
            group: self.group,
            name: name.to_owned(),
            took,
            tally,
            ok,
        });
        ok
    }

    fn group_failed(&self) -> bool {
        self.steps
            .iter()
            .any(|step| step.group == self.group && !step.ok)
    }
}

pub(crate) fn run(workspace: &Workspace, args: &Args) -> anyhow::Result<()> {
    let chosen: Vec<Group> = Group::ALL
        .into_iter()
        .filter(|group| args.only.is_empty() || args.only.contains(group))
        .collect();
    let start = Instant::now();
    let mut runner = Runner {
        workspace,
        group: Group::Style,
        steps: Vec::new(),
    };
    let mut not_run = Vec::new();
    let mut failed = false;
    for group in chosen {
        if failed {
            not_run.push(group.name());
            continue;
        }
        runner.group = group;
        match group {
            Group::Style => groups::style(&mut runner),
            Group::Rust => groups::rust(&mut runner),
            Group::Page => groups::page(&mut runner),
            Group::E2e => groups::e2e(&mut runner),
            Group::Docs => groups::docs(&mut runner),
        }
        failed = runner.group_failed();
    }
    let total = summary(&runner.steps, &not_run, start.elapsed());
    if total.failed > 0 {
        bail!("the tests do not pass");
    }
    Ok(())
}

/// Prints what became of every step, and last the line that CI reads.
fn summary(steps: &[Step], not_run: &[&str], took: Duration) -> Tally {
    headline("summary");
    for step in steps {
        let counts = step
            .tally
            .map_or(String::new(), |tally| format!("  ({tally})"));
        line(&format!(
            "    {}  {:>10}  {}: {}{counts}",
            if step.ok { "ok    " } else { "FAILED" },
            elapsed(step.took),
            step.group.name(),
            step.name,
        ));
    }
    if !not_run.is_empty() {
        line(&format!("    not run: {}", not_run.join(", ")));
    }
    line(&format!("    {} in all\n", elapsed(took)));
    let total = total(steps);
    line(&total.to_string());
    total
}

/// The sum of what the runners counted. A step that failed without saying how often, such
/// as a lint, counts as one failure: the line must not look green when it is not.
fn total(steps: &[Step]) -> Tally {
    let mut total = Tally::default();
    for step in steps {
        total += step.tally.unwrap_or_default();
        if !step.ok && step.tally.is_none_or(|tally| tally.failed == 0) {
            total.failed += 1;
        }
    }
    total
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(ok: bool, tally: Option<Tally>) -> Step {
        Step {
            group: Group::Rust,
            name: String::new(),
            took: Duration::ZERO,
            tally,
            ok,
        }
    }

    #[test]
    fn the_closing_line_is_never_green_when_a_step_failed() {
        let passed = |passed| Tally {
            passed,
            failed: 0,
            skipped: 1,
        };
        let good = [
            step(true, None),
            step(true, Some(passed(3))),
            step(true, Some(passed(4))),
        ];
        assert_eq!(total(&good).to_string(), "7 passed, 0 failed, 2 skipped");
        let lint = [step(false, None), step(true, Some(passed(3)))];
        assert_eq!(total(&lint).to_string(), "3 passed, 1 failed, 1 skipped");
        let crashed = [step(false, Some(passed(0)))];
        assert_eq!(total(&crashed).to_string(), "0 passed, 1 failed, 1 skipped");
    }
}
