//! Access lists and object groups of IOS, RGOS and ASA.

use crate::{
    network::{
        address,
        block::{Node, Tree, after, has, value_of},
        draft::{Draft, Drafted, rule},
        filter,
        model::PolicyKind,
        objects::{Addresses, Services},
        service,
    },
    policy::{Action, AddressRange, PortRange, Rule, Service},
};

/// How a system writes the size of a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Masks {
    /// `192.0.2.0 0.0.0.255`.
    Wildcard,
    /// `192.0.2.0 255.255.255.0`.
    Network,
}

/// Reads named addresses, services and time ranges.
pub(crate) fn read_objects(tree: &Tree, draft: &mut Draft) {
    for (node, rest) in tree.all("time-range") {
        if let Some(name) = rest.first() {
            let absolute = node.all("absolute").last();
            let last = absolute.and_then(|(_, words)| last_day(words));
            draft.schedules.insert(name.clone(), last);
        }
    }
    for prefix in ["object-group network", "object network", "object-group ip"] {
        for (node, rest) in tree.all(prefix) {
            if let Some(name) = rest.last() {
                network(node, name, &mut draft.addresses);
            }
        }
    }
    for prefix in [
        "object-group service",
        "object service",
        "object-group protocol",
    ] {
        for (node, rest) in tree.all(prefix) {
            if let Some((name, words)) = rest.split_first() {
                service_group(node, name, words, &mut draft.services);
            }
        }
    }
    // `name 192.0.2.1 HIS` of ASA.
    for (node, rest) in tree.all("name") {
        if let [written, name, ..] = rest {
            let found = address::host(written);
            draft.addresses.object(name, node.line).items.extend(found);
        }
    }
}

/// The day in `end 23:59 31 December 2024`.
fn last_day(words: &[String]) -> Option<jiff::civil::Date> {
    const MONTHS: [&str; 12] = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec",
    ];
    let position = words.iter().position(|word| word == "end")?;
    let [_, day, month, year, ..] = words.get(position + 1..)? else {
        return None;
    };
    let month = month.to_ascii_lowercase();
    let month = (1..)
        .zip(MONTHS)
        .find(|(_, name)| month.starts_with(name))?
        .0;
    jiff::civil::Date::new(year.parse().ok()?, month, day.parse().ok()?).ok()
}

fn network(node: &Node, name: &str, addresses: &mut Addresses) {
    let object = addresses.object(name, node.line);
    for child in &node.children {
        let words = child.after("network-object").unwrap_or(&child.words);
        let word = |index: usize| words.get(index).map_or("", String::as_str);
        let range = match (word(0), word(1)) {
            ("host", address) => address::host(address),
            ("subnet", address) => {
                address::network(address, word(2)).or_else(|| address::written(address))
            }
            ("range", first) => address::between(first, word(2)),
            ("group-object" | "object", member) => {
                object.members.push(member.to_owned());
                continue;
            }
            ("description" | "nat", _) => continue,
            ("fqdn", _) => None,
            (address, "") => address::written(address),
            (address, mask) => {
                address::network(address, mask).or_else(|| address::wildcard(address, mask))
            }
        };
        match range {
            Some(range) => object.items.push(range),
            None => object.opaque.push(words.join(" ")),
        }
    }
}

fn service_group(node: &Node, name: &str, kind: &[String], services: &mut Services) {
    let object = services.object(name, node.line);
    let kind = kind.first().map_or("", String::as_str);
    for child in &node.children {
        let words = child.words.as_slice();
        if let Some(rest) = after(words, "port-object") {
            let ports = service::port_operator(rest).map(|(ranges, _)| ranges);
            for range in ports.into_iter().flatten() {
                let numbers: &[u8] = match kind {
                    "tcp" => &[6],
                    "udp" => &[17],
                    _ => &[6, 17],
                };
                object.items.extend(
                    numbers
                        .iter()
                        .map(|number| service::to_ports(*number, range)),
                );
            }
        } else if let Some(member) = value_of(words, "group-object")
            .or(value_of(words, "object").filter(|_| words.len() <= 3))
        {
            object.members.push(member.to_owned());
        } else if child.word(0) != "description" {
            let rest = after(words, "service-object")
                .or(after(words, "service"))
                .or(after(words, "protocol-object"))
                .unwrap_or(words);
            object.items.extend(service_line(rest));
        }
    }
}

