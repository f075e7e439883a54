//! Detection over events in the order of receipt: rules, correlations, baselines, exceptions,
//! indicators.
//! No I/O: what it finds waits in [`Pending`] until it is committed together with the place in
//! the stream.

mod unusual;

use std::{
    cell::OnceCell,
    collections::{BTreeSet, HashMap},
    sync::Arc,
    time::Instant,
};

use jiff::{SignedDuration, Timestamp, tz::TimeZone};
use xinglin_core::Event;
use xinglin_detect::{
    Datum, Engine, Pipelines, Record, RuleSet, Settings, View,
    baseline::{BaselineSettings, Baselines, Departure},
    correlate::{self, CorrelationSettings, Correlator, Hit},
    naive::Facts,
};
use xinglin_lake::StoredEvent;
use xinglin_store::detection::DetectionException;

use super::{
    book::{KnownRule, RuleBook},
    draft::{Pending, Raised},
    entities,
    indicators::Table,
    quiet::Quiet,
    trial::ShownEvent,
};

/// What correlations may hold in memory. It is stored with every alert.
const BOUNDS: CorrelationSettings = CorrelationSettings {
    lateness_seconds: 600,
    most_groups: 50_000,
    most_hits: 2_000,
};
/// Users, hosts or addresses that a baseline may know, and values of each. A thousand bytes each
/// are about what they take.
const MOST_ENTITIES: usize = 10_000;
const MOST_VALUES: usize = 200;
/// What the engine may remember of values.
const MEMO_BYTES: usize = 16 << 20;

/// One of so many events is looked at by each rule alone, to tell what rules cost.
const MEASURED: u64 = 512;

/// What a rule cost: nanoseconds, and events it was measured on.
pub(crate) type Cost = (u64, u64);

/// Rules, and what they wait for.
pub(crate) struct Runner {
    engine: Engine,
    correlator: Correlator,
    pub(crate) baselines: Baselines,
    pipelines: Arc<Pipelines>,
    zone: TimeZone,
    window: SignedDuration,
    pub(crate) book: Arc<RuleBook>,
    /// Places in the book of the engine's rules, of correlations and of baselines.
    rules: Vec<usize>,
    correlations: Vec<usize>,
    learners: Vec<usize>,
    pub(crate) quiet: Quiet,
    pub(crate) indicators: Arc<Table>,
    pub(crate) pending: Pending,
    matched: Vec<usize>,
    met: Vec<correlate::Alert>,
    departed: Vec<Departure>,
    looked: u64,
    /// By rule of the engine.
    costs: Vec<Cost>,
}

/// The fields by which matches met, with the event that made them meet.
struct Together<'a> {
    group: &'a [(String, Option<String>)],
    event: Option<&'a Event<'static>>,
    at: Timestamp,
}

impl Record for Together<'_> {
    fn each_field<'r>(&'r self, mut each: impl FnMut(&'r str, Datum<'r>)) {
        for (name, value) in self.group {
            each(name, value.as_deref().map_or(Datum::Null, Datum::Text));
        }
        if let Some(event) = self.event {
            event.each_field(each);
        }
    }

    fn text(&self) -> Option<&str> {
        self.event.map(|event| event.text.as_ref())
    }

    fn at(&self) -> Timestamp {
        self.at
    }
}

impl Runner {
    /// Compiles the rules that speak, and those that correlations need.
    pub(crate) fn new(
        set: RuleSet,
        book: Arc<RuleBook>,
        pipelines: Arc<Pipelines>,
        window: SignedDuration,
    ) -> Self {
        // What others speak for stays silent when those are switched off.
        let silent = silent(&set);
        let speaks = |key: &str| {
            let is_enabled = book.get(key).is_some_and(|rule| rule.enabled);
            is_enabled && !silent.contains(key)
        };
        let set = speaking(set, &speaks);
        Self::of(set, book, pipelines, window)
    }

