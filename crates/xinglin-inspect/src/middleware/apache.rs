//! Apache HTTP Server: its hosts and folders, in the layouts of Debian, RHEL and the source.
//!
//! `httpd -v` or `apache2 -v`, kept in any file, tells the release; `httpd -M` the modules.

mod host;
pub mod parse;
mod section;

use serde::Serialize;

use super::{
    Source, Written,
    evidence::{self, FileRights, Process},
    files::Files,
    version,
};
use crate::{family::Family, subject::FACTS_FORMAT};
pub(super) use host::fields_missing;
pub use host::{Host, Tls, protocols};
use host::{Level, Place};
use parse::Node;
pub use section::Section;

const HOST_LIMIT: usize = 5_000;

/// Everything known of one Apache.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Always [`FACTS_FORMAT`].
    pub format: &'static str,
    /// Always [`Family::Apache`].
    pub family: Family,
    /// The date of collection (UTC), to compare dates with.
    pub collected_on: String,
    /// Which release it is.
    pub product: Product,
    /// Whether every file that the configuration includes was there and understood.
    pub complete: bool,
    /// Included files that are not in the bundle.
    pub missing: Vec<String>,
    /// Loaded modules, such as `ssl_module`; `null` when they are not known.
    pub modules: Option<Vec<String>>,
    /// The account it runs as; `null` when nothing says it.
    pub user: Option<Written>,
    /// What answers say of the product: `prod`, `major`, `minor`, `min`, `os` or `full`.
    pub tokens: Option<String>,
    /// Whether pages it makes name the release.
    pub signature: Option<bool>,
    /// Whether TRACE is answered.
    pub trace: Option<bool>,
    /// Whether folders that no section opens are closed.
    pub root_denied: Option<bool>,
    /// The main server, where it answers, and the virtual hosts; `null` when no configuration
    /// was understood.
    pub hosts: Option<Vec<Host>>,
    /// Folders, locations and files.
    pub sections: Option<Vec<Section>>,
    /// Folders that come with the product and are served: the manual, icons, the test page.
    pub stock_content: Option<Vec<String>>,
    /// Owner and permissions of files.
    pub rights: Option<Vec<FileRights>>,
    /// Its processes.
    pub processes: Option<Vec<Process>>,
}

/// Which Apache it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Product {
    /// The release; `null` when no output of `httpd -v` was given.
    pub version: Option<String>,
    /// The release as three numbers.
    pub parts: Option<Vec<u64>>,
    /// Who built it, such as `Debian`; empty for the source.
    pub built_by: Option<String>,
}

impl Product {
    /// The versions that hold when `SSLProtocol` is absent. Builds of the RPM family ask the
    /// system's policy instead.
    fn default_protocols(&self) -> Option<Vec<String>> {
        let certain = matches!(self.built_by.as_deref()?, "Debian" | "Ubuntu" | "Unix");
        (certain && version::at_least(self.version.as_deref()?, "2.4")).then(|| {
            ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"]
                .map(str::to_owned)
                .to_vec()
        })
    }

    /// The limit of request bodies when `LimitRequestBody` is absent.
    fn default_body_limit(&self) -> Option<i64> {
        let newer = version::at_least(self.version.as_deref()?, "2.4.54");
        let from_source = matches!(self.built_by.as_deref()?, "Debian" | "Ubuntu" | "Unix");
        match (newer, from_source) {
            (true, _) => Some(1 << 30),
            (false, true) => Some(0),
            // Distributions brought the newer default to older releases.
            (false, false) => None,
        }
    }
}

/// Reads all facts.
pub fn read(files: &mut Files) -> Facts {
    let product = product(files);
    let rights = evidence::rights(files);
    let processes = evidence::processes(files, |command| {
        let program = command.split(' ').next().unwrap_or_default();
        let name = program.rsplit('/').next().unwrap_or_default();
        matches!(name, "httpd" | "apache2" | "httpd.worker").then_some("worker")
    });
    let mut facts = Facts {
        format: FACTS_FORMAT,
        family: Family::Apache,
        collected_on: files.collected_on().to_owned(),
        product,
        complete: false,
        missing: Vec::new(),
        modules: None,
        user: None,
        tokens: None,
        signature: None,
        trace: None,
        root_denied: None,
        hosts: None,
        sections: None,
        stock_content: None,
        rights,
        processes,
    };
    if let Some(tree) = parse::read(files) {
        facts.complete = tree.complete;
        facts.missing = tree.missing;
        let modules: Vec<String> = tree
            .modules
            .into_iter()
            .filter(|name| name.ends_with("_module"))
            .collect();
        facts.modules = (!modules.is_empty()).then_some(modules);
        fill(&mut facts, &tree.nodes);
    }
    facts
}

