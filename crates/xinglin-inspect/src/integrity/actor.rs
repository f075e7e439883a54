//! Who changed a file, as far as the host's records tell.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Change, Comparison, Session, Write};

/// At most so many people are named for one change.
const MOST: usize = 5;

/// Someone who may have changed a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Actor {
    /// The account that signed in; its number where the name is not known, `service` where
    /// nobody signed in.
    pub account: String,
    /// The account it acted as, where that is another one.
    pub acted_as: Option<String>,
    /// The program, where an audit record names it.
    pub program: Option<String>,
    /// Where it signed in from; empty for the console or when not known.
    pub from: String,
    /// When, in seconds since 1970.
    pub at_seconds: Option<i64>,
    /// How sure this is.
    pub certainty: Certainty,
}

/// How sure it is that someone changed a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Certainty {
    /// The kernel's audit recorded the write.
    Certain,
    /// The only one signed in when the file's date says it changed.
    Likely,
    /// One of several signed in at that time.
    Possible,
}

/// Names who made each change: by audit records of writes between the two times, else by who
/// was signed in when the file says it changed. `names` has the accounts' names by number.
pub fn attribute(
    comparison: &mut Comparison,
    writes: &[Write],
    sessions: &[Session],
    names: &BTreeMap<u32, String>,
) {
    let window = comparison.before.as_second()..=comparison.after.as_second();
    let mut by_path: BTreeMap<&str, Vec<&Write>> = BTreeMap::new();
    for write in writes
        .iter()
        .filter(|write| window.contains(&write.at_seconds))
    {
        by_path.entry(&write.path).or_default().push(write);
    }
    for change in &mut comparison.changes {
        change.actors = match by_path.get(change.path.as_str()) {
            Some(writes) => recorded(writes, names),
            None => present(change, sessions, *window.start(), *window.end()),
        };
    }
}

fn recorded(writes: &[&Write], names: &BTreeMap<u32, String>) -> Vec<Actor> {
    let name = |uid: u32| names.get(&uid).cloned().unwrap_or_else(|| uid.to_string());
    let mut writes = writes.to_vec();
    // The last one left what is there now.
    writes.sort_by_key(|write| std::cmp::Reverse(write.at_seconds));
    let mut actors: Vec<Actor> = Vec::new();
    for write in writes {
        let account = write.signed_in.map_or_else(|| "service".to_owned(), name);
        let acted_as = write.acted_as.map(name).filter(|other| *other != account);
        let known = actors.iter().any(|actor| {
            actor.account == account && actor.program.as_deref() == Some(&write.program)
        });
        if !known && actors.len() < MOST {
            actors.push(Actor {
                account,
                acted_as,
                program: Some(write.program.clone()),
                from: String::new(),
                at_seconds: Some(write.at_seconds),
                certainty: Certainty::Certain,
            });
        }
    }
    actors
}

fn present(change: &Change, sessions: &[Session], from: i64, until: i64) -> Vec<Actor> {
    // Without a date of its own (what is gone, a changed permission) it may have been any time
    // between the two; a date outside of that was set by hand.
    let dated = change
        .modified_seconds
        .filter(|at| (from..=until).contains(at))
        .filter(|_| {
            change.what.is_empty() || change.what.iter().any(|what| what.field == "content")
        });
    let (first, last) = dated.map_or((from, until), |at| (at, at));
    let mut there: Vec<&Session> = Vec::new();
    for session in sessions {
        let overlaps =
            session.from_seconds <= last && session.until_seconds.is_none_or(|end| end >= first);
        if overlaps && !there.iter().any(|other| other.account == session.account) {
            there.push(session);
        }
    }
    let certainty = if there.len() == 1 && dated.is_some() {
        Certainty::Likely
    } else {
        Certainty::Possible
    };
    there
        .into_iter()
        .take(MOST)
        .map(|session| Actor {
            account: session.account.clone(),
            acted_as: None,
            program: None,
            from: session.host.clone(),
            at_seconds: dated,
            certainty,
        })
        .collect()
}
