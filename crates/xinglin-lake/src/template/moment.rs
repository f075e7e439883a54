//! Times as devices write them: reading one in a text, and writing the same bytes again.

use std::ops::Range;

/// Seconds of a day.
const DAY: i64 = 86_400;
/// Offsets to UTC are whole quarters of an hour.
const QUARTER: i64 = 900;
/// The largest offset to UTC, in quarters.
const LARGEST_OFFSET: i64 = 14 * 4;
/// What the time in a text may be away from the event's and still be told from it.
const LARGEST_DISTANCE: i64 = 100 * 366 * DAY;
const MONTHS: &[u8; 36] = b"JanFebMarAprMayJunJulAugSepOctNovDec";

/// A way to write a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct MomentFormat {
    layout: u8,
    /// Digits behind the second, 0 to 9.
    fraction: u8,
}

/// Where a time of a text stands relative to that of its event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Relation {
    /// The event's own, in a zone so many quarters of an hour before UTC.
    Same(i8),
    /// Another one, so many units of the format behind the event's.
    Behind(i64),
}

/// A time found in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) format: MomentFormat,
    pub(crate) relation: Relation,
    /// Its length in bytes.
    pub(crate) length: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Item {
    Year,
    Month,
    MonthName,
    Day,
    /// Padded by a space.
    DaySpace,
    Hour,
    Minute,
    Second,
    Byte(u8),
    /// Seconds since 1970.
    Epoch,
    /// Milliseconds since 1970.
    EpochMilli,
}

/// What a layout lacks of a whole time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Lacks {
    Nothing,
    Year,
    /// Only the time of day is there.
    Date,
    /// Only the day is there.
    Clock,
}

/// Names are part of the file format: lines are only ever added at the end.
const LAYOUTS: [(&str, Lacks); 15] = [
    ("%Y-%m-%dT%H:%M:%S", Lacks::Nothing),
    ("%Y-%m-%d %H:%M:%S", Lacks::Nothing),
    ("%Y/%m/%d %H:%M:%S", Lacks::Nothing),
    ("%d/%b/%Y:%H:%M:%S", Lacks::Nothing),
    ("%b %d %Y %H:%M:%S", Lacks::Nothing),
    ("%b %e %Y %H:%M:%S", Lacks::Nothing),
    ("%b %d %H:%M:%S %Y", Lacks::Nothing),
    ("%b %e %H:%M:%S %Y", Lacks::Nothing),
    ("%b %d %H:%M:%S", Lacks::Year),
    ("%b %e %H:%M:%S", Lacks::Year),
    ("%s", Lacks::Nothing),
    ("%s%3f", Lacks::Nothing),
    ("%H:%M:%S", Lacks::Date),
    ("%Y-%m-%d", Lacks::Clock),
    ("%Y/%m/%d", Lacks::Clock),
];

/// The items of a layout, in order.
fn items_of(layout: usize) -> impl Iterator<Item = Item> {
    let name = LAYOUTS.get(layout).map_or("", |line| line.0);
    // Seconds and their thousands are one number there.
    let (mut name, only) = match layout {
        EPOCH_MILLI => (&[][..], Some(Item::EpochMilli)),
        _ => (name.as_bytes(), None),
    };
    let read = std::iter::from_fn(move || {
        let (item, rest) = match name {
            [b'%', letter, rest @ ..] => (Item::of(*letter), rest),
            [byte, rest @ ..] => (Item::Byte(*byte), rest),
            [] => return None,
        };
        name = rest;
        Some(item)
    });
    only.into_iter().chain(read)
}

impl Item {
    fn of(letter: u8) -> Self {
        match letter {
            b'Y' => Self::Year,
            b'm' => Self::Month,
            b'b' => Self::MonthName,
            b'd' => Self::Day,
            b'e' => Self::DaySpace,
            b'H' => Self::Hour,
            b'M' => Self::Minute,
            b'S' => Self::Second,
            b's' => Self::Epoch,
            other => Self::Byte(other),
        }
    }

