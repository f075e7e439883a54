//! Accounts, passwords, lockout, AAA and lines of IOS and RGOS.

use std::collections::BTreeMap;

use super::{Dialect, Ios};
use crate::network::{
    block::{Node, Tree, after, has, value_of},
    draft::{Draft, number, source},
    model::{AaaServer, Line, PasswordRules},
};

/// An idle session ends after ten minutes, unless told otherwise.
const DEFAULT_IDLE: u32 = 600;

/// Reads who may sign in, and how.
pub(super) fn read(tree: &Tree, draft: &mut Draft, ios: Ios) {
    password(tree, draft, ios);
    accounts(tree, draft);
    for prefix in ["enable secret", "enable password"] {
        for (_, rest) in tree.all(prefix) {
            let words = match value_of(rest, "level") {
                Some(_) => rest.get(2..).unwrap_or_default(),
                None => rest,
            };
            let kept = kept(prefix.ends_with("secret"), words);
            draft.facts.enable_password.kept.push(kept.to_owned());
        }
    }
    aaa(tree, draft);
    lockout(tree, draft, ios);
    for (node, rest) in draft.line_views(tree, "line") {
        if let Some(line) = line(tree, node, rest, draft, ios) {
            draft.facts.lines.push(line);
        }
    }
}

/// How a password is kept, by the figure before it.
fn kept(is_secret: bool, words: &[String]) -> &'static str {
    match (is_secret, words) {
        (_, []) => "none",
        (_, [kind, _, ..]) => match kind.as_str() {
            "0" => "plain",
            "4" | "5" => "md5",
            "6" | "7" => "reversible",
            "8" | "9" => "hash",
            _ => "hidden",
        },
        (_, [_]) => "plain",
    }
}

fn password(tree: &Tree, draft: &mut Draft, ios: Ios) {
    let policy = &mut draft.facts.password;
    policy.is_encrypted = tree.found_or(tree.switch("service password-encryption"), Some(false));
    let length = number(tree.value("security passwords min-length"))
        .or(number(tree.value("password policy min-size")));
    let rules = PasswordRules {
        min_length: tree.found_or(length, Some(0)),
        // `strong` refuses passwords of one kind of characters only.
        classes: tree.found_or(
            tree.switch("password policy strong")
                .map(|is_on| if is_on { 2 } else { 0 }),
            Some(0),
        ),
        max_days: tree.found_or(number(tree.value("password policy life-cycle")), Some(0)),
        history: tree.found_or(
            number(tree.value("password policy no-repeat-times")),
            Some(0),
        ),
    };
    policy.rules = rules;
    let has_policy = match ios.dialect {
        Dialect::Rgos => tree.has("password policy"),
        Dialect::Ios => tree.has("aaa common-criteria policy") || length.is_some(),
    };
    policy.is_enforced = tree.found_or(has_policy.then_some(true), Some(false));
}

/// Rules that `aaa common-criteria policy` makes for users who are bound to them.
fn criteria(tree: &Tree, above: PasswordRules) -> BTreeMap<String, PasswordRules> {
    let mut policies = BTreeMap::new();
    for (node, rest) in tree.all("aaa common-criteria policy") {
        let Some(name) = rest.first() else { continue };
        let kinds = ["upper-case", "lower-case", "numeric-count", "special-case"];
        let classes = kinds
            .iter()
            .filter(|kind| number(node.value(kind)).is_some_and(|count| count > 0))
            .count();
        let lifetime = node.all("lifetime").last().map(|(_, words)| {
            let days = number(value_of(words, "day"));
            let months = number(value_of(words, "month"));
            let years = number(value_of(words, "year"));
            days.unwrap_or(0)
                .saturating_add(months.unwrap_or(0).saturating_mul(30))
                .saturating_add(years.unwrap_or(0).saturating_mul(365))
        });
        let rules = PasswordRules {
            min_length: number(node.value("min-length")).or(above.min_length),
            classes: u32::try_from(classes).ok(),
            max_days: lifetime.or(above.max_days),
            history: above.history,
        };
        policies.insert(name.clone(), rules);
    }
    policies
}

