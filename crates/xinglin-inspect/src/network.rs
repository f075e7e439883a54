//! Network and security devices, from their configuration and from what they answer.
//!
//! A bundle is one device: any files of any name, each a configuration or the log of a
//! terminal session with the answers to several commands. What a file is shows in its lines.
//! Every dialect reads into the one [`model`], so that checks need not know whose device it is.
//! Huawei VRP, H3C Comware, Ruijie RGOS, Cisco IOS and ASA, Hillstone `StoneOS` and the text
//! export of `TopSec` TOS are known; each module says how far. The export of Sangfor AF is a
//! binary file and is not read.

pub mod model;

mod acl;
mod address;
mod asa;
mod block;
mod cisco;
mod comware;
mod draft;
mod filter;
mod hillstone;
mod huawei;
mod info_center;
mod ntp_service;
mod objects;
mod outputs;
mod policies;
mod ports;
mod routing;
mod service;
mod session;
mod snmp_agent;
mod text;
mod topsec;
mod vendor;
mod vpn;

use std::collections::BTreeSet;

use block::Tree;
use draft::Draft;
use serde::Deserialize as _;
use session::{Request, Section};
use vendor::Dialect;

use crate::{
    bundle::{Bundle, decode},
    family::Family,
    subject::{Collected, FACTS_FORMAT, Subject, Unreadable},
};

/// The policies among the facts of an inspection; none where it is of something that has none.
///
/// # Errors
/// When what stands there is of another form.
pub fn policies_of(facts: &serde_json::Value) -> Result<Vec<model::Policy>, serde_json::Error> {
    match facts.get("policies") {
        None | Some(serde_json::Value::Null) => Ok(Vec::new()),
        Some(policies) => {
            let mut policies = Vec::<model::Policy>::deserialize(policies)?;
            // Older documents name them beside the rules only.
            policies.iter_mut().for_each(model::Policy::mark_narrowed);
            Ok(policies)
        }
    }
}

/// Reads the facts in `bundle`.
pub fn collect(bundle: &Bundle) -> Collected {
    let sections: Vec<Section> = bundle
        .files
        .iter()
        .flat_map(|(name, bytes)| session::sections(name, text::lines(&decode(bytes))))
        .collect();
    let Some(dialect) = vendor::detect(&sections) else {
        return Collected::not_understood(Family::Network, bundle.files.keys());
    };
    let today = bundle.collected_at.to_zoned(jiff::tz::TimeZone::UTC).date();
    let mut draft = Draft::new(empty(dialect, &today.to_string()), today);
    let (configuration, others) = divide(dialect, &sections, &mut draft);
    let mut understood: BTreeSet<&str> = BTreeSet::new();
    for section in &sections {
        if outputs::identify(section, &mut draft) {
            understood.insert(&section.file);
        }
    }
    if let Some(tree) = &configuration {
        draft.facts.complete = tree.complete;
        understood.insert(&tree.file);
        if !tree.complete {
            draft.note(
                tree.file.clone(),
                "the end of the configuration is missing, so what is absent is not known",
            );
        }
        read(dialect, tree, &mut draft);
    }
    for section in others {
        if section.is_refused() {
            let command = section.command.clone().unwrap_or_default();
            draft.note(
                format!("{}: {command}", section.file),
                "the device refused the command",
            );
        } else if outputs::complete(section, &mut draft) {
            understood.insert(&section.file);
        }
    }
    for name in bundle
        .files
        .keys()
        .filter(|name| !understood.contains(name.as_str()))
    {
        draft.note(name.clone(), "nothing in it is understood");
    }
    finish(dialect, draft)
}

fn empty(dialect: Dialect, today: &str) -> model::Facts {
    let (vendor, word) = dialect.words();
    model::Facts {
        format: FACTS_FORMAT,
        family: Family::Network,
        collected_on: today.to_owned(),
        device: model::Device {
            vendor: vendor.to_owned(),
            dialect: word.to_owned(),
            ..model::Device::default()
        },
        complete: false,
        accounts: Vec::new(),
        enable_password: model::EnablePassword::default(),
        password: model::PasswordPolicy::default(),
        lockout: model::Lockout::default(),
        aaa: model::Aaa::default(),
        lines: Vec::new(),
        services: model::Services::default(),
        ssh: model::Ssh::default(),
        web: model::Web::default(),
        snmp: model::Snmp::default(),
        logging: model::Logging::default(),
        clock: model::Clock::default(),
        banner: None,
        interfaces: Vec::new(),
        vlans: Vec::new(),
        zones: Vec::new(),
        objects: model::ObjectCounts::default(),
        exposures: Vec::new(),
        vpn: Vec::new(),
        policies: Vec::new(),
        content: model::Content::default(),
        routing: Vec::new(),
        protection: model::Protection::default(),
    }
}

