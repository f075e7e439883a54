//! Objects, zones, policies, address translation and content profiles of USG.

use crate::{
    network::{
        address,
        block::{Node, Tree, after, has, value_of},
        draft::{Draft, Drafted, number, rule},
        model::{PolicyKind, Zone},
        objects::{Addresses, Object, Services},
        service,
    },
    policy::{Action, AddressRange, PortRange, Rule, Service},
};

/// Zones that are there without anybody making them, and how far they are trusted.
const ZONES: [(&str, u32); 4] = [("local", 100), ("trust", 85), ("dmz", 50), ("untrust", 5)];

/// Reads named addresses and services, which access lists use, too.
pub(super) fn read_objects(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("ip address-set").chain(tree.all("ip-address-set")) {
        let Some(name) = rest.first() else { continue };
        let object = draft.addresses.object(name, node.line);
        for (_, words) in node.all("address") {
            // The number of the entry goes before it.
            let is_numbered = words
                .first()
                .is_some_and(|word| word.parse::<u32>().is_ok());
            let words = words.get(usize::from(is_numbered)..).unwrap_or_default();
            add_address(object, words);
        }
    }
    for (node, rest) in tree.all("ip service-set") {
        let Some(name) = rest.first() else { continue };
        let object = draft.services.object(name, node.line);
        for (_, words) in node.all("service") {
            match value_of(words, "service-set") {
                Some(member) => object.members.push(member.to_owned()),
                None => object.items.extend(protocol_ports(words)),
            }
        }
    }
}

/// Reads zones, policies and translation.
pub(super) fn read(tree: &Tree, draft: &mut Draft) {
    zones(tree, draft);
    for (node, _) in tree.all("security-policy") {
        security_policy(node, draft);
    }
    interzones(tree, draft);
    let on_interfaces = tree
        .all("interface")
        .flat_map(|(node, _)| node.all("nat server"));
    for (node, _) in tree.all("nat server").chain(on_interfaces) {
        draft.expose(node);
    }
    let is_firewall = draft
        .facts
        .policies
        .iter()
        .any(|policy| policy.kind == PolicyKind::SecurityPolicy);
    if is_firewall {
        let check = tree.switch("firewall session link-state check");
        draft.facts.content.is_stateful = tree.found_or(check, Some(true));
    }
    draft.facts.content.ips_blocks = blocks(tree, draft);
}

fn zones(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("firewall zone") {
        let name = match rest {
            [first, name, ..] if first == "name" => name,
            [name, ..] => name,
            [] => continue,
        };
        let interfaces: Vec<String> = node
            .all("add interface")
            .filter_map(|(_, words)| words.first().cloned())
            .collect();
        let known = ZONES.iter().find(|(zone, _)| zone == name);
        draft.facts.zones.push(Zone {
            name: name.clone(),
            priority: number(node.value("set priority"))
                .or(number(node.value("priority")))
                .or(known.map(|(_, priority)| *priority)),
            interfaces,
        });
    }
}

/// `192.0.2.0 mask 24`, `192.0.2.0 0.0.0.255`, `192.0.2.0 24`, `range a b`.
fn range(words: &[String]) -> Option<AddressRange> {
    let word = |index: usize| words.get(index).map_or("", String::as_str);
    match (word(0), word(1)) {
        ("range", first) => address::between(first, word(2)),
        (first, "mask") => address::network(first, word(2)),
        (first, "") => address::written(first),
        (first, second) if second.contains('.') => address::wildcard(first, second),
        // A lone 0 is the wildcard of one address; any other figure is a prefix length.
        (first, "0") => address::host(first),
        (first, second) => address::network(first, second),
    }
}

fn add_address(object: &mut Object<AddressRange>, words: &[String]) {
    if let Some(member) = value_of(words, "address-set") {
        object.members.push(member.to_owned());
    } else if let Some(range) = range(words) {
        object.items.push(range);
    } else {
        object.opaque.push(words.join(" "));
    }
}

/// `protocol tcp source-port 0 to 65535 destination-port 80 8000 to 8010`.
fn protocol_ports(words: &[String]) -> Vec<Service> {
    let Some(base) = value_of(words, "protocol").and_then(service::protocol_named) else {
        return Vec::new();
    };
    let ports = |name: &str| {
        let position = words.iter().position(|word| word == name);
        let rest = position.and_then(|position| words.get(position + 1..));
        rest.map_or_else(|| vec![service::ANY_PORT], port_list)
    };
    service::combined(base, &ports("source-port"), &ports("destination-port"))
}

