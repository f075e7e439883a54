//! Kernel modules that a server seldom needs, and whether they can come in.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::{platform::Platform, source::Source};

/// The modules that checks may ask for, with `_` for `-` as the kernel has them.
const MODULES: [&str; 19] = [
    "ax25",
    "bluetooth",
    "cramfs",
    "dccp",
    "firewire_core",
    "freevxfs",
    "hfs",
    "hfsplus",
    "jffs2",
    "netrom",
    "rds",
    "rose",
    "sctp",
    "squashfs",
    "thunderbolt",
    "tipc",
    "udf",
    "usb_storage",
    "uas",
];

/// Kernel modules that a server seldom needs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct KernelModules {
    /// The modules that checks may ask for; `null` when what blocks them cannot be read.
    pub watched: Option<Vec<Module>>,
    /// Whether modules can no longer be loaded until the next start (`kernel.modules_disabled`).
    pub frozen: Option<bool>,
}

/// A kernel module.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Module {
    /// Its name, with `_` for `-`.
    pub name: String,
    /// Whether it is in the kernel now; `null` for a tree of files.
    pub loaded: Option<bool>,
    /// Whether the installed kernel has it at all; `null` when its list cannot be read.
    pub available: Option<bool>,
    /// Whether `install NAME /bin/false` (or `true`) keeps it out for everyone.
    pub blocked: bool,
    /// Whether it is on a blacklist, which keeps it from loading by itself, not by name.
    pub blacklisted: bool,
}

/// What `modprobe.d` says of modules.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Blocks {
    /// Modules whose loading is replaced by doing nothing.
    pub blocked: BTreeSet<String>,
    /// Modules on a blacklist.
    pub blacklisted: BTreeSet<String>,
}

/// Reads a file of `modprobe.d`.
pub fn parse_modprobe(text: &str, blocks: &mut Blocks) {
    for line in text.replace("\\\n", " ").lines() {
        let line = line.split('#').next().unwrap_or_default();
        let mut words = line.split_whitespace();
        let (Some(verb), Some(name)) = (words.next(), words.next()) else {
            continue;
        };
        let name = name.replace('-', "_");
        match verb {
            "blacklist" => {
                blocks.blacklisted.insert(name);
            }
            "install" => {
                let program = words.next().unwrap_or_default();
                let program = program.rsplit('/').next().unwrap_or_default();
                if matches!(program, "true" | "false" | ":") {
                    blocks.blocked.insert(name);
                }
            }
            _ => {}
        }
    }
}

/// The names in `/proc/modules`.
pub fn parse_loaded(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| line.split_whitespace().next())
        .map(|name| name.replace('-', "_"))
        .collect()
}

/// The names in `modules.dep` or `modules.builtin`: `kernel/fs/udf/udf.ko.xz: …`.
pub fn parse_available(text: &str) -> BTreeSet<String> {
    text.lines()
        .filter_map(|line| {
            let path = line.split(':').next()?;
            let file = path.rsplit('/').next()?;
            let (name, _) = file.split_once(".ko")?;
            Some(name.replace('-', "_"))
        })
        .collect()
}

pub(super) fn collect(source: &Source<'_>, platform: &Platform) -> KernelModules {
    let running = source.is_running();
    let loaded = running
        .then(|| source.kernel_text("/proc/modules"))
        .flatten()
        .map(|text| parse_loaded(&text));
    let available = available(source, platform);
    let watched = blocks(source).map(|blocks| {
        MODULES
            .iter()
            .map(|name| Module {
                name: (*name).to_owned(),
                loaded: loaded.as_ref().map(|loaded| loaded.contains(*name)),
                available: available
                    .as_ref()
                    .map(|available| available.contains(*name)),
                blocked: blocks.blocked.contains(*name),
                blacklisted: blocks.blacklisted.contains(*name),
            })
            .collect()
    });
    KernelModules {
        watched,
        frozen: source
            .kernel_word("/proc/sys/kernel/modules_disabled")
            .map(|word| word == "1"),
    }
}

/// What all files of `modprobe.d` say; one in `/etc` hides the vendor's of the same name.
fn blocks(source: &Source<'_>) -> Option<Blocks> {
    let mut files = BTreeMap::new();
    for directory in [
        "/usr/lib/modprobe.d",
        "/lib/modprobe.d",
        "/run/modprobe.d",
        "/etc/modprobe.d",
    ] {
        for (path, text) in source.texts_in(directory, ".conf")? {
            let name = path.rsplit('/').next().unwrap_or_default().to_owned();
            files.insert(name, text);
        }
    }
    let mut blocks = Blocks::default();
    for text in files.values() {
        parse_modprobe(text, &mut blocks);
    }
    Some(blocks)
}

/// The modules of the running kernel, or of the newest one of a tree of files.
fn available(source: &Source<'_>, platform: &Platform) -> Option<BTreeSet<String>> {
    let kernel = platform
        .kernel
        .as_ref()
        .or_else(|| platform.kernels.last())?;
    let text = source
        .text_if_present(&format!("/lib/modules/{kernel}/modules.dep"))
        .flatten()?;
    let mut names = parse_available(&text);
    let builtin = source.text(&format!("/lib/modules/{kernel}/modules.builtin"))?;
    names.extend(parse_available(&builtin));
    Some(names)
}
