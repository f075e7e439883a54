//! Reading the log: what was acknowledged, whatever happened to the machine.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{
    Group, LogSettings,
    frame::{self, Head},
    segment::{self, Chain, HEAD, Segment, SegmentHead},
};
use crate::disk::{self, Disk, Stored};

/// So much is looked at at a time when a frame is searched for.
const WINDOW: usize = 1 << 20;

/// A part of the log that could not be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The segment.
    pub file: PathBuf,
    /// Where it begins in it.
    pub place: u64,
    /// How long it is.
    pub bytes: u64,
    /// Where its bytes were set aside.
    pub set_aside: Option<PathBuf>,
    /// The numbers of the messages that are missing, where there are any.
    pub missing: std::ops::Range<u64>,
}

/// What the log holds.
#[derive(Debug, Default)]
pub(crate) struct Replay {
    pub(super) chain: Chain,
    /// The number of the next message.
    pub(crate) next: u64,
    /// Messages that were read.
    pub(crate) messages: u64,
    pub(crate) damages: Vec<Damage>,
    /// Bytes of a frame that was being written when the machine stopped.
    pub(crate) torn_bytes: u64,
}

/// Reads all messages from the number `from` on, in order, and finds out how far the log
/// goes. Parts that cannot be read are set aside in `quarantine` and told of. Without that
/// folder the log is only read, while another process may be writing it: nothing is removed,
/// and frames before `from` are passed over.
pub(crate) fn replay(
    disk: &dyn Disk,
    settings: &LogSettings,
    quarantine: Option<&Path>,
    from: u64,
    each: &mut dyn FnMut(Group),
) -> io::Result<Replay> {
    let folder = &settings.folder;
    let mut replay = Replay {
        next: from,
        ..Replay::default()
    };
    let mut void = Vec::new();
    let heads = chain(disk, folder, &mut replay, &mut void)?;
    for (place, (head, counts)) in heads.iter().enumerate() {
        let path = segment::path(folder, head.number);
        let stored = disk.read(&path)?;
        let is_last = place + 1 == heads.len();
        // Where the head does not say it: all messages before have lower numbers.
        let first = if head.first == 0 {
            replay.next
        } else {
            head.first
        };
        let end = counts.unwrap_or(u64::MAX).min(stored.length());
        let mut reading = SegmentReading {
            disk,
            path,
            stored: stored.as_ref(),
            end,
            is_last,
            quarantine,
            replay: &mut replay,
            from,
        };
        let counted = reading.run(each)?;
        replay.chain.segments.push(Segment {
            number: head.number,
            first,
            counts: if is_last { counted } else { end },
        });
    }
    // Never acknowledged, and written again elsewhere where it mattered.
    for number in void.into_iter().filter(|_| quarantine.is_some()) {
        disk.remove(&segment::path(folder, number))?;
    }
    Ok(replay)
}

enum Before {
    Unknown,
    Segment(u64, u64),
}

/// Whether a segment without a head has whole frames.
fn has_frames(disk: &dyn Disk, stored: &dyn Stored, path: &Path) -> io::Result<bool> {
    let reading = SegmentReading {
        disk,
        path: path.to_owned(),
        stored,
        end: stored.length(),
        is_last: true,
        quarantine: None,
        replay: &mut Replay::default(),
        from: 0,
    };
    Ok(reading.next_frame(HEAD)?.is_some())
}

type Linked = Vec<(SegmentHead, Option<u64>)>;

/// The segments that count, oldest first, each with how far it does; the last has no end yet.
fn chain(
    disk: &dyn Disk,
    folder: &Path,
    replay: &mut Replay,
    void: &mut Vec<u64>,
) -> io::Result<Linked> {
    let numbers = segment::numbers(disk, folder)?;
    replay.chain.highest = numbers.last().copied().unwrap_or(0);
    let mut linked: Linked = Vec::new();
    // Which segment comes before, and how far it counts, as far as the one behind says.
    let mut wanted = Before::Unknown;
    for number in numbers.into_iter().rev() {
        let path = segment::path(folder, number);
        let stored = disk.read(&path)?;
        let counts = match wanted {
            Before::Unknown => None,
            Before::Segment(before, counts) if before == number => Some(counts),
            // Begun, but given up before anything in it was acknowledged.
            Before::Segment(..) => {
                void.push(number);
                continue;
            }
        };
        let head = SegmentHead::read(stored.as_ref()).filter(|head| head.number == number);
        let Some(head) = head else {
            // Never begun, or damaged: then its frames may still be whole.
            if counts.is_none() && !has_frames(disk, stored.as_ref(), &path)? {
                void.push(number);
                continue;
            }
            let head = SegmentHead {
                number,
                first: 0,
                before: 0,
                before_counts: 0,
            };
            linked.push((head, counts));
            wanted = Before::Unknown;
            continue;
        };
        wanted = Before::Segment(head.before, head.before_counts);
        linked.push((head, counts));
    }
    linked.reverse();
    Ok(linked)
}

struct SegmentReading<'a> {
    disk: &'a dyn Disk,
    path: PathBuf,
    stored: &'a dyn Stored,
    end: u64,
    is_last: bool,
    quarantine: Option<&'a Path>,
    replay: &'a mut Replay,
    from: u64,
}

