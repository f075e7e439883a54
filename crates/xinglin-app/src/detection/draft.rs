//! Alerts in the making: matches of one rule about the same, as they come.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use jiff::{SignedDuration, Timestamp, civil::Date};
use xinglin_core::{DetectionExceptionId, Text};
use xinglin_store::{
    alerts::{Entity, Seen},
    detection::DayCount,
};
use xinglin_workflow::{AlertKind, AlertSeverity};

use super::{book::KnownRule, entities};

/// An alert keeps the numbers of so many of its first events, and of as many of its last.
pub(crate) const KEPT: usize = 25;

/// What an alert is made from.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) key: String,
    pub(crate) group_key: String,
    pub(crate) rule: String,
    pub(crate) kind: AlertKind,
    pub(crate) level: AlertSeverity,
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
    pub(crate) sequences: (u64, u64),
    pub(crate) events: u64,
    pub(crate) seen: Seen,
}

/// A match, or matches that met.
#[derive(Debug)]
pub(crate) struct Raised<'r> {
    pub(crate) rule: &'r KnownRule,
    /// What others must share to become part of the same alert.
    pub(crate) group: String,
    pub(crate) first_at: Timestamp,
    pub(crate) last_at: Timestamp,
    /// The numbers of its events, in any order.
    pub(crate) events: Vec<u64>,
    pub(crate) entities: Vec<Entity>,
    pub(crate) source: &'r str,
    /// The fields by which a correlation groups.
    pub(crate) values: Vec<(String, Option<String>)>,
    /// What a baseline learned, and why in words.
    pub(crate) learned: Option<(serde_json::Value, Text)>,
}

/// What is not in the store yet.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    /// In the order in which they began.
    pub(crate) drafts: Vec<Draft>,
    by_group: HashMap<String, usize>,
    counts: HashMap<(Date, String), (u64, u64, Timestamp)>,
    pub(crate) quieted: BTreeMap<DetectionExceptionId, u64>,
    /// Values of indicators that were seen: how often, and when last.
    pub(crate) indicators: BTreeMap<(&'static str, String), (u64, Timestamp)>,
}

impl Pending {
    /// Takes a match, which becomes part of an alert in the making or begins one.
    pub(crate) fn raise(&mut self, raised: Raised<'_>, window: SignedDuration) {
        let group_key = group_key(&raised.rule.key, &raised.group);
        let place = self.by_group.get(&group_key).copied();
        if let Some(draft) = place.and_then(|place| self.drafts.get_mut(place))
            && raised.first_at.duration_since(draft.last_at) <= window_of(raised.rule.kind, window)
        {
            draft.take(raised);
            return;
        }
        self.by_group.insert(group_key.clone(), self.drafts.len());
        self.drafts.push(Draft::begin(raised, group_key));
    }

    /// Only what becomes alerts, taken out; what was counted beside it is forgotten.
    pub(crate) fn take_drafts(&mut self) -> Self {
        let taken = std::mem::take(self);
        Self {
            drafts: taken.drafts,
            ..Self::default()
        }
    }

    /// Counts a match of a rule.
    pub(crate) fn count(&mut self, rule: &str, day: Date, at: Timestamp, is_quiet: bool) {
        let entry = self.counts.entry((day, rule.to_owned()));
        let (hits, quieted, last) = entry.or_insert((0, 0, at));
        *hits += 1;
        *quieted += u64::from(is_quiet);
        *last = at.max(*last);
    }

    /// How often rules matched, by day.
    pub(crate) fn counts(&self) -> Vec<DayCount> {
        let counts = self.counts.iter();
        let counts = counts.map(|((day, rule), (hits, quieted, last))| DayCount {
            day: *day,
            rule: rule.clone(),
            hits: *hits,
            quieted: *quieted,
            last_at: *last,
        });
        counts.collect()
    }
}

/// What alerts of a rule are grouped by.
pub(crate) fn group_key(rule: &str, group: &str) -> String {
    format!("{rule}\u{1f}{group}")
}

impl Draft {
    fn begin(raised: Raised<'_>, group_key: String) -> Self {
        let rule = raised.rule;
        let first = raised.events.iter().copied().min().unwrap_or_default();
        let seen = Seen {
            title: rule.title.clone(),
            attack: rule.attack.clone(),
            tactics: rule.tactics.clone(),
            group: raised.values.clone(),
            ..Seen::default()
        };
        let mut draft = Self {
            key: format!("{first}\u{1f}{group_key}"),
            group_key,
            rule: rule.key.clone(),
            kind: rule.kind,
            level: rule.level,
            first_at: raised.first_at,
            last_at: raised.last_at,
            sequences: (first, first),
            events: 0,
            seen,
        };
        draft.take(raised);
        draft
    }

