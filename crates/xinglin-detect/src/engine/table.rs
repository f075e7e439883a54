//! All tests of the values of one cell at once: whole texts are looked up, ends of texts are
//! walked, and an automaton finds what stands inside in one pass.

use std::collections::HashMap;

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind, packed};
use jiff::tz::TimeZone;

use super::{
    glance::{Glance, Texts},
    memo::Memo,
    plan::{Kind, Plan, literal},
    trie::Trie,
};
use crate::{
    fold,
    pattern::{Pattern, Piece},
    rule::Matcher,
};

/// Up to so many bytes of texts an automaton has a table of all steps; a larger one would not
/// fit into the caches.
const MOST_TABLE_TEXT: usize = 3_000;

/// From so many bytes on, values of several lines are looked at line by line: the lines of a
/// script or a report come again when the whole does not.
const LEAST_BY_LINES: usize = 512;

/// Values up to so many bytes may be looked at each time they come.
const MOST_QUICK: usize = 64;

/// The tests of values of one cell. Numbers are places in the list it was made from.
#[derive(Debug, Default)]
pub(super) struct Table {
    /// By the whole value without case.
    exact: HashMap<String, Vec<Hit>, foldhash::fast::RandomState>,
    /// By the beginning of the value.
    starts: Trie,
    /// By the end of the value, backwards.
    ends: Trie,
    inside: Option<Inside>,
    /// Hold of every value.
    always: Vec<u32>,
    /// Are asked of every value.
    others: Vec<u32>,
    /// A shorter value passes none of them.
    shortest: usize,
    /// Sees quickly that nothing holds.
    glance: Option<Box<Glance>>,
}

/// Texts that stand anywhere in a value.
#[derive(Debug)]
struct Inside {
    automaton: AhoCorasick,
    /// By text of the automaton.
    found: Vec<Vec<Hit>>,
    /// Sees quickly that none is there.
    gate: Option<packed::Searcher>,
    /// Whether every text stands within a line.
    is_of_lines: bool,
}

/// Texts that values begin or end with.
#[derive(Debug, Default)]
struct Ends {
    starts: Vec<String>,
    ends: Vec<String>,
}

/// A test that a found text says something about.
#[derive(Debug, Clone, Copy)]
pub(super) struct Hit {
    place: u32,
    /// Otherwise it may hold, and is asked.
    holds: bool,
}

/// Memory for looking at values.
#[derive(Debug)]
pub(super) struct Scratch {
    folded: String,
    maybe: Vec<u32>,
    /// What stands in lines of long values: first what holds, then what may.
    lines: Memo,
}

impl Scratch {
    pub(super) fn new(memo_bytes: usize) -> Self {
        Self {
            folded: String::new(),
            maybe: Vec::new(),
            lines: Memo::new(memo_bytes),
        }
    }

    /// Forgets what it knows of lines.
    pub(super) fn clear(&mut self) {
        self.lines.clear();
    }
}

impl Table {
    /// Puts predicates of a plan together.
    pub(super) fn new(plan: &Plan, predicates: &[u32]) -> Self {
        let mut table = Self {
            shortest: usize::MAX,
            ..Self::default()
        };
        let mut inside: HashMap<String, Vec<Hit>> = HashMap::new();
        let mut ends = Ends::default();
        for (place, number) in (0..).zip(predicates) {
            let Some(predicate) = plan.predicate(*number) else {
                continue;
            };
            match (predicate.kind, &predicate.matcher) {
                (Kind::Exists, _) => table.always.push(place),
                (Kind::Value, Matcher::Pattern { pattern, cased }) => {
                    table.pattern(place, pattern, !*cased, &mut inside, &mut ends);
                }
                (Kind::Value, _) => table.others.push(place),
                _ => {}
            }
        }
        table.glance = table.glance(&inside, &ends);
        table.compile(inside);
        if !table.always.is_empty() || !table.others.is_empty() {
            table.shortest = 0;
        }
        table
    }

