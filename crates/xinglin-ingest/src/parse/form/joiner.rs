//! Puts the records of one audit event together, which arrive as messages of their own.

use std::collections::VecDeque;

use jiff::{SignedDuration, Timestamp};

use super::auditd::heading;

/// So many events wait for further records at once.
const MOST_EVENTS: usize = 256;
/// So many records belong to one event.
const MOST_RECORDS: usize = 64;
/// So many bytes one event has.
const MOST_BYTES: usize = 128 << 10;
/// So many bytes wait of all events of a source.
const MOST_WAITING_BYTES: usize = 2 << 20;
/// So long an event waits for further records.
const WAIT: SignedDuration = SignedDuration::from_secs(2);

/// The records of one event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct JoinedRecords {
    /// The records as they came, a line each.
    pub text: String,
    /// How many there are.
    pub records: usize,
    /// When the first of them was received.
    pub received_at: Timestamp,
}

/// Joins the records of one source. What it holds is bounded in number, size and time.
#[derive(Debug, Default)]
pub struct Joiner {
    waiting: VecDeque<(String, JoinedRecords)>,
}

impl Joiner {
    /// Whether a message is a record that may belong to an event with others.
    pub fn takes(line: &str) -> bool {
        heading(line).is_some_and(|heading| !is_alone(heading.kind))
    }

    /// Takes a record that was received `now`, and gives the events that are complete. A line
    /// that is no record of an event with others is an event of its own.
    pub fn push(&mut self, line: &str, now: Timestamp, mut each: impl FnMut(JoinedRecords)) {
        self.expire(now, &mut each);
        let alone = || JoinedRecords {
            text: line.to_owned(),
            records: 1,
            received_at: now,
        };
        let Some(heading) = heading(line).filter(|heading| !is_alone(heading.kind)) else {
            each(alone());
            return;
        };
        let name = format!("{} {} {}", heading.node, heading.time, heading.serial);
        let at = self
            .waiting
            .iter()
            .position(|(waiting, _)| *waiting == name);
        if heading.kind == "EOE" {
            if let Some((_, event)) = at.and_then(|at| self.waiting.remove(at)) {
                each(event);
            }
            return;
        }
        match at.and_then(|at| self.waiting.get_mut(at)) {
            Some((_, event)) => {
                event.text.push('\n');
                event.text.push_str(line);
                event.records += 1;
            }
            None => self.waiting.push_back((name, alone())),
        }
        let is_full =
            |event: &JoinedRecords| event.records >= MOST_RECORDS || event.text.len() >= MOST_BYTES;
        let full = self.waiting.iter().position(|(_, event)| is_full(event));
        if let Some((_, event)) = full.and_then(|at| self.waiting.remove(at)) {
            each(event);
        }
        let bytes = |(name, event): &(String, JoinedRecords)| name.len() + event.text.len();
        while self.waiting.len() > MOST_EVENTS
            || self.waiting.iter().map(bytes).sum::<usize>() > MOST_WAITING_BYTES
        {
            if let Some((_, event)) = self.waiting.pop_front() {
                each(event);
            }
        }
    }

    /// Gives the events that have waited long enough.
    pub fn expire(&mut self, now: Timestamp, mut each: impl FnMut(JoinedRecords)) {
        while let Some((_, event)) = self.waiting.front() {
            if now.duration_since(event.received_at) < WAIT {
                return;
            }
            if let Some((_, event)) = self.waiting.pop_front() {
                each(event);
            }
        }
    }

    /// What waits for further records. Whoever keeps it and pushes it again, line by line, goes
    /// on where this joiner stands.
    pub fn waiting(&self) -> impl Iterator<Item = &JoinedRecords> {
        self.waiting.iter().map(|(_, event)| event)
    }

    /// Gives everything that still waits, at the end of a source.
    pub fn finish(self, mut each: impl FnMut(JoinedRecords)) {
        for (_, event) in self.waiting {
            each(event);
        }
    }
}

/// Records that user programs and the daemon itself write are events of one record.
fn is_alone(kind: &str) -> bool {
    [
        "USER_", "CRED_", "DAEMON_", "SERVICE_", "SYSTEM_", "ADD_", "DEL_", "GRP_", "CRYPTO_",
        "ROLE_", "VIRT_",
    ]
    .iter()
    .any(|beginning| kind.starts_with(beginning))
        || kind == "LOGIN_ACCT"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_of_one_event_come_together() {
        let start = Timestamp::UNIX_EPOCH;
        let mut joiner = Joiner::default();
        let mut found = Vec::new();
        for line in [
            "type=SYSCALL msg=audit(1.0:1): a=1",
            "type=SYSCALL msg=audit(1.0:2): a=2",
            "type=PATH msg=audit(1.0:1): b=1",
            "type=USER_LOGIN msg=audit(1.0:3): c=1",
            "type=EOE msg=audit(1.0:1): ",
        ] {
            joiner.push(line, start, |event| found.push((event.records, event.text)));
        }
        assert_eq!(found.len(), 2);
        assert_eq!(found.first().map(|(records, _)| *records), Some(1));
        assert_eq!(
            found.get(1).map(|(_, text)| text.as_str()),
            Some("type=SYSCALL msg=audit(1.0:1): a=1\ntype=PATH msg=audit(1.0:1): b=1")
        );
        found.clear();
        joiner.expire(start + WAIT, |event| {
            found.push((event.records, event.text));
        });
        assert_eq!(found.len(), 1);
    }

    #[test]
    fn what_waits_is_bounded() {
        let mut joiner = Joiner::default();
        let mut count = 0;
        for serial in 0..10_000 {
            let line = format!("type=SYSCALL msg=audit(1.0:{serial}): a=1");
            joiner.push(&line, Timestamp::UNIX_EPOCH, |_| count += 1);
        }
        for _ in 0..1_000 {
            joiner.push(
                "type=PATH msg=audit(1.0:1): b=1",
                Timestamp::UNIX_EPOCH,
                |_| count += 1,
            );
        }
        assert!(joiner.waiting.len() <= MOST_EVENTS);
        joiner.finish(|_| count += 1);
        assert!(count >= 10_000);
    }
}
