//! Files of logs, taken apart piece by piece: however long one is, a piece is in memory.

use std::{
    borrow::Cow,
    collections::VecDeque,
    io::{self, Cursor, Read},
    sync::LazyLock,
};

use memchr::memmem::Finder;
use xinglin_ingest::{
    Joiner,
    body::{self, Body, Limits, RejectReason},
    evtx,
    framing::trimmed,
};
use xinglin_lake::{AppendError, Lake, Message, Ticket};

use super::{messages::Arrived, wide::Narrowed};

/// So much of a file is in memory at a time.
const PIECE: usize = 1 << 20;
/// So much is looked at to see what it is.
const BEGINNING: u64 = 4_096;
/// A list of JSON, or objects that go beyond their lines, may be so long: they are read whole.
const MOST_WHOLE: u64 = 64 << 20;
/// Pieces that wait to be durable.
const MOST_WAITING: usize = 32;
/// The mark of an audit record stands so near to its beginning.
const MARK_WITHIN: usize = 320;

/// How messages stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum FileForm {
    /// As its beginning says.
    #[default]
    Auto,
    /// Lines of text, whatever stands in them.
    Lines,
    /// Objects of JSON: by line, in one list, or one after another.
    Json,
    /// An event log of Windows.
    Evtx,
}

/// What became of what was read of a file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    /// Messages in it.
    pub received: u64,
    /// Those that are kept.
    pub kept: u64,
    /// Those that are not.
    pub rejected: u64,
    /// Bytes that were read, unpacked.
    pub bytes_in: u64,
}

/// Is told of what is not kept, and how far it is.
pub trait Watcher: Send {
    /// The line or record of this number, from 1, is not kept: why, and a part of its bytes;
    /// further parts follow with the same number.
    ///
    /// # Errors
    /// When that cannot be written down: then the file is not read on.
    fn rejected(&mut self, number: u64, reason: &str, bytes: &[u8]) -> io::Result<()>;

    /// So much was read by now.
    fn so_far(&mut self, taken: &Taken) {
        let _ = taken;
    }
}

/// Why a file is not read to its end.
#[derive(Debug, thiserror::Error)]
pub(super) enum TakeError {
    #[error("it cannot be read")]
    Read(#[source] io::Error),
    #[error("it is not of the form that was named")]
    Form,
    #[error(
        "a list of JSON, or objects that go beyond their lines, of more than {MOST_WHOLE} bytes"
    )]
    TooLong,
    #[error("what is not kept cannot be written down")]
    Told(#[source] io::Error),
    #[error(transparent)]
    Append(#[from] AppendError),
}

/// Keeps the messages of a file like `like`; returns when they are durable. What was read before
/// an error is kept, too.
pub(super) fn take(
    lake: &Lake,
    like: &Arrived,
    form: FileForm,
    file: &mut dyn Read,
    watcher: &mut dyn Watcher,
) -> Result<Taken, TakeError> {
    let mut beginning = Vec::new();
    Read::take(&mut *file, BEGINNING)
        .read_to_end(&mut beginning)
        .map_err(TakeError::Read)?;
    let narrowed = Narrowed::of(&beginning);
    let mut file = Counted {
        file: Cursor::new(beginning.clone()).chain(file),
        bytes: 0,
    };
    let mut keeper = Keeper {
        lake,
        like,
        watcher,
        joiner: Joiner::default(),
        tickets: VecDeque::new(),
        taken: Taken::default(),
    };
    let read = match form_of(form, &beginning) {
        FileForm::Evtx => keeper.records(&mut file),
        FileForm::Json => keeper.objects(&mut Narrowed::read(narrowed, &mut file)),
        FileForm::Lines | FileForm::Auto => match narrowed {
            None => keeper.lines(&mut file),
            narrowed => keeper.lines(&mut Narrowed::read(narrowed, &mut file)),
        },
    };
    keeper.taken.bytes_in = file.bytes;
    // Whatever ended it: what was handed over is durable when this returns.
    let kept = keeper.finish();
    read?;
    kept
}

/// How messages stand in a file that begins so.
fn form_of(form: FileForm, beginning: &[u8]) -> FileForm {
    if form != FileForm::Auto {
        return form;
    }
    if evtx::each_record(beginning, |_| {}).is_ok() {
        return FileForm::Evtx;
    }
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
    let (first, rest) = match text.trim_ascii_start() {
        [first, rest @ ..] => (*first, rest),
        [] => return FileForm::Lines,
    };
    let next = rest.trim_ascii_start().first();
    let goes_on = matches!(rest, [b'\n', ..] | [b'\r', b'\n', ..]);
    match (first, next) {
        (b'[', Some(b'{')) => FileForm::Json,
        (b'{', Some(b'"')) if goes_on => FileForm::Json,
        _ => FileForm::Lines,
    }
}

/// Counts what is read.
struct Counted<R> {
    file: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let read = self.file.read(into)?;
        self.bytes += wide(read);
        Ok(read)
    }
}

