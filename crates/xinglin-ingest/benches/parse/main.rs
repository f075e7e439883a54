//! How long an event takes from its text, by kind of source and in the mix of a hospital.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a program of its own; chances are floating numbers"
)]

mod hospital;

use std::{fs, hint::black_box, path::Path, time::Duration};

use criterion::{
    Criterion, Throughput, criterion_group, criterion_main,
    measurement::{Measurement, ValueFormatter, WallTime},
};
use hospital::{Hospital, Kind};
use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};
use xinglin_ingest::{Memory, Parsers, Settings};

const SEED: u64 = 20_260_701;
const MESSAGES: u64 = 20_000;

/// The processor's time of this thread: what else the machine does at the same time counts
/// for nothing.
struct ProcessorTime(WallTime);

impl Measurement for ProcessorTime {
    type Intermediate = Duration;
    type Value = Duration;

    fn start(&self) -> Duration {
        let time = clock_gettime(ClockId::ThreadCPUTime);
        Duration::new(
            time.tv_sec.try_into().unwrap_or_default(),
            time.tv_nsec.try_into().unwrap_or_default(),
        )
    }

    fn end(&self, start: Duration) -> Duration {
        self.start().saturating_sub(start)
    }

    fn add(&self, one: &Duration, other: &Duration) -> Duration {
        *one + *other
    }

    fn zero(&self) -> Duration {
        Duration::ZERO
    }

    fn to_f64(&self, value: &Duration) -> f64 {
        self.0.to_f64(value)
    }

    fn formatter(&self) -> &dyn ValueFormatter {
        self.0.formatter()
    }
}

fn parsers() -> Parsers {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/parsers");
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        let text = fs::read_to_string(&path).unwrap_or_default();
        files.push((path.display().to_string(), text));
    }
    let (parsers, errors) = Parsers::load(&files);
    assert_eq!(errors, []);
    parsers
}

fn parse_all(parsers: &Parsers, messages: &[(String, Timestamp)], settings: &Settings) -> usize {
    let mut memory = Memory::default();
    let mut fields = 0;
    for (message, received_at) in messages {
        let parsed = parsers.parse(message, *received_at, settings, &mut memory);
        fields += black_box(parsed).event.fields.len();
    }
    fields
}

fn bench(criterion: &mut Criterion<ProcessorTime>) {
    let parsers = parsers();
    let settings = Settings::default();
    let mut hospital = Hospital::new(SEED, MESSAGES);
    let mut all = Vec::new();
    for _ in 0..MESSAGES {
        let mut message = String::new();
        let (kind, millisecond) = hospital.next_into(&mut message);
        let millisecond = i64::try_from(millisecond).unwrap_or_default();
        let received_at = Timestamp::from_millisecond(millisecond).unwrap_or_default();
        all.push((kind, (message, received_at)));
    }
    let mut group = criterion.benchmark_group("parse");
    for kind in Kind::ALL {
        let messages: Vec<_> = all
            .iter()
            .filter(|(of, _)| *of == kind)
            .map(|(_, message)| message.clone())
            .collect();
        group.throughput(Throughput::Elements(messages.len() as u64));
        group.bench_function(format!("{kind:?}").to_lowercase(), |bencher| {
            bencher.iter(|| parse_all(&parsers, &messages, &settings));
        });
    }
    let messages: Vec<_> = all.into_iter().map(|(_, message)| message).collect();
    group.throughput(Throughput::Elements(messages.len() as u64));
    group.bench_function("mix", |bencher| {
        bencher.iter(|| parse_all(&parsers, &messages, &settings));
    });
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().with_measurement(ProcessorTime(WallTime));
    targets = bench
}
criterion_main!(benches);
