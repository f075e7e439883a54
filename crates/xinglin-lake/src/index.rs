//! The file beside a file of events: the words of its pages and its counts.

use std::{io, sync::Arc};

use crate::{
    counts::{self, Counts},
    disk::Stored,
    words::Filters,
};

const MAGIC: &[u8; 8] = b"XLindex1";
/// Magic, and the lengths of the two parts.
const HEAD: usize = 24;
/// What is read of the words at first: nearly always their whole head.
const FIRST_READ: u64 = 16 << 10;
const MOST_COUNTS: u64 = 256 << 20;

/// An index as it is written.
pub(crate) fn bytes(words: &[u8], counts: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(HEAD + words.len() + counts.len());
    bytes.extend_from_slice(MAGIC);
    for part in [words, counts] {
        let length = u64::try_from(part.len()).unwrap_or(u64::MAX);
        bytes.extend_from_slice(&length.to_le_bytes());
    }
    bytes.extend_from_slice(words);
    bytes.extend_from_slice(counts);
    bytes
}

/// An index that is open.
#[derive(Clone)]
pub(crate) struct Index {
    stored: Arc<dyn Stored>,
    words: u64,
    counts: u64,
    filters: Filters,
}

fn damaged() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "the index is damaged")
}

impl Index {
    /// Opens an index.
    pub(crate) fn open(stored: Arc<dyn Stored>) -> io::Result<Self> {
        let mut head = [0; HEAD];
        stored.read_at(0, &mut head)?;
        let (magic, lengths) = head.split_at(8);
        let mut lengths = lengths.chunks_exact(8).map(|part| {
            let part: [u8; 8] = part.try_into().unwrap_or_default();
            u64::from_le_bytes(part)
        });
        let (words, counts) = (lengths.next().unwrap_or(0), lengths.next().unwrap_or(0));
        let whole = 24_u64
            .checked_add(words)
            .and_then(|end| end.checked_add(counts));
        if magic != MAGIC || whole != Some(stored.length()) || counts > MOST_COUNTS {
            return Err(damaged());
        }
        let mut length = words.min(FIRST_READ);
        loop {
            let mut head = vec![0; usize::try_from(length).map_err(io::Error::other)?];
            stored.read_at(24, &mut head)?;
            if let Some(filters) = Filters::read(&head, words) {
                return Ok(Self {
                    stored,
                    words,
                    counts,
                    filters,
                });
            }
            let most = u64::try_from(Filters::MOST_HEAD).unwrap_or(u64::MAX);
            if length >= words.min(most) {
                return Err(damaged());
            }
            length = length.saturating_mul(8).min(words).min(most);
        }
    }

    /// For each page of the file, whether it may have all of these words.
    pub(crate) fn pages_with(&self, words: &[u64]) -> io::Result<Vec<bool>> {
        let read = &mut |place: u64, into: &mut [u8]| {
            let end = place.checked_add(u64::try_from(into.len()).unwrap_or(u64::MAX));
            if end.is_none_or(|end| end > self.words) {
                return Err(damaged());
            }
            self.stored.read_at(24 + place, into)
        };
        self.filters.pages_with(words, read)
    }

    /// The counts of the file.
    pub(crate) fn counts(&self) -> io::Result<Counts> {
        let length = usize::try_from(self.counts).map_err(io::Error::other)?;
        let mut bytes = vec![0; length];
        self.stored.read_at(24 + self.words, &mut bytes)?;
        counts::read(&bytes).ok_or_else(damaged)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{counts::Counting, words::FilterBuilder};

    struct Bytes(Vec<u8>);

    impl Stored for Bytes {
        fn length(&self) -> u64 {
            self.0.len() as u64
        }

        fn read_at(&self, place: u64, into: &mut [u8]) -> io::Result<()> {
            let place = usize::try_from(place).unwrap();
            let part = self.0.get(place..).and_then(|part| part.get(..into.len()));
            into.copy_from_slice(part.ok_or(io::ErrorKind::UnexpectedEof)?);
            Ok(())
        }
    }

    #[test]
    fn an_index_is_read_and_a_damaged_one_is_refused() {
        let mut builder = FilterBuilder::default();
        for page in 0..30_000_u64 {
            builder.add(page.wrapping_mul(0x9e37_79b9_7f4a_7c15));
            builder.end_page();
        }
        let counts = Counting::default().finish().unwrap();
        let whole = bytes(&builder.finish(), &counts);
        let index = Index::open(Arc::new(Bytes(whole.clone()))).unwrap();
        let word = 77_u64.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        assert!(index.pages_with(&[word]).unwrap()[77]);
        assert_eq!(index.counts().unwrap(), Counts::default());
        for end in (0..whole.len()).step_by(997) {
            assert!(Index::open(Arc::new(Bytes(whole[..end].to_vec()))).is_err());
        }
    }
}
