//! The ways to a thing under inspection: over SSH, as a database's client, by a TLS
//! handshake, by a scanner, by the events of the file system.
//!
//! Each way only reads, gathers what `xinglin-inspect` knows how to read (a recorded host or
//! a [`xinglin_inspect::Bundle`]) and judges nothing. Targets are what the hospital names: no
//! way looks for further ones by itself.

pub mod database;
pub mod scan;
pub mod ssh;
pub mod tls;
pub mod watch;

mod secret;

pub use secret::Secret;
