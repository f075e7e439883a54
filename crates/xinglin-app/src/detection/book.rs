//! All rules that are known, as people see them.

use std::{collections::HashMap, path::Path};

use jiff::Timestamp;
use serde_json::Value;
use xinglin_core::Text;
use xinglin_detect::{
    Level, Pipelines, Problem, Rule, RuleSet, View,
    naive::Facts,
    rule::{Baseline, Correlation, LogSource, Meta},
};
use xinglin_lake::StoredEvent;
use xinglin_store::detection::{OwnRule, Switch};
use xinglin_workflow::{AlertKind, AlertSeverity};

use super::{policy::Attack, words::BaselineWords};
use crate::Content;

/// Where the rules of content are.
pub(crate) const FOLDER: &str = "rules/";
/// Behind this comes the identifier of a rule that the hospital wrote, where others have their
/// file.
pub(crate) const OWN: &str = "hospital/";

/// What the file of a rule is called that is only tried.
pub(crate) const TRIED: &str = "tried";
/// Correlations of correlations are followed so far.
const MOST_CHAINED: usize = 16;

/// A rule as people see it.
#[derive(Debug, Clone)]
pub struct KnownRule {
    /// Its identifier.
    pub key: String,
    /// What it finds.
    pub title: Text,
    /// What it finds, at length.
    pub description: Text,
    /// How grave it says a match is.
    pub level: AlertSeverity,
    /// How well it is tried.
    pub status: Option<String>,
    /// Whether it is for single events or for how matches meet.
    pub kind: AlertKind,
    /// Whether the hospital wrote it.
    pub is_own: bool,
    /// Which logs it is for; empty for a correlation.
    pub logsource: LogSource,
    /// Whether it speaks.
    pub enabled: bool,
    /// Techniques of ATT&CK.
    pub attack: Vec<String>,
    /// Tactics of ATT&CK.
    pub tactics: Vec<String>,
    /// Items of the catalogue that it helps to meet.
    pub requirements: Vec<String>,
    /// What else may look like it.
    pub false_positives: Vec<Text>,
    /// Where to read on.
    pub references: Vec<String>,
    /// The playbook that answers it.
    pub playbook: Option<String>,
    /// Its file, or `hospital/` and its identifier.
    pub file: String,
    /// Its document, in YAML.
    pub text: String,
    /// How its parts must meet.
    pub condition: String,
    /// The last decision on it.
    pub switch: Option<Switch>,
    /// Who changed it last and when, where the hospital wrote it.
    pub changed: Option<(String, Timestamp)>,
}

/// A part of an event that made a rule match.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Matched {
    /// The part of the rule.
    pub selection: String,
    /// The field; `None` where it is the text of the event.
    pub field: Option<String>,
    /// The value.
    pub value: String,
}

/// All rules that are known, and what could not be loaded.
#[derive(Debug, Default)]
pub(crate) struct RuleBook {
    /// Rules for single events as the engine has them, then correlations, then baselines.
    pub(crate) rules: Vec<KnownRule>,
    /// All as they are written, in the same order.
    pub(crate) parsed: Vec<Rule>,
    pub(crate) correlations: Vec<Correlation>,
    pub(crate) baselines: Vec<Baseline>,
    /// How alerts of baselines say why.
    pub(crate) words: BaselineWords,
    pub(crate) problems: Vec<Problem>,
    by_key: HashMap<String, usize>,
    pub(crate) loaded_at: Option<Timestamp>,
}

/// Rules read from content and the store.
pub(crate) struct Loaded {
    pub(crate) set: RuleSet,
    pub(crate) book: RuleBook,
}

impl RuleBook {
    /// The place of a rule.
    pub(crate) fn place(&self, key: &str) -> Option<usize> {
        self.by_key.get(key).copied()
    }

    pub(crate) fn get(&self, key: &str) -> Option<&KnownRule> {
        self.rules.get(self.place(key)?)
    }

    /// What of an event made a rule match: selection, field and value. For a correlation or
    /// a baseline, what made one of its rules match.
    pub(crate) fn explain(
        &self,
        key: &str,
        stored: &StoredEvent,
        pipelines: &Pipelines,
    ) -> Vec<Matched> {
        let view = View::of(&stored.event, pipelines);
        let zone = jiff::tz::offset(8).to_time_zone();
        let facts = Facts::new(&stored.event, &view, &zone);
        let mut matched = Vec::new();
        for rule in self.parts(key) {
            if !view.is_for(rule) {
                continue;
            }
            for held in facts
                .explain(rule)
                .into_iter()
                .flat_map(|why| why.selections)
            {
                matched.extend(held.hits.into_iter().map(|hit| Matched {
                    selection: held.name.clone(),
                    field: hit.field,
                    value: hit.value,
                }));
            }
        }
        matched
    }

