//! Sessions of people, from `/var/log/wtmp`.

/// The size of one record (x86-64, `AArch64` and other 64-bit processors of today).
const RECORD: usize = 384;
const USER_PROCESS: i32 = 7;
const DEAD_PROCESS: i32 = 8;
const BOOT_TIME: i32 = 2;

/// A session of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    /// The account.
    pub account: String,
    /// The terminal.
    pub terminal: String,
    /// Where it came from; empty for the console.
    pub host: String,
    /// When it began, in seconds since 1970.
    pub from_seconds: i64,
    /// When it ended; `None` when it had not.
    pub until_seconds: Option<i64>,
}

/// Reads `/var/log/wtmp`.
pub fn parse_wtmp(bytes: &[u8]) -> Vec<Session> {
    let mut sessions: Vec<Session> = Vec::new();
    let mut open: std::collections::BTreeMap<String, usize> = std::collections::BTreeMap::new();
    for record in bytes.chunks_exact(RECORD) {
        let number = |at: usize| {
            let word = record.get(at..at + 4)?;
            Some(i32::from_le_bytes(word.try_into().ok()?))
        };
        let text = |at: usize, length: usize| {
            let field = record.get(at..at + length).unwrap_or_default();
            let end = field.iter().position(|byte| *byte == 0);
            let field = field.get(..end.unwrap_or(length)).unwrap_or_default();
            String::from_utf8_lossy(field).into_owned()
        };
        let (Some(kind), Some(seconds)) = (number(0), number(340)) else {
            continue;
        };
        let at = i64::from(seconds);
        let terminal = text(8, 32);
        match kind {
            USER_PROCESS => {
                open.insert(terminal.clone(), sessions.len());
                sessions.push(Session {
                    account: text(44, 32),
                    terminal,
                    host: text(76, 256),
                    from_seconds: at,
                    until_seconds: None,
                });
            }
            DEAD_PROCESS => {
                if let Some(session) = open.remove(&terminal).and_then(|at| sessions.get_mut(at)) {
                    session.until_seconds = Some(at);
                }
            }
            BOOT_TIME => {
                // A restart ends what had no end.
                for index in std::mem::take(&mut open).into_values() {
                    if let Some(session) = sessions.get_mut(index) {
                        session.until_seconds = Some(at);
                    }
                }
            }
            _ => {}
        }
    }
    sessions
}
