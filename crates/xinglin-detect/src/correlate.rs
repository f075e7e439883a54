//! How matches meet in time.
//!
//! A hit is a match of a rule, with the time of its event and when that was received. Time is
//! the event's own; the time of receipt is the clock by which hits grow old, so that one event
//! with a wrong date does not make all others late. The rules, which `docs/adr/0012` states too:
//!
//! - A hit from after its receipt counts as of its receipt.
//! - A hit counts wherever in time it belongs, in whatever order hits come, when it is not later
//!   than the lateness of the settings. Later ones are counted and left out.
//! - Where more can only make a condition true (`gt`, `gte`, all rules), every stretch of the
//!   timespan that a hit falls into is looked at as soon as it comes, and a group that fired is
//!   quiet for a timespan behind the hit that made it.
//! - Where more can make it false (`lt`, `lte`, `eq`), a stretch begins with the first hit that is
//!   in none, and is looked at when it can no longer change.
//! - A field that an event has not is a value of its own in `group-by`.
//! - Beyond the bounds of the settings, the groups and hits that are oldest go, and are counted.

mod group;
mod groups;
mod state;

use std::collections::HashMap;

use jiff::Timestamp;

use crate::{
    digest::Digest,
    rule::{Comparison, Correlation, CorrelationKind, Count, Rule},
};
use group::{Fired, Need, Stored};
use groups::Groups;
pub use state::StateError;

/// What correlations are bound by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct CorrelationSettings {
    /// Hits may come so much later than they happened.
    pub lateness_seconds: i64,
    /// Groups of one correlation.
    pub most_groups: usize,
    /// Hits kept in one group.
    pub most_hits: usize,
}

impl Default for CorrelationSettings {
    fn default() -> Self {
        Self {
            lateness_seconds: 600,
            most_groups: 200_000,
            most_hits: 10_000,
        }
    }
}

/// A match of a rule.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Hit {
    /// The number of the rule in the engine.
    pub rule: usize,
    /// The number of the event, as the caller counts them.
    pub event: u64,
    /// When it happened.
    pub at: Timestamp,
    /// When it was received.
    pub received_at: Timestamp,
}

/// Matches that met.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alert {
    /// The place of the correlation in the list it was made from.
    pub correlation: usize,
    /// The fields that are the same, and their value where there is one.
    pub group: Vec<(String, Option<String>)>,
    /// When the first of them happened.
    pub first: Timestamp,
    /// When the last of them happened.
    pub last: Timestamp,
    /// What was counted: hits, values or rules.
    pub count: u64,
    /// The events, as far as they are kept.
    pub events: Vec<u64>,
}

/// How many hits were not, or are no longer, looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Losses {
    /// Came too late.
    pub late: u64,
    /// Were the oldest when there were too many of their group.
    pub hits: u64,
    /// Groups that were the oldest when there were too many.
    pub groups: u64,
}

/// All correlations and what they wait for.
#[derive(Debug)]
pub struct Correlator {
    list: Vec<Running>,
    /// By rule, and behind the rules by correlation: who listens, and as which of its rules.
    listeners: HashMap<usize, Vec<(usize, usize)>>,
    rules: usize,
    /// Rules that only speak through correlations.
    silent: Vec<bool>,
    settings: CorrelationSettings,
    /// In microseconds.
    clock: i64,
    losses: Losses,
}

/// A correlation and its groups.
#[derive(Debug)]
struct Running {
    correlation: Correlation,
    need: Need,
    /// In microseconds.
    span: i64,
    /// By rule of the correlation: the field for each of `group_by`.
    fields: Vec<Vec<String>>,
    groups: Groups,
    /// The values of groups that tell of themselves when no hit of theirs is at hand.
    names: HashMap<u64, String, foldhash::fast::RandomState>,
    /// Hits until groups are looked through for old ones.
    until_swept: usize,
}

/// Where a hit's values come from.
type Values<'v> = &'v mut dyn FnMut(&str) -> Option<String>;

const SECOND: i64 = 1_000_000;
/// Between the values of a group, and in place of one that is not there.
const BETWEEN: char = '\u{1f}';
const MISSING: &str = "\u{0}";
/// A chain of correlations is followed so far.
const MOST_CHAINED: usize = 16;

impl Correlator {
    /// Takes the correlations of a set of rules, and the rules as the engine has them.
    pub fn new(
        correlations: Vec<Correlation>,
        rules: &[Rule],
        settings: CorrelationSettings,
    ) -> Self {
        let mut places: HashMap<&str, usize> = HashMap::new();
        let metas = rules.iter().map(|rule| &rule.meta);
        let metas = metas.chain(correlations.iter().map(|rule| &rule.meta));
        for (place, meta) in metas.enumerate() {
            for key in [&meta.id, &meta.name].into_iter().flatten() {
                places.insert(key, place);
            }
        }
        let mut listeners: HashMap<usize, Vec<(usize, usize)>> = HashMap::new();
        let mut silent = vec![false; rules.len() + correlations.len()];
        for (own, correlation) in correlations.iter().enumerate() {
            for (position, name) in correlation.rules.iter().enumerate() {
                let Some(place) = places.get(name.as_str()) else {
                    continue;
                };
                listeners.entry(*place).or_default().push((own, position));
                if let Some(silent) = silent.get_mut(*place) {
                    *silent |= !correlation.generate;
                }
            }
        }
        for correlation in correlations.iter().filter(|rule| rule.generate) {
            let named = correlation
                .rules
                .iter()
                .filter_map(|name| places.get(name.as_str()));
            for place in named {
                if let Some(silent) = silent.get_mut(*place) {
                    *silent = false;
                }
            }
        }
        Self {
            list: correlations.into_iter().map(Running::new).collect(),
            listeners,
            rules: rules.len(),
            silent,
            settings,
            clock: i64::MIN,
            losses: Losses::default(),
        }
    }

