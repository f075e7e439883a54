//! The ways in which messages write times.

use jiff::{Timestamp, tz::TimeZone};
use xinglin_core::TimeSource;

/// A date; without a year where the message has none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Date {
    pub(crate) year: Option<i32>,
    pub(crate) month: u8,
    pub(crate) day: u8,
}

/// A time of day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Clock {
    pub(crate) second: i32,
    pub(crate) nanosecond: i32,
}

/// A time as it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) date: Date,
    pub(crate) clock: Clock,
    /// Seconds to the east of UTC.
    pub(crate) offset: Option<i32>,
}

/// Clocks of senders run ahead by at most so much; what is later belongs to last year.
const AHEAD_SECONDS: i64 = 36 * 3_600;
const DAY_SECONDS: i64 = 86_400;

impl Stamp {
    /// The instant that is meant. A year that is missing is the one that comes closest to
    /// when the message was received.
    pub(crate) fn resolve(
        &self,
        received_at: Timestamp,
        zone: &TimeZone,
    ) -> Option<(Timestamp, TimeSource)> {
        let from = match self.offset {
            Some(_) => TimeSource::Event,
            None => TimeSource::EventLocal,
        };
        let at = if let Some(year) = self.date.year {
            self.in_year(year, zone, received_at)?
        } else {
            let latest = received_at.as_second().saturating_add(AHEAD_SECONDS);
            let year = year_of(received_at.as_second());
            (0..6).find_map(|back| {
                let at = self.in_year(year + 1 - back, zone, received_at)?;
                (at.as_second() <= latest).then_some(at)
            })?
        };
        Some((at, from))
    }

    fn in_year(&self, year: i32, zone: &TimeZone, near: Timestamp) -> Option<Timestamp> {
        let days = days_since_epoch(year, self.date.month, self.date.day)?;
        let local = days * DAY_SECONDS + i64::from(self.clock.second);
        let offset = if let Some(offset) = self.offset {
            offset
        } else {
            // The offset depends on the instant and the other way round: two steps settle it
            // but for the one ambiguous hour of a year.
            let guess = local - i64::from(zone.to_offset(near).seconds());
            let guess = Timestamp::from_second(guess).ok()?;
            zone.to_offset(guess).seconds()
        };
        Timestamp::new(local - i64::from(offset), self.clock.nanosecond).ok()
    }
}

/// Days from 1970-01-01; none when there is no such date.
fn days_since_epoch(year: i32, month: u8, day: u8) -> Option<i64> {
    const BEFORE: [i64; 12] = [0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334];
    const DAYS: [u8; 12] = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];
    if !(1970..=2261).contains(&year) {
        return None;
    }
    let index = usize::from(month.checked_sub(1)?);
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if day == 0 || day > *DAYS.get(index)? || (month == 2 && day == 29 && !is_leap) {
        return None;
    }
    let year = i64::from(year);
    let past = year - 1;
    let leaps = past / 4 - past / 100 + past / 400 - (1969 / 4 - 1969 / 100 + 1969 / 400);
    let after_leap_day = i64::from(is_leap && month > 2);
    Some((year - 1970) * 365 + leaps + BEFORE.get(index)? + after_leap_day + i64::from(day) - 1)
}

/// The year of an instant, in UTC.
fn year_of(second: i64) -> i32 {
    let days = second.div_euclid(DAY_SECONDS);
    let guess = i32::try_from(1970 + days / 365).unwrap_or(1970);
    let begins_later = days_since_epoch(guess, 1, 1).is_none_or(|first| first > days);
    if begins_later { guess - 1 } else { guess }
}

