//! What changed from one document of facts to the next.
//!
//! Merge patches (RFC 7386) cannot say that something became `null`, and in facts `null`
//! means *not known*; so changes are listed. Of a list that changed, only the middle that
//! differs is sent: one package more among hundreds is one package.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use thiserror::Error;
use xinglin_ledger::{Digest, canonical_json};

/// Deeper than any document of facts; what is deeper is replaced as a whole.
const MAX_DEPTH: usize = 32;

/// One change of a document.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case", deny_unknown_fields)]
pub enum Change {
    /// The field at this place has this value now.
    Set {
        /// Names of fields, from the outermost; none is the document.
        at: Vec<String>,
        /// The value.
        value: Value,
    },
    /// The field at this place is gone.
    Remove {
        /// Names of fields, from the outermost.
        at: Vec<String>,
    },
    /// A run of a list's items was replaced.
    Splice {
        /// The list.
        at: Vec<String>,
        /// The first item that goes.
        from: usize,
        /// How many go.
        removed: usize,
        /// What comes in their place.
        inserted: Vec<Value>,
    },
}

/// Changes that do not fit the document.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum DifferenceError {
    /// There is no such field, or it is not of the kind that can be changed so.
    #[error("'{at}' is not there to be changed")]
    NoSuchPlace {
        /// The place, with dots.
        at: String,
    },
    /// The list is shorter.
    #[error("'{at}' has no items {from} to {to}")]
    NoSuchItems {
        /// The list, with dots.
        at: String,
        /// The first item.
        from: usize,
        /// Behind the last.
        to: usize,
    },
}

/// The digest of a document: of its canonical text, so that the order of fields is nothing.
pub fn digest(document: &Value) -> Digest {
    Digest::of(canonical_json(document).as_bytes())
}

/// The changes that make `new` out of `old`.
pub fn difference(old: &Value, new: &Value) -> Vec<Change> {
    let mut changes = Vec::new();
    compare(old, new, &mut Vec::new(), &mut changes);
    changes
}

fn compare(old: &Value, new: &Value, at: &mut Vec<String>, changes: &mut Vec<Change>) {
    if old == new {
        return;
    }
    match (old, new) {
        (Value::Object(old), Value::Object(new)) if at.len() < MAX_DEPTH => {
            compare_fields(old, new, at, changes);
        }
        (Value::Array(old), Value::Array(new)) => changes.push(splice(old, new, at)),
        _ => changes.push(Change::Set {
            at: at.clone(),
            value: new.clone(),
        }),
    }
}

fn compare_fields(
    old: &Map<String, Value>,
    new: &Map<String, Value>,
    at: &mut Vec<String>,
    changes: &mut Vec<Change>,
) {
    for name in old.keys().filter(|name| !new.contains_key(*name)) {
        let mut at = at.clone();
        at.push(name.clone());
        changes.push(Change::Remove { at });
    }
    for (name, value) in new {
        at.push(name.clone());
        match old.get(name) {
            Some(old) => compare(old, value, at, changes),
            None => changes.push(Change::Set {
                at: at.clone(),
                value: value.clone(),
            }),
        }
        at.pop();
    }
}

fn splice(old: &[Value], new: &[Value], at: &[String]) -> Change {
    let equal = |(old, new): &(&Value, &Value)| old == new;
    let from = old.iter().zip(new).take_while(equal).count();
    let shorter = old.len().min(new.len()) - from;
    let backwards = old.iter().rev().zip(new.iter().rev());
    let after = backwards.take(shorter).take_while(equal).count();
    let inserted = new.iter().take(new.len() - after).skip(from);
    Change::Splice {
        at: at.to_vec(),
        from,
        removed: old.len() - after - from,
        inserted: inserted.cloned().collect(),
    }
}

/// The document that `changes` make out of `document`.
///
/// # Errors
/// When they are not changes of this document.
pub fn apply(mut document: Value, changes: Vec<Change>) -> Result<Value, DifferenceError> {
    for change in changes {
        let (Change::Set { at, .. } | Change::Remove { at } | Change::Splice { at, .. }) = &change;
        if at.len() > MAX_DEPTH {
            return Err(no_such_place(at));
        }
        match change {
            Change::Set { at, value } => set(&mut document, &at, value)?,
            Change::Remove { at } => remove(&mut document, &at)?,
            Change::Splice {
                at,
                from,
                removed,
                inserted,
            } => {
                let Some(Value::Array(items)) = find(&mut document, &at) else {
                    return Err(no_such_place(&at));
                };
                let to = from.saturating_add(removed);
                if to > items.len() {
                    let at = at.join(".");
                    return Err(DifferenceError::NoSuchItems { at, from, to });
                }
                drop(items.splice(from..to, inserted));
            }
        }
    }
    Ok(document)
}

fn set(document: &mut Value, at: &[String], value: Value) -> Result<(), DifferenceError> {
    let Some((name, above)) = at.split_last() else {
        *document = value;
        return Ok(());
    };
    let Some(Value::Object(fields)) = find(document, above) else {
        return Err(no_such_place(at));
    };
    fields.insert(name.clone(), value);
    Ok(())
}

fn remove(document: &mut Value, at: &[String]) -> Result<(), DifferenceError> {
    let (name, above) = at.split_last().ok_or_else(|| no_such_place(at))?;
    let fields = find(document, above).and_then(Value::as_object_mut);
    let removed = fields.and_then(|fields| fields.remove(name));
    removed.map(drop).ok_or_else(|| no_such_place(at))
}

fn find<'a>(document: &'a mut Value, at: &[String]) -> Option<&'a mut Value> {
    at.iter()
        .try_fold(document, |value, name| value.as_object_mut()?.get_mut(name))
}

fn no_such_place(at: &[String]) -> DifferenceError {
    DifferenceError::NoSuchPlace { at: at.join(".") }
}
