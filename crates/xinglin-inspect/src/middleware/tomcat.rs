//! Apache Tomcat: `server.xml`, `web.xml`, `context.xml`, `tomcat-users.xml` and the
//! descriptors of applications.
//!
//! The release is that of `ServerInfo.properties`, `RELEASE-NOTES` or the output of
//! `version.sh`, kept in any file.

mod apps;
mod server;
mod users;

use serde::Serialize;

use super::{
    Source,
    evidence::{self, FileRights, Process},
    files::Files,
    version,
    xml::{self, Element},
};
use crate::{family::Family, subject::FACTS_FORMAT};
pub use apps::{App, Session};
pub use server::{Connector, Host, Lockout, Shutdown};
pub use users::{Password, User};

/// Everything known of one Tomcat.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Always [`FACTS_FORMAT`].
    pub format: &'static str,
    /// Always [`Family::Tomcat`].
    pub family: Family,
    /// The date of collection (UTC), to compare dates with.
    pub collected_on: String,
    /// The release; `null` when nothing says it.
    pub version: Option<String>,
    /// The release as three numbers.
    pub parts: Option<Vec<u64>>,
    /// The line of releases, such as `9.0`.
    pub branch: Option<String>,
    /// The accounts of `tomcat-users.xml`; none when it does not exist beside `server.xml`.
    pub users: Option<Vec<User>>,
    /// Whether passwords are kept as digests.
    pub digested: Option<bool>,
    /// What happens after failed sign-ins.
    pub lockout: Option<Lockout>,
    /// Where it listens.
    pub connectors: Option<Vec<Connector>>,
    /// The port that stops it.
    pub shutdown: Option<Shutdown>,
    /// Its virtual hosts.
    pub hosts: Option<Vec<Host>>,
    /// The applications that are deployed; `null` when no list of files says it.
    pub apps: Option<Vec<App>>,
    /// When sessions end: `*` for all applications that say nothing themselves.
    pub sessions: Option<Vec<Session>>,
    /// Whether folders without an index are listed.
    pub listings: Option<bool>,
    /// Whether files cannot be written by PUT.
    pub read_only: Option<bool>,
    /// Whether scripts in a page cannot read the cookie of the session.
    pub http_only: Option<bool>,
    /// The levels of its own logs, such as `INFO`.
    pub log_levels: Option<Vec<String>>,
    /// Owner and permissions of files.
    pub rights: Option<Vec<FileRights>>,
    /// Its processes.
    pub processes: Option<Vec<Process>>,
}

/// Reads all facts.
pub fn read(files: &mut Files) -> Facts {
    let release = release(files);
    let rights = evidence::rights(files);
    let processes = evidence::processes(files, |command| {
        command
            .contains("org.apache.catalina.startup.Bootstrap")
            .then_some("worker")
    });
    let server = document(files, "conf/server.xml").or_else(|| document(files, "server.xml"));
    let web = document(files, "conf/web.xml").map(|(_, root)| root);
    let context = document(files, "conf/context.xml").map(|(_, root)| root);
    let apps = apps::read(files, rights.as_deref(), server.as_ref());
    let default_servlet = web.as_ref().map(apps::default_servlet);
    let engine = server.as_ref().map(|(path, root)| (path.as_str(), root));
    Facts {
        format: FACTS_FORMAT,
        family: Family::Tomcat,
        collected_on: files.collected_on().to_owned(),
        parts: release.as_deref().map(version::parts),
        branch: release
            .as_deref()
            .map(|release| version::branch(release, 2)),
        users: users::read(files, server.is_some()),
        digested: engine.map(|(_, root)| users::digested(root)),
        lockout: engine.map(|(path, root)| server::lockout(path, root)),
        connectors: engine.map(|(path, root)| server::connectors(path, root, release.as_deref())),
        shutdown: engine.map(|(path, root)| server::shutdown(path, root)),
        hosts: engine.map(|(path, root)| server::hosts(path, root)),
        sessions: web.as_ref().map(|web| apps::sessions(files, web)),
        listings: default_servlet.map(|(listings, _)| listings),
        read_only: default_servlet.map(|(_, read_only)| read_only),
        http_only: context
            .map(|context| context.switch("useHttpOnly"))
            .map(|written| written.unwrap_or(true)),
        log_levels: log_levels(files),
        version: release,
        apps,
        rights,
        processes,
    }
}

/// The document at the shortest path that ends so.
fn document(files: &mut Files, suffix: &str) -> Option<(String, Element)> {
    let path = files.ending_with(suffix).into_iter().next()?;
    let text = files.text(&path)?;
    match xml::parse(&text) {
        Ok(root) => Some((path, root)),
        Err(error) => {
            files.refuse(&path, &error.to_string());
            None
        }
    }
}

fn release(files: &Files) -> Option<String> {
    for marker in [
        "server.number=",
        "Server number:",
        "Apache Tomcat/",
        "Apache Tomcat Version ",
    ] {
        if let Some((_, text)) = files.find(|text| text.contains(marker))
            && let Some(found) = version::after(&text, marker)
        {
            return Some(version::branch(&found, 3));
        }
    }
    None
}

fn log_levels(files: &Files) -> Option<Vec<String>> {
    let path = files.ending_with("logging.properties").into_iter().next()?;
    let text = files.text(&path)?;
    let mut levels: Vec<String> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with(['#', '!']))
        .filter_map(|line| line.split_once('='))
        .filter(|(key, _)| key.trim_end().rsplit('.').next() == Some("level"))
        .map(|(_, value)| value.trim().to_uppercase())
        .collect();
    levels.sort();
    levels.dedup();
    levels.truncate(20);
    Some(levels)
}

fn at(path: &str, element: &Element) -> Source {
    Source {
        file: path.to_owned(),
        line: element.line,
    }
}
