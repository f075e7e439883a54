//! Changed facts.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

use super::volatile::is_volatile;

/// What happened to a fact.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Change {
    /// It is new in a list.
    Added,
    /// It is not in the list any more.
    Removed,
    /// It is another.
    Changed,
    /// The same things stand in another order.
    Reordered,
    /// It was not known before.
    NowKnown,
    /// It is not known any more.
    NoLongerKnown,
}

/// A fact that changed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct FactChange {
    /// Where it stands, such as `accounts.list[name=deploy].shell`.
    pub path: String,
    /// What happened.
    pub change: Change,
    /// What it was; for an order, the names in it.
    pub before: Json,
    /// What it is.
    pub after: Json,
}

/// What changed in one area of the facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AreaDrift {
    /// The area: the first name of all paths in it.
    pub area: String,
    /// The first changes, in order of path.
    pub changes: Vec<FactChange>,
    /// How many there are.
    pub count: usize,
}

/// Changes listed of one area. An upgrade of all packages is one thing to a reader.
const LISTED: usize = 200;

impl FactChange {
    fn reversed(self) -> Self {
        Self {
            path: self.path,
            change: match self.change {
                Change::Added => Change::Removed,
                Change::Removed => Change::Added,
                Change::NowKnown => Change::NoLongerKnown,
                Change::NoLongerKnown => Change::NowKnown,
                same @ (Change::Changed | Change::Reordered) => same,
            },
            before: self.after,
            after: self.before,
        }
    }
}

impl AreaDrift {
    /// The changes the other way round.
    #[must_use]
    pub fn reversed(self) -> Self {
        let mut changes: Vec<FactChange> =
            self.changes.into_iter().map(FactChange::reversed).collect();
        changes.sort_by(in_order);
        Self { changes, ..self }
    }
}

/// By path; of several at one path, in an order that looks the same from both sides.
fn in_order(a: &FactChange, b: &FactChange) -> std::cmp::Ordering {
    let told = |change: &FactChange| {
        let (before, after) = (change.before.to_string(), change.after.to_string());
        (before.clone().min(after.clone()), before.max(after))
    };
    a.path.cmp(&b.path).then_with(|| told(a).cmp(&told(b)))
}

/// Compares two documents of facts.
pub(super) fn compare(before: &Json, after: &Json) -> Vec<AreaDrift> {
    let mut areas: BTreeMap<String, Vec<FactChange>> = BTreeMap::new();
    for area in names(before, after) {
        let mut changes = Vec::new();
        compare_values(
            &area,
            field(before, &area),
            field(after, &area),
            &mut changes,
        );
        if !changes.is_empty() {
            areas.insert(area, changes);
        }
    }
    let areas = areas.into_iter().map(|(area, mut changes)| {
        changes.sort_by(in_order);
        let count = changes.len();
        changes.truncate(LISTED);
        AreaDrift {
            area,
            changes,
            count,
        }
    });
    areas.collect()
}

/// The names of the fields of either, without those that change by themselves.
fn names(before: &Json, after: &Json) -> BTreeSet<String> {
    let fields = |value: &Json| -> Vec<String> {
        value
            .as_object()
            .map(|object| object.keys().cloned().collect())
            .unwrap_or_default()
    };
    let all = fields(before).into_iter().chain(fields(after));
    all.filter(|name| {
        !is_volatile(name, field(before, name)) || !is_volatile(name, field(after, name))
    })
    .collect()
}

/// A field; one that is missing is not known.
fn field<'a>(value: &'a Json, name: &str) -> &'a Json {
    value.get(name).unwrap_or(&Json::Null)
}

fn compare_values(path: &str, before: &Json, after: &Json, changes: &mut Vec<FactChange>) {
    if before == after {
        return;
    }
    match (before, after) {
        (Json::Object(_), Json::Object(_)) => {
            for name in names(before, after) {
                let path = format!("{path}.{name}");
                compare_values(&path, field(before, &name), field(after, &name), changes);
            }
        }
        (Json::Array(before), Json::Array(after)) => compare_lists(path, before, after, changes),
        _ => {
            let change = match (before.is_null(), after.is_null()) {
                (true, _) => Change::NowKnown,
                (_, true) => Change::NoLongerKnown,
                _ => Change::Changed,
            };
            changes.push(changed(path, change, before, after));
        }
    }
}

fn changed(path: &str, change: Change, before: &Json, after: &Json) -> FactChange {
    FactChange {
        path: path.to_owned(),
        change,
        before: stable(before),
        after: stable(after),
    }
}

