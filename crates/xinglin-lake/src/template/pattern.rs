//! Templates, and the patterns that they are in files.
//!
//! A pattern is text with places in braces; braces of the text are doubled. `{user.name}` is a
//! column, `{@%H:%M:%S|+08:00}` the time of the event in a zone, `{#3}` the number in slot 3,
//! `{#3:x8}` that number in at least eight hexadecimal digits (`X` in capitals), `{#3:04}` in
//! at least four digits, `{#3@%s}` a time so many units behind the event's, `{$2}` the text in
//! slot 2.

use std::fmt::Write as _;

use super::{
    moment::{At, MomentFormat, Relation},
    word::IntegerKind,
};

/// A place in a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Piece {
    /// A column, by a number that its user gave it.
    Field(u32),
    /// The time of the event, so many quarters of an hour before UTC.
    Time(MomentFormat, i8),
    /// A number of a slot.
    Integer(u8, IntegerKind),
    /// A text of a slot.
    Text(u8),
}

/// A message with places in it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Template {
    /// All literal parts, one behind the other.
    pub(super) literals: Vec<u8>,
    /// Each place, with the end of the literal part before it.
    pub(super) pieces: Vec<(u32, Piece)>,
}

/// Where the values of a row come from.
pub(crate) trait Values {
    /// Writes the value of a column; nothing when the row has none.
    fn field(&self, column: u32, into: &mut Vec<u8>) -> Option<()>;
    /// The number in a slot.
    fn integer(&self, slot: u8) -> Option<i64>;
    /// Writes the text of a slot.
    fn text(&self, slot: u8, into: &mut Vec<u8>) -> Option<()>;
    /// The time of the event.
    fn at(&self) -> At;
}

/// Whether a column of this name can stand in a pattern.
pub(crate) fn is_plain_name(name: &str) -> bool {
    name.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && name.len() <= 200
        && name
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-'))
}

impl Template {
    /// Writes the text of a row; nothing when the row lacks a value.
    pub(crate) fn render(&self, values: &dyn Values, into: &mut Vec<u8>) -> Option<()> {
        self.render_marked(values, into, |_, _| {})
    }

    /// The same, and tells where each value begins and ends.
    pub(crate) fn render_marked(
        &self,
        values: &dyn Values,
        into: &mut Vec<u8>,
        mut mark: impl FnMut(usize, usize),
    ) -> Option<()> {
        let mut from = 0;
        for (end, piece) in &self.pieces {
            let end = usize::try_from(*end).ok()?;
            into.extend_from_slice(self.literals.get(from..end)?);
            from = end;
            let start = into.len();
            match *piece {
                Piece::Field(column) => values.field(column, into)?,
                Piece::Time(format, quarters) => {
                    format.render(Relation::Same(quarters), values.at(), into)?;
                }
                Piece::Integer(slot, IntegerKind::Moment(format)) => {
                    let behind = Relation::Behind(values.integer(slot)?);
                    format.render(behind, values.at(), into)?;
                }
                Piece::Integer(slot, kind) => kind.write(values.integer(slot)?, into)?,
                Piece::Text(slot) => values.text(slot, into)?,
            }
            mark(start, into.len());
        }
        into.extend_from_slice(self.literals.get(from..)?);
        Some(())
    }

    /// The columns that it refers to, with their places among all of its places.
    pub(crate) fn fields(&self) -> impl Iterator<Item = (usize, u32)> {
        let pieces = self.pieces.iter().enumerate();
        pieces.filter_map(|(place, (_, piece))| match piece {
            Piece::Field(column) => Some((place, *column)),
            _ => None,
        })
    }

    /// The slots of numbers and those of texts that it refers to.
    pub(crate) fn slots(&self) -> (impl Iterator<Item = u8>, impl Iterator<Item = u8>) {
        let integers = self.pieces.iter().filter_map(|(_, piece)| match piece {
            Piece::Integer(slot, _) => Some(*slot),
            _ => None,
        });
        let texts = self.pieces.iter().filter_map(|(_, piece)| match piece {
            Piece::Text(slot) => Some(*slot),
            _ => None,
        });
        (integers, texts)
    }

