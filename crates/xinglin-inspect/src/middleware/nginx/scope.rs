//! What holds in each server, location and condition, inheritance applied.

use std::rc::Rc;

use serde::Serialize;

use super::{
    super::Source,
    tree::{Block, Chain, Directive, all, arguments, effective, effective_all, first},
};

const SCOPE_LIMIT: usize = 5_000;
/// No directive that blocks have from the one around them has more words.
const WORD_LIMIT: usize = 20;

/// A server, a location, or a condition within one, with what holds in it.
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Scope {
    /// `server`, `location` or `if`.
    pub kind: String,
    /// Such as `his.example` or `location /status of his.example`.
    pub name: String,
    /// The path or pattern of a location; empty for a server.
    pub path: String,
    /// Where it begins.
    pub source: Source,
    /// Whether requests are logged.
    pub logged: bool,
    /// The logs.
    pub access_logs: Vec<AccessLog>,
    /// What no log of it records, of `time`, `remote`, `user`, `request`, `status`; `null`
    /// when the format is not known.
    pub unrecorded: Option<Vec<String>>,
    /// Whether errors are logged.
    pub errors_logged: bool,
    /// Whether folders are listed.
    pub autoindex: bool,
    /// Whether answers name the release.
    pub shows_version: bool,
    /// Whether it answers with counters of the server.
    pub status_page: bool,
    /// Whether only some addresses, or none, may come.
    pub restricted: bool,
    /// Whether a name and a password, or another service's consent, is asked.
    pub authenticated: bool,
    /// The largest request body; 0 for no limit.
    pub body_limit_bytes: Option<i64>,
    /// Methods of `WebDAV` that are allowed.
    pub write_methods: Vec<String>,
    /// Whether `..` after the location's name leaves the folder it stands for.
    pub escapes_folder: bool,
    /// Whether browsers are told to come by HTTPS only.
    pub hsts: bool,
    /// Names of headers it adds, in lower case.
    pub headers: Vec<String>,
}

/// A log of requests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AccessLog {
    /// Where it goes.
    pub path: String,
    /// The name of its format.
    pub log_format: String,
    /// Whether only some requests are recorded.
    pub conditional: bool,
    /// Where it is written; `null` for the default.
    pub source: Option<Source>,
}

/// The scopes of a server, itself first.
pub(super) fn of_server(pair: &[Rc<Block<'_>>; 2], logs_errors: bool) -> Vec<Scope> {
    let mut scopes = Vec::new();
    let [_, server] = pair;
    let name = server_name(server.directive);
    let mut waiting = vec![(pair.to_vec(), name.clone())];
    while let Some((chain, label)) = waiting.pop() {
        if scopes.len() >= SCOPE_LIMIT {
            break;
        }
        let Some(block) = chain.last() else { continue };
        scopes.push(scope(&chain, block.directive, &label, logs_errors));
        for inner in block.directive.block.iter().rev() {
            let label = match inner.name.as_str() {
                "location" => {
                    let path: String = inner.arguments.join(" ").chars().take(120).collect();
                    format!("location {path} of {name}")
                }
                "if" => format!("{} in {label}", inner.name),
                _ => continue,
            };
            let mut chain = chain.clone();
            chain.push(Block::of(inner));
            waiting.push((chain, label));
        }
    }
    scopes
}

/// The name a server is spoken of by.
pub(super) fn server_name(server: &Directive) -> String {
    let names = arguments(server, "server_name");
    let name = names
        .into_iter()
        .find(|name| name != "_" && !name.is_empty());
    let listen = || {
        let listen = all(server, "listen");
        let first = listen.first().and_then(|one| one.arguments.first());
        first.cloned().unwrap_or_else(|| "80".to_owned())
    };
    name.unwrap_or_else(listen).chars().take(120).collect()
}

fn scope(chain: &Chain<'_>, block: &Directive, name: &str, logs_errors: bool) -> Scope {
    let http = chain.first();
    let value = |name: &str| {
        effective(chain, name).and_then(|found| found.arguments.first().map(String::as_str))
    };
    let access_logs = access_logs(chain);
    let error_logs = effective_all(chain, "error_log");
    let error_log = error_logs.first().and_then(|log| log.arguments.first());
    let headers: Vec<String> = effective_all(chain, "add_header")
        .iter()
        .filter_map(|header| header.arguments.first().map(|name| name.to_lowercase()))
        .collect();
    let path = if block.name == "location" {
        block.arguments.last().cloned().unwrap_or_default()
    } else {
        String::new()
    };
    Scope {
        kind: block.name.clone(),
        name: name.to_owned(),
        path,
        source: block.source.clone(),
        logged: !access_logs.is_empty(),
        unrecorded: http.and_then(|http| unrecorded(http, &access_logs)),
        access_logs,
        errors_logged: match error_log {
            Some(path) => path != "/dev/null",
            None => logs_errors,
        },
        autoindex: value("autoindex") == Some("on"),
        shows_version: !matches!(value("server_tokens"), Some("off" | "")),
        status_page: [
            "stub_status",
            "check_status",
            "vhost_traffic_status_display",
        ]
        .iter()
        .any(|name| first(block, name).is_some()),
        restricted: is_restricted(chain),
        authenticated: value("auth_basic").is_some_and(|realm| realm != "off")
            || value("auth_request").is_some_and(|path| path != "off")
            || value("ssl_verify_client") == Some("on"),
        body_limit_bytes: value("client_max_body_size").map_or(Some(1 << 20), bytes),
        write_methods: effective(chain, "dav_methods")
            .map(|found| found.arguments.iter().take(WORD_LIMIT).cloned().collect())
            .filter(|methods: &Vec<String>| methods != &["off"])
            .unwrap_or_default(),
        escapes_folder: escapes_folder(block),
        hsts: headers
            .iter()
            .any(|name| name == "strict-transport-security"),
        headers,
    }
}

fn access_logs(chain: &Chain<'_>) -> Vec<AccessLog> {
    let written = effective_all(chain, "access_log");
    if written.is_empty() {
        // Requests are logged where nothing is said.
        return vec![AccessLog {
            path: "logs/access.log".to_owned(),
            log_format: "combined".to_owned(),
            conditional: false,
            source: None,
        }];
    }
    written
        .iter()
        .filter_map(|directive| {
            let (path, options) = directive.arguments.split_first()?;
            if path == "off" || path == "/dev/null" {
                return None;
            }
            let log_format = options
                .first()
                .filter(|word| !word.contains('='))
                .map_or("combined", String::as_str);
            Some(AccessLog {
                path: path.clone(),
                log_format: log_format.to_owned(),
                conditional: options.iter().any(|word| word.starts_with("if=")),
                source: Some(directive.source.clone()),
            })
        })
        .collect()
}

/// What each log lacks that an audit record must have.
fn unrecorded(http: &Block<'_>, logs: &[AccessLog]) -> Option<Vec<String>> {
    let mut best: Option<&[&str]> = None;
    for log in logs {
        let missing = if log.log_format == "combined" {
            &[]
        } else {
            http.formats.get(log.log_format.as_str())?.as_slice()
        };
        if best.is_none_or(|best| missing.len() < best.len()) {
            best = Some(missing);
        }
    }
    let best = best.unwrap_or_default();
    Some(best.iter().map(|field| (*field).to_owned()).collect())
}

/// What a `log_format` lacks.
pub(super) fn fields_missing(format: &Directive) -> Vec<&'static str> {
    const FIELDS: [(&str, &[&str]); 5] = [
        ("time", &["$time_local", "$time_iso8601", "$msec"]),
        (
            "remote",
            &[
                "$remote_addr",
                "$realip_remote_addr",
                "$http_x_forwarded_for",
                "$http_x_real_ip",
                "$proxy_protocol_addr",
                "$binary_remote_addr",
            ],
        ),
        (
            "user",
            &[
                "$remote_user",
                "$ssl_client_s_dn",
                "$cookie_",
                "$http_authorization",
                "$jwt_",
            ],
        ),
        ("request", &["$request", "$uri", "$document_uri"]),
        ("status", &["$status", "$upstream_status"]),
    ];
    let template = format.arguments.get(1..).unwrap_or_default().concat();
    let template = template.replace("${", "$").replace('}', " ");
    FIELDS
        .iter()
        .filter(|(_, variables)| !variables.iter().any(|variable| template.contains(variable)))
        .map(|(field, _)| *field)
        .collect()
}

