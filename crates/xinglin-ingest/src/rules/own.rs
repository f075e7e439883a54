//! What rules of ours must say of themselves.

use xinglin_detect::rule::Meta;

use super::Known;

/// The tactics of ATT&CK for enterprises, as Sigma writes them.
const TACTICS: [&str; 14] = [
    "reconnaissance",
    "resource-development",
    "initial-access",
    "execution",
    "persistence",
    "privilege-escalation",
    "defense-evasion",
    "credential-access",
    "discovery",
    "lateral-movement",
    "collection",
    "command-and-control",
    "exfiltration",
    "impact",
];
/// Keys beside those that every reader of Sigma knows.
const KEYS: [&str; 12] = [
    "title_en",
    "description_en",
    "falsepositives_en",
    "requirements",
    "playbook",
    "samples",
    "date",
    "modified",
    "related",
    "taxonomy",
    "scope",
    "generate",
];

/// What a rule lacks or has wrong. One that speaks through a correlation only needs a name by
/// which that can call it.
pub(super) fn complaints(meta: &Meta, is_silent: bool, known: &Known<'_>) -> Vec<String> {
    let mut complaints = Vec::new();
    if !meta.id.as_deref().is_some_and(is_uuid) {
        complaints.push("its `id` is no UUID".to_owned());
    }
    let unknown = meta
        .custom
        .keys()
        .filter(|key| !KEYS.contains(&key.as_str()));
    complaints.extend(unknown.map(|key| format!("`{key}` is no key of a rule")));
    if is_silent {
        return complaints;
    }
    for (key, is_there) in [
        ("title_en", meta.custom.contains_key("title_en")),
        ("description", meta.description.is_some()),
        ("description_en", meta.custom.contains_key("description_en")),
        ("level", meta.level.is_some()),
        ("status", meta.status.is_some()),
        ("falsepositives", !meta.false_positives.is_empty()),
    ] {
        if !is_there {
            complaints.push(format!("it has no `{key}`"));
        }
    }
    let english = meta.custom.get("falsepositives_en").map_or(0, Vec::len);
    if english != meta.false_positives.len() {
        let reason = "`falsepositives_en` is not as long as `falsepositives`";
        complaints.push(reason.to_owned());
    }
    complaints.extend(wrong_tags(meta));
    complaints.extend(wrong_references(meta, known));
    complaints
}

fn wrong_tags(meta: &Meta) -> Vec<String> {
    let mut complaints = Vec::new();
    if meta.techniques().is_empty() {
        complaints.push("no tag names a technique, such as `attack.t1110`".to_owned());
    }
    if meta.tactics().is_empty() {
        complaints.push("no tag names a tactic, such as `attack.credential-access`".to_owned());
    }
    for tactic in meta.tactics() {
        if !TACTICS.contains(&tactic) {
            complaints.push(format!("`attack.{tactic}` is no tactic"));
        }
    }
    complaints
}

fn wrong_references(meta: &Meta, known: &Known<'_>) -> Vec<String> {
    let mut complaints = Vec::new();
    if meta.requirements().is_empty() {
        complaints.push("`requirements` names no clause".to_owned());
    }
    for clause in meta.requirements() {
        if known
            .clauses
            .is_some_and(|clauses| !clauses.contains(clause))
        {
            complaints.push(format!("`{clause}` is no clause of the catalogue"));
        }
    }
    match meta.playbook() {
        None => complaints.push("`playbook` names none".to_owned()),
        Some(name) if !known.playbooks.contains(name) => {
            complaints.push(format!("`{name}` is no playbook"));
        }
        Some(_) => {}
    }
    complaints
}

fn is_uuid(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
    let mut letters = parts.iter().flat_map(|part| part.bytes());
    lengths == [8, 4, 4, 4, 12] && letters.all(|letter| letter.is_ascii_hexdigit())
}
