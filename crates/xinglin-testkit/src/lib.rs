//! A whole application over a real database in a temporary folder, and users to drive it.
//!
//! Requests go through the real router in-process; nothing is mocked. The clock stands
//! still until a test moves it.
#![expect(
    clippy::missing_panics_doc,
    clippy::panic,
    reason = "everything here panics where the application does not do what a test needs"
)]

mod app;
mod content;
mod wait;

pub use app::{Answer, TestApp, TestUser};
pub use content::{content, content_dir};
pub use wait::{eventually, eventually_here};