    /// The bytes it takes.
    fn length(self) -> usize {
        match self {
            Self::Year => 4,
            Self::MonthName => 3,
            Self::Byte(_) => 1,
            Self::Epoch => 10,
            Self::EpochMilli => 13,
            Self::Month | Self::Day | Self::DaySpace | Self::Hour | Self::Minute | Self::Second => {
                2
            }
        }
    }
}

const DIGIT_FIRST: Range<usize> = 0..4;
const NAME_FIRST: Range<usize> = 4..10;
const EPOCH: usize = 10;
const EPOCH_MILLI: usize = 11;
const CLOCK: usize = 12;
const DATES: Range<usize> = 13..15;

#[derive(Debug, Clone, Copy, Default)]
struct Civil {
    year: i64,
    month: i64,
    day: i64,
    second: i64,
}

impl Civil {
    fn of(seconds: i64) -> Self {
        let days = seconds.div_euclid(DAY);
        let shifted = days + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let part = (5 * of_year + 2) / 153;
        let month = if part < 10 { part + 3 } else { part - 9 };
        Self {
            year: year + era * 400 + i64::from(month <= 2),
            month,
            day: of_year - (153 * part + 2) / 5 + 1,
            second: seconds.rem_euclid(DAY),
        }
    }

    fn seconds(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let part = if self.month > 2 {
            self.month - 3
        } else {
            self.month + 9
        };
        let of_year = (153 * part + 2) / 5 + self.day - 1;
        let days = of_era * 365 + of_era / 4 - of_era / 100 + of_year;
        (era * 146_097 + days - 719_468) * DAY + self.second
    }
}

/// A moment as the lake keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct At {
    pub(crate) seconds: i64,
    pub(crate) nanoseconds: u32,
}

impl At {
    /// Of milliseconds since 1970 and the nanoseconds behind them.
    pub(crate) fn of_stored(millisecond: i64, rest: u32) -> Self {
        let below = u32::try_from(millisecond.rem_euclid(1_000)).unwrap_or_default();
        Self {
            seconds: millisecond.div_euclid(1_000),
            nanoseconds: below * 1_000_000 + rest.min(999_999),
        }
    }

    /// In units of 10⁻ᶠ seconds, cut.
    fn units(self, fraction: u8) -> Option<i64> {
        let scale = power(fraction);
        let below = i64::from(self.nanoseconds) / power(9 - fraction.min(9));
        self.seconds.checked_mul(scale)?.checked_add(below)
    }
}

fn power(digits: u8) -> i64 {
    10_i64.pow(u32::from(digits.min(9)))
}

impl MomentFormat {
    fn line(self) -> (&'static str, Lacks) {
        let line = LAYOUTS.get(usize::from(self.layout)).copied();
        line.unwrap_or(("", Lacks::Nothing))
    }

    fn lacks(self) -> Lacks {
        self.line().1
    }

    /// A number of its own among formats.
    pub(super) fn mark(self) -> u64 {
        u64::from(self.layout) << 8 | u64::from(self.fraction)
    }

    /// Its name in patterns.
    pub(crate) fn name(self) -> String {
        let name = self.line().0;
        if self.fraction == 0 {
            name.to_owned()
        } else {
            format!("{name}.%{}f", self.fraction)
        }
    }

    /// The format with this name in patterns.
    pub(crate) fn named(name: &str) -> Option<Self> {
        let (layout, fraction) = match name.rsplit_once(".%") {
            None => (name, 0),
            Some((layout, digits)) => (layout, digits.strip_suffix('f')?.parse().ok()?),
        };
        let place = LAYOUTS.iter().position(|line| line.0 == layout)?;
        let format = Self {
            layout: u8::try_from(place).ok()?,
            fraction,
        };
        (fraction <= 9 && (fraction == 0 || format.takes_fraction())).then_some(format)
    }

    fn takes_fraction(self) -> bool {
        !matches!(self.lacks(), Lacks::Clock) && usize::from(self.layout) != EPOCH_MILLI
    }

    /// Digits behind the second that the number of units has.
    fn digits(self) -> u8 {
        if usize::from(self.layout) == EPOCH_MILLI {
            3
        } else {
            self.fraction
        }
    }

