//! Which Windows it is.

use serde::{Deserialize, Deserializer, Serialize};

use super::gathered::Gathered;

/// Which Windows it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Platform {
    /// The computer's name.
    pub name: Option<String>,
    /// The product, as it calls itself.
    pub product: Option<String>,
    /// What support ends for: `server-20348`, or `client-19045` with `-pro`, `-enterprise` or
    /// `-ltsc`.
    pub release: Option<String>,
    /// The build, such as 20348.
    pub build: Option<i64>,
    /// The revision of the build: what decides how far it is patched.
    pub revision: Option<i64>,
    /// Whether it is a server.
    pub server: Option<bool>,
    /// Whether it is a server without desktop.
    pub core: Option<bool>,
    /// Whether it is a domain controller.
    pub domain_controller: Option<bool>,
    /// Whether it belongs to a domain, whose policy then goes first.
    pub domain_member: Option<bool>,
    /// Days since it was installed.
    pub installed_days_ago: Option<i64>,
    /// Days since it was started.
    pub started_days_ago: Option<i64>,
    /// Whether the collector ran with all rights.
    pub elevated: Option<bool>,
}

/// The collector's section `computer`.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Computer {
    name: Option<String>,
    product_name: Option<String>,
    edition: Option<String>,
    installation_type: Option<String>,
    #[serde(deserialize_with = "number")]
    build: Option<i64>,
    #[serde(deserialize_with = "number")]
    ubr: Option<i64>,
    #[serde(deserialize_with = "number")]
    domain_role: Option<i64>,
    install_date: Option<String>,
    last_boot: Option<String>,
    elevated: Option<bool>,
}

/// A number, or its digits in a text, as the registry has some.
fn number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<i64>, D::Error> {
    let value = serde_json::Value::deserialize(deserializer)?;
    let digits = value.as_str().and_then(|digits| digits.trim().parse().ok());
    Ok(value.as_i64().or(digits))
}

/// From which build on clients have channels with lives of their own.
const WINDOWS_10: i64 = 10_240;

pub(super) fn collect(gathered: &Gathered<'_>) -> Platform {
    let computer: Computer = gathered.item("computer").unwrap_or_default();
    let info = gathered.system_info.as_ref();
    let product = computer
        .product_name
        .or_else(|| info.map(|info| info.product.clone()));
    let build = computer.build.or_else(|| info.map(|info| info.build));
    let installation = computer.installation_type.as_deref();
    // 0 and 1 are workstations, 4 and 5 domain controllers.
    let role = computer.domain_role;
    let server = installation
        .map(|kind| kind.starts_with("Server"))
        .or_else(|| role.map(|role| role >= 2))
        .or_else(|| product.as_ref().map(|product| product.contains("Server")));
    Platform {
        name: computer
            .name
            .or_else(|| info.and_then(|info| info.name.clone())),
        release: build
            .zip(server)
            .map(|(build, server)| release(build, server, computer.edition.as_deref())),
        build,
        revision: computer.ubr,
        server,
        core: installation.map(|kind| kind == "Server Core"),
        domain_controller: role.map(|role| role >= 4),
        domain_member: role.map(|role| matches!(role, 1 | 3 | 4 | 5)),
        installed_days_ago: computer
            .install_date
            .and_then(|date| gathered.days_since(&date)),
        started_days_ago: computer
            .last_boot
            .and_then(|date| gathered.days_since(&date)),
        elevated: computer.elevated,
        product,
    }
}

fn release(build: i64, server: bool, edition: Option<&str>) -> String {
    if server {
        return format!("server-{build}");
    }
    if build < WINDOWS_10 {
        return format!("client-{build}");
    }
    let edition = edition.unwrap_or_default();
    // EnterpriseS, IoTEnterpriseS and EnterpriseSN are the long-term channel.
    let channel = if edition.contains("EnterpriseS") {
        "ltsc"
    } else if edition.contains("Enterprise") || edition.contains("Education") {
        "enterprise"
    } else {
        "pro"
    };
    format!("client-{build}-{channel}")
}