    /// The template as a pattern.
    pub(crate) fn pattern<'n>(&self, name: impl Fn(u32) -> &'n str) -> String {
        let mut pattern = String::with_capacity(self.literals.len() + self.pieces.len() * 16);
        let mut from = 0;
        for (end, piece) in &self.pieces {
            let end = usize::try_from(*end).unwrap_or(usize::MAX);
            escape(
                self.literals.get(from..end).unwrap_or_default(),
                &mut pattern,
            );
            from = end;
            let written = match *piece {
                Piece::Field(column) => write!(pattern, "{{{}}}", name(column)),
                Piece::Time(format, quarters) => {
                    write!(pattern, "{{@{}{}}}", format.name(), offset(quarters))
                }
                Piece::Integer(slot, kind) => match kind {
                    IntegerKind::Decimal => write!(pattern, "{{#{slot}}}"),
                    IntegerKind::Padded(width) => write!(pattern, "{{#{slot}:0{width}}}"),
                    IntegerKind::Hex(width) => write!(pattern, "{{#{slot}:x{width}}}"),
                    IntegerKind::HexUpper(width) => write!(pattern, "{{#{slot}:X{width}}}"),
                    IntegerKind::Moment(format) => {
                        write!(pattern, "{{#{slot}@{}}}", format.name())
                    }
                },
                Piece::Text(slot) => write!(pattern, "{{${slot}}}"),
            };
            // Writing to a string does not fail.
            debug_assert!(written.is_ok());
        }
        escape(self.literals.get(from..).unwrap_or_default(), &mut pattern);
        pattern
    }

    /// The template of a pattern; nothing when it is none. Columns get their numbers from
    /// `number`.
    pub(crate) fn parse(pattern: &str, mut number: impl FnMut(&str) -> u32) -> Option<Self> {
        let mut template = Self::default();
        let mut rest = pattern;
        while let Some(at) = rest.find(['{', '}']) {
            let (literal, behind) = rest.split_at_checked(at)?;
            template.literals.extend_from_slice(literal.as_bytes());
            if let Some(behind) = behind.strip_prefix("{{") {
                template.literals.push(b'{');
                rest = behind;
            } else if let Some(behind) = behind.strip_prefix("}}") {
                template.literals.push(b'}');
                rest = behind;
            } else {
                let (place, behind) = behind.strip_prefix('{')?.split_once('}')?;
                let piece = piece(place, &mut number)?;
                let end = u32::try_from(template.literals.len()).ok()?;
                template.pieces.push((end, piece));
                rest = behind;
            }
        }
        template.literals.extend_from_slice(rest.as_bytes());
        Some(template)
    }

    /// The literal parts, in order.
    pub(crate) fn literals(&self) -> impl Iterator<Item = &[u8]> {
        let mut from = 0;
        let ends = self
            .pieces
            .iter()
            .map(|(end, _)| usize::try_from(*end).unwrap_or(usize::MAX));
        ends.chain([self.literals.len()]).map(move |end| {
            let part = self.literals.get(from..end).unwrap_or_default();
            from = end;
            part
        })
    }

    /// The places, in order.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = Piece> {
        self.pieces.iter().map(|(_, piece)| *piece)
    }

    /// What it takes in memory, about.
    pub(super) fn size(&self) -> usize {
        self.literals.len() + self.pieces.len() * size_of::<(u32, Piece)>()
    }
}

fn escape(literal: &[u8], pattern: &mut String) {
    // Literal parts are cut where words begin or end, so each is text by itself.
    for letter in String::from_utf8_lossy(literal).chars() {
        if matches!(letter, '{' | '}') {
            pattern.push(letter);
        }
        pattern.push(letter);
    }
}

fn offset(quarters: i8) -> String {
    if quarters == 0 {
        return String::new();
    }
    let sign = if quarters < 0 { '-' } else { '+' };
    let minutes = u32::from(quarters.unsigned_abs()) * 15;
    format!("|{sign}{:02}:{:02}", minutes / 60, minutes % 60)
}

fn read_offset(text: &str) -> Option<i8> {
    let (hours, minutes) = text.get(1..)?.split_once(':')?;
    let (hours, minutes): (u8, u8) = (hours.parse().ok()?, minutes.parse().ok()?);
    if minutes % 15 != 0 || minutes > 45 || hours > 14 {
        return None;
    }
    let quarters = i8::try_from(hours * 4 + minutes / 15).ok()?;
    match text.as_bytes().first()? {
        b'+' => Some(quarters),
        b'-' => Some(-quarters),
        _ => None,
    }
}

fn piece(place: &str, number: &mut impl FnMut(&str) -> u32) -> Option<Piece> {
    if let Some(time) = place.strip_prefix('@') {
        return match time.rsplit_once('|') {
            None => Some(Piece::Time(MomentFormat::named(time)?, 0)),
            Some((name, zone)) => Some(Piece::Time(MomentFormat::named(name)?, read_offset(zone)?)),
        };
    }
    if let Some(slot) = place.strip_prefix('$') {
        return Some(Piece::Text(slot.parse().ok()?));
    }
    if let Some(number) = place.strip_prefix('#') {
        if let Some((slot, name)) = number.split_once('@') {
            let kind = IntegerKind::Moment(MomentFormat::named(name)?);
            return Some(Piece::Integer(slot.parse().ok()?, kind));
        }
        let Some((slot, kind)) = number.split_once(':') else {
            return Some(Piece::Integer(number.parse().ok()?, IntegerKind::Decimal));
        };
        let width: u8 = kind.get(1..)?.parse().ok()?;
        let kind = match kind.as_bytes().first()? {
            b'0' if width <= 18 => IntegerKind::Padded(width),
            b'x' if width <= 16 => IntegerKind::Hex(width),
            b'X' if width <= 16 => IntegerKind::HexUpper(width),
            _ => return None,
        };
        return Some(Piece::Integer(slot.parse().ok()?, kind));
    }
    is_plain_name(place).then(|| Piece::Field(number(place)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_read_as_they_are_written() {
        let names = ["user.name", "source.ip"];
        let patterns = [
            "",
            "no places",
            "{{\"a\": {user.name}}}",
            "{@%b %d %H:%M:%S|+08:00} sshd[{#0}]: from {source.ip} {$0}",
            "{@%Y-%m-%dT%H:%M:%S.%3f}Z {#0:x8}{#1:X1}{#2:03}{#3@%s.%3f}",
            "{@%s|-05:30}",
        ];
        for pattern in patterns {
            let number = |name: &str| {
                let place = names.iter().position(|known| *known == name);
                u32::try_from(place.unwrap()).unwrap()
            };
            let template = Template::parse(pattern, number).unwrap();
            let again = template.pattern(|id| names.get(id as usize).copied().unwrap());
            assert_eq!(again, pattern);
        }
    }

    #[test]
    fn what_is_no_pattern_is_refused() {
        for pattern in [
            "{",
            "}",
            "{}",
            "{ }",
            "{@nothing}",
            "{#}",
            "{#x}",
            "{#1:y3}",
            "{#1:x99}",
            "{$}",
            "{$300}",
            "{@%s|8}",
            "{@%s|+99:00}",
            "{@%Y-%m-%d.%3f}",
            "a{b",
        ] {
            assert_eq!(Template::parse(pattern, |_| 0), None, "{pattern}");
        }
    }
}
