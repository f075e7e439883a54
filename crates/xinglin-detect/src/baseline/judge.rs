//! Whether something is usual for somebody who is known.

use super::{
    BETWEEN, BaselineLosses, BaselineSettings, Match,
    calendar::date,
    entity::{Day, Entity, Stretch, Value},
    figures::{self, Accepted, Departure, Figure, Learned},
    number,
};
use crate::rule::{Baseline, BaselineKind, Per};

const HOURS: u8 = 24;
/// So many of the values that are known are told.
const MOST_TOLD: usize = 12;

/// What is known beside the one at hand.
pub(super) struct Known<'k> {
    pub(super) baseline: &'k Baseline,
    pub(super) accepted: &'k [Accepted],
    pub(super) settings: &'k BaselineSettings,
}

/// The days before one, where somebody is known well enough to be judged.
pub(super) fn known_days<'e>(
    baseline: &Baseline,
    entity: &'e Entity,
    day: i32,
) -> Option<&'e [Day]> {
    if day.saturating_sub(entity.since) < i32::from(baseline.learning) {
        return None;
    }
    let before = entity.before(day);
    let is_enough =
        before.len() >= usize::from(baseline.active) && events(before) >= baseline.support;
    is_enough.then_some(before)
}

fn events(days: &[Day]) -> u64 {
    days.iter().map(|day| u64::from(day.events)).sum()
}

