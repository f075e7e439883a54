//! Sources as they are known in memory: they make themselves when they are first heard.

use std::{
    collections::{HashMap, HashSet},
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;
use xinglin_core::LogSourceId;
use xinglin_ingest::listen::{Origin, SourceKey, SourceState};
use xinglin_store::logs::LogSource;

/// A source that sends by the network, or is followed, is missed after a day, until somebody says otherwise.
const SILENT_AFTER_MINUTES: i64 = 24 * 60;

/// A clock that is further off is out of step.
pub(crate) const CLOCK_OFF_SECONDS: i64 = 5 * 60;

/// All sources.
#[derive(Debug, Default)]
pub(crate) struct Registry {
    known: Mutex<Known>,
}

/// A source and what is not stored of it.
#[derive(Debug, Clone)]
pub(crate) struct Listed {
    pub(crate) source: LogSource,
    pub(crate) per_minute: u64,
    /// Whether its clock is off, and since when it is seen to be so.
    pub(crate) clock: Option<(bool, Timestamp)>,
    /// When lines of it were rejected last, since the start.
    pub(crate) rejected_at: Option<Timestamp>,
    /// Since when this program knows it.
    pub(crate) known_since: Timestamp,
    is_changed: bool,
}

#[derive(Debug, Default)]
struct Known {
    sources: Vec<Listed>,
    by_address: HashMap<IpAddr, usize>,
    by_name: HashMap<String, usize>,
    /// The names of sources of what is followed.
    by_input: HashMap<u32, String>,
    /// What receivers had counted when they were last asked.
    counted: HashMap<SourceKey, SourceState>,
    /// Whether a source that was silent was heard again.
    speaks: bool,
}

/// What came of a source at once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Count {
    pub(crate) events: u64,
    pub(crate) rejected: u64,
}

fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

impl Registry {
    /// Takes the sources that are stored.
    pub(crate) fn load(&self, sources: Vec<LogSource>, now: Timestamp) {
        let mut known = self.lock();
        for source in sources {
            known.add(source, false, now);
        }
    }

    /// The name of what sends from an address.
    pub(crate) fn name_of(&self, address: IpAddr) -> Arc<str> {
        let known = self.lock();
        let place = known.by_address.get(&address);
        let listed = place.and_then(|place| known.sources.get(*place));
        match listed {
            Some(listed) => listed.source.name.as_str().into(),
            None => address.to_string().into(),
        }
    }

    /// Takes what receivers counted since they were last asked.
    pub(crate) fn absorb(&self, all: Vec<(SourceKey, SourceState)>, now: Timestamp) {
        let mut known = self.lock();
        for listed in &mut known.sources {
            listed.per_minute = 0;
        }
        for (key, state) in all {
            let word = key.transport.word();
            let place = match key.origin {
                Origin::Address(address) => Some(known.place_of(address, word, now)),
                Origin::Configured(input) => known.place_of_input(input, word, now),
            };
            let Some(place) = place else { continue };
            let before = known.counted.insert(key, state).unwrap_or_default();
            let Some(listed) = known.sources.get_mut(place) else {
                continue;
            };
            listed.per_minute += state.per_minute(now);
            if state == before {
                continue;
            }
            let source = &mut listed.source;
            let dropped = state.dropped - before.dropped;
            source.events_total += signed((state.received - before.received) - dropped);
            source.dropped += signed(dropped);
            source.cut += signed(state.cut - before.cut);
            let rejected = state.rejected - before.rejected;
            source.rejected += signed(rejected);
            if rejected > 0 {
                listed.rejected_at = Some(now);
            }
            if state.last_seen > source.last_seen_at {
                source.last_seen_at = state.last_seen;
                key.transport.word().clone_into(&mut source.transport);
            }
            listed.is_changed = true;
        }
    }

    /// Counts what came of a source that is known by its name.
    pub(crate) fn count(&self, name: &str, transport: &str, count: Count, now: Timestamp) {
        let mut known = self.lock();
        let place = match known.by_name.get(name) {
            Some(place) => *place,
            None => known.add(fresh(name, "", transport, None, now), true, now),
        };
        if let Some(listed) = known.sources.get_mut(place) {
            listed.source.events_total += signed(count.events);
            listed.source.rejected += signed(count.rejected);
            if count.rejected > 0 {
                listed.rejected_at = Some(now);
            }
            listed.source.last_seen_at = Some(now);
            transport.clone_into(&mut listed.source.transport);
            listed.is_changed = true;
        }
    }

    /// What is read by an input is of the source of this name, which is missed from now on.
    pub(crate) fn expect_of_input(&self, input: u32, name: &str, transport: &str, now: Timestamp) {
        let mut known = self.lock();
        known.by_input.insert(input, name.to_owned());
        known.place_of_input(input, transport, now);
    }

    /// Takes how far clocks are behind.
    pub(crate) fn set_skews(&self, skews: &HashMap<String, i64>, now: Timestamp) {
        let mut known = self.lock();
        for listed in &mut known.sources {
            let Some(skew) = skews.get(&listed.source.name) else {
                continue;
            };
            listed.is_changed |= listed.source.clock_skew_seconds != Some(*skew);
            listed.source.clock_skew_seconds = Some(*skew);
            let is_off = skew.abs() > CLOCK_OFF_SECONDS;
            if listed.clock.is_none_or(|(was_off, _)| was_off != is_off) {
                listed.clock = Some((is_off, now));
            }
        }
    }

