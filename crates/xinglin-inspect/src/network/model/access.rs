//! Who may sign in, and how.

use serde::Serialize;

use super::Source;

/// Where something may be reached from.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Access {
    /// The access list that is named; `null` when none is.
    pub acl: Option<String>,
    /// Whether it keeps anybody out: it exists, has rules, and does not permit every source.
    pub restricts: bool,
}

/// What a password must be like; `null` where nobody knows, `0` where it is not limited.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct PasswordRules {
    /// Characters.
    pub min_length: Option<u32>,
    /// Of upper case, lower case, digits and others.
    pub classes: Option<u32>,
    /// Days until it has to be changed; `0` is never.
    pub max_days: Option<u32>,
    /// Former ones that are refused.
    pub history: Option<u32>,
}

/// An account on the device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Account {
    /// Its name.
    pub name: String,
    /// 0 to 15; of Comware 5 and old VRP 0 to 3, where 3 is the highest.
    pub privilege: Option<u32>,
    /// Its roles, where the system has them.
    pub roles: Vec<String>,
    /// Whether it may change everything.
    pub is_administrator: Option<bool>,
    /// `ssh`, `telnet`, `ftp`, `http`, `https`, `terminal`…; empty when nothing is said.
    pub services: Vec<String>,
    /// How its password is kept: `none`, `plain`, `reversible`, `md5`, `hash`; `hidden` where
    /// there is one and nobody can tell, `unknown` where nothing is said of one.
    pub password: String,
    /// Whether it can be used.
    pub is_enabled: bool,
    /// What its password must be like: its own rules before those of its group and of all.
    pub rules: PasswordRules,
    /// Where it stands.
    pub source: Source,
}

/// The password that raises a session to the highest level.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct EnablePassword {
    /// How each that is set is kept, as for accounts. Empty when none is set.
    pub kept: Vec<String>,
}

/// What passwords must be like.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct PasswordPolicy {
    /// Whether rules are enforced on accounts at all.
    pub is_enforced: Option<bool>,
    /// Rules for every account that has none of its own.
    pub rules: PasswordRules,
    /// Whether passwords in the configuration are kept from view (Cisco, Ruijie).
    pub is_encrypted: Option<bool>,
}

/// What happens after failed sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Lockout {
    /// Failures that are allowed; `0` is without limit.
    pub attempts: Option<u32>,
    /// For how long; `0` is not at all.
    pub seconds: Option<u32>,
    /// Whether only an administrator ends it.
    pub until_unlocked: bool,
    /// `account`, or `device` where everybody is kept out for a while.
    pub scope: String,
}

/// A server that proves who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AaaServer {
    /// `radius`, `tacacs`, `ldap`.
    pub kind: String,
    /// Its address or name.
    pub address: String,
}

/// Sign-in by servers.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Aaa {
    /// Whether it is in force.
    pub is_enabled: Option<bool>,
    /// What proves an administrator, in order: `radius`, `tacacs`, `local`, `none`….
    pub methods: Option<Vec<String>>,
    /// Servers.
    pub servers: Vec<AaaServer>,
    /// Whether commands are permitted one by one.
    pub authorizes_commands: Option<bool>,
    /// Whether sessions are recorded by a server.
    pub accounts_sessions: Option<bool>,
    /// Whether commands are recorded by a server.
    pub accounts_commands: Option<bool>,
    /// Views and roles made on the device.
    pub roles: Vec<String>,
}

/// Console, auxiliary or virtual lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Line {
    /// `con`, `aux`, `vty`, `tty`, `web`.
    pub kind: String,
    /// As configured, such as `vty 0 4`.
    pub name: String,
    /// `none`, `password`, `local`, `aaa`.
    pub authentication: Option<String>,
    /// When an idle session ends; `null` when it is not known, or never does.
    pub idle_seconds: Option<u32>,
    /// Whether an idle session stays for ever.
    pub idle_never: bool,
    /// Protocols it takes: `ssh`, `telnet`, `none`….
    pub transports: Option<Vec<String>>,
    /// Where it may be reached from.
    pub access: Access,
    /// Whether sessions can be had on it at all.
    pub is_enabled: bool,
    /// What whoever signs in may do without more ado.
    pub privilege: Option<String>,
    /// Where it stands; line 0 when defaults make it.
    pub source: Source,
}
