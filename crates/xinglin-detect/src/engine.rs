//! Events against all rules at once.
//!
//! An event is first given its class (see [`router`]), which says which rules are for it, and for
//! each of its fields the cell: all those rules ask of the values. Then each value is looked at:
//! whether it was seen before, with all that holds of it, or it goes through the automaton of its
//! cell. What holds names the few rules that can match; only those are evaluated, and their
//! regular expressions last.

mod cell;
mod glance;
mod guard;
mod memo;
mod plan;
mod router;
mod run;
mod table;
mod trie;

use jiff::tz::TimeZone;

use crate::{
    naive::{Explanation, Facts},
    pipeline::{Pipelines, View},
    record::{Datum, Record},
    rule::Rule,
};
use cell::{Cells, NO_CELL};
use memo::{Memo, Place};
use plan::{Plan, wide};
use router::{Class, Classes, NO_NAME, Router};
use table::Scratch;

/// What an engine is told besides its rules.
#[derive(Debug, Clone)]
pub struct Settings {
    /// The zone of hours and days in rules.
    pub zone: TimeZone,
    /// About so many bytes are used to remember values.
    pub memo_bytes: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            zone: TimeZone::UTC,
            memo_bytes: 16 << 20,
        }
    }
}

/// Rules for single events, compiled together.
#[derive(Debug)]
pub struct Engine {
    rules: Vec<Rule>,
    settings: Settings,
    plan: Plan,
    router: Router,
    classes: Classes,
    memo: Memo,
    event: EventState,
}

/// What is known of the event at hand. Marks are the number of the event, so that nothing has
/// to be cleared for the next one.
#[derive(Debug)]
struct EventState {
    number: u32,
    /// By predicate: the last event in which it held.
    held: Vec<u32>,
    /// By field: the last event that had it, and the last in which it was null.
    seen: Vec<u32>,
    null: Vec<u32>,
    /// By rule: the last event it was a candidate in.
    candidate: Vec<u32>,
    candidates: Vec<u32>,
    /// The names of its fields, by number.
    names: Vec<u32>,
    /// The cells of values, and the values.
    values: Vec<(u32, Place)>,
    scratch: Scratch,
    buffer: String,
    /// What holds of the value at hand, and the rules that may match then.
    holding: Vec<u32>,
    following: Vec<u32>,
    /// Its class.
    class: u32,
}

impl Engine {
    /// Compiles rules.
    pub fn new(rules: Vec<Rule>, pipelines: Pipelines, settings: Settings) -> Self {
        Self::with_wanted(rules, pipelines, settings, Vec::new())
    }

    /// As [`Self::new`], when values of these fields are to be told of events that match.
    pub(crate) fn with_wanted(
        rules: Vec<Rule>,
        pipelines: Pipelines,
        settings: Settings,
        wanted: Vec<String>,
    ) -> Self {
        let plan = Plan::new(&rules);
        let router = Router::new(pipelines, &plan, wanted);
        let event = EventState {
            held: vec![0; plan.predicates.len()],
            seen: vec![0; plan.fields.len()],
            null: vec![0; plan.fields.len()],
            candidate: vec![0; rules.len()],
            number: 0,
            candidates: Vec::new(),
            names: Vec::new(),
            values: Vec::new(),
            scratch: Scratch::new(settings.memo_bytes / 4),
            buffer: String::new(),
            holding: Vec::new(),
            following: Vec::new(),
            class: u32::MAX,
        };
        Self {
            memo: Memo::new(settings.memo_bytes / 4 * 3),
            rules,
            settings,
            plan,
            router,
            classes: Classes::default(),
            event,
        }
    }

    /// The rules, whose places are their numbers.
    pub fn rules(&self) -> &[Rule] {
        &self.rules
    }

    /// The rules whose log source no pipeline lists: they match nothing.
    pub fn unrouted(&self) -> impl Iterator<Item = usize> {
        let rules = self.rules.iter().enumerate();
        let unrouted = rules.filter(|(_, rule)| !self.router.pipelines().lists(&rule.logsource));
        unrouted.map(|(number, _)| number)
    }

