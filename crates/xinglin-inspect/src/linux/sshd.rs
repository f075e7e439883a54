//! The SSH server's effective configuration: from `sshd -T` where that may run, else from
//! its files and the defaults of OpenSSH as distributions build it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{files::File, platform::Platform, source::Source};
use crate::host::Program;

const MAIN_FILE: &str = "/etc/ssh/sshd_config";
const MAX_DEPTH: usize = 8;
/// At most so many files are read: one that includes itself twice would have no end.
const MAX_FILES: usize = 200;

/// The SSH server's effective configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Sshd {
    /// Whether it is installed.
    pub installed: bool,
    /// Where the values come from: `program` or `files`; `null` when neither could be read.
    pub read_from: Option<String>,
    /// `yes`, `no`, `prohibit-password` or `forced-commands-only`.
    pub permit_root_login: Option<String>,
    /// Whether an account without a password may sign in.
    pub permit_empty_passwords: Option<bool>,
    /// Whether passwords are accepted at all.
    pub password_authentication: Option<bool>,
    /// Whether PAM, and with it its lockout, is asked.
    pub use_pam: Option<bool>,
    /// Attempts per connection.
    pub max_auth_tries: Option<i64>,
    /// Seconds until a connection without sign-in is closed; 0 for never.
    pub login_grace_seconds: Option<i64>,
    /// Seconds between questions whether the peer lives. Not an idle limit.
    pub client_alive_seconds: Option<i64>,
    /// Questions without an answer until the connection is closed; 0 for never.
    pub client_alive_count: Option<i64>,
    /// Whether trust in hosts stands in for authentication.
    pub host_based: Option<bool>,
    /// The combinations of methods that are required; `any` for one of them.
    pub authentication_methods: Option<String>,
    /// Accounts that may sign in, as `AllowUsers` has them.
    pub allow_users: Option<Vec<String>>,
    /// Groups whose members may sign in, as `AllowGroups` has them.
    pub allow_groups: Option<Vec<String>>,
    /// Whether windows of graphical programs are passed on.
    pub x11_forwarding: Option<bool>,
    /// Whether the client's key agent is passed on.
    pub agent_forwarding: Option<bool>,
    /// Whether connections are passed on: `yes`, `no`, `local` or `remote`.
    pub tcp_forwarding: Option<String>,
    /// Whether network tunnels are made: `no`, `yes`, `point-to-point` or `ethernet`.
    pub tunnels: Option<String>,
    /// The file shown before sign-in; `none` without one.
    pub banner: Option<String>,
    /// How much is recorded, in capitals: `INFO`, `VERBOSE`…
    pub log_level: Option<String>,
    /// Whether `.rhosts` files are passed over.
    pub ignore_rhosts: Option<bool>,
    /// Whether accounts may set environment variables before the shell starts.
    pub user_environment: Option<bool>,
    /// Whether permissions of home directories and keys are tested at sign-in.
    pub strict_modes: Option<bool>,
    /// Sessions per connection.
    pub max_sessions: Option<i64>,
    /// Connections without sign-in beyond which some are refused, as `start:rate:full`.
    pub max_startups: Option<String>,
    /// The server's private keys with their permissions.
    pub host_keys: Option<Vec<File>>,
    /// Ciphers on offer; `null` when only the built-in list could say.
    pub ciphers: Option<Vec<String>>,
    /// Message authentication codes on offer.
    pub macs: Option<Vec<String>>,
    /// Key exchanges on offer.
    pub key_exchanges: Option<Vec<String>>,
    /// Settings within `Match` blocks, such as `permitrootlogin yes`.
    pub conditional: Option<Vec<String>>,
}

/// A configuration as written: the first value of each keyword wins.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Written {
    /// Keyword in lower case → its value outside of `Match` blocks.
    pub values: BTreeMap<String, String>,
    /// Values of keywords that add up (`AllowUsers`).
    pub allow_users: Vec<String>,
    /// Values of `AllowGroups`.
    pub allow_groups: Vec<String>,
    /// `keyword value` within `Match` blocks.
    pub conditional: Vec<String>,
    files: usize,
}

/// One directive: keyword in lower case, and the rest.
pub fn parse(text: &str) -> Vec<(String, String)> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| {
            let at = line
                .find(|c: char| c.is_whitespace() || c == '=')
                .unwrap_or(line.len());
            let (keyword, rest) = line.split_at(at);
            let rest = rest.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
            let rest = rest.split(" #").next().unwrap_or_default().trim();
            (keyword.to_lowercase(), rest.trim_matches('"').to_owned())
        })
        .collect()
}

impl Written {
    fn add(&mut self, keyword: String, value: String, in_match: bool) {
        if in_match {
            self.conditional.push(format!("{keyword} {value}"));
        } else if keyword == "allowusers" {
            self.allow_users
                .extend(value.split_whitespace().map(str::to_owned));
        } else if keyword == "allowgroups" {
            self.allow_groups
                .extend(value.split_whitespace().map(str::to_owned));
        } else {
            self.values.entry(keyword).or_insert(value);
        }
    }
}

