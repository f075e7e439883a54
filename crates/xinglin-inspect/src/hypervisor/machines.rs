//! Machines, and the switches they hang on.

use serde::{Deserialize, Serialize};

use super::{
    settings::{Settings, text_of},
    table::Table,
};

/// A machine.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Machine {
    /// Its name.
    pub name: String,
    /// The host it runs on.
    pub host: Option<String>,
    /// Whether it is switched on.
    pub powered_on: Option<bool>,
    /// Whether the tools within it run.
    pub tools_running: Option<bool>,
    /// Whether text can be copied between it and the console.
    pub clipboard: Option<bool>,
    /// Consoles that the network reaches.
    pub consoles: Option<Vec<Console>>,
    /// Disks that forget what is written when it is switched off.
    pub forgetful_disks: Option<Vec<String>>,
    /// Floppy drives, serial and parallel ports, USB controllers.
    pub devices: Option<Vec<String>>,
    /// Days since its oldest snapshot was made; 0 without one.
    pub snapshot_days: Option<i64>,
}

/// A console that the network reaches.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Console {
    /// `vnc` or `spice`.
    pub kind: String,
    /// The address it listens on.
    pub address: String,
    /// Whether it asks for a password.
    pub password: bool,
}

/// A switch or a group of its ports.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Switch {
    /// The host.
    pub host: String,
    /// Its name.
    pub name: String,
    /// Whether machines may see the traffic of others.
    pub promiscuous: Option<bool>,
    /// Whether machines may change their addresses.
    pub address_changes: Option<bool>,
    /// Whether machines may send from other addresses.
    pub forged: Option<bool>,
}

/// The collector's section `machines`.
#[derive(Debug, Deserialize)]
pub(super) struct WrittenMachine {
    pub(super) name: String,
    host: Option<String>,
    powered_on: Option<bool>,
    tools_running: Option<bool>,
    devices: Option<Vec<String>>,
    forgetful_disks: Option<Vec<String>>,
    /// When the oldest snapshot was made.
    pub(super) oldest_snapshot: Option<String>,
    #[serde(default)]
    pub(super) snapshots_known: bool,
    settings: Option<serde_json::Map<String, serde_json::Value>>,
}

/// The collector's section `switches`.
#[derive(Debug, Deserialize)]
pub(super) struct WrittenSwitch {
    host: String,
    name: String,
    promiscuous: Option<bool>,
    address_changes: Option<bool>,
    forged: Option<bool>,
}

impl From<WrittenSwitch> for Switch {
    fn from(written: WrittenSwitch) -> Self {
        Self {
            host: written.host,
            name: written.name,
            promiscuous: written.promiscuous,
            address_changes: written.address_changes,
            forged: written.forged,
        }
    }
}

impl WrittenMachine {
    pub(super) fn read(self, snapshot_days: Option<i64>) -> Machine {
        let mut machine = Machine {
            name: self.name,
            host: self.host,
            powered_on: self.powered_on,
            tools_running: self.tools_running,
            devices: self.devices,
            forgetful_disks: self.forgetful_disks,
            snapshot_days,
            ..Machine::default()
        };
        if let Some(settings) = self.settings {
            let settings = settings
                .iter()
                .map(|(name, value)| (name.to_lowercase(), text_of(value)));
            machine.set(&settings.collect());
        }
        machine
    }
}

fn is_true(value: &str) -> bool {
    matches!(
        value.trim().to_lowercase().as_str(),
        "true" | "1" | "yes" | "on"
    )
}

impl Machine {
    /// Takes over all settings of a machine: those that are not there have their defaults.
    pub(super) fn set(&mut self, settings: &Settings) {
        let flag =
            |name: &str, absent: bool| settings.get(name).map_or(absent, |value| is_true(value));
        // Off by default since 4.1.
        let copies = !flag("isolation.tools.copy.disable", true);
        let pastes = !flag("isolation.tools.paste.disable", true);
        let drags = !flag("isolation.tools.dnd.disable", true);
        self.clipboard = Some(copies || pastes || drags);
        let console = flag("remotedisplay.vnc.enabled", false).then(|| Console {
            kind: "vnc".to_owned(),
            address: "0.0.0.0".to_owned(),
            password: settings.keys().any(|name| {
                matches!(
                    name.as_str(),
                    "remotedisplay.vnc.key" | "remotedisplay.vnc.password"
                )
            }),
        });
        self.consoles = Some(console.into_iter().collect());
    }

