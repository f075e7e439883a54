//! Whose words they are, and what kind of device speaks them.

use std::sync::LazyLock;

use super::{
    model::{Facts, Kind, PolicyKind},
    session::Section,
};

/// A language of configurations.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Dialect {
    /// Huawei VRP.
    Huawei,
    /// H3C Comware.
    Comware,
    /// Cisco IOS, IOS-XE.
    Ios,
    /// Cisco ASA.
    Asa,
    /// Ruijie RGOS.
    Rgos,
    /// Hillstone `StoneOS`.
    Hillstone,
    /// `TopSec` TOS.
    Topsec,
}

impl Dialect {
    /// The vendor and the dialect, as facts name them.
    pub(crate) fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::Huawei => ("huawei", "huawei_vrp"),
            Self::Comware => ("h3c", "h3c_comware"),
            Self::Ios => ("cisco", "cisco_ios"),
            Self::Asa => ("cisco", "cisco_asa"),
            Self::Rgos => ("ruijie", "ruijie_rgos"),
            Self::Hillstone => ("hillstone", "hillstone_stoneos"),
            Self::Topsec => ("topsec", "topsec_tos"),
        }
    }
}

/// What a line that begins with a mark (or, after `*`, holds it) says, and how surely.
const MARKS: &[(Dialect, u32, &str)] = &[
    (Dialect::Huawei, 50, "*VRP (R) software"),
    (Dialect::Huawei, 50, "!Software Version V"),
    (Dialect::Huawei, 20, "*Huawei Versatile Routing Platform"),
    (Dialect::Huawei, 20, "HUAWEI "),
    (Dialect::Huawei, 10, "local-aaa-user"),
    (Dialect::Huawei, 10, "manager-user"),
    (Dialect::Huawei, 10, "stelnet "),
    (Dialect::Huawei, 10, "authentication-mode aaa"),
    (Dialect::Huawei, 10, "*irreversible-cipher"),
    (Dialect::Huawei, 10, "ip address-set"),
    (Dialect::Huawei, 10, "firewall zone"),
    (Dialect::Huawei, 5, "interface Vlanif"),
    (Dialect::Huawei, 5, "port default vlan"),
    (Dialect::Huawei, 5, "port trunk allow-pass"),
    (Dialect::Huawei, 5, "http secure-server"),
    (Dialect::Huawei, 3, "rule name"),
    (Dialect::Huawei, 3, "authentication-scheme"),
    (Dialect::Huawei, 5, "TELNET IPv4 server"),
    (Dialect::Huawei, 5, "HTTP Server Status"),
    (Dialect::Huawei, 3, "user-interface"),
    (Dialect::Huawei, 3, "acl number"),
    (Dialect::Huawei, 3, "*%^%#"),
    (Dialect::Huawei, 3, "Acl's step is"),
    (Dialect::Huawei, 3, "Patch Package"),
    (Dialect::Huawei, 3, "clock status:"),
    (Dialect::Huawei, 3, "MainBoard:"),
    (Dialect::Huawei, 3, "Nat Server Information:"),
    (Dialect::Huawei, 3, "*AppliedRecord"),
    (Dialect::Huawei, 1, "sysname"),
    (Dialect::Huawei, 1, "undo "),
    (Dialect::Comware, 50, "*Comware Software, Version"),
    (Dialect::Comware, 50, "*Comware Platform Software"),
    (Dialect::Comware, 30, "version 7.1."),
    (Dialect::Comware, 30, "version 5.20"),
    (Dialect::Comware, 20, "H3C "),
    (Dialect::Comware, 10, "password-control"),
    (Dialect::Comware, 10, "authentication-mode scheme"),
    (Dialect::Comware, 10, "interface Vlan-interface"),
    (Dialect::Comware, 10, "interface Bridge-Aggregation"),
    (Dialect::Comware, 10, "security-zone name"),
    (Dialect::Comware, 10, "object-policy"),
    (Dialect::Comware, 10, "zone-pair security source"),
    (Dialect::Comware, 10, "security-policy ip"),
    (Dialect::Comware, 10, "port link-mode"),
    (Dialect::Comware, 10, "authorization-attribute"),
    (Dialect::Comware, 10, "ip https enable"),
    (Dialect::Comware, 10, "user-role"),
    (Dialect::Comware, 10, "line class"),
    (Dialect::Comware, 5, "*class manage"),
    (Dialect::Comware, 5, "port access vlan"),
    (Dialect::Comware, 5, "port trunk permit"),
    (Dialect::Comware, 5, "object-group ip address"),
    (Dialect::Comware, 5, "acl basic"),
    (Dialect::Comware, 5, "acl advanced"),
    (Dialect::Comware, 5, "VLAN Type: "),
    (Dialect::Comware, 3, "line vty"),
    (Dialect::Comware, 3, "*Vlan-interface"),
    (Dialect::Comware, 1, "sysname"),
    (Dialect::Comware, 1, "undo "),
    (Dialect::Asa, 100, "ASA Version"),
    (Dialect::Asa, 100, "*Adaptive Security Appliance"),
    (Dialect::Asa, 20, "nameif"),
    (Dialect::Asa, 20, "security-level"),
    (Dialect::Asa, 20, "aaa-server"),
    (Dialect::Asa, 10, "access-group"),
    (Dialect::Asa, 10, "object network"),
    (Dialect::Asa, 10, "snmp-server host inside"),
    (Dialect::Rgos, 100, "*RGOS"),
    (Dialect::Rgos, 50, "*Ruijie"),
    (Dialect::Rgos, 30, "enable service "),
    (Dialect::Rgos, 30, "no enable service "),
    (Dialect::Rgos, 20, "password policy "),
    (Dialect::Rgos, 20, "interface AggregatePort"),
    (Dialect::Rgos, 20, "logging server"),
    (Dialect::Rgos, 10, "arp-check"),
    (Dialect::Rgos, 10, "anti-arp-spoofing"),
    (Dialect::Ios, 50, "*Cisco IOS"),
    (Dialect::Ios, 50, "*IOS-XE Software"),
    (Dialect::Ios, 20, "boot-start-marker"),
    (Dialect::Ios, 10, "version 1"),
    (Dialect::Ios, 5, "service timestamps"),
    (Dialect::Ios, 5, "ip cef"),
    (Dialect::Ios, 3, "aaa new-model"),
    (Dialect::Ios, 3, "no aaa new-model"),
    (Dialect::Ios, 3, "aaa authentication"),
    (Dialect::Ios, 3, "aaa group server"),
    (Dialect::Ios, 3, "line vty"),
    (Dialect::Ios, 3, "line con"),
    (Dialect::Ios, 3, "ip access-list"),
    (Dialect::Ios, 3, "access-list"),
    (Dialect::Ios, 3, "snmp-server"),
    (Dialect::Ios, 3, "*RANCID-CONTENT-TYPE: cisco"),
    (Dialect::Ios, 3, "*IP access list"),
    (Dialect::Ios, 3, "Syslog logging:"),
    (Dialect::Ios, 3, "Community name: "),
    (Dialect::Ios, 3, "ntp "),
    (Dialect::Ios, 2, "hostname"),
    (Dialect::Ios, 2, "banner"),
    (Dialect::Ios, 2, "switchport"),
    (Dialect::Ios, 2, "interface "),
    (Dialect::Ios, 2, "route-map"),
    (Dialect::Hillstone, 100, "*StoneOS"),
    (Dialect::Hillstone, 50, "*Hillstone"),
    (Dialect::Hillstone, 20, "admin user \""),
    (Dialect::Hillstone, 20, "policy-global"),
    (Dialect::Hillstone, 20, "rule id "),
    (Dialect::Hillstone, 10, "src-zone"),
    (Dialect::Hillstone, 10, "dst-addr"),
    (Dialect::Topsec, 100, "*TopsecOS"),
    (Dialect::Topsec, 30, "define host add"),
    (Dialect::Topsec, 30, "define area add"),
    (Dialect::Topsec, 30, "firewall policy add"),
    (Dialect::Topsec, 30, "pf service add"),
    (Dialect::Topsec, 30, "define service add"),
];
/// Lines in which one mark counts, so that a thousand interfaces outweigh no name of a maker.
const MAX_PER_MARK: u32 = 5;

