//! Accounts and groups, and the state of their passwords without the passwords.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{password::parse_pairs, source::Source};

/// Groups that administer.
const ADMINISTRATIVE: [&str; 5] = ["root", "wheel", "sudo", "admin", "sysadmin"];

/// What "never" is written as in the days of `/etc/shadow`.
pub const NEVER_DAYS: i64 = 99_999;
/// The size of one record of `/var/log/lastlog`.
const LASTLOG_RECORD: u64 = 292;

/// Accounts, groups and the state of their passwords.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accounts {
    /// The accounts of `/etc/passwd`, in its order.
    pub local: Option<Vec<Account>>,
    /// The entries of `/etc/shadow`; `null` for an ordinary user.
    pub secrets: Option<Vec<Secret>>,
    /// The groups that administer, with their members.
    pub administrators: Option<Vec<Group>>,
    /// All groups, with their members.
    pub groups: Option<Vec<Group>>,
    /// Names and numbers of accounts that occur twice, such as `name oracle` or `uid 501`.
    pub duplicates: Option<Vec<String>>,
    /// Names and numbers of groups that occur twice.
    pub duplicate_groups: Option<Vec<String>>,
    /// Where accounts come from besides this host's files: `sss`, `ldap`, `winbind`, `nis`.
    pub directories: Option<Vec<String>>,
    /// Days after the end of a password until a new account is closed; -1 for never.
    pub inactive_days: Option<i64>,
    /// Days since the last sign-in of accounts with a shell that have one on record.
    pub last_logins: Option<Vec<LastLogin>>,
    /// Files that let a host in without a password: `.rhosts`, `hosts.equiv`.
    pub trust_files: Option<Vec<String>>,
}

/// One line of `/etc/passwd`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its number.
    pub uid: i64,
    /// The number of its main group.
    pub gid: i64,
    /// Its home directory.
    pub home: String,
    /// Its shell.
    pub shell: String,
    /// Whether the shell lets it work.
    pub login_shell: bool,
    /// Whether the password is kept in `/etc/shadow`.
    pub shadowed: bool,
}

/// One line of `/etc/shadow`, reduced to what may leave the host.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Secret {
    /// The account.
    pub name: String,
    /// `empty`, `locked` or `set`.
    pub state: String,
    /// The scheme of the hash: `sha512`, `sm3`, `yescrypt`, `md5`, `des`…; empty without one.
    pub scheme: String,
    /// Whether the password can be used with a shell: it is set (or empty), and there is a shell.
    pub usable: bool,
    /// Days a password may live; 99999 is "for ever".
    pub max_days: i64,
    /// Days before it may be changed again.
    pub min_days: i64,
    /// Days since it was changed; `null` when the date is not on record.
    pub changed_days_ago: Option<i64>,
    /// Whether the account itself has expired.
    pub expired: bool,
    /// Days after the end of the password until the account is closed; -1 for never.
    pub inactive_days: i64,
    /// How often the hash was repeated, where its scheme tells: SHA-256 and SHA-512.
    pub rounds: Option<i64>,
}

/// A group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its number.
    pub gid: i64,
    /// Its members, those with a shell whose main group it is included.
    pub members: Vec<String>,
}

/// The last sign-in of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LastLogin {
    /// The account.
    pub name: String,
    /// Days since.
    pub days_ago: i64,
}

/// Reads `/etc/passwd`.
pub fn parse_passwd(text: &str) -> Vec<Account> {
    text.lines().filter_map(parse_account).collect()
}

fn parse_account(line: &str) -> Option<Account> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, password, uid, gid, _, home, shell, ..] = fields.as_slice() else {
        return None;
    };
    // Lines that begin with + or - ask the network; they are no accounts.
    if name.is_empty() || name.starts_with(['+', '-', '#']) {
        return None;
    }
    let shell = shell.trim();
    Some(Account {
        name: (*name).to_owned(),
        uid: uid.trim().parse().ok()?,
        gid: gid.trim().parse().ok()?,
        home: (*home).to_owned(),
        login_shell: is_login_shell(shell),
        shell: shell.to_owned(),
        shadowed: matches!(*password, "x" | "*" | "!" | "!!"),
    })
}

fn is_login_shell(shell: &str) -> bool {
    // An empty field means /bin/sh (passwd(5)).
    let program = shell.rsplit('/').next().unwrap_or_default();
    !matches!(
        program,
        "nologin" | "false" | "true" | "sync" | "shutdown" | "halt" | "git-shell"
    )
}

/// Reads `/etc/shadow`; `today` is in days since 1970.
pub fn parse_shadow(text: &str, accounts: &[Account], today: i64) -> Vec<Secret> {
    let with_shell: BTreeSet<&str> = accounts
        .iter()
        .filter(|account| account.login_shell)
        .map(|account| account.name.as_str())
        .collect();
    text.lines()
        .filter_map(|line| parse_secret(line, &with_shell, today))
        .collect()
}

