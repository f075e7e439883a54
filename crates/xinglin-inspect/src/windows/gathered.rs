//! What a bundle holds, told apart by content: a collector's files and those that people
//! exported by hand have all kinds of names.

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};
use serde::de::DeserializeOwned;
use serde_json::Value as Json;

use super::{
    Origin,
    auditpol::{Audited, parse_auditpol},
    ports::{Listening, parse_netstat},
    secedit::{Secedit, parse_secedit},
    systeminfo::{SystemInfo, parse_systeminfo},
};
use crate::{
    bundle::{Bundle, Sections},
    subject::Unreadable,
};

/// The file with the name of the time source.
const TIME_SOURCE: &str = "time-source.txt";

/// What a bundle holds.
pub(super) struct Gathered<'a> {
    bundle: &'a Bundle,
    pub(super) secedit: Option<Secedit>,
    pub(super) audit: Option<BTreeMap<&'static str, Audited>>,
    pub(super) listening: Option<Vec<Listening>>,
    pub(super) system_info: Option<SystemInfo>,
    pub(super) time_source: Option<String>,
    sections: Sections,
}

impl<'a> Gathered<'a> {
    pub(super) fn new(bundle: &'a Bundle) -> Self {
        let mut gathered = Self {
            bundle,
            secedit: None,
            audit: None,
            listening: None,
            system_info: None,
            time_source: None,
            sections: Sections::default(),
        };
        for name in bundle.files.keys() {
            let text = bundle.text(name).unwrap_or_default();
            if !gathered.take(name, &text) {
                gathered.note(name, "not a file of a windows bundle");
            }
        }
        gathered
    }

    /// Whether the file was understood.
    fn take(&mut self, name: &str, text: &str) -> bool {
        if name == TIME_SOURCE {
            self.time_source = text
                .lines()
                .map(str::trim)
                .find(|line| !line.is_empty())
                .map(str::to_owned);
            return true;
        }
        let start = text.trim_start();
        if let (true, Ok(json)) = (
            start.starts_with(['{', '[']),
            serde_json::from_str::<Json>(start),
        ) {
            return self.take_json(json);
        }
        if let Some(secedit) = parse_secedit(name, text) {
            self.secedit = Some(secedit);
        } else if let Some(audit) = parse_auditpol(name, text) {
            self.audit = Some(audit);
        } else if let Some(listening) = parse_netstat(text) {
            self.listening = Some(listening);
        } else if let Some(system_info) = parse_systeminfo(text) {
            self.system_info = Some(system_info);
        } else {
            return false;
        }
        true
    }

    fn take_json(&mut self, json: Json) -> bool {
        let json = match self.sections.take(json) {
            Ok(()) => return true,
            Err(json) => json,
        };
        // What people export by hand: the build from the registry, and Get-HotFix.
        let has = |json: &Json, key: &str| json.get(key).is_some();
        if has(&json, "CurrentBuild") {
            let item = serde_json::json!({
                "product_name": json.get("ProductName"),
                "edition": json.get("EditionID"),
                "installation_type": json.get("InstallationType"),
                "build": json.get("CurrentBuild"),
                "ubr": json.get("UBR"),
            });
            self.sections.insert("computer", &[item]);
            return true;
        }
        let hotfixes = match json {
            Json::Array(items) => items,
            other => vec![other],
        };
        if !hotfixes.iter().any(|item| has(item, "HotFixID")) {
            return false;
        }
        let items: Vec<Json> = hotfixes
            .iter()
            .map(|item| serde_json::json!({"id": item.get("HotFixID"), "installed_on": item.get("InstalledOn")}))
            .collect();
        self.sections.insert("hotfixes", &items);
        true
    }

    /// The items of a section; see [`Sections::items`].
    pub(super) fn items<T: DeserializeOwned>(&self, section: &str) -> Option<Vec<T>> {
        self.sections.items(section)
    }

    /// The only item of a section.
    pub(super) fn item<T: DeserializeOwned>(&self, section: &str) -> Option<T> {
        self.sections.item(section)
    }

    pub(super) fn note(&self, what: &str, why: &str) {
        self.sections.note(what, why);
    }

    /// Where a key of `[System Access]` stands.
    pub(super) fn access_origin(&self, key: &str) -> Option<Origin> {
        let entry = self.secedit.as_ref()?.access(key)?;
        Some(entry.origin.clone())
    }

    pub(super) fn now(&self) -> Timestamp {
        self.bundle.collected_at
    }

    /// Whole days from a point of time to the collection.
    pub(super) fn days_since(&self, text: &str) -> Option<i64> {
        let seconds = self
            .now()
            .as_second()
            .checked_sub(moment(text)?.as_second())?;
        Some(seconds.max(0) / 86_400)
    }

    pub(super) fn into_unreadable(self) -> Vec<Unreadable> {
        self.sections.into_unreadable()
    }
}

/// A point of time as PowerShell and WMI write it: RFC 3339, `/Date(ms)/`, `month/day/year`
/// (which WMI writes in every language), or 16 hexadecimal digits of 100 ns since 1601.
pub(super) fn moment(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if let Some(rest) = text.strip_prefix("/Date(") {
        let digits = rest.split([')', '+']).next()?;
        return Timestamp::from_millisecond(digits.parse().ok()?).ok();
    }
    if let Ok(timestamp) = text.parse::<Timestamp>() {
        return Some(timestamp);
    }
    if let Ok(civil) = text.parse::<DateTime>() {
        return TimeZone::UTC.to_timestamp(civil).ok();
    }
    if text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        const FROM_1601_TO_1970: i64 = 11_644_473_600;
        let ticks = i64::from_str_radix(text, 16).ok()?;
        return Timestamp::from_second(ticks / 10_000_000 - FROM_1601_TO_1970).ok();
    }
    let mut parts = text.split_whitespace().next()?.split('/');
    let month = parts.next()?.parse().ok()?;
    let day = parts.next()?.parse().ok()?;
    let year = parts.next()?.parse().ok()?;
    let date = jiff::civil::Date::new(year, month, day).ok()?;
    TimeZone::UTC.to_timestamp(date.into()).ok()
}
