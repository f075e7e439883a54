//! The language of Apache's configuration: directives by line, sections, included files.

use std::collections::{BTreeMap, BTreeSet};

use super::super::{
    Source,
    files::{Files, absolute, folder_of},
};

const DEPTH_LIMIT: usize = 32;
const INCLUDE_DEPTH: usize = 12;
const DIRECTIVE_LIMIT: usize = 100_000;
const BYTE_LIMIT: usize = 64 << 20;
/// Values are put into no longer statements.
const STATEMENT_LIMIT: usize = 64 << 10;
/// What looking for files costs, in directives.
const LOOKUP_COST: usize = 20;

/// A directive or a section.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// Its name in lower case.
    pub name: String,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// What stands in a section.
    pub children: Vec<Node>,
    /// Where it begins.
    pub source: Source,
}

impl Node {
    /// An argument in lower case; empty when there is none.
    pub fn word(&self, index: usize) -> String {
        self.arguments
            .get(index)
            .map(|word| word.to_lowercase())
            .unwrap_or_default()
    }
}

/// The configuration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Tree {
    /// Directives and sections of the main level, conditions resolved.
    pub nodes: Vec<Node>,
    /// Whether every included file was there and understood.
    pub complete: bool,
    /// Included files that are not there.
    pub missing: Vec<String>,
    /// Loaded modules, such as `ssl_module`; empty when they are not known.
    pub modules: BTreeSet<String>,
}

/// Reads the configuration; `None` when there is none.
pub(super) fn read(files: &mut Files) -> Option<Tree> {
    let main = ["apache2.conf", "httpd.conf"]
        .iter()
        .find_map(|name| files.ending_with(name).into_iter().next())?;
    let folder = folder_of(&main).to_owned();
    // `conf/httpd.conf` lies one below the root that relative paths begin at.
    let root = folder.strip_suffix("/conf").unwrap_or(&folder).to_owned();
    let mut reader = Reader {
        whole: files.has_others_below(&root, &main),
        main: main.clone(),
        root,
        variables: variables(files),
        missing: Vec::new(),
        complete: true,
        directives: 0,
        bytes: 0,
        modules: listed_modules(files),
    };
    let nodes = reader.file(files, &main, INCLUDE_DEPTH);
    let nodes = resolve(nodes, &reader.modules, &reader.variables);
    Some(Tree {
        nodes,
        complete: reader.complete,
        missing: reader.missing,
        modules: reader.modules,
    })
}

/// `export NAME=value` of Debian's `envvars`.
fn variables(files: &Files) -> BTreeMap<String, String> {
    let text = files
        .ending_with("envvars")
        .first()
        .and_then(|path| files.text(path))
        .unwrap_or_default();
    let mut variables: BTreeMap<String, String> = text
        .lines()
        .filter_map(|line| line.trim().strip_prefix("export ")?.split_once('='))
        .map(|(name, value)| {
            let value = value
                .trim()
                .trim_matches(['"', '\''])
                .replace("$SUFFIX", "");
            (name.trim().to_owned(), value)
        })
        .collect();
    for (name, value) in [
        ("APACHE_RUN_USER", "www-data"),
        ("APACHE_RUN_GROUP", "www-data"),
        ("APACHE_LOG_DIR", "/var/log/apache2"),
    ] {
        // Debian's own values, where its file was not gathered.
        variables
            .entry(name.to_owned())
            .or_insert_with(|| value.to_owned());
    }
    variables
}

/// The modules in the output of `httpd -M`.
fn listed_modules(files: &Files) -> BTreeSet<String> {
    let listed = files.find(|text| text.contains("Loaded Modules:"));
    let text = listed.map(|(_, text)| text).unwrap_or_default();
    text.lines()
        .filter_map(|line| line.trim().split_once(" ("))
        .map(|(name, _)| name.trim().to_owned())
        .collect()
}

struct Reader {
    main: String,
    root: String,
    whole: bool,
    variables: BTreeMap<String, String>,
    missing: Vec<String>,
    complete: bool,
    directives: usize,
    bytes: usize,
    modules: BTreeSet<String>,
}

