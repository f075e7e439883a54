//! Reading pages as rows of the table.

use std::{collections::BTreeSet, fmt, sync::Arc};

use arrow_array::{ArrayRef, RecordBatch, RecordBatchOptions, new_null_array};
use arrow_schema::SchemaRef;
use datafusion::{
    common::{DataFusionError, Result},
    execution::{SendableRecordBatchStream, TaskContext},
    physical_plan::{stream::RecordBatchStreamAdapter, streaming::PartitionStream},
};

use super::{prune::Pruning, table::Snapshot};
use crate::{
    file::{self, FileError, FileReader, Layout, PAGE_ROWS, Patterns},
    lake::LakeError,
    manifest::FileEntry,
};

/// Pages that may have what is asked for, in the order they are read.
pub(super) struct Pages {
    snapshot: Arc<Snapshot>,
    /// The columns that are asked for.
    schema: SchemaRef,
    list: Arc<[Page]>,
}

#[derive(Clone)]
enum Page {
    /// Of a file.
    File {
        entry: Arc<FileEntry>,
        /// The file itself, where it is held open.
        held: Option<Arc<FileReader>>,
        start: usize,
        rows: usize,
    },
    /// Of the events in memory.
    Hot {
        part: usize,
        start: usize,
        rows: usize,
    },
}

pub(super) fn external(error: LakeError) -> DataFusionError {
    DataFusionError::External(Box::new(error))
}

impl Pages {
    pub(super) fn of(
        snapshot: &Arc<Snapshot>,
        schema: &SchemaRef,
        pruning: &Pruning,
    ) -> Result<Self> {
        let mut pages = Vec::new();
        let may = pruning.files(&snapshot.files)?;
        for (entry, _) in snapshot.files.iter().zip(may).filter(|(_, may)| *may) {
            let reader = snapshot.inner.opened(entry).map_err(external)?;
            let may = pruning.pages(&snapshot.inner, entry, &reader, &snapshot.layout)?;
            for (page, _) in may.iter().enumerate().filter(|(_, may)| **may) {
                let start = page * PAGE_ROWS;
                let rows = PAGE_ROWS.min(reader.rows() - start);
                pages.push(Page::File {
                    entry: Arc::clone(entry),
                    held: snapshot.holds_files.then(|| Arc::clone(&reader)),
                    start,
                    rows,
                });
            }
        }
        for (part, (_, batch)) in snapshot.hot.iter().enumerate() {
            for start in (0..batch.num_rows()).step_by(PAGE_ROWS) {
                let rows = PAGE_ROWS.min(batch.num_rows() - start);
                pages.push(Page::Hot { part, start, rows });
            }
        }
        Ok(Self {
            snapshot: Arc::clone(snapshot),
            schema: Arc::clone(schema),
            list: pages.into(),
        })
    }
}

impl fmt::Debug for Pages {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} pages", self.list.len())
    }
}

impl PartitionStream for Pages {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _context: Arc<TaskContext>) -> SendableRecordBatchStream {
        let reading = Reading {
            snapshot: Arc::clone(&self.snapshot),
            schema: Arc::clone(&self.schema),
            open: None,
            patterns: Patterns::default(),
        };
        let pages = Arc::clone(&self.list);
        let batches = futures_util::stream::unfold((reading, 0), move |(mut reading, next)| {
            let page = pages.get(next).cloned();
            async move {
                let page = page?;
                // Reading blocks: between pages others have their turn, such as who cancels.
                tokio::task::yield_now().await;
                let batch = reading.page(&page);
                Some((batch, (reading, next + 1)))
            }
        });
        let schema = Arc::clone(&self.schema);
        Box::pin(RecordBatchStreamAdapter::new(schema, batches))
    }
}

struct Reading {
    snapshot: Arc<Snapshot>,
    schema: SchemaRef,
    /// The file that was read last, and its number.
    open: Option<(u64, Arc<FileReader>)>,
    patterns: Patterns,
}

