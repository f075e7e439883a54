//! From an event to its class: which rules are for it, and what its fields are called in them.
//!
//! Events of a class have the same answers to everything that pipelines ask: there are few
//! classes, and what follows from one is worked out once.

use std::collections::{BTreeSet, HashMap};

use super::{
    cell::{Cells, NO_CELL},
    plan::{ANYWHERE, Kind, Plan, narrow, wide},
};
use crate::{
    fold,
    pattern::Pattern,
    pipeline::{Pipelines, TIME, View},
    record::Datum,
    rule::Rule,
};

/// More classes than that at a time are not kept.
const MOST_CLASSES: usize = 1_024;
/// So many names of events that nobody asks for are known again, when they are not longer …
const MOST_LEARNED: usize = 4_096;
/// … than this.
const LONGEST_LEARNED: usize = 128;
/// So many places of fields are known by the names that stood there.
const MOST_PLACES: usize = 256;
/// A longer value is asked anew each time what pipelines ask of it.
const LONGEST_ANSWERED: usize = 256;
/// A name that no rule and no pipeline asks for.
pub(super) const NO_NAME: u32 = u32::MAX;

/// Answers to what pipelines ask, a bit each.
type Answers = Box<[u64]>;

/// Finds the class of an event.
#[derive(Debug)]
pub(super) struct Router {
    pipelines: Pipelines,
    /// Names of fields in events that matter.
    names: HashMap<String, u32, foldhash::fast::RandomState>,
    /// By name: what pipelines ask of its values.
    questions: Vec<Option<Question>>,
    /// What every `when` needs, as answers: of the sources, then of the views.
    needs: Vec<Vec<Vec<u32>>>,
    classes: HashMap<Answers, u32, foldhash::fast::RandomState>,
    /// Fields that the caller wants, by their names in rules.
    wanted: Vec<String>,
    /// The answers of the event at hand.
    answers: Answers,
    /// The answers and the class of the last event.
    last: Option<(Answers, u32)>,
    /// Names that were seen in events besides: with blanks, or such as nobody asks for.
    learned: HashMap<String, u32, foldhash::fast::RandomState>,
    /// By number of a name, also of those that were learned.
    texts: Vec<String>,
    /// By place in an event: the name that stood there last.
    order: Vec<u32>,
    buffer: String,
}

/// What pipelines ask of one field.
#[derive(Debug, Default)]
struct Question {
    exact: HashMap<String, Vec<u32>>,
    patterns: Vec<(Pattern, u32)>,
    /// The value that was seen last, and the answers to it.
    last: Option<String>,
    answers: Vec<u32>,
}

impl Question {
    /// Finds the answers to a value.
    fn ask(&mut self, value: &str) {
        let folded = fold::fold(value);
        self.answers.clear();
        self.answers
            .extend(self.exact.get(&*folded).into_iter().flatten());
        let patterns = self.patterns.iter();
        let fitting = patterns.filter(|(pattern, _)| pattern.fit(&folded, true).is_some());
        self.answers.extend(fitting.map(|(_, atom)| *atom));
        if value.len() > LONGEST_ANSWERED {
            self.last = None;
            return;
        }
        let last = self.last.get_or_insert_default();
        last.clear();
        last.push_str(value);
    }
}

/// A class of events.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) view: View,
    /// Rules that may match whatever the values are.
    pub(super) always: Vec<u32>,
    /// By name: the cell of its values.
    cells: Vec<u32>,
    /// The cell of the time of events.
    pub(super) time: u32,
    /// The cell of values that no rule asks for by name, when words are searched in all.
    pub(super) words: u32,
    pub(super) has_rules: bool,
    /// Predicates that hold where their field is not there, in order.
    absent: Vec<u32>,
    /// By name: which of the fields that the caller wants it feeds.
    wanted: Vec<Box<[u32]>>,
}

/// The classes seen so far.
#[derive(Debug, Default)]
pub(super) struct Classes {
    pub(super) list: Vec<Class>,
    pub(super) cells: Cells,
    /// Whether numbers of cells begin anew: what is remembered by them means nothing.
    pub(super) cleared: bool,
}

/// What rules of a class ask for.
#[derive(Default)]
struct Asked {
    rules: BTreeSet<u32>,
    /// By field.
    by_field: HashMap<u32, BTreeSet<u32>>,
}

impl Asked {
    fn add(&mut self, plan: &Plan, number: u32) {
        let Some(planned) = plan.rules.get(wide(number)) else {
            return;
        };
        self.rules.insert(number);
        planned.node.each(&mut |predicate| {
            let Some(known) = plan.predicate(predicate) else {
                return;
            };
            self.by_field.entry(known.field).or_default().insert(number);
            if let Kind::Relation(other) = known.kind {
                self.by_field.entry(other).or_default().insert(number);
            }
        });
    }

