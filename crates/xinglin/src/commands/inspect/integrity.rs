//! `xinglin inspect integrity`: a baseline of files, what changed against it, and as it happens.

use std::{
    collections::BTreeMap,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
    pin::pin,
    time::Duration,
};

use anyhow::{Context as _, anyhow};
use jiff::SignedDuration;
use serde_json::json;
use xinglin_core::{Clock as _, SystemClock};
use xinglin_inspect::{
    Family, Host, LiveHost, TreeHost, checks,
    integrity::{
        Baseline, Cause, Change, ChangeKind, FORMAT, Scope, attribute_by_records, compare, scan,
    },
};
use xinglin_reach::watch::{Looked, Lookout};

use crate::{
    cli::{BaselineArgs, CompareArgs, IntegrityCommand, WatchArgs},
    commands::{Failure, Outcome, StopSignals, runtime},
    content,
    printer::Printer,
};

/// How long the watch waits at a stretch; it also looks whether it shall end so often.
const TURN: Duration = Duration::from_secs(1);

pub(super) fn run(
    command: &IntegrityCommand,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    match command {
        IntegrityCommand::Baseline(args) => take(args, content_dir, printer),
        IntegrityCommand::Compare(args) => run_compare(args, printer),
        IntegrityCommand::Watch(args) => watch(args, printer),
    }
}

fn take(
    args: &BaselineArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let mut scope = default_scope(content_dir)?;
    if !args.paths.is_empty() {
        scope.include.clone_from(&args.paths);
    }
    if let Some(path) = scope.include.iter().find(|path| !path.starts_with('/')) {
        let problem = anyhow!("'{path}': expected an absolute path");
        return Err(Failure::input(problem));
    }
    let host = host(args.root.as_deref())?;
    let baseline = scan(host.as_ref(), &scope, SystemClock.now());
    write(&args.output, &baseline)
        .with_context(|| format!("cannot write {}", args.output.display()))
        .map_err(Failure::input)?;
    for gap in &baseline.unreadable {
        printer.note(&format!("{}: {}", gap.what, gap.why));
    }
    if baseline.cut_short {
        let most = baseline.scope.most_entries;
        printer.note(&format!("cut short: there is more than {most} files"));
    }
    printer.note(&format!(
        "{} files, {} packages, {} unreadable",
        baseline.entries.len(),
        baseline.packages.len(),
        baseline.unreadable.len()
    ));
    Ok(Outcome::Done)
}

fn run_compare(args: &CompareArgs, printer: &mut Printer) -> Result<Outcome, Failure> {
    let before = read(&args.baseline)?;
    let host = host(args.root.as_deref())?;
    let after = scan(host.as_ref(), &before.scope, SystemClock.now());
    let mut comparison = compare(&before, &after);
    attribute_by_records(host.as_ref(), &mut comparison);
    if args.json {
        printer.json(&comparison).map_err(Failure::internal)?;
    } else {
        for change in &comparison.changes {
            printer.line(&line(change)).map_err(Failure::internal)?;
        }
    }
    for path in &comparison.not_compared {
        printer.note(&format!("not compared: {path}"));
    }
    Ok(if comparison.changes.is_empty() {
        Outcome::Done
    } else {
        Outcome::No
    })
}

fn watch(args: &WatchArgs, printer: &mut Printer) -> Result<Outcome, Failure> {
    let baseline = read(&args.baseline)?;
    let host = host(args.root.as_deref())?;
    let root = args.root.clone().unwrap_or_else(|| PathBuf::from("/"));
    let looked_at = baseline.taken_at;
    let lookout = Lookout::new(baseline, looked_at, &root, host.as_ref());
    if let Some(failure) = lookout.failure() {
        printer.note(&format!("{failure}; changes are found by scans only"));
    }
    let every = SignedDuration::from_secs(args.rescan.into());
    let mut teller = Teller {
        json: args.json,
        known: BTreeMap::new(),
    };
    let told = runtime()?.block_on(async {
        let stop = StopSignals::watch()?;
        let mut stop = pin!(stop.wait());
        let mut state = (lookout, host);
        loop {
            let turn = tokio::task::spawn_blocking(move || {
                let (mut lookout, host) = state;
                let looked = turn(&mut lookout, host.as_ref(), every);
                (lookout, host, looked)
            });
            let (lookout, host, looked) = tokio::select! {
                () = &mut stop => return Ok(()),
                ended = turn => ended?,
            };
            if let Some(looked) = looked {
                teller.tell(looked, printer)?;
            }
            state = (lookout, host);
        }
    });
    told.map_err(|error: anyhow::Error| Failure::internal(error))?;
    Ok(Outcome::Done)
}

