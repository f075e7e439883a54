//! Rules, correlations and baselines together: what a program runs over its events.

use jiff::Timestamp;

use crate::{
    baseline::{BaselineSettings, Baselines, Departure},
    correlate::{Alert, CorrelationSettings, Correlator, Hit, StateError},
    engine::{Engine, Settings},
    naive::Explanation,
    pipeline::Pipelines,
    record::{Datum, Record},
    rule::{Baseline, Correlation, Rule, RuleSet},
};

/// What an event, or time, brought about.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// The rules that match the event and speak for themselves, by number and in order.
    pub rules: Vec<usize>,
    /// The matches that met.
    pub alerts: Vec<Alert>,
    /// What was unusual.
    pub departures: Vec<Departure>,
}

/// An engine, and a correlator and baselines that are told of its matches.
///
/// The same events in the same order, from the same state, bring about the same.
#[derive(Debug)]
pub struct Detector {
    engine: Engine,
    correlator: Correlator,
    correlations: Vec<Correlation>,
    baselines: Baselines,
    /// The fields that correlations and baselines ask for, in order.
    wanted: Vec<String>,
    values: Vec<Option<String>>,
}

impl Detector {
    /// Compiles a set of rules that is [finished](RuleSet::finish).
    pub fn new(
        set: RuleSet,
        pipelines: Pipelines,
        settings: Settings,
        correlation_settings: CorrelationSettings,
    ) -> Self {
        let RuleSet {
            rules,
            correlations,
            baselines,
            ..
        } = set;
        let mut wanted: Vec<String> = correlations.iter().flat_map(Correlation::fields).collect();
        wanted.extend(baselines.iter().flat_map(Baseline::fields));
        wanted.sort_unstable();
        wanted.dedup();
        let correlator = Correlator::new(correlations.clone(), &rules, correlation_settings);
        let baselines = Baselines::new(baselines, &rules, BaselineSettings::default());
        Self {
            baselines,
            engine: Engine::with_wanted(rules, pipelines, settings, wanted.clone()),
            correlator,
            correlations,
            values: vec![None; wanted.len()],
            wanted,
        }
    }

    /// Takes an event: its number as the caller counts, and when it was received.
    pub fn push(
        &mut self,
        record: &impl Record,
        event: u64,
        received_at: Timestamp,
        found: &mut Found,
    ) {
        found.alerts.clear();
        found.departures.clear();
        self.engine.push(record, &mut found.rules);
        let mut is_read = false;
        for rule in &found.rules {
            if !self.correlator.listens(*rule) && !self.baselines.listens(*rule) {
                continue;
            }
            if !std::mem::replace(&mut is_read, true) {
                self.engine.wanted(record, &mut self.values);
            }
            let hit = Hit {
                rule: *rule,
                event,
                at: record.at(),
                received_at,
            };
            let (wanted, values) = (&self.wanted, &self.values);
            let value = |name: &str| {
                let place = wanted.binary_search_by(|known| known.as_str().cmp(name));
                values.get(place.ok()?)?.clone()
            };
            self.correlator.push(hit, value, &mut found.alerts);
            self.baselines.push(hit, value, &mut found.departures);
        }
        self.quieten(found);
    }

    /// Tells the time when nothing comes: some correlations wait for it to pass.
    pub fn advance(&mut self, now: Timestamp, found: &mut Found) {
        found.rules.clear();
        found.alerts.clear();
        found.departures.clear();
        self.correlator.advance(now, &mut found.alerts);
        self.quieten(found);
    }

    /// Takes out what speaks only through correlations or baselines.
    fn quieten(&self, found: &mut Found) {
        let (correlator, baselines) = (&self.correlator, &self.baselines);
        found
            .rules
            .retain(|rule| !correlator.is_silent(*rule) && !baselines.is_silent(*rule));
        found
            .alerts
            .retain(|alert| !correlator.is_silent_correlation(alert.correlation));
    }

    /// Why a rule matches an event, with the places in its values; none when it does not.
    pub fn explain(&self, record: &impl Record, rule: usize) -> Option<Explanation> {
        self.engine.explain(record, rule)
    }

    /// Calls `each` with the values of fields that a rule asks for, by the names it has for them;
    /// of the event that was pushed last.
    pub fn each_asked<'r>(
        &self,
        record: &'r impl Record,
        rule: usize,
        each: impl FnMut(&str, Datum<'r>),
    ) {
        self.engine.each_asked(record, rule, each);
    }

    /// The rules, whose places are their numbers.
    pub fn rules(&self) -> &[Rule] {
        self.engine.rules()
    }

    /// The correlations, whose places are their numbers.
    pub fn correlations(&self) -> &[Correlation] {
        &self.correlations
    }

    /// Whether times matter beyond the event at hand.
    pub fn has_correlations(&self) -> bool {
        !self.correlations.is_empty() || !self.baselines.is_empty()
    }

    /// The baselines, for what they say of themselves.
    pub fn baselines(&self) -> &Baselines {
        &self.baselines
    }

    /// The engine, for what it says of itself.
    pub fn engine(&self) -> &Engine {
        &self.engine
    }

    /// The correlator, for what it says of itself.
    pub fn correlator(&self) -> &Correlator {
        &self.correlator
    }

    /// Writes what correlations wait for; the engine has nothing to remember.
    pub fn save(&self) -> Vec<u8> {
        self.correlator.save()
    }

    /// Goes on from a state; correlations that were changed since begin anew.
    ///
    /// # Errors
    ///
    /// When the bytes are no state: then nothing has changed.
    pub fn load(&mut self, state: &[u8]) -> Result<(), StateError> {
        self.correlator.load(state)
    }
}
