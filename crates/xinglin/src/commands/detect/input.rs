//! Files, cut into messages.

use std::{
    fs::File,
    io::{self, Cursor, Read},
    path::{Path, PathBuf},
};

use anyhow::anyhow;
use xinglin_app::{ContentFile, logs::unpacked};
use xinglin_ingest::{
    Parsers,
    body::{self, Limits},
    evtx,
};

use super::rules::walk;
use crate::commands::Failure;

/// So much of a file is in memory at a time.
const PIECE: usize = 1 << 20;
/// So much is looked at to see what it is.
const BEGINNING: u64 = 4_096;
/// A list of JSON, or objects that go beyond their lines, may be so long: they are read whole.
const MOST_WHOLE: u64 = 512 << 20;
/// A line that is longer is no event.
const LONGEST: usize = 16 << 20;

/// How events stand in a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Form {
    /// As its beginning says.
    Auto,
    /// An event a line.
    Lines,
    /// Objects of JSON in a list, or one after another.
    Json,
    /// An event log of Windows.
    Evtx,
}

/// What may be an event.
#[derive(Debug, Clone, Copy)]
pub(super) struct Message<'a> {
    /// Its line from 1, or its place where there are no lines.
    pub(super) record: u64,
    /// None where it cannot be read.
    pub(super) bytes: Option<&'a [u8]>,
}

type Each<'e> = &'e mut dyn FnMut(Message<'_>) -> Result<(), Failure>;

/// How events stand in files, and the parser that reads every line.
pub(super) fn form(word: &str, content: &[ContentFile]) -> Result<(Form, Option<String>), Failure> {
    Ok(match word {
        "auto" => (Form::Auto, None),
        "lines" | "ndjson" => (Form::Lines, None),
        "json" => (Form::Json, None),
        "evtx" => (Form::Evtx, None),
        parser => {
            let parsers = parsers(content);
            if !parsers.has(parser) {
                let mut known = vec!["auto", "lines", "ndjson", "json", "evtx"];
                known.extend(parsers.names().map(|(name, _)| name));
                let known = known.join(", ");
                let error = anyhow!("--format '{parser}': expected one of {known}");
                return Err(Failure::input(error));
            }
            (Form::Lines, Some(parser.to_owned()))
        }
    })
}

/// The parsers of the content.
pub(super) fn parsers(content: &[ContentFile]) -> Parsers {
    let own = content.iter();
    let own = own.filter(|file| file.path.starts_with("parsers/"));
    let files: Vec<_> = own
        .map(|file| (file.path.clone(), file.text.clone()))
        .collect();
    // A parser that is broken has failed `content check`; the others work.
    Parsers::load(&files).0
}

/// The files, those below folders in the order of their names.
pub(super) fn paths(given: &[PathBuf]) -> anyhow::Result<Vec<PathBuf>> {
    let mut paths = Vec::new();
    for path in given {
        if path.is_dir() {
            walk(path, 0, &mut |file| paths.push(file))?;
        } else {
            paths.push(path.clone());
        }
    }
    Ok(paths)
}

/// Calls `each` with every message of a file.
pub(super) fn each_message(path: &Path, form: Form, each: Each<'_>) -> Result<(), Failure> {
    let cannot = |error: io::Error| {
        let error = anyhow!(error).context(format!("cannot read {}", path.display()));
        Failure::input(error)
    };
    let file: Box<dyn Read + Send> = if path == Path::new("-") {
        Box::new(io::stdin())
    } else {
        Box::new(File::open(path).map_err(cannot)?)
    };
    let mut file = unpacked(file).map_err(cannot)?;
    let mut beginning = Vec::new();
    file.by_ref()
        .take(BEGINNING)
        .read_to_end(&mut beginning)
        .map_err(cannot)?;
    let form = form_of(form, &beginning);
    let mut file = Cursor::new(beginning).chain(file);
    let read = match form {
        Form::Evtx => records(&mut file, each),
        Form::Json => objects(&mut file, each),
        Form::Lines | Form::Auto => lines(&mut file, each),
    };
    read.map_err(|error| match error {
        Stop::Read(error) => cannot(error),
        Stop::Each(failure) => failure,
    })
}

/// Why a file is not read to its end.
enum Stop {
    Read(io::Error),
    Each(Failure),
}

impl From<io::Error> for Stop {
    fn from(error: io::Error) -> Self {
        Self::Read(error)
    }
}

/// How events stand in a file that begins so.
fn form_of(form: Form, beginning: &[u8]) -> Form {
    if form != Form::Auto {
        return form;
    }
    if evtx::each_record(beginning, |_| {}).is_ok() {
        return Form::Evtx;
    }
    let text = beginning.strip_prefix(b"\xef\xbb\xbf").unwrap_or(beginning);
    match text.trim_ascii_start() {
        [b'[', rest @ ..] if rest.trim_ascii_start().first() == Some(&b'{') => Form::Json,
        [b'{', b'\n', ..] | [b'{', b'\r', b'\n', ..] => Form::Json,
        _ => Form::Lines,
    }
}

fn lines(file: &mut dyn Read, each: Each<'_>) -> Result<(), Stop> {
    let mut buffer = Vec::new();
    let mut record = 1;
    // Of a line that is too long, more is to come.
    let mut is_skipping = false;
    loop {
        let is_end = !fill(file, &mut buffer)?;
        let mut at = 0;
        while let Some(rest) = buffer.get(at..).filter(|rest| !rest.is_empty()) {
            let end = memchr::memchr(b'\n', rest);
            if end.is_none() && !is_end {
                break;
            }
            let line = rest.get(..end.unwrap_or(rest.len())).unwrap_or_default();
            at += line.len() + usize::from(end.is_some());
            let bytes = line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line);
            let bytes = bytes.trim_ascii_end();
            if !std::mem::take(&mut is_skipping) && !bytes.is_empty() {
                let bytes = Some(bytes);
                each(Message { record, bytes }).map_err(Stop::Each)?;
            }
            record += 1;
        }
        buffer.drain(..at);
        if is_end {
            return Ok(());
        }
        if buffer.len() > LONGEST {
            if !is_skipping {
                let bytes = None;
                each(Message { record, bytes }).map_err(Stop::Each)?;
            }
            is_skipping = true;
            buffer.clear();
        }
    }
}