pub(super) fn collect(source: &Source<'_>, platform: &Platform) -> Sshd {
    let installed = source.any_exists(&[
        "/usr/sbin/sshd",
        "/usr/local/sbin/sshd",
        "/sbin/sshd",
        MAIN_FILE,
    ]);
    if !installed {
        return Sshd::default();
    }
    let mut written = Written::default();
    let complete = read_file(source, MAIN_FILE, &mut false, MAX_DEPTH, &mut written).is_some();
    let effective = source
        .run_quietly(Program::SshdEffective)
        .filter(|text| !text.trim().is_empty());
    let conditional = complete.then(|| written.conditional.clone());
    let host_keys = host_keys(source);
    if let Some(text) = effective {
        return Sshd {
            conditional,
            host_keys,
            read_from: Some("program".to_owned()),
            ..from_program(&text)
        };
    }
    if source.is_running() {
        source.remember(
            Program::SshdEffective.command_line(),
            "runs only as root; read from its files instead",
        );
    }
    if !complete {
        return Sshd {
            installed,
            host_keys,
            ..Sshd::default()
        };
    }
    let policy = crypto_policy(source);
    let mut sshd = from_files(&written, platform, policy.as_ref());
    sshd.conditional = conditional;
    sshd.host_keys = host_keys;
    sshd
}

fn host_keys(source: &Source<'_>) -> Option<Vec<File>> {
    let names = source.names("/etc/ssh")?;
    let mut keys = Vec::new();
    for name in names
        .iter()
        .filter(|name| name.starts_with("ssh_host_") && name.ends_with("_key"))
    {
        let path = format!("/etc/ssh/{name}");
        keys.extend(
            source
                .metadata(&path)?
                .map(|metadata| File::new(&path, &metadata)),
        );
    }
    Some(keys)
}

fn read_file(
    source: &Source<'_>,
    path: &str,
    in_match: &mut bool,
    depth: usize,
    written: &mut Written,
) -> Option<()> {
    written.files += 1;
    if depth == 0 || written.files > MAX_FILES {
        return Some(());
    }
    for (keyword, value) in parse(&source.text(path)?) {
        match keyword.as_str() {
            "include" => {
                for pattern in value.split_whitespace() {
                    for file in included(source, pattern)? {
                        // A Match block in an included file ends with it.
                        read_file(source, &file, &mut in_match.clone(), depth - 1, written)?;
                    }
                }
            }
            "match" => *in_match = value.trim().to_lowercase() != "all",
            _ => written.add(keyword, value, *in_match),
        }
    }
    Some(())
}

/// The files of an `Include` pattern, in name order; only the last part may be a pattern.
fn included(source: &Source<'_>, pattern: &str) -> Option<Vec<String>> {
    let path = if pattern.starts_with('/') {
        pattern.to_owned()
    } else {
        format!("/etc/ssh/{pattern}")
    };
    let Some((directory, name)) = path.rsplit_once('/') else {
        return Some(Vec::new());
    };
    let Some((prefix, suffix)) = name.split_once('*') else {
        return Some(vec![path.clone()]);
    };
    let names = source.names(directory)?;
    Some(
        names
            .into_iter()
            .filter(|name| name.len() >= prefix.len() + suffix.len())
            .filter(|name| name.starts_with(prefix) && name.ends_with(suffix))
            .map(|name| format!("{directory}/{name}"))
            .collect(),
    )
}

/// The values of `sshd -T`, which prints every keyword.
fn from_program(text: &str) -> Sshd {
    let mut written = Written::default();
    for (keyword, value) in parse(text) {
        written.add(keyword, value, false);
    }
    let values = &written.values;
    let algorithms = |key: &str| values.get(key).map(|value| list(value));
    let mut sshd = common(&written);
    sshd.permit_root_login = values.get("permitrootlogin").map(|value| root_login(value));
    sshd.use_pam = values.get("usepam").map(|value| value == "yes");
    sshd.ciphers = algorithms("ciphers");
    sshd.macs = algorithms("macs");
    sshd.key_exchanges = algorithms("kexalgorithms");
    sshd
}