fn parse_secret(line: &str, with_shell: &BTreeSet<&str>, today: i64) -> Option<Secret> {
    let fields: Vec<&str> = line.split(':').collect();
    let [name, hash, changed, min_days, max_days, ..] = fields.as_slice() else {
        return None;
    };
    if name.is_empty() {
        return None;
    }
    let number = |field: &str| field.trim().parse::<i64>().ok();
    let state = if hash.is_empty() {
        "empty"
    } else if hash.starts_with(['!', '*']) {
        "locked"
    } else {
        "set"
    };
    let login_shell = with_shell.contains(name);
    let expires = fields.get(7).and_then(|field| number(field));
    let expired = expires.is_some_and(|day| day >= 0 && day <= today);
    Some(Secret {
        name: (*name).to_owned(),
        state: state.to_owned(),
        scheme: if state == "set" {
            hash_scheme(hash).to_owned()
        } else {
            String::new()
        },
        usable: state != "locked" && login_shell && !expired,
        // Empty and negative mean that the password never expires (shadow(5)).
        max_days: number(max_days)
            .filter(|days| (0..NEVER_DAYS).contains(days))
            .unwrap_or(NEVER_DAYS),
        min_days: number(min_days).unwrap_or(0).max(0),
        changed_days_ago: number(changed)
            .filter(|day| *day > 0)
            .map(|day| today.saturating_sub(day)),
        expired,
        inactive_days: fields.get(6).and_then(|field| number(field)).unwrap_or(-1),
        rounds: (state == "set").then(|| hash_rounds(hash)).flatten(),
    })
}

/// The scheme of a password hash, after crypt(5).
pub fn hash_scheme(hash: &str) -> &'static str {
    let Some(rest) = hash.strip_prefix('$') else {
        return if hash.starts_with('_') {
            "bsdi_des"
        } else {
            "des"
        };
    };
    match rest.split('$').next().unwrap_or_default() {
        "1" => "md5",
        "2a" | "2b" | "2x" | "2y" => "bcrypt",
        "3" => "nt",
        "5" => "sha256",
        "6" => "sha512",
        "7" => "scrypt",
        "y" => "yescrypt",
        "gy" => "gost_yescrypt",
        "sha1" => "sha1",
        "sm3" => "sm3",
        "argon2id" | "argon2i" | "argon2d" => "argon2",
        _ => "unknown",
    }
}

/// How often a hash of SHA-256 or SHA-512 was repeated; 5000 where it does not say.
pub fn hash_rounds(hash: &str) -> Option<i64> {
    let rest = hash
        .strip_prefix("$5$")
        .or_else(|| hash.strip_prefix("$6$"))?;
    let Some(given) = rest.strip_prefix("rounds=") else {
        return Some(5_000);
    };
    given.split('$').next()?.parse().ok()
}

/// Reads `/etc/group`, with members by main group, too.
pub fn parse_groups(text: &str, accounts: &[Account]) -> Vec<Group> {
    let mut by_main_group: BTreeMap<i64, Vec<&str>> = BTreeMap::new();
    for account in accounts.iter().filter(|account| account.login_shell) {
        by_main_group
            .entry(account.gid)
            .or_default()
            .push(&account.name);
    }
    let mut groups = Vec::new();
    for line in text.lines() {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, gid, members] = fields.as_slice() else {
            continue;
        };
        let Ok(gid) = gid.trim().parse::<i64>() else {
            continue;
        };
        let mut members: Vec<String> = members
            .split(',')
            .map(str::trim)
            .filter(|member| !member.is_empty())
            .map(str::to_owned)
            .collect();
        // Where several lines have one number, the first is the group of its accounts.
        let main = by_main_group.remove(&gid).unwrap_or_default();
        members.extend(main.into_iter().map(str::to_owned));
        members.sort();
        members.dedup();
        groups.push(Group {
            name: (*name).to_owned(),
            gid,
            members,
        });
    }
    groups
}

/// The names and numbers that occur more than once.
fn duplicates<'a>(entries: impl Iterator<Item = (&'a str, &'static str, i64)>) -> Vec<String> {
    let mut names: BTreeMap<&str, u32> = BTreeMap::new();
    let mut numbers: BTreeMap<(&'static str, i64), u32> = BTreeMap::new();
    for (name, word, number) in entries {
        *names.entry(name).or_default() += 1;
        *numbers.entry((word, number)).or_default() += 1;
    }
    let names = names
        .into_iter()
        .filter(|(_, times)| *times > 1)
        .map(|(name, _)| format!("name {name}"));
    let numbers = numbers
        .into_iter()
        .filter(|(_, times)| *times > 1)
        .map(|((word, number), _)| format!("{word} {number}"));
    names.chain(numbers).collect()
}

