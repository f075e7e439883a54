//! Sentences with placeholders such as `{hospital}`.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;
use xinglin_core::{Lang, Text};

macro_rules! figures {
    ($($(#[$doc:meta])* $variant:ident = $word:literal;)+) => {
        /// What a placeholder stands for.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub(crate) enum Figure { $($(#[$doc])* $variant),+ }

        impl Figure {
            const ALL: &'static [(Self, &'static str)] = &[$((Self::$variant, $word)),+];
        }
    };
}

figures! {
    Hospital = "hospital";
    /// Names of the graded systems.
    Systems = "systems";
    SystemCount = "system_count";
    /// Grades such as S3A3G3.
    Grades = "grades";
    /// The highest level.
    Level = "level";
    /// Filing numbers.
    Filing = "filing";
    /// Objects of assessment.
    Objects = "objects";
    Date = "date";
    /// Department that leads the rectification.
    Lead = "lead";
    Departments = "departments";
    DepartmentCount = "department_count";
    People = "people";
    /// The rule of the result.
    Template = "template";
    Rate = "rate";
    RateExpected = "rate_expected";
    RateGain = "rate_gain";
    Conclusion = "conclusion";
    ConclusionExpected = "conclusion_expected";
    Applicable = "applicable";
    Compliant = "compliant";
    Partial = "partial";
    Noncompliant = "noncompliant";
    NotApplicable = "not_applicable";
    Unanswered = "unanswered";
    HazardsFound = "hazards_found";
    HazardsResolved = "hazards_resolved";
    HazardsOpen = "hazards_open";
    HazardsOpenExpected = "hazards_open_expected";
    Findings = "findings";
    High = "high";
    Medium = "medium";
    Low = "low";
    Tasks = "tasks";
    QuickWins = "quick_wins";
    Purchases = "purchases";
    Effort = "effort";
    Cost = "cost";
    Starts = "starts";
    Ends = "ends";
    Weeks = "weeks";
    Phases = "phases";
    /// Of the group at hand: findings or measures.
    Count = "count";
    /// Of the group at hand: findings of high risk.
    CountHigh = "count_high";
    /// Of the group at hand: earliest start.
    GroupStarts = "group_starts";
    /// Of the group at hand: latest end.
    GroupEnds = "group_ends";
    /// Of the group at hand: departments.
    GroupDepartments = "group_departments";
}

/// Values of placeholders.
#[derive(Debug, Clone, Default)]
pub(crate) struct Values(BTreeMap<Figure, (String, bool)>);

impl Values {
    /// Sets a text; an empty one counts as zero.
    pub(crate) fn text(&mut self, figure: Figure, text: impl Into<String>) {
        let text = text.into();
        let zero = text.is_empty();
        self.0.insert(figure, (text, zero));
    }

    /// Sets a count.
    pub(crate) fn count(&mut self, figure: Figure, count: impl TryInto<u64>) {
        let count = count.try_into().unwrap_or(0);
        self.0.insert(figure, (count.to_string(), count == 0));
    }

    /// Sets a formatted amount, which may be zero.
    pub(crate) fn amount(&mut self, figure: Figure, text: impl Into<String>, zero: bool) {
        self.0.insert(figure, (text.into(), zero));
    }

    fn is_zero(&self, figure: Figure) -> bool {
        self.0.get(&figure).is_none_or(|(_, zero)| *zero)
    }

    fn get(&self, figure: Figure) -> &str {
        self.0.get(&figure).map_or("", |(text, _)| text)
    }
}

#[derive(Debug, Clone)]
enum Piece {
    Words(String),
    Figure(Figure),
}

/// A sentence in both languages, with another one for when a figure is 0.
///
/// In YAML: `{zh: …, en: …, zero: {figure: …, zh: …, en: …}}`.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "RawPassage")]
pub(crate) struct Passage {
    zh: Vec<Piece>,
    en: Vec<Piece>,
    zero: Option<Zero>,
}

#[derive(Debug, Clone)]
struct Zero {
    figure: Figure,
    zh: Vec<Piece>,
    en: Vec<Piece>,
}

