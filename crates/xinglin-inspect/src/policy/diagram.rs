//! All packets of a region, parted by the rules that decide them: a decision diagram with a
//! level for each side of a packet. Parts whose rules are the same are worked out once.

use std::{
    collections::{BTreeMap, HashMap},
    ops::ControlFlow,
    sync::Arc,
};

use super::{
    model::{Line, Product, sides_from},
    ranges::Ranges,
    rule::Action,
    split::{Steps, TooManySteps, split},
};

/// What is asked of the rule sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Asked {
    /// A packet passes one set after the other until one denies it.
    InSeries,
    /// Two sets see the same packet; only packets they treat differently are of interest.
    Difference,
}

/// The rule of each set that decides; `None` is the set's default. In a series it ends with
/// the first set that denies.
pub(super) type Deciders = Vec<Option<usize>>;

/// A set of packets that the same rules decide.
#[derive(Debug, Clone)]
pub(super) struct Piece {
    pub(super) sides: Product,
    pub(super) deciders: Deciders,
}

/// No more pieces than this are given: nobody reads them.
const MOST_PIECES: usize = 50_000;

#[derive(Debug, Clone, Copy)]
struct Candidate<'m> {
    line: &'m Line,
    covered: u8,
    /// Equal for lines of equal packets and action.
    content: u32,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash)]
enum Node {
    Dead,
    Leaf(Deciders),
    Branch(usize, Vec<(Arc<Ranges>, usize)>),
}

/// What is known of some lines before the next side is looked at.
enum Outlook {
    Settled(Node),
    Open(Vec<u32>),
}

pub(super) struct Diagram<'m> {
    region: &'m Product,
    defaults: &'m [Action],
    asked: Asked,
    candidates: Vec<Candidate<'m>>,
    nodes: Vec<Node>,
    numbers: HashMap<Node, usize>,
    known: HashMap<(usize, Vec<u32>), usize>,
}

impl<'m> Diagram<'m> {
    /// Lines in order of set and rule; `defaults` has the default of each set.
    pub(super) fn new(
        region: &'m Product,
        lines: impl Iterator<Item = &'m Line>,
        defaults: &'m [Action],
        asked: Asked,
    ) -> Self {
        let mut contents: HashMap<(&Product, bool), u32> = HashMap::new();
        let mut candidates = Vec::new();
        let mut closed = None;
        for line in lines {
            if closed == Some(line.set) || !line.overlaps(region) {
                continue;
            }
            let covered = line.covered(region);
            if covered == sides_from(0) {
                closed = Some(line.set);
            }
            let next = u32::try_from(contents.len()).unwrap_or(u32::MAX);
            let content = (&line.sides, line.action == Action::Permit);
            candidates.push(Candidate {
                line,
                covered,
                content: *contents.entry(content).or_insert(next),
            });
        }
        Self {
            region,
            defaults,
            asked,
            candidates,
            nodes: Vec::new(),
            numbers: HashMap::new(),
            known: HashMap::new(),
        }
    }

    /// The pieces, without those that are not of interest.
    pub(super) fn pieces(mut self, steps: &mut Steps) -> Result<Vec<Piece>, TooManySteps> {
        let all = (0..self.candidates.len()).filter_map(|index| u32::try_from(index).ok());
        let all: Vec<u32> = all.collect();
        let root = self.build(0, &all, steps)?;
        let mut pieces = Vec::new();
        self.walk(root, self.region.clone(), &mut pieces)?;
        Ok(pieces)
    }