    /// The cell of values of these fields, as far as rules ask for them.
    fn cell(&self, plan: &Plan, cells: &mut Cells, fields: impl Iterator<Item = u32>) -> u32 {
        let fields: BTreeSet<u32> = fields
            .filter(|field| self.by_field.contains_key(field))
            .collect();
        let rules = fields.iter().filter_map(|field| self.by_field.get(field));
        let rules: BTreeSet<u32> = rules.flatten().copied().collect();
        cells.number(plan, &fields, &rules)
    }
}

impl Class {
    /// The cell of values of a name.
    pub(super) fn cell(&self, name: u32) -> u32 {
        self.cells.get(wide(name)).copied().unwrap_or(self.words)
    }

    /// Whether a predicate holds where its field is not there.
    pub(super) fn is_absent(&self, predicate: u32) -> bool {
        self.absent.binary_search(&predicate).is_ok()
    }

    /// The wanted fields that a name feeds.
    pub(super) fn wanted(&self, name: u32) -> &[u32] {
        self.wanted.get(wide(name)).map_or(&[], |fields| fields)
    }

    fn new(plan: &Plan, rules: &[Rule], view: View, router: &Router, cells: &mut Cells) -> Self {
        let mut asked = Asked::default();
        let mut always = Vec::new();
        let absent = plan.absent(&view);
        for (number, (rule, planned)) in (0..).zip(rules.iter().zip(&plan.rules)) {
            if view.is_for(rule) {
                asked.add(plan, number);
                let may_be_absent = |witness: &u32| absent.binary_search(witness).is_ok();
                let witnesses = planned.witnesses.as_ref();
                if witnesses.is_none_or(|all| all.iter().any(may_be_absent)) {
                    always.push(number);
                }
            }
        }
        let words = asked.cell(plan, cells, std::iter::once(ANYWHERE));
        let numbers_of = |names: &[String], own: &str| -> Box<[u32]> {
            let called = view.names_of(own);
            let numbers = (0..).zip(names);
            let numbers = numbers.filter(|(_, name)| called.contains(name));
            numbers.map(|(number, _)| number).collect()
        };
        let mut class = Self {
            always,
            cells: vec![words; router.names.len()],
            time: NO_CELL,
            words,
            has_rules: !asked.rules.is_empty(),
            absent,
            wanted: vec![Box::default(); router.names.len()],
            view: View::default(),
        };
        let by_name: HashMap<&str, u32> = plan.fields.iter().map(String::as_str).zip(0..).collect();
        for (name, place) in &router.names {
            let called = view.names_of(name);
            let fields = called.iter().filter_map(|name| by_name.get(name.as_str()));
            let fields = fields.copied().filter(|field| *field != ANYWHERE);
            if name == TIME {
                class.time = asked.cell(plan, cells, fields.clone());
            }
            let cell = asked.cell(plan, cells, fields.chain([ANYWHERE]));
            if let Some(slot) = class.cells.get_mut(wide(*place)) {
                *slot = cell;
            }
            if let Some(slot) = class.wanted.get_mut(wide(*place)) {
                *slot = numbers_of(&router.wanted, name);
            }
        }
        class.view = view;
        class
    }
}

impl Router {
    pub(super) fn new(pipelines: Pipelines, plan: &Plan, wanted: Vec<String>) -> Self {
        let mut router = Self {
            names: HashMap::default(),
            questions: Vec::new(),
            needs: Vec::new(),
            classes: HashMap::default(),
            wanted,
            answers: Box::default(),
            last: None,
            learned: HashMap::default(),
            texts: Vec::new(),
            order: Vec::new(),
            buffer: String::new(),
            pipelines,
        };
        let fields: Vec<String> = plan
            .fields
            .iter()
            .skip(1)
            .chain(&router.wanted)
            .cloned()
            .collect();
        for field in &fields {
            router.name(field);
            let mut others: Vec<String> = Vec::new();
            for book in &router.pipelines.books {
                others.extend(book.names.get(field).into_iter().flatten().cloned());
                others.extend(
                    book.prefix
                        .as_ref()
                        .map(|prefix| format!("{prefix}.{field}")),
                );
            }
            let views = router.pipelines.views.iter();
            others.extend(
                views
                    .filter_map(|view| view.fields.get(field))
                    .flatten()
                    .cloned(),
            );
            for other in others {
                router.name(&other);
            }
        }
        let sources = router.pipelines.sources.iter().map(|source| &source.when);
        let views = router.pipelines.views.iter().map(|view| &view.when);
        let whens: Vec<_> = sources.chain(views).cloned().collect();
        let mut atoms: HashMap<(String, Vec<Pattern>), u32> = HashMap::new();
        for when in whens {
            let needs = when.into_iter().map(|all| {
                let atom = |part: (String, Vec<Pattern>)| {
                    let next = narrow(atoms.len());
                    let number = *atoms.entry(part.clone()).or_insert(next);
                    if number == next {
                        router.ask(&part.0, &part.1, number);
                    }
                    number
                };
                all.into_iter().map(atom).collect()
            });
            let needs = needs.collect();
            router.needs.push(needs);
        }
        router.answers = vec![0; atoms.len().div_ceil(64)].into();
        router
    }

