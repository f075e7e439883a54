//! Which pages may have what is asked for.

use std::{collections::HashSet, sync::Arc};

use arrow_array::{
    ArrayRef, BooleanArray, Int64Array, TimestampMillisecondArray, UInt64Array, new_null_array,
};
use arrow_schema::{Schema, SchemaRef};
use datafusion::{
    catalog::Session,
    common::{Column, DFSchema, Result, ScalarValue, pruning::PruningStatistics},
    logical_expr::{
        BinaryExpr, Expr, Operator,
        utils::{conjunction, split_conjunction},
    },
    physical_optimizer::pruning::{PruningPredicate, PruningPredicateBuilder},
};
use parquet::{
    arrow::arrow_reader::statistics::StatisticsConverter, file::metadata::RowGroupMetaData,
};

use crate::{
    file::{FileReader, Layout, PAGE_ROWS},
    lake::{BESIDE, Inner, LakeError},
    manifest::FileEntry,
    words::{Edges, words_of},
};

/// What is known of a question before anything is read.
pub(super) struct Pruning {
    schema: SchemaRef,
    /// None where nothing can be told.
    predicate: Option<PruningPredicate>,
    /// Words of every event that is asked for.
    words: Vec<u64>,
}

impl Pruning {
    pub(super) fn of(state: &dyn Session, schema: &SchemaRef, filters: &[Expr]) -> Result<Self> {
        let mut words = Vec::new();
        for filter in filters {
            for part in split_conjunction(filter) {
                add_words(part, &mut words);
            }
        }
        words.sort_unstable();
        words.dedup();
        let predicate = match conjunction(filters.iter().cloned()) {
            Some(filter) => {
                let named = DFSchema::try_from(schema.as_ref().clone())?;
                let filter = state.create_physical_expr(filter, &named)?;
                let builder = PruningPredicateBuilder::new().with_file_schema(Arc::clone(schema));
                builder.try_build(filter).ok()
            }
            None => None,
        };
        Ok(Self {
            schema: Arc::clone(schema),
            predicate,
            words,
        })
    }

    /// For each file, whether it may have what is asked for.
    pub(super) fn files(&self, entries: &[Arc<FileEntry>]) -> Result<Vec<bool>> {
        match &self.predicate {
            Some(predicate) => predicate.prune(&Files(entries)),
            None => Ok(vec![true; entries.len()]),
        }
    }

    /// For each page of a file, whether it may have what is asked for.
    pub(super) fn pages(
        &self,
        inner: &Inner,
        entry: &FileEntry,
        reader: &FileReader,
        layout: &Layout,
    ) -> Result<Vec<bool>> {
        let count = reader.rows().div_ceil(PAGE_ROWS);
        let mut pages = vec![true; count];
        if !self.words.is_empty() {
            let read = || -> Result<Vec<bool>, LakeError> {
                Ok(inner.index(entry)?.pages_with(&self.words)?)
            };
            pages = read().map_err(super::pages::external)?;
        }
        let statistics = FilePages {
            reader,
            layout,
            schema: &self.schema,
            count,
        };
        if let Some(predicate) = self.predicate.as_ref().filter(|_| statistics.is_even()) {
            let may = predicate.prune(&statistics)?;
            for (page, may) in pages.iter_mut().zip(may) {
                *page &= may;
            }
        }
        Ok(pages)
    }
}

/// Adds the words that an event must have for `filter` to be true.
fn add_words(filter: &Expr, words: &mut Vec<u64>) {
    match filter {
        Expr::BinaryExpr(BinaryExpr {
            left,
            op: Operator::Eq,
            right,
        }) => {
            let pair = match (left.as_ref(), right.as_ref()) {
                (Expr::Column(column), Expr::Literal(value, _))
                | (Expr::Literal(value, _), Expr::Column(column)) => (column, text_of(value)),
                _ => return,
            };
            if let (Column { name, .. }, Some(text)) = pair
                && (BESIDE.contains(&name.as_str()) || name == "text")
            {
                words.extend(words_of(text, Edges::Whole));
            }
        }
        Expr::Like(like) if !like.negated && is_text(&like.expr) => {
            let Expr::Literal(pattern, _) = like.pattern.as_ref() else {
                return;
            };
            // Whether a backslash escapes depends; without one there is no question.
            let pattern = text_of(pattern).filter(|pattern| !pattern.contains('\\'));
            if like.escape_char.is_none() {
                for part in pattern.unwrap_or_default().split(['%', '_']) {
                    words.extend(words_of(part, Edges::Cut));
                }
            }
        }
        Expr::ScalarFunction(call) if call.name() == "contains" => {
            if let [text, Expr::Literal(part, _)] = call.args.as_slice()
                && is_text(text)
            {
                words.extend(words_of(text_of(part).unwrap_or_default(), Edges::Cut));
            }
        }
        _ => {}
    }
}

fn is_text(expression: &Expr) -> bool {
    matches!(expression, Expr::Column(Column { name, .. }) if name == "text")
}

fn text_of(value: &ScalarValue) -> Option<&str> {
    value.try_as_str().flatten()
}