    fn candidate(&self, index: u32) -> Option<&Candidate<'m>> {
        self.candidates.get(usize::try_from(index).ok()?)
    }

    fn number(&mut self, node: Node) -> usize {
        if let Some(number) = self.numbers.get(&node) {
            return *number;
        }
        let number = self.nodes.len();
        self.nodes.push(node.clone());
        self.numbers.insert(node, number);
        number
    }

    fn build(
        &mut self,
        level: usize,
        list: &[u32],
        steps: &mut Steps,
    ) -> Result<usize, TooManySteps> {
        let open = match self.outlook(level, list) {
            Outlook::Settled(node) => return Ok(self.number(node)),
            Outlook::Open(open) => open,
        };
        let key = (level, open);
        if let Some(number) = self.known.get(&key) {
            return Ok(*number);
        }
        let node = self.branch(level, &key.1, steps)?;
        self.known.insert(key, node);
        Ok(node)
    }

    fn branch(
        &mut self,
        level: usize,
        list: &[u32],
        steps: &mut Steps,
    ) -> Result<usize, TooManySteps> {
        let region = self.region;
        let Some(part) = region.get(level) else {
            return Ok(self.number(Node::Dead));
        };
        let sides: Vec<&'m Ranges> = list
            .iter()
            .filter_map(|index| self.candidate(*index))
            .filter_map(|candidate| candidate.line.sides.get(level).map(AsRef::as_ref))
            .collect();
        let mut by_child: BTreeMap<usize, Vec<(u128, u128)>> = BTreeMap::new();
        let mut outcome = Ok(());
        split(part, &sides, |first, last, positions| {
            let below: Vec<u32> = positions
                .iter()
                .filter_map(|position| list.get(usize::try_from(*position).ok()?).copied())
                .collect();
            let child = steps
                .take(1 + below.len())
                .and_then(|()| self.build(level + 1, &below, steps));
            match child {
                Ok(child) => {
                    by_child.entry(child).or_default().push((first, last));
                    ControlFlow::Continue(())
                }
                Err(error) => {
                    outcome = Err(error);
                    ControlFlow::Break(())
                }
            }
        });
        outcome?;
        if by_child.len() == 1
            && let Some(child) = by_child.keys().next()
        {
            return Ok(*child);
        }
        let edges = by_child
            .into_iter()
            .filter(|(child, _)| self.nodes.get(*child) != Some(&Node::Dead))
            .map(|(child, ranges)| (Arc::new(Ranges::new(ranges)), child))
            .collect();
        Ok(self.number(Node::Branch(level, edges)))
    }

    /// Leaves out lines that cannot act any more, and says whether all is decided.
    fn outlook(&self, level: usize, list: &[u32]) -> Outlook {
        let rest = sides_from(level);
        let mut open = Vec::with_capacity(list.len());
        let mut views = Vec::with_capacity(self.defaults.len());
        let mut remaining = list;
        for (set, default) in self.defaults.iter().enumerate() {
            let of_set = remaining
                .partition_point(|index| self.candidate(*index).is_some_and(|c| c.line.set <= set));
            let (ours, others) = remaining.split_at(of_set);
            remaining = others;
            let view = self.view(ours, rest, *default);
            open.extend_from_slice(view.lines);
            let denies = view
                .decided
                .is_some_and(|(_, action)| action == Action::Deny);
            views.push(view);
            if denies && self.asked == Asked::InSeries {
                break;
            }
        }
        if self.asked == Asked::Difference && self.agree(&views) {
            return Outlook::Settled(Node::Dead);
        }
        let decided: Option<Vec<_>> = views.iter().map(|view| view.decided).collect();
        match decided {
            Some(decided) => {
                Outlook::Settled(Node::Leaf(decided.iter().map(|(rule, _)| *rule).collect()))
            }
            None => Outlook::Open(open),
        }
    }

    fn view<'l>(&self, list: &'l [u32], rest: u8, default: Action) -> View<'l> {
        let holds = |index: &u32| {
            self.candidate(*index)
                .is_some_and(|c| c.covered & rest == rest)
        };
        let end = list.iter().position(holds);
        let lines = list
            .get(..end.map_or(list.len(), |end| end + 1))
            .unwrap_or(list);
        let decided = match (end, lines.first()) {
            (_, None) => Some((None, default)),
            (Some(0), Some(first)) => self
                .candidate(*first)
                .map(|first| (Some(first.line.rule), first.line.action)),
            _ => None,
        };
        View {
            lines,
            decided,
            // What is left to the default ends with it.
            default: end.is_none().then_some(default),
        }
    }

    /// Whether two sets surely treat all that is left alike.
    fn agree(&self, views: &[View<'_>]) -> bool {
        let [before, after] = views else {
            return false;
        };
        let contents = |view: &View<'_>| -> Vec<u32> {
            let candidates = view.lines.iter().filter_map(|index| self.candidate(*index));
            candidates.map(|candidate| candidate.content).collect()
        };
        let mut actions = views.iter().flat_map(|view| {
            let lines = view.lines.iter().filter_map(|index| self.candidate(*index));
            lines.map(|c| c.line.action).chain(view.default)
        });
        let first = actions.next();
        if actions.all(|action| Some(action) == first) {
            return true;
        }
        before.default == after.default && contents(before) == contents(after)
    }

    fn walk(
        &self,
        number: usize,
        sides: Product,
        pieces: &mut Vec<Piece>,
    ) -> Result<(), TooManySteps> {
        match self.nodes.get(number) {
            None | Some(Node::Dead) => {}
            Some(Node::Leaf(deciders)) => {
                if pieces.len() >= MOST_PIECES {
                    return Err(TooManySteps);
                }
                pieces.push(Piece {
                    sides,
                    deciders: deciders.clone(),
                });
            }
            Some(Node::Branch(level, edges)) => {
                for (ranges, child) in edges {
                    let mut narrowed = sides.clone();
                    if let Some(side) = narrowed.get_mut(*level) {
                        *side = Arc::clone(ranges);
                    }
                    self.walk(*child, narrowed, pieces)?;
                }
            }
        }
        Ok(())
    }
}

/// What is known of one set.
struct View<'l> {
    /// Its lines that may still act.
    lines: &'l [u32],
    /// The rule and action, when nothing else is possible.
    decided: Option<(Option<usize>, Action)>,
    /// The default, when it may still act.
    default: Option<Action>,
}
