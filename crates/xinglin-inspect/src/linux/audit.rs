//! Kernel auditing: whether it runs, what it watches, and how long its records stay.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{files::File, password::parse_pairs, services::Services, source::Source};
use crate::host::Program;

/// Kernel auditing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Audit {
    /// Whether the daemon is installed.
    pub installed: bool,
    /// Whether it runs.
    pub running: Option<bool>,
    /// Whether it starts at boot.
    pub enabled: Option<bool>,
    /// Whether the kernel records: false when a boot parameter or `auditctl -e 0` turned it off.
    pub recording: Option<bool>,
    /// Whether the rules are locked until the next start.
    pub immutable: Option<bool>,
    /// What the rules cover; `null` when they cannot be read.
    pub coverage: Option<Coverage>,
    /// How many rules there are.
    pub rules: Option<i64>,
    /// The configuration of the daemon.
    pub settings: Option<Settings>,
    /// Records the kernel dropped since the start.
    pub lost: Option<i64>,
    /// Records the kernel keeps for the daemon before it drops some.
    pub backlog_limit: Option<i64>,
    /// Permissions of the daemon's configuration and programs.
    pub files: Vec<File>,
}

/// What audit rules cover.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Coverage {
    /// Paths whose change is recorded.
    pub paths: Vec<String>,
    /// System calls that are recorded.
    pub calls: Vec<String>,
    /// Keys of the rules.
    pub keys: Vec<String>,
    /// Whether a `never,task` rule silences all others.
    pub silenced: bool,
    /// Whether attempts that permissions refused are recorded.
    pub refused: bool,
    /// Programs whose start is recorded, besides all by `execve`.
    pub programs: Vec<String>,
}

/// Values of `auditd.conf`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Settings {
    /// Size of one file in megabytes.
    pub file_megabytes: i64,
    /// Files that are kept.
    pub files: i64,
    /// What happens when a file is full, in lower case: `rotate`, `keep_logs`, `ignore`…
    pub when_full: String,
    /// Megabytes that all files together may take; -1 without a limit.
    pub capacity_megabytes: i64,
    /// What happens when the disk is nearly full.
    pub when_disk_low: String,
    /// What happens when there is hardly any space left.
    pub when_disk_lower: String,
    /// What happens when there is none.
    pub when_disk_full: String,
    /// What happens when writing fails.
    pub when_disk_fails: String,
    /// Where messages about space go; empty for nobody.
    pub mail_to: String,
    /// Whether records are written here at all.
    pub writes: bool,
}

/// Reads rules as `auditctl -l` prints them or `audit.rules` has them.
pub fn parse_rules(text: &str) -> (Coverage, i64) {
    let mut coverage = Coverage::default();
    let mut count = 0;
    for line in text.lines().map(str::trim) {
        if line.starts_with('#') || line.is_empty() || line == "No rules" {
            continue;
        }
        let words: Vec<&str> = line.split_whitespace().collect();
        let after = |flag: &str| {
            words
                .iter()
                .zip(words.iter().skip(1))
                .filter(|(word, _)| **word == flag)
                .map(|(_, value)| *value)
                .collect::<Vec<_>>()
        };
        if line.starts_with("-D") {
            // "Delete all" heads every rules file: what came before is gone.
            coverage = Coverage::default();
            count = 0;
            continue;
        }
        let is_watch = words.first() == Some(&"-w");
        let lists: Vec<&str> = [after("-a"), after("-A")].concat();
        if !is_watch && lists.is_empty() {
            continue;
        }
        count += 1;
        let never = lists.iter().any(|list| list.contains("never"));
        if never {
            coverage.silenced |= lists.iter().any(|list| list.contains("task"));
            continue;
        }
        let permissions = after("-p").first().map(|value| (*value).to_owned());
        let filters: Vec<(&str, &str)> = after("-F")
            .into_iter()
            .filter_map(|filter| filter.split_once('='))
            .collect();
        let filter = |key: &str| {
            filters
                .iter()
                .find(|(name, _)| *name == key)
                .map(|(_, value)| *value)
        };
        let permissions = permissions.or_else(|| filter("perm").map(str::to_owned));
        let path = if is_watch {
            words.get(1).copied()
        } else {
            filter("path").or_else(|| filter("dir"))
        };
        // A watch without permissions means all of them.
        let on_change = permissions
            .as_deref()
            .is_none_or(|letters| letters.contains(['w', 'a', 'x']));
        coverage.paths.extend(
            path.filter(|_| on_change)
                .map(|path| path.trim_end_matches('/').to_owned()),
        );
        let executes = filter("perm") == Some("x") || permissions.as_deref() == Some("x");
        coverage.programs.extend(
            path.filter(|_| executes)
                .map(|path| path.trim_end_matches('/').to_owned()),
        );
        coverage.refused |= filters.iter().any(|(name, value)| {
            *name == "exit" && matches!(*value, "-EACCES" | "-EPERM" | "-13" | "-1")
        });
        let calls = after("-S").into_iter().flat_map(|calls| calls.split(','));
        coverage.calls.extend(calls.map(str::to_owned));
        let keys = after("-k").into_iter().chain(filter("key"));
        coverage.keys.extend(keys.map(str::to_owned));
    }
    let lists = [
        &mut coverage.paths,
        &mut coverage.calls,
        &mut coverage.keys,
        &mut coverage.programs,
    ];
    for list in lists {
        list.sort_unstable();
        list.dedup();
    }
    (coverage, count)
}

