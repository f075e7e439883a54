//! Words of pages: which pages of a file may have a word, without opening the file.
//!
//! Words are runs of letters, digits and underscores of at least five characters that are not
//! digits only, pairs of shorter ones joined by a point, a hyphen or an at sign
//! (`wang.fang`), addresses, and pairs of Chinese characters. Each page has a Bloom filter of
//! its words; the filters of a file lie across each other, so that one word costs a few short
//! reads, however many pages there are.

mod filter;
mod fixed;
mod split;

pub(crate) use filter::{FilterBuilder, Filters};
pub(crate) use fixed::Fixed;
pub(crate) use split::split;
pub use split::{Edges, words_of};
