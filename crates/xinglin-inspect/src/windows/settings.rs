//! Settings in the registry: where each stands, and what holds where it is absent.

mod table;

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Origin,
    registry::{Known, Registry},
};

pub use table::SETTINGS;

/// A setting, whatever place of the registry it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Default)]
pub struct Setting {
    /// What holds, as a number: what is set, or else the release's default where that is
    /// certain.
    pub value: Option<i64>,
    /// What is set, as text, for settings that are no numbers.
    pub text: Option<String>,
    /// Whether it is set; `null` when not known.
    pub configured: Option<bool>,
    /// Where it was read.
    pub source: Option<Origin>,
}

/// A setting that is read.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// Its name in the facts.
    pub name: &'static str,
    /// Keys and names; the first that has it holds.
    pub places: &'static [(&'static str, &'static str)],
    /// What holds where none has it.
    pub absent: Default,
}

/// What holds where a setting is absent.
#[derive(Debug, Clone, Copy)]
pub enum Default {
    /// It differs, or is not known.
    Unknown,
    /// The same in every release since Windows Vista.
    Always(i64),
    /// From these builds on, ascending; `None` where it is not certain.
    Since(&'static [(i64, Option<i64>)]),
}

impl Default {
    fn of(self, build: Option<i64>) -> Option<i64> {
        match self {
            Self::Unknown => None,
            Self::Always(value) => Some(value),
            Self::Since(builds) => {
                let build = build?;
                let holding = builds.iter().rev().find(|(first, _)| *first <= build)?;
                holding.1
            }
        }
    }
}

/// All settings, by name.
pub(super) fn collect(registry: &Registry, build: Option<i64>) -> BTreeMap<&'static str, Setting> {
    let settings = SETTINGS.iter();
    settings
        .map(|place| {
            (
                place.name,
                setting(registry, place.places, place.absent, build),
            )
        })
        .collect()
}

pub(super) fn setting(
    registry: &Registry,
    places: &[(&str, &str)],
    absent: Default,
    build: Option<i64>,
) -> Setting {
    match registry.first(places) {
        None => Setting::default(),
        Some(Known::Absent) => Setting {
            value: absent.of(build),
            configured: Some(false),
            ..Setting::default()
        },
        Some(Known::Present(data)) => {
            let value = data.number();
            Setting {
                value,
                text: value.is_none().then(|| data.text.clone()),
                configured: Some(true),
                source: Some(data.origin),
            }
        }
    }
}
