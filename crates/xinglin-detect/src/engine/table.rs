//! All tests of one field at once: texts that are looked up, and an automaton that finds all
//! texts of all rules in one pass.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, MatchKind};
use jiff::tz::TimeZone;

use super::plan::{Kind, Plan, literal, narrow, wide};
use crate::{
    fold,
    pattern::{Pattern, Piece},
    rule::Matcher,
};

/// The tests of values of one field.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// By the whole value without case.
    exact: HashMap<String, Vec<Hit>, foldhash::fast::RandomState>,
    automaton: Option<AhoCorasick>,
    /// By text of the automaton.
    found: Vec<Vec<Hit>>,
    /// Hold of every value.
    always: Vec<u32>,
    /// Are asked of every value.
    others: Vec<u32>,
}

/// A test that a found text says something about.
#[derive(Debug, Clone, Copy)]
struct Hit {
    predicate: u32,
    how: How,
}

/// What it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum How {
    /// It holds.
    Holds,
    /// It holds where the text stands at the beginning.
    AtStart,
    /// It holds where the text stands at the end.
    AtEnd,
    /// It may hold.
    Maybe,
}

/// Memory for looking at a value.
#[derive(Debug, Default)]
pub(super) struct Scratch {
    folded: String,
    maybe: Vec<u32>,
}

impl Table {
    /// One for each field of the plan.
    pub(super) fn all(plan: &Plan) -> Vec<Self> {
        let mut tables: Vec<Self> = plan.fields.iter().map(|_| Self::default()).collect();
        let mut texts: Vec<HashMap<String, Vec<Hit>>> = vec![HashMap::new(); tables.len()];
        for (number, predicate) in plan.predicates.iter().enumerate() {
            let number = narrow(number);
            let place = wide(predicate.field);
            let (Some(table), Some(texts)) = (tables.get_mut(place), texts.get_mut(place)) else {
                continue;
            };
            match (predicate.kind, &predicate.matcher) {
                (Kind::Exists, _) => table.always.push(number),
                (Kind::Value, Matcher::Pattern { pattern, cased }) => {
                    table.pattern(number, pattern, *cased, texts);
                }
                (Kind::Value, _) => table.others.push(number),
                _ => {}
            }
        }
        for (table, texts) in tables.iter_mut().zip(texts) {
            table.compile(texts);
        }
        tables
    }

    fn pattern(
        &mut self,
        predicate: u32,
        pattern: &Pattern,
        cased: bool,
        texts: &mut HashMap<String, Vec<Hit>>,
    ) {
        let how = |how: How| if cased { How::Maybe } else { how };
        let key = |text: &str| fold::fold(text).into_owned();
        let (text, how) = match pattern.pieces() {
            [] | [Piece::Text(_)] => {
                let text = key(pattern.as_literal().unwrap_or_default());
                let how = how(How::Holds);
                self.exact
                    .entry(text)
                    .or_default()
                    .push(Hit { predicate, how });
                return;
            }
            [Piece::Any] => {
                self.always.push(predicate);
                return;
            }
            [Piece::Any, Piece::Text(text), Piece::Any] => (text, how(How::Holds)),
            [Piece::Text(text), Piece::Any] => (text, how(How::AtStart)),
            [Piece::Any, Piece::Text(text)] => (text, how(How::AtEnd)),
            _ => {
                let Some(text) = literal(pattern) else {
                    self.others.push(predicate);
                    return;
                };
                let how = How::Maybe;
                texts
                    .entry(key(text))
                    .or_default()
                    .push(Hit { predicate, how });
                return;
            }
        };
        texts
            .entry(key(text))
            .or_default()
            .push(Hit { predicate, how });
    }

    fn compile(&mut self, texts: HashMap<String, Vec<Hit>>) {
        if texts.is_empty() {
            return;
        }
        let mut texts: Vec<(String, Vec<Hit>)> = texts.into_iter().collect();
        texts.sort_by(|(left, _), (right, _)| left.cmp(right));
        let built = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(texts.iter().map(|(text, _)| text));
        if let Ok(automaton) = built {
            self.automaton = Some(automaton);
            self.found = texts.into_iter().map(|(_, hits)| hits).collect();
        } else {
            // More texts than an automaton can number: then each is asked for by itself.
            let hits = texts.into_iter().flat_map(|(_, hits)| hits);
            self.others.extend(hits.map(|hit| hit.predicate));
        }
    }

    /// What holds of a field that is there, whatever its value.
    pub(super) fn presence(&self) -> &[u32] {
        &self.always
    }

    pub(super) fn automaton_bytes(&self) -> usize {
        self.automaton.as_ref().map_or(0, AhoCorasick::memory_usage)
    }

    /// Puts the predicates that hold of a value into `holding`, in order, once each.
    pub(super) fn holding(
        &self,
        plan: &Plan,
        zone: &TimeZone,
        value: &str,
        scratch: &mut Scratch,
        holding: &mut Vec<u32>,
    ) {
        let Scratch { folded, maybe } = scratch;
        maybe.clear();
        holding.extend(&self.always);
        maybe.extend(&self.others);
        let text = if fold::is_folded(value) {
            value
        } else {
            folded.clear();
            fold::fold_into(value, folded);
            folded.as_str()
        };
        let mut take = |hit: &Hit, starts: bool, ends: bool| match hit.how {
            How::Holds => holding.push(hit.predicate),
            How::AtStart if starts => holding.push(hit.predicate),
            How::AtEnd if ends => holding.push(hit.predicate),
            How::Maybe => maybe.push(hit.predicate),
            How::AtStart | How::AtEnd => {}
        };
        for hit in self.exact.get(text).into_iter().flatten() {
            take(hit, true, true);
        }
        if let Some(automaton) = &self.automaton {
            for found in automaton.find_overlapping_iter(text) {
                let hits = self.found.get(found.pattern().as_usize());
                for hit in hits.into_iter().flatten() {
                    take(hit, found.start() == 0, found.end() == text.len());
                }
            }
        }
        maybe.sort_unstable();
        maybe.dedup();
        for predicate in maybe.iter() {
            let known = plan.predicate(*predicate);
            if known.is_some_and(|known| known.matcher.passes(value, zone)) {
                holding.push(*predicate);
            }
        }
        holding.sort_unstable();
        holding.dedup();
    }
}
