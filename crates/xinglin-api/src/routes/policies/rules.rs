//! Rules, and what is wrong with them.

use jiff::civil::Date;
use serde::Serialize;
use utoipa::ToSchema;
use xinglin_app::policies::{
    Action, ExaminedSet, ExposedGroup, Packet, PolicyFinding, PolicyKind, Problem, Rule,
    RuleReference,
};

use crate::{routes::inspections::severity, views, words};

/// The rule sets of a device.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicySetList {
    items: Vec<PolicySet>,
    total: u64,
}

/// A rule set: the first rule that matches a packet decides.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicySet {
    name: String,
    /// `access_list` or `security_policy`; null where the facts do not say.
    kind: Option<String>,
    /// Where it is applied; empty when nothing uses it.
    bound_to: Vec<String>,
    /// What happens to a packet that no rule matches.
    #[schema(value_type = views::PolicyAction)]
    default: Action,
    rules: Vec<PolicyRule>,
    findings: Vec<PolicyProblemFound>,
    /// What its rules name and nobody can resolve to addresses or ports.
    unresolved: Vec<String>,
    /// Rules that users or applications narrow: they let less through than it seems.
    narrowed: Vec<String>,
}

/// A rule, its objects resolved.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyRule {
    /// Its place in the rule set, from 0.
    index: usize,
    name: String,
    #[schema(value_type = views::PolicyAction)]
    action: Action,
    /// Zones or interfaces; empty is any.
    from_zones: Vec<String>,
    to_zones: Vec<String>,
    /// Such as `10.1.0.0/16`; empty matches nothing.
    sources: Vec<String>,
    destinations: Vec<String>,
    /// Such as `tcp/1521`.
    services: Vec<String>,
    enabled: bool,
    #[schema(value_type = Option<String>, format = Date)]
    expires_on: Option<Date>,
    /// The name of a recurring time range.
    schedule: Option<String>,
    logged: bool,
    profiles: Vec<String>,
    /// How often it matched; null where the device does not say.
    hits: Option<u64>,
    /// First and last line of the configuration that make it.
    lines: Option<Vec<u32>>,
}

/// Names a rule.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyRuleRef {
    policy: String,
    index: usize,
    name: String,
    lines: Option<Vec<u32>>,
}

/// What is wrong with a rule or a whole rule set. Fields that a problem has no use for are
/// empty or null.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyProblemFound {
    /// Null when the whole rule set is meant.
    rule: Option<PolicyRuleRef>,
    #[schema(value_type = words::Severity)]
    severity: &'static str,
    #[schema(value_type = views::PolicyProblem)]
    problem: &'static str,
    /// Rules that shadow it, make it redundant, or overlap with it.
    others: Vec<PolicyRuleRef>,
    /// `overlapping`: how many there are. `exposed`: how many sources.
    count: Option<u64>,
    /// `too_wide`: how many source addresses, destination addresses and ports.
    width: Option<PolicyWidth>,
    /// `exposed`: the ports.
    ports: Vec<u16>,
    /// `exposed`: `management`, `database` or `other`.
    group: Option<&'static str>,
    /// `redundant`: whether the default does the same for some packets.
    by_default: bool,
    /// `expired`: its last day.
    #[schema(value_type = Option<String>, format = Date)]
    expired_on: Option<Date>,
    /// A packet that shows it.
    example: Option<PolicyPacket>,
}

/// How much a rule permits.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyWidth {
    sources: u64,
    destinations: u64,
    ports: u64,
}

/// The first packet of a connection.
#[derive(Serialize, ToSchema)]
pub(crate) struct PolicyPacket {
    source: String,
    destination: String,
    /// The IANA protocol number.
    protocol: u8,
    destination_port: u16,
    from_zone: Option<String>,
    to_zone: Option<String>,
}

pub(super) fn list(sets: Vec<ExaminedSet>) -> PolicySetList {
    let items: Vec<_> = sets.into_iter().map(set).collect();
    PolicySetList {
        total: items.len() as u64,
        items,
    }
}

fn set(examined: ExaminedSet) -> PolicySet {
    let set = examined.rule_set;
    PolicySet {
        name: set.name,
        kind: Some(match examined.kind {
            PolicyKind::AccessList => "access_list".to_owned(),
            PolicyKind::SecurityPolicy => "security_policy".to_owned(),
        }),
        bound_to: set.bound_to,
        default: set.default,
        rules: set.rules.into_iter().enumerate().map(rule).collect(),
        findings: examined.findings.into_iter().map(found).collect(),
        unresolved: examined.unresolved,
        narrowed: examined.narrowed,
    }
}

