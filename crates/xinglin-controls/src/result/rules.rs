//! What decides a result beside the verdicts.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::Weights;

/// The report template, named by the year it came into force.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Template {
    /// 符合率 and major hazards.
    #[default]
    #[serde(rename = "2025")]
    Y2025,
    /// Score of a technical and a management half, three importances.
    #[serde(rename = "2021")]
    Y2021,
    /// Mean of the classes' scores.
    #[serde(rename = "2019")]
    Y2019,
}

impl Template {
    /// The year, as written in files.
    pub fn word(self) -> &'static str {
        match self {
            Self::Y2025 => "2025",
            Self::Y2021 => "2021",
            Self::Y2019 => "2019",
        }
    }

    /// The template of a year.
    pub fn from_word(word: &str) -> Option<Self> {
        [Self::Y2025, Self::Y2021, Self::Y2019]
            .into_iter()
            .find(|template| template.word() == word)
    }

    /// Whether its result needs a weight for each item.
    pub fn is_weighted(self) -> bool {
        self != Self::Y2025
    }
}

/// How an item with several objects is credited by the 2021 template. Both readings are in
/// circulation and neither is confirmed by a published text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MultiObject {
    /// All met 1, none met 0, anything else 0.5; how GB/T 28448 judges a unit.
    #[default]
    TriState,
    /// The mean over the objects.
    Mean,
}

/// The points that the templates leave open, each with the cautious default.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// How an item with several objects is credited (2021).
    pub multi_object: MultiObject,
    /// What a 部分符合 item adds to the 符合率, from 0 to 1 (2025). Default 0.
    pub partial_credit: f64,
    /// The 关注系数 y, from 0 to 1: the share of the technical half (2021). Default 0.5.
    pub attention: f64,
    /// The conclusion above 90 % with a major hazard (2025). Default 基本符合.
    pub over_90_with_hazards: Conclusion,
    /// The conclusion at exactly 90 % (2025). Default 基本符合; 符合 still needs that there
    /// is no major hazard.
    pub at_90: Conclusion,
    /// The conclusion at exactly 60 % (2025). Default 基本符合.
    pub at_60: Conclusion,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            multi_object: MultiObject::TriState,
            partial_credit: 0.0,
            attention: 0.5,
            over_90_with_hazards: Conclusion::BasicallyCompliant,
            at_90: Conclusion::BasicallyCompliant,
            at_60: Conclusion::BasicallyCompliant,
        }
    }
}

/// A setting outside its range.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("settings.{field}: expected {expected}, found {found}")]
pub struct SettingsError {
    /// The setting.
    pub field: &'static str,
    /// What it may be.
    pub expected: &'static str,
    /// What it is.
    pub found: String,
}

impl Settings {
    /// Checks every setting against its range.
    pub fn check(&self) -> Result<(), SettingsError> {
        use Conclusion::{BasicallyCompliant, Compliant, Noncompliant};
        for (field, value) in [
            ("partial_credit", self.partial_credit),
            ("attention", self.attention),
        ] {
            if !(0.0..=1.0).contains(&value) {
                return Err(SettingsError {
                    field,
                    expected: "a number from 0 to 1",
                    found: value.to_string(),
                });
            }
        }
        let upper = (
            [Compliant, BasicallyCompliant],
            "compliant or basically_compliant",
        );
        let lower = (
            [BasicallyCompliant, Noncompliant],
            "basically_compliant or noncompliant",
        );
        for (field, value, (allowed, expected)) in [
            ("over_90_with_hazards", self.over_90_with_hazards, upper),
            ("at_90", self.at_90, upper),
            ("at_60", self.at_60, lower),
        ] {
            if !allowed.contains(&value) {
                let found = value.word().to_owned();
                return Err(SettingsError {
                    field,
                    expected,
                    found,
                });
            }
        }
        Ok(())
    }
}

/// The conclusion of an assessment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Conclusion {
    /// 符合 (2025)
    Compliant,
    /// 基本符合 (2025)
    BasicallyCompliant,
    /// 不符合 (2025)
    Noncompliant,
    /// 优 (2021, 2019)
    Excellent,
    /// 良 (2021, 2019)
    Good,
    /// 中 (2021, 2019)
    Fair,
    /// 差 (2021, 2019)
    Poor,
}

impl Conclusion {
    /// The stable word, as stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            Self::Compliant => "compliant",
            Self::BasicallyCompliant => "basically_compliant",
            Self::Noncompliant => "noncompliant",
            Self::Excellent => "excellent",
            Self::Good => "good",
            Self::Fair => "fair",
            Self::Poor => "poor",
        }
    }

    /// The official Chinese term.
    pub fn zh(self) -> &'static str {
        match self {
            Self::Compliant => "符合",
            Self::BasicallyCompliant => "基本符合",
            Self::Noncompliant => "不符合",
            Self::Excellent => "优",
            Self::Good => "良",
            Self::Fair => "中",
            Self::Poor => "差",
        }
    }

    /// The conclusion of a score under the 2021 and 2019 templates.
    pub(crate) fn of_score(score: f64, risks: Risks) -> Self {
        let reaches = |threshold: f64| score >= threshold - super::TOLERANCE;
        if risks.high > 0 || !reaches(70.0) {
            Self::Poor
        } else if reaches(90.0) && risks.medium == 0 {
            Self::Excellent
        } else if reaches(80.0) {
            Self::Good
        } else {
            Self::Fair
        }
    }
}

/// Remaining risks by severity (2021, 2019).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Risks {
    /// High risks.
    pub high: u32,
    /// Medium risks.
    pub medium: u32,
    /// Low risks.
    pub low: u32,
}

/// Major hazards (重大风险隐患) of a graded system (2025).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Hazards {
    /// Found before rectification. This number is printed and decides the conclusion.
    pub found: u32,
    /// Of these, resolved since.
    pub resolved: u32,
}

/// More hazards resolved than were found.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
#[error("hazards.resolved: expected at most the {found} found, found {resolved}")]
pub struct HazardsError {
    /// How many were found.
    pub found: u32,
    /// How many are said to be resolved.
    pub resolved: u32,
}

impl Hazards {
    /// Checks that no more were resolved than found.
    pub fn check(self) -> Result<(), HazardsError> {
        let Self { found, resolved } = self;
        if resolved > found {
            return Err(HazardsError { found, resolved });
        }
        Ok(())
    }

    /// The number as the report prints it, such as `10（5个已整改）`.
    pub fn printed(self) -> String {
        match self.resolved {
            0 => self.found.to_string(),
            resolved => format!("{}（{resolved}个已整改）", self.found),
        }
    }
}

/// What decides a result beside the verdicts.
#[derive(Debug, Clone, Default)]
pub struct Rules {
    /// The report template.
    pub template: Template,
    /// The open points.
    pub settings: Settings,
    /// The importance of each item; needed by 2021 and 2019.
    pub weights: Weights,
    /// Remaining risks; decide under 2021 and 2019.
    pub risks: Risks,
    /// Major hazards; decide under 2025.
    pub hazards: Hazards,
}