    /// Compiles these rules.
    pub(crate) fn of(
        set: RuleSet,
        book: Arc<RuleBook>,
        pipelines: Arc<Pipelines>,
        window: SignedDuration,
    ) -> Self {
        let places = |keys: Vec<&str>| {
            let places = keys
                .into_iter()
                .map(|key| book.place(key).unwrap_or(usize::MAX));
            places.collect()
        };
        let rules = places(set.rules.iter().map(|rule| rule.meta.key()).collect());
        let keys = set.correlations.iter().map(|rule| rule.meta.key());
        let correlations = places(keys.collect());
        let keys = set.baselines.iter().map(|rule| rule.meta.key());
        let learners = places(keys.collect());
        let learning = BaselineSettings {
            most_entities: MOST_ENTITIES,
            most_values: MOST_VALUES,
            ..BaselineSettings::default()
        };
        let baselines = Baselines::new(set.baselines, &set.rules, learning);
        let zone = jiff::tz::offset(8).to_time_zone();
        let correlator = Correlator::new(set.correlations, &set.rules, BOUNDS);
        let settings = Settings {
            zone: zone.clone(),
            memo_bytes: MEMO_BYTES,
        };
        let engine = Engine::new(set.rules, pipelines.as_ref().clone(), settings);
        Self {
            engine,
            correlator,
            baselines,
            pipelines,
            zone,
            window,
            book,
            rules,
            correlations,
            learners,
            quiet: Quiet::default(),
            indicators: Arc::default(),
            pending: Pending::default(),
            matched: Vec::new(),
            met: Vec::new(),
            departed: Vec::new(),
            looked: 0,
            costs: Vec::new(),
        }
    }

    /// What correlations wait for.
    pub(crate) fn save(&self) -> Vec<u8> {
        self.correlator.save()
    }

    /// Goes on from what correlations waited for.
    pub(crate) fn load(&mut self, state: &[u8]) {
        if let Err(error) = self.correlator.load(state) {
            tracing::error!(%error, "correlations begin anew");
        }
    }

    /// Looks at events, in the order of receipt.
    pub(crate) fn look(&mut self, events: &[StoredEvent]) {
        for stored in events {
            let mut matched = std::mem::take(&mut self.matched);
            self.engine.push(&stored.event, &mut matched);
            if !matched.is_empty() {
                self.matches(stored, &matched);
            }
            self.matched = matched;
            self.seen(stored);
            self.looked += 1;
            if self.looked.is_multiple_of(MEASURED) {
                self.measure(stored);
            }
        }
        if let Some(last) = events.last() {
            self.advance(last.received_at);
        }
    }

    /// Tells the time: what correlations waited for is looked at.
    pub(crate) fn advance(&mut self, now: Timestamp) {
        let mut met = std::mem::take(&mut self.met);
        self.correlator.advance(now, &mut met);
        for alert in met.drain(..) {
            self.together(&alert, None);
        }
        self.met = met;
    }

    /// What rules cost, by their keys.
    pub(crate) fn costs(&self) -> impl Iterator<Item = (&str, Cost)> {
        let costs = self.costs.iter().zip(&self.rules);
        let costs = costs.filter(|((_, events), _)| *events > 0);
        costs.filter_map(|(cost, place)| Some((self.book.rules.get(*place)?.key.as_str(), *cost)))
    }

    /// Has each rule look at an event by itself, as if there were no other.
    fn measure(&mut self, stored: &StoredEvent) {
        let view = View::of(&stored.event, &self.pipelines);
        let facts = Facts::new(&stored.event, &view, &self.zone);
        let rules = self.engine.rules();
        self.costs.resize(rules.len(), (0, 0));
        for (rule, (nanoseconds, events)) in rules.iter().zip(&mut self.costs) {
            if !view.is_for(rule) {
                continue;
            }
            let begin = Instant::now();
            std::hint::black_box(facts.matches(rule));
            let took = begin.elapsed().as_nanos();
            *nanoseconds += u64::try_from(took).unwrap_or(u64::MAX);
            *events += 1;
        }
    }

