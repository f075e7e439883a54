//! Oracle `WebLogic` Server: the domain's `config.xml`, with the documented defaults of what
//! it does not write.
//!
//! `opatch lspatches`, kept in any file, tells the patches.

use serde::Serialize;

use super::{
    Source,
    evidence::{self, FileRights, Process},
    files::Files,
    version,
    xml::{self, Element},
};
use crate::{family::Family, subject::FACTS_FORMAT};

/// Everything known of one domain.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Always [`FACTS_FORMAT`].
    pub format: &'static str,
    /// Always [`Family::Weblogic`].
    pub family: Family,
    /// The date of collection (UTC), to compare dates with.
    pub collected_on: String,
    /// The domain's name.
    pub domain: Option<String>,
    /// The release; `null` when nothing says it.
    pub version: Option<String>,
    /// The line of releases, such as `12.2.1.3`.
    pub branch: Option<String>,
    /// The day of the latest patch set, from the list of patches; empty when that list has
    /// none; `null` when there is no list.
    pub patched_on: Option<String>,
    /// How many days ago that was; `null` when no patch set is known.
    pub patched_days_ago: Option<i64>,
    /// What passwords must be like.
    pub password: Option<Password>,
    /// What happens after failed sign-ins.
    pub lockout: Option<Lockout>,
    /// Whether security events are recorded by an auditor of the realm.
    pub auditor: Option<bool>,
    /// Whether changes of the configuration are recorded: `none`, `log`, `audit` or `logaudit`.
    pub configuration_audit: Option<String>,
    /// Whether the domain runs in production mode.
    pub production: Option<bool>,
    /// Whether administration has its own port, which is encrypted.
    pub administration_port: Option<bool>,
    /// Whether the console is deployed.
    pub console: Option<bool>,
    /// The console's path.
    pub console_path: Option<String>,
    /// Whether the names in the server's directory can be read without signing in.
    pub anonymous_lookup: Option<bool>,
    /// Who may connect by which protocol.
    pub filter: Option<Filter>,
    /// The servers.
    pub servers: Option<Vec<Server>>,
    /// Owner and permissions of files.
    pub rights: Option<Vec<FileRights>>,
    /// Its processes.
    pub processes: Option<Vec<Process>>,
}

/// What passwords must be like.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Password {
    /// Whether a validator looks at more than the length.
    pub validator: bool,
    /// The shortest.
    pub min_length: i64,
    /// How many kinds of characters each must have, by the validator's rules.
    pub classes: usize,
    /// Whether a password may hold the account's name.
    pub may_hold_name: bool,
    /// Where the validator is written.
    pub source: Option<Source>,
}

/// What happens after failed sign-ins.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Lockout {
    /// Whether accounts are locked.
    pub enabled: bool,
    /// Failed sign-ins until then.
    pub threshold: i64,
    /// For how many minutes.
    pub minutes: i64,
    /// Within how many minutes failures are counted.
    pub reset_minutes: i64,
    /// Where it is written; `null` when all of it is default.
    pub source: Option<Source>,
}

/// Who may connect by which protocol.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Filter {
    /// Whether there is a filter.
    pub enabled: bool,
    /// Its rules as written.
    pub rules: Vec<String>,
    /// Whether a rule refuses T3 to those that no earlier rule lets in.
    pub refuses_t3: bool,
    /// The same of IIOP.
    pub refuses_iiop: bool,
}

/// A server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Server {
    /// Its name.
    pub name: String,
    /// Its address; empty for all.
    pub address: String,
    /// The port in clear text; `null` when it is off.
    pub port: Option<i64>,
    /// The port with TLS; `null` when it is off.
    pub tls_port: Option<i64>,
    /// Whether it shows the certificate that every installation has.
    pub demo_identity: bool,
    /// Whether it speaks IIOP.
    pub iiop: bool,
    /// Whether requests are logged.
    pub access_logged: bool,
    /// How many old logs are kept; 0 for all.
    pub log_files: i64,
    /// Where it begins.
    pub source: Source,
}

