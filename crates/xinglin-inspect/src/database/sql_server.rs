//! Microsoft SQL Server.

use serde::Serialize;

use super::{
    Gathered,
    answers::{Reader, Table},
    mysql::Share,
    values::{self, Settings},
};

/// What is known of an instance.
#[derive(Debug, Serialize)]
struct Facts {
    /// Edition.
    edition: Option<String>,
    /// Level and update level, such as `RTM CU12`.
    level: Option<String>,
    /// Whether only Windows accounts can sign in.
    windows_only: Option<bool>,
    /// Settings in use, names with underscores.
    settings: Option<Settings>,
    /// Settings of the instance in the registry.
    registry: Option<Settings>,
    /// Logins with a password.
    logins: Option<Vec<Login>>,
    /// Enabled members of `sysadmin`, without the instance's own services.
    administrators: Option<Vec<String>>,
    /// Who is in a server role: `role: member`.
    role_members: Option<Vec<String>>,
    /// What everybody may do on the server beyond the usual.
    public_permissions: Option<Vec<String>>,
    /// Databases.
    databases: Option<Vec<Database>>,
    /// Databases that a guest may enter.
    guest_databases: Option<Vec<String>>,
    /// What is recorded.
    audit: Option<Audit>,
    /// Which sign-ins go to the error log: 0 none, 1 successes, 2 failures, 3 both.
    login_audit: Option<i64>,
    /// Error logs that are kept.
    error_logs: Option<i64>,
    /// Connections over the network that are encrypted, of how many.
    connections: Option<Share>,
}

/// A login with a password.
#[derive(Debug, Serialize)]
struct Login {
    /// Its name.
    name: String,
    /// Whether it is the built-in `sa`, under whatever name.
    is_sa: bool,
    /// Whether it can sign in.
    enabled: Option<bool>,
    /// Whether the policy of Windows holds for it.
    policy_checked: Option<bool>,
    /// Whether its password expires by that policy.
    expiration_checked: Option<bool>,
    /// Whether its password is empty.
    blank: Option<bool>,
    /// Whether its password is its name.
    is_name: Option<bool>,
    /// Days since its password was changed.
    changed_days_ago: Option<i64>,
    /// Whether it is an administrator.
    sysadmin: Option<bool>,
}

/// A database.
#[derive(Debug, Serialize)]
struct Database {
    /// Its name.
    name: String,
    /// Whether it belongs to the server.
    is_system: bool,
    /// Whether its code may act outside of it.
    trustworthy: Option<bool>,
    /// Whether ownership reaches into other databases.
    chaining: Option<bool>,
    /// Whether its files are encrypted.
    encrypted: Option<bool>,
    /// `FULL`, `BULK_LOGGED` or `SIMPLE`.
    recovery: String,
    /// Days since the last full backup; `null` when there is none.
    backup_days_ago: Option<i64>,
}

/// What is recorded.
#[derive(Debug, Serialize)]
struct Audit {
    /// Enabled audits.
    enabled: Vec<String>,
    /// What they record on the level of the server.
    actions: Vec<String>,
    /// Audits that throw away files within a bound: `name: files x megabytes`.
    bounded: Vec<String>,
    /// Audits that stop the server when they cannot write.
    stops_server: Vec<String>,
}

