//! 人大金仓 KingbaseES, whose catalogue and settings come from PostgreSQL with other names.

use serde::Serialize;

use super::{
    Gathered,
    answers::{Reader, Table},
    hba,
    postgresql::{self, Role},
    values::{self, Settings},
};

/// What is known of a server.
#[derive(Debug, Serialize)]
struct Facts {
    /// Settings, names with underscores, times in seconds, sizes in kilobytes.
    settings: Option<Settings>,
    /// Libraries loaded with the server.
    libraries: Option<Vec<String>>,
    /// Roles.
    roles: Option<Vec<Role>>,
    /// Rules for clients, in order.
    client_rules: Option<Vec<hba::Rule>>,
    /// Extensions of the database asked.
    extensions: Option<Vec<String>>,
    /// What new passwords must be like.
    password_policy: Option<PasswordPolicy>,
    /// What happens after failed sign-ins.
    lockout: Option<Lockout>,
    /// Whether statements and sign-ins are audited.
    audit: Option<bool>,
    /// Whether the three administrators' roles are separate (`sepapower`).
    separates_administrators: Option<bool>,
    /// Seconds until an idle session ends; 0 is never.
    idle_seconds: Option<i64>,
}

/// What new passwords must be like.
#[derive(Debug, Serialize)]
struct PasswordPolicy {
    /// Whether anything looks at them.
    enabled: bool,
    /// Characters at least.
    min_length: i64,
    /// Kinds of characters demanded: letters, digits, others.
    classes: i64,
    /// Days a password lives; 0 is for ever.
    lifetime_days: Option<i64>,
    /// Former passwords that are refused, or days in which they are; 0 is none.
    history: Option<i64>,
}

/// What happens after failed sign-ins.
#[derive(Debug, Serialize)]
struct Lockout {
    /// Failures before an account is locked; 0 is never.
    attempts: i64,
    /// For how many minutes; 0 is until somebody unlocks it.
    minutes: i64,
}

/// Reads the facts.
pub(super) fn gather(reader: &mut Reader<'_>) -> Gathered {
    let server = reader.table(&["server"]);
    let said = server
        .as_ref()
        .and_then(Table::first)
        .map(|row| row.word("version"));
    let version = said.as_deref().map(version);
    let settings = reader
        .table(&["settings", "settings_pg"])
        .map(|table| postgresql::settings(&table));
    let head = reader.head(version.as_ref().map(|_| "kingbase"), version.as_deref(), 1);
    let facts = Facts {
        libraries: settings.as_ref().map(postgresql::libraries),
        roles: postgresql::roles(reader),
        client_rules: hba::read(reader, "sys_hba.conf"),
        extensions: reader
            .table(&["extensions"])
            .map(|table| table.rows().map(|row| row.word("name")).collect()),
        password_policy: settings.as_ref().map(password_policy),
        lockout: settings.as_ref().map(lockout),
        audit: settings.as_ref().and_then(|settings| {
            switch(settings, &["sysaudit_enable", "audit_enable", "sysaudit"])
        }),
        separates_administrators: settings.as_ref().and_then(|settings| {
            switch(
                settings,
                &[
                    "sepapower_separate_power_grant",
                    "sepapower_enable",
                    "sepapower",
                ],
            )
        }),
        idle_seconds: settings.as_ref().and_then(|settings| {
            number(settings, &["client_idle_timeout", "idle_session_timeout"])
        }),
        settings,
    };
    Gathered {
        facts: reader.json(&head, &facts),
        name: String::new(),
        product: Some("kingbase".to_owned()),
        version,
    }
}

/// `KingbaseES V008R006C008B0014 on x86_64…` is `V008R006C008B0014`.
fn version(said: &str) -> String {
    let word = said.split_whitespace().find(|word| {
        word.strip_prefix('V')
            .is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    word.unwrap_or(said).trim_end_matches(',').to_owned()
}

/// The first of these settings that is a flag; releases name them differently.
fn switch(settings: &Settings, names: &[&str]) -> Option<bool> {
    names.iter().find_map(|name| values::switch(settings, name))
}

/// The first of these settings that is a number.
fn number(settings: &Settings, names: &[&str]) -> Option<i64> {
    names.iter().find_map(|name| values::number(settings, name))
}

fn password_policy(settings: &Settings) -> PasswordPolicy {
    let enabled = switch(settings, &["passwordcheck_enable", "password_check_enable"]);
    // V8R3 has no switch: its check works as soon as the library is loaded.
    let is_loaded = postgresql::libraries(settings)
        .iter()
        .any(|library| library == "passwordcheck");
    let enabled = enabled.unwrap_or(is_loaded) && is_loaded;
    let demands = |names: &[&str]| i64::from(number(settings, names).unwrap_or(0) > 0);
    PasswordPolicy {
        enabled,
        min_length: number(
            settings,
            &["passwordcheck_password_length", "password_length"],
        )
        .unwrap_or(0),
        classes: demands(&[
            "passwordcheck_password_condition_letter",
            "password_condition_letter",
        ]) + demands(&[
            "passwordcheck_password_condition_digit",
            "password_condition_digit",
        ]) + demands(&[
            "passwordcheck_password_condition_punct",
            "password_condition_punct",
        ]),
        lifetime_days: number(
            settings,
            &[
                "identity_pwdexp_password_change_interval",
                "password_change_interval",
            ],
        ),
        history: number(
            settings,
            &["passwordhistory_password_time", "password_time"],
        ),
    }
}

fn lockout(settings: &Settings) -> Lockout {
    let attempts = &[
        "sys_audlog_error_user_connect_times",
        "error_user_connect_times",
    ];
    let minutes = &[
        "sys_audlog_error_user_connect_interval",
        "error_user_connect_interval",
    ];
    Lockout {
        attempts: number(settings, attempts).unwrap_or(0),
        minutes: number(settings, minutes).unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_version_is_the_word_after_the_product() {
        for (said, expected) in [
            (
                "KingbaseES V008R006C008B0014 on x86_64-pc-linux-gnu, compiled by gcc",
                "V008R006C008B0014",
            ),
            ("KingbaseES Vx", "KingbaseES Vx"),
        ] {
            assert_eq!(version(said), expected);
        }
    }
}
