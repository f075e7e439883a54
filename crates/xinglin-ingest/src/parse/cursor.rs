//! A place in a text that moves forward.

/// A place in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        Self { text, at: 0 }
    }

    /// What has not been read yet.
    pub(crate) fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    pub(crate) fn at(&self) -> usize {
        self.at
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.at >= self.text.len()
    }

    /// The next byte.
    pub(crate) fn byte(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    /// Moves over so many bytes, which must end between characters.
    pub(crate) fn skip(&mut self, bytes: usize) {
        self.at = (self.at + bytes).min(self.text.len());
    }

    /// Moves over this text when it comes next.
    pub(crate) fn literal(&mut self, literal: &str) -> bool {
        let found = self.rest().starts_with(literal);
        if found {
            self.at += literal.len();
        }
        found
    }

    /// Moves over bytes that `fits` accepts and returns them. Bytes of characters beyond
    /// ASCII must be accepted all or not at all.
    pub(crate) fn take_while(&mut self, fits: impl Fn(u8) -> bool) -> &'a str {
        let rest = self.rest();
        let length = rest
            .bytes()
            .position(|byte| !fits(byte))
            .unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }

    /// Moves over spaces and tabs.
    pub(crate) fn skip_blanks(&mut self) {
        self.take_while(|byte| byte == b' ' || byte == b'\t');
    }

    /// What stands before the next such byte (of ASCII); moves behind that.
    pub(crate) fn until(&mut self, byte: u8) -> Option<&'a str> {
        let rest = self.rest();
        let length = memchr::memchr(byte, rest.as_bytes())?;
        self.at += length + 1;
        rest.get(..length)
    }

    /// Everything up to the next blank or the end; stays before it.
    pub(crate) fn word(&mut self) -> &'a str {
        let rest = self.rest();
        let length = memchr::memchr3(b' ', b'\t', b'\n', rest.as_bytes()).unwrap_or(rest.len());
        self.at += length;
        rest.get(..length).unwrap_or_default()
    }
}
