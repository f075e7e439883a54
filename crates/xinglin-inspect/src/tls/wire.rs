//! Answers of a server: records, handshake messages, alerts.

use super::hello::Version;

const ALERT: u8 = 21;
const HANDSHAKE: u8 = 22;
const SERVER_HELLO: u8 = 2;
const CERTIFICATE: u8 = 11;
const SERVER_KEY_EXCHANGE: u8 = 12;
const SERVER_HELLO_DONE: u8 = 14;
/// The random number of a server hello that asks for another one.
const RETRY: [u8; 4] = [0xcf, 0x21, 0xad, 0x74];
/// More certificates than this are no chain.
const CHAIN_LIMIT: usize = 32;

/// What a server answered to one hello.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// What it chose.
    pub hello: Option<ServerHello>,
    /// The certificates in DER, in the order sent.
    pub certificates: Vec<Vec<u8>>,
    /// The group or the size of the key exchange.
    pub exchange: Option<KeyExchange>,
    /// The alert, by its number.
    pub alert: Option<u8>,
    /// Whether nothing more is to be waited for.
    pub complete: bool,
    /// Whether these were records of TLS at all.
    pub is_tls: bool,
}

/// What a server chose.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ServerHello {
    /// The version.
    pub version: u16,
    /// The suite.
    pub suite: u16,
    /// Whether it compresses.
    pub compression: bool,
    /// Whether it ties a renegotiation to the first handshake.
    pub secure_renegotiation: bool,
    /// The group of TLS 1.3.
    pub group: Option<u16>,
}

/// The parameters of an ephemeral key exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyExchange {
    /// A named curve.
    Curve(u16),
    /// A prime of so many bits.
    Prime(usize),
}

/// Bytes read from the front.
#[derive(Clone, Copy)]
struct Cursor<'a>(&'a [u8]);

impl<'a> Cursor<'a> {
    fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        Some(taken)
    }

    fn number(&mut self, bytes: usize) -> Option<usize> {
        let taken = self.take(bytes)?;
        Some(
            taken
                .iter()
                .fold(0, |value, byte| value << 8 | usize::from(*byte)),
        )
    }

    fn short(&mut self) -> Option<u16> {
        u16::try_from(self.number(2)?).ok()
    }

    /// Content behind a length of so many bytes.
    fn block(&mut self, bytes: usize) -> Option<&'a [u8]> {
        let length = self.number(bytes)?;
        self.take(length)
    }
}

/// Reads what came back to a hello of `version`, as far as it goes.
pub fn read(version: Version, bytes: &[u8]) -> Answer {
    let mut answer = Answer::default();
    let mut messages = Vec::new();
    let mut records = Cursor(bytes);
    while let Some((kind, content)) = record(&mut records) {
        answer.is_tls = true;
        match kind {
            HANDSHAKE => messages.extend_from_slice(content),
            ALERT => {
                if let [level, number] = content {
                    // Warnings such as that a name is not known do not end anything.
                    answer.complete |= *level == 2;
                    answer.alert.get_or_insert(*number);
                }
            }
            // What follows in TLS 1.3 is encrypted.
            _ => answer.complete |= answer.hello.is_some() || !messages.is_empty(),
        }
    }
    let mut cursor = Cursor(&messages);
    while let Some((kind, body)) = message(&mut cursor) {
        match kind {
            SERVER_HELLO => {
                answer.hello = server_hello(body);
                let is_last = answer
                    .hello
                    .as_ref()
                    .is_some_and(|hello| hello.version == 0x0304);
                answer.complete |= is_last;
            }
            CERTIFICATE => answer.certificates = certificates(body).unwrap_or_default(),
            SERVER_KEY_EXCHANGE => {
                let suite = answer.hello.as_ref().map(|hello| hello.suite);
                answer.exchange = suite.and_then(|suite| key_exchange(version, suite, body));
            }
            SERVER_HELLO_DONE => answer.complete = true,
            _ => {}
        }
    }
    answer
}

fn record<'a>(cursor: &mut Cursor<'a>) -> Option<(u8, &'a [u8])> {
    let mut ahead = *cursor;
    let kind = u8::try_from(ahead.number(1)?).ok()?;
    let version = ahead.number(2)?;
    if !(20..=24).contains(&kind) || !matches!(version >> 8, 1 | 3) {
        return None;
    }
    let content = ahead.block(2)?;
    *cursor = ahead;
    Some((kind, content))
}

fn message<'a>(cursor: &mut Cursor<'a>) -> Option<(u8, &'a [u8])> {
    let mut ahead = *cursor;
    let kind = u8::try_from(ahead.number(1)?).ok()?;
    let body = ahead.block(3)?;
    *cursor = ahead;
    Some((kind, body))
}

fn server_hello(body: &[u8]) -> Option<ServerHello> {
    let mut cursor = Cursor(body);
    let version = cursor.short()?;
    let random = cursor.take(32)?;
    cursor.block(1)?;
    let mut hello = ServerHello {
        version,
        suite: cursor.short()?,
        compression: cursor.number(1)? != 0,
        secure_renegotiation: false,
        group: None,
    };
    let mut extensions = Cursor(cursor.block(2).unwrap_or_default());
    while let Some(kind) = extensions.short() {
        let Some(content) = extensions.block(2) else {
            break;
        };
        let mut content = Cursor(content);
        match kind {
            43 => hello.version = content.short().unwrap_or(version),
            51 => hello.group = content.short(),
            0xff01 => hello.secure_renegotiation = true,
            _ => {}
        }
    }
    // A server that asks for another share knows the version and names suite and group.
    if random.starts_with(&RETRY) && hello.version == version {
        hello.version = Version::Tls13.number();
    }
    Some(hello)
}

fn certificates(body: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut list = Cursor(Cursor(body).block(3)?);
    let mut certificates = Vec::new();
    while let Some(certificate) = list.block(3) {
        if certificates.len() >= CHAIN_LIMIT {
            break;
        }
        certificates.push(certificate.to_vec());
    }
    Some(certificates)
}

fn key_exchange(version: Version, suite: u16, body: &[u8]) -> Option<KeyExchange> {
    let name = super::suites::name(suite);
    let mut cursor = Cursor(body);
    if name.contains("ECDH") {
        let kind = cursor.number(1)?;
        // 3 is a named curve; others are explicit ones that nobody uses.
        return (kind == 3).then(|| cursor.short().map(KeyExchange::Curve))?;
    }
    if version == Version::Tlcp || !(name.contains("DHE_") || name.contains("DH_anon")) {
        return None;
    }
    let prime = cursor.block(2)?;
    let prime = prime
        .iter()
        .position(|byte| *byte != 0)
        .and_then(|at| prime.get(at..))?;
    let first = prime.first()?;
    let bits = prime.len() * 8 - usize::try_from(first.leading_zeros()).unwrap_or(0);
    Some(KeyExchange::Prime(bits))
}

/// The name of a group.
pub fn group_name(id: u16) -> String {
    match id {
        19 => "secp192r1".to_owned(),
        21 => "secp224r1".to_owned(),
        22 => "secp256k1".to_owned(),
        23 => "secp256r1".to_owned(),
        24 => "secp384r1".to_owned(),
        25 => "secp521r1".to_owned(),
        29 => "x25519".to_owned(),
        30 => "x448".to_owned(),
        41 => "curveSM2".to_owned(),
        256 => "ffdhe2048".to_owned(),
        257 => "ffdhe3072".to_owned(),
        other => format!("0x{other:04x}"),
    }
}
