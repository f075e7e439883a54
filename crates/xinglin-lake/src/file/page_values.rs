//! What files say of pages and names without being read: which pages have one value, or none, in
//! a column, and which fields are among the pairs.

use std::collections::BTreeSet;

use parquet::file::page_index::column_index::ColumnIndexMetaData;

use super::{PAGE_ROWS, Pairs, open::FileReader};

/// Names of pairs that a file tells, at most.
const MOST_NAMES: usize = 256;
/// Values of this length may have been cut in the index of pages.
const CUT: usize = 64;

/// What a page has in a column of texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum OfPage<'a> {
    /// No row has a value.
    Nothing,
    /// Rows with a value have this one; whether all of them have.
    One(&'a str, bool),
    /// Not known, or different ones.
    Any,
}

impl FileReader {
    /// What each page has in a column of texts; nothing where there is no such column.
    pub(crate) fn page_values(&self, name: &str) -> Option<Vec<OfPage<'_>>> {
        if !self.has_column(name) {
            return None;
        }
        let metadata = self.metadata();
        let schema = metadata.file_metadata().schema_descr();
        let leaf = (0..schema.num_columns())
            .find(|leaf| schema.column(*leaf).path().parts() == [name.to_owned()]);
        let mut pages = Vec::new();
        for (place, group) in metadata.row_groups().iter().enumerate() {
            let rows = usize::try_from(group.num_rows()).unwrap_or_default();
            let count = rows.div_ceil(PAGE_ROWS);
            let index = leaf.and_then(|leaf| metadata.column_index()?.get(place)?.get(leaf));
            let index = index.filter(|index| usize::try_from(index.num_pages()) == Ok(count));
            pages.extend((0..count).map(|page| index.map_or(OfPage::Any, |index| of(index, page))));
        }
        Some(pages)
    }
}

fn of(index: &ColumnIndexMetaData, page: usize) -> OfPage<'_> {
    let ColumnIndexMetaData::BYTE_ARRAY(index) = index else {
        return OfPage::Any;
    };
    if index.is_null_page(page) {
        return OfPage::Nothing;
    }
    let value = index.min_value(page).filter(|value| value.len() < CUT);
    let value = value.filter(|value| index.max_value(page) == Some(*value));
    match value.and_then(|value| str::from_utf8(value).ok()) {
        Some(value) => OfPage::One(value, index.null_count(page) == Some(0)),
        None => OfPage::Any,
    }
}

/// Collects the names of the pairs of a file.
#[derive(Debug)]
pub(super) struct PairNames(Option<BTreeSet<String>>);

impl Default for PairNames {
    fn default() -> Self {
        Self(Some(BTreeSet::new()))
    }
}

impl PairNames {
    pub(super) fn add(&mut self, pairs: Pairs<'_>) {
        let Some(known) = &mut self.0 else { return };
        let mut last = "";
        for name in pairs.names() {
            // Events of one kind follow each other, and have the same names.
            if name != last && !known.contains(name) {
                known.insert(name.to_owned());
            }
            last = name;
        }
        if known.len() > MOST_NAMES {
            self.0 = None;
        }
    }

    /// For the file's metadata, unless there are too many.
    pub(super) fn to_json(&self) -> Option<String> {
        serde_json::to_string(self.0.as_ref()?).ok()
    }

    /// From the file's metadata.
    pub(super) fn read(json: Option<&str>) -> Self {
        Self(json.and_then(|json| serde_json::from_str(json).ok()))
    }

    /// Whether there may be pairs of this name.
    pub(super) fn may_have(&self, name: &str) -> bool {
        self.0.as_ref().is_none_or(|known| known.contains(name))
    }
}
