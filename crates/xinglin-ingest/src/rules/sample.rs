//! Samples as people write them, and the messages they stand for.

use jiff::{SignedDuration, Timestamp, civil::DateTime, tz};
use serde::Deserialize;

/// When samples begin that do not say so: in the working hours of a Thursday, at UTC+8.
const START: &str = "2026-07-02 11:00:00";
/// A step is sent so often at most.
const MOST_TIMES: u32 = 10_000;

/// What is read of a document besides its rule.
#[derive(Debug, Clone, Deserialize)]
pub(super) struct Document {
    pub(super) id: Option<String>,
    pub(super) title: Option<String>,
    #[serde(default)]
    pub(super) samples: Samples,
}

/// What a rule must find, and what it must not.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Samples {
    #[serde(default)]
    pub(super) hit: Vec<Sample>,
    #[serde(default)]
    pub(super) miss: Vec<Sample>,
}

/// One message, or several with their times.
#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
pub(super) enum Sample {
    Line(String),
    Sequence(Sequence),
}

/// Messages that a source sends one after the other.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Sequence {
    /// When the first is sent, at UTC+8.
    #[serde(default)]
    at: Option<String>,
    steps: Vec<Step>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(untagged)]
enum Step {
    Line(String),
    Repeated(Repeated),
}

/// A message that is sent several times.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Repeated {
    line: String,
    #[serde(default = "once")]
    times: u32,
    /// The time between two of them.
    #[serde(default)]
    every: Option<String>,
    /// The time before the first of them.
    #[serde(default)]
    after: Option<String>,
    /// What `{each}` stands for, one after the other and then from the beginning.
    #[serde(default)]
    each: Vec<String>,
}

fn once() -> u32 {
    1
}

/// A message, and when it is received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) text: String,
    pub(super) at: Timestamp,
}

impl Sample {
    /// The messages, in order.
    pub(super) fn messages(&self) -> Result<Vec<Message>, String> {
        let single = |line: &String| Sequence {
            at: None,
            steps: vec![Step::Line(line.clone())],
        };
        match self {
            Self::Line(line) => single(line).messages(),
            Self::Sequence(sequence) => sequence.messages(),
        }
    }
}

impl Sequence {
    fn messages(&self) -> Result<Vec<Message>, String> {
        let start = self.at.as_deref().unwrap_or(START);
        let wrong = |text: &str| format!("`{text}` is no time such as `{START}`");
        let start: DateTime = start.parse().map_err(|_| wrong(start))?;
        let zoned = start.to_zoned(tz::offset(8).to_time_zone());
        let mut at = zoned.map_err(|_| wrong(&start.to_string()))?.timestamp();
        let mut messages = Vec::new();
        for step in &self.steps {
            let repeated = match step {
                Step::Line(line) => &Repeated {
                    line: line.clone(),
                    times: 1,
                    every: None,
                    after: None,
                    each: Vec::new(),
                },
                Step::Repeated(repeated) => repeated,
            };
            if repeated.times > MOST_TIMES {
                return Err(format!("a step is sent {MOST_TIMES} times at most"));
            }
            let later = |at: Timestamp, by: &Option<String>, otherwise: i64| {
                let by = duration(by.as_deref(), otherwise)?;
                let moved = at.checked_add(by);
                moved.map_err(|_| "a time beyond all dates".to_owned())
            };
            at = later(at, &repeated.after, 0)?;
            for number in 0..repeated.times {
                if number > 0 || (repeated.after.is_none() && !messages.is_empty()) {
                    at = later(at, &repeated.every, 1)?;
                }
                let count = usize::try_from(number).unwrap_or(usize::MAX);
                let place = count.checked_rem(repeated.each.len()).unwrap_or_default();
                let each = repeated.each.get(place).map_or("", String::as_str);
                let text = filled(&repeated.line, at, number + 1, each);
                messages.push(Message { text, at });
            }
        }
        if messages.is_empty() {
            return Err("it has no message".to_owned());
        }
        Ok(messages)
    }
}

fn duration(text: Option<&str>, otherwise: i64) -> Result<SignedDuration, String> {
    let Some(text) = text else {
        return Ok(SignedDuration::from_secs(otherwise));
    };
    let duration = text.parse::<SignedDuration>().ok();
    let duration = duration.filter(|duration| !duration.is_negative());
    duration.ok_or_else(|| format!("`{text}` is no stretch of time such as `90s`"))
}

/// A line with its places filled.
fn filled(line: &str, at: Timestamp, number: u32, each: &str) -> String {
    let mut text = line.to_owned();
    if !text.contains('{') {
        return text;
    }
    let local = at.to_zoned(tz::offset(8).to_time_zone());
    for (place, format) in [
        ("{syslog}", "%b %e %H:%M:%S"),
        ("{rfc3339}", "%Y-%m-%dT%H:%M:%S+08:00"),
        ("{apache}", "%d/%b/%Y:%H:%M:%S +0800"),
        ("{slashes}", "%Y/%m/%d %H:%M:%S"),
        ("{plain}", "%Y-%m-%d %H:%M:%S"),
    ] {
        if text.contains(place) {
            text = text.replace(place, &local.strftime(format).to_string());
        }
    }
    for (place, value) in [
        ("{epoch}", at.as_second().to_string()),
        ("{utc}", at.to_string()),
        ("{n}", number.to_string()),
        ("{each}", each.to_owned()),
    ] {
        if text.contains(place) {
            text = text.replace(place, &value);
        }
    }
    text
}

/// Whether a text is YAML at all.
pub(super) fn is_yaml(text: &str) -> bool {
    serde_saphyr::from_multiple::<serde::de::IgnoredAny>(text).is_ok()
}

/// What hinders samples from being read.
pub(super) fn why_not(text: &str) -> String {
    let read = serde_saphyr::from_multiple::<Document>(text);
    read.err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn messages(text: &str) -> Result<Vec<String>, String> {
        let sample: Sample = serde_saphyr::from_str(text).map_err(|error| error.to_string())?;
        let messages = sample.messages()?;
        Ok(messages.into_iter().map(|message| message.text).collect())
    }

    #[test]
    fn times_go_on() {
        let read = messages(
            "at: '2026-07-02 02:00:00'\nsteps:\n- {line: '{plain} {n} {each}', times: 3, every: 30s, each: [a, b]}\n- '{syslog}'\n- {line: '{epoch}', after: 1h}\n",
        );
        assert_eq!(
            read.unwrap_or_default(),
            [
                "2026-07-02 02:00:00 1 a",
                "2026-07-02 02:00:30 2 b",
                "2026-07-02 02:01:00 3 a",
                "Jul  2 02:01:01",
                "1782932461",
            ]
        );
    }

    #[test]
    fn mistakes_are_named() {
        for (text, expected) in [
            ("{at: noon, steps: [a]}", "no time"),
            ("{steps: []}", "no message"),
            ("{steps: [{line: a, every: soon, times: 2}]}", "no stretch"),
            ("{steps: [{line: a, times: 10001}]}", "at most"),
        ] {
            let problem = messages(text).err().unwrap_or_default();
            assert!(problem.contains(expected), "{text}: {problem}");
        }
        assert!(messages("{stepz: [a]}").is_err());
    }
}