    fn name(&mut self, name: &str) -> u32 {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        let number = narrow(self.names.len());
        self.names.insert(name.to_owned(), number);
        self.texts.push(name.to_owned());
        self.questions.push(None);
        number
    }

    fn ask(&mut self, field: &str, patterns: &[Pattern], atom: u32) {
        let also = self.pipelines.also.get(field).cloned();
        let also = also.into_iter().flatten();
        for name in also.chain([field.to_owned()]) {
            let name = self.name(&name);
            let Some(slot) = self.questions.get_mut(wide(name)) else {
                return;
            };
            let question = slot.get_or_insert_default();
            for pattern in patterns {
                match pattern.as_literal() {
                    Some(text) => {
                        let atoms = question.exact.entry(text.to_owned()).or_default();
                        atoms.push(atom);
                    }
                    None => question.patterns.push((pattern.clone(), atom)),
                }
            }
        }
    }

    /// The number of a name in events.
    pub(super) fn lookup(&self, name: &str) -> u32 {
        if let Some(known) = self.names.get(name) {
            return *known;
        }
        if !name.contains(' ') {
            return NO_NAME;
        }
        let without = self.names.get(&name.replace(' ', ""));
        without.copied().unwrap_or(NO_NAME)
    }

    /// The number of a name that stands at a place of an event: most often the one that stood
    /// there in the last event.
    pub(super) fn learn(&mut self, place: usize, name: &str) -> u32 {
        let last = self.order.get(place);
        if let Some(last) = last
            && self.texts.get(wide(*last)).is_some_and(|text| text == name)
        {
            return *last;
        }
        let number = self.number(name);
        if let Some(slot) = self.order.get_mut(place) {
            *slot = number;
        } else if place == self.order.len() && place < MOST_PLACES {
            self.order.push(number);
        }
        number
    }

    fn number(&mut self, name: &str) -> u32 {
        let known = self.names.get(name).or_else(|| self.learned.get(name));
        if let Some(known) = known {
            return *known;
        }
        let mut number = self.lookup(name);
        if self.learned.len() < MOST_LEARNED && name.len() <= LONGEST_LEARNED {
            if number == NO_NAME {
                number = narrow(self.texts.len());
                self.texts.push(name.to_owned());
            }
            self.learned.insert(name.to_owned(), number);
        }
        number
    }

    /// To be called before the fields of each event.
    pub(super) fn begin(&mut self) {
        self.answers.fill(0);
    }

    /// To be called with each field of an event.
    pub(super) fn see(&mut self, name: u32, datum: &Datum<'_>) {
        let Some(Some(question)) = self.questions.get_mut(wide(name)) else {
            return;
        };
        let Some(value) = datum.as_text(&mut self.buffer) else {
            return;
        };
        if question.last.as_deref() != Some(value) {
            question.ask(value);
        }
        for atom in &question.answers {
            if let Some(word) = self.answers.get_mut(wide(*atom / 64)) {
                *word |= 1 << (*atom % 64);
            }
        }
    }

    /// The class of the event whose fields were seen.
    pub(super) fn class(&mut self, plan: &Plan, rules: &[Rule], known: &mut Classes) -> u32 {
        if let Some((answers, class)) = &self.last
            && *answers == self.answers
        {
            return *class;
        }
        if let Some(known) = self.classes.get(&self.answers) {
            let known = *known;
            match &mut self.last {
                Some((answers, class)) => {
                    answers.copy_from_slice(&self.answers);
                    *class = known;
                }
                none => *none = Some((self.answers.clone(), known)),
            }
            return known;
        }
        if known.list.len() >= MOST_CLASSES {
            known.list.clear();
            known.cells.clear();
            known.cleared = true;
            self.classes.clear();
            self.last = None;
        }
        let has = |atom: &u32| {
            let word = self.answers.get(wide(*atom / 64));
            word.is_some_and(|word| word >> (*atom % 64) & 1 == 1)
        };
        let holds = |place: usize| {
            let any = self.needs.get(place).into_iter().flatten();
            any.into_iter().any(|all| all.iter().all(has))
        };
        let sources = self.pipelines.sources.len();
        let view = View::new(&self.pipelines, holds, |place| holds(sources + place));
        let number = narrow(known.list.len());
        let class = Class::new(plan, rules, view, self, &mut known.cells);
        known.list.push(class);
        self.classes.insert(self.answers.clone(), number);
        number
    }

    pub(super) fn pipelines(&self) -> &Pipelines {
        &self.pipelines
    }
}