/// The marks by their first byte, those that begin a line and those that stand anywhere in it:
/// a line is gone through once and not once for each mark.
struct ByFirstByte {
    beginning: Vec<Vec<(usize, &'static str)>>,
    within: Vec<Vec<(usize, &'static str)>>,
}

impl ByFirstByte {
    fn new() -> Self {
        let mut index = Self {
            beginning: vec![Vec::new(); 256],
            within: vec![Vec::new(); 256],
        };
        for (number, (_, _, mark)) in MARKS.iter().enumerate() {
            let (marks, mark) = match mark.strip_prefix('*') {
                Some(inner) => (&mut index.within, inner),
                None => (&mut index.beginning, *mark),
            };
            let first = mark.bytes().next().map(usize::from);
            if let Some(marks) = first.and_then(|first| marks.get_mut(first)) {
                marks.push((number, mark));
            }
        }
        index
    }

    /// Calls `found` for each mark in a line, more than once where it stands there more often.
    fn each(&self, line: &str, mut found: impl FnMut(usize)) {
        let line = line.as_bytes();
        let mut look = |marks: &[Vec<(usize, &str)>], rest: &[u8]| {
            let first = rest.first().copied().map(usize::from);
            let marks = first.and_then(|first| marks.get(first));
            for (number, mark) in marks.into_iter().flatten() {
                if rest.starts_with(mark.as_bytes()) {
                    found(*number);
                }
            }
        };
        look(&self.beginning, line);
        for at in 0..line.len() {
            look(&self.within, line.get(at..).unwrap_or_default());
        }
    }
}

static INDEX: LazyLock<ByFirstByte> = LazyLock::new(ByFirstByte::new);

/// The language in which most is said; `None` when nothing is known.
pub(crate) fn detect(sections: &[Section]) -> Option<Dialect> {
    // In how many lines a mark stands, and the last of these.
    let mut counts = vec![(0_u32, usize::MAX); MARKS.len()];
    let of_device = sections
        .iter()
        .filter(|section| !section.is_of_neighbours());
    for (number, line) in of_device.flat_map(|section| &section.lines).enumerate() {
        let text = line.text.trim_start();
        let text = text
            .strip_prefix("ID ")
            .and_then(|rest| rest.split_once(' '))
            .map_or(text, |(_, rest)| rest);
        INDEX.each(text, |mark| {
            if let Some((count, last)) = counts.get_mut(mark)
                && *last != number
            {
                *count = (*count + 1).min(MAX_PER_MARK);
                *last = number;
            }
        });
    }
    let dialects = [
        Dialect::Huawei,
        Dialect::Comware,
        Dialect::Ios,
        Dialect::Asa,
        Dialect::Rgos,
        Dialect::Hillstone,
        Dialect::Topsec,
    ];
    let score = |dialect: Dialect| -> u32 {
        counts
            .iter()
            .zip(MARKS)
            .filter(|(_, (of, _, _))| *of == dialect)
            .map(|((count, _), (_, weight, _))| count * weight)
            .sum()
    };
    // RGOS and ASA say what IOS says, too.
    let inherited = |dialect: Dialect| match dialect {
        Dialect::Rgos | Dialect::Asa if score(dialect) >= 20 => {
            score(dialect) + score(Dialect::Ios)
        }
        _ => score(dialect),
    };
    let best = dialects
        .into_iter()
        .rev()
        .max_by_key(|dialect| inherited(*dialect))?;
    (inherited(best) >= 3).then_some(best)
}

/// What a device is there for, by its model or by what is configured on it.
pub(crate) fn kind(dialect: Dialect, facts: &Facts) -> Option<Kind> {
    if matches!(dialect, Dialect::Asa | Dialect::Hillstone | Dialect::Topsec) {
        return Some(Kind::Firewall);
    }
    let has_policy = facts
        .policies
        .iter()
        .any(|policy| policy.kind == PolicyKind::SecurityPolicy);
    if has_policy {
        return Some(Kind::Firewall);
    }
    if let Some(kind) = facts.device.model.as_deref().and_then(kind_of_model) {
        return Some(kind);
    }
    let is_switching =
        |mode: &Option<String>| matches!(mode.as_deref(), Some("access" | "trunk" | "hybrid"));
    let ports = facts
        .interfaces
        .iter()
        .filter(|interface| interface.is_physical && is_switching(&interface.mode))
        .count();
    if ports >= 2 || (ports >= 1 && facts.vlans.len() >= 2) {
        return Some(Kind::Switch);
    }
    let has_address = |routed: bool| {
        facts
            .interfaces
            .iter()
            .any(|interface| !interface.addresses.is_empty() && interface.is_physical == routed)
    };
    (facts.complete && has_address(true) && ports == 0).then_some(Kind::Router)
}

fn kind_of_model(model: &str) -> Option<Kind> {
    let model = model.to_ascii_uppercase();
    let model = model.strip_prefix("RG-").unwrap_or(&model);
    let begins = |marks: &[&str]| marks.iter().any(|mark| model.starts_with(mark));
    if begins(&[
        "USG",
        "EUDEMON",
        "NGFW",
        "SECPATH F",
        "F1000",
        "F100-",
        "F5000",
        "M9000",
        "WALL",
    ]) {
        Some(Kind::Firewall)
    } else if begins(&[
        "AR", "NE", "ME60", "CX600", "MSR", "SR66", "SR88", "CR16", "ISR", "ASR", "CISCO", "RSR",
        "EG", "VG",
    ]) {
        Some(Kind::Router)
    } else if begins(&[
        "S1", "S2", "S3", "S5", "S6", "S7", "S9", "S10", "S12", "CE", "WS-C", "C9", "C2960", "C3",
        "N18", "LS-", "N9K",
    ]) {
        Some(Kind::Switch)
    } else {
        None
    }
}
