//! Idle limit and file creation mask of shells.

use serde::Serialize;

use super::{password::parse_pairs, source::Source};

/// Idle limit and file creation mask of shells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// `TMOUT` as the last start file of the shell leaves it.
    pub idle: Option<Idle>,
    /// The loosest file creation mask that a start file or `login.defs` sets, such as `022`.
    pub umask: Option<String>,
    /// What the shell keeps of the commands typed.
    pub history: Option<History>,
}

/// What the shell keeps of the commands typed, as its start files for all say.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct History {
    /// Whether each command is kept with its time (`HISTTIMEFORMAT`).
    pub timed: bool,
    /// How many commands are kept in memory (`HISTSIZE`); `null` where none says.
    pub size: Option<i64>,
}

/// Follows the assignments to the shell's history through one start file.
pub fn apply_history(history: &mut History, text: &str) {
    for command in commands(text) {
        for word in command.split_whitespace() {
            if let Some(value) = word.strip_prefix("HISTTIMEFORMAT=") {
                history.timed = !value.trim_matches(['"', '\'']).is_empty();
            } else if let Some(value) = word.strip_prefix("HISTSIZE=") {
                history.size = value.trim_matches(['"', '\'']).parse().ok();
            }
        }
    }
}

/// The idle limit of shells.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Idle {
    /// Seconds; 0 for none.
    pub seconds: i64,
    /// Whether a user cannot take it back.
    pub read_only: bool,
    /// The file that set it.
    pub file: String,
}

/// Follows the assignments of `TMOUT` through one start file.
pub fn apply_idle(idle: &mut Idle, file: &str, text: &str) {
    for command in commands(text) {
        let words: Vec<&str> = command.split_whitespace().collect();
        let mut locks = false;
        for word in &words {
            if let Some(value) = word.strip_prefix("TMOUT=") {
                // `TMOUT= 600` assigns nothing, for one command; it is a common mistake.
                if let Ok(seconds) = value.trim_matches(['"', '\'']).parse::<i64>() {
                    if !idle.read_only {
                        idle.seconds = seconds.max(0);
                        file.clone_into(&mut idle.file);
                    }
                    idle.read_only |= locks;
                }
                break;
            }
            if *word == "TMOUT" {
                idle.read_only |= locks && idle.seconds > 0;
                break;
            }
            locks |= *word == "readonly" || (word.starts_with('-') && word.contains('r'));
            if !matches!(
                *word,
                "export" | "readonly" | "declare" | "typeset" | "then" | "else" | "{"
            ) && !word.starts_with('-')
            {
                break;
            }
        }
    }
}

/// The masks that `umask` commands of a start file set.
pub fn parse_umasks(text: &str) -> Vec<u32> {
    commands(text)
        .filter_map(|command| {
            let mut words = command
                .split_whitespace()
                .skip_while(|word| matches!(*word, "then" | "else" | "{"));
            (words.next() == Some("umask")).then(|| words.next())?
        })
        .filter_map(|mask| u32::from_str_radix(mask.trim_matches(['"', '\'']), 8).ok())
        .filter(|mask| *mask <= 0o777)
        .collect()
}

/// The simple commands of a shell script, without comments.
fn commands(text: &str) -> impl Iterator<Item = &str> {
    text.lines()
        .map(|line| {
            let line = line.trim();
            if line.starts_with('#') {
                ""
            } else {
                line.split(" #").next().unwrap_or_default()
            }
        })
        .flat_map(|line| line.split([';', '&', '|']))
        .map(str::trim)
}

pub(super) fn collect(source: &Source<'_>) -> Session {
    let mut files = Vec::new();
    let mut complete = true;
    let mut add = |path: &str| match source.text_if_present(path) {
        Some(text) => files.extend(text.map(|text| (path.to_owned(), text))),
        None => complete = false,
    };
    add("/etc/profile");
    let profiles = source.texts_in("/etc/profile.d", ".sh");
    for path in ["/etc/bash.bashrc", "/etc/bashrc", "/etc/environment"] {
        add(path);
    }
    let Some(profiles) = profiles.filter(|_| complete) else {
        return Session {
            idle: None,
            umask: None,
            history: None,
        };
    };
    // /etc/profile comes first and runs profile.d; the interactive shell's file comes last.
    let at = files
        .iter()
        .take_while(|(path, _)| path == "/etc/profile")
        .count();
    files.splice(at..at, profiles);
    let mut idle = Idle::default();
    let mut masks = Vec::new();
    let mut history = History::default();
    for (path, text) in &files {
        apply_idle(&mut idle, path, text);
        masks.extend(parse_umasks(text));
        apply_history(&mut history, text);
    }
    let defaults = source
        .text("/etc/login.defs")
        .map(|text| parse_pairs(&text));
    let by_login = defaults.map(|pairs| {
        pairs
            .get("UMASK")
            .and_then(|mask| u32::from_str_radix(mask, 8).ok())
    });
    let umask = by_login.map(|by_login| {
        // A start file runs after PAM, so login.defs counts only where none sets a mask.
        let loosest = masks.into_iter().reduce(|left, right| left & right);
        format!("{:03o}", loosest.or(by_login).unwrap_or(0o022))
    });
    Session {
        idle: Some(idle),
        umask,
        history: Some(history),
    }
}
