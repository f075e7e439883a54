//! Accounts, password control, AAA and lines of Comware.

use crate::network::{
    acl,
    block::{Node, Tree, after, has, value_of},
    draft::{Draft, number, source},
    model::{AaaServer, Line, PasswordRules},
};

/// An idle session ends after ten minutes, unless told otherwise.
const DEFAULT_IDLE: u32 = 600;
/// Roles that may change everything.
const ADMINISTRATORS: [&str; 6] = [
    "network-admin",
    "mdc-admin",
    "context-admin",
    "vsys-admin",
    "level-15",
    "system-admin",
];

/// Reads who may sign in, and how.
pub(super) fn read(tree: &Tree, draft: &mut Draft) {
    password(tree, draft);
    accounts(tree, draft);
    aaa(tree, draft);
    lines(tree, draft);
    for (_, rest) in tree.all("super password") {
        draft.facts.enable_password.kept.push(kept(rest).to_owned());
    }
}

/// How a password is kept, from `hash $h$…`, `cipher $c$…`, `simple …`.
fn kept(words: &[String]) -> &'static str {
    if let Some(value) = value_of(words, "cipher") {
        return if value.starts_with("$h$") {
            "hash"
        } else {
            "reversible"
        };
    }
    if has(words, "hash") {
        "hash"
    } else if has(words, "simple") {
        "plain"
    } else {
        "unknown"
    }
}

/// Rules of `password-control` statements, whether of the system, a group or an account.
fn rules(nodes: &[Node], undone: &[&str], above: PasswordRules) -> PasswordRules {
    let figure = |name: &str| {
        nodes
            .iter()
            .rev()
            .filter_map(|node| node.after("password-control"))
            .find_map(|words| match after(words, name)? {
                [value] => number(Some(value)),
                words => number(value_of(words, "type-number")),
            })
    };
    let rule = |name: &str, above: Option<u32>| {
        if undone.contains(&name) {
            Some(0)
        } else {
            figure(name).or(above)
        }
    };
    PasswordRules {
        min_length: rule("length", above.min_length),
        classes: rule("composition", above.classes),
        max_days: rule("aging", above.max_days),
        history: rule("history", above.history),
    }
}

/// Those of the four kinds of rules that are undone; each is on otherwise.
fn undone(tree: &Tree) -> Vec<&'static str> {
    let is_undone =
        |name: &&str| tree.switch(&format!("password-control {name} enable")) == Some(false);
    let kinds = ["length", "composition", "aging", "history"].into_iter();
    kinds.filter(is_undone).collect()
}

fn password(tree: &Tree, draft: &mut Draft) {
    let is_enforced = tree.found_or(tree.switch("password-control enable"), Some(false));
    let policy = &mut draft.facts.password;
    policy.is_enforced = is_enforced;
    policy.rules = match is_enforced {
        Some(true) => rules(
            &tree.nodes,
            &undone(tree),
            PasswordRules {
                min_length: Some(10),
                // One kind in older releases of 7, two in newer ones.
                classes: None,
                max_days: Some(90),
                history: Some(4),
            },
        ),
        Some(false) => PasswordRules {
            min_length: Some(0),
            classes: Some(0),
            max_days: Some(0),
            history: Some(0),
        },
        None => PasswordRules::default(),
    };
    let lockout = &mut draft.facts.lockout;
    "account".clone_into(&mut lockout.scope);
    let (attempts, seconds) = match is_enforced {
        Some(true) => (Some(3), Some(60)),
        Some(false) => (Some(0), Some(0)),
        None => (None, None),
    };
    lockout.attempts = attempts;
    lockout.seconds = seconds;
    if is_enforced != Some(true) {
        return;
    }
    if let Some((_, words)) = tree.all("password-control login-attempt").last() {
        lockout.attempts = number(words.first().map(String::as_str)).or(attempts);
        if let Some(minutes) = number(value_of(words, "lock-time")) {
            lockout.seconds = Some(minutes.saturating_mul(60));
        } else if has(words, "unlock") {
            lockout.seconds = Some(0);
        } else if has(words, "lock") {
            lockout.seconds = None;
            lockout.until_unlocked = true;
        }
    }
}