/// `80 443 8000 to 8010`.
fn port_list(words: &[String]) -> Vec<PortRange> {
    let mut found: Vec<PortRange> = Vec::new();
    let mut is_range = false;
    for word in words {
        if word == "to" {
            is_range = true;
            continue;
        }
        let Some(port) = service::port(word) else {
            break;
        };
        match found.last_mut() {
            Some(range) if is_range => range.last = range.first.max(port),
            _ => found.push(PortRange {
                first: port,
                last: port,
            }),
        }
        is_range = false;
    }
    found
}

fn security_policy(node: &Node, draft: &mut Draft) {
    let mut default = Action::Deny;
    let mut drafted = Drafted::default();
    for child in &node.children {
        if let Some(rest) = child.after("default action") {
            default = action(rest).unwrap_or(Action::Deny);
        } else if let Some(name) = child.after("rule name").and_then(<[String]>::first) {
            let found = policy_rule(child, name, draft, &mut drafted);
            drafted.rules.extend(found);
        }
    }
    draft.add_policy(
        PolicyKind::SecurityPolicy,
        &["security-policy"],
        default,
        drafted,
    );
    draft.bind("security-policy", "global", default);
}

fn action(words: &[String]) -> Option<Action> {
    match words.first()?.as_str() {
        "permit" | "pass" => Some(Action::Permit),
        "deny" | "drop" => Some(Action::Deny),
        _ => None,
    }
}

fn policy_rule(node: &Node, name: &str, draft: &mut Draft, drafted: &mut Drafted) -> Option<Rule> {
    // A rule without an action does nothing.
    let (_, words) = node.all("action").last()?;
    let mut found = rule(name, node, action(words)?);
    let mut sides = Sides::default();
    for child in &node.children {
        let words = child.words.as_slice();
        let Some((first, rest)) = words.split_first() else {
            continue;
        };
        match first.as_str() {
            "source-zone" => found.from.extend(zone_names(rest)),
            "destination-zone" => found.to.extend(zone_names(rest)),
            "source-address" => sides.source.add(rest, &mut draft.addresses, drafted),
            "destination-address" => sides.destination.add(rest, &mut draft.addresses, drafted),
            "source-address-exclude"
            | "destination-address-exclude"
            | "user"
            | "application"
            | "url"
            | "access-authentication"
            | "terminal-device" => {
                drafted.narrowed.push(name.to_owned());
            }
            "service" => sides.service(rest, &mut draft.services, drafted),
            "time-range" => found.schedule = rest.first().cloned(),
            "disable" => found.is_enabled = false,
            "policy" | "session" | "traffic" if has(rest, "logging") => found.is_logged = true,
            "profile" => found.profiles.push(rest.join(" ")),
            _ => {}
        }
    }
    sides.fill(&mut found);
    Some(found)
}

fn zone_names(words: &[String]) -> Vec<String> {
    words
        .iter()
        .filter(|word| *word != "any")
        .cloned()
        .collect()
}

/// One side of a rule; any address until something is said.
#[derive(Default)]
struct Side {
    ranges: Vec<AddressRange>,
    is_said: bool,
}

impl Side {
    fn add(&mut self, words: &[String], addresses: &mut Addresses, drafted: &mut Drafted) {
        self.is_said = true;
        if words.first().is_none_or(|word| word == "any") {
            self.ranges.extend(address::any());
        } else if let Some(name) = value_of(words, "address-set") {
            let found = addresses.resolve(name);
            self.ranges.extend(found.items);
            drafted.miss(found.unresolved);
        } else if let Some(range) = range(words) {
            self.ranges.push(range);
        } else {
            drafted.miss([words.join(" ")]);
        }
    }

    fn ranges(self) -> Vec<AddressRange> {
        if self.is_said {
            self.ranges
        } else {
            address::any()
        }
    }
}

/// What a rule says of both sides and of services.
#[derive(Default)]
struct Sides {
    source: Side,
    destination: Side,
    services: Vec<Service>,
    has_services: bool,
}

