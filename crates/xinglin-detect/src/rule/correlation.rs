//! Correlation rules: how matches of other rules must meet in time.

use std::collections::BTreeMap;

use super::{Comparison, Decimal, Meta, read};
use crate::yaml::{Broken, Node};

/// The longest time a correlation can look back: a leap year.
const MOST_SECONDS: i64 = 366 * 86_400;

/// A correlation rule.
#[derive(Debug, Clone, PartialEq)]
pub struct Correlation {
    /// What it says of itself.
    pub meta: Meta,
    /// What must meet.
    pub kind: CorrelationKind,
    /// The rules it is about, by identifier or name.
    pub rules: Vec<String>,
    /// Matches meet when they are the same in these fields.
    pub group_by: Vec<String>,
    /// Names in `group_by`, and the field each rule has for it.
    pub aliases: BTreeMap<String, BTreeMap<String, String>>,
    /// Within so many seconds.
    pub seconds: i64,
    /// Whether the rules it is about also speak for themselves.
    pub generate: bool,
}

impl Correlation {
    /// The fields it asks for of events, by the names of its rules; some may be named twice.
    pub fn fields(&self) -> Vec<String> {
        let mut fields = self.group_by.clone();
        fields.extend(self.aliases.values().flat_map(BTreeMap::values).cloned());
        if let CorrelationKind::Values(counted) = &self.kind {
            fields.extend(counted.fields.iter().cloned());
        }
        fields
    }
}

/// What must meet.
#[derive(Debug, Clone, PartialEq)]
pub enum CorrelationKind {
    /// So many matches.
    Events(Count),
    /// So many different values of these fields.
    Values(Counted),
    /// So many of the rules; all of them when nothing is said.
    Temporal(Count),
    /// All of the rules, one after the other as they are listed.
    Ordered,
}

/// Fields, and how many different values of theirs.
#[derive(Debug, Clone, PartialEq)]
pub struct Counted {
    /// The fields; several are taken together.
    pub fields: Vec<String>,
    /// How many.
    pub count: Count,
}

/// Bounds of a number, all of which must hold.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Count(pub Vec<(Comparison, Decimal)>);

impl Count {
    /// Whether a number is within.
    pub fn holds(&self, number: u64) -> bool {
        let number = u32::try_from(number).map_or(f64::from(u32::MAX), f64::from);
        let mut bounds = self.0.iter();
        bounds.all(|(comparison, bound)| comparison.holds(number, bound.get()))
    }
}

pub(super) fn correlation(meta: Meta, node: &Node) -> Result<Correlation, Broken> {
    let needed = |key: &str| {
        node.get(key)
            .ok_or_else(|| Broken::new(node.line, format!("the correlation has no `{key}`")))
    };
    let type_node = needed("type")?;
    let type_word = type_node.scalar().unwrap_or_default();
    let rules = read::words(needed("rules")?)?;
    if rules.is_empty() {
        return Err(Broken::new(node.line, "the correlation is about no rule"));
    }
    let group_by = node.get("group-by").map(read::words).transpose()?;
    let span = node.get("timespan").or_else(|| node.get("timeframe"));
    let Some(span) = span else {
        return Err(Broken::new(node.line, "the correlation has no `timespan`"));
    };
    let condition = node.get("condition");
    let bounds = condition.map(count).transpose()?;
    let counted = || {
        let bounds = bounds.clone();
        bounds
            .filter(|count| !count.0.is_empty())
            .ok_or_else(|| Broken::new(node.line, "the condition of the correlation has no bound"))
    };
    let kind = match type_word.as_str() {
        "event_count" => CorrelationKind::Events(counted()?),
        "value_count" => CorrelationKind::Values(Counted {
            fields: fields(condition, node)?,
            count: counted()?,
        }),
        "temporal" => CorrelationKind::Temporal(match &bounds {
            Some(count) if !count.0.is_empty() => count.clone(),
            _ => all_of(rules.len()),
        }),
        "temporal_ordered" => {
            let fewer = u64::try_from(rules.len() - 1).unwrap_or(u64::MAX);
            if bounds.is_some_and(|count| !count.0.is_empty() && count.holds(fewer)) {
                let reason = "only all rules can be in order, not some of them";
                return Err(Broken::new(node.line, reason));
            }
            CorrelationKind::Ordered
        }
        other => {
            let reason = format!("a correlation of type `{other}` is not known");
            return Err(Broken::new(type_node.line, reason));
        }
    };
    Ok(Correlation {
        kind,
        rules,
        group_by: group_by.unwrap_or_default(),
        aliases: aliases(node)?,
        seconds: seconds(span)?,
        generate: read::flag(node, "generate")? || meta_generates(&meta),
        meta,
    })
}

