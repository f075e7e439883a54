//! Looking for words, reading only the pages that may have them.

use std::{collections::BTreeSet, ops::Range, sync::Arc};

use arrow_array::{Array, RecordBatch, StringArray};
use jiff::Timestamp;

use super::{Lake, LakeError, search::lower};
use crate::{
    file::{self, FileError, FileReader, PAGE_ROWS, Patterns, StoredEvent, Texts},
    manifest::FileEntry,
    words::{Edges, words_of},
};

/// What is looked for: words that stand together in the text of an event, or in its host,
/// user or addresses, whatever the case of their letters.
#[derive(Debug, Clone, Copy, Default)]
pub struct Find<'a> {
    /// The words.
    pub words: &'a str,
    /// No event before this time.
    pub from: Option<Timestamp>,
    /// No event from this time on.
    pub to: Option<Timestamp>,
}

/// What looking took.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Looked {
    /// Pages there are in the time.
    pub pages: u64,
    /// Pages that were read.
    pub read: u64,
}

/// Columns that are looked at beside the text: the same that the index has.
pub(crate) const BESIDE: [&str; 4] = ["host.name", "user.name", "source.ip", "destination.ip"];

impl Find<'_> {
    fn may_be_in(&self, entry: &FileEntry) -> bool {
        let (first, last) = entry.times;
        self.from.is_none_or(|from| last >= from.as_millisecond())
            && self.to.is_none_or(|to| first <= to.as_millisecond())
    }

    fn has_time(&self, at: Timestamp) -> bool {
        self.from.is_none_or(|from| at >= from) && self.to.is_none_or(|to| at < to)
    }
}

impl Lake {
    /// Gives each event that has these words to `each`, those of files first.
    pub fn find(
        &self,
        find: &Find<'_>,
        each: &mut dyn FnMut(StoredEvent),
    ) -> Result<Looked, LakeError> {
        let needle = find.words.to_lowercase();
        let words = words_of(find.words, Edges::Whole);
        let _reading = self.inner.reading();
        let (files, hot) = self.inner.now()?;
        let mut looked = Looked::default();
        let mut found = |event: StoredEvent| {
            if find.has_time(event.event.at) {
                each(event);
            }
        };
        for entry in files.iter().filter(|entry| find.may_be_in(entry)) {
            let pages = self.inner.index(entry)?.pages_with(&words)?;
            let read = pages.iter().filter(|may| **may).count();
            looked.pages += u64::try_from(pages.len()).unwrap_or(u64::MAX);
            looked.read += u64::try_from(read).unwrap_or(u64::MAX);
            if read > 0 {
                self.find_in(entry, &pages, &needle, &mut found)?;
            }
        }
        for (layout, batch) in hot {
            let mut patterns = Patterns::default();
            let rows = matching(&batch, &mut patterns, &needle)
                .map_err(|source| failed("in memory", source))?;
            for row in rows {
                file::events(&batch.slice(row, 1), &layout, &mut patterns)
                    .into_iter()
                    .for_each(&mut found);
            }
        }
        Ok(looked)
    }

    fn find_in(
        &self,
        entry: &Arc<FileEntry>,
        pages: &[bool],
        needle: &str,
        found: &mut dyn FnMut(StoredEvent),
    ) -> Result<(), LakeError> {
        let reader = self.inner.opened(entry)?;
        let mut patterns = Patterns::default();
        for (page, _) in pages.iter().enumerate().filter(|(_, may)| **may) {
            find_in_page(&reader, page * PAGE_ROWS, &mut patterns, needle, found)
                .map_err(|source| failed(&entry.file_name(), source))?;
        }
        Ok(())
    }
}

/// Gives the events of the page that begins with this row: reads what texts are made of, and
/// all else only of rows that have the needle.
fn find_in_page(
    reader: &FileReader,
    start: usize,
    patterns: &mut Patterns,
    needle: &str,
    found: &mut dyn FnMut(StoredEvent),
) -> Result<(), FileError> {
    let Some(batch) = reader.page_columns(start, &["template"])? else {
        return Ok(());
    };
    let mut columns = BTreeSet::from(BESIDE.map(str::to_owned));
    patterns.columns_of(&batch, &mut columns);
    let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
    let Some(batch) = reader.page_columns(start, &columns)? else {
        return Ok(());
    };
    let rows = matching(&batch, patterns, needle)?;
    if rows.is_empty() {
        return Ok(());
    }
    let ranges: Vec<Range<usize>> = rows.iter().map(|row| *row..row + 1).collect();
    if let Some(batch) = reader.page_rows(start, &ranges, &columns)? {
        file::events(&batch, &reader.layout, patterns)
            .into_iter()
            .for_each(found);
    }
    Ok(())
}

fn failed(file: &str, source: FileError) -> LakeError {
    LakeError::File {
        file: file.to_owned(),
        source,
    }
}

/// The rows of a batch that have the needle.
fn matching(
    batch: &RecordBatch,
    patterns: &mut Patterns,
    needle: &str,
) -> Result<Vec<usize>, FileError> {
    let texts = Texts::of(batch, patterns);
    let beside: Vec<&StringArray> = BESIDE
        .iter()
        .filter_map(|name| batch.column_by_name(name)?.as_any().downcast_ref())
        .collect();
    let finder = memchr::memmem::Finder::new(needle);
    let mut text = Vec::new();
    let mut rows = Vec::new();
    for row in 0..batch.num_rows() {
        texts
            .write(row, patterns, &mut text)
            .ok_or(FileError::Text)?;
        lower(&mut text);
        let is_there = has(&text, &finder, needle)
            || beside.iter().any(|column| {
                column.is_valid(row) && {
                    text.clear();
                    text.extend_from_slice(column.value(row).as_bytes());
                    lower(&mut text);
                    has(&text, &finder, needle)
                }
            });
        if is_there {
            rows.push(row);
        }
    }
    Ok(rows)
}

/// Whether a text in lower case has the needle, between ends of words.
pub(super) fn has(text: &[u8], finder: &memchr::memmem::Finder<'_>, needle: &str) -> bool {
    let length = needle.len();
    finder.find_iter(text).any(|start| {
        let before = start.checked_sub(1).and_then(|before| text.get(before));
        let inner = (text.get(start), text.get(start + length - 1));
        let is_end = |inner: Option<&u8>, outer: Option<&u8>| {
            !(inner.copied().is_some_and(is_word) && outer.copied().is_some_and(is_word))
        };
        length > 0 && is_end(inner.0, before) && is_end(inner.1, text.get(start + length))
    })
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_'
}
