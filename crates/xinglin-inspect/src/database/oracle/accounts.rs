//! Oracle's accounts and the profiles that bound them.

use std::collections::BTreeMap;

use serde::Serialize;

use super::super::answers::{Reader, Row, Table};

/// Accounts of Oracle's own components, for releases that do not say so themselves (11g).
const OWN_ACCOUNTS: [&str; 38] = [
    "ANONYMOUS",
    "APEX_030200",
    "APEX_PUBLIC_USER",
    "APPQOSSYS",
    "AUDSYS",
    "CTXSYS",
    "DBSFWUSER",
    "DBSNMP",
    "DIP",
    "DVF",
    "DVSYS",
    "EXFSYS",
    "FLOWS_FILES",
    "GGSYS",
    "GSMADMIN_INTERNAL",
    "GSMCATUSER",
    "GSMUSER",
    "LBACSYS",
    "MDDATA",
    "MDSYS",
    "MGMT_VIEW",
    "OJVMSYS",
    "OLAPSYS",
    "ORACLE_OCM",
    "ORDDATA",
    "ORDPLUGINS",
    "ORDSYS",
    "OUTLN",
    "OWBSYS",
    "OWBSYS_AUDIT",
    "REMOTE_SCHEDULER_AGENT",
    "SI_INFORMTN_SCHEMA",
    "SPATIAL_CSW_ADMIN_USR",
    "SPATIAL_WFS_ADMIN_USR",
    "SYSMAN",
    "WMSYS",
    "XDB",
    "XS$NULL",
];

/// Limits of profiles: profile → resource → limit.
pub(super) struct Profiles(BTreeMap<String, BTreeMap<String, String>>);

/// An account.
#[derive(Debug, Serialize)]
pub(super) struct Account {
    /// Its name.
    name: String,
    /// `open`, `expired`, `grace`, `locked` or `timed_lock`: what keeps it from signing in.
    status: String,
    /// Whether it can sign in, be it only to change its password.
    open: bool,
    /// Whether it belongs to Oracle's own components.
    maintained: bool,
    /// Its profile.
    profile: String,
    /// `password`, `external`, `global` or `none`.
    authentication: String,
    /// Kinds of hashes kept of its password, such as `10g`, `11g`, `12c`.
    password_versions: Vec<String>,
    /// Days since its password was changed.
    changed_days_ago: Option<i64>,
    /// Days since it last signed in; `null` when never, or not known.
    login_days_ago: Option<i64>,
    /// Whether a function looks at new passwords.
    verified: Option<bool>,
    /// That function.
    verify_function: Option<String>,
    /// Days its password lives; -1 is for ever.
    lifetime_days: Option<i64>,
    /// Days in which an expired password still works; -1 is for ever.
    grace_days: Option<i64>,
    /// Changes before a password may come again, -1 for no figure. Where both this and
    /// `reuse_days` are -1 it may come again at once; where one is, never.
    reuse_max: Option<i64>,
    /// Days before a password may come again, -1 for no figure.
    reuse_days: Option<i64>,
    /// Failures before it is locked; -1 is never.
    failed_attempts: Option<i64>,
    /// For how many minutes; -1 is until somebody unlocks it.
    lock_minutes: Option<i64>,
    /// Minutes until an idle session ends, were limits of resources in force; -1 is never.
    idle_minutes: Option<i64>,
    /// Sessions at once; -1 is any number.
    sessions: Option<i64>,
}

impl Account {
    pub(super) fn is_open(&self) -> bool {
        self.open
    }

    pub(super) fn is_named(&self, name: &str) -> bool {
        self.name == name
    }

    pub(super) fn is_of_people(&self) -> bool {
        !self.maintained && !matches!(self.name.as_str(), "SYS" | "SYSTEM")
    }
}

impl Profiles {
    pub(super) fn of(table: &Table) -> Self {
        let mut profiles: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
        for row in table.rows() {
            profiles
                .entry(row.word("profile"))
                .or_default()
                .insert(row.word("resource_name"), row.word("limit_value"));
        }
        Self(profiles)
    }

    /// A limit as written; where it says `DEFAULT`, that of the profile of this name.
    fn written(&self, profile: &str, resource: &str) -> Option<&str> {
        let of = |profile: &str| Some(self.0.get(profile)?.get(resource)?.as_str());
        match of(profile)? {
            "DEFAULT" => of("DEFAULT"),
            limit => Some(limit),
        }
    }

    /// A limit as a whole number, rounded up; -1 for none.
    fn limit(&self, profile: &str, resource: &str) -> Option<i64> {
        whole(self.written(profile, resource)?, 1.0)
            .map(f64::ceil)
            .and_then(as_whole)
    }

    /// Days, often fractions of one, as minutes: `.0416` is an hour. Oracle keeps four
    /// digits, so ten minutes come as `.0069` and would be 9.9.
    fn minutes(&self, profile: &str, resource: &str) -> Option<i64> {
        whole(self.written(profile, resource)?, 1440.0)
            .map(f64::round)
            .and_then(as_whole)
    }
}