    /// Whether some correlation is about a rule.
    pub fn listens(&self, rule: usize) -> bool {
        self.listeners.contains_key(&rule)
    }

    /// Whether a rule speaks only through correlations.
    pub fn is_silent(&self, rule: usize) -> bool {
        self.silent.get(rule).copied().unwrap_or_default()
    }

    /// Whether a correlation speaks only through others.
    pub fn is_silent_correlation(&self, correlation: usize) -> bool {
        self.is_silent(self.rules + correlation)
    }

    /// What was left out so far.
    pub fn losses(&self) -> Losses {
        self.losses
    }

    /// Hits that are kept.
    pub fn kept(&self) -> usize {
        self.list.iter().map(|running| running.groups.hits()).sum()
    }

    /// About how many bytes they take.
    pub fn bytes(&self) -> usize {
        let of = |running: &Running| {
            let names = running.names.values();
            running.groups.bytes() + names.map(|name| name.len() + 40).sum::<usize>()
        };
        self.list.iter().map(of).sum()
    }

    /// Groups that are kept.
    pub fn groups(&self) -> usize {
        self.list.iter().map(|running| running.groups.len()).sum()
    }

    /// Takes a hit; `value` gives the values of its event by the names of rules.
    pub fn push(
        &mut self,
        hit: Hit,
        mut value: impl FnMut(&str) -> Option<String>,
        alerts: &mut Vec<Alert>,
    ) {
        let received = hit.received_at.as_microsecond();
        self.advance_to(received, alerts);
        let at = hit.at.as_microsecond().min(received);
        let first = alerts.len();
        self.deliver(hit.rule, at, hit.event, &mut value, alerts);
        self.follow(first, alerts);
    }

    /// Tells the time when nothing comes: what waits for it is looked at.
    pub fn advance(&mut self, now: Timestamp, alerts: &mut Vec<Alert>) {
        self.advance_to(now.as_microsecond(), alerts);
    }

    fn advance_to(&mut self, now: i64, alerts: &mut Vec<Alert>) {
        if now <= self.clock {
            return;
        }
        self.clock = now;
        let first = alerts.len();
        let lateness = self.lateness();
        for (number, running) in self.list.iter_mut().enumerate() {
            if running.need.is_rising() {
                continue;
            }
            let Running {
                need,
                span,
                correlation,
                groups,
                names,
                ..
            } = running;
            groups.each_whole(|key, group| {
                while let Some(fired) = group.closed(need, *span, now.saturating_sub(lateness)) {
                    let name = names.get(&key).map_or("", String::as_str);
                    alerts.extend(fired.map(|fired| correlation.alert(number, name, fired)));
                }
                let is_over = group.is_empty();
                if is_over {
                    names.remove(&key);
                }
                !is_over
            });
        }
        // Groups are in no order; what they tell is.
        if let Some(new) = alerts.get_mut(first..) {
            new.sort_by(|left, right| {
                let key = |alert: &Alert| (alert.last, alert.correlation, alert.group.clone());
                key(left).cmp(&key(right))
            });
        }
        self.follow(first, alerts);
    }

    fn lateness(&self) -> i64 {
        self.settings.lateness_seconds.saturating_mul(SECOND)
    }

    /// Gives alerts of correlations to those that listen to them.
    fn follow(&mut self, first: usize, alerts: &mut Vec<Alert>) {
        let mut next = first;
        let mut left = MOST_CHAINED.saturating_mul(self.list.len().max(1));
        while let Some(alert) = alerts.get(next).cloned() {
            next += 1;
            let source = self.rules + alert.correlation;
            if left == 0 || !self.listeners.contains_key(&source) {
                continue;
            }
            left -= 1;
            let event = alert.events.last().copied().unwrap_or_default();
            let mut value = |field: &str| {
                let found = alert.group.iter().find(|(name, _)| name == field);
                found.and_then(|(_, value)| value.clone())
            };
            self.deliver(
                source,
                alert.last.as_microsecond(),
                event,
                &mut value,
                alerts,
            );
        }
    }

