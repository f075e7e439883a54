//! Redis and its kin.

use serde::Serialize;
use serde_json::Value as Json;

use super::{
    Gathered,
    answers::{Reader, Table},
    values::{self, Settings},
};

/// Commands that change the server itself or lose everything.
const DANGEROUS_COMMANDS: [&str; 14] = [
    "config",
    "flushall",
    "flushdb",
    "shutdown",
    "debug",
    "keys",
    "module",
    "replicaof",
    "slaveof",
    "save",
    "bgrewriteaof",
    "eval",
    "acl",
    "migrate",
];

/// What is kept of `INFO`.
pub const REDIS_FACTS: [&str; 9] = [
    "redis_version",
    "redis_mode",
    "os",
    "tcp_port",
    "executable",
    "config_file",
    "role",
    "connected_slaves",
    "uptime_in_days",
];

/// Settings that are asked for; none of them holds a password.
pub const REDIS_SETTINGS: [&str; 32] = [
    "bind",
    "port",
    "protected-mode",
    "tls-port",
    "tls-auth-clients",
    "tls-protocols",
    "tls-ciphers",
    "tls-replication",
    "tls-cluster",
    "timeout",
    "tcp-keepalive",
    "maxclients",
    "maxmemory",
    "loglevel",
    "logfile",
    "syslog-enabled",
    "appendonly",
    "save",
    "appendfsync",
    "dir",
    "acllog-max-len",
    "aclfile",
    "acl-pubsub-default",
    "enable-debug-command",
    "enable-module-command",
    "enable-protected-configs",
    "unixsocket",
    "unixsocketperm",
    "slowlog-log-slower-than",
    "slowlog-max-len",
    "replica-read-only",
    "rdbchecksum",
];

/// A user's rule without its hashes and passwords, whose number stays.
pub fn rule_without_secrets(rule: &str) -> String {
    let words = rule
        .split_whitespace()
        .map(|word| match word.chars().next() {
            Some('#') => "#set",
            Some('>' | '<' | '!') => ">set",
            _ => word,
        });
    words.collect::<Vec<_>>().join(" ")
}

/// What is known of a server.
#[derive(Debug, Serialize)]
struct Facts {
    /// The first number of the version.
    major: Option<i64>,
    /// `master` or `slave`.
    role: Option<String>,
    /// Settings, names with underscores, without passwords.
    settings: Option<Settings>,
    /// Addresses it listens on; empty for all of them.
    addresses: Option<Vec<String>>,
    /// Whether one of them is reached from other machines.
    remote: Option<bool>,
    /// The password of everybody: `none`, `default` or `set`.
    password: Option<String>,
    /// Its length.
    password_length: Option<i64>,
    /// Users (Redis 6 and later).
    users: Option<Vec<User>>,
    /// Whether a client without a password can run commands.
    open_to_all: Option<bool>,
    /// Commands that were renamed or switched off, from `redis.conf`; `null` without it.
    renamed_commands: Option<Vec<String>>,
    /// Whether data survive a restart by appended log or snapshots.
    persistent: Option<bool>,
}

/// A user.
#[derive(Debug, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact that a check asks for by itself"
)]
struct User {
    /// Its name.
    name: String,
    /// Whether it can sign in.
    enabled: bool,
    /// Whether it needs no password.
    no_password: bool,
    /// Passwords it has.
    passwords: usize,
    /// Whether it may touch every key.
    all_keys: bool,
    /// Whether it may run commands that change the server or lose everything.
    dangerous: bool,
}

/// Reads the facts.
pub(super) fn gather(reader: &mut Reader<'_>) -> Gathered {
    let told = reader
        .table(&["info"])
        .map(|table| values::of_table(&table));
    let told = |name: &str| told.as_ref().and_then(|told| values::text(told, name));
    let version = told("redis_version");
    let major = version
        .as_deref()
        .and_then(|version| version.split('.').next()?.parse().ok());
    let file = reader.file("redis.conf");
    let asked = match &file {
        Some(_) => reader.optional(&["config"]),
        None => reader.table(&["config"]),
    };
    let settings = match (asked, &file) {
        (Some(table), _) => Some(values::of_table(&table)),
        (None, Some(text)) => Some(of_file(text)),
        (None, None) => None,
    };
    let (password, password_length) = password(reader, file.as_deref());
    let users = match major {
        Some(major) if major < 6 => None,
        _ => reader.table(&["acl"]).map(|table| users(&table)),
    };
    let open_to_all = match (&users, password.as_deref()) {
        (Some(users), _) => {
            let default = users.iter().find(|user| user.name == "default");
            default.map(|user| user.enabled && user.no_password)
        }
        (None, Some(password)) => Some(password == "none"),
        (None, None) => None,
    };
    let head = reader.head(version.as_ref().map(|_| "redis"), version.as_deref(), 2);
    let addresses = settings
        .as_ref()
        .and_then(|settings| values::text(settings, "bind"))
        .map(|bind| {
            bind.split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        });
    let facts = Facts {
        major,
        role: told("role"),
        remote: addresses.as_ref().map(|addresses| is_remote(addresses)),
        addresses,
        password,
        password_length,
        open_to_all,
        renamed_commands: file.as_deref().map(renamed),
        persistent: settings.as_ref().and_then(|settings| {
            let snapshots = values::text(settings, "save")?;
            let appends = values::switch(settings, "appendonly")?;
            Some(appends || !snapshots.trim_matches('"').is_empty())
        }),
        settings,
        users,
    };
    Gathered {
        facts: reader.json(&head, &facts),
        name: String::new(),
        product: Some("redis".to_owned()),
        version,
    }
}

