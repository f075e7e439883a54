//! What a bundle holds, told apart by content.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde_json::Value as Json;

use super::{
    domain::parse_domains,
    hosts::{Host, Service, WrittenHost},
    machines::{Machine, Switch, WrittenMachine, WrittenSwitch, parse_machines, parse_switches},
    settings::{Settings, parse_esxcli, parse_vmx, settings_of_json, settings_of_table},
    table::{Table, parse_table},
};
use crate::bundle::{Bundle, Sections};

/// What a bundle holds.
#[derive(Default)]
pub(super) struct Gathered {
    pub(super) product: Option<&'static str>,
    /// By name.
    pub(super) hosts: Option<BTreeMap<String, Host>>,
    pub(super) machines: Option<Vec<Machine>>,
    pub(super) switches: Option<Vec<Switch>>,
    pub(super) sections: Sections,
}

impl Gathered {
    pub(super) fn new(bundle: &Bundle) -> Self {
        let mut gathered = Self::default();
        for name in bundle.files.keys() {
            let text = bundle.text(name).unwrap_or_default();
            if !gathered.take(name, &text) {
                gathered
                    .sections
                    .note(name, "not a file of a hypervisor bundle");
            }
        }
        gathered.take_sections(bundle.collected_at);
        gathered
    }

    /// Whether the file was understood.
    fn take(&mut self, name: &str, text: &str) -> bool {
        let start = text.trim_start();
        if start.starts_with(['{', '[']) {
            let Ok(json) = serde_json::from_str::<Json>(start) else {
                return false;
            };
            return self.take_json(name, json);
        }
        if start.starts_with('<') {
            let Some(machines) = parse_domains(start) else {
                return false;
            };
            self.product = Some("libvirt");
            self.machines.get_or_insert_default().extend(machines);
            return true;
        }
        if let Some(settings) = parse_esxcli(text) {
            self.set_host(name, &settings);
        } else if let Some(settings) = parse_vmx(text) {
            self.product = Some("vmware");
            let mut machine = Machine {
                name: settings.get("displayname").cloned().unwrap_or_default(),
                ..Machine::default()
            };
            machine.set(&settings);
            machine.set_devices(&settings);
            self.machines.get_or_insert_default().push(machine);
        } else {
            return parse_table(text).is_some_and(|table| self.take_table(&table, text));
        }
        true
    }

    fn take_json(&mut self, name: &str, json: Json) -> bool {
        match self.sections.take(json) {
            Ok(()) => true,
            Err(json) => match settings_of_json(&json) {
                Some(settings) => {
                    self.set_host(name, &settings);
                    true
                }
                None => false,
            },
        }
    }

    fn take_table(&mut self, table: &Table, text: &str) -> bool {
        if let Some(entities) = settings_of_table(table) {
            self.take_entities(entities);
        } else if let Some(switches) = parse_switches(table) {
            self.product = Some("vmware");
            self.switches.get_or_insert_default().extend(switches);
        } else if table.has(&["key"]) && table.has(&["running"]) {
            self.take_services(table);
        } else if let Some(machines) = parse_machines(table) {
            let castools = text.to_lowercase().contains("castools");
            self.product = Some(if castools { "h3c_cas" } else { "fusioncompute" });
            self.machines.get_or_insert_default().extend(machines);
        } else {
            return false;
        }
        true
    }

    /// Settings of hosts and of machines stand in tables of one form.
    fn take_entities(&mut self, entities: BTreeMap<String, Settings>) {
        for (entity, settings) in entities {
            let of_host = settings.keys().any(|name| {
                [
                    "uservars.",
                    "security.",
                    "config.hostagent.",
                    "syslog.",
                    "net.",
                    "mem.",
                ]
                .iter()
                .any(|start| name.starts_with(start))
            });
            if of_host {
                self.set_host(&entity, &settings);
            } else {
                self.product = Some("vmware");
                let mut machine = Machine {
                    name: entity,
                    ..Machine::default()
                };
                machine.set(&settings);
                self.machines.get_or_insert_default().push(machine);
            }
        }
    }

    fn take_services(&mut self, table: &Table) {
        let mut hosts: BTreeMap<String, Vec<Service>> = BTreeMap::new();
        for [host, key, running, policy] in
            table.fields([&["vmhost", "host"], &["key"], &["running"], &["policy"]])
        {
            let Some(key) = key else { continue };
            hosts
                .entry(host.unwrap_or_default().to_owned())
                .or_default()
                .push(Service {
                    name: key.to_owned(),
                    running: running.is_some_and(|word| word.eq_ignore_ascii_case("true")),
                    start: policy.unwrap_or_default().to_lowercase(),
                });
        }
        for (name, services) in hosts {
            self.host(&name).serve(Some(services));
        }
    }

    /// A file of one host's settings is named after it.
    fn set_host(&mut self, name: &str, settings: &Settings) {
        let endings = [".txt", ".json", ".csv"];
        let name = endings
            .iter()
            .find_map(|ending| name.strip_suffix(ending))
            .unwrap_or(name);
        self.host(name).set(settings);
    }

    /// The host of this name, which is made where there is none.
    fn host(&mut self, name: &str) -> &mut Host {
        self.product = Some("vmware");
        let hosts = self.hosts.get_or_insert_default();
        hosts.entry(name.to_owned()).or_insert_with(|| Host {
            name: name.to_owned(),
            ..Host::default()
        })
    }

    fn take_sections(&mut self, now: Timestamp) {
        if let Some(hosts) = self.sections.items::<WrittenHost>("hosts") {
            self.product = Some("vmware");
            let hosts = hosts.into_iter().map(WrittenHost::read);
            self.hosts
                .get_or_insert_default()
                .extend(hosts.map(|host| (host.name.clone(), host)));
        }
        if let Some(machines) = self.sections.items::<WrittenMachine>("machines") {
            self.product = Some("vmware");
            let machines = machines.into_iter().map(|machine| {
                let days = snapshot_days(&machine, now);
                machine.read(days)
            });
            self.machines.get_or_insert_default().extend(machines);
        }
        if let Some(switches) = self.sections.items::<WrittenSwitch>("switches") {
            let switches = switches.into_iter().map(Switch::from);
            self.switches.get_or_insert_default().extend(switches);
        }
    }
}

fn snapshot_days(machine: &WrittenMachine, now: Timestamp) -> Option<i64> {
    match &machine.oldest_snapshot {
        Some(at) => {
            let at: Timestamp = at.parse().ok()?;
            Some(now.as_second().checked_sub(at.as_second())?.max(0) / 86_400)
        }
        None => machine.snapshots_known.then_some(0),
    }
}
