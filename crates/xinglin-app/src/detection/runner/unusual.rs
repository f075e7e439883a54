//! What baselines say is unusual, on its way to an alert.

use xinglin_detect::{
    View,
    baseline::{Departure, Figure},
    naive::Facts,
};
use xinglin_lake::StoredEvent;

use super::{Runner, Together};
use crate::detection::{draft::Raised, entities};

impl Runner {
    /// Something unusual, by the event that made it so.
    pub(super) fn unusual(&mut self, departure: &Departure, stored: &StoredEvent) {
        let place = self.learners.get(departure.baseline).copied();
        let Some(rule) = place.and_then(|place| self.book.rules.get(place)) else {
            return;
        };
        let mut values: Vec<(String, Option<String>)> = departure
            .entity
            .iter()
            .map(|(name, value)| (name.clone(), Some(value.clone())))
            .collect();
        let who: Vec<&str> = departure
            .entity
            .iter()
            .map(|(_, value)| value.as_str())
            .collect();
        let hour = self.zone.to_datetime(departure.at).hour();
        let stretch = departure.learned.stretch(hour.unsigned_abs());
        let group = format!("{}\u{1f}{stretch}", who.join("\u{1f}"));
        let about = entities::of_group(&values);
        if let Figure::Value { field, value, .. } = &departure.learned.figure {
            values.push((field.clone(), Some(value.clone())));
        }
        let quiet = self.quiet.has(&rule.key).then(|| {
            let record = Together {
                group: &values,
                event: Some(&stored.event),
                at: departure.at,
            };
            let view = View::of(&record, &self.pipelines);
            let facts = Facts::new(&record, &view, &self.zone);
            self.quiet.of_match(&rule.key, &facts)
        });
        let quiet = quiet.flatten();
        let (at, day) = (stored.received_at, self.day(stored.received_at));
        self.pending.count(&rule.key, day, at, quiet.is_some());
        if let Some(id) = quiet {
            *self.pending.quieted.entry(id).or_default() += 1;
            return;
        }
        let Ok(learned) = serde_json::to_value(&departure.learned) else {
            return;
        };
        let mut all = about;
        for one in entities::of_event(&stored.event, &stored.source) {
            entities::add(&mut all, one);
        }
        let raised = Raised {
            rule,
            group,
            first_at: departure.at,
            last_at: departure.at,
            events: departure.events.clone(),
            entities: all,
            source: &stored.source,
            values,
            learned: Some((learned, self.book.words.why(&departure.learned))),
        };
        self.pending.raise(raised, self.window);
    }
}
