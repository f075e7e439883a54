//! MongoDB.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value as Json;

use super::{
    Gathered,
    answers::{Reader, Table},
    values::{self, Settings},
};

/// Roles that hold for everything.
const ADMINISTRATORS: [&str; 8] = [
    "root",
    "__system",
    "userAdminAnyDatabase",
    "dbAdminAnyDatabase",
    "readWriteAnyDatabase",
    "clusterAdmin",
    "restore",
    "hostManager",
];

/// What is known of a server.
#[derive(Debug, Serialize)]
struct Facts {
    /// `enterprise` when it is that edition, else `community`.
    edition: Option<String>,
    /// Options it was started with, names with underscores and in lower case.
    options: Option<Settings>,
    /// Whether users must sign in and have only their roles.
    authorization: Option<bool>,
    /// How members of a cluster prove who they are: `keyFile`, `x509`, …, or empty.
    cluster_auth: Option<String>,
    /// Addresses it listens on.
    addresses: Option<Vec<String>>,
    /// Whether one of them is reached from other machines.
    remote: Option<bool>,
    /// The port.
    port: Option<i64>,
    /// `disabled`, `allow`, `prefer` or `require`.
    tls: Option<String>,
    /// Whether clients must show a certificate that a named authority signed.
    tls_verifies_clients: Option<bool>,
    /// Where audit records go; empty when nothing is audited.
    audit: Option<String>,
    /// Whether a filter leaves some events out.
    audit_filtered: Option<bool>,
    /// Where the log goes: `file`, `syslog`, or empty for the terminal.
    log: Option<String>,
    /// Whether the log goes on after a restart.
    log_append: Option<bool>,
    /// Whether the server runs JavaScript of clients.
    javascript: Option<bool>,
    /// Whether its files are encrypted.
    encrypted: Option<bool>,
    /// Whether, without any user yet, a local client may make one.
    localhost_exception: Option<bool>,
    /// Ways to sign in that are offered.
    mechanisms: Option<Vec<String>>,
    /// Users.
    users: Option<Vec<User>>,
    /// Members of the replica set; 0 for a single server.
    members: Option<i64>,
}

/// A user.
#[derive(Debug, Serialize)]
struct User {
    /// `database.user`.
    name: String,
    /// `role@database`.
    roles: Vec<String>,
    /// Whether a role holds for everything.
    administrator: bool,
    /// Ways it signs in.
    mechanisms: Vec<String>,
}

/// Reads the facts.
pub(super) fn gather(reader: &mut Reader<'_>) -> Gathered {
    let server = reader.table(&["server"]);
    let row = server.as_ref().and_then(Table::first);
    let version = row.map(|row| row.word("version"));
    let head = reader.head(version.as_ref().map(|_| "mongodb"), version.as_deref(), 2);
    let options = options(reader);
    let parameters = reader
        .table(&["parameters"])
        .map(|table| values::of_table(&table));
    let text = |name: &str| {
        let options = options.as_ref()?;
        Some(values::text(options, name).unwrap_or_default())
    };
    // An option that is not given has the value that all releases give it.
    let switch = |name: &str, unset: bool| {
        let options = options.as_ref()?;
        Some(values::switch(options, name).unwrap_or(unset))
    };
    let addresses = addresses(options.as_ref());
    let facts = Facts {
        edition: row.map(|row| {
            let is_enterprise = row.word("modules").contains("enterprise");
            if is_enterprise {
                "enterprise"
            } else {
                "community"
            }
            .to_owned()
        }),
        authorization: options.as_ref().map(is_authorized),
        cluster_auth: options.as_ref().map(cluster_auth),
        remote: addresses.as_ref().map(|addresses| {
            let is_local = |address: &String| {
                matches!(address.as_str(), "127.0.0.1" | "localhost" | "::1")
                    || address.starts_with('/')
            };
            !addresses.iter().all(is_local)
        }),
        addresses,
        port: options
            .as_ref()
            .map(|options| values::number(options, "net_port").unwrap_or(27017)),
        tls: options.as_ref().map(tls),
        tls_verifies_clients: options.as_ref().map(|options| {
            let has = |name: &str| values::text(options, name).is_some_and(|text| !text.is_empty());
            let allows_none = |name: &str| values::switch(options, name) == Some(true);
            (has("net_tls_cafile") || has("net_ssl_cafile"))
                && !allows_none("net_tls_allowconnectionswithoutcertificates")
                && !allows_none("net_ssl_allowconnectionswithoutcertificates")
        }),
        audit: text("auditlog_destination"),
        audit_filtered: text("auditlog_filter").map(|filter| !filter.is_empty()),
        log: text("systemlog_destination"),
        log_append: switch("systemlog_logappend", false),
        javascript: switch("security_javascriptenabled", true),
        encrypted: switch("security_enableencryption", false),
        localhost_exception: parameters
            .as_ref()
            .and_then(|all| values::switch(all, "enablelocalhostauthbypass")),
        mechanisms: parameters
            .as_ref()
            .and_then(|all| values::text(all, "authenticationmechanisms"))
            .map(|list| values::words(&list)),
        users: reader.table(&["users"]).map(|table| users(&table)),
        members: reader
            .table(&["replica_set"])
            .and_then(|table| table.first()?.number("members")),
        options,
    };
    Gathered {
        facts: reader.json(&head, &facts),
        name: row.map(|row| row.word("host")).unwrap_or_default(),
        product: Some("mongodb".to_owned()),
        version,
    }
}

