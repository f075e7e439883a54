//! Drives parsers with mutated samples: counts rounds, catches panics, notes slow inputs.
//! Shared by the examples of several crates, each with the parsers of its crate.

mod mutate;
mod rounds;

use std::{path::PathBuf, process::ExitCode};

pub(crate) use mutate::Files;
use rounds::{Outcome, Plan};

/// A parser with samples of its language.
pub(crate) struct Target {
    /// Its name: family, and platform or file.
    pub(crate) name: String,
    /// Samples.
    pub(crate) samples: Vec<Files>,
    /// Parses an input; what comes out does not matter.
    pub(crate) parse: Box<dyn Fn(&Files) + Send + Sync>,
}

/// Lets go of what a parser made, in a way that the compiler cannot foresee.
pub(crate) fn parsed<T>(value: T) {
    drop(std::hint::black_box(value));
}

/// A parser of one file, with its samples.
pub(crate) fn of_bytes(
    name: &str,
    samples: impl IntoIterator<Item = Vec<u8>>,
    parse: impl Fn(&[u8]) + Send + Sync + 'static,
) -> Target {
    let samples = samples
        .into_iter()
        .map(|bytes| Files::from([("input".to_owned(), bytes)]));
    Target {
        name: name.to_owned(),
        samples: samples.collect(),
        parse: Box::new(move |files| {
            for bytes in files.values() {
                parse(bytes);
            }
        }),
    }
}

/// What is asked for on the command line.
struct Arguments {
    plan: Plan,
    list: bool,
    replay: Option<u64>,
    names: Vec<String>,
}

fn arguments() -> Result<Arguments, String> {
    let mut arguments = Arguments {
        plan: Plan {
            rounds: 2_000_000,
            threads: std::thread::available_parallelism().map_or(2, usize::from),
            first: 0,
            folder: PathBuf::from("target/fuzz-rounds"),
        },
        list: false,
        replay: None,
        names: Vec::new(),
    };
    let mut words = std::env::args().skip(1);
    while let Some(word) = words.next() {
        let mut number = || -> Result<u64, String> {
            let value = words.next().unwrap_or_default().replace('_', "");
            value
                .parse()
                .map_err(|_| format!("{word}: expected a number, got '{value}'"))
        };
        match word.as_str() {
            "--rounds" => arguments.plan.rounds = number()?,
            "--threads" => {
                arguments.plan.threads = usize::try_from(number()?).unwrap_or(1).max(1);
            }
            "--first" => arguments.plan.first = number()?,
            "--replay" => arguments.replay = Some(number()?),
            "--save" => arguments.plan.folder = words.next().unwrap_or_default().into(),
            "--list" => arguments.list = true,
            flag if flag.starts_with('-') => return Err(format!("{flag} is not known")),
            _ => arguments.names.push(word),
        }
    }
    Ok(arguments)
}

/// Runs what the command line asks for of `all` parsers.
pub(crate) fn main(all: Vec<Target>) -> ExitCode {
    let arguments = match arguments() {
        Ok(arguments) => arguments,
        Err(problem) => {
            eprintln!("{problem}");
            return ExitCode::from(2);
        }
    };
    let targets: Vec<Target> = all
        .into_iter()
        .filter(|target| {
            arguments.names.is_empty()
                || arguments
                    .names
                    .iter()
                    .any(|name| target.name.starts_with(name.as_str()))
        })
        .collect();
    if targets.is_empty() {
        eprintln!("no such target; --list shows them");
        return ExitCode::from(2);
    }
    if arguments.list {
        for target in &targets {
            println!("{:<32} {} samples", target.name, target.samples.len());
        }
        return ExitCode::SUCCESS;
    }
    let mut clean = true;
    println!("| parser | rounds | seconds | panics | slowest | over 100 ms |");
    println!("| --- | ---: | ---: | ---: | ---: | ---: |");
    for target in &targets {
        if let Some(number) = arguments.replay {
            clean &= rounds::replay(target, number, &arguments.plan.folder);
            continue;
        }
        let outcome = rounds::run(target, &arguments.plan);
        clean &= outcome.panics == 0 && outcome.slow == 0;
        println!("{}", line(&target.name, &outcome));
    }
    if clean {
        ExitCode::SUCCESS
    } else {
        eprintln!(
            "inputs that panicked or were slow are in {}",
            arguments.plan.folder.display()
        );
        ExitCode::FAILURE
    }
}

fn line(name: &str, outcome: &Outcome) -> String {
    format!(
        "| {name} | {} | {:.1} | {} | {:.1} ms | {} |",
        outcome.rounds,
        outcome.seconds,
        outcome.panics,
        outcome.slowest.as_secs_f64() * 1_000.0,
        outcome.slow,
    )
}
