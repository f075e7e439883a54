//! The pages of the columns of one group, unpacked by one context a thread: making one for each
//! column of each read took a fifth of a small search.

use std::sync::Arc;

use parquet::{
    arrow::arrow_reader::RowGroups,
    basic::Compression,
    column::page::{Page, PageIterator, PageMetadata, PageReader},
    errors::{ParquetError, Result},
    file::{
        metadata::{ParquetMetaData, RowGroupMetaData},
        serialized_reader::SerializedPageReader,
    },
};

use super::open::Source;
use crate::unpack::unpack_whole;

/// A page of a file of ours takes less than this; so do the values of a dictionary.
const MOST_PAGE: usize = 64 << 20;

/// One group of a file.
pub(super) struct OneGroup {
    pub(super) source: Source,
    pub(super) metadata: Arc<ParquetMetaData>,
    pub(super) group: usize,
}

impl OneGroup {
    fn of(&self) -> Result<&RowGroupMetaData> {
        let group = self.metadata.row_groups().get(self.group);
        group.ok_or_else(|| ParquetError::General("there is no such group".to_owned()))
    }

    fn rows(&self) -> usize {
        let rows = self.of().map_or(0, RowGroupMetaData::num_rows);
        usize::try_from(rows).unwrap_or_default()
    }

    /// The pages of a column.
    pub(super) fn pages(&self, leaf: usize) -> Result<Box<dyn PageReader>> {
        let column = self.of()?.columns().get(leaf);
        let column =
            column.ok_or_else(|| ParquetError::General("there is no such column".to_owned()))?;
        let index = self.metadata.offset_index();
        let places = index.and_then(|index| index.get(self.group)?.get(leaf));
        let places = places.map(|places| places.page_locations.clone());
        let is_ours = matches!(column.compression(), Compression::ZSTD(_));
        let packed = column.clone().into_builder();
        let column = if is_ours {
            // The reader hands pages over as they are, and makes no context.
            packed.set_compression(Compression::UNCOMPRESSED).build()?
        } else {
            packed.build()?
        };
        let source = Arc::new(self.source.clone());
        let inner = SerializedPageReader::new(source, &column, self.rows(), places)?;
        Ok(if is_ours {
            Box::new(Packed(inner))
        } else {
            Box::new(inner)
        })
    }
}

impl RowGroups for OneGroup {
    fn num_rows(&self) -> usize {
        self.rows()
    }

    fn column_chunks(&self, leaf: usize) -> Result<Box<dyn PageIterator>> {
        Ok(Box::new(Once(Some(self.pages(leaf)?))))
    }

    fn row_groups(&self) -> Box<dyn Iterator<Item = &RowGroupMetaData> + '_> {
        Box::new(self.of().ok().into_iter())
    }

    fn metadata(&self) -> &ParquetMetaData {
        &self.metadata
    }
}

/// The one column chunk that there is of a column of one group.
struct Once(Option<Box<dyn PageReader>>);

impl Iterator for Once {
    type Item = Result<Box<dyn PageReader>>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.take().map(Ok)
    }
}

impl PageIterator for Once {}

/// Pages that come as they are packed.
struct Packed(SerializedPageReader<Source>);

impl Iterator for Packed {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl PageReader for Packed {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        self.0.get_next_page()?.map(unpacked).transpose()
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.0.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.0.skip_next_page()
    }

    fn at_record_boundary(&mut self) -> Result<bool> {
        self.0.at_record_boundary()
    }
}

fn unpacked(mut page: Page) -> Result<Page> {
    match &mut page {
        Page::DataPage { buf, .. } | Page::DictionaryPage { buf, .. } => {
            let bytes = unpack_whole(buf, MOST_PAGE);
            let bytes = bytes.ok_or_else(|| ParquetError::General("a damaged page".to_owned()))?;
            *buf = bytes.into();
            Ok(page)
        }
        Page::DataPageV2 { .. } => Err(ParquetError::NYI("pages of the second kind".to_owned())),
    }
}