/// The options the server says it was started with, or those of `mongod.conf`.
fn options(reader: &mut Reader<'_>) -> Option<Settings> {
    let Some(text) = reader.file("mongod.conf") else {
        return reader
            .table(&["options"])
            .map(|table| values::of_table(&table));
    };
    if let Some(table) = reader.optional(&["options"]) {
        return Some(values::of_table(&table));
    }
    match serde_saphyr::from_str::<BTreeMap<String, Json>>(&text) {
        Ok(document) => {
            let mut options = Settings::new();
            for (name, value) in document {
                flatten(&name, value, &mut options, 8);
            }
            Some(options)
        }
        Err(error) => {
            reader.note("mongod.conf", &error.to_string());
            None
        }
    }
}

fn flatten(name: &str, value: Json, options: &mut Settings, depth: usize) {
    match value {
        Json::Object(inner) if depth > 0 => {
            for (key, value) in inner {
                flatten(&format!("{name}.{key}"), value, options, depth - 1);
            }
        }
        Json::String(text) => {
            options.insert(values::name(name), values::value(&text));
        }
        other => {
            options.insert(values::name(name), other);
        }
    }
}

/// A key file or certificates between members switch it on, too.
fn is_authorized(options: &Settings) -> bool {
    let said = options.get("security_authorization");
    let is_enabled = said == Some(&Json::from(true))
        || said.and_then(Json::as_str) == Some("enabled")
        || values::switch(options, "auth") == Some(true);
    let is_disabled = said == Some(&Json::from(false));
    !is_disabled && (is_enabled || !cluster_auth(options).is_empty())
}

fn cluster_auth(options: &Settings) -> String {
    match values::text(options, "security_clusterauthmode") {
        Some(mode) => mode,
        None if options.contains_key("security_keyfile") => "keyFile".to_owned(),
        None => String::new(),
    }
}

/// Without an address it is the local one, since 3.6.
fn addresses(options: Option<&Settings>) -> Option<Vec<String>> {
    let options = options?;
    if values::switch(options, "net_bindipall") == Some(true) {
        return Some(vec!["*".to_owned()]);
    }
    let said = values::text(options, "net_bindip").unwrap_or_else(|| "127.0.0.1".to_owned());
    Some(values::words(&said))
}

/// `requireTLS`, `requireSSL` and the like as one word.
fn tls(options: &Settings) -> String {
    let said = values::text(options, "net_tls_mode")
        .or_else(|| values::text(options, "net_ssl_mode"))
        .unwrap_or_default();
    match said.trim_end_matches("TLS").trim_end_matches("SSL") {
        "" | "false" => "disabled".to_owned(),
        word => word.to_owned(),
    }
}

fn users(table: &Table) -> Vec<User> {
    let rows = table.rows().map(|row| {
        let roles = values::words(&row.word("roles"));
        let is_administrators = |role: &String| {
            let (name, _) = role.split_once('@').unwrap_or((role, ""));
            ADMINISTRATORS.contains(&name) || role == "dbOwner@admin" || role == "userAdmin@admin"
        };
        User {
            name: format!("{}.{}", row.word("database_name"), row.word("user")),
            administrator: roles.iter().any(is_administrators),
            roles,
            mechanisms: values::words(&row.word("mechanisms")),
        }
    });
    rows.collect()
}
