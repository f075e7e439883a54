//! Newer programs, by signed file.

use serde::{Deserialize, Serialize};
use xinglin_ledger::Digest;

/// The version of a manifest's form.
pub const MANIFEST_FORMAT: &str = "xinglin.release/1";

/// What a release is. Signed as the text it was written in, so that no two programs have to
/// agree on how to write it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Manifest {
    /// [`MANIFEST_FORMAT`].
    pub format: String,
    /// Counts up with every release; a lower or equal one is never installed.
    pub number: u64,
    /// The version as people say it.
    pub version: String,
    /// The machine it runs on, such as `x86_64-linux`.
    pub platform: String,
    /// The program's size.
    pub size_bytes: u64,
    /// The program's digest.
    pub digest: Digest,
}

/// A release as it is offered.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Release {
    /// The text of a [`Manifest`].
    pub manifest: String,
    /// The Ed25519 signature of that text, in hexadecimal.
    pub signature: String,
}
