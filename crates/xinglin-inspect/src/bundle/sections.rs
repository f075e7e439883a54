//! What collector scripts write: files of one section each, `{"section", "error", "items"}`.

use std::{cell::RefCell, collections::BTreeMap};

use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};

use crate::subject::Unreadable;

/// The sections of a bundle, and what of them could not be read.
#[derive(Debug, Default)]
pub(crate) struct Sections {
    sections: BTreeMap<String, Json>,
    unreadable: RefCell<Vec<Unreadable>>,
}

impl Sections {
    /// Keeps a document; gives it back when it is none of a section.
    pub(crate) fn take(&mut self, json: Json) -> Result<(), Json> {
        match json.get("section").and_then(Json::as_str) {
            Some(section) => {
                self.sections.insert(section.to_owned(), json);
                Ok(())
            }
            None => Err(json),
        }
    }

    /// Keeps items that came in another form.
    pub(crate) fn insert(&mut self, section: &str, items: &[Json]) {
        let json = json!({"section": section, "items": items});
        self.sections.insert(section.to_owned(), json);
    }

    /// The items of a section. `None` when it is not there, or the collector could not read
    /// it, or one of them is not understood: half a list would be a false fact.
    pub(crate) fn items<T: DeserializeOwned>(&self, section: &str) -> Option<Vec<T>> {
        let json = self.sections.get(section)?;
        if let Some(error) = json.get("error").and_then(Json::as_str) {
            self.note(section, error);
            return None;
        }
        let items = json.get("items").and_then(Json::as_array)?;
        let mut read = Vec::with_capacity(items.len());
        for item in items {
            match T::deserialize(item) {
                Ok(item) => read.push(item),
                Err(error) => {
                    self.note(section, &error.to_string());
                    return None;
                }
            }
        }
        Some(read)
    }

    /// The only item of a section.
    pub(crate) fn item<T: DeserializeOwned>(&self, section: &str) -> Option<T> {
        self.items(section)?.into_iter().next()
    }

    /// Notes that something could not be read.
    pub(crate) fn note(&self, what: &str, why: &str) {
        self.unreadable.borrow_mut().push(Unreadable {
            what: what.to_owned(),
            why: why.to_owned(),
        });
    }

    pub(crate) fn into_unreadable(self) -> Vec<Unreadable> {
        self.unreadable.into_inner()
    }
}
