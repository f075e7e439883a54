//! Access-list rules of Huawei and H3C, which speak one language:
//! `rule 5 permit tcp source 192.0.2.0 0.0.0.255 destination-port eq 22`.

use super::{
    address,
    block::{Node, has, value_of},
    draft::{Drafted, rule},
    objects::Addresses,
    service,
};
use crate::policy::{Action, AddressRange, PortRange, Service};

/// Reads `rule …`; `words` are those after `rule`. What is no rule, such as a comment, is
/// passed over.
pub(crate) fn read_rule(
    node: &Node,
    words: &[String],
    addresses: &mut Addresses,
    drafted: &mut Drafted,
) {
    let is_comment = |word: &String| matches!(word.as_str(), "description" | "comment" | "remark");
    if words.iter().take(2).any(is_comment) {
        return;
    }
    let Some(position) = words
        .iter()
        .take(4)
        .position(|word| word == "permit" || word == "deny")
    else {
        return;
    };
    let action = if words.get(position).is_some_and(|word| word == "permit") {
        Action::Permit
    } else {
        Action::Deny
    };
    let name = words.first().filter(|_| position > 0);
    let number = drafted.rules.len().to_string();
    let mut found = rule(name.unwrap_or(&number), node, action);
    let rest = words.get(position + 1..).unwrap_or_default();
    let protocol = rest.first().and_then(|word| service::protocol_named(word));
    // A link-layer or user-defined rule speaks of no addresses.
    if has(rest, "source-mac")
        || has(rest, "destination-mac")
        || has(rest, "dest-mac")
        || has(rest, "l2-protocol")
    {
        drafted.miss([format!("rule {}: link layer", found.name)]);
        return;
    }
    found.sources = side(rest, "source", addresses, drafted);
    found.destinations = side(rest, "destination", addresses, drafted);
    found.services = services(rest, protocol.unwrap_or(service::ANY));
    if has(rest, "established")
        || has(rest, "tcp-flag")
        || has(rest, "fragment")
        || has(rest, "ack")
    {
        // It matches no packet that opens a connection.
        found.services.clear();
    }
    found.is_logged = has(rest, "logging");
    found.is_enabled = !rest
        .iter()
        .any(|word| word.eq_ignore_ascii_case("(inactive)"));
    found.schedule = value_of(rest, "time-range")
        .or(value_of(rest, "time-name"))
        .map(str::to_owned);
    found.hits = hits(rest);
    drafted.rules.push(found);
}

fn side(
    words: &[String],
    name: &str,
    addresses: &mut Addresses,
    drafted: &mut Drafted,
) -> Vec<AddressRange> {
    let Some(position) = words.iter().position(|word| word == name) else {
        // Named by other words, it is not every address.
        let other = ["-pool", "-ip-group", "-address-group", "-object-group"]
            .iter()
            .find_map(|suffix| value_of(words, &format!("{name}{suffix}")));
        return match other {
            Some(group) => named(group, addresses, drafted),
            None => address::any(),
        };
    };
    let word = |offset: usize| words.get(position + offset).map_or("", String::as_str);
    match word(1) {
        "any" => address::any(),
        "object-group" | "address-set" => named(word(2), addresses, drafted),
        first => {
            let found = if first.contains('/') {
                address::written(first)
            } else if first.contains(':') {
                address::network(first, word(2))
            } else {
                address::wildcard(first, word(2)).or_else(|| {
                    // `display acl` of some releases leaves the wildcard of one address out.
                    (word(2).parse::<std::net::Ipv4Addr>().is_err())
                        .then(|| address::host(first))?
                })
            };
            if found.is_none() {
                drafted.miss([format!("{first} {}", word(2))]);
            }
            found.into_iter().collect()
        }
    }
}

fn named(name: &str, addresses: &mut Addresses, drafted: &mut Drafted) -> Vec<AddressRange> {
    let found = addresses.resolve(name);
    drafted.miss(found.unresolved);
    found.items
}