/// An instant from a count since 1970, in seconds, milli-, micro- or nanoseconds; which of
/// them, its size tells. Fractions are read of seconds.
pub(crate) fn epoch(text: &str) -> Option<Timestamp> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let count: i64 = whole.parse().ok()?;
    let (seconds, scale) = match count {
        ..0 => return None,
        0..100_000_000_000 => (count, 1),
        100_000_000_000..100_000_000_000_000 => (count / 1_000, 1_000),
        100_000_000_000_000..100_000_000_000_000_000 => (count / 1_000_000, 1_000_000),
        _ => (count / 1_000_000_000, 1_000_000_000),
    };
    let nanoseconds = if scale == 1 {
        i64::from(nanoseconds(fraction)?)
    } else {
        count % scale * (1_000_000_000 / scale)
    };
    Timestamp::new(seconds, i32::try_from(nanoseconds).ok()?).ok()
}

/// A fraction of a second, of digits only; what is beyond nanoseconds is cut.
fn nanoseconds(fraction: &str) -> Option<i32> {
    let mut value = 0;
    let mut digits = fraction.bytes();
    for _ in 0..9 {
        let digit = match digits.next() {
            None => 0,
            Some(digit @ b'0'..=b'9') => i32::from(digit - b'0'),
            Some(_) => return None,
        };
        value = value * 10 + digit;
    }
    Some(value)
}

/// Bytes that move forward.
struct Bytes<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Bytes<'_> {
    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn peek_behind(&self, ahead: usize) -> Option<u8> {
        self.bytes.get(self.at + ahead).copied()
    }

    fn take(&mut self, wanted: u8) -> Option<()> {
        (self.peek()? == wanted).then(|| self.at += 1)
    }

    /// A number of at least `least` and at most `most` digits; nothing is moved when there
    /// are fewer.
    fn number(&mut self, least: usize, most: usize) -> Option<i32> {
        let begin = self.at;
        let mut value = 0;
        let mut count = 0;
        while count < most {
            let Some(digit @ b'0'..=b'9') = self.peek() else {
                break;
            };
            value = value * 10 + i32::from(digit - b'0');
            self.at += 1;
            count += 1;
        }
        if count < least {
            self.at = begin;
            return None;
        }
        Some(value)
    }

    fn small(&mut self, least: usize) -> Option<u8> {
        u8::try_from(self.number(least, 2)?).ok()
    }

    fn month(&mut self) -> Option<u8> {
        let name: [u8; 3] = self.bytes.get(self.at..self.at + 3)?.try_into().ok()?;
        let number = match &name.map(|byte| byte.to_ascii_lowercase()) {
            b"jan" => 1,
            b"feb" => 2,
            b"mar" => 3,
            b"apr" => 4,
            b"may" => 5,
            b"jun" => 6,
            b"jul" => 7,
            b"aug" => 8,
            b"sep" => 9,
            b"oct" => 10,
            b"nov" => 11,
            b"dec" => 12,
            _ => return None,
        };
        self.at += 3;
        Some(number)
    }

    /// A year of four digits that is not the beginning of something longer.
    fn year(&mut self) -> Option<i32> {
        let begin = self.at;
        let year = self.number(4, 4)?;
        let ends = !matches!(
            self.peek(),
            Some(b'0'..=b'9' | b'.' | b'a'..=b'z' | b'A'..=b'Z')
        );
        if (1970..2200).contains(&year) && ends {
            return Some(year);
        }
        self.at = begin;
        None
    }

    /// `12:00:00`, with a fraction, or `9:05:03 PM`.
    fn clock(&mut self) -> Option<Clock> {
        let hour = self.number(1, 2)?;
        let mark = self.peek().filter(|byte| matches!(byte, b':' | b'.'))?;
        self.at += 1;
        let minute = self.number(2, 2)?;
        self.take(mark)?;
        let second = self.number(2, 2)?;
        let mut nanosecond = 0;
        // Devices of H3C part milliseconds by a colon.
        let parts = matches!(self.peek(), Some(b'.' | b',' | b':'));
        if parts
            && self
                .peek_behind(1)
                .is_some_and(|byte| byte.is_ascii_digit())
        {
            let from = self.at + 1;
            let rest = self.bytes.get(from..).unwrap_or_default();
            let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
            let digits = rest.get(..length.min(9)).unwrap_or_default();
            nanosecond = nanoseconds(str::from_utf8(digits).ok()?)?;
            self.at = from + length;
        }
        let hour = self.half_day(hour);
        // A leap second is the last that others know.
        let second = second.min(59);
        (hour < 24 && minute < 60).then_some(Clock {
            second: hour * 3_600 + minute * 60 + second,
            nanosecond,
        })
    }

    fn half_day(&mut self, hour: i32) -> i32 {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let is_afternoon = match rest {
            [b' ', b'A', b'M', ..] => false,
            [b' ', b'P', b'M', ..] => true,
            _ => return hour,
        };
        self.at += 3;
        hour % 12 + if is_afternoon { 12 } else { 0 }
    }

    /// `Z`, `+08:00`, ` +0800`, ` UTC`; nothing is moved when there is none.
    fn offset(&mut self) -> Option<i32> {
        let begin = self.at;
        if self.peek() == Some(b' ') {
            self.at += 1;
        }
        let found = self.offset_here();
        if found.is_none() {
            self.at = begin;
        }
        found
    }

    fn offset_here(&mut self) -> Option<i32> {
        let sign = match self.peek()? {
            b'Z' => {
                self.at += 1;
                let ends = !self.peek().is_some_and(|byte| byte.is_ascii_alphanumeric());
                return ends.then_some(0);
            }
            b'U' | b'G' => {
                let name = self.bytes.get(self.at..self.at + 3)?;
                self.at += 3;
                return matches!(name, b"UTC" | b"GMT").then_some(0);
            }
            b'+' => 1,
            b'-' => -1,
            _ => return None,
        };
        self.at += 1;
        let hours = self.number(2, 2)?;
        if self.peek() == Some(b':') {
            self.at += 1;
        }
        let minutes = self.number(2, 2).unwrap_or(0);
        (hours <= 15 && minutes < 60).then_some(sign * (hours * 3_600 + minutes * 60))
    }
}