    /// Writes the time that stands in this relation to `at`; nothing when there is none.
    pub(crate) fn render(self, relation: Relation, at: At, into: &mut Vec<u8>) -> Option<()> {
        let own = at.units(self.digits())?;
        let units = match relation {
            Relation::Same(quarters) => {
                let offset = i64::from(quarters) * QUARTER;
                own.checked_add(offset.checked_mul(power(self.digits()))?)?
            }
            Relation::Behind(units) => own.checked_add(units)?,
        };
        let seconds = units.div_euclid(power(self.digits()));
        if !(-62_000_000_000..=250_000_000_000).contains(&seconds) {
            return None;
        }
        let civil = Civil::of(seconds);
        for item in items_of(usize::from(self.layout)) {
            match item {
                Item::Year => digits(civil.year, 4, into),
                Item::Month => digits(civil.month, 2, into),
                Item::MonthName => {
                    let start = usize::try_from(civil.month - 1).ok()? * 3;
                    into.extend_from_slice(MONTHS.get(start..start + 3)?);
                }
                Item::DaySpace if civil.day < 10 => {
                    into.push(b' ');
                    digits(civil.day, 1, into);
                }
                Item::Day | Item::DaySpace => digits(civil.day, 2, into),
                Item::Hour => digits(civil.second / 3_600, 2, into),
                Item::Minute => digits(civil.second / 60 % 60, 2, into),
                Item::Second => digits(civil.second % 60, 2, into),
                Item::Byte(byte) => into.push(byte),
                Item::Epoch | Item::EpochMilli if units < 0 => return None,
                Item::Epoch => digits(seconds, 1, into),
                Item::EpochMilli => digits(units, 1, into),
            }
        }
        if self.fraction > 0 {
            into.push(b'.');
            let below = units.rem_euclid(power(self.fraction));
            digits(below, usize::from(self.fraction), into);
        }
        Some(())
    }
}

/// A number that is not negative, padded by zeros.
pub(crate) fn digits(number: i64, width: usize, into: &mut Vec<u8>) {
    let mut buffer = [b'0'; 20];
    let mut left = number.unsigned_abs();
    let mut at = buffer.len();
    while left > 0 || buffer.len() - at < width.min(buffer.len()) {
        at -= 1;
        if let Some(byte) = buffer.get_mut(at) {
            *byte = b'0' + u8::try_from(left % 10).unwrap_or_default();
        }
        left /= 10;
    }
    into.extend_from_slice(buffer.get(at..).unwrap_or_default());
}

fn number(text: &[u8], at: usize, length: usize) -> Option<i64> {
    let part = text.get(at..at + length)?;
    let mut value = 0_i64;
    for byte in part {
        if !byte.is_ascii_digit() {
            return None;
        }
        value = value * 10 + i64::from(byte - b'0');
    }
    Some(value)
}

fn month_named(part: &[u8]) -> Option<i64> {
    let place = MONTHS.chunks_exact(3).position(|name| name == part)?;
    i64::try_from(place + 1).ok()
}

/// Looks for a time at the beginning of `text`, where a word begins. `hint` is the offset of
/// the last time found in the same text.
pub(crate) fn find(text: &[u8], at: At, hint: Option<i8>) -> Option<Found> {
    let first = *text.first()?;
    if !first.is_ascii_digit() {
        month_named(text.get(..3)?)?;
        return { NAME_FIRST }.find_map(|layout| read(text, layout, at));
    }
    match text
        .iter()
        .take(14)
        .take_while(|byte| byte.is_ascii_digit())
        .count()
    {
        4 if matches!(text.get(4), Some(b'-' | b'/')) => { DIGIT_FIRST }
            .find_map(|layout| read(text, layout, at))
            .or_else(|| { DATES }.find_map(|layout| read_date(text, layout, at, hint))),
        2 if text.get(2) == Some(&b':') => read(text, CLOCK, at),
        2 if text.get(2) == Some(&b'/') => read(text, 3, at),
        10 => read(text, EPOCH, at),
        13 => read(text, EPOCH_MILLI, at),
        _ => None,
    }
}

