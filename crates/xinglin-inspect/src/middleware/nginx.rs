//! nginx, `OpenResty`, Tengine: the effective configuration of each server and location.
//!
//! The configuration is that of `nginx.conf` and the files it includes, or the output of
//! `nginx -T`; `nginx -v` or `-V`, kept in any file, tells the release.

mod build;
mod listen;
pub mod parse;
mod scope;
mod tree;

use std::{collections::BTreeSet, rc::Rc};

use serde::Serialize;

use super::{
    Source, Written,
    evidence::{self, FileRights, Process},
    files::{Files, absolute},
};
use crate::{family::Family, subject::FACTS_FORMAT};
pub use build::Product;
pub use listen::Listen;
pub use scope::{AccessLog, Scope};
use tree::{Block, Chain};
pub use tree::{Directive, Tree};

/// Everything known of one nginx.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Always [`FACTS_FORMAT`].
    pub format: &'static str,
    /// Always [`Family::Nginx`].
    pub family: Family,
    /// The date of collection (UTC), to compare dates with.
    pub collected_on: String,
    /// Which nginx it is.
    pub product: Product,
    /// Whether every file that the configuration includes was there and understood.
    pub complete: bool,
    /// Included files that are not in the bundle.
    pub missing: Vec<String>,
    /// The account of the workers, as `user` says; `null` when it does not.
    pub user: Option<Written>,
    /// The log of errors outside of any server.
    pub error_log: Option<Written>,
    /// The servers; `null` when no configuration was understood.
    pub servers: Option<Vec<Server>>,
    /// Servers, locations and conditions, each with what holds in it.
    pub scopes: Option<Vec<Scope>>,
    /// Owner and permissions of files.
    pub rights: Option<Vec<FileRights>>,
    /// Its processes.
    pub processes: Option<Vec<Process>>,
}

/// A `server` block.
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Server {
    /// Its first name, or the first address it listens at.
    pub name: String,
    /// All its names.
    pub names: Vec<String>,
    /// Where it begins.
    pub source: Source,
    /// Where it listens.
    pub listen: Vec<Listen>,
    /// Whether only this host can reach it.
    pub loopback: bool,
    /// Whether it answers in clear text.
    pub plain: bool,
    /// Whether all that it answers in clear text is a redirection to HTTPS.
    pub redirects: bool,
    /// Whether it serves the page that nginx comes with.
    pub welcome: bool,
    /// How it speaks TLS; `null` when it does not.
    pub tls: Option<Tls>,
}

/// How a server speaks TLS.
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Tls {
    /// Versions it may agree to, its own and those of the default server of the same address,
    /// which is asked first; `null` when the release's default is not known.
    pub protocols: Option<Vec<String>>,
    /// Where its own versions are written; `null` for the default.
    pub protocols_source: Option<Source>,
    /// The list of suites as written; `null` for the default.
    pub ciphers: Option<String>,
    /// What the list lets in that is weak.
    pub weaknesses: Vec<String>,
    /// Whether every suite takes its own key for each session; `null` when the list leaves it
    /// open.
    pub forward_secret: Option<bool>,
    /// Whether the server's order of suites counts.
    pub server_order: bool,
    /// Whether browsers are told to come by HTTPS only, in every location.
    pub hsts: bool,
    /// How many certificates it has.
    pub certificates: usize,
    /// Whether it speaks TLCP (GB/T 38636), by the words of Tongsuo or `GmSSL` builds.
    pub tlcp: bool,
    /// Whether TLCP has both of its certificates: to sign and to encrypt.
    pub tlcp_complete: bool,
}

/// Reads all facts.
pub fn read(files: &mut Files) -> Facts {
    let product = build::product(files);
    let tree = tree::read(files);
    let rights = evidence::rights(files);
    let processes = evidence::processes(files, |command| {
        if command.contains("nginx: master") {
            Some("master")
        } else {
            command.contains("nginx: worker").then_some("worker")
        }
    });
    let mut facts = Facts {
        format: FACTS_FORMAT,
        family: Family::Nginx,
        collected_on: files.collected_on().to_owned(),
        product,
        complete: false,
        missing: Vec::new(),
        user: None,
        error_log: None,
        servers: None,
        scopes: None,
        rights,
        processes,
    };
    let Some(tree) = tree else {
        return facts;
    };
    facts.complete = tree.complete;
    facts.missing.clone_from(&tree.missing);
    facts.user = written(&tree.directives, "user");
    facts.error_log = written(&tree.directives, "error_log");
    let servers = tree.servers();
    // Errors are logged where nothing is said.
    let logs_errors = facts
        .error_log
        .as_ref()
        .is_none_or(|log| log.value != "/dev/null");
    let scopes: Vec<Vec<Scope>> = servers
        .iter()
        .map(|pair| scope::of_server(pair, logs_errors))
        .collect();
    facts.servers = Some(describe(&servers, &scopes, &facts.product));
    facts.scopes = Some(scopes.into_iter().flatten().collect());
    facts
}

fn written(directives: &[Directive], name: &str) -> Option<Written> {
    let directive = directives.iter().rfind(|one| one.name == name)?;
    Some(Written {
        value: directive.arguments.first()?.clone(),
        source: directive.source.clone(),
    })
}

