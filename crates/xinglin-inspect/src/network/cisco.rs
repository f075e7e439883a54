//! Cisco IOS and IOS-XE, and Ruijie RGOS, which speaks nearly the same language.
//!
//! Certain: the statements below of IOS 12 to IOS-XE 17 and of RGOS 10 to 12. Defaults that
//! changed between releases are taken for granted only up to IOS 15.

mod access;
mod management;
mod ports;

pub(crate) mod acl;

use super::{
    block::Tree,
    draft::{Draft, number},
    routing, vpn,
};

/// Statements that open a view, for files without indentation.
pub(crate) const VIEWS: &[&str] = &[
    "interface",
    "line",
    "ip access-list",
    "ipv6 access-list",
    "router",
    "aaa group server",
    "aaa common-criteria policy",
    "tacacs server",
    "radius server",
    "archive",
    "object-group",
    "object",
    "crypto isakmp policy",
    "crypto ikev2 proposal",
];

/// Which of the two it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Dialect {
    /// Cisco IOS or IOS-XE.
    Ios,
    /// Ruijie RGOS.
    Rgos,
}

/// What readers of this dialect need to know.
#[derive(Debug, Clone, Copy)]
pub(super) struct Ios {
    /// Which of the two it is.
    pub(super) dialect: Dialect,
    /// 12, 15, 16, 17 of IOS; `None` of RGOS and when it is not known.
    pub(super) major: Option<u32>,
}

impl Ios {
    /// A default of IOS 12 to 15.
    pub(super) fn classic<T>(self, default: T) -> Option<T> {
        self.major
            .filter(|major| (12..=15).contains(major))
            .map(|_| default)
    }

    /// A default of RGOS.
    pub(super) fn rgos<T>(self, default: T) -> Option<T> {
        (self.dialect == Dialect::Rgos).then_some(default)
    }
}

/// Reads a configuration.
pub(crate) fn read(tree: &Tree, draft: &mut Draft, dialect: Dialect) {
    let device = &mut draft.facts.device;
    if let Some(name) = tree.value("hostname") {
        device.hostname = Some(name.to_owned());
    }
    let written = tree.all("version").last().and_then(|(_, words)| {
        words
            .iter()
            .find(|word| word.starts_with(|c: char| c.is_ascii_digit()))
    });
    let written = written.map(|word| word.trim_end_matches(',').to_owned());
    // Releases 3 of IOS-XE are IOS 15; the configuration says so, the banner does not.
    let release = written.clone().or(device.os_version.clone());
    let major = number(
        release
            .as_deref()
            .and_then(|version| version.split('.').next()),
    );
    device.os_version = device.os_version.take().or(written);
    let ios = Ios {
        dialect,
        major: major.filter(|_| dialect == Dialect::Ios),
    };
    acl::read_objects(tree, draft);
    acl::read_lists(tree, draft);
    access::read(tree, draft, ios);
    management::read(tree, draft, ios);
    ports::read(tree, draft, ios);
    routing::read_ios(tree, draft);
    vpn::read_ios(tree, draft);
    zones(tree, draft);
    draft.facts.banner = Some(!tree.banners.is_empty());
}

fn zones(tree: &Tree, draft: &mut Draft) {
    for (_, words) in tree.all("zone security") {
        let Some(name) = words.first() else { continue };
        let members = draft
            .facts
            .interfaces
            .iter()
            .filter(|interface| interface.zone.as_ref() == Some(name))
            .map(|interface| interface.name.clone());
        let interfaces = members.collect();
        draft.facts.zones.push(super::model::Zone {
            name: name.clone(),
            priority: None,
            interfaces,
        });
        if draft.facts.zones.len() > 1000 {
            break;
        }
    }
    if tree.has("zone-pair security") || tree.has("ip inspect name") {
        draft.facts.content.is_stateful = Some(true);
    }
}