/// Reads the items of a layout: the time in seconds, or milliseconds, and the length.
fn items(text: &[u8], layout: usize, mut civil: Civil) -> Option<(i64, usize)> {
    let mut place = 0;
    let mut epoch = None;
    let (mut hour, mut minute, mut second) = (0, 0, 0);
    for item in items_of(layout) {
        let read = || number(text, place, item.length());
        match item {
            Item::Year => civil.year = read()?,
            Item::Month => civil.month = read().filter(|of| (1..=12).contains(of))?,
            Item::MonthName => civil.month = month_named(text.get(place..place + 3)?)?,
            Item::DaySpace if text.get(place) == Some(&b' ') => {
                civil.day = number(text, place + 1, 1)?;
            }
            Item::Day | Item::DaySpace => civil.day = read().filter(|of| (1..=31).contains(of))?,
            Item::Hour => hour = read().filter(|of| *of < 24)?,
            Item::Minute => minute = read().filter(|of| *of < 60)?,
            Item::Second => second = read().filter(|of| *of < 60)?,
            Item::Byte(byte) => {
                if text.get(place) != Some(&byte) {
                    return None;
                }
            }
            Item::Epoch | Item::EpochMilli => epoch = Some(read()?),
        }
        place += item.length();
    }
    civil.second = hour * 3_600 + minute * 60 + second;
    Some((epoch.unwrap_or_else(|| civil.seconds()), place))
}

fn read(text: &[u8], layout: usize, at: At) -> Option<Found> {
    // What a layout lacks is taken from the event; the distance is then off by whole years or
    // days, and rendering says whether it fits.
    let (seconds, mut length) = items(text, layout, Civil::of(at.seconds))?;
    let mut format = MomentFormat {
        layout: u8::try_from(layout).ok()?,
        fraction: 0,
    };
    let mut units = seconds;
    if format.takes_fraction() && text.get(length) == Some(&b'.') {
        let behind = text.get(length + 1..)?;
        let count = behind
            .iter()
            .take(10)
            .take_while(|byte| byte.is_ascii_digit())
            .count();
        if (1..=9).contains(&count) {
            format.fraction = u8::try_from(count).ok()?;
            units = seconds * power(format.fraction) + number(behind, 0, count)?;
            length += 1 + count;
        }
    }
    if text.get(length).is_some_and(u8::is_ascii_alphanumeric)
        && !matches!(text.get(length), Some(b'Z' | b'T'))
    {
        return None;
    }
    let relation = relation(format, units, at)?;
    Some(Found {
        format,
        relation,
        length,
    })
}

fn relation(format: MomentFormat, units: i64, at: At) -> Option<Relation> {
    let scale = power(format.digits());
    let distance = units.checked_sub(at.units(format.digits())?)?;
    let is_epoch = matches!(usize::from(format.layout), EPOCH | EPOCH_MILLI);
    let quarters = distance / (QUARTER * scale);
    let is_offset = distance % (QUARTER * scale) == 0;
    if is_offset && quarters.abs() <= LARGEST_OFFSET && (!is_epoch || quarters == 0) {
        return Some(Relation::Same(i8::try_from(quarters).ok()?));
    }
    if format.lacks() == Lacks::Date {
        // The other side of midnight in its zone.
        let day = DAY / QUARTER;
        let other = if quarters > 0 {
            quarters - day
        } else {
            quarters + day
        };
        if is_offset && other.abs() <= LARGEST_OFFSET {
            return Some(Relation::Same(i8::try_from(other).ok()?));
        }
        return Some(Relation::Behind(distance));
    }
    let largest = if is_epoch { DAY } else { LARGEST_DISTANCE };
    (distance.abs() <= largest.checked_mul(scale).unwrap_or(i64::MAX))
        .then_some(Relation::Behind(distance))
}

