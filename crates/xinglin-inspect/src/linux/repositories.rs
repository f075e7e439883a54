//! Where packages come from, whether they must be signed, and who looks for new ones.

use serde::Serialize;

use super::{password::parse_pairs, services::Services, source::Source};

/// Where packages come from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repositories {
    /// The repositories that are in use; `null` when their files cannot be read.
    pub enabled: Option<Vec<Repository>>,
    /// Whether the package manager as a whole admits packages without a signature.
    pub unsigned_admitted: Option<bool>,
    /// What looks for updates by itself: `unattended-upgrades`, `dnf-automatic`, `yum-cron`;
    /// empty when nothing does.
    pub automatic: Option<String>,
    /// Whether what is found is also installed by itself.
    pub installs: Option<bool>,
}

/// A repository.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Repository {
    /// The file it stands in.
    pub file: String,
    /// Its section or address.
    pub name: String,
    /// Whether packages (RPM) or its index (Debian) must be signed.
    pub signed: bool,
}

/// Reads a `.repo` file; `default` holds where a section says nothing of signatures.
pub fn parse_repo(file: &str, text: &str, default: bool) -> Vec<Repository> {
    let mut repositories: Vec<(Repository, bool)> = Vec::new();
    for line in text.lines().map(str::trim) {
        if let Some(name) = line.strip_prefix('[') {
            let repository = Repository {
                file: file.to_owned(),
                name: name.trim_end_matches(']').to_owned(),
                signed: default,
            };
            repositories.push((repository, true));
        } else if let (Some((repository, enabled)), Some((key, value))) =
            (repositories.last_mut(), line.split_once('='))
        {
            match key.trim() {
                "enabled" => *enabled = is_yes(value),
                "gpgcheck" | "pkg_gpgcheck" => repository.signed = is_yes(value),
                _ => {}
            }
        }
    }
    repositories
        .into_iter()
        .filter_map(|(repository, enabled)| enabled.then_some(repository))
        .collect()
}

/// Reads a `sources.list`, in the style of one line each.
pub fn parse_list(file: &str, text: &str) -> Vec<Repository> {
    text.lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim())
        .filter(|line| line.starts_with("deb ") || line.starts_with("deb-src "))
        .map(|line| {
            let options = line
                .split_once('[')
                .and_then(|(_, rest)| rest.split_once(']'))
                .map_or("", |(options, _)| options);
            let trusted = options.split_whitespace().any(|option| {
                option.eq_ignore_ascii_case("trusted=yes")
                    || option.eq_ignore_ascii_case("allow-insecure=yes")
            });
            let name = line
                .split_whitespace()
                .find(|word| word.contains(":/"))
                .unwrap_or_default();
            Repository {
                file: file.to_owned(),
                name: without_account(name),
                signed: !trusted,
            }
        })
        .collect()
}

/// Reads a `.sources` file (deb822): paragraphs of `Key: value`.
pub fn parse_sources(file: &str, text: &str) -> Vec<Repository> {
    let mut repositories = Vec::new();
    for paragraph in text.split("\n\n") {
        let value = |key: &str| {
            paragraph
                .lines()
                .filter(|line| !line.starts_with('#'))
                .find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    name.trim()
                        .eq_ignore_ascii_case(key)
                        .then_some(value.trim())
                })
        };
        let Some(addresses) = value("URIs") else {
            continue;
        };
        if value("Enabled").is_some_and(|word| !is_yes(word)) {
            continue;
        }
        let insecure = ["Trusted", "Allow-Insecure"]
            .iter()
            .any(|key| value(key).is_some_and(is_yes));
        repositories.push(Repository {
            file: file.to_owned(),
            name: without_account(addresses.split_whitespace().next().unwrap_or_default()),
            signed: !insecure,
        });
    }
    repositories
}

/// An address without the account and password that may stand in it.
fn without_account(address: &str) -> String {
    match address.split_once("://") {
        Some((scheme, rest)) => {
            let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
            let host = host.rsplit('@').next().unwrap_or_default();
            format!("{scheme}://{host}/{path}")
        }
        None => address.to_owned(),
    }
}

fn is_yes(word: &str) -> bool {
    matches!(
        word.trim().to_lowercase().as_str(),
        "1" | "yes" | "true" | "on"
    )
}

/// The value of `Name "value";` in APT's configuration, the last one.
pub fn apt_value(text: &str, name: &str) -> Option<String> {
    text.lines()
        .map(str::trim)
        .filter(|line| !line.starts_with("//") && !line.starts_with('#'))
        .filter_map(|line| {
            let (key, value) = line.split_once(char::is_whitespace)?;
            key.eq_ignore_ascii_case(name).then(|| {
                value
                    .trim()
                    .trim_end_matches(';')
                    .trim_matches('"')
                    .to_owned()
            })
        })
        .next_back()
}

