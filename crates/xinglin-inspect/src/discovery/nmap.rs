//! The XML output of nmap (`-oX`).
//!
//! Read as a stream: a scan of a hospital has millions of elements, and a file that ends in
//! the middle, as after a power cut, still shows the hosts before. Document types that define
//! anything are refused, and no entity but the predefined is resolved.

use std::net::IpAddr;

use jiff::Timestamp;
use quick_xml::{
    Reader, XmlVersion,
    events::{BytesStart, Event},
};
use thiserror::Error;

use super::scan::{Covered, PortState, Scan, ScannedHost, ScannedPort, ScriptOutput};

const DEPTH_LIMIT: usize = 64;
const HOST_LIMIT: usize = 200_000;
const PORT_LIMIT: usize = 4 * 65_536;
const SCRIPT_LIMIT: usize = 256;
const NAME_LIMIT: usize = 64;
/// Characters kept of a script's output, and of every other text.
const OUTPUT_LIMIT: usize = 8_000;
const TEXT_LIMIT: usize = 400;

/// A file that is no scan.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum ScanError {
    /// Not the output of nmap.
    #[error("not nmap's XML output: no element 'nmaprun'")]
    NotNmap,
    /// The document type defines something.
    #[error("the document type defines entities or elements, which no scan needs")]
    DocumentType,
    /// Not well-formed before the first host.
    #[error("not well-formed at byte {at}: {problem}")]
    Malformed {
        /// Where.
        at: u64,
        /// What is wrong.
        problem: String,
    },
    /// Deeper or longer than any scan.
    #[error("more than {HOST_LIMIT} hosts or {DEPTH_LIMIT} levels")]
    TooLarge,
}

/// Reads the XML that nmap writes with `-oX`.
///
/// # Errors
/// See [`ScanError`]. Where the file breaks off or becomes malformed after it began well, what
/// stands before is given with `is_complete` false.
pub fn parse_nmap(bytes: &[u8]) -> Result<Scan, ScanError> {
    let text = String::from_utf8_lossy(bytes);
    let mut reader = Reader::from_str(text.trim_start_matches('\u{feff}'));
    reader.config_mut().allow_dangling_amp = true;
    let mut builder = Builder::default();
    loop {
        match reader.read_event() {
            Ok(Event::Start(element)) => builder.open(&element, true)?,
            Ok(Event::Empty(element)) => builder.open(&element, false)?,
            Ok(Event::End(element)) => builder.close(element.name().into_inner()),
            Ok(Event::DocType(text)) if text.contains('[') => return Err(ScanError::DocumentType),
            Ok(Event::Eof) => break,
            Ok(_) => {}
            Err(_) if builder.is_nmap => return Ok(builder.scan),
            Err(error) => {
                return Err(ScanError::Malformed {
                    at: reader.error_position(),
                    problem: error.to_string(),
                });
            }
        }
    }
    if !builder.is_nmap {
        return Err(ScanError::NotNmap);
    }
    builder.scan.is_complete = builder.is_closed && builder.scan.finished_at.is_some();
    Ok(builder.scan)
}

/// The scan as far as it was read.
#[derive(Default)]
struct Builder {
    scan: Scan,
    is_nmap: bool,
    is_closed: bool,
    depth: usize,
    host: Option<OpenHost>,
    port: Option<OpenPort>,
}

#[derive(Default)]
struct OpenHost {
    host: ScannedHost,
    is_up: bool,
    problem: Option<String>,
}

#[derive(Default)]
struct OpenPort {
    port: ScannedPort,
    is_kept: bool,
}

impl Builder {
    fn open(&mut self, element: &BytesStart<'_>, has_content: bool) -> Result<(), ScanError> {
        if self.depth >= DEPTH_LIMIT {
            return Err(ScanError::TooLarge);
        }
        let attributes = Attributes::of(element);
        let qualified = element.name();
        let name = qualified.into_inner();
        if self.depth == 0 && !self.is_nmap {
            if name != "nmaprun" {
                return Err(ScanError::NotNmap);
            }
            self.is_nmap = true;
        }
        match (name, &mut self.host) {
            ("nmaprun", None) => self.start(&attributes),
            ("scaninfo", None) => self.scan.covered.push(Covered {
                protocol: attributes.text("protocol").unwrap_or_default(),
                ports: attributes.long_text("services").unwrap_or_default(),
            }),
            ("finished", None) => self.scan.finished_at = attributes.time("time"),
            ("host", None) => {
                if self.scan.hosts.len() + self.scan.rejected.len() >= HOST_LIMIT {
                    return Err(ScanError::TooLarge);
                }
                self.host = Some(OpenHost::default());
            }
            (_, Some(host)) => of_host(host, &mut self.port, name, &attributes),
            _ => {}
        }
        if has_content {
            self.depth += 1;
        } else {
            self.ended(name);
        }
        Ok(())
    }

    fn close(&mut self, name: &str) {
        self.depth = self.depth.saturating_sub(1);
        self.ended(name);
        if self.depth == 0 {
            self.is_closed = true;
        }
    }

