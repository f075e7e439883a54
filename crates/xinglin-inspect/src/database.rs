//! Databases, from the answers to queries.
//!
//! What is asked is content: [`Queries`] reads `content/collect/databases.yaml`, writes the
//! script of a family for its vendor's own client, and tells a live connection what to ask.
//! A bundle of a database holds `queries.json` (a live connection, or `mongosh`) or
//! `queries.txt` (what a client printed for our script), and beside it configuration files
//! that no query shows, such as `pg_hba.conf` or `sqlnet.ora`.
//!
//! Facts hide what releases and dialects name differently. Passwords never enter them: the
//! queries themselves reduce a hash to its scheme and to whether it is empty.

mod answers;
mod dm;
mod hba;
mod kingbase;
mod mongodb;
mod mysql;
mod oracle;
mod postgresql;
mod queries;
mod redis;
mod script;
mod sectioned;
mod sql_server;
mod values;

use serde::Serialize;

use crate::{
    bundle::Bundle,
    family::Family,
    subject::{Collected, FACTS_FORMAT, Subject, Unreadable},
};

use answers::Reader;
pub use answers::{Answer, Table, answers_file};
pub use queries::{Queries, QueriesError, Query};
pub use redis::{REDIS_FACTS, REDIS_SETTINGS, rule_without_secrets};

/// The file of answers in JSON.
pub const JSON_FILE: &str = "queries.json";

/// What every family's facts begin with.
#[derive(Debug, Serialize)]
struct Head {
    /// [`FACTS_FORMAT`].
    format: &'static str,
    /// The family.
    family: Family,
    /// The day of the queries, which ages are counted from.
    collected_on: String,
    /// The product: `mysql`, `mariadb`, `percona`, `postgresql`, ….
    product: Option<String>,
    /// The version as the server says it, without prefixes of replication.
    version: Option<String>,
    /// Product and release line, such as `mysql-8.0`: what the end of support hangs on.
    release: Option<String>,
}

/// What a family's collector yields.
struct Gathered {
    facts: serde_json::Value,
    /// Host or instance name; empty where the server does not say.
    name: String,
    product: Option<String>,
    version: Option<String>,
}

/// Reads the facts in `bundle`.
pub fn collect(bundle: &Bundle) -> Collected {
    let mut reader = Reader::open(bundle);
    let gathered = match bundle.family {
        Family::Mysql => mysql::gather(&mut reader),
        Family::Postgresql => postgresql::gather(&mut reader),
        Family::SqlServer => sql_server::gather(&mut reader),
        Family::Oracle => oracle::gather(&mut reader),
        Family::Redis => redis::gather(&mut reader),
        Family::Mongodb => mongodb::gather(&mut reader),
        Family::Dm => dm::gather(&mut reader),
        Family::Kingbase => kingbase::gather(&mut reader),
        _ => return Collected::not_understood(bundle.family, bundle.files.keys()),
    };
    Collected {
        family: bundle.family,
        facts: gathered.facts,
        unreadable: reader.into_unreadable(),
        subject: Subject {
            kind: "database".to_owned(),
            name: gathered.name,
            platform: gathered
                .product
                .unwrap_or_else(|| bundle.family.word().to_owned()),
            version: gathered.version.unwrap_or_default(),
        },
    }
}

/// Facts as JSON; `facts` are plain structures, which JSON can always hold.
fn to_json(facts: &impl Serialize, unreadable: &mut Vec<Unreadable>) -> serde_json::Value {
    serde_json::to_value(facts).unwrap_or_else(|error| {
        unreadable.push(Unreadable {
            what: "facts".to_owned(),
            why: error.to_string(),
        });
        serde_json::json!({"format": FACTS_FORMAT})
    })
}
