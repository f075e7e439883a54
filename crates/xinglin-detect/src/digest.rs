//! Numbers that stand for values.

use std::hash::Hasher as _;

/// A number of values: the same in every run, since it is kept in states, and such that nobody
/// finds values of one number who would hide behind each other.
#[expect(
    deprecated,
    reason = "the one in use by maps may change between versions"
)]
pub(crate) struct Digest(std::hash::SipHasher);

impl Digest {
    #[expect(
        deprecated,
        reason = "the one in use by maps may change between versions"
    )]
    pub(crate) fn new() -> Self {
        let keys = (0x7869_6e67_6c69_6e20, 0x636f_7272_656c_6174);
        Self(std::hash::SipHasher::new_with_keys(keys.0, keys.1))
    }

    pub(crate) fn add(&mut self, bytes: &[u8]) {
        self.0.write(bytes);
    }

    pub(crate) fn number(&self) -> u64 {
        self.0.finish()
    }
}
