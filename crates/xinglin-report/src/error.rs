//! What can go wrong, one enum a job.

use thiserror::Error;
use xinglin_core::{Fault, Problem};

/// A document could not be made. All causes lie in this program, not in its input.
#[derive(Debug, Error)]
pub enum ReportError {
    /// The Word package could not be written.
    #[error("cannot write the Word document")]
    Docx(#[from] zip::result::ZipError),
    /// The Word package could not be assembled.
    #[error("cannot assemble the Word document: {0}")]
    Package(&'static str),
    /// Packing failed on the memory buffer.
    #[error("cannot pack the document")]
    Io(#[from] std::io::Error),
    /// The workbook could not be written.
    #[error("cannot write the workbook")]
    Xlsx(#[from] rust_xlsxwriter::XlsxError),
}

/// A file of `content/templates` is wrong.
#[derive(Debug, Error)]
pub enum TemplateError {
    /// A needed file is not among those given.
    #[error("template file '{0}' is missing")]
    Missing(&'static str),
    /// A file cannot be read as what it should be: wrong YAML, an unknown or
    /// missing field, an unknown placeholder.
    #[error("template file '{file}': {reason}")]
    Invalid {
        /// The file's name.
        file: String,
        /// What is wrong, with line and column.
        reason: String,
    },
}

/// A file handed in for import cannot be used at all.
#[derive(Debug, Error)]
pub enum SheetError {
    /// Larger than the limit.
    #[error("the file has {size_bytes} bytes, at most {limit_bytes} are allowed")]
    TooLarge {
        /// Size found, packed or unpacked.
        size_bytes: u64,
        /// Largest size allowed.
        limit_bytes: u64,
    },
    /// More rows than the limit.
    #[error("the sheet has more than {limit} rows")]
    TooManyRows {
        /// Most rows allowed.
        limit: usize,
    },
    /// Neither xlsx, xls, ods nor csv, or damaged.
    #[error("not a readable xlsx, xls, ods or csv file")]
    Unreadable,
    /// No sheet of the file has the expected headers.
    #[error("no header row found; expected the columns: {}", expected.join(", "))]
    NoHeader {
        /// The headers of the required columns.
        expected: Vec<String>,
    },
    /// The header row was found, but required columns are missing from it.
    #[error("required columns are missing: {}", missing.join(", "))]
    MissingColumns {
        /// The headers that are missing.
        missing: Vec<String>,
        /// 1-based row of the header.
        header_row: u32,
    },
}

impl Problem for SheetError {
    fn fault(&self) -> Fault {
        Fault::Invalid
    }

    fn slug(&self) -> &'static str {
        match self {
            Self::TooLarge { .. } => "sheet-too-large",
            Self::TooManyRows { .. } => "sheet-too-many-rows",
            Self::Unreadable => "sheet-unreadable",
            Self::NoHeader { .. } => "sheet-header-missing",
            Self::MissingColumns { .. } => "sheet-columns-missing",
        }
    }

    fn detail(&self) -> Vec<(&'static str, String)> {
        match self {
            Self::TooLarge {
                size_bytes,
                limit_bytes,
            } => vec![
                ("size_bytes", size_bytes.to_string()),
                ("limit_bytes", limit_bytes.to_string()),
            ],
            Self::TooManyRows { limit } => vec![("limit", limit.to_string())],
            Self::Unreadable => vec![("expected", "xlsx, xls, ods, csv".to_owned())],
            Self::NoHeader { expected } => vec![("expected", expected.join(", "))],
            Self::MissingColumns {
                missing,
                header_row,
            } => vec![
                ("missing", missing.join(", ")),
                ("header_row", header_row.to_string()),
            ],
        }
    }
}
