//! Reading the pages of a file that may have what is searched for: first the columns that tests
//! look at, then, for rows that are left, what the caller wants, or their texts.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use arrow_array::RecordBatch;

use super::{
    BESIDE,
    leaves::Leaves,
    mask::{self, OfRows},
    test::{Tests, columns, looks_at_text},
    walk::{Origin, Page, Take, Walk, Window, give, passing},
};
use crate::{
    file::{FileError, FileReader, PAGE_ROWS, Patterns, Texts, TextsAre},
    lake::Inner,
};

/// So many pages are read together, at most; where the first may do, one at first, and twice as
/// many each time.
const MOST_RUN: usize = 16;
/// With their texts so many: those take some 4 MB a page.
const MOST_TEXTS: usize = 4;

/// A file that is walked over.
pub(super) struct OfFile<'w, 'q> {
    pub(super) walk: &'w Walk<'q>,
    pub(super) inner: &'w Inner,
    /// The number of the file.
    pub(super) number: u64,
    pub(super) reader: Arc<FileReader>,
    pub(super) name: Arc<str>,
    /// The first and the last time of each page.
    pub(super) times: Option<Vec<(i64, i64)>>,
    /// What is known of the rows of each page.
    pub(super) known: Vec<OfRows>,
}

impl OfFile<'_, '_> {
    /// How many pages are read together after so many were.
    pub(super) fn next_most(&self, most: usize) -> usize {
        (most * 2).min(self.most_run())
    }

    /// How many pages are read together at most.
    pub(super) fn most_run(&self) -> usize {
        if looks_at_text(&self.walk.query.root) {
            MOST_TEXTS
        } else {
            MOST_RUN
        }
    }

    fn times_of(&self, page: usize) -> Option<(i64, i64)> {
        self.times.as_ref()?.get(page).copied()
    }

    fn is_in(&self, page: usize, window: &Window) -> bool {
        self.times_of(page).is_none_or(|times| window.has(times))
    }