fn accounts(tree: &Tree, draft: &mut Draft) {
    let common = draft.facts.password.rules;
    let policies = criteria(tree, common);
    for (node, rest) in tree.all("username") {
        let Some((name, words)) = rest.split_first() else {
            continue;
        };
        let account = draft.account(tree, node, name);
        let bound = value_of(words, "common-criteria-policy");
        account.rules = bound
            .and_then(|policy| policies.get(policy).copied())
            .unwrap_or(if account.privilege.is_some() {
                account.rules
            } else {
                common
            });
        for (word, is_secret) in [("secret", true), ("password", false)] {
            if let Some(position) = words.iter().position(|found| found == word) {
                let value = words.get(position + 1..).unwrap_or_default();
                kept(is_secret, value).clone_into(&mut account.password);
                break;
            }
        }
        if has(words, "nopassword") {
            "none".clone_into(&mut account.password);
        }
        if let Some(level) = number(value_of(words, "privilege")) {
            account.privilege = Some(level);
        } else if account.privilege.is_none() {
            account.privilege = Some(1);
        }
        if let Some(view) = value_of(words, "view") {
            account.roles.push(view.to_owned());
        }
        account.is_administrator = account
            .privilege
            .map(|level| level >= 15 && account.roles.is_empty());
    }
    for (_, rest) in tree.all("no username") {
        if let Some(name) = rest.first() {
            draft.facts.accounts.retain(|account| account.name != *name);
        }
    }
    draft.facts.aaa.roles = tree
        .all("parser view")
        .filter_map(|(_, words)| words.first().cloned())
        .collect();
}

/// What `group X` of a list of methods stands for.
fn server_kind(tree: &Tree, group: &str) -> String {
    match group {
        "tacacs+" => return "tacacs".to_owned(),
        "radius" | "ldap" => return group.to_owned(),
        _ => {}
    }
    let found = tree
        .all("aaa group server")
        .find(|(_, words)| words.get(1).is_some_and(|name| name == group));
    match found.and_then(|(_, words)| words.first()) {
        Some(kind) if kind == "tacacs+" => "tacacs".to_owned(),
        Some(kind) => kind.clone(),
        None => "group".to_owned(),
    }
}

/// The methods of a list, in order.
fn methods(tree: &Tree, list: &str) -> Option<Vec<String>> {
    let statement = format!("aaa authentication login {list}");
    let (_, words) = tree.all(&statement).last()?;
    let mut found = Vec::new();
    let mut words = words.iter().take(16);
    while let Some(word) = words.next() {
        found.push(match word.as_str() {
            "group" => server_kind(tree, words.next().map_or("", String::as_str)),
            "local-case" => "local".to_owned(),
            "krb5" | "krb5-telnet" => "kerberos".to_owned(),
            other => other.to_owned(),
        });
    }
    Some(found)
}

fn aaa(tree: &Tree, draft: &mut Draft) {
    let found = methods(tree, "default");
    let aaa = &mut draft.facts.aaa;
    aaa.is_enabled = tree.found_or(tree.switch("aaa new-model"), Some(false));
    aaa.methods = match aaa.is_enabled {
        Some(true) => found.or(tree.complete.then(|| vec!["local".to_owned()])),
        Some(false) => Some(Vec::new()),
        None => None,
    };
    let has_list = |statement: &str| {
        let found = tree.has(statement) && aaa.is_enabled == Some(true);
        tree.found_or(found.then_some(true), Some(false))
    };
    aaa.authorizes_commands = has_list("aaa authorization commands");
    aaa.accounts_sessions = has_list("aaa accounting exec");
    aaa.accounts_commands = has_list("aaa accounting commands");
    for (statement, kind) in [
        ("tacacs-server host", "tacacs"),
        ("radius-server host", "radius"),
        ("tacacs server", "tacacs"),
        ("radius server", "radius"),
    ] {
        for (node, words) in tree.all(statement) {
            let address = match node.all("address").last() {
                Some((_, inner)) => inner.get(1).or(inner.first()),
                None => words
                    .iter()
                    .find(|word| word.contains(['.', ':']))
                    .or(words.first()),
            };
            aaa.servers.extend(address.map(|address| AaaServer {
                kind: kind.to_owned(),
                address: address.clone(),
            }));
        }
    }
    for (node, words) in tree.all("aaa group server") {
        let kind = words.first().map_or("", |kind| kind.trim_end_matches('+'));
        for prefix in ["server", "server-private"] {
            for (_, inner) in node.all(prefix) {
                let address = inner.first().filter(|word| word.contains('.'));
                if let Some(address) = address
                    && aaa.servers.len() < 1000
                    && !aaa.servers.iter().any(|known| known.address == *address)
                {
                    aaa.servers.push(AaaServer {
                        kind: kind.to_owned(),
                        address: address.clone(),
                    });
                }
            }
        }
    }
}

