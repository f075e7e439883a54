//! What was learned of somebody, as figures that explain why something is unusual.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize};

use super::calendar::date;
use crate::rule::{BaselineKind, Per};

/// Something unusual.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Departure {
    /// The place of the baseline in the list it was made from.
    pub baseline: usize,
    /// Whom it is about: the fields and their values.
    pub entity: Vec<(String, String)>,
    /// When it happened.
    pub at: Timestamp,
    /// The event that made it unusual, and before it the last ones of the same stretch of time
    /// for a volume.
    pub events: Vec<u64>,
    /// What was learned.
    pub learned: Learned,
}

/// What was learned of somebody before, and what is unusual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Learned {
    /// The day on which it was first seen.
    pub since: Date,
    /// The day that is unusual.
    pub day: Date,
    /// Learned from so many days before.
    pub days: u16,
    /// On so many of them there was something.
    pub active_days: u32,
    /// So many events there were.
    pub events: u64,
    /// What is unusual, and what would be usual.
    pub figure: Figure,
}

/// What is unusual, and what would be usual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Figure {
    /// An hour.
    Hours {
        /// The hour, from 0 to 23.
        hour: u8,
        /// Whether people work on that day.
        is_workday: bool,
        /// Whether it was compared with days of the same kind only: working days, or others.
        of_kind: bool,
        /// For each hour, on how many of those days there was something.
        hours: Vec<u32>,
        /// How many of those days there were.
        of_days: u32,
    },
    /// A volume.
    Volume {
        /// Of an hour, or of a day.
        per: Per,
        /// The field that was added up; events were counted where there is none.
        sum: Option<String>,
        /// How much it is.
        value: u64,
        /// Up to this it would have been usual.
        limit: u64,
        /// The median of the days before.
        median: u64,
        /// The median of what lies between the days before and their median.
        deviation: u64,
        /// The days before; for an hour the fullest hour of each.
        history: Vec<(Date, u64)>,
    },
    /// A value.
    Value {
        /// The field.
        field: String,
        /// The value, as it counts.
        value: String,
        /// Whether it was never there before.
        is_first: bool,
        /// What is known: the values that were there on the most days, and on how many.
        known: Vec<(String, u32)>,
        /// How many are known in all.
        of_values: usize,
    },
}

/// What a person said is usual of somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Accepted {
    /// This hour, on working days or on others.
    Hour {
        /// From 0 to 23.
        hour: u8,
        /// On which days.
        is_workday: bool,
    },
    /// As much as this.
    Volume {
        /// Up to this.
        most: u64,
    },
    /// This value.
    Value {
        /// As it counts.
        value: String,
    },
}

impl Figure {
    /// What is to be accepted for this to be usual.
    pub fn accepted(&self) -> Accepted {
        match self {
            Self::Hours {
                hour, is_workday, ..
            } => Accepted::Hour {
                hour: *hour,
                is_workday: *is_workday,
            },
            Self::Volume { value, .. } => Accepted::Volume { most: *value },
            Self::Value { value, .. } => Accepted::Value {
                value: value.clone(),
            },
        }
    }
}

impl Learned {
    /// What departures must share besides whom they are about to be one: the day, the hour of a
    /// volume, or the value.
    pub fn stretch(&self, at_hour: u8) -> String {
        match &self.figure {
            Figure::Volume { per: Per::Hour, .. } => format!("{} {at_hour}", self.day),
            Figure::Hours { .. } | Figure::Volume { per: Per::Day, .. } => self.day.to_string(),
            Figure::Value { value, .. } => value.clone(),
        }
    }
}

/// The days before, as far as they are told in a volume.
pub(super) fn history(days: &[super::entity::Day]) -> Vec<(Date, u64)> {
    days.iter().map(|day| (date(day.day), day.amount)).collect()
}

/// Up to what a volume is usual.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Limit {
    pub(super) median: u64,
    pub(super) deviation: u64,
    pub(super) most: u64,
}

/// A normal distribution has its standard deviation at so many of its median deviations.
const OF_NORMAL: f64 = 1.4826;

/// The limit by the amounts of days before.
pub(super) fn limit(kind: &BaselineKind, amounts: &mut [u64]) -> Option<Limit> {
    let BaselineKind::Volume {
        deviations,
        factor,
        least,
        ..
    } = kind
    else {
        return None;
    };
    let middle = median(amounts)?;
    for amount in &mut *amounts {
        *amount = amount.abs_diff(middle);
    }
    let deviation = median(amounts)?;
    let spread = float(middle) + deviations.get() * OF_NORMAL * float(deviation);
    let times = factor.get() * float(middle);
    Some(Limit {
        median: middle,
        deviation,
        most: whole(spread.max(times)).max(*least),
    })
}

/// The middle of amounts; of two middles the lower half way between them.
fn median(amounts: &mut [u64]) -> Option<u64> {
    amounts.sort_unstable();
    let upper = amounts.get(amounts.len() / 2)?;
    if amounts.len() % 2 == 1 {
        return Some(*upper);
    }
    let lower = amounts.get(amounts.len() / 2 - 1)?;
    Some(lower.midpoint(*upper))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "a limit of more than 2^53 is about right"
)]
fn float(number: u64) -> f64 {
    number as f64
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, and no limit is below nothing"
)]
fn whole(number: f64) -> u64 {
    number.ceil() as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rule::Decimal;

    #[test]
    fn one_wild_day_does_not_move_the_limit() {
        let kind = BaselineKind::Volume {
            sum: None,
            per: Per::Day,
            deviations: Decimal::new(6.0),
            factor: Decimal::new(3.0),
            least: 50,
        };
        let of = |amounts: &[u64]| limit(&kind, &mut amounts.to_vec()).unwrap();
        assert_eq!(of(&[100, 102, 98, 101, 99]).most, 300);
        assert_eq!(of(&[100, 102, 98, 101, 99_000]).most, 303);
        let spread = of(&[10, 100, 200, 300, 390]);
        assert_eq!((spread.median, spread.deviation), (200, 100));
        assert_eq!(spread.most, 1_090);
        assert_eq!(of(&[1, 1, 2, 2]).most, 50);
        assert_eq!(limit(&kind, &mut []), None);
    }
}