fn wide(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}

/// Hands messages to the lake.
struct Keeper<'a> {
    lake: &'a Lake,
    like: &'a Arrived,
    watcher: &'a mut dyn Watcher,
    joiner: Joiner,
    tickets: VecDeque<Ticket>,
    taken: Taken,
}

impl Keeper<'_> {
    /// Hands these over, records of one event together.
    fn keep(&mut self, messages: Vec<Cow<'_, [u8]>>) -> Result<(), TakeError> {
        let count = wide(messages.len());
        let mut whole = Vec::with_capacity(messages.len());
        for message in messages {
            match self.joined_text(&message) {
                None => whole.push(message),
                Some(text) => self.joiner.push(&text, self.like.received_at, |event| {
                    whole.push(Cow::Owned(event.text.into_bytes()));
                }),
            }
        }
        self.append(&whole)?;
        self.taken.received += count;
        self.taken.kept += count;
        self.watcher.so_far(&self.taken);
        Ok(())
    }

    /// The text, when it is a record that may belong to an event with others.
    fn joined_text(&self, message: &[u8]) -> Option<String> {
        static MARK: LazyLock<Finder<'static>> = LazyLock::new(|| Finder::new("audit("));
        let near = message.get(..MARK_WITHIN.min(message.len()))?;
        MARK.find(near)?;
        let one = Arrived {
            bytes: message.into(),
            ..self.like.clone()
        };
        one.joined_text().map(Cow::into_owned)
    }

    fn append(&mut self, whole: &[Cow<'_, [u8]>]) -> Result<(), TakeError> {
        if whole.is_empty() {
            return Ok(());
        }
        let messages: Vec<Message<'_>> = whole
            .iter()
            .map(|bytes| self.like.message_of(bytes))
            .collect();
        self.tickets.push_back(self.lake.append(&messages)?);
        while self.tickets.len() > MOST_WAITING
            && let Some(oldest) = self.tickets.pop_front()
        {
            oldest.wait()?;
        }
        Ok(())
    }

    /// Returns when all is durable.
    fn finish(mut self) -> Result<Taken, TakeError> {
        let mut rest = Vec::new();
        std::mem::take(&mut self.joiner).finish(|event| {
            rest.push(Cow::Owned(event.text.into_bytes()));
        });
        self.append(&rest)?;
        for ticket in self.tickets {
            ticket.wait()?;
        }
        self.watcher.so_far(&self.taken);
        Ok(self.taken)
    }

    fn reject(&mut self, number: u64, reason: &str, bytes: &[u8]) -> Result<(), TakeError> {
        self.taken.received += 1;
        self.taken.rejected += 1;
        self.watcher
            .rejected(number, reason, bytes)
            .map_err(TakeError::Told)
    }

    fn lines(&mut self, file: &mut dyn Read) -> Result<(), TakeError> {
        let longest = Limits::default().message_bytes;
        let too_long = RejectReason::TooLong.word();
        let mut buffer = Vec::new();
        let mut number = 1;
        // Of a line that is too long, more is to come.
        let mut is_skipping = false;
        loop {
            let is_end = !fill(file, &mut buffer)?;
            let mut at = 0;
            let mut messages = Vec::new();
            let mut rejected = Vec::new();
            while let Some(rest) = buffer.get(at..).filter(|rest| !rest.is_empty()) {
                let end = memchr::memchr(b'\n', rest);
                if end.is_none() && !is_end {
                    break;
                }
                let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
                at += line.len() + usize::from(end.is_some());
                let bytes = trimmed(line);
                if is_skipping {
                    self.told(number, line)?;
                    is_skipping = false;
                } else if bytes.len() > longest {
                    rejected.push((number, bytes));
                } else if !bytes.is_empty() {
                    messages.push(Cow::Borrowed(bytes));
                }
                number += 1;
            }
            for (number, bytes) in rejected {
                self.reject(number, too_long, bytes)?;
            }
            self.taken.bytes_in += wide(at);
            self.keep(messages)?;
            buffer.drain(..at);
            if is_end {
                return Ok(());
            }
            if is_skipping {
                self.told(number, &buffer)?;
                buffer.clear();
            } else if buffer.len() > longest + 2 {
                self.reject(number, too_long, &buffer)?;
                is_skipping = true;
                buffer.clear();
            }
        }
    }

    /// A further part of a line that is not kept.
    fn told(&mut self, number: u64, bytes: &[u8]) -> Result<(), TakeError> {
        self.watcher
            .rejected(number, RejectReason::TooLong.word(), bytes)
            .map_err(TakeError::Told)
    }

    fn objects(&mut self, file: &mut dyn Read) -> Result<(), TakeError> {
        let mut bytes = Vec::new();
        Read::take(file, MOST_WHOLE + 1)
            .read_to_end(&mut bytes)
            .map_err(TakeError::Read)?;
        if wide(bytes.len()) > MOST_WHOLE {
            return Err(TakeError::TooLong);
        }
        let limits = Limits {
            messages: usize::MAX,
            rejects: usize::MAX,
            ..Limits::default()
        };
        let Body {
            messages, rejects, ..
        } = body::json(&bytes, limits);
        let mut lines = (1..).zip(bytes.split(|byte| *byte == b'\n'));
        let mut line = lines.next();
        for reject in rejects {
            while line.is_some_and(|(number, _)| number < reject.line) {
                line = lines.next();
            }
            let bytes = line.map_or(&b""[..], |(_, bytes)| bytes);
            self.reject(wide(reject.line), reject.reason.word(), bytes)?;
        }
        let mut piece = Vec::new();
        let mut size = 0;
        for message in messages {
            size += message.len();
            piece.push(message);
            if size >= PIECE {
                self.keep(std::mem::take(&mut piece))?;
                size = 0;
            }
        }
        self.keep(piece)
    }

    fn records(&mut self, file: &mut impl Read) -> Result<(), TakeError> {
        let mut piece: Vec<Cow<'_, [u8]>> = Vec::new();
        let mut size = 0;
        let mut number = 0;
        let mut outcome = Ok(());
        let read = evtx::read_records(file, |record| {
            number += 1;
            if outcome.is_err() {
                return;
            }
            match record {
                Ok(text) => {
                    size += text.len();
                    piece.push(Cow::Owned(text.into_bytes()));
                    if size >= PIECE {
                        size = 0;
                        outcome = self.keep(std::mem::take(&mut piece));
                    }
                }
                Err(error) => outcome = self.reject(number, &error.to_string(), b""),
            }
        });
        outcome?;
        self.keep(piece)?;
        read.map_err(|error| match error.kind() {
            io::ErrorKind::InvalidData => TakeError::Form,
            _ => TakeError::Read(error),
        })
    }
}

/// Reads on; whether there was anything.
fn fill(file: &mut dyn Read, buffer: &mut Vec<u8>) -> Result<bool, TakeError> {
    let before = buffer.len();
    buffer.resize(before + PIECE, 0);
    loop {
        match file.read(buffer.get_mut(before..).unwrap_or_default()) {
            Ok(read) => {
                buffer.truncate(before + read);
                return Ok(read > 0);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => {
                buffer.truncate(before);
                return Err(TakeError::Read(error));
            }
        }
    }
}
