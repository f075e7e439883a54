//! Codes and names of what rows refer to.

use std::{collections::HashMap, hash::Hash};

use xinglin_core::{DepartmentId, PersonId, PostId, SystemId};
use xinglin_store::{Read, departments, people, posts, systems};

use super::RecordKind;
use crate::AppError;

/// What a text names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Named<Id> {
    /// Exactly one record.
    One(Id),
    /// Several records of the same name.
    Many,
}

/// The records of one kind by code and by name.
#[derive(Debug)]
pub(super) struct Names<Id> {
    by_code: HashMap<String, Id>,
    by_name: HashMap<String, Named<Id>>,
    labels: HashMap<Id, (String, String)>,
}

impl<Id> Default for Names<Id> {
    fn default() -> Self {
        Self {
            by_code: HashMap::new(),
            by_name: HashMap::new(),
            labels: HashMap::new(),
        }
    }
}

impl<Id: Copy + Eq + Hash> Names<Id> {
    /// Adds a record, in place of what had this code or id before.
    pub(super) fn add(&mut self, id: Id, code: &str, name: &str) {
        self.forget(id);
        if let Some(before) = self.by_code.get(&fold(code)).copied() {
            self.forget(before);
        }
        self.by_code.insert(fold(code), id);
        self.by_name
            .entry(fold(name))
            .and_modify(|named| *named = Named::Many)
            .or_insert(Named::One(id));
        self.labels.insert(id, (code.to_owned(), name.to_owned()));
    }

    fn forget(&mut self, id: Id) {
        if let Some((code, name)) = self.labels.remove(&id) {
            self.by_code.remove(&fold(&code));
            let name = fold(&name);
            if self.by_name.get(&name) == Some(&Named::One(id)) {
                self.by_name.remove(&name);
            }
        }
    }

    /// The record of this code, else of this name.
    pub(super) fn find(&self, text: &str) -> Option<Named<Id>> {
        let text = fold(text);
        match self.by_code.get(&text) {
            Some(id) => Some(Named::One(*id)),
            None => self.by_name.get(&text).copied(),
        }
    }

    /// What a sheet says for this record: the name where that finds it again, else the code.
    pub(super) fn label(&self, id: Id) -> String {
        let Some((code, name)) = self.labels.get(&id) else {
            return String::new();
        };
        let is_list = name.contains(['、', ';', '；', '，', ',', '\n', '|']);
        if !is_list && self.find(name) == Some(Named::One(id)) {
            name.clone()
        } else {
            code.clone()
        }
    }
}

/// Full-width letters and signs count as half-width ones, as sheets read codes; blanks do
/// not count.
pub(super) fn fold(text: &str) -> String {
    text.chars()
        .map(|character| match character {
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
            }
            other => other,
        })
        .filter(|character| !character.is_whitespace())
        .collect()
}

/// Everything rows of one kind may refer to.
#[derive(Debug, Default)]
pub(super) struct Lookup {
    pub(super) departments: Names<DepartmentId>,
    /// The department above each department.
    pub(super) parents: HashMap<DepartmentId, Option<DepartmentId>>,
    pub(super) people: Names<PersonId>,
    pub(super) posts: Names<PostId>,
    pub(super) systems: Names<SystemId>,
}

impl Lookup {
    /// Reads what rows of `kind` may refer to.
    pub(super) async fn load<D: Read>(db: &D, kind: RecordKind) -> Result<Self, AppError> {
        let mut lookup = Self::default();
        for department in departments::list(db).await? {
            lookup
                .departments
                .add(department.id, &department.code, &department.name);
            lookup.parents.insert(department.id, department.parent_id);
        }
        if kind != RecordKind::People {
            for person in people::list(db).await? {
                lookup.people.add(person.id, &person.code, &person.name);
            }
        }
        if kind == RecordKind::People {
            for post in posts::list(db).await? {
                lookup.posts.add(post.id, &post.code, &post.name);
            }
        }
        if kind == RecordKind::Assets {
            for system in systems::list(db).await? {
                lookup.systems.add(system.id, &system.code, &system.name);
            }
        }
        Ok(lookup)
    }

    /// Whether `above` lies below `department` already, or is it.
    pub(super) fn is_below(&self, above: DepartmentId, department: DepartmentId) -> bool {
        let mut at = Some(above);
        // No chain is longer than there are departments, even in a damaged database.
        for _ in 0..=self.parents.len() {
            match at {
                Some(id) if id == department => return true,
                Some(id) => at = self.parents.get(&id).copied().flatten(),
                None => return false,
            }
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names() -> Names<DepartmentId> {
        let mut names = Names::default();
        names.add(DepartmentId(1), "D01", "信息科（东院）");
        names.add(DepartmentId(2), "D02", "护理部");
        names.add(DepartmentId(3), "D03", "护理部");
        names.add(DepartmentId(4), "护理部办公室", "办公室、文秘");
        names
    }

    #[test]
    fn a_text_names_a_code_first_then_one_name() {
        let names = names();
        for (text, named) in [
            ("D01", Some(Named::One(DepartmentId(1)))),
            ("Ｄ０１", Some(Named::One(DepartmentId(1)))),
            ("信息科(东院)", Some(Named::One(DepartmentId(1)))),
            ("护理部", Some(Named::Many)),
            ("药剂科", None),
        ] {
            assert_eq!(names.find(text), named, "{text}");
        }
    }

    #[test]
    fn a_label_always_finds_its_record_again() {
        let names = names();
        for id in 1..=4 {
            let label = names.label(DepartmentId(id));
            assert_eq!(
                names.find(&label),
                Some(Named::One(DepartmentId(id))),
                "{label}"
            );
        }
        assert_eq!(names.label(DepartmentId(1)), "信息科（东院）");
        assert_eq!(names.label(DepartmentId(4)), "护理部办公室");
    }

    #[test]
    fn a_renamed_record_is_no_longer_found_by_its_old_name() {
        let mut names = names();
        names.add(DepartmentId(1), "D01", "信息中心");
        assert_eq!(names.find("信息科(东院)"), None);
        names.add(DepartmentId(9), "D01", "信息中心");
        assert_eq!(names.find("信息中心"), Some(Named::One(DepartmentId(9))));
    }
}
