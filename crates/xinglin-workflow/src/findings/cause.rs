//! What findings are born from: verdicts, or something that alarms.

use std::fmt;

use crate::words::words;

words! {
    /// What alarms.
    AlarmKind {
        /// A source of logs was not heard for longer than it may be.
        LogSilent = "log_silent", "日志来源静默", "A log source is silent";
        /// The clock of a source of logs is off.
        LogClock = "log_clock", "日志来源时钟偏差", "The clock of a log source is off";
        /// A source sends lines that cannot be taken.
        LogRejects = "log_rejects", "日志被拒收", "Lines of a log source are rejected";
        /// Logs cannot be written.
        LogWrite = "log_write", "日志无法写入", "Logs cannot be written";
        /// The disk for logs will be full soon.
        LogDisk = "log_disk", "日志磁盘将满", "The disk for logs fills up";
        /// A scheduled search found what it is to alarm about.
        LogSearch = "log_search", "定时检索告警", "A scheduled search alarms";
        /// A person raised it from an alert.
        Alert = "alert", "告警转问题", "Raised from an alert";
    }
}

/// What a finding is born from: one finding a system and cause.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingCause {
    /// Verdicts on its requirement.
    Verdict,
    /// Something that alarms: what, and the number of the thing; 0 where there is but one.
    Alarm(AlarmKind, i64),
}

impl FindingCause {
    /// The cause of an alarm as it is stored; anything else is of verdicts.
    pub fn from_stored(text: &str) -> Self {
        let alarm = || {
            let (kind, number) = text.split_once('/')?;
            Some(Self::Alarm(
                AlarmKind::from_word(kind)?,
                number.parse().ok()?,
            ))
        };
        alarm().unwrap_or(Self::Verdict)
    }

    /// The stable word of its kind.
    pub fn word(self) -> &'static str {
        match self {
            Self::Verdict => "verdict",
            Self::Alarm(kind, _) => kind.word(),
        }
    }

    /// Whether verdicts decide about it.
    pub fn is_verdict(self) -> bool {
        self == Self::Verdict
    }
}

impl fmt::Display for FindingCause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Verdict => f.write_str("verdict"),
            Self::Alarm(kind, number) => write!(f, "{kind}/{number}"),
        }
    }
}

impl serde::Serialize for FindingCause {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_cause_is_read_as_it_was_written() {
        for kind in AlarmKind::ALL {
            let cause = FindingCause::Alarm(*kind, 42);
            assert_eq!(FindingCause::from_stored(&cause.to_string()), cause);
        }
        for verdict in ["L3-CES1-01", "log_silent/x", "other/1"] {
            assert!(FindingCause::from_stored(verdict).is_verdict(), "{verdict}");
        }
    }
}