fn count(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

impl Known<'_> {
    /// The days before, where there is something to say.
    fn days<'e>(&self, entity: &'e Entity, seen: Match) -> Option<&'e [Day]> {
        if seen.is_late {
            return None;
        }
        known_days(self.baseline, entity, seen.moment.day)
    }

    fn departure(
        &self,
        entity: &Entity,
        seen: Match,
        events_of: Vec<u64>,
        figure: Figure,
    ) -> Departure {
        let before = entity.before(seen.moment.day);
        let fields = self.baseline.group_by.iter().cloned();
        Departure {
            baseline: 0,
            entity: fields
                .zip(entity.name.split(BETWEEN).map(str::to_owned))
                .collect(),
            at: seen.at,
            events: events_of,
            learned: Learned {
                since: date(entity.since),
                day: date(seen.moment.day),
                days: self.baseline.days,
                active_days: count(before.len()),
                events: events(before),
                figure,
            },
        }
    }

    /// Learns an hour, and says whether it is unusual.
    pub(super) fn hour(&self, entity: &mut Entity, seen: Match) -> Option<Departure> {
        let figure = self.unusual_hour(entity, seen);
        let hour = seen.moment.hour;
        let day = entity.day(seen.moment.day)?;
        day.events = day.events.saturating_add(1);
        day.amount |= bit(hour);
        Some(self.departure(entity, seen, vec![seen.event], figure?))
    }

    fn unusual_hour(&self, entity: &Entity, seen: Match) -> Option<Figure> {
        let BaselineKind::Hours { around } = self.baseline.kind else {
            return None;
        };
        let before = self.days(entity, seen)?;
        let calendar = &self.settings.calendar;
        let is_workday = calendar.is_workday(seen.moment.day);
        let alike = |day: &&Day| calendar.is_workday(day.day) == is_workday;
        let of_kind = before.iter().filter(alike).count() >= usize::from(self.baseline.active);
        let compared = || before.iter().filter(|day| !of_kind || alike(day));
        let hour = seen.moment.hour;
        let near = (0..=around).fold(0, |bits, step| {
            let behind = (hour + step) % HOURS;
            let ahead = (hour + HOURS - step) % HOURS;
            bits | bit(behind) | bit(ahead)
        });
        let usual = compared().filter(|day| day.amount & near != 0).count();
        let accepted = Accepted::Hour { hour, is_workday };
        if usual >= usize::from(self.baseline.usual) || self.accepted.contains(&accepted) {
            return None;
        }
        let on = |hour: u8| count(compared().filter(|day| day.amount & bit(hour) != 0).count());
        Some(Figure::Hours {
            hour,
            is_workday,
            of_kind,
            hours: (0..HOURS).map(on).collect(),
            of_days: count(compared().count()),
        })
    }

    /// Learns a volume, and says whether it is unusual by now.
    pub(super) fn amount(
        &self,
        entity: &mut Entity,
        seen: Match,
        amount: u64,
    ) -> Option<Departure> {
        let BaselineKind::Volume { per, sum, .. } = &self.baseline.kind else {
            return None;
        };
        let (per, hours) = (*per, seen.moment.hours());
        let is_counted = per == Per::Day || !seen.is_late;
        let stretch = entity
            .stretch
            .get_or_insert_with(|| Box::new(Stretch::default()));
        let of_hour = match per {
            Per::Hour if is_counted => stretch.add(hours, amount),
            Per::Hour | Per::Day => None,
        };
        let day = entity.day(seen.moment.day)?;
        day.events = day.events.saturating_add(1);
        let (of, value) = match per {
            Per::Day => {
                day.amount = day.amount.saturating_add(amount);
                (seen.moment.day, day.amount)
            }
            Per::Hour => {
                let of_hour = of_hour?;
                day.amount = day.amount.max(of_hour);
                (hours, of_hour)
            }
        };
        let recent = entity.stretch.as_mut()?.remember(of, seen.event);
        let before = self.days(entity, seen)?;
        let mut amounts: Vec<u64> = before.iter().map(|day| day.amount).collect();
        let limit = figures::limit(&self.baseline.kind, &mut amounts)?;
        let is_accepted =
            |one: &Accepted| matches!(one, Accepted::Volume { most } if value <= *most);
        if value <= limit.most || self.accepted.iter().any(is_accepted) {
            return None;
        }
        let history = figures::history(before);
        if !entity.stretch.as_mut()?.tells(of, value) {
            return None;
        }
        let figure = Figure::Volume {
            per,
            sum: sum.clone(),
            value,
            limit: limit.most,
            median: limit.median,
            deviation: limit.deviation,
            history,
        };
        Some(self.departure(entity, seen, recent, figure))
    }

    /// Learns a value, and says whether it is unusual.
    pub(super) fn value(
        &self,
        entity: &mut Entity,
        seen: Match,
        text: &str,
        losses: &mut BaselineLosses,
    ) -> Option<Departure> {
        let figure = self.unusual_value(entity, seen, text, losses);
        let day = seen.moment.day;
        let own = entity.day(day)?;
        own.events = own.events.saturating_add(1);
        losses.values += learn(&mut entity.values, text, day, self.settings.most_values);
        Some(self.departure(entity, seen, vec![seen.event], figure?))
    }

    fn unusual_value(
        &self,
        entity: &Entity,
        seen: Match,
        text: &str,
        losses: &mut BaselineLosses,
    ) -> Option<Figure> {
        let BaselineKind::Values {
            field, most_new, ..
        } = &self.baseline.kind
        else {
            return None;
        };
        self.days(entity, seen)?;
        let day = seen.moment.day;
        let own = number(text);
        let known = entity.values.iter().find(|value| value.number == own);
        // Of the days before a last one only their number is known.
        let is_usual = known.is_some_and(|value| {
            day < value.last || value.days_before(day) >= u32::from(self.baseline.usual)
        });
        if is_usual {
            return None;
        }
        let learned = entity
            .since
            .saturating_add(i32::from(self.baseline.learning));
        let is_new =
            |value: &&Value| value.first > learned && value.first < day && value.number != own;
        let new = entity.values.iter().filter(is_new).count();
        let is_full = known.is_none() && entity.values.len() >= self.settings.most_values;
        if is_full || new >= usize::from(*most_new) {
            losses.restless += 1;
            return None;
        }
        let accepted = Accepted::Value {
            value: text.to_owned(),
        };
        if self.accepted.contains(&accepted) {
            return None;
        }
        let before = entity.values.iter();
        let before = before.filter(|value| value.number != own && value.first < day);
        let mut told: Vec<(String, u32)> = before
            .map(|value| (value.text.to_string(), value.days_before(day)))
            .collect();
        told.sort_by(|left, right| right.1.cmp(&left.1).then_with(|| left.0.cmp(&right.0)));
        let of_values = told.len();
        told.truncate(MOST_TOLD);
        Some(Figure::Value {
            field: field.clone(),
            value: text.to_owned(),
            is_first: known.is_none_or(|value| value.first >= day),
            known: told,
            of_values,
        })
    }
}

impl Value {
    /// On how many days before one it was there.
    fn days_before(&self, day: i32) -> u32 {
        self.days - u32::from(self.last == day)
    }
}

/// Learns a value; how many went for it.
fn learn(values: &mut Vec<Value>, text: &str, day: i32, most: usize) -> u64 {
    let own = number(text);
    if let Some(value) = values.iter_mut().find(|value| value.number == own) {
        if day > value.last {
            value.last = day;
            value.days = value.days.saturating_add(1);
        }
        value.first = value.first.min(day);
        return 0;
    }
    let mut gone = 0;
    if values.len() >= most.max(1) {
        let oldest = values
            .iter()
            .enumerate()
            .min_by_key(|(place, value)| (value.last, *place));
        if let Some((place, _)) = oldest {
            values.remove(place);
            gone = 1;
        }
    }
    values.push(Value {
        number: own,
        first: day,
        last: day,
        days: 1,
        text: text.chars().take(200).collect::<String>().into(),
    });
    gone
}

fn bit(hour: u8) -> u64 {
    1 << (hour % HOURS)
}
