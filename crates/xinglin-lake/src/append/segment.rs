//! Segments: the files of the log.

use std::{
    io,
    path::{Path, PathBuf},
};

use crate::disk::{Disk, Stored};

const MAGIC: &[u8; 8] = b"XLwal001";
/// Magic, number, first number of a message, number of the segment before, how far that one
/// counts, CRC.
pub(super) const HEAD: u64 = 64;
const FILLED: usize = 40;
const SUFFIX: &str = ".wal";

/// The head of a segment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct SegmentHead {
    pub(super) number: u64,
    /// The number of its first message.
    pub(super) first: u64,
    /// The segment before it, 0 for none.
    pub(super) before: u64,
    /// How far that one counts; what stands behind was written again or never acknowledged.
    pub(super) before_counts: u64,
}

impl SegmentHead {
    pub(super) fn encode(self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        for number in [self.number, self.first, self.before, self.before_counts] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        let crc = crc32c::crc32c(&bytes);
        bytes.extend_from_slice(&crc.to_le_bytes());
        bytes.resize(usize::try_from(HEAD).unwrap_or(64), 0);
        bytes
    }

    pub(super) fn read(stored: &dyn Stored) -> Option<Self> {
        let mut bytes = [0; FILLED + 4];
        stored.read_at(0, &mut bytes).ok()?;
        let (filled, crc) = bytes.split_at(FILLED);
        if !filled.starts_with(MAGIC) || crc32c::crc32c(filled).to_le_bytes() != crc {
            return None;
        }
        let number = |place: usize| -> Option<u64> {
            Some(u64::from_le_bytes(
                filled.get(place..place + 8)?.try_into().ok()?,
            ))
        };
        Some(Self {
            number: number(8)?,
            first: number(16)?,
            before: number(24)?,
            before_counts: number(32)?,
        })
    }
}

/// Where the segment with this number is.
pub(super) fn path(folder: &Path, number: u64) -> PathBuf {
    folder.join(format!("{number:016}{SUFFIX}"))
}

/// The numbers of the segments in a folder, ascending.
pub(super) fn numbers(disk: &dyn Disk, folder: &Path) -> io::Result<Vec<u64>> {
    let names = disk.list(folder)?;
    let numbers = names
        .iter()
        .filter_map(|name| name.strip_suffix(SUFFIX)?.parse().ok());
    let mut numbers: Vec<u64> = numbers.collect();
    numbers.sort_unstable();
    Ok(numbers)
}

/// A segment that counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(super) number: u64,
    pub(super) first: u64,
    /// How far it counts, in bytes.
    pub(super) counts: u64,
}

/// The segments that count, oldest first, and the highest number given so far.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Chain {
    pub(super) segments: Vec<Segment>,
    pub(super) highest: u64,
}

impl Chain {
    /// Removes the files of segments whose every message has a number up to `through`.
    pub(super) fn release(
        &mut self,
        disk: &dyn Disk,
        folder: &Path,
        through: u64,
    ) -> io::Result<()> {
        while let [first, second, ..] = self.segments.as_slice() {
            if second.first > through.saturating_add(1) {
                break;
            }
            match disk.remove(&path(folder, first.number)) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => self.segments.remove(0),
            };
        }
        Ok(())
    }
}
