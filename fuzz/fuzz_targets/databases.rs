//! Every file of a database's bundle, on the same bytes. None may panic.
#![no_main]

use std::collections::BTreeMap;

use libfuzzer_sys::fuzz_target;
use xinglin_inspect::{Bundle, Family};

/// Families of databases.
const FAMILIES: [Family; 8] = [
    Family::Mysql,
    Family::Postgresql,
    Family::SqlServer,
    Family::Oracle,
    Family::Redis,
    Family::Mongodb,
    Family::Dm,
    Family::Kingbase,
];
/// Files that are parsed.
const FILES: [&str; 9] = [
    "queries.json",
    "queries.txt",
    "pg_hba.conf",
    "sys_hba.conf",
    "redis.conf",
    "mongod.conf",
    "sqlnet.ora",
    "listener.ora",
    "dm.ini",
];

fuzz_target!(|bytes: &[u8]| {
    for family in FAMILIES {
        let files = FILES.map(|name| (name.to_owned(), bytes.to_vec()));
        let bundle = Bundle {
            family,
            collected_at: "2026-11-22T08:00:00Z".parse().unwrap(),
            files: BTreeMap::from(files),
        };
        bundle.collect();
    }
});
