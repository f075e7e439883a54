//! Whether a value is on any list: digests of all of them in order, found by their first bits.

use std::borrow::Cow;

use xinglin_core::{Event, Value};

use super::IndicatorKind;

/// So many bits of a digest say where to look.
const BITS: u32 = 16;
/// Domains are looked for with so many of those above them.
const MOST_LABELS: usize = 8;

/// Indicators that count, as digests: eight bytes each. A value whose digest is here is
/// compared with the lists themselves before it becomes an alert.
#[derive(Debug, Default)]
pub(crate) struct Table {
    digests: Vec<u64>,
    /// Where the digests with each beginning start, and the end.
    starts: Vec<u32>,
}

impl Table {
    /// Takes the digests of indicators, in any order.
    pub(crate) fn of_digests(mut digests: Vec<u64>) -> Self {
        digests.sort_unstable();
        digests.dedup();
        let mut starts = Vec::with_capacity((1 << BITS) + 1);
        let mut place = 0_u32;
        let mut rest = digests.iter().peekable();
        for beginning in 0..(1_u64 << BITS) {
            starts.push(place);
            while rest
                .next_if(|digest| **digest >> (64 - BITS) == beginning)
                .is_some()
            {
                place = place.saturating_add(1);
            }
        }
        starts.push(place);
        Self { digests, starts }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.digests.is_empty()
    }

    pub(crate) fn len(&self) -> usize {
        self.digests.len()
    }

    fn has(&self, kind: IndicatorKind, value: &str) -> bool {
        let digest = digest(kind, value);
        let beginning = usize::try_from(digest >> (64 - BITS)).unwrap_or_default();
        let at = |place: usize| {
            let start = self.starts.get(place).copied().unwrap_or_default();
            usize::try_from(start).unwrap_or_default()
        };
        let near = self.digests.get(at(beginning)..at(beginning + 1));
        near.is_some_and(|near| near.binary_search(&digest).is_ok())
    }

    /// Gives each value of an event that is here, as lists have it.
    pub(crate) fn each_in(&self, event: &Event<'_>, each: &mut dyn FnMut(IndicatorKind, &str)) {
        for field in &event.fields {
            let text = match &field.value {
                Value::Address(address) => {
                    let text = address.to_string();
                    if self.has(IndicatorKind::Address, &text) {
                        each(IndicatorKind::Address, &text);
                    }
                    continue;
                }
                Value::Text(text) => text,
                Value::Integer(_) | Value::Number(_) | Value::Bool(_) => continue,
            };
            let Some(kind) = kind_of(field.name.as_str()) else {
                continue;
            };
            match kind {
                IndicatorKind::Domain => self.domain(&lower(text), each),
                kind => {
                    // Several digests may stand in one value: `MD5=…,SHA256=…`.
                    for part in text.split([',', ';', ' ']) {
                        let part = part.rsplit('=').next().unwrap_or(part);
                        let part = lower(part);
                        if self.has(kind, &part) {
                            each(kind, &part);
                        }
                    }
                }
            }
        }
    }

    /// A domain, or one above it.
    fn domain(&self, name: &str, each: &mut dyn FnMut(IndicatorKind, &str)) {
        let mut rest = name.trim_end_matches('.');
        for _ in 0..MOST_LABELS {
            if self.has(IndicatorKind::Domain, rest) {
                each(IndicatorKind::Domain, rest);
                return;
            }
            match rest.split_once('.') {
                Some((_, above)) if above.contains('.') => rest = above,
                _ => return,
            }
        }
    }
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Borrowed(text)
    }
}

/// What the values of a field may be.
fn kind_of(name: &str) -> Option<IndicatorKind> {
    match name {
        "dns.question.name" | "url.domain" | "destination.domain" | "source.domain"
        | "dns.answers.data" => Some(IndicatorKind::Domain),
        _ if name.contains("hash") || name.ends_with("Hashes") => Some(IndicatorKind::Hash),
        _ if name.contains("email") || name.contains("mail") => Some(IndicatorKind::Mail),
        _ => None,
    }
}

/// FNV-1a, with the kind before the value, mixed so that its first bits are spread.
pub(crate) fn digest(kind: IndicatorKind, value: &str) -> u64 {
    let mut digest = 0xcbf2_9ce4_8422_2325_u64;
    let head = std::iter::once(kind.word().as_bytes().first().copied().unwrap_or_default());
    for byte in head.chain(value.bytes()) {
        digest = (digest ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    }
    digest ^= digest >> 32;
    digest.wrapping_mul(0x9e37_79b9_7f4a_7c15)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use xinglin_core::{EventField, FieldName, TimeSource};

    use super::*;

    fn table<'v>(values: impl Iterator<Item = (IndicatorKind, &'v str)>) -> Table {
        let digests = values.map(|(kind, value)| digest(kind, value));
        Table::of_digests(digests.collect())
    }

    fn event(fields: &[(&'static str, &'static str)]) -> Event<'static> {
        let fields = fields.iter().map(|(name, value)| EventField {
            name: FieldName::new(*name),
            value: value
                .parse()
                .map_or(Value::Text((*value).into()), Value::Address),
            span: None,
        });
        Event {
            at: Timestamp::UNIX_EPOCH,
            at_from: TimeSource::Event,
            text: "".into(),
            fields: fields.collect(),
        }
    }

    #[test]
    fn values_are_found_as_events_have_them() {
        let table = table(
            [
                (IndicatorKind::Address, "203.0.113.9"),
                (IndicatorKind::Domain, "bad.example"),
                (IndicatorKind::Hash, "44d88612fea8a8f36de82e1278abb02f"),
                (IndicatorKind::Mail, "thief@bad.example"),
            ]
            .into_iter(),
        );
        for (field, value, found) in [
            ("source.ip", "203.0.113.9", Some("203.0.113.9")),
            ("source.ip", "203.0.113.8", None),
            ("dns.question.name", "www.BAD.example.", Some("bad.example")),
            ("dns.question.name", "notbad.example", None),
            ("user.name", "bad.example", None),
            (
                "winlog.event_data.Hashes",
                "SHA1=x,MD5=44D88612FEA8A8F36DE82E1278ABB02F",
                Some("44d88612fea8a8f36de82e1278abb02f"),
            ),
            (
                "email.from.address",
                "Thief@bad.example",
                Some("thief@bad.example"),
            ),
        ] {
            let mut seen = None;
            table.each_in(&event(&[(field, value)]), &mut |_, value| {
                seen = Some(value.to_owned());
            });
            assert_eq!(seen.as_deref(), found, "{field} {value}");
        }
        assert!(Table::default().is_empty());
    }

    #[test]
    fn a_million_is_found_and_nothing_else() {
        let all: Vec<String> = (0..1_000_000)
            .map(|number| format!("{number}.example"))
            .collect();
        let table = table(
            all.iter()
                .map(|value| (IndicatorKind::Domain, value.as_str())),
        );
        assert_eq!(table.len(), all.len());
        assert!(
            all.iter()
                .step_by(997)
                .all(|value| table.has(IndicatorKind::Domain, value))
        );
        let others = (1_000_000..1_100_000).map(|number| format!("{number}.example"));
        assert_eq!(
            others
                .filter(|value| table.has(IndicatorKind::Domain, value))
                .count(),
            0
        );
    }
}
