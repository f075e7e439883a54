//! Microsoft IIS: `applicationHost.config` and the `web.config` of sites.
//!
//! A file that holds `VersionString` of the registry key `InetStp` tells the release.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    Source,
    evidence::{self, FileRights},
    files::{Files, absolute},
    version,
    xml::{self, Element},
};
use crate::{family::Family, subject::FACTS_FORMAT};

const SITE_LIMIT: usize = 2_000;

/// Everything known of one IIS.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Always [`FACTS_FORMAT`].
    pub format: &'static str,
    /// Always [`Family::Iis`].
    pub family: Family,
    /// The date of collection (UTC), to compare dates with.
    pub collected_on: String,
    /// The release; `null` when nothing says it.
    pub version: Option<String>,
    /// The sites; `null` when no configuration was understood.
    pub sites: Option<Vec<Site>>,
    /// The pools in which applications run.
    pub pools: Option<Vec<Pool>>,
    /// Installed modules, such as `WebDAVModule`.
    pub modules: Option<Vec<String>>,
    /// Owner and permissions of files.
    pub rights: Option<Vec<FileRights>>,
}

/// A pool.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Pool {
    /// Its name.
    pub name: String,
    /// The account: `ApplicationPoolIdentity`, `LocalSystem`, `LocalService`,
    /// `NetworkService` or `SpecificUser`.
    pub identity: String,
    /// Where it begins.
    pub source: Source,
}

/// A site, with what holds in it.
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Site {
    /// Its name.
    pub name: String,
    /// Where it begins.
    pub source: Source,
    /// Its folder.
    pub folder: String,
    /// Whether it serves the page that IIS comes with.
    pub stock_page: bool,
    /// Its bindings, such as `http *:80:` and `https *:443:his.example`.
    pub bindings: Vec<String>,
    /// Whether it answers in clear text.
    pub plain: bool,
    /// Whether it speaks TLS.
    pub https: bool,
    /// Whether clear text is refused, or sent on to HTTPS.
    pub forces_tls: bool,
    /// Whether browsers are told to come by HTTPS only.
    pub hsts: bool,
    /// Whether requests are logged.
    pub logged: bool,
    /// What its log does not record, of `time`, `remote`, `user`, `request`, `status`.
    pub unrecorded: Vec<String>,
    /// Whether folders without an index are listed.
    pub directory_browsing: bool,
    /// Whether anybody is shown the details of errors.
    pub detailed_errors: bool,
    /// Whether answers name the product: by `Server` or `X-Powered-By`.
    pub shows_product: bool,
    /// Whether programs are compiled for debugging.
    pub debug: bool,
    /// The largest request body in bytes.
    pub body_limit_bytes: i64,
    /// Whether TRACE is refused.
    pub refuses_trace: bool,
    /// Whether `WebDAV` is on.
    pub webdav: bool,
    /// Whether passwords come in clear text (basic authentication without TLS).
    pub basic_in_clear: bool,
    /// Idle minutes of sessions.
    pub session_minutes: i64,
    /// Whether scripts in a page cannot read cookies.
    pub http_only_cookies: bool,
    /// Whether only some addresses may come.
    pub restricted: bool,
}

