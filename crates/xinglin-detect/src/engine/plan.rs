//! All rules as one plan: each test once, and for each rule the tests one of which must pass.

use std::collections::{BTreeSet, HashMap};

use super::guard;
use crate::{
    pattern::{Pattern, Piece},
    pipeline::View,
    rule::{Expr, Matcher, Rule, Test},
};

/// The field of words that are searched in the whole event.
pub(super) const ANYWHERE: u32 = 0;

/// The rules, compiled.
#[derive(Debug, Default)]
pub(super) struct Plan {
    /// Fields by their names in rules.
    pub(super) fields: Vec<String>,
    pub(super) predicates: Vec<Predicate>,
    pub(super) rules: Vec<Planned>,
    /// By predicate: the rules that may match when it holds.
    pub(super) watchers: Vec<Vec<u32>>,
}

/// A test that rules share.
#[derive(Debug)]
pub(super) struct Predicate {
    pub(super) field: u32,
    pub(super) matcher: Matcher,
    pub(super) kind: Kind,
}

/// When a test is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Once for each new value.
    Value,
    /// When a rule comes to it, then kept with the value.
    Late,
    /// The field is there.
    Exists,
    /// The field is not there, or null.
    Null,
    /// Between two fields of an event; the other one.
    Relation(u32),
}

/// A rule, compiled.
#[derive(Debug)]
pub(super) struct Planned {
    pub(super) node: Node,
    /// One of these holds wherever the rule matches; none where nothing need hold.
    pub(super) witnesses: Option<Vec<u32>>,
    /// The fields it asks for, in order.
    pub(super) fields: Box<[u32]>,
}

/// A condition over predicates; what is cheap stands first.
#[derive(Debug, Clone)]
pub(super) enum Node {
    All(Box<[Self]>),
    Any(Box<[Self]>),
    AtLeast(usize, Box<[Self]>),
    Not(Box<Self>),
    Holds(u32),
}

/// What the builder must know of what it has built.
#[derive(Default)]
struct Builder {
    plan: Plan,
    fields: HashMap<String, u32>,
    predicates: HashMap<(u32, Matcher), u32>,
    /// By predicate: in how many rules it stands.
    shares: Vec<u32>,
}

impl Plan {
    pub(super) fn new(rules: &[Rule]) -> Self {
        let mut builder = Builder::default();
        builder.plan.fields.push(String::new());
        let nodes: Vec<Node> = rules.iter().map(|rule| builder.rule(rule)).collect();
        for node in &nodes {
            let mut own = Vec::new();
            node.each(&mut |predicate| own.push(predicate));
            own.sort_unstable();
            own.dedup();
            for predicate in own {
                if let Some(share) = builder.shares.get_mut(wide(predicate)) {
                    *share += 1;
                }
            }
        }
        let Builder {
            mut plan, shares, ..
        } = builder;
        plan.watchers = vec![Vec::new(); plan.predicates.len()];
        for (number, mut node) in nodes.into_iter().enumerate() {
            plan.order(&mut node);
            let witnesses = plan.witnesses(&node, &shares).map(|(_, found)| found);
            for predicate in witnesses.iter().flatten() {
                if let Some(watchers) = plan.watchers.get_mut(wide(*predicate)) {
                    watchers.push(narrow(number));
                }
            }
            let fields = plan.fields_of(&node);
            plan.rules.push(Planned {
                node,
                witnesses,
                fields,
            });
        }
        for watchers in &mut plan.watchers {
            watchers.dedup();
        }
        plan
    }

    pub(super) fn predicate(&self, number: u32) -> Option<&Predicate> {
        self.predicates.get(wide(number))
    }

    /// The predicates that ask for a value which stands for none, in order.
    pub(super) fn absent(&self, view: &View) -> Vec<u32> {
        let predicates = (0..).zip(&self.predicates);
        let absent = predicates.filter(|(_, known)| {
            known.kind == Kind::Value && known.field != ANYWHERE && view.is_absent(&known.matcher)
        });
        absent.map(|(number, _)| number).collect()
    }

