//! Accounts, passwords, lockout, AAA and lines of VRP.

use super::{records_commands, release};
use crate::network::{
    acl,
    block::{Node, Tree, after, has, value_of},
    draft::{Draft, number, source},
    model::{AaaServer, Line},
};

/// An idle session ends after ten minutes, unless told otherwise, on every release.
const DEFAULT_IDLE: u32 = 600;
/// The longest time there is, which is for ever to any person.
const ENDLESS_MINUTES: u32 = 35_791;

/// Reads who may sign in, and how.
pub(super) fn read(tree: &Tree, draft: &mut Draft) {
    let views: Vec<&Node> = tree.all("aaa").map(|(node, _)| node).collect();
    for view in &views {
        password(view, draft);
        lockout(view, draft);
        accounts(tree, view, draft);
        aaa(view, draft);
    }
    global_rules(tree, draft);
    default_lockout(tree, draft);
    let rules = draft.facts.password.rules;
    for account in &mut draft.facts.accounts {
        account.rules = rules;
    }
    servers(tree, draft);
    for (_, rest) in tree.all("super password") {
        let kept = ["simple", "cipher", "irreversible-cipher"]
            .iter()
            .find_map(|kind| value_of(rest, kind).map(|value| kept(kind, value)));
        let kept = kept.unwrap_or("unknown");
        draft.facts.enable_password.kept.push(kept.to_owned());
    }
    for view in ["user-interface", "line"] {
        for (node, rest) in draft.line_views(tree, view) {
            if let Some(line) = line(tree, node, rest, draft) {
                draft.facts.lines.push(line);
            }
        }
    }
}

/// How a password is kept, by the word before it and the form of what was kept.
fn kept(word: &str, value: &str) -> &'static str {
    let is_hash = ["$1a$", "$1c$", "$1d$"]
        .iter()
        .any(|mark| value.starts_with(mark));
    match word {
        "simple" => "plain",
        "irreversible-cipher" => "hash",
        _ if is_hash => "hash",
        _ => "reversible",
    }
}

fn accounts(tree: &Tree, view: &Node, draft: &mut Draft) {
    for (node, rest) in view.all("local-user") {
        let Some((name, words)) = rest.split_first() else {
            continue;
        };
        if name == "policy" {
            continue;
        }
        let account = draft.account(tree, node, name);
        if let Some(position) = words.iter().position(|word| word == "password") {
            let kind = words.get(position + 1).map_or("", String::as_str);
            let value = words.get(position + 2).map_or("", String::as_str);
            kept(kind, value).clone_into(&mut account.password);
        }
        let level = value_of(words, "level").or(value_of(words, "privilege"));
        if let Some(level) = number(level) {
            account.privilege = Some(level);
            account.is_administrator = Some(level >= 3);
        }
        if let Some(services) = after(words, "service-type") {
            account.services = services.to_vec();
        }
        if let Some(group) = value_of(words, "user-group") {
            account.roles.push(group.to_owned());
            if group == "manage-ug" {
                account.is_administrator = Some(true);
            }
        }
        // `state block fail-times 3 interval 5` is a lockout of this user, not a block.
        if after(words, "state block").is_some_and(<[String]>::is_empty) {
            account.is_enabled = false;
        }
    }
    for (node, rest) in view.all("manager-user") {
        let Some(name) = rest.first().filter(|_| !node.children.is_empty()) else {
            continue;
        };
        manager(tree, node, name, draft);
    }
    for (_, rest) in view.all("bind manager-user") {
        let [name, .., role] = rest else { continue };
        if let Some(account) = draft
            .facts
            .accounts
            .iter_mut()
            .find(|account| account.name == *name)
        {
            account.roles.push(role.clone());
            account.is_administrator = Some(role == "system-admin" || role == "device-admin");
        }
    }
    for (_, rest) in view.all("undo local-user") {
        if let Some(name) = rest.first().filter(|_| rest.len() == 1) {
            draft.facts.accounts.retain(|account| account.name != *name);
        }
    }
    draft.facts.aaa.roles = view
        .all("role")
        .filter_map(|(_, rest)| rest.first().cloned())
        .collect();
}

/// An administrator of a USG.
fn manager(tree: &Tree, node: &Node, name: &str, draft: &mut Draft) {
    let account = draft.account(tree, node, name);
    if let Some((_, words)) = node.all("password").last() {
        let value = words.get(1).map_or("", String::as_str);
        // What `cipher` of a manager is made of depends on the release.
        let found = match kept(words.first().map_or("", String::as_str), value) {
            "reversible" => "hidden",
            known => known,
        };
        found.clone_into(&mut account.password);
    }
    if let Some((_, words)) = node.all("service-type").last() {
        account.services = words.to_vec();
    }
    if let Some(level) = number(node.value("level")) {
        account.privilege = Some(level);
        account.is_administrator = Some(level >= 3);
    }
    if node.switch("state block") == Some(true) {
        account.is_enabled = false;
    }
}

