//! Web and application servers, from a bundle.

use crate::{bundle::Bundle, subject::Collected};

/// Reads the facts in `bundle`.
pub fn collect(bundle: &Bundle) -> Collected {
    Collected::not_understood(bundle.family, bundle.files.keys())
}