/// `tcp eq 80`, `tcp-udp destination range 1 9`, `icmp`.
fn service_line(words: &[String]) -> Vec<Service> {
    let Some((first, rest)) = words.split_first() else {
        return Vec::new();
    };
    let bases: Vec<Service> = match first.as_str() {
        "tcp-udp" => vec![service::protocol(6), service::protocol(17)],
        name => service::protocol_named(name).into_iter().collect(),
    };
    let ports = |name: &str| {
        let position = rest.iter().position(|word| word == name)?;
        service::port_operator(rest.get(position + 1..)?).map(|(ranges, _)| ranges)
    };
    let any = || vec![service::ANY_PORT];
    let sources = ports("source").unwrap_or_else(any);
    let destinations = ports("destination")
        .or_else(|| service::port_operator(rest).map(|(ranges, _)| ranges))
        .unwrap_or_else(any);
    bases
        .iter()
        .flat_map(|base| service::combined(*base, &sources, &destinations))
        .collect()
}

/// Reads numbered and named lists of IOS and RGOS, whose rest is denied.
pub(super) fn read_lists(tree: &Tree, draft: &mut Draft) {
    // Numbered ones have a statement for each rule.
    let mut numbered: Vec<(String, Drafted)> = Vec::new();
    for (node, rest) in tree.all("access-list") {
        let Some((number, words)) = rest.split_first() else {
            continue;
        };
        let Some(is_standard) = is_standard(number) else {
            continue;
        };
        let position = numbered.iter().rposition(|(name, _)| name == number);
        let position = position.unwrap_or_else(|| {
            numbered.push((number.clone(), Drafted::default()));
            numbered.len() - 1
        });
        if let Some((_, drafted)) = numbered.get_mut(position) {
            entry(node, words, is_standard, Masks::Wildcard, draft, drafted);
        }
    }
    for (name, drafted) in numbered {
        draft.add_policy(PolicyKind::AccessList, &[&name], Action::Deny, drafted);
    }
    for prefix in ["ip access-list", "ipv6 access-list"] {
        for (node, rest) in tree.all(prefix) {
            let is_standard = rest.first().is_some_and(|word| word == "standard");
            let Some(name) = rest.last().filter(|_| !has(rest, "resequence")) else {
                continue;
            };
            let mut drafted = Drafted::default();
            for child in &node.children {
                entry(
                    child,
                    &child.words,
                    is_standard,
                    Masks::Wildcard,
                    draft,
                    &mut drafted,
                );
            }
            let name = if prefix.starts_with("ipv6") {
                format!("ipv6 {name}")
            } else {
                name.clone()
            };
            draft.add_policy(PolicyKind::AccessList, &[&name], Action::Deny, drafted);
        }
    }
}

/// Whether a numbered list speaks of sources only; `None` of lists of other protocols.
fn is_standard(number: &str) -> Option<bool> {
    match number.parse::<u32>().ok()? {
        1..=99 | 1300..=1999 => Some(true),
        100..=199 | 2000..=2699 => Some(false),
        _ => None,
    }
}

/// Reads `[10] permit tcp …`; remarks and the like are passed over.
pub(crate) fn entry(
    node: &Node,
    words: &[String],
    is_standard: bool,
    masks: Masks,
    draft: &mut Draft,
    drafted: &mut Drafted,
) {
    let number = words.first().filter(|word| word.parse::<u32>().is_ok());
    let rest = words
        .get(usize::from(number.is_some())..)
        .unwrap_or_default();
    let Some((verb, rest)) = rest.split_first() else {
        return;
    };
    let action = match verb.as_str() {
        "permit" => Action::Permit,
        "deny" => Action::Deny,
        _ => return,
    };
    let ordinal = next_number(masks, drafted);
    let mut found = rule(number.unwrap_or(&ordinal), node, action);
    let mut reader = Reader {
        words: rest,
        masks,
        addresses: &mut draft.addresses,
        services: &mut draft.services,
        drafted,
    };
    if is_standard {
        found.sources = reader.address();
        found.destinations = address::any();
        found.services = vec![service::ANY];
    } else {
        reader.extended(&mut found);
    }
    let left = reader.words;
    found.is_logged = has(left, "log") || has(left, "log-input");
    found.is_enabled = !has(left, "inactive");
    found.schedule = value_of(left, "time-range").map(|name| name.trim_end_matches(',').to_owned());
    found.hits = filter::hits(left).or_else(|| hit_count(left));
    if has(left, "established")
        || has(left, "fragments")
        || has(left, "match-all")
        || has(left, "match-any")
        || has(left, "ack")
    {
        // It matches no packet that opens a connection.
        found.services.clear();
    }
    drafted.rules.push(found);
}