    fn fields_of(&self, node: &Node) -> Box<[u32]> {
        let mut fields = BTreeSet::new();
        node.each(&mut |predicate| {
            if let Some(known) = self.predicate(predicate) {
                fields.insert(known.field);
                if let Kind::Relation(other) = known.kind {
                    fields.insert(other);
                }
            }
        });
        fields.into_iter().collect()
    }

    /// Puts what is cheap before what is dear.
    fn order(&self, node: &mut Node) -> u32 {
        match node {
            Node::Holds(predicate) => match self.predicate(*predicate).map(|known| known.kind) {
                Some(Kind::Late) => 1_000,
                Some(Kind::Relation(_)) => 100,
                _ => 1,
            },
            Node::Not(part) => self.order(part),
            Node::All(parts) | Node::Any(parts) | Node::AtLeast(_, parts) => {
                let mut priced: Vec<(u32, Node)> = std::mem::take(parts)
                    .into_iter()
                    .map(|mut part| (self.order(&mut part), part))
                    .collect();
                priced.sort_by_key(|(price, _)| *price);
                let sum = priced
                    .iter()
                    .fold(0_u32, |sum, (price, _)| sum.saturating_add(*price));
                *parts = priced.into_iter().map(|(_, part)| part).collect();
                sum
            }
        }
    }

    /// Predicates one of which holds wherever the node does, and how often one will; none where
    /// there are no such.
    fn witnesses(&self, node: &Node, shares: &[u32]) -> Option<(f64, Vec<u32>)> {
        match node {
            Node::Holds(predicate) => {
                let known = self.predicate(*predicate)?;
                let share = shares.get(wide(*predicate)).copied().unwrap_or(1);
                let often = known.often()? * (1.0 + f64::from(share).log2().max(0.0));
                Some((often, vec![*predicate]))
            }
            Node::Not(part) => self.negated(part, shares),
            Node::All(parts) => {
                let found = parts.iter().filter_map(|part| self.witnesses(part, shares));
                found.min_by(|(left, _), (right, _)| left.total_cmp(right))
            }
            // Of so many, one at least.
            Node::Any(parts) | Node::AtLeast(_, parts) => {
                let mut often = 0.0;
                let mut all = Vec::new();
                for part in parts {
                    let (more, found) = self.witnesses(part, shares)?;
                    often += more;
                    all.extend(found);
                }
                all.sort_unstable();
                all.dedup();
                (!all.is_empty()).then_some((often, all))
            }
        }
    }

    /// As [`Self::witnesses`] of what is not the node.
    fn negated(&self, node: &Node, shares: &[u32]) -> Option<(f64, Vec<u32>)> {
        match node {
            Node::Not(part) => self.witnesses(part, shares),
            Node::Any(parts) => {
                let found = parts.iter().filter_map(|part| self.negated(part, shares));
                found.min_by(|(left, _), (right, _)| left.total_cmp(right))
            }
            Node::All(parts) => {
                let mut often = 0.0;
                let mut all = Vec::new();
                for part in parts {
                    let (more, found) = self.negated(part, shares)?;
                    often += more;
                    all.extend(found);
                }
                (!all.is_empty()).then_some((often, all))
            }
            // Whatever is there may be null, so presence is no witness of it.
            Node::AtLeast(..) | Node::Holds(_) => None,
        }
    }
}

impl Node {
    /// Calls `each` with every predicate.
    pub(super) fn each(&self, each: &mut impl FnMut(u32)) {
        match self {
            Self::All(parts) | Self::Any(parts) | Self::AtLeast(_, parts) => {
                for part in parts {
                    part.each(each);
                }
            }
            Self::Not(part) => part.each(each),
            Self::Holds(predicate) => each(*predicate),
        }
    }
}

impl Predicate {
    /// About how often it holds of events that are looked at; none where nothing shows it.
    fn often(&self) -> Option<f64> {
        let often = match (&self.kind, &self.matcher) {
            (Kind::Null | Kind::Late | Kind::Relation(_), _) => return None,
            (Kind::Exists, _) => 0.9,
            (Kind::Value, Matcher::Pattern { pattern, .. }) => {
                if let Some(text) = pattern.as_literal() {
                    0.5 / count(text.chars().count().max(1))
                } else {
                    let text = literal(pattern).unwrap_or_default();
                    let text = text.strip_suffix(".exe").unwrap_or(text);
                    0.8 * 0.6_f64.powf(count(text.chars().count()))
                }
            }
            (Kind::Value, Matcher::Cidr(_)) => 0.3,
            (Kind::Value, _) => 0.5,
        };
        Some(often)
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::from(u32::MAX), f64::from)
}

