//! The effective stack of a PAM service, with its includes followed.

use super::source::Source;

/// How deep includes may nest, and how many rules a stack may have.
const MAX_DEPTH: usize = 8;
const MAX_RULES: usize = 500;
/// At most so many files are read: one that includes itself twice would have no end.
const MAX_FILES: usize = 200;

/// One rule of a stack.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rule {
    /// `auth`, `account`, `password` or `session`.
    pub kind: String,
    /// The control: `required`, `sufficient`, or `[success=1 default=ignore]`.
    pub control: String,
    /// The module's name without directory and `.so`.
    pub module: String,
    /// Its arguments.
    pub arguments: Vec<String>,
}

impl Rule {
    /// The value of `name=value` among the arguments, the last one.
    pub fn value(&self, name: &str) -> Option<&str> {
        self.arguments
            .iter()
            .rev()
            .find_map(|argument| argument.strip_prefix(name)?.strip_prefix('='))
    }

    /// The number of `name=number` among the arguments.
    pub fn number(&self, name: &str) -> Option<i64> {
        self.value(name)?.trim().parse().ok()
    }

    /// Whether `word` is among the arguments.
    pub fn has(&self, word: &str) -> bool {
        self.arguments.iter().any(|argument| argument == word)
    }

    /// Whether success of this rule ends the stack or jumps over what follows.
    pub fn ends_on_success(&self) -> bool {
        if self.control == "sufficient" {
            return true;
        }
        let success = self
            .control
            .split(['[', ']', ' '])
            .find_map(|pair| pair.strip_prefix("success="));
        success.is_some_and(|action| action == "done" || action.parse::<u32>().is_ok())
    }
}

/// A line of a PAM file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Line {
    /// A rule.
    Rule(Rule),
    /// `include`, `substack` (of one kind) or `@include` (of all).
    Include {
        /// The kind, without for all.
        kind: Option<String>,
        /// The file's name in `/etc/pam.d`.
        file: String,
    },
}

/// Reads a file of `/etc/pam.d`.
pub fn parse(text: &str) -> Vec<Line> {
    let joined = text.replace("\\\n", " ");
    joined.lines().filter_map(parse_line).collect()
}

fn parse_line(line: &str) -> Option<Line> {
    let line = line.split('#').next().unwrap_or_default().trim();
    if let Some(file) = line.strip_prefix("@include") {
        return Some(Line::Include {
            kind: None,
            file: file.trim().to_owned(),
        });
    }
    let mut words = words(line).into_iter();
    let kind = words.next()?.trim_start_matches('-').to_lowercase();
    if !matches!(kind.as_str(), "auth" | "account" | "password" | "session") {
        return None;
    }
    let control = words.next()?;
    let module = words.next()?;
    if matches!(control.as_str(), "include" | "substack") {
        return Some(Line::Include {
            kind: Some(kind),
            file: module,
        });
    }
    let module = module.rsplit('/').next().unwrap_or_default();
    Some(Line::Rule(Rule {
        kind,
        control,
        module: module.trim_end_matches(".so").to_owned(),
        arguments: words.collect(),
    }))
}

/// Words separated by space; `[…]` is one word, without its brackets unless it leads a control.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word = String::new();
    let mut bracketed = false;
    for character in line.chars() {
        match character {
            '[' if word.is_empty() => bracketed = true,
            ']' if bracketed => {
                bracketed = false;
                words.push(std::mem::take(&mut word));
            }
            _ if character.is_whitespace() && !bracketed => {
                if !word.is_empty() {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => word.push(character),
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// The rules of `kind` in the stack of `service`, in order. `Some(vec![])` when the service
/// has no file, `None` when a file of the stack cannot be read.
pub(super) fn stack(source: &Source<'_>, service: &str, kind: &str) -> Option<Vec<Rule>> {
    let mut rules = Vec::new();
    follow(source, service, kind, (MAX_DEPTH, &mut 0), &mut rules)?;
    Some(rules)
}

fn follow(
    source: &Source<'_>,
    file: &str,
    kind: &str,
    (depth, files): (usize, &mut usize),
    rules: &mut Vec<Rule>,
) -> Option<()> {
    *files += 1;
    if depth == 0 || *files > MAX_FILES || file.contains("..") {
        return Some(());
    }
    let path = if file.starts_with('/') {
        file.to_owned()
    } else {
        format!("/etc/pam.d/{file}")
    };
    let text = match source.text_if_present(&path)? {
        Some(text) => text,
        // Newer systems keep the vendor's files apart.
        None => source.text(&format!("/usr/lib/pam.d/{file}"))?,
    };
    for line in parse(&text) {
        if rules.len() >= MAX_RULES {
            return Some(());
        }
        match line {
            Line::Rule(rule) if rule.kind == kind => rules.push(rule),
            Line::Rule(_) => {}
            Line::Include { kind: Some(of), .. } if of != kind => {}
            Line::Include { file, .. } => {
                follow(source, &file, kind, (depth - 1, &mut *files), rules)?;
            }
        }
    }
    Some(())
}
