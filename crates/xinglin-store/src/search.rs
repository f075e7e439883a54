//! What lists share: searching for a part of a text, and sorting.

use sea_orm::{ColumnTrait, Condition, Order, sea_query::LikeExpr};

/// A column to sort by, and which way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sort<T> {
    /// The column.
    pub by: T,
    /// Whether the largest comes first.
    pub descending: bool,
}

impl<T> Sort<T> {
    pub(crate) fn order(&self) -> Order {
        if self.descending {
            Order::Desc
        } else {
            Order::Asc
        }
    }
}

/// Any of `columns` contains `part`, whose `%` and `_` stand for themselves.
pub(crate) fn contains<C: ColumnTrait>(columns: &[C], part: &str) -> Condition {
    let pattern = pattern(part);
    columns.iter().fold(Condition::any(), |any, column| {
        any.add(column.like(pattern.clone()))
    })
}

/// What contains `part`, whose `%` and `_` stand for themselves.
pub(crate) fn pattern(part: &str) -> LikeExpr {
    let mut pattern = String::with_capacity(part.len() + 2);
    pattern.push('%');
    for character in part.chars() {
        if matches!(character, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    pattern.push('%');
    LikeExpr::new(pattern).escape('\\')
}