fn password(view: &Node, draft: &mut Draft) {
    let policy = &mut draft.facts.password;
    for (node, _) in view.all("local-aaa-user password policy administrator") {
        policy.is_enforced = Some(true);
        // Entering the view switches both on, with these figures.
        policy.rules.max_days = Some(number(node.value("password expire")).unwrap_or(90));
        policy.rules.history =
            Some(number(node.value("password history record number")).unwrap_or(5));
        if node.switch("password expire") == Some(false) {
            policy.rules.max_days = Some(0);
        }
        if node.switch("password history record number") == Some(false)
            || node.switch("password history record") == Some(false)
        {
            policy.rules.history = Some(0);
        }
    }
    for prefix in ["user-password", "local-user policy password"] {
        if let Some(days) = number(view.value(&format!("{prefix} expire"))) {
            policy.rules.max_days = Some(days);
        }
        if let Some(length) = number(view.value(&format!("{prefix} min-len"))) {
            policy.rules.min_length = Some(length);
        }
        let complexity = view.switch(&format!("{prefix} complexity-check"));
        if let Some(is_on) = complexity {
            let three = view.value(&format!("{prefix} complexity-check")) == Some("three-of-kinds");
            policy.rules.classes = Some(match (is_on, three) {
                (false, _) => 0,
                (true, true) => 3,
                (true, false) => 2,
            });
        }
    }
}

fn global_rules(tree: &Tree, draft: &mut Draft) {
    let known = draft.facts.device.os_version.as_deref().and_then(release);
    // Since V200R003 a password has eight characters of two kinds, unless told otherwise.
    let has_rules = known.is_some_and(|(version, release)| version == 200 && release >= 3);
    let rules = &mut draft.facts.password.rules;
    let length = number(tree.value("set password min-length")).or(rules.min_length);
    rules.min_length = tree.found_or(length, has_rules.then_some(8));
    let complexity = match tree.switch("set password complexity-check") {
        Some(false) => Some(0),
        _ => rules.classes,
    };
    rules.classes = tree.found_or(complexity, has_rules.then_some(2));
    let has_policy = draft.facts.password.is_enforced == Some(true);
    draft.facts.password.is_enforced = tree.found_or(has_policy.then_some(true), Some(false));
    let rules = &mut draft.facts.password.rules;
    // Without the view passwords live for ever; of USG and V800 nobody can be sure.
    let no_view = known
        .is_some_and(|(version, _)| version <= 300)
        .then_some(0);
    rules.max_days = tree.found_or(rules.max_days, no_view);
    rules.history = tree.found_or(rules.history, no_view);
}

fn lockout(view: &Node, draft: &mut Draft) {
    let lockout = &mut draft.facts.lockout;
    "account".clone_into(&mut lockout.scope);
    for (_, words) in view.all("local-aaa-user wrong-password") {
        lockout.attempts = number(value_of(words, "retry-time")).or(lockout.attempts);
        lockout.seconds = number(value_of(words, "block-time"))
            .map(|minutes| minutes.saturating_mul(60))
            .or(lockout.seconds);
    }
    if view.switch("local-aaa-user wrong-password") == Some(false) {
        lockout.attempts = Some(0);
        lockout.seconds = Some(0);
    }
    for (_, words) in view.all("local-user") {
        // VRP 8 has it with each user; the weakest counts.
        if let Some(tries) = number(value_of(words, "fail-times")) {
            lockout.attempts = lockout.attempts.max(Some(tries));
            let minutes = number(value_of(words, "interval"));
            lockout.seconds = minutes
                .map(|minutes| minutes.saturating_mul(60))
                .or(lockout.seconds);
        }
    }
}

fn default_lockout(tree: &Tree, draft: &mut Draft) {
    let lockout = &mut draft.facts.lockout;
    for (_, words) in tree.all("lock-authentication").chain(
        tree.all("aaa")
            .flat_map(|(view, _)| view.all("lock-authentication")),
    ) {
        if let Some(tries) = after(words, "failed-count") {
            lockout.attempts = number(tries.first().map(String::as_str));
        } else if let Some(minutes) = after(words, "timeout") {
            lockout.seconds = number(minutes.first().map(String::as_str))
                .map(|minutes| minutes.saturating_mul(60));
        }
    }
    let known = draft.facts.device.os_version.as_deref().and_then(release);
    // Switches and access routers lock for five minutes after three failures since V200R003,
    // and before could not at all.
    let default = match known {
        Some((200, release)) if release >= 3 => Some((3, 300)),
        Some((100, _)) => Some((0, 0)),
        _ => None,
    };
    lockout.attempts = tree.found_or(lockout.attempts, default.map(|(tries, _)| tries));
    lockout.seconds = tree.found_or(lockout.seconds, default.map(|(_, seconds)| seconds));
}

