//! Facts of hypervisors, from what the collector script for `VMware` writes, or from what
//! people export by hand: settings of `esxcli` and `PowerCLI`, files of machines, XML of libvirt,
//! lists of machines of H3C CAS and Huawei `FusionCompute`.

pub mod domain;
pub mod hosts;
pub mod machines;
pub mod settings;
pub mod table;

mod gathered;

use serde::{Deserialize, Serialize};

use crate::{
    bundle::Bundle,
    family::Family,
    subject::{Collected, FACTS_FORMAT, Subject},
};
use gathered::Gathered;

/// Everything known of hosts and their machines. `null` is not known.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Always [`FACTS_FORMAT`].
    pub format: &'static str,
    /// Always [`Family::Hypervisor`].
    pub family: Family,
    /// The date of collection (UTC), to compare dates with.
    pub collected_on: String,
    /// `vmware`, `libvirt`, `h3c_cas` or `fusioncompute`.
    pub product: Option<&'static str>,
    /// What manages the hosts, where there is such a thing.
    pub manager: Option<Manager>,
    /// Hosts.
    pub hosts: Option<Vec<hosts::Host>>,
    /// Machines.
    pub machines: Option<Vec<machines::Machine>>,
    /// Switches and groups of ports.
    pub switches: Option<Vec<machines::Switch>>,
    /// Who administers everything.
    pub administrators: Option<Vec<String>>,
}

/// What manages hosts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manager {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: Option<String>,
    /// Days that events are kept; 0 without end.
    pub event_days: Option<i64>,
}

#[derive(Debug, Deserialize)]
struct Administrator {
    name: String,
}

/// Reads the facts in `bundle`.
pub fn collect(bundle: &Bundle) -> Collected {
    let gathered = Gathered::new(bundle);
    let administrators: Option<Vec<Administrator>> = gathered.sections.items("administrators");
    let facts = Facts {
        format: FACTS_FORMAT,
        family: Family::Hypervisor,
        collected_on: bundle
            .collected_at
            .to_zoned(jiff::tz::TimeZone::UTC)
            .date()
            .to_string(),
        product: gathered.product,
        manager: gathered.sections.item("manager"),
        administrators: administrators.map(|all| all.into_iter().map(|one| one.name).collect()),
        hosts: gathered.hosts.map(|hosts| hosts.into_values().collect()),
        machines: gathered.machines,
        switches: gathered.switches,
    };
    let hosts = facts.hosts.as_deref().unwrap_or_default();
    let first = hosts.first();
    let subject = Subject {
        kind: "hypervisor".to_owned(),
        name: facts
            .manager
            .as_ref()
            .map(|manager| manager.name.clone())
            .or_else(|| first.map(|host| host.name.clone()))
            .unwrap_or_default(),
        platform: facts.product.unwrap_or_default().to_owned(),
        version: first
            .and_then(|host| host.version.clone())
            .unwrap_or_default(),
    };
    Collected {
        family: Family::Hypervisor,
        // Facts are plain structures with string keys, which JSON can always hold.
        facts: serde_json::to_value(&facts).unwrap_or_default(),
        unreadable: gathered.sections.into_unreadable(),
        subject,
    }
}
