//! Documents as a reader of the files sees them.

mod gap;
mod hostile;
mod items;
mod plan;
mod samples;
mod sheets;
mod templates;
mod word;
