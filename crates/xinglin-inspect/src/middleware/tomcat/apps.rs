//! Applications: which there are, who may come, when sessions end.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{
    super::{Source, evidence::FileRights, files::Files, xml, xml::Element},
    at,
    server::class,
};

const APP_LIMIT: usize = 2_000;

/// An application.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct App {
    /// The name of its folder.
    pub name: String,
    /// Whether it comes with the product: `manager`, `host-manager`, `examples`, `docs`, or a
    /// `ROOT` that is the product's own page.
    pub stock: bool,
    /// Whether it administers the server.
    pub administrative: bool,
    /// Whether only some addresses may come; `null` when its descriptor is not known.
    pub restricted: Option<bool>,
    /// Where that is written.
    pub source: Option<Source>,
}

/// When the sessions of an application end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Session {
    /// The application; `*` for all that say nothing themselves.
    pub app: String,
    /// After so many idle minutes; 0 or less for never.
    pub minutes: i64,
    /// Where it is written; `null` for the default.
    pub source: Option<Source>,
}

/// The name of the application that a path lies in.
fn app_of(path: &str) -> Option<&str> {
    let (_, rest) = path.split_once("/webapps/")?;
    let name = rest.split('/').next()?;
    let name = name.strip_suffix(".war").unwrap_or(name);
    (!name.is_empty()).then_some(name)
}

/// The applications; `None` when no path of one is known.
pub(super) fn read(
    files: &mut Files,
    rights: Option<&[FileRights]>,
    server: Option<&(String, Element)>,
) -> Option<Vec<App>> {
    let mut names: BTreeMap<String, bool> = BTreeMap::new();
    let listed = files
        .find(|text| {
            text.lines()
                .take(3)
                .any(|line| line.trim_end().ends_with("/webapps:") || line.contains("/webapps/"))
        })
        .filter(|(path, _)| path.ends_with("webapps.txt"))
        .map(|(_, text)| text)
        .unwrap_or_default();
    let of_rights = rights
        .unwrap_or_default()
        .iter()
        .map(|one| one.path.as_str());
    let known = files.paths().chain(of_rights).chain(listed.lines());
    let mut any = false;
    for path in known {
        any |= path.contains("/webapps");
        if let Some(name) = app_of(path) {
            let own_page = path.ends_with("/ROOT/RELEASE-NOTES.txt")
                || path.ends_with("/ROOT/tomcat.svg")
                || path.ends_with("/ROOT/tomcat.css")
                || path.ends_with("/ROOT/bg-nav.png");
            *names.entry(name.to_owned()).or_default() |= own_page;
        }
        if names.len() > APP_LIMIT {
            break;
        }
    }
    if !any {
        return None;
    }
    let above = server.is_some_and(|(_, root)| {
        ["Engine", "Host"].iter().any(|name| {
            root.descendants(name)
                .iter()
                .any(|element| element.all("Valve").any(limits))
        })
    });
    let apps = names
        .into_iter()
        .map(|(name, own_page)| app(files, name, own_page, above))
        .collect();
    Some(apps)
}

fn app(files: &mut Files, name: String, own_page: bool, above: bool) -> App {
    let administrative = matches!(name.as_str(), "manager" | "host-manager");
    let descriptors = [
        format!("localhost/{name}.xml"),
        format!("webapps/{name}/META-INF/context.xml"),
    ];
    let mut restricted = above.then_some(true);
    let mut source = None;
    for suffix in descriptors {
        let Some(path) = files.ending_with(&suffix).into_iter().next() else {
            continue;
        };
        let Some(text) = files.text(&path) else {
            continue;
        };
        match xml::parse(&text) {
            Ok(root) => {
                let valve = root.all("Valve").find(|valve| limits(valve));
                source = Some(at(&path, valve.unwrap_or(&root)));
                restricted = Some(above || valve.is_some());
                // A descriptor of the host goes before that of the application.
                break;
            }
            Err(error) => files.refuse(&path, &error.to_string()),
        }
    }
    App {
        stock: own_page || administrative || matches!(name.as_str(), "examples" | "docs"),
        administrative,
        restricted,
        source,
        name,
    }
}

/// Whether a valve lets in some addresses only.
fn limits(valve: &Element) -> bool {
    let class = class(valve);
    if class.ends_with("RemoteCIDRValve") {
        let allow = valve.attribute("allow").unwrap_or_default();
        return !allow.is_empty() && !allow.contains("0.0.0.0/0");
    }
    if !(class.ends_with("RemoteAddrValve") || class.ends_with("RemoteHostValve")) {
        return false;
    }
    let allow = valve.attribute("allow").unwrap_or_default().trim();
    // A pattern that begins with anything at all lets everybody in.
    let everybody = matches!(
        allow,
        ".*" | "^.*$" | "\\d+\\.\\d+\\.\\d+\\.\\d+" | "*" | "*.*.*.*"
    ) || allow
        .split('|')
        .any(|part| matches!(part.trim(), ".*" | "^.*$"));
    !allow.is_empty() && !everybody
}

/// The idle limits of `conf/web.xml` and of each application that has its own.
pub(super) fn sessions(files: &mut Files, web: &Element) -> Vec<Session> {
    let minutes = |root: &Element| -> Option<(i64, usize)> {
        let timeout = root.at(&["session-config", "session-timeout"])?;
        Some((timeout.text.parse().ok()?, timeout.line))
    };
    let global_path = files
        .ending_with("conf/web.xml")
        .into_iter()
        .next()
        .unwrap_or_default();
    let mut sessions = vec![match minutes(web) {
        Some((minutes, line)) => Session {
            app: "*".to_owned(),
            minutes,
            source: Some(Source {
                file: global_path,
                line,
            }),
        },
        None => Session {
            app: "*".to_owned(),
            minutes: 30,
            source: None,
        },
    }];
    for path in files
        .ending_with("WEB-INF/web.xml")
        .into_iter()
        .take(APP_LIMIT)
    {
        let Some(text) = files.text(&path) else {
            continue;
        };
        let app = app_of(&path).unwrap_or(&path).to_owned();
        match xml::parse(&text) {
            Ok(root) => {
                if let Some((minutes, line)) = minutes(&root) {
                    sessions.push(Session {
                        app,
                        minutes,
                        source: Some(Source { file: path, line }),
                    });
                }
            }
            Err(error) => files.refuse(&path, &error.to_string()),
        }
    }
    sessions
}

/// Whether the default servlet lists folders, and whether it refuses to write files.
pub(super) fn default_servlet(web: &Element) -> (bool, bool) {
    let servlet = web.all("servlet").find(|servlet| {
        servlet
            .text_of("servlet-class")
            .is_some_and(|class| class.ends_with("DefaultServlet"))
    });
    let parameter = |name: &str| {
        servlet?
            .all("init-param")
            .find(|parameter| parameter.text_of("param-name") == Some(name))
            .and_then(|parameter| parameter.text_of("param-value"))
            .map(|value| value.eq_ignore_ascii_case("true"))
    };
    (
        parameter("listings").unwrap_or(false),
        parameter("readonly").unwrap_or(true),
    )
}
