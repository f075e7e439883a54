//! `xinglin detect …`: Sigma rules on files of events.

mod event;
mod found;
mod input;
mod rules;

use std::{path::Path, time::Instant};

use anyhow::anyhow;
use jiff::Timestamp;
use serde::Serialize;
use xinglin_core::{Clock as _, SystemClock};
use xinglin_detect::{Detector, Found, Record, Settings, correlate::CorrelationSettings};

use crate::{
    cli::{DetectArgs, DetectCommand},
    commands::{Failure, Outcome},
    content,
    printer::Printer,
};
use event::{Reader, Reading};
use found::Output;
use input::Message;
use rules::{Loaded, Rejected};

/// Files tell of any time, in any order: no event is late, and more is kept for the meeting of
/// matches than a server would.
const CORRELATIONS: CorrelationSettings = CorrelationSettings {
    lateness_seconds: i64::MAX,
    most_groups: 1_000_000,
    most_hits: 10_000,
};

/// What was done, as `--summary` writes it.
#[derive(Debug, Default, Serialize)]
struct Summary {
    rules: usize,
    rules_rejected: Vec<Rejected>,
    /// Rules whose log source no pipeline knows.
    rules_unrouted: Vec<String>,
    files: usize,
    events: u64,
    events_rejected: u64,
    matches: u64,
    seconds: f64,
    events_per_second: f64,
}

pub(crate) fn run(
    command: &DetectCommand,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let DetectCommand::Run(args) = command;
    let start = Instant::now();
    let files = content::files(content_dir).map_err(Failure::input)?;
    let Loaded {
        set,
        pipelines,
        rejected,
    } = rules::load(args, &files, printer)?;
    let is_routed = !pipelines.is_empty();
    let rules = set.rules.len() + set.correlations.len() + set.baselines.len();
    if rules == 0 {
        return Err(Failure::input(anyhow!("--rules: there is no rule")));
    }
    let detector = Detector::new(set, pipelines, Settings::default(), CORRELATIONS);
    let unrouted = detector.engine().unrouted();
    let unrouted = unrouted.filter_map(|rule| detector.rules().get(rule));
    let mut summary = Summary {
        rules,
        rules_unrouted: unrouted.map(|rule| rule.meta.key().to_owned()).collect(),
        rules_rejected: rejected,
        ..Summary::default()
    };
    let (form, parser) = input::form(&args.format, &files)?;
    let paths = input::paths(&args.files).map_err(Failure::input)?;
    summary.files = paths.len();
    let mut run = Run {
        detector,
        reader: Reader::new(
            files,
            Reading {
                parser,
                is_json: matches!(args.format.as_str(), "ndjson" | "json"),
                is_routed,
            },
        ),
        output: Output::new(printer.stream(), args.json),
        found: Found::default(),
        latest: Timestamp::MIN,
        now: SystemClock.now(),
        summary,
    };
    for path in &paths {
        run.output.begin(path);
        input::each_message(path, form, &mut |message| run.message(message))?;
        if run.output.is_closed() {
            break;
        }
    }
    run.detector.advance(Timestamp::MAX, &mut run.found);
    run.output.write(None, &run.detector, &run.found)?;
    let matches = run.output.finish()?;
    let mut summary = run.summary;
    summary.matches = matches;
    finish(args, summary, start, printer)
}

/// Says what was done.
#[expect(clippy::cast_precision_loss, reason = "a rate is about right")]
fn finish(
    args: &DetectArgs,
    mut summary: Summary,
    start: Instant,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    summary.seconds = start.elapsed().as_secs_f64();
    summary.events_per_second = summary.events as f64 / summary.seconds.max(1e-9);
    printer.note(&format!(
        "{} rules, {} rejected, {} for log sources that are not known; {} events, {} rejected; \
         {} matches; {:.1} s, {:.0} events/s",
        summary.rules,
        summary.rules_rejected.len(),
        summary.rules_unrouted.len(),
        summary.events,
        summary.events_rejected,
        summary.matches,
        summary.seconds,
        summary.events_per_second,
    ));
    if let Some(path) = &args.summary {
        let text = serde_json::to_string_pretty(&summary).map_err(Failure::internal)?;
        std::fs::write(path, text + "\n").map_err(|error| {
            Failure::input(anyhow!(error).context(format!("cannot write {}", path.display())))
        })?;
    }
    Ok(Outcome::Done)
}

/// Events going by.
struct Run {
    detector: Detector,
    reader: Reader,
    output: Output,
    found: Found,
    /// The latest time of an event so far: files have no other clock.
    latest: Timestamp,
    /// The time of events that tell none.
    now: Timestamp,
    summary: Summary,
}

impl Run {
    fn message(&mut self, message: Message<'_>) -> Result<(), Failure> {
        let Message { record, bytes } = message;
        let Some(bytes) = bytes else {
            self.summary.events_rejected += 1;
            return Ok(());
        };
        let (detector, found) = (&mut self.detector, &mut self.found);
        let (output, latest) = (&mut self.output, &mut self.latest);
        let was_read = self.reader.read(bytes, self.now, |event| {
            if detector.has_correlations() {
                *latest = event.at().max(*latest);
            }
            detector.push(event, output.number(record), *latest, found);
            if found.rules.is_empty() && found.alerts.is_empty() && found.departures.is_empty() {
                return Ok(());
            }
            output.write(Some((event, record)), detector, found)
        });
        if was_read.is_some() {
            self.summary.events += 1;
        } else {
            self.summary.events_rejected += 1;
        }
        was_read.unwrap_or(Ok(()))
    }
}
