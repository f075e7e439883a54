//! `xinglin inspect ssh`: many hosts without an agent, one document a line as they come.

use std::{fs, io::Write as _, path::Path, time::Duration};

use anyhow::{Context as _, anyhow};
use serde_json::json;
use xinglin_core::{Clock as _, SystemClock};
use xinglin_inspect::{CheckSet, Family, inspect_bundle};
use xinglin_reach::{
    Secret,
    ssh::{
        Credential, Endpoint, Failure as SshFailure, Gathered, HostKeyRule, KnownHosts, Limits,
        SeenKey, Sudo, Target, inspect_many,
    },
};

use crate::{
    cli::SshArgs,
    commands::{Failure, Outcome, runtime},
    content,
    printer::Printer,
};

/// The script that is run on each host.
const SCRIPT: &str = "collect/linux.sh";

pub(super) fn run(
    args: &SshArgs,
    content_dir: Option<&Path>,
    printer: &mut Printer,
) -> Result<Outcome, Failure> {
    let scripts = content::under(SCRIPT, content_dir).map_err(Failure::input)?;
    let (_, script) = scripts
        .first()
        .ok_or_else(|| Failure::input(anyhow!("the content has no {SCRIPT}")))?;
    let checks = super::checks(Family::Linux, content_dir, printer)?;
    let targets = targets(args).map_err(Failure::input)?;
    let limits = Limits {
        parallel: args.parallel.max(1),
        host: Duration::from_secs(args.time_limit),
        ..Limits::default()
    };
    let runtime = runtime()?;
    let (cancel, cancelled) = tokio::sync::watch::channel(false);
    runtime.spawn(async move {
        if tokio::signal::ctrl_c().await.is_ok() {
            cancel.send_replace(true);
        }
    });
    let mut said = Said {
        checks: &checks,
        printer,
        names: targets
            .iter()
            .map(|target| target.endpoint.address())
            .collect(),
        new_keys: Vec::new(),
        failed: 0,
        broken: None,
    };
    runtime.block_on(inspect_many(
        targets,
        script,
        limits,
        SystemClock.now(),
        cancelled,
        &mut |place, outcome| said.say(place, outcome),
    ));
    let Said {
        new_keys,
        failed,
        names,
        broken,
        ..
    } = said;
    keep(&args.known_hosts, &new_keys).map_err(Failure::input)?;
    printer.note(&format!(
        "{} of {} hosts inspected",
        names.len() - failed,
        names.len()
    ));
    match broken {
        Some(error) => Err(Failure::internal(error)),
        None if failed > 0 => Ok(Outcome::No),
        None => Ok(Outcome::Done),
    }
}

/// What is said of each host as it comes.
struct Said<'a> {
    checks: &'a CheckSet,
    printer: &'a mut Printer,
    names: Vec<String>,
    new_keys: Vec<SeenKey>,
    failed: usize,
    broken: Option<std::io::Error>,
}

impl Said<'_> {
    fn say(&mut self, place: usize, outcome: Result<Gathered, SshFailure>) {
        let host = self.names.get(place).cloned().unwrap_or_default();
        let written = match outcome {
            Ok(gathered) => {
                for seen in &gathered.new_keys {
                    self.printer
                        .note(&format!("{}: new host key {}", seen.at, seen.key));
                }
                self.new_keys.extend(gathered.new_keys);
                let inspection = inspect_bundle(&gathered.bundle, self.checks);
                self.printer
                    .json_line(&json!({"host": host, "inspection": inspection}))
            }
            Err(failure) => {
                self.failed += 1;
                self.printer.note(&failure.to_string());
                let error = json!({"at": failure.at, "kind": failure.kind.word(), "why": failure.kind.to_string()});
                self.printer
                    .json_line(&json!({"host": host, "error": error}))
            }
        };
        if let Err(error) = written {
            self.broken.get_or_insert(error);
        }
    }
}