fn aaa(view: &Node, draft: &mut Draft) {
    let aaa = &mut draft.facts.aaa;
    aaa.is_enabled = Some(true);
    let scheme_of = |domain: &str| {
        let (node, _) = view
            .all("domain")
            .find(|(_, words)| words.first().is_some_and(|name| name == domain))?;
        node.value("authentication-scheme")
    };
    let scheme = scheme_of("default_admin")
        .or(scheme_of("default"))
        .unwrap_or("default");
    let methods = view
        .all("authentication-scheme")
        .find(|(_, words)| words.first().is_some_and(|name| name == scheme))
        .and_then(|(node, _)| node.all("authentication-mode").last());
    let methods = methods.map_or_else(
        || vec!["local".to_owned()],
        |(_, words)| {
            words
                .iter()
                .map(|word| {
                    if word == "hwtacacs" {
                        "tacacs".to_owned()
                    } else {
                        word.clone()
                    }
                })
                .collect()
        },
    );
    aaa.methods = Some(methods);
    let accounts = |scheme: &str, mode: &str| {
        view.all(scheme).any(|(node, _)| {
            node.value(mode)
                .is_some_and(|mode| mode.contains("hwtacacs") || mode == "radius")
        })
    };
    aaa.accounts_sessions = Some(accounts("accounting-scheme", "accounting-mode"));
    aaa.accounts_commands = Some(
        accounts("recording-scheme", "recording-mode")
            && view
                .children
                .iter()
                .any(|node| records_commands(&node.words)),
    );
    aaa.authorizes_commands = Some(
        view.all("authorization-scheme")
            .any(|(node, _)| node.all("authorization-cmd").next().is_some()),
    );
}

fn servers(tree: &Tree, draft: &mut Draft) {
    let kinds = [
        ("radius-server", "radius"),
        ("radius server", "radius"),
        ("hwtacacs-server", "tacacs"),
        ("hwtacacs server", "tacacs"),
        ("ldap-server", "ldap"),
    ];
    for (statement, kind) in kinds {
        let outer = tree.all(statement);
        let inner = tree.nodes.iter().flat_map(|node| node.all(statement));
        for (_, words) in outer.chain(inner) {
            let Some(rest) = after(words, "authentication") else {
                continue;
            };
            if let Some(address) = rest.iter().find(|word| word.contains(['.', ':'])) {
                draft.facts.aaa.servers.push(AaaServer {
                    kind: kind.to_owned(),
                    address: address.clone(),
                });
            }
        }
    }
}

fn line(tree: &Tree, node: &Node, rest: &[String], draft: &mut Draft) -> Option<Line> {
    let kind = rest.first()?.as_str();
    let kind = match kind {
        "con" | "console" => "con",
        "aux" | "vty" | "tty" => kind,
        _ => return None,
    };
    let name = format!("{kind} {}", rest.get(1..).unwrap_or_default().join(" "));
    let authentication = node.value("authentication-mode").map(|mode| match mode {
        "scheme" => "aaa".to_owned(),
        mode => mode.to_owned(),
    });
    let (idle_seconds, idle_never) = idle(node);
    let list = node
        .all("acl")
        .filter(|(_, words)| has(words, "inbound"))
        .find_map(|(_, words)| acl::named(words));
    let access = draft.limit(list.as_deref(), &name);
    Some(Line {
        kind: kind.to_owned(),
        authentication,
        idle_seconds,
        idle_never,
        transports: node.all("protocol inbound").last().map(|(_, words)| {
            if has(words, "all") {
                vec!["telnet".to_owned(), "ssh".to_owned()]
            } else {
                words.to_vec()
            }
        }),
        access,
        is_enabled: node.switch("shell") != Some(false),
        privilege: node.value("user privilege level").map(str::to_owned),
        source: source(tree, node),
        name: name.trim().to_owned(),
    })
}

/// The idle limit of a line, in seconds, and whether there is none.
fn idle(node: &Node) -> (Option<u32>, bool) {
    let Some((_, words)) = node.all("idle-timeout").last() else {
        return (Some(DEFAULT_IDLE), false);
    };
    let minutes = number(words.first().map(String::as_str));
    let seconds = number(words.get(1).map(String::as_str)).unwrap_or(0);
    match minutes {
        None => (None, false),
        Some(minutes) if minutes >= ENDLESS_MINUTES || (minutes == 0 && seconds == 0) => {
            (None, true)
        }
        Some(minutes) => (
            Some(minutes.saturating_mul(60).saturating_add(seconds)),
            false,
        ),
    }
}
