//! The records of `xinglin.gathered/1`; the script's head says what they look like.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::{GatheredHost, Own, Part};
use crate::host::{FILE_LIMIT, Kind, Metadata, Program, ReadError, RunError};

/// The exit code by which `timeout` says that it stopped the program.
const STOPPED: i32 = 124;

/// The record whose lines are being read.
enum Open {
    Nothing,
    Text(String, Vec<u8>),
    Part(String, u64, u64, Vec<u8>),
    Names(String, BTreeSet<String>),
    Link(String),
    Program(String, Vec<u8>, Option<i32>),
}

/// Reads records into `host`.
pub(super) fn read(host: &mut GatheredHost, text: &[u8]) {
    let mut open = Open::Nothing;
    for line in text.split(|byte| *byte == b'\n') {
        match line.split_first() {
            None => {}
            Some((b' ', content)) => {
                let is_stray = !extend(host, &mut open, content);
                host.stray_lines += usize::from(is_stray);
            }
            Some((b'=' | b'!', _)) if matches!(open, Open::Program(..)) => {
                end_of_program(host, &mut open, line);
            }
            Some(_) => {
                close(host, std::mem::replace(&mut open, Open::Nothing));
                match begin(host, &String::from_utf8_lossy(line)) {
                    Some(begun) => open = begun,
                    None => host.stray_lines += 1,
                }
            }
        }
    }
    close(host, open);
}

/// A line of the open record; `false` when there is none it could belong to.
fn extend(host: &mut GatheredHost, open: &mut Open, content: &[u8]) -> bool {
    match open {
        Open::Text(_, bytes) | Open::Program(_, bytes, None) => {
            bytes.extend_from_slice(content);
            bytes.push(b'\n');
        }
        Open::Part(_, _, limit, bytes) => {
            let text = String::from_utf8_lossy(content);
            let read = text
                .split_ascii_whitespace()
                .map_while(|digits| u8::from_str_radix(digits, 16).ok());
            let limit = usize::try_from(*limit).unwrap_or(usize::MAX);
            let room = limit.saturating_sub(bytes.len());
            bytes.extend(read.take(room));
        }
        Open::Names(_, names) => {
            names.insert(String::from_utf8_lossy(content).into_owned());
        }
        Open::Link(path) => {
            let target = String::from_utf8_lossy(content).into_owned();
            host.links.insert(std::mem::take(path), Ok(target));
            *open = Open::Nothing;
        }
        Open::Nothing | Open::Program(..) => return false,
    }
    true
}

fn end_of_program(host: &mut GatheredHost, open: &mut Open, line: &[u8]) {
    let Open::Program(command, output, code) = open else {
        return;
    };
    let line = String::from_utf8_lossy(line);
    let word = line.get(1..).unwrap_or_default().trim();
    if line.starts_with('=') {
        *code = Some(word.parse().unwrap_or(-1));
        return;
    }
    let answer = match code.unwrap_or(-1) {
        0 => Ok(String::from_utf8_lossy(output).into_owned()),
        STOPPED => Err(RunError::TimedOut {
            milliseconds: limit_of(command),
        }),
        code => Err(RunError::Failed {
            code,
            message: word.to_owned(),
        }),
    };
    host.programs.insert(std::mem::take(command), answer);
    *open = Open::Nothing;
}

fn limit_of(command: &str) -> u64 {
    if command == Program::RpmPackages.command_line() {
        return Program::RpmPackages.limit_milliseconds();
    }
    Program::SshdEffective.limit_milliseconds()
}

/// The first line of a record; `None` when it is none.
fn begin(host: &mut GatheredHost, line: &str) -> Option<Open> {
    if line == super::GATHERED_FORMAT {
        return Some(Open::Nothing);
    }
    if line == "." {
        host.ended = true;
        return Some(Open::Nothing);
    }
    let (letter, rest) = line.split_once(' ')?;
    match letter {
        "t" => return Some(Open::Text(rest.to_owned(), Vec::new())),
        "l" => {
            return Some(Open::Names(rest.to_owned(), BTreeSet::new()));
        }
        "k" => return Some(Open::Link(rest.to_owned())),
        "r" => return Some(Open::Program(rest.to_owned(), Vec::new(), None)),
        "p" => {
            let mut words = rest.splitn(3, ' ');
            let offset = words.next()?.parse().ok()?;
            let limit = words.next()?.parse().ok()?;
            return Some(Open::Part(
                words.next()?.to_owned(),
                offset,
                limit,
                Vec::new(),
            ));
        }
        "s" => {
            let (path, is_link, metadata) = status(rest)?;
            host.own.insert(path, Own { is_link, metadata });
        }
        "S" => {
            let (path, _, metadata) = status(rest)?;
            host.led.insert(path, Ok(metadata));
        }
        "-" => refused(host, rest)?,
        "@" => {
            let at = rest
                .parse()
                .ok()
                .and_then(|at| Timestamp::from_second(at).ok());
            host.gathered_at = host.gathered_at.or(at);
        }
        "#" | ">" => {}
        _ => return None,
    }
    Some(Open::Nothing)
}

/// `MODE UID GID SIZE TIME PATH`, the mode in hexadecimal and with the kind.
fn status(line: &str) -> Option<(String, bool, Metadata)> {
    let mut words = line.splitn(6, ' ');
    let mode = u32::from_str_radix(words.next()?, 16).ok()?;
    let metadata = Metadata {
        kind: match mode & 0o170_000 {
            0o100_000 => Kind::File,
            0o040_000 => Kind::Directory,
            _ => Kind::Other,
        },
        mode: mode & 0o7777,
        uid: words.next()?.parse().ok()?,
        gid: words.next()?.parse().ok()?,
        size_bytes: words.next()?.parse().ok()?,
        modified_seconds: words.next()?.parse().ok()?,
    };
    let is_link = mode & 0o170_000 == 0o120_000;
    Some((words.next()?.to_owned(), is_link, metadata))
}

/// `RECORD REASON SUBJECT`.
fn refused(host: &mut GatheredHost, line: &str) -> Option<()> {
    let mut words = line.splitn(3, ' ');
    let (record, reason, subject) = (words.next()?, words.next()?, words.next()?.to_owned());
    let error = match reason {
        "absent" => ReadError::NotFound,
        "denied" => ReadError::Denied,
        "kind" => ReadError::WrongKind,
        "large" => ReadError::TooLarge { limit: FILE_LIMIT },
        _ => ReadError::Failed("could not be read".to_owned()),
    };
    if error == ReadError::NotFound && matches!(record, "t" | "p" | "l" | "S") {
        host.absent.insert(subject.clone());
        return Some(());
    }
    match record {
        "t" | "p" => drop(host.texts.insert(subject, Err(error))),
        "l" => drop(host.names.insert(subject, Err(error))),
        "S" => drop(host.led.insert(subject, Err(error))),
        "k" => drop(host.links.insert(subject, Err(error))),
        "r" => drop(host.programs.insert(subject, Err(RunError::NotFound))),
        _ => return None,
    }
    Some(())
}

/// Keeps a record that is whole as soon as the next begins.
fn close(host: &mut GatheredHost, open: Open) {
    match open {
        Open::Nothing | Open::Link(_) | Open::Program(..) => {}
        Open::Text(path, bytes) => drop(host.texts.insert(path, Ok(bytes))),
        Open::Part(path, offset, limit, bytes) => {
            host.parts.insert((path, offset), Part { limit, bytes });
        }
        Open::Names(path, names) => drop(host.names.insert(path, Ok(names))),
    }
}
