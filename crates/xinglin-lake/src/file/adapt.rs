//! Rows of one layout as rows of another that has all its columns.

use std::sync::Arc;

use arrow_array::{ArrayRef, RecordBatch, new_null_array};
use arrow_schema::ArrowError;

use super::{
    gather::pairs_array,
    layout::Layout,
    texts::{Cell, Pairs},
};
use crate::rows::Kind;

impl Layout {
    /// These rows, which have the layout `own`, with the columns of this layout.
    pub(crate) fn adapt(&self, batch: &RecordBatch, own: &Self) -> Result<RecordBatch, ArrowError> {
        let schema = self.schema();
        let mut columns: Vec<ArrayRef> = Vec::with_capacity(schema.fields().len());
        for field in schema.fields() {
            let name = field.name();
            if name == "more" {
                columns.push(self.pairs_of(batch, own)?);
                continue;
            }
            let is_other = own
                .fields
                .get(name)
                .is_some_and(|kind| self.fields.get(name) != Some(kind));
            let column = batch.column_by_name(name).filter(|_| !is_other);
            columns.push(column.map_or_else(
                || new_null_array(field.data_type(), batch.num_rows()),
                Arc::clone,
            ));
        }
        RecordBatch::try_new(schema, columns)
    }

    /// The pairs of these rows, and as pairs the fields that have no such column here.
    pub(crate) fn pairs_of(&self, batch: &RecordBatch, own: &Self) -> Result<ArrayRef, ArrowError> {
        let folded: Vec<(&str, Kind, Cell<'_>)> = own
            .fields
            .iter()
            .filter(|(name, kind)| self.fields.get(*name) != Some(*kind))
            .map(|(name, kind)| (name.as_str(), *kind, Cell::of(batch, name)))
            .collect();
        let pairs = Pairs::of(batch);
        let mut all = Vec::with_capacity(batch.num_rows());
        let mut written = Vec::new();
        for row in 0..batch.num_rows() {
            let mut of_row = Vec::new();
            for (name, kind, cell) in &folded {
                written.clear();
                if cell.write(row, &mut written).is_some() {
                    let text = String::from_utf8_lossy(&written).into_owned();
                    of_row.push((*name, kind.name(), text));
                }
            }
            if let Some(pairs) = pairs {
                for (place, name) in pairs.of_row(row) {
                    let text = pairs.texts.value(place).to_owned();
                    of_row.push((name, pairs.kinds.value(place), text));
                }
            }
            all.push(of_row);
        }
        pairs_array(all.iter().map(Vec::as_slice))
    }
}
