//! What a baseline learned of whom an alert is about, as it is sent.

use serde::Serialize;
use utoipa::ToSchema;
use xinglin_app::detection::{Figure, Learned};

use crate::views::Text;

/// What was usual, and what is not. Of hours, volume and value one is there.
#[derive(Serialize, ToSchema)]
pub(crate) struct AlertLearned {
    /// The figures as a sentence.
    why: Text,
    /// The day on which it was first seen.
    since: String,
    /// The day that is unusual.
    day: String,
    /// Learned from so many days before.
    days: u16,
    /// On so many of them there was something.
    active_days: u32,
    events: u64,
    hours: Option<LearnedHours>,
    volume: Option<LearnedVolume>,
    value: Option<LearnedValue>,
}

/// An hour that is unusual.
#[derive(Serialize, ToSchema)]
pub(crate) struct LearnedHours {
    /// From 0 to 23.
    hour: u8,
    /// Whether people work on that day.
    is_workday: bool,
    /// Whether it was compared with days of the same kind only.
    of_kind: bool,
    /// For each hour, on how many of the days there was something.
    hours: Vec<u32>,
    /// How many days were compared.
    of_days: u32,
}

/// A volume that is unusual.
#[derive(Serialize, ToSchema)]
pub(crate) struct LearnedVolume {
    /// day or hour.
    per: String,
    /// The field that was added up; null where events were counted.
    sum: Option<String>,
    value: u64,
    /// Up to this it would have been usual.
    limit: u64,
    median: u64,
    /// The median of what lies between the days and their median.
    deviation: u64,
    /// The days before; for an hour the fullest hour of each.
    history: Vec<VolumeOfDay>,
}

/// The volume of a day.
#[derive(Serialize, ToSchema)]
pub(crate) struct VolumeOfDay {
    day: String,
    value: u64,
}

/// A value that is unusual.
#[derive(Serialize, ToSchema)]
pub(crate) struct LearnedValue {
    field: String,
    value: String,
    /// Whether it was never there before.
    is_first: bool,
    /// Values that are known, those of the most days first; at most 12.
    known: Vec<KnownValue>,
    /// How many are known.
    of_values: usize,
}

/// A value that is known.
#[derive(Serialize, ToSchema)]
pub(crate) struct KnownValue {
    value: String,
    /// On so many days it was there.
    days: u32,
}

pub(super) fn learned_view(learned: Learned, why: xinglin_app::core::Text) -> AlertLearned {
    let mut view = AlertLearned {
        why: why.into(),
        since: learned.since.to_string(),
        day: learned.day.to_string(),
        days: learned.days,
        active_days: learned.active_days,
        events: learned.events,
        hours: None,
        volume: None,
        value: None,
    };
    match learned.figure {
        Figure::Hours {
            hour,
            is_workday,
            of_kind,
            hours,
            of_days,
        } => {
            view.hours = Some(LearnedHours {
                hour,
                is_workday,
                of_kind,
                hours,
                of_days,
            });
        }
        Figure::Volume {
            per,
            sum,
            value,
            limit,
            median,
            deviation,
            history,
        } => {
            let history = history.into_iter().map(|(day, value)| VolumeOfDay {
                day: day.to_string(),
                value,
            });
            view.volume = Some(LearnedVolume {
                per: per.word().to_owned(),
                sum,
                value,
                limit,
                median,
                deviation,
                history: history.collect(),
            });
        }
        Figure::Value {
            field,
            value,
            is_first,
            known,
            of_values,
        } => {
            let known = known.into_iter();
            let known = known.map(|(value, days)| KnownValue { value, days });
            view.value = Some(LearnedValue {
                field,
                value,
                is_first,
                known: known.collect(),
                of_values,
            });
        }
    }
    view
}
