//! Lists of indicators as others write them: CSV, STIX 2.1, MISP.

use std::{collections::BTreeSet, net::IpAddr};

use jiff::{Timestamp, civil::Date};
use serde_json::Value;
use xinglin_core::{Lang, Text};

use super::IndicatorKind;

/// A list may have so many.
pub(crate) const MOST: usize = 2_000_000;
/// So much of what was not taken is told.
const MOST_TOLD: usize = 1_000;
const LONGEST: usize = 255;
const MOST_NOTE: usize = 200;

/// What was read.
#[derive(Debug, Default)]
pub(crate) struct ReadList {
    /// `csv`, `stix` or `misp`.
    pub(crate) source: &'static str,
    pub(crate) kept: Vec<Found>,
    /// The first of those that were not taken: line or number of the object, and why.
    pub(crate) rejected: Vec<(u64, Why)>,
    pub(crate) rejects: u64,
    known: BTreeSet<(IndicatorKind, String)>,
}

/// An indicator that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    pub(crate) kind: IndicatorKind,
    pub(crate) value: String,
    pub(crate) note: Option<String>,
    pub(crate) expires_on: Option<Date>,
}

/// Why something was not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// Neither an address, nor a domain, a digest or a mail address.
    NotAnIndicator,
    /// A range of addresses.
    Range,
    /// Several things that must be seen together.
    Together,
    /// A kind that is not looked for.
    Kind,
    /// The day is none.
    Day,
    /// There are too many.
    TooMany,
    /// It is in the list already.
    Twice,
}

impl Why {
    /// In words.
    pub(crate) fn text(self, lang: Lang) -> String {
        let (zh, en) = match self {
            Self::NotAnIndicator => (
                "不是地址、域名、文件摘要或邮箱地址",
                "neither an address nor a domain, a digest or a mail address",
            ),
            Self::Range => (
                "地址段不受支持，请逐个列出",
                "ranges of addresses are not supported",
            ),
            Self::Together => (
                "需要同时出现的多个条件不受支持",
                "conditions that must hold together are not supported",
            ),
            Self::Kind => ("不检索这一类型", "this kind is not looked for"),
            Self::Day => ("到期日不是日期", "the day on which it expires is no date"),
            Self::TooMany => ("一个清单最多 200 万条", "a list has at most 2 million"),
            Self::Twice => ("清单中已有", "it is in the list already"),
        };
        Text::new(zh, en).get(lang).to_owned()
    }
}

/// Reads a list in whichever of the forms it is.
pub(crate) fn read_list(bytes: &[u8]) -> ReadList {
    let text = String::from_utf8_lossy(bytes);
    let text = text.trim_start_matches('\u{feff}').trim_start();
    if text.starts_with(['{', '['])
        && let Ok(document) = serde_json::from_str::<Value>(text)
    {
        return if document.get("type").and_then(Value::as_str) == Some("bundle") {
            stix(&document)
        } else {
            misp(&document)
        };
    }
    csv(text)
}

impl ReadList {
    fn of(source: &'static str) -> Self {
        Self {
            source,
            ..Self::default()
        }
    }

    fn reject(&mut self, place: u64, why: Why) {
        self.rejects += 1;
        if self.rejected.len() < MOST_TOLD {
            self.rejected.push((place, why));
        }
    }

    fn take(
        &mut self,
        place: u64,
        kind: Option<IndicatorKind>,
        value: &str,
        rest: (Option<&str>, Option<Date>),
    ) {
        let read = recognised(kind, value);
        let (kind, value) = match read {
            Ok(read) => read,
            Err(why) => return self.reject(place, why),
        };
        if self.kept.len() >= MOST {
            return self.reject(place, Why::TooMany);
        }
        if !self.known.insert((kind, value.clone())) {
            return self.reject(place, Why::Twice);
        }
        let note = rest
            .0
            .map(|note| note.trim().chars().take(MOST_NOTE).collect::<String>());
        self.kept.push(Found {
            kind,
            value,
            note: note.filter(|note| !note.is_empty()),
            expires_on: rest.1,
        });
    }
}

