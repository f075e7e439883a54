//! Accounts, roles, passwords and sessions.
//!
//! Two-step rule (GB/T 22239-2019 8.1.5.1–8.1.5.3): the system administrator creates an
//! account, which is inactive; the security administrator grants it roles, which makes it
//! usable. After the set-up wizard nobody holds all powers.

mod accounts;
mod passwords;
mod sessions;
mod set_up;

pub use accounts::{AccountForm, allowed_account_actions};
pub use passwords::{PasswordPolicy, hash_password};
pub(crate) use sessions::random_hex;
pub use sessions::{SESSION_LIMITS, SessionLimits, SessionView, SignedIn};
pub use set_up::{AdministratorForm, SetUpForm};
pub use xinglin_store::accounts::{Account, AccountState};
pub use xinglin_store::sessions::Session;