fn accounts(tree: &Tree, draft: &mut Draft) {
    let policy = draft.facts.password.clone();
    let undone = undone(tree);
    let group_rules = |name: &str| {
        let group = tree
            .all("user-group")
            .find(|(_, words)| words.first().is_some_and(|group| group == name));
        match group {
            Some((group, _)) => rules(&group.children, &undone, policy.rules),
            None => policy.rules,
        }
    };
    for (node, rest) in tree.all("local-user") {
        let Some(name) = rest.first() else { continue };
        // Users of class `network` sign in to the network, not to the device.
        if has(rest, "network") || has(rest, "guest") {
            continue;
        }
        let is_own = rest.len() == 1 || has(rest, "manage");
        if !is_own {
            continue;
        }
        let own_rules = match policy.is_enforced {
            Some(true) => {
                let above = group_rules(node.value("group").unwrap_or("system"));
                rules(&node.children, &undone, above)
            }
            _ => policy.rules,
        };
        let account = draft.account(tree, node, name);
        account.rules = own_rules;
        if let Some((_, words)) = node.all("password").last() {
            kept(words).clone_into(&mut account.password);
        }
        for (_, words) in node.all("service-type") {
            account.services.extend(words.iter().cloned());
        }
        let mut is_administrator = false;
        for (_, words) in node.all("authorization-attribute") {
            if let Some(role) = value_of(words, "user-role") {
                is_administrator |= ADMINISTRATORS.contains(&role);
                account.roles.push(role.to_owned());
            }
            if let Some(level) = number(value_of(words, "level")) {
                is_administrator |= level >= 3;
                account.privilege = Some(level);
            }
        }
        account.is_administrator = Some(is_administrator);
        if node.value("state") == Some("block") {
            account.is_enabled = false;
        }
    }
    let roles = tree
        .all("role name")
        .filter_map(|(_, words)| words.first().cloned());
    draft.facts.aaa.roles = roles.collect();
}

fn aaa(tree: &Tree, draft: &mut Draft) {
    let aaa = &mut draft.facts.aaa;
    aaa.is_enabled = Some(true);
    let domain = tree.value("domain default enable").unwrap_or("system");
    let view = tree
        .all("domain")
        .find(|(_, words)| words.last().is_some_and(|name| name == domain) && !has(words, "enable"))
        .map(|(node, _)| node);
    // What is said of sign-in goes before what is said of everything.
    let methods = |kind: &str| {
        ["login", "default"].iter().find_map(|service| {
            let statement = format!("{kind} {service}");
            let mut found = view?.children.iter().rev();
            found
                .find_map(|child| child.after(&statement))
                .map(<[String]>::to_vec)
        })
    };
    let words = methods("authentication");
    aaa.methods = tree.found_or(
        words.map(|words| named_methods(&words)),
        Some(vec!["local".to_owned()]),
    );
    let by_server = |words: Option<Vec<String>>| {
        words.is_some_and(|words| has(&words, "hwtacacs-scheme") || has(&words, "radius-scheme"))
    };
    aaa.accounts_sessions = tree.found_or(
        by_server(methods("accounting")).then_some(true),
        Some(false),
    );
    let commands = view.is_some_and(|view| {
        view.all("accounting command")
            .any(|(_, words)| has(words, "hwtacacs-scheme"))
    });
    let on_line = |statement: &str| {
        ["line", "user-interface"].iter().any(|kind| {
            tree.all(kind)
                .any(|(node, _)| node.switch(statement) == Some(true))
        })
    };
    aaa.accounts_commands = tree.found_or(
        (commands && on_line("command accounting")).then_some(true),
        Some(false),
    );
    aaa.authorizes_commands = tree.found_or(
        on_line("command authorization").then_some(true),
        Some(false),
    );
    for (scheme, kind) in [("radius scheme", "radius"), ("hwtacacs scheme", "tacacs")] {
        for (node, _) in tree.all(scheme) {
            for prefix in ["primary authentication", "secondary authentication"] {
                for (_, words) in node.all(prefix) {
                    if let Some(address) = words.iter().find(|word| word.contains(['.', ':'])) {
                        aaa.servers.push(AaaServer {
                            kind: kind.to_owned(),
                            address: address.clone(),
                        });
                    }
                }
            }
        }
    }
}

/// `hwtacacs-scheme his local` → `tacacs`, `local`.
fn named_methods(words: &[String]) -> Vec<String> {
    words
        .iter()
        .filter_map(|word| match word.as_str() {
            "hwtacacs-scheme" => Some("tacacs"),
            "radius-scheme" => Some("radius"),
            "ldap-scheme" => Some("ldap"),
            "local" => Some("local"),
            "none" => Some("none"),
            _ => None,
        })
        .map(str::to_owned)
        .collect()
}