/// A value as it is looked for, and what it is.
fn recognised(kind: Option<IndicatorKind>, value: &str) -> Result<(IndicatorKind, String), Why> {
    // Lists write addresses so that nobody follows them by mistake.
    let value = value
        .trim()
        .replace("[.]", ".")
        .replace("(.)", ".")
        .replace("[@]", "@");
    let value = value.to_lowercase();
    let is_it = |wanted: IndicatorKind| kind.is_none_or(|kind| kind == wanted);
    if value.len() > LONGEST {
        return Err(Why::NotAnIndicator);
    }
    if is_it(IndicatorKind::Address) {
        if let Ok(address) = value.parse::<IpAddr>() {
            return Ok((IndicatorKind::Address, address.to_string()));
        }
        let range = value.split_once('/').map(|(address, _)| address);
        if range.is_some_and(|address| address.parse::<IpAddr>().is_ok()) {
            return Err(Why::Range);
        }
    }
    let is_digest =
        matches!(value.len(), 32 | 40 | 64) && value.bytes().all(|byte| byte.is_ascii_hexdigit());
    if is_it(IndicatorKind::Hash) && is_digest {
        return Ok((IndicatorKind::Hash, value));
    }
    let mail = value.split_once('@');
    if is_it(IndicatorKind::Mail)
        && mail.is_some_and(|(who, domain)| !who.is_empty() && is_domain(domain))
    {
        return Ok((IndicatorKind::Mail, value));
    }
    let domain = value.trim_start_matches("*.").trim_end_matches('.');
    if is_it(IndicatorKind::Domain) && is_domain(domain) {
        return Ok((IndicatorKind::Domain, domain.to_owned()));
    }
    Err(Why::NotAnIndicator)
}

fn is_domain(text: &str) -> bool {
    let is_label = |label: &str| {
        let is_letter = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_');
        !label.is_empty() && label.len() <= 63 && label.chars().all(is_letter)
    };
    let last = text.rsplit('.').next().unwrap_or_default();
    text.contains('.') && text.split('.').all(is_label) && last.chars().any(char::is_alphabetic)
}

/// A value a line; or columns `kind`, `value`, `note`, `expires_on` in any order, named in the
/// first line, where what is not named is left out.
fn csv(text: &str) -> ReadList {
    let mut list = ReadList::of("csv");
    let mut columns: Option<Vec<String>> = None;
    for (place, line) in (1_u64..).zip(text.lines()) {
        if line.trim().is_empty() || line.starts_with('#') {
            continue;
        }
        let cells = cells(line);
        if columns.is_none() {
            let names: Vec<String> = cells
                .iter()
                .map(|cell| cell.trim().to_lowercase())
                .collect();
            let is_head = names
                .iter()
                .any(|name| matches!(name.as_str(), "value" | "indicator" | "ioc"));
            columns = Some(if is_head { names } else { Vec::new() });
            if is_head {
                continue;
            }
        }
        let named = columns.as_deref().unwrap_or_default();
        let cell = |names: &[&str]| {
            let place = named
                .iter()
                .position(|name| names.contains(&name.as_str()))?;
            cells
                .get(place)
                .map(|cell| cell.trim())
                .filter(|cell| !cell.is_empty())
        };
        if named.is_empty() {
            let value = cells.first().map_or("", String::as_str);
            let note = cells.get(1).map(String::as_str);
            list.take(place, None, value, (note, None));
            continue;
        }
        let written = cell(&["expires_on", "expires", "valid_until"]);
        let day = written.and_then(day_of);
        if written.is_some() && day.is_none() {
            list.reject(place, Why::Day);
            continue;
        }
        let kind = cell(&["kind", "type"]).and_then(IndicatorKind::from_word);
        let value = cell(&["value", "indicator", "ioc"]).unwrap_or_default();
        list.take(
            place,
            kind,
            value,
            (cell(&["note", "comment", "description"]), day),
        );
    }
    list
}