/// Reads on; whether there was anything.
fn fill(file: &mut dyn Read, buffer: &mut Vec<u8>) -> io::Result<bool> {
    let before = buffer.len();
    buffer.resize(before + PIECE, 0);
    let read = loop {
        match file.read(buffer.get_mut(before..).unwrap_or_default()) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            read => break read,
        }
    };
    buffer.truncate(before + read.as_ref().copied().unwrap_or(0));
    Ok(read? > 0)
}

fn objects(file: &mut dyn Read, each: Each<'_>) -> Result<(), Stop> {
    let mut bytes = Vec::new();
    file.take(MOST_WHOLE + 1).read_to_end(&mut bytes)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > MOST_WHOLE {
        let error = anyhow!(
            "a list of JSON, or objects that go beyond their lines, of more than {MOST_WHOLE} bytes"
        );
        return Err(Stop::Each(Failure::input(error)));
    }
    let limits = Limits {
        messages: usize::MAX,
        rejects: usize::MAX,
        message_bytes: LONGEST,
        ..Limits::default()
    };
    let body = body::json(&bytes, limits);
    for (record, message) in (1..).zip(&body.messages) {
        let bytes = Some(&**message);
        each(Message { record, bytes }).map_err(Stop::Each)?;
    }
    for reject in &body.rejects {
        let record = u64::try_from(reject.line).unwrap_or(u64::MAX);
        let bytes = None;
        each(Message { record, bytes }).map_err(Stop::Each)?;
    }
    Ok(())
}

fn records(file: &mut impl Read, each: Each<'_>) -> Result<(), Stop> {
    let mut record = 0;
    let mut outcome = Ok(());
    let read = evtx::read_records(file, |read| {
        record += 1;
        if outcome.is_ok() {
            let bytes = read.as_ref().ok().map(String::as_bytes);
            outcome = each(Message { record, bytes });
        }
    });
    outcome.map_err(Stop::Each)?;
    Ok(read?)
}
