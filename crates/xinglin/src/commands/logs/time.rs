//! Times as people write them.

use jiff::{SignedDuration, Timestamp, civil, tz};

/// Reads a time: RFC 3339, a date or a local time in China, `now`, or so long ago.
pub(super) fn read(text: &str, now: Timestamp) -> anyhow::Result<Timestamp> {
    let text = text.trim();
    let china = || tz::offset(8).to_time_zone();
    if text == "now" {
        return Ok(now);
    }
    if let Some(ago) = text.strip_prefix('-') {
        return since(ago, now).ok_or_else(|| {
            anyhow::anyhow!("'{text}': expected such as -90s, -15m, -1h, -7d, -2w")
        });
    }
    if let Ok(at) = text.parse::<Timestamp>() {
        return Ok(at);
    }
    if let Ok(at) = text.parse::<civil::DateTime>() {
        return Ok(at.to_zoned(china())?.timestamp());
    }
    anyhow::bail!("'{text}': expected such as 2026-11-20T08:00:00Z, 2026-11-20, -1h or now")
}

fn since(ago: &str, now: Timestamp) -> Option<Timestamp> {
    let unit = ago.chars().next_back()?;
    let count: i64 = ago
        .strip_suffix(unit)?
        .parse()
        .ok()
        .filter(|count| *count >= 0)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 7 * 86_400,
        _ => return None,
    };
    let span = SignedDuration::from_secs(count.checked_mul(seconds)?);
    now.checked_sub(span).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_read_as_people_write_them() {
        let now: Timestamp = "2026-11-23T12:00:00Z".parse().unwrap();
        let cases = [
            ("now", "2026-11-23T12:00:00Z"),
            ("-90s", "2026-11-23T11:58:30Z"),
            ("-1h", "2026-11-23T11:00:00Z"),
            ("-2w", "2026-11-09T12:00:00Z"),
            ("2026-11-20T08:00:00Z", "2026-11-20T08:00:00Z"),
            ("2026-11-20T08:00:00.5+08:00", "2026-11-20T00:00:00.5Z"),
            ("2026-11-20", "2026-11-19T16:00:00Z"),
            ("2026-11-20 08:30", "2026-11-20T00:30:00Z"),
        ];
        for (text, expected) in cases {
            let expected: Timestamp = expected.parse().unwrap();
            assert_eq!(read(text, now).unwrap(), expected, "{text}");
        }
        for wrong in [
            "",
            "-",
            "-h",
            "-1y",
            "--1h",
            "yesterday",
            "2026-13-01",
            "-9223372036854775807w",
        ] {
            assert!(read(wrong, now).is_err(), "{wrong}");
        }
    }
}
