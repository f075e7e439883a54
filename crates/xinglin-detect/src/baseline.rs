//! What is usual for somebody, and what is not.
//!
//! A baseline learns from matches of rules: by user, host or address, and by day. Everything is
//! counted in days, so that one wild hour weighs no more than a quiet one, and every alert can be
//! explained by figures that a person can check. `docs/adr/0013` states the rules, too:
//!
//! - Days and hours are local. A match from after its receipt counts as of its receipt.
//! - What happened on a day is judged by the days before it that are within the window, counted
//!   back from the newest day of whom it is about. Whoever was away for longer begins anew.
//! - Nothing is said of somebody who has not been known for the days of learning, or of whom
//!   there are fewer events or days than the baseline asks for.
//! - A match that comes later than the lateness of the settings is learned, if its day is within
//!   the window, and never judged; it does not count for the volume of an hour.
//! - An hour is usual when it, or one beside it, was there on as many days before as the baseline
//!   asks for; only days of the same kind (working days, or others) are looked at where there are
//!   enough of them.
//! - A volume is usual up to the greatest of: median and so many median deviations of the days
//!   before, so many medians, and the least that is worth a word. It is told once for its day or
//!   hour, and again whenever it has doubled.
//! - A value is usual when it was there on as many days before. Somebody with too many values, or
//!   with too many new ones, has no habit, and nothing is said.
//! - What a person accepted is usual.
//! - Beyond the bounds of the settings, whoever was seen longest ago goes, and is counted.

mod calendar;
mod entity;
mod figures;
mod judge;
mod places;
mod state;

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use jiff::Timestamp;

use crate::{
    correlate::Hit,
    digest::Digest,
    rule::{Baseline, BaselineKind, Rule},
};
use calendar::Moment;
use entity::Entity;

pub use calendar::Calendar;
pub use figures::{Accepted, Departure, Figure, Learned};
pub use places::{Countries, RangeProblem};
pub use state::{EntityState, StateProblem};

/// What baselines are bound by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaselineSettings {
    /// Matches may come so much later than they happened, and are still judged.
    pub lateness_seconds: i64,
    /// Users, hosts or addresses of one baseline.
    pub most_entities: usize,
    /// Values of one of them.
    pub most_values: usize,
    /// Days and hours.
    pub calendar: Calendar,
}

impl Default for BaselineSettings {
    fn default() -> Self {
        Self {
            lateness_seconds: 600,
            most_entities: 10_000,
            most_values: 200,
            calendar: Calendar::default(),
        }
    }
}

/// How much was not, or is no longer, looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct BaselineLosses {
    /// Matches that came too late to be judged; they were learned.
    pub late: u64,
    /// Matches from before the window.
    pub old: u64,
    /// Matches without a field that says whom they are about, or what is learned.
    pub nameless: u64,
    /// Those who were seen longest ago when there were too many.
    pub entities: u64,
    /// Values that were seen longest ago when there were too many of one.
    pub values: u64,
    /// Matches of somebody with too many values or new values for a habit.
    pub restless: u64,
}

/// What somebody accepted: of whom, by the values of `group-by`, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Acceptance {
    /// The baseline, by its key.
    pub baseline: String,
    /// Whom it is about.
    pub entity: Vec<String>,
    /// What is usual.
    pub what: Accepted,
}

/// How much a baseline knows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Extent {
    /// Of how many.
    pub entities: usize,
    /// Of how many of them it would speak, by the time they are known.
    pub known: usize,
    /// The first day it knows of.
    pub since: Option<jiff::civil::Date>,
    /// About how many bytes that takes.
    pub bytes: usize,
}

/// All baselines and what they learned.
#[derive(Debug)]
pub struct Baselines {
    list: Vec<Running>,
    /// By rule: who learns from it.
    listeners: HashMap<usize, Vec<usize>>,
    /// Rules that only speak through baselines.
    silent: Vec<bool>,
    settings: BaselineSettings,
    countries: Arc<Countries>,
    losses: BaselineLosses,
}

type Numbered<T> = HashMap<u64, T, foldhash::fast::RandomState>;

/// A baseline and whom it knows.
#[derive(Debug)]
struct Running {
    baseline: Baseline,
    /// Of its definition: another one learns anew.
    definition: u64,
    entities: Numbered<Entity>,
    accepted: Numbered<Vec<Accepted>>,
    /// Whom it has learned of since states were stored, and who is gone.
    changed: BTreeSet<u64>,
    gone: BTreeSet<u64>,
    /// The day on which those who were away for too long were last let go.
    swept: i32,
}

/// A match as all baselines see it.
#[derive(Debug, Clone, Copy)]
struct Match {
    moment: Moment,
    /// The day of its receipt.
    today: i32,
    is_late: bool,
    at: Timestamp,
    event: u64,
}

/// Where a match's values come from.
type Values<'v> = &'v mut dyn FnMut(&str) -> Option<String>;

/// Between the values of whom it is about.
const BETWEEN: char = '\u{1f}';