/// Reads all facts.
pub fn read(files: &mut Files) -> Facts {
    let mut facts = Facts {
        format: FACTS_FORMAT,
        family: Family::Iis,
        collected_on: files.collected_on().to_owned(),
        version: files
            .find(|text| text.contains("VersionString"))
            .and_then(|(_, text)| version::after(&text, "VersionString")),
        sites: None,
        pools: None,
        modules: None,
        rights: evidence::rights(files),
    };
    let Some(path) = files
        .ending_with("applicationHost.config")
        .into_iter()
        .next()
    else {
        return facts;
    };
    let Some(root) = document(files, &path) else {
        return facts;
    };
    let webs = web_configs(files);
    let host = Host {
        path: &path,
        locations: root
            .all("location")
            .map(|one| {
                (
                    one.attribute("path").unwrap_or_default().to_lowercase(),
                    one,
                )
            })
            .collect(),
        root: &root,
        webs,
    };
    let application = root.child("system.applicationHost");
    let sites = application.and_then(|one| one.child("sites"));
    facts.sites = sites.map(|sites| {
        let all = sites.all("site").take(SITE_LIMIT);
        all.map(|site| host.site(site, sites)).collect()
    });
    facts.pools = application
        .and_then(|one| one.child("applicationPools"))
        .map(|pools| self::pools(&path, pools));
    facts.modules = root
        .at(&["system.webServer", "globalModules"])
        .map(|modules| {
            let names = modules.all("add").filter_map(|one| one.attribute("name"));
            names.map(str::to_owned).collect()
        });
    facts
}

fn document(files: &mut Files, path: &str) -> Option<Element> {
    match xml::parse(&files.text(path)?) {
        Ok(root) => Some(root),
        Err(error) => {
            files.refuse(path, &error.to_string());
            None
        }
    }
}

/// The `web.config` files by their folder in lower case.
fn web_configs(files: &mut Files) -> BTreeMap<String, Element> {
    let mut configs = BTreeMap::new();
    for path in files.ending_with("web.config").into_iter().take(SITE_LIMIT) {
        if let Some(root) = document(files, &path) {
            let folder = super::files::folder_of(&path).to_lowercase();
            configs.insert(folder, root);
        }
    }
    configs
}

fn pools(path: &str, pools: &Element) -> Vec<Pool> {
    let of = |element: &Element| {
        element
            .child("processModel")
            .and_then(|model| model.attribute("identityType"))
            .map(str::to_owned)
    };
    let default = pools
        .child("applicationPoolDefaults")
        .and_then(of)
        .unwrap_or_else(|| "ApplicationPoolIdentity".to_owned());
    pools
        .all("add")
        .map(|pool| Pool {
            name: pool.attribute("name").unwrap_or_default().to_owned(),
            identity: of(pool).unwrap_or_else(|| default.clone()),
            source: Source {
                file: path.to_owned(),
                line: pool.line,
            },
        })
        .collect()
}

/// The configuration of the machine, with that of each site.
struct Host<'a> {
    path: &'a str,
    root: &'a Element,
    locations: BTreeMap<String, &'a Element>,
    webs: BTreeMap<String, Element>,
}

/// The places that say something of a site, the nearest first.
struct Levels<'a>(Vec<&'a Element>);

impl<'a> Levels<'a> {
    /// The elements at a path, the nearest first.
    fn all(&self, path: &[&str]) -> Vec<&'a Element> {
        self.0.iter().filter_map(|level| level.at(path)).collect()
    }

    /// An attribute of the nearest element that has it.
    fn attribute(&self, path: &[&str], name: &str) -> Option<&'a str> {
        self.all(path)
            .into_iter()
            .find_map(|one| one.attribute(name))
    }

    fn is(&self, path: &[&str], name: &str, default: bool) -> bool {
        self.attribute(path, name)
            .map_or(default, |value| value.eq_ignore_ascii_case("true"))
    }

    fn number(&self, path: &[&str], name: &str, default: i64) -> i64 {
        self.attribute(path, name)
            .and_then(|value| value.parse().ok())
            .unwrap_or(default)
    }
}

const SERVER: &str = "system.webServer";