    fn matches(&mut self, stored: &StoredEvent, matched: &[usize]) {
        let facts = OnceCell::new();
        let seen = || {
            let view = View::of(&stored.event, &self.pipelines);
            Facts::new(&stored.event, &view, &self.zone)
        };
        let mut met = std::mem::take(&mut self.met);
        let mut departed = std::mem::take(&mut self.departed);
        let day = self.day(stored.received_at);
        for number in matched {
            let place = self.rules.get(*number).copied().unwrap_or(usize::MAX);
            let Some(rule) = self.book.rules.get(place) else {
                continue;
            };
            let quiet = if self.quiet.has(&rule.key) {
                self.quiet.of_match(&rule.key, facts.get_or_init(seen))
            } else {
                None
            };
            let received = stored.received_at;
            self.pending
                .count(&rule.key, day, received, quiet.is_some());
            if let Some(id) = quiet {
                *self.pending.quieted.entry(id).or_default() += 1;
                continue;
            }
            if self.correlator.listens(*number) || self.baselines.listens(*number) {
                let hit = Hit {
                    rule: *number,
                    event: stored.sequence,
                    at: stored.event.at,
                    received_at: received,
                };
                let facts = facts.get_or_init(seen);
                let value = |name: &str| facts.values(name).next().map(str::to_owned);
                self.correlator.push(hit, value, &mut met);
                self.baselines.push(hit, value, &mut departed);
            }
            let is_silent = self.correlator.is_silent(*number) || self.baselines.is_silent(*number);
            if rule.enabled && !is_silent {
                self.pending.raise(of_event(rule, stored), self.window);
            }
        }
        for alert in met.drain(..) {
            self.together(&alert, Some(stored));
        }
        self.met = met;
        for departure in departed.drain(..) {
            self.unusual(&departure, stored);
        }
        self.departed = departed;
    }

    /// Matches that met, by the event that made them meet where it was one.
    fn together(&mut self, alert: &correlate::Alert, stored: Option<&StoredEvent>) {
        let place = self.correlations.get(alert.correlation).copied();
        let Some(rule) = place.and_then(|place| self.book.rules.get(place)) else {
            return;
        };
        let quiet = self.quiet.has(&rule.key).then(|| {
            let record = Together {
                group: &alert.group,
                event: stored.map(|stored| &stored.event),
                at: alert.last,
            };
            let view = View::of(&record, &self.pipelines);
            let facts = Facts::new(&record, &view, &self.zone);
            self.quiet.of_match(&rule.key, &facts)
        });
        let quiet = quiet.flatten();
        let at = stored.map_or(alert.last, |stored| stored.received_at);
        let day = self.day(at);
        self.pending.count(&rule.key, day, at, quiet.is_some());
        if let Some(id) = quiet {
            *self.pending.quieted.entry(id).or_default() += 1;
            return;
        }
        if !rule.enabled || self.correlator.is_silent_correlation(alert.correlation) {
            return;
        }
        let values = alert
            .group
            .iter()
            .map(|(_, value)| value.as_deref().unwrap_or_default());
        let mut about = entities::of_group(&alert.group);
        if let Some(stored) = stored {
            let of_event = entities::of_event(&stored.event, &stored.source);
            for host in of_event.into_iter().filter(|one| one.kind == "host") {
                entities::add(&mut about, host);
            }
        }
        let raised = Raised {
            rule,
            group: values.collect::<Vec<_>>().join("\u{1f}"),
            first_at: alert.first,
            last_at: alert.last,
            events: alert.events.clone(),
            entities: about,
            source: stored.map_or("", |stored| stored.source.as_str()),
            values: alert.group.clone(),
            learned: None,
        };
        self.pending.raise(raised, self.window);
    }

    /// Values of an event that are on lists.
    fn seen(&mut self, stored: &StoredEvent) {
        if self.indicators.is_empty() {
            return;
        }
        let table = Arc::clone(&self.indicators);
        table.each_in(&stored.event, &mut |kind, value| {
            let rule = kind.rule();
            let day = self.day(stored.received_at);
            self.pending
                .count(&rule.key, day, stored.received_at, false);
            let entry = self
                .pending
                .indicators
                .entry((kind.word(), value.to_owned()));
            let (hits, last) = entry.or_insert((0, stored.received_at));
            *hits += 1;
            *last = stored.received_at.max(*last);
            let mut raised = of_event(rule, stored);
            raised.group = format!("{value}\u{1f}{}", raised.group);
            raised.values = vec![(kind.word().to_owned(), Some(value.to_owned()))];
            if let Some(entity) = kind.entity(value) {
                entities::add(&mut raised.entities, entity);
            }
            self.pending.raise(raised, self.window);
        });
    }

