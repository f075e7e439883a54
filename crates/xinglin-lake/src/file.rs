//! Files of events: Parquet that any reader reads, and beside it an index of words and counts.

mod adapt;
mod choose;
#[cfg(feature = "sql")]
mod columns;
mod gather;
mod layout;
mod numbers;
mod open;
mod packed;
mod page_values;
mod page_words;
mod stored;
mod texts;
mod write;

pub(crate) use choose::properties;
#[cfg(feature = "sql")]
pub(crate) use columns::{rendered, with_pairs};
pub(crate) use gather::{Gather, gather, hour_of, sample_rows, sorted};
pub(crate) use layout::Layout;
pub(crate) use numbers::{Wanted, hash_of};
pub use open::FileError;
pub(crate) use open::{FileReader, InGroup, TextsAre};
pub(crate) use page_values::OfPage;
pub use stored::StoredEvent;
pub(crate) use stored::events;
pub(crate) use texts::{Cell, Pairs, Patterns, Texts};
pub(crate) use write::{FileWriter, Sums};

/// Rows of a page: what the word index speaks of, and the least that is read.
pub const PAGE_ROWS: usize = 8_192;
/// Rows of a row group. Each has its own dictionaries, and who reads a text reads them whole: in
/// groups eight times as large, finding a rare word took nearly twice as long.
pub(crate) const GROUP_ROWS: usize = 16 * PAGE_ROWS;
/// The version of the format, in each file.
pub(crate) const FORMAT: &str = "1";
pub(crate) const FORMAT_KEY: &str = "xinglin.format";
pub(crate) const COLUMNS_KEY: &str = "xinglin.columns";
/// The names of all pairs of a file, where they are not too many.
pub(crate) const PAIRS_KEY: &str = "xinglin.pairs";
