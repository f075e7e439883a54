//! Documents: Word and Excel out, Excel in.
//!
//! This crate knows what a rectification plan, a gap report, an item list, a work order and
//! an import template look like, and nothing else: no database, no scoring, no clock.
//! Callers fill plain models ([`PlanDocument`], [`GapDocument`], [`ItemRow`],
//! [`WorkOrder`], [`Row`]) and get bytes; the prose and the columns are content
//! (`content/templates`), read once by [`Templates::load`] and [`SheetSchema::load`].
//! Nothing here trusts a file that came from outside: see [`read_sheet`].

mod document;
mod docx;
mod error;
mod gap;
mod items;
mod plan;
mod result;
mod sheet;
mod templates;
mod work_order;

pub use document::{Align, Block, Cell, Column, Cover, CoverLine, Document, Front, RedHead, Table};
pub use docx::render;
pub use error::{ReportError, SheetError, TemplateError};
pub use gap::{
    DetailedGap, GapDocument, GapObject, HighRisk, MissingAnswer, ObjectState, Priority, gap_docx,
};
pub use items::{ItemRow, ItemsHead, ReadItem, ReadItems, items_xlsx, read_items};
pub use plan::{
    BudgetRow, DomainRate, MeasureRow, MetricRow, PhaseRow, PlanDocument, PostRow, Problem,
    ProblemRow, TaskKind, plan_docx,
};
pub use result::{ClassCounts, DomainCounts, ResultFigures, Severity, SystemScope};
pub use sheet::{
    CellProblem, CellValue, Cells, Choice, ColumnKind, Reject, Row, SheetColumn, SheetRows,
    SheetSchema, export_xlsx, read_sheet, rejects_xlsx, template_xlsx,
};
pub use templates::{Action, MeasureGroup, Place, ProblemKind, Templates};
pub use work_order::{WorkItem, WorkOrder, work_order_docx};