/// Reads all facts.
pub fn read(files: &mut Files) -> Facts {
    let rights = evidence::rights(files);
    let processes = evidence::processes(files, |command| {
        (command.contains("weblogic.Server") || command.contains("weblogic.Name"))
            .then_some("worker")
    });
    let patched_on = patched_on(files);
    let mut facts = Facts {
        format: FACTS_FORMAT,
        family: Family::Weblogic,
        collected_on: files.collected_on().to_owned(),
        domain: None,
        version: None,
        branch: None,
        patched_days_ago: patched_on
            .as_deref()
            .and_then(|day| days_between(day, files.collected_on())),
        patched_on,
        password: None,
        lockout: None,
        auditor: None,
        configuration_audit: None,
        production: None,
        administration_port: None,
        console: None,
        console_path: None,
        anonymous_lookup: None,
        filter: None,
        servers: None,
        rights,
        processes,
    };
    let Some(path) = files.ending_with("config.xml").into_iter().next() else {
        return facts;
    };
    let text = files.text(&path).unwrap_or_default();
    match xml::parse(&text) {
        Ok(domain) if domain.name == "domain" => fill(&mut facts, &path, &domain),
        Ok(_) => files.refuse(&path, "not the configuration of a domain"),
        Err(error) => files.refuse(&path, &error.to_string()),
    }
    facts
}

fn fill(facts: &mut Facts, path: &str, domain: &Element) {
    let security = domain.child("security-configuration");
    let realm = security.and_then(|security| default_realm(security));
    facts.domain = domain.text_of("name").map(str::to_owned);
    facts.version = domain.text_of("domain-version").map(str::to_owned);
    facts.branch = facts
        .version
        .as_deref()
        .map(|version| version::branch(version, 4));
    facts.password = Some(password(path, realm));
    facts.lockout = Some(lockout(path, realm));
    facts.auditor = Some(realm.is_some_and(|realm| realm.child("auditor").is_some()));
    facts.configuration_audit = Some(
        domain
            .text_of("configuration-audit-type")
            .unwrap_or("none")
            .to_lowercase(),
    );
    facts.production = Some(is(domain, "production-mode-enabled", false));
    facts.administration_port = Some(is(domain, "administration-port-enabled", false));
    facts.console = Some(is(domain, "console-enabled", true));
    facts.console_path = Some(
        domain
            .text_of("console-context-path")
            .unwrap_or("console")
            .to_owned(),
    );
    facts.anonymous_lookup = Some(
        security.is_none_or(|security| is(security, "anonymous-admin-lookup-enabled", false))
            && security.is_some(),
    );
    facts.filter = Some(filter(security));
    facts.servers = Some(domain.all("server").map(|one| server(path, one)).collect());
}

/// The realm that is in use: the one that is named, else the first.
fn default_realm(security: &Element) -> Option<&Element> {
    let named = security.text_of("default-realm");
    security
        .all("realm")
        .find(|realm| named.is_some() && realm.text_of("name") == named)
        .or_else(|| security.child("realm"))
}

fn is(element: &Element, name: &str, default: bool) -> bool {
    element
        .text_of(name)
        .map_or(default, |text| text.eq_ignore_ascii_case("true"))
}

fn number(element: &Element, name: &str) -> Option<i64> {
    element.text_of(name)?.parse().ok()
}

fn at(path: &str, element: &Element) -> Source {
    Source {
        file: path.to_owned(),
        line: element.line,
    }
}

fn password(path: &str, realm: Option<&Element>) -> Password {
    let validator = realm.and_then(|realm| {
        realm.all("password-validator").find(|one| {
            let kind = one.attribute("type").unwrap_or_default();
            kind.contains("system-password-validator")
        })
    });
    let Some(validator) = validator else {
        let provider = realm.and_then(|realm| {
            realm
                .all("authentication-provider")
                .find_map(|one| number(one, "minimum-password-length"))
        });
        return Password {
            validator: false,
            // The documented default of the default authenticator.
            min_length: provider.unwrap_or(8),
            classes: 0,
            may_hold_name: true,
            source: None,
        };
    };
    let wants = |name: &str| number(validator, name).unwrap_or(0) > 0;
    let alphabetic = wants("min-alphabetic-characters");
    let cases = [
        wants("min-lowercase-characters"),
        wants("min-uppercase-characters"),
    ];
    let cases = cases.into_iter().filter(|wanted| *wanted).count();
    let letters = cases.max(usize::from(alphabetic));
    let digits = wants("min-numeric-characters");
    let others = wants("min-non-alphanumeric-characters");
    let either = wants("min-numeric-or-special-characters") && !digits && !others;
    Password {
        validator: true,
        min_length: number(validator, "min-password-length").unwrap_or(6),
        classes: letters + usize::from(digits) + usize::from(others) + usize::from(either),
        may_hold_name: !is(validator, "reject-equal-or-contain-username", false),
        source: Some(at(path, validator)),
    }
}