impl Baselines {
    /// Takes the baselines of a set of rules, and the rules as the engine has them.
    pub fn new(list: Vec<Baseline>, rules: &[Rule], settings: BaselineSettings) -> Self {
        let mut listeners: HashMap<usize, Vec<usize>> = HashMap::new();
        let mut silent = vec![false; rules.len()];
        for (place, rule) in rules.iter().enumerate() {
            let is_of = |baseline: &&Baseline| {
                let mut names = baseline.rules.iter();
                names.any(|name| rule.meta.is_called(name))
            };
            for (own, baseline) in list.iter().enumerate() {
                if !is_of(&baseline) {
                    continue;
                }
                listeners.entry(place).or_default().push(own);
                if let Some(silent) = silent.get_mut(place) {
                    *silent |= !baseline.generate;
                }
            }
        }
        let countries = Arc::new(Countries::default());
        Self {
            list: list
                .into_iter()
                .map(|baseline| Running::new(baseline, &countries))
                .collect(),
            listeners,
            silent,
            settings,
            countries,
            losses: BaselineLosses::default(),
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    /// The baselines, whose places are their numbers.
    pub fn list(&self) -> impl ExactSizeIterator<Item = &Baseline> {
        self.list.iter().map(|running| &running.baseline)
    }

    /// Whether some baseline learns from a rule.
    pub fn listens(&self, rule: usize) -> bool {
        self.listeners.contains_key(&rule)
    }

    /// Whether a rule speaks only through baselines.
    pub fn is_silent(&self, rule: usize) -> bool {
        self.silent.get(rule).copied().unwrap_or_default()
    }

    /// What was left out so far.
    pub fn losses(&self) -> BaselineLosses {
        self.losses
    }

    /// How much a baseline knows, by its place.
    pub fn extent(&self, place: usize) -> Extent {
        let Some(running) = self.list.get(place) else {
            return Extent::default();
        };
        let entities = running.entities.values();
        let is_known = |entity: &&Entity| running.knows(entity, entity.newest() + 1).is_some();
        let since = entities.clone().map(|entity| entity.since).min();
        Extent {
            entities: running.entities.len(),
            known: entities.clone().filter(is_known).count(),
            since: since.map(calendar::date),
            bytes: entities.map(Entity::bytes).sum(),
        }
    }

    /// Says which days are worked. What was learned is kept.
    pub fn set_calendar(&mut self, calendar: Calendar) {
        self.settings.calendar = calendar;
    }

    /// Says which addresses are of which country. Baselines that look at countries learn anew
    /// where there were no ranges before, or are none any more: their values are others.
    pub fn set_countries(&mut self, countries: Arc<Countries>) {
        self.countries = countries;
        for running in &mut self.list {
            let definition = state::definition(&running.baseline, &self.countries);
            if definition == running.definition {
                continue;
            }
            running.definition = definition;
            running.gone.extend(running.entities.keys());
            running.changed.clear();
            running.entities.clear();
        }
    }

    /// Says what people accepted, all of it.
    pub fn set_accepted(&mut self, all: &[Acceptance]) {
        for running in &mut self.list {
            running.accepted.clear();
            let key = running.baseline.meta.key();
            for one in all.iter().filter(|one| one.baseline == key) {
                let values = one.entity.iter().map(String::as_str);
                let number = number(&joined(values));
                let accepted = running.accepted.entry(number).or_default();
                accepted.push(one.what.clone());
            }
        }
    }

    /// Takes a hit; `value` gives the values of its event by the names of rules.
    pub fn push(
        &mut self,
        hit: Hit,
        mut value: impl FnMut(&str) -> Option<String>,
        departures: &mut Vec<Departure>,
    ) {
        let Some(listeners) = self.listeners.get(&hit.rule) else {
            return;
        };
        let (calendar, received) = (&self.settings.calendar, hit.received_at);
        let at = hit.at.min(received);
        let lateness = received.as_second() - at.as_second();
        let seen = Match {
            moment: calendar.moment(at),
            today: calendar.moment(received).day,
            is_late: lateness > self.settings.lateness_seconds,
            at,
            event: hit.event,
        };
        for number in listeners {
            let Some(running) = self.list.get_mut(*number) else {
                continue;
            };
            let bounds = Bounds {
                settings: &self.settings,
                countries: &self.countries,
                losses: &mut self.losses,
            };
            if let Some(mut departure) = running.take(seen, &mut value, bounds) {
                departure.baseline = *number;
                departures.push(departure);
            }
        }
    }
}

/// What all baselines share.
struct Bounds<'b> {
    settings: &'b BaselineSettings,
    countries: &'b Countries,
    losses: &'b mut BaselineLosses,
}

/// What is learned of a match besides that it was there.
enum Taken {
    Nothing,
    Amount(u64),
    /// As it counts.
    Value(String),
}

impl Running {
    fn new(baseline: Baseline, countries: &Countries) -> Self {
        Self {
            definition: state::definition(&baseline, countries),
            baseline,
            entities: HashMap::default(),
            accepted: HashMap::default(),
            changed: BTreeSet::new(),
            gone: BTreeSet::new(),
            swept: i32::MIN,
        }
    }

    fn window(&self) -> i32 {
        i32::from(self.baseline.days)
    }

