//! The security policy as `secedit /export` writes it.

use std::collections::BTreeMap;

use super::Origin;

/// One value of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// As written, without the quotes around it.
    pub value: String,
    /// Where it stands.
    pub origin: Origin,
}

/// The file: section and key → value. Sections and keys in lower case, as Windows reads them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Secedit {
    sections: BTreeMap<String, BTreeMap<String, Entry>>,
}

/// Reads the file; `None` when it is none.
pub fn parse_secedit(file: &str, text: &str) -> Option<Secedit> {
    let mut secedit = Secedit::default();
    let mut section = String::new();
    for (index, line) in text.lines().enumerate() {
        let line = line.trim();
        if let Some(name) = line
            .strip_prefix('[')
            .and_then(|rest| rest.strip_suffix(']'))
        {
            section = name.trim().to_ascii_lowercase();
            secedit.sections.entry(section.clone()).or_default();
            continue;
        }
        let Some((key, value)) = line.split_once('=') else {
            continue;
        };
        if line.starts_with(';') || section.is_empty() {
            continue;
        }
        let entry = Entry {
            value: value.trim().trim_matches('"').to_owned(),
            origin: Origin::line(file, index + 1),
        };
        let keys = secedit.sections.entry(section.clone()).or_default();
        keys.insert(key.trim().to_ascii_lowercase(), entry);
    }
    let known = [
        "system access",
        "event audit",
        "registry values",
        "privilege rights",
    ];
    known
        .iter()
        .any(|section| secedit.sections.contains_key(*section))
        .then_some(secedit)
}

impl Secedit {
    /// The keys of a section; `None` when the export has no such section.
    pub fn section(&self, name: &str) -> Option<&BTreeMap<String, Entry>> {
        self.sections.get(name)
    }

    /// A value of `[System Access]`.
    pub fn access(&self, key: &str) -> Option<&Entry> {
        self.section("system access")?.get(key)
    }

    /// A number of `[System Access]`.
    pub fn number(&self, key: &str) -> Option<i64> {
        self.access(key)?.value.parse().ok()
    }

    /// Values of `[Registry Values]`, as (`HKLM\…\name`, kind, text).
    pub fn registry_values(&self) -> impl Iterator<Item = (String, i64, String, &Origin)> {
        let values = self.section("registry values");
        values.into_iter().flatten().filter_map(|(path, entry)| {
            let path = path.strip_prefix("machine\\")?;
            let (kind, data) = entry.value.split_once(',')?;
            let data = data.trim().trim_matches('"').to_owned();
            Some((
                format!("hklm\\{path}"),
                kind.trim().parse().ok()?,
                data,
                &entry.origin,
            ))
        })
    }
}
