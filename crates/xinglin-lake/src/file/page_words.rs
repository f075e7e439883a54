//! The words of the rows of a file, page by page.

use std::ops::Range;

use arrow_array::{Array, RecordBatch, StringArray};

use super::{
    PAGE_ROWS,
    open::FileError,
    texts::{Patterns, Texts},
};
use crate::{
    lake::BESIDE,
    template::Template,
    words::{Edges, FilterBuilder, Fixed, split},
};

/// Collects the words of rows.
#[derive(Default)]
pub(super) struct PageWords {
    filters: FilterBuilder,
    patterns: Patterns,
    /// What texts have in common, by the numbers of their templates.
    common: Vec<Option<Common>>,
    /// The template whose words the page has.
    last: Option<u32>,
    text: Vec<u8>,
    places: Vec<Range<usize>>,
    /// The text of the row before, where it has the same template, and its parts that have words
    /// of their own: most of them come again.
    text_before: Vec<u8>,
    parts_before: Vec<Range<usize>>,
    parts: Vec<Range<usize>>,
    /// Rows of the page that is not full.
    rows: usize,
}

#[derive(Default)]
struct Common {
    fixed: Fixed,
    /// Which columns of [`BESIDE`] stand in the text, so that their words are words of it.
    stands: [bool; BESIDE.len()],
}

impl Common {
    fn of(template: &Template, patterns: &Patterns) -> Self {
        let fixed = Fixed::of(template.literals());
        let fields = template
            .fields()
            .map(|(place, column)| (place, patterns.name(column)));
        let apart: Vec<&str> = fields
            .filter(|(place, _)| fixed.is_apart(*place))
            .map(|(_, name)| name)
            .collect();
        Self {
            stands: BESIDE.map(|name| apart.contains(&name)),
            fixed,
        }
    }
}

impl PageWords {
    /// Adds the rows of a batch; how long their texts are together.
    pub(super) fn add(&mut self, batch: &RecordBatch) -> Result<u64, FileError> {
        let texts = Texts::of(batch, &mut self.patterns);
        // Values that do not stand in the text are searched too.
        let beside = BESIDE.map(|name| -> Option<&StringArray> {
            batch.column_by_name(name)?.as_any().downcast_ref()
        });
        let mut before = [""; BESIDE.len()];
        let mut length = 0;
        for row in 0..batch.num_rows() {
            std::mem::swap(&mut self.text, &mut self.text_before);
            let (text, places) = (&mut self.text, &mut self.places);
            let template = texts.write_marked(row, &self.patterns, text, places)?;
            length += u64::try_from(self.text.len()).unwrap_or_default();
            let stands = self.text(template)?;
            for ((column, before), stands) in beside.iter().zip(&mut before).zip(stands) {
                let column = column.filter(|column| !stands && column.is_valid(row));
                let value = column.map_or("", |column| column.value(row));
                if value != *before {
                    *before = value;
                    split(value, Edges::Whole, &mut |word| self.filters.add(word));
                }
            }
            self.rows += 1;
            if self.rows == PAGE_ROWS {
                self.end_page();
                before = [""; BESIDE.len()];
            }
        }
        Ok(length)
    }

    /// Adds the words of the text; which columns stand in it.
    fn text(&mut self, template: Option<u32>) -> Result<[bool; BESIDE.len()], FileError> {
        let text = str::from_utf8(&self.text).map_err(|_| FileError::Text)?;
        let filters = &mut self.filters;
        let Some(number) = template else {
            split(text, Edges::Whole, &mut |word| filters.add(word));
            self.last = None;
            return Ok([false; BESIDE.len()]);
        };
        let place = usize::try_from(number).unwrap_or(usize::MAX);
        if self.common.len() <= place {
            self.common.resize_with(place + 1, || None);
        }
        let common = self.common.get_mut(place).ok_or(FileError::Text)?;
        let patterns = &self.patterns;
        let common = common.get_or_insert_with(|| {
            let template = patterns.template(number);
            template.map_or_else(Common::default, |template| Common::of(template, patterns))
        });
        if self.last != Some(number) {
            self.last = Some(number);
            self.parts_before.clear();
            common
                .fixed
                .words()
                .iter()
                .for_each(|word| filters.add(*word));
        }
        self.parts.clear();
        let parts = &mut self.parts;
        let each = &mut |part: Range<usize>| parts.push(part);
        common.fixed.windows(text.len(), &self.places, each);
        for (place, part) in self.parts.iter().enumerate() {
            let before = self.parts_before.get(place);
            let before = before.and_then(|part| self.text_before.get(part.clone()));
            let part = text.get(part.clone()).unwrap_or_default();
            if before != Some(part.as_bytes()) {
                split(part, Edges::Whole, &mut |word| filters.add(word));
            }
        }
        std::mem::swap(&mut self.parts, &mut self.parts_before);
        Ok(common.stands)
    }

    fn end_page(&mut self) {
        self.filters.end_page();
        self.rows = 0;
        self.last = None;
    }

    /// The filters of all pages as they are written.
    pub(super) fn finish(&mut self) -> Vec<u8> {
        if self.rows > 0 {
            self.end_page();
        }
        self.filters.finish()
    }
}