impl Reading {
    fn page(&mut self, page: &Page) -> Result<RecordBatch> {
        match page {
            Page::File {
                entry,
                held,
                start,
                rows,
            } => {
                if self.schema.fields().is_empty() {
                    return self.counted(*rows);
                }
                let reader = match held {
                    Some(reader) => Arc::clone(reader),
                    None => self.reader(entry).map_err(external)?,
                };
                let batch = self.file_page(&reader, *start).map_err(|source| {
                    let file = entry.file_name();
                    external(LakeError::File { file, source })
                })?;
                Ok(batch)
            }
            Page::Hot { part, start, rows } => {
                if self.schema.fields().is_empty() {
                    return self.counted(*rows);
                }
                let snapshot = Arc::clone(&self.snapshot);
                let Some((layout, batch)) = snapshot.hot.get(*part) else {
                    return self.counted(0);
                };
                let batch = batch.slice(*start, *rows);
                self.rows(&batch, layout).map_err(|source| {
                    let file = "in memory".to_owned();
                    external(LakeError::File { file, source })
                })
            }
        }
    }

    /// Rows of which nothing is asked but how many there are.
    fn counted(&self, rows: usize) -> Result<RecordBatch> {
        let options = RecordBatchOptions::new().with_row_count(Some(rows));
        let schema = Arc::clone(&self.schema);
        Ok(RecordBatch::try_new_with_options(schema, vec![], &options)?)
    }

    fn reader(&mut self, entry: &FileEntry) -> Result<Arc<FileReader>, LakeError> {
        if let Some((number, reader)) = &self.open
            && *number == entry.number
        {
            return Ok(Arc::clone(reader));
        }
        let reader = self.snapshot.inner.opened(entry)?;
        self.open = Some((entry.number, Arc::clone(&reader)));
        Ok(reader)
    }

    fn file_page(&mut self, reader: &FileReader, start: usize) -> Result<RecordBatch, FileError> {
        let own = &reader.layout;
        let table = &self.snapshot.layout;
        let mut columns = BTreeSet::new();
        for field in self.schema.fields() {
            let name = field.name();
            match name.as_str() {
                "text" => {
                    if let Some(batch) = reader.page_columns(start, &["template"])? {
                        self.patterns.columns_of(&batch, &mut columns);
                    }
                }
                "more" => {
                    // Values of another kind than the table's column are pairs here.
                    let others = own.fields.iter();
                    let others =
                        others.filter(|(name, kind)| table.fields.get(*name) != Some(*kind));
                    columns.extend(others.map(|(name, _)| name.clone()));
                    columns.insert(name.clone());
                }
                _ => {
                    if table.fields.contains_key(name) && own.pairs {
                        columns.insert("more".to_owned());
                    }
                    columns.insert(name.clone());
                }
            }
        }
        let columns: Vec<&str> = columns.iter().map(String::as_str).collect();
        let batch = reader.page_columns(start, &columns)?;
        self.rows(&batch.ok_or(FileError::Format)?, own)
    }

    /// Rows that have the layout `own` as rows of the table.
    fn rows(&mut self, batch: &RecordBatch, own: &Layout) -> Result<RecordBatch, FileError> {
        let table = &self.snapshot.layout;
        let mut columns: Vec<ArrayRef> = Vec::new();
        for field in self.schema.fields() {
            let name = field.name();
            let kind = table.fields.get(name);
            columns.push(match name.as_str() {
                "text" => file::rendered(batch, &mut self.patterns)?,
                "more" => table.pairs_of(batch, own)?,
                _ => match (kind, own.fields.get(name)) {
                    (Some(kind), found) => {
                        let column = batch.column_by_name(name).filter(|_| found == Some(kind));
                        file::with_pairs(column, batch, name, *kind)?
                    }
                    (None, _) => batch.column_by_name(name).map_or_else(
                        || new_null_array(field.data_type(), batch.num_rows()),
                        Arc::clone,
                    ),
                },
            });
        }
        let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        let schema = Arc::clone(&self.schema);
        Ok(RecordBatch::try_new_with_options(
            schema, columns, &options,
        )?)
    }
}
