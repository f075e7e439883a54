//! Text in UTF-16 as UTF-8, piece by piece: in UTF-16 no single byte ends a line.

use std::io::{self, Read};

use encoding_rs::{CoderResult, Decoder, UTF_16BE, UTF_16LE};

/// So much is read at a time.
const PIECE: usize = 64 << 10;

/// A file that is read as UTF-8.
pub(super) struct Narrowed<'a> {
    file: &'a mut dyn Read,
    /// None where it is taken as it is.
    decoder: Option<Decoder>,
    read: Vec<u8>,
    text: String,
    /// How much of the text was given away.
    given: usize,
    is_end: bool,
}

/// In what a file is written that is not read as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wide {
    Little,
    Big,
}

impl<'a> Narrowed<'a> {
    /// What the mark at the beginning of a file says.
    pub(super) fn of(beginning: &[u8]) -> Option<Wide> {
        match beginning {
            [0xff, 0xfe, ..] => Some(Wide::Little),
            [0xfe, 0xff, ..] => Some(Wide::Big),
            _ => None,
        }
    }

    pub(super) fn read(wide: Option<Wide>, file: &'a mut dyn Read) -> Self {
        let encoding = wide.map(|wide| match wide {
            Wide::Little => UTF_16LE,
            Wide::Big => UTF_16BE,
        });
        Self {
            file,
            decoder: encoding.map(encoding_rs::Encoding::new_decoder_with_bom_removal),
            read: Vec::new(),
            text: String::new(),
            given: 0,
            is_end: false,
        }
    }
}

impl Read for Narrowed<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let Some(decoder) = &mut self.decoder else {
            return self.file.read(into);
        };
        while self.given == self.text.len() && !self.is_end {
            self.text.clear();
            self.given = 0;
            self.read.resize(PIECE, 0);
            let count = self.file.read(&mut self.read)?;
            self.is_end = count == 0;
            let mut bytes = self.read.get(..count).unwrap_or_default();
            loop {
                self.text.reserve(PIECE);
                let (result, read, _) =
                    decoder.decode_to_string(bytes, &mut self.text, self.is_end);
                bytes = bytes.get(read..).unwrap_or_default();
                if result == CoderResult::InputEmpty {
                    break;
                }
            }
        }
        let rest = self.text.as_bytes().get(self.given..).unwrap_or_default();
        let count = rest.len().min(into.len());
        if let (Some(to), Some(from)) = (into.get_mut(..count), rest.get(..count)) {
            to.copy_from_slice(from);
        }
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_text_is_read_whatever_arrives_together() {
        let text = "登录 ok\r\nsecond 😀 line\n".repeat(500);
        for (wide, mark) in [(Wide::Little, [0xff, 0xfe]), (Wide::Big, [0xfe, 0xff])] {
            let unit = |unit: u16| match wide {
                Wide::Little => unit.to_le_bytes(),
                Wide::Big => unit.to_be_bytes(),
            };
            let mut bytes = mark.to_vec();
            bytes.extend(text.encode_utf16().flat_map(unit));
            assert_eq!(Narrowed::of(&bytes), Some(wide));
            let mut file = bytes.as_slice();
            let mut read = String::new();
            let mut narrowed = Narrowed::read(Some(wide), &mut file);
            narrowed.read_to_string(&mut read).unwrap();
            assert_eq!(read, text);
        }
    }
}
