//! What alarms become as findings: content.

use std::collections::BTreeMap;

use serde::Deserialize;
use xinglin_core::{Level, ObjectType, RequirementId, Text, Verdict};
use xinglin_workflow::{AlarmKind, Severity};

use crate::content::{ContentError, ContentFile, one};

const FILE: &str = "logs/alarms.yaml";

/// What each kind of alarm becomes.
#[derive(Debug, Clone)]
pub(crate) struct AlarmRules(BTreeMap<AlarmKind, AlarmRule>);

/// What a kind of alarm becomes.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct AlarmRule {
    kind: AlarmKind,
    pub(crate) severity: Severity,
    pub(crate) verdict: Verdict,
    requirements: Vec<ShownIn>,
    title: Text,
    detail: Text,
}

/// Items of several levels, for some types of assets or for all.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ShownIn {
    #[serde(default)]
    of: Vec<ObjectType>,
    ids: Vec<RequirementId>,
}

impl AlarmRules {
    pub(crate) fn load(files: &[ContentFile]) -> Result<Self, ContentError> {
        let rules: Vec<AlarmRule> = one(files, FILE)?;
        let rules: BTreeMap<_, _> = rules.into_iter().map(|rule| (rule.kind, rule)).collect();
        let missing = AlarmKind::ALL.iter().find(|kind| !rules.contains_key(kind));
        match missing {
            None => Ok(Self(rules)),
            Some(kind) => Err(ContentError {
                path: FILE.to_owned(),
                problem: format!("there is no rule for {kind}"),
            }),
        }
    }

    pub(crate) fn of(&self, kind: AlarmKind) -> Option<&AlarmRule> {
        self.0.get(&kind)
    }
}

impl AlarmRule {
    /// The item in which it shows, on an asset of this type in a system of this level.
    pub(crate) fn requirement(
        &self,
        asset: Option<ObjectType>,
        level: Level,
    ) -> Option<RequirementId> {
        let fits = |shown: &&ShownIn| {
            shown.of.is_empty() || asset.is_some_and(|asset| shown.of.contains(&asset))
        };
        let mut ids = self
            .requirements
            .iter()
            .filter(fits)
            .flat_map(|one| &one.ids);
        ids.find(|id| id.level() == level).copied()
    }

    /// What is wrong, in words.
    pub(crate) fn title(&self, seen: &[(&'static str, String)]) -> Text {
        filled(&self.title, seen)
    }

    /// What was seen, in words.
    pub(crate) fn detail(&self, seen: &[(&'static str, String)]) -> Text {
        filled(&self.detail, seen)
    }
}

fn filled(text: &Text, seen: &[(&'static str, String)]) -> Text {
    let fill = |text: &str| {
        let put = |text: String, (name, value): &(&'static str, String)| {
            text.replace(&format!("{{{name}}}"), value)
        };
        seen.iter().fold(text.to_owned(), put)
    };
    Text::new(fill(&text.zh), fill(&text.en))
}
