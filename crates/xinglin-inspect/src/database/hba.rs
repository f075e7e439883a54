//! Rules for clients of PostgreSQL and its kin: `pg_hba.conf`, `sys_hba.conf`.
//!
//! The first rule that matches a connection decides; a later one that can match nothing more
//! is dead, however frightening it looks.

use std::net::IpAddr;

use serde::Serialize;

use super::{
    answers::{Reader, Table},
    values::words,
};

/// Rules compared for one another; beyond these none is called dead.
const MOST_COMPARED: usize = 500;

/// A rule.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Rule {
    /// Its line.
    line: i64,
    /// The file as it is called.
    file: String,
    /// `local`, `host`, `hostssl`, `hostnossl`, `hostgssenc` or `hostnogssenc`.
    kind: String,
    /// Databases it is for.
    databases: Vec<String>,
    /// Users it is for.
    users: Vec<String>,
    /// From where, as written; empty for `local`.
    address: String,
    /// How a client must prove who it is.
    method: String,
    /// Further words.
    options: Vec<String>,
    /// Whether it lets in clients of other machines.
    remote: bool,
    /// Whether it lets in clients of every address.
    anywhere: bool,
    /// Whether rules before it leave nothing to it.
    dead: bool,
}

/// The rules in force, from the server's view or from the file; `None` when neither is there.
pub(super) fn read(reader: &mut Reader<'_>, file: &str) -> Option<Vec<Rule>> {
    let text = reader.file(file);
    let table = match text {
        // A file that was gathered, too, spares the privilege that the view takes.
        Some(_) => reader.optional(&["hba"]),
        None => reader.table(&["hba"]),
    };
    let mut rules = match (table, text) {
        (Some(table), _) => of_table(&table, file),
        (None, Some(text)) => of_text(reader, &text, file),
        (None, None) => return None,
    };
    mark_dead(&mut rules);
    Some(rules)
}

fn of_table(table: &Table, file: &str) -> Vec<Rule> {
    table
        .rows()
        // A line that the server could not read is not in force.
        .filter(|row| row.word("problem").is_empty() && !row.word("type").is_empty())
        .map(|row| {
            let address = match (row.word("address"), row.word("netmask")) {
                (address, mask) if mask.is_empty() => address,
                (address, mask) => joined(&address, &mask),
            };
            rule(
                row.number("line").unwrap_or(0),
                file,
                [
                    row.word("type"),
                    row.word("databases"),
                    row.word("users"),
                    address,
                    row.word("method"),
                ],
                words(&row.word("options")),
            )
        })
        .collect()
}

fn of_text(reader: &mut Reader<'_>, text: &str, file: &str) -> Vec<Rule> {
    let mut rules = Vec::new();
    for (line, number) in text.lines().zip(1..) {
        let fields = fields(line);
        let field = |index: usize| fields.get(index).cloned().unwrap_or_default();
        let kind = field(0);
        if kind.is_empty() {
            continue;
        }
        if kind.starts_with("include") || !(kind == "local" || kind.starts_with("host")) {
            reader.note(
                &format!("{file}:{number}"),
                "not a rule; what it says is not known",
            );
            continue;
        }
        let (address, rest) = if kind == "local" {
            (String::new(), 3)
        } else if field(4).parse::<IpAddr>().is_ok() {
            (joined(&field(3), &field(4)), 5)
        } else {
            (field(3), 4)
        };
        let method = field(rest);
        if method.is_empty() {
            reader.note(&format!("{file}:{number}"), "a rule without a method");
            continue;
        }
        let options = fields.get(rest + 1..).unwrap_or_default().to_vec();
        let described = [kind, field(1), field(2), address, method];
        rules.push(rule(number, file, described, options));
    }
    rules
}

/// The words of a line; quotes hold spaces, `#` begins a comment.
fn fields(line: &str) -> Vec<String> {
    let mut fields = Vec::new();
    let mut field = String::new();
    let mut is_quoted = false;
    for character in line.chars() {
        match character {
            '"' => is_quoted = !is_quoted,
            '#' if !is_quoted => break,
            c if c.is_whitespace() && !is_quoted => {
                // A comma before a space goes on with the list.
                if !field.is_empty() && !field.ends_with(',') {
                    fields.push(std::mem::take(&mut field));
                }
            }
            c => field.push(c),
        }
    }
    if !field.is_empty() {
        fields.push(field);
    }
    fields
}