fn cells(line: &str) -> Vec<String> {
    let separator = [',', '\t', ';'].into_iter().find(|one| line.contains(*one));
    let mut cells = vec![String::new()];
    let mut is_quoted = false;
    for letter in line.chars() {
        match letter {
            '"' => is_quoted = !is_quoted,
            letter if Some(letter) == separator && !is_quoted => cells.push(String::new()),
            letter => {
                if let Some(cell) = cells.last_mut() {
                    cell.push(letter);
                }
            }
        }
    }
    cells
}

fn day_of(text: &str) -> Option<Date> {
    let day: Option<Date> = text.parse().ok();
    day.or_else(|| {
        let at: Timestamp = text.parse().ok()?;
        Some(jiff::tz::offset(8).to_datetime(at).date())
    })
}

/// Indicators of a bundle whose patterns are comparisons joined by OR.
fn stix(document: &Value) -> ReadList {
    let mut list = ReadList::of("stix");
    let objects = document.get("objects").and_then(Value::as_array);
    for (place, object) in (1_u64..).zip(objects.into_iter().flatten()) {
        let text = |key: &str| object.get(key).and_then(Value::as_str);
        if text("type") != Some("indicator") || object.get("revoked") == Some(&Value::Bool(true)) {
            continue;
        }
        let pattern = text("pattern").unwrap_or_default();
        if text("pattern_type").is_some_and(|kind| kind != "stix") {
            list.reject(place, Why::Kind);
            continue;
        }
        if [" AND ", "FOLLOWEDBY", " NOT "]
            .iter()
            .any(|word| pattern.contains(word))
        {
            list.reject(place, Why::Together);
            continue;
        }
        let expires_on = text("valid_until").and_then(day_of);
        let mut is_empty = true;
        for (path, value) in comparisons(pattern) {
            is_empty = false;
            match kind_of_path(&path) {
                Some(kind) => list.take(place, Some(kind), &value, (text("name"), expires_on)),
                None => list.reject(place, Why::Kind),
            }
        }
        if is_empty {
            list.reject(place, Why::NotAnIndicator);
        }
    }
    list
}

/// The comparisons of a pattern: what stands left and right of `=`.
fn comparisons(pattern: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut rest = pattern;
    while let Some((path, behind)) = rest.split_once('=') {
        let Some(behind) = behind.trim_start().strip_prefix('\'') else {
            break;
        };
        let mut value = String::new();
        let mut letters = behind.char_indices();
        let mut end = behind.len();
        while let Some((place, letter)) = letters.next() {
            match letter {
                '\\' => value.extend(letters.next().map(|(_, letter)| letter)),
                '\'' => {
                    end = place + 1;
                    break;
                }
                letter => value.push(letter),
            }
        }
        let path = path.rsplit(['[', '(', ' ']).find(|part| !part.is_empty());
        found.push((path.unwrap_or_default().to_owned(), value));
        rest = behind.get(end..).unwrap_or_default();
    }
    found
}

fn kind_of_path(path: &str) -> Option<IndicatorKind> {
    match path {
        "ipv4-addr:value" | "ipv6-addr:value" => Some(IndicatorKind::Address),
        "domain-name:value" => Some(IndicatorKind::Domain),
        "email-addr:value" | "email-message:from_ref.value" => Some(IndicatorKind::Mail),
        _ if path.starts_with("file:hashes") => Some(IndicatorKind::Hash),
        _ => None,
    }
}

/// Attributes of an event of MISP, of several, or of a plain list of them.
fn misp(document: &Value) -> ReadList {
    let mut list = ReadList::of("misp");
    let mut place = 0;
    let events = document.get("response").unwrap_or(document);
    match events.as_array() {
        Some(events) => events
            .iter()
            .for_each(|event| of_event(event, &mut place, &mut list)),
        None => of_event(events, &mut place, &mut list),
    }
    list
}

