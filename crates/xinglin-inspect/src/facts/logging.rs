//! System logs: the daemon and its rules, rotation, forwarding, permissions and age.

use serde::Serialize;

use super::{
    files::File,
    logrotate::{self, Rotation},
    password::parse_pairs,
    services::Services,
    source::Source,
};
use crate::host::Kind;

/// Logs that record who did what, by the names of both families of distributions.
const SECURITY_LOGS: [&str; 4] = [
    "/var/log/secure",
    "/var/log/auth.log",
    "/var/log/messages",
    "/var/log/syslog",
];

/// System logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Logging {
    /// `rsyslog`, `syslog-ng`, `journald`, or empty when none runs.
    pub daemon: Option<String>,
    /// Whether sign-ins are written to a file or a lasting journal.
    pub records_sign_ins: Option<bool>,
    /// Whether system events are.
    pub records_system: Option<bool>,
    /// Hosts that receive a copy.
    pub remote: Option<Vec<String>>,
    /// Whether the journal outlives a restart.
    pub journal_persistent: Option<bool>,
    /// Rotation of the logs that record who did what.
    pub rotation: Option<Vec<Rotation>>,
    /// The shortest of them in days; `null` when one rotates by size.
    pub rotation_days: Option<i64>,
    /// Age in days of the oldest log that is still there.
    pub oldest_days: Option<i64>,
    /// Permissions of the logs.
    pub files: Option<Vec<File>>,
}

/// What the rules of a syslog daemon do.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Rules {
    /// Sign-ins go to a file.
    pub sign_ins: bool,
    /// System events go to a file.
    pub system: bool,
    /// Hosts that receive a copy.
    pub remote: Vec<String>,
}

/// Reads rsyslog's configuration, in both of its languages.
pub fn parse_rsyslog(text: &str, rules: &mut Rules) {
    for line in text.lines().map(str::trim) {
        if line.is_empty() || line.starts_with(['#', '$']) {
            continue;
        }
        let lower = line.to_lowercase();
        if lower.contains("omfwd") || lower.contains("omrelp") {
            rules.remote.extend(quoted_after(line, "target="));
            continue;
        }
        // The parameters of an action may stand on lines of their own.
        if lower.starts_with("target=") {
            rules.remote.extend(quoted_after(line, "target="));
            continue;
        }
        let mut words = line.split_whitespace();
        let (Some(selector), Some(action)) = (words.next(), words.next()) else {
            continue;
        };
        if !selector.contains('.') {
            continue;
        }
        if let Some(target) = action.strip_prefix('@') {
            rules.remote.push(target.trim_start_matches('@').to_owned());
        } else if action.trim_start_matches('-').starts_with(['/', '?']) {
            classify(selector, rules);
        } else if lower.contains("omfile") {
            classify(selector, rules);
        }
    }
}

fn classify(selector: &str, rules: &mut Rules) {
    for part in selector.split(';') {
        let Some((facilities, priority)) = part.split_once('.') else {
            continue;
        };
        if priority == "none" {
            continue;
        }
        let wide = matches!(
            priority.trim_start_matches('='),
            "*" | "debug" | "info" | "notice"
        );
        for facility in facilities.split(',') {
            rules.sign_ins |= wide && matches!(facility, "auth" | "authpriv");
            rules.system |= wide && facility == "*";
        }
    }
}

fn quoted_after(line: &str, key: &str) -> Option<String> {
    let at = line.to_lowercase().find(key)? + key.len();
    let value = line.get(at..)?.trim_start_matches(['"', '\'']);
    let value: String = value
        .chars()
        .take_while(|c| !matches!(c, '"' | '\'' | ' ' | ')'))
        .collect();
    (!value.is_empty()).then_some(value)
}

/// Reads syslog-ng's configuration, as far as destinations go.
pub fn parse_syslog_ng(text: &str, rules: &mut Rules) {
    for line in text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
    {
        for driver in ["tcp(", "udp(", "network(", "syslog(", "tcp6(", "udp6("] {
            let Some((before, rest)) = line.split_once(driver) else {
                continue;
            };
            // `source` blocks use the same words.
            if before.contains("destination") || before.trim().is_empty() {
                let target = rest.trim_start_matches(['"', '\'', ' ']);
                let target: String = target
                    .chars()
                    .take_while(|c| !matches!(c, '"' | '\'' | ' ' | ')'))
                    .collect();
                if !before.contains("source") && !target.starts_with("ip(") && !target.is_empty() {
                    rules.remote.push(target);
                }
            }
        }
        if line.contains("/var/log/auth") || line.contains("/var/log/secure") {
            rules.sign_ins = true;
        }
        if line.contains("/var/log/syslog") || line.contains("/var/log/messages") {
            rules.system = true;
        }
    }
}

pub(super) fn collect(source: &Source<'_>, services: &Services) -> Logging {
    let daemon = daemon(services);
    let rules = rules(source);
    let persistent = journal_persistent(source);
    let journal_only = daemon.as_deref() == Some("journald");
    let recorded = |by_rule: fn(&Rules) -> bool| {
        if journal_only {
            return persistent;
        }
        rules
            .as_ref()
            .map(|rules| by_rule(rules) || persistent == Some(true))
    };
    let rotation = rotation(source);
    Logging {
        records_sign_ins: recorded(|rules| rules.sign_ins || rules.system),
        records_system: recorded(|rules| rules.system),
        remote: rules
            .as_ref()
            .map(|rules| rules.remote.clone())
            .zip(other_senders(source))
            .map(|(mut remote, more)| {
                remote.extend(more);
                remote
            }),
        rotation_days: rotation.as_ref().and_then(|rotation| {
            let days: Option<Vec<i64>> = rotation.iter().map(|rotation| rotation.days).collect();
            days?.into_iter().min()
        }),
        oldest_days: oldest(source),
        files: files(source),
        journal_persistent: persistent,
        daemon,
        rotation,
    }
}

