//! By which names rules see an event of a kind.

use std::collections::{BTreeMap, BTreeSet};

use super::spec::{Pipelines, When};
use crate::{
    fold::fold,
    record::Record,
    rule::{LogSource, Matcher, Rule},
};

/// The log sources an event is of, and the names rules have for its fields.
#[derive(Debug, Clone, Default)]
pub struct View {
    /// None where every rule is for every event.
    sources: Option<Vec<LogSource>>,
    /// Names of rules by our name.
    names: BTreeMap<String, BTreeSet<String>>,
    prefixes: BTreeSet<String>,
    searches_text: bool,
    /// Values that stand for none.
    absent: BTreeSet<String>,
}

impl View {
    /// The view of an event, found directly.
    pub fn of(record: &impl Record, pipelines: &Pipelines) -> Self {
        let mut fields: Vec<(String, String)> = Vec::new();
        let mut buffer = String::new();
        record.each_field(|name, datum| {
            if let Some(text) = datum.as_text(&mut buffer) {
                fields.push((name.replace(' ', ""), text.to_owned()));
            }
        });
        let is_so = |when: &When| {
            when.iter().any(|all| {
                all.iter().all(|(field, patterns)| {
                    let also = pipelines.also.get(field);
                    let is_it = |name: &String| {
                        name == field || also.is_some_and(|also| also.contains(name))
                    };
                    let mut values = fields.iter().filter(|(name, _)| is_it(name));
                    values.any(|(_, value)| {
                        let mut patterns = patterns.iter();
                        patterns.any(|pattern| pattern.fit(value, false).is_some())
                    })
                })
            })
        };
        let active = pipelines.sources.iter().map(|source| is_so(&source.when));
        let active: Vec<bool> = active.collect();
        let views = pipelines.views.iter().map(|view| is_so(&view.when));
        let views: Vec<bool> = views.collect();
        Self::new(
            pipelines,
            |place| active.get(place).copied().unwrap_or_default(),
            |place| views.get(place).copied().unwrap_or_default(),
        )
    }

    /// The view of events for which these sources and names hold.
    pub(crate) fn new(
        pipelines: &Pipelines,
        is_active: impl Fn(usize) -> bool,
        is_seen: impl Fn(usize) -> bool,
    ) -> Self {
        if pipelines.books.is_empty() {
            return Self {
                searches_text: true,
                ..Self::default()
            };
        }
        let mut view = Self::default();
        let mut sources = Vec::new();
        let mut books = BTreeSet::new();
        for (place, source) in pipelines.sources.iter().enumerate() {
            if is_active(place) {
                books.insert(source.book);
                sources.push(source.logsource.clone());
            }
        }
        for book in books.iter().filter_map(|book| pipelines.books.get(*book)) {
            view.add(&book.names);
            view.prefixes.extend(book.prefix.clone());
            view.searches_text |= book.searches_text;
            view.absent.extend(book.absent.clone());
        }
        for (place, names) in pipelines.views.iter().enumerate() {
            if books.contains(&names.book) && is_seen(place) {
                view.add(&names.fields);
            }
        }
        view.sources = Some(sources);
        view
    }

    fn add(&mut self, names: &BTreeMap<String, Vec<String>>) {
        for (name, ours) in names {
            for our in ours {
                let entry = self.names.entry(our.clone()).or_default();
                entry.insert(name.clone());
            }
        }
    }

    /// Whether a rule is for such events.
    pub fn is_for(&self, rule: &Rule) -> bool {
        self.is_of(&rule.logsource)
    }

    /// Whether such events are of a log source.
    pub fn is_of(&self, wanted: &LogSource) -> bool {
        let Some(sources) = &self.sources else {
            return true;
        };
        sources.iter().any(|source| source.includes(wanted))
    }

    /// Whether words without a field are searched in the text as well.
    pub fn searches_text(&self) -> bool {
        self.searches_text
    }

    /// Whether a test asks for a value that stands for none in such events.
    pub(crate) fn is_absent(&self, matcher: &Matcher) -> bool {
        let Matcher::Pattern { pattern, cased } = matcher else {
            return false;
        };
        let Some(literal) = pattern.as_literal() else {
            return false;
        };
        let mut absent = self.absent.iter();
        absent.any(|absent| absent == literal || !cased && fold(absent) == fold(literal))
    }

    /// All names rules have for a field of ours: its own, what stands behind a prefix, and
    /// those that are listed. Blanks in names of events are left out, as in rules.
    pub fn names_of(&self, own: &str) -> Vec<String> {
        let mut names = self.names_of_exactly(own);
        if own.contains(' ') {
            names.extend(self.names_of_exactly(&own.replace(' ', "")));
        }
        names.sort_unstable();
        names.dedup();
        names
    }

    fn names_of_exactly(&self, own: &str) -> Vec<String> {
        let mut names = vec![own.to_owned()];
        if let Some(listed) = self.names.get(own) {
            names.extend(listed.iter().cloned());
        }
        for prefix in &self.prefixes {
            let behind = own.strip_prefix(prefix.as_str());
            if let Some(name) = behind.and_then(|name| name.strip_prefix('.')) {
                names.push(name.to_owned());
            }
        }
        names
    }
}
