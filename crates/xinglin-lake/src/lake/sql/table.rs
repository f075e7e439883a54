//! The table of all events.

use std::{fmt, sync::Arc};

use arrow_array::RecordBatch;
use arrow_schema::{Schema, SchemaRef};
use async_trait::async_trait;
use datafusion::{
    catalog::{Session, TableProvider},
    common::Result,
    logical_expr::{Expr, TableProviderFilterPushDown, TableType},
    physical_plan::{ExecutionPlan, streaming::StreamingTableExec},
};
use xinglin_core::Field;

use super::{pages::Pages, prune::Pruning};
use crate::{
    file::Layout,
    lake::{Inner, LakeError, search::Now},
    manifest::FileEntry,
    rows::Kind,
};

/// How events are stored, not what they say.
const STORAGE: [&str; 3] = ["time_rest", "encoding", "raw"];
/// Columns of every event, besides its fields.
const OWN: [&str; 8] = [
    "time",
    "time_from",
    "received",
    "sequence",
    "source",
    "peer",
    "transport",
    "text",
];

/// All events there were when the question was asked.
pub(super) struct Snapshot {
    pub(super) inner: Arc<Inner>,
    pub(super) files: Vec<Arc<FileEntry>>,
    /// Events that are in no file.
    pub(super) hot: Vec<(Layout, RecordBatch)>,
    /// The columns of all of them.
    pub(super) layout: Layout,
    /// Whether files are held open, for another process may remove them.
    pub(super) holds_files: bool,
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let files = self.files.iter().map(|entry| entry.number);
        formatter.debug_list().entries(files).finish()
    }
}

/// The table.
#[derive(Debug)]
pub(super) struct Events {
    snapshot: Arc<Snapshot>,
    schema: SchemaRef,
}

/// What there is, before anything is asked of it.
pub(super) struct Columns {
    files: Vec<Arc<FileEntry>>,
    hot: Vec<(Layout, RecordBatch)>,
    layout: Layout,
}

impl Columns {
    pub(super) fn of(inner: &Inner) -> Result<Self, LakeError> {
        let Now {
            files, parts: hot, ..
        } = inner.now(&|_, _| true)?;
        let mut layout = Layout::default();
        for entry in &files {
            layout.merge(inner.layout(entry)?.as_ref());
        }
        for (own, _) in &hot {
            layout.merge(own);
        }
        Ok(Self { files, hot, layout })
    }

    pub(super) fn schema(&self) -> SchemaRef {
        schema(&self.layout)
    }

    /// Whether there is a column of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        self.layout.fields.contains_key(name) || OWN.contains(&name)
    }

    /// A column for a common field that is asked for, whether an event has it or not: what is
    /// asked must not depend on what was received.
    pub(super) fn want(&mut self, name: &str) {
        let field = Field::named(name).filter(|_| !self.has(name));
        if let Some(field) = field {
            let kind = Kind::of_field(field.value_type());
            self.layout.fields.insert(name.to_owned(), kind);
        }
    }

    /// The table of all that, with the columns that were asked for.
    pub(super) fn table(self, inner: &Arc<Inner>, holds_files: bool) -> Events {
        let Self { files, hot, layout } = self;
        let schema = schema(&layout);
        let snapshot = Arc::new(Snapshot {
            inner: Arc::clone(inner),
            files,
            hot,
            layout,
            holds_files,
        });
        Events { snapshot, schema }
    }
}

fn schema(layout: &Layout) -> SchemaRef {
    let whole = layout.schema();
    let fields = whole.fields().iter().filter(|field| {
        let name = field.name().as_str();
        !name.starts_with(['#', '$']) && !STORAGE.contains(&name)
    });
    Arc::new(Schema::new(fields.cloned().collect::<Vec<_>>()))
}

#[async_trait]
impl TableProvider for Events {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>> {
        // Pages are left out; what is in the others is looked at again.
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let schema = match projection {
            Some(projection) => Arc::new(self.schema.project(projection)?),
            None => Arc::clone(&self.schema),
        };
        let pruning = Pruning::of(state, &self.schema, filters)?;
        let pages = Pages::of(&self.snapshot, &schema, &pruning)?;
        let plan =
            StreamingTableExec::try_new(schema, vec![Arc::new(pages)], None, [], false, limit)?;
        Ok(Arc::new(plan))
    }
}