    /// The rules that nothing tells apart beforehand: they are evaluated for every event of
    /// their log source.
    pub fn always_evaluated(&self) -> impl Iterator<Item = usize> {
        let rules = self.plan.rules.iter().enumerate();
        let always = rules.filter(|(_, rule)| rule.witnesses.is_none());
        always.map(|(number, _)| number)
    }

    /// Puts the numbers of the rules that match an event into `matched`, in order.
    pub fn push(&mut self, record: &impl Record, matched: &mut Vec<usize>) {
        matched.clear();
        self.begin();
        let mut names = std::mem::take(&mut self.event.names);
        names.clear();
        let router = &mut self.router;
        record.each_field(|name, datum| {
            let name = router.learn(names.len(), name);
            router.see(name, &datum);
            names.push(name);
        });
        let number = router.class(&self.plan, &self.rules, &mut self.classes);
        self.event.class = number;
        if std::mem::take(&mut self.classes.cleared) {
            self.memo.clear();
            self.event.scratch.clear();
        }
        if let Some(class) = self.classes.list.get(wide(number))
            && class.has_rules
        {
            let mut look = Look {
                class,
                plan: &self.plan,
                cells: &self.classes.cells,
                zone: &self.settings.zone,
                memo: &mut self.memo,
                event: &mut self.event,
            };
            look.all(record, &names);
            look.rules(matched);
        }
        self.event.names = names;
    }

    /// The first value of each wanted field of the event that was pushed last.
    pub(crate) fn wanted(&self, record: &impl Record, found: &mut [Option<String>]) {
        found.fill(None);
        let Some(class) = self.classes.list.get(wide(self.event.class)) else {
            return;
        };
        let mut buffer = String::new();
        record.each_field(|name, datum| {
            let fields = class.wanted(self.router.lookup(name));
            for slot in fields.iter().map(|field| wide(*field)) {
                if let Some(slot) = found.get_mut(slot).filter(|slot| slot.is_none()) {
                    *slot = datum.as_text(&mut buffer).map(str::to_owned);
                }
            }
        });
    }

    /// Calls `each` with the values of fields that a rule asks for, by the names it has for them;
    /// of the event that was pushed last.
    pub fn each_asked<'r>(
        &self,
        record: &'r impl Record,
        rule: usize,
        mut each: impl FnMut(&str, Datum<'r>),
    ) {
        let class = self.classes.list.get(wide(self.event.class));
        let Some((class, planned)) = class.zip(self.plan.rules.get(rule)) else {
            return;
        };
        record.each_field(|name, datum| {
            let cell = class.cell(self.router.lookup(name));
            let fields = self.classes.cells.get(cell).map(|cell| &cell.fields);
            for field in fields.into_iter().flatten() {
                let name = self.plan.fields.get(wide(*field));
                if let Some(name) = name.filter(|name| !name.is_empty())
                    && planned.fields.binary_search(field).is_ok()
                {
                    each(name, datum);
                }
            }
        });
    }

    /// Why a rule matches an event, with the places in its values; none when it does not.
    pub fn explain(&self, record: &impl Record, rule: usize) -> Option<Explanation> {
        let rule = self.rules.get(rule)?;
        let view = View::of(record, self.router.pipelines());
        if !view.is_for(rule) {
            return None;
        }
        Facts::new(record, &view, &self.settings.zone).explain(rule)
    }

    fn begin(&mut self) {
        self.memo.begin();
        self.router.begin();
        let event = &mut self.event;
        event.number = event.number.wrapping_add(1);
        if event.number == 0 {
            // Marks of four thousand million events ago must not count again.
            for marks in [
                &mut event.held,
                &mut event.seen,
                &mut event.null,
                &mut event.candidate,
            ] {
                marks.fill(0);
            }
            event.number = 1;
        }
        event.candidates.clear();
        event.values.clear();
    }
}

/// Looking at one event.
struct Look<'e> {
    class: &'e Class,
    plan: &'e Plan,
    cells: &'e Cells,
    zone: &'e TimeZone,
    memo: &'e mut Memo,
    event: &'e mut EventState,
}

