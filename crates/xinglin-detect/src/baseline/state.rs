//! What is known of one user, host or address as bytes and back, so that only what changed is
//! stored.
//!
//! `1`, the number of the baseline's definition, the name, the first day, then days, values and
//! stretch, each with how many there are before them. Numbers are little-endian.

use std::collections::HashSet;

use thiserror::Error;

use super::{
    Baselines, Countries,
    entity::{Day, Entity, Stretch, Value},
};
use crate::{
    digest::Digest,
    rule::{Baseline, BaselineKind, Part},
};

const VERSION: u8 = 1;

/// What is known of one, to be stored by baseline and number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EntityState {
    /// The baseline, by its key.
    pub baseline: String,
    /// The number of whom it is about.
    pub entity: u64,
    /// What is known; `None` for who is gone.
    pub bytes: Option<Vec<u8>>,
}

/// Why what is known of somebody cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum StateProblem {
    /// There is no such baseline, or it was changed since.
    #[error("the baseline is another one than then")]
    Other,
    /// It breaks off, or says what no state says.
    #[error("what a baseline learned is damaged")]
    Damaged,
}

impl Baselines {
    /// What changed since [`Self::settle`] was last called, in order.
    pub fn changes(&self) -> Vec<EntityState> {
        let mut changes = Vec::new();
        for running in &self.list {
            let key = running.baseline.meta.key();
            let state = |entity: u64, bytes: Option<Vec<u8>>| EntityState {
                baseline: key.to_owned(),
                entity,
                bytes,
            };
            changes.extend(running.gone.iter().map(|number| state(*number, None)));
            for number in &running.changed {
                if let Some(entity) = running.entities.get(number) {
                    let bytes = written(running.definition, entity);
                    changes.push(state(*number, Some(bytes)));
                }
            }
        }
        changes
    }

    /// Says that what changed is stored.
    pub fn settle(&mut self) {
        for running in &mut self.list {
            running.changed.clear();
            running.gone.clear();
        }
    }

    /// Takes in what was stored of one. What is of another definition, or damaged, is to be
    /// removed from where it was stored, which [`Self::changes`] says from then on.
    ///
    /// # Errors
    ///
    /// When it cannot be used; then nothing of it is known.
    pub fn restore(&mut self, state: &EntityState) -> Result<(), StateProblem> {
        let mut list = self.list.iter_mut();
        let running = list.find(|running| running.baseline.meta.key() == state.baseline);
        let running = running.ok_or(StateProblem::Other)?;
        let Some(bytes) = &state.bytes else {
            running.entities.remove(&state.entity);
            return Ok(());
        };
        match read(bytes, running.definition) {
            Ok(entity) => {
                running.entities.insert(state.entity, entity);
                Ok(())
            }
            Err(problem) => {
                running.gone.insert(state.entity);
                Err(problem)
            }
        }
    }

    /// Takes the days before the first of a baseline's own from another, which learned from the
    /// past: of everybody, in one baseline. Of whom nothing was known, all is taken.
    pub fn take_past(&mut self, key: &str, past: &Self) {
        let is_it = |running: &&super::Running| running.baseline.meta.key() == key;
        let Some(from) = past.list.iter().find(is_it) else {
            return;
        };
        let mut list = self.list.iter_mut();
        let found = list.find(|running| running.baseline.meta.key() == key);
        let Some(own) = found.filter(|own| own.definition == from.definition) else {
            return;
        };
        let window = own.window();
        for (number, old) in &from.entities {
            let is_full = own.entities.len() >= self.settings.most_entities;
            match own.entities.get_mut(number) {
                Some(entity) => entity.take_past(old, window),
                None if is_full => continue,
                None => {
                    own.entities.insert(*number, old.clone());
                }
            }
            own.gone.remove(number);
            own.changed.insert(*number);
        }
    }
}

impl Entity {
    /// Takes the days before its first from what another learned of the same.
    fn take_past(&mut self, past: &Self, window: i32) {
        let first = self.days.first().map_or(i32::MAX, |day| day.day);
        let mut days: Vec<Day> = past.before(first).to_vec();
        days.append(&mut self.days);
        self.days = days;
        self.since = self.since.min(past.since);
        let mut known: HashSet<u64> = HashSet::new();
        for value in &mut self.values {
            known.insert(value.number);
            let mut others = past.values.iter();
            if let Some(old) = others.find(|old| old.number == value.number)
                && old.last < value.first
            {
                value.first = old.first;
                value.days = value.days.saturating_add(old.days);
            }
        }
        let new = past.values.iter();
        let new = new.filter(|old| !known.contains(&old.number));
        self.values.extend(new.cloned());
        let oldest = self.newest().saturating_sub(window);
        self.forget_before(oldest);
    }
}

