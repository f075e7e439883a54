//! Digests of files.

use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};
use sm3::Sm3;

/// By what files are digested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Algorithm {
    /// GB/T 32905-2016.
    #[default]
    Sm3,
    /// FIPS 180-4.
    Sha256,
}

/// A digest on its way.
pub(crate) enum Digesting {
    Sm3(Sm3),
    Sha256(Sha256),
}

impl Digesting {
    pub(crate) fn new(algorithm: Algorithm) -> Self {
        match algorithm {
            Algorithm::Sm3 => Self::Sm3(Sm3::new()),
            Algorithm::Sha256 => Self::Sha256(Sha256::new()),
        }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        match self {
            Self::Sm3(digest) => digest.update(bytes),
            Self::Sha256(digest) => digest.update(bytes),
        }
    }

    /// The algorithm and the digest, such as `sm3:66c7…`.
    pub(crate) fn finish(self) -> String {
        match self {
            Self::Sm3(digest) => format!("sm3:{}", hex::encode(digest.finalize())),
            Self::Sha256(digest) => format!("sha256:{}", hex::encode(digest.finalize())),
        }
    }
}

/// The algorithm of a written digest.
pub(crate) fn algorithm_of(digest: &str) -> Option<Algorithm> {
    match digest.split_once(':')?.0 {
        "sm3" => Some(Algorithm::Sm3),
        "sha256" => Some(Algorithm::Sha256),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digests_are_those_of_the_standards() {
        let digest = |algorithm| {
            let mut digesting = Digesting::new(algorithm);
            digesting.update(b"a");
            digesting.update(b"bc");
            digesting.finish()
        };
        let sm3 = "sm3:66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0";
        assert_eq!(digest(Algorithm::Sm3), sm3);
        let sha256 = "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(digest(Algorithm::Sha256), sha256);
        assert_eq!(algorithm_of(sm3), Some(Algorithm::Sm3));
        assert_eq!(algorithm_of("md5:0"), None);
    }
}
