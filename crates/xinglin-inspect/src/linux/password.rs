//! What passwords must be like: `login.defs`, and the module that `passwd` asks.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{pam, platform::Platform, source::Source};

/// What passwords must be like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Password {
    /// What new accounts get; `null` when `login.defs` cannot be read.
    pub defaults: Option<Defaults>,
    /// What a new password is tested for; `null` when the PAM stack cannot be read.
    pub quality: Option<Quality>,
    /// How many former passwords are refused; 0 for none.
    pub history: Option<i64>,
    /// The scheme that new passwords are hashed by, in capitals; empty when only the system's
    /// default could say.
    pub new_hash: Option<String>,
    /// How often new hashes of SHA-256 or SHA-512 are repeated.
    pub new_rounds: Option<i64>,
    /// Whether PAM lets an account without a password in (`nullok`).
    pub allows_empty: Option<bool>,
}

/// Values of `/etc/login.defs`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Defaults {
    /// Days a new account's password may live; 99999 is "for ever".
    pub max_days: i64,
    /// Days before it may be changed again.
    pub min_days: i64,
    /// Days of warning.
    pub warn_days: i64,
    /// The scheme of new hashes, in capitals; empty when the system's default holds.
    pub hash: String,
    /// How often a hash of SHA-256 or SHA-512 is repeated at least; 5000 by default.
    pub rounds: i64,
}

/// The test of a new password.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Quality {
    /// `pam_pwquality`, `pam_cracklib`, `pam_passwdqc`, `pam_unix`, or empty without any test.
    pub module: String,
    /// The shortest password that can pass: credits for character classes are taken off.
    pub min_length: i64,
    /// How many of the four classes of characters are required.
    pub classes: i64,
    /// Whether root, too, is refused a weak password, not only warned.
    pub root_enforced: bool,
}

/// Reads `key value` lines such as those of `login.defs`; the last one wins.
pub fn parse_pairs(text: &str) -> BTreeMap<String, String> {
    let mut pairs = BTreeMap::new();
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default().trim();
        let Some(at) = line.find(|c: char| c.is_whitespace() || c == '=') else {
            if !line.is_empty() {
                pairs.insert(line.to_owned(), String::new());
            }
            continue;
        };
        let (key, value) = line.split_at(at);
        let value = value.trim_start_matches(|c: char| c.is_whitespace() || c == '=');
        pairs.insert(key.to_owned(), value.trim().trim_matches('"').to_owned());
    }
    pairs
}

/// Reads `/etc/login.defs`.
pub fn parse_defaults(text: &str) -> Defaults {
    let pairs = parse_pairs(text);
    let number = |key: &str| pairs.get(key).and_then(|value| value.parse::<i64>().ok());
    let never = super::accounts::NEVER_DAYS;
    Defaults {
        max_days: number("PASS_MAX_DAYS")
            .filter(|days| (0..never).contains(days))
            .unwrap_or(never),
        min_days: number("PASS_MIN_DAYS").unwrap_or(0).max(0),
        warn_days: number("PASS_WARN_AGE").unwrap_or(0).max(0),
        hash: pairs
            .get("ENCRYPT_METHOD")
            .cloned()
            .unwrap_or_default()
            .to_uppercase(),
        rounds: number("SHA_CRYPT_MIN_ROUNDS")
            .or_else(|| number("SHA_CRYPT_MAX_ROUNDS"))
            .unwrap_or(5_000),
    }
}

/// The scheme that `pam_unix` hashes new passwords by, in capitals; empty when it leaves that
/// to `login.defs`.
pub fn pam_scheme(stack: &[pam::Rule]) -> String {
    const SCHEMES: [&str; 8] = [
        "yescrypt",
        "gost_yescrypt",
        "sm3",
        "sha512",
        "sha256",
        "blowfish",
        "bigcrypt",
        "md5",
    ];
    let unix = stack.iter().find(|rule| rule.module == "pam_unix");
    let scheme = unix.and_then(|rule| SCHEMES.iter().find(|scheme| rule.has(scheme)));
    scheme
        .map(|scheme| scheme.to_uppercase())
        .unwrap_or_default()
}

/// The test that the `password` stack makes, given the settings of `pwquality.conf` and
/// `passwdqc.conf`, and the length and credit that this release has by default.
pub fn quality(
    stack: &[pam::Rule],
    pwquality: &BTreeMap<String, String>,
    passwdqc: &BTreeMap<String, String>,
    default_length: i64,
    default_credit: i64,
) -> Quality {
    let find = |module: &str| stack.iter().find(|rule| rule.module == module);
    if let Some(rule) = find("pam_pwquality") {
        return classed(
            "pam_pwquality",
            rule,
            pwquality,
            default_length,
            default_credit,
        );
    }
    if let Some(rule) = find("pam_cracklib") {
        return classed("pam_cracklib", rule, &BTreeMap::new(), 9, 1);
    }
    if let Some(rule) = find("pam_passwdqc") {
        return passwdqc_quality(rule, passwdqc);
    }
    let Some(rule) = find("pam_unix") else {
        return Quality::default();
    };
    // Debian's own test: with `obscure`, six characters unless told otherwise.
    let min_length = rule
        .number("minlen")
        .or(rule.has("obscure").then_some(6))
        .unwrap_or(0);
    Quality {
        module: if min_length > 0 {
            "pam_unix".to_owned()
        } else {
            String::new()
        },
        min_length,
        ..Quality::default()
    }
}

