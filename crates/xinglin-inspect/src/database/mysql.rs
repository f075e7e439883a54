//! MySQL, MariaDB and Percona Server.

use serde::Serialize;

use super::{
    Gathered,
    answers::{Reader, Row, Table},
    values::{self, Settings},
};

/// Accounts that the server keeps for itself; they are locked and have no password.
const OWN_ACCOUNTS: [&str; 4] = [
    "mysql.sys",
    "mysql.session",
    "mysql.infoschema",
    "mariadb.sys",
];
/// Ways to sign in whose secret is not in the account, so that an empty one says nothing.
const EXTERNAL_PLUGINS: [&str; 9] = [
    "auth_socket",
    "unix_socket",
    "auth_pam",
    "pam",
    "authentication_pam",
    "authentication_ldap_sasl",
    "authentication_ldap_simple",
    "authentication_kerberos",
    "gssapi",
];
/// Hosts from which only the machine itself connects.
const LOCAL_HOSTS: [&str; 4] = ["localhost", "127.0.0.1", "::1", "127.0.0.1/255.255.255.255"];

/// What is known of a server.
#[derive(Debug, Serialize)]
struct Facts {
    /// Settings, names with underscores in all releases.
    settings: Option<Settings>,
    /// Accounts, without those the server keeps for itself, and without roles.
    accounts: Option<Vec<Account>>,
    /// What new passwords must be like.
    password_policy: Option<PasswordPolicy>,
    /// What happens after failed sign-ins.
    lockout: Option<Lockout>,
    /// What is recorded.
    audit: Option<Audit>,
    /// Grants on the server's own databases.
    system_grants: Option<Vec<SystemGrant>>,
    /// Sample databases that are present.
    sample_databases: Option<Vec<String>>,
    /// Tables of applications that are encrypted, of how many.
    encrypted_tables: Option<Share>,
}

/// An account.
#[derive(Debug, Serialize)]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a fact that a check asks for by itself"
)]
struct Account {
    /// `'user'@'host'`.
    name: String,
    /// The user; empty for the anonymous one.
    user: String,
    /// From where.
    host: String,
    /// How it signs in.
    plugin: String,
    /// `set`, `empty`, `unusable`, `external`, or `old` for a hash of before 4.1.
    password: String,
    /// Whether it is locked; `null` where the release cannot lock.
    locked: Option<bool>,
    /// Whether it can sign in with a password or without one.
    usable: bool,
    /// Whether its secret is a password in the server.
    by_password: bool,
    /// Whether it can connect from another machine.
    remote: bool,
    /// Whether it can connect from every address.
    anywhere: bool,
    /// Days its password lives, the server's own figure where it has none; 0 is for ever.
    lifetime_days: Option<i64>,
    /// Days since its password was changed.
    changed_days_ago: Option<i64>,
    /// Former passwords refused, the server's own figure where it has none.
    reuse_history: Option<i64>,
    /// Failed sign-ins before it is locked; 0 is never.
    failed_attempts: Option<i64>,
    /// For how many days; -1 is until somebody unlocks it.
    lock_days: Option<i64>,
    /// Whether it must use TLS: `none`, `any`, `x509` or `specified`.
    tls: String,
    /// Privileges on everything.
    privileges: Vec<String>,
    /// Whether it may hand privileges on.
    grants: bool,
}

/// What new passwords must be like.
#[derive(Debug, Serialize)]
struct PasswordPolicy {
    /// `validate_password`, `simple_password_check`, `cracklib_password_check` or empty.
    module: String,
    /// `low`, `medium` or `strong`; `null` where the module has none.
    level: Option<String>,
    /// Characters at least.
    min_length: i64,
    /// Classes of characters demanded, of four.
    classes: i64,
    /// Whether what cannot be checked, such as a hash, is refused; `null` where unknown.
    strict: Option<bool>,
}

/// What happens after failed sign-ins.
#[derive(Debug, Serialize)]
struct Lockout {
    /// Whether the plugin or component that delays sign-ins is active.
    delays: bool,
    /// Failures before it delays.
    threshold: Option<i64>,
    /// By at least.
    min_delay_ms: Option<i64>,
    /// MariaDB: failures before an account is refused until somebody intervenes.
    max_password_errors: Option<i64>,
}

