//! Who may become root by sudo.

use std::collections::BTreeMap;

use serde::Serialize;

use super::source::Source;

const MAX_DEPTH: usize = 8;
/// At most so many files are read: one that includes itself twice would have no end.
const MAX_FILES: usize = 200;

/// Who may become root by sudo.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Sudo {
    /// Whether it is installed.
    pub installed: bool,
    /// Its rules; `null` when they cannot be read (they belong to root).
    pub rules: Option<Vec<Rule>>,
    /// Whether `Defaults !authenticate` lets everyone do without a password.
    pub unauthenticated: Option<bool>,
    /// Whether programs get a terminal of their own (`use_pty`).
    pub own_terminal: Option<bool>,
    /// The file of its own that commands are recorded in; empty without one (then the system
    /// log has them).
    pub log_file: Option<String>,
    /// Whether what programs read and print is recorded, too.
    pub records_output: Option<bool>,
    /// Minutes for which a password holds; negative for ever.
    pub timeout_minutes: Option<f64>,
}

/// One rule.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Rule {
    /// A user, or a group as `%group`.
    pub who: String,
    /// Whether no password is asked.
    pub without_password: bool,
    /// Whether every command is allowed.
    pub all_commands: bool,
    /// The file it stands in.
    pub file: String,
}

/// What a sudoers file says.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Parsed {
    /// Rules, without their file.
    pub rules: Vec<Rule>,
    /// Included files and directories, as `(path, is_directory)`.
    pub includes: Vec<(String, bool)>,
    /// Settings for all: name → value, `true` or `false` for switches. The last one wins.
    pub defaults: BTreeMap<String, String>,
}

/// What all files say together.
#[derive(Default)]
struct All {
    parsed: Parsed,
    files: usize,
}

/// Reads a sudoers file.
pub fn parse(text: &str) -> Parsed {
    let mut parsed = Parsed::default();
    for line in text.replace("\\\n", " ").lines() {
        let line = line.trim();
        // `#include` is an instruction, not a comment (sudoers(5)).
        let instruction = line.strip_prefix(['#', '@']).unwrap_or_default();
        if let Some(path) = instruction.strip_prefix("includedir ") {
            parsed.includes.push((path.trim().to_owned(), true));
        } else if let Some(path) = instruction.strip_prefix("include ") {
            parsed.includes.push((path.trim().to_owned(), false));
        } else if line.starts_with("Defaults") {
            parse_defaults(line, &mut parsed.defaults);
        } else if !line.starts_with(['#', '@']) && !is_alias(line) {
            parsed.rules.extend(parse_rule(line));
        }
    }
    parsed
}

/// One line of `Defaults`; those for some users, hosts or commands are passed over.
fn parse_defaults(line: &str, defaults: &mut BTreeMap<String, String>) {
    let Some(rest) = line
        .strip_prefix("Defaults")
        .filter(|rest| rest.starts_with(char::is_whitespace))
    else {
        return;
    };
    for item in rest.split(',').map(str::trim) {
        let (name, value) = match item.split_once('=') {
            Some((name, value)) => (
                name.trim_end_matches(['+', '-', ' ']),
                value.trim().trim_matches('"'),
            ),
            None => match item.strip_prefix('!') {
                Some(name) => (name, "false"),
                None => (item, "true"),
            },
        };
        if !name.is_empty() {
            defaults.insert(name.trim().to_owned(), value.to_owned());
        }
    }
}

fn is_alias(line: &str) -> bool {
    [
        "User_Alias",
        "Runas_Alias",
        "Host_Alias",
        "Cmnd_Alias",
        "Cmd_Alias",
    ]
    .iter()
    .any(|word| line.starts_with(word))
}

fn parse_rule(line: &str) -> Option<Rule> {
    let (left, right) = line.split_once('=')?;
    let who = left.split_whitespace().next()?.to_owned();
    let right = right.trim();
    // The accounts a command may run as stand in parentheses in front.
    let commands = match right.strip_prefix('(') {
        Some(rest) => rest.split_once(')').map_or("", |(_, commands)| commands),
        None => right,
    };
    let mut without_password = false;
    let mut all_commands = false;
    for item in commands.split(',') {
        let mut words = item.trim();
        while let Some((tag, rest)) = words.split_once(':') {
            match tag.trim() {
                "NOPASSWD" => without_password = true,
                tag if tag.chars().all(|c| c.is_ascii_uppercase() || c == '_') => {}
                _ => break,
            }
            words = rest.trim();
        }
        all_commands |= words == "ALL";
    }
    Some(Rule {
        who,
        without_password,
        all_commands,
        file: String::new(),
    })
}

pub(super) fn collect(source: &Source<'_>) -> Sudo {
    let installed = source.any_exists(&["/usr/bin/sudo", "/usr/local/bin/sudo", "/etc/sudoers"]);
    let mut all = All::default();
    let complete = !installed || read(source, "/etc/sudoers", MAX_DEPTH, &mut all).is_some();
    let default = |name: &str| all.parsed.defaults.get(name).map(String::as_str);
    let is_on = |name: &str| default(name) == Some("true");
    Sudo {
        installed,
        unauthenticated: complete.then(|| default("authenticate") == Some("false")),
        // From 1.9.14 on this is the default, which the file does not tell.
        own_terminal: complete.then(|| is_on("use_pty")),
        log_file: complete.then(|| {
            let file = default("logfile").filter(|file| file.starts_with('/'));
            file.unwrap_or_default().to_owned()
        }),
        records_output: complete.then(|| is_on("log_output")),
        timeout_minutes: complete.then(|| match default("timestamp_timeout") {
            Some("false") => 0.0,
            Some(value) => value.parse().unwrap_or(15.0),
            // Debian and RHEL build it with fifteen minutes; the manual says five.
            None => 15.0,
        }),
        rules: complete.then_some(all.parsed.rules),
    }
}

fn read(source: &Source<'_>, path: &str, depth: usize, all: &mut All) -> Option<()> {
    all.files += 1;
    if depth == 0 || all.files > MAX_FILES {
        return Some(());
    }
    let parsed = parse(&source.text(path)?);
    all.parsed.defaults.extend(parsed.defaults);
    all.parsed
        .rules
        .extend(parsed.rules.into_iter().map(|rule| Rule {
            file: path.to_owned(),
            ..rule
        }));
    for (include, is_directory) in parsed.includes {
        if !is_directory {
            read(source, &include, depth - 1, all)?;
            continue;
        }
        for name in source.names(&include)? {
            // sudo skips names with a dot or a tilde at the end (sudoers(5)).
            if !name.contains('.') && !name.ends_with('~') {
                let file = format!("{}/{name}", include.trim_end_matches('/'));
                read(source, &file, depth - 1, all)?;
            }
        }
    }
    Some(())
}
