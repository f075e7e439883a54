//! The main server and virtual hosts: addresses, TLS, logs.

use std::collections::{BTreeSet, HashMap};

use serde::Serialize;

use super::{super::Source, Product, parse::Node};

/// The main server or a virtual host, with what it has from the main server.
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Host {
    /// Its name, or the address it is for; `main` for the main server without one.
    pub name: String,
    /// Whether it is the main server.
    pub main: bool,
    /// Where it begins.
    pub source: Source,
    /// The addresses of a virtual host, such as `*:443`; those that no virtual host takes for
    /// the main server.
    pub addresses: Vec<String>,
    /// Whether only this host can reach it.
    pub loopback: bool,
    /// Whether it answers in clear text.
    pub plain: bool,
    /// Whether all that it answers in clear text is a redirection to HTTPS.
    pub redirects: bool,
    /// How it speaks TLS; `null` when it does not.
    pub tls: Option<Tls>,
    /// The folder it serves.
    pub document_root: Option<String>,
    /// Whether requests are logged.
    pub logged: bool,
    /// What no log of it records, of `time`, `remote`, `user`, `request`, `status`; `null`
    /// when the format is not known.
    pub unrecorded: Option<Vec<String>>,
    /// Whether errors are logged.
    pub errors_logged: bool,
    /// The least severe errors that are logged, such as `warn`.
    pub log_level: String,
    /// The largest request body; 0 for no limit; `null` when the release's default is not known.
    pub body_limit_bytes: Option<i64>,
}

/// How a host speaks TLS.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tls {
    /// The versions it may agree to; `null` when the default is not known.
    pub protocols: Option<Vec<String>>,
    /// Where they are written; `null` for the default.
    pub protocols_source: Option<Source>,
    /// The list of suites as written; `null` for the default.
    pub ciphers: Option<String>,
    /// What the list lets in that is weak; `null` when another file decides.
    pub weaknesses: Option<Vec<String>>,
    /// Whether browsers are told to come by HTTPS only.
    pub hsts: bool,
}

/// Directives by name; the last one of a name holds.
pub(super) struct Level<'a> {
    names: HashMap<&'a str, Vec<&'a Node>>,
}

impl<'a> Level<'a> {
    pub(super) fn of(nodes: &'a [Node]) -> Self {
        let mut names: HashMap<&str, Vec<&Node>> = HashMap::new();
        for node in nodes {
            names.entry(node.name.as_str()).or_default().push(node);
        }
        Self { names }
    }

    pub(super) fn all(&self, name: &str) -> &[&'a Node] {
        self.names.get(name).map_or(&[], Vec::as_slice)
    }

    pub(super) fn last(&self, name: &str) -> Option<&'a Node> {
        self.all(name).last().copied()
    }
}

/// A host within the main server.
pub(super) struct Place<'a> {
    pub(super) own: Level<'a>,
    pub(super) main: &'a Level<'a>,
}

impl<'a> Place<'a> {
    pub(super) fn find(&self, name: &str) -> Option<&'a Node> {
        self.own.last(name).or_else(|| self.main.last(name))
    }

    fn find_all(&self, name: &str) -> &[&'a Node] {
        match self.own.all(name) {
            [] => self.main.all(name),
            own => own,
        }
    }

    fn is_on(&self, name: &str) -> bool {
        self.find(name).is_some_and(|node| node.word(0) == "on")
    }
}

/// Describes a host.
pub(super) fn describe(
    place: &Place<'_>,
    addresses: Vec<String>,
    source: Source,
    product: &Product,
) -> Host {
    let is_main = source.line == 0;
    let secure = place.is_on("sslengine");
    let named = place
        .own
        .last("servername")
        .and_then(|node| node.arguments.first());
    let name = match named {
        Some(name) => name.clone(),
        None if is_main => "main".to_owned(),
        None => addresses.join(" "),
    };
    let logs: Vec<&Node> = [place.find_all("customlog"), place.find_all("transferlog")].concat();
    let kept: Vec<&Node> = logs
        .into_iter()
        .filter(|log| {
            log.arguments
                .first()
                .is_some_and(|path| path != "/dev/null")
        })
        .collect();
    Host {
        name: name.chars().take(120).collect(),
        main: is_main,
        loopback: !addresses.is_empty()
            && addresses.iter().all(|address| {
                address.starts_with("127.")
                    || address.starts_with("[::1]")
                    || address.starts_with("localhost")
            }),
        plain: !secure,
        redirects: !secure && redirects(place),
        tls: secure.then(|| tls(place, product)),
        document_root: place
            .find("documentroot")
            .and_then(|node| node.arguments.first().cloned()),
        logged: !kept.is_empty(),
        unrecorded: unrecorded(place, &kept),
        errors_logged: place
            .find("errorlog")
            .is_none_or(|node| node.word(0) != "/dev/null"),
        log_level: place.find("loglevel").map_or_else(
            || "warn".to_owned(),
            |node| {
                // Words such as `ssl:info` are for one module only.
                let words = &mut node.arguments.iter().filter(|word| !word.contains(':'));
                words
                    .next_back()
                    .map_or("warn".to_owned(), |word| word.to_lowercase())
            },
        ),
        body_limit_bytes: match place.find("limitrequestbody") {
            Some(node) => node.word(0).parse().ok(),
            None => product.default_body_limit(),
        },
        addresses,
        source,
    }
}