/// What the manifest says of files.
struct Files<'a>(&'a [Arc<FileEntry>]);

impl Files<'_> {
    fn range(&self, column: &Column, of: fn((i64, i64)) -> i64) -> Option<ArrayRef> {
        let times = |range: fn(&FileEntry) -> (i64, i64)| -> ArrayRef {
            let values = self.0.iter().map(|entry| of(range(entry)));
            Arc::new(TimestampMillisecondArray::from_iter_values(values).with_timezone("UTC"))
        };
        match column.name.as_str() {
            "time" => Some(times(|entry| entry.times)),
            "received" => Some(times(|entry| entry.received)),
            "sequence" => {
                let values = self.0.iter().map(|entry| {
                    of((
                        entry.sequences.0.cast_signed(),
                        entry.sequences.1.cast_signed(),
                    ))
                });
                Some(Arc::new(Int64Array::from_iter_values(values)))
            }
            _ => None,
        }
    }
}

impl PruningStatistics for Files<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.range(column, |range| range.0)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.range(column, |range| range.1)
    }

    fn num_containers(&self) -> usize {
        self.0.len()
    }

    fn null_counts(&self, _column: &Column) -> Option<ArrayRef> {
        None
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let rows = self.0.iter().map(|entry| entry.rows);
        Some(Arc::new(UInt64Array::from_iter_values(rows)))
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}

/// What a file says of its pages.
struct FilePages<'a> {
    reader: &'a FileReader,
    /// The columns of the table.
    layout: &'a Layout,
    schema: &'a Schema,
    count: usize,
}

enum Bound {
    Least,
    Greatest,
    Nulls,
}

impl FilePages<'_> {
    /// Whether pages begin where they are expected to.
    fn is_even(&self) -> bool {
        let metadata = self.reader.metadata();
        let groups = metadata.row_groups();
        let Some(places) = metadata.offset_index() else {
            return false;
        };
        let rows = |group: usize| {
            let group = groups.get(group).map(RowGroupMetaData::num_rows);
            usize::try_from(group.unwrap_or_default()).unwrap_or_default()
        };
        metadata.column_index().is_some()
            && places.iter().enumerate().all(|(group, columns)| {
                let is_last = group + 1 == places.len();
                (is_last || rows(group).is_multiple_of(PAGE_ROWS))
                    && columns.iter().all(|column| {
                        column.page_locations().len() == rows(group).div_ceil(PAGE_ROWS)
                    })
            })
    }

    fn bound(&self, column: &Column, bound: &Bound) -> Option<ArrayRef> {
        let name = column.name.as_str();
        // The text of a row is seldom in the column of that name.
        if matches!(name, "text" | "more" | "template") {
            return None;
        }
        let own = &self.reader.layout;
        let kind = self.layout.fields.get(name);
        if kind.is_some() && own.fields.get(name) != kind {
            if own.pairs || own.fields.contains_key(name) {
                return None;
            }
            return match bound {
                Bound::Nulls => self.row_counts(),
                Bound::Least | Bound::Greatest => {
                    let field = self.schema.field_with_name(name).ok()?;
                    Some(new_null_array(field.data_type(), self.count))
                }
            };
        }
        if own.pairs && kind.is_some() && matches!(bound, Bound::Nulls) {
            // A row without a value here may have one among its pairs.
            return None;
        }
        let metadata = self.reader.metadata();
        let parquet = metadata.file_metadata().schema_descr();
        // It finds the column by its place, so the schema must be the file's own.
        let converter = StatisticsConverter::try_new(name, self.reader.schema(), parquet).ok()?;
        let (index, places) = (metadata.column_index()?, metadata.offset_index()?);
        let groups: Vec<usize> = (0..metadata.num_row_groups()).collect();
        let values: ArrayRef = match bound {
            Bound::Least => converter.data_page_mins(index, places, &groups).ok()?,
            Bound::Greatest => converter.data_page_maxes(index, places, &groups).ok()?,
            Bound::Nulls => Arc::new(
                converter
                    .data_page_null_counts(index, places, &groups)
                    .ok()?,
            ),
        };
        (values.len() == self.count).then_some(values)
    }
}

impl PruningStatistics for FilePages<'_> {
    fn min_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bound(column, &Bound::Least)
    }

    fn max_values(&self, column: &Column) -> Option<ArrayRef> {
        self.bound(column, &Bound::Greatest)
    }

    fn num_containers(&self) -> usize {
        self.count
    }

    fn null_counts(&self, column: &Column) -> Option<ArrayRef> {
        self.bound(column, &Bound::Nulls)
    }

    fn row_counts(&self) -> Option<ArrayRef> {
        let rows = self.reader.rows();
        let of_page = |page: usize| PAGE_ROWS.min(rows - page * PAGE_ROWS);
        let rows = (0..self.count).map(|page| u64::try_from(of_page(page)).unwrap_or_default());
        Some(Arc::new(UInt64Array::from_iter_values(rows)))
    }

    fn contained(&self, _column: &Column, _values: &HashSet<ScalarValue>) -> Option<BooleanArray> {
        None
    }
}
