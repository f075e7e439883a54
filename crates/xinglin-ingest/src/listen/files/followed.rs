//! One file that is followed, by its handle: whatever it is renamed to, it is read to its end.

use std::{
    fs::{self, File, Metadata, OpenOptions},
    io,
    os::{
        fd::AsRawFd as _,
        unix::fs::{FileExt as _, MetadataExt as _, OpenOptionsExt as _},
    },
    path::{Path, PathBuf},
    sync::Arc,
};

use nix::libc::O_NONBLOCK;

use super::{super::FileProgress, Line, mark::Mark};
use crate::{DecodeAs, framing};

/// A file.
#[derive(Debug)]
pub(super) struct Followed {
    file: File,
    pub(super) path: Arc<Path>,
    pub(super) mark: Mark,
    configured: DecodeAs,
    decode_as: DecodeAs,
    /// How the file was when it was last looked at.
    seen: (u64, i64, i64),
    /// Whether all was read of it as it was then.
    is_read: bool,
    /// So often it was looked for in vain while nothing was added to it.
    pub(super) missed: u32,
}

/// How lines end.
#[derive(Clone, Copy)]
enum Ends {
    /// By a byte.
    One,
    /// By two, the first of which is zero or the second.
    High,
    Low,
}

impl Followed {
    /// Opens a file, to be read from its beginning.
    pub(super) fn open(path: &Path, decode_as: DecodeAs) -> io::Result<Self> {
        // What turns out to be a pipe must not make us wait for whoever writes to it.
        let mut options = OpenOptions::new();
        let file = options.read(true).custom_flags(O_NONBLOCK).open(path)?;
        let metadata = file.metadata()?;
        if !metadata.is_file() {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let mark = Mark {
            device: metadata.dev(),
            inode: metadata.ino(),
            path: path.to_string_lossy().into_owned(),
            ..Mark::default()
        };
        let mut followed = Self {
            file,
            path: path.into(),
            mark,
            configured: decode_as,
            decode_as,
            seen: (0, 0, 0),
            is_read: false,
            missed: 0,
        };
        followed.decode_as = followed.by_mark()?;
        Ok(followed)
    }

    pub(super) fn identity(&self) -> (u64, u64) {
        (self.mark.device, self.mark.inode)
    }

    /// Whether what was read by this mark stands in the file.
    pub(super) fn has(&self, mark: &Mark) -> bool {
        mark.matches(&self.file).unwrap_or(false)
    }

    /// Goes on behind what is marked.
    pub(super) fn continue_at(&mut self, mark: &Mark) {
        self.mark.offset = mark.offset;
        self.mark.is_skipping = mark.is_skipping;
        self.mark.head = mark.head;
        self.mark.tail = mark.tail;
    }

    /// Passes over what is there already.
    pub(super) fn skip_existing(&mut self) -> io::Result<()> {
        let end = self.file.metadata()?.len();
        // Up to the end of a line, so that the first one is whole.
        let mut at = end.saturating_sub(64 << 10) / 2 * 2;
        let mut buffer = vec![0; 64 << 10];
        let length = self.file.read_at(&mut buffer, at)?;
        let ends = self.ends();
        let read = buffer.get(..length).unwrap_or_default();
        let mut behind = 0;
        while let Some((_, next)) = line_end(read, behind, ends) {
            behind = next;
        }
        at += u64::try_from(behind).unwrap_or_default();
        self.mark.advance(&self.file, at)
    }

    /// Where the file really is.
    pub(super) fn place(&self) -> io::Result<PathBuf> {
        // By its handle: a link may have been changed since it was opened.
        let link = format!("/proc/self/fd/{}", self.file.as_raw_fd());
        fs::read_link(link).or_else(|_| fs::canonicalize(&self.path))
    }

    /// How far it was read.
    pub(super) fn progress(&self) -> FileProgress {
        let (length, ..) = self.seen;
        FileProgress {
            path: Arc::clone(&self.path),
            read: self.mark.offset,
            length: length.max(self.mark.offset),
        }
    }

    pub(super) fn is_moved_to(&mut self, path: &Path) {
        self.missed = 0;
        if *self.path != *path {
            self.path = path.into();
            self.mark.path = path.to_string_lossy().into_owned();
        }
    }

    /// Reads on, at most about `budget` bytes; whether its mark has moved.
    pub(super) fn read(
        &mut self,
        most: usize,
        buffer: &mut [u8],
        budget: &mut usize,
        lines: &mut Vec<Line>,
    ) -> io::Result<bool> {
        let mut any = self.look()?;
        while *budget > 0 && !self.is_read {
            let length = self.file.read_at(buffer, self.mark.offset)?;
            let read = buffer.get(..length).unwrap_or_default();
            let taken = self.cut(read, length == buffer.len(), most, lines);
            self.is_read = length < buffer.len();
            if taken == 0 {
                break;
            }
            any = true;
            *budget = budget.saturating_sub(taken);
            let offset = self.mark.offset + u64::try_from(taken).unwrap_or_default();
            self.mark.advance(&self.file, offset)?;
        }
        Ok(any)
    }

    /// What is left of a file that nobody adds to any more: a line without an end.
    pub(super) fn finish(
        &mut self,
        most: usize,
        buffer: &mut [u8],
        lines: &mut Vec<Line>,
    ) -> io::Result<()> {
        let length = self.file.read_at(buffer, self.mark.offset)?;
        let rest = buffer.get(..length).unwrap_or_default();
        if !self.mark.is_skipping {
            self.give(rest, most, lines);
        }
        Ok(())
    }

    /// Sees what became of the file. When it was emptied, or emptied and filled again, it is
    /// begun anew; whether that was so.
    fn look(&mut self) -> io::Result<bool> {
        let metadata = self.file.metadata()?;
        let seen = seen(&metadata);
        if seen == self.seen {
            return Ok(false);
        }
        self.seen = seen;
        self.is_read = false;
        let is_other = metadata.len() < self.mark.offset || !self.mark.matches(&self.file)?;
        if is_other {
            self.mark.is_skipping = false;
            self.mark.advance(&self.file, 0)?;
        }
        if self.mark.offset == 0 {
            self.decode_as = self.by_mark()?;
        }
        Ok(is_other)
    }

    /// Gives the lines that are whole; how many bytes they take.
    fn cut(&mut self, read: &[u8], is_full: bool, most: usize, lines: &mut Vec<Line>) -> usize {
        let ends = self.ends();
        let mut at = 0;
        while let Some((end, behind)) = line_end(read, at, ends) {
            if self.mark.is_skipping {
                self.mark.is_skipping = false;
            } else {
                self.give(read.get(at..end).unwrap_or_default(), most, lines);
            }
            at = behind;
        }
        if at == 0 && (is_full || self.mark.is_skipping) {
            // A line that is longer than lines may be.
            if !self.mark.is_skipping {
                self.give(read, most, lines);
                self.mark.is_skipping = true;
            }
            at = match ends {
                Ends::One => read.len(),
                Ends::High | Ends::Low => read.len() / 2 * 2,
            };
        }
        at
    }

    fn give(&self, line: &[u8], most: usize, lines: &mut Vec<Line>) {
        let (whole, most) = match self.ends() {
            Ends::One => (framing::trimmed(line), most),
            Ends::Low => (line.strip_suffix(b"\r\0").unwrap_or(line), most / 2 * 2),
            Ends::High => (line.strip_suffix(b"\0\r").unwrap_or(line), most / 2 * 2),
        };
        if whole.is_empty() {
            return;
        }
        let kept = whole.get(..most);
        lines.push(Line {
            path: Arc::clone(&self.path),
            bytes: kept.unwrap_or(whole).into(),
            decode_as: self.decode_as,
            is_cut: kept.is_some_and(|kept| kept.len() < whole.len()),
        });
    }

    fn ends(&self) -> Ends {
        match self.decode_as {
            DecodeAs::Utf16Le => Ends::Low,
            DecodeAs::Utf16Be => Ends::High,
            _ => Ends::One,
        }
    }

    /// The encoding that the mark at the beginning of the file tells.
    fn by_mark(&self) -> io::Result<DecodeAs> {
        if self.configured != DecodeAs::Auto {
            return Ok(self.configured);
        }
        let mut mark = [0_u8; 2];
        let length = self.file.read_at(&mut mark, 0)?;
        Ok(match mark.get(..length) {
            Some([0xff, 0xfe]) => DecodeAs::Utf16Le,
            Some([0xfe, 0xff]) => DecodeAs::Utf16Be,
            _ => DecodeAs::Auto,
        })
    }
}

fn seen(metadata: &Metadata) -> (u64, i64, i64) {
    (metadata.len(), metadata.mtime(), metadata.mtime_nsec())
}

/// Where the line that begins at `at` ends, and where the next one begins.
fn line_end(read: &[u8], at: usize, ends: Ends) -> Option<(usize, usize)> {
    let end = |from: usize| {
        let found = memchr::memchr(b'\n', read.get(from..)?)?;
        Some(from + found)
    };
    let mut from = at;
    loop {
        let found = end(from)?;
        let other = match ends {
            Ends::One => return Some((found, found + 1)),
            Ends::Low => (found % 2 == 0).then_some((found + 1, found, found + 2)),
            Ends::High => (found % 2 == 1).then_some((found - 1, found - 1, found + 1)),
        };
        if let Some((zero, end, behind)) = other
            && let Some(byte) = read.get(zero)
            && *byte == 0
        {
            return Some((end, behind));
        }
        from = found + 1;
    }
}