impl Reader {
    fn file(&mut self, files: &mut Files, path: &str, depth: usize) -> Vec<Node> {
        let Some(text) = files.text(path) else {
            return Vec::new();
        };
        self.bytes += text.len();
        let mut open = vec![node("", Vec::new(), path, 1)];
        for (line, statement) in statements(&text) {
            if self.directives > DIRECTIVE_LIMIT {
                self.fail(
                    files,
                    path,
                    line,
                    "more directives than any configuration has",
                );
                break;
            }
            self.directives += 1;
            let statement = self.expand(statement.trim());
            if let Some(name) = statement.strip_prefix("</") {
                let name = name.trim_end_matches('>').trim().to_lowercase();
                if open.len() > 1 && open.last().is_some_and(|section| section.name == name) {
                    close(&mut open);
                } else {
                    self.fail(files, path, line, "the end of a section that is not open");
                }
            } else if let Some(head) = statement.strip_prefix('<') {
                let mut words = words(head.trim_end().trim_end_matches('>')).into_iter();
                let name = words.next().unwrap_or_default();
                if open.len() >= DEPTH_LIMIT {
                    self.fail(files, path, line, "sections nested too deep");
                    break;
                }
                open.push(node(&name, words.collect(), path, line));
            } else {
                let mut words = words(&statement).into_iter();
                let name = words.next().unwrap_or_default();
                let directive = node(&name, words.collect(), path, line);
                let added = self.directive(files, directive, depth);
                if let Some(section) = open.last_mut() {
                    section.children.extend(added);
                }
            }
        }
        if open.len() > 1 {
            let line = open.last().map_or(1, |section| section.source.line);
            self.fail(files, path, line, "a section without an end");
        }
        while open.len() > 1 {
            close(&mut open);
        }
        open.pop().map(|file| file.children).unwrap_or_default()
    }

    fn directive(&mut self, files: &mut Files, directive: Node, depth: usize) -> Vec<Node> {
        match directive.name.as_str() {
            "include" | "includeoptional" => return self.include(files, &directive, depth),
            "define" => {
                if let [name, value] = directive.arguments.as_slice() {
                    self.variables.insert(name.clone(), value.clone());
                }
            }
            "serverroot" => {
                if let Some(root) = directive.arguments.first() {
                    self.root = absolute(root);
                }
            }
            "loadmodule" => {
                if let [name, file] = directive.arguments.as_slice() {
                    let file = file.rsplit('/').next().unwrap_or_default();
                    self.modules.insert(name.clone());
                    self.modules.insert(file.replace(".so", ".c"));
                }
            }
            _ => {}
        }
        vec![directive]
    }

    fn include(&mut self, files: &mut Files, directive: &Node, depth: usize) -> Vec<Node> {
        let Some(pattern) = directive.arguments.first() else {
            return Vec::new();
        };
        self.directives += LOOKUP_COST;
        let place = format!("{}:{}", directive.source.file, directive.source.line);
        let path = if pattern.starts_with('/') {
            absolute(pattern)
        } else {
            absolute(&format!("{}/{pattern}", self.root))
        };
        let mut found = files.matching(&path);
        if found.is_empty() && !pattern.contains(['*', '?']) {
            // A folder stands for all files in it.
            found = files.matching(&format!("{path}/*"));
        }
        let optional = directive.name == "includeoptional" || pattern.contains(['*', '?']);
        if found.is_empty() && !(optional && self.whole) {
            self.complete = false;
            self.missing.push(pattern.clone());
            files.refuse(&place, &format!("no file {pattern} is in the bundle"));
        }
        let mut nodes = Vec::new();
        for file in found {
            let exhausted = self.directives > DIRECTIVE_LIMIT || self.bytes > BYTE_LIMIT;
            if depth == 0 || exhausted || file == self.main {
                self.complete = false;
                files.refuse(&place, "files included too deep, in a circle, or too many");
                break;
            }
            // An empty file costs nothing to read, but is counted.
            self.directives += 1;
            nodes.extend(self.file(files, &file, depth - 1));
        }
        nodes
    }

