//! The hits of one group, and whether they meet.

use crate::rule::{CorrelationKind, Count};

/// An alert names so many events at most.
const MOST_EVENTS: usize = 100;

/// What must meet, as numbers.
#[derive(Debug, Clone)]
pub(super) enum Need {
    /// So many hits.
    Hits(u64),
    /// So many different tags.
    Tags(u64),
    /// Tags 0, 1, 2 … up to this, one after the other.
    Chain(u64),
    /// A number of hits, or of tags, that is known when no more can come.
    Closed { count: Count, of_tags: bool },
}

impl Need {
    pub(super) fn of(kind: &CorrelationKind, rules: usize) -> Self {
        let (count, of_tags) = match kind {
            CorrelationKind::Events(count) => (count, false),
            CorrelationKind::Values(counted) => (&counted.count, true),
            CorrelationKind::Temporal(count) => (count, true),
            CorrelationKind::Ordered => {
                return Self::Chain(u64::try_from(rules).unwrap_or(u64::MAX));
            }
        };
        match (count.rising(), of_tags) {
            (Some(least), false) => Self::Hits(least.max(1)),
            (Some(least), true) => Self::Tags(least.max(1)),
            (None, of_tags) => Self::Closed {
                count: count.clone(),
                of_tags,
            },
        }
    }

    /// Whether a first hit brings about nothing, now or later.
    pub(super) fn needs_more_than_one(&self) -> bool {
        match self {
            Self::Hits(least) | Self::Tags(least) | Self::Chain(least) => *least > 1,
            Self::Closed { .. } => false,
        }
    }

    /// Whether more hits can only make it true.
    pub(super) fn is_rising(&self) -> bool {
        !matches!(self, Self::Closed { .. })
    }
}

/// A hit that is kept: 24 bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Stored {
    /// In microseconds.
    pub(super) at: i64,
    /// What is counted of it.
    pub(super) tag: u64,
    pub(super) event: u64,
}

/// Hits that met.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Fired {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) count: u64,
    pub(super) events: Vec<u64>,
}

/// The hits of a group.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Group {
    /// In the order of time; of the same time, in that of tags.
    pub(super) hits: Vec<Stored>,
    /// Nothing up to then makes it fire.
    pub(super) quiet_until: i64,
}

impl Default for Group {
    fn default() -> Self {
        Self {
            hits: Vec::with_capacity(1),
            quiet_until: i64::MIN,
        }
    }
}

impl Group {
    pub(super) fn len(&self) -> usize {
        self.hits.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        self.hits.is_empty()
    }

    /// When its newest hit was.
    pub(super) fn newest(&self) -> i64 {
        let last = self.hits.last().map_or(i64::MIN, |hit| hit.at);
        last.max(self.quiet_until)
    }

    /// Lets go of hits before a time; whether anything is left to know.
    pub(super) fn keep(&mut self, oldest: i64) -> bool {
        let gone = self.hits.partition_point(|hit| hit.at < oldest);
        self.hits.drain(..gone);
        !self.hits.is_empty() || self.quiet_until >= oldest
    }

    /// Lets go of the oldest hits beyond so many, and says how many that were.
    pub(super) fn bound(&mut self, most: usize) -> u64 {
        let gone = self.hits.len().saturating_sub(most.max(1));
        self.hits.drain(..gone);
        u64::try_from(gone).unwrap_or(u64::MAX)
    }

    /// Puts a hit where it belongs; what it makes meet.
    pub(super) fn push(
        &mut self,
        hit: Stored,
        need: &Need,
        span: i64,
        oldest: i64,
    ) -> Option<Fired> {
        let is_before = |other: &Stored| (other.at, other.tag) <= (hit.at, hit.tag);
        let place = self.hits.partition_point(is_before);
        self.hits.insert(place, hit);
        if !need.is_rising() {
            return None;
        }
        // Old hits go when they are half of all, so that each is moved seldom.
        let old = self.hits.partition_point(|other| other.at < oldest);
        if old > 0 && old * 2 >= self.hits.len() {
            self.hits.drain(..old);
        }
        if hit.at <= self.quiet_until {
            self.thin(need, hit, span);
            return None;
        }
        let place = self.hits.partition_point(is_before).checked_sub(1)?;
        let fired = match need {
            Need::Hits(least) => self.enough_hits(place, *least, span),
            Need::Tags(least) => self.enough_tags(hit, *least, span),
            Need::Chain(rules) => self.chain(place, *rules, span),
            Need::Closed { .. } => None,
        };
        if fired.is_some() {
            self.quiet_until = hit.at.saturating_add(span);
            // Whatever stretch these are in ends while it is quiet.
            self.hits.drain(..=place);
        } else {
            self.thin(need, hit, span);
        }
        fired
    }

    /// A stretch with so many hits, this one among them: the latest.
    fn enough_hits(&self, place: usize, least: u64, span: i64) -> Option<Fired> {
        let least = usize::try_from(least).ok()?;
        let first = (place + 1).saturating_sub(least);
        (first..=place).rev().find_map(|start| {
            let stretch = self.hits.get(start..start.checked_add(least)?)?;
            let from = stretch.first()?.at;
            let is_within = stretch.last()?.at.saturating_sub(from) <= span;
            is_within.then(|| self.fired(from, span, None))?
        })
    }

