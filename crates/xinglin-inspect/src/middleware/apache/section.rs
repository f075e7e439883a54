//! Folders and locations: options, who may come, what answers.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::{super::Source, parse::Node};

const SECTION_LIMIT: usize = 5_000;
/// Containers of rules nest no deeper than this.
const RULE_DEPTH: usize = 16;

/// A folder, a location or a pattern of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Section {
    /// `directory`, `location` or `files`.
    pub kind: String,
    /// The path or pattern.
    pub path: String,
    /// The virtual host it stands in; empty for the main server.
    pub host: String,
    /// Where it begins.
    pub source: Source,
    /// Whether folders without an index are listed.
    pub indexes: bool,
    /// Whether programs may run in answer to requests.
    pub executes: bool,
    /// What `.htaccess` may change, in lower case; `null` where nothing is said.
    pub overrides: Option<Vec<String>>,
    /// Who may come: `open`, `limited` by address, `authenticated`, `denied`; `null` where
    /// nothing is said.
    pub access: Option<String>,
    /// What answers: `server-status`, `server-info`, `balancer-manager`, …
    pub handler: Option<String>,
    /// Whether `WebDAV` is on.
    pub dav: bool,
}

/// The sections of one host; `main` are those of the main server, which come first.
pub(super) fn of_host(host: &str, nodes: &[Node], main: &[Node]) -> Vec<Section> {
    let mut folders: HashMap<String, Vec<&Node>> = HashMap::new();
    let of_main = if host.is_empty() { &[] } else { main };
    for node in of_main.iter().chain(nodes) {
        if node.name == "directory" {
            folders.entry(folder(node)).or_default().push(node);
        }
    }
    nodes
        .iter()
        .filter(|node| kind(&node.name).is_some())
        .take(SECTION_LIMIT)
        .map(|node| section(host, node, &folders))
        .collect()
}

fn kind(name: &str) -> Option<&'static str> {
    match name {
        "directory" | "directorymatch" => Some("directory"),
        "location" | "locationmatch" => Some("location"),
        "files" | "filesmatch" => Some("files"),
        _ => None,
    }
}

fn folder(node: &Node) -> String {
    let path = node.arguments.last().cloned().unwrap_or_default();
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        "/".to_owned()
    } else {
        trimmed.to_owned()
    }
}

fn section(host: &str, node: &Node, folders: &HashMap<String, Vec<&Node>>) -> Section {
    let path = node.arguments.last().cloned().unwrap_or_default();
    // A folder has what the folders above it have, from the top.
    let mut chain: Vec<&Node> = Vec::new();
    if node.name == "directory" {
        let full = folder(node);
        let tops = full.match_indices('/').take(64).map(|(at, _)| at);
        let above: Vec<String> = tops
            .map(|at| {
                let top = full.get(..at).unwrap_or_default();
                if top.is_empty() {
                    "/".to_owned()
                } else {
                    top.to_owned()
                }
            })
            .collect();
        for top in above.iter().filter(|top| **top != full) {
            chain.extend(folders.get(top).into_iter().flatten().copied().take(8));
        }
    }
    chain.push(node);
    let options = options(&chain);
    let last = |name: &str| {
        chain
            .iter()
            .rev()
            .flat_map(|node| node.children.iter().rev())
            .find(|one| one.name == name)
    };
    let handler = node
        .children
        .iter()
        .find(|one| one.name == "sethandler")
        .map(|one| one.word(0))
        .filter(|handler| handler != "none");
    Section {
        kind: kind(&node.name).unwrap_or_default().to_owned(),
        path,
        host: host.to_owned(),
        source: node.source.clone(),
        indexes: options.contains("indexes"),
        executes: options.contains("execcgi"),
        overrides: last("allowoverride").map(|one| {
            one.arguments
                .iter()
                .map(|word| word.to_lowercase())
                .collect()
        }),
        access: chain.iter().rev().find_map(|node| access(node)),
        handler,
        dav: last("dav").is_some_and(|one| one.word(0) != "off"),
    }
}

/// Options in lower case; `+` and `-` change those of the folder above.
fn options(chain: &[&Node]) -> BTreeSet<String> {
    const ALL: [&str; 5] = [
        "indexes",
        "execcgi",
        "followsymlinks",
        "includes",
        "symlinksifownermatch",
    ];
    let mut held: BTreeSet<String> = BTreeSet::from(["followsymlinks".to_owned()]);
    let written = chain
        .iter()
        .flat_map(|node| &node.children)
        .filter(|one| one.name == "options");
    for directive in written {
        let relative = directive
            .arguments
            .iter()
            .all(|word| word.starts_with(['+', '-']));
        if !relative {
            held.clear();
        }
        for word in &directive.arguments {
            let word = word.to_lowercase();
            match word.strip_prefix('-') {
                Some(gone) => {
                    held.remove(gone);
                }
                None => match word.trim_start_matches('+') {
                    "all" => held.extend(ALL.map(str::to_owned)),
                    "none" => held.clear(),
                    option => {
                        held.insert(option.to_owned());
                    }
                },
            }
        }
    }
    held
}

/// Who may come, by the rules of one section.
pub(super) fn access(node: &Node) -> Option<String> {
    require(&node.children, false, RULE_DEPTH)
        .or_else(|| order(&node.children))
        .map(str::to_owned)
}

/// The rules of release 2.4. Of several, one suffices unless they stand in `RequireAll`.
fn require(rules: &[Node], all: bool, depth: usize) -> Option<&'static str> {
    let mut found: Vec<&'static str> = Vec::new();
    for rule in rules {
        let one = match rule.name.as_str() {
            "require" => match (rule.word(0).as_str(), rule.word(1).as_str()) {
                ("all", "granted") | ("ip", "0.0.0.0/0" | "::/0") => Some("open"),
                ("all", _) => Some("denied"),
                ("ip" | "host" | "local" | "forward-dns", _) => Some("limited"),
                // What is let in by exclusion is everybody else.
                ("not", _) => None,
                _ => Some("authenticated"),
            },
            "requireall" if depth > 0 => require(&rule.children, true, depth - 1),
            "requireany" if depth > 0 => require(&rule.children, false, depth - 1),
            _ => None,
        };
        found.extend(one);
    }
    let strictest = ["denied", "limited", "authenticated", "open"];
    let laxest = ["open", "authenticated", "limited", "denied"];
    let order = if all { strictest } else { laxest };
    order.into_iter().find(|word| found.contains(word))
}

/// The rules of release 2.2, which later ones understand.
fn order(rules: &[Node]) -> Option<&'static str> {
    let from = |name: &str| {
        rules
            .iter()
            .filter(|rule| rule.name == name)
            .flat_map(|rule| rule.arguments.iter().skip(1))
            .map(|word| word.to_lowercase())
            .collect::<Vec<String>>()
    };
    let order = rules.iter().rfind(|rule| rule.name == "order");
    let (allowed, denied) = (from("allow"), from("deny"));
    if order.is_none() && allowed.is_empty() && denied.is_empty() {
        return None;
    }
    let all = |words: &[String]| words.iter().any(|word| word == "all");
    let order = order.map(|order| order.arguments.concat().to_lowercase().replace(' ', ""));
    let allow_last = order.as_deref() != Some("allow,deny");
    // What is neither allowed nor denied may come where `allow` has the last word.
    let open = if allow_last {
        all(&allowed) || !all(&denied)
    } else {
        all(&allowed) && !all(&denied)
    };
    let closed = allowed.is_empty() || (!allow_last && all(&denied));
    Some(match (open, closed) {
        (true, _) => "open",
        (false, true) => "denied",
        (false, false) => "limited",
    })
}
