//! Cells: from what people type to values.

use std::fmt;

use jiff::civil::Date;
use xinglin_core::Text;

use super::{
    schema::{Choice, ColumnKind, SheetColumn},
    workbook::Raw,
};

/// The value of a cell.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CellValue {
    /// Text or code; also the code or name of one referenced record.
    Text(String),
    /// Whole number.
    Integer(i64),
    /// Day.
    Date(Date),
    /// Stable word of a choice.
    Choice(String),
    /// Stable words of choices, or codes or names of referenced records.
    List(Vec<String>),
}

/// The canonical text: what a database column or a comparison wants.
impl fmt::Display for CellValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) | Self::Choice(text) => f.write_str(text),
            Self::Integer(number) => number.fmt(f),
            Self::Date(date) => date.fmt(f),
            Self::List(parts) => f.write_str(&parts.join("、")),
        }
    }
}

/// What a cell should have been.
pub(super) type Expected = Text;

/// Reads a cell. `Ok(None)` is an empty cell.
pub(super) fn read(column: &SheetColumn, raw: &Raw) -> Result<Option<CellValue>, Expected> {
    if let Raw::Error(_) = raw {
        return Err(Text::new(
            "不含公式错误的值",
            "a value without a formula error",
        ));
    }
    let text = clean(&raw.to_string());
    if text.is_empty() {
        return Ok(None);
    }
    let value = match &column.kind {
        ColumnKind::Text => CellValue::Text(limited(text, column.max_chars)?),
        ColumnKind::Code | ColumnKind::Reference(_) => {
            CellValue::Text(limited(one_line(&half_width(&text)), column.max_chars)?)
        }
        ColumnKind::Date => CellValue::Date(date(raw, &text).ok_or_else(|| {
            Text::new(
                "日期，如 2026-03-01 或 2026年3月1日",
                "a date such as 2026-03-01",
            )
        })?),
        ColumnKind::Integer => CellValue::Integer(
            half_width(&text)
                .replace(',', "")
                .parse()
                .map_err(|_| Text::new("整数", "a whole number"))?,
        ),
        ColumnKind::Choice(choices) => CellValue::Choice(choice(choices, &text)?),
        ColumnKind::Choices(choices) => CellValue::List(
            split(&text)
                .map(|part| choice(choices, part))
                .collect::<Result<_, _>>()?,
        ),
        ColumnKind::References(_) => {
            let text = limited(half_width(&text), column.max_chars)?;
            let mut parts: Vec<String> = Vec::new();
            for part in split(&text) {
                if !parts.iter().any(|known| known == part) {
                    parts.push(part.to_owned());
                }
            }
            CellValue::List(parts)
        }
    };
    Ok(match value {
        CellValue::List(parts) if parts.is_empty() => None,
        value => Some(value),
    })
}

fn limited(text: String, max_chars: usize) -> Result<String, Expected> {
    if text.chars().count() <= max_chars {
        return Ok(text);
    }
    Err(Text::new(
        format!("不超过 {max_chars} 个字"),
        format!("at most {max_chars} characters"),
    ))
}

fn choice(choices: &[Choice], text: &str) -> Result<String, Expected> {
    let folded = fold(text);
    choices
        .iter()
        .find(|choice| choice.folded.contains(&folded))
        .map(|choice| choice.word.clone())
        .ok_or_else(|| {
            let list = |label: fn(&Choice) -> &str, separator: &str| {
                choices
                    .iter()
                    .map(label)
                    .collect::<Vec<_>>()
                    .join(separator)
            };
            Text::new(
                format!("以下之一：{}", list(|c| &c.zh, "、")),
                format!("one of: {}", list(|c| &c.en, ", ")),
            )
        })
}

/// The parts of a list, at `、` `;` `；` `，` `,` or a line break.
fn split(text: &str) -> impl Iterator<Item = &str> {
    text.split(['、', ';', '；', '，', ',', '\n', '|'])
        .map(str::trim)
        .filter(|part| !part.is_empty())
}

