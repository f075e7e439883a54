//! The records of a host that tell who changed a file.

use std::collections::BTreeMap;

use super::{Comparison, Session, Write, attribute, parse_audit_log, parse_wtmp};
use crate::host::{FILE_LIMIT, Host};

/// The newest first; an older one is read when the newest does not reach back far enough.
const AUDIT_LOGS: [&str; 2] = ["/var/log/audit/audit.log", "/var/log/audit/audit.log.1"];
const WTMP: &str = "/var/log/wtmp";
/// The size of one record of it.
const WTMP_RECORD: u64 = 384;

/// Names who made each change, by the audit log and the sign-ins of the host the changes are
/// of. What cannot be read names nobody.
pub fn attribute_by_records(host: &dyn Host, comparison: &mut Comparison) {
    if comparison.changes.is_empty() {
        return;
    }
    let writes = writes(host, comparison.before.as_second());
    let sessions = sessions(host);
    attribute(comparison, &writes, &sessions, &account_names(host));
}

fn writes(host: &dyn Host, since: i64) -> Vec<Write> {
    let mut writes = Vec::new();
    for path in AUDIT_LOGS {
        let Some(bytes) = tail(host, path, 1) else {
            break;
        };
        let found = parse_audit_log(&String::from_utf8_lossy(&bytes));
        let oldest = found.iter().map(|write| write.at_seconds).min();
        writes.extend(found);
        if oldest.is_some_and(|oldest| oldest < since) {
            break;
        }
    }
    writes
}

fn sessions(host: &dyn Host) -> Vec<Session> {
    let bytes = tail(host, WTMP, WTMP_RECORD);
    bytes.map(|bytes| parse_wtmp(&bytes)).unwrap_or_default()
}

/// The end of a file, at most [`FILE_LIMIT`] of it, from the start of a record.
fn tail(host: &dyn Host, path: &str, record: u64) -> Option<Vec<u8>> {
    let size = host.metadata(path).ok()?.size_bytes;
    let skipped = size.saturating_sub(FILE_LIMIT).div_ceil(record) * record;
    host.read_range(path, skipped, FILE_LIMIT).ok()
}

/// Names by number, the first of several.
fn account_names(host: &dyn Host) -> BTreeMap<u32, String> {
    let bytes = host.read_range("/etc/passwd", 0, FILE_LIMIT);
    let text = bytes.unwrap_or_default();
    let mut names = BTreeMap::new();
    for line in String::from_utf8_lossy(&text).lines() {
        let mut fields = line.split(':');
        let (name, uid) = (fields.next(), fields.nth(1));
        if let (Some(name), Some(uid)) = (name, uid.and_then(|uid| uid.parse().ok())) {
            names.entry(uid).or_insert_with(|| name.to_owned());
        }
    }
    names
}
