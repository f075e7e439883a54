//! Facts while they are put together: what a dialect fills, and what all dialects share.

use std::collections::BTreeMap;

use jiff::civil::Date;

use super::{
    block::{Node, Tree},
    model::{Access, Account, Exposure, Facts, PasswordRules, Policy, PolicyKind, Source},
    objects::{Addresses, Services},
    policies, service,
};
use crate::{
    policy::{Action, Rule, RuleSet},
    subject::Unreadable,
};

/// More notes than this help nobody.
const MAX_NOTES: usize = 200;

/// More accounts than any device holds.
const MAX_ACCOUNTS: usize = 4096;

/// More lines than any device has, too.
const MAX_LINES: usize = 1024;

/// What a dialect fills.
#[derive(Debug)]
pub(crate) struct Draft {
    /// What is known so far.
    pub(crate) facts: Facts,
    /// Named addresses.
    pub(crate) addresses: Addresses,
    /// Named services.
    pub(crate) services: Services,
    /// Time ranges, with the last day of those that end.
    pub(crate) schedules: BTreeMap<String, Option<Date>>,
    /// What was not understood.
    pub(crate) notes: Vec<Unreadable>,
    /// The day of collection.
    pub(crate) today: Date,
    /// Name or number of a rule set → where it is.
    by_name: BTreeMap<String, usize>,
}

impl Draft {
    pub(crate) fn new(facts: Facts, today: Date) -> Self {
        Self {
            facts,
            addresses: Addresses::default(),
            services: Services::default(),
            schedules: BTreeMap::new(),
            notes: Vec::new(),
            today,
            by_name: BTreeMap::new(),
        }
    }

    /// Notes something that was not understood.
    pub(crate) fn note(&mut self, what: String, why: &str) {
        if self.notes.len() < MAX_NOTES {
            self.notes.push(Unreadable {
                what,
                why: why.to_owned(),
            });
        }
    }

    /// Statements of lines, in their order; where there are more than any device has, the first.
    pub(crate) fn line_views<'a>(
        &mut self,
        tree: &'a Tree,
        view: &'a str,
    ) -> Vec<(&'a Node, &'a [String])> {
        let mut found: Vec<_> = tree.all(view).take(MAX_LINES + 1).collect();
        if found.len() > MAX_LINES {
            found.truncate(MAX_LINES);
            self.note(format!("{}: {view}", tree.file), "too many");
        }
        found
    }

    /// Takes up a rule set, known by each of `names`; the first is what it is called.
    pub(crate) fn add_policy(
        &mut self,
        kind: PolicyKind,
        names: &[&str],
        default: Action,
        rules: Drafted,
    ) {
        let index = self.facts.policies.len();
        for name in names {
            self.by_name.insert((*name).to_owned(), index);
        }
        let mut policy = Policy {
            kind,
            rule_set: RuleSet {
                name: names.first().copied().unwrap_or_default().to_owned(),
                bound_to: Vec::new(),
                rules: rules.rules,
                default,
            },
            findings: Vec::new(),
            is_analysed: false,
            unresolved: rules.unresolved,
            narrowed: rules.narrowed,
        };
        policy.mark_narrowed();
        self.facts.policies.push(policy);
    }

    /// The rule set of a name or number.
    pub(crate) fn policy(&mut self, name: &str) -> Option<&mut Policy> {
        let index = self.by_name.get(name)?;
        self.facts.policies.get_mut(*index)
    }

    /// Notes that a rule set is applied; `default` is what that use does with the rest.
    pub(crate) fn bind(&mut self, name: &str, place: &str, default: Action) {
        if let Some(policy) = self.policy(name) {
            policy.rule_set.bound_to.push(place.to_owned());
            policy.rule_set.default = default;
        }
    }

    /// The account of a name, which several statements speak of; made when it is new.
    pub(crate) fn account(&mut self, tree: &Tree, node: &Node, name: &str) -> &mut Account {
        let accounts = &mut self.facts.accounts;
        // Statements of one account stand together, so the last is looked at first.
        let known = accounts.iter().rposition(|account| account.name == name);
        let is_full = accounts.len() >= MAX_ACCOUNTS;
        let position = match known {
            Some(position) => position,
            None if is_full => accounts.len() - 1,
            None => {
                accounts.push(Account {
                    name: name.to_owned(),
                    privilege: None,
                    roles: Vec::new(),
                    is_administrator: None,
                    services: Vec::new(),
                    password: "unknown".to_owned(),
                    is_enabled: true,
                    rules: PasswordRules::default(),
                    source: source(tree, node),
                });
                accounts.len() - 1
            }
        };
        &mut accounts[position]
    }

    /// Takes up an inner service shown to the outside: `protocol tcp global 203.0.113.5 8080
    /// inside 192.0.2.5 80`, as Huawei and H3C write it.
    pub(crate) fn expose(&mut self, node: &Node) {
        let words = &node.words;
        let after = |name: &str, offset: usize| {
            let position = words.iter().position(|word| word == name)?;
            words.get(position + offset)
        };
        if let (Some(outside), Some(inside)) = (after("global", 1), after("inside", 1)) {
            self.facts.exposures.push(Exposure {
                outside: outside.clone(),
                inside: inside.clone(),
                protocol: after("protocol", 1).cloned(),
                port: after("inside", 2).and_then(|text| service::port(text)),
                line: node.line,
            });
        }
    }

    /// What an access list does that limits who may manage the device, and where it does.
    pub(crate) fn limit(&mut self, acl: Option<&str>, place: &str) -> Access {
        let Some(name) = acl else {
            return Access::default();
        };
        self.bind(name, place, Action::Deny);
        let restricts = self
            .policy(name)
            .is_some_and(|policy| policies::restricts(&policy.rule_set));
        Access {
            acl: Some(name.to_owned()),
            restricts,
        }
    }

    /// Gives rules their schedules' last days.
    pub(crate) fn date_rules(&mut self) {
        for policy in &mut self.facts.policies {
            for rule in &mut policy.rule_set.rules {
                let end = rule
                    .schedule
                    .as_ref()
                    .and_then(|name| self.schedules.get(name));
                rule.expires_on = rule.expires_on.or(end.copied().flatten());
            }
        }
    }
}