fn from_files(
    written: &Written,
    platform: &Platform,
    policy: Option<&BTreeMap<String, String>>,
) -> Sshd {
    let values = &written.values;
    let rhel_7 = platform.family == "rhel" && platform.version.starts_with(['6', '7']);
    let algorithms = |key: &str| match values.get(key) {
        // `+`, `-` and `^` change a built-in list that only the program knows.
        Some(value) if value.starts_with(['+', '-', '^']) => None,
        Some(value) => Some(list(value)),
        None => policy
            .and_then(|policy| policy.get(key))
            .map(|value| list(value)),
    };
    let mut sshd = common(written);
    sshd.read_from = Some("files".to_owned());
    // OpenSSH 7.0 changed the default; RHEL 6 and 7 keep the old one.
    let root_default = if rhel_7 { "yes" } else { "prohibit-password" };
    sshd.permit_root_login = Some(root_login(
        values
            .get("permitrootlogin")
            .map_or(root_default, String::as_str),
    ));
    sshd.use_pam = Some(values.get("usepam").is_some_and(|value| value == "yes"));
    sshd.ciphers = algorithms("ciphers");
    sshd.macs = algorithms("macs");
    sshd.key_exchanges = algorithms("kexalgorithms");
    sshd
}

/// What has the same default everywhere.
fn common(written: &Written) -> Sshd {
    let values = &written.values;
    let switch = |key: &str, default: bool| {
        Some(
            values
                .get(key)
                .map_or(default, |value| value.eq_ignore_ascii_case("yes")),
        )
    };
    let number = |key: &str, default: i64| {
        let value = values.get(key);
        Some(
            value
                .and_then(|value| value.parse().ok())
                .unwrap_or(default),
        )
    };
    let time = |key: &str, default: i64| {
        let value = values.get(key);
        Some(value.and_then(|value| seconds(value)).unwrap_or(default))
    };
    let word = |key: &str, default: &str| {
        Some(
            values
                .get(key)
                .map_or(default.to_owned(), |value| value.to_lowercase()),
        )
    };
    Sshd {
        installed: true,
        permit_empty_passwords: switch("permitemptypasswords", false),
        password_authentication: switch("passwordauthentication", true),
        host_based: switch("hostbasedauthentication", false),
        max_auth_tries: number("maxauthtries", 6),
        login_grace_seconds: time("logingracetime", 120),
        client_alive_seconds: time("clientaliveinterval", 0),
        client_alive_count: number("clientalivecountmax", 3),
        authentication_methods: word("authenticationmethods", "any"),
        allow_users: Some(written.allow_users.clone()),
        allow_groups: Some(written.allow_groups.clone()),
        x11_forwarding: switch("x11forwarding", false),
        agent_forwarding: switch("allowagentforwarding", true),
        tcp_forwarding: word("allowtcpforwarding", "yes"),
        tunnels: word("permittunnel", "no"),
        banner: Some(
            values
                .get("banner")
                .cloned()
                .unwrap_or_else(|| "none".to_owned()),
        ),
        log_level: word("loglevel", "info").map(|word| word.to_uppercase()),
        ignore_rhosts: word("ignorerhosts", "yes").map(|word| word != "no"),
        user_environment: word("permituserenvironment", "no").map(|word| word != "no"),
        strict_modes: switch("strictmodes", true),
        max_sessions: number("maxsessions", 10),
        max_startups: word("maxstartups", "10:30:100"),
        ..Sshd::default()
    }
}

fn root_login(value: &str) -> String {
    let value = value.to_lowercase();
    // The old word for the same thing.
    if value == "without-password" {
        "prohibit-password".to_owned()
    } else {
        value
    }
}

fn list(value: &str) -> Vec<String> {
    value
        .split(',')
        .map(|word| word.trim().to_owned())
        .filter(|word| !word.is_empty())
        .collect()
}

/// Seconds of a time such as `120`, `2m` or `1h30m` (`sshd_config(5)`, TIME FORMATS).
pub fn seconds(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut number = String::new();
    for character in text.trim().chars() {
        let unit = match character.to_ascii_lowercase() {
            digit @ '0'..='9' => {
                number.push(digit);
                continue;
            }
            's' => 1,
            'm' => 60,
            'h' => 3_600,
            'd' => 86_400,
            'w' => 604_800,
            _ => return None,
        };
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(unit)?)?;
        number.clear();
    }
    if number.is_empty() {
        Some(total)
    } else {
        total.checked_add(number.parse().ok()?)
    }
}

/// The lists of the system-wide crypto policy (RHEL 8 and later, `openEuler`).
fn crypto_policy(source: &Source<'_>) -> Option<BTreeMap<String, String>> {
    let text = source
        .text_if_present("/etc/crypto-policies/back-ends/opensshserver.config")
        .flatten()?;
    let mut values = BTreeMap::new();
    // RHEL 8: CRYPTO_POLICY='-oCiphers=… -oMACs=…'; later releases: plain directives.
    for word in text.replace(['\'', '"'], " ").split_whitespace() {
        if let Some((key, value)) = word
            .trim_start_matches("CRYPTO_POLICY=")
            .strip_prefix("-o")
            .and_then(|pair| pair.split_once('='))
        {
            values.insert(key.to_lowercase(), value.to_owned());
        }
    }
    if values.is_empty() {
        values.extend(parse(&text));
    }
    Some(values)
}
