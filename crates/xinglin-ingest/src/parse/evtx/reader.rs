//! Numbers and bytes of a chunk, from a place on.

/// A place in a chunk that moves forward, and where it must stop.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reader<'a> {
    chunk: &'a [u8],
    at: usize,
    end: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(chunk: &'a [u8], at: usize, end: usize) -> Self {
        let end = end.min(chunk.len());
        Self { chunk, at, end }
    }

    /// Another place of the same chunk.
    pub(super) fn elsewhere(&self, at: usize) -> Self {
        Self::new(self.chunk, at, self.chunk.len())
    }

    /// A part of the same chunk.
    pub(super) fn part(&self, at: usize, end: usize) -> Self {
        Self::new(self.chunk, at, end)
    }

    pub(super) fn at(&self) -> usize {
        self.at
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at >= self.end
    }

    /// The next bytes, if there are so many.
    pub(super) fn take(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let end = self.at.checked_add(bytes).filter(|end| *end <= self.end)?;
        let taken = self.chunk.get(self.at..end)?;
        self.at = end;
        Some(taken)
    }

    /// A number of one byte.
    pub(super) fn byte(&mut self) -> Option<u8> {
        self.take(1)?.first().copied()
    }

    /// A number of two bytes.
    pub(super) fn short(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes(self.take(2)?.try_into().ok()?))
    }

    /// A number of four bytes: a place or a length.
    pub(super) fn long(&mut self) -> Option<usize> {
        let number = u32::from_le_bytes(self.take(4)?.try_into().ok()?);
        usize::try_from(number).ok()
    }

    /// A number of eight bytes.
    pub(super) fn huge(&mut self) -> Option<u64> {
        Some(u64::from_le_bytes(self.take(8)?.try_into().ok()?))
    }

    /// Text of so many units of UTF-16.
    pub(super) fn wide(&mut self, units: usize) -> Option<String> {
        Some(wide(self.take(units.checked_mul(2)?)?))
    }
}

/// Text of UTF-16, low byte first; zeros are left out and halves of pairs become U+FFFD.
pub(super) fn wide(bytes: &[u8]) -> String {
    let units = bytes.as_chunks::<2>().0.iter().copied();
    let characters = char::decode_utf16(units.map(u16::from_le_bytes));
    characters
        .map(|character| character.unwrap_or(char::REPLACEMENT_CHARACTER))
        .filter(|character| *character != '\0')
        .collect()
}