impl SegmentReading<'_> {
    /// Reads the frames; how far the segment counts.
    fn run(&mut self, each: &mut dyn FnMut(Group)) -> io::Result<u64> {
        let mut place = HEAD;
        while place < self.end {
            if let Some(length) = self.passed(place)? {
                place += length;
                continue;
            }
            if let Some((group, length)) = self.frame(place)? {
                self.take(group, each);
                place += length;
                continue;
            }
            if self.is_last && self.is_empty(place)? {
                break;
            }
            let Some(next) = self.next_frame(place + 1)? else {
                if self.is_last {
                    self.replay.torn_bytes += self.written(place)?;
                    break;
                }
                self.set_aside(place, self.end)?;
                return Ok(self.end);
            };
            // It may have become whole while the next one was looked for.
            if self.quarantine.is_none() && self.frame(place)?.is_some() {
                continue;
            }
            self.set_aside(place, next)?;
            place = next;
        }
        Ok(place)
    }

    /// The length of a frame that need not be read, where the log is only read.
    fn passed(&self, place: u64) -> io::Result<Option<u64>> {
        if self.quarantine.is_some() {
            return Ok(None);
        }
        let head = self.head(place)?;
        let old = head.filter(|head| {
            let end = head.first.saturating_add(u64::from(head.count));
            end <= self.from
        });
        Ok(old.map(|head| wide(frame::HEAD + head.packed)))
    }

    fn take(&mut self, group: Group, each: &mut dyn FnMut(Group)) {
        let end = group.first.saturating_add(u64::from(group.count));
        if group.first > self.replay.next && self.replay.next >= self.from {
            let missing = self.replay.next..group.first;
            match self.replay.damages.last_mut() {
                Some(damage) if damage.missing.is_empty() => damage.missing = missing,
                _ => self.replay.damages.push(Damage {
                    file: self.path.clone(),
                    place: 0,
                    bytes: 0,
                    set_aside: None,
                    missing,
                }),
            }
        }
        // What has been read, or is in a file, is not read again.
        if end > self.replay.next {
            self.replay.next = end;
            self.replay.messages += u64::from(group.count);
            each(group);
        }
    }

    /// The frame at a place and its length; nothing when there is no whole one.
    fn frame(&self, place: u64) -> io::Result<Option<(Group, u64)>> {
        let Some(head) = self.head(place)? else {
            return Ok(None);
        };
        let length = wide(frame::HEAD + head.packed);
        let mut bytes = vec![0; frame::HEAD + head.packed];
        self.stored.read_at(place, &mut bytes)?;
        let payload = head.payload(&bytes);
        Ok(payload.map(|payload| {
            let group = Group {
                first: head.first,
                count: head.count,
                payload,
            };
            (group, length)
        }))
    }

    /// The head at a place, of a frame that ends before the segment does.
    fn head(&self, place: u64) -> io::Result<Option<Head>> {
        let mut head = [0; frame::HEAD];
        let room = self.end.saturating_sub(place);
        if wide(head.len()) > room {
            return Ok(None);
        }
        self.stored.read_at(place, &mut head)?;
        let head = Head::read(&head);
        Ok(head.filter(|head| wide(frame::HEAD + head.packed) <= room))
    }

    /// The next place with a whole frame.
    fn next_frame(&self, from: u64) -> io::Result<Option<u64>> {
        let mut place = from;
        let mut window = Vec::new();
        while place < self.end {
            let length = (self.end - place).min(wide(WINDOW));
            window.resize(usize::try_from(length).map_err(io::Error::other)?, 0);
            self.stored.read_at(place, &mut window)?;
            let mut at = 0;
            while let Some(found) = Head::find(window.get(at..).unwrap_or_default()) {
                let candidate = place + wide(at + found);
                if self.frame(candidate)?.is_some() {
                    return Ok(Some(candidate));
                }
                at += found + 1;
            }
            // A magic may lie across two windows.
            place += length.saturating_sub(3).max(1);
            if length <= 3 {
                break;
            }
        }
        Ok(None)
    }

    /// Whether nothing was written from here on.
    fn is_empty(&self, from: u64) -> io::Result<bool> {
        Ok(self.written(from)? == 0)
    }

    /// Bytes from a place up to the last that is not zero.
    fn written(&self, from: u64) -> io::Result<u64> {
        let mut written = 0;
        let mut place = from;
        let mut window = Vec::new();
        while place < self.end {
            let length = (self.end - place).min(wide(WINDOW));
            window.resize(usize::try_from(length).map_err(io::Error::other)?, 0);
            self.stored.read_at(place, &mut window)?;
            if let Some(last) = window.iter().rposition(|byte| *byte != 0) {
                written = place - from + wide(last) + 1;
            }
            place += length;
        }
        Ok(written)
    }

    /// Copies a part that cannot be read into a file of its own.
    fn set_aside(&mut self, start: u64, end: u64) -> io::Result<()> {
        let set_aside = match self.quarantine {
            None => None,
            Some(folder) => Some(self.copy(start, end, folder)?),
        };
        self.replay.damages.push(Damage {
            file: self.path.clone(),
            place: start,
            bytes: end - start,
            set_aside,
            missing: 0..0,
        });
        Ok(())
    }

    fn copy(&self, start: u64, end: u64, folder: &Path) -> io::Result<PathBuf> {
        let name = self.path.file_stem().unwrap_or_default().to_string_lossy();
        let file = folder.join(format!("{name}-{start}.bad"));
        self.disk.make_folder(folder)?;
        let mut bytes = vec![0; usize::try_from(end - start).map_err(io::Error::other)?];
        self.stored.read_at(start, &mut bytes)?;
        match disk::write_whole(self.disk, &file, &bytes) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => Err(error),
            _ => Ok(file),
        }
    }
}

fn wide(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
