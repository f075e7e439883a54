//! What is known of each source: when it was last heard, how much it sends, what was lost.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv4Addr},
    sync::{Mutex, MutexGuard, PoisonError},
};

use jiff::Timestamp;

use super::{Origin, RawRecord, SourceKey};

/// So many sources are told apart. Addresses of datagrams are easily invented: what comes
/// from more of them is counted under one key with the address 0.0.0.0.
const MOST_SOURCES: usize = 20_000;

/// What is known of a source.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SourceState {
    /// When its first message came, since the program was started.
    pub first_seen: Option<Timestamp>,
    /// When its last message came.
    pub last_seen: Option<Timestamp>,
    /// Messages that came.
    pub received: u64,
    /// Their bytes.
    pub bytes: u64,
    /// How many of them were dropped, as there was no room.
    pub dropped: u64,
    /// Messages that were longer than they may be.
    pub cut: u64,
    /// Connections that were refused or ended because of what came or did not come by them,
    /// and datagrams with nothing in them.
    pub rejected: u64,
    /// Connections there are.
    pub connections: usize,
    minute: i64,
    in_minute: u64,
    in_last_minute: u64,
}

impl SourceState {
    /// Messages in the last full minute before `now`.
    pub fn per_minute(&self, now: Timestamp) -> u64 {
        match now.as_second() / 60 - self.minute {
            0 => self.in_last_minute,
            1 => self.in_minute,
            _ => 0,
        }
    }

    fn count(&mut self, record: &RawRecord) {
        let minute = record.received_at.as_second() / 60;
        if minute != self.minute {
            self.in_last_minute = if minute == self.minute + 1 {
                self.in_minute
            } else {
                0
            };
            self.minute = minute;
            self.in_minute = 0;
        }
        self.in_minute += 1;
        self.first_seen = self.first_seen.or(Some(record.received_at));
        self.last_seen = Some(record.received_at);
        self.received += 1;
        self.bytes += u64::try_from(record.bytes.len()).unwrap_or(u64::MAX);
        self.cut += u64::from(record.is_cut);
    }
}

/// All sources.
#[derive(Debug, Default)]
pub struct Sources {
    states: Mutex<States>,
}

#[derive(Debug, Default)]
struct States {
    by_key: HashMap<SourceKey, SourceState>,
    /// Datagrams that the kernel dropped before anybody could tell whose they were.
    dropped_by_kernel: u64,
}

impl Sources {
    /// What is known of every source.
    pub fn all(&self) -> Vec<(SourceKey, SourceState)> {
        let states = self.lock();
        let mut all: Vec<_> = states
            .by_key
            .iter()
            .map(|(key, state)| (*key, *state))
            .collect();
        drop(states);
        all.sort_by_key(|(key, _)| *key);
        all
    }

    /// What is known of one source.
    pub fn get(&self, key: SourceKey) -> SourceState {
        self.lock().by_key.get(&key).copied().unwrap_or_default()
    }

    /// Datagrams that the kernel dropped, whoever sent them.
    pub fn dropped_by_kernel(&self) -> u64 {
        self.lock().dropped_by_kernel
    }

    /// Makes sure that a source is told apart, whatever else comes.
    pub fn expect(&self, key: SourceKey) {
        self.lock().by_key.entry(key).or_default();
    }

    /// Counts messages that came. Receivers of this crate do so themselves.
    pub fn received(&self, records: &[RawRecord]) {
        let mut states = self.lock();
        for record in records {
            states.of(record.source).count(record);
        }
    }

    pub(super) fn dropped(&self, records: &[RawRecord]) {
        let mut states = self.lock();
        for record in records {
            states.of(record.source).dropped += 1;
        }
    }

    pub(super) fn dropped_before(&self, datagrams: u64) {
        self.lock().dropped_by_kernel += datagrams;
    }

    /// Counts something that was refused, likewise.
    pub fn rejected(&self, key: SourceKey) {
        self.lock().of(key).rejected += 1;
    }

    /// One more connection, unless there are so many already.
    pub(super) fn connected(&self, key: SourceKey, most: usize) -> bool {
        let mut states = self.lock();
        let state = states.of(key);
        let is_taken = state.connections < most;
        if is_taken {
            state.connections += 1;
        } else {
            state.rejected += 1;
        }
        is_taken
    }

    pub(super) fn disconnected(&self, key: SourceKey) {
        let mut states = self.lock();
        let state = states.of(key);
        state.connections = state.connections.saturating_sub(1);
    }

    fn lock(&self) -> MutexGuard<'_, States> {
        // Counters are whole after every statement, whoever panicked.
        self.states.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl States {
    fn of(&mut self, key: SourceKey) -> &mut SourceState {
        let is_known = self.by_key.contains_key(&key);
        let key = if is_known || self.by_key.len() < MOST_SOURCES {
            key
        } else {
            let origin = Origin::Address(IpAddr::V4(Ipv4Addr::UNSPECIFIED));
            SourceKey { origin, ..key }
        };
        self.by_key.entry(key).or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::listen::Transport;

    fn record(address: u32, second: i64) -> RawRecord {
        let address = IpAddr::V4(Ipv4Addr::from_bits(address));
        RawRecord {
            source: SourceKey {
                transport: Transport::Udp,
                origin: Origin::Address(address),
            },
            received_at: Timestamp::from_second(second).unwrap(),
            peer: Some((address, 514).into()),
            certificate: None,
            path: None,
            bytes: b"x".as_slice().into(),
            decode_as: crate::DecodeAs::Auto,
            is_cut: false,
        }
    }

    #[test]
    fn rates_are_of_the_last_full_minute() {
        let sources = Sources::default();
        let seconds = [0, 10, 59, 60, 61, 200];
        for second in seconds {
            sources.received(&[record(1, second)]);
        }
        let key = record(1, 0).source;
        let at = |second| {
            sources
                .get(key)
                .per_minute(Timestamp::from_second(second).unwrap())
        };
        assert_eq!((at(201), at(240), at(300)), (0, 1, 0));
        sources.received(&[record(1, 241), record(1, 242)]);
        assert_eq!((at(250), at(300)), (1, 2));
        assert_eq!(sources.get(key).received, 8);
    }

    #[test]
    fn invented_addresses_do_not_fill_memory() {
        let sources = Sources::default();
        let known = record(u32::MAX, 0).source;
        sources.expect(known);
        let most = u32::try_from(MOST_SOURCES).unwrap();
        for address in 1..most + 5_000 {
            sources.received(&[record(address, 0)]);
        }
        let all = sources.all();
        assert_eq!(all.len(), MOST_SOURCES + 1);
        assert_eq!(sources.get(record(0, 0).source).received, 5_000);
        sources.received(&[record(u32::MAX, 0)]);
        assert_eq!(sources.get(known).received, 1);
    }
}
