//! Scheduled jobs, with passwords taken out of their commands.

use serde::Serialize;

use super::{files::File, source::Source};

/// Tables and folders of jobs.
const TABLES: [&str; 8] = [
    "/etc/anacrontab",
    "/etc/cron.d",
    "/etc/cron.daily",
    "/etc/cron.hourly",
    "/etc/cron.monthly",
    "/etc/cron.weekly",
    "/etc/crontab",
    "/var/spool/cron",
];

/// Scheduled jobs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Schedule {
    /// The jobs of cron, and units that systemd timers start. Other users' tables, which
    /// only root can read, are missing for an ordinary user and noted as unreadable.
    pub jobs: Option<Vec<Job>>,
    /// Whether all tables could be read, so that what is not among the jobs is not scheduled.
    pub complete: bool,
    /// Whether cron is installed.
    pub cron: bool,
    /// Whether `at` is installed.
    pub at: bool,
    /// The files that say who may schedule jobs (`cron.allow`, `at.deny`…), those that exist.
    pub gates: Option<Vec<File>>,
    /// Tables and folders of jobs with their permissions.
    pub files: Vec<File>,
}

/// A scheduled job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Job {
    /// The table it stands in.
    pub file: String,
    /// When it runs, as written.
    pub when: String,
    /// What runs.
    pub command: String,
}

/// Reads a cron table; `with_user` for those of the system, which name a user.
pub fn parse_cron(file: &str, text: &str, with_user: bool) -> Vec<Job> {
    text.lines()
        .map(str::trim)
        .filter(|line| {
            line.starts_with(|first: char| {
                first.is_ascii_digit() || matches!(first, '*' | '@' | '-')
            })
        })
        .filter_map(|line| {
            let times = if line.starts_with('@') { 1 } else { 5 };
            let words: Vec<&str> = line.split_whitespace().collect();
            let (when, rest) = words.split_at_checked(times)?;
            let command = if with_user { rest.get(1..)? } else { rest };
            (!command.is_empty()).then(|| Job {
                file: file.to_owned(),
                when: when.join(" "),
                command: without_secrets(command),
            })
        })
        .collect()
}

/// A command line whose passwords are replaced by `***`.
pub(crate) fn without_secrets(words: &[&str]) -> String {
    let mut kept = Vec::new();
    let mut hide = false;
    for word in words {
        let lower = word.to_lowercase();
        let named = ["pass", "pwd", "secret", "token", "apikey", "api_key"]
            .iter()
            .any(|mark| lower.contains(mark));
        if std::mem::take(&mut hide) {
            kept.push("***".to_owned());
        } else if let (true, Some((name, _))) = (named, word.split_once(['=', ':'])) {
            kept.push(format!("{name}=***"));
        } else if word.starts_with("-p") && word.len() > 2 && !lower.starts_with("-pa") {
            // The short form of MySQL's and others' tools.
            kept.push("-p***".to_owned());
        } else if let Some((scheme, rest)) = word
            .split_once("://")
            .filter(|(_, rest)| rest.contains('@'))
        {
            let place = rest.rsplit('@').next().unwrap_or_default();
            kept.push(format!("{scheme}://***@{place}"));
        } else {
            hide = named && word.starts_with('-') || matches!(*word, "-p" | "-P" | "-u" | "-w");
            kept.push((*word).to_owned());
        }
    }
    kept.join(" ")
}

pub(super) fn collect(source: &Source<'_>) -> Schedule {
    let mut jobs = Vec::new();
    let mut complete = true;
    match source.text("/etc/crontab") {
        Some(text) => jobs.extend(parse_cron("/etc/crontab", &text, true)),
        None => complete = false,
    }
    // Debian keeps users' tables one directory deeper.
    let tables = [
        ("/etc/cron.d", true),
        ("/var/spool/cron/crontabs", false),
        ("/var/spool/cron", false),
    ];
    for (directory, with_user) in tables {
        match source.texts_in(directory, "") {
            Some(texts) => jobs.extend(
                texts
                    .iter()
                    .flat_map(|(path, text)| parse_cron(path, text, with_user)),
            ),
            None => complete = false,
        }
    }
    for (directory, when) in [
        ("/etc/cron.daily", "@daily"),
        ("/etc/cron.weekly", "@weekly"),
        ("/etc/cron.hourly", "@hourly"),
    ] {
        let Some(names) = source.names(directory) else {
            complete = false;
            continue;
        };
        jobs.extend(
            names
                .into_iter()
                .filter(|name| !name.starts_with('.'))
                .map(|name| Job {
                    file: directory.to_owned(),
                    when: when.to_owned(),
                    command: format!("{directory}/{name}"),
                }),
        );
    }
    match source.names("/etc/systemd/system/timers.target.wants") {
        Some(names) => jobs.extend(names.into_iter().map(|name| Job {
            file: "systemd".to_owned(),
            when: "timer".to_owned(),
            command: name,
        })),
        None => complete = false,
    }
    Schedule {
        jobs: Some(jobs),
        complete,
        cron: source.any_exists(&["/usr/sbin/cron", "/usr/sbin/crond", "/etc/crontab"]),
        at: source.any_exists(&["/usr/bin/at", "/usr/sbin/atd"]),
        gates: gates(source),
        files: TABLES
            .iter()
            .filter_map(|path| {
                let metadata = source.metadata_quietly(path).ok()?;
                Some(File::new(path, &metadata))
            })
            .collect(),
    }
}

fn gates(source: &Source<'_>) -> Option<Vec<File>> {
    let mut gates = Vec::new();
    for path in [
        "/etc/at.allow",
        "/etc/at.deny",
        "/etc/cron.allow",
        "/etc/cron.deny",
    ] {
        gates.extend(
            source
                .metadata(path)?
                .map(|metadata| File::new(path, &metadata)),
        );
    }
    Some(gates)
}
