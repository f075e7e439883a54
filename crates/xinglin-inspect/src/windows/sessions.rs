//! What ends or locks idle sessions, who proves who he is by what, and names on the network.

use serde::{Deserialize, Serialize};

use super::{
    gathered::Gathered,
    registry::Registry,
    settings::{self, Default::Unknown},
};

/// The screen saver of a user who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ScreenSaver {
    /// The user's security identifier.
    pub sid: String,
    /// Whether it comes at all.
    pub active: Option<bool>,
    /// Whether it asks for the password.
    pub secure: Option<bool>,
    /// After how many seconds it comes.
    pub seconds: Option<i64>,
}

/// A way to prove who one is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialProvider {
    /// Its class.
    pub class: String,
    /// Its name.
    pub name: String,
}

/// A network adapter that is in use.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Adapter {
    /// Its name.
    pub name: String,
    /// Names over TCP/IP: 0 as DHCP says, 1 on, 2 off.
    pub netbios: Option<i64>,
    /// Its addresses.
    #[serde(default)]
    pub addresses: Vec<String>,
}

/// An SNMP community, without its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Community {
    /// `public`, `private`, or `set`.
    pub name: String,
    /// Whether it may change values.
    pub writes: bool,
}

/// How the clock is kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Time {
    /// Where it comes from just now.
    pub source: Option<String>,
    /// Whether that is another clock than the machine's own.
    pub synchronised: Option<bool>,
}

/// What the file server is told, where Windows has a command for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SmbServer {
    /// Whether it speaks version 1.
    pub smb1: Option<bool>,
    /// Whether it asks for signatures.
    pub signing_required: Option<bool>,
    /// Whether it encrypts.
    pub encrypts: Option<bool>,
}

const POLICY: &str = r"Software\Policies\Microsoft\Windows\Control Panel\Desktop";
const DESKTOP: &str = r"Control Panel\Desktop";

pub(super) fn screen_savers(registry: &Registry) -> Option<Vec<ScreenSaver>> {
    let users = registry.users();
    let saver = |sid: String| {
        let number = |name: &str| {
            let keys = [POLICY, DESKTOP].map(|key| format!(r"HKU\{sid}\{key}"));
            let places = keys.each_ref().map(|key| (key.as_str(), name));
            let setting = settings::setting(registry, &places, Unknown, None);
            // A user who never chose a screen saver has none.
            match setting.configured {
                Some(false) => Some(0),
                _ => setting.value,
            }
        };
        ScreenSaver {
            active: number("ScreenSaveActive").map(|value| value != 0),
            secure: number("ScreenSaverIsSecure").map(|value| value != 0),
            seconds: number("ScreenSaveTimeOut"),
            sid,
        }
    };
    (!users.is_empty()).then(|| users.into_iter().map(saver).collect())
}

pub(super) fn credential_providers(gathered: &Gathered<'_>) -> Option<Vec<CredentialProvider>> {
    gathered.items("credential_providers")
}

pub(super) fn adapters(gathered: &Gathered<'_>) -> Option<Vec<Adapter>> {
    gathered.items("adapters")
}

pub(super) fn communities(gathered: &Gathered<'_>) -> Option<Vec<Community>> {
    gathered.items("snmp_communities")
}

pub(super) fn smb_server(gathered: &Gathered<'_>) -> Option<SmbServer> {
    gathered.item("smb_server")
}

pub(super) fn time(gathered: &Gathered<'_>) -> Time {
    // These two names are not translated; a machine without a service says an error.
    let own = |source: &str| {
        let source = source.to_ascii_lowercase();
        source.contains("cmos") || source.contains("free-running") || source.contains("0x80")
    };
    Time {
        synchronised: gathered.time_source.as_deref().map(|source| !own(source)),
        source: gathered.time_source.clone(),
    }
}