/// Without an address, or with a star, it listens on all of them. A hyphen in front means
/// that an address may be missing.
fn is_remote(addresses: &[String]) -> bool {
    let is_local = |address: &String| {
        matches!(
            address.trim_start_matches('-'),
            "127.0.0.1" | "::1" | "localhost"
        )
    };
    addresses.is_empty() || !addresses.iter().all(is_local)
}

/// Lines of `redis.conf`, without comments: the directive and its words.
fn directives(text: &str) -> impl Iterator<Item = (String, &str)> {
    text.lines().filter_map(|line| {
        let line = line.trim();
        let (name, rest) = line.split_once(char::is_whitespace)?;
        (!line.starts_with('#')).then(|| (name.to_ascii_lowercase(), rest.trim()))
    })
}

fn of_file(text: &str) -> Settings {
    let mut settings = Settings::new();
    for (name, rest) in directives(text) {
        let is_secret = name.contains("pass") || matches!(name.as_str(), "user" | "masterauth");
        if is_secret || name == "rename-command" {
            continue;
        }
        let value = match name.as_str() {
            // Times of snapshots and addresses are lists.
            "save" | "bind" => Json::from(rest.trim_matches('"')),
            _ => values::value(rest.trim_matches('"')),
        };
        settings.insert(values::name(&name), value);
    }
    settings
}

fn renamed(text: &str) -> Vec<String> {
    directives(text)
        .filter(|(name, _)| name == "rename-command")
        .filter_map(|(_, rest)| Some(rest.split_whitespace().next()?.to_ascii_lowercase()))
        .collect()
}

fn password(reader: &mut Reader<'_>, file: Option<&str>) -> (Option<String>, Option<i64>) {
    let table = match file {
        Some(_) => reader.optional(&["password"]),
        None => reader.table(&["password"]),
    };
    if let Some(row) = table.as_ref().and_then(Table::first) {
        return (Some(row.word("state")), row.number("length"));
    }
    let Some(text) = file else {
        return (None, None);
    };
    let given = directives(text)
        .filter(|(name, _)| name == "requirepass")
        .last()
        .map(|(_, rest)| rest.trim_matches('"'));
    match given {
        None | Some("") => (Some("none".to_owned()), Some(0)),
        Some("foobared") => (Some("default".to_owned()), Some(8)),
        Some(given) => (
            Some("set".to_owned()),
            i64::try_from(given.chars().count()).ok(),
        ),
    }
}

fn users(table: &Table) -> Vec<User> {
    let rules = table.rows().map(|row| row.word("rule"));
    rules.filter_map(|rule| user(&rule)).collect()
}

/// `user default on nopass ~* &* +@all`; later words overrule earlier ones.
fn user(rule: &str) -> Option<User> {
    let mut words = rule.split_whitespace();
    let (Some("user"), Some(name)) = (words.next(), words.next()) else {
        return None;
    };
    let mut user = User {
        name: name.to_owned(),
        enabled: false,
        no_password: false,
        passwords: 0,
        all_keys: false,
        dangerous: false,
    };
    for word in words {
        match word {
            "on" => user.enabled = true,
            "off" => user.enabled = false,
            "nopass" => user.no_password = true,
            "resetpass" => (user.no_password, user.passwords) = (false, 0),
            "allkeys" | "~*" => user.all_keys = true,
            "resetkeys" => user.all_keys = false,
            "allcommands" | "+@all" | "+@dangerous" | "+@admin" => user.dangerous = true,
            "nocommands" | "-@all" | "-@dangerous" => user.dangerous = false,
            word if word.starts_with(['#', '>']) => user.passwords += 1,
            word => {
                let command = word.strip_prefix('+').unwrap_or_default();
                let command = command.split('|').next().unwrap_or_default();
                if DANGEROUS_COMMANDS.contains(&command) {
                    user.dangerous = true;
                }
            }
        }
    }
    Some(user)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_of_users_are_applied_in_order() {
        for (rule, open, dangerous, all_keys) in [
            ("user default on nopass ~* &* +@all", true, true, true),
            (
                "user default on #ab +@all -@dangerous ~his:*",
                false,
                false,
                false,
            ),
            (
                "user a on nopass resetpass >x -@all +get +config|get",
                false,
                true,
                false,
            ),
            ("user b off nopass +@read", false, false, false),
        ] {
            let user = user(rule).unwrap();
            assert_eq!(user.enabled && user.no_password, open, "{rule}");
            assert_eq!(
                (user.dangerous, user.all_keys),
                (dangerous, all_keys),
                "{rule}"
            );
        }
        assert!(user("").is_none());
    }

    #[test]
    fn listening_on_nothing_named_is_listening_on_everything() {
        let remote = |bind: &str| {
            let words: Vec<String> = bind.split_whitespace().map(str::to_owned).collect();
            is_remote(&words)
        };
        assert!(remote("") && remote("* -::*") && remote("127.0.0.1 10.0.0.5"));
        assert!(!remote("127.0.0.1 -::1"));
    }
}