/// Without control characters, invisible characters and blanks at the ends.
pub(super) fn clean(text: &str) -> String {
    let visible: String = text
        .chars()
        .filter(|&c| {
            (c == '\n' || !c.is_control())
                && !matches!(
                    c,
                    '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{fffe}' | '\u{ffff}'
                )
        })
        .map(|c| if c == '\u{a0}' { ' ' } else { c })
        .collect();
    visible.trim().to_owned()
}

/// Full-width letters, digits, signs and blanks as half-width ones.
pub(super) fn half_width(text: &str) -> String {
    text.chars()
        .map(|c| match c {
            '\u{3000}' => ' ',
            '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
            c => c,
        })
        .collect::<String>()
        .trim()
        .to_owned()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The form in which headers and choices are compared: half-width, lower case, without
/// blanks, marks of required columns and remarks in brackets.
pub(super) fn fold(text: &str) -> String {
    let plain = half_width(&clean(text));
    let head = plain.split('(').next().unwrap_or_default();
    let head = if head.trim().is_empty() { &plain } else { head };
    head.chars()
        .filter(|c| !c.is_whitespace() && !matches!(c, '*' | ':' | '_' | '-'))
        .flat_map(char::to_lowercase)
        .collect()
}

fn date(raw: &Raw, text: &str) -> Option<Date> {
    match raw {
        Raw::Date(date) => return Some(*date),
        // A date column whose cells lost their format: Excel's day number.
        Raw::Number(serial) if (20_000.0..80_000.0).contains(serial) => {
            return serial_date(*serial);
        }
        _ => {}
    }
    let text = half_width(text);
    let numbers: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .collect();
    let starts_with_digit = text.starts_with(|c: char| c.is_ascii_digit());
    match numbers.as_slice() {
        [year, month, day, ..] if year.len() == 4 && starts_with_digit => {
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
        }
        [whole] if whole.len() == 8 && text.len() == 8 => {
            let (year, rest) = whole.split_at_checked(4)?;
            let (month, day) = rest.split_at_checked(2)?;
            Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()
        }
        _ => None,
    }
}

/// The day of an Excel serial number (1900 system).
fn serial_date(serial: f64) -> Option<Date> {
    #[expect(clippy::cast_possible_truncation, reason = "checked to be small")]
    let days = serial.floor() as i64;
    let epoch = Date::constant(1899, 12, 30);
    epoch
        .checked_add(jiff::Span::new().try_days(days).ok()?)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_as_people_write_them() {
        let expected = Date::constant(2026, 3, 1);
        for text in [
            "2026-03-01",
            "2026/3/1",
            "2026.3.1",
            "2026年3月1日",
            "２０２６－０３－０１",
            "20260301",
            "2026-03-01 00:00:00",
            "2026-03-01T08:00:00Z",
        ] {
            assert_eq!(
                date(&Raw::Text(text.into()), text),
                Some(expected),
                "{text}"
            );
        }
        assert_eq!(date(&Raw::Number(46082.0), "46082"), Some(expected));
        for text in [
            "2026-02-30",
            "3月1日",
            "昨天",
            "",
            "26-3-1",
            "202603",
            "约2026-03-01",
        ] {
            assert_eq!(date(&Raw::Text(text.into()), text), None, "{text}");
        }
    }

    #[test]
    fn headers_and_choices_are_compared_folded() {
        for (a, b) in [
            ("资产编号 *", "资产编号"),
            ("资产编号（必填）", "资产编号"),
            ("ＩＰ地址", "ip 地址"),
            ("Asset Code", "asset_code"),
        ] {
            assert_eq!(fold(a), fold(b));
        }
        assert_ne!(fold("资产编号"), fold("资产名称"));
        assert_eq!(fold("(备注)"), "(备注)");
    }
}
