//! Rounds on several threads: each makes its input, gives it to the parser and looks at the
//! clock.

use std::{
    fs,
    panic::{self, AssertUnwindSafe},
    path::{Path, PathBuf},
    sync::{
        Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    Target,
    mutate::{self, Files},
};

/// What takes longer is slow.
const SLOW: Duration = Duration::from_millis(100);
/// What takes longer is reported while it still runs.
const STUCK: Duration = Duration::from_secs(10);
/// A thread takes so many rounds at once.
const SHARE: u64 = 256;
/// At most so many inputs of a parser are saved.
const SAVED: u64 = 20;

/// How much is to be done.
pub(crate) struct Plan {
    /// Rounds for each parser.
    pub(crate) rounds: u64,
    /// Threads.
    pub(crate) threads: usize,
    /// The number of the first round.
    pub(crate) first: u64,
    /// Where inputs go that panicked or were slow.
    pub(crate) folder: PathBuf,
}

/// What was found.
#[derive(Default)]
pub(crate) struct Outcome {
    pub(crate) rounds: u64,
    pub(crate) seconds: f64,
    pub(crate) panics: u64,
    pub(crate) slow: u64,
    pub(crate) slowest: Duration,
}

/// What the threads share.
struct Shared {
    next: AtomicU64,
    panics: AtomicU64,
    slow: AtomicU64,
    slowest: Mutex<Duration>,
    finished: AtomicBool,
    /// For each thread the round it is in, and when that began, in milliseconds.
    current: Vec<(AtomicU64, AtomicU64)>,
}

/// Runs all rounds of a parser.
pub(crate) fn run(target: &Target, plan: &Plan) -> Outcome {
    // Panics are counted and saved; their messages go to the saved file.
    let before = panic::take_hook();
    panic::set_hook(Box::new(|_| {}));
    let shared = Shared {
        next: AtomicU64::new(0),
        panics: AtomicU64::new(0),
        slow: AtomicU64::new(0),
        slowest: Mutex::new(Duration::ZERO),
        finished: AtomicBool::new(false),
        current: (0..plan.threads)
            .map(|_| (AtomicU64::new(0), AtomicU64::new(u64::MAX)))
            .collect(),
    };
    let begin = Instant::now();
    thread::scope(|scope| {
        let workers: Vec<_> = (0..plan.threads)
            .map(|index| {
                let shared = &shared;
                scope.spawn(move || work(target, plan, shared, index, begin))
            })
            .collect();
        scope.spawn(|| watch(target, plan, &shared, begin));
        for worker in workers {
            drop(worker.join());
        }
        shared.finished.store(true, Ordering::Relaxed);
    });
    panic::set_hook(before);
    let slowest = shared
        .slowest
        .lock()
        .map_or(Duration::ZERO, |slowest| *slowest);
    Outcome {
        rounds: plan.rounds,
        seconds: begin.elapsed().as_secs_f64(),
        panics: shared.panics.into_inner(),
        slow: shared.slow.into_inner(),
        slowest,
    }
}

fn work(target: &Target, plan: &Plan, shared: &Shared, index: usize, begin: Instant) {
    let mut slowest = Duration::ZERO;
    loop {
        let share = shared.next.fetch_add(SHARE, Ordering::Relaxed);
        if share >= plan.rounds {
            break;
        }
        for offset in share..(share + SHARE).min(plan.rounds) {
            let round = plan.first + offset;
            let input = mutate::input(&target.samples, round);
            let start = Instant::now();
            if let Some((current, since)) = shared.current.get(index) {
                current.store(round, Ordering::Relaxed);
                since.store(milliseconds(begin), Ordering::Relaxed);
            }
            let survived = panic::catch_unwind(AssertUnwindSafe(|| (target.parse)(&input)));
            let taken = start.elapsed();
            slowest = slowest.max(taken);
            if let Err(panic) = survived {
                if shared.panics.fetch_add(1, Ordering::Relaxed) < SAVED {
                    save(
                        &plan.folder,
                        target,
                        round,
                        &input,
                        &message(panic.as_ref()),
                    );
                }
            } else if taken > SLOW {
                // Others may have had the processor: what counts is the time this thread had it.
                let start = processor_time();
                (target.parse)(&input);
                let taken = processor_time().saturating_sub(start);
                if taken > SLOW && shared.slow.fetch_add(1, Ordering::Relaxed) < SAVED {
                    save(
                        &plan.folder,
                        target,
                        round,
                        &input,
                        &format!("took {taken:?}"),
                    );
                }
            }
        }
        if let Some((_, since)) = shared.current.get(index) {
            since.store(u64::MAX, Ordering::Relaxed);
        }
    }
    if let Ok(mut all) = shared.slowest.lock() {
        *all = (*all).max(slowest);
    }
}

/// How long this thread has had a processor, as the kernel counts it.
fn processor_time() -> Duration {
    let text = fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let first = text.split_whitespace().next();
    Duration::from_nanos(first.and_then(|word| word.parse().ok()).unwrap_or_default())
}

fn milliseconds(begin: Instant) -> u64 {
    u64::try_from(begin.elapsed().as_millis()).unwrap_or(u64::MAX)
}

/// Says which round does not come to an end.
fn watch(target: &Target, plan: &Plan, shared: &Shared, begin: Instant) {
    let limit = u64::try_from(STUCK.as_millis()).unwrap_or(u64::MAX);
    let mut told = u64::MAX;
    while !shared.finished.load(Ordering::Relaxed) {
        thread::sleep(Duration::from_millis(50));
        for (current, since) in &shared.current {
            let since = since.load(Ordering::Relaxed);
            let round = current.load(Ordering::Relaxed);
            if since != u64::MAX
                && milliseconds(begin).saturating_sub(since) > limit
                && round != told
            {
                told = round;
                let input = mutate::input(&target.samples, round);
                save(
                    &plan.folder,
                    target,
                    round,
                    &input,
                    "does not come to an end",
                );
                eprintln!(
                    "{}: round {round} has run for more than {STUCK:?}",
                    target.name
                );
            }
        }
    }
}

/// Runs one round again in view; whether it is survived.
pub(crate) fn replay(target: &Target, round: u64, folder: &Path) -> bool {
    let input = mutate::input(&target.samples, round);
    save(folder, target, round, &input, "replayed");
    let start = Instant::now();
    let survived = panic::catch_unwind(AssertUnwindSafe(|| (target.parse)(&input)));
    eprintln!("{}: round {round}: {:?}", target.name, start.elapsed());
    survived.is_ok()
}

fn message(panic: &(dyn std::any::Any + Send)) -> String {
    panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|text| (*text).to_owned()))
        .unwrap_or_else(|| "panicked".to_owned())
}

/// Keeps an input as files that can be looked at; the first names what happened.
fn save(folder: &Path, target: &Target, round: u64, input: &Files, what: &str) {
    let place = folder
        .join(target.name.replace('/', "-"))
        .join(round.to_string());
    let note = format!("{what}\nreplay: --replay {round} {}\n", target.name);
    let mut written = fs::create_dir_all(&place).and_then(|()| fs::write(place.join("note"), note));
    for (name, bytes) in input {
        let name = name.replace(['/', '\\', ' '], "_");
        written = written.and_then(|()| fs::write(place.join(name), bytes));
    }
    eprintln!("{}: round {round}: {what}", target.name);
    if let Err(error) = written {
        eprintln!("{}: {error}", place.display());
    }
}