/// Reads `auditd.conf`, with the defaults of the daemon.
pub fn parse_settings(text: &str) -> Settings {
    let pairs: BTreeMap<String, String> = parse_pairs(text);
    let number = |key: &str, default: i64| {
        pairs
            .get(key)
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    };
    let word = |key: &str, default: &str| {
        pairs
            .get(key)
            .map_or(default.to_owned(), |value| value.to_lowercase())
    };
    let (file_megabytes, files) = (
        number("max_log_file", 8).clamp(0, 1 << 20),
        number("num_logs", 5).clamp(0, 999),
    );
    let when_full = word("max_log_file_action", "rotate");
    let capacity_megabytes = match when_full.as_str() {
        "keep_logs" | "ignore" | "syslog" => -1,
        // Without a second file, a full one is simply overwritten.
        _ => file_megabytes * files.max(1),
    };
    Settings {
        file_megabytes,
        files,
        when_full,
        capacity_megabytes,
        when_disk_low: word("space_left_action", "ignore"),
        when_disk_lower: word("admin_space_left_action", "ignore"),
        when_disk_full: word("disk_full_action", "ignore"),
        when_disk_fails: word("disk_error_action", "ignore"),
        mail_to: word("action_mail_acct", "root"),
        writes: word("write_logs", "yes") != "no" && word("log_format", "raw") != "nolog",
    }
}

/// The numbers of `auditctl -s`.
pub fn parse_status(text: &str) -> BTreeMap<String, i64> {
    text.lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.to_owned(), words.next()?.parse().ok()?))
        })
        .collect()
}

pub(super) fn collect(source: &Source<'_>, services: &Services) -> Audit {
    let installed =
        source.any_exists(&["/sbin/auditd", "/usr/sbin/auditd", "/etc/audit/auditd.conf"]);
    if !installed {
        return Audit {
            installed,
            running: Some(false),
            enabled: Some(false),
            recording: Some(false),
            immutable: Some(false),
            coverage: Some(Coverage::default()),
            rules: Some(0),
            settings: None,
            lost: None,
            backlog_limit: None,
            files: Vec::new(),
        };
    }
    let status = source
        .run(Program::AuditStatus)
        .map(|text| parse_status(&text));
    let number = |key: &str| status.as_ref().and_then(|status| status.get(key).copied());
    let (rules, configured) = rules(source);
    let off_at_boot = source
        .kernel_word("/proc/cmdline")
        .map(|line| line.split_whitespace().any(|word| word == "audit=0"));
    let running = services.runs(&["auditd"]);
    Audit {
        installed,
        running,
        enabled: services.starts(&["auditd.service"]),
        recording: match number("enabled") {
            Some(state) => Some(state > 0),
            None if off_at_boot == Some(true) => Some(false),
            None => running,
        },
        immutable: number("enabled").map(|state| state == 2).or_else(|| {
            configured.map(|text| {
                text.lines()
                    .any(|line| line.split_whitespace().eq(["-e", "2"]))
            })
        }),
        rules: rules.as_ref().map(|(_, count)| *count),
        coverage: rules.map(|(coverage, _)| coverage),
        settings: source
            .text_if_present("/etc/audit/auditd.conf")
            .flatten()
            .map(|text| parse_settings(&text)),
        lost: number("lost"),
        backlog_limit: number("backlog_limit"),
        files: files(source),
    }
}

fn files(source: &Source<'_>) -> Vec<File> {
    const PATHS: [&str; 9] = [
        "/etc/audit/auditd.conf",
        "/etc/audit/audit.rules",
        "/etc/audit/rules.d",
        "/sbin/auditctl",
        "/sbin/auditd",
        "/sbin/augenrules",
        "/sbin/aureport",
        "/sbin/ausearch",
        "/sbin/autrace",
    ];
    let see = |path: &&str| {
        let metadata = source.metadata_quietly(path).ok()?;
        Some(File::new(path, &metadata))
    };
    PATHS.iter().filter_map(see).collect()
}

/// The rules in force (from the kernel, else from the files), and the text of the files.
fn rules(source: &Source<'_>) -> (Option<(Coverage, i64)>, Option<String>) {
    let parts = source.texts_in("/etc/audit/rules.d", ".rules");
    let joined = parts.map(|parts| {
        parts
            .into_iter()
            .map(|(_, text)| text + "\n")
            .collect::<String>()
    });
    // What augenrules made of the parts; older systems have only this one.
    let compiled = source.text("/etc/audit/audit.rules");
    let configured = match (joined, compiled) {
        (Some(parts), _) if parts.lines().any(|line| line.trim_start().starts_with('-')) => {
            Some(parts)
        }
        (Some(_), compiled) => compiled,
        (None, _) => None,
    };
    let active = source
        .run(Program::AuditRules)
        .map(|text| parse_rules(&text));
    (
        active.or_else(|| configured.as_deref().map(parse_rules)),
        configured,
    )
}
