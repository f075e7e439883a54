//! 达梦 DM8.

use serde::Serialize;

use super::{
    Gathered,
    answers::{Reader, Row, Table},
    values::{self, Settings},
};

/// Accounts that every database has; the three administrators among them.
const OWN_ACCOUNTS: [&str; 5] = ["SYS", "SYSDBA", "SYSAUDITOR", "SYSSSO", "SYSDBO"];

/// What is known of an instance.
#[derive(Debug, Serialize)]
struct Facts {
    /// Parameters of `dm.ini` as in force, names in lower case.
    settings: Option<Settings>,
    /// What new passwords must be like, for accounts that say nothing of their own.
    password_policy: Option<PasswordPolicy>,
    /// Accounts with their limits.
    accounts: Option<Vec<Account>>,
    /// Accounts with the role DBA besides SYSDBA.
    administrators: Option<Vec<String>>,
    /// Accounts with a role for auditing besides SYSAUDITOR.
    auditors: Option<Vec<String>>,
    /// Accounts of people with `ANY` privileges: `grantee: privilege`.
    any_privileges: Option<Vec<String>>,
    /// Whether auditing is on.
    audit: Option<bool>,
    /// What is audited for all users; only SYSAUDITOR sees it.
    audited: Option<Vec<String>>,
    /// Whether redo logs are archived.
    archives_logs: Option<bool>,
}

/// What new passwords must be like: `PWD_POLICY` is a sum of demands.
#[derive(Debug, Serialize)]
struct PasswordPolicy {
    /// The sum as it stands.
    mask: i64,
    /// Whether a password may not be the account's name (1).
    not_name: bool,
    /// Characters at least (2), by `PWD_MIN_LEN` or nine; 0 where none are demanded.
    min_length: i64,
    /// Classes demanded: capitals (4), digits (8), punctuation (16).
    classes: i64,
}

/// An account.
#[derive(Debug, Serialize)]
struct Account {
    /// Its name.
    name: String,
    /// Whether it is one that every database has.
    builtin: bool,
    /// Whether it can sign in.
    open: bool,
    /// Days its password lives; 0 is for ever.
    lifetime_days: Option<i64>,
    /// Failures before it is locked; 0 is never.
    failed_attempts: Option<i64>,
    /// For how many minutes; 0 is not at all.
    lock_minutes: Option<i64>,
    /// Minutes until an idle session ends; 0 is never.
    idle_minutes: Option<i64>,
    /// Changes before a password may come again; 0 is none.
    reuse_max: Option<i64>,
    /// Days before a password may come again; 0 is none.
    reuse_days: Option<i64>,
    /// What its passwords must be like, as `PWD_POLICY`; the database's own where it has none.
    password_policy: Option<PasswordPolicy>,
    /// Whether it may come only from named addresses.
    restricted: bool,
}

/// Reads the facts.
pub(super) fn gather(reader: &mut Reader<'_>) -> Gathered {
    let server = reader.table(&["server"]);
    let row = server.as_ref().and_then(Table::first);
    let said = row.map(|row| row.word("version"));
    let version = said.as_deref().map(version);
    let head = reader.head(version.as_ref().map(|_| "dm"), version.as_deref(), 1);
    let settings = settings(reader);
    let number = |name: &str| settings.as_ref().and_then(|all| values::number(all, name));
    let min_length = number("pwd_min_len");
    let policy = number("pwd_policy").map(|mask| password_policy(mask, min_length));
    let accounts = reader.table(&["accounts"]).map(|table| {
        let accounts = table.rows().map(|row| {
            let own = row.number("password_policy").or(number("pwd_policy"));
            account(&row, own.map(|mask| password_policy(mask, min_length)))
        });
        accounts.collect::<Vec<_>>()
    });
    let grants = reader.table(&["role_grants"]);
    let holders = |roles: &[&str], without: &[&str]| {
        let rows = grants.as_ref()?.rows().filter(|row| {
            roles.contains(&row.word("granted_role").as_str())
                && !without.contains(&row.word("grantee").as_str())
        });
        Some(rows.map(|row| row.word("grantee")).collect::<Vec<_>>())
    };
    let facts = Facts {
        password_policy: policy,
        administrators: holders(&["DBA"], &["SYS", "SYSDBA"]),
        auditors: holders(&["DB_AUDIT_ADMIN", "DB_AUDIT_OPER"], &["SYSAUDITOR"]),
        any_privileges: any_privileges(reader),
        audit: number("enable_audit").map(|level| level > 0),
        audited: reader.table(&["audit_settings"]).map(|table| {
            let rows = table.rows().filter(|row| row.word("scope") == "all");
            rows.map(|row| row.word("kind")).collect()
        }),
        archives_logs: reader.table(&["archive"]).and_then(|table| {
            let word = table.first()?.word("arch_mode");
            super::answers::flag(&word)
        }),
        settings,
        accounts,
    };
    Gathered {
        facts: reader.json(&head, &facts),
        name: row.map(|row| row.word("instance_name")).unwrap_or_default(),
        product: Some("dm".to_owned()),
        version,
    }
}