/// What a baseline learns, as a number: what it says beside that may change.
pub(super) fn definition(baseline: &Baseline, countries: &Countries) -> u64 {
    let Baseline {
        meta,
        kind,
        rules,
        group_by,
        days,
        ..
    } = baseline;
    // Limits may change without learning anew; what is written down of a day may not.
    let learned = match kind {
        BaselineKind::Hours { .. } => "hours".to_owned(),
        BaselineKind::Volume { sum, per, .. } => format!("{sum:?} {per:?}"),
        BaselineKind::Values { field, part, .. } => {
            let by_country = *part == Part::Country && !countries.is_empty();
            format!("{field} {part:?} {by_country}")
        }
    };
    let text = format!("{:?}", (meta.key(), learned, rules, group_by, days));
    let mut digest = Digest::new();
    digest.add(text.as_bytes());
    digest.number()
}

fn written(definition: u64, entity: &Entity) -> Vec<u8> {
    let Entity {
        name,
        since,
        days,
        values,
        stretch,
    } = entity;
    let mut out = vec![VERSION];
    out.extend_from_slice(&definition.to_le_bytes());
    text(&mut out, name);
    out.extend_from_slice(&since.to_le_bytes());
    length(&mut out, days.len());
    for day in days {
        out.extend_from_slice(&day.day.to_le_bytes());
        out.extend_from_slice(&day.events.to_le_bytes());
        out.extend_from_slice(&day.amount.to_le_bytes());
    }
    length(&mut out, values.len());
    for value in values {
        out.extend_from_slice(&value.number.to_le_bytes());
        out.extend_from_slice(&value.first.to_le_bytes());
        out.extend_from_slice(&value.last.to_le_bytes());
        out.extend_from_slice(&value.days.to_le_bytes());
        text(&mut out, &value.text);
    }
    length(&mut out, usize::from(stretch.is_some()));
    if let Some(stretch) = stretch {
        for (hour, amount) in stretch.hours.iter().chain([&stretch.told]) {
            out.extend_from_slice(&hour.to_le_bytes());
            out.extend_from_slice(&amount.to_le_bytes());
        }
        out.extend_from_slice(&stretch.of.to_le_bytes());
        length(&mut out, stretch.recent.len());
        for event in &stretch.recent {
            out.extend_from_slice(&event.to_le_bytes());
        }
    }
    out
}

fn length(out: &mut Vec<u8>, length: usize) {
    let length = u32::try_from(length).unwrap_or(u32::MAX);
    out.extend_from_slice(&length.to_le_bytes());
}

fn text(out: &mut Vec<u8>, text: &str) {
    length(out, text.len());
    out.extend_from_slice(text.as_bytes());
}

fn read(bytes: &[u8], definition: u64) -> Result<Entity, StateProblem> {
    let mut reader = Reader(bytes);
    if reader.bytes::<1>()? != [VERSION] || reader.number()? != definition {
        return Err(StateProblem::Other);
    }
    let name = reader.text()?;
    let since = reader.day()?;
    let mut days = Vec::new();
    for _ in 0..reader.length()? {
        days.push(Day {
            day: reader.day()?,
            events: reader.length()?,
            amount: reader.number()?,
        });
    }
    let mut values = Vec::new();
    for _ in 0..reader.length()? {
        values.push(Value {
            number: reader.number()?,
            first: reader.day()?,
            last: reader.day()?,
            days: reader.length()?.max(1),
            text: reader.text()?,
        });
    }
    let stretch = if reader.length()? > 0 {
        let mut pair = || Ok((reader.day()?, reader.number()?));
        let (older, newer, told) = (pair()?, pair()?, pair()?);
        let of = reader.day()?;
        let mut recent = Vec::new();
        for _ in 0..reader.length()? {
            recent.push(reader.number()?);
        }
        Some(Box::new(Stretch {
            hours: [older, newer],
            told,
            of,
            recent,
        }))
    } else {
        None
    };
    let is_in_order = days.is_sorted_by(|one: &Day, other| one.day < other.day);
    if !reader.0.is_empty() || !is_in_order {
        return Err(StateProblem::Damaged);
    }
    Ok(Entity {
        name,
        since,
        days,
        values,
        stretch,
    })
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], StateProblem> {
        let (taken, rest) = self
            .0
            .split_at_checked(length)
            .ok_or(StateProblem::Damaged)?;
        self.0 = rest;
        Ok(taken)
    }

    fn bytes<const LENGTH: usize>(&mut self) -> Result<[u8; LENGTH], StateProblem> {
        let bytes = self.take(LENGTH)?.try_into();
        bytes.map_err(|_| StateProblem::Damaged)
    }

    fn number(&mut self) -> Result<u64, StateProblem> {
        self.bytes().map(u64::from_le_bytes)
    }

    fn day(&mut self) -> Result<i32, StateProblem> {
        self.bytes().map(i32::from_le_bytes)
    }

    fn length(&mut self) -> Result<u32, StateProblem> {
        self.bytes().map(u32::from_le_bytes)
    }

    fn text(&mut self) -> Result<Box<str>, StateProblem> {
        let length = usize::try_from(self.length()?).map_err(|_| StateProblem::Damaged)?;
        let text = std::str::from_utf8(self.take(length)?);
        text.map(Into::into).map_err(|_| StateProblem::Damaged)
    }
}
