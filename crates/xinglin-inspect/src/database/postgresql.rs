//! PostgreSQL.

use serde::Serialize;
use serde_json::Value as Json;

use super::{
    Gathered,
    answers::{Reader, Table},
    hba,
    values::{self, Settings},
};

/// Roles that reach out of the database, by being a member of which anybody does.
const DANGEROUS_ROLES: [&str; 5] = [
    "pg_execute_server_program",
    "pg_read_server_files",
    "pg_write_server_files",
    "pg_read_all_data",
    "pg_write_all_data",
];

/// What is known of a server.
#[derive(Debug, Serialize)]
struct Facts {
    /// The first number of the version.
    major: Option<i64>,
    /// Settings, names with underscores, times in seconds, sizes in kilobytes.
    settings: Option<Settings>,
    /// Libraries loaded with the server.
    libraries: Option<Vec<String>>,
    /// Roles, without those the server keeps for itself.
    roles: Option<Vec<Role>>,
    /// Rules for clients, in order.
    client_rules: Option<Vec<hba::Rule>>,
    /// Members of roles that reach out of the database: `member: role`.
    dangerous_members: Option<Vec<String>>,
    /// Extensions of the database asked.
    extensions: Option<Vec<String>>,
    /// Whether everybody may create objects in the schema `public` of the database asked.
    everybody_creates: Option<bool>,
    /// Settings of single roles and databases: `role setting=value`.
    role_settings: Option<Vec<String>>,
    /// Functions that run with their owner's rights and have no fixed search path.
    unsafe_definers: Option<Vec<String>>,
}

/// A role.
#[derive(Debug, Serialize)]
pub(super) struct Role {
    /// Its name.
    name: String,
    /// Whether it can sign in.
    login: Option<bool>,
    /// Whether nothing is forbidden to it.
    superuser: Option<bool>,
    /// Whether it makes roles.
    createrole: Option<bool>,
    /// Whether it makes databases.
    createdb: Option<bool>,
    /// Whether it may copy everything.
    replication: Option<bool>,
    /// Whether row security does not hold for it.
    bypass_rls: Option<bool>,
    /// How its password is kept: `scram-sha-256`, `md5`, `none`, …; `null` when it may not
    /// be read.
    scheme: Option<String>,
    /// The last day of its password, or `never`.
    valid_until: String,
    /// Days until then; negative when it is over, `null` when it never is.
    valid_days: Option<i64>,
    /// Connections at once; -1 is any number.
    connection_limit: Option<i64>,
}

/// Reads the facts.
pub(super) fn gather(reader: &mut Reader<'_>) -> Gathered {
    let server = reader.table(&["server"]);
    let row = server.as_ref().and_then(Table::first);
    // `15.18 (Debian 15.18-0+deb12u1)`.
    let version = row.map(|row| {
        let said = row.word("version");
        said.split(' ').next().unwrap_or_default().to_owned()
    });
    let major = version
        .as_deref()
        .and_then(|version| version.split('.').next()?.parse().ok());
    let settings = reader.table(&["settings"]).map(|table| settings(&table));
    // From 10 on the first number is the release line.
    let parts = if major.is_some_and(|major: i64| major < 10) {
        2
    } else {
        1
    };
    let head = reader.head(
        version.as_ref().map(|_| "postgresql"),
        version.as_deref(),
        parts,
    );
    let facts = Facts {
        major,
        libraries: settings.as_ref().map(libraries),
        roles: roles(reader),
        client_rules: hba::read(reader, "pg_hba.conf"),
        dangerous_members: reader.table(&["memberships"]).map(|table| {
            table
                .rows()
                .filter(|row| DANGEROUS_ROLES.contains(&row.word("role").as_str()))
                .map(|row| format!("{}: {}", row.word("member"), row.word("role")))
                .collect()
        }),
        extensions: reader
            .table(&["extensions"])
            .map(|table| table.rows().map(|row| row.word("name")).collect()),
        everybody_creates: reader
            .table(&["public_schema"])
            .and_then(|table| match table.first() {
                Some(row) => row.flag("everybody_creates"),
                // The schema was dropped.
                None => Some(false),
            }),
        role_settings: reader.table(&["role_settings"]).map(|table| {
            let rows = table.rows().map(|row| {
                let whose = format!("{} {}", row.word("role"), row.word("database_name"));
                format!("{} {}", whose.trim(), row.word("setting"))
            });
            rows.collect()
        }),
        unsafe_definers: reader
            .table(&["definers"])
            .map(|table| table.rows().map(|row| row.word("name")).collect()),
        settings,
    };
    Gathered {
        facts: reader.json(&head, &facts),
        name: String::new(),
        product: Some("postgresql".to_owned()),
        version,
    }
}

/// Settings with their units taken away.
pub(super) fn settings(table: &Table) -> Settings {
    let rows = table.rows().filter_map(|row| {
        let name = values::name(row.text("name")?);
        let text = row.text("value")?;
        let value = match row.word("kind").as_str() {
            "string" | "enum" => Json::from(text),
            "bool" => values::value(text),
            _ => scaled(text, &row.word("unit")),
        };
        Some((name, value))
    });
    rows.collect()
}

/// A number in seconds or kilobytes. What is switched off (0 or below) stays as it is; less
/// than a second counts as one, lest it look switched off.
fn scaled(text: &str, unit: &str) -> Json {
    let Ok(number) = text.trim().parse::<i64>() else {
        return values::value(text);
    };
    if number <= 0 {
        return Json::from(number);
    }
    let kilobytes = unit
        .strip_suffix("kB")
        .map(|factor| factor.parse::<i64>().unwrap_or(1));
    Json::from(match (unit, kilobytes) {
        ("ms", _) => number.saturating_add(999) / 1000,
        ("min", _) => number.saturating_mul(60),
        ("h", _) => number.saturating_mul(3600),
        ("d", _) => number.saturating_mul(86_400),
        ("MB", _) => number.saturating_mul(1024),
        (_, Some(factor)) => number.saturating_mul(factor),
        _ => number,
    })
}

pub(super) fn libraries(settings: &Settings) -> Vec<String> {
    let text = values::text(settings, "shared_preload_libraries").unwrap_or_default();
    values::words(&text)
        .iter()
        .filter_map(|path| path.rsplit('/').next())
        .map(|name| name.trim_end_matches(".so").to_owned())
        .collect()
}

pub(super) fn roles(reader: &mut Reader<'_>) -> Option<Vec<Role>> {
    if reader.optional(&["roles"]).is_none()
        && reader.optional(&["roles_without_passwords"]).is_some()
    {
        reader.note("query roles", "how passwords are kept may not be read");
    }
    let table = reader.table(&["roles", "roles_without_passwords"])?;
    let roles = table
        .rows()
        .filter(|row| !row.word("name").starts_with("pg_"))
        .map(|row| {
            let valid_until = row.word("valid_until");
            Role {
                name: row.word("name"),
                login: row.flag("login"),
                superuser: row.flag("superuser"),
                createrole: row.flag("createrole"),
                createdb: row.flag("createdb"),
                replication: row.flag("replication"),
                bypass_rls: row.flag("bypass_rls"),
                scheme: row.text("scheme").map(str::to_owned),
                valid_days: reader.days_since(&valid_until).map(|days| -days),
                valid_until,
                connection_limit: row.number("connection_limit"),
            }
        });
    Some(roles.collect())
}