fn lockout(path: &str, realm: Option<&Element>) -> Lockout {
    let manager = realm.and_then(|realm| realm.child("user-lockout-manager"));
    let value = |name: &str, default| manager.and_then(|one| number(one, name)).unwrap_or(default);
    Lockout {
        enabled: manager.is_none_or(|one| is(one, "lockout-enabled", true)),
        threshold: value("lockout-threshold", 5),
        minutes: value("lockout-duration", 30),
        reset_minutes: value("lockout-reset-duration", 5),
        source: manager.map(|one| at(path, one)),
    }
}

fn filter(security: Option<&Element>) -> Filter {
    let class = security.and_then(|security| security.text_of("connection-filter"));
    let rules: Vec<String> = security
        .map(|security| {
            security
                .all("connection-filter-rule")
                .map(|rule| rule.text.clone())
                .collect()
        })
        .unwrap_or_default();
    let enabled = class.is_some_and(|class| !class.is_empty());
    // `target localAddress localPort action protocols`, the first rule that fits holds.
    let refuses = |protocol: &str| {
        enabled
            && rules.iter().find_map(|rule| {
                let words: Vec<String> = rule.split_whitespace().map(str::to_lowercase).collect();
                let everybody = matches!(
                    words.first().map(String::as_str),
                    Some("*" | "0.0.0.0/0" | "0.0.0.0/0.0.0.0" | "0.0.0.0")
                );
                let action = words
                    .iter()
                    .position(|word| word == "deny" || word == "allow")?;
                let protocols = words.get(action + 1..).unwrap_or_default();
                let fits = protocols.is_empty()
                    || protocols
                        .iter()
                        .any(|one| one.trim_end_matches('s') == protocol);
                (everybody && fits).then(|| words.get(action).is_some_and(|word| word == "deny"))
            }) == Some(true)
    };
    Filter {
        refuses_t3: refuses("t3"),
        refuses_iiop: refuses("iiop"),
        enabled,
        rules,
    }
}

fn server(path: &str, one: &Element) -> Server {
    let ssl = one.child("ssl");
    let tls = ssl.is_some_and(|ssl| is(ssl, "enabled", false));
    let log = one.at(&["web-server", "web-server-log"]);
    let stores = one
        .text_of("key-stores")
        .unwrap_or("DemoIdentityAndDemoTrust");
    Server {
        name: one.text_of("name").unwrap_or_default().to_owned(),
        address: one.text_of("listen-address").unwrap_or_default().to_owned(),
        port: is(one, "listen-port-enabled", true)
            .then(|| number(one, "listen-port").unwrap_or(7001)),
        tls_port: tls.then(|| {
            ssl.and_then(|ssl| number(ssl, "listen-port"))
                .unwrap_or(7002)
        }),
        demo_identity: stores == "DemoIdentityAndDemoTrust",
        iiop: is(one, "iiop-enabled", true),
        access_logged: log.is_none_or(|log| is(log, "logging-enabled", true)),
        log_files: one
            .child("log")
            .filter(|log| is(log, "number-of-files-limited", true))
            .map_or(7, |log| number(log, "file-count").unwrap_or(7)),
        source: at(path, one),
    }
}

/// The day of the latest patch set: `WLS PATCH SET UPDATE 12.2.1.3.190522`, or
/// `WLS PATCH SET UPDATE 12.2.1.4.0(ID:230105.1523)`.
fn patched_on(files: &Files) -> Option<String> {
    let (_, text) = files
        .find(|text| text.contains("OPatch succeeded") || text.contains(";WLS PATCH SET UPDATE"))?;
    let days = text
        .lines()
        .filter(|line| line.contains("PATCH SET UPDATE"))
        .flat_map(|line| line.split(|character: char| !character.is_ascii_digit()))
        .filter(|word| word.len() == 6)
        .filter_map(day);
    Some(days.max().unwrap_or_default())
}

/// `230105` → `2023-01-05`.
fn day(digits: &str) -> Option<String> {
    let (year, rest) = digits.split_at_checked(2)?;
    let (month, day) = rest.split_at_checked(2)?;
    let date = jiff::civil::Date::new(
        2000 + year.parse::<i16>().ok()?,
        month.parse().ok()?,
        day.parse().ok()?,
    );
    date.ok().map(|date| date.to_string())
}

/// Days from one date to another.
fn days_between(from: &str, to: &str) -> Option<i64> {
    let from: jiff::civil::Date = from.parse().ok()?;
    let to: jiff::civil::Date = to.parse().ok()?;
    Some(i64::from((to - from).get_days()))
}
