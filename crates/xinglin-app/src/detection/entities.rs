//! Whom and what an event or a group of matches is about.

use xinglin_core::Event;
use xinglin_store::alerts::Entity;

/// Fields whose values are somebody or something.
const FIELDS: &[(&str, &str)] = &[
    ("source.ip", "address"),
    ("destination.ip", "address"),
    ("client.ip", "address"),
    ("user.name", "user"),
    ("user.target.name", "user"),
    ("host.name", "host"),
    ("process.executable", "program"),
    ("process.name", "program"),
    ("dns.question.name", "domain"),
    ("url.domain", "domain"),
    ("destination.domain", "domain"),
    ("file.hash.sha256", "hash"),
    ("process.hash.sha256", "hash"),
];

/// Words in names of fields of rules, and what their values are.
const WORDS: &[(&str, &str)] = &[
    ("user", "user"),
    ("account", "user"),
    ("computer", "host"),
    ("host", "host"),
    ("image", "program"),
    ("process", "program"),
    ("query", "domain"),
    ("domain", "domain"),
    ("hash", "hash"),
];

/// An alert names so many of one kind.
const MOST_OF_KIND: usize = 20;

/// Adds an entity that is not there yet; whether it was new.
pub(crate) fn add(entities: &mut Vec<Entity>, entity: Entity) -> bool {
    let of_kind = entities.iter().filter(|one| one.kind == entity.kind);
    if entity.value.is_empty() || entities.contains(&entity) || of_kind.count() >= MOST_OF_KIND {
        return false;
    }
    entities.push(entity);
    true
}

/// Whom and what an event is about; its source stands for a host that it does not name.
pub(crate) fn of_event(event: &Event<'_>, source: &str) -> Vec<Entity> {
    let mut entities = Vec::new();
    for (name, kind) in FIELDS {
        let values = event
            .fields
            .iter()
            .filter(|field| field.name.as_str() == *name);
        for field in values {
            // A program is named once, by its path where that is known.
            let is_named = *name == "process.name"
                && entities.iter().any(|one: &Entity| one.kind == "program");
            if !is_named {
                add(&mut entities, entity(kind, &field.value.to_text()));
            }
        }
    }
    if !entities.iter().any(|one| one.kind == "host") {
        add(&mut entities, entity("host", source));
    }
    entities
}

/// Whom and what a group of matches is about.
pub(crate) fn of_group(group: &[(String, Option<String>)]) -> Vec<Entity> {
    let mut entities = Vec::new();
    for (name, value) in group {
        let Some(value) = value else { continue };
        let own = FIELDS.iter().find(|(field, _)| field == name);
        let kind = match own {
            Some((_, kind)) => kind,
            None if value.parse::<std::net::IpAddr>().is_ok() => "address",
            None => {
                let name = name.to_lowercase();
                let word = WORDS.iter().find(|(word, _)| name.contains(word));
                match word {
                    Some((_, kind)) => kind,
                    None => continue,
                }
            }
        };
        add(&mut entities, entity(kind, value));
    }
    entities
}

/// What matches must share to be one alert: who did it, on which host. Who is the address it
/// came from, else the user.
pub(crate) fn group_of(event: &Event<'_>, source: &str) -> String {
    let value = |wanted: &str| {
        let field = event
            .fields
            .iter()
            .find(|field| field.name.as_str() == wanted);
        field.map(|field| field.value.to_text().into_owned())
    };
    let who = value("source.ip")
        .or_else(|| value("user.name"))
        .unwrap_or_default();
    let host = value("host.name").unwrap_or_else(|| source.to_owned());
    format!("{who}\u{1f}{host}")
}

fn entity(kind: &str, value: &str) -> Entity {
    let value = value.trim().chars().take(300).collect();
    Entity {
        kind: kind.to_owned(),
        value,
    }
}