/// What is recorded.
#[derive(Debug, Serialize)]
struct Audit {
    /// Active audit plugins.
    plugins: Vec<String>,
    /// Whether one of them records sign-ins and statements of every user.
    records_all: Option<bool>,
    /// Whether every statement goes to the general log.
    general_log: Option<bool>,
}

/// A grant on a database of the server itself.
#[derive(Debug, Serialize)]
struct SystemGrant {
    /// To whom.
    grantee: String,
    /// On what.
    database: String,
    /// What.
    privilege: String,
}

/// So many of so many.
#[derive(Debug, Serialize)]
pub(super) struct Share {
    /// That have it.
    pub(super) encrypted: i64,
    /// In all.
    pub(super) total: i64,
}

impl Share {
    pub(super) fn of(table: &Table) -> Option<Self> {
        let row = table.first()?;
        Some(Self {
            encrypted: row.number("encrypted").unwrap_or(0),
            total: row.number("total")?,
        })
    }
}

/// Reads the facts.
pub(super) fn gather(reader: &mut Reader<'_>) -> Gathered {
    let server = reader.table(&["server"]);
    let row = server.as_ref().and_then(Table::first);
    let said = row.map(|row| row.word("version"));
    let comment = row.map(|row| row.word("comment")).unwrap_or_default();
    let product = said.as_deref().map(|said| product(said, &comment));
    let version = said.as_deref().map(version);
    let settings = reader
        .table(&[
            "variables_performance_schema",
            "variables_information_schema",
        ])
        .map(|table| values::of_table(&table));
    let plugins = reader.table(&["plugins"]);
    let components = reader.optional(&["components"]);
    let accounts = accounts(reader, settings.as_ref());
    let modules = plugins
        .as_ref()
        .map(|plugins| modules(plugins, components.as_ref()));
    let both = settings.as_ref().zip(modules.as_ref());
    let head = reader.head(product, version.as_deref(), 2);
    let facts = Facts {
        password_policy: both.map(|(settings, modules)| password_policy(settings, modules)),
        lockout: both.map(|(settings, modules)| lockout(settings, modules)),
        audit: both.map(|(settings, modules)| audit(settings, modules)),
        // Who may not read the accounts sees only grants of its own.
        system_grants: accounts.as_ref().and_then(|_| system_grants(reader)),
        sample_databases: sample_databases(reader),
        encrypted_tables: reader
            .optional(&["encrypted_tables"])
            .and_then(|table| Share::of(&table)),
        settings,
        accounts,
    };
    Gathered {
        facts: reader.json(&head, &facts),
        name: row.map(|row| row.word("hostname")).unwrap_or_default(),
        product: product.map(str::to_owned),
        version,
    }
}

fn system_grants(reader: &mut Reader<'_>) -> Option<Vec<SystemGrant>> {
    let table = reader.table(&["schema_privileges"])?;
    let grants = table.rows().map(|row| SystemGrant {
        grantee: row.word("grantee"),
        database: row.word("database_name"),
        privilege: row.word("privilege"),
    });
    Some(grants.collect())
}

/// Nothing is known of databases that the account may not see.
fn sample_databases(reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let table = reader.table(&["databases"])?;
    let sees_all = table
        .first()
        .is_some_and(|row| row.number("sees_all") > Some(0));
    if !sees_all {
        reader.note("query databases", "the account has no SHOW DATABASES");
        return None;
    }
    let names = table.rows().map(|row| row.word("name"));
    Some(names.filter(|name| name != "information_schema").collect())
}

fn product(said: &str, comment: &str) -> &'static str {
    let comment = comment.to_ascii_lowercase();
    if said.to_ascii_lowercase().contains("mariadb") || comment.contains("mariadb") {
        "mariadb"
    } else if comment.contains("percona") {
        "percona"
    } else {
        "mysql"
    }
}

/// The version alone: `5.5.5-10.6.12-MariaDB-log` is 10.6.12, since MariaDB puts an old
/// version in front for the sake of old replicas.
fn version(said: &str) -> String {
    let said = match said.strip_prefix("5.5.5-") {
        Some(rest) if rest.starts_with(|c: char| c.is_ascii_digit()) => rest,
        _ => said,
    };
    let end = said
        .find(|c: char| !c.is_ascii_digit() && c != '.')
        .unwrap_or(said.len());
    said.get(..end).unwrap_or(said).to_owned()
}

