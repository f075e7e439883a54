//! The agent: inspects its own host on schedule and reports to the server.
//!
//! [`enrol`] once makes the host known, [`run`] does the rest: it inspects, keeps each
//! inspection in the [`Spool`] on disk until the server says that it is kept there, sends
//! facts as differences, waits longer the longer the server is away, and installs newer
//! programs that are signed by a key it was built with.
//!
//! Logs that the server wants of the host it [forwards](forward_logs) as they are written.
//! Where reading stands the server knows, so that each line is there once, whichever of the two
//! was stopped.
//!
//! The agent only reads the host, decides nothing and listens on no port. What it may lose
//! is bounded and counted: inspections beyond the spool's limit, oldest first.

mod enrol;
mod file;
mod files;
mod forward;
mod https;
mod identity;
mod lock;
mod priority;
mod run;
mod schedule;
mod server;
mod spool;
mod turn;
mod update;

pub use enrol::{EnrolError, enrol};
pub use forward::{LogServer, Reading, forward_logs};
pub use https::HttpsServer;
pub use identity::{Identity, IdentityError};
pub use lock::{FolderLock, FolderLockError};
pub use priority::lower_priority;
pub use run::{Ended, Runner, Wait, run};
pub use schedule::Schedule;
pub use server::{Server, ServerError};
pub use spool::{Spool, SpoolError, SpoolLimits};
pub use turn::{Agent, Delivered};
pub use update::{Installed, ReleaseKeys, Trial, UpdateError, Updater};

/// This agent's version.
pub const VERSION: &str = env!("CARGO_PKG_VERSION");