fn rule((index, rule): (usize, Rule)) -> PolicyRule {
    PolicyRule {
        index,
        name: rule.name,
        action: rule.action,
        from_zones: rule.from,
        to_zones: rule.to,
        sources: texts(&rule.sources),
        destinations: texts(&rule.destinations),
        services: texts(&rule.services),
        enabled: rule.is_enabled,
        expires_on: rule.expires_on,
        schedule: rule.schedule,
        logged: rule.is_logged,
        profiles: rule.profiles,
        hits: rule.hits,
        lines: lines(rule.lines),
    }
}

pub(super) fn reference(rule: RuleReference) -> PolicyRuleRef {
    PolicyRuleRef {
        policy: rule.rule_set,
        index: rule.index,
        name: rule.name,
        lines: lines(rule.lines),
    }
}

pub(super) fn texts<T: ToString>(values: &[T]) -> Vec<String> {
    values.iter().map(ToString::to_string).collect()
}

fn lines(lines: Option<(u32, u32)>) -> Option<Vec<u32>> {
    lines.map(|(first, last)| vec![first, last])
}

fn found(finding: PolicyFinding) -> PolicyProblemFound {
    let mut found = PolicyProblemFound {
        rule: finding.rule.map(reference),
        severity: severity(finding.severity),
        problem: word(&finding.problem),
        others: Vec::new(),
        count: None,
        width: None,
        ports: Vec::new(),
        group: None,
        by_default: false,
        expired_on: None,
        example: None,
    };
    let references = |rules: Vec<RuleReference>| rules.into_iter().map(reference).collect();
    match finding.problem {
        Problem::Shadowed { by } => found.others = references(by),
        Problem::Redundant { by, by_default } => {
            found.others = references(by);
            found.by_default = by_default;
        }
        Problem::Overlapping { with, count } => {
            found.others = references(with);
            found.count = Some(count as u64);
        }
        Problem::TooWide {
            sources,
            destinations,
            ports,
            ..
        } => {
            found.width = Some(PolicyWidth {
                sources,
                destinations,
                ports,
            });
        }
        Problem::Exposed {
            group,
            ports,
            sources,
            example,
        } => {
            found.group = Some(group_word(group));
            found.ports = ports;
            found.count = Some(sources);
            found.example = Some(packet(example));
        }
        Problem::Expired { on } => found.expired_on = Some(on),
        Problem::NoDefaultDeny { example } => found.example = Some(packet(example)),
        Problem::MatchesNothing
        | Problem::AnyPermit
        | Problem::AnyServicePermit
        | Problem::Unused
        | Problem::Disabled
        | Problem::NotLogged
        | Problem::Unbound
        | Problem::NotAnalysed => {}
    }
    found
}

fn word(problem: &Problem) -> &'static str {
    match problem {
        Problem::Shadowed { .. } => "shadowed",
        Problem::Redundant { .. } => "redundant",
        Problem::Overlapping { .. } => "overlapping",
        Problem::MatchesNothing => "matches_nothing",
        Problem::AnyPermit => "any_permit",
        Problem::AnyServicePermit => "any_service_permit",
        Problem::TooWide { .. } => "too_wide",
        Problem::Exposed { .. } => "exposed",
        Problem::Unused => "unused",
        Problem::Expired { .. } => "expired",
        Problem::Disabled => "disabled",
        Problem::NotLogged => "not_logged",
        Problem::NoDefaultDeny { .. } => "no_default_deny",
        Problem::Unbound => "unbound",
        Problem::NotAnalysed => "not_analysed",
    }
}

fn group_word(group: ExposedGroup) -> &'static str {
    match group {
        ExposedGroup::Management => "management",
        ExposedGroup::Database => "database",
        ExposedGroup::Other => "other",
    }
}

fn packet(packet: Packet) -> PolicyPacket {
    PolicyPacket {
        source: packet.source.to_string(),
        destination: packet.destination.to_string(),
        protocol: packet.protocol,
        destination_port: packet.destination_port,
        from_zone: packet.from,
        to_zone: packet.to,
    }
}