/// Plugins and components that are active, in lower case.
fn modules(plugins: &Table, components: Option<&Table>) -> Vec<String> {
    let active = plugins
        .rows()
        .filter(|row| row.word("status").eq_ignore_ascii_case("ACTIVE"))
        .map(|row| row.word("name").to_ascii_lowercase());
    let components = components.into_iter().flat_map(Table::rows).map(|row| {
        row.word("urn")
            .trim_start_matches("file://component_")
            .to_ascii_lowercase()
    });
    active.chain(components).collect()
}

fn accounts(reader: &mut Reader<'_>, settings: Option<&Settings>) -> Option<Vec<Account>> {
    let table = reader.table(&[
        "accounts_mysql8",
        "accounts_mariadb",
        "accounts_mysql57",
        "accounts_older",
    ])?;
    let privileges = reader.table(&["privileges"])?;
    let accounts = table
        .rows()
        .filter(|row| !OWN_ACCOUNTS.contains(&row.word("user").as_str()))
        .filter(|row| !is_role(row))
        .map(|row| account(reader, &row, &privileges, settings));
    Some(accounts.collect())
}

/// MariaDB says so; MySQL keeps a role as a locked account with an expired empty password.
fn is_role(row: &Row<'_>) -> bool {
    let is_locked_and_expired =
        row.flag("locked") == Some(true) && row.flag("expired") == Some(true);
    row.word("password") == "role" || (is_locked_and_expired && row.word("password") == "empty")
}

fn account(
    reader: &Reader<'_>,
    row: &Row<'_>,
    privileges: &Table,
    settings: Option<&Settings>,
) -> Account {
    let (user, host) = (row.word("user"), row.word("host"));
    let name = format!("'{user}'@'{host}'");
    let plugin = row.word("plugin");
    let is_external = |plugin: &str| EXTERNAL_PLUGINS.contains(&plugin);
    let mut password = row.word("password");
    let is_alternative_external = values::words(&row.word("alternatives"))
        .iter()
        .any(|plugin| is_external(plugin));
    if is_external(&plugin) || (password == "unusable" && is_alternative_external) {
        "external".clone_into(&mut password);
    }
    let locked = row.flag("locked");
    let granted: Vec<Row<'_>> = privileges
        .rows()
        .filter(|row| row.word("grantee") == name)
        .collect();
    let number_of = |name: &str| settings.and_then(|settings| values::number(settings, name));
    let by_password = matches!(password.as_str(), "set" | "empty" | "old");
    Account {
        usable: locked != Some(true) && password != "unusable",
        by_password,
        remote: !LOCAL_HOSTS.contains(&host.as_str()),
        anywhere: host.is_empty() || host.chars().all(|c| c == '%') || host == "0.0.0.0/0.0.0.0",
        lifetime_days: row
            .number("lifetime")
            .or_else(|| number_of("default_password_lifetime")),
        changed_days_ago: row.text("changed").and_then(|day| reader.days_since(day)),
        reuse_history: row
            .number("reuse_history")
            .or_else(|| number_of("password_history")),
        failed_attempts: row
            .number("failed_attempts")
            .or(row.has("failed_attempts").then_some(0)),
        lock_days: row.number("lock_days"),
        tls: match row.word("tls").as_str() {
            "" => "none".to_owned(),
            other => other.to_ascii_lowercase(),
        },
        privileges: granted.iter().map(|row| row.word("privilege")).collect(),
        grants: granted
            .iter()
            .any(|row| row.flag("grantable") == Some(true)),
        name,
        user,
        host,
        plugin,
        password,
        locked,
    }
}