fn daemon(services: &Services) -> Option<String> {
    let known = [
        ("rsyslog", "rsyslogd"),
        ("syslog-ng", "syslog-ng"),
        ("journald", "systemd-journald"),
    ];
    let running = |process: &str| match services.runs(&[process]) {
        Some(runs) => Some(runs),
        // A tree of files has no processes; what starts at boot must do.
        None => services.starts(&[match process {
            "rsyslogd" => "rsyslog.service",
            "syslog-ng" => "syslog-ng.service",
            _ => "systemd-journald.service",
        }]),
    };
    running("rsyslogd")?;
    let found = known
        .iter()
        .find(|(_, process)| running(process) == Some(true));
    Some(found.map_or("", |(name, _)| name).to_owned())
}

fn rules(source: &Source<'_>) -> Option<Rules> {
    let mut rules = Rules::default();
    parse_rsyslog(&source.text("/etc/rsyslog.conf")?, &mut rules);
    for (_, text) in source.texts_in("/etc/rsyslog.d", ".conf")? {
        parse_rsyslog(&text, &mut rules);
    }
    parse_syslog_ng(&source.text("/etc/syslog-ng/syslog-ng.conf")?, &mut rules);
    for (_, text) in source.texts_in("/etc/syslog-ng/conf.d", ".conf")? {
        parse_syslog_ng(&text, &mut rules);
    }
    Some(rules)
}

/// Receivers of the audit daemon's and the journal's own senders.
fn other_senders(source: &Source<'_>) -> Option<Vec<String>> {
    let mut remote = Vec::new();
    let mut add = |plugin: &str, settings: &str, key: &str| {
        let active = match plugin {
            "" => true,
            plugin => parse_pairs(&source.text(plugin)?)
                .get("active")
                .is_some_and(|word| word == "yes"),
        };
        let pairs = parse_pairs(&source.text(settings)?);
        let target = pairs.get(key).filter(|target| active && !target.is_empty());
        remote.extend(target.cloned());
        Some(())
    };
    add("", "/etc/systemd/journal-upload.conf", "URL")?;
    // Their absence for an ordinary user (the directory is closed) hides nothing that the
    // other senders would not show; it is noted as unreadable.
    for (plugin, settings) in [
        (
            "/etc/audit/plugins.d/au-remote.conf",
            "/etc/audit/audisp-remote.conf",
        ),
        (
            "/etc/audisp/plugins.d/au-remote.conf",
            "/etc/audisp/audisp-remote.conf",
        ),
    ] {
        add(plugin, settings, "remote_server");
    }
    Some(remote)
}

fn journal_persistent(source: &Source<'_>) -> Option<bool> {
    let mut pairs = parse_pairs(&source.text("/etc/systemd/journald.conf")?);
    for (_, text) in source.texts_in("/etc/systemd/journald.conf.d", ".conf")? {
        pairs.extend(parse_pairs(&text));
    }
    Some(match pairs.get("Storage").map(String::as_str) {
        Some("persistent") => true,
        Some("volatile" | "none") => false,
        // `auto`: lasting when the directory is there.
        _ => source.exists("/var/log/journal"),
    })
}

fn rotation(source: &Source<'_>) -> Option<Vec<Rotation>> {
    let main = source.text("/etc/logrotate.conf")?;
    let included: Vec<String> = source
        .texts_in("/etc/logrotate.d", "")?
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    let mut rotations = logrotate::parse(&main, &included);
    rotations.retain(|rotation| SECURITY_LOGS.contains(&rotation.path.as_str()));
    Some(rotations)
}

/// The oldest log by date of last change: what is in it is at least that old.
fn oldest(source: &Source<'_>) -> Option<i64> {
    let mut oldest = None;
    for directory in ["/var/log", "/var/log/audit"] {
        let names = match source.names_quietly(directory) {
            Ok(names) => names,
            Err(crate::host::ReadError::NotFound) => continue,
            // A closed directory of audit records leaves the other logs to go by.
            Err(_) if directory == "/var/log/audit" => continue,
            Err(_) => return None,
        };
        for name in names {
            if !["secure", "auth.log", "messages", "syslog", "audit.log"]
                .iter()
                .any(|log| name.starts_with(log))
            {
                continue;
            }
            if let Some(Some(metadata)) = source.metadata(&format!("{directory}/{name}"))
                && metadata.kind == Kind::File
            {
                oldest = oldest.max(Some(source.days_since(metadata.modified_seconds)));
            }
        }
    }
    oldest
}

fn files(source: &Source<'_>) -> Option<Vec<File>> {
    let mut files = Vec::new();
    for path in SECURITY_LOGS.into_iter().chain([
        "/var/log/cron",
        "/var/log/audit",
        "/var/log/wtmp",
        "/var/log/btmp",
    ]) {
        files.extend(
            source
                .metadata(path)?
                .map(|metadata| File::new(path, &metadata)),
        );
    }
    // Readable only by those who may enter the directory; nobody else can see it either.
    if let Ok(metadata) = source.metadata_quietly("/var/log/audit/audit.log") {
        files.push(File::new("/var/log/audit/audit.log", &metadata));
    }
    Some(files)
}
