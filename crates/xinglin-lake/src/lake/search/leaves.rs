//! Tests of columns of texts by the numbers of dictionaries alone.

use std::sync::Arc;

use crate::{
    file::{FileError, FileReader, InGroup, Wanted, hash_of},
    lake::{Inner, lock},
    query::{Node, Test},
};

use super::test::looks_at_text;

/// A test of a field that was answered, page by page and row by row.
pub(super) struct Answered<'q> {
    name: &'q str,
    test: &'q Test,
    pages: Vec<Vec<bool>>,
}

impl Answered<'_> {
    /// The answers of one of the pages, where it is this test.
    pub(super) fn of(&self, name: &str, test: &Test, page: usize) -> Option<&[bool]> {
        let is_this = std::ptr::eq(self.test, test) && self.name == name;
        is_this.then(|| self.pages.get(page).map(Vec::as_slice))?
    }
}

/// The pages of a file that tests are made on.
pub(super) struct Leaves<'a> {
    pub(super) inner: &'a Inner,
    pub(super) reader: &'a FileReader,
    /// The number of the file.
    pub(super) file: u64,
    pub(super) place: InGroup,
    /// Ascending, all of that group.
    pub(super) pages: &'a [usize],
}

impl Leaves<'_> {
    /// Answers those tests that numbers answer. The others need the columns.
    pub(super) fn answer<'q>(
        &self,
        node: &'q Node,
        into: &mut Vec<Answered<'q>>,
        left: &mut Vec<&'q str>,
    ) -> Result<(), FileError> {
        match node {
            Node::All(parts) | Node::Any(parts) => {
                for part in parts {
                    self.answer(part, into, left)?;
                }
            }
            Node::Not(node) => self.answer(node, into, left)?,
            Node::Field(name, test) if !looks_at_text(node) => match self.one(name, test)? {
                Some(pages) => into.push(Answered { name, test, pages }),
                None => left.extend([name.as_str(), "more"]),
            },
            Node::Field(..) | Node::Text(_) => {}
        }
        Ok(())
    }

    fn one(&self, name: &str, test: &Test) -> Result<Option<Vec<Vec<bool>>>, FileError> {
        if self.reader.may_have_pair(name) {
            return Ok(None);
        }
        let Some(leaf) = self.reader.numbered(name, self.place.group) else {
            return Ok(None);
        };
        let Some(wanted) = self.wanted(leaf, test)? else {
            return Ok(None);
        };
        self.reader.rows_with(self.place, self.pages, leaf, &wanted)
    }

    /// The values of a column that pass.
    fn wanted(&self, leaf: usize, test: &Test) -> Result<Option<Wanted>, FileError> {
        let read = || self.reader.dictionary(self.place.group, leaf);
        let Test::Is(value) = test else {
            let Some(dictionary) = read()? else {
                return Ok(None);
            };
            let passes = |value: &[u8]| test.passes(&String::from_utf8_lossy(value));
            return Ok(Some(Wanted::of(dictionary.values().map(passes))));
        };
        let key = (self.file, self.place.group, leaf);
        let known = lock(&self.inner.values).get(key);
        let hashes = if let Some(hashes) = known {
            hashes
        } else {
            let Some(dictionary) = read()? else {
                return Ok(None);
            };
            let hashes = Arc::new(dictionary.hashes(&self.inner.hasher));
            let bytes = hashes.len() * size_of::<u64>();
            lock(&self.inner.values).keep(key, &hashes, bytes);
            hashes
        };
        let wanted = hash_of(value.as_bytes(), &self.inner.hasher, &mut Vec::new());
        Ok(Some(Wanted::of(hashes.iter().map(|hash| *hash == wanted))))
    }
}
