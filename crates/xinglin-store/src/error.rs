//! Failures of the database, with constraints told apart.

use sea_orm::{DbErr, SqlErr};
use thiserror::Error;

/// A failed query or transaction.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A unique value (a code, a user name) is already taken.
    #[error("a unique value is already taken")]
    Duplicate(#[source] DbErr),
    /// A row that others refer to cannot go, or a row referred to does not exist.
    #[error("a reference between rows does not hold")]
    Reference(#[source] DbErr),
    /// The row does not exist.
    #[error("no such row")]
    Missing,
    /// A stored value cannot be read: a defect or a damaged file.
    #[error("column {column} holds an unreadable value '{value}'")]
    Unreadable {
        /// The column.
        column: &'static str,
        /// What it holds.
        value: String,
    },
    /// Anything else the database reports.
    #[error("the database failed")]
    Database(#[source] DbErr),
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match error.sql_err() {
            Some(SqlErr::UniqueConstraintViolation(_)) => Self::Duplicate(error),
            Some(SqlErr::ForeignKeyConstraintViolation(_)) => Self::Reference(error),
            _ if matches!(error, DbErr::RecordNotFound(_) | DbErr::RecordNotUpdated) => {
                Self::Missing
            }
            _ => Self::Database(error),
        }
    }
}
