//! Hellos of a client: SSL 3.0 to TLS 1.3, and TLCP.

use serde::{Deserialize, Serialize};

use super::suites;

/// A version of the protocol.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Version {
    /// SSL 3.0.
    Ssl3,
    /// TLS 1.0.
    Tls10,
    /// TLS 1.1.
    Tls11,
    /// TLS 1.2.
    Tls12,
    /// TLS 1.3.
    Tls13,
    /// TLCP 1.1 (GB/T 38636-2020).
    Tlcp,
}

impl Version {
    /// All versions, oldest first.
    pub const ALL: [Self; 6] = [
        Self::Ssl3,
        Self::Tls10,
        Self::Tls11,
        Self::Tls12,
        Self::Tls13,
        Self::Tlcp,
    ];

    /// Its number on the wire.
    pub fn number(self) -> u16 {
        match self {
            Self::Ssl3 => 0x0300,
            Self::Tls10 => 0x0301,
            Self::Tls11 => 0x0302,
            Self::Tls12 => 0x0303,
            Self::Tls13 => 0x0304,
            Self::Tlcp => 0x0101,
        }
    }

    /// The version of a number.
    pub fn of_number(number: u16) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.number() == number)
    }

    /// Its name, such as `TLSv1.2`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ssl3 => "SSLv3",
            Self::Tls10 => "TLSv1",
            Self::Tls11 => "TLSv1.1",
            Self::Tls12 => "TLSv1.2",
            Self::Tls13 => "TLSv1.3",
            Self::Tlcp => "TLCP",
        }
    }

    /// Every suite that can be asked for.
    pub fn suites(self) -> Vec<u16> {
        let ids = |table: &[(u16, &str)]| table.iter().map(|(id, _)| *id).collect();
        match self {
            Self::Tls13 => ids(&suites::TLS13),
            Self::Tlcp => ids(&suites::TLCP),
            Self::Tls12 => ids(&suites::CLASSIC),
            // Suites with authenticated encryption or a hash of their own came with TLS 1.2.
            _ => suites::CLASSIC
                .iter()
                .filter(|(_, name)| {
                    !suites::is_aead(name) && !name.ends_with("SHA256") && !name.ends_with("SHA384")
                })
                .map(|(id, _)| *id)
                .collect(),
        }
    }
}

/// What a hello asks for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Offer {
    /// The only version.
    pub version: Version,
    /// The suites, in the order of the client's liking.
    pub suites: Vec<u16>,
    /// Whether compression is asked for, too.
    #[serde(default)]
    pub compression: bool,
}

const EXTENSION_SERVER_NAME: u16 = 0;
const EXTENSION_GROUPS: u16 = 10;
const EXTENSION_POINT_FORMATS: u16 = 11;
const EXTENSION_SIGNATURES: u16 = 13;
const EXTENSION_VERSIONS: u16 = 43;
const EXTENSION_KEY_SHARE: u16 = 51;
const EXTENSION_RENEGOTIATION: u16 = 0xff01;
const GROUP_X25519: u16 = 29;
/// secp256r1, secp384r1, secp521r1, x25519, x448, curveSM2, ffdhe2048, ffdhe3072, older curves.
const GROUPS: [u16; 12] = [GROUP_X25519, 23, 24, 25, 30, 41, 256, 257, 22, 21, 19, 14];
/// Algorithms of signatures, SM2 with SM3 among them, down to SHA-1 and MD5 with RSA.
const SIGNATURES: [u16; 17] = [
    0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0805, 0x0806, 0x0401, 0x0501, 0x0601, 0x0708,
    0x0303, 0x0203, 0x0201, 0x0202, 0x0101,
];
/// No secret is made with it: the answer is read and the connection dropped, so the numbers
/// that a client draws by lot may be the same each time.
const RANDOM: [u8; 32] = *b"xinglin inspects and never joins";

impl Offer {
    /// Everything a version has.
    pub fn of_all(version: Version) -> Self {
        Self {
            version,
            suites: version.suites(),
            compression: false,
        }
    }

    /// The hello as a record.
    pub fn to_bytes(&self, server_name: Option<&str>) -> Vec<u8> {
        let legacy = match self.version {
            Version::Tls13 => Version::Tls12,
            version => version,
        };
        let mut body = legacy.number().to_be_bytes().to_vec();
        body.extend(RANDOM);
        // A session to be resumed makes servers of TLS 1.3 keep to the form of older ones.
        match self.version {
            Version::Tls13 => with_length_8(&mut body, &RANDOM),
            _ => body.push(0),
        }
        let suites: Vec<u8> = self.suites.iter().flat_map(|id| id.to_be_bytes()).collect();
        with_length_16(&mut body, &suites);
        let methods: &[u8] = if self.compression { &[1, 0] } else { &[0] };
        with_length_8(&mut body, methods);
        if !matches!(self.version, Version::Ssl3 | Version::Tlcp) {
            let extensions = self.extensions(server_name);
            with_length_16(&mut body, &extensions);
        }
        let mut message = vec![1, 0];
        with_length_16(&mut message, &body);
        // Servers of old do not understand a record of a version later than TLS 1.0.
        let record = match self.version {
            Version::Ssl3 | Version::Tlcp => self.version,
            _ => Version::Tls10,
        };
        let mut bytes = vec![22];
        bytes.extend(record.number().to_be_bytes());
        with_length_16(&mut bytes, &message);
        bytes
    }

    fn extensions(&self, server_name: Option<&str>) -> Vec<u8> {
        let mut all = Vec::new();
        if let Some(name) = server_name {
            let mut entry = vec![0];
            with_length_16(&mut entry, name.as_bytes());
            extension(&mut all, EXTENSION_SERVER_NAME, &listed_16(&entry));
        }
        let numbers = |list: &[u16]| -> Vec<u8> {
            listed_16(
                &list
                    .iter()
                    .flat_map(|id| id.to_be_bytes())
                    .collect::<Vec<u8>>(),
            )
        };
        extension(&mut all, EXTENSION_GROUPS, &numbers(&GROUPS));
        extension(&mut all, EXTENSION_POINT_FORMATS, &[1, 0]);
        extension(&mut all, EXTENSION_RENEGOTIATION, &[0]);
        if self.version >= Version::Tls12 {
            extension(&mut all, EXTENSION_SIGNATURES, &numbers(&SIGNATURES));
        }
        if self.version == Version::Tls13 {
            extension(&mut all, EXTENSION_VERSIONS, &[2, 3, 4]);
            let mut share = GROUP_X25519.to_be_bytes().to_vec();
            with_length_16(&mut share, &RANDOM);
            extension(&mut all, EXTENSION_KEY_SHARE, &listed_16(&share));
        }
        all
    }
}

fn extension(all: &mut Vec<u8>, kind: u16, content: &[u8]) {
    all.extend(kind.to_be_bytes());
    with_length_16(all, content);
}

fn listed_16(content: &[u8]) -> Vec<u8> {
    let mut list = Vec::new();
    with_length_16(&mut list, content);
    list
}

/// Appends content behind its length; what would not fit is cut.
fn with_length_16(bytes: &mut Vec<u8>, content: &[u8]) {
    let length = u16::try_from(content.len()).unwrap_or(u16::MAX);
    bytes.extend(length.to_be_bytes());
    bytes.extend(content.iter().take(usize::from(length)));
}

fn with_length_8(bytes: &mut Vec<u8>, content: &[u8]) {
    let length = u8::try_from(content.len()).unwrap_or(u8::MAX);
    bytes.push(length);
    bytes.extend(content.iter().take(usize::from(length)));
}
