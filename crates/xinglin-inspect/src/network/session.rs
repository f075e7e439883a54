//! A log → the commands typed and what each of them answered.

use std::collections::BTreeSet;

use super::text::Line;

/// A command and its answer; a file without prompts is one section without a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Section {
    /// The file.
    pub(crate) file: String,
    /// The device's name in the prompt.
    pub(crate) host: Option<String>,
    /// What was typed, where there is a prompt.
    pub(crate) command: Option<String>,
    /// What followed.
    pub(crate) lines: Vec<Line>,
}

/// What a typed command is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Request {
    /// All of the running or saved configuration.
    Configuration,
    /// A part of the configuration.
    Fragment,
    /// Anything else.
    Other,
}

impl Section {
    /// What was asked for; `None` when nobody knows.
    pub(crate) fn request(&self) -> Option<Request> {
        self.command.as_deref().map(request)
    }

    /// Whether the device refused the command.
    pub(crate) fn is_refused(&self) -> bool {
        self.lines.iter().take(4).any(|line| {
            let text = line.text.trim();
            text.starts_with("% Invalid input")
                || text.starts_with("% Unknown command")
                || text.starts_with("% Unrecognized command")
                || text.starts_with("% Incomplete command")
                || text.starts_with("% Ambiguous command")
                || text.starts_with("Error: Unrecognized command")
                || text.starts_with("Error:Unrecognized command")
                || text.starts_with("Error: Wrong parameter")
                || text.starts_with("Error: Incomplete command")
                || text.starts_with("ERROR: % Invalid input")
        })
    }

    /// Whether it speaks of neighbours, whose names and releases are not the device's.
    pub(crate) fn is_of_neighbours(&self) -> bool {
        let is_asked = self.command.as_deref().is_some_and(|command| {
            command.contains("lldp") || command.contains("cdp") || command.contains("neighbor")
        });
        is_asked
            || self.has("Chassis ID")
            || self.has("hassisID")
            || self.has("hassis type")
            || self.has("Neighbor index")
    }

    /// Whether any line has `mark` in it.
    pub(crate) fn has(&self, mark: &str) -> bool {
        self.lines.iter().any(|line| line.text.contains(mark))
    }
}

/// Splits a file at its prompts.
pub(crate) fn sections(file: &str, lines: Vec<Line>) -> Vec<Section> {
    let names = prompt_names(&lines);
    let mut sections = vec![Section {
        file: file.to_owned(),
        host: None,
        command: None,
        lines: Vec::new(),
    }];
    for line in lines {
        if let Some((host, command)) = prompt(&line.text, &names) {
            sections.push(Section {
                file: file.to_owned(),
                host: Some(host.to_owned()),
                command: Some(command.to_owned()),
                lines: Vec::new(),
            });
        } else if let Some(section) = sections.last_mut() {
            section.lines.push(line);
        }
    }
    sections.retain(|section| {
        section
            .lines
            .iter()
            .any(|line| !line.text.trim().is_empty())
    });
    sections
}

/// First words of commands that only a prompt stands before.
const VERBS: [&str; 34] = [
    "show",
    "sh",
    "sho",
    "display",
    "dis",
    "disp",
    "displ",
    "terminal",
    "term",
    "ter",
    "screen-length",
    "configure",
    "conf",
    "config",
    "exit",
    "quit",
    "enable",
    "en",
    "ping",
    "tracert",
    "traceroute",
    "more",
    "system-view",
    "sys",
    "system",
    "save",
    "write",
    "wr",
    "dir",
    "return",
    "undo",
    "no",
    "end",
    "pager",
];

/// Names that a prompt of the form `NAME#` or `NAME>` shows, told by a well-known command
/// behind one of them or by the configuration itself.
fn prompt_names(lines: &[Line]) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for line in lines {
        if let Some(name) = line.text.strip_prefix("hostname ") {
            names.insert(name.trim().trim_matches('"').to_owned());
        }
        // `NAME>` looks like prose in a banner; whoever reads a configuration is at `NAME#`.
        if let Some((name, command)) = split_prompt(&line.text).filter(|_| line.text.contains('#'))
        {
            let verb = command.split_whitespace().next().unwrap_or_default();
            if VERBS.contains(&verb) {
                names.insert(name.to_owned());
            }
        }
    }
    names
}