/// The longest text in a pattern.
pub(super) fn literal(pattern: &Pattern) -> Option<&str> {
    let texts = pattern.pieces().iter().filter_map(|piece| match piece {
        Piece::Text(text) => Some(text.as_str()),
        _ => None,
    });
    texts.max_by_key(|text| text.len())
}

impl Builder {
    fn field(&mut self, name: Option<&str>) -> u32 {
        let Some(name) = name else {
            return ANYWHERE;
        };
        if let Some(known) = self.fields.get(name) {
            return *known;
        }
        let number = narrow(self.plan.fields.len());
        self.fields.insert(name.to_owned(), number);
        self.plan.fields.push(name.to_owned());
        number
    }

    fn predicate(&mut self, field: u32, matcher: Matcher) -> u32 {
        let matcher = match matcher {
            Matcher::Pattern {
                pattern,
                cased: false,
            } => Matcher::Pattern {
                pattern: pattern.folded(),
                cased: false,
            },
            other => other,
        };
        let kind = match &matcher {
            Matcher::Regex(_) => Kind::Late,
            Matcher::Null => Kind::Null,
            Matcher::Exists => Kind::Exists,
            Matcher::Field { other, .. } => Kind::Relation(self.field(Some(other))),
            _ => Kind::Value,
        };
        let key = (field, matcher);
        if let Some(known) = self.predicates.get(&key) {
            return *known;
        }
        let number = narrow(self.plan.predicates.len());
        self.plan.predicates.push(Predicate {
            field,
            matcher: key.1.clone(),
            kind,
        });
        self.predicates.insert(key, number);
        self.shares.push(0);
        number
    }

    fn rule(&mut self, rule: &Rule) -> Node {
        let condition = rule.condition.map(&mut |place| {
            let selection = rule.selections.get(*place);
            selection.map_or(Expr::Any(Vec::new()), |selection| selection.expr.clone())
        });
        self.node(&condition)
    }

    fn node(&mut self, expr: &Expr<Test>) -> Node {
        match expr {
            Expr::All(parts) => self.joined(parts, Node::All),
            Expr::Any(parts) => self.joined(parts, Node::Any),
            Expr::AtLeast(least, parts) => {
                Node::AtLeast(*least, parts.iter().map(|part| self.node(part)).collect())
            }
            Expr::Not(part) => Node::Not(Box::new(self.node(part))),
            Expr::Test(test) => self.test(test),
        }
    }

    fn joined(&mut self, parts: &[Expr<Test>], join: impl Fn(Box<[Node]>) -> Node) -> Node {
        let mut nodes: Vec<Node> = parts.iter().map(|part| self.node(part)).collect();
        match nodes.pop() {
            Some(only) if nodes.is_empty() => only,
            last => {
                nodes.extend(last);
                join(nodes.into())
            }
        }
    }

    fn test(&mut self, test: &Test) -> Node {
        let field = self.field(test.field.as_deref());
        let own = self.predicate(field, test.matcher.clone());
        let first = match &test.matcher {
            Matcher::Regex(regex) => match guard::literals(regex) {
                Some(texts) => self.contains_any(field, texts),
                // With nothing to look for first, it takes the field to be there.
                None => self.presence(field),
            },
            Matcher::Field { .. } => self.presence(field),
            _ => return Node::Holds(own),
        };
        Node::All([first, Node::Holds(own)].into())
    }

    fn contains_any(&mut self, field: u32, texts: Vec<String>) -> Node {
        let holds = texts.into_iter().map(|text| {
            let pattern = Pattern::literal(text).surrounded(true, true);
            let cased = false;
            Node::Holds(self.predicate(field, Matcher::Pattern { pattern, cased }))
        });
        Node::Any(holds.collect())
    }

    fn presence(&mut self, field: u32) -> Node {
        Node::Holds(self.predicate(field, Matcher::Exists))
    }
}

/// Numbers of things in a plan fit into 32 bits.
pub(super) fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

pub(super) fn wide(number: u32) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
