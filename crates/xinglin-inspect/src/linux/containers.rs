//! The container engine and the containers it runs, from its files alone.

mod running;

use serde::Serialize;
use serde_json::Value;

use super::{accounts::Accounts, files::File, services::Services, source::Source};

pub use running::{Container, parse_container};

/// The container engine and the containers it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Containers {
    /// `docker`, `isulad`, `podman`, or empty when none is installed.
    pub engine: String,
    /// Whether its daemon runs; `null` without one.
    pub running: Option<bool>,
    /// The daemon's settings; `null` without a daemon, or when they cannot be read.
    pub settings: Option<Settings>,
    /// The daemon's socket: whoever may write to it is root.
    pub socket: Option<File>,
    /// Files of the daemon with their permissions.
    pub files: Vec<File>,
    /// Members of the group that may write to the socket.
    pub members: Option<Vec<String>>,
    /// The running containers; `null` when they cannot be read.
    pub containers: Option<Vec<Container>>,
}

/// The daemon's settings, of `daemon.json` and its command line.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent settings")]
pub struct Settings {
    /// Addresses it listens on besides its socket, such as `tcp://0.0.0.0:2375`.
    pub listens: Vec<String>,
    /// Whether clients need a certificate there.
    pub certificates: bool,
    /// Whether containers outlive a restart of the daemon.
    pub live_restore: bool,
    /// Whether root in a container is an ordinary account outside.
    pub user_namespaces: bool,
    /// Whether programs in containers can gain no rights by set-id.
    pub no_new_privileges: bool,
    /// Whether containers on the default network reach each other.
    pub inter_container: bool,
    /// Registries that are trusted without a certificate.
    pub insecure_registries: Vec<String>,
    /// Where containers' output goes: `json-file`, `journald`, `syslog`…
    pub log_driver: String,
    /// Whether files of output are limited in size.
    pub log_limited: bool,
    /// Where images and containers are kept.
    pub data_folder: String,
}

/// Reads `daemon.json`; an empty text is a file without settings.
pub fn parse_settings(text: &str, data_folder: &str) -> Option<Settings> {
    let json: Value = if text.trim().is_empty() {
        Value::Object(serde_json::Map::new())
    } else {
        serde_json::from_str(text).ok()?
    };
    let switch = |key: &str, default: bool| json.get(key).map_or(default, is_on);
    let words = |key: &str| -> Vec<String> {
        let items = json.get(key).and_then(Value::as_array);
        items
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .map(str::to_owned)
            .collect()
    };
    let word = |key: &str| json.get(key).and_then(Value::as_str);
    Some(Settings {
        listens: words("hosts")
            .into_iter()
            .filter(|host| host.starts_with("tcp://"))
            .collect(),
        certificates: switch("tlsverify", false),
        live_restore: switch("live-restore", false),
        user_namespaces: word("userns-remap").is_some_and(|user| !user.is_empty()),
        no_new_privileges: switch("no-new-privileges", false),
        inter_container: switch("icc", true),
        insecure_registries: words("insecure-registries"),
        log_driver: word("log-driver").unwrap_or("json-file").to_owned(),
        log_limited: json
            .get("log-opts")
            .is_some_and(|options| options.get("max-size").is_some()),
        data_folder: word("data-root")
            .or_else(|| word("graph"))
            .unwrap_or(data_folder)
            .to_owned(),
    })
}

fn is_on(value: &Value) -> bool {
    value
        .as_bool()
        .unwrap_or_else(|| value.as_str().is_some_and(|word| word == "true"))
}