fn rule(
    line: i64,
    file: &str,
    [kind, databases, users, address, method]: [String; 5],
    options: Vec<String>,
) -> Rule {
    let network = Network::parse(&address);
    let remote = kind != "local"
        && !matches!(address.as_str(), "localhost" | "samehost")
        && !network.is_some_and(|network| network.address.is_loopback());
    Rule {
        anywhere: remote && (address == "all" || network.is_some_and(|network| network.bits == 0)),
        line,
        file: file.to_owned(),
        databases: words(&databases),
        users: words(&users),
        method: method.to_ascii_lowercase(),
        kind,
        address,
        options,
        remote,
        dead: false,
    }
}

/// An address and a mask as one text.
fn joined(address: &str, mask: &str) -> String {
    let bits = match mask.parse() {
        Ok(IpAddr::V4(mask)) => mask.to_bits().leading_ones(),
        Ok(IpAddr::V6(mask)) => mask.to_bits().leading_ones(),
        Err(_) => return format!("{address} {mask}"),
    };
    format!("{address}/{bits}")
}

/// An address with the length of its prefix.
#[derive(Debug, Clone, Copy)]
struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.split_once('/') {
            Some((address, bits)) => (address, Some(bits)),
            None => (text, None),
        };
        let address: IpAddr = address.parse().ok()?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = match bits {
            Some(bits) => bits.parse().ok().filter(|bits| *bits <= most)?,
            None => most,
        };
        Some(Self { address, bits })
    }

    fn contains(self, other: Self) -> bool {
        let shift = |width: u32| width - self.bits;
        self.bits <= other.bits
            && match (self.address, other.address) {
                (IpAddr::V4(own), IpAddr::V4(other)) => {
                    let distance = own.to_bits() ^ other.to_bits();
                    distance.checked_shr(shift(32)).unwrap_or(0) == 0
                }
                (IpAddr::V6(own), IpAddr::V6(other)) => {
                    let distance = own.to_bits() ^ other.to_bits();
                    distance.checked_shr(shift(128)).unwrap_or(0) == 0
                }
                _ => false,
            }
    }
}

fn mark_dead(rules: &mut [Rule]) {
    for index in 1..rules.len().min(MOST_COMPARED) {
        let (before, after) = rules.split_at_mut(index);
        if let Some(rule) = after.first_mut() {
            rule.dead = before.iter().any(|earlier| covers(earlier, rule));
        }
    }
}

/// Whether every connection that `later` matches is matched by `earlier`.
fn covers(earlier: &Rule, later: &Rule) -> bool {
    let kinds =
        earlier.kind == later.kind || (earlier.kind == "host" && later.kind.starts_with("host"));
    let is_listed = |list: &[String], entry: &String| list.contains(entry);
    // `all` does not take in replication.
    let takes_all = earlier.databases.iter().any(|name| name == "all")
        && !later.databases.iter().any(|name| name == "replication");
    let databases = takes_all
        || later
            .databases
            .iter()
            .all(|name| is_listed(&earlier.databases, name));
    let users = earlier.users.iter().any(|name| name == "all")
        || later
            .users
            .iter()
            .all(|name| is_listed(&earlier.users, name));
    let addresses = earlier.address == later.address
        || (earlier.address == "all" && later.kind != "local")
        || Network::parse(&earlier.address)
            .zip(Network::parse(&later.address))
            .is_some_and(|(earlier, later)| earlier.contains(later));
    kinds && databases && users && addresses
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{bundle::Bundle, family::Family};

    fn rules(text: &str) -> Vec<Rule> {
        let at = "2026-11-22T08:00:00Z".parse().unwrap();
        let bundle = Bundle::of_texts(Family::Postgresql, at, [("pg_hba.conf", text)]);
        read(&mut Reader::open(&bundle), "pg_hba.conf").unwrap()
    }

    #[test]
    fn the_first_rule_decides_and_later_ones_are_dead() {
        let rules = rules(
            "# TYPE DATABASE USER ADDRESS METHOD\n\
             local all postgres peer\n\
             host  all, his \"his app\" 10.0.0.0 255.0.0.0 scram-sha-256\n\
             hostssl his \"his app\" 10.1.2.0/24 trust\n\
             host replication all 0.0.0.0/0 md5 # old\n\
             host all all 0.0.0.0/0 reject\n\
             host all all 192.168.0.0/16 trust\n\
             host all all ::/0 trust\n",
        );
        let dead: Vec<(i64, bool, bool)> = rules
            .iter()
            .map(|rule| (rule.line, rule.dead, rule.anywhere))
            .collect();
        assert_eq!(
            dead,
            [
                (2, false, false),
                (3, false, false),
                (4, true, false),
                (5, false, true),
                (6, false, true),
                (7, true, false),
                (8, false, true)
            ]
        );
        assert_eq!(rules[1].users, ["his app"]);
        assert_eq!(rules[1].address, "10.0.0.0/8");
        assert_eq!(rules[3].options, Vec::<String>::new());
    }
}