/// Whether the list of addresses ends in a refusal, with no consent for all before it.
fn is_restricted(chain: &Chain<'_>) -> bool {
    let block = chain.last();
    if block.is_some_and(|block| !block.named("internal").is_empty()) {
        return true;
    }
    let mut refusals = chain.iter().rev().filter_map(|block| block.refuses);
    refusals.next().unwrap_or(false)
}

/// Whether a prefix location without a slash at its end stands for a folder with one:
/// `/img../secret` then leaves it.
fn escapes_folder(block: &Directive) -> bool {
    let [prefix] = block.arguments.as_slice() else {
        return false;
    };
    block.name == "location"
        && prefix.starts_with('/')
        && !prefix.ends_with('/')
        && first(block, "alias")
            .and_then(|alias| alias.arguments.first())
            .is_some_and(|folder| folder.ends_with('/'))
}

/// A size such as `100m`; 0 for no limit.
fn bytes(text: &str) -> Option<i64> {
    let text = text.trim().to_lowercase();
    let (number, factor) = match text.strip_suffix(['k', 'm', 'g']) {
        Some(number) => (
            number,
            match text.chars().next_back() {
                Some('k') => 1 << 10,
                Some('m') => 1 << 20,
                _ => 1_i64 << 30,
            },
        ),
        None => (text.as_str(), 1),
    };
    number.parse::<i64>().ok()?.checked_mul(factor)
}

/// Whether everything that a server answers is a redirection to HTTPS.
pub(super) fn redirects(server: &Directive) -> bool {
    let to_https = |block: &Directive| {
        block.block.iter().any(|one| {
            let words = &one.arguments;
            match one.name.as_str() {
                "return" => {
                    let target = words.last().map(String::as_str).unwrap_or_default();
                    let code = words.first().map(String::as_str).unwrap_or_default();
                    target.starts_with("https://")
                        && (matches!(code, "301" | "302" | "303" | "307" | "308")
                            || words.len() == 1)
                        || code == "444"
                }
                "rewrite" => {
                    words.first().is_some_and(|from| {
                        matches!(
                            from.as_str(),
                            "^(.*)$"
                                | "^(.*)"
                                | "(.*)"
                                | "^/(.*)$"
                                | "^"
                                | ".*"
                                | "^.*$"
                                | "^(.*) "
                        )
                    }) && words.get(1).is_some_and(|to| to.starts_with("https://"))
                }
                _ => false,
            }
        })
    };
    if to_https(server) {
        return true;
    }
    let locations = all(server, "location");
    // Certificate authorities ask for their proof in clear text.
    let mut others = locations.iter().filter(|location| {
        !location
            .arguments
            .iter()
            .any(|word| word.contains("/.well-known/acme-challenge"))
    });
    let catches_all = locations
        .iter()
        .any(|location| location.arguments == ["/"] && to_https(location));
    catches_all && others.all(|location| to_https(location))
}