fn services(words: &[String], base: Service) -> Vec<Service> {
    let ports = |name: &str| {
        let position = words.iter().position(|word| word == name)?;
        service::port_operator(words.get(position + 1..)?).map(|(ranges, _)| ranges)
    };
    let any: Vec<PortRange> = vec![service::ANY_PORT];
    service::combined(
        base,
        &ports("source-port").unwrap_or_else(|| any.clone()),
        &ports("destination-port").unwrap_or(any),
    )
}

/// `(94 matches)`, `(match-counter 94)`, `(5 times matched)`.
pub(crate) fn hits(words: &[String]) -> Option<u64> {
    let position = words.iter().position(|word| {
        matches!(
            word.trim_matches(['(', ')']),
            "matches" | "match" | "times" | "match-counter" | "matches,"
        )
    })?;
    let word = words.get(position)?;
    let figure = if word.contains("match-counter") {
        words.get(position + 1)?
    } else {
        words.get(position.checked_sub(1)?)?
    };
    figure.trim_matches(['(', ')']).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::block::words;

    fn show(text: &str) -> String {
        let node = Node {
            line: 1,
            words: words(text),
            children: Vec::new(),
        };
        let mut drafted = Drafted::default();
        let mut addresses = Addresses::default();
        addresses
            .object("his", 1)
            .items
            .extend(address::written("192.0.2.1"));
        if let Some(rest) = node.after("rule") {
            read_rule(&node, rest, &mut addresses, &mut drafted);
        }
        let Some(rule) = drafted.rules.first() else {
            return format!("none {:?}", drafted.unresolved);
        };
        let range = |ranges: &[AddressRange]| match ranges {
            found if found.iter().any(address::is_any) => "any".to_owned(),
            found => found
                .iter()
                .map(|r| format!("{}-{}", r.first, r.last))
                .collect::<Vec<_>>()
                .join(","),
        };
        let services = rule.services.iter().map(|s| {
            format!(
                "{}/{}-{}",
                s.protocols.0, s.destination_ports.first, s.destination_ports.last
            )
        });
        format!(
            "{} {:?} {} > {} {} {:?}{}",
            rule.name,
            rule.action,
            range(&rule.sources),
            range(&rule.destinations),
            services.collect::<Vec<_>>().join(","),
            rule.hits,
            if drafted.unresolved.is_empty() {
                String::new()
            } else {
                format!(" {:?}", drafted.unresolved)
            },
        )
    }

    #[test]
    fn rules_are_read() {
        let cases = [
            (
                "rule 5 permit source 192.0.2.0 0.0.0.31",
                "5 Permit 192.0.2.0-192.0.2.31 > any 0/0-65535 None",
            ),
            ("rule 100 deny", "100 Deny any > any 0/0-65535 None"),
            (
                "rule permit source any",
                "0 Permit any > any 0/0-65535 None",
            ),
            (
                "rule 5 permit tcp source 192.0.2.7 0 destination 198.51.100.1 0 destination-port eq 8022 (18 matches)",
                "5 Permit 192.0.2.7-192.0.2.7 > 198.51.100.1-198.51.100.1 6/8022-8022 Some(18)",
            ),
            (
                "rule 10 deny udp destination-port range 137 139 logging",
                "10 Deny any > any 17/137-139 None",
            ),
            (
                "rule 0 permit ip source object-group his destination object-group gone",
                "0 Permit 192.0.2.1-192.0.2.1 >  0/0-65535 None [\"gone\"]",
            ),
            ("rule 5 permit tcp established", "5 Permit any > any  None"),
            (
                "rule 5 permit ipv6 source 2001:db8::/32",
                "5 Permit 2001:db8::-2001:db8:ffff:ffff:ffff:ffff:ffff:ffff > any 0/0-65535 None",
            ),
            (
                "rule 5 permit ip source 10.0.10.0 0.255.0.255",
                "5 Permit  > any 0/0-65535 None [\"10.0.10.0 0.255.0.255\"]",
            ),
            (
                "rule 5 permit source-mac 00e0-fc01-0001 ffff-ffff-ffff",
                "none [\"rule 5: link layer\"]",
            ),
            ("rule 5 description permit nobody", "none []"),
        ];
        for (text, expected) in cases {
            assert_eq!(show(text), expected, "{text}");
        }
    }
}
