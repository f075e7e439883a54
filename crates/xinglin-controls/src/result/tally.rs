//! Verdicts of one item over its objects.

use serde::{Deserialize, Serialize};
use xinglin_core::Verdict;

use super::MultiObject;

/// What stands where an item and an object meet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[repr(u8)]
pub enum Cell {
    /// The item is not assessed on this object.
    #[default]
    Absent,
    /// It is, and there is no verdict yet.
    Open,
    /// 符合
    Compliant,
    /// 部分符合
    Partial,
    /// 不符合
    Noncompliant,
    /// 不适用
    NotApplicable,
}

impl From<Option<Verdict>> for Cell {
    fn from(verdict: Option<Verdict>) -> Self {
        match verdict {
            None => Self::Open,
            Some(Verdict::Compliant) => Self::Compliant,
            Some(Verdict::Partial) => Self::Partial,
            Some(Verdict::Noncompliant) => Self::Noncompliant,
            Some(Verdict::NotApplicable) => Self::NotApplicable,
        }
    }
}

impl Cell {
    /// The verdict, `None` for an open or absent cell.
    pub fn verdict(self) -> Option<Verdict> {
        match self {
            Self::Absent | Self::Open => None,
            Self::Compliant => Some(Verdict::Compliant),
            Self::Partial => Some(Verdict::Partial),
            Self::Noncompliant => Some(Verdict::Noncompliant),
            Self::NotApplicable => Some(Verdict::NotApplicable),
        }
    }
}

/// How many objects of one item stand at each verdict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally([u32; 6]);

impl Tally {
    /// How many objects stand at `cell`.
    pub fn count(&self, cell: Cell) -> u32 {
        self.0[cell as usize]
    }

    pub(crate) fn add(&mut self, cell: Cell) {
        self.0[cell as usize] += 1;
    }

    pub(crate) fn remove(&mut self, cell: Cell) {
        self.0[cell as usize] -= 1;
    }

    /// Objects that count: all but those that say 不适用.
    pub(crate) fn counted(&self) -> u32 {
        self.judged() + self.count(Cell::Open)
    }

    fn judged(&self) -> u32 {
        self.count(Cell::Compliant) + self.count(Cell::Partial) + self.count(Cell::Noncompliant)
    }

    /// The verdict on the item over all its objects.
    ///
    /// Objects that say 不适用 are left out of an item that has others. An object without
    /// a verdict counts as 不符合 beside others that have one; an item without any is
    /// unanswered.
    pub fn state(&self) -> State {
        let compliant = self.count(Cell::Compliant);
        let partial = self.count(Cell::Partial);
        let open = self.count(Cell::Open);
        if self.judged() == 0 {
            if open == 0 && self.count(Cell::NotApplicable) > 0 {
                State::NotApplicable
            } else {
                State::Unanswered
            }
        } else if compliant + partial == 0 {
            State::Noncompliant
        } else if compliant == self.counted() {
            State::Compliant
        } else {
            State::Partial
        }
    }

    /// Whether some objects have a verdict that counts and others have none.
    pub fn is_partly_answered(&self) -> bool {
        self.judged() > 0 && self.count(Cell::Open) > 0
    }

    /// How far the item is met, from 0 to 1, over the objects that count.
    pub(crate) fn credit(&self, reading: MultiObject) -> f64 {
        match (reading, self.state()) {
            (_, State::Compliant) => 1.0,
            (_, State::Noncompliant | State::Unanswered | State::NotApplicable) => 0.0,
            (MultiObject::TriState, State::Partial) => 0.5,
            (MultiObject::Mean, State::Partial) => {
                let met = f64::from(self.count(Cell::Compliant))
                    + 0.5 * f64::from(self.count(Cell::Partial));
                met / f64::from(self.counted())
            }
        }
    }
}

/// The verdict on an item over all its objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Met on every object that counts.
    Compliant,
    /// Met in part or on some objects.
    Partial,
    /// Met on none.
    Noncompliant,
    /// Every object says 不适用.
    NotApplicable,
    /// Applicable as far as is known, and no object has a verdict that counts. Counts as
    /// not met and makes the result provisional.
    Unanswered,
}

impl State {
    /// Whether the item takes part in the result.
    pub fn is_applicable(self) -> bool {
        self != Self::NotApplicable
    }
}