    fn deliver(
        &mut self,
        source: usize,
        at: i64,
        event: u64,
        value: Values<'_>,
        alerts: &mut Vec<Alert>,
    ) {
        let lateness = self.lateness();
        let Some(listeners) = self.listeners.get(&source) else {
            return;
        };
        for (number, position) in listeners {
            let Some(running) = self.list.get_mut(*number) else {
                continue;
            };
            let latest = self.clock.saturating_sub(lateness);
            if at < latest {
                self.losses.late += 1;
                continue;
            }
            let oldest = latest.saturating_sub(running.span);
            running.sweep(oldest, &self.settings, &mut self.losses);
            let Some((name, tag)) = running.name(*position, value) else {
                continue;
            };
            let mut key = Digest::new();
            key.add(name.as_bytes());
            let key = key.number();
            let stored = Stored { at, tag, event };
            let Some(group) = running.groups.push(key, stored, &running.need) else {
                continue;
            };
            let fired = group.push(stored, &running.need, running.span, oldest);
            self.losses.hits += group.bound(self.settings.most_hits);
            if let Some(fired) = fired {
                alerts.push(running.correlation.alert(*number, &name, fired));
            } else if !running.need.is_rising() {
                running.names.entry(key).or_insert(name);
            }
        }
    }
}

impl Running {
    fn new(correlation: Correlation) -> Self {
        let need = Need::of(&correlation.kind, correlation.rules.len());
        let field = |rule: &String, name: &String| {
            let alias = correlation.aliases.get(name);
            let field = alias.and_then(|fields| fields.get(rule));
            field.unwrap_or(name).clone()
        };
        let names = &correlation.group_by;
        let fields = correlation
            .rules
            .iter()
            .map(|rule| names.iter().map(|name| field(rule, name)).collect());
        Self {
            need,
            span: correlation.seconds.saturating_mul(SECOND),
            fields: fields.collect(),
            correlation,
            groups: Groups::default(),
            names: HashMap::default(),
            until_swept: 0,
        }
    }

    /// The values of the group of a hit, and what is counted of it; none where that is a value
    /// that is not there.
    fn name(&self, position: usize, value: Values<'_>) -> Option<(String, u64)> {
        let mut key = String::new();
        for field in self.fields.get(position).into_iter().flatten() {
            let found = value(field);
            match found {
                // What parts values is no part of one.
                Some(value) if value.contains(['\0', BETWEEN]) => {
                    key.push_str(&value.replace(['\0', BETWEEN], "\u{fffd}"));
                }
                Some(value) => key.push_str(&value),
                None => key.push_str(MISSING),
            }
            key.push(BETWEEN);
        }
        let tag = match &self.correlation.kind {
            CorrelationKind::Events(_) => 0,
            CorrelationKind::Temporal(_) | CorrelationKind::Ordered => {
                u64::try_from(position).unwrap_or(u64::MAX)
            }
            CorrelationKind::Values(counted) => {
                let mut digest = Digest::new();
                for field in &counted.fields {
                    digest.add(value(field)?.as_bytes());
                    digest.add(&[0x1f]);
                }
                digest.number()
            }
        };
        Some((key, tag))
    }

    /// Lets go of what is too old, now and then, and of the oldest groups when there are too many.
    fn sweep(&mut self, oldest: i64, settings: &CorrelationSettings, losses: &mut Losses) {
        let is_full = self.groups.len() >= settings.most_groups;
        self.until_swept = self.until_swept.saturating_sub(1);
        if self.until_swept > 0 && !is_full {
            return;
        }
        if self.need.is_rising() {
            self.groups.keep(oldest);
        }
        if self.groups.len() >= settings.most_groups {
            let gone = self.groups.forget_oldest();
            losses.groups += u64::try_from(gone).unwrap_or(u64::MAX);
            let groups = &self.groups;
            self.names.retain(|key, _| groups.has(*key));
        }
        self.until_swept = self.groups.len().max(1_000);
    }
}

impl Correlation {
    fn alert(&self, number: usize, key: &str, fired: Fired) -> Alert {
        let values = key.split(BETWEEN);
        let value = |value: &str| (value != MISSING).then(|| value.to_owned());
        let group = self.group_by.iter().cloned().zip(values.map(value));
        let time = |at: i64| Timestamp::from_microsecond(at).unwrap_or(Timestamp::UNIX_EPOCH);
        Alert {
            correlation: number,
            group: group.collect(),
            first: time(fired.first),
            last: time(fired.last),
            count: fired.count,
            events: fired.events,
        }
    }
}

impl Count {
    /// The least number that is enough, where more is always enough.
    fn rising(&self) -> Option<u64> {
        let mut least = 0_u64;
        for (comparison, bound) in &self.0 {
            let whole = |number: f64| {
                let small = number.clamp(0.0, f64::from(u32::MAX));
                (0..=u32::BITS).rev().fold(0_u32, |found, bit| {
                    let next = found | 1_u32.checked_shl(bit).unwrap_or(0);
                    if f64::from(next) <= small {
                        next
                    } else {
                        found
                    }
                })
            };
            let floor = whole(bound.get());
            let is_whole = f64::from(floor).total_cmp(&bound.get()).is_ge();
            let floor = u64::from(floor);
            least = least.max(match comparison {
                Comparison::AtLeast => floor + u64::from(!is_whole),
                Comparison::Greater => floor + 1,
                _ => return None,
            });
        }
        Some(least)
    }
}