/// Whether everything is a redirection to HTTPS.
fn redirects(place: &Place<'_>) -> bool {
    let to_https = |target: &String| target.to_lowercase().starts_with("https://");
    let redirect = place.own.all("redirect").iter().any(|node| {
        let target = node.arguments.last();
        let path = node.arguments.iter().rev().nth(1).map(String::as_str);
        target.is_some_and(to_https) && path == Some("/")
    });
    let matched = place.own.all("redirectmatch").iter().any(|node| {
        let pattern = node.arguments.iter().rev().nth(1).map(String::as_str);
        node.arguments.last().is_some_and(to_https)
            && matches!(
                pattern,
                Some("^/(.*)$" | "^(.*)$" | "(.*)" | ".*" | "^/?(.*)$")
            )
    });
    let rewrite = place.is_on("rewriteengine")
        && place.own.all("rewriterule").iter().any(|node| {
            let pattern = node.arguments.first().map(String::as_str);
            node.arguments.get(1).is_some_and(to_https)
                && matches!(
                    pattern,
                    Some(
                        "^" | "^(.*)$"
                            | "^/(.*)$"
                            | "^/?(.*)"
                            | "^/?(.*)$"
                            | "(.*)"
                            | ".*"
                            | "^.*$"
                            | "^(.*)?$"
                    )
                )
        });
    redirect || matched || rewrite
}

fn tls(place: &Place<'_>, product: &Product) -> Tls {
    let protocol = place.find("sslprotocol");
    let suites = place.find_all("sslciphersuite");
    // Suites of TLS 1.3 are set apart, and are all good.
    let suites = suites.iter().rev().find(|node| node.word(0) != "tlsv1.3");
    let ciphers = suites.and_then(|node| node.arguments.last().cloned());
    Tls {
        protocols: match protocol {
            Some(node) => Some(protocols(&node.arguments)),
            None => product.default_protocols(),
        },
        protocols_source: protocol.map(|node| node.source.clone()),
        weaknesses: match ciphers.as_deref() {
            Some(list) if list.starts_with("PROFILE=") => None,
            Some(list) => Some(super::super::ciphers::weaknesses(list)),
            None => None,
        },
        hsts: place.find_all("header").iter().any(|node| {
            let mut words = node.arguments.iter().map(|word| word.to_lowercase());
            words.any(|word| word == "strict-transport-security")
                && !node
                    .arguments
                    .iter()
                    .any(|word| word.eq_ignore_ascii_case("unset"))
        }),
        ciphers,
    }
}

/// The versions of `SSLProtocol`: `all -SSLv3 +TLSv1.2`.
pub fn protocols(words: &[String]) -> Vec<String> {
    const ALL: [&str; 5] = ["SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"];
    let mut held: BTreeSet<&str> = BTreeSet::new();
    for word in words {
        let (sign, name) = match word.strip_prefix(['+', '-']) {
            Some(name) => (word.chars().next(), name),
            None => (None, word.as_str()),
        };
        let named: Vec<&str> = ALL
            .into_iter()
            .filter(|one| one.eq_ignore_ascii_case(name) || name.eq_ignore_ascii_case("all"))
            .collect();
        match sign {
            Some('-') => held.retain(|one| !named.contains(one)),
            Some(_) => held.extend(named),
            None => held = named.into_iter().collect(),
        }
    }
    held.into_iter().map(str::to_owned).collect()
}

fn unrecorded(place: &Place<'_>, logs: &[&Node]) -> Option<Vec<String>> {
    let mut best: Option<Vec<String>> = None;
    for log in logs {
        let format = match log.arguments.get(1) {
            Some(format) if log.name == "customlog" => format.clone(),
            // A log without a format is in the common one.
            _ => "%h %l %u %t \"%r\" %>s %b".to_owned(),
        };
        let template = if format.contains('%') {
            format
        } else {
            let own = place.own.all("logformat").iter();
            let found = own
                .chain(place.main.all("logformat"))
                .find(|node| node.arguments.get(1) == Some(&format))?;
            found.arguments.first()?.clone()
        };
        let missing = fields_missing(&template);
        if best.as_ref().is_none_or(|best| missing.len() < best.len()) {
            best = Some(missing);
        }
    }
    Some(best.unwrap_or_default())
}

/// What a format of Apache's or Tomcat's does not record.
pub(in crate::middleware) fn fields_missing(template: &str) -> Vec<String> {
    const FIELDS: [(&str, &[&str]); 5] = [
        ("time", &["%t", "}t", "%{sec}t"]),
        (
            "remote",
            &[
                "%h",
                "%a",
                "}a",
                "%{x-forwarded-for}i",
                "%{x-real-ip}i",
                "%{remoteip}",
            ],
        ),
        ("user", &["%u", "%{ssl_client_s_dn"]),
        ("request", &["%r", "%U"]),
        ("status", &["%s", "%>s", "%<s"]),
    ];
    let lower = template.to_lowercase();
    FIELDS
        .iter()
        .filter(|(_, marks)| {
            !marks.iter().any(|mark| {
                if mark.chars().any(char::is_uppercase) {
                    template.contains(mark)
                } else {
                    lower.contains(mark)
                }
            })
        })
        .map(|(field, _)| (*field).to_owned())
        .collect()
}
