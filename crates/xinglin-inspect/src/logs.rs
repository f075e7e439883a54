//! What the log lake knows of one thing: whether its logs arrive, since when, with which gaps,
//! and for how long they are kept.
//!
//! The facts are made by whoever keeps the logs; a bundle of them is one file, `logs.json`.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    bundle::Bundle,
    family::Family,
    subject::{Collected, FACTS_FORMAT, Subject, Unreadable},
};

const FILE: &str = "logs.json";
/// What was so in as many other periods is usual.
const USUAL_AFTER: usize = 3;

/// What is known of the logs of one thing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LogFacts {
    /// What it is called.
    pub name: String,
    /// What it is, by the words of object types.
    pub object_type: String,
    /// The sources of logs that it is.
    pub sources: Vec<SourceFacts>,
    /// All things whose logs it is to hold, where it is a platform for that.
    pub platform: Option<PlatformFacts>,
}

/// What is known of one source of logs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SourceFacts {
    /// What the lake calls it.
    pub name: String,
    /// How it sends.
    pub transport: String,
    /// The day on which it was first heard.
    pub since: String,
    /// The day on which it was last heard; `None` for one that never was.
    pub last_seen: Option<String>,
    /// `sending`, `silent` for longer than it may be, `stopped` for one that need not go on, or
    /// `new`.
    pub state: String,
    /// For how many days there are logs of it.
    pub days_kept: i64,
    /// For how many days they are to be kept.
    pub keep_days: u32,
    /// Hours without an event, of the last seven days, where there should have been some.
    pub gap_hours: u32,
    /// The longest of these gaps, in hours.
    pub longest_gap_hours: u32,
    /// Days without an event since the oldest that is kept, where there should have been some.
    pub missing_days: Vec<String>,
    /// Whether its clock is in step; `None` where its lines say no time.
    pub clock_in_step: Option<bool>,
    /// A search that shows its logs.
    pub search: String,
}

/// What is known of all that a platform is to hold logs of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlatformFacts {
    /// Things in scope whose logs are to be collected.
    pub in_scope: u32,
    /// Those of them that send.
    pub sending: u32,
    /// Those of them whose silence alarms.
    pub watched: u32,
    /// The names of those that never sent.
    pub missing: Vec<String>,
    /// The names of those that stopped.
    pub silent: Vec<String>,
    /// For how many days there are logs at all.
    pub days_kept: i64,
    /// For how many days the source that is kept shortest is kept.
    pub shortest_keep_days: u32,
}

#[derive(Serialize)]
struct Facts<'a> {
    format: &'static str,
    family: Family,
    #[serde(flatten)]
    known: &'a LogFacts,
}

/// What an inspection of them yields.
pub fn collected(known: &LogFacts) -> Collected {
    let facts = Facts {
        format: FACTS_FORMAT,
        family: Family::Logs,
        known,
    };
    Collected {
        family: Family::Logs,
        // Facts are plain structures with string keys, which JSON can always hold.
        facts: serde_json::to_value(&facts).unwrap_or_default(),
        unreadable: Vec::new(),
        subject: Subject {
            kind: "logs".to_owned(),
            name: known.name.clone(),
            platform: "logs".to_owned(),
            version: String::new(),
        },
    }
}

/// Reads the facts in `bundle`.
pub fn collect(bundle: &Bundle) -> Collected {
    let Some(text) = bundle.text(FILE) else {
        return Collected::not_understood(Family::Logs, bundle.files.keys());
    };
    match serde_json::from_str::<LogFacts>(&text) {
        Ok(known) => collected(&known),
        Err(error) => {
            let mut collected = Collected::not_understood(Family::Logs, []);
            collected.unreadable.push(Unreadable {
                what: FILE.to_owned(),
                why: error.to_string(),
            });
            collected
        }
    }
}

/// Hours, or days, without an event where there should have been some: of events counted by
/// them, the oldest first.
///
/// There should be some at all times of a source that is heard nearly always; when it was heard
/// in every other `period` at that time, such as the same hour of at least three other days; and
/// in any case when it was not heard for longer than `patience`.
pub fn gaps(counts: &[u64], patience: usize, period: usize) -> Vec<bool> {
    let heard = counts.iter().filter(|events| **events > 0).count();
    let is_busy = heard * 10 >= counts.len() * 9;
    let is_usual = |at: usize| {
        let others = (at % period..counts.len()).step_by(period);
        let mut others = others.filter(|other| *other != at);
        let enough = at % period + period * USUAL_AFTER < counts.len();
        enough && others.all(|other| counts.get(other).is_some_and(|events| *events > 0))
    };
    let mut gaps = Vec::with_capacity(counts.len());
    for run in counts.chunk_by(|one, other| (*one == 0) == (*other == 0)) {
        let is_quiet = run.first() == Some(&0);
        let is_long = is_busy || run.len() > patience;
        let from = gaps.len();
        gaps.extend((from..from + run.len()).map(|at| is_quiet && (is_long || is_usual(at))));
    }
    gaps
}

/// How many gaps there are, in hours, and how long the longest is.
pub fn gap_hours(gaps: &[bool]) -> (u32, u32) {
    let count = |hours: usize| u32::try_from(hours).unwrap_or(u32::MAX);
    let all = gaps.iter().filter(|gap| **gap).count();
    let runs = gaps.chunk_by(|one, other| one == other);
    let longest = runs
        .filter(|run| run.first() == Some(&true))
        .map(<[bool]>::len)
        .max();
    (count(all), count(longest.unwrap_or_default()))
}

/// The inspection of what the lake knows, at `now`.
pub fn inspect_logs(
    known: &LogFacts,
    checks: &crate::checks::CheckSet,
    now: Timestamp,
) -> crate::Inspection {
    crate::inspection::judge(collected(known), checks, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_busy_source_has_a_gap_in_every_hour_it_is_not_heard() {
        let mut hours = vec![5; 40];
        hours[7] = 0;
        hours[20] = 0;
        hours[21] = 0;
        assert_eq!(gap_hours(&gaps(&hours, 24, 24)), (3, 2));
    }

    #[test]
    fn a_source_that_says_little_is_given_time() {
        let mut hours = vec![0; 60];
        for at in [0, 10, 22, 50] {
            hours[at] = 1;
        }
        // Quiet for 27 hours once; the others are shorter than a day.
        let found = gaps(&hours, 24, 24);
        assert_eq!(gap_hours(&found), (27, 27));
        assert!(!found[5] && found[23] && found[49] && !found[55]);
    }

    #[test]
    fn what_sleeps_at_night_has_a_gap_only_by_day() {
        let is_open = |hour: usize| (8..18).contains(&(hour % 24));
        let mut hours: Vec<u64> = (0..7 * 24).map(|hour| u64::from(is_open(hour))).collect();
        assert_eq!(gap_hours(&gaps(&hours, 24, 24)), (0, 0));
        for hour in &mut hours[72..96] {
            *hour = 0;
        }
        // The fourth day: ten hours, and with the nights around it longer than a day.
        assert_eq!(gap_hours(&gaps(&hours, 48, 24)), (10, 10));
        assert_eq!(gap_hours(&gaps(&hours, 24, 24)), (38, 38));
    }

    #[test]
    fn nothing_is_no_gap() {
        assert_eq!(gap_hours(&gaps(&[], 24, 24)), (0, 0));
        assert_eq!(gap_hours(&gaps(&[0; 10], 24, 24)), (0, 0));
    }
}
