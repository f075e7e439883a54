//! Documents as a reader of the files sees them.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod gap;
mod hostile;
mod items;
mod plan;
mod red_head;
mod samples;
mod sheets;
mod templates;
mod word;
mod work_order;