    fn day(&self, at: Timestamp) -> jiff::civil::Date {
        self.zone.to_datetime(at).date()
    }
}

fn of_event<'r>(rule: &'r KnownRule, stored: &'r StoredEvent) -> Raised<'r> {
    Raised {
        rule,
        group: entities::group_of(&stored.event, &stored.source),
        first_at: stored.event.at,
        last_at: stored.event.at,
        events: vec![stored.sequence],
        entities: entities::of_event(&stored.event, &stored.source),
        source: &stored.source,
        values: Vec::new(),
        learned: None,
    }
}

/// Whether all of these events, with the fields by which they met, are what an exception is
/// about.
pub(crate) fn all_fit(
    events: &[ShownEvent],
    group: &[(String, Option<String>)],
    exception: &DetectionException,
    pipelines: &Pipelines,
) -> bool {
    let Ok(rule) = super::quiet::rule_of(&exception.conditions) else {
        return false;
    };
    let zone = jiff::tz::offset(8).to_time_zone();
    let fits = |shown: &ShownEvent| {
        let record = Together {
            group,
            event: Some(&shown.stored.event),
            at: shown.stored.event.at,
        };
        let view = View::of(&record, pipelines);
        Facts::new(&record, &view, &zone).matches(&rule)
    };
    !events.is_empty() && events.iter().all(fits)
}

/// Rules that speak through correlations or baselines only, by their keys.
fn silent(set: &RuleSet) -> BTreeSet<String> {
    let of_correlations = set.correlations.iter().filter(|rule| !rule.generate);
    let of_correlations = of_correlations.flat_map(|rule| &rule.rules);
    let of_baselines = set.baselines.iter().filter(|rule| !rule.generate);
    let of_baselines = of_baselines.flat_map(|rule| &rule.rules);
    let names: BTreeSet<&String> = of_correlations.chain(of_baselines).collect();
    let rules = set.rules.iter().map(|rule| &rule.meta);
    // A rule that says how grave it is may speak when those that use it are switched off.
    let rules = rules.filter(|meta| meta.level.is_none());
    let silent = rules.filter(|meta| names.iter().any(|name| meta.is_called(name)));
    silent.map(|meta| meta.key().to_owned()).collect()
}

/// Leaves out rules that are not wanted, unless a correlation or a baseline that is needs them.
pub(crate) fn speaking(mut set: RuleSet, is_enabled: &dyn Fn(&str) -> bool) -> RuleSet {
    let mut parents: HashMap<String, Vec<String>> = HashMap::new();
    for rule in &set.correlations {
        for key in [&rule.meta.id, &rule.meta.name].into_iter().flatten() {
            parents.insert(key.clone(), rule.rules.clone());
        }
    }
    let mut needed: BTreeSet<String> = BTreeSet::new();
    let speak = set
        .correlations
        .iter()
        .filter(|rule| is_enabled(rule.meta.key()));
    let mut open: Vec<String> = speak.flat_map(|rule| rule.rules.clone()).collect();
    let learn = set
        .baselines
        .iter()
        .filter(|rule| is_enabled(rule.meta.key()));
    open.extend(learn.flat_map(|rule| rule.rules.clone()));
    while let Some(name) = open.pop() {
        if needed.insert(name.clone()) {
            open.extend(parents.get(&name).cloned().unwrap_or_default());
        }
    }
    let is_kept = |meta: &xinglin_detect::rule::Meta| {
        is_enabled(meta.key()) || needed.iter().any(|name| meta.is_called(name))
    };
    set.rules.retain(|rule| is_kept(&rule.meta));
    set.correlations.retain(|rule| is_kept(&rule.meta));
    set.baselines.retain(|rule| is_kept(&rule.meta));
    set
}