fn turn(lookout: &mut Lookout, host: &dyn Host, every: SignedDuration) -> Option<Looked> {
    let looked = lookout.look(host, SystemClock.now(), every);
    let Some(mut looked) = looked else {
        lookout.wait(TURN);
        return None;
    };
    attribute_by_records(host, &mut looked.comparison);
    Some(looked)
}

/// Says each change once, and once more when it is another or undone.
struct Teller {
    json: bool,
    known: BTreeMap<String, Change>,
}

impl Teller {
    fn tell(&mut self, looked: Looked, printer: &mut Printer) -> std::io::Result<()> {
        let at = looked.comparison.after;
        let mut found = BTreeMap::new();
        for change in looked.comparison.changes {
            let known = self.known.get(&change.path);
            if known.is_none_or(|known| (known.kind, &known.what) != (change.kind, &change.what)) {
                if self.json {
                    printer.json_line(&json!({"at": at, "change": change}))?;
                } else {
                    printer.line(&format!("{at} {}", line(&change)))?;
                }
            }
            found.insert(change.path.clone(), change);
        }
        let unknown = looked.comparison.not_compared;
        let is_undone = |path: &String| {
            let seen = looked
                .paths
                .as_ref()
                .is_none_or(|paths| paths.contains(path));
            seen && !found.contains_key(path) && !unknown.contains(path)
        };
        let undone: Vec<String> = self
            .known
            .keys()
            .filter(|path| is_undone(path))
            .cloned()
            .collect();
        for path in undone {
            self.known.remove(&path);
            if self.json {
                printer.json_line(&json!({"at": at, "undone": path}))?;
            } else {
                printer.line(&format!("{at} undone {path}"))?;
            }
        }
        self.known.extend(found);
        Ok(())
    }
}

fn line(change: &Change) -> String {
    let kind = match change.kind {
        ChangeKind::Added => "added",
        ChangeKind::Removed => "removed",
        ChangeKind::Changed => "changed",
    };
    let mut line = format!("{kind} {}", change.path);
    let fields: Vec<&str> = change.what.iter().map(|what| what.field.as_str()).collect();
    if !fields.is_empty() {
        line = format!("{line} ({})", fields.join(", "));
    }
    match &change.cause {
        Cause::Package {
            package,
            before,
            after,
        } => {
            let version = |version: &Option<String>| version.clone().unwrap_or("—".to_owned());
            let (before, after) = (version(before), version(after));
            line = format!("{line}: package {package} {before} → {after}");
        }
        Cause::DespitePackage { package } => {
            line = format!("{line}: not by its package {package}");
        }
        Cause::Unknown => {}
    }
    let actors: Vec<String> = change
        .actors
        .iter()
        .map(|actor| {
            let sure = json!(actor.certainty);
            let sure = sure.as_str().unwrap_or_default().to_owned();
            format!("{} ({sure})", actor.account)
        })
        .collect();
    if actors.is_empty() {
        line
    } else {
        format!("{line}; {}", actors.join(", "))
    }
}

fn host(root: Option<&Path>) -> Result<Box<dyn Host + Send>, Failure> {
    match root {
        None => Ok(Box::new(LiveHost)),
        Some(root) if root.is_dir() => Ok(Box::new(TreeHost::new(root))),
        Some(root) => {
            let problem = anyhow!("{} is not a folder", root.display());
            Err(Failure::input(problem))
        }
    }
}

/// The hospital's policy; only that file, since compiling checks takes time.
fn default_scope(content_dir: Option<&Path>) -> Result<Scope, Failure> {
    let files: Vec<_> = content::under("checks/", content_dir)
        .map_err(Failure::input)?
        .into_iter()
        .filter(|(path, _)| path.ends_with("policy.yaml"))
        .collect();
    let (set, _) = checks::load(&files);
    Scope::of_policy(set.policy(Family::Linux)).ok_or_else(|| {
        let problem = anyhow!("checks/linux/policy.yaml: 'integrity_include' names no path");
        Failure::input(problem)
    })
}

fn read(file: &Path) -> Result<Baseline, Failure> {
    let bytes = fs::read(file)
        .with_context(|| format!("cannot read {}", file.display()))
        .map_err(Failure::input)?;
    let baseline: Baseline = serde_json::from_slice(&bytes)
        .with_context(|| format!("{}: not a baseline", file.display()))
        .map_err(Failure::input)?;
    if baseline.format != FORMAT {
        let found = &baseline.format;
        let problem = anyhow!("{}: format '{found}', expected {FORMAT}", file.display());
        return Err(Failure::input(problem));
    }
    Ok(baseline)
}

/// Only its owner may read it: it says which files are where.
fn write(file: &Path, baseline: &Baseline) -> std::io::Result<()> {
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(file)?;
    serde_json::to_writer(&file, baseline)?;
    file.write_all(b"\n")
}