    /// Learns from a match, and says whether it is unusual.
    fn take(&mut self, seen: Match, value: Values<'_>, bounds: Bounds<'_>) -> Option<Departure> {
        let Bounds {
            settings,
            countries,
            losses,
        } = bounds;
        let window = self.window();
        if seen.moment.day < seen.today.saturating_sub(window) {
            losses.old += 1;
            return None;
        }
        let Some((name, taken)) = self.read(value, countries) else {
            losses.nameless += 1;
            return None;
        };
        let key = number(&name);
        self.sweep(seen.today, settings, losses, key);
        let is_new = !self.entities.contains_key(&key);
        let day = seen.moment.day;
        let entity = self
            .entities
            .entry(key)
            .or_insert_with(|| Entity::new(&name, day));
        if !is_new && seen.today.saturating_sub(entity.newest()) > window {
            *entity = Entity::new(&name, day);
        }
        let oldest = entity.newest().max(day).saturating_sub(window);
        if day < oldest {
            losses.old += 1;
            return None;
        }
        entity.since = entity.since.min(day);
        entity.forget_before(oldest);
        self.gone.remove(&key);
        self.changed.insert(key);
        losses.late += u64::from(seen.is_late);
        let known = judge::Known {
            baseline: &self.baseline,
            accepted: self.accepted.get(&key).map_or(&[], Vec::as_slice),
            settings,
        };
        match taken {
            Taken::Nothing => known.hour(entity, seen),
            Taken::Amount(amount) => known.amount(entity, seen, amount),
            Taken::Value(text) => known.value(entity, seen, &text, losses),
        }
    }

    /// Whom a match is about, and what is learned of it.
    fn read(&self, value: Values<'_>, countries: &Countries) -> Option<(String, Taken)> {
        let taken = match &self.baseline.kind {
            BaselineKind::Hours { .. } => Taken::Nothing,
            BaselineKind::Volume { sum: None, .. } => Taken::Amount(1),
            BaselineKind::Volume {
                sum: Some(field), ..
            } => Taken::Amount(amount(&value(field)?)?),
            BaselineKind::Values { field, part, .. } => {
                let text = places::part_of(&value(field)?, *part, countries);
                if text.is_empty() {
                    return None;
                }
                Taken::Value(text)
            }
        };
        let mut values = Vec::with_capacity(self.baseline.group_by.len());
        for field in &self.baseline.group_by {
            values.push(value(field).filter(|value| !value.is_empty())?);
        }
        Some((joined(values.iter().map(String::as_str)), taken))
    }

    /// Lets go of those who were away for longer than the window, once a day, and of those who
    /// were seen longest ago when there are too many.
    fn sweep(
        &mut self,
        today: i32,
        settings: &BaselineSettings,
        losses: &mut BaselineLosses,
        key: u64,
    ) {
        if today > self.swept {
            self.swept = today;
            let oldest = today.saturating_sub(self.window());
            self.let_go(|entity| entity.newest() >= oldest);
        }
        if self.entities.len() < settings.most_entities || self.entities.contains_key(&key) {
            return;
        }
        // A tenth at once, so that this is rare; of the same day those with the lowest numbers,
        // so that it is the same in every run.
        let mut order: Vec<(i32, u64)> = self
            .entities
            .iter()
            .map(|(key, entity)| (entity.newest(), *key))
            .collect();
        order.sort_unstable();
        let count = (order.len() / 10).max(1);
        for (_, key) in order.into_iter().take(count) {
            self.entities.remove(&key);
            self.changed.remove(&key);
            self.gone.insert(key);
            losses.entities += 1;
        }
    }

    fn let_go(&mut self, mut is_kept: impl FnMut(&Entity) -> bool) {
        let (changed, gone) = (&mut self.changed, &mut self.gone);
        self.entities.retain(|key, entity| {
            let stays = is_kept(entity);
            if !stays {
                changed.remove(key);
                gone.insert(*key);
            }
            stays
        });
    }

    /// The days before one, where somebody is known well enough.
    fn knows<'e>(&self, entity: &'e Entity, day: i32) -> Option<&'e [entity::Day]> {
        judge::known_days(&self.baseline, entity, day)
    }
}

/// A name of several values; what parts them is no part of one.
fn joined<'v>(values: impl Iterator<Item = &'v str>) -> String {
    let mut name = String::new();
    for (place, value) in values.enumerate() {
        if place > 0 {
            name.push(BETWEEN);
        }
        if value.contains(BETWEEN) {
            name.push_str(&value.replace(BETWEEN, "\u{fffd}"));
        } else {
            name.push_str(value);
        }
    }
    name
}

fn number(name: &str) -> u64 {
    let mut digest = Digest::new();
    digest.add(name.as_bytes());
    digest.number()
}

/// A number as a volume; none where it is no number, or below nothing.
fn amount(text: &str) -> Option<u64> {
    let text = text.trim();
    if let Ok(whole) = text.parse() {
        return Some(whole);
    }
    let number: f64 = text.parse().ok()?;
    if !number.is_finite() || number < 0.0 {
        return None;
    }
    format!("{number:.0}").parse().ok()
}
