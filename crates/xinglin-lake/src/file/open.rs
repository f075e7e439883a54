//! Reading files of events.

use std::{collections::BTreeSet, io, ops::Range, sync::Arc};

use arrow_array::RecordBatch;
use arrow_schema::{ArrowError, DataType, Field as ArrowField, Schema};
use bytes::Bytes;
use parquet::{
    arrow::{
        ProjectionMask,
        arrow_reader::{
            ArrowReaderMetadata, ArrowReaderOptions, ParquetRecordBatchReader,
            ParquetRecordBatchReaderBuilder, RowSelection,
        },
        parquet_to_arrow_field_levels,
    },
    errors::ParquetError,
    file::{
        metadata::{PageIndexPolicy, ParquetMetaData},
        page_index::column_index::ColumnIndexMetaData,
        reader::{ChunkReader, Length},
    },
};
use thiserror::Error;

use super::{
    COLUMNS_KEY, FORMAT, FORMAT_KEY, PAGE_ROWS, PAIRS_KEY, layout::Layout, packed::OneGroup,
    page_values::PairNames,
};
use crate::disk::Stored;

/// Why a file of events cannot be read or written.
#[derive(Debug, Error)]
pub enum FileError {
    /// The disk says no.
    #[error("the disk failed")]
    Disk(#[from] io::Error),
    /// It is no Parquet, or not whole.
    #[error("the file is no whole Parquet file")]
    Parquet(#[from] ParquetError),
    /// Its columns do not belong together.
    #[error("the columns of the file do not fit")]
    Columns(#[from] ArrowError),
    /// It is of another program, or of a later version of this one.
    #[error("the file is not of a format that this program knows")]
    Format,
    /// A text could not be rendered from what was written.
    #[error("the text of a row cannot be rendered")]
    Text,
}

/// A stored file as Parquet is read from it.
#[derive(Clone)]
pub(crate) struct Source(pub(crate) Arc<dyn Stored>);

/// Reads on from a place.
pub(crate) struct SourceRead {
    stored: Arc<dyn Stored>,
    place: u64,
}

impl io::Read for SourceRead {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let left = self.stored.length().saturating_sub(self.place);
        let count = into.len().min(usize::try_from(left).unwrap_or(usize::MAX));
        let Some(into) = into.get_mut(..count) else {
            return Ok(0);
        };
        self.stored.read_at(self.place, into)?;
        self.place += u64::try_from(count).unwrap_or_default();
        Ok(count)
    }
}

impl Length for Source {
    fn len(&self) -> u64 {
        self.0.length()
    }
}

impl ChunkReader for Source {
    type T = io::BufReader<SourceRead>;

    fn get_read(&self, start: u64) -> Result<Self::T, ParquetError> {
        Ok(io::BufReader::new(SourceRead {
            stored: Arc::clone(&self.0),
            place: start,
        }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes, ParquetError> {
        let end = start.checked_add(u64::try_from(length)?);
        if end.is_none_or(|end| end > self.0.length()) {
            return Err(ParquetError::EOF("the file ends before its pages".into()));
        }
        let mut bytes = vec![0; length];
        self.0.read_at(start, &mut bytes)?;
        Ok(bytes.into())
    }
}

/// How texts of columns are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TextsAre {
    /// Each row has its own.
    Whole,
    /// By the numbers of a dictionary.
    Numbers,
}

/// Where a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct InGroup {
    /// The number of its group.
    pub(crate) group: usize,
    /// The first row of that.
    pub(super) first: usize,
    /// How many rows that has.
    rows: usize,
}

/// A file that is open.
pub(crate) struct FileReader {
    pub(super) source: Source,
    metadata: ArrowReaderMetadata,
    /// The same, with all columns of texts by the numbers of dictionaries.
    keyed: ArrowReaderMetadata,
    pub(crate) layout: Layout,
    pair_names: PairNames,
}

impl FileReader {
    /// Opens a file and reads what it says of itself.
    pub(crate) fn open(stored: Arc<dyn Stored>) -> Result<Self, FileError> {
        let source = Source(stored);
        let options =
            || ArrowReaderOptions::new().with_page_index_policy(PageIndexPolicy::Optional);
        let metadata =
            ArrowReaderMetadata::load(&source, options().with_skip_arrow_metadata(true))?;
        let said = |key: &str| {
            let pairs = metadata.metadata().file_metadata().key_value_metadata()?;
            pairs.iter().find(|pair| pair.key == key)?.value.clone()
        };
        if said(FORMAT_KEY).as_deref() != Some(FORMAT) {
            return Err(FileError::Format);
        }
        let pair_names = said(PAIRS_KEY);
        let columns = said(COLUMNS_KEY).ok_or(FileError::Format)?;
        let layout = Layout::read(&columns, metadata.schema()).ok_or(FileError::Format)?;
        let by_numbers = |is_keyed: &dyn Fn(&ArrowField) -> bool| {
            let fields = metadata.schema().fields().iter().map(|field| {
                if is_keyed(field) {
                    let keyed = DataType::Dictionary(DataType::Int32.into(), DataType::Utf8.into());
                    Arc::new(ArrowField::new(field.name(), keyed, field.is_nullable()))
                } else {
                    Arc::clone(field)
                }
            });
            let schema = Arc::new(Schema::new(fields.collect::<Vec<_>>()));
            let parquet = Arc::clone(metadata.metadata());
            ArrowReaderMetadata::try_new(parquet, options().with_schema(schema))
        };
        let keyed = by_numbers(&|field| *field.data_type() == DataType::Utf8)?;
        // Patterns repeat: read by their numbers, each is parsed once.
        let metadata = by_numbers(&|field| field.name() == "template")?;
        Ok(Self {
            source,
            metadata,
            keyed,
            layout,
            pair_names: PairNames::read(pair_names.as_deref()),
        })
    }

    /// What the file says of itself.
    pub(crate) fn metadata(&self) -> &ParquetMetaData {
        self.metadata.metadata()
    }

    pub(super) fn parquet(&self) -> Arc<ParquetMetaData> {
        Arc::clone(self.metadata.metadata())
    }

    /// Its columns as Arrow has them.
    #[cfg(feature = "sql")]
    pub(crate) fn schema(&self) -> &Schema {
        self.metadata.schema()
    }

    /// What it takes in memory, about.
    pub(crate) fn size(&self) -> usize {
        self.metadata().memory_size()
    }

    /// How many rows it has.
    pub(crate) fn rows(&self) -> usize {
        let rows = self.metadata().file_metadata().num_rows();
        usize::try_from(rows).unwrap_or_default()
    }

    /// How many rows a page has.
    pub(crate) fn rows_of(&self, page: usize) -> usize {
        let place = self.group_of(page * PAGE_ROWS);
        let end = place.map_or(0, |place| place.first + place.rows);
        end.saturating_sub(page * PAGE_ROWS).min(PAGE_ROWS)
    }

    /// Whether any row may have a pair of this name.
    pub(crate) fn may_have_pair(&self, name: &str) -> bool {
        self.layout.pairs && self.pair_names.may_have(name)
    }

    /// Whether it has a column of this name.
    pub(crate) fn has_column(&self, name: &str) -> bool {
        self.metadata.schema().column_with_name(name).is_some()
    }

    /// The first and the last time of each page, in milliseconds since 1970, where the file
    /// says it of pages as they are cut here.
    pub(crate) fn page_times(&self) -> Option<Vec<(i64, i64)>> {
        let metadata = self.metadata();
        let schema = metadata.file_metadata().schema_descr();
        let leaf = (0..schema.num_columns()).find(|leaf| schema.column(*leaf).name() == "time")?;
        let mut times = Vec::new();
        for (group, index) in metadata.row_groups().iter().zip(metadata.column_index()?) {
            let ColumnIndexMetaData::INT64(index) = index.get(leaf)? else {
                return None;
            };
            let pages = usize::try_from(index.num_pages()).ok()?;
            let rows = usize::try_from(group.num_rows()).ok()?;
            if rows.div_ceil(PAGE_ROWS) != pages {
                return None;
            }
            for page in 0..pages {
                times.push((*index.min_value(page)?, *index.max_value(page)?));
            }
        }
        Some(times)
    }

    /// The rows of a page from `start` on, at most `most`; nothing behind the last. What
    /// reading takes in memory is given back at once.
    pub(crate) fn page(&self, start: usize, most: usize) -> Result<Option<RecordBatch>, FileError> {
        self.read_page(start, most, ProjectionMask::all())
    }

    /// Only these columns of a page.
    #[cfg(feature = "sql")]
    pub(crate) fn page_columns(
        &self,
        start: usize,
        columns: &[&str],
    ) -> Result<Option<RecordBatch>, FileError> {
        self.read_page(start, PAGE_ROWS, self.mask(columns))
    }

    /// Only these rows, ascending and of one group: these columns of them, and where it is said
    /// so, all others that have a value on their pages.
    pub(crate) fn read_rows(
        &self,
        rows: &[usize],
        columns: &[&str],
        and_filled: bool,
    ) -> Result<Option<RecordBatch>, FileError> {
        let Some(place) = rows.first().and_then(|row| self.group_of(*row)) else {
            return Ok(None);
        };
        let pages: BTreeSet<usize> = rows
            .iter()
            .map(|row| row.saturating_sub(place.first) / PAGE_ROWS)
            .collect();
        let schema = self.metadata.parquet_schema();
        let filled: BTreeSet<&str> = if and_filled {
            let leaves = (0..schema.num_columns()).filter(|leaf| {
                pages
                    .iter()
                    .any(|page| self.is_filled(place.group, *leaf, *page))
            });
            let of_leaf =
                |leaf: usize| Some(schema.columns().get(leaf)?.path().parts().first()?.as_str());
            leaves.filter_map(of_leaf).collect()
        } else {
            BTreeSet::new()
        };
        let roots = schema.root_schema().get_fields().iter().enumerate();
        let wanted = roots
            .filter(|(_, field)| filled.contains(field.name()) || columns.contains(&field.name()));
        let mask = ProjectionMask::roots(schema, wanted.map(|(place, _)| place));
        let ranges = rows.iter().map(|row| {
            let row = row.saturating_sub(place.first).min(place.rows);
            row..(row + 1).min(place.rows)
        });
        let mut batches = self.of_group(place, ranges, rows.len(), &self.metadata, mask)?;
        Ok(batches.next().transpose()?)
    }

    /// Whether a leaf may have values on a page of a group. Slots do not say; rows that need
    /// theirs name them.
    fn is_filled(&self, group: usize, leaf: usize, page: usize) -> bool {
        let metadata = self.metadata();
        let index = metadata
            .column_index()
            .and_then(|index| index.get(group)?.get(leaf));
        match index {
            None => true,
            Some(ColumnIndexMetaData::NONE) => {
                let leaf = metadata.file_metadata().schema_descr().column(leaf);
                !leaf.name().starts_with(['#', '$'])
            }
            Some(index) => {
                let is_told = u64::try_from(page).is_ok_and(|page| page < index.num_pages());
                !(is_told && index.is_null_page(page))
            }
        }
    }

    fn read_page(
        &self,
        start: usize,
        most: usize,
        mask: ProjectionMask,
    ) -> Result<Option<RecordBatch>, FileError> {
        let Some(place) = self.group_of(start) else {
            return Ok(None);
        };
        let skip = start - place.first;
        let most = most
            .min(PAGE_ROWS - skip % PAGE_ROWS)
            .min(place.rows - skip);
        let range = std::iter::once(skip..skip + most);
        let mut batches = self.of_group(place, range, most, &self.metadata, mask)?;
        Ok(batches.next().transpose()?)
    }

    /// Reads rows of a group, counted from its first, in batches of `most`.
    fn of_group(
        &self,
        place: InGroup,
        rows: impl Iterator<Item = Range<usize>>,
        most: usize,
        metadata: &ArrowReaderMetadata,
        mask: ProjectionMask,
    ) -> Result<ParquetRecordBatchReader, FileError> {
        let selection = RowSelection::from_consecutive_ranges(rows, place.rows);
        let group = OneGroup {
            source: self.source.clone(),
            metadata: self.parquet(),
            group: place.group,
        };
        let fields = metadata.schema().fields();
        let levels = parquet_to_arrow_field_levels(metadata.parquet_schema(), mask, Some(fields))?;
        Ok(ParquetRecordBatchReader::try_new_with_row_groups(
            &levels,
            &group,
            most,
            Some(selection),
        )?)
    }

    /// The group that has a row.
    pub(crate) fn group_of(&self, row: usize) -> Option<InGroup> {
        let mut first = 0;
        for (group, metadata) in self.metadata().row_groups().iter().enumerate() {
            let rows = usize::try_from(metadata.num_rows()).unwrap_or_default();
            if (first..first + rows).contains(&row) {
                return Some(InGroup { group, first, rows });
            }
            first += rows;
        }
        None
    }

    /// Whole pages of one group, by their numbers, ascending: only these columns. Dictionaries
    /// are read once for all pages.
    pub(crate) fn pages(
        &self,
        pages: &[usize],
        columns: &[&str],
        texts: TextsAre,
    ) -> Result<Vec<RecordBatch>, FileError> {
        let place = pages
            .first()
            .and_then(|page| self.group_of(page * PAGE_ROWS));
        let Some(place) = place else {
            return Ok(Vec::new());
        };
        let ranges = pages.iter().map(|page| {
            let start = (page * PAGE_ROWS)
                .saturating_sub(place.first)
                .min(place.rows);
            start..(start + PAGE_ROWS).min(place.rows)
        });
        // Without any column nobody could say how many rows there are.
        let is_there = columns.iter().any(|name| self.has_column(name));
        let columns = if is_there { columns } else { &["time"] };
        let metadata = match texts {
            TextsAre::Whole => &self.metadata,
            TextsAre::Numbers => &self.keyed,
        };
        let mask = self.mask(columns);
        let batches = self.of_group(place, ranges, PAGE_ROWS, metadata, mask)?;
        Ok(batches.collect::<Result<_, _>>()?)
    }

    fn mask(&self, columns: &[&str]) -> ProjectionMask {
        let schema = self.metadata.parquet_schema();
        let roots = schema.root_schema().get_fields().iter().enumerate();
        let wanted = roots.filter(|(_, field)| columns.contains(&field.name()));
        ProjectionMask::roots(schema, wanted.map(|(place, _)| place))
    }

    /// Reads batches of `most` rows: only these columns, when some are named, and only these
    /// rows, when some are selected.
    pub(crate) fn batches(
        &self,
        most: usize,
        columns: Option<&[&str]>,
        selection: Option<RowSelection>,
    ) -> Result<ParquetRecordBatchReader, FileError> {
        let source = self.source.clone();
        let mut builder =
            ParquetRecordBatchReaderBuilder::new_with_metadata(source, self.metadata.clone())
                .with_batch_size(most.min(PAGE_ROWS));
        if let Some(columns) = columns {
            builder = builder.with_projection(self.mask(columns));
        }
        if let Some(selection) = selection {
            builder = builder.with_row_selection(selection);
        }
        Ok(builder.build()?)
    }
}
