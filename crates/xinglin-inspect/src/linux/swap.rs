//! Swap areas: memory that is written to disk.

use serde::Serialize;

use super::{mounts, source::Source};

/// Swap areas.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Swap {
    /// The areas in use, or those of a tree's `fstab`.
    pub areas: Option<Vec<Area>>,
}

/// A swap area.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Area {
    /// The device or file.
    pub device: String,
    /// Whether what is written there is encrypted, or stays in memory (zram); `null` when
    /// nothing tells.
    pub protected: Option<bool>,
}

/// The devices of `/proc/swaps`.
pub fn parse(text: &str) -> Vec<String> {
    text.lines()
        .skip(1)
        .filter_map(|line| line.split_whitespace().next())
        .map(str::to_owned)
        .collect()
}

pub(super) fn collect(source: &Source<'_>, encrypted: Option<&[String]>) -> Swap {
    let devices = if source.is_running() {
        source.kernel_text("/proc/swaps").map(|text| parse(&text))
    } else {
        source.text("/etc/fstab").map(|text| {
            mounts::parse(&text)
                .into_iter()
                .filter(|mount| mount.kind == "swap")
                .map(|mount| mount.device)
                .collect()
        })
    };
    Swap {
        areas: devices.map(|devices| {
            devices
                .into_iter()
                .map(|device| Area {
                    protected: protected(source, &device, encrypted),
                    device,
                })
                .collect()
        }),
    }
}

fn protected(source: &Source<'_>, device: &str, encrypted: Option<&[String]>) -> Option<bool> {
    let name = device.strip_prefix("/dev/").unwrap_or(device);
    if name.starts_with("zram") {
        return Some(true);
    }
    if let Some(volume) = name.strip_prefix("mapper/") {
        let encrypted = encrypted?;
        if encrypted.iter().any(|known| known == volume) {
            return Some(true);
        }
        // A logical volume may lie on an encrypted one; without any, it does not.
        return encrypted.is_empty().then_some(false);
    }
    if name.starts_with("dm-") {
        let uuid = source.kernel_word(&format!("/sys/block/{name}/dm/uuid"))?;
        // A logical volume may itself lie on an encrypted one, which this does not tell.
        return (uuid.starts_with("CRYPT-")).then_some(true);
    }
    // A plain partition, or a file, which is as safe as the file system it lies in.
    if device.starts_with("/dev/") {
        return Some(false);
    }
    None
}