/// Reads the facts.
pub(super) fn gather(reader: &mut Reader<'_>) -> Gathered {
    let server = reader.table(&["server"]);
    let row = server.as_ref().and_then(Table::first);
    let version = row.map(|row| row.word("version"));
    let head = reader.head(
        version.as_ref().map(|_| "sql_server"),
        version.as_deref(),
        2,
    );
    let registry = reader
        .optional(&["registry"])
        .map(|table| values::of_table(&table));
    let instance = reader.table(&["registry_of_instance"]);
    let instance = instance.as_ref().and_then(Table::first);
    let of_registry = |name: &str| registry.as_ref().and_then(|all| values::number(all, name));
    let members = reader.table(&["server_roles"]);
    let facts = Facts {
        edition: row.map(|row| row.word("edition")),
        level: row.map(|row| {
            let level = format!("{} {}", row.word("level"), row.word("update_level"));
            level.trim().to_owned()
        }),
        windows_only: row.and_then(|row| row.flag("windows_only")),
        settings: reader
            .table(&["configurations"])
            .map(|table| values::of_table(&table)),
        logins: logins(reader),
        administrators: members.as_ref().map(administrators),
        role_members: members.as_ref().map(|table| {
            table
                .rows()
                .map(|row| format!("{}: {}", row.word("role"), row.word("member")))
                .collect()
        }),
        public_permissions: reader
            .table(&["public_permissions"])
            .map(|table| table.rows().map(|row| row.word("permission")).collect()),
        databases: databases(reader),
        guest_databases: reader
            .table(&["guests"])
            .map(|table| table.rows().map(|row| row.word("database_name")).collect()),
        audit: audit(reader),
        login_audit: instance
            .and_then(|row| row.number("audit_level"))
            .or_else(|| of_registry("auditlevel")),
        error_logs: instance
            .and_then(|row| row.number("error_logs"))
            .or_else(|| of_registry("numerrorlogs")),
        connections: reader
            .table(&["connections"])
            .and_then(|table| Share::of(&table)),
        registry,
    };
    Gathered {
        facts: reader.json(&head, &facts),
        name: row.map(|row| row.word("name")).unwrap_or_default(),
        product: Some("sql_server".to_owned()),
        version,
    }
}

fn logins(reader: &mut Reader<'_>) -> Option<Vec<Login>> {
    let table = reader.table(&["logins"])?;
    let logins = table.rows().map(|row| Login {
        name: row.word("name"),
        is_sa: row.flag("is_sa") == Some(true),
        enabled: row.flag("disabled").map(|disabled| !disabled),
        policy_checked: row.flag("policy_checked"),
        expiration_checked: row.flag("expiration_checked"),
        blank: row.flag("blank"),
        is_name: row.flag("is_name"),
        changed_days_ago: row.text("changed").and_then(|day| reader.days_since(day)),
        sysadmin: row.flag("sysadmin"),
    });
    Some(logins.collect())
}

fn administrators(members: &Table) -> Vec<String> {
    let rows = members.rows().filter(|row| {
        row.word("role") == "sysadmin"
            && row.flag("disabled") != Some(true)
            && !row
                .word("member")
                .to_ascii_uppercase()
                .starts_with("NT SERVICE\\")
    });
    rows.map(|row| row.word("member")).collect()
}

fn databases(reader: &mut Reader<'_>) -> Option<Vec<Database>> {
    let table = reader.table(&["databases"])?;
    let databases = table.rows().map(|row| Database {
        name: row.word("name"),
        is_system: row.flag("is_system") == Some(true),
        trustworthy: row.flag("trustworthy"),
        chaining: row.flag("chaining"),
        encrypted: row.flag("encrypted"),
        recovery: row.word("recovery"),
        backup_days_ago: row
            .text("last_backup")
            .and_then(|day| reader.days_since(day)),
    });
    Some(databases.collect())
}

fn audit(reader: &mut Reader<'_>) -> Option<Audit> {
    let audits = reader.table(&["audits"])?;
    let actions = reader.table(&["audit_actions"])?;
    let mut audit = Audit {
        enabled: Vec::new(),
        actions: actions.rows().map(|row| row.word("action")).collect(),
        bounded: Vec::new(),
        stops_server: Vec::new(),
    };
    for row in audits
        .rows()
        .filter(|row| row.flag("enabled") == Some(true))
    {
        let name = row.word("name");
        // 2147483647 files, or files without a bound, are kept until the disk is full.
        if let (Some(files), Some(megabytes)) =
            (row.number("max_files"), row.number("max_megabytes"))
            && files > 0
            && files < i64::from(i32::MAX)
            && megabytes > 0
        {
            audit.bounded.push(format!("{name}: {files} x {megabytes}"));
        }
        if row
            .word("on_failure")
            .to_ascii_uppercase()
            .contains("SHUTDOWN")
        {
            audit.stops_server.push(name.clone());
        }
        audit.enabled.push(name);
    }
    Some(audit)
}
