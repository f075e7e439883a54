//! Records in a database: SQLite (WAL) today, one code for PostgreSQL later.
//!
//! Entities, forward-only migrations and queries as free functions over a connection
//! ([`Db`]) or a write transaction ([`Tx`]); rows in, domain words out. There are no
//! rules here: permission and transitions are `xinglin-app`'s and the engines'.
//!
//! **Invariant:** log events never enter this database.
//! **Invariant:** nothing outside this crate names SeaORM.

mod connection;
mod ended;
mod error;
mod migrations;
mod row;
mod search;

pub mod accounts;
pub mod agents;
pub mod alerts;
pub mod assessments;
pub mod assets;
pub mod attachments;
pub mod dashboard;
pub mod departments;
pub mod detection;
pub mod discoveries;
pub mod drift;
pub mod evidence;
pub mod exceptions;
pub mod findings;
pub mod hazards;
pub mod host_keys;
pub mod indicators;
pub mod inspections;
pub mod integrity;
pub mod ledger;
pub mod logs;
pub mod people;
pub mod plans;
pub mod posts;
pub mod reports;
pub mod scan_ranges;
pub mod sessions;
pub mod settings;
pub mod systems;
pub mod tasks;
pub mod verdicts;

pub use connection::{Db, Read, Store, Tx};
pub use error::StoreError;
pub use search::Sort;
