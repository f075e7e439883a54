//! The log lake: durable messages, and files of the events in them.
//!
//! [`Lake::append`] puts messages into a write-ahead log and says when they are durable. A
//! [`ReadMessage`] of the caller reads the events in them; they are searchable at once, and
//! become Parquet files that any reader reads. Beside each file lies an index of words and
//! counts; a manifest says which files there are. `docs/reference/lake-format.md` describes
//! all of it.
//!
//! The crate knows no format of messages, reads no clock but for waiting, and does not
//! encrypt: where disks must not be read by others, that is the volume's work.

mod append;
mod binary;
mod counts;
mod digest;
pub mod disk;
mod encoding;
mod file;
mod index;
mod lake;
mod manifest;
mod plain;
mod query;
pub mod readers;
mod rows;
mod template;
mod unpack;
mod words;

pub use append::{AppendError, Damage, LogState, MOST_MESSAGE, Message, Position, Ticket};
pub use counts::{CountKey, Counts, SourceKey};
pub use digest::Algorithm;
pub use file::{FileError, PAGE_ROWS, StoredEvent};
pub use lake::{
    After, Bucket, Compacted, Facet, Facets, Flaw, Forecast, Found, Histogram, LEAST_DAYS, Lake,
    LakeError, Looked, Onward, Opened, Order, Permit, ReadMessage, Retention, RetentionError,
    Search, Settings, Spread, Stop, Verified,
};
#[cfg(feature = "sql")]
pub use lake::{Answer, SqlColumn, SqlError, SqlKind, SqlLimits, SqlMistake};
pub use manifest::{FileEntry, ManifestError};
pub use plain::{PlainFile, Shown};
pub use query::{Expected, Query, QueryError};
pub use rows::Receipt;
pub use words::{Edges, words_of};
