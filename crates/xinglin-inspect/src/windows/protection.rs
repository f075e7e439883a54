//! Updates, malware protection, encrypted volumes, protection by virtualisation.

use serde::{Deserialize, Serialize};

use super::gathered::{Gathered, moment};

/// Updates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Updates {
    /// Updates by number. Cumulative ones supersede others, so that a number that is missing
    /// says nothing.
    pub installed: Option<Vec<Update>>,
    /// Days since the last one was installed.
    pub last_days_ago: Option<i64>,
}

/// An update.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Update {
    /// Its number, such as `KB5013625`.
    pub id: String,
    /// When it was installed; `null` when Windows does not say.
    pub installed_on: Option<String>,
}

/// Microsoft Defender Antivirus.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Defender {
    /// Whether it is on.
    pub enabled: Option<bool>,
    /// Whether it watches all the time.
    pub real_time: Option<bool>,
    /// Days since its signatures were made.
    pub signature_days: Option<i64>,
    /// Whether it only looks on because another product protects.
    pub passive: Option<bool>,
}

/// A product that Windows knows of (desktops only).
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Product {
    /// Its name.
    pub name: String,
    /// Whether it watches.
    pub enabled: bool,
    /// Whether its signatures are current.
    pub current: bool,
}

/// Malware protection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Antivirus {
    /// Microsoft Defender Antivirus; `null` when not installed or not known.
    pub defender: Option<Defender>,
    /// What desktops know of; `null` on servers, which have no such list.
    pub products: Option<Vec<Product>>,
}

/// A volume.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Volume {
    /// Its letter, such as `C:`.
    pub letter: String,
    /// Its file system.
    pub file_system: Option<String>,
    /// Whether Windows starts from it.
    #[serde(default)]
    pub system: bool,
    /// Whether it is encrypted and the protection on; `null` when not known.
    pub encrypted: Option<bool>,
}

/// Protection by virtualisation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeviceGuard {
    /// Whether credentials are kept apart (service 1).
    pub credential_guard: bool,
    /// Whether the kernel's code is verified (service 2).
    pub code_integrity: bool,
}

#[derive(Debug, Deserialize)]
struct WrittenUpdate {
    id: Option<String>,
    /// A text in one of several forms, or an object with one in `value`.
    #[serde(default)]
    installed_on: serde_json::Value,
}

#[derive(Debug, Deserialize)]
struct LastUpdate {
    last_install: Option<String>,
}

#[derive(Debug, Deserialize)]
struct WrittenProduct {
    name: String,
    state: i64,
}

#[derive(Debug, Deserialize)]
struct Guard {
    running: Vec<i64>,
}

pub(super) fn updates(gathered: &Gathered<'_>) -> Updates {
    let written: Option<Vec<WrittenUpdate>> = gathered.items("hotfixes");
    let mut installed: Option<Vec<Update>> = written.map(|updates| {
        let updates = updates.into_iter().filter_map(|update| {
            Some(Update {
                id: update.id?,
                installed_on: day(&update.installed_on),
            })
        });
        updates.collect()
    });
    if let (None, Some(info)) = (&installed, &gathered.system_info) {
        let listed = info.updates.iter().map(|id| Update {
            id: id.clone(),
            installed_on: None,
        });
        installed = Some(listed.collect());
    }
    let by_service = gathered
        .item::<LastUpdate>("updates")
        .and_then(|last| gathered.days_since(&last.last_install?));
    let by_list = installed
        .iter()
        .flatten()
        .filter_map(|update| {
            gathered.days_since(&format!("{}T00:00:00", update.installed_on.as_ref()?))
        })
        .min();
    Updates {
        installed,
        last_days_ago: by_service.into_iter().chain(by_list).min(),
    }
}

fn day(written: &serde_json::Value) -> Option<String> {
    let text = written
        .as_str()
        .or_else(|| written.get("value")?.as_str())?;
    let at = moment(text)?.to_zoned(jiff::tz::TimeZone::UTC);
    // Windows writes the beginning of its calendar where it does not know.
    (at.year() > 2000).then(|| at.date().to_string())
}

pub(super) fn antivirus(gathered: &Gathered<'_>) -> Antivirus {
    let products: Option<Vec<WrittenProduct>> = gathered.items("antivirus_products");
    let product = |product: WrittenProduct| Product {
        name: product.name,
        // The second byte says whether it watches, the lowest whether its signatures are old.
        enabled: product.state & 0xF000 == 0x1000,
        current: product.state & 0xF0 == 0,
    };
    Antivirus {
        defender: gathered.item("defender"),
        products: products.map(|products| products.into_iter().map(product).collect()),
    }
}

pub(super) fn volumes(gathered: &Gathered<'_>) -> Option<Vec<Volume>> {
    gathered.items("volumes")
}

pub(super) fn device_guard(gathered: &Gathered<'_>) -> Option<DeviceGuard> {
    let guard: Guard = gathered.item("device_guard")?;
    Some(DeviceGuard {
        credential_guard: guard.running.contains(&1),
        code_integrity: guard.running.contains(&2),
    })
}
