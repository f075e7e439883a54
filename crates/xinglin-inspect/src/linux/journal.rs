//! The journal of systemd: where it is kept, how much of it and how long.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{password::parse_pairs, source::Source};

/// The journal of systemd.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Journal {
    /// Whether there is one: systemd runs the host.
    pub present: bool,
    /// Whether it outlives a restart.
    pub persistent: Option<bool>,
    /// Days after which entries are dropped, by `MaxRetentionSec`; 0 for never.
    pub retention_days: Option<i64>,
    /// Megabytes it may take, by `SystemMaxUse`; 0 where the default holds (a tenth of the disk,
    /// at most 4 GB).
    pub most_megabytes: Option<i64>,
    /// Whether entries are passed on to the syslog daemon.
    pub forwards: Option<bool>,
}

/// Seconds of a systemd time span such as `6month`, `2week 3d` or `180 days`.
pub fn span_seconds(text: &str) -> Option<i64> {
    let mut total: i64 = 0;
    let mut number = String::new();
    let mut unit = String::new();
    let mut add = |number: &mut String, unit: &mut String| -> Option<()> {
        if number.is_empty() {
            return unit.is_empty().then_some(());
        }
        let factor = match unit.as_str() {
            "" | "s" | "sec" | "second" | "seconds" => 1,
            "m" | "min" | "minute" | "minutes" => 60,
            "h" | "hr" | "hour" | "hours" => 3_600,
            "d" | "day" | "days" => 86_400,
            "w" | "week" | "weeks" => 604_800,
            "M" | "month" | "months" => 2_629_800,
            "y" | "year" | "years" => 31_557_600,
            _ => return None,
        };
        total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(factor)?)?;
        number.clear();
        unit.clear();
        Some(())
    };
    for character in text.trim().chars() {
        match character {
            '0'..='9' => {
                if !unit.is_empty() {
                    add(&mut number, &mut unit)?;
                }
                number.push(character);
            }
            ' ' => {}
            letter if letter.is_ascii_alphabetic() => unit.push(letter),
            _ => return None,
        }
    }
    add(&mut number, &mut unit)?;
    Some(total)
}

/// Megabytes of a size such as `500M` or `4G`.
pub fn size_megabytes(text: &str) -> Option<i64> {
    let text = text.trim();
    let digits = text.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let number: i64 = digits.trim().parse().ok()?;
    match text.get(digits.len()..)?.chars().next() {
        None | Some('B') => Some(number / (1 << 20)),
        Some('K') => Some(number / 1_024),
        Some('M') => Some(number),
        Some('G') => number.checked_mul(1_024),
        Some('T') => number.checked_mul(1_024 * 1_024),
        Some(_) => None,
    }
}

pub(super) fn collect(source: &Source<'_>, persistent: Option<bool>) -> Journal {
    let present = source.any_exists(&[
        "/etc/systemd/journald.conf",
        "/usr/lib/systemd/systemd-journald",
        "/lib/systemd/systemd-journald",
    ]);
    let settings = settings(source).filter(|_| present);
    let value = |key: &str| settings.as_ref().map(|pairs| pairs.get(key));
    Journal {
        present,
        persistent: persistent.filter(|_| present),
        retention_days: value("MaxRetentionSec").and_then(|value| match value {
            None => Some(0),
            Some(text) => span_seconds(text).map(|seconds| seconds / 86_400),
        }),
        most_megabytes: value("SystemMaxUse").and_then(|value| match value {
            None => Some(0),
            Some(text) => size_megabytes(text),
        }),
        forwards: value("ForwardToSyslog").map(|value| {
            value.is_some_and(|word| matches!(word.to_lowercase().as_str(), "yes" | "true" | "1"))
        }),
    }
}

/// The main file, then those beside it, of which the last one wins.
pub(super) fn settings(source: &Source<'_>) -> Option<BTreeMap<String, String>> {
    let mut pairs = BTreeMap::new();
    let main = [
        "/usr/lib/systemd/journald.conf",
        "/etc/systemd/journald.conf",
    ];
    for path in main {
        pairs.extend(parse_pairs(&source.text(path)?));
    }
    for directory in [
        "/usr/lib/systemd/journald.conf.d",
        "/etc/systemd/journald.conf.d",
    ] {
        for (_, text) in source.texts_in(directory, ".conf")? {
            pairs.extend(parse_pairs(&text));
        }
    }
    Some(pairs)
}