/// The time with which a text begins, and how many bytes it takes.
pub(crate) fn leading(text: &str) -> Option<(Stamp, usize)> {
    let mut bytes = Bytes {
        bytes: text.as_bytes(),
        at: 0,
    };
    let stamp = match bytes.peek()? {
        b'0'..=b'9' => of_numbers(&mut bytes)?,
        b'A'..=b'Z' => of_names(&mut bytes)?,
        _ => return None,
    };
    Some((stamp, bytes.at))
}

/// The date with which a text begins, and nothing else in it.
pub(crate) fn date(text: &str) -> Option<Date> {
    let mut bytes = Bytes {
        bytes: text.as_bytes(),
        at: 0,
    };
    let date = date_of_numbers(&mut bytes)?;
    (bytes.at == text.len()).then_some(date)
}

/// The time of day that a text is.
pub(crate) fn clock(text: &str) -> Option<Clock> {
    let mut bytes = Bytes {
        bytes: text.as_bytes(),
        at: 0,
    };
    let clock = bytes.clock()?;
    (bytes.at == text.len()).then_some(clock)
}

/// The offset that a text is, such as `+0800`.
pub(crate) fn offset(text: &str) -> Option<i32> {
    let mut bytes = Bytes {
        bytes: text.as_bytes(),
        at: 0,
    };
    bytes.offset_here()
}

