//! Conditions, over what is known of the event at hand.

use super::{
    Look,
    plan::{Kind, Node, wide},
};
use crate::{matching, rule::Matcher};

impl Look<'_> {
    pub(super) fn holds(&mut self, node: &Node) -> bool {
        match node {
            Node::All(parts) => parts.iter().all(|part| self.holds(part)),
            Node::Any(parts) => parts.iter().any(|part| self.holds(part)),
            Node::AtLeast(least, parts) => {
                let held = parts.iter().filter(|part| self.holds(part));
                held.take(*least).count() >= *least
            }
            Node::Not(part) => !self.holds(part),
            Node::Holds(predicate) => self.predicate(*predicate),
        }
    }

    fn predicate(&mut self, number: u32) -> bool {
        let plan = self.plan;
        let Some(predicate) = plan.predicate(number) else {
            return false;
        };
        let event = &*self.event;
        let is_marked = |marks: &[u32], place: u32| marks.get(wide(place)) == Some(&event.number);
        match predicate.kind {
            Kind::Value => {
                is_marked(&event.held, number)
                    || !is_marked(&event.seen, predicate.field) && self.class.is_absent(number)
            }
            Kind::Exists => is_marked(&event.seen, predicate.field),
            Kind::Null => {
                !is_marked(&event.seen, predicate.field) || is_marked(&event.null, predicate.field)
            }
            Kind::Late => self.late(number, predicate.field, &predicate.matcher),
            Kind::Relation(other) => self.relation(predicate.field, other, &predicate.matcher),
        }
    }

    fn late(&mut self, number: u32, field: u32, matcher: &Matcher) -> bool {
        let zone = self.zone;
        let (memo, cells) = (&mut *self.memo, self.cells);
        let values = self.event.values.iter();
        let mut places = values.filter(|(cell, _)| cells.is_of(*cell, field));
        places.any(|(_, place)| memo.late(*place, number, |value| matcher.passes(value, zone)))
    }

    fn relation(&self, field: u32, other: u32, matcher: &Matcher) -> bool {
        let Matcher::Field { place, cased, .. } = matcher else {
            return false;
        };
        let values = |wanted: u32| {
            let values = self.event.values.iter();
            let values = values.filter(move |(cell, _)| self.cells.is_of(*cell, wanted));
            values.map(|(_, place)| self.memo.value(*place))
        };
        values(field).any(|value| {
            let mut others = values(other);
            others.any(|other| matching::stands(value, other, *place, *cased))
        })
    }
}