fn describe(pairs: &[[Rc<Block<'_>>; 2]], scopes: &[Vec<Scope>], product: &Product) -> Vec<Server> {
    let listens: Vec<Vec<Listen>> = pairs
        .iter()
        .map(|[_, server]| listen::of(server.directive))
        .collect();
    let defaults = listen::default_servers(&listens);
    let own: Vec<Option<Vec<String>>> = pairs.iter().map(|pair| protocols(pair, product)).collect();
    let mut servers = Vec::new();
    for (index, ((pair, listen), scopes)) in pairs.iter().zip(&listens).zip(scopes).enumerate() {
        let block = pair[1].directive;
        let switched_on = switch(pair, "ssl");
        let uses_tls = listen.iter().any(|one| one.tls) || switched_on;
        let plain = listen.iter().any(|one| !one.tls) && !switched_on;
        let asked_first: BTreeSet<usize> = listen
            .iter()
            .filter(|one| one.tls)
            .filter_map(|one| defaults.get(&(one.address.clone(), one.port)).copied())
            .chain([index])
            .collect();
        let protocols = union(asked_first.iter().filter_map(|server| own.get(*server)));
        servers.push(Server {
            name: scope::server_name(block),
            names: tree::arguments(block, "server_name"),
            source: block.source.clone(),
            loopback: !listen.is_empty() && listen.iter().all(|one| one.loopback),
            redirects: plain && scope::redirects(block),
            welcome: is_welcome(pair),
            plain,
            listen: listen.clone(),
            tls: uses_tls.then(|| tls(pair, protocols, scopes)),
        });
    }
    servers
}

/// All versions that any of the servers allows; `None` when one of them is not known.
fn union<'a>(lists: impl Iterator<Item = &'a Option<Vec<String>>>) -> Option<Vec<String>> {
    let mut all = BTreeSet::new();
    for list in lists {
        all.extend(list.as_ref()?.iter().cloned());
    }
    Some(all.into_iter().collect())
}

fn tls(chain: &Chain<'_>, protocols: Option<Vec<String>>, scopes: &[Scope]) -> Tls {
    let find = |name: &str| tree::effective(chain, name);
    let ciphers = find("ssl_ciphers").and_then(|found| found.arguments.first().cloned());
    let list = ciphers.as_deref().unwrap_or("HIGH:!aNULL:!MD5");
    let on = |name: &str| switch(chain, name);
    let tlcp = on("ssl_ntls") || on("enable_ntls");
    let certificates = tree::effective_all(chain, "ssl_certificate");
    let all_there = [
        "ssl_sign_certificate",
        "ssl_sign_certificate_key",
        "ssl_enc_certificate",
        "ssl_enc_certificate_key",
    ]
    .iter()
    .all(|name| find(name).is_some());
    Tls {
        protocols_source: find("ssl_protocols").map(|found| found.source.clone()),
        protocols,
        weaknesses: super::ciphers::weaknesses(list),
        forward_secret: super::ciphers::all_forward_secret(list),
        server_order: on("ssl_prefer_server_ciphers"),
        hsts: !scopes.is_empty() && scopes.iter().all(|scope| scope.hsts),
        certificates: certificates.len(),
        tlcp,
        // Some builds take both certificates by the ordinary directive, twice or in one line.
        tlcp_complete: tlcp
            && (all_there
                || certificates.len() >= 2
                || certificates.iter().any(|one| one.arguments.len() >= 2)),
        ciphers,
    }
}

/// The versions that are written, or those of the release's default.
fn protocols(chain: &Chain<'_>, product: &Product) -> Option<Vec<String>> {
    match tree::effective(chain, "ssl_protocols") {
        Some(found) => Some(found.arguments.iter().take(20).cloned().collect()),
        None => product.default_protocols(),
    }
}

fn switch(chain: &Chain<'_>, name: &str) -> bool {
    tree::effective(chain, name)
        .and_then(|found| found.arguments.first())
        .is_some_and(|value| value.eq_ignore_ascii_case("on"))
}

/// Whether the files served are those that nginx was installed with.
fn is_welcome(pair: &[Rc<Block<'_>>; 2]) -> bool {
    const STOCK: [&str; 5] = [
        "/usr/share/nginx/html",
        "/usr/local/nginx/html",
        "/usr/local/openresty/nginx/html",
        "/var/www/html",
        "/html",
    ];
    const ANSWERS: [&str; 5] = [
        "proxy_pass",
        "return",
        "fastcgi_pass",
        "uwsgi_pass",
        "rewrite",
    ];
    let answers = |block: &Block<'_>| ANSWERS.iter().any(|name| !block.named(name).is_empty());
    let [_, server] = pair;
    if answers(server) {
        return false;
    }
    let locations = server.named("location");
    let slash = locations.iter().find(|one| one.arguments == ["/"]);
    let mut chain = pair.to_vec();
    match slash {
        Some(location) => {
            let location = Block::of(location);
            if answers(&location) {
                return false;
            }
            chain.push(location);
        }
        // Only what its locations name is served.
        None if server.named("root").is_empty() && !locations.is_empty() => return false,
        None => {}
    }
    let root = tree::effective(&chain, "root").and_then(|found| found.arguments.first());
    // nginx serves `html` below its prefix where nothing is said.
    let root = root.map_or("html", String::as_str);
    STOCK.contains(&absolute(root).as_str())
}