fn lines(tree: &Tree, draft: &mut Draft) {
    let classes = ["line class", "user-interface class"];
    let classes: Vec<_> = classes.iter().flat_map(|view| tree.all(view)).collect();
    for view in ["line", "user-interface"] {
        for (node, rest) in draft.line_views(tree, view) {
            if rest
                .first()
                .is_some_and(|word| word == "class" || word == "maximum-vty")
            {
                continue;
            }
            if let Some(line) = line(tree, &classes, (Some(node), rest), draft) {
                draft.facts.lines.push(line);
            }
        }
    }
    let has_vty = draft.facts.lines.iter().any(|line| line.kind == "vty");
    if tree.complete && !has_vty {
        // They are there all the same, as their class and the defaults have them.
        let words = ["vty".to_owned(), "0".to_owned(), "63".to_owned()];
        let line = line(tree, &classes, (None, &words), draft);
        draft.facts.lines.extend(line);
    }
}

fn line(
    tree: &Tree,
    classes: &[(&Node, &[String])],
    (node, rest): (Option<&Node>, &[String]),
    draft: &mut Draft,
) -> Option<Line> {
    let kind = match rest.first()?.as_str() {
        "con" | "console" => "con",
        kind @ ("aux" | "vty" | "tty") => kind,
        "usb" => "aux",
        _ => return None,
    };
    let name = format!("{kind} {}", rest.get(1..).unwrap_or_default().join(" "));
    let name = name.trim().to_owned();
    let is_of_kind = |words: &[String]| {
        let of = words.first();
        of.is_some_and(|word| word == kind || (kind == "con" && word == "console"))
    };
    let mut classes = classes.iter().rev();
    let class = classes.find(|(_, words)| is_of_kind(words));
    let class = class.map(|(node, _)| *node);
    // What the line itself says goes before what its class says.
    let views: Vec<&Node> = node.into_iter().chain(class).collect();
    let words_of = |statement: &str| {
        views.iter().find_map(|view| {
            let mut found = view.children.iter().rev();
            found.find_map(|child| child.after(statement))
        })
    };
    let first_of = |statement: &str| {
        words_of(statement)
            .and_then(<[String]>::first)
            .map(String::as_str)
    };
    let authentication = first_of("authentication-mode").map(|mode| match mode {
        "scheme" => "aaa".to_owned(),
        mode => mode.to_owned(),
    });
    let default = match kind {
        "vty" => Some("password".to_owned()),
        "con" => Some("none".to_owned()),
        _ => None,
    };
    let (idle_seconds, idle_never) = idle(words_of("idle-timeout"));
    let list = views
        .iter()
        .flat_map(|view| view.all("acl"))
        .filter(|(_, words)| has(words, "inbound"))
        .find_map(|(_, words)| acl::named(words));
    let access = draft.limit(list.as_deref(), &name);
    let transports = match words_of("protocol inbound") {
        Some(words) if !has(words, "all") => words.to_vec(),
        _ => vec!["telnet".to_owned(), "ssh".to_owned()],
    };
    Some(Line {
        kind: kind.to_owned(),
        authentication: tree.found_or(authentication, default),
        idle_seconds,
        idle_never,
        transports: (kind == "vty").then_some(transports),
        access,
        is_enabled: !views.iter().any(|view| view.switch("shell") == Some(false)),
        privilege: first_of("user-role")
            .or(first_of("user privilege level"))
            .map(str::to_owned),
        source: node.map_or_else(
            || crate::network::model::Source {
                file: tree.file.clone(),
                line: 0,
            },
            |node| source(tree, node),
        ),
        name,
    })
}

/// The idle limit, in seconds, and whether there is none.
fn idle(words: Option<&[String]>) -> (Option<u32>, bool) {
    let Some(words) = words else {
        return (Some(DEFAULT_IDLE), false);
    };
    let figure = |index: usize| number(words.get(index).map(String::as_str));
    let minutes = figure(0).map(|minutes| minutes.saturating_mul(60));
    let seconds = minutes.map(|seconds| seconds.saturating_add(figure(1).unwrap_or(0)));
    (seconds.filter(|seconds| *seconds > 0), seconds == Some(0))
}