/// A figure such as `10`, `.0069` or `1/144` times `factor`; -1 for `UNLIMITED`.
fn whole(text: &str, factor: f64) -> Option<f64> {
    if text == "UNLIMITED" {
        return Some(-1.0);
    }
    let number = |text: &str| text.trim().parse::<f64>().ok();
    let figure = match text.split_once('/') {
        Some((part, whole)) => number(part)? / number(whole)?,
        None => number(text)?,
    };
    Some(figure * factor)
}

fn as_whole(figure: f64) -> Option<i64> {
    // Beyond this it is no limit that anybody wrote.
    if !figure.is_finite() || figure.abs() > 1e12 {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "bounded just above")]
    Some(figure as i64)
}

/// Reads the accounts.
pub(super) fn read(reader: &mut Reader<'_>, profiles: Option<&Profiles>) -> Option<Vec<Account>> {
    let table = reader.table(&["accounts", "accounts_11g"])?;
    let changes = reader.table(&["password_changes"]);
    let accounts = table
        .rows()
        .map(|row| account(reader, &row, profiles, changes.as_ref()));
    Some(accounts.collect())
}

fn account(
    reader: &Reader<'_>,
    row: &Row<'_>,
    profiles: Option<&Profiles>,
    changes: Option<&Table>,
) -> Account {
    let (name, profile) = (row.word("username"), row.word("profile"));
    let status = status(&row.word("status"));
    let figure = |resource: &str| profiles?.limit(&profile, resource);
    let function = profiles.and_then(|all| all.written(&profile, "PASSWORD_VERIFY_FUNCTION"));
    let is_function = |name: &str| !matches!(name, "NULL" | "UNLIMITED" | "FROM ROOT" | "");
    let changed = changes.and_then(|table| {
        let row = table.rows().find(|row| row.word("username") == name)?;
        reader.days_since(row.text("changed")?)
    });
    Account {
        open: matches!(status, "open" | "expired" | "grace"),
        status: status.to_owned(),
        maintained: row
            .flag("maintained")
            .unwrap_or_else(|| OWN_ACCOUNTS.contains(&name.as_str())),
        authentication: row.word("authentication").to_ascii_lowercase(),
        password_versions: row
            .word("password_versions")
            .split_whitespace()
            .map(str::to_ascii_lowercase)
            .collect(),
        changed_days_ago: changed,
        login_days_ago: row
            .text("last_login")
            .and_then(|day| reader.days_since(day)),
        verified: function.map(is_function),
        verify_function: function.filter(|name| is_function(name)).map(str::to_owned),
        lifetime_days: figure("PASSWORD_LIFE_TIME"),
        grace_days: figure("PASSWORD_GRACE_TIME"),
        reuse_max: figure("PASSWORD_REUSE_MAX"),
        reuse_days: figure("PASSWORD_REUSE_TIME"),
        failed_attempts: figure("FAILED_LOGIN_ATTEMPTS"),
        lock_minutes: profiles.and_then(|all| all.minutes(&profile, "PASSWORD_LOCK_TIME")),
        idle_minutes: figure("IDLE_TIME"),
        sessions: figure("SESSIONS_PER_USER"),
        name,
        profile,
    }
}

fn status(said: &str) -> &'static str {
    let said = said.to_ascii_uppercase();
    if said.contains("LOCKED(TIMED)") {
        // It opens by itself.
        "timed_lock"
    } else if said.contains("LOCKED") {
        "locked"
    } else if said.contains("GRACE") {
        "grace"
    } else if said.contains("EXPIRED") {
        "expired"
    } else {
        "open"
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn limits_are_resolved_and_fractions_kept() {
        let mut table = Table::new(vec![
            "profile".to_owned(),
            "resource_name".to_owned(),
            "limit_value".to_owned(),
        ]);
        for (profile, resource, limit) in [
            ("DEFAULT", "FAILED_LOGIN_ATTEMPTS", "10"),
            ("DEFAULT", "PASSWORD_LIFE_TIME", "UNLIMITED"),
            ("DEFAULT", "PASSWORD_LOCK_TIME", ".0069"),
            ("HIS", "FAILED_LOGIN_ATTEMPTS", "DEFAULT"),
            ("HIS", "PASSWORD_LIFE_TIME", "DEFAULT"),
            ("HIS", "PASSWORD_LOCK_TIME", "DEFAULT"),
            ("HIS", "IDLE_TIME", "nonsense"),
        ] {
            table.push(
                [profile, resource, limit]
                    .map(|cell| Some(cell.to_owned()))
                    .to_vec(),
            );
        }
        let profiles = Profiles::of(&table);
        let figure = |resource| profiles.limit("HIS", resource);
        assert_eq!(figure("FAILED_LOGIN_ATTEMPTS"), Some(10));
        assert_eq!(figure("PASSWORD_LIFE_TIME"), Some(-1));
        assert_eq!(figure("IDLE_TIME"), None);
        assert_eq!(profiles.minutes("HIS", "PASSWORD_LOCK_TIME"), Some(10));
        assert_eq!(whole("1/144", 1440.0).and_then(as_whole), Some(10));
        assert_eq!(whole("1/0", 1.0).and_then(as_whole), None);
    }
}
