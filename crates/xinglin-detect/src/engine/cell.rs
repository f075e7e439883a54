//! What is asked of the values of one field of the events of a class, for all names that rules
//! have for it together.

use std::collections::{BTreeSet, HashMap};

use jiff::tz::TimeZone;

use super::{
    plan::{Kind, Plan, narrow, wide},
    table::{Scratch, Table},
};

/// No cell: nothing is asked.
pub(super) const NO_CELL: u32 = u32::MAX;

/// The tests of values that come by one name, and what follows when they hold.
#[derive(Debug)]
pub(super) struct Cell {
    number: u32,
    /// The fields of rules that the values are of.
    pub(super) fields: Box<[u32]>,
    /// The predicates, in order.
    predicates: Box<[u32]>,
    /// By place of a predicate: the rules that may match when it holds.
    watchers: Box<[Box<[u32]>]>,
    /// The rules that may match where the field is there but null.
    pub(super) by_presence: Box<[u32]>,
    /// Whether rules look at values again, to ask late: only where something holds already.
    pub(super) is_asked_late: bool,
    /// Whether rules compare values with those of other fields, whatever holds of them.
    pub(super) has_relation: bool,
    table: Table,
}

/// Fields, and the rules that ask for them.
type Key = (Box<[u32]>, Box<[u32]>);

/// All cells there are; those of different classes that ask the same are one.
#[derive(Debug, Default)]
pub(super) struct Cells {
    list: Vec<Cell>,
    /// By fields and rules.
    numbers: HashMap<Key, u32, foldhash::fast::RandomState>,
}

impl Cells {
    /// The cell for values of these fields that these rules ask for.
    pub(super) fn number(
        &mut self,
        plan: &Plan,
        fields: &BTreeSet<u32>,
        rules: &BTreeSet<u32>,
    ) -> u32 {
        if rules.is_empty() {
            return NO_CELL;
        }
        let fields: Box<[u32]> = fields.iter().copied().collect();
        let rules: Box<[u32]> = rules.iter().copied().collect();
        let new = narrow(self.list.len());
        let key = (fields, rules);
        if let Some(known) = self.numbers.get(&key) {
            return *known;
        }
        self.list.push(Cell::new(plan, new, &key.0, &key.1));
        self.numbers.insert(key, new);
        new
    }

    pub(super) fn get(&self, number: u32) -> Option<&Cell> {
        self.list.get(wide(number))
    }

    /// Whether values of a cell are of a field.
    pub(super) fn is_of(&self, number: u32, field: u32) -> bool {
        let cell = self.get(number);
        cell.is_some_and(|cell| cell.fields.contains(&field))
    }

    pub(super) fn clear(&mut self) {
        self.list.clear();
        self.numbers.clear();
    }

    pub(super) fn len(&self) -> usize {
        self.list.len()
    }

    /// Bytes of all tables.
    pub(super) fn bytes(&self) -> usize {
        self.list.iter().map(|cell| cell.table.bytes()).sum()
    }
}

impl Cell {
    fn new(plan: &Plan, number: u32, fields: &[u32], rules: &[u32]) -> Self {
        let mut predicates = BTreeSet::new();
        let mut is_asked_late = false;
        let mut has_relation = false;
        for planned in rules.iter().filter_map(|rule| plan.rules.get(wide(*rule))) {
            planned.node.each(&mut |number| {
                let Some(known) = plan.predicate(number) else {
                    return;
                };
                let is_of = |field: u32| fields.binary_search(&field).is_ok();
                if let Kind::Relation(other) = known.kind {
                    has_relation |= is_of(known.field) || is_of(other);
                } else if is_of(known.field) {
                    is_asked_late |= known.kind == Kind::Late;
                    predicates.insert(number);
                }
            });
        }
        let predicates: Box<[u32]> = predicates.into_iter().collect();
        let of_rules = |number: &u32| -> Box<[u32]> {
            let watchers = plan.watchers.get(wide(*number)).into_iter().flatten();
            let watchers = watchers.filter(|rule| rules.binary_search(rule).is_ok());
            watchers.copied().collect()
        };
        let watchers: Box<[Box<[u32]>]> = predicates.iter().map(of_rules).collect();
        let table = Table::new(plan, &predicates);
        let mut by_presence = BTreeSet::new();
        for place in table.presence() {
            let number = predicates.get(wide(*place)).copied().unwrap_or_default();
            let kind = plan.predicate(number).map(|known| known.kind);
            if kind == Some(Kind::Exists) {
                by_presence.extend(watchers.get(wide(*place)).into_iter().flatten());
            }
        }
        Self {
            number,
            fields: fields.into(),
            predicates,
            watchers,
            by_presence: by_presence.into_iter().collect(),
            is_asked_late,
            has_relation,
            table,
        }
    }

    /// Whether looking at a value takes no longer than finding it among those that are known.
    pub(super) fn is_quick(&self, value: &str) -> bool {
        !self.has_relation && self.table.is_quick(value)
    }

    /// Whether values need not be remembered whole.
    pub(super) fn is_by_lines(&self, value: &str) -> bool {
        self.table.is_by_lines(value)
    }

    /// Whether it is seen at a glance that nothing holds of a value.
    pub(super) fn is_silent(&self, value: &str) -> bool {
        !self.has_relation && self.table.is_silent(value)
    }

    /// Puts the predicates that hold of a value into `holding`, and the rules that may match
    /// then into `candidates`; both in order, once each.
    pub(super) fn find(
        &self,
        plan: &Plan,
        zone: &TimeZone,
        value: &str,
        scratch: &mut Scratch,
        holding: &mut Vec<u32>,
        candidates: &mut Vec<u32>,
    ) {
        let number = |place: u32| self.predicates.get(wide(place)).copied();
        let matcher = |place: u32| Some(&plan.predicate(number(place)?)?.matcher);
        self.table
            .holding(self.number, matcher, zone, value, scratch, holding);
        for place in holding {
            candidates.extend(self.watchers.get(wide(*place)).into_iter().flatten());
            *place = number(*place).unwrap_or(u32::MAX);
        }
        candidates.sort_unstable();
        candidates.dedup();
    }
}
