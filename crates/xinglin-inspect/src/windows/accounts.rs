//! Local accounts and groups, told by their identifiers: names are translated and changed.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Origin, gathered::Gathered};

/// Local accounts and groups.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Accounts {
    /// Local accounts; empty on a domain controller.
    pub local: Option<Vec<Account>>,
    /// Local groups with their members.
    pub groups: Option<Vec<Group>>,
    /// Members of the administrators' group (S-1-5-32-544).
    pub administrators: Option<Vec<Member>>,
    /// The built-in administrator (identifier 500).
    pub administrator: Option<BuiltIn>,
    /// The built-in guest (identifier 501).
    pub guest: Option<BuiltIn>,
}

/// A local account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// Its security identifier.
    pub sid: String,
    /// The last part of that: 500 and below are built in.
    pub rid: i64,
    /// Whether it may sign in.
    pub enabled: bool,
    /// Whether it must have a password.
    pub password_required: Option<bool>,
    /// Whether its password expires.
    pub password_expires: Option<bool>,
    /// Days since its password was changed.
    pub password_days: Option<i64>,
    /// Days since it signed in; `null` when it never did, or that is not known.
    pub last_logon_days_ago: Option<i64>,
    /// Whether it is known to have never signed in.
    pub never_used: bool,
    /// Whether ordinary tools hide it: its name ends with `$`.
    pub hidden: bool,
    /// Whether it administers.
    pub administrator: Option<bool>,
}

/// A local group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Group {
    /// Its name.
    pub name: String,
    /// Its security identifier.
    pub sid: String,
    /// Its members.
    pub members: Vec<Member>,
}

/// A member of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Member {
    /// Its name, with its domain.
    pub name: String,
    /// Its security identifier; empty when Windows could not tell.
    pub sid: String,
}

/// A built-in account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BuiltIn {
    /// Its name.
    pub name: Option<String>,
    /// Whether that is not the one it came with, in any language.
    pub renamed: Option<bool>,
    /// Whether it may sign in.
    pub enabled: Option<bool>,
    /// Where that was read.
    pub source: Origin,
}

/// The collector's section `users`.
#[derive(Debug, Deserialize)]
struct User {
    name: String,
    sid: String,
    enabled: bool,
    password_required: Option<bool>,
    password_expires: Option<bool>,
    password_age_days: Option<i64>,
    last_logon: Option<String>,
    #[serde(default)]
    last_logon_known: bool,
}

const ADMINISTRATORS: &str = "S-1-5-32-544";
const ADMINISTRATOR_NAMES: [&str; 8] = [
    "administrator",
    "administrateur",
    "administrador",
    "amministratore",
    "administratör",
    "администратор",
    "rendszergazda",
    "järjestelmänvalvoja",
];
const GUEST_NAMES: [&str; 8] = [
    "guest",
    "gast",
    "invité",
    "invitado",
    "convidado",
    "gäst",
    "гость",
    "来宾",
];

pub(super) fn collect(gathered: &Gathered<'_>) -> Accounts {
    let groups: Option<Vec<Group>> = gathered.items("groups");
    let administrators = groups.as_ref().and_then(|groups| {
        let group = groups.iter().find(|group| group.sid == ADMINISTRATORS);
        group.map(|group| group.members.clone())
    });
    let users: Option<Vec<User>> = gathered.items("users");
    let administering: Option<BTreeSet<&str>> = administrators
        .as_ref()
        .map(|members| members.iter().map(|member| member.sid.as_str()).collect());
    let local: Option<Vec<Account>> = users.map(|users| {
        let accounts = users.into_iter();
        accounts
            .map(|user| account(gathered, user, administering.as_ref()))
            .collect()
    });
    let built_in = |rid, names: &[&str], keys: (&str, &str)| {
        let listed = local.as_ref().and_then(|local| {
            let account = local.iter().find(|account| account.rid == rid)?;
            Some(BuiltIn {
                renamed: Some(renamed(&account.name, names)),
                name: Some(account.name.clone()),
                enabled: Some(account.enabled),
                source: Origin::section("users"),
            })
        });
        listed.or_else(|| by_policy(gathered, names, keys))
    };
    Accounts {
        administrator: built_in(
            500,
            &ADMINISTRATOR_NAMES,
            ("newadministratorname", "enableadminaccount"),
        ),
        guest: built_in(501, &GUEST_NAMES, ("newguestname", "enableguestaccount")),
        local,
        groups,
        administrators,
    }
}

fn account(gathered: &Gathered<'_>, user: User, administering: Option<&BTreeSet<&str>>) -> Account {
    let rid = user
        .sid
        .rsplit('-')
        .next()
        .and_then(|last| last.parse().ok());
    Account {
        rid: rid.unwrap_or(-1),
        enabled: user.enabled,
        password_required: user.password_required,
        password_expires: user.password_expires,
        password_days: user.password_age_days,
        never_used: user.last_logon_known && user.last_logon.is_none(),
        last_logon_days_ago: user.last_logon.and_then(|at| gathered.days_since(&at)),
        hidden: user.name.ends_with('$'),
        administrator: administering.map(|sids| sids.contains(user.sid.as_str())),
        name: user.name,
        sid: user.sid,
    }
}

fn renamed(name: &str, names: &[&str]) -> bool {
    !names.contains(&name.to_lowercase().as_str())
}

fn by_policy(gathered: &Gathered<'_>, names: &[&str], keys: (&str, &str)) -> Option<BuiltIn> {
    let secedit = gathered.secedit.as_ref()?;
    let name = secedit.access(keys.0).map(|entry| entry.value.clone());
    let enabled = secedit.number(keys.1).map(|value| value != 0);
    Some(BuiltIn {
        renamed: name.as_ref().map(|name| renamed(name, names)),
        name,
        enabled,
        source: gathered
            .access_origin(keys.0)
            .or_else(|| gathered.access_origin(keys.1))?,
    })
}
