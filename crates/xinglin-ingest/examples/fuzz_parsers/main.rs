//! Drives every parser of log messages with mutated samples, as the example `fuzz_rounds` of
//! `xinglin-inspect` does with collectors, and by its means.
//!
//! `cargo xtask fuzz logs/` runs it.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is its purpose"
)]

#[path = "../../../xinglin-inspect/examples/fuzz_rounds/mutate.rs"]
mod mutate;
#[path = "../../../xinglin-inspect/examples/fuzz_rounds/rounds.rs"]
mod rounds;
mod targets;

use std::{path::PathBuf, process::ExitCode};

use rounds::Plan;

fn main() -> ExitCode {
    let mut plan = Plan {
        rounds: 2_000_000,
        threads: std::thread::available_parallelism().map_or(2, usize::from),
        first: 0,
        folder: PathBuf::from("target/fuzz-rounds"),
    };
    let mut replay = None;
    let mut is_list = false;
    let mut names: Vec<String> = Vec::new();
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || {
            words
                .next()
                .and_then(|word| word.replace('_', "").parse::<u64>().ok())
        };
        match word.as_str() {
            "--rounds" => plan.rounds = number().unwrap_or(plan.rounds),
            "--threads" => {
                plan.threads = number()
                    .and_then(|count| usize::try_from(count).ok())
                    .unwrap_or(1)
                    .max(1)
            }
            "--first" => plan.first = number().unwrap_or(0),
            "--replay" => replay = number(),
            "--save" => plan.folder = words.next().unwrap_or_default().into(),
            "--list" => is_list = true,
            flag if flag.starts_with('-') => {
                eprintln!("{flag} is not known");
                return ExitCode::from(2);
            }
            _ => names.push(word),
        }
    }
    let mut targets = targets::all();
    targets.retain(|target| {
        names.is_empty() || names.iter().any(|name| target.name.starts_with(name))
    });
    if is_list {
        for target in &targets {
            println!("{:<32} {} samples", target.name, target.samples.len());
        }
        return ExitCode::SUCCESS;
    }
    let mut is_clean = true;
    println!("| parser | rounds | seconds | panics | slowest | over 100 ms |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for target in &targets {
        if let Some(number) = replay {
            is_clean &= rounds::replay(target, number, &plan.folder);
            continue;
        }
        let outcome = rounds::run(target, &plan);
        is_clean &= outcome.panics == 0 && outcome.slow == 0;
        println!(
            "| {} | {} | {:.1} | {} | {:.1} ms | {} |",
            target.name,
            outcome.rounds,
            outcome.seconds,
            outcome.panics,
            outcome.slowest.as_secs_f64() * 1_000.0,
            outcome.slow,
        );
    }
    if is_clean {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
