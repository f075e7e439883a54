//! The search for one packet of a kind, without looking at all of them.

use std::{collections::HashSet, ops::ControlFlow};

use super::{
    model::{Line, Point, Product, SIDES, sides_from},
    ranges::Ranges,
    split::{Steps, TooManySteps, split},
};

/// A line that may decide packets of a region.
#[derive(Debug, Clone, Copy)]
struct Candidate<'m> {
    line: &'m Line,
    covered: u8,
    is_wanted: bool,
}

/// A question: is there a packet in `region` whose first line among those given is a wanted
/// one, or that none of them speaks of, where that is wanted?
pub(super) struct Search<'m> {
    region: &'m Product,
    candidates: Vec<Candidate<'m>>,
    /// Whether a packet that no line speaks of is wanted.
    unmatched_is_wanted: bool,
    /// What was looked at in vain.
    vain: [HashSet<Vec<u32>>; SIDES],
}

impl<'m> Search<'m> {
    /// Lines in the order in which they are tried, each with whether a packet it decides is
    /// wanted.
    pub(super) fn new(
        region: &'m Product,
        lines: impl Iterator<Item = (&'m Line, bool)>,
        unmatched_is_wanted: bool,
    ) -> Self {
        let mut candidates = Vec::new();
        for (line, is_wanted) in lines {
            if line.overlaps(region) {
                let covered = line.covered(region);
                candidates.push(Candidate {
                    line,
                    covered,
                    is_wanted,
                });
                if covered == sides_from(0) {
                    break;
                }
            }
        }
        Self {
            region,
            candidates,
            unmatched_is_wanted,
            vain: Default::default(),
        }
    }

    /// A packet that is wanted.
    pub(super) fn run(mut self, steps: &mut Steps) -> Result<Option<Point>, TooManySteps> {
        let all = (0..self.candidates.len()).filter_map(|index| u32::try_from(index).ok());
        let all: Vec<u32> = all.collect();
        self.look(0, &all, steps)
    }

    fn candidate(&self, index: u32) -> Option<&Candidate<'m>> {
        self.candidates.get(usize::try_from(index).ok()?)
    }

    /// Looks at the packets that `list` may speak of, as far as the sides before `level` are
    /// concerned.
    fn look(
        &mut self,
        level: usize,
        list: &[u32],
        steps: &mut Steps,
    ) -> Result<Option<Point>, TooManySteps> {
        let rest = sides_from(level);
        // Nothing gets past the first line that holds all that is left.
        let speak = |index: &u32| {
            self.candidate(*index)
                .is_some_and(|c| c.covered & rest == rest)
        };
        let end = list.iter().position(speak);
        let list = list
            .get(..end.map_or(list.len(), |end| end + 1))
            .unwrap_or(list);
        let is_wanted = |index: &u32| self.candidate(*index).is_some_and(|c| c.is_wanted);
        let hope = (end.is_none() && self.unmatched_is_wanted) || list.iter().any(is_wanted);
        if !hope {
            return Ok(None);
        }
        if end == Some(0) || list.is_empty() {
            return Ok(Some(
                self.region
                    .each_ref()
                    .map(|side| side.lowest().unwrap_or(0)),
            ));
        }
        if self.vain.get(level).is_some_and(|vain| vain.contains(list)) {
            return Ok(None);
        }
        let found = self.look_along(level, list, steps)?;
        if let (None, Some(vain)) = (&found, self.vain.get_mut(level)) {
            vain.insert(list.to_vec());
        }
        Ok(found)
    }

    fn look_along(
        &mut self,
        level: usize,
        list: &[u32],
        steps: &mut Steps,
    ) -> Result<Option<Point>, TooManySteps> {
        let Some(part) = self.region.get(level).filter(|_| level < SIDES) else {
            return Ok(None);
        };
        let bit = 1_u8.checked_shl(u32::try_from(level).unwrap_or(u32::MAX));
        let bit = bit.unwrap_or(0);
        let is_whole = |index: &u32| self.candidate(*index).is_some_and(|c| c.covered & bit != 0);
        if list.iter().all(is_whole) {
            steps.take(1)?;
            return self.look(level + 1, list, steps);
        }
        let sides: Vec<&'m Ranges> = list
            .iter()
            .filter_map(|index| self.candidate(*index))
            .filter_map(|candidate| candidate.line.sides.get(level).map(AsRef::as_ref))
            .collect();
        let mut outcome = Ok(None);
        split(part, &sides, |first, _, positions| {
            let below: Vec<u32> = positions
                .iter()
                .filter_map(|position| list.get(usize::try_from(*position).ok()?).copied())
                .collect();
            outcome = steps
                .take(1 + below.len())
                .and_then(|()| self.look(level + 1, &below, steps));
            match &mut outcome {
                Ok(None) => ControlFlow::Continue(()),
                Ok(Some(point)) => {
                    if let Some(number) = point.get_mut(level) {
                        *number = first;
                    }
                    ControlFlow::Break(())
                }
                Err(_) => ControlFlow::Break(()),
            }
        });
        outcome
    }
}
