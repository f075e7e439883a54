//! Writes to files, from the audit daemon's own log.

use std::collections::BTreeMap;

/// A number that stands for "nobody signed in": the kernel's own work, or a service.
const NOBODY: u32 = u32::MAX;
/// At most so many events are held at once: their lines stand together.
const OPEN_EVENTS: usize = 4_096;

/// A write that succeeded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Write {
    /// When, in seconds since 1970.
    pub at_seconds: i64,
    /// The file.
    pub path: String,
    /// The number of the account that signed in, whatever it became since; `None` for a
    /// service.
    pub signed_in: Option<u32>,
    /// The number of the account it acted as.
    pub acted_as: Option<u32>,
    /// The program.
    pub program: String,
}

#[derive(Default)]
struct Event {
    at_seconds: i64,
    signed_in: Option<u32>,
    acted_as: Option<u32>,
    program: String,
    folder: String,
    writes: bool,
    paths: Vec<(String, String)>,
}

/// Reads the records of `audit.log`; what is no write, or failed, is left out.
pub fn parse_audit_log(text: &str) -> Vec<Write> {
    let mut open: BTreeMap<(i64, String), Event> = BTreeMap::new();
    let mut writes = Vec::new();
    for line in text.lines() {
        let Some((kind, at_seconds, serial, rest)) = split(line) else {
            continue;
        };
        if open.len() >= OPEN_EVENTS
            && let Some((_, event)) = open.pop_first()
        {
            writes.extend(event.finish());
        }
        let event = open.entry((at_seconds, serial.to_owned())).or_default();
        event.at_seconds = at_seconds;
        event.add(kind, rest);
    }
    writes.extend(open.into_values().flat_map(Event::finish));
    writes
}

/// The type, time, serial and fields of `type=PATH msg=audit(1700000000.123:456): item=0 …`.
fn split(line: &str) -> Option<(&str, i64, &str, &str)> {
    let (head, rest) = line.split_once("msg=audit(")?;
    let kind = head.split("type=").nth(1)?.trim();
    let (stamp, fields) = rest.split_once("):")?;
    let (time, serial) = stamp.split_once(':')?;
    let seconds = time.split('.').next()?.parse().ok()?;
    Some((kind, seconds, serial, fields))
}

/// The value of a field, without its quotes.
fn field<'a>(fields: &'a str, name: &str) -> Option<&'a str> {
    fields.split_whitespace().find_map(|word| {
        let value = word.strip_prefix(name)?.strip_prefix('=')?;
        Some(value.trim_matches('"'))
    })
}

/// A name: in quotes, or in hexadecimal where it has odd characters.
fn name(fields: &str, key: &str) -> Option<String> {
    let quoted = fields.split_once(&format!(" {key}=\""));
    if let Some((_, rest)) = quoted {
        return rest.split('"').next().map(str::to_owned);
    }
    let value = field(fields, key)?;
    if value == "(null)" {
        return None;
    }
    let bytes = hex::decode(value).ok()?;
    Some(String::from_utf8_lossy(&bytes).into_owned())
}

impl Event {
    fn add(&mut self, kind: &str, fields: &str) {
        match kind {
            "SYSCALL" => {
                let number = |key: &str| field(fields, key).and_then(|value| value.parse().ok());
                self.signed_in = number("auid").filter(|uid| *uid != NOBODY);
                self.acted_as = number("uid");
                self.program = name(fields, "exe").unwrap_or_default();
                self.writes = field(fields, "success") == Some("yes") && !is_reading(fields);
            }
            "CWD" => self.folder = name(fields, "cwd").unwrap_or_default(),
            "PATH" => {
                let kind = field(fields, "nametype").unwrap_or_default();
                if let Some(path) = name(fields, "name").filter(|_| kind != "PARENT") {
                    self.paths.push((path, kind.to_owned()));
                }
            }
            _ => {}
        }
    }

    fn finish(self) -> Vec<Write> {
        let Self {
            at_seconds,
            signed_in,
            acted_as,
            program,
            folder,
            writes,
            paths,
        } = self;
        paths
            .into_iter()
            // What was made or taken away was written to, however it was opened.
            .filter(|(_, kind)| writes || matches!(kind.as_str(), "CREATE" | "DELETE"))
            .map(|(path, _)| Write {
                at_seconds,
                path: absolute(&folder, &path),
                signed_in,
                acted_as,
                program: program.clone(),
            })
            .collect()
    }
}

/// Whether the call only opened a file to read it: by the flags of `open` and `openat`, whose
/// numbers differ between processors.
fn is_reading(fields: &str) -> bool {
    let call = (field(fields, "arch"), field(fields, "syscall"));
    let flags = match call {
        (Some("c000003e"), Some("2")) => field(fields, "a1"),
        (Some("c000003e"), Some("257")) | (Some("c00000b7"), Some("56")) => field(fields, "a2"),
        _ => return false,
    };
    let flags = flags.and_then(|flags| u64::from_str_radix(flags, 16).ok());
    // O_WRONLY, O_RDWR, O_CREAT, O_TRUNC.
    flags.is_some_and(|flags| flags & 0o1103 == 0)
}

fn absolute(folder: &str, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    format!(
        "{}/{}",
        folder.trim_end_matches('/'),
        path.trim_start_matches("./")
    )
}
