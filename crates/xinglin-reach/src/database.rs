//! Live databases, by a read-only account.
