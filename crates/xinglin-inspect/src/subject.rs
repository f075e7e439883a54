//! What every inspection yields, whatever it is of.

use serde::{Deserialize, Serialize};

use crate::family::Family;

/// The version of the facts' form; every document of facts carries it as `format`.
pub const FACTS_FORMAT: &str = "xinglin.facts/1";

/// What an inspection is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// `host`, `database`, `middleware`, `device`, `endpoint` or `hypervisor`.
    pub kind: String,
    /// Its name: host name, instance, address.
    pub name: String,
    /// The distribution's or product's identifier, such as `debian`, `mysql` or `huawei_vrp`.
    pub platform: String,
    /// Its release.
    pub version: String,
}

/// Something that exists and could not be read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Unreadable {
    /// A path, a command line, a query or a line of a file.
    pub what: String,
    /// Why.
    pub why: String,
}

/// What a collector yields.
#[derive(Debug, Clone, PartialEq)]
pub struct Collected {
    /// Which checks speak of it.
    pub family: Family,
    /// What is known: an object with `format` ([`FACTS_FORMAT`]) and `family`.
    pub facts: serde_json::Value,
    /// What exists and could not be read or understood.
    pub unreadable: Vec<Unreadable>,
    /// The thing.
    pub subject: Subject,
}

impl Collected {
    /// What a collector yields that knows none of the files it was given.
    pub(crate) fn not_understood<'a>(
        family: Family,
        files: impl IntoIterator<Item = &'a String>,
    ) -> Self {
        let unreadable = files.into_iter().map(|name| Unreadable {
            what: name.clone(),
            why: format!("not a file of a {} bundle", family.word()),
        });
        Self {
            family,
            facts: serde_json::json!({"format": FACTS_FORMAT, "family": family}),
            unreadable: unreadable.collect(),
            subject: Subject {
                kind: String::new(),
                name: String::new(),
                platform: family.word().to_owned(),
                version: String::new(),
            },
        }
    }
}
