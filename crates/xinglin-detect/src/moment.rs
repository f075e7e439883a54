//! Parts of dates.

use jiff::{Timestamp, civil::DateTime, tz::TimeZone};

use crate::rule::TimePart;

/// Reads a date as local time: one that names an offset is moved to the zone, one that names
/// none is taken as it is. Whole numbers are seconds of the epoch, or its milliseconds.
pub(crate) fn local(text: &str, zone: &TimeZone) -> Option<DateTime> {
    let text = text.trim();
    if let Ok(number) = text.parse::<i64>() {
        let instant = if number.unsigned_abs() >= 100_000_000_000 {
            Timestamp::from_millisecond(number)
        } else {
            Timestamp::from_second(number)
        };
        return Some(zone.to_datetime(instant.ok()?));
    }
    if let Ok(instant) = text.parse::<Timestamp>() {
        return Some(zone.to_datetime(instant));
    }
    text.parse().ok()
}

/// A part of a date as a number.
pub(crate) fn part(date: DateTime, part: TimePart) -> f64 {
    match part {
        TimePart::Minute => f64::from(date.minute()),
        TimePart::Hour => f64::from(date.hour()),
        TimePart::Day => f64::from(date.day()),
        TimePart::Week => f64::from(date.date().iso_week_date().week()),
        TimePart::Month => f64::from(date.month()),
        TimePart::Year => f64::from(date.year()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_local() {
        let zone = TimeZone::get("Asia/Shanghai").unwrap();
        for (text, hour) in [
            ("2026-07-02T23:30:00Z", Some(7.0)),
            ("2026-07-02T23:30:00+08:00", Some(23.0)),
            ("2026-07-02 23:30:00.123", Some(23.0)),
            ("1782991800", Some(19.0)),
            ("1782991800000", Some(19.0)),
            ("yesterday", None),
        ] {
            let hour_of = |date| part(date, TimePart::Hour);
            assert_eq!(local(text, &zone).map(hour_of), hour, "{text}");
        }
        let date = local("2027-01-01T10:00:00", &zone).unwrap();
        assert!((part(date, TimePart::Week) - 53.0).abs() < 0.1);
    }
}
