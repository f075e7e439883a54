//! From an event to its class: which rules are for it, and what its fields are called in them.
//!
//! Events of a class have the same answers to everything that pipelines ask: there are few
//! classes, and what follows from one is worked out once.

use std::collections::{BTreeSet, HashMap};

use super::plan::{ANYWHERE, Plan, narrow, wide};
use crate::{
    fold,
    pattern::Pattern,
    pipeline::{Pipelines, TIME, View},
    record::Datum,
    rule::Rule,
};

/// More classes than that at a time are not kept.
const MOST_CLASSES: usize = 1_024;
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
    /// How many classes there were ever: what is remembered of one is nothing to another.
    made: u32,
    /// The answers of the event at hand.
    answers: Answers,
    buffer: String,
}

/// What pipelines ask of one field.
#[derive(Debug, Default)]
struct Question {
    exact: HashMap<String, Vec<u32>>,
    patterns: Vec<(Pattern, u32)>,
}

/// A class of events.
#[derive(Debug)]
pub(super) struct Class {
    pub(super) view: View,
    /// The rules for it, a bit each.
    rules: Bits,
    /// The predicates of those, a bit each.
    predicates: Bits,
    /// Rules that may match whatever the values are.
    pub(super) always: Vec<u32>,
    /// By name: the fields that rules ask for and that are fed by it.
    fields: Vec<Box<[u32]>>,
    /// Where values are kept apart from those of other classes: behind this comes the field.
    pub(super) first_cell: u32,
    /// Whether rules search words in the whole event.
    pub(super) is_searched: bool,
    pub(super) has_rules: bool,
}

/// A set of numbers.
#[derive(Debug, Default)]
struct Bits(Vec<u64>);

impl Bits {
    fn set(&mut self, number: u32) {
        let place = wide(number / 64);
        if self.0.len() <= place {
            self.0.resize(place + 1, 0);
        }
        if let Some(word) = self.0.get_mut(place) {
            *word |= 1 << (number % 64);
        }
    }

    fn has(&self, number: u32) -> bool {
        let word = self.0.get(wide(number / 64));
        word.is_some_and(|word| word >> (number % 64) & 1 == 1)
    }
}

impl Class {
    pub(super) fn has_rule(&self, rule: u32) -> bool {
        self.rules.has(rule)
    }

    pub(super) fn asks(&self, predicate: u32) -> bool {
        self.predicates.has(predicate)
    }

    /// The fields that are fed by a name.
    pub(super) fn fields(&self, name: u32) -> &[u32] {
        self.fields.get(wide(name)).map_or(&[], |fields| fields)
    }

    fn new(plan: &Plan, rules: &[Rule], view: View, number: u32, router: &Router) -> Self {
        let mut class = Self {
            view,
            rules: Bits::default(),
            predicates: Bits::default(),
            always: Vec::new(),
            fields: Vec::new(),
            first_cell: number.wrapping_mul(narrow(plan.fields.len())),
            is_searched: false,
            has_rules: false,
        };
        let mut asked = BTreeSet::new();
        for (number, (rule, planned)) in rules.iter().zip(&plan.rules).enumerate() {
            if !class.view.is_for(rule) {
                continue;
            }
            let number = narrow(number);
            class.has_rules = true;
            class.rules.set(number);
            if planned.witnesses.is_none() {
                class.always.push(number);
            }
            planned.node.each(&mut |predicate| {
                class.predicates.set(predicate);
                let Some(known) = plan.predicate(predicate) else {
                    return;
                };
                asked.insert(known.field);
                if let super::plan::Kind::Relation(other) = known.kind {
                    asked.insert(other);
                }
            });
        }
        class.is_searched = asked.remove(&ANYWHERE);
        let by_name: HashMap<&str, u32> = plan.fields.iter().map(String::as_str).zip(0..).collect();
        class.fields = vec![Box::default(); router.names.len()];
        for (name, place) in &router.names {
            let called = class.view.names_of(name);
            let fields = called.iter().filter_map(|name| by_name.get(name.as_str()));
            let fields: Vec<u32> = fields
                .copied()
                .filter(|field| asked.contains(field))
                .collect();
            if let Some(slot) = class.fields.get_mut(wide(*place)) {
                *slot = fields.into();
            }
        }
        class
    }
}

impl Router {
    pub(super) fn new(pipelines: Pipelines, plan: &Plan) -> Self {
        let mut router = Self {
            names: HashMap::default(),
            questions: Vec::new(),
            needs: Vec::new(),
            classes: HashMap::default(),
            made: 0,
            answers: Box::default(),
            buffer: String::new(),
            pipelines,
        };
        for field in plan.fields.iter().skip(1) {
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

    /// To be called before the fields of each event.
    pub(super) fn begin(&mut self) {
        self.answers.fill(0);
    }

    /// To be called with each field of an event.
    pub(super) fn see(&mut self, name: u32, datum: &Datum<'_>) {
        let Some(Some(question)) = self.questions.get(wide(name)) else {
            return;
        };
        let Some(value) = datum.as_text(&mut self.buffer) else {
            return;
        };
        let value = fold::fold(value);
        let answers = &mut self.answers;
        let mut answer = |atom: u32| {
            if let Some(word) = answers.get_mut(wide(atom / 64)) {
                *word |= 1 << (atom % 64);
            }
        };
        for atom in question.exact.get(&*value).into_iter().flatten() {
            answer(*atom);
        }
        for (pattern, atom) in &question.patterns {
            if pattern.fit(&value, true).is_some() {
                answer(*atom);
            }
        }
    }

    /// The class of the event whose fields were seen.
    pub(super) fn class(&mut self, plan: &Plan, rules: &[Rule], classes: &mut Vec<Class>) -> u32 {
        if let Some(known) = self.classes.get(&self.answers) {
            return *known;
        }
        if classes.len() >= MOST_CLASSES {
            classes.clear();
            self.classes.clear();
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
        let number = narrow(classes.len());
        classes.push(Class::new(plan, rules, view, self.made, self));
        self.made = self.made.wrapping_add(1);
        self.classes.insert(self.answers.clone(), number);
        number
    }

    /// The number of the name of the time of events.
    pub(super) fn time(&self) -> u32 {
        self.names.get(TIME).copied().unwrap_or(NO_NAME)
    }

    pub(super) fn pipelines(&self) -> &Pipelines {
        &self.pipelines
    }
}
