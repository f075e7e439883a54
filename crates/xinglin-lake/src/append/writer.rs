//! The thread that writes.

use std::{
    io,
    sync::{Arc, PoisonError},
    time::Instant,
};

use super::{
    AppendError, Durable, Fate, GROUP_BYTES, Group, LogSettings, LogState, Shared, frame, lock,
    segment::{self, HEAD, Segment, SegmentHead},
};
use crate::disk::{Disk, Written};

pub(super) struct Writer {
    disk: Arc<dyn Disk>,
    settings: LogSettings,
    shared: Arc<Shared>,
    /// The segment that is written on, and how far it is durable.
    open: Option<(Box<dyn Written>, u64)>,
    next: u64,
    durable: Durable,
    buffer: Vec<u8>,
}

impl Writer {
    pub(super) fn new(
        disk: Arc<dyn Disk>,
        settings: LogSettings,
        shared: Arc<Shared>,
        next: u64,
        durable: Durable,
    ) -> Self {
        Self {
            disk,
            settings,
            shared,
            open: None,
            next,
            durable,
            buffer: Vec::new(),
        }
    }

    pub(super) fn run(mut self) {
        while let Some((payload, count, fate)) = self.gather() {
            let outcome = self.commit(&payload, count);
            let state = match &outcome {
                Ok(_) => LogState::Writing,
                Err(error) => LogState::Failing {
                    problem: error.to_string(),
                },
            };
            *lock(&self.shared.state) = state;
            let outcome = outcome.map_err(|error| AppendError::Disk(Arc::new(error)));
            if let Ok(first) = &outcome {
                // Handed on first: who has an answer and waits for `Lake::settle` finds what it is
                // about.
                (self.durable)(Group {
                    first: *first,
                    count,
                    payload,
                });
            }
            *lock(&fate.outcome) = Some(outcome);
            fate.decided.notify_all();
        }
    }

    /// Waits for messages and takes them; nothing when the log is closed.
    fn gather(&mut self) -> Option<(Vec<u8>, u32, Arc<Fate>)> {
        let mut waiting = lock(&self.shared.waiting);
        loop {
            let Some(since) = waiting.since else {
                if waiting.closed {
                    return None;
                }
                let waited = self.shared.filled.wait(waiting);
                waiting = waited.unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            let due = since + self.settings.gather;
            let now = Instant::now();
            if waiting.frame.bytes() >= GROUP_BYTES || now >= due || waiting.closed {
                waiting.since = None;
                let frame = std::mem::take(&mut waiting.frame);
                let fate = std::mem::take(&mut waiting.fate);
                self.shared.taken.notify_all();
                let count = frame.count();
                return Some((frame.into_payload(), count, fate));
            }
            let waited = self.shared.filled.wait_timeout(waiting, due - now);
            waiting = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// Makes messages durable; the number of the first.
    fn commit(&mut self, payload: &[u8], count: u32) -> io::Result<u64> {
        let first = self.next;
        let mut buffer = std::mem::take(&mut self.buffer);
        let done = frame::encode(payload, count, first, &mut buffer)
            .and_then(|()| self.write(&buffer).or_else(|_| self.write(&buffer)));
        self.buffer = buffer;
        done?;
        self.next += u64::from(count);
        Ok(first)
    }

    /// Writes a frame behind the others. When that fails, the segment is never touched again.
    fn write(&mut self, frame: &[u8]) -> io::Result<()> {
        let length = u64::try_from(frame.len()).map_err(io::Error::other)?;
        let is_full = |place: u64| place > HEAD && place + length > self.settings.segment_bytes;
        let (mut file, place) = match self.open.take() {
            Some((file, place)) if !is_full(place) => (file, place),
            _ => (self.begin()?, HEAD),
        };
        if let Err(error) = file.write_at(place, frame).and_then(|()| file.sync()) {
            if place == HEAD {
                self.give_up();
            }
            return Err(error);
        }
        let counts = place + length;
        let mut chain = lock(&self.shared.chain);
        if place == HEAD {
            // Only now is there something that counts in it.
            let number = chain.highest;
            chain.segments.push(Segment {
                number,
                first: self.next,
                counts,
            });
        } else if let Some(last) = chain.segments.last_mut() {
            last.counts = counts;
        }
        drop(chain);
        self.open = Some((file, counts));
        Ok(())
    }

    /// Begins a segment behind the last that counts.
    fn begin(&self) -> io::Result<Box<dyn Written>> {
        let mut chain = lock(&self.shared.chain);
        chain.highest += 1;
        let last = chain.segments.last();
        let head = SegmentHead {
            number: chain.highest,
            first: self.next,
            before: last.map_or(0, |last| last.number),
            before_counts: last.map_or(0, |last| last.counts),
        };
        drop(chain);
        let path = segment::path(&self.settings.folder, head.number);
        let mut file = self.disk.create(&path)?;
        let made = file
            .reserve(self.settings.segment_bytes)
            .and_then(|()| file.write_at(0, &head.encode()))
            .and_then(|()| file.sync())
            .and_then(|()| self.disk.sync_folder(&self.settings.folder));
        if let Err(error) = made {
            self.give_up();
            return Err(error);
        }
        Ok(file)
    }

    /// Removes the segment that was begun last, in which nothing counts. Should that fail, it
    /// is removed when the log is read.
    fn give_up(&self) {
        let highest = lock(&self.shared.chain).highest;
        drop(
            self.disk
                .remove(&segment::path(&self.settings.folder, highest)),
        );
    }
}
