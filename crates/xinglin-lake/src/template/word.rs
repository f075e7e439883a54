//! Variables that are whole numbers, in the letters they are written in.

use super::moment::{MomentFormat, digits};

/// How a number is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum IntegerKind {
    /// Without leading zeros.
    Decimal,
    /// With zeros in front, up to this width.
    Padded(u8),
    /// In lower-case hexadecimal digits, with zeros up to this width.
    Hex(u8),
    /// In upper-case hexadecimal digits, with zeros up to this width.
    HexUpper(u8),
    /// A time, by its distance from that of the event.
    Moment(MomentFormat),
}

const MOST_DECIMAL: usize = 18;
const MOST_HEX: usize = 16;

impl IntegerKind {
    /// The narrowest kind that a word fits.
    pub(crate) fn of(word: &[u8]) -> Option<Self> {
        let width = u8::try_from(word.len()).ok()?;
        let padded = if word.first() == Some(&b'0') {
            width
        } else {
            1
        };
        [
            Self::Decimal,
            Self::Padded(width),
            Self::Hex(padded),
            Self::HexUpper(padded),
        ]
        .into_iter()
        .find(|kind| kind.read(word).is_some())
    }

    /// A kind that fits this word too, where there may be one; none when only text does.
    pub(crate) fn widened(self, word: &[u8]) -> Option<Self> {
        let width = u8::try_from(word.len()).ok()?;
        let padded = if word.first() == Some(&b'0') {
            width
        } else {
            1
        };
        let candidates: &[Self] = match self {
            Self::Decimal => &[
                Self::Padded(width),
                Self::Hex(padded),
                Self::HexUpper(padded),
            ],
            Self::Padded(own) => &[Self::Hex(padded.max(own)), Self::HexUpper(padded.max(own))],
            Self::Hex(1) => &[Self::Hex(padded)],
            Self::HexUpper(1) => &[Self::HexUpper(padded)],
            Self::Hex(_) | Self::HexUpper(_) | Self::Moment(_) => &[],
        };
        candidates
            .iter()
            .copied()
            .find(|kind| *kind != self && kind.read(word).is_some())
    }

    /// The number, when rendering it yields just these bytes.
    pub(crate) fn read(self, word: &[u8]) -> Option<i64> {
        let (width, most, base) = match self {
            Self::Decimal => (1, MOST_DECIMAL, 10),
            Self::Padded(width) => (width, MOST_DECIMAL, 10),
            Self::Hex(width) | Self::HexUpper(width) => (width, MOST_HEX, 16),
            Self::Moment(_) => return None,
        };
        let width = usize::from(width);
        let has_zero = word.first() == Some(&b'0') && word.len() > 1;
        if word.is_empty() || word.len() > most || word.len() < width {
            return None;
        }
        if has_zero && word.len() != width {
            return None;
        }
        let mut value = 0_u64;
        for byte in word {
            let digit = match byte {
                b'0'..=b'9' => byte - b'0',
                b'a'..=b'f' if matches!(self, Self::Hex(_)) => byte - b'a' + 10,
                b'A'..=b'F' if matches!(self, Self::HexUpper(_)) => byte - b'A' + 10,
                _ => return None,
            };
            value = value.wrapping_mul(base) + u64::from(digit);
        }
        Some(value.cast_signed())
    }

    /// Writes a number in this kind; nothing for [`Self::Moment`] and where there is no such
    /// number.
    pub(crate) fn write(self, value: i64, into: &mut Vec<u8>) -> Option<()> {
        match self {
            Self::Decimal if value >= 0 => digits(value, 1, into),
            Self::Padded(width) if value >= 0 => digits(value, usize::from(width), into),
            Self::Hex(width) => hex(value, width, b"0123456789abcdef", into),
            Self::HexUpper(width) => hex(value, width, b"0123456789ABCDEF", into),
            Self::Decimal | Self::Padded(_) | Self::Moment(_) => return None,
        }
        Some(())
    }
}

fn hex(value: i64, width: u8, letters: &[u8; 16], into: &mut Vec<u8>) {
    let value = value.cast_unsigned();
    let needed = (64 - value.leading_zeros()).div_ceil(4).max(1);
    let width = u32::from(width).clamp(1, 16).max(needed);
    for place in (0..width).rev() {
        let digit = value >> (place * 4) & 15;
        let letter = usize::try_from(digit).ok().and_then(|at| letters.get(at));
        into.push(letter.copied().unwrap_or(b'0'));
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_have_the_narrowest_kind() {
        let cases: [(&str, Option<IntegerKind>); 10] = [
            ("0", Some(IntegerKind::Decimal)),
            ("443", Some(IntegerKind::Decimal)),
            ("007", Some(IntegerKind::Padded(3))),
            ("7ffd", Some(IntegerKind::Hex(1))),
            ("0a1b", Some(IntegerKind::Hex(4))),
            ("DEADBEEF01", Some(IntegerKind::HexUpper(1))),
            ("aB1", None),
            ("9999999999999999999", None),
            ("ffffffffffffffff", Some(IntegerKind::Hex(1))),
            ("", None),
        ];
        for (word, kind) in cases {
            assert_eq!(IntegerKind::of(word.as_bytes()), kind, "{word}");
        }
        let decimal = IntegerKind::Decimal;
        assert_eq!(decimal.widened(b"007"), Some(IntegerKind::Padded(3)));
        assert_eq!(decimal.widened(b"7f"), Some(IntegerKind::Hex(1)));
        assert_eq!(
            IntegerKind::Hex(1).widened(b"0f"),
            Some(IntegerKind::Hex(2))
        );
        assert_eq!(decimal.widened(b"zz9"), None);
    }

    proptest! {
        #[test]
        fn what_is_read_is_written_again(word in "[0-9a-fA-F]{1,20}", width in 1_u8..9) {
            let kinds = [
                IntegerKind::Decimal,
                IntegerKind::Padded(width),
                IntegerKind::Hex(width),
                IntegerKind::HexUpper(width),
            ];
            for kind in kinds.into_iter().chain(IntegerKind::of(word.as_bytes())) {
                if let Some(value) = kind.read(word.as_bytes()) {
                    let mut again = Vec::new();
                    kind.write(value, &mut again).unwrap();
                    prop_assert_eq!(again, word.as_bytes());
                }
            }
        }
    }
}
