//! Watching the files of this machine: the kernel's events between scans.
//!
//! A [`FileWatcher`] collects which paths something happened to; a [`Lookout`] folds them into
//! what is known of the files, scans where events cannot tell, and says how the files differ
//! from their baseline.

mod events;
mod lookout;

pub use events::{FileWatcher, Touched, WatchFailure};
pub use lookout::{Looked, Lookout};
