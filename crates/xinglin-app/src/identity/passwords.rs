//! Password policy and Argon2id hashing.

use argon2::{
    Argon2,
    password_hash::{PasswordHasher, PasswordVerifier, phc::PasswordHash},
};

pub(super) use crate::tasks::blocking;
use crate::{AppError, Code};

/// What a password must be (GB/T 22239-2019 8.1.4.1 a). Also shown by the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PasswordPolicy {
    /// Characters at least.
    pub min_length: usize,
    /// Of the four classes (lower, upper, digit, other) at least.
    pub min_classes: usize,
    /// Days until it must be changed.
    pub max_age_days: i64,
    /// Former passwords that may not return.
    pub history: u64,
    /// Wrong passwords until the account is locked.
    pub attempts: i32,
    /// Minutes for which it is locked.
    pub lock_minutes: i64,
}

impl PasswordPolicy {
    /// The policy of this program.
    pub const OURS: Self = Self {
        min_length: 10,
        min_classes: 3,
        max_age_days: 90,
        history: 5,
        attempts: 5,
        lock_minutes: 30,
    };

    /// Checks a new password of `username`.
    ///
    /// # Errors
    /// [`Code::PasswordTooWeak`] with every rule it breaks; the password is not repeated.
    pub fn check(self, password: &str, username: &str) -> Result<(), AppError> {
        let mut broken = Vec::new();
        let length = password.chars().count();
        if length < self.min_length || length > 128 {
            broken.push(format!("{} to 128 characters", self.min_length));
        }
        if classes(password) < self.min_classes {
            broken.push(format!(
                "{} of: lower case, upper case, digits, other characters",
                self.min_classes
            ));
        }
        let lower = password.to_lowercase();
        if !username.is_empty() && lower.contains(&username.to_lowercase()) {
            broken.push("not the user name in it".to_owned());
        }
        if has_run(&lower) {
            broken.push("no four equal or consecutive characters in a row".to_owned());
        }
        if broken.is_empty() {
            return Ok(());
        }
        Err(broken
            .into_iter()
            .fold(AppError::new(Code::PasswordTooWeak), |error, rule| {
                error.field("password", "", rule)
            }))
    }
}

fn classes(password: &str) -> usize {
    let kinds: [fn(char) -> bool; 4] = [
        |c| c.is_ascii_lowercase(),
        |c| c.is_ascii_uppercase(),
        |c| c.is_ascii_digit(),
        |c| !c.is_ascii_alphanumeric(),
    ];
    kinds
        .into_iter()
        .filter(|kind| password.chars().any(kind))
        .count()
}

// `aaaa`, `1234`, `dcba`: what a guesser tries first.
fn has_run(password: &str) -> bool {
    let codes: Vec<i64> = password.chars().map(|c| i64::from(u32::from(c))).collect();
    codes.windows(4).any(|four| {
        let [a, b, c, d] = four else { return false };
        let step = b - a;
        step.abs() <= 1 && c - b == step && d - c == step
    })
}

/// Hashes a password with Argon2id (default parameters, random salt) to a PHC string.
/// Takes some tens of milliseconds of CPU: call it on a blocking thread.
///
/// # Errors
/// [`Code::Internal`] when the system has no randomness.
pub fn hash_password(password: &str) -> Result<String, AppError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| AppError::internal(error.to_string()))
}

/// Whether `password` has this hash. As slow as hashing.
pub(super) fn verify_password(password: &str, hash: &str) -> bool {
    PasswordHash::new(hash).is_ok_and(|hash| {
        Argon2::default()
            .verify_password(password.as_bytes(), &hash)
            .is_ok()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policy_accepts_and_refuses() {
        let cases = [
            ("Xl7-maple-Trees", "li", true),
            ("短口令", "li", false),
            ("alllowercaseletters", "li", false),
            ("Zhangwei-99x", "zhangwei", false),
            ("Abcd-x7pk-Q", "li", false),
            ("Rr7777-pineK", "li", false),
            ("杏林盾Ab7#春眠不觉", "li", true),
        ];
        for (password, username, good) in cases {
            let outcome = PasswordPolicy::OURS.check(password, username);
            assert_eq!(outcome.is_ok(), good, "{password}: {outcome:?}");
        }
    }

    #[test]
    fn hashes_verify_and_never_repeat() {
        let one = hash_password("Xl7-maple-Trees").unwrap();
        let two = hash_password("Xl7-maple-Trees").unwrap();
        assert_ne!(one, two);
        assert!(verify_password("Xl7-maple-Trees", &one));
        assert!(!verify_password("Xl7-maple-Tree", &one));
        assert!(!verify_password("x", "not a hash"));
    }
}