/// Adds what the daemon's command line says, which goes before the file.
pub fn apply_command(settings: &mut Settings, text: &str) {
    let words: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| !line.starts_with('#'))
        .flat_map(|line| line.split(|c: char| c.is_whitespace() || matches!(c, '"' | '\'')))
        .filter(|word| !word.is_empty())
        .collect();
    for (at, word) in words.iter().enumerate() {
        let (name, value) = match word.split_once('=') {
            Some((name, value)) => (name, Some(value)),
            None => (*word, None),
        };
        let on = value.is_none_or(|value| value == "true");
        match name {
            "-H" | "--host" => {
                let address = value
                    .or_else(|| words.get(at + 1).copied())
                    .unwrap_or_default();
                if address.starts_with("tcp://") {
                    settings.listens.push(address.to_owned());
                }
            }
            "--tlsverify" => settings.certificates = on,
            "--live-restore" => settings.live_restore = on,
            "--userns-remap" => settings.user_namespaces = true,
            "--no-new-privileges" => settings.no_new_privileges = on,
            "--icc" => settings.inter_container = on,
            "--insecure-registry" => {
                let registry = value.or_else(|| words.get(at + 1).copied());
                settings
                    .insecure_registries
                    .extend(registry.map(str::to_owned));
            }
            _ => {}
        }
    }
}

/// An engine: its word, programs, settings, units, and where it keeps containers.
struct Engine {
    word: &'static str,
    programs: [&'static str; 2],
    settings: &'static str,
    unit: &'static str,
    process: &'static str,
    socket: &'static str,
    data_folder: &'static str,
}

const ENGINES: [Engine; 2] = [
    Engine {
        word: "docker",
        programs: ["/usr/bin/dockerd", "/usr/bin/dockerd-current"],
        settings: "/etc/docker/daemon.json",
        unit: "docker.service",
        process: "dockerd",
        socket: "/var/run/docker.sock",
        data_folder: "/var/lib/docker",
    },
    Engine {
        word: "isulad",
        programs: ["/usr/bin/isulad", "/usr/local/bin/isulad"],
        settings: "/etc/isulad/daemon.json",
        unit: "isulad.service",
        process: "isulad",
        socket: "/var/run/isulad.sock",
        data_folder: "/var/lib/isulad",
    },
];

pub(super) fn collect(source: &Source<'_>, services: &Services, accounts: &Accounts) -> Containers {
    let Some(engine) = ENGINES
        .iter()
        .find(|engine| source.any_exists(&engine.programs))
    else {
        let podman = source.exists("/usr/bin/podman");
        return Containers {
            engine: if podman { "podman" } else { "" }.to_owned(),
            running: None,
            settings: None,
            socket: None,
            files: Vec::new(),
            members: None,
            // Podman has no daemon: each account keeps its own containers.
            containers: (!podman).then(Vec::new),
        };
    };
    let settings = settings(source, engine);
    let see = |path: &str| {
        let metadata = source.metadata(path).flatten()?;
        Some(File::new(path, &metadata))
    };
    let files = [engine.settings, "/etc/docker", "/etc/docker/certs.d"];
    Containers {
        engine: engine.word.to_owned(),
        running: services.runs(&[engine.process]),
        socket: see(engine.socket),
        files: files.iter().filter_map(|path| see(path)).collect(),
        members: accounts.members_of(engine.word),
        containers: settings
            .as_ref()
            .filter(|_| engine.word == "docker")
            .and_then(|settings| running::collect(source, &settings.data_folder)),
        settings,
    }
}

fn settings(source: &Source<'_>, engine: &Engine) -> Option<Settings> {
    let text = source.text(engine.settings)?;
    let Some(mut settings) = parse_settings(&text, engine.data_folder) else {
        source.remember(engine.settings, "not JSON");
        return None;
    };
    // The administrator's unit hides the vendor's; pieces beside it add to either.
    for directory in [
        "/etc/systemd/system",
        "/usr/lib/systemd/system",
        "/lib/systemd/system",
    ] {
        if let Some(text) = source.text_if_present(&format!("{directory}/{}", engine.unit))? {
            apply_command(&mut settings, &text);
            break;
        }
    }
    let folder = format!("/etc/systemd/system/{}.d", engine.unit);
    for (_, text) in source.texts_in(&folder, ".conf")? {
        apply_command(&mut settings, &text);
    }
    for path in ["/etc/sysconfig/docker", "/etc/default/docker"] {
        if engine.word == "docker" {
            apply_command(&mut settings, &source.text(path)?);
        }
    }
    settings.listens.sort();
    settings.listens.dedup();
    Some(settings)
}
