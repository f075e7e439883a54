//! Events against all rules at once.
//!
//! An event is first given its class (see [`router`]), which says which rules are for it. Then
//! each value that those rules ask for is looked at: whether it was seen before, with all that
//! holds of it, or it goes through the automaton of its field. What holds names the few rules
//! that can match; only those are evaluated, and their regular expressions last.

mod guard;
mod memo;
mod plan;
mod router;
mod run;
mod table;

use jiff::tz::TimeZone;

use crate::{
    naive::{Explanation, Facts},
    pipeline::{Pipelines, View},
    record::{Datum, Record},
    rule::Rule,
};
use memo::{Memo, Place};
use plan::{ANYWHERE, Kind, Plan, wide};
use router::{Class, NO_NAME, Router};
use table::{Scratch, Table};

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
    tables: Vec<Table>,
    router: Router,
    classes: Vec<Class>,
    memo: Memo,
    event: EventState,
}

/// What is known of the event at hand. Marks are the number of the event, so that nothing has
/// to be cleared for the next one.
#[derive(Debug, Default)]
struct EventState {
    number: u32,
    /// By predicate: the last event in which it held.
    holding: Vec<u32>,
    /// By field: the last event that had it, and the last in which it was null.
    seen: Vec<u32>,
    null: Vec<u32>,
    /// By rule: the last event it was a candidate in.
    candidate: Vec<u32>,
    candidates: Vec<u32>,
    values: Vec<(u32, Place)>,
    scratch: Scratch,
    buffer: String,
}

impl Engine {
    /// Compiles rules.
    pub fn new(rules: Vec<Rule>, pipelines: Pipelines, settings: Settings) -> Self {
        let plan = Plan::new(&rules);
        let tables = Table::all(&plan);
        let router = Router::new(pipelines, &plan);
        let event = EventState {
            holding: vec![0; plan.predicates.len()],
            seen: vec![0; plan.fields.len()],
            null: vec![0; plan.fields.len()],
            candidate: vec![0; rules.len()],
            ..EventState::default()
        };
        Self {
            memo: Memo::new(settings.memo_bytes),
            rules,
            settings,
            plan,
            tables,
            router,
            classes: Vec::new(),
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
        let mut values: Vec<(u32, Datum<'_>)> = Vec::with_capacity(64);
        let router = &mut self.router;
        record.each_field(|name, datum| {
            let name = router.lookup(name);
            router.see(name, &datum);
            values.push((name, datum));
        });
        let number = router.class(&self.plan, &self.rules, &mut self.classes);
        let Some(class) = self.classes.get(wide(number)) else {
            return;
        };
        if !class.has_rules {
            return;
        }
        let mut look = Look {
            class,
            plan: &self.plan,
            tables: &self.tables,
            zone: &self.settings.zone,
            memo: &mut self.memo,
            event: &mut self.event,
        };
        for (name, datum) in &values {
            if *name != NO_NAME {
                for field in class.fields(*name) {
                    look.value(*field, datum);
                }
            }
        }
        let time = router.time();
        if time != NO_NAME && !class.fields(time).is_empty() {
            let at = self.settings.zone.to_datetime(record.at()).to_string();
            for field in class.fields(time) {
                look.value(*field, &Datum::Text(&at));
            }
        }
        if class.is_searched {
            for (_, datum) in &values {
                look.value(ANYWHERE, datum);
            }
            if class.view.searches_text()
                && let Some(text) = record.text()
            {
                look.value(ANYWHERE, &Datum::Text(text));
            }
        }
        look.rules(matched);
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
                &mut event.holding,
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
    tables: &'e [Table],
    zone: &'e TimeZone,
    memo: &'e mut Memo,
    event: &'e mut EventState,
}

impl Look<'_> {
    fn value(&mut self, field: u32, datum: &Datum<'_>) {
        let event = &mut *self.event;
        let place = wide(field);
        mark(&mut event.seen, place, event.number);
        let Some(value) = datum.as_text(&mut event.buffer) else {
            mark(&mut event.null, place, event.number);
            self.presence(field);
            return;
        };
        let Some(table) = self.tables.get(place) else {
            return;
        };
        let (plan, class, zone) = (self.plan, self.class, self.zone);
        let scratch = &mut event.scratch;
        let cell = class.first_cell.wrapping_add(field);
        let found = self.memo.get(cell, value, |holding, candidates| {
            table.holding(plan, zone, value, scratch, holding);
            holding.retain(|predicate| class.asks(*predicate));
            let watchers = holding
                .iter()
                .filter_map(|held| plan.watchers.get(wide(*held)));
            candidates.extend(watchers.flatten().filter(|rule| class.has_rule(**rule)));
            candidates.sort_unstable();
            candidates.dedup();
        });
        event.values.push((field, found));
        for rule in self.memo.candidates(found) {
            candidate(event, *rule);
        }
    }

    /// A field that is there and null: its rules may match by its presence.
    fn presence(&mut self, field: u32) {
        let table = self.tables.get(wide(field));
        for predicate in table.into_iter().flat_map(Table::presence) {
            let is_presence = self
                .plan
                .predicate(*predicate)
                .is_some_and(|known| known.kind == Kind::Exists);
            let watchers = self.plan.watchers.get(wide(*predicate));
            for rule in watchers.into_iter().flatten().filter(|_| is_presence) {
                if self.class.has_rule(*rule) {
                    candidate(self.event, *rule);
                }
            }
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
                mark(&mut event.holding, wide(*predicate), event.number);
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
            classes: self.classes.len(),
            automaton_bytes: self.tables.iter().map(Table::automaton_bytes).sum(),
        }
    }
}