fn compare_lists(path: &str, before: &[Json], after: &[Json], changes: &mut Vec<FactChange>) {
    let keyed = KEYS.iter().find_map(|names| {
        let (before, after) = (keys(before, names)?, keys(after, names)?);
        Some((before, after))
    });
    match keyed {
        Some((before_keys, after_keys)) => {
            let of = |keys: &[String], list: &'_ [Json]| -> BTreeMap<String, Json> {
                keys.iter().cloned().zip(list.iter().cloned()).collect()
            };
            let (was, is) = (of(&before_keys, before), of(&after_keys, after));
            for key in was
                .keys()
                .chain(is.keys().filter(|key| !was.contains_key(*key)))
            {
                let path = format!("{path}[{key}]");
                match (was.get(key), is.get(key)) {
                    (Some(before), Some(after)) => compare_values(&path, before, after, changes),
                    (Some(gone), None) => {
                        changes.push(changed(&path, Change::Removed, gone, &Json::Null));
                    }
                    (None, new) => {
                        let new = new.unwrap_or(&Json::Null);
                        changes.push(changed(&path, Change::Added, &Json::Null, new));
                    }
                }
            }
            compare_order(path, &before_keys, &after_keys, changes);
        }
        None => compare_unnamed(path, before, after, changes),
    }
}

/// Fields by which things in a list are known, the best first: nothing else in the list may
/// have the same.
const KEYS: [&[&str]; 18] = [
    &["id"],
    &["name"],
    &["protocol", "address", "port"],
    &["protocol", "port"],
    &["path"],
    &["mount_point"],
    &["device"],
    &["interface"],
    &["user"],
    &["account"],
    &["key"],
    &["address"],
    &["port"],
    &["host"],
    &["name", "version"],
    &["user", "host"],
    &["file", "name"],
    &["name", "kind"],
];

/// The key of each, when all have one and no two the same.
fn keys(list: &[Json], names: &[&str]) -> Option<Vec<String>> {
    let key = |value: &Json| -> Option<String> {
        let parts = names.iter().map(|name| match value.get(*name)? {
            Json::String(text) => Some(format!("{name}={text}")),
            Json::Number(number) => Some(format!("{name}={number}")),
            _ => None,
        });
        parts
            .collect::<Option<Vec<_>>>()
            .map(|parts| parts.join(","))
    };
    let keys: Vec<String> = list.iter().map(key).collect::<Option<_>>()?;
    let different: BTreeSet<&String> = keys.iter().collect();
    (different.len() == keys.len()).then_some(keys)
}

/// Whether what is in both stands in another order.
fn compare_order(path: &str, before: &[String], after: &[String], changes: &mut Vec<FactChange>) {
    let (was, is): (BTreeSet<&String>, BTreeSet<&String>) =
        (before.iter().collect(), after.iter().collect());
    let before: Vec<&String> = before.iter().filter(|key| is.contains(key)).collect();
    let after: Vec<&String> = after.iter().filter(|key| was.contains(key)).collect();
    if before != after {
        changes.push(FactChange {
            path: path.to_owned(),
            change: Change::Reordered,
            before: serde_json::json!(before),
            after: serde_json::json!(after),
        });
    }
}

/// Things without names are what they are: one that is not the same is another.
fn compare_unnamed(path: &str, before: &[Json], after: &[Json], changes: &mut Vec<FactChange>) {
    let mut counts: BTreeMap<String, (Json, i64)> = BTreeMap::new();
    let mut tell = |list: &[Json], by: i64| -> Vec<String> {
        let mut order = Vec::new();
        for value in list {
            let value = stable(value);
            let text = value.to_string();
            counts.entry(text.clone()).or_insert((value, 0)).1 += by;
            order.push(text);
        }
        order
    };
    let (was, is) = (tell(before, -1), tell(after, 1));
    let mut is_same = true;
    for (value, count) in counts.into_values() {
        for _ in 0..count.abs() {
            is_same = false;
            changes.push(if count > 0 {
                changed(path, Change::Added, &Json::Null, &value)
            } else {
                changed(path, Change::Removed, &value, &Json::Null)
            });
        }
    }
    if is_same && was != is {
        let (before, after) = (Json::from(before.to_vec()), Json::from(after.to_vec()));
        changes.push(changed(path, Change::Reordered, &before, &after));
    }
}

/// A value without what changes by itself.
fn stable(value: &Json) -> Json {
    match value {
        Json::Object(object) => Json::Object(
            object
                .iter()
                .filter(|(name, value)| !is_volatile(name, value))
                .map(|(name, value)| (name.clone(), stable(value)))
                .collect(),
        ),
        Json::Array(list) => Json::Array(list.iter().map(stable).collect()),
        other => other.clone(),
    }
}
