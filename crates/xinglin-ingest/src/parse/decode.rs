//! From bytes to text, and whether the way back is open.

use std::borrow::Cow;

use encoding_rs::{GB18030, UTF_16BE, UTF_16LE};

/// How the bytes of a source are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum DecodeAs {
    /// Each message by itself: by its mark, else as UTF-8 where it is that, else as GB18030.
    #[default]
    Auto,
    /// As UTF-8.
    Utf8,
    /// As GB18030, of which GBK and GB2312 are parts.
    Gb18030,
    /// As UTF-16 with the low byte first.
    Utf16Le,
    /// As UTF-16 with the high byte first.
    Utf16Be,
}

impl DecodeAs {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Auto,
        Self::Utf8,
        Self::Gb18030,
        Self::Utf16Le,
        Self::Utf16Be,
    ];

    /// The word for it, for programs.
    pub fn word(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Utf8 => "utf-8",
            Self::Gb18030 => "gb18030",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
        }
    }

    /// What a word stands for.
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.word() == word)
    }
}

/// In which letters a message was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WrittenIn {
    /// UTF-8.
    Utf8,
    /// GB18030.
    Gb18030,
    /// UTF-16, low byte first.
    Utf16Le,
    /// UTF-16, high byte first.
    Utf16Be,
}

/// A message as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Decoded<'a> {
    /// The text, without the end of its line. A byte order mark stays in it.
    pub text: Cow<'a, str>,
    /// The encoding that was taken.
    pub written_in: WrittenIn,
    /// Whether the text, encoded again, is the very bytes of the message (but for the end of
    /// its line). If not, the bytes themselves must be kept.
    pub is_faithful: bool,
}

/// Makes text of a message. Bytes that stand for nothing become U+FFFD.
pub fn decode(bytes: &[u8], decode_as: DecodeAs) -> Decoded<'_> {
    let written_in = match decode_as {
        DecodeAs::Auto => return auto(bytes),
        DecodeAs::Utf8 => WrittenIn::Utf8,
        DecodeAs::Gb18030 => WrittenIn::Gb18030,
        DecodeAs::Utf16Le => WrittenIn::Utf16Le,
        DecodeAs::Utf16Be => WrittenIn::Utf16Be,
    };
    decode_in(bytes, written_in)
}

fn auto(bytes: &[u8]) -> Decoded<'_> {
    match bytes {
        [0xff, 0xfe, ..] => return decode_in(bytes, WrittenIn::Utf16Le),
        [0xfe, 0xff, ..] => return decode_in(bytes, WrittenIn::Utf16Be),
        _ => {}
    }
    if let Ok(text) = str::from_utf8(without_end(bytes)) {
        // Latin letters in UTF-16 are valid UTF-8 with a zero at every other place.
        let zeros = |from: usize| {
            let places = bytes.iter().skip(from).step_by(2).take(64);
            bytes.len() >= 8 && places.into_iter().all(|byte| *byte == 0)
        };
        if zeros(1) {
            return decode_in(bytes, WrittenIn::Utf16Le);
        }
        if zeros(0) {
            return decode_in(bytes, WrittenIn::Utf16Be);
        }
        return Decoded {
            text: Cow::Borrowed(text),
            written_in: WrittenIn::Utf8,
            is_faithful: true,
        };
    }
    let decoded = decode_in(bytes, WrittenIn::Gb18030);
    if decoded.text.contains('\u{fffd}') {
        return decode_in(bytes, WrittenIn::Utf8);
    }
    decoded
}

fn decode_in(bytes: &[u8], written_in: WrittenIn) -> Decoded<'_> {
    let (text, is_faithful) = match written_in {
        WrittenIn::Utf8 => {
            let text = String::from_utf8_lossy(without_end(bytes));
            let is_faithful = matches!(text, Cow::Borrowed(_));
            (text, is_faithful)
        }
        WrittenIn::Gb18030 => {
            let bytes = without_end(bytes);
            let (text, had_errors) = GB18030.decode_without_bom_handling(bytes);
            let is_faithful = !had_errors && GB18030.encode(&text).0.as_ref() == bytes;
            (text, is_faithful)
        }
        WrittenIn::Utf16Le | WrittenIn::Utf16Be => wide(bytes, written_in),
    };
    Decoded {
        text,
        written_in,
        is_faithful,
    }
}

fn wide(bytes: &[u8], written_in: WrittenIn) -> (Cow<'_, str>, bool) {
    let is_little = written_in == WrittenIn::Utf16Le;
    let encoding = if is_little { UTF_16LE } else { UTF_16BE };
    let (text, had_errors) = encoding.decode_without_bom_handling(bytes);
    let text = match text {
        Cow::Borrowed(text) => text.to_owned(),
        Cow::Owned(text) => text,
    };
    let text = text.trim_end_matches(['\r', '\n', '\0']).to_owned();
    let unit = |unit: u16| {
        if is_little {
            unit.to_le_bytes()
        } else {
            unit.to_be_bytes()
        }
    };
    let again = text.encode_utf16().flat_map(unit);
    let is_faithful = !had_errors
        && bytes.len().is_multiple_of(2)
        && again.eq(bytes.iter().copied().take(again_length(&text)));
    (Cow::Owned(text), is_faithful)
}

fn again_length(text: &str) -> usize {
    text.encode_utf16().count() * 2
}

/// The bytes without the end of the line and zeros behind it.
fn without_end(bytes: &[u8]) -> &[u8] {
    let kept = bytes
        .iter()
        .rposition(|byte| !matches!(byte, b'\n' | b'\r' | 0));
    bytes
        .get(..kept.map_or(0, |last| last + 1))
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_in_what_they_are_written() {
        let wide =
            |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
        let gb = GB18030.encode("动作:拒绝 张三").0.into_owned();
        let cases: [(&[u8], &str, WrittenIn, bool); 8] = [
            (b"plain\r\n", "plain", WrittenIn::Utf8, true),
            ("动作:拒绝".as_bytes(), "动作:拒绝", WrittenIn::Utf8, true),
            (&gb, "动作:拒绝 张三", WrittenIn::Gb18030, true),
            (
                &wide("\u{feff}登录 ok\r\n"),
                "\u{feff}登录 ok",
                WrittenIn::Utf16Le,
                true,
            ),
            (&wide("login ok"), "login ok", WrittenIn::Utf16Le, true),
            (b"\xff\xfea\x00b", "a\u{fffd}", WrittenIn::Utf16Le, false),
            (
                b"bad \xff\xff byte",
                "bad \u{fffd}\u{fffd} byte",
                WrittenIn::Utf8,
                false,
            ),
            (b"", "", WrittenIn::Utf8, true),
        ];
        for (bytes, text, written_in, is_faithful) in cases {
            let decoded = decode(bytes, DecodeAs::Auto);
            let text = if bytes.starts_with(b"\xff\xfea") {
                format!("\u{feff}{text}")
            } else {
                text.to_owned()
            };
            assert_eq!(decoded.text, text);
            assert_eq!(
                (decoded.written_in, decoded.is_faithful),
                (written_in, is_faithful),
                "{text}"
            );
        }
    }
}