    /// The next pages to be read together, at most so many of one group, and those behind them.
    pub(super) fn run<'p>(
        &self,
        pages: &'p [usize],
        most: usize,
        window: &Window,
    ) -> (Vec<usize>, &'p [usize]) {
        let mut run = Vec::new();
        let mut of_run = None;
        for (place, page) in pages.iter().enumerate() {
            if !self.is_in(*page, window) {
                continue;
            }
            let group = self
                .reader
                .group_of(page * PAGE_ROWS)
                .map(|place| place.group);
            if run.len() == most || of_run.is_some_and(|of_run| of_run != group) {
                return (run, pages.get(place..).unwrap_or_default());
            }
            of_run = Some(group);
            run.push(*page);
        }
        (run, &[])
    }

    /// Gives the rows that pass of these pages, in this order.
    pub(super) fn give(
        &self,
        run: &[usize],
        window: &mut Window,
        take: &mut Take<'_>,
    ) -> Result<(), FileError> {
        let mut rows = self.passing(run, window)?;
        rows.retain(|_, rows| !rows.is_empty());
        if looks_at_text(&self.walk.query.root) {
            return self.give_texts(run, &rows, window, take);
        }
        let pages: Vec<usize> = rows.keys().copied().collect();
        let wanted = self.of_those(self.walk.columns);
        let batches = self.reader.pages(&pages, &wanted, TextsAre::Numbers)?;
        let batches: BTreeMap<usize, RecordBatch> = pages.into_iter().zip(batches).collect();
        for page in run {
            if let (Some(rows), Some(batch), true) =
                (rows.get(page), batches.get(page), self.is_in(*page, window))
            {
                let limit = take(Page {
                    batch,
                    rows,
                    origin: self.origin(*page),
                });
                window.narrow(limit);
            }
        }
        Ok(())
    }

    /// The rows of pages that may pass, as far as columns say.
    fn passing(
        &self,
        run: &[usize],
        window: &Window,
    ) -> Result<BTreeMap<usize, Vec<usize>>, FileError> {
        let is_whole = |page: &usize| {
            let times = self.times_of(*page);
            times.is_some_and(|(first, last)| first >= window.from && last < window.to)
        };
        let all_pass = |page: &usize| self.known.get(*page) == Some(&OfRows::All);
        let mut pages = run.to_vec();
        pages.sort_unstable();
        let (whole, pages): (Vec<usize>, Vec<usize>) = pages
            .into_iter()
            .partition(|page| is_whole(page) && all_pass(page));
        let all = |page| (page, (0..self.reader.rows_of(page)).collect());
        let mut rows: BTreeMap<usize, Vec<usize>> = whole.into_iter().map(all).collect();
        if pages.is_empty() {
            return Ok(rows);
        }
        self.answered(&pages, &is_whole, window, &mut rows)?;
        Ok(rows)
    }

    /// The rows of these pages of one group, of which only some may pass: first by the numbers
    /// of dictionaries, then by columns that those do not answer for.
    fn answered(
        &self,
        pages: &[usize],
        is_whole: &dyn Fn(&usize) -> bool,
        window: &Window,
        rows: &mut BTreeMap<usize, Vec<usize>>,
    ) -> Result<(), FileError> {
        let first = pages.first().map_or(0, |page| page * PAGE_ROWS);
        let Some(place) = self.reader.group_of(first) else {
            return Ok(());
        };
        let leaves = Leaves {
            inner: self.inner,
            reader: &self.reader,
            file: self.number,
            place,
            pages,
        };
        let (mut answers, mut left) = (Vec::new(), Vec::new());
        leaves.answer(&self.walk.query.root, &mut answers, &mut left)?;
        let within = (window.from, window.to);
        let of_page = |place: usize, page: usize, batch: Option<&RecordBatch>| {
            let page = mask::Rows {
                count: self.reader.rows_of(page),
                batch,
                answers: &answers,
                place,
            };
            mask::passing(self.walk.query, &page, within)
        };
        let left = self.of_those(&left);
        let mut wanted: Vec<&str> = left
            .into_iter()
            .filter(|name| self.is_there(name))
            .collect();
        let mut read: Vec<(usize, usize)> = pages.iter().copied().enumerate().collect();
        if wanted.is_empty() {
            // Times are only looked at where there is anything.
            for (place, page) in std::mem::take(&mut read) {
                let passing = of_page(place, page, None);
                if !passing.is_empty() && !is_whole(&page) {
                    read.push((place, page));
                }
                rows.insert(page, passing);
            }
        }
        if !read.iter().all(|(_, page)| is_whole(page)) {
            wanted.push("time");
        }
        if read.is_empty() {
            return Ok(());
        }
        let pages: Vec<usize> = read.iter().map(|(_, page)| *page).collect();
        let batches = self.reader.pages(&pages, &wanted, TextsAre::Numbers)?;
        for ((place, page), batch) in read.into_iter().zip(batches) {
            rows.insert(page, of_page(place, page, Some(&batch)));
        }
        Ok(())
    }

    fn is_there(&self, name: &str) -> bool {
        self.reader.has_column(name)
    }

    /// Those of these columns that are worth reading: pairs only where one of the fields may be
    /// among them.
    fn of_those<'n>(&self, names: &[&'n str]) -> Vec<&'n str> {
        let more = names.iter().any(|name| self.reader.may_have_pair(name));
        let names = names.iter().copied();
        names.filter(|name| more || *name != "more").collect()
    }

    /// Gives those of these rows whose texts pass, too.
    fn give_texts(
        &self,
        run: &[usize],
        rows: &BTreeMap<usize, Vec<usize>>,
        window: &mut Window,
        take: &mut Take<'_>,
    ) -> Result<(), FileError> {
        let pages: Vec<usize> = rows.keys().copied().collect();
        let mut wanted = self.walk.columns.to_vec();
        columns(&self.walk.query.root, &mut wanted);
        let mut all: BTreeSet<String> = BESIDE.map(str::to_owned).into();
        all.extend(wanted.into_iter().map(str::to_owned));
        let mut patterns = Patterns::default();
        for templates in self.reader.pages(&pages, &["template"], TextsAre::Whole)? {
            patterns.columns_of(&templates, &mut all);
        }
        let all: Vec<&str> = all.iter().map(String::as_str).collect();
        let batches = self.reader.pages(&pages, &all, TextsAre::Whole)?;
        let batches: BTreeMap<usize, RecordBatch> = pages.into_iter().zip(batches).collect();
        for page in run {
            if let (Some(rows), Some(batch), true) =
                (rows.get(page), batches.get(page), self.is_in(*page, window))
            {
                let texts = Texts::of(batch, &mut patterns);
                let tests = Tests::new(self.walk.query, batch, texts, &patterns);
                let rows = passing(&tests, window, batch, rows.iter().copied());
                let limit = give(batch, &rows, self.origin(*page), take);
                window.narrow(limit);
            }
        }
        Ok(())
    }

    fn origin(&self, page: usize) -> Origin {
        Origin::File {
            reader: Arc::clone(&self.reader),
            name: Arc::clone(&self.name),
            start: page * PAGE_ROWS,
        }
    }
}
