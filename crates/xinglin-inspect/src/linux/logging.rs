//! System logs: the daemon and its rules, rotation, forwarding, permissions and age.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    files::File,
    journal,
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

const MONTHS: [&str; 12] = [
    "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
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
    /// Whether all configurations of senders could be read.
    pub remote_complete: bool,
    /// Those of them that the syslog daemon sends to by UDP, which loses lines unnoticed.
    pub remote_unreliable: Option<Vec<String>>,
    /// Permissions that rsyslog gives new files, in octal; `null` without rsyslog.
    pub file_mode: Option<String>,
    /// Whether rotation is started by a timer or a daily job.
    pub rotates_daily: Option<bool>,
    /// Whether the journal outlives a restart.
    pub journal_persistent: Option<bool>,
    /// Rotation of the logs that record who did what.
    pub rotation: Option<Vec<Rotation>>,
    /// The shortest of them in days; `null` when one rotates by size.
    pub rotation_days: Option<i64>,
    /// Age in days of the oldest log that is still there.
    pub oldest_days: Option<i64>,
    /// Whether all of them could be dated.
    pub oldest_complete: bool,
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
    /// Those that receive it by UDP.
    pub unreliable: Vec<String>,
    /// The last `$FileCreateMode`, or `FileCreateMode` of the file module.
    pub file_mode: Option<String>,
}

/// Reads rsyslog's configuration, in both of its languages.
pub fn parse_rsyslog(text: &str, rules: &mut Rules) {
    // The parameters of an action may stand on lines of their own.
    let mut by_udp = true;
    for line in text.lines().map(str::trim) {
        let lower = line.to_lowercase();
        if let Some(mode) = created_mode(&lower) {
            rules.file_mode = Some(mode);
        }
        if line.is_empty() || line.starts_with(['#', '$']) {
            continue;
        }
        if lower.contains("omfwd") {
            by_udp = true;
        }
        if lower.contains("omrelp") || lower.contains("protocol=\"tcp\"") {
            by_udp = false;
            // The receiver may have stood on a line before.
            if !lower.contains("target=") {
                let last = rules.remote.last().cloned();
                rules
                    .unreliable
                    .retain(|target| Some(target) != last.as_ref());
            }
        }
        if lower.contains("omfwd") || lower.contains("omrelp") || lower.starts_with("target=") {
            if let Some(target) = quoted_after(line, "target=") {
                rules.add(target, by_udp);
            }
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
            let by_tcp = target.starts_with('@');
            rules.add(target.trim_start_matches('@').to_owned(), !by_tcp);
        } else if action.trim_start_matches('-').starts_with(['/', '?']) || lower.contains("omfile")
        {
            classify(selector, rules);
        }
    }
}

impl Rules {
    fn add(&mut self, target: String, by_udp: bool) {
        if by_udp {
            self.unreliable.push(target.clone());
        }
        self.remote.push(target);
    }
}

