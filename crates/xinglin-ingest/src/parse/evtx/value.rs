//! Values of binary XML as text, written as Windows writes them.

use std::fmt::{self, Write as _};

use jiff::{Timestamp, tz::TimeZone};

use super::reader::wide;

/// From 1601, where Windows begins to count, to 1970, in steps of 100 ns.
const STEPS_TO_1970: i64 = 116_444_736_000_000_000;
const STEPS_A_SECOND: i64 = 10_000_000;
/// Marks a list of values.
const LIST: u8 = 0x80;

/// Nothing.
pub(super) const NULL: u8 = 0x00;
/// Text in UTF-16.
pub(super) const TEXT: u8 = 0x01;
/// Several texts.
pub(super) const TEXTS: u8 = TEXT | LIST;
/// XML, again binary.
pub(super) const XML: u8 = 0x21;

/// Writes a value of a type; types that nobody knows are written as bytes.
pub(super) fn write(out: &mut String, kind: u8, bytes: &[u8]) -> fmt::Result {
    if kind & LIST != 0 {
        return list(out, kind & !LIST, bytes);
    }
    match kind {
        NULL => Ok(()),
        TEXT => out.write_str(&wide(bytes)),
        0x02 => {
            let text = super::super::decode(bytes, super::super::DecodeAs::Auto).text;
            out.write_str(&text)
        }
        0x0b => match bytes.try_into() {
            Ok(bytes) => write!(out, "{}", f32::from_le_bytes(bytes)),
            Err(_) => hexadecimal(out, bytes),
        },
        0x0c => match bytes.try_into() {
            Ok(bytes) => write!(out, "{}", f64::from_le_bytes(bytes)),
            Err(_) => hexadecimal(out, bytes),
        },
        0x03 | 0x05 | 0x07 | 0x09 => write!(out, "{}", signed(bytes)),
        0x04 | 0x06 | 0x08 | 0x0a => write!(out, "{}", unsigned(bytes)),
        0x0d => write!(out, "{}", bytes.iter().any(|byte| *byte != 0)),
        0x0f => guid(out, bytes),
        0x10 | 0x14 | 0x15 => write!(out, "{:#x}", unsigned(bytes)),
        0x11 => file_time(out, unsigned(bytes)),
        0x12 => system_time(out, bytes),
        0x13 => identifier(out, bytes),
        _ => hexadecimal(out, bytes),
    }
}

/// How many bytes a value of a type has, when all have as many.
pub(super) fn size(kind: u8) -> Option<usize> {
    Some(match kind {
        0x03 | 0x04 => 1,
        0x05 | 0x06 => 2,
        0x07 | 0x08 | 0x0b | 0x0d | 0x14 => 4,
        0x09 | 0x0a | 0x0c | 0x11 | 0x15 => 8,
        0x0f | 0x12 => 16,
        _ => return None,
    })
}

/// The texts of a list.
pub(super) fn texts(bytes: &[u8]) -> impl Iterator<Item = String> {
    let units = bytes.as_chunks::<2>().0;
    // Each ends by a zero, the last one too.
    let units = units.strip_suffix(&[[0, 0]]).unwrap_or(units);
    let texts = units.split(|unit| *unit == [0, 0]);
    texts.map(|text| wide(text.as_flattened()))
}

fn list(out: &mut String, kind: u8, bytes: &[u8]) -> fmt::Result {
    if kind == TEXT {
        for (place, text) in texts(bytes).enumerate() {
            if place > 0 {
                out.push(',');
            }
            out.push_str(&text);
        }
        return Ok(());
    }
    let Some(size) = size(kind) else {
        return hexadecimal(out, bytes);
    };
    for (place, value) in bytes.chunks(size).enumerate() {
        if place > 0 {
            out.push(',');
        }
        write(out, kind, value)?;
    }
    Ok(())
}

fn unsigned(bytes: &[u8]) -> u64 {
    let low = bytes.iter().take(8).rev();
    low.fold(0, |number, byte| number << 8 | u64::from(*byte))
}

fn signed(bytes: &[u8]) -> i64 {
    let unused = 64 - 8 * bytes.len().clamp(1, 8);
    (unsigned(bytes) << unused).cast_signed() >> unused
}

fn hexadecimal(out: &mut String, bytes: &[u8]) -> fmt::Result {
    bytes.iter().try_for_each(|byte| write!(out, "{byte:02X}"))
}