    /// A rule, or the rules that a correlation or a baseline is about.
    fn parts(&self, key: &str) -> Vec<&Rule> {
        let mut parts = Vec::new();
        let mut open = vec![key];
        for _ in 0..MOST_CHAINED {
            let mut next = Vec::new();
            for name in open.drain(..) {
                let is_it = |meta: &Meta| meta.key() == name || meta.is_called(name);
                parts.extend(self.parsed.iter().filter(|rule| is_it(&rule.meta)));
                let above = self.correlations.iter().filter(|rule| is_it(&rule.meta));
                next.extend(above.flat_map(|rule| rule.rules.iter().map(String::as_str)));
                let learned = self.baselines.iter().filter(|rule| is_it(&rule.meta));
                next.extend(learned.flat_map(|rule| rule.rules.iter().map(String::as_str)));
            }
            if next.is_empty() {
                break;
            }
            open = next;
        }
        parts
    }
}

/// Reads all rules.
pub(crate) fn load(
    content: &Content,
    own: &[OwnRule],
    switches: &HashMap<String, Switch>,
    now: Timestamp,
) -> Loaded {
    load_with(content, own, switches, now, None)
}

/// Reads all rules, and before them one that is tried: others of its identifier give way.
pub(crate) fn load_with(
    content: &Content,
    own: &[OwnRule],
    switches: &HashMap<String, Switch>,
    now: Timestamp,
    tried: Option<&str>,
) -> Loaded {
    let mut set = RuleSet::new(content.detection().variables.iter().cloned());
    let mut texts: HashMap<String, &str> = HashMap::new();
    if let Some(text) = tried {
        set.read(TRIED, text);
        texts.insert(TRIED.to_owned(), text);
    }
    for file in content.files_under(FOLDER) {
        if Path::new(&file.path)
            .extension()
            .is_some_and(|end| end == "yml")
        {
            set.read(&file.path, &file.text);
            texts.insert(file.path.clone(), &file.text);
        }
    }
    let mut changed = HashMap::new();
    for rule in own {
        let file = format!("{OWN}{}", rule.rule);
        set.read(&file, &rule.text);
        changed.insert(file.clone(), (rule.changed_by.clone(), rule.changed_at));
        texts.insert(file, &rule.text);
    }
    set.finish();
    let attack = &content.detection().attack;
    let of_rules = set.rules.iter();
    let of_rules = of_rules.map(|rule| (&rule.meta, AlertKind::Rule, Some(&rule.logsource)));
    let of_correlations = set.correlations.iter();
    let of_correlations = of_correlations.map(|rule| (&rule.meta, AlertKind::Correlation, None));
    let of_baselines = set.baselines.iter();
    let of_baselines = of_baselines.map(|rule| (&rule.meta, AlertKind::Baseline, None));
    let mut book = RuleBook {
        parsed: set.rules.clone(),
        correlations: set.correlations.clone(),
        baselines: set.baselines.clone(),
        words: content.detection().words.clone(),
        problems: set.problems.clone(),
        loaded_at: Some(now),
        ..RuleBook::default()
    };
    for (meta, kind, logsource) in of_rules.chain(of_correlations).chain(of_baselines) {
        let text = texts.get(&meta.file).copied().unwrap_or_default();
        let mut rule = known(meta, kind, logsource, document(text, meta.line), attack);
        rule.switch = switches.get(&rule.key).cloned();
        rule.enabled = rule.switch.as_ref().is_none_or(|switch| switch.enabled);
        rule.changed = changed.get(&meta.file).cloned();
        book.by_key.insert(rule.key.clone(), book.rules.len());
        book.rules.push(rule);
    }
    Loaded { set, book }
}