fn date_of_numbers(bytes: &mut Bytes<'_>) -> Option<Date> {
    let digits = bytes.bytes.iter().skip(bytes.at).take(15);
    match digits.take_while(|byte| byte.is_ascii_digit()).count() {
        4 => {
            let year = bytes.number(4, 4)?;
            let mark = bytes
                .peek()
                .filter(|byte| matches!(byte, b'-' | b'/' | b'.'))?;
            bytes.at += 1;
            let month = bytes.small(1)?;
            bytes.take(mark)?;
            let day = bytes.small(1)?;
            let year = Some(year);
            Some(Date { year, month, day })
        }
        8 | 14 => {
            let year = Some(bytes.number(4, 4)?);
            let month = bytes.small(2)?;
            let day = bytes.small(2)?;
            Some(Date { year, month, day })
        }
        1 | 2 => {
            let first = bytes.small(1)?;
            let mark = bytes.peek().filter(|byte| matches!(byte, b'/' | b'-'))?;
            bytes.at += 1;
            if let Some(month) = bytes.month() {
                bytes.take(mark)?;
                let year = Some(bytes.number(4, 4)?);
                let day = first;
                return Some(Date { year, month, day });
            }
            let second = bytes.small(1)?;
            bytes.take(b'/').filter(|()| mark == b'/')?;
            let digits = bytes.at;
            let last = bytes.number(2, 4)?;
            let is_short = bytes.at - digits == 2;
            let (year, month, day) = if first <= 12 {
                // As Windows writes it in English.
                (if is_short { 2000 + last } else { last }, first, second)
            } else if is_short {
                // As log4j writes it: there is no such month, so the year comes first.
                (2000 + i32::from(first), second, u8::try_from(last).ok()?)
            } else {
                (last, second, first)
            };
            let year = Some(year);
            Some(Date { year, month, day })
        }
        _ => None,
    }
}

fn of_numbers(bytes: &mut Bytes<'_>) -> Option<Stamp> {
    let begin = bytes.at;
    let date = date_of_numbers(bytes)?;
    let clock = if bytes.at - begin == 8 && bytes.peek().is_some_and(|byte| byte.is_ascii_digit()) {
        let [hour, minute, second] = [
            bytes.number(2, 2)?,
            bytes.number(2, 2)?,
            bytes.number(2, 2)?,
        ];
        (hour < 24 && minute < 60 && second < 61).then_some(Clock {
            second: hour * 3_600 + minute * 60 + second.min(59),
            nanosecond: 0,
        })?
    } else {
        // `2026-07-01 12:00:00`, `…T…`, `…-12.00.00`, `01/Jul/2026:12:00:00`.
        let mark = bytes.peek()?;
        if !matches!(mark, b'T' | b't' | b' ' | b'-' | b':' | b'_') {
            return None;
        }
        bytes.at += 1;
        bytes.clock()?
    };
    let offset = bytes.offset();
    Some(Stamp {
        date,
        clock,
        offset,
    })
}

/// `Jul  1 12:00:00`, with a year on either side of the time, with a weekday before.
fn of_names(bytes: &mut Bytes<'_>) -> Option<Stamp> {
    let month = if let Some(month) = bytes.month() {
        month
    } else {
        // A weekday.
        bytes.at += 3;
        if bytes.peek() == Some(b',') {
            bytes.at += 1;
        }
        bytes.take(b' ')?;
        bytes.month()?
    };
    bytes.take(b' ')?;
    while bytes.peek() == Some(b' ') {
        bytes.at += 1;
    }
    let day = bytes.small(1)?;
    if bytes.peek() == Some(b',') {
        bytes.at += 1;
    }
    bytes.take(b' ')?;
    let mut year = bytes.year();
    if year.is_some() {
        bytes.take(b' ')?;
    }
    let clock = bytes.clock()?;
    let mut offset = bytes.offset();
    if year.is_none() && bytes.peek() == Some(b' ') {
        let begin = bytes.at;
        bytes.at += 1;
        year = bytes.year();
        if year.is_none() {
            bytes.at = begin;
        } else if offset.is_none() {
            offset = bytes.offset();
        }
    }
    let date = Date { year, month, day };
    Some(Stamp {
        date,
        clock,
        offset,
    })
}

#[cfg(test)]
mod tests;