/// Rules while they are read.
#[derive(Debug, Default)]
pub(crate) struct Drafted {
    /// In order.
    pub(crate) rules: Vec<Rule>,
    /// What they name that nobody can resolve.
    pub(crate) unresolved: Vec<String>,
    /// Rules that users, applications or the like narrow, too.
    pub(crate) narrowed: Vec<String>,
}

impl Drafted {
    /// Takes up names that nobody can resolve.
    pub(crate) fn miss(&mut self, names: impl IntoIterator<Item = String>) {
        for name in names {
            if self.unresolved.len() < MAX_NOTES && !self.unresolved.contains(&name) {
                self.unresolved.push(name);
            }
        }
    }
}

/// A rule of a node, that matches nothing yet.
pub(crate) fn rule(name: &str, node: &Node, action: Action) -> Rule {
    Rule {
        name: name.to_owned(),
        lines: Some((node.line, node.last_line())),
        action,
        from: Vec::new(),
        to: Vec::new(),
        sources: Vec::new(),
        destinations: Vec::new(),
        services: Vec::new(),
        is_enabled: true,
        expires_on: None,
        schedule: None,
        is_logged: false,
        profiles: Vec::new(),
        is_narrowed: false,
        hits: None,
    }
}

/// Where a node stands.
pub(crate) fn source(tree: &Tree, node: &Node) -> Source {
    Source {
        file: tree.file.clone(),
        line: node.line,
    }
}

/// A number within a statement.
pub(crate) fn number(text: Option<&str>) -> Option<u32> {
    text?.parse().ok()
}

/// How a default community is called.
pub(crate) fn is_default_community(name: &str) -> bool {
    matches!(
        name.to_ascii_lowercase().as_str(),
        "public"
            | "private"
            | "admin"
            | "cisco"
            | "huawei"
            | "h3c"
            | "ruijie"
            | "snmp"
            | "community"
    )
}

/// A syslog severity by its word or number.
pub(crate) fn severity(word: &str) -> Option<u32> {
    Some(match word.to_ascii_lowercase().as_str() {
        "emergencies" | "emergency" => 0,
        "alerts" | "alert" => 1,
        "critical" => 2,
        "errors" | "error" => 3,
        "warnings" | "warning" => 4,
        "notifications" | "notification" | "notice" => 5,
        "informational" | "information" => 6,
        "debugging" | "debug" => 7,
        other => other.parse().ok().filter(|level| *level <= 7)?,
    })
}
