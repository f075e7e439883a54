//! Sigma rules on files of events, beside rsigma.

use std::{
    ffi::OsString,
    fmt::Write as _,
    fs::{self, File},
    io::{BufRead as _, BufReader},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::{
    peers::{self, Run},
    table::{Row, Table},
};
use crate::{
    debian::{self, Need},
    say::line,
    shell,
    sigma::{self, RSIGMA},
    workspace::Workspace,
};

const EVENTS: &str = include_str!("detect/events.py");
const MEET: &str = include_str!("detect/meet.yml");
const SECONDS: u32 = 900;
/// So often each is run; the least CPU counts, which hardly depends on what else the machine does.
const RUNS: u32 = 3;
/// Seconds of CPU; what takes longer is run once.
const LONG: f64 = 10.0;
/// Bytes that correlations may take for a hit they keep.
const MOST_OF_HIT: f64 = 64.0;

/// What is measured: what it is, the rules, the events, and the events a second that we are to
/// reach.
const WORKS: [Work; 6] = [
    Work {
        name: "rules for Windows on events of Windows",
        rules: "rules/windows",
        events: "windows",
        target: 120_000.0,
    },
    Work {
        name: "rules for new processes on those",
        rules: "rules/windows/process_creation",
        events: "processes",
        target: 100_000.0,
    },
    Work {
        name: "rules for the web on accesses",
        rules: "rules/web",
        events: "access",
        target: 600_000.0,
    },
    Work {
        name: "all rules on events of Windows",
        rules: "rules",
        events: "windows",
        target: 100_000.0,
    },
    Work {
        name: "all rules on the mix of a hospital",
        rules: "rules",
        events: "mix",
        target: 250_000.0,
    },
    Work {
        name: "3 rules and 4 correlations on the mix",
        rules: "meet.yml",
        events: "mix",
        target: 250_000.0,
    },
];

struct Work {
    name: &'static str,
    rules: &'static str,
    events: &'static str,
    target: f64,
}

/// What a program made of a work.
struct Figures {
    /// Microseconds of CPU for an event, without loading the rules.
    each: f64,
    /// Seconds of CPU to load them.
    load: f64,
    megabytes: f64,
    matches: usize,
}

pub(super) fn run(workspace: &Workspace) -> anyhow::Result<Table> {
    debian::ensure(&[Need::Time])?;
    let folder = workspace.target()?.join("xtask/detect");
    fs::create_dir_all(&folder)?;
    let collection = sigma::collection(workspace);
    let is_recorded = events(&folder, collection.as_deref())?;
    fs::write(folder.join("meet.yml"), MEET)?;
    let has_rules = sigma::unpack_rules(&folder, collection.as_deref())?;
    let ours = sigma::build(workspace)?;
    let pipelines = workspace.path("content/pipelines");
    let peer = sigma::rsigma(workspace)
        .inspect_err(|error| line(&format!("    without rsigma: {error:#}")))
        .ok();
    let mut table = Table::new(format!(
        "CPU of the engine for an event, from its line of JSON to its matches as lines of JSON, loading the rules not counted, the best of {RUNS} runs (one, where a run takes more than {LONG} s of CPU); {}; rules of \
         SigmaHQ{}. Sets and seeds are in `xtask/src/bench/detect`.",
        if is_recorded {
            "events of Windows as OTRF recorded them, the others invented"
        } else {
            "all events invented"
        },
        if has_rules { "" } else { " were not there" },
    ));
    let mut beside = format!(
        "\nBeside rsigma {RSIGMA}; the same files and rules, in the same run. \
         It has no pipelines here: rules for other products match its events too.\n\n\
         | work | events/CPU-s | rsigma | ratio | MB | rsigma | matches | rsigma |\n\
         | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n"
    );
    let bench = Bench {
        ours,
        peer,
        pipelines,
        folder,
    };
    for work in &WORKS {
        bench.measure(work, &mut table, &mut beside)?;
    }
    table.push(Row {
        name: "memory of a hit that correlations keep".to_owned(),
        figure: bench.bytes_of_hit()?,
        unit: "B",
        target: Some(MOST_OF_HIT),
        peer: None,
    });
    if bench.peer.is_some() {
        table.append(&beside);
    }
    Ok(table)
}

/// What is measured with.
struct Bench {
    ours: PathBuf,
    peer: Option<PathBuf>,
    pipelines: PathBuf,
    folder: PathBuf,
}

impl Bench {
    fn measure(&self, work: &Work, table: &mut Table, beside: &mut String) -> anyhow::Result<()> {
        let folder = &self.folder;
        let rules = folder.join(work.rules);
        if !rules.exists() {
            return Ok(());
        }
        line(&format!("    {}", work.name));
        let events = folder.join(format!("{}.ndjson", work.events));
        let own = figures("xinglin", folder, &events, |events| {
            sigma::our_words(&self.ours, &rules, Some(&self.pipelines), events)
        })?;
        let other = self.peer.as_ref().map(|peer| {
            figures("rsigma", folder, &events, |events| {
                sigma::rsigma_words(peer, &rules, events)
            })
        });
        table.push(Row {
            name: work.name.to_owned(),
            figure: own.each,
            unit: "µs/event",
            target: Some(1e6 / work.target),
            peer: None,
        });
        if let Some(other) = other.transpose()? {
            writeln!(
                beside,
                "| {} | {:.0} | {:.0} | {:.1} × | {:.0} | {:.0} | {} | {} |",
                work.name,
                1e6 / own.each,
                1e6 / other.each,
                other.each / own.each,
                own.megabytes,
                other.megabytes,
                own.matches,
                other.matches,
            )?;
        }
        if work.events == "windows" {
            table.push(Row {
                name: format!("memory: {}", work.name),
                figure: own.megabytes,
                unit: "MB",
                target: Some(100.0),
                peer: None,
            });
            table.note(format!("loading: {}", work.name), own.load, "CPU-s");
        }
        Ok(())
    }

    /// Bytes that correlations take for each hit they keep at the end of the mix.
    #[expect(
        clippy::cast_precision_loss,
        reason = "figures are far below what a double holds"
    )]
    fn bytes_of_hit(&self) -> anyhow::Result<f64> {
        let folder = &self.folder;
        let kept = folder.join("kept.json");
        let (rules, events) = (folder.join("meet.yml"), folder.join("mix.ndjson"));
        let mut words = sigma::our_words(&self.ours, &rules, Some(&self.pipelines), &events);
        words.extend(["--kept".into(), kept.clone().into()]);
        peers::measure("kept", &words, folder, folder, SECONDS)?;
        let said: Value = serde_json::from_str(&fs::read_to_string(&kept)?)?;
        let figure = |name: &str| said.get(name).and_then(Value::as_u64).unwrap_or_default();
        Ok(figure("bytes") as f64 / figure("hits").max(1) as f64)
    }
}

