//! The letters a message came in, where its bytes are not those of its text.

use encoding_rs::GB18030;
#[cfg(test)]
use encoding_rs::{Encoding as Letters, UTF_16BE, UTF_16LE};

/// What turns the text of an event into the bytes that came.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Encoding {
    Gb18030,
    Utf16Le,
    Utf16Be,
    /// UTF-8 behind a byte order mark.
    Utf8Mark,
    /// UTF-8 with an end of line.
    Line,
}

const ALL: [Encoding; 5] = [
    Encoding::Gb18030,
    Encoding::Utf16Le,
    Encoding::Utf16Be,
    Encoding::Utf8Mark,
    Encoding::Line,
];

impl Encoding {
    /// Its name in files.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Gb18030 => "gb18030",
            Self::Utf16Le => "utf-16le",
            Self::Utf16Be => "utf-16be",
            Self::Utf8Mark => "utf-8+mark",
            Self::Line => "utf-8+line",
        }
    }

    /// The encoding with this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        ALL.into_iter().find(|encoding| encoding.name() == name)
    }

    /// The encoding by which `text` becomes `raw`; none when no known one does.
    pub(crate) fn of(raw: &[u8], text: &str) -> Option<Self> {
        ALL.into_iter()
            .find(|encoding| encoding.could(raw, text) && encoding.encode(text) == raw)
    }

    /// A cheap no for most that do not fit.
    fn could(self, raw: &[u8], text: &str) -> bool {
        match self {
            Self::Utf16Le | Self::Utf16Be => {
                raw.len().is_multiple_of(2) && raw.len() >= text.len() / 2
            }
            Self::Utf8Mark => raw.len() == text.len() + 3,
            Self::Line => raw.len() == text.len() + 1,
            Self::Gb18030 => !text.is_ascii(),
        }
    }

    /// The bytes of `text`.
    pub(crate) fn encode(self, text: &str) -> Vec<u8> {
        let units = |to_bytes: fn(u16) -> [u8; 2]| text.encode_utf16().flat_map(to_bytes).collect();
        match self {
            Self::Gb18030 => GB18030.encode(text).0.into_owned(),
            Self::Utf16Le => units(u16::to_le_bytes),
            Self::Utf16Be => units(u16::to_be_bytes),
            Self::Utf8Mark => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
            Self::Line => [text.as_bytes(), b"\n"].concat(),
        }
    }

    /// The decoder of these letters, for tests.
    #[cfg(test)]
    fn letters(self) -> Option<&'static Letters> {
        match self {
            Self::Gb18030 => Some(GB18030),
            Self::Utf16Le => Some(UTF_16LE),
            Self::Utf16Be => Some(UTF_16BE),
            Self::Utf8Mark | Self::Line => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_found_again() {
        let text = "用户 wang.fang 登录";
        for encoding in ALL {
            let raw = encoding.encode(text);
            assert_eq!(Encoding::of(&raw, text), Some(encoding));
            assert_eq!(Encoding::named(encoding.name()), Some(encoding));
            if let Some(letters) = encoding.letters() {
                assert_eq!(letters.decode_without_bom_handling(&raw).0, text);
            }
        }
        assert_eq!(Encoding::of(b"\xff\xfe\xfd", text), None);
    }
}
