//! Home directories of accounts that can sign in, and what in them should be closed to others.

use serde::Serialize;

use super::{accounts::Account, source::Source};
use crate::host::{Kind, Metadata, ReadError};

/// Files that shells and programs obey: whoever may change them acts as the owner.
const OBEYED: [&str; 11] = [
    ".bash_login",
    ".bash_logout",
    ".bash_profile",
    ".bashrc",
    ".cshrc",
    ".forward",
    ".kshrc",
    ".profile",
    ".ssh",
    ".ssh/authorized_keys",
    ".ssh/config",
];
/// Files that hold secrets.
const SECRET: [&str; 10] = [
    ".aws/credentials",
    ".git-credentials",
    ".kube/config",
    ".my.cnf",
    ".netrc",
    ".pgpass",
    ".ssh/id_dsa",
    ".ssh/id_ecdsa",
    ".ssh/id_ed25519",
    ".ssh/id_rsa",
];
/// At most so many accounts are looked at.
const MOST: usize = 2_000;

/// Home directories of accounts that can sign in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Homes {
    /// One entry for each account with a shell, in the order of `/etc/passwd`.
    pub directories: Option<Vec<Home>>,
    /// Whether all of them could be looked into.
    pub complete: bool,
}

/// The home directory of an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Home {
    /// The account.
    pub account: String,
    /// The directory.
    pub path: String,
    /// Whether it is there.
    pub exists: bool,
    /// Its permissions in octal; empty when it is not there.
    pub mode: String,
    /// Whether it belongs to the account (or to root).
    pub own: bool,
    /// Files in it that a shell or program obeys and others may change.
    pub writable: Vec<String>,
    /// Files in it with secrets that others may read.
    pub open_secrets: Vec<String>,
    /// Keys in `.ssh/authorized_keys`; `null` when it cannot be read.
    pub authorized_keys: Option<i64>,
}

/// How many keys an `authorized_keys` file holds.
pub fn count_keys(text: &str) -> i64 {
    let keys = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .count();
    i64::try_from(keys).unwrap_or(i64::MAX)
}

pub(super) fn collect(source: &Source<'_>, accounts: Option<&[Account]>) -> Homes {
    let mut complete = true;
    let directories = accounts.map(|accounts| {
        accounts
            .iter()
            .filter(|account| account.login_shell && account.home.len() > 1)
            .take(MOST)
            .map(|account| home(source, account, &mut complete))
            .collect()
    });
    Homes {
        directories,
        complete,
    }
}

fn home(source: &Source<'_>, account: &Account, complete: &mut bool) -> Home {
    let path = account.home.trim_end_matches('/');
    let mut home = Home {
        account: account.name.clone(),
        path: path.to_owned(),
        exists: false,
        mode: String::new(),
        own: false,
        writable: Vec::new(),
        open_secrets: Vec::new(),
        authorized_keys: None,
    };
    let Some(metadata) = source.metadata(path) else {
        *complete = false;
        return home;
    };
    let Some(metadata) = metadata.filter(|metadata| metadata.kind == Kind::Directory) else {
        return home;
    };
    home.exists = true;
    home.mode = format!("{:04o}", metadata.mode);
    home.own = i64::from(metadata.uid) == account.uid || metadata.uid == 0;
    let mut look = |name: &str, mask: u32| {
        if let Ok(found) = look_at(source, &format!("{path}/{name}")) {
            return found.is_some_and(|metadata| metadata.mode & mask != 0);
        }
        *complete = false;
        false
    };
    home.writable = OBEYED
        .iter()
        .filter(|name| look(name, 0o022))
        .map(|name| (*name).to_owned())
        .collect();
    home.open_secrets = SECRET
        .iter()
        .filter(|name| look(name, 0o044))
        .map(|name| (*name).to_owned())
        .collect();
    home.authorized_keys = source
        .text(&format!("{path}/.ssh/authorized_keys"))
        .map(|text| count_keys(&text));
    home
}

/// `Ok(None)` when it is not there, `Err` when it cannot be seen.
fn look_at(source: &Source<'_>, path: &str) -> Result<Option<Metadata>, ()> {
    match source.metadata_quietly(path) {
        Ok(metadata) => Ok(Some(metadata)),
        Err(ReadError::NotFound) => Ok(None),
        Err(error) => {
            source.remember(path, &error.to_string());
            Err(())
        }
    }
}