impl Sides {
    fn service(&mut self, words: &[String], services: &mut Services, drafted: &mut Drafted) {
        self.has_services = true;
        if after(words, "protocol").is_some() {
            self.services.extend(protocol_ports(words));
            return;
        }
        for name in words.iter().filter(|word| *word != "service-set") {
            if !services.has(name)
                && let Some(known) = service::predefined(name)
            {
                self.services.extend(known);
                continue;
            }
            let found = services.resolve(name);
            self.services.extend(found.items);
            drafted.miss(found.unresolved);
        }
    }

    fn fill(self, rule: &mut Rule) {
        rule.sources = self.source.ranges();
        rule.destinations = self.destination.ranges();
        rule.services = if self.has_services {
            self.services
        } else {
            vec![service::ANY]
        };
    }
}

/// `policy interzone trust untrust outbound` of releases before V500.
fn interzones(tree: &Tree, draft: &mut Draft) {
    let permits = |first: &str, second: &str| {
        tree.all("firewall packet-filter default permit")
            .any(|(_, words)| has(words, "all") || (has(words, first) && has(words, second)))
    };
    for (node, rest) in tree.all("policy interzone") {
        let [first, second, direction, ..] = rest else {
            continue;
        };
        let mut drafted = Drafted::default();
        for (child, words) in node.all("policy") {
            let Some(name) = words.first() else { continue };
            let Some(found) = child
                .value("action")
                .and_then(|word| action(&[word.to_owned()]))
            else {
                continue;
            };
            let mut found = rule(name, child, found);
            let mut sides = Sides::default();
            for inner in &child.children {
                if let Some(words) = inner.after("policy source") {
                    sides.source.add(words, &mut draft.addresses, &mut drafted);
                } else if let Some(words) = inner.after("policy destination") {
                    sides
                        .destination
                        .add(words, &mut draft.addresses, &mut drafted);
                } else if let Some(words) = inner.after("policy service") {
                    sides.service(words, &mut draft.services, &mut drafted);
                } else if inner.after("policy disable").is_some() {
                    found.is_enabled = false;
                } else if inner.after("policy logging").is_some() {
                    found.is_logged = true;
                } else if let Some(words) = inner.after("profile").or(inner.after("policy profile"))
                {
                    found.profiles.push(words.join(" "));
                }
            }
            sides.fill(&mut found);
            drafted.rules.push(found);
        }
        let (from, to) = ordered(first, second, direction, draft);
        let name = format!("interzone {first} {second} {direction}");
        let default = if permits(first, second) {
            Action::Permit
        } else {
            Action::Deny
        };
        draft.add_policy(PolicyKind::SecurityPolicy, &[&name], default, drafted);
        draft.bind(&name, &format!("zone {from} {to}"), default);
    }
}

/// Outbound goes from the zone that is trusted more to the other.
fn ordered<'a>(
    first: &'a str,
    second: &'a str,
    direction: &str,
    draft: &Draft,
) -> (&'a str, &'a str) {
    let priority = |name: &str| {
        let zone = draft.facts.zones.iter().find(|zone| zone.name == name);
        let known = ZONES.iter().find(|(zone, _)| *zone == name);
        zone.and_then(|zone| zone.priority)
            .or(known.map(|(_, priority)| *priority))
    };
    let is_first_higher = priority(first) >= priority(second);
    if is_first_higher == (direction == "outbound") {
        (first, second)
    } else {
        (second, first)
    }
}

/// Whether the profiles against intrusion that rules name block what they find; `None` where
/// they are profiles that ship, whose actions the configuration does not show.
fn blocks(tree: &Tree, draft: &Draft) -> Option<bool> {
    let used: Vec<&str> = draft
        .facts
        .policies
        .iter()
        .flat_map(|policy| &policy.rule_set.rules)
        .flat_map(|rule| &rule.profiles)
        .filter_map(|profile| profile.strip_prefix("ips "))
        .collect();
    let mut answer = None;
    for (node, rest) in tree.all("profile type ips") {
        let Some(name) = value_of(rest, "name") else {
            continue;
        };
        if used.contains(&name) {
            let mut actions = node
                .children
                .iter()
                .flat_map(|child| std::iter::once(child).chain(&child.children))
                .filter_map(|child| child.after("action"));
            let is_blocking = actions.any(|words| has(words, "block"));
            answer = Some(answer.unwrap_or(true) && is_blocking);
        }
    }
    if answer.is_none() && !used.is_empty() && used.iter().all(|name| *name == "ids") {
        return Some(false);
    }
    answer
}