impl<'a> Host<'a> {
    fn levels(&'a self, name: &str, on_disk: &str) -> Levels<'a> {
        let location = |path: &str| self.locations.get(path).copied();
        let levels = [
            self.webs.get(on_disk),
            location(&name.to_lowercase()),
            location(""),
            Some(self.root),
        ];
        Levels(levels.into_iter().flatten().collect())
    }

    fn site(&self, site: &Element, sites: &Element) -> Site {
        let name = site.attribute("name").unwrap_or_default().to_owned();
        let folder = site
            .descendants("virtualDirectory")
            .into_iter()
            .find(|one| one.attribute("path") == Some("/"))
            .and_then(|one| one.attribute("physicalPath"))
            .unwrap_or_default()
            .to_owned();
        let on_disk = absolute(&folder.to_lowercase().replace("%systemdrive%", "c:"));
        let levels = self.levels(&name, &on_disk);
        let bindings = bindings(site);
        let plain = bindings.iter().any(|one| one.starts_with("http "));
        let (hsts, sends_on) = hsts(site, sites);
        let forces_tls = sends_on || requires_tls(&levels) || redirects(&levels);
        let basic = [SERVER, "security", "authentication", "basicAuthentication"];
        let filtering = [SERVER, "security", "requestFiltering"];
        let limit = [SERVER, "security", "requestFiltering", "requestLimits"];
        let (logged, unrecorded) = log(site, sites, &levels);
        Site {
            source: Source {
                file: self.path.to_owned(),
                line: site.line,
            },
            stock_page: on_disk == "/inetpub/wwwroot" && !self.webs.contains_key(&on_disk),
            https: bindings.iter().any(|one| one.starts_with("https ")),
            hsts: hsts || adds_header(&levels, "Strict-Transport-Security"),
            logged,
            unrecorded,
            directory_browsing: levels.is(&[SERVER, "directoryBrowse"], "enabled", false),
            detailed_errors: shows_details(&levels),
            shows_product: adds_header(&levels, "X-Powered-By")
                || !levels.is(&filtering, "removeServerHeader", false),
            debug: levels.is(&["system.web", "compilation"], "debug", false),
            body_limit_bytes: levels.number(&limit, "maxAllowedContentLength", 30_000_000),
            refuses_trace: refuses_trace(&levels),
            webdav: levels.is(&[SERVER, "webdav", "authoring"], "enabled", false),
            basic_in_clear: levels.is(&basic, "enabled", false) && plain && !forces_tls,
            session_minutes: levels.number(&["system.web", "sessionState"], "timeout", 20),
            http_only_cookies: levels.is(&["system.web", "httpCookies"], "httpOnlyCookies", false),
            restricted: !levels.is(&[SERVER, "security", "ipSecurity"], "allowUnlisted", true),
            name,
            folder,
            bindings,
            plain,
            forces_tls,
        }
    }
}

fn bindings(site: &Element) -> Vec<String> {
    let all = site.descendants("binding");
    let described = all.iter().map(|one| {
        let protocol = one.attribute("protocol").unwrap_or_default();
        let place = one.attribute("bindingInformation").unwrap_or_default();
        format!("{protocol} {place}")
    });
    described.collect()
}

/// Whether a site sets HSTS, and whether by that it sends clear text on to HTTPS.
fn hsts(site: &Element, sites: &Element) -> (bool, bool) {
    let levels = [Some(site), sites.child("siteDefaults")];
    let found = levels
        .into_iter()
        .flatten()
        .find_map(|one| one.child("hsts"));
    let is = |name: &str| found.is_some_and(|one| one.switch(name) == Some(true));
    (is("enabled"), is("enabled") && is("redirectHttpToHttps"))
}

fn requires_tls(levels: &Levels<'_>) -> bool {
    let flags = levels.attribute(&[SERVER, "security", "access"], "sslFlags");
    flags.is_some_and(|flags| {
        let mut flags = flags.split(',').map(str::trim);
        flags.any(|flag| flag.eq_ignore_ascii_case("Ssl"))
    })
}

/// Whether a header is added; the nearest level that adds or removes it decides.
fn adds_header(levels: &Levels<'_>, name: &str) -> bool {
    let is_it = |one: &&Element| {
        let named = one.attribute("name");
        one.name == "clear" || named.is_some_and(|found| found.eq_ignore_ascii_case(name))
    };
    levels
        .all(&[SERVER, "httpProtocol", "customHeaders"])
        .iter()
        .flat_map(|one| one.children.iter().rev())
        .find(is_it)
        .is_some_and(|one| one.name == "add")
}

/// Whether anybody is shown the details of errors.
fn shows_details(levels: &Levels<'_>) -> bool {
    let mode = levels.attribute(&["system.web", "customErrors"], "mode");
    levels.attribute(&[SERVER, "httpErrors"], "errorMode") == Some("Detailed")
        || mode.is_some_and(|mode| mode.eq_ignore_ascii_case("Off"))
}

fn refuses_trace(levels: &Levels<'_>) -> bool {
    let all = levels.all(&[SERVER, "security", "requestFiltering", "verbs"]);
    all.iter().any(|verbs| {
        let is_trace = |verb: &&Element| {
            let verb = verb.attribute("verb");
            verb.is_some_and(|verb| verb.eq_ignore_ascii_case("TRACE"))
        };
        match verbs.all("add").find(is_trace) {
            Some(trace) => trace.switch("allowed") == Some(false),
            None => verbs.switch("allowUnlisted") == Some(false),
        }
    })
}

/// Whether requests are logged, and what the log lacks.
fn log(site: &Element, sites: &Element, levels: &Levels<'_>) -> (bool, Vec<String>) {
    const DEFAULT: &str = "Date, Time, ClientIP, UserName, ServerIP, Method, UriStem, UriQuery, TimeTaken, HttpStatus, Win32Status, ServerPort, UserAgent, HttpSubStatus, Referer";
    const FIELDS: [(&str, &str); 5] = [
        ("time", "Time"),
        ("remote", "ClientIP"),
        ("user", "UserName"),
        ("request", "UriStem"),
        ("status", "HttpStatus"),
    ];
    let logs: Vec<&Element> = [Some(site), sites.child("siteDefaults")]
        .into_iter()
        .flatten()
        .filter_map(|one| one.child("logFile"))
        .collect();
    let value = |name: &str| logs.iter().find_map(|one| one.attribute(name));
    let off = levels.is(&["system.webServer", "httpLogging"], "dontLog", false);
    let enabled = value("enabled").is_none_or(|value| value.eq_ignore_ascii_case("true"));
    let is_w3c = value("logFormat").is_none_or(|format| format.eq_ignore_ascii_case("W3C"));
    let flags: Vec<&str> = value("logExtFileFlags")
        .unwrap_or(DEFAULT)
        .split(',')
        .map(str::trim)
        .collect();
    let missing = FIELDS
        .iter()
        .filter(|(_, flag)| is_w3c && !flags.contains(flag));
    (
        enabled && !off,
        missing.map(|(field, _)| (*field).to_owned()).collect(),
    )
}

/// Whether a rule sends what comes in clear text on to HTTPS.
fn redirects(levels: &Levels<'_>) -> bool {
    let by_rule = levels
        .all(&["system.webServer", "rewrite", "rules"])
        .iter()
        .flat_map(|rules| rules.all("rule"))
        .filter(|rule| rule.switch("enabled") != Some(false))
        .any(|rule| {
            let to_https = rule.child("action").is_some_and(|action| {
                action
                    .attribute("type")
                    .is_some_and(|kind| kind.eq_ignore_ascii_case("Redirect"))
                    && action
                        .attribute("url")
                        .is_some_and(|url| url.to_lowercase().starts_with("https://"))
            });
            let pattern = rule.child("match").and_then(|one| one.attribute("url"));
            to_https && matches!(pattern, Some("(.*)" | ".*" | "^(.*)$" | "*" | "^.*$"))
        });
    let whole = levels.is(&["system.webServer", "httpRedirect"], "enabled", false)
        && levels
            .attribute(&["system.webServer", "httpRedirect"], "destination")
            .is_some_and(|url| url.to_lowercase().starts_with("https://"));
    by_rule || whole
}