/// The number of a rule that is written without one: IOS counts by tens, ASA by ones.
fn next_number(masks: Masks, drafted: &Drafted) -> String {
    let last = drafted
        .rules
        .last()
        .and_then(|rule| rule.name.parse::<u32>().ok());
    let step = if masks == Masks::Wildcard { 10 } else { 1 };
    last.unwrap_or(0).saturating_add(step).to_string()
}

/// `(hitcnt=94)` of ASA.
fn hit_count(words: &[String]) -> Option<u64> {
    words.iter().find_map(|word| {
        word.strip_prefix("(hitcnt=")?
            .trim_end_matches(')')
            .parse()
            .ok()
    })
}

/// Reads a rule from left to right.
struct Reader<'a> {
    words: &'a [String],
    masks: Masks,
    addresses: &'a mut Addresses,
    services: &'a mut Services,
    drafted: &'a mut Drafted,
}

impl Reader<'_> {
    fn next(&mut self) -> &str {
        match self.words.split_first() {
            Some((first, rest)) => {
                self.words = rest;
                first
            }
            None => "",
        }
    }

    fn extended(&mut self, rule: &mut Rule) {
        let base = match self.words.first().map_or("", String::as_str) {
            "object-group" | "object" => {
                self.next();
                let name = self.next().to_owned();
                let found = self.services.resolve(&name);
                self.drafted.miss(found.unresolved);
                found.items
            }
            name => {
                if let Some(base) = service::protocol_named(name) {
                    self.next();
                    vec![base]
                } else {
                    let name = name.to_owned();
                    self.drafted.miss([name]);
                    Vec::new()
                }
            }
        };
        rule.sources = self.address();
        let sources = self.ports(&base);
        rule.destinations = self.address();
        let destinations = self.ports(&base);
        rule.services = match (sources, destinations) {
            (None, None) => base,
            (sources, destinations) => {
                let any = || vec![service::ANY_PORT];
                let sources = sources.unwrap_or_else(any);
                let destinations = destinations.unwrap_or_else(any);
                base.iter()
                    .flat_map(|base| service::combined(*base, &sources, &destinations))
                    .collect()
            }
        };
    }

    fn address(&mut self) -> Vec<AddressRange> {
        let first = self.next().trim_end_matches(',').to_owned();
        let found = match first.as_str() {
            "any" => return address::any(),
            "any4" => return vec![address::ANY_IPV4],
            "any6" => return vec![address::ANY_IPV6],
            "host" => {
                let host = self.next().to_owned();
                match address::host(&host) {
                    None => return self.named(&host),
                    found => found,
                }
            }
            "object-group" | "object" | "addrgroup" | "object-group-network" => {
                let name = self.next().to_owned();
                return self.named(&name);
            }
            "interface" => {
                let name = self.next().to_owned();
                self.drafted.miss([format!("interface {name}")]);
                return Vec::new();
            }
            written if written.contains('/') => address::written(written),
            written => {
                // `show access-lists` puts words between: `192.0.2.0, wildcard bits 0.0.0.255`.
                if self.words.first().is_some_and(|word| word == "wildcard") {
                    self.next();
                    self.next();
                }
                let is_mask = self
                    .words
                    .first()
                    .is_some_and(|word| word.parse::<std::net::Ipv4Addr>().is_ok());
                if is_mask {
                    let mask = self.next().to_owned();
                    match self.masks {
                        Masks::Wildcard => address::wildcard(written, &mask),
                        Masks::Network => address::network(written, &mask),
                    }
                } else {
                    address::host(written)
                }
            }
        };
        if found.is_none() {
            self.drafted.miss([first]);
        }
        found.into_iter().collect()
    }

    fn named(&mut self, name: &str) -> Vec<AddressRange> {
        let found = self.addresses.resolve(name);
        self.drafted.miss(found.unresolved);
        found.items
    }

    /// Ports behind an address: an operator, or a group that holds ports.
    fn ports(&mut self, base: &[Service]) -> Option<Vec<PortRange>> {
        if let Some((ranges, length)) = service::port_operator(self.words) {
            self.words = self.words.get(length..).unwrap_or_default();
            return Some(ranges);
        }
        let [word, name, rest @ ..] = self.words else {
            return None;
        };
        if word != "object-group" || !self.services.has(name) || self.addresses.has(name) {
            return None;
        }
        let found = self.services.resolve(name);
        self.words = rest;
        let of_protocol = found
            .items
            .iter()
            .filter(|item| {
                base.iter()
                    .any(|base| base.protocols == item.protocols || base.protocols == (0, 255))
            })
            .map(|item| item.destination_ports);
        Some(of_protocol.collect())
    }
}
