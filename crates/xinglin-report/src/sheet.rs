//! Records in Excel: templates out, filled files in.
//!
//! Columns are data (`content/templates/sheets/<kind>.yaml`). Reading trusts nothing:
//! sizes are capped before a parser sees the bytes, and one bad cell costs one cell.

mod cells;
mod csv;
mod read;
mod repeats;
mod schema;
mod value;
mod workbook;
mod write;
mod xls;

pub use cells::Cells;
pub use read::{CellProblem, Row, SheetRows, read_sheet};
pub use schema::{Choice, ColumnKind, SheetColumn, SheetSchema};
pub use value::CellValue;
pub use write::{Reject, export_xlsx, rejects_xlsx, template_xlsx};

pub(crate) use workbook::{Grid, Raw, open};
pub(crate) use write::{Sheet, Styles, save};
