//! Oracle Database.

mod accounts;
mod net;

use serde::Serialize;

use super::{
    Gathered,
    answers::{Reader, Table},
    mysql::Share,
    values::{self, Settings},
};
use accounts::{Account, Profiles};
use net::{Listener, Sqlnet};

/// What is known of an instance.
#[derive(Debug, Serialize)]
struct Facts {
    /// The first number of the version.
    major: Option<i64>,
    /// Initialisation parameters.
    settings: Option<Settings>,
    /// Accounts with the limits that hold for them.
    accounts: Option<Vec<Account>>,
    /// Open accounts that still have a password Oracle shipped.
    default_passwords: Option<Vec<String>>,
    /// Accounts other than SYS that administrate over the network.
    remote_administrators: Option<Vec<String>>,
    /// Who has the role DBA besides SYS and SYSTEM.
    administrators: Option<Vec<String>>,
    /// Accounts of people or applications with `ANY` privileges: `grantee: privilege`.
    any_privileges: Option<Vec<String>>,
    /// Who audits: holders of `AUDIT_ADMIN` or `AUDIT_VIEWER` that are not DBA.
    auditors: Option<Vec<String>>,
    /// Packages that reach out of the database and that everybody may run.
    public_packages: Option<Vec<String>>,
    /// What is recorded.
    audit: Option<Audit>,
    /// `sqlnet.ora`, when it was gathered.
    sqlnet: Option<Sqlnet>,
    /// `listener.ora`, when it was gathered.
    listener: Option<Listener>,
    /// Days since the database was created.
    created_days_ago: Option<i64>,
    /// Whether redo logs are archived.
    archives_logs: Option<bool>,
    /// Patches of the database.
    patches: Option<Patches>,
    /// Tablespaces of applications that are encrypted, of how many.
    encrypted_tablespaces: Option<Share>,
    /// RMAN's record of backups.
    backups: Option<Backups>,
}

/// Patches of the database.
#[derive(Debug, Serialize)]
struct Patches {
    /// Days since the last one was applied; `null` when there is none.
    last_days_ago: Option<i64>,
    /// Those applied.
    applied: Vec<String>,
    /// Those that are in the software and not, or by half, in the database.
    failed: Vec<String>,
}

/// RMAN's record of backups.
#[derive(Debug, Serialize)]
struct Backups {
    /// Days since the last good one; `null` when there is none.
    last_days_ago: Option<i64>,
}

/// What is recorded.
#[derive(Debug, Serialize)]
struct Audit {
    /// Whether unified auditing has policies in force.
    unified: bool,
    /// Policies in force for somebody.
    policies: Vec<String>,
    /// Where traditional auditing writes to, `NONE` when it is off.
    trail: String,
    /// Statements and privileges that traditional auditing records for all users.
    statements: Vec<String>,
    /// Whether what SYS does is recorded.
    records_sys: Option<bool>,
    /// Age of the oldest record in days; `null` when there is none.
    oldest_days_ago: Option<i64>,
    /// Records that are there; `null` when they may not be counted.
    records: Option<i64>,
}

/// Reads the facts.
pub(super) fn gather(reader: &mut Reader<'_>) -> Gathered {
    let server = reader.table(&["server_full", "server"]);
    let row = server.as_ref().and_then(Table::first);
    let version = row.map(|row| row.word("version"));
    let major = version
        .as_deref()
        .and_then(|version| version.split('.').next()?.parse::<i64>().ok());
    let parts = if major.is_some_and(|major| major < 18) {
        2
    } else {
        1
    };
    let head = reader.head(
        version.as_ref().map(|_| "oracle"),
        version.as_deref(),
        parts,
    );
    let settings = reader
        .table(&["parameters"])
        .map(|table| values::of_table(&table));
    let profiles = reader
        .table(&["profiles"])
        .map(|table| Profiles::of(&table));
    let accounts = accounts::read(reader, profiles.as_ref());
    let grants = reader.table(&["role_grants"]);
    let database = reader.table(&["database"]);
    let database = database.as_ref().and_then(Table::first);
    let facts = Facts {
        major,
        default_passwords: default_passwords(reader, accounts.as_deref()),
        remote_administrators: reader
            .table(&["password_file"])
            .map(|table| names(&table, "username", |name| name != "SYS")),
        administrators: grants
            .as_ref()
            .map(|grants| holders(grants, &["DBA"], |name| !matches!(name, "SYS" | "SYSTEM"))),
        auditors: grants.as_ref().map(|grants| {
            let administrators = holders(grants, &["DBA"], |_| true);
            holders(grants, &["AUDIT_ADMIN", "AUDIT_VIEWER"], |name| {
                !administrators.iter().any(|other| other == name) && name != "SYS"
            })
        }),
        any_privileges: any_privileges(reader, accounts.as_deref()),
        public_packages: reader
            .table(&["public_packages"])
            .map(|table| names(&table, "package_name", |_| true)),
        audit: audit(reader, settings.as_ref()),
        sqlnet: reader.file("sqlnet.ora").map(|text| Sqlnet::read(&text)),
        listener: reader
            .file("listener.ora")
            .map(|text| Listener::read(&text)),
        created_days_ago: database.and_then(|row| reader.days_since(row.text("created")?)),
        archives_logs: database.map(|row| row.word("log_mode") == "ARCHIVELOG"),
        patches: patches(reader),
        encrypted_tablespaces: reader
            .table(&["encryption"])
            .and_then(|table| Share::of(&table)),
        backups: reader.table(&["backups"]).map(|table| Backups {
            last_days_ago: table
                .first()
                .and_then(|row| reader.days_since(row.text("finished")?)),
        }),
        settings,
        accounts,
    };
    Gathered {
        facts: reader.json(&head, &facts),
        name: row.map(|row| row.word("instance_name")).unwrap_or_default(),
        product: Some("oracle".to_owned()),
        version,
    }
}

