//! The names and addresses by which agents reach this server.

use std::net::{IpAddr, SocketAddr};

use thiserror::Error;

/// These always lead here.
const OWN: [&str; 3] = ["localhost", "127.0.0.1", "::1"];

/// The names and addresses by which agents reach this server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgentNames {
    given: Vec<String>,
    host_name: String,
}

/// A text that is no name of a host and no address.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
#[error("'{found}' is not the name or address of a host")]
pub struct NotAHost {
    /// What it is.
    pub found: String,
}

impl AgentNames {
    /// Names that somebody gave, and the name of this host, which stands in where nobody did.
    ///
    /// # Errors
    /// [`NotAHost`] for the first that is none.
    pub fn new(given: Vec<String>, host_name: String) -> Result<Self, NotAHost> {
        if let Some(found) = given.iter().find(|name| !is_host(name)) {
            let found = found.clone();
            return Err(NotAHost { found });
        }
        // A host may be called what no certificate can say; it then goes by its address.
        let host_name = Some(host_name).filter(|name| is_host(name));
        Ok(Self {
            given,
            host_name: host_name.unwrap_or_else(|| "localhost".to_owned()),
        })
    }

    /// All names and addresses that the certificate covers, for a listener at `address`.
    pub(crate) fn covered(&self, address: SocketAddr) -> Vec<String> {
        let mut names = self.given.clone();
        if !address.ip().is_unspecified() {
            names.push(address.ip().to_string());
        }
        names.push(self.host_name.clone());
        names.extend(OWN.map(str::to_owned));
        names.sort_unstable();
        names.dedup();
        names
    }

    /// Where agents reach a listener at `address`: by the first name somebody gave, else by
    /// its address, else by the name of this host.
    pub(crate) fn url(&self, address: SocketAddr) -> String {
        let host = match self.given.first() {
            Some(name) => name.clone(),
            None if address.ip().is_unspecified() => self.host_name.clone(),
            None => address.ip().to_string(),
        };
        match host.parse() {
            Ok(IpAddr::V6(_)) => format!("https://[{host}]:{}", address.port()),
            _ => format!("https://{host}:{}", address.port()),
        }
    }
}

fn is_host(text: &str) -> bool {
    if text.parse::<IpAddr>().is_ok() {
        return true;
    }
    let is_label = |label: &str| {
        let ends = [label.chars().next(), label.chars().next_back()];
        (1..=63).contains(&label.len())
            && label.chars().all(|c| c.is_ascii_alphanumeric() || c == '-')
            && !ends.contains(&Some('-'))
    };
    text.len() <= 253 && text.split('.').all(is_label)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(given: &[&str], host_name: &str) -> Result<AgentNames, NotAHost> {
        let given = given.iter().map(|name| (*name).to_owned()).collect();
        AgentNames::new(given, host_name.to_owned())
    }

    #[test]
    fn agents_reach_the_server_by_what_leads_there() {
        for (given, host_name, address, expected) in [
            (
                &[][..],
                "guard-1",
                "127.0.0.1:8601",
                "https://127.0.0.1:8601",
            ),
            (&[], "guard-1", "0.0.0.0:8601", "https://guard-1:8601"),
            (&[], "wrong_name", "0.0.0.0:8601", "https://localhost:8601"),
            (&[], "guard-1", "[::]:8601", "https://guard-1:8601"),
            (&[], "guard-1", "[fd00::5]:8601", "https://[fd00::5]:8601"),
            (
                &["10.1.0.5"],
                "guard-1",
                "0.0.0.0:8601",
                "https://10.1.0.5:8601",
            ),
            (
                &["guard.his.example", "10.1.0.5"],
                "guard-1",
                "10.1.0.5:8601",
                "https://guard.his.example:8601",
            ),
        ] {
            let names = names(given, host_name).unwrap();
            assert_eq!(names.url(address.parse().unwrap()), expected);
        }
    }

    #[test]
    fn the_certificate_covers_every_way_here_once() {
        let names = names(&["10.1.0.5", "guard.example"], "guard-1").unwrap();
        let own = [
            "10.1.0.5",
            "127.0.0.1",
            "::1",
            "guard-1",
            "guard.example",
            "localhost",
        ];
        let covered = names.covered("0.0.0.0:8601".parse().unwrap());
        assert_eq!(covered, own);
        let covered = names.covered("10.1.0.5:8601".parse().unwrap());
        assert_eq!(covered, own);
    }

    #[test]
    fn what_is_no_host_is_refused() {
        for wrong in [
            "",
            "a b",
            "https://guard",
            "-a",
            "a-",
            "a..b",
            "门",
            "10.1.0.5:8601",
        ] {
            let found = wrong.to_owned();
            assert_eq!(names(&[wrong], "a"), Err(NotAHost { found }), "{wrong}");
        }
    }
}
