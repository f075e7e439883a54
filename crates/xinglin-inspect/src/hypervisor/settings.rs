//! Settings by name, as products list them: `esxcli`, `PowerCLI`, and files of machines.

use std::collections::BTreeMap;

use serde_json::Value as Json;

use super::table::Table;

/// Name in lower case with dots → value as text.
pub type Settings = BTreeMap<String, String>;

/// The name that `PowerCLI` gives a path such as `/UserVars/ESXiShellTimeOut`.
fn dotted(path: &str) -> String {
    path.trim_start_matches('/')
        .replace('/', ".")
        .to_lowercase()
}

/// Reads `esxcli system settings advanced list` as text: blocks of `Path`, `Int Value`,
/// `String Value`.
pub fn parse_esxcli(text: &str) -> Option<Settings> {
    let mut settings = Settings::new();
    let mut path = None;
    let mut kind = String::new();
    for line in text.lines() {
        let Some((label, value)) = line.trim().split_once(':') else {
            continue;
        };
        let value = value.trim();
        match label {
            "Path" => path = Some(dotted(value)),
            "Type" => value.clone_into(&mut kind),
            "Int Value" if kind != "string" => keep(&mut settings, path.as_ref(), value),
            "String Value" if kind == "string" => keep(&mut settings, path.as_ref(), value),
            _ => {}
        }
    }
    (!settings.is_empty()).then_some(settings)
}

fn keep(settings: &mut Settings, path: Option<&String>, value: &str) {
    if let Some(path) = path {
        settings.insert(path.clone(), value.to_owned());
    }
}

/// Reads the same in JSON (`--formatter=json`).
pub fn settings_of_json(json: &Json) -> Option<Settings> {
    let items = json.as_array()?;
    let mut settings = Settings::new();
    for item in items {
        let path = item.get("Path")?.as_str()?;
        let field = match item.get("Type").and_then(Json::as_str) {
            Some("string") => "StringValue",
            _ => "IntValue",
        };
        settings.insert(dotted(path), text_of(item.get(field)?));
    }
    (!settings.is_empty()).then_some(settings)
}

/// A JSON value as a setting has it.
pub fn text_of(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Null => String::new(),
        other => other.to_string(),
    }
}

/// Settings of several things, from `Entity,Name,Value` as `PowerCLI` exports them.
pub fn settings_of_table(table: &Table) -> Option<BTreeMap<String, Settings>> {
    if !table.has(&["entity"]) || !table.has(&["name"]) || !table.has(&["value"]) {
        return None;
    }
    let mut entities: BTreeMap<String, Settings> = BTreeMap::new();
    for [entity, name, value] in table.fields([&["entity"], &["name"], &["value"]]) {
        let (Some(entity), Some(name)) = (entity, name) else {
            continue;
        };
        let settings = entities.entry(entity.to_owned()).or_default();
        settings.insert(dotted(name), value.unwrap_or_default().to_owned());
    }
    Some(entities)
}

/// Reads the file of a machine: `name = "value"`.
pub fn parse_vmx(text: &str) -> Option<Settings> {
    let settings: Settings = text
        .lines()
        .filter_map(|line| {
            let (name, value) = line.split_once('=')?;
            let value = value.trim().strip_prefix('"')?.strip_suffix('"')?;
            Some((name.trim().to_lowercase(), value.to_owned()))
        })
        .collect();
    let known = ["virtualhw.version", "displayname", "config.version"];
    known
        .iter()
        .any(|name| settings.contains_key(*name))
        .then_some(settings)
}