/// The sources of accounts in `nsswitch.conf` that are not this host's files.
pub fn parse_directories(text: &str) -> Vec<String> {
    text.lines()
        .filter_map(|line| line.trim().strip_prefix("passwd:"))
        .flat_map(str::split_whitespace)
        .filter(|word| word.starts_with(|first: char| first.is_ascii_alphabetic()))
        .filter(|word| !matches!(*word, "files" | "compat" | "systemd" | "altfiles"))
        .map(str::to_owned)
        .collect()
}

impl Accounts {
    /// The members of a group; `None` when there is no such group, or none could be read.
    pub fn members_of(&self, group: &str) -> Option<Vec<String>> {
        let found = self
            .groups
            .as_ref()?
            .iter()
            .find(|known| known.name == group)?;
        Some(found.members.clone())
    }
}

pub(super) fn collect(source: &Source<'_>) -> Accounts {
    let local = source.text("/etc/passwd").map(|text| parse_passwd(&text));
    let known = local.as_deref().unwrap_or_default();
    let groups = source
        .text("/etc/group")
        .map(|text| parse_groups(&text, known));
    Accounts {
        secrets: source
            .text_if_present("/etc/shadow")
            .flatten()
            .filter(|_| local.is_some())
            .map(|text| parse_shadow(&text, known, source.today())),
        administrators: groups.as_ref().map(|groups| {
            let administers = |group: &&Group| ADMINISTRATIVE.contains(&group.name.as_str());
            groups.iter().filter(administers).cloned().collect()
        }),
        duplicates: local.as_ref().map(|local| {
            duplicates(
                local
                    .iter()
                    .map(|account| (account.name.as_str(), "uid", account.uid)),
            )
        }),
        duplicate_groups: groups.as_ref().map(|groups| {
            duplicates(
                groups
                    .iter()
                    .map(|group| (group.name.as_str(), "gid", group.gid)),
            )
        }),
        groups,
        directories: source
            .text("/etc/nsswitch.conf")
            .map(|text| parse_directories(&text)),
        inactive_days: source.text("/etc/default/useradd").map(|text| {
            parse_pairs(&text)
                .get("INACTIVE")
                .and_then(|days| days.parse().ok())
                .unwrap_or(-1)
        }),
        last_logins: last_logins(source, known),
        trust_files: trust_files(source, known),
        local,
    }
}

fn last_logins(source: &Source<'_>, accounts: &[Account]) -> Option<Vec<LastLogin>> {
    const LASTLOG: &str = "/var/log/lastlog";
    // An empty file is a system that keeps no such record, not one where nobody signed in.
    source
        .bytes(LASTLOG, 0, 1)?
        .filter(|bytes| !bytes.is_empty())?;
    let mut logins = Vec::new();
    for account in accounts.iter().filter(|account| account.login_shell) {
        let Ok(uid) = u32::try_from(account.uid) else {
            continue;
        };
        let bytes = source.bytes(LASTLOG, u64::from(uid) * LASTLOG_RECORD, 4)??;
        let Ok(seconds) = <[u8; 4]>::try_from(bytes.as_slice()) else {
            continue;
        };
        let seconds = u32::from_le_bytes(seconds);
        if seconds > 0 {
            logins.push(LastLogin {
                name: account.name.clone(),
                days_ago: source.days_since(i64::from(seconds)),
            });
        }
    }
    Some(logins)
}

fn trust_files(source: &Source<'_>, accounts: &[Account]) -> Option<Vec<String>> {
    let mut paths = vec![
        "/etc/hosts.equiv".to_owned(),
        "/etc/shosts.equiv".to_owned(),
        "/etc/ssh/shosts.equiv".to_owned(),
    ];
    let mut homes: Vec<&str> = accounts
        .iter()
        .filter(|account| account.login_shell && account.home.len() > 1)
        .map(|account| account.home.trim_end_matches('/'))
        .collect();
    homes.sort_unstable();
    homes.dedup();
    paths.extend(
        homes
            .iter()
            .flat_map(|home| [format!("{home}/.rhosts"), format!("{home}/.shosts")]),
    );
    let mut found = Vec::new();
    let mut complete = true;
    for path in paths {
        match source.metadata(&path) {
            Some(Some(metadata)) if metadata.size_bytes > 0 => found.push(path),
            Some(_) => {}
            None => complete = false,
        }
    }
    // One that was found is enough to know; that there is none takes all homes.
    (complete || !found.is_empty()).then_some(found)
}
