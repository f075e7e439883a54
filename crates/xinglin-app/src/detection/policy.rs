//! How alerts are made of matches: content.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use xinglin_core::{Importance, ObjectType, Text};
use xinglin_workflow::AlertSeverity;

use super::words::BaselineWords;
use crate::content::{ContentError, ContentFile, one};

const ALERTS: &str = "detection/alerts.yaml";
const ATTACK: &str = "detection/attack.yaml";
const VARIABLES: &str = "detection/variables.yaml";
const BASELINES: &str = "detection/baselines.yaml";

/// What content says about detection, beside its rules.
#[derive(Debug, Clone)]
pub(crate) struct DetectionContent {
    pub(crate) policy: AlertPolicy,
    pub(crate) attack: Attack,
    pub(crate) variables: Vec<(String, Vec<String>)>,
    pub(crate) words: BaselineWords,
}

/// How alerts are made of matches, and until when each is to be answered.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlertPolicy {
    window_minutes: i64,
    story_hours: i64,
    pub(crate) most_per_hour: u64,
    due_minutes: BTreeMap<AlertSeverity, i64>,
    everybody: BTreeSet<String>,
    severity: Vec<Step>,
}

/// What makes an alert graver or less grave than its rule says.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Step {
    #[serde(default)]
    level: Option<u8>,
    #[serde(default)]
    below: Option<u8>,
    #[serde(default)]
    importance: Vec<Importance>,
    #[serde(default)]
    types: Vec<ObjectType>,
    #[serde(rename = "step")]
    way: Way,
    reason: Text,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Way {
    Raise,
    Lower,
}

/// An asset as far as it says how grave something on it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) name: String,
    pub(crate) importance: Importance,
    pub(crate) object_type: ObjectType,
    /// The level of the gravest system it is of.
    pub(crate) level: Option<u8>,
}

/// Tactics and techniques by their names.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Attack {
    pub(crate) tactics: Vec<Tactic>,
    pub(crate) techniques: Vec<Technique>,
}

/// A tactic of ATT&CK.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Tactic {
    pub(crate) id: String,
    pub(crate) word: String,
    pub(crate) name: Text,
}