fn classed(
    module: &str,
    rule: &pam::Rule,
    settings: &BTreeMap<String, String>,
    default_length: i64,
    default_credit: i64,
) -> Quality {
    let number = |key: &str| {
        rule.number(key)
            .or_else(|| settings.get(key).and_then(|value| value.parse().ok()))
    };
    let credits = ["dcredit", "ucredit", "lcredit", "ocredit"]
        .map(|key| number(key).unwrap_or(default_credit).clamp(-128, 128));
    // A positive credit lets a class of characters count for length; a negative one requires it.
    let bonus: i64 = credits.iter().filter(|credit| **credit > 0).sum();
    let required = credits.iter().filter(|credit| **credit < 0).count();
    let min_length = number("minlen").unwrap_or(default_length).clamp(0, 1_000) - bonus;
    let switched = |key: &str| rule.has(key) || settings.contains_key(key);
    Quality {
        module: module.to_owned(),
        // The library refuses anything shorter than six, whatever is configured.
        min_length: min_length.max(6),
        classes: number("minclass")
            .unwrap_or(0)
            .clamp(0, 4)
            .max(i64::try_from(required).unwrap_or(0)),
        root_enforced: switched("enforce_for_root") && number("enforcing") != Some(0),
    }
}

fn passwdqc_quality(rule: &pam::Rule, settings: &BTreeMap<String, String>) -> Quality {
    let value = |key: &str| {
        rule.value(key)
            .or_else(|| settings.get(key).map(String::as_str))
    };
    let minimum = value("min").unwrap_or("disabled,24,11,8,7");
    let lengths: Vec<Option<i64>> = minimum
        .split(',')
        .map(|word| word.trim().parse().ok())
        .collect();
    // Places: one class, two classes, passphrase, three classes, four classes.
    let by_classes = [
        (1, lengths.first()),
        (2, lengths.get(1)),
        (3, lengths.get(3)),
        (4, lengths.get(4)),
    ];
    let allowed = || {
        by_classes
            .iter()
            .filter_map(|(classes, length)| Some((*classes, (*length)?.as_ref()?)))
    };
    Quality {
        module: "pam_passwdqc".to_owned(),
        min_length: allowed().map(|(_, length)| *length).min().unwrap_or(0),
        classes: allowed().map(|(classes, _)| classes).min().unwrap_or(0),
        root_enforced: value("enforce").is_none_or(|word| word == "everyone"),
    }
}

pub(super) fn collect(source: &Source<'_>, platform: &Platform) -> Password {
    let stack = pam::stack(source, "passwd", "password").map(|stack| {
        // Minimal systems have no file for passwd and use the common one.
        if !stack.is_empty() {
            return stack;
        }
        ["common-password", "system-auth"]
            .iter()
            .find_map(|file| pam::stack(source, file, "password").filter(|stack| !stack.is_empty()))
            .unwrap_or_default()
    });
    let settings = pwquality_settings(source);
    let passwdqc = source
        .text("/etc/passwdqc.conf")
        .map(|text| parse_pairs(&text))
        .unwrap_or_default();
    // libpwquality before 1.4 (RHEL 7): nine characters, one credit for each class.
    let old = platform.family == "rhel" && platform.version.starts_with('7');
    let (length, credit) = if old { (9, 1) } else { (8, 0) };
    let login = ["sshd", "login"].map(|service| pam::stack(source, service, "auth"));
    let defaults = source
        .text_if_present("/etc/login.defs")
        .flatten()
        .map(|text| parse_defaults(&text));
    let by_pam = stack.as_deref().map(pam_scheme);
    Password {
        new_hash: by_pam.map(|scheme| match &defaults {
            Some(defaults) if scheme.is_empty() => defaults.hash.clone(),
            _ => scheme,
        }),
        new_rounds: stack.as_ref().and_then(|stack| {
            let unix = stack.iter().find(|rule| rule.module == "pam_unix");
            unix.and_then(|rule| rule.number("rounds"))
                .or_else(|| defaults.as_ref().map(|defaults| defaults.rounds))
        }),
        defaults,
        quality: stack
            .as_ref()
            .zip(settings)
            .map(|(stack, settings)| quality(stack, &settings, &passwdqc, length, credit)),
        history: stack.as_ref().and_then(|stack| history(source, stack)),
        allows_empty: login.iter().all(Option::is_some).then(|| {
            login
                .iter()
                .flatten()
                .flatten()
                .any(|rule| rule.module == "pam_unix" && rule.has("nullok"))
        }),
    }
}

/// `pwquality.conf.d/*.conf` is read first, so the main file wins.
fn pwquality_settings(source: &Source<'_>) -> Option<BTreeMap<String, String>> {
    let mut settings = BTreeMap::new();
    for (_, text) in source.texts_in("/etc/security/pwquality.conf.d", ".conf")? {
        settings.extend(parse_pairs(&text));
    }
    settings.extend(parse_pairs(&source.text("/etc/security/pwquality.conf")?));
    Some(settings)
}

fn history(source: &Source<'_>, stack: &[pam::Rule]) -> Option<i64> {
    if let Some(rule) = stack.iter().find(|rule| rule.module == "pam_pwhistory") {
        if let Some(remember) = rule.number("remember") {
            return Some(remember);
        }
        let settings = parse_pairs(&source.text("/etc/security/pwhistory.conf")?);
        return Some(
            settings
                .get("remember")
                .and_then(|value| value.parse().ok())
                .unwrap_or(10),
        );
    }
    let unix = stack.iter().find(|rule| rule.module == "pam_unix");
    Some(unix.and_then(|rule| rule.number("remember")).unwrap_or(0))
}
