//! From events in memory to files.

use std::collections::BTreeMap;

use super::{Inner, LakeError, lock};
use crate::{
    file::{self, FileError, FileWriter, Layout},
    manifest::{Change, FileEntry},
    rows::Rows,
};

/// Rows that are handed to a file at a time.
const CHUNK: usize = 16_384;

impl Inner {
    /// Commits the files that were written of these rows, which are then no longer in memory.
    pub(super) fn commit_flush(&self, rows: &Rows, change: &Change) -> Result<(), LakeError> {
        // Together: who looks at both never sees events twice or not at all.
        let mut hot = lock(&self.hot);
        lock(&self.manifest).commit(change)?;
        let (_, last) = rows.sequences().unwrap_or((0, 0));
        hot.sealed
            .retain(|sealed| sealed.sequences().is_some_and(|(_, of)| of > last));
        Ok(())
    }

    /// A file for each time that logs are kept.
    pub(super) fn write_files(&self, rows: &Rows) -> Result<Vec<FileEntry>, LakeError> {
        if rows.is_empty() {
            return Ok(Vec::new());
        }
        let order = file::sorted(rows);
        let retention = self.retention();
        let days: Vec<u32> = rows
            .receipts
            .iter()
            .map(|source| retention.days_of(source))
            .collect();
        let days_of = |row: u32| {
            let source = usize::try_from(row)
                .ok()
                .and_then(|row| rows.sources.get(row));
            let source = source.and_then(|source| usize::try_from(*source).ok());
            source
                .and_then(|source| days.get(source))
                .copied()
                .unwrap_or_default()
        };
        let mut parts: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for row in order {
            parts.entry(days_of(row)).or_default().push(row);
        }
        let parts = parts.into_values();
        parts.map(|part| self.write_part(rows, &part)).collect()
    }

    fn write_part(&self, rows: &Rows, order: &[u32]) -> Result<FileEntry, LakeError> {
        let number = self.file_number();
        let layout = Layout::of(rows);
        let sums = self
            .begin_file(number)
            .and_then(|(file, index)| {
                let gather = file::Gather::of(rows, &layout);
                let sample = gather.batch(&file::sample_rows(order))?;
                let level = self.settings.first_level;
                let properties = file::properties(&layout, &[sample], level);
                let algorithm = self.settings.digest;
                let mut writer = FileWriter::new(&layout, properties, file, index, algorithm)?;
                for part in order.chunks(CHUNK) {
                    writer.write(&gather.batch(part)?)?;
                }
                let sums = writer.finish()?;
                self.disk.sync_folder(&self.files)?;
                Ok(sums)
            })
            .map_err(|source| self.failed(number, source))?;
        Ok(FileEntry::new(number, 0, sums))
    }

    /// Makes the two files with this number.
    pub(super) fn begin_file(&self, number: u64) -> Result<Pair, FileError> {
        let (file, index) = names(number);
        let file = self.disk.create(&self.files.join(file))?;
        let index = self.disk.create(&self.files.join(index))?;
        Ok((file, index))
    }

    /// Removes what was begun of a file. Should that fail, it is swept at the next start.
    pub(super) fn failed(&self, number: u64, source: FileError) -> LakeError {
        let (file, index) = names(number);
        for name in [&file, &index] {
            drop(self.disk.remove(&self.files.join(name)));
        }
        LakeError::File { file, source }
    }
}

type Pair = (Box<dyn crate::disk::Written>, Box<dyn crate::disk::Written>);

/// The names of the file with this number and of its index.
pub(super) fn names(number: u64) -> (String, String) {
    (
        format!("{number:010}.parquet"),
        format!("{number:010}.index"),
    )
}