/// A technique of ATT&CK.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Technique {
    pub(crate) id: String,
    pub(crate) tactics: Vec<String>,
    pub(crate) name: Text,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct VariableFile {
    #[expect(dead_code, reason = "for readers of the file")]
    title: Text,
    variables: Vec<Variable>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Variable {
    name: String,
    #[expect(dead_code, reason = "for readers of the file")]
    title: Text,
    values: Vec<String>,
}

impl DetectionContent {
    pub(crate) fn load(files: &[ContentFile]) -> Result<Self, ContentError> {
        let has_variables = files.iter().any(|file| file.path == VARIABLES);
        let variables = if has_variables {
            let file: VariableFile = one(files, VARIABLES)?;
            let variables = file.variables.into_iter();
            variables.map(|one| (one.name, one.values)).collect()
        } else {
            Vec::new()
        };
        let policy: AlertPolicy = one(files, ALERTS)?;
        let missing = AlertSeverity::ALL
            .iter()
            .find(|severity| !policy.due_minutes.contains_key(severity));
        if let Some(severity) = missing {
            return Err(ContentError {
                path: ALERTS.to_owned(),
                problem: format!("`due_minutes` does not say anything of {severity}"),
            });
        }
        Ok(Self {
            policy,
            attack: one(files, ATTACK)?,
            variables,
            words: one(files, BASELINES)?,
        })
    }
}

impl AlertPolicy {
    /// So much may lie between matches of one alert.
    pub(crate) fn window(&self) -> SignedDuration {
        SignedDuration::from_mins(self.window_minutes)
    }

    /// So much may lie between alerts of one story.
    pub(crate) fn story(&self) -> SignedDuration {
        SignedDuration::from_hours(self.story_hours)
    }

    /// Whether a name says nothing of who it was.
    pub(crate) fn is_everybody(&self, name: &str) -> bool {
        self.everybody.contains(&name.to_lowercase())
    }

    /// When an alert of this severity that is made now must be closed.
    pub(crate) fn due(&self, severity: AlertSeverity, now: Timestamp) -> Option<Timestamp> {
        let minutes = self.due_minutes.get(&severity)?;
        now.checked_add(SignedDuration::from_mins(*minutes)).ok()
    }

    /// How grave a match of a rule of this level is here, and why where that is another.
    pub(crate) fn severity(
        &self,
        level: AlertSeverity,
        place: Option<&Place>,
    ) -> (AlertSeverity, Vec<Text>) {
        let Some(place) = place else {
            return (level, Vec::new());
        };
        let Some(step) = self.severity.iter().find(|step| step.fits(place)) else {
            return (level, Vec::new());
        };
        // What is only worth knowing stays so wherever it happens.
        if level == AlertSeverity::Informational {
            return (level, Vec::new());
        }
        let severity = match step.way {
            Way::Raise => level.raised(),
            Way::Lower => level.lowered(),
        };
        if severity == level {
            return (level, Vec::new());
        }
        (severity, vec![step.reason_on(place)])
    }
}

impl Step {
    fn fits(&self, place: &Place) -> bool {
        let level = place.level.unwrap_or(0);
        self.level.is_none_or(|least| level >= least)
            && self.below.is_none_or(|most| level < most)
            && (self.importance.is_empty() || self.importance.contains(&place.importance))
            && (self.types.is_empty() || self.types.contains(&place.object_type))
    }

    fn reason_on(&self, place: &Place) -> Text {
        let level = place
            .level
            .map_or("-".to_owned(), |level| level.to_string());
        let fill = |text: &str| {
            text.replace("{asset}", &place.name)
                .replace("{level}", &level)
        };
        Text::new(fill(&self.reason.zh), fill(&self.reason.en))
    }
}

impl Attack {
    /// Techniques (`T1110.001`) and tactics (`TA0006`) that the tags of a rule name.
    pub(crate) fn of_tags(&self, tags: &[String]) -> (Vec<String>, Vec<String>) {
        let mut techniques = BTreeSet::new();
        let mut tactics = BTreeSet::new();
        for tag in tags {
            let tag = tag.to_lowercase();
            let Some(word) = tag.strip_prefix("attack.") else {
                continue;
            };
            if is_technique(word) {
                techniques.insert(word.to_uppercase());
                continue;
            }
            let word = word.replace('_', "-");
            let tactic = self
                .tactics
                .iter()
                .find(|one| one.word == word || one.id.to_lowercase() == word);
            tactics.extend(tactic.map(|one| one.id.clone()));
        }
        if tactics.is_empty() {
            for id in &techniques {
                let parent = id.split('.').next().unwrap_or(id);
                let known = self.techniques.iter().find(|one| one.id == parent);
                tactics.extend(
                    known
                        .into_iter()
                        .flat_map(|one| one.tactics.iter().cloned()),
                );
            }
        }
        let listed = |set: BTreeSet<String>| set.into_iter().collect();
        (listed(techniques), listed(tactics))
    }
}

fn is_technique(word: &str) -> bool {
    let rest = word.strip_prefix('t').unwrap_or_default();
    !rest.is_empty() && rest.chars().all(|one| one.is_ascii_digit() || one == '.')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy() -> AlertPolicy {
        let text = "window_minutes: 60\nstory_hours: 24\nmost_per_hour: 2\ndue_minutes: {critical: 1, high: 2, medium: 3, low: 4, informational: 5}\neverybody: [root]\nseverity:\n  - {level: 3, importance: [critical], step: raise, reason: {zh: '{asset} {level}', en: '{asset} {level}'}}\n  - {types: [terminal], below: 3, step: lower, reason: {zh: 低, en: low}}\n";
        serde_saphyr::from_str(text).unwrap()
    }

    #[test]
    fn the_asset_makes_an_alert_graver_or_less_grave_and_says_why() {
        let place = |importance, object_type, level| Place {
            name: "HIS-DB01".to_owned(),
            importance,
            object_type,
            level,
        };
        let terminal = ObjectType::Terminal;
        let server = ObjectType::ServerOs;
        let medium = AlertSeverity::Medium;
        for (place, severity, reasons) in [
            (
                place(Importance::Critical, server, Some(3)),
                AlertSeverity::High,
                1,
            ),
            (place(Importance::Critical, server, Some(2)), medium, 0),
            (
                place(Importance::Ordinary, terminal, None),
                AlertSeverity::Low,
                1,
            ),
            (place(Importance::Ordinary, terminal, Some(3)), medium, 0),
        ] {
            let (found, why) = policy().severity(medium, Some(&place));
            assert_eq!((found, why.len()), (severity, reasons), "{place:?}");
        }
        let critical = place(Importance::Critical, server, Some(3));
        let (_, why) = policy().severity(medium, Some(&critical));
        assert_eq!(why[0].en, "HIS-DB01 3");
        for unmoved in [AlertSeverity::Critical, AlertSeverity::Informational] {
            let (found, why) = policy().severity(unmoved, Some(&critical));
            assert_eq!((found, why.len()), (unmoved, 0));
        }
    }
}
