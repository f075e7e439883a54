//! Baseline rules: what is usual for somebody or something, learned from matches of other rules.

use serde::{Deserialize, Serialize};

use super::{Decimal, Meta, read};
use crate::yaml::{Broken, Entry, Node};

/// A baseline looks back over so many days at most.
const MOST_DAYS: u16 = 90;
const DAYS: u16 = 42;
const LEARNING: u16 = 14;
const SUPPORT: u64 = 20;
const ACTIVE: u16 = 5;

/// A baseline rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Baseline {
    /// What it says of itself.
    pub meta: Meta,
    /// What is learned.
    pub kind: BaselineKind,
    /// The rules whose matches it learns from, by identifier or name.
    pub rules: Vec<String>,
    /// Whom it is about: events with the same values of these fields.
    pub group_by: Vec<String>,
    /// What is usual is what happened within so many days before.
    pub days: u16,
    /// Of somebody who was first seen less than so many days before, nothing is said.
    pub learning: u16,
    /// Nothing is said of somebody with fewer events before.
    pub support: u64,
    /// Nothing is said of somebody who was there on fewer days before.
    pub active: u16,
    /// An hour or a value is usual when it was there on so many days before.
    pub usual: u16,
    /// Whether the rules it learns from also speak for themselves.
    pub generate: bool,
}

/// What is learned of somebody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BaselineKind {
    /// The hours of the day, on working days and on others.
    Hours {
        /// So many hours before and behind a usual one are usual, too.
        around: u8,
    },
    /// How much there is in a stretch of time.
    Volume {
        /// The field whose numbers are added up; events are counted where there is none.
        sum: Option<String>,
        /// The stretch.
        per: Per,
        /// So many deviations above the median are still usual.
        deviations: Decimal,
        /// So many times the median is still usual.
        factor: Decimal,
        /// Less than this is never unusual.
        least: u64,
    },
    /// The values of a field.
    Values {
        /// The field.
        field: String,
        /// What of it counts.
        part: Part,
        /// Nothing is said of somebody with more new values than this within the days, once
        /// learning was over.
        most_new: u16,
    },
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// From midnight to midnight.
    Day,
    /// An hour of the clock; it is compared with the fullest hour of each day.
    Hour,
}

impl Per {
    /// The word rules write.
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Hour => "hour",
        }
    }
}

/// What of a value counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// All of it; case does not count.
    Whole,
    /// What is behind the last `/` or `\`; case does not count.
    FileName,
    /// Of an address: its country where the ranges of countries are known, else its network.
    /// A private address is one of its own.
    Country,
    /// Of an address: its network, 65,536 addresses of IPv4. A private address is one of its own.
    Network,
}

impl Part {
    fn parse(word: &str) -> Option<Self> {
        match word {
            "value" => Some(Self::Whole),
            "file_name" => Some(Self::FileName),
            "country" => Some(Self::Country),
            "network" => Some(Self::Network),
            _ => None,
        }
    }
}

impl Baseline {
    /// The fields it asks for of events, by the names of its rules; some may be named twice.
    pub fn fields(&self) -> Vec<String> {
        let mut fields = self.group_by.clone();
        match &self.kind {
            BaselineKind::Volume { sum: Some(sum), .. } => fields.push(sum.clone()),
            BaselineKind::Values { field, .. } => fields.push(field.clone()),
            BaselineKind::Hours { .. } | BaselineKind::Volume { sum: None, .. } => {}
        }
        fields
    }
}

pub(super) fn baseline(meta: Meta, node: &Node) -> Result<Baseline, Broken> {
    let Some(entries) = node.entries() else {
        return Err(Broken::new(node.line, "`baseline` is a map"));
    };
    let keys = Keys { node, entries };
    let words = |key: &str| keys.needed(key).and_then(read::words);
    let rules = words("rules")?;
    if rules.is_empty() {
        return Err(Broken::new(node.line, "the baseline learns from no rule"));
    }
    let group_by = words("group-by")?;
    if group_by.is_empty() {
        let reason = "the baseline is about nobody: `group-by` names no field";
        return Err(Broken::new(node.line, reason));
    }
    let type_node = keys.needed("type")?;
    let (kind, own): (_, &[&str]) = match type_node.scalar().unwrap_or_default().as_str() {
        "hours" => (hours(&keys)?, &["around", "usual"]),
        "volume" => (
            volume(&keys)?,
            &["sum", "per", "deviations", "factor", "least"],
        ),
        "new_value" => (values(&keys)?, &["field", "as", "most_new", "usual"]),
        other => {
            let reason =
                format!("a baseline of type `{other}` is not known: hours, volume or new_value");
            return Err(Broken::new(type_node.line, reason));
        }
    };
    keys.refuse_others(own)?;
    let days = keys.whole("days", DAYS, 7, MOST_DAYS)?;
    Ok(Baseline {
        kind,
        rules,
        group_by,
        days,
        learning: keys.whole("learning", LEARNING.min(days), 1, days)?,
        support: keys.number("support")?.map_or(Ok(SUPPORT), whole)?,
        active: keys.whole("active", ACTIVE, 1, days)?,
        usual: keys.whole("usual", 1, 1, days)?,
        generate: read::flag(node, "generate")?,
        meta,
    })
}