    /// A stretch with so many tags, this hit in it: the latest.
    fn enough_tags(&self, hit: Stored, least: u64, span: i64) -> Option<Fired> {
        let before = self.within(hit.at.saturating_sub(span), hit.at);
        let mut last_start = None;
        for start in before.iter().rev().map(|other| other.at) {
            if last_start.replace(start) == Some(start) {
                continue;
            }
            let stretch = self.within(start, start.saturating_add(span));
            // There are no more tags than hits.
            if u64::try_from(stretch.len()).unwrap_or(u64::MAX) < least {
                continue;
            }
            let count = tags(stretch);
            if count >= least {
                return self.fired(start, span, Some(count));
            }
        }
        None
    }

    /// All tags one after the other, this hit among them: begun as late, and complete as early
    /// as can be.
    fn chain(&self, place: usize, rules: u64, span: i64) -> Option<Fired> {
        let length = usize::try_from(rules).ok()?;
        let hit = self.hits.get(place)?;
        let own = usize::try_from(hit.tag).ok()?;
        // By tag: when the latest chain began that has come so far …
        let mut begun: Vec<Option<i64>> = vec![None; length];
        let from = hit.at.saturating_sub(span);
        let from = self.hits.partition_point(|other| other.at < from);
        for other in self.hits.get(from..place)? {
            let tag = usize::try_from(other.tag).ok()?;
            let start = match tag.checked_sub(1) {
                None => Some(other.at),
                Some(before) => *begun.get(before)?,
            };
            let slot = begun.get_mut(tag)?;
            *slot = start.max(*slot);
        }
        let start = match own.checked_sub(1) {
            None => hit.at,
            Some(before) => (*begun.get(before)?)?,
        };
        // … and when the chain from here on is complete.
        let mut wanted = own + 1;
        let mut end = hit.at;
        for other in self.hits.get(place + 1..)? {
            if wanted >= length || other.at.saturating_sub(start) > span {
                break;
            }
            if usize::try_from(other.tag).ok()? == wanted {
                wanted += 1;
                end = other.at;
            }
        }
        let is_whole = wanted >= length && end.saturating_sub(start) <= span;
        is_whole.then(|| self.fired(start, end.saturating_sub(start), Some(rules)))?
    }

    /// Hits from one time to another, both included.
    fn within(&self, from: i64, to: i64) -> &[Stored] {
        let start = self.hits.partition_point(|hit| hit.at < from);
        let end = self.hits.partition_point(|hit| hit.at <= to);
        self.hits.get(start..end).unwrap_or_default()
    }

    fn fired(&self, from: i64, span: i64, count: Option<u64>) -> Option<Fired> {
        let stretch = self.within(from, from.saturating_add(span));
        let hits = u64::try_from(stretch.len()).unwrap_or(u64::MAX);
        let events = stretch.iter().map(|hit| hit.event);
        Some(Fired {
            first: stretch.first()?.at,
            last: stretch.last()?.at,
            count: count.unwrap_or(hits),
            events: events.take(MOST_EVENTS).collect(),
        })
    }

    /// Lets go of hits that cannot matter any more: in a flood there are as many kept as are
    /// needed, not as many as came.
    fn thin(&mut self, need: &Need, hit: Stored, span: i64) {
        match need {
            // A stretch that reaches behind the quiet has the latest of these, as many as are
            // needed or all there are.
            Need::Hits(least) => {
                let most = usize::try_from(*least).unwrap_or(usize::MAX);
                let quiet = self
                    .hits
                    .partition_point(|other| other.at <= self.quiet_until);
                if quiet > most.saturating_mul(2).max(MOST_EVENTS) {
                    self.hits.drain(..quiet - most);
                }
            }
            // Of three hits with one tag within a span, every stretch with the middle one has one
            // of the others.
            Need::Tags(_) => {
                let hits = self.hits.iter().enumerate().rev();
                let mut same = hits.filter(|(_, other)| other.tag == hit.tag);
                let (Some((_, newest)), Some((middle, _)), Some((_, oldest))) =
                    (same.next(), same.next(), same.next())
                else {
                    return;
                };
                if newest.at.saturating_sub(oldest.at) <= span {
                    self.hits.remove(middle);
                }
            }
            Need::Chain(_) | Need::Closed { .. } => {}
        }
    }

    /// The first stretch, when it can no longer change; and whether it is as it must be. None
    /// while it can.
    #[expect(
        clippy::option_option,
        reason = "whether there was a stretch, and whether it fired"
    )]
    pub(super) fn closed(&mut self, need: &Need, span: i64, sure: i64) -> Option<Option<Fired>> {
        let Need::Closed { count, of_tags } = need else {
            return None;
        };
        let from = self.hits.first()?.at;
        if from.saturating_add(span) >= sure {
            return None;
        }
        let stretch = self.within(from, from.saturating_add(span));
        let number = if *of_tags {
            tags(stretch)
        } else {
            u64::try_from(stretch.len()).unwrap_or(u64::MAX)
        };
        let length = stretch.len();
        let fired = count
            .holds(number)
            .then(|| self.fired(from, span, Some(number)));
        self.hits.drain(..length);
        Some(fired.flatten())
    }
}

/// How many different tags there are.
fn tags(stretch: &[Stored]) -> u64 {
    let mut tags: Vec<u64> = stretch.iter().map(|hit| hit.tag).collect();
    tags.sort_unstable();
    tags.dedup();
    u64::try_from(tags.len()).unwrap_or(u64::MAX)
}