/// The parameters in force; where they may not be read, those of `dm.ini`.
fn settings(reader: &mut Reader<'_>) -> Option<Settings> {
    let Some(text) = reader.file("dm.ini") else {
        return reader
            .table(&["parameters"])
            .map(|table| values::of_table(&table));
    };
    let asked = reader.optional(&["parameters"]);
    Some(asked.map_or_else(|| values::of_file(&text), |table| values::of_table(&table)))
}

/// `DM Database Server x64 V8 1-3-62-2023.11.09-207962-20067-ENT` is `8`.
fn version(said: &str) -> String {
    let numbered = said.split_whitespace().find_map(|word| {
        let rest = word.strip_prefix('V')?;
        rest.starts_with(|c: char| c.is_ascii_digit())
            .then(|| rest.to_owned())
    });
    numbered.unwrap_or_else(|| said.to_owned())
}

fn password_policy(mask: i64, min_length: Option<i64>) -> PasswordPolicy {
    let demands = |bit: i64| mask & bit != 0;
    PasswordPolicy {
        mask,
        not_name: demands(1),
        // Builds that have no PWD_MIN_LEN demand nine.
        min_length: if demands(2) {
            min_length.unwrap_or(9)
        } else {
            0
        },
        classes: [4, 8, 16]
            .into_iter()
            .map(|bit| i64::from(demands(bit)))
            .sum(),
    }
}

fn account(row: &Row<'_>, password_policy: Option<PasswordPolicy>) -> Account {
    let name = row.word("username");
    // Nothing, zero and below mean the same: no limit.
    let limit = |column: &str| {
        row.has(column)
            .then(|| row.number(column).unwrap_or(0).max(0))
    };
    Account {
        builtin: OWN_ACCOUNTS.contains(&name.as_str()),
        open: !row.word("status").to_ascii_uppercase().contains("LOCK"),
        lifetime_days: limit("lifetime_days"),
        failed_attempts: limit("failed_attempts"),
        lock_minutes: limit("lock_minutes"),
        idle_minutes: limit("idle_minutes"),
        reuse_max: limit("reuse_max"),
        reuse_days: limit("reuse_days"),
        password_policy,
        restricted: !row.word("allowed_addresses").is_empty(),
        name,
    }
}

fn any_privileges(reader: &mut Reader<'_>) -> Option<Vec<String>> {
    const ROLES: [&str; 8] = [
        "DBA",
        "RESOURCE",
        "PUBLIC",
        "VTI",
        "SOI",
        "DB_AUDIT_ADMIN",
        "DB_AUDIT_OPER",
        "DB_POLICY_ADMIN",
    ];
    let table = reader.table(&["any_privileges"])?;
    let rows = table.rows().filter(|row| {
        let grantee = row.word("grantee");
        !ROLES.contains(&grantee.as_str()) && !OWN_ACCOUNTS.contains(&grantee.as_str())
    });
    Some(
        rows.map(|row| format!("{}: {}", row.word("grantee"), row.word("privilege")))
            .collect(),
    )
}