    /// Puts values for `${NAME}`.
    fn expand(&self, statement: &str) -> String {
        let mut expanded = String::new();
        let mut rest = statement;
        while let Some((before, after)) = rest.split_once("${") {
            if expanded.len() > STATEMENT_LIMIT {
                break;
            }
            let Some((name, following)) = after.split_once('}') else {
                break;
            };
            expanded.push_str(before);
            if let Some(value) = self.variables.get(name) {
                expanded.extend(value.chars().take(1000));
            } else {
                expanded.push_str("${");
                expanded.push_str(name);
                expanded.push('}');
            }
            rest = following;
        }
        expanded.push_str(rest);
        expanded
    }

    fn fail(&mut self, files: &mut Files, path: &str, line: usize, problem: &str) {
        self.complete = false;
        files.refuse(&format!("{path}:{line}"), problem);
    }
}

fn node(name: &str, arguments: Vec<String>, path: &str, line: usize) -> Node {
    Node {
        name: name.to_lowercase(),
        arguments,
        children: Vec::new(),
        source: Source {
            file: path.to_owned(),
            line,
        },
    }
}

fn close(open: &mut Vec<Node>) {
    if let Some(closed) = open.pop()
        && let Some(parent) = open.last_mut()
    {
        parent.children.push(closed);
    }
}

/// Statements with their lines: comments dropped, lines joined at a backslash.
fn statements(text: &str) -> Vec<(usize, String)> {
    let mut statements = Vec::new();
    let mut open: Option<(usize, String)> = None;
    for (index, line) in text.lines().enumerate() {
        let (number, mut statement) = open.take().unwrap_or((index + 1, String::new()));
        if statement.is_empty() && line.trim_start().starts_with('#') {
            continue;
        }
        if let Some(part) = line.strip_suffix('\\') {
            statement.push_str(part);
            statement.push(' ');
            open = Some((number, statement));
            continue;
        }
        statement.push_str(line);
        if !statement.trim().is_empty() {
            statements.push((number, statement));
        }
    }
    statements.extend(open);
    statements
}

/// The words of a statement; quoted ones keep their spaces.
pub fn words(statement: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut characters = statement.chars().peekable();
    while let Some(&character) = characters.peek() {
        if character.is_whitespace() {
            characters.next();
            continue;
        }
        let mut word = String::new();
        let quote = matches!(character, '"' | '\'').then_some(character);
        if quote.is_some() {
            characters.next();
        }
        while let Some(character) = characters.next() {
            match (quote, character) {
                (Some(quote), '\\') => match characters.next() {
                    Some(escaped) if escaped == quote => word.push(escaped),
                    Some(other) => word.extend(['\\', other]),
                    None => word.push('\\'),
                },
                (Some(quote), character) if character == quote => break,
                (None, character) if character.is_whitespace() => break,
                (_, character) => word.push(character),
            }
        }
        words.push(word);
    }
    words
}

/// Puts the content of conditions that hold in their place, and drops the others.
fn resolve(
    nodes: Vec<Node>,
    modules: &BTreeSet<String>,
    variables: &BTreeMap<String, String>,
) -> Vec<Node> {
    let mut resolved = Vec::new();
    for mut node in nodes {
        let children = resolve(std::mem::take(&mut node.children), modules, variables);
        let subject = node.arguments.first().cloned().unwrap_or_default();
        let (negated, subject) = match subject.strip_prefix('!') {
            Some(rest) => (true, rest.to_owned()),
            None => (false, subject),
        };
        let holds = match node.name.as_str() {
            // Without any list of modules, those that are asked for count as loaded.
            "ifmodule" => (modules.is_empty() || modules.contains(&subject)) != negated,
            "ifdefine" => variables.contains_key(&subject) != negated,
            // Files written for two releases: the newer is the one in use.
            "ifversion" => !negated && !subject.starts_with('<'),
            "ifdirective" | "ifsection" | "iffile" => !negated,
            _ => {
                node.children = children;
                resolved.push(node);
                continue;
            }
        };
        if holds {
            resolved.extend(children);
        }
    }
    resolved
}