/// Makes the events where they are not made yet; whether those of Windows were recorded.
fn events(folder: &Path, collection: Option<&Path>) -> anyhow::Result<bool> {
    let recorded = collection.map(|path| path.join("logs/otrf"));
    let recorded = recorded.filter(|path| path.is_dir());
    let is_recorded = recorded.is_some();
    let kind = if is_recorded { "recorded" } else { "invented" };
    let done = folder.join(format!("events.{kind}"));
    if !done.exists() {
        line("    making events");
        let script = folder.join("events.py");
        fs::write(&script, EVENTS)?;
        let mut make = shell::command("python3", folder);
        make.arg(&script).arg(folder).args(recorded);
        shell::run(&mut make)?;
        fs::write(&done, "")?;
    }
    Ok(is_recorded)
}

/// Runs a program over events, and over one event for what loading takes.
#[expect(
    clippy::cast_precision_loss,
    reason = "figures are far below what a double holds"
)]
fn figures(
    name: &str,
    folder: &Path,
    events: &Path,
    words: impl Fn(&Path) -> Vec<OsString>,
) -> anyhow::Result<Figures> {
    let count = lines(events)?;
    let one = folder.join("one.ndjson");
    let best = |events: &Path| -> anyhow::Result<(Run, String)> {
        let mut best: Option<(Run, String)> = None;
        for _ in 0..RUNS {
            let new = peers::measure(name, &words(events), folder, folder, SECONDS)?;
            if !new.0.ended {
                bail!("{name} did not end within {SECONDS} s");
            }
            let is_long = new.0.cpu > LONG;
            if best.as_ref().is_none_or(|(run, _)| new.0.cpu < run.cpu) {
                best = Some(new);
            }
            if is_long {
                break;
            }
        }
        best.context("no run")
    };
    let (load, _) = best(&one)?;
    let (run, said) = best(events)?;
    Ok(Figures {
        each: (run.cpu - load.cpu).max(0.0) * 1e6 / count as f64,
        load: load.cpu,
        megabytes: run.memory,
        matches: said.lines().filter(|line| !line.is_empty()).count(),
    })
}

fn lines(path: &Path) -> anyhow::Result<usize> {
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(BufReader::new(file).split(b'\n').count())
}