    fn ended(&mut self, name: &str) {
        match name {
            "port" => {
                if let (Some(port), Some(host)) = (self.port.take(), &mut self.host)
                    && port.is_kept
                    && host.host.ports.len() < PORT_LIMIT
                {
                    host.host.ports.push(port.port);
                }
            }
            "host" => {
                self.port = None;
                if let Some(host) = self.host.take() {
                    self.finish(host);
                }
            }
            _ => {}
        }
    }

    fn finish(&mut self, open: OpenHost) {
        if !open.is_up {
            return;
        }
        match open.problem {
            None if open.host.addresses.is_empty() => {
                self.scan.rejected.push("a host without address".to_owned());
            }
            None => self.scan.hosts.push(open.host),
            Some(problem) => self.scan.rejected.push(problem),
        }
    }

    fn start(&mut self, attributes: &Attributes) {
        self.scan.scanner = attributes.text("scanner").unwrap_or_default();
        self.scan.version = attributes.text("version").unwrap_or_default();
        self.scan.arguments = attributes.long_text("args").unwrap_or_default();
        self.scan.started_at = attributes.time("start");
    }
}

/// An element within a host.
fn of_host(open: &mut OpenHost, port: &mut Option<OpenPort>, name: &str, attributes: &Attributes) {
    let host = &mut open.host;
    match (name, port) {
        ("status", _) => open.is_up = attributes.get("state") == Some("up"),
        ("address", _) => address(open, attributes),
        ("hostname", _) if host.names.len() < NAME_LIMIT => {
            let name = attributes.text("name");
            host.names
                .extend(name.filter(|name| !host.names.contains(name)));
        }
        ("osmatch", _) if host.os.is_none() => {
            host.os = attributes.text("name");
            host.os_accuracy = attributes.number("accuracy");
        }
        ("port", port) => *port = Some(opened(attributes)),
        ("state", Some(port)) => {
            let state = match attributes.get("state") {
                Some("open") => Some(PortState::Open),
                Some("open|filtered") => Some(PortState::OpenOrFiltered),
                _ => None,
            };
            port.is_kept &= state.is_some();
            port.port.state = state.unwrap_or_default();
        }
        ("service", Some(port)) => {
            let port = &mut port.port;
            port.service = attributes.text("name");
            port.product = attributes.text("product");
            port.version = attributes.text("version");
            port.extra = attributes.text("extrainfo");
            port.is_tls = attributes.get("tunnel") == Some("ssl");
            port.is_probed = attributes.get("method") == Some("probed");
        }
        ("script", port) => {
            let scripts = match port {
                Some(port) => &mut port.port.scripts,
                None => &mut host.scripts,
            };
            if scripts.len() < SCRIPT_LIMIT {
                scripts.push(ScriptOutput {
                    id: attributes.text("id").unwrap_or_default(),
                    output: attributes.long_text("output").unwrap_or_default(),
                });
            }
        }
        _ => {}
    }
}

fn address(open: &mut OpenHost, attributes: &Attributes) {
    let Some(text) = attributes.text("addr") else {
        return;
    };
    if attributes.get("addrtype") == Some("mac") {
        open.host.mac = Some(text);
        open.host.vendor = attributes.text("vendor");
        return;
    }
    match text.parse::<IpAddr>() {
        Ok(address) if open.host.addresses.len() < NAME_LIMIT => open.host.addresses.push(address),
        Ok(_) => {}
        Err(_) => open.problem = Some(format!("'{text}' is no address")),
    }
}

/// A port of which more is still to be read. One without a number is passed over.
fn opened(attributes: &Attributes) -> OpenPort {
    let number = attributes.number("portid");
    OpenPort {
        is_kept: number.is_some(),
        port: ScannedPort {
            protocol: attributes.text("protocol").unwrap_or_default(),
            port: number.unwrap_or_default(),
            ..ScannedPort::default()
        },
    }
}

/// The attributes of an element that can be read.
struct Attributes(Vec<(String, String)>);

impl Attributes {
    fn of(element: &BytesStart<'_>) -> Self {
        // No element of nmap has more than a dozen.
        let mut attributes = element.attributes();
        let attributes = attributes
            .with_checks(false)
            .take(32)
            .filter_map(|attribute| {
                let attribute = attribute.ok()?;
                let value = attribute.normalized_value(XmlVersion::Implicit1_0).ok()?;
                let value = value.into_owned();
                Some((attribute.key.into_inner().to_owned(), value))
            });
        Self(attributes.collect())
    }

    fn get(&self, name: &str) -> Option<&str> {
        let found = self.0.iter().find(|(key, _)| key == name);
        found.map(|(_, value)| value.as_str())
    }

    /// A text that says something, cut to a length that every honest one is below.
    fn text(&self, name: &str) -> Option<String> {
        let text = self.get(name)?.trim();
        (!text.is_empty()).then(|| text.chars().take(TEXT_LIMIT).collect())
    }

    fn long_text(&self, name: &str) -> Option<String> {
        let text = self.get(name)?;
        Some(text.chars().take(OUTPUT_LIMIT).collect())
    }

    fn number<T: std::str::FromStr>(&self, name: &str) -> Option<T> {
        self.get(name)?.parse().ok()
    }

    fn time(&self, name: &str) -> Option<Timestamp> {
        Timestamp::from_second(self.number(name)?).ok()
    }
}
