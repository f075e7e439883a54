//! Rules on messages: each goes through its parser, and the event through all rules.

use std::collections::BTreeSet;

use jiff::{SignedDuration, tz};
use xinglin_detect::{
    Engine, Pipelines, RuleSet, View,
    baseline::{BaselineSettings, Baselines},
    correlate::{Alert, CorrelationSettings, Correlator, Hit},
    naive::Facts,
    rule::{Baseline, Correlation, Meta},
};

use super::sample::{Message, Sample, Samples};
use crate::{Memory, Parsers, Settings};

/// Which rule is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One for single events.
    Rule(usize),
    /// One for how matches meet.
    Correlation(usize),
    /// One for what is usual.
    Baseline(usize),
}

impl Kind {
    fn is_rule(self) -> bool {
        matches!(self, Self::Rule(_))
    }
}

/// All rules, and what messages need to reach them.
pub(super) struct Trial<'p> {
    parsers: &'p Parsers,
    pipelines: Pipelines,
    engine: Engine,
    correlations: Vec<Correlation>,
    baselines: Vec<Baseline>,
    settings: Settings,
}

/// What came of a sample.
#[derive(Debug, Default)]
struct Outcome {
    /// Rules that matched some event.
    matched: BTreeSet<usize>,
    /// Correlations that were met.
    met: BTreeSet<usize>,
    /// Baselines that something was unusual for.
    departed: BTreeSet<usize>,
    /// Rules whose log source some event was of.
    reached: BTreeSet<usize>,
    /// Messages that no parser reads.
    unread: usize,
}

impl<'p> Trial<'p> {
    pub(super) fn new(set: RuleSet, pipelines: Pipelines, parsers: &'p Parsers) -> Self {
        let zone = tz::offset(8).to_time_zone();
        let settings = xinglin_detect::Settings {
            zone: zone.clone(),
            ..xinglin_detect::Settings::default()
        };
        Self {
            parsers,
            engine: Engine::new(set.rules, pipelines.clone(), settings),
            pipelines,
            correlations: set.correlations,
            baselines: set.baselines,
            settings: Settings {
                zone,
                ..Settings::default()
            },
        }
    }

    fn correlator(&self) -> Correlator {
        let settings = CorrelationSettings::default();
        Correlator::new(self.correlations.clone(), self.engine.rules(), settings)
    }

    fn baselines(&self) -> Baselines {
        let settings = BaselineSettings::default();
        Baselines::new(self.baselines.clone(), self.engine.rules(), settings)
    }

    /// All rules and what they say of themselves.
    pub(super) fn all(&self) -> Vec<(Kind, Meta)> {
        let rules = self.engine.rules().iter().enumerate();
        let rules = rules.map(|(place, rule)| (Kind::Rule(place), rule.meta.clone()));
        let correlations = self.correlations.iter().enumerate();
        let correlations =
            correlations.map(|(place, rule)| (Kind::Correlation(place), rule.meta.clone()));
        let baselines = self.baselines.iter().enumerate();
        let baselines = baselines.map(|(place, rule)| (Kind::Baseline(place), rule.meta.clone()));
        rules.chain(correlations).chain(baselines).collect()
    }

    /// Whether a rule speaks through others only.
    pub(super) fn is_silent(&self, kind: Kind) -> bool {
        let correlator = self.correlator();
        match kind {
            Kind::Rule(place) => correlator.is_silent(place) || self.baselines().is_silent(place),
            Kind::Correlation(place) => correlator.is_silent_correlation(place),
            Kind::Baseline(_) => false,
        }
    }

    /// What is wrong with rules before any message comes.
    pub(super) fn complaints(&self) -> Vec<(Meta, String)> {
        let meta = |place: usize| Some(self.engine.rules().get(place)?.meta.clone());
        let unrouted = self.engine.unrouted().filter_map(meta);
        let unrouted = unrouted.map(|meta| {
            let reason = "no pipeline lists its log source: it matches nothing".to_owned();
            (meta, reason)
        });
        let always = self.engine.always_evaluated().filter_map(meta);
        let always = always.map(|meta| {
            let reason = "it asks for nothing that must be there: name a field and its value";
            (meta, reason.to_owned())
        });
        unrouted.chain(always).collect()
    }

    /// What is wrong with the samples of a rule, or with the rule.
    pub(super) fn complaints_of(&mut self, kind: Kind, samples: &Samples) -> Vec<String> {
        let mut complaints = Vec::new();
        for (word, list) in [("hit", &samples.hit), ("miss", &samples.miss)] {
            for (place, sample) in list.iter().enumerate() {
                if let Err(reason) = self.complaint(kind, word == "hit", sample) {
                    complaints.push(format!(
                        "{}: {reason}",
                        format_args!("{word} sample {}", place + 1)
                    ));
                }
            }
        }
        complaints
    }