/// A day by itself is the event's own in one of the likely zones, or none at all.
fn read_date(text: &[u8], layout: usize, at: At, hint: Option<i8>) -> Option<Found> {
    let (seconds, length) = items(text, layout, Civil::default())?;
    if text.get(length).is_some_and(u8::is_ascii_alphanumeric) {
        return None;
    }
    let zones = [hint.unwrap_or(0), 0, 32];
    let quarters = zones.into_iter().find(|quarters| {
        let local = at.seconds + i64::from(*quarters) * QUARTER;
        local.div_euclid(DAY) == seconds.div_euclid(DAY)
    })?;
    Some(Found {
        format: MomentFormat {
            layout: u8::try_from(layout).ok()?,
            fraction: 0,
        },
        relation: Relation::Same(quarters),
        length,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const AT: At = At {
        seconds: 1_782_864_011,
        nanoseconds: 123_456_789,
    };

    #[test]
    fn times_are_found_and_written_again() {
        let cases: [(&str, &str, Option<Relation>); 17] = [
            (
                "2026-07-01T00:00:11.123Z",
                "%Y-%m-%dT%H:%M:%S.%3f",
                Some(Relation::Same(0)),
            ),
            (
                "2026-07-01T08:00:11.123456+0800",
                "%Y-%m-%dT%H:%M:%S.%6f",
                Some(Relation::Same(32)),
            ),
            (
                "2026-07-01 00:00:12 x",
                "%Y-%m-%d %H:%M:%S",
                Some(Relation::Behind(1)),
            ),
            (
                "2026/07/01 08:00:11",
                "%Y/%m/%d %H:%M:%S",
                Some(Relation::Same(32)),
            ),
            (
                "01/Jul/2026:00:00:11 +0000",
                "%d/%b/%Y:%H:%M:%S",
                Some(Relation::Same(0)),
            ),
            (
                "Jul 01 2026 00:00:11 FW",
                "%b %d %Y %H:%M:%S",
                Some(Relation::Same(0)),
            ),
            (
                "Jul  1 00:00:11 his-db",
                "%b %e %H:%M:%S",
                Some(Relation::Same(0)),
            ),
            (
                "Jul 01 08:00:11 his-db",
                "%b %d %H:%M:%S",
                Some(Relation::Same(32)),
            ),
            (
                "Jun 30 19:00:11 his-db",
                "%b %d %H:%M:%S",
                Some(Relation::Same(-20)),
            ),
            ("1782864011.123:99", "%s.%3f", Some(Relation::Same(0))),
            ("1782864009", "%s", Some(Relation::Behind(-2))),
            ("1782864011123", "%s%3f", Some(Relation::Same(0))),
            ("00:00:11", "%H:%M:%S", Some(Relation::Same(0))),
            ("19:00:11", "%H:%M:%S", Some(Relation::Same(-20))),
            ("2026-07-01", "%Y-%m-%d", Some(Relation::Same(0))),
            ("2026-07-31", "", None),
            ("2026-13-01T00:00:11Z", "", None),
        ];
        for (text, name, relation) in cases {
            let found = find(text.as_bytes(), AT, None);
            assert_eq!(found.map(|of| of.relation), relation, "{text}");
            let Some(found) = found else { continue };
            assert_eq!(found.format.name(), name, "{text}");
            assert_eq!(MomentFormat::named(name), Some(found.format));
            let mut again = Vec::new();
            found.format.render(found.relation, AT, &mut again).unwrap();
            assert_eq!(
                again,
                text.as_bytes().get(..found.length).unwrap(),
                "{text}"
            );
        }
    }

    proptest! {
        #[test]
        fn days_are_counted_as_in_the_calendar(seconds in -60_000_000_000_i64..250_000_000_000) {
            prop_assert_eq!(Civil::of(seconds).seconds(), seconds);
            let known = jiff::Timestamp::from_second(seconds).unwrap();
            let known = known.to_zoned(jiff::tz::TimeZone::UTC);
            prop_assert_eq!(Civil::of(seconds).year, i64::from(known.year()));
            prop_assert_eq!(Civil::of(seconds).day, i64::from(known.day()));
        }

        #[test]
        fn no_text_breaks_it(text in ".{0,30}", seconds in any::<i32>()) {
            let at = At { seconds: i64::from(seconds), nanoseconds: 5 };
            if let Some(found) = find(text.as_bytes(), at, Some(32)) {
                prop_assert!(found.length <= text.len());
            }
        }
    }
}