impl Passage {
    /// The sentence with its placeholders filled in.
    pub(crate) fn fill(&self, values: &Values, lang: Lang) -> String {
        let (zh, en) = match &self.zero {
            Some(zero) if values.is_zero(zero.figure) => (&zero.zh, &zero.en),
            _ => (&self.zh, &self.en),
        };
        let pieces = match lang {
            Lang::Zh => zh,
            Lang::En => en,
        };
        pieces
            .iter()
            .map(|piece| match piece {
                Piece::Words(words) => words.as_str(),
                Piece::Figure(figure) => values.get(*figure),
            })
            .collect()
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawPassage {
    zh: String,
    en: String,
    zero: Option<RawZero>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawZero {
    figure: String,
    zh: String,
    en: String,
}

impl TryFrom<RawPassage> for Passage {
    type Error = UnknownPlaceholder;

    fn try_from(raw: RawPassage) -> Result<Self, Self::Error> {
        Ok(Self {
            zh: pieces(&raw.zh)?,
            en: pieces(&raw.en)?,
            zero: raw
                .zero
                .map(|zero| {
                    Ok::<_, UnknownPlaceholder>(Zero {
                        figure: figure(&zero.figure)?,
                        zh: pieces(&zero.zh)?,
                        en: pieces(&zero.en)?,
                    })
                })
                .transpose()?,
        })
    }
}

impl TryFrom<Text> for Passage {
    type Error = UnknownPlaceholder;

    fn try_from(text: Text) -> Result<Self, Self::Error> {
        Self::try_from(RawPassage {
            zh: text.zh,
            en: text.en,
            zero: None,
        })
    }
}

/// A placeholder nobody fills, or a brace that opens none.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct UnknownPlaceholder(String);

impl fmt::Display for UnknownPlaceholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown placeholder '{{{}}}', known are:", self.0)?;
        Figure::ALL
            .iter()
            .try_for_each(|(_, word)| write!(f, " {word}"))
    }
}

fn figure(word: &str) -> Result<Figure, UnknownPlaceholder> {
    Figure::ALL
        .iter()
        .find(|(_, known)| *known == word)
        .map(|(figure, _)| *figure)
        .ok_or_else(|| UnknownPlaceholder(word.to_owned()))
}

fn pieces(text: &str) -> Result<Vec<Piece>, UnknownPlaceholder> {
    let mut pieces = Vec::new();
    let mut rest = text.trim();
    while let Some((words, after)) = rest.split_once('{') {
        let (word, after) = after
            .split_once('}')
            .ok_or_else(|| UnknownPlaceholder(after.to_owned()))?;
        if !words.is_empty() {
            pieces.push(Piece::Words(words.to_owned()));
        }
        pieces.push(Piece::Figure(figure(word)?));
        rest = after;
    }
    if !rest.is_empty() {
        pieces.push(Piece::Words(rest.to_owned()));
    }
    Ok(pieces)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(yaml: &str) -> Result<Passage, serde_saphyr::Error> {
        serde_saphyr::from_str(yaml)
    }

    #[test]
    fn placeholders_are_filled_and_zero_has_its_own_sentence() {
        let passage = passage(
            "{zh: '{hospital}有 {high} 项', en: '{hospital}: {high}', zero: {figure: high, zh: '没有', en: none}}",
        )
        .unwrap();
        let mut values = Values::default();
        values.text(Figure::Hospital, "甲院");
        values.count(Figure::High, 3_u32);
        assert_eq!(passage.fill(&values, Lang::Zh), "甲院有 3 项");
        assert_eq!(passage.fill(&values, Lang::En), "甲院: 3");
        values.count(Figure::High, 0_u32);
        assert_eq!(passage.fill(&values, Lang::Zh), "没有");
        assert_eq!(passage.fill(&values, Lang::En), "none");
    }

    #[test]
    fn unknown_placeholders_are_refused() {
        for yaml in [
            "{zh: '{hospitle}', en: x}",
            "{zh: x, en: '{'}",
            "{zh: x, en: x, zero: {figure: nothing, zh: a, en: b}}",
            "{zh: x, en: x, other: y}",
            "{zh: x}",
        ] {
            assert!(passage(yaml).is_err(), "{yaml}");
        }
        let error = passage("{zh: '{hospitle}', en: x}")
            .unwrap_err()
            .to_string();
        assert!(error.contains("hospitle"), "{error}");
    }
}