    fn complaint(&mut self, kind: Kind, must_hit: bool, sample: &Sample) -> Result<(), String> {
        let messages = sample.messages()?;
        let outcome = self.outcome(&messages);
        if outcome.unread > 0 {
            return Err("no parser reads it".to_owned());
        }
        let has_hit = match kind {
            Kind::Rule(place) => outcome.matched.contains(&place),
            Kind::Correlation(place) => outcome.met.contains(&place),
            Kind::Baseline(place) => outcome.departed.contains(&place),
        };
        let is_near = self.is_near(kind, &outcome);
        match (must_hit, has_hit) {
            (true, false) if !is_near && kind.is_rule() => {
                Err("the rule does not match: the event is not of its log source".to_owned())
            }
            (true, false) if !is_near => {
                Err("the rule does not match: no rule it is about matches".to_owned())
            }
            (true, false) => Err(format!("the rule does not match{}", self.shown(&messages))),
            (false, true) => Err("the rule matches, and must not".to_owned()),
            (false, false) if !is_near && kind.is_rule() => {
                let reason = "it says nothing, since the event is not of the rule's log source";
                Err(reason.to_owned())
            }
            (false, false) if !is_near => {
                Err("it says nothing, since no rule it is about matches".to_owned())
            }
            _ => Ok(()),
        }
    }

    /// Whether a sample came so far that its outcome says something of the rule.
    fn is_near(&self, kind: Kind, outcome: &Outcome) -> bool {
        let about = match kind {
            Kind::Rule(place) => return outcome.reached.contains(&place),
            Kind::Correlation(place) => self.correlations.get(place).map(|own| &own.rules),
            Kind::Baseline(place) => self.baselines.get(place).map(|own| &own.rules),
        };
        about.into_iter().flatten().any(|name| {
            let is_called = |meta: &Meta| meta.is_called(name);
            let mut matched = outcome.matched.iter();
            let mut met = outcome.met.iter();
            let rules = self.engine.rules();
            let other = |at: &usize| self.correlations.get(*at).map(|rule| &rule.meta);
            matched.any(|at| rules.get(*at).is_some_and(|rule| is_called(&rule.meta)))
                || met.any(|at| other(at).is_some_and(is_called))
        })
    }

    fn outcome(&mut self, messages: &[Message]) -> Outcome {
        let mut outcome = Outcome::default();
        let mut memory = Memory::default();
        let mut correlator = self.correlator();
        let mut baselines = self.baselines();
        let mut departures = Vec::new();
        let mut alerts: Vec<Alert> = Vec::new();
        let mut matched = Vec::new();
        for (number, message) in (0_u64..).zip(messages) {
            let (text, at) = (&message.text, message.at);
            let parsed = self.parsers.parse(text, at, &self.settings, &mut memory);
            // Lines that declare the columns of a file are no event.
            if parsed.parser.is_none() && !text.starts_with('#') {
                outcome.unread += 1;
            }
            let event = &parsed.event;
            let view = View::of(event, &self.pipelines);
            let rules = self.engine.rules().iter().enumerate();
            let reached = rules.filter(|(_, rule)| view.is_for(rule));
            outcome.reached.extend(reached.map(|(place, _)| place));
            self.engine.push(event, &mut matched);
            outcome.matched.extend(&matched);
            let facts = Facts::new(event, &view, &self.settings.zone);
            for rule in &matched {
                let hit = Hit {
                    rule: *rule,
                    event: number,
                    at: event.at,
                    received_at: at,
                };
                let value = |name: &str| facts.values(name).next().map(str::to_owned);
                correlator.push(hit, value, &mut alerts);
                baselines.push(hit, value, &mut departures);
            }
        }
        // What waits for the end of its time gets it.
        if let Some(last) = messages.last() {
            let spans = self.correlations.iter().map(|rule| rule.seconds);
            let seconds = spans.max().unwrap_or_default().saturating_add(3_600);
            let end = last.at.checked_add(SignedDuration::from_secs(seconds));
            correlator.advance(end.unwrap_or(last.at), &mut alerts);
        }
        outcome.departed = departures.iter().map(|one| one.baseline).collect();
        outcome.met = alerts.iter().map(|alert| alert.correlation).collect();
        outcome
    }

    /// What was read of the first message, for whoever looks for the reason.
    fn shown(&self, messages: &[Message]) -> String {
        let Some(message) = messages.first() else {
            return String::new();
        };
        let mut memory = Memory::default();
        let (text, at) = (&message.text, message.at);
        let parsed = self.parsers.parse(text, at, &self.settings, &mut memory);
        let fields = parsed.event.fields.iter();
        let fields = fields.map(|field| {
            let value = field.value.to_text();
            format!("\n    {}: {value}", field.name.as_str())
        });
        let at = self.settings.zone.to_datetime(parsed.event.at);
        let fields: String = fields.collect();
        format!("; what was read of its first message:\n    @timestamp: {at}{fields}")
    }
}
