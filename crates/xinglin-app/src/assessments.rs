//! Temporary cut of part B's file, replaced at the merge.
pub use xinglin_controls::{Conclusion, DomainRate, Explanation, ResultDocument, Settings, Template};
pub use xinglin_store::assessments::{AssessedObject, ResultPoint};
mod board;
mod forecast;
mod round;
mod summary;
pub(crate) use board::Boards;
pub use board::{Board, Shown};
pub(crate) use round::Rescored;
pub use round::Round;
pub use summary::{Estimate, ResultDetail, ResultSummary};

use xinglin_controls::{Catalogue, Sheet};
use xinglin_core::{Extension, Grade};
use crate::{AppError, Code};
/// The items of a grade; extensions exist at level 3 only.
pub(crate) fn sheet(
    catalogue: &Catalogue,
    grade: Grade,
    extensions: &[Extension],
) -> Result<Sheet, AppError> {
    Sheet::new(catalogue, grade, extensions).map_err(|error| {
        let expected = "no extension, or a system of level 3";
        AppError::new(Code::InvalidInput)
            .field("extensions", error.extension.word(), expected)
            .caused_by(error)
    })
}