    fn pattern(
        &mut self,
        place: u32,
        pattern: &Pattern,
        is_folded: bool,
        inside: &mut HashMap<String, Vec<Hit>>,
        ends: &mut Ends,
    ) {
        let hit = |holds: bool| Hit {
            place,
            holds: holds && is_folded,
        };
        let key = |text: &str| fold::fold(text).into_owned();
        let (text, hit) = match pattern.pieces() {
            [] | [Piece::Text(_)] => {
                let text = key(pattern.as_literal().unwrap_or_default());
                self.shortest = self.shortest.min(text.len());
                self.exact.entry(text).or_default().push(hit(true));
                return;
            }
            [Piece::Any] => {
                self.always.push(place);
                return;
            }
            [Piece::Text(text), Piece::Any] => {
                let text = key(text);
                self.shortest = self.shortest.min(text.len());
                self.starts.add(text.bytes(), hit(true));
                ends.starts.push(text);
                return;
            }
            [Piece::Any, Piece::Text(text)] => {
                let text = key(text);
                self.shortest = self.shortest.min(text.len());
                self.ends.add(text.bytes().rev(), hit(true));
                ends.ends.push(text);
                return;
            }
            [Piece::Any, Piece::Text(text), Piece::Any] => (text.as_str(), hit(true)),
            _ => {
                let Some(text) = literal(pattern) else {
                    self.others.push(place);
                    return;
                };
                (text, hit(false))
            }
        };
        inside.entry(key(text)).or_default().push(hit);
    }

    /// None where no glance shows that nothing holds.
    fn glance(&self, inside: &HashMap<String, Vec<Hit>>, ends: &Ends) -> Option<Box<Glance>> {
        if !self.always.is_empty() || !self.others.is_empty() {
            return None;
        }
        let texts = Texts {
            inside: inside.keys().map(String::as_str).collect(),
            starts: ends.starts.iter().map(String::as_str).collect(),
            ends: ends.ends.iter().map(String::as_str).collect(),
            whole: self.exact.keys().map(String::as_str).collect(),
        };
        Glance::new(&texts).map(Box::new)
    }