fn of_event(event: &Value, place: &mut u64, list: &mut ReadList) {
    let event = event.get("Event").unwrap_or(event);
    let own = event.get("Attribute").and_then(Value::as_array);
    let objects = event.get("Object").and_then(Value::as_array);
    let of_objects = objects.into_iter().flatten();
    let of_objects = of_objects.filter_map(|object| object.get("Attribute")?.as_array());
    for attribute in own.into_iter().chain(of_objects).flatten() {
        *place += 1;
        let text = |key: &str| {
            attribute
                .get(key)
                .and_then(Value::as_str)
                .unwrap_or_default()
        };
        let (kind, value) = (text("type"), text("value"));
        let note = Some(text("comment"));
        let wanted = kind.split('|').zip(value.split('|'));
        let mut is_known = false;
        for (kind, value) in wanted {
            if let Some(kind) = kind_of_attribute(kind) {
                is_known = true;
                list.take(*place, Some(kind), value, (note, None));
            }
        }
        if !is_known {
            list.reject(*place, Why::Kind);
        }
    }
}

fn kind_of_attribute(kind: &str) -> Option<IndicatorKind> {
    match kind {
        "ip-src" | "ip-dst" | "ip" => Some(IndicatorKind::Address),
        "domain" | "hostname" => Some(IndicatorKind::Domain),
        "md5" | "sha1" | "sha256" => Some(IndicatorKind::Hash),
        "email" | "email-src" | "email-dst" => Some(IndicatorKind::Mail),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> (&'static str, Vec<String>, Vec<(u64, Why)>) {
        let list = read_list(text.as_bytes());
        let kept = list
            .kept
            .iter()
            .map(|one| format!("{} {}", one.kind.word(), one.value));
        (list.source, kept.collect(), list.rejected)
    }

    #[test]
    fn plain_lists_and_columns_are_read() {
        let (source, kept, rejected) =
            shown("203.0.113.9\nBad[.]Example\n10.0.0.0/8\n\nnothing at all\n203.0.113.9,again\n");
        assert_eq!(
            (source, kept),
            (
                "csv",
                vec![
                    "address 203.0.113.9".to_owned(),
                    "domain bad.example".to_owned()
                ]
            )
        );
        assert_eq!(
            rejected,
            [(3, Why::Range), (5, Why::NotAnIndicator), (6, Why::Twice)]
        );
        let list = read_list("type,value,note,expires_on\nmail,a@b.example,\"钓鱼, 一次\",2027-01-31\nhash,44D88612FEA8A8F36DE82E1278ABB02F,,soon\n".as_bytes());
        assert_eq!(list.kept[0].note.as_deref(), Some("钓鱼, 一次"));
        assert_eq!(
            list.kept[0].expires_on,
            Some(jiff::civil::date(2027, 1, 31))
        );
        assert_eq!(list.rejected, [(3, Why::Day)]);
    }

    #[test]
    fn bundles_of_stix_are_read() {
        let bundle = serde_json::json!({"type": "bundle", "objects": [
            {"type": "identity"},
            {"type": "indicator", "pattern_type": "stix", "name": "C2", "valid_until": "2027-03-01T00:00:00Z",
             "pattern": "[ipv4-addr:value = '198.51.100.7'] OR [domain-name:value = 'c2.example']"},
            {"type": "indicator", "pattern": "[file:hashes.'SHA-256' = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855']"},
            {"type": "indicator", "pattern": "[a:b = '1' AND c:d = '2']"},
            {"type": "indicator", "pattern": "[url:value = 'http://x.example/']"},
        ]});
        let (source, kept, rejected) = shown(&bundle.to_string());
        assert_eq!(source, "stix");
        assert_eq!(kept.len(), 3, "{kept:?}");
        assert_eq!(kept[1], "domain c2.example");
        assert_eq!(rejected, [(4, Why::Together), (5, Why::Kind)]);
    }

    #[test]
    fn events_of_misp_are_read() {
        let event = serde_json::json!({"response": [{"Event": {
            "Attribute": [{"type": "ip-dst|port", "value": "198.51.100.7|443"}, {"type": "url", "value": "http://x/"}],
            "Object": [{"Attribute": [{"type": "filename|sha256", "value": "a.exe|e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}]}]
        }}]});
        let (source, kept, rejected) = shown(&event.to_string());
        assert_eq!((source, kept.len()), ("misp", 2), "{kept:?}");
        assert_eq!(rejected, [(2, Why::Kind)]);
        for broken in ["{", "[1,2]", "{\"type\":\"bundle\"}", ""] {
            assert!(shown(broken).1.is_empty(), "{broken}");
        }
    }
}
