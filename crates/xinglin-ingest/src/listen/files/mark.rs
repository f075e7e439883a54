//! Where reading of a file stands, and by what the place is known again.

use std::{fs::File, io, os::unix::fs::FileExt as _};

use super::super::Checkpoint;

/// So many bytes at the beginning of a file, and before the place, are remembered.
const WINDOW: u64 = 256;
/// A file that was read less far is not taken for a copy of another: its first lines may be
/// those that every such file begins with.
const LEAST_FOR_COPIES: u64 = 1_024;
/// The form of the text.
const VERSION: &str = "1";

/// A place in a file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Mark {
    pub(super) device: u64,
    pub(super) inode: u64,
    /// Bytes that were read.
    pub(super) offset: u64,
    /// Whether the rest of a line that was cut is still to be passed over.
    pub(super) is_skipping: bool,
    /// Of the first bytes.
    pub(super) head: u64,
    /// Of the last bytes that were read.
    pub(super) tail: u64,
    /// Where the file was.
    pub(super) path: String,
}

impl Mark {
    /// Moves on to `offset`; what was read is seen again by `matches`.
    pub(super) fn advance(&mut self, file: &File, offset: u64) -> io::Result<()> {
        if self.offset < WINDOW || offset < WINDOW {
            self.head = print(file, 0, offset.min(WINDOW))?;
        }
        self.tail = print(file, offset.saturating_sub(WINDOW), offset.min(WINDOW))?;
        self.offset = offset;
        Ok(())
    }

    /// Whether what was read of the marked file stands in this one.
    pub(super) fn matches(&self, file: &File) -> io::Result<bool> {
        let window = self.offset.min(WINDOW);
        let is_same = print(file, self.offset - window, window)? == self.tail;
        Ok(is_same && print(file, 0, window)? == self.head)
    }

    /// Whether so much was read that another file with the same contents must be a copy.
    pub(super) fn tells_copies(&self) -> bool {
        self.offset >= LEAST_FOR_COPIES
    }

    pub(super) fn key(&self) -> String {
        format!("{}:{}", self.device, self.inode)
    }

    pub(super) fn checkpoint(&self) -> Checkpoint {
        let skips = u8::from(self.is_skipping);
        let (offset, head, tail, path) = (self.offset, self.head, self.tail, &self.path);
        let state = format!("{VERSION} {offset} {skips} {head:x} {tail:x} {path}");
        Checkpoint {
            key: self.key(),
            state: Some(state),
        }
    }

    pub(super) fn forgotten(&self) -> Checkpoint {
        Checkpoint {
            key: self.key(),
            state: None,
        }
    }

    /// What a checkpoint says; none when it is of another form.
    pub(super) fn read(checkpoint: &Checkpoint) -> Option<Self> {
        let (device, inode) = checkpoint.key.split_once(':')?;
        let mut words = checkpoint.state.as_ref()?.splitn(6, ' ');
        if words.next()? != VERSION {
            return None;
        }
        Some(Self {
            device: device.parse().ok()?,
            inode: inode.parse().ok()?,
            offset: words.next()?.parse().ok()?,
            is_skipping: words.next()? == "1",
            head: u64::from_str_radix(words.next()?, 16).ok()?,
            tail: u64::from_str_radix(words.next()?, 16).ok()?,
            path: words.next()?.to_owned(),
        })
    }
}

/// A digest of a part of a file (FNV-1a, which stays the same in every version); of fewer bytes
/// where the file ends.
fn print(file: &File, at: u64, length: u64) -> io::Result<u64> {
    let mut buffer = [0_u8; 256];
    let length = usize::try_from(length).unwrap_or_default();
    let buffer = buffer.get_mut(..length).unwrap_or_default();
    let mut filled = 0;
    while let Some(rest) = buffer.get_mut(filled..).filter(|rest| !rest.is_empty()) {
        let place = at + u64::try_from(filled).unwrap_or_default();
        match file.read_at(rest, place) {
            Ok(0) => break,
            Ok(length) => filled += length,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    for byte in buffer.iter().take(filled) {
        digest = (digest ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    }
    Ok(digest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_read_as_they_were_written() {
        let mark = Mark {
            device: 66,
            inode: 1_234,
            offset: u64::MAX,
            is_skipping: true,
            head: 0xdead_beef,
            tail: 7,
            path: "/var/log/a file.log".to_owned(),
        };
        let checkpoint = mark.checkpoint();
        assert_eq!(checkpoint.key, "66:1234");
        let state = "1 18446744073709551615 1 deadbeef 7 /var/log/a file.log";
        assert_eq!(checkpoint.state.as_deref(), Some(state));
        assert_eq!(Mark::read(&checkpoint), Some(mark.clone()));
        assert_eq!(Mark::read(&mark.forgotten()), None);
        let other = Checkpoint {
            key: "66:1234".to_owned(),
            state: Some("2 something else".to_owned()),
        };
        assert_eq!(Mark::read(&other), None);
    }
}
