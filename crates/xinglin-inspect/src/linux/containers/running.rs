//! Containers that run, from the files in which Docker keeps them. Their environment, which
//! often holds passwords, is not read.

use serde::{Deserialize, Serialize};

use super::Source;

/// At most so many containers are looked at.
const MOST: usize = 2_000;

/// A running container.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
pub struct Container {
    /// Its name.
    pub name: String,
    /// The image it was made of.
    pub image: String,
    /// Whether it may do all that root may outside.
    pub privileged: bool,
    /// Namespaces of the host that it shares: `network`, `pid`, `ipc`.
    pub shares: Vec<String>,
    /// Capabilities beyond the usual ones.
    pub capabilities: Vec<String>,
    /// Places of the host that it sees.
    pub mounts: Vec<String>,
    /// Whether it runs as root inside.
    pub as_root: bool,
    /// Whether its programs can gain no rights by set-id.
    pub no_new_privileges: bool,
    /// Whether its own file system cannot be written to.
    pub read_only: bool,
    /// Whether its memory is limited.
    pub memory_limited: bool,
    /// Whether system calls (seccomp) or programs (`AppArmor`) are unconfined.
    pub unconfined: bool,
}

/// `config.v2.json`, as far as it is of interest.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase", default)]
#[derive(Default)]
struct Config {
    state: State,
    #[serde(rename = "Config")]
    settings: Inner,
    name: String,
    mount_points: std::collections::BTreeMap<String, MountPoint>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct State {
    running: bool,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct Inner {
    image: String,
    user: String,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct MountPoint {
    source: String,
    r#type: String,
}

/// `hostconfig.json`, as far as it is of interest.
#[derive(Deserialize, Default)]
#[serde(rename_all = "PascalCase", default)]
struct HostConfig {
    privileged: bool,
    network_mode: String,
    pid_mode: String,
    ipc_mode: String,
    cap_add: Option<Vec<String>>,
    binds: Option<Vec<String>>,
    security_opt: Option<Vec<String>>,
    readonly_rootfs: bool,
    memory: i64,
}

/// Reads the two files of a container: `Ok(None)` when it does not run.
///
/// # Errors
/// When one of them is not of its form.
pub fn parse_container(config: &str, host: &str) -> Result<Option<Container>, String> {
    let config: Config = serde_json::from_str(config).map_err(|error| error.to_string())?;
    if !config.state.running {
        return Ok(None);
    }
    let host: HostConfig = serde_json::from_str(host).map_err(|error| error.to_string())?;
    let options = host.security_opt.unwrap_or_default();
    let has = |word: &str| {
        options
            .iter()
            .any(|option| option.replace('=', ":") == word)
    };
    let shared = [
        ("network", &host.network_mode),
        ("pid", &host.pid_mode),
        ("ipc", &host.ipc_mode),
    ];
    let mut mounts: Vec<String> = config
        .mount_points
        .into_values()
        .filter(|point| point.r#type != "volume" && !point.source.is_empty())
        .map(|point| point.source)
        .collect();
    let bound = host.binds.unwrap_or_default();
    mounts.extend(
        bound
            .iter()
            .filter_map(|bind| bind.split(':').next())
            .filter(|place| place.starts_with('/'))
            .map(str::to_owned),
    );
    mounts.sort();
    mounts.dedup();
    let user = config.settings.user;
    Ok(Some(Container {
        name: config.name.trim_start_matches('/').to_owned(),
        image: config.settings.image,
        privileged: host.privileged,
        shares: shared
            .into_iter()
            .filter(|(_, mode)| *mode == "host")
            .map(|(name, _)| name.to_owned())
            .collect(),
        capabilities: host.cap_add.unwrap_or_default(),
        mounts,
        as_root: matches!(user.split(':').next(), None | Some("" | "0" | "root")),
        no_new_privileges: has("no-new-privileges") || has("no-new-privileges:true"),
        read_only: host.readonly_rootfs,
        memory_limited: host.memory > 0,
        unconfined: has("seccomp:unconfined") || has("apparmor:unconfined"),
    }))
}

pub(super) fn collect(source: &Source<'_>, data_folder: &str) -> Option<Vec<Container>> {
    let folder = format!("{}/containers", data_folder.trim_end_matches('/'));
    let mut containers = Vec::new();
    for name in source.names(&folder)?.into_iter().take(MOST) {
        let config = source.text_if_present(&format!("{folder}/{name}/config.v2.json"))?;
        let host = source.text_if_present(&format!("{folder}/{name}/hostconfig.json"))?;
        // A container may go away while its neighbours are read.
        let (Some(config), Some(host)) = (config, host) else {
            continue;
        };
        match parse_container(&config, &host) {
            Ok(container) => containers.extend(container),
            Err(error) => {
                source.remember(&format!("{folder}/{name}"), &error);
                return None;
            }
        }
    }
    Some(containers)
}
