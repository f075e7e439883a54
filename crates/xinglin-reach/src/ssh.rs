//! Linux hosts over SSH, without an agent.
//!
//! One connection a host. The script `content/collect/linux.sh` is written to the standard
//! input of a shell there (of root's by sudo, where the target says so), answers with what
//! the collectors usually read, and is then asked for whatever else they miss on this very
//! host, until they miss nothing. Nothing is written on the host: no file, no history; its
//! own logs note the sign-in, and sudo its use.
//!
//! A host proves who it is by a key that is known, or is seen for the first time and handed
//! to the caller to be kept ([`HostKeyRule`]). A key that changed ends the connection before
//! any credential is sent.

mod failure;
mod gather;
mod known_hosts;
mod many;
mod session;
mod shell;
mod target;

pub use failure::{Failure, FailureKind};
pub use gather::{Gathered, SeenKey, inspect_one};
pub use known_hosts::{KnownHosts, NotKnownHosts};
pub use many::inspect_many;
pub use target::{Credential, Endpoint, HostKey, HostKeyRule, Limits, Sudo, Target};