    fn compile(&mut self, texts: HashMap<String, Vec<Hit>>) {
        if texts.is_empty() {
            return;
        }
        let mut texts: Vec<(String, Vec<Hit>)> = texts.into_iter().collect();
        texts.sort_by(|(left, _), (right, _)| left.cmp(right));
        let length: usize = texts.iter().map(|(text, _)| text.len()).sum();
        let kind = if length <= MOST_TABLE_TEXT {
            AhoCorasickKind::DFA
        } else {
            AhoCorasickKind::ContiguousNFA
        };
        let built = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(kind))
            .build(texts.iter().map(|(text, _)| text));
        let shortest = texts.iter().map(|(text, _)| text.len()).min();
        self.shortest = self.shortest.min(shortest.unwrap_or_default());
        let gate = packed::Searcher::new(texts.iter().map(|(text, _)| text));
        let is_of_lines = !texts.iter().any(|(text, _)| text.contains('\n'));
        let found = texts.into_iter().map(|(_, hits)| hits);
        match built {
            Ok(automaton) => {
                self.inside = Some(Inside {
                    automaton,
                    found: found.collect(),
                    gate,
                    is_of_lines,
                });
            }
            // More texts than an automaton can number: then each is asked for by itself.
            Err(_) => self.others.extend(found.flatten().map(|hit| hit.place)),
        }
    }

    /// What holds of a field that is there, whatever its value.
    pub(super) fn presence(&self) -> &[u32] {
        &self.always
    }

    pub(super) fn bytes(&self) -> usize {
        let inside = self.inside.as_ref().map_or(0, |inside| {
            let gate = inside
                .gate
                .as_ref()
                .map_or(0, packed::Searcher::memory_usage);
            inside.automaton.memory_usage() + gate
        });
        inside + self.starts.bytes() + self.ends.bytes()
    }

    /// Whether looking at a value takes no longer than finding it among those that are known.
    pub(super) fn is_quick(&self, value: &str) -> bool {
        let is_quick = |inside: &Inside| {
            inside.gate.is_some() || inside.automaton.kind() == AhoCorasickKind::DFA
        };
        value.len() <= MOST_QUICK
            && self.others.is_empty()
            && self.inside.as_ref().is_none_or(is_quick)
    }

    /// Whether it is seen at a glance that nothing holds of a value.
    pub(super) fn is_silent(&self, value: &str) -> bool {
        // Folding makes no text twice as long.
        value.len().saturating_mul(2) < self.shortest
            || self
                .glance
                .as_ref()
                .is_some_and(|glance| glance.is_silent(value))
    }

    /// Whether values are looked at line by line, so that they need not be remembered whole.
    pub(super) fn is_by_lines(&self, value: &str) -> bool {
        value.len() >= LEAST_BY_LINES
            && self
                .inside
                .as_ref()
                .is_some_and(|inside| inside.is_of_lines)
            && memchr::memchr(b'\n', value.as_bytes()).is_some()
    }

    /// Puts the places of what holds of a value into `holding`, in order, once each. `cell` is
    /// the number by which lines are remembered.
    pub(super) fn holding<'m>(
        &self,
        cell: u32,
        matcher: impl Fn(u32) -> Option<&'m Matcher>,
        zone: &TimeZone,
        value: &str,
        scratch: &mut Scratch,
        holding: &mut Vec<u32>,
    ) {
        let Scratch {
            folded: room,
            maybe,
            lines,
        } = scratch;
        maybe.clear();
        holding.extend(&self.always);
        maybe.extend(&self.others);
        let text = folded(value, room);
        if text.len() >= self.shortest {
            let mut take = |hit: &Hit| hit.take(holding, maybe);
            self.exact
                .get(text)
                .into_iter()
                .flatten()
                .for_each(&mut take);
            self.starts.each(text.bytes(), &mut take);
            self.ends.each(text.bytes().rev(), &mut take);
            match &self.inside {
                Some(inside) if self.is_by_lines(text) => {
                    let mut start = 0;
                    let ends = memchr::memchr_iter(b'\n', text.as_bytes());
                    for end in ends.chain([text.len()]) {
                        let line = text.get(start..end).unwrap_or_default();
                        inside.line(cell, line, lines, holding, maybe);
                        start = end + 1;
                    }
                }
                Some(inside) => inside.each(text, take),
                None => {}
            }
        }
        maybe.sort_unstable();
        maybe.dedup();
        for place in maybe.iter() {
            if matcher(*place).is_some_and(|matcher| matcher.passes(value, zone)) {
                holding.push(*place);
            }
        }
        holding.sort_unstable();
        holding.dedup();
    }
}

impl Hit {
    fn take(self, holding: &mut Vec<u32>, maybe: &mut Vec<u32>) {
        if self.holds {
            holding.push(self.place);
        } else {
            maybe.push(self.place);
        }
    }
}

impl Inside {
    fn each(&self, text: &str, mut each: impl FnMut(&Hit)) {
        if let Some(gate) = &self.gate
            && gate.find(text).is_none()
        {
            return;
        }
        for found in self.automaton.find_overlapping_iter(text) {
            let hits = self.found.get(found.pattern().as_usize());
            hits.into_iter().flatten().for_each(&mut each);
        }
    }

    /// What stands in a line, which may be known.
    fn line(
        &self,
        cell: u32,
        line: &str,
        lines: &mut Memo,
        holding: &mut Vec<u32>,
        maybe: &mut Vec<u32>,
    ) {
        lines.begin();
        let known = lines.get(cell, line, |holding, maybe| {
            self.each(line, |hit| hit.take(holding, maybe));
            for found in [holding, maybe] {
                found.sort_unstable();
                found.dedup();
            }
        });
        holding.extend(lines.holding(known));
        maybe.extend(lines.candidates(known));
    }
}

/// A value without case.
fn folded<'v>(value: &'v str, room: &'v mut String) -> &'v str {
    if fold::is_folded(value) {
        return value;
    }
    room.clear();
    fold::fold_into(value, room);
    room
}