fn fill(facts: &mut Facts, nodes: &[Node]) {
    let main = Level::of(nodes);
    let word = |name: &str| main.last(name).map(|node| node.word(0));
    facts.user = main.last("user").and_then(|node| {
        Some(Written {
            value: node.arguments.first()?.clone(),
            source: node.source.clone(),
        })
    });
    // The documented defaults of every 2.x release.
    facts.tokens = Some(match word("servertokens").as_deref() {
        Some("productonly" | "prod") => "prod".to_owned(),
        Some("minimal" | "min") => "min".to_owned(),
        Some(word) => word.to_owned(),
        None => "full".to_owned(),
    });
    facts.signature = Some(word("serversignature").is_some_and(|word| word != "off"));
    facts.trace = Some(word("traceenable").is_none_or(|word| word != "off"));
    let root = main
        .all("directory")
        .iter()
        .filter(|node| matches!(node.word(0).as_str(), "/" | ""))
        .filter_map(|node| section::access(node))
        .next_back();
    facts.root_denied = Some(root.as_deref() == Some("denied"));
    let hosts = main.all("virtualhost");
    let mut sections = section::of_host("", nodes, &[]);
    let mut described = Vec::new();
    let untaken = untaken(&main, hosts);
    if !untaken.is_empty() {
        let place = Place {
            own: Level::of(nodes),
            main: &main,
        };
        described.push(host::describe(
            &place,
            untaken,
            Source::default(),
            &facts.product,
        ));
    }
    for host in hosts.iter().take(HOST_LIMIT) {
        let place = Place {
            own: Level::of(&host.children),
            main: &main,
        };
        let one = host::describe(
            &place,
            host.arguments.clone(),
            host.source.clone(),
            &facts.product,
        );
        sections.extend(section::of_host(&one.name, &host.children, &[]));
        described.push(one);
    }
    facts.stock_content = Some(stock_content(&main, hosts, &described));
    facts.hosts = Some(described);
    facts.sections = Some(sections);
}

/// The addresses that are listened at and that no virtual host takes.
fn untaken(main: &Level<'_>, hosts: &[&Node]) -> Vec<String> {
    let taken: std::collections::BTreeSet<&str> = hosts
        .iter()
        .flat_map(|host| host.arguments.iter())
        .map(|address| address.rsplit_once(':').map_or("*", |(_, port)| port))
        .collect();
    main.all("listen")
        .iter()
        .filter_map(|listen| listen.arguments.first())
        .filter(|address| {
            let port = address
                .rsplit_once(':')
                .map_or(address.as_str(), |(_, port)| port);
            !taken.contains(port) && !taken.contains("*")
        })
        .cloned()
        .collect()
}

fn stock_content(main: &Level<'_>, hosts: &[&Node], described: &[Host]) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let levels = hosts.iter().map(|host| Level::of(&host.children));
    let all: Vec<Level<'_>> = levels.collect();
    for level in std::iter::once(main).chain(&all) {
        for name in ["alias", "aliasmatch", "scriptalias"] {
            for node in level.all(name) {
                let target = node.word(1);
                let is_stock = target.contains("/manual")
                    || target.contains("apache2-doc")
                    || target.contains("/noindex")
                    || target.ends_with("/cgi-bin/")
                        && node.name == "scriptalias"
                        && target.starts_with("/usr/lib");
                if is_stock {
                    found.push(format!("{} -> {target}", node.word(0)));
                }
            }
        }
    }
    for host in described.iter().filter(|host| !host.redirects) {
        let root = host.document_root.as_deref().unwrap_or_default();
        let root = root.trim_end_matches('/');
        if matches!(root, "/var/www/html" | "/usr/local/apache2/htdocs") {
            found.push(format!("{}: {root}", host.name));
        }
    }
    found
}

/// Reads `Server version: Apache/2.4.57 (Debian)`.
fn product(files: &Files) -> Product {
    let output = files
        .find(|text| text.contains("Server version: Apache/"))
        .map(|(_, text)| text)
        .unwrap_or_default();
    let line = output
        .lines()
        .find(|line| line.contains("Server version: Apache/"))
        .unwrap_or_default();
    let number = version::after(line, "Apache/");
    let built_by = line
        .split_once('(')
        .and_then(|(_, rest)| rest.split_once(')'))
        .map(|(name, _)| name.to_owned());
    Product {
        parts: number.as_deref().map(version::parts),
        built_by: built_by.or_else(|| number.is_some().then(String::new)),
        version: number,
    }
}