fn lockout(tree: &Tree, draft: &mut Draft, ios: Ios) {
    let uses_aaa = draft.facts.aaa.is_enabled == Some(true);
    let lockout = &mut draft.facts.lockout;
    "account".clone_into(&mut lockout.scope);
    match ios.dialect {
        Dialect::Rgos => {
            let attempts = number(tree.value("aaa local authentication attempts"));
            // Older releases count hours; minutes are the less of both.
            let minutes = number(tree.value("aaa local authentication lockout-time"));
            let default = if uses_aaa { (3, 900) } else { (0, 0) };
            lockout.attempts = tree.found_or(attempts, Some(default.0));
            lockout.seconds = tree.found_or(
                minutes.map(|minutes| minutes.saturating_mul(60)),
                Some(default.1),
            );
        }
        Dialect::Ios => {
            let block = tree.all("login block-for").last();
            if let Some(attempts) = number(tree.value("aaa local authentication attempts max-fail"))
            {
                lockout.attempts = Some(attempts);
                lockout.until_unlocked = true;
            } else if let Some((_, words)) = block {
                lockout.attempts = number(value_of(words, "attempts"));
                lockout.seconds = number(words.first().map(String::as_str));
                "device".clone_into(&mut lockout.scope);
            } else {
                lockout.attempts = tree.found_or(None, Some(0));
                lockout.seconds = tree.found_or(None, Some(0));
            }
        }
    }
}

fn line(tree: &Tree, node: &Node, rest: &[String], draft: &mut Draft, ios: Ios) -> Option<Line> {
    let first = rest.first()?.as_str();
    let kind = match first {
        "con" | "console" => "con",
        "aux" | "vty" => first,
        other if other.starts_with(|c: char| c.is_ascii_digit()) || other == "tty" => "tty",
        _ => return None,
    };
    let numbers = if kind == "tty" && first != "tty" {
        rest
    } else {
        rest.get(1..).unwrap_or_default()
    };
    let name = format!("{kind} {}", numbers.join(" "));
    let name = name.trim().to_owned();
    let (idle_seconds, idle_never) = idle(node);
    let transports = node
        .all("transport input")
        .last()
        .map(|(_, words)| transports(words));
    let default = (kind == "vty" && ios.major.is_some_and(|major| major <= 12))
        .then(|| vec!["telnet".to_owned(), "ssh".to_owned()]);
    let transports = tree.found_or(transports, default);
    let list = ["access-class", "ip access-class"]
        .iter()
        .flat_map(|prefix| node.all(prefix))
        .filter(|(_, words)| has(words, "in"))
        .find_map(|(_, words)| words.first().cloned());
    let access = draft.limit(list.as_deref(), &name);
    let takes_none = kind != "con" && transports.as_ref().is_some_and(Vec::is_empty);
    Some(Line {
        kind: kind.to_owned(),
        authentication: authentication(tree, node, kind, draft),
        idle_seconds,
        idle_never,
        transports: transports.filter(|_| kind != "con"),
        access,
        is_enabled: node.switch("exec") != Some(false) && !takes_none,
        privilege: node.value("privilege level").map(str::to_owned),
        source: source(tree, node),
        name,
    })
}

fn idle(node: &Node) -> (Option<u32>, bool) {
    let found = node.all("exec-timeout").last();
    match found {
        None if node.switch("exec-timeout") == Some(false) => (None, true),
        None => (Some(DEFAULT_IDLE), false),
        Some((_, words)) => {
            let figure = |index: usize| number(words.get(index).map(String::as_str));
            let seconds = figure(0).map(|minutes| {
                minutes
                    .saturating_mul(60)
                    .saturating_add(figure(1).unwrap_or(0))
            });
            (seconds.filter(|seconds| *seconds > 0), seconds == Some(0))
        }
    }
}

fn transports(words: &[String]) -> Vec<String> {
    if has(words, "none") {
        Vec::new()
    } else if has(words, "all") {
        vec!["telnet".to_owned(), "ssh".to_owned()]
    } else {
        words.to_vec()
    }
}

fn authentication(tree: &Tree, node: &Node, kind: &str, draft: &Draft) -> Option<String> {
    if draft.facts.aaa.is_enabled == Some(true) {
        let list = node.value("login authentication").unwrap_or("default");
        let Some(found) = methods(tree, list) else {
            // Without a list the console lets everybody in, and other lines ask for an account.
            let default = if kind == "con" { "none" } else { "local" };
            return tree.complete.then(|| default.to_owned());
        };
        return Some(
            match found.first().map_or("none", String::as_str) {
                "none" => "none",
                "line" | "enable" => "password",
                "local" => "local",
                _ => "aaa",
            }
            .to_owned(),
        );
    }
    let login = node.children.iter().rev().find_map(|child| {
        if let Some(words) = child.after("login") {
            return Some(
                if after(words, "local").is_some() || after(words, "tacacs").is_some() {
                    "local"
                } else {
                    "password"
                },
            );
        }
        child.after("no login").map(|_| "none")
    });
    let default = match kind {
        "vty" => "password",
        _ => "none",
    };
    tree.found_or(login.map(str::to_owned), Some(default.to_owned()))
}