fn password_policy(settings: &Settings, modules: &[String]) -> PasswordPolicy {
    let has = |module: &str| modules.iter().any(|name| name == module);
    let number = |name: &str| values::number(settings, name).unwrap_or(0);
    let class = |demanded: bool| i64::from(demanded);
    // A component's settings have a dot in their names and a plugin's an underscore; both
    // read alike here.
    if has("validate_password") {
        let level = values::text(settings, "validate_password_policy").map(|level| {
            match level.to_ascii_lowercase().as_str() {
                "0" | "low" => "low".to_owned(),
                "1" | "medium" => "medium".to_owned(),
                "2" | "strong" => "strong".to_owned(),
                other => other.to_owned(),
            }
        });
        // `low` looks at nothing but the length.
        let looks_at_classes = level.as_deref().is_some_and(|level| level != "low");
        let mixed = number("validate_password_mixed_case_count") > 0;
        let classes = 2 * class(mixed)
            + class(number("validate_password_number_count") > 0)
            + class(number("validate_password_special_char_count") > 0);
        return PasswordPolicy {
            module: "validate_password".to_owned(),
            min_length: number("validate_password_length"),
            classes: if looks_at_classes { classes } else { 0 },
            level,
            strict: None,
        };
    }
    let strict = values::switch(settings, "strict_password_validation");
    if has("simple_password_check") {
        let letters = number("simple_password_check_letters_same_case") > 0;
        return PasswordPolicy {
            module: "simple_password_check".to_owned(),
            level: None,
            min_length: number("simple_password_check_minimal_length"),
            classes: 2 * class(letters)
                + class(number("simple_password_check_digits") > 0)
                + class(number("simple_password_check_other_characters") > 0),
            strict,
        };
    }
    let has_cracklib = has("cracklib_password_check");
    PasswordPolicy {
        module: if has_cracklib {
            "cracklib_password_check"
        } else {
            ""
        }
        .to_owned(),
        level: None,
        // Cracklib refuses words and passwords under six characters, and demands no classes.
        min_length: if has_cracklib { 6 } else { 0 },
        classes: 0,
        strict,
    }
}

fn lockout(settings: &Settings, modules: &[String]) -> Lockout {
    let number = |name: &str| values::number(settings, name);
    // Of the two plugins only the first acts; the other shows what it did.
    let delays = modules.iter().any(|name| name == "connection_control");
    Lockout {
        delays,
        threshold: number("connection_control_failed_connections_threshold")
            .or_else(|| number("component_connection_control_failed_connections_threshold")),
        min_delay_ms: number("connection_control_min_connection_delay")
            .or_else(|| number("component_connection_control_min_connection_delay")),
        max_password_errors: number("max_password_errors"),
    }
}

fn audit(settings: &Settings, modules: &[String]) -> Audit {
    const PLUGINS: [&str; 5] = [
        "audit_log",
        "audit_log_filter",
        "server_audit",
        "mysql_firewall_audit",
        "audit",
    ];
    let plugins: Vec<String> = modules
        .iter()
        .filter(|name| PLUGINS.contains(&name.as_str()))
        .cloned()
        .collect();
    let text = |name: &str| values::text(settings, name).unwrap_or_default();
    let records_all = plugins.first().map(|plugin| match plugin.as_str() {
        "server_audit" => {
            let events = values::words(&text("server_audit_events").to_ascii_uppercase());
            let has = |event: &str| events.iter().any(|named| named == event);
            let has_queries = has("QUERY") || (has("QUERY_DDL") && has("QUERY_DCL"));
            values::switch(settings, "server_audit_logging") == Some(true)
                && text("server_audit_incl_users").is_empty()
                && text("server_audit_excl_users").is_empty()
                // No events named means all of them.
                && (events.is_empty() || (has("CONNECT") && has_queries))
        }
        "audit_log" => {
            let policy = text("audit_log_policy").to_ascii_uppercase();
            matches!(policy.as_str(), "ALL" | "") && text("audit_log_include_accounts").is_empty()
        }
        _ => true,
    });
    Audit {
        plugins,
        records_all,
        general_log: values::switch(settings, "general_log")
            .map(|on| on && !text("log_output").eq_ignore_ascii_case("NONE")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_read_behind_their_prefixes() {
        for (said, expected) in [
            ("5.5.5-10.6.12-MariaDB-log", "10.6.12"),
            ("10.11.6-MariaDB-0+deb12u1-log", "10.11.6"),
            ("5.5.5-m3", "5.5.5"),
            ("8.0.36-28", "8.0.36"),
            ("5.7.44-log", "5.7.44"),
            ("", ""),
        ] {
            assert_eq!(version(said), expected);
        }
    }
}
