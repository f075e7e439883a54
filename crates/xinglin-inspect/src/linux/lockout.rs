//! What happens after failed sign-ins, in the stacks that SSH and the console use.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{pam, password::parse_pairs, source::Source};

/// What happens after failed sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lockout {
    /// One entry for each of `sshd` and `login` that has a PAM stack.
    pub services: Option<Vec<Service>>,
    /// The modules in the stack of `sshd` (`login` without one) that ask for a second factor.
    pub second_factors: Option<Vec<String>>,
}

/// The lockout of one service.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Service {
    /// `sshd` or `login`.
    pub service: String,
    /// `pam_faillock`, `pam_tally2`, `pam_tally`, or empty.
    pub module: String,
    /// Whether the module stands where it can act: not behind a rule that ends the stack.
    pub effective: bool,
    /// Failed attempts before the account is locked; 0 for no lock.
    pub deny: i64,
    /// Seconds until it is unlocked; 0 for "by an administrator".
    pub unlock_seconds: i64,
    /// Whether root is locked, too.
    pub root_locked: bool,
}

/// Reads one `auth` stack; `settings` is `faillock.conf`.
pub fn parse(service: &str, stack: &[pam::Rule], settings: &BTreeMap<String, String>) -> Service {
    let mut lockout = Service {
        service: service.to_owned(),
        module: String::new(),
        effective: false,
        deny: 0,
        unlock_seconds: 0,
        root_locked: false,
    };
    let password_at = stack.iter().position(|rule| {
        matches!(rule.module.as_str(), "pam_unix" | "pam_sss" | "pam_ldap")
            && rule.ends_on_success()
    });
    let before = |at: usize| password_at.is_none_or(|password| at < password);
    for (at, rule) in stack.iter().enumerate() {
        match rule.module.as_str() {
            "pam_faillock" => faillock(&mut lockout, rule, settings, before(at)),
            "pam_tally2" | "pam_tally" => {
                lockout.module.clone_from(&rule.module);
                lockout.effective = before(at);
                lockout.deny = rule.number("deny").unwrap_or(0);
                // Without unlock_time a tally stays until it is reset by hand.
                lockout.unlock_seconds = rule.number("unlock_time").unwrap_or(0);
                lockout.root_locked =
                    rule.has("even_deny_root") || rule.has("even_deny_root_account");
            }
            _ => {}
        }
    }
    if lockout.module == "pam_faillock" {
        lockout.effective &= stack
            .iter()
            .any(|rule| rule.module == "pam_faillock" && rule.has("authfail"));
    }
    lockout
}

fn faillock(
    lockout: &mut Service,
    rule: &pam::Rule,
    settings: &BTreeMap<String, String>,
    before: bool,
) {
    let number = |key: &str| {
        let never = |value: &str| {
            if value == "never" {
                Some(0)
            } else {
                value.parse().ok()
            }
        };
        rule.value(key)
            .or_else(|| settings.get(key).map(String::as_str))
            .and_then(never)
    };
    lockout.module.clone_from(&rule.module);
    // A locked account is refused by `preauth` in front of the password, or by `authsucc` behind it.
    lockout.effective |= (rule.has("preauth") && before) || rule.has("authsucc");
    lockout.deny = number("deny").unwrap_or(3);
    lockout.unlock_seconds = number("unlock_time").unwrap_or(600);
    let word = |key: &str| rule.has(key) || rule.value(key).is_some() || settings.contains_key(key);
    lockout.root_locked |= word("even_deny_root") || word("root_unlock_time");
}

pub(super) fn collect(source: &Source<'_>) -> Lockout {
    let settings = source
        .text("/etc/security/faillock.conf")
        .map(|text| parse_pairs(&text));
    let stacks: Option<Vec<(&str, Vec<pam::Rule>)>> = ["sshd", "login"]
        .into_iter()
        .map(|service| Some((service, pam::stack(source, service, "auth")?)))
        .collect();
    let stacks = stacks.map(|mut stacks| {
        stacks.retain(|(_, stack)| !stack.is_empty());
        stacks
    });
    Lockout {
        services: stacks.as_ref().zip(settings).map(|(stacks, settings)| {
            stacks
                .iter()
                .map(|(service, stack)| parse(service, stack, &settings))
                .collect()
        }),
        second_factors: stacks.map(|stacks| {
            stacks
                .first()
                .map(|(_, stack)| second_factors(stack))
                .unwrap_or_default()
        }),
    }
}

fn second_factors(stack: &[pam::Rule]) -> Vec<String> {
    /// Part of the name of modules that ask for a code, a key or a fingerprint.
    const MARKS: [&str; 14] = [
        "google_authenticator",
        "oath",
        "radius",
        "u2f",
        "ukey",
        "yubico",
        "duo",
        "pkcs11",
        "otp",
        "totp",
        "fprintd",
        "biometric",
        "securid",
        "privacyidea",
    ];
    stack
        .iter()
        // What suffices alone is another single factor, not a second one.
        .filter(|rule| rule.control != "sufficient")
        .filter(|rule| MARKS.iter().any(|mark| rule.module.contains(mark)))
        .map(|rule| rule.module.clone())
        .collect()
}