pub(super) fn collect(source: &Source<'_>, manager: &str, services: &Services) -> Repositories {
    match manager {
        "dpkg" => by_apt(source, services),
        "rpm" => by_dnf(source, services),
        _ => Repositories {
            enabled: None,
            unsigned_admitted: None,
            automatic: None,
            installs: None,
        },
    }
}

fn by_apt(source: &Source<'_>, services: &Services) -> Repositories {
    let settings = || {
        let mut text = source.text("/etc/apt/apt.conf")?;
        for (_, more) in source.texts_in("/etc/apt/apt.conf.d", "")? {
            text.push('\n');
            text.push_str(&more);
        }
        Some(text)
    };
    let settings = settings();
    let value = |name: &str| settings.as_deref().map(|text| apt_value(text, name));
    let enabled = || {
        const FOLDER: &str = "/etc/apt/sources.list.d";
        let main = "/etc/apt/sources.list";
        let mut found = parse_list(main, &source.text(main)?);
        for (path, text) in source.texts_in(FOLDER, ".list")? {
            found.extend(parse_list(&path, &text));
        }
        for (path, text) in source.texts_in(FOLDER, ".sources")? {
            found.extend(parse_sources(&path, &text));
        }
        Some(found)
    };
    let admitted = [
        "APT::Get::AllowUnauthenticated",
        "Acquire::AllowInsecureRepositories",
    ]
    .map(|name| value(name).map(|value| value.is_some_and(|word| is_yes(&word))));
    let number = |name: &str| {
        value(name).map(|value| value.is_some_and(|word| word != "0" && !word.is_empty()))
    };
    let fetches = number("APT::Periodic::Update-Package-Lists");
    let installs = number("APT::Periodic::Unattended-Upgrade")
        .map(|on| on && source.exists("/usr/bin/unattended-upgrade"));
    // apt-daily.timer belongs to the vendor's units and is on unless masked.
    let masked = services
        .masked
        .as_ref()
        .is_some_and(|masked| masked.iter().any(|unit| unit == "apt-daily.timer"));
    Repositories {
        enabled: enabled(),
        unsigned_admitted: admitted
            .into_iter()
            .collect::<Option<Vec<_>>>()
            .map(|admitted| admitted.contains(&true)),
        automatic: fetches.map(|fetches| {
            if fetches && !masked {
                "unattended-upgrades".to_owned()
            } else {
                String::new()
            }
        }),
        installs,
    }
}

fn by_dnf(source: &Source<'_>, services: &Services) -> Repositories {
    let main = || {
        let mut pairs = parse_pairs(&source.text("/etc/yum.conf")?);
        pairs.extend(parse_pairs(&source.text("/etc/dnf/dnf.conf")?));
        Some(pairs)
    };
    let main = main();
    // Without a word both managers check nothing.
    let checked = main
        .as_ref()
        .map(|pairs| pairs.get("gpgcheck").is_some_and(|word| is_yes(word)));
    let enabled = || {
        let checked = checked?;
        let mut found = Vec::new();
        for (path, text) in source.texts_in("/etc/yum.repos.d", ".repo")? {
            found.extend(parse_repo(&path, &text, checked));
        }
        Some(found)
    };
    let timers = [
        "dnf-automatic.timer",
        "dnf-automatic-install.timer",
        "dnf-automatic-download.timer",
        "dnf-automatic-notifyonly.timer",
    ];
    let automatic = match (
        services.starts(&timers),
        services.starts(&["yum-cron.service"]),
    ) {
        (Some(true), _) => Some("dnf-automatic"),
        (_, Some(true)) => Some("yum-cron"),
        (Some(false), Some(false)) => Some(""),
        _ => None,
    };
    let settings = match automatic {
        Some("dnf-automatic") => source.text("/etc/dnf/automatic.conf"),
        Some("yum-cron") => source.text("/etc/yum/yum-cron.conf"),
        _ => Some(String::new()),
    };
    let by_name = services.starts(&["dnf-automatic-install.timer"]) == Some(true);
    Repositories {
        enabled: enabled(),
        unsigned_admitted: checked.map(|checked| !checked),
        installs: settings.map(|text| {
            by_name
                || parse_pairs(&text)
                    .get("apply_updates")
                    .is_some_and(|word| is_yes(word))
        }),
        automatic: automatic.map(str::to_owned),
    }
}