fn guid(out: &mut String, bytes: &[u8]) -> fmt::Result {
    let Ok(bytes) = <[u8; 16]>::try_from(bytes) else {
        return hexadecimal(out, bytes);
    };
    // The first three numbers have their low byte first.
    for (place, at) in [3, 2, 1, 0, 5, 4, 7, 6].into_iter().enumerate() {
        out.push_str(match place {
            0 => "{",
            4 | 6 => "-",
            _ => "",
        });
        write!(out, "{:02x}", bytes.get(at).copied().unwrap_or_default())?;
    }
    out.push('-');
    for (place, byte) in bytes.iter().skip(8).enumerate() {
        if place == 2 {
            out.push('-');
        }
        write!(out, "{byte:02x}")?;
    }
    out.write_str("}")
}

/// Steps of 100 ns since 1601.
fn file_time(out: &mut String, steps: u64) -> fmt::Result {
    let since_1970 = steps.cast_signed().saturating_sub(STEPS_TO_1970);
    let part = since_1970.rem_euclid(STEPS_A_SECOND);
    match Timestamp::from_second(since_1970.div_euclid(STEPS_A_SECOND)) {
        Ok(second) => {
            let time = TimeZone::UTC.to_datetime(second);
            write!(out, "{time}.{part:07}Z")
        }
        Err(_) => write!(out, "{steps}"),
    }
}

/// Year, month, day of the week, day, hour, minute, second and millisecond.
fn system_time(out: &mut String, bytes: &[u8]) -> fmt::Result {
    let units = bytes.as_chunks::<2>().0.iter().copied();
    let numbers: Vec<u16> = units.map(u16::from_le_bytes).collect();
    let &[year, month, _, day, hour, minute, second, millisecond] = numbers.as_slice() else {
        return hexadecimal(out, bytes);
    };
    write!(
        out,
        "{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{millisecond:03}Z"
    )
}

/// `S-1-5-18`.
fn identifier(out: &mut String, bytes: &[u8]) -> fmt::Result {
    let &[revision, count, ref rest @ ..] = bytes else {
        return hexadecimal(out, bytes);
    };
    let Some((authority, rest)) = rest.split_first_chunk::<6>() else {
        return hexadecimal(out, bytes);
    };
    let authority = authority
        .iter()
        .fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    write!(out, "S-{revision}-{authority}")?;
    let parts = rest.as_chunks::<4>().0.iter().take(usize::from(count));
    for part in parts {
        write!(out, "-{}", u32::from_le_bytes(*part))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_written_as_windows_writes_them() {
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let cases: [(u8, Vec<u8>, &str); 18] = [
            (0x00, vec![1], ""),
            (0x01, wide("登录\0"), "登录"),
            (0x03, vec![0xff], "-1"),
            (0x04, vec![0xff], "255"),
            (0x07, vec![0xfe, 0xff, 0xff, 0xff], "-2"),
            (0x0a, vec![1, 0, 0, 0, 0, 0, 0, 0x80], "9223372036854775809"),
            (0x0b, 1.5_f32.to_le_bytes().to_vec(), "1.5"),
            (0x0d, vec![1, 0, 0, 0], "true"),
            (0x0e, vec![0x0a, 0xff], "0AFF"),
            (
                0x0f,
                (1..=16).collect(),
                "{04030201-0605-0807-090a-0b0c0d0e0f10}",
            ),
            (0x10, vec![0x10, 0, 0, 0], "0x10"),
            (0x14, vec![0xe7, 3, 0, 0], "0x3e7"),
            (
                0x11,
                132_479_638_492_175_625_u64.to_le_bytes().to_vec(),
                "2020-10-23T21:57:29.2175625Z",
            ),
            (
                0x12,
                [2026_u16, 7, 4, 2, 11, 15, 0, 7]
                    .into_iter()
                    .flat_map(u16::to_le_bytes)
                    .collect(),
                "2026-07-02T11:15:00.007Z",
            ),
            (
                0x13,
                vec![1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0],
                "S-1-5-32-544",
            ),
            (0x81, wide("a\0b c\0"), "a,b c"),
            (0x86, vec![1, 0, 2, 0], "1,2"),
            (0x77, vec![1, 2], "0102"),
        ];
        for (kind, bytes, expected) in cases {
            let mut out = String::new();
            write(&mut out, kind, &bytes).unwrap();
            assert_eq!(out, expected, "{kind:#x}");
        }
    }
}
