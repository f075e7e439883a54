//! Event log files of Windows.
//!
//! A file has chunks of 64 KiB that stand for themselves: records, and the names and templates
//! that they refer to. Records are binary XML. Everything is read with bounds; checksums are
//! not compared, since a file that was copied from a running system has none that fit.

mod binxml;
mod reader;
mod value;

use std::io::{self, Read};

use reader::Reader;
use thiserror::Error;

const FILE_MAGIC: &[u8] = b"ElfFile\0";
const CHUNK_MAGIC: &[u8] = b"ElfChnk\0";
const RECORD_MAGIC: &[u8] = b"\x2a\x2a\0\0";
const FILE_HEADER_BYTES: usize = 4_096;
const CHUNK_BYTES: usize = 64 << 10;
const CHUNK_HEADER_BYTES: usize = 512;
/// Where the header of a chunk says where its records end.
const FREE_PLACE_AT: usize = 48;
/// Size, number and time of a record stand before its XML, the size once more behind it.
const RECORD_HEADER_BYTES: usize = 24;

/// What is wrong with a file or one of its records.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Error)]
pub enum EvtxError {
    /// It does not begin as such files do.
    #[error("not an event log file")]
    NotAFile,
    /// A chunk does not begin as chunks do.
    #[error("chunk {chunk} is damaged")]
    Chunk {
        /// Which one, from 0.
        chunk: usize,
    },
    /// A record breaks off, or says what no record says.
    #[error("record at byte {at} of chunk {chunk} is damaged")]
    Record {
        /// Which chunk, from 0.
        chunk: usize,
        /// Where in the chunk.
        at: usize,
    },
    /// A record is nested too deep or its text too long, or the records of its chunk are
    /// together much longer than those of any real one.
    #[error("record at byte {at} of chunk {chunk} is too large")]
    TooLarge {
        /// Which chunk, from 0.
        chunk: usize,
        /// Where in the chunk.
        at: usize,
    },
}

/// Calls `each` with the XML of every record of a file, as [`crate::Parsers::parse`] reads it;
/// damaged records and chunks are errors, and the rest is read all the same.
///
/// # Errors
///
/// When it is no such file.
pub fn each_record(
    file: &[u8],
    mut each: impl FnMut(Result<String, EvtxError>),
) -> Result<(), EvtxError> {
    if !file.starts_with(FILE_MAGIC) {
        return Err(EvtxError::NotAFile);
    }
    let chunks = file.get(FILE_HEADER_BYTES..).unwrap_or_default();
    for (number, chunk) in chunks.chunks(CHUNK_BYTES).enumerate() {
        each_of_chunk(chunk, number, &mut each);
    }
    Ok(())
}

/// As [`each_record`], of a file that is read chunk by chunk: however long it is, one chunk and
/// one record are in memory.
///
/// # Errors
///
/// When it cannot be read, or is no such file: then [`EvtxError::NotAFile`] is within.
pub fn read_records(
    file: &mut impl Read,
    mut each: impl FnMut(Result<String, EvtxError>),
) -> io::Result<()> {
    let mut buffer = Vec::with_capacity(CHUNK_BYTES);
    fill(file, &mut buffer, FILE_HEADER_BYTES)?;
    if !buffer.starts_with(FILE_MAGIC) {
        return Err(io::Error::new(
            io::ErrorKind::InvalidData,
            EvtxError::NotAFile,
        ));
    }
    for number in 0.. {
        fill(file, &mut buffer, CHUNK_BYTES)?;
        if buffer.is_empty() {
            break;
        }
        each_of_chunk(&buffer, number, &mut each);
    }
    Ok(())
}

/// Reads so many bytes, or what there is.
fn fill(file: &mut impl Read, buffer: &mut Vec<u8>, bytes: usize) -> io::Result<()> {
    buffer.clear();
    let most = u64::try_from(bytes).unwrap_or(u64::MAX);
    file.by_ref().take(most).read_to_end(buffer).map(drop)
}

fn each_of_chunk(chunk: &[u8], number: usize, each: &mut impl FnMut(Result<String, EvtxError>)) {
    if chunk.starts_with(CHUNK_MAGIC) {
        records(chunk, number, each);
    } else if chunk.iter().any(|byte| *byte != 0) {
        each(Err(EvtxError::Chunk { chunk: number }));
    }
}

/// The records of a chunk.
fn records(chunk: &[u8], number: usize, each: &mut impl FnMut(Result<String, EvtxError>)) {
    let free = Reader::new(chunk, FREE_PLACE_AT, chunk.len()).long();
    let free = free.unwrap_or_default().min(chunk.len());
    let mut at = CHUNK_HEADER_BYTES;
    let mut last_id = None;
    let mut budget = binxml::Budget::default();
    while let Some(header) = Header::read(chunk, at) {
        // The header of the chunk that was being written is older than its records: they go
        // on while their numbers do.
        let follows = last_id.is_some_and(|last: u64| last.checked_add(1) == Some(header.id));
        if at >= free && !follows {
            return;
        }
        last_id = Some(header.id);
        let Some(end) = header.end else {
            each(Err(EvtxError::Record { chunk: number, at }));
            // Whatever its size was: the next one that begins as records do.
            let rest = chunk.get(at + RECORD_MAGIC.len()..).unwrap_or_default();
            let Some(found) = memchr::memmem::find(rest, RECORD_MAGIC) else {
                return;
            };
            at += RECORD_MAGIC.len() + found;
            continue;
        };
        let text = binxml::render(chunk, at + RECORD_HEADER_BYTES, end, &mut budget);
        each(text.map_err(|problem| match problem {
            binxml::Problem::Damaged => EvtxError::Record { chunk: number, at },
            binxml::Problem::TooLarge => EvtxError::TooLarge { chunk: number, at },
        }));
        at = end + 4;
    }
}

/// What stands before the XML of a record.
struct Header {
    id: u64,
    /// Where its XML ends; none when its size cannot be.
    end: Option<usize>,
}

impl Header {
    /// The record that begins here, if one does.
    fn read(chunk: &[u8], at: usize) -> Option<Self> {
        let mut reader = Reader::new(chunk, at, chunk.len());
        if reader.take(RECORD_MAGIC.len())? != RECORD_MAGIC {
            return None;
        }
        let size = reader.long()?;
        let id = reader.huge()?;
        let fits = size >= RECORD_HEADER_BYTES + 4 && at + size <= chunk.len();
        let end = fits.then(|| at + size - 4);
        let again = end.and_then(|end| Reader::new(chunk, end, chunk.len()).long());
        let end = end.filter(|_| again == Some(size));
        Some(Self { id, end })
    }
}
