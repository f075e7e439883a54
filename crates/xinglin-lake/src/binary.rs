//! Numbers and texts as bytes.

/// Adds a number, seven bits a byte, the low ones first.
pub(crate) fn put_number(bytes: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        bytes.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    bytes.push(u8::try_from(number).unwrap_or_default());
}

/// Adds a number that may be negative, so that small ones are short.
pub(crate) fn put_signed(bytes: &mut Vec<u8>, number: i64) {
    put_number(bytes, ((number << 1) ^ (number >> 63)).cast_unsigned());
}

/// Adds bytes behind their length.
pub(crate) fn put_bytes(bytes: &mut Vec<u8>, part: &[u8]) {
    put_number(bytes, u64::try_from(part.len()).unwrap_or(u64::MAX));
    bytes.extend_from_slice(part);
}

/// Reads what the functions above wrote; nothing where it is none.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reading<'a> {
    bytes: &'a [u8],
    place: usize,
}

impl<'a> Reading<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, place: 0 }
    }

    /// How far it is.
    pub(crate) fn place(&self) -> usize {
        self.place
    }

    pub(crate) fn is_at_end(&self) -> bool {
        self.place >= self.bytes.len()
    }

    pub(crate) fn number(&mut self) -> Option<u64> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = *self.bytes.get(self.place)?;
            self.place += 1;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return None;
            }
            number |= part << shift;
            if byte < 0x80 {
                return Some(number);
            }
        }
        None
    }

    pub(crate) fn signed(&mut self) -> Option<i64> {
        let number = self.number()?;
        Some((number >> 1).cast_signed() ^ -(number & 1).cast_signed())
    }

    pub(crate) fn bytes(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.number()?).ok()?;
        self.take(length)
    }

    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let end = self.place.checked_add(length)?;
        let part = self.bytes.get(self.place..end)?;
        self.place = end;
        Some(part)
    }

    pub(crate) fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.bytes()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_is_read(number in any::<u64>(), signed in any::<i64>(), text in ".*") {
            let mut bytes = Vec::new();
            put_number(&mut bytes, number);
            put_signed(&mut bytes, signed);
            put_bytes(&mut bytes, text.as_bytes());
            let mut reading = Reading::new(&bytes);
            prop_assert_eq!(reading.number(), Some(number));
            prop_assert_eq!(reading.signed(), Some(signed));
            prop_assert_eq!(reading.text(), Some(text.as_str()));
            prop_assert!(reading.is_at_end());
            prop_assert_eq!(reading.number(), None);
        }

        #[test]
        fn no_bytes_break_it(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            let mut reading = Reading::new(&bytes);
            while reading.number().is_some() || reading.bytes().is_some() {}
        }
    }
}
