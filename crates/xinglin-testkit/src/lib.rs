//! A whole application over a real database in a temporary folder, and users to drive it.
//!
//! Requests go through the real router in-process; nothing is mocked. The clock stands
//! still until a test moves it.

mod app;
mod content;

pub use app::{Answer, TestApp, TestUser};
pub use content::{content, content_dir};