/// The configuration, and what else there is of the same device.
fn divide<'a>(
    dialect: Dialect,
    sections: &'a [Section],
    draft: &mut Draft,
) -> (Option<Tree>, Vec<&'a Section>) {
    let views: &[&str] = match dialect {
        Dialect::Huawei => huawei::VIEWS,
        Dialect::Comware => comware::VIEWS,
        Dialect::Hillstone => hillstone::VIEWS,
        Dialect::Ios | Dialect::Asa | Dialect::Rgos | Dialect::Topsec => cisco::VIEWS,
    };
    let mut whole: Option<(Tree, Option<&str>)> = None;
    let mut parts: Option<Tree> = None;
    let mut others = Vec::new();
    for section in sections {
        let tree = || Tree::read(&section.file, &section.lines, views);
        match section.request() {
            _ if section.is_refused() => others.push(section),
            Some(Request::Configuration) => {
                let tree = tree();
                // The longer one is the one that was not cut off.
                let is_better = whole.as_ref().is_none_or(|(known, _)| {
                    (tree.complete, tree.nodes.len()) > (known.complete, known.nodes.len())
                });
                if is_better {
                    whole = Some((tree, section.host.as_deref()));
                }
            }
            None if is_configuration(section) => {
                let tree = tree();
                if tree.complete && whole.is_none() {
                    whole = Some((tree, None));
                } else {
                    add_part(&mut parts, tree);
                }
                others.push(section);
            }
            Some(Request::Fragment) => add_part(&mut parts, tree()),
            _ => others.push(section),
        }
    }
    let host = whole.as_ref().and_then(|(_, host)| *host);
    others.retain(|section| {
        let is_same = match (host, section.host.as_deref()) {
            // A prompt may show a view behind the name, or the name cut short.
            (Some(host), Some(name)) => name.starts_with(host) || host.starts_with(name),
            _ => true,
        };
        if !is_same {
            let what = format!(
                "{}: {}",
                section.file,
                section.host.clone().unwrap_or_default()
            );
            draft.note(what, "of another device");
        }
        is_same
    });
    (whole.map(|(tree, _)| tree).or(parts), others)
}

fn add_part(parts: &mut Option<Tree>, mut tree: Tree) {
    tree.complete = false;
    match parts {
        Some(known) => known.nodes.append(&mut tree.nodes),
        None => *parts = Some(tree),
    }
}

/// Whether a file without prompts is a configuration, rather than what a device answered.
fn is_configuration(section: &Section) -> bool {
    const STATEMENTS: [&str; 14] = [
        "sysname ",
        "hostname ",
        "interface ",
        "aaa",
        "acl ",
        "access-list ",
        "ip access-list ",
        "route-map ",
        "snmp-server ",
        "ntp ",
        "define ",
        "firewall policy add",
        "rule id ",
        "line vty",
    ];
    let separators = section
        .lines
        .iter()
        .filter(|line| line.text.trim() == "#" || line.text.trim() == "!")
        .count();
    let statements = section
        .lines
        .iter()
        .filter(|line| {
            STATEMENTS
                .iter()
                .any(|statement| line.text.trim_start().starts_with(statement))
        })
        .count();
    block::is_complete(&section.lines)
        || separators >= 2
        || statements >= 3
        || (separators >= 1 && statements >= 1)
}

fn read(dialect: Dialect, tree: &Tree, draft: &mut Draft) {
    match dialect {
        Dialect::Huawei => huawei::read(tree, draft),
        Dialect::Comware => comware::read(tree, draft),
        Dialect::Ios => cisco::read(tree, draft, cisco::Dialect::Ios),
        Dialect::Rgos => cisco::read(tree, draft, cisco::Dialect::Rgos),
        Dialect::Asa => asa::read(tree, draft),
        Dialect::Hillstone => hillstone::read(tree, draft),
        Dialect::Topsec => topsec::read(tree, draft),
    }
}

/// What only the whole can tell.
fn finish(dialect: Dialect, mut draft: Draft) -> Collected {
    draft.date_rules();
    let facts = &mut draft.facts;
    facts.objects = model::ObjectCounts {
        addresses: draft.addresses.objects.len(),
        services: draft.services.objects.len(),
    };
    facts.device.kind = vendor::kind(dialect, facts);
    for policy in &mut facts.policies {
        policies::examine(policy, facts.device.kind, draft.today);
    }
    policies::summarise(facts);
    let name = facts.device.hostname.clone().unwrap_or_default();
    let subject = Subject {
        kind: "device".to_owned(),
        name,
        platform: facts.device.dialect.clone(),
        version: facts.device.os_version.clone().unwrap_or_default(),
    };
    Collected {
        family: Family::Network,
        // Facts are plain structures with string keys, which JSON can always hold.
        facts: serde_json::to_value(&draft.facts).unwrap_or_default(),
        unreadable: std::mem::take::<Vec<Unreadable>>(&mut draft.notes),
        subject,
    }
}