fn names(table: &Table, column: &str, keep: impl Fn(&str) -> bool) -> Vec<String> {
    let names = table.rows().map(|row| row.word(column));
    names.filter(|name| keep(name)).collect()
}

fn holders(grants: &Table, roles: &[&str], keep: impl Fn(&str) -> bool) -> Vec<String> {
    let mut holders: Vec<String> = grants
        .rows()
        .filter(|row| roles.contains(&row.word("granted_role").as_str()))
        .map(|row| row.word("grantee"))
        .filter(|name| keep(name))
        .collect();
    holders.sort();
    holders.dedup();
    holders
}

fn patches(reader: &mut Reader<'_>) -> Option<Patches> {
    let table = reader.table(&["patches", "patches_11g"])?;
    let mut patches = Patches {
        last_days_ago: None,
        applied: Vec::new(),
        failed: Vec::new(),
    };
    for row in table.rows() {
        if !row.word("status").starts_with("SUCCESS") {
            let failed = format!("{} {}", row.word("description"), row.word("status"));
            patches.failed.push(failed);
            continue;
        }
        let days = row.text("applied").and_then(|day| reader.days_since(day));
        patches.last_days_ago = match (patches.last_days_ago, days) {
            (Some(least), Some(days)) => Some(least.min(days)),
            (least, days) => least.or(days),
        };
        patches.applied.push(row.word("description"));
    }
    Some(patches)
}

/// Oracle lists locked accounts, too; only those that can be entered matter.
fn default_passwords(reader: &mut Reader<'_>, accounts: Option<&[Account]>) -> Option<Vec<String>> {
    let table = reader.table(&["default_passwords"])?;
    let accounts = accounts?;
    Some(names(&table, "username", |name| {
        accounts
            .iter()
            .any(|account| account.is_open() && account.is_named(name))
    }))
}

fn any_privileges(reader: &mut Reader<'_>, accounts: Option<&[Account]>) -> Option<Vec<String>> {
    let table = reader.table(&["any_privileges"])?;
    let accounts = accounts?;
    let rows = table.rows().filter(|row| {
        let grantee = row.word("grantee");
        // Roles and the accounts of Oracle's own components are no persons.
        grantee == "PUBLIC"
            || accounts
                .iter()
                .any(|account| account.is_named(&grantee) && account.is_of_people())
    });
    Some(
        rows.map(|row| format!("{}: {}", row.word("grantee"), row.word("privilege")))
            .collect(),
    )
}

fn audit(reader: &mut Reader<'_>, settings: Option<&Settings>) -> Option<Audit> {
    let settings = settings?;
    let statements = reader.table(&["audited_statements"]);
    let policies = reader.optional(&["unified_policies", "unified_policies_12c"]);
    if statements.is_none() && policies.is_none() {
        return None;
    }
    let trail = values::text(settings, "audit_trail")
        .unwrap_or_default()
        .to_ascii_uppercase();
    let policies: Vec<String> = policies
        .map(|table| names(&table, "policy_name", |_| true))
        .unwrap_or_default();
    let is_pure = reader
        .optional(&["unified_auditing"])
        .and_then(|table| table.first()?.flag("enabled"))
        == Some(true);
    let unified = !policies.is_empty();
    let trail_of = |query: &str| {
        let table = reader.optional(&[query])?;
        let row = table.first()?;
        let days = row.text("oldest").and_then(|day| reader.days_since(day));
        Some((row.number("records")?, days))
    };
    let trails = [trail_of("audit_trail"), trail_of("unified_trail")];
    let known = || trails.iter().flatten();
    Some(Audit {
        unified,
        policies,
        trail: match trail.as_str() {
            "" | "FALSE" | "NONE" => "NONE".to_owned(),
            "TRUE" => "DB".to_owned(),
            other => other.to_owned(),
        },
        statements: statements
            .map(|table| {
                table
                    .rows()
                    .filter(|row| row.word("username").is_empty())
                    .map(|row| row.word("audit_option"))
                    .collect()
            })
            .unwrap_or_default(),
        // Unified auditing always records what SYS does.
        records_sys: values::switch(settings, "audit_sys_operations").map(|on| on || is_pure),
        oldest_days_ago: known().filter_map(|(_, days)| *days).max(),
        records: known().map(|(records, _)| *records).max(),
    })
}
