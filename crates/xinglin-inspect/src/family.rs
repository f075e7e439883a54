//! Families of inspected things: what decides which checks speak of a subject.

use serde::{Deserialize, Serialize};

/// What kind of thing is inspected. Its word names the folder of its checks below
/// `content/checks`, and stands in its facts as `family`.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "snake_case")]
pub enum Family {
    /// Linux hosts and containers.
    #[default]
    Linux,
    /// Windows Server and desktops.
    Windows,
    /// MySQL and MariaDB.
    Mysql,
    /// PostgreSQL.
    Postgresql,
    /// Microsoft SQL Server.
    SqlServer,
    /// Oracle Database.
    Oracle,
    /// Redis.
    Redis,
    /// MongoDB.
    Mongodb,
    /// 达梦 DM8.
    Dm,
    /// 人大金仓 KingbaseES.
    Kingbase,
    /// nginx.
    Nginx,
    /// Apache HTTP Server.
    Apache,
    /// Apache Tomcat.
    Tomcat,
    /// Oracle WebLogic Server.
    Weblogic,
    /// Microsoft IIS.
    Iis,
    /// Network and security devices, by their configuration.
    Network,
    /// TLS endpoints.
    Tls,
    /// VMware and other hypervisors.
    Hypervisor,
    /// What the log lake knows of a thing.
    Logs,
}

impl Family {
    /// All families.
    pub const ALL: [Self; 19] = [
        Self::Linux,
        Self::Windows,
        Self::Mysql,
        Self::Postgresql,
        Self::SqlServer,
        Self::Oracle,
        Self::Redis,
        Self::Mongodb,
        Self::Dm,
        Self::Kingbase,
        Self::Nginx,
        Self::Apache,
        Self::Tomcat,
        Self::Weblogic,
        Self::Iis,
        Self::Network,
        Self::Tls,
        Self::Hypervisor,
        Self::Logs,
    ];

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Linux => "linux",
            Self::Windows => "windows",
            Self::Mysql => "mysql",
            Self::Postgresql => "postgresql",
            Self::SqlServer => "sql_server",
            Self::Oracle => "oracle",
            Self::Redis => "redis",
            Self::Mongodb => "mongodb",
            Self::Dm => "dm",
            Self::Kingbase => "kingbase",
            Self::Nginx => "nginx",
            Self::Apache => "apache",
            Self::Tomcat => "tomcat",
            Self::Weblogic => "weblogic",
            Self::Iis => "iis",
            Self::Network => "network",
            Self::Tls => "tls",
            Self::Hypervisor => "hypervisor",
            Self::Logs => "logs",
        }
    }

    /// The family of a stable word.
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|family| family.word() == word)
    }
}