/// `NAME(mode)#command` → name and command.
fn split_prompt(text: &str) -> Option<(&str, &str)> {
    let end = text.find(['#', '>'])?;
    let (head, rest) = text.split_at_checked(end)?;
    let command = rest.get(1..)?.trim();
    let name = head.split(['(', '/']).next().unwrap_or_default().trim_end();
    let is_name = !name.is_empty()
        && name.len() <= 64
        && !name.starts_with(char::is_whitespace)
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '-' | '_' | '.' | ':'));
    is_name.then_some((name, command))
}

/// `<NAME>command`, `[NAME-view]command`, with what Huawei puts before or within.
fn bracketed(text: &str) -> Option<(&str, &str)> {
    let text = text
        .strip_prefix("HRP_M")
        .or(text.strip_prefix("HRP_S"))
        .or(text.strip_prefix("HRP_A"))
        .unwrap_or(text);
    let (name, command) = if let Some(rest) = text.strip_prefix('<') {
        rest.split_once('>')?
    } else {
        let (view, command) = text.strip_prefix('[')?.split_once(']')?;
        (view.trim_start_matches(['~', '*']), command)
    };
    let is_name = !name.is_empty()
        && name.len() <= 128
        && !name.contains(char::is_whitespace)
        && !name.contains(['<', '[', '"', '\'', '=']);
    is_name.then_some((name, command.trim()))
}

fn prompt<'a>(text: &'a str, names: &BTreeSet<String>) -> Option<(&'a str, &'a str)> {
    if let Some((name, command)) = bracketed(text) {
        return Some((name, command));
    }
    split_prompt(text).filter(|(name, _)| names.contains(*name))
}

fn request(command: &str) -> Request {
    let command = command.to_ascii_lowercase();
    let mut words = command.split_whitespace();
    let (Some(verb), Some(object)) = (words.next(), words.next()) else {
        return Request::Other;
    };
    let is_show = [
        "show", "display", "more", "sho", "sh", "dis", "disp", "displ",
    ]
    .contains(&verb);
    let is_configuration = object.starts_with("cur")
        || object.starts_with("run")
        || object.starts_with("saved")
        || object.starts_with("sav")
        || object.starts_with("start") && object != "startup"
        || object.starts_with("conf")
        || object == "system:running-config";
    if !is_show || !is_configuration {
        return Request::Other;
    }
    match words.next() {
        None | Some("all" | "view" | "full" | "no-more") => Request::Configuration,
        Some(_) => Request::Fragment,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::text::lines;

    fn commands(log: &str) -> Vec<(Option<String>, Option<Request>, usize)> {
        sections("log", lines(log))
            .iter()
            .map(|section| {
                (
                    section.command.clone(),
                    section.request(),
                    section.lines.len(),
                )
            })
            .collect()
    }

    #[test]
    fn a_log_is_split_at_its_prompts() {
        let log = "<HIS>isplay logbuffer\n            ^\nError: Unrecognized command found at '^' position.\n<HIS>dis cur\n#\nsysname HIS\n#\nreturn\n<HIS>dis cur | include ssh\nssh server acl 2001\n<HIS>\n";
        assert_eq!(
            commands(log),
            [
                (Some("isplay logbuffer".to_owned()), Some(Request::Other), 2),
                (Some("dis cur".to_owned()), Some(Request::Configuration), 4),
                (
                    Some("dis cur | include ssh".to_owned()),
                    Some(Request::Fragment),
                    1
                ),
            ]
        );
        assert!(sections("log", lines(log))[0].is_refused());
    }

    #[test]
    fn a_prompt_of_a_cisco_needs_a_name_that_is_known() {
        let log = "SW1#shwo run\n% Invalid input detected at '^' marker.\nSW1#show run\nhostname SW1\nbanner motd ^C\nAttention>show nothing of it\n^C\nend\nSW1#";
        let found = commands(log);
        assert_eq!(found.len(), 2, "{found:?}");
        assert_eq!(found[1].1, Some(Request::Configuration));
    }

    #[test]
    fn a_file_without_prompts_is_one_section() {
        assert_eq!(
            commands("!\nversion 15.2\nhostname A\nend"),
            [(None, None, 4)]
        );
        assert_eq!(commands("\n\n"), []);
    }
}