/// Older versions of the specification had `generate` beside `correlation`.
fn meta_generates(meta: &Meta) -> bool {
    let words = meta.custom.get("generate");
    words.is_some_and(|words| words.iter().any(|word| word == "true"))
}

fn all_of(rules: usize) -> Count {
    let rules = u32::try_from(rules).unwrap_or(u32::MAX);
    Count(vec![(Comparison::AtLeast, Decimal::new(f64::from(rules)))])
}

fn fields(condition: Option<&Node>, node: &Node) -> Result<Vec<String>, Broken> {
    let field = condition.and_then(|condition| condition.get("field"));
    let Some(field) = field.or_else(|| node.get("field")) else {
        let reason = "a count of values needs a `field` in its condition";
        return Err(Broken::new(node.line, reason));
    };
    read::words(field)
}

fn count(node: &Node) -> Result<Count, Broken> {
    let Some(entries) = node.entries() else {
        let reason = "the condition of a correlation is a map of bounds";
        return Err(Broken::new(node.line, reason));
    };
    let mut bounds = Vec::new();
    for entry in entries {
        let comparison = match entry.key.as_str() {
            "gt" => Comparison::Greater,
            "gte" => Comparison::AtLeast,
            "lt" => Comparison::Less,
            "lte" => Comparison::AtMost,
            "eq" => Comparison::Same,
            "field" => continue,
            other => {
                let reason = format!("`{other}` is no bound of a correlation");
                return Err(Broken::new(entry.line, reason));
            }
        };
        let number = entry.value.scalar().and_then(|text| text.parse().ok());
        let number = number.filter(|number: &f64| number.is_finite() && *number >= 0.0);
        let Some(number) = number else {
            let reason = format!("`{}` is no number to count to", entry.key);
            return Err(Broken::new(entry.line, reason));
        };
        bounds.push((comparison, Decimal::new(number)));
    }
    Ok(Count(bounds))
}

fn aliases(node: &Node) -> Result<BTreeMap<String, BTreeMap<String, String>>, Broken> {
    let mut aliases = BTreeMap::new();
    let entries = node.get("aliases").and_then(Node::entries);
    for entry in entries.unwrap_or_default() {
        let Some(fields) = entry.value.entries() else {
            let reason = format!("the alias `{}` is a map from rules to fields", entry.key);
            return Err(Broken::new(entry.line, reason));
        };
        let mut of_rules = BTreeMap::new();
        for field in fields {
            let Some(name) = field.value.scalar() else {
                return Err(Broken::new(field.line, "a field's name is a text"));
            };
            of_rules.insert(field.key.clone(), name);
        }
        aliases.insert(entry.key.clone(), of_rules);
    }
    Ok(aliases)
}

fn seconds(node: &Node) -> Result<i64, Broken> {
    let text = node.scalar().unwrap_or_default();
    let wrong = || Broken::new(node.line, format!("`{text}` is no timespan such as `90m`"));
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let count: i64 = digits.parse().map_err(|_| wrong())?;
    let unit = text.get(digits.len()..).unwrap_or_default();
    let unit = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        "d" => 86_400,
        "w" => 7 * 86_400,
        _ => return Err(wrong()),
    };
    let seconds = count.checked_mul(unit).filter(|seconds| *seconds > 0);
    let seconds = seconds.ok_or_else(wrong)?;
    if seconds > MOST_SECONDS {
        return Err(Broken::new(node.line, "a timespan of more than a year"));
    }
    Ok(seconds)
}