/// The mode in `$FileCreateMode 0640` or `module(load="builtin:omfile" FileCreateMode="0640")`.
fn created_mode(lower: &str) -> Option<String> {
    if lower.starts_with('#') {
        return None;
    }
    let (_, rest) = lower.split_once("filecreatemode")?;
    let mode: String = rest
        .chars()
        .skip_while(|c| matches!(c, ' ' | '\t' | '=' | '"'))
        .take_while(char::is_ascii_digit)
        .collect();
    (!mode.is_empty()).then(|| format!("{:0>4}", mode.trim_start_matches('0')))
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
                    let by_udp = driver.starts_with("udp") || line.contains("transport(\"udp\")");
                    rules.add(target, by_udp);
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
    let (senders, remote_complete) = other_senders(source);
    let (oldest_days, oldest_complete) = oldest(source);
    Logging {
        records_sign_ins: recorded(|rules| rules.sign_ins || rules.system),
        records_system: recorded(|rules| rules.system),
        remote_unreliable: rules.as_ref().map(|rules| rules.unreliable.clone()),
        file_mode: rules
            .as_ref()
            .filter(|_| daemon.as_deref() == Some("rsyslog"))
            .map(|rules| {
                let mode = rules.file_mode.as_deref();
                mode.unwrap_or("0644").to_owned()
            }),
        rotates_daily: rotates_daily(source, services),
        remote: rules.map(|rules| [rules.remote, senders].concat()),
        remote_complete,
        rotation_days: rotation.as_ref().and_then(|rotation| {
            let days: Option<Vec<i64>> = rotation.iter().map(|rotation| rotation.days).collect();
            days?.into_iter().min()
        }),
        oldest_days,
        oldest_complete,
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

/// Receivers of the audit daemon's and the journal's own senders, and whether all of their
/// configurations could be read: those of the audit daemon are closed to ordinary users.
fn other_senders(source: &Source<'_>) -> (Vec<String>, bool) {
    let target = |plugin: Option<&str>, settings: &str, key: &str| {
        let active = match plugin {
            None => true,
            Some(plugin) => parse_pairs(&source.text(plugin)?)
                .get("active")
                .is_some_and(|word| word == "yes"),
        };
        if !active {
            return Some(None);
        }
        Some(
            parse_pairs(&source.text(settings)?)
                .remove(key)
                .filter(|target| !target.is_empty()),
        )
    };
    let targets = [
        target(None, "/etc/systemd/journal-upload.conf", "URL"),
        target(
            Some("/etc/audit/plugins.d/au-remote.conf"),
            "/etc/audit/audisp-remote.conf",
            "remote_server",
        ),
        target(
            Some("/etc/audisp/plugins.d/au-remote.conf"),
            "/etc/audisp/audisp-remote.conf",
            "remote_server",
        ),
    ];
    let complete = targets.iter().all(Option::is_some);
    (targets.into_iter().flatten().flatten().collect(), complete)
}

fn journal_persistent(source: &Source<'_>) -> Option<bool> {
    let pairs = journal::settings(source)?;
    Some(match pairs.get("Storage").map(String::as_str) {
        Some("persistent") => true,
        Some("volatile" | "none") => false,
        // `auto`: lasting when the directory is there.
        _ => source.exists("/var/log/journal"),
    })
}

/// Whether something starts logrotate: a timer, or a script that cron runs.
fn rotates_daily(source: &Source<'_>, services: &Services) -> Option<bool> {
    let by_cron = source.any_exists(&["/etc/cron.daily/logrotate", "/etc/cron.hourly/logrotate"]);
    if by_cron {
        return Some(true);
    }
    services.starts(&["logrotate.timer"])
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

/// The age of the oldest log, and whether all logs could be dated: by the first line of
/// plain files, and by the last change of compressed ones, whose content is at least that old.
fn oldest(source: &Source<'_>) -> (Option<i64>, bool) {
    const NAMES: [&str; 5] = ["secure", "auth.log", "messages", "syslog", "audit.log"];
    let mut oldest = None;
    let mut complete = true;
    for directory in ["/var/log", "/var/log/audit"] {
        let Some(names) = source.names(directory) else {
            complete = false;
            continue;
        };
        for name in names
            .iter()
            .filter(|name| NAMES.iter().any(|log| name.starts_with(log)))
        {
            let path = format!("{directory}/{name}");
            let Some(Some(metadata)) = source.metadata(&path) else {
                continue;
            };
            if metadata.kind != Kind::File {
                continue;
            }
            oldest = oldest.max(Some(source.days_since(metadata.modified_seconds)));
            if [".gz", ".xz", ".bz2", ".zst"]
                .iter()
                .any(|suffix| name.ends_with(suffix))
            {
                continue;
            }
            match source.bytes(&path, 0, 512) {
                Some(bytes) => {
                    let head = String::from_utf8_lossy(&bytes.unwrap_or_default()).into_owned();
                    let first = head.lines().next().unwrap_or_default();
                    oldest = oldest
                        .max(line_seconds(first, source.now()).map(|at| source.days_since(at)));
                }
                None => complete = false,
            }
        }
    }
    (oldest, complete)
}

/// When a line of a log was written, in seconds since 1970: RFC 3339, the traditional
/// `Nov  2 08:00:00` (of this year, or the last when that lies ahead), or an audit record.
pub fn line_seconds(line: &str, now: Timestamp) -> Option<i64> {
    if let Some((_, record)) = line.split_once("msg=audit(") {
        return record.split('.').next()?.parse().ok();
    }
    let first = line.split_whitespace().next()?;
    if let Ok(at) = first.parse::<Timestamp>() {
        return Some(at.as_second());
    }
    let mut words = line.split_whitespace().skip(1);
    let month = MONTHS.iter().position(|month| *month == first)?;
    let day: i8 = words.next()?.parse().ok()?;
    let month = i8::try_from(month).ok()? + 1;
    let today = now.to_zoned(jiff::tz::TimeZone::UTC).date();
    let dated = |year: i16| jiff::civil::Date::new(year, month, day).ok();
    let date = dated(today.year())
        .filter(|date| *date <= today)
        .or_else(|| dated(today.year() - 1))?;
    Some(
        date.to_zoned(jiff::tz::TimeZone::UTC)
            .ok()?
            .timestamp()
            .as_second(),
    )
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