    fn take(&mut self, raised: Raised<'_>) {
        if let Some((learned, why)) = raised.learned {
            self.seen.learned = Some(learned);
            self.seen.why = Some(why);
        }
        let mut numbers = raised.events;
        numbers.sort_unstable();
        self.first_at = self.first_at.min(raised.first_at);
        self.last_at = self.last_at.max(raised.last_at);
        self.events += u64::try_from(numbers.len()).unwrap_or(u64::MAX);
        for number in numbers {
            self.sequences.0 = self.sequences.0.min(number);
            self.sequences.1 = self.sequences.1.max(number);
            keep(&mut self.seen, number);
        }
        for entity in raised.entities {
            entities::add(&mut self.seen.entities, entity);
        }
        let source = raised.source.to_owned();
        if !source.is_empty()
            && !self.seen.sources.contains(&source)
            && self.seen.sources.len() < KEPT
        {
            self.seen.sources.push(source);
        }
    }
}

/// What a baseline says of one day is one alert, however far apart it happens.
const OF_BASELINE: SignedDuration = SignedDuration::from_hours(24);

/// So much may lie between matches of one alert.
pub(crate) fn window_of(kind: AlertKind, window: SignedDuration) -> SignedDuration {
    if kind == AlertKind::Baseline {
        OF_BASELINE.max(window)
    } else {
        window
    }
}

/// Keeps the number of an event: the first and the last ones are.
pub(crate) fn keep(seen: &mut Seen, number: u64) {
    if seen.first.len() < KEPT {
        seen.first.push(number);
        return;
    }
    if seen.last.len() >= KEPT {
        seen.last.remove(0);
    }
    seen.last.push(number);
}

/// Takes in what was seen later; the entities that are new.
pub(crate) fn join_seen(seen: &mut Seen, later: &Seen) -> Vec<Entity> {
    for number in later.first.iter().chain(&later.last) {
        keep(seen, *number);
    }
    if later.learned.is_some() {
        seen.learned.clone_from(&later.learned);
        seen.why.clone_from(&later.why);
    }
    for source in &later.sources {
        if !seen.sources.contains(source) && seen.sources.len() < KEPT {
            seen.sources.push(source.clone());
        }
    }
    let mut new = Vec::new();
    for entity in &later.entities {
        if entities::add(&mut seen.entities, entity.clone()) {
            new.push(entity.clone());
        }
    }
    new
}

/// The entities by which alerts become a story: addresses and users that are not everybody,
/// and hosts where there are none.
pub(crate) fn of_story(seen: &Seen, is_everybody: impl Fn(&str) -> bool) -> Vec<Entity> {
    let of = |kinds: &[&str]| -> Vec<Entity> {
        let all = seen.entities.iter();
        let all = all.filter(|one| kinds.contains(&one.kind.as_str()));
        all.filter(|one| !is_everybody(&one.value))
            .cloned()
            .collect()
    };
    let who = of(&["address", "user"]);
    if who.is_empty() { of(&["host"]) } else { who }
}

/// The one alert into which a rule's matches go when it makes too many.
pub(crate) fn joined(draft: &Draft) -> Draft {
    let mut joined = draft.clone();
    joined.group_key = group_key(&draft.rule, "*");
    joined.key = format!("{}\u{1f}{}", draft.sequences.0, joined.group_key);
    joined.seen.reasons.push(Text::new(
        "该规则一小时内的告警过多，其余命中合并在这一条",
        "This rule made too many alerts within an hour; its other matches are joined here",
    ));
    joined
}

/// The numbers of all events that an alert keeps.
pub(crate) fn numbers(seen: &Seen) -> BTreeSet<u64> {
    seen.first.iter().chain(&seen.last).copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_events_are_kept() {
        let mut seen = Seen::default();
        for number in 1..=100 {
            keep(&mut seen, number);
        }
        assert_eq!(seen.first, (1..=25).collect::<Vec<u64>>());
        assert_eq!(seen.last, (76..=100).collect::<Vec<u64>>());
    }
}
