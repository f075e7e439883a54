//! What is known of one user, host or address.

/// The last events of a stretch of time that are remembered for a volume.
const MOST_RECENT: usize = 8;

/// A day on which there was something: 16 bytes.
#[expect(clippy::struct_field_names, reason = "what day it is, is its day")]
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Day {
    /// Days since 1970-01-01, local time.
    pub(super) day: i32,
    /// How many events.
    pub(super) events: u32,
    /// A bit for each hour in which there was something, the volume of the day, or that of its
    /// fullest hour; nothing where values are learned.
    pub(super) amount: u64,
}

/// A value that was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Value {
    pub(super) number: u64,
    /// The first and the last day.
    pub(super) first: i32,
    pub(super) last: i32,
    /// On how many days, as they came one behind the other.
    pub(super) days: u32,
    pub(super) text: Box<str>,
}

/// The stretch of time that a volume is in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Stretch {
    /// The last two hours in which there was something, and how much.
    pub(super) hours: [(i32, u64); 2],
    /// The day or hour that was told of, and from how much on it is told again.
    pub(super) told: (i32, u64),
    /// The day or hour of the recent events.
    pub(super) of: i32,
    /// The last events.
    pub(super) recent: Vec<u64>,
}

/// What is known of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Entity {
    /// The values of the fields it is told by.
    pub(super) name: Box<str>,
    /// The day it was first seen on.
    pub(super) since: i32,
    /// In order.
    pub(super) days: Vec<Day>,
    pub(super) values: Vec<Value>,
    /// Only for volumes.
    pub(super) stretch: Option<Box<Stretch>>,
}

impl Entity {
    pub(super) fn new(name: &str, day: i32) -> Self {
        Self {
            name: name.into(),
            since: day,
            days: Vec::with_capacity(1),
            values: Vec::new(),
            stretch: None,
        }
    }

    /// The last day on which there was something.
    pub(super) fn newest(&self) -> i32 {
        self.days.last().map_or(i32::MIN, |day| day.day)
    }

    /// The days before one.
    pub(super) fn before(&self, day: i32) -> &[Day] {
        let place = self.days.partition_point(|known| known.day < day);
        self.days.get(..place).unwrap_or_default()
    }

    /// The day, made where there was nothing on it yet.
    pub(super) fn day(&mut self, day: i32) -> Option<&mut Day> {
        let place = self.days.partition_point(|known| known.day < day);
        if self.days.get(place).is_none_or(|known| known.day != day) {
            let new = Day {
                day,
                events: 0,
                amount: 0,
            };
            self.days.insert(place, new);
        }
        self.days.get_mut(place)
    }

    /// Lets go of what was before a day.
    pub(super) fn forget_before(&mut self, oldest: i32) {
        if self.days.first().is_some_and(|day| day.day < oldest) {
            self.days.retain(|day| day.day >= oldest);
        }
        if self.values.iter().any(|value| value.last < oldest) {
            self.values.retain(|value| value.last >= oldest);
        }
    }

    /// About how many bytes it takes, with its place in a map.
    pub(super) fn bytes(&self) -> usize {
        let values = self.values.iter();
        let values = values.map(|value| size_of::<Value>() + value.text.len());
        let stretch = self.stretch.as_ref();
        let stretch = stretch.map_or(0, |stretch| {
            size_of::<Stretch>() + stretch.recent.capacity() * size_of::<u64>()
        });
        size_of::<(u64, Self)>()
            + self.name.len()
            + self.days.capacity() * size_of::<Day>()
            + values.sum::<usize>()
            + stretch
    }
}

impl Stretch {
    /// Adds to an hour, and says how much it is; none where two later ones are known.
    pub(super) fn add(&mut self, hour: i32, amount: u64) -> Option<u64> {
        let [older, newer] = &mut self.hours;
        if hour > newer.0 {
            *older = *newer;
            *newer = (hour, 0);
        }
        let slot = if hour == newer.0 {
            newer
        } else if hour >= older.0 {
            if hour > older.0 {
                *older = (hour, 0);
            }
            older
        } else {
            return None;
        };
        slot.1 = slot.1.saturating_add(amount);
        Some(slot.1)
    }

    /// Remembers an event, and gives those of its stretch.
    pub(super) fn remember(&mut self, of: i32, event: u64) -> Vec<u64> {
        if of < self.of {
            return vec![event];
        }
        if of > self.of {
            self.of = of;
            self.recent.clear();
        }
        if self.recent.len() >= MOST_RECENT {
            self.recent.remove(0);
        }
        self.recent.push(event);
        self.recent.clone()
    }

    /// Whether so much is to be told: when it is above what is usual, and again whenever it has
    /// doubled.
    pub(super) fn tells(&mut self, of: i32, amount: u64) -> bool {
        if self.told.0 == of && amount < self.told.1 {
            return false;
        }
        self.told = (of, amount.saturating_mul(2));
        true
    }
}