fn targets(args: &SshArgs) -> anyhow::Result<Vec<Target>> {
    let known = known_hosts(&args.known_hosts)?;
    let mut credentials = Vec::new();
    if let Some(file) = &args.identity {
        let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
        credentials.push(Credential::Key {
            text: Secret::new(text),
            passphrase: args.passphrase_file.as_deref().map(secret).transpose()?,
        });
    }
    if let Some(file) = &args.password_file {
        credentials.push(Credential::Password(secret(file)?));
    }
    let endpoint = |text: &str| -> anyhow::Result<Endpoint> {
        let mut endpoint =
            parse(text).ok_or_else(|| anyhow!("'{text}': expected USER@HOST[:PORT]"))?;
        endpoint.credentials.clone_from(&credentials);
        endpoint.host_key = match known.of(&endpoint.address()) {
            Some(keys) => HostKeyRule::Known(keys.to_vec()),
            None if args.only_known => HostKeyRule::Known(Vec::new()),
            None => HostKeyRule::FirstUse,
        };
        Ok(endpoint)
    };
    let sudo = match (&args.sudo_password_file, args.sudo) {
        (Some(file), _) => Sudo::Password(secret(file)?),
        (None, true) => Sudo::NoPassword,
        (None, false) => Sudo::None,
    };
    let jumps = args
        .jump
        .iter()
        .map(|text| endpoint(text))
        .collect::<Result<Vec<_>, _>>()?;
    let listed = match &args.hosts {
        Some(file) => fs::read_to_string(file).with_context(|| file.display().to_string())?,
        None => String::new(),
    };
    let listed = listed.lines().map(str::trim);
    let listed = listed.filter(|line| !line.is_empty() && !line.starts_with('#'));
    args.targets
        .iter()
        .map(String::as_str)
        .chain(listed)
        .map(|text| {
            Ok(Target {
                endpoint: endpoint(text)?,
                jumps: jumps.clone(),
                sudo: sudo.clone(),
            })
        })
        .collect()
}

/// `USER@HOST[:PORT]`, an IPv6 address in brackets.
fn parse(text: &str) -> Option<Endpoint> {
    let (user, at) = text.rsplit_once('@')?;
    let (host, port) = match at.strip_prefix('[') {
        Some(rest) => {
            let (host, port) = rest.split_once(']')?;
            (
                host,
                port.strip_prefix(':').or(port.is_empty().then_some("22"))?,
            )
        }
        None => at.split_once(':').unwrap_or((at, "22")),
    };
    if user.is_empty() || host.is_empty() {
        return None;
    }
    Some(Endpoint {
        host: host.to_owned(),
        port: port.parse().ok()?,
        user: user.to_owned(),
        credentials: Vec::new(),
        host_key: HostKeyRule::FirstUse,
    })
}

/// The first line of a file.
fn secret(file: &Path) -> anyhow::Result<Secret> {
    let text = fs::read_to_string(file).with_context(|| file.display().to_string())?;
    Ok(Secret::new(text.lines().next().unwrap_or_default()))
}

/// The keys in a file; none where there is no file yet.
fn known_hosts(file: &Path) -> anyhow::Result<KnownHosts> {
    match fs::read_to_string(file) {
        Ok(text) => text.parse().with_context(|| file.display().to_string()),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(KnownHosts::default()),
        Err(error) => Err(error).with_context(|| file.display().to_string()),
    }
}

/// Adds keys that were seen for the first time.
fn keep(file: &Path, new_keys: &[SeenKey]) -> anyhow::Result<()> {
    if new_keys.is_empty() {
        return Ok(());
    }
    let mut lines: Vec<String> = new_keys
        .iter()
        .map(|seen| format!("{} {}\n", seen.at, seen.key))
        .collect();
    // A jump host is seen once for each host behind it.
    lines.sort();
    lines.dedup();
    let mut known = fs::OpenOptions::new()
        .create(true)
        .append(true)
        .open(file)
        .with_context(|| file.display().to_string())?;
    known.write_all(lines.concat().as_bytes())?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_read() {
        let cases = [
            ("root@his-db", Some(("root", "his-db", 22))),
            ("a@b@10.0.0.1:2222", Some(("a@b", "10.0.0.1", 2222))),
            ("root@[fe80::1]", Some(("root", "fe80::1", 22))),
            ("root@[fe80::1]:2022", Some(("root", "fe80::1", 2022))),
            ("his-db", None),
            ("@his-db", None),
            ("root@", None),
            ("root@his-db:ssh", None),
            ("root@[fe80::1]2022", None),
        ];
        for (text, expected) in cases {
            let found = parse(text);
            let found = found
                .as_ref()
                .map(|one| (one.user.as_str(), one.host.as_str(), one.port));
            assert_eq!(found, expected, "{text}");
        }
    }
}
