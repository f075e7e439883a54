//! Who may become root by sudo.

use serde::Serialize;

use super::source::Source;

const MAX_DEPTH: usize = 8;

/// Who may become root by sudo.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Sudo {
    /// Whether it is installed.
    pub installed: bool,
    /// Its rules; `null` when they cannot be read (they belong to root).
    pub rules: Option<Vec<Rule>>,
    /// Whether `Defaults !authenticate` lets everyone do without a password.
    pub unauthenticated: Option<bool>,
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
    /// Whether `Defaults !authenticate` stands there.
    pub unauthenticated: bool,
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
            parsed.unauthenticated |= line
                .split([' ', ',', '\t'])
                .any(|word| word == "!authenticate");
        } else if !line.starts_with(['#', '@']) && !is_alias(line) {
            parsed.rules.extend(parse_rule(line));
        }
    }
    parsed
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
    if !installed {
        return Sudo {
            installed,
            rules: Some(Vec::new()),
            unauthenticated: Some(false),
        };
    }
    let mut rules = Vec::new();
    let mut unauthenticated = false;
    let complete = read(
        source,
        "/etc/sudoers",
        MAX_DEPTH,
        &mut rules,
        &mut unauthenticated,
    )
    .is_some();
    Sudo {
        installed,
        rules: complete.then_some(rules),
        unauthenticated: complete.then_some(unauthenticated),
    }
}

fn read(
    source: &Source<'_>,
    path: &str,
    depth: usize,
    rules: &mut Vec<Rule>,
    unauthenticated: &mut bool,
) -> Option<()> {
    if depth == 0 {
        return Some(());
    }
    let parsed = parse(&source.text(path)?);
    *unauthenticated |= parsed.unauthenticated;
    rules.extend(parsed.rules.into_iter().map(|rule| Rule {
        file: path.to_owned(),
        ..rule
    }));
    for (include, is_directory) in parsed.includes {
        if !is_directory {
            read(source, &include, depth - 1, rules, unauthenticated)?;
            continue;
        }
        for name in source.names(&include)? {
            // sudo skips names with a dot or a tilde at the end (sudoers(5)).
            if !name.contains('.') && !name.ends_with('~') {
                read(
                    source,
                    &format!("{}/{name}", include.trim_end_matches('/')),
                    depth - 1,
                    rules,
                    unauthenticated,
                )?;
            }
        }
    }
    Some(())
}
