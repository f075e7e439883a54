//! The ways in which messages write times.

use super::*;

fn shanghai() -> TimeZone {
    TimeZone::fixed(jiff::tz::offset(8))
}

fn read(text: &str, received_at: &str) -> Option<(String, usize)> {
    let (stamp, length) = leading(text)?;
    let (at, _) = stamp.resolve(received_at.parse().unwrap(), &shanghai())?;
    Some((at.to_string(), length))
}

#[test]
fn times_are_read_as_devices_write_them() {
    let cases = [
        ("Jul  2 11:15:00 fw", "2026-07-02T03:15:00Z"),
        ("Jul  2 11:15:00.123 fw", "2026-07-02T03:15:00.123Z"),
        ("Jul  2 2026 11:15:00 fw", "2026-07-02T03:15:00Z"),
        ("Jul  2 11:15:00 2026 fw", "2026-07-02T03:15:00Z"),
        ("Jul  2 11:15:00 2026+01:00", "2026-07-02T10:15:00Z"),
        ("Thu Jul 02 11:14:59 2026\t4625", "2026-07-02T03:14:59Z"),
        ("Thu, Jul 2 2026 11:14:59", "2026-07-02T03:14:59Z"),
        (
            "2026-07-02T11:15:00.287+08:00 a",
            "2026-07-02T03:15:00.287Z",
        ),
        ("2026-07-02T03:15:00Z", "2026-07-02T03:15:00Z"),
        ("2026-07-02 11:15:00,978 INFO", "2026-07-02T03:15:00.978Z"),
        ("2026/7/2 9:05:03 x", "2026-07-02T01:05:03Z"),
        ("20260702111500", "2026-07-02T03:15:00Z"),
        ("20260702-11:15:29:606|Step", "2026-07-02T03:15:29.606Z"),
        ("02/Jul/2026:11:15:00 +0800]", "2026-07-02T03:15:00Z"),
        ("02-Jul-2026 11:15:00.123", "2026-07-02T03:15:00.123Z"),
        ("7/2/2026 9:05:03 PM 0E88", "2026-07-02T13:05:03Z"),
        ("7/2/2026 12:05:03 AM 0E88", "2026-07-01T16:05:03Z"),
        ("07/02/26 11:15:00", "2026-07-02T03:15:00Z"),
        // No month has such a number: the year or the day comes first.
        ("26/07/02 11:15:00 INFO", "2026-07-02T03:15:00Z"),
        ("22/07/2026 11:15:00", "2026-07-22T03:15:00Z"),
        ("2026-07-02 11:15:60", "2026-07-02T03:15:59Z"),
    ];
    for (text, expected) in cases {
        let (found, _) = read(text, "2026-07-02T04:00:00Z").unwrap_or_default();
        assert_eq!(found, expected, "{text}");
    }
}

#[test]
fn what_is_no_time_is_none() {
    for text in [
        "",
        "Jul",
        "Jul 2",
        "Jul  2 11:15",
        "Jul  2 25:15:00",
        "Jul  2 11:61:00",
        "Feb 30 11:15:00",
        "2026-13-02 11:15:00",
        "2026-07-32 11:15:00",
        "2025-02-29 11:15:00",
        "0999-07-02 11:15:00",
        "10.1.1.5 11:15:00",
        "203.0.113.9",
        "12345",
        "Failed password",
        "中文",
    ] {
        assert_eq!(read(text, "2026-07-02T04:00:00Z"), None, "{text}");
    }
}

#[test]
fn a_missing_year_is_the_nearest() {
    let cases = [
        // Received just after New Year.
        (
            "Dec 31 23:59:59",
            "2026-12-31T16:00:05Z",
            "2026-12-31T15:59:59Z",
        ),
        (
            "Dec 31 23:59:59",
            "2027-01-02T00:00:00Z",
            "2026-12-31T15:59:59Z",
        ),
        // A sender whose clock is ahead.
        (
            "Jan  1 00:10:00",
            "2026-12-31T15:00:00Z",
            "2026-12-31T16:10:00Z",
        ),
        // What is further ahead belongs to the past.
        (
            "Jul  4 12:00:00",
            "2026-07-02T04:00:00Z",
            "2025-07-04T04:00:00Z",
        ),
        (
            "Feb 29 12:00:00",
            "2026-07-02T04:00:00Z",
            "2024-02-29T04:00:00Z",
        ),
    ];
    for (text, received_at, expected) in cases {
        let (found, length) = read(text, received_at).unwrap_or_default();
        assert_eq!((found.as_str(), length), (expected, text.len()), "{text}");
    }
}

#[test]
fn counts_since_1970_tell_their_unit() {
    let cases = [
        ("1782962100", Some("2026-07-02T03:15:00Z")),
        ("1782962100.25", Some("2026-07-02T03:15:00.25Z")),
        ("1782962100123", Some("2026-07-02T03:15:00.123Z")),
        ("1782962100123456", Some("2026-07-02T03:15:00.123456Z")),
        (
            "1782962100000000001",
            Some("2026-07-02T03:15:00.000000001Z"),
        ),
        ("-1", None),
        ("1782962100.x", None),
        ("99999999999999999999", None),
    ];
    for (text, expected) in cases {
        let found = epoch(text).map(|at| at.to_string());
        assert_eq!(found.as_deref(), expected, "{text}");
    }
}

/// The shortened calculation of days agrees with the calendar.
#[test]
fn days_are_those_of_the_calendar() {
    let mut date = jiff::civil::date(1970, 1, 1);
    for day in 0..100_000_i64 {
        let month = u8::try_from(date.month()).unwrap();
        let day_of_month = u8::try_from(date.day()).unwrap();
        let found = days_since_epoch(i32::from(date.year()), month, day_of_month);
        assert_eq!(found, Some(day), "{date}");
        assert_eq!(year_of(day * DAY_SECONDS), i32::from(date.year()), "{date}");
        date = date.tomorrow().unwrap();
    }
}
