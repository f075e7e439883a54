//! Rules evaluated as they are written, one test after the other.
//!
//! This is what the compiled engine is measured by, and what explains a match: it says which
//! selection held, and where in which value. It is slow on purpose.

use std::ops::Range;

use jiff::tz::TimeZone;

use crate::{
    matching,
    pipeline::View,
    record::{Datum, Record},
    rule::{Expr, Matcher, Rule, Test},
};

/// An event by the names of rules.
#[derive(Debug, Clone)]
pub struct Facts {
    fields: Vec<Fact>,
    text: Option<String>,
    zone: TimeZone,
    view: View,
}

/// A value of an event by the name rules have for it.
#[derive(Debug, Clone)]
struct Fact {
    /// All names that rules may use.
    names: Vec<String>,
    /// The name the event has.
    own: String,
    /// None is null.
    value: Option<String>,
    /// Whether it is no field of the event but its time.
    is_time: bool,
}

/// Why a rule matched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Explanation {
    /// The selections that held, by name, in the order of the rule.
    pub selections: Vec<Held>,
}

/// A selection that held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    /// Its name.
    pub name: String,
    /// The tests of it that passed on a value.
    pub hits: Vec<Hit>,
}

/// A test that passed on a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hit {
    /// The field as the event has it; none where it is the text of the event.
    pub field: Option<String>,
    /// The value.
    pub value: String,
    /// The bytes of the value that made it pass; none where that is the whole field.
    pub places: Vec<Range<usize>>,
}

impl Facts {
    /// Reads an event by a view, in this zone.
    pub fn new(record: &impl Record, view: &View, zone: &TimeZone) -> Self {
        let mut fields = Vec::new();
        let mut buffer = String::new();
        record.each_field(|name, datum: Datum<'_>| {
            fields.push(Fact {
                names: view.names_of(name),
                own: name.to_owned(),
                value: datum.as_text(&mut buffer).map(str::to_owned),
                is_time: false,
            });
        });
        let at = zone.to_datetime(record.at()).to_string();
        fields.push(Fact {
            names: view.names_of(crate::pipeline::TIME),
            own: crate::pipeline::TIME.to_owned(),
            value: Some(at),
            is_time: true,
        });
        let text = record.text().filter(|_| view.searches_text());
        Self {
            fields,
            text: text.map(str::to_owned),
            zone: zone.clone(),
            view: view.clone(),
        }
    }

    /// Whether a rule matches.
    pub fn matches(&self, rule: &Rule) -> bool {
        rule.condition.holds(&mut |place| {
            let selection = rule.selections.get(*place);
            selection.is_some_and(|selection| self.holds(&selection.expr))
        })
    }

    /// Why a rule matches; none when it does not.
    pub fn explain(&self, rule: &Rule) -> Option<Explanation> {
        if !self.matches(rule) {
            return None;
        }
        let held = rule
            .selections
            .iter()
            .filter(|selection| self.holds(&selection.expr));
        let held = held.map(|selection| {
            let mut hits = Vec::new();
            selection.expr.each(&mut |test| self.hits(test, &mut hits));
            let mut unique: Vec<Hit> = Vec::with_capacity(hits.len());
            for hit in hits {
                if !unique.contains(&hit) {
                    unique.push(hit);
                }
            }
            Held {
                name: selection.name.clone(),
                hits: unique,
            }
        });
        Some(Explanation {
            selections: held.collect(),
        })
    }

    /// The values of a field by the name a rule has for it.
    pub fn values(&self, field: &str) -> impl Iterator<Item = &str> {
        let facts = self.facts(field);
        facts.filter_map(|fact| fact.value.as_deref())
    }

    fn facts(&self, field: &str) -> impl Iterator<Item = &Fact> {
        let is_called = move |fact: &&Fact| fact.names.iter().any(|name| name == field);
        self.fields.iter().filter(is_called)
    }

    fn holds(&self, expr: &Expr<Test>) -> bool {
        expr.holds(&mut |test| self.passes(test))
    }

    fn passes(&self, test: &Test) -> bool {
        let Some(field) = &test.field else {
            let values = self.fields.iter().filter(|fact| !fact.is_time);
            let mut values = values
                .filter_map(|fact| fact.value.as_deref())
                .chain(self.text.as_deref());
            return values.any(|value| test.matcher.passes(value, &self.zone));
        };
        match &test.matcher {
            Matcher::Exists => self.facts(field).next().is_some(),
            Matcher::Null => {
                let mut facts = self.facts(field).peekable();
                facts.peek().is_none() || facts.any(|fact| fact.value.is_none())
            }
            Matcher::Field {
                other,
                place,
                cased,
            } => {
                let stands = |value: &str| {
                    let mut others = self.values(other);
                    others.any(|other| matching::stands(value, other, *place, *cased))
                };
                self.values(field).any(stands)
            }
            matcher => {
                let is_passed = |value: &str| matcher.passes(value, &self.zone);
                self.values(field).any(is_passed)
                    || self.view.is_absent(matcher) && self.facts(field).next().is_none()
            }
        }
    }

    fn hits(&self, test: &Test, hits: &mut Vec<Hit>) {
        let mut hit = |own: Option<&String>, value: &str| {
            hits.push(Hit {
                field: own.cloned(),
                value: value.to_owned(),
                places: test.matcher.places(value),
            });
        };
        if test.field.is_none()
            && let Some(text) = &self.text
            && test.matcher.passes(text, &self.zone)
        {
            hit(None, text);
        }
        for fact in &self.fields {
            let is_meant = match &test.field {
                Some(field) => fact.names.contains(field),
                None => !fact.is_time,
            };
            let Some(value) = fact.value.as_deref().filter(|_| is_meant) else {
                continue;
            };
            let passes = match &test.matcher {
                Matcher::Field {
                    other,
                    place,
                    cased,
                } => {
                    let mut others = self.values(other);
                    others.any(|other| matching::stands(value, other, *place, *cased))
                }
                matcher => matcher.passes(value, &self.zone),
            };
            if passes {
                hit(Some(&fact.own), value);
            }
        }
    }
}