fn hours(keys: &Keys<'_>) -> Result<BaselineKind, Broken> {
    let around = keys.whole("around", 1, 0, 6)?;
    Ok(BaselineKind::Hours {
        around: u8::try_from(around).unwrap_or_default(),
    })
}

fn volume(keys: &Keys<'_>) -> Result<BaselineKind, Broken> {
    let per = match keys.text("per")?.as_deref() {
        None | Some("day") => Per::Day,
        Some("hour") => Per::Hour,
        Some(other) => {
            let reason = format!("`per` is `day` or `hour`, not `{other}`");
            return Err(Broken::new(keys.line("per"), reason));
        }
    };
    let at_least = |key: &str, otherwise: f64, least: f64| {
        let number = keys.number(key)?.map_or(otherwise, |(_, number)| number);
        if number < least {
            let reason = format!("`{key}` is at least {least}");
            return Err(Broken::new(keys.line(key), reason));
        }
        Ok(Decimal::new(number))
    };
    let Some(least) = keys.number("least")? else {
        let reason = "the baseline has no `least`: what is never unusual";
        return Err(Broken::new(keys.node.line, reason));
    };
    Ok(BaselineKind::Volume {
        sum: keys.text("sum")?,
        per,
        deviations: at_least("deviations", 6.0, 0.0)?,
        factor: at_least("factor", 3.0, 1.0)?,
        least: whole(least)?,
    })
}

fn values(keys: &Keys<'_>) -> Result<BaselineKind, Broken> {
    let Some(field) = keys.text("field")? else {
        return Err(Broken::new(keys.node.line, "the baseline has no `field`"));
    };
    let part = match keys.text("as")? {
        None => Part::Whole,
        Some(word) => Part::parse(&word).ok_or_else(|| {
            let reason =
                format!("`as` is `value`, `file_name`, `network` or `country`, not `{word}`");
            Broken::new(keys.line("as"), reason)
        })?,
    };
    Ok(BaselineKind::Values {
        field,
        part,
        most_new: keys.whole("most_new", 10, 1, 1_000)?,
    })
}

/// A number of at least nothing without a fraction.
fn whole((line, number): (usize, f64)) -> Result<u64, Broken> {
    // What is written has digits enough for any count.
    let text = format!("{number:.0}");
    let is_whole = number >= 0.0 && (number - number.round()).abs() < 1e-9;
    let whole = text.parse().ok().filter(|_| is_whole);
    whole.ok_or_else(|| Broken::new(line, format!("`{number}` is no count")))
}

/// The keys of a baseline.
struct Keys<'n> {
    node: &'n Node,
    entries: &'n [Entry],
}

impl<'n> Keys<'n> {
    fn needed(&self, key: &str) -> Result<&'n Node, Broken> {
        let missing = || Broken::new(self.node.line, format!("the baseline has no `{key}`"));
        self.node.get(key).ok_or_else(missing)
    }

    fn line(&self, key: &str) -> usize {
        self.node.get(key).map_or(self.node.line, |node| node.line)
    }

    fn text(&self, key: &str) -> Result<Option<String>, Broken> {
        let Some(node) = self.node.get(key) else {
            return Ok(None);
        };
        let text = node.scalar().filter(|text| !text.is_empty());
        let wrong = || Broken::new(node.line, format!("`{key}` is a text"));
        text.map(Some).ok_or_else(wrong)
    }

    /// A number and its line.
    fn number(&self, key: &str) -> Result<Option<(usize, f64)>, Broken> {
        let Some(node) = self.node.get(key) else {
            return Ok(None);
        };
        let number = node.scalar().and_then(|text| text.parse::<f64>().ok());
        let number = number.filter(|number| number.is_finite());
        let wrong = || Broken::new(node.line, format!("`{key}` is a number"));
        number
            .map(|number| Some((node.line, number)))
            .ok_or_else(wrong)
    }

    fn whole(&self, key: &str, otherwise: u16, least: u16, most: u16) -> Result<u16, Broken> {
        let Some(found) = self.number(key)? else {
            return Ok(otherwise.min(most));
        };
        let number = whole(found)?;
        let number = u16::try_from(number).ok();
        let number = number.filter(|number| (least..=most).contains(number));
        let wrong = || Broken::new(found.0, format!("`{key}` is from {least} to {most}"));
        number.ok_or_else(wrong)
    }

    fn refuse_others(&self, own: &[&str]) -> Result<(), Broken> {
        const ALL: [&str; 8] = [
            "type", "rules", "group-by", "days", "learning", "support", "active", "generate",
        ];
        let is_other = |entry: &&Entry| {
            let key = entry.key.as_str();
            !ALL.contains(&key) && !own.contains(&key)
        };
        match self.entries.iter().find(is_other) {
            Some(entry) => {
                let reason = format!("`{}` says nothing in a baseline of this type", entry.key);
                Err(Broken::new(entry.line, reason))
            }
            None => Ok(()),
        }
    }
}