/// A rule by what it says of itself.
pub(crate) fn known(
    meta: &Meta,
    kind: AlertKind,
    logsource: Option<&LogSource>,
    text: String,
    attack: &Attack,
) -> KnownRule {
    let (techniques, tactics) = attack.of_tags(&meta.tags);
    let words = |key: &str| meta.custom.get(key).cloned().unwrap_or_default();
    let word = |key: &str| words(key).into_iter().next();
    let both = |own: &str, key: &str| {
        let zh = word(&format!("{key}_zh")).unwrap_or_else(|| own.to_owned());
        Text::new(
            zh,
            word(&format!("{key}_en")).unwrap_or_else(|| own.to_owned()),
        )
    };
    let english = words("falsepositives_en");
    let false_positives = meta.false_positives.iter().enumerate();
    let false_positives = false_positives.map(|(place, zh)| {
        let en = english.get(place).unwrap_or(zh);
        Text::new(zh.clone(), en.clone())
    });
    KnownRule {
        key: meta.key().to_owned(),
        title: both(&meta.title, "title"),
        description: both(
            meta.description.as_deref().unwrap_or_default(),
            "description",
        ),
        level: severity_of(meta.level),
        status: meta.status.clone(),
        kind,
        is_own: meta.file.starts_with(OWN),
        logsource: logsource.cloned().unwrap_or_default(),
        enabled: true,
        attack: techniques,
        tactics,
        requirements: words("requirements"),
        false_positives: false_positives.collect(),
        references: words("references"),
        playbook: word("playbook"),
        file: meta.file.clone(),
        condition: condition_of(&text),
        text,
        switch: None,
        changed: None,
    }
}

/// Rules that say nothing of it are of medium gravity.
pub(crate) fn severity_of(level: Option<Level>) -> AlertSeverity {
    match level {
        Some(Level::Informational) => AlertSeverity::Informational,
        Some(Level::Low) => AlertSeverity::Low,
        Some(Level::Medium) | None => AlertSeverity::Medium,
        Some(Level::High) => AlertSeverity::High,
        Some(Level::Critical) => AlertSeverity::Critical,
    }
}

/// The document of a file that begins on a line, from 1.
fn document(text: &str, line: usize) -> String {
    let lines: Vec<&str> = text.lines().collect();
    let is_border = |line: &&str| line.trim_end() == "---";
    let first = line.saturating_sub(1).min(lines.len());
    let (before, behind) = lines.split_at(first);
    let start = before
        .iter()
        .rposition(is_border)
        .map_or(0, |place| place + 1);
    let mut end = first
        + behind
            .iter()
            .skip(1)
            .position(is_border)
            .map_or(behind.len(), |n| n + 1);
    end = end.min(lines.len());
    let mut document = lines.get(start..end).unwrap_or_default().join("\n");
    document.push('\n');
    document
}

/// How the parts of a rule must meet, in the words of its document.
fn condition_of(text: &str) -> String {
    let Ok(document) = serde_saphyr::from_str::<Value>(text) else {
        return String::new();
    };
    let plain = |value: &Value| match value {
        Value::String(text) => text.clone(),
        Value::Array(parts) => {
            let parts = parts.iter().map(|part| part.as_str().unwrap_or_default());
            parts.collect::<Vec<_>>().join(" or ")
        }
        other => other.to_string(),
    };
    if let Some(condition) = document.pointer("/detection/condition") {
        return plain(condition);
    }
    let correlation = document.get("correlation").or(document.get("baseline"));
    let Some(correlation) = correlation.and_then(Value::as_object) else {
        return String::new();
    };
    let listed = |value: &Value| match value {
        Value::Array(parts) => {
            let parts = parts.iter().map(|part| part.as_str().unwrap_or_default());
            parts.collect::<Vec<_>>().join(", ")
        }
        other => plain(other),
    };
    let order = [
        "type",
        "rules",
        "group-by",
        "timespan",
        "condition",
        "field",
        "as",
        "sum",
        "per",
        "deviations",
        "factor",
        "least",
        "around",
        "usual",
        "days",
        "learning",
        "support",
        "active",
        "most_new",
    ];
    let parts = order.iter().filter_map(|key| {
        let value = correlation.get(*key)?;
        let value = match value.as_object() {
            Some(bounds) => {
                let bounds = bounds.iter();
                let bounds = bounds.map(|(name, bound)| format!("{name} {}", listed(bound)));
                bounds.collect::<Vec<_>>().join(", ")
            }
            None => listed(value),
        };
        Some(format!("{key}: {value}"))
    });
    parts.collect::<Vec<_>>().join("; ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "title: A\nid: a\ndetection:\n  x: {f: 1}\n  condition: x\n---\ntitle: B\ncorrelation:\n  type: event_count\n  rules: [a]\n  group-by: [source.ip, user.name]\n  timespan: 5m\n  condition: {gte: 10}\n";

    #[test]
    fn a_rule_is_shown_with_its_own_document_only() {
        let first = document(TWO, 1);
        assert!(
            first.contains("title: A") && !first.contains("title: B"),
            "{first}"
        );
        let second = document(TWO, 7);
        assert!(
            second.contains("title: B") && !second.contains("title: A"),
            "{second}"
        );
        assert_eq!(condition_of(&first), "x");
        assert_eq!(
            condition_of(&second),
            "type: event_count; rules: a; group-by: source.ip, user.name; timespan: 5m; condition: gte 10"
        );
    }
}