    /// All sources.
    pub(crate) fn all(&self) -> Vec<Listed> {
        self.lock().sources.clone()
    }

    /// Whether a source was heard that is not stored yet.
    pub(crate) fn has_new(&self) -> bool {
        let known = self.lock();
        known.sources.iter().any(|listed| listed.source.id.0 == 0)
    }

    /// Those to be stored; they count as stored then.
    pub(crate) fn take_changed(&self) -> Vec<LogSource> {
        let mut known = self.lock();
        let changed = known.sources.iter_mut().filter(|listed| listed.is_changed);
        let taken = changed.map(|listed| {
            listed.is_changed = false;
            listed.source.clone()
        });
        taken.collect()
    }

    /// Those of these names are to be stored after all.
    pub(crate) fn put_back(&self, names: &HashSet<String>) {
        let mut known = self.lock();
        for listed in &mut known.sources {
            listed.is_changed |= names.contains(&listed.source.name);
        }
    }

    /// A new source has this number now.
    pub(crate) fn set_id(&self, name: &str, id: LogSourceId) {
        let mut known = self.lock();
        let place = known.by_name.get(name).copied();
        if let Some(listed) = place.and_then(|place| known.sources.get_mut(place)) {
            listed.source.id = id;
        }
    }

    /// Replaces what people decide of a source.
    pub(crate) fn set_decided(&self, decided: &LogSource) {
        let mut known = self.lock();
        let found = |listed: &Listed| listed.source.id == decided.id;
        let Some(place) = known.sources.iter().position(found) else {
            return;
        };
        let Some(listed) = known.sources.get_mut(place) else {
            return;
        };
        let source = &mut listed.source;
        let old = std::mem::replace(&mut source.name, decided.name.clone());
        source.parser.clone_from(&decided.parser);
        source.asset_id = decided.asset_id;
        source.silent_after_minutes = decided.silent_after_minutes;
        for name in known.by_input.values_mut().filter(|name| **name == old) {
            name.clone_from(&decided.name);
        }
        known.by_name.remove(&old);
        known.by_name.insert(decided.name.clone(), place);
    }

    /// Notes since when each is silent that is silent too long, and that others are not; those
    /// that just became silent.
    pub(crate) fn judge_silence(&self, now: Timestamp) -> Vec<LogSource> {
        let mut known = self.lock();
        let (mut silent, mut speaks) = (Vec::new(), false);
        for listed in &mut known.sources {
            let source = &mut listed.source;
            let last = source.last_seen_at.unwrap_or(source.first_seen_at);
            let minutes = (now.as_second() - last.as_second()) / 60;
            let is_silent = source
                .silent_after_minutes
                .is_some_and(|most| minutes >= most);
            if is_silent == source.silent_since.is_some() {
                continue;
            }
            source.silent_since = is_silent.then_some(last);
            listed.is_changed = true;
            if is_silent {
                silent.push(source.clone());
            } else {
                speaks = true;
            }
        }
        known.speaks |= speaks;
        silent
    }

    /// Whether a source that was silent was heard again, since this was last asked.
    pub(crate) fn take_speaking(&self) -> bool {
        std::mem::take(&mut self.lock().speaks)
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        // Counters are whole after every statement, whoever panicked.
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn add(&mut self, source: LogSource, is_changed: bool, now: Timestamp) -> usize {
        let place = self.sources.len();
        if let Ok(address) = source.address.parse() {
            self.by_address.insert(address, place);
        }
        self.by_name.insert(source.name.clone(), place);
        self.sources.push(Listed {
            source,
            per_minute: 0,
            clock: None,
            rejected_at: None,
            known_since: now,
            is_changed,
        });
        place
    }

    fn place_of_input(&mut self, input: u32, transport: &str, now: Timestamp) -> Option<usize> {
        let name = self.by_input.get(&input)?.clone();
        if let Some(place) = self.by_name.get(&name) {
            return Some(*place);
        }
        let minutes = Some(SILENT_AFTER_MINUTES);
        Some(self.add(fresh(&name, "", transport, minutes, now), true, now))
    }

    fn place_of(&mut self, address: IpAddr, transport: &str, now: Timestamp) -> usize {
        if let Some(place) = self.by_address.get(&address) {
            return *place;
        }
        let name = address.to_string();
        if let Some(place) = self.by_name.get(&name).copied() {
            // Known by its name until now: by a file of it, say.
            if let Some(listed) = self.sources.get_mut(place) {
                listed.source.address = name;
                listed.is_changed = true;
            }
            self.by_address.insert(address, place);
            return place;
        }
        let minutes = Some(SILENT_AFTER_MINUTES);
        self.add(fresh(&name, &name, transport, minutes, now), true, now)
    }
}

fn fresh(
    name: &str,
    address: &str,
    transport: &str,
    silent_after_minutes: Option<i64>,
    now: Timestamp,
) -> LogSource {
    LogSource {
        id: LogSourceId(0),
        name: name.to_owned(),
        address: address.to_owned(),
        transport: transport.to_owned(),
        parser: None,
        asset_id: None,
        silent_after_minutes,
        first_seen_at: now,
        last_seen_at: None,
        events_total: 0,
        rejected: 0,
        dropped: 0,
        cut: 0,
        clock_skew_seconds: None,
        silent_since: None,
    }
}