impl Look<'_> {
    /// Looks at all values of an event, whose fields have these names.
    fn all(&mut self, record: &impl Record, names: &[u32]) {
        let class = self.class;
        let mut names = names.iter();
        record.each_field(|_, datum| {
            let name = names.next().copied().unwrap_or(NO_NAME);
            self.value(class.cell(name), &datum);
        });
        if class.time != NO_CELL {
            let at = self.zone.to_datetime(record.at()).to_string();
            self.value(class.time, &Datum::Text(&at));
        }
        if class.words != NO_CELL
            && class.view.searches_text()
            && let Some(text) = record.text()
        {
            self.value(class.words, &Datum::Text(text));
        }
    }

    fn value(&mut self, number: u32, datum: &Datum<'_>) {
        let Some(cell) = self.cells.get(number) else {
            return;
        };
        let event = &mut *self.event;
        for field in &cell.fields {
            mark(&mut event.seen, wide(*field), event.number);
        }
        let Some(value) = datum.as_text(&mut event.buffer) else {
            for field in &cell.fields {
                mark(&mut event.null, wide(*field), event.number);
            }
            for rule in &cell.by_presence {
                candidate(event, *rule);
            }
            return;
        };
        let EventState {
            scratch,
            holding,
            following,
            ..
        } = event;
        if cell.is_silent(value) {
            return;
        }
        let (plan, zone) = (self.plan, self.zone);
        let is_by_lines = cell.is_by_lines(value);
        let mut found = None;
        if is_by_lines || cell.is_quick(value) && self.memo.is_fruitless(number) {
            holding.clear();
            following.clear();
            cell.find(plan, zone, value, scratch, holding, following);
            // Where nothing holds, no rule comes to look at the value again.
            if holding.is_empty() && !is_by_lines {
                return;
            }
            if is_by_lines || !cell.is_asked_late {
                found = Some(self.memo.loose(number, value, holding, following));
            }
        }
        let found = found.unwrap_or_else(|| {
            self.memo.get(number, value, |holding, candidates| {
                cell.find(plan, zone, value, scratch, holding, candidates);
            })
        });
        if cell.has_relation || !self.memo.holding(found).is_empty() {
            event.values.push((number, found));
        }
        for rule in self.memo.candidates(found) {
            candidate(event, *rule);
        }
    }

    /// Evaluates the rules that may match.
    fn rules(mut self, matched: &mut Vec<usize>) {
        for rule in &self.class.always {
            candidate(self.event, *rule);
        }
        if self.event.candidates.is_empty() {
            return;
        }
        let event = &mut *self.event;
        for (_, place) in &event.values {
            for predicate in self.memo.holding(*place) {
                mark(&mut event.held, wide(*predicate), event.number);
            }
        }
        let candidates = std::mem::take(&mut self.event.candidates);
        for rule in &candidates {
            let planned = self.plan.rules.get(wide(*rule));
            if planned.is_some_and(|planned| self.holds(&planned.node)) {
                matched.push(wide(*rule));
            }
        }
        self.event.candidates = candidates;
        matched.sort_unstable();
    }
}

fn mark(marks: &mut [u32], place: usize, number: u32) {
    if let Some(mark) = marks.get_mut(place) {
        *mark = number;
    }
}

fn candidate(event: &mut EventState, rule: u32) {
    if let Some(mark) = event.candidate.get_mut(wide(rule))
        && *mark != event.number
    {
        *mark = event.number;
        event.candidates.push(rule);
    }
}

/// How large an engine's parts are, for whoever reports on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size {
    /// Rules.
    pub rules: usize,
    /// Different tests in them.
    pub predicates: usize,
    /// Different fields.
    pub fields: usize,
    /// Kinds of events seen so far.
    pub classes: usize,
    /// Different sets of tests of a value seen so far.
    pub cells: usize,
    /// Bytes of the automata.
    pub automaton_bytes: usize,
}

impl Engine {
    /// How large its parts are.
    pub fn size(&self) -> Size {
        Size {
            rules: self.rules.len(),
            predicates: self.plan.predicates.len(),
            fields: self.plan.fields.len(),
            classes: self.classes.list.len(),
            cells: self.classes.cells.len(),
            automaton_bytes: self.classes.cells.bytes(),
        }
    }
}
