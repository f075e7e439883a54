//! Values of the registry, from the collector and from the security policy's export.

use std::collections::BTreeMap;

use serde::Deserialize;

use super::{Origin, gathered::Gathered};

/// The section of the collector.
const SECTION: &str = "registry";

/// One value as the collector writes it.
#[derive(Debug, Deserialize)]
struct Written {
    key: String,
    name: String,
    /// `present`, `absent` or `denied`.
    state: String,
    #[serde(default)]
    data: serde_json::Value,
}

/// What is known of one value.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Known {
    /// It is there.
    Present(Data),
    /// It was looked for, and is not there.
    Absent,
}

/// A value that is there.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Data {
    /// Numbers in decimal; lists in lines.
    pub(super) text: String,
    pub(super) origin: Origin,
}

impl Data {
    pub(super) fn number(&self) -> Option<i64> {
        self.text.trim().parse().ok()
    }
}

/// All values by path in lower case, `hklm\…\name`.
pub(super) struct Registry {
    values: BTreeMap<String, Known>,
}

impl Registry {
    pub(super) fn new(gathered: &Gathered<'_>) -> Self {
        let mut values = BTreeMap::new();
        for (path, _, text, origin) in gathered
            .secedit
            .iter()
            .flat_map(super::secedit::Secedit::registry_values)
        {
            let origin = origin.clone();
            values.insert(
                path.to_ascii_lowercase(),
                Known::Present(Data { text, origin }),
            );
        }
        // What the registry itself says goes before the database of the security policy.
        for written in gathered.items::<Written>(SECTION).unwrap_or_default() {
            let path = format!("{}\\{}", written.key, written.name).to_ascii_lowercase();
            match written.state.as_str() {
                "present" => {
                    let data = Data {
                        text: text_of(&written.data),
                        origin: Origin::section(SECTION),
                    };
                    values.insert(path, Known::Present(data));
                }
                "absent" => {
                    values.insert(path, Known::Absent);
                }
                _ => gathered.note(&path, "access denied"),
            }
        }
        Self { values }
    }

    /// What is known of a value; `None` when nobody looked, or looking was denied.
    pub(super) fn get(&self, key: &str, name: &str) -> Option<&Known> {
        self.values
            .get(&format!("{key}\\{name}").to_ascii_lowercase())
    }

    /// The first of several places that has the value: policies stand before settings. `None`
    /// when a place before it is not known, or all of them are known to have none.
    pub(super) fn first(&self, places: &[(&str, &str)]) -> Option<Known> {
        for (key, name) in places {
            match self.get(key, name)? {
                Known::Absent => {}
                present @ Known::Present(_) => return Some(present.clone()),
            }
        }
        Some(Known::Absent)
    }

    /// The security identifiers of users whose settings were read.
    pub(super) fn users(&self) -> Vec<String> {
        let mut users: Vec<String> = self
            .values
            .keys()
            .filter_map(|path| path.strip_prefix("hku\\")?.split('\\').next())
            .map(str::to_ascii_uppercase)
            .collect();
        users.dedup();
        users
    }
}

fn text_of(data: &serde_json::Value) -> String {
    match data {
        serde_json::Value::String(text) => text.clone(),
        serde_json::Value::Array(items) => items.iter().map(text_of).collect::<Vec<_>>().join("\n"),
        serde_json::Value::Null => String::new(),
        other => other.to_string(),
    }
}
