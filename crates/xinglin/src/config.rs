//! From raw flags, environment and file to one typed configuration.

use std::{net::SocketAddr, path::PathBuf};

use anyhow::Context as _;
use serde::Deserialize;
use xinglin_api::agents::AgentNames;
use xinglin_app::logs::{Listen, SyslogTls};

use crate::{
    cli::{ServeArgs, SyslogArgs},
    host,
};

/// Everything `serve` needs to know; nothing is read from outside later.
#[derive(Debug)]
pub(crate) struct ServeConfig {
    pub(crate) data: PathBuf,
    pub(crate) listen: SocketAddr,
    pub(crate) secure_cookie: bool,
    pub(crate) agents: Option<AgentsConfig>,
    pub(crate) demo: bool,
    pub(crate) demo_without_logs: bool,
    pub(crate) syslog: Listen,
}

/// Where to listen for agents.
#[derive(Debug)]
pub(crate) struct AgentsConfig {
    pub(crate) listen: SocketAddr,
    pub(crate) names: AgentNames,
}

/// The TOML file of `--config`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileConfig {
    data: Option<PathBuf>,
    listen: Option<SocketAddr>,
    secure_cookie: Option<bool>,
    agent_listen: Option<SocketAddr>,
    agent_names: Option<Vec<String>>,
    /// Folders of which log files may be followed.
    log_roots: Option<Vec<PathBuf>>,
    #[serde(default)]
    syslog: FileSyslog,
}

/// Its section `[syslog]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct FileSyslog {
    udp: Option<SocketAddr>,
    tcp: Option<SocketAddr>,
    tls: Option<SocketAddr>,
    certificate: Option<PathBuf>,
    key: Option<PathBuf>,
    authority: Option<PathBuf>,
}

/// Where logs are on most systems.
const LOGS: &str = "/var/log";

/// Where syslog is received, with what certificate, and which files may be followed.
fn syslog(
    args: SyslogArgs,
    file: FileSyslog,
    roots: Option<Vec<PathBuf>>,
) -> anyhow::Result<Listen> {
    let tls = match args.syslog_tls.or(file.tls) {
        None => None,
        Some(address) => {
            let certificate = args.syslog_certificate.or(file.certificate);
            let key = args.syslog_key.or(file.key);
            let authority = args.syslog_authority.or(file.authority);
            let (Some(certificate), Some(key)) = (certificate, key) else {
                anyhow::bail!("syslog by TLS needs a certificate and its key");
            };
            let tls = SyslogTls::load(&certificate, &key, authority.as_deref())?;
            Some((address, tls))
        }
    };
    Ok(Listen {
        udp: args.syslog_udp.or(file.udp),
        tcp: args.syslog_tcp.or(file.tcp),
        tls,
        roots: roots.unwrap_or_else(|| vec![PathBuf::from(LOGS)]),
    })
}

impl ServeConfig {
    pub(crate) fn resolve(args: ServeArgs) -> anyhow::Result<Self> {
        let file = match &args.config {
            None => FileConfig::default(),
            Some(path) => {
                let text = std::fs::read_to_string(path)
                    .with_context(|| format!("cannot read {}", path.display()))?;
                toml::from_str(&text).with_context(|| format!("cannot use {}", path.display()))?
            }
        };
        let agents = match args.agent_listen.or(file.agent_listen) {
            None => None,
            Some(listen) => {
                let names = Some(args.agent_names).filter(|names| !names.is_empty());
                let names = names.or(file.agent_names).unwrap_or_default();
                let names = AgentNames::new(names, host::name())?;
                Some(AgentsConfig { listen, names })
            }
        };
        let roots = Some(args.log_roots).filter(|roots| !roots.is_empty());
        let syslog = syslog(args.syslog, file.syslog, roots.or(file.log_roots))?;
        Ok(Self {
            syslog,
            agents,
            data: args
                .data
                .or(file.data)
                .unwrap_or_else(|| PathBuf::from("data")),
            listen: args
                .listen
                .or(file.listen)
                .unwrap_or(SocketAddr::from(([127, 0, 0, 1], 8600))),
            secure_cookie: args.secure_cookie || file.secure_cookie.unwrap_or(false),
            demo: args.demo,
            demo_without_logs: args.demo_without_logs,
        })
    }
}