    /// Takes over what only a machine's own file says: its devices.
    pub(super) fn set_devices(&mut self, settings: &Settings) {
        let mut devices = Vec::new();
        let mut forgetful = Vec::new();
        for (name, value) in settings {
            let kinds = ["floppy", "serial", "parallel", "usb", "ehci", "usb_xhci"];
            let device = name.strip_suffix(".present").filter(|_| is_true(value));
            if let Some(device) = device {
                let kind = device.trim_end_matches(|c: char| c.is_ascii_digit());
                if kinds.contains(&kind) {
                    devices.push(device.to_owned());
                }
            }
            let disk = name.strip_suffix(".mode");
            if let Some(disk) = disk.filter(|_| value.contains("nonpersistent")) {
                forgetful.push(disk.to_owned());
            }
        }
        self.devices = Some(devices);
        self.forgetful_disks = Some(forgetful);
    }
}

/// Reads a list of machines as the consoles of Chinese products export it: H3C CAS, Huawei
/// `FusionCompute`, and others with such headings.
pub fn parse_machines(table: &Table) -> Option<Vec<Machine>> {
    const NAMES: [&str; 6] = [
        "虚拟机名称",
        "虚拟机显示名称",
        "虚拟机",
        "云主机名称",
        "vm name",
        "virtual machine",
    ];
    const HOSTS: [&str; 7] = [
        "所属主机",
        "主机",
        "宿主机",
        "物理主机",
        "所在主机",
        "host",
        "cna",
    ];
    const STATES: [&str; 6] = [
        "状态",
        "运行状态",
        "虚拟机状态",
        "电源状态",
        "status",
        "power state",
    ];
    const TOOLS: [&str; 6] = [
        "castools状态",
        "castools",
        "tools状态",
        "tools运行状态",
        "tools 状态",
        "tools status",
    ];
    if !table.has(&NAMES) {
        return None;
    }
    let mut machines = Vec::new();
    for [name, host, state, tools] in table.fields([&NAMES, &HOSTS, &STATES, &TOOLS]) {
        let Some(name) = name else { continue };
        machines.push(Machine {
            name: name.to_owned(),
            host: host.map(str::to_owned),
            powered_on: state.and_then(is_running),
            tools_running: tools.and_then(is_running),
            ..Machine::default()
        });
    }
    Some(machines)
}

/// Words of states; the negations first, since they hold the others.
fn is_running(word: &str) -> Option<bool> {
    const NOT: [&str; 11] = [
        "未运行",
        "未安装",
        "未启动",
        "关机",
        "关闭",
        "停止",
        "异常",
        "stopped",
        "not running",
        "off",
        "shutdown",
    ];
    const IS: [&str; 6] = ["运行", "正常", "已启动", "running", "poweredon", "on"];
    let word = word.to_lowercase();
    if NOT.iter().any(|not| word.contains(not)) {
        return Some(false);
    }
    IS.iter().any(|is| word.contains(is)).then_some(true)
}

/// Reads the security policy of switches, as `PowerCLI` exports it.
pub fn parse_switches(table: &Table) -> Option<Vec<Switch>> {
    const PROMISCUOUS: [&str; 1] = ["allowpromiscuous"];
    if !table.has(&PROMISCUOUS) {
        return None;
    }
    let names: [&[&str]; 5] = [
        &["vmhost", "host"],
        &[
            "virtualportgroup",
            "virtualswitch",
            "portgroup",
            "vswitch",
            "name",
        ],
        &PROMISCUOUS,
        &["macchanges"],
        &["forgedtransmits"],
    ];
    let switches =
        table
            .fields(names)
            .into_iter()
            .map(|[host, name, promiscuous, changes, forged]| Switch {
                host: host.unwrap_or_default().to_owned(),
                name: name.unwrap_or_default().to_owned(),
                promiscuous: promiscuous.map(is_true),
                address_changes: changes.map(is_true),
                forged: forged.map(is_true),
            });
    Some(switches.collect())
}
