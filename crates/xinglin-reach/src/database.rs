//! Live databases, by a read-only account.
//!
//! [`gather`] asks what [`Queries`] lists and yields the same bundle that the output of our
//! script does. PostgreSQL, KingbaseES, MySQL, MariaDB and Redis can be asked; SQL Server,
//! Oracle, DM8 and MongoDB by script only. A session is read-only as far as the server
//! knows such a thing, every statement has a time limit, and a query that is refused leaves
//! the others as they are: its answer says why.

mod mysql;
mod postgresql;
mod redis;
mod session;

use std::{collections::BTreeMap, time::Duration};

use jiff::Timestamp;
use thiserror::Error;
use xinglin_inspect::{
    Bundle, Family,
    database::{Answer, JSON_FILE, Queries, answers_file},
};

use crate::Secret;

/// A database that the hospital named.
#[derive(Debug, Clone)]
pub struct Target {
    /// What it is.
    pub family: Family,
    /// Host name or address.
    pub host: String,
    /// The port; the family's usual one where it is `None`.
    pub port: Option<u16>,
    /// The account; empty for a Redis without users.
    pub user: String,
    /// The database to connect to; the server's own one where it is `None`.
    pub database: Option<String>,
    /// How the connection is protected.
    pub tls: Tls,
    /// How long connecting and signing in may take.
    pub connect_timeout: Duration,
    /// How long one query may take.
    pub query_timeout: Duration,
}

/// How a connection is protected. None of them falls back to another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Tls {
    /// In clear text: for loopback, or where nothing else is possible.
    Off,
    /// Encrypted, whoever answers: for servers with a certificate of their own making.
    Encrypt,
    /// Encrypted, and the server's certificate verified.
    Verify {
        /// The authority's certificate (PEM); those of the system where it is `None`.
        authority: Option<String>,
    },
}

/// A database that could not be asked.
#[derive(Debug, Error)]
pub enum DatabaseError {
    /// A family without live connections.
    #[error(
        "{} is not asked live; expected the output of its script in content/collect",
        family.word()
    )]
    NotLive {
        /// The family.
        family: Family,
    },
    /// Nobody answers there.
    #[error("{address} cannot be reached: {why}; expected a database listening there")]
    Unreachable {
        /// `host:port`.
        address: String,
        /// What the system says.
        why: String,
    },
    /// It took too long.
    #[error("{address} did not let us in within {seconds} s")]
    TimedOut {
        /// `host:port`.
        address: String,
        /// The limit.
        seconds: u64,
    },
    /// The account or its password is not accepted.
    #[error(
        "{address} refuses account '{user}': {why}; expected a read-only account and its password"
    )]
    Refused {
        /// `host:port`.
        address: String,
        /// The account.
        user: String,
        /// What the server says.
        why: String,
    },
    /// TLS is not to be had as asked for.
    #[error("no protected connection to {address}: {why}; expected TLS as chosen")]
    Tls {
        /// `host:port`.
        address: String,
        /// What went wrong.
        why: String,
    },
    /// Anything else.
    #[error("{address} cannot be asked: {why}")]
    Other {
        /// `host:port`.
        address: String,
        /// What went wrong.
        why: String,
    },
}

impl Target {
    /// A target with encryption and usual limits: 10 s to connect, 15 s a query.
    pub fn new(family: Family, host: &str, user: &str) -> Self {
        Self {
            family,
            host: host.to_owned(),
            port: None,
            user: user.to_owned(),
            database: None,
            tls: Tls::Encrypt,
            connect_timeout: Duration::from_secs(10),
            query_timeout: Duration::from_secs(15),
        }
    }

    fn port(&self) -> u16 {
        self.port.unwrap_or(match self.family {
            Family::Mysql => 3306,
            Family::Kingbase => 54321,
            Family::Redis => 6379,
            _ => 5432,
        })
    }

    /// `host:port`.
    fn address(&self) -> String {
        if self.host.contains(':') {
            format!("[{}]:{}", self.host, self.port())
        } else {
            format!("{}:{}", self.host, self.port())
        }
    }

    fn query_milliseconds(&self) -> u128 {
        self.query_timeout.as_millis()
    }
}

/// Asks `target` all that `queries` lists for its family, at `now`.
///
/// # Errors
/// See [`DatabaseError`]. Once signed in nothing fails: what is refused, or takes too long,
/// is an answer that says so.
pub async fn gather(
    target: &Target,
    secret: &Secret,
    queries: &Queries,
    now: Timestamp,
) -> Result<Bundle, DatabaseError> {
    let answers: BTreeMap<String, Answer> = match target.family {
        Family::Mysql => mysql::ask(target, secret, queries.of(target.family)).await?,
        Family::Postgresql | Family::Kingbase => {
            postgresql::ask(target, secret, queries.of(target.family)).await?
        }
        Family::Redis => redis::ask(target, secret).await?,
        family => return Err(DatabaseError::NotLive { family }),
    };
    Ok(Bundle {
        family: target.family,
        collected_at: now,
        files: BTreeMap::from([(JSON_FILE.to_owned(), answers_file(&answers))]),
    })
}
