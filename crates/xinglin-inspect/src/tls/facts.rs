//! Facts of an endpoint, from the record of its handshakes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::{
    certificate::{self, Certificate},
    hello::Version,
    suites,
    transcript::{Ended, Endpoint, Exchange, TRANSCRIPT_FILE, Transcript},
    wire::{self, Answer, KeyExchange},
};
use crate::{
    bundle::Bundle,
    family::Family,
    subject::{Collected, FACTS_FORMAT, Subject, Unreadable},
};

/// More exchanges than any probe makes are not read.
const EXCHANGE_LIMIT: usize = 2_000;

/// Everything known of one endpoint.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Facts {
    /// Always [`FACTS_FORMAT`].
    pub format: &'static str,
    /// Always [`Family::Tls`].
    pub family: Family,
    /// The endpoint.
    pub endpoint: Endpoint,
    /// Whether it spoke TLS at all; `null` when it could not be reached.
    pub speaks_tls: Option<bool>,
    /// The versions it agreed to, such as `TLSv1.2` or `TLCP`; `null` when it did not answer.
    pub versions: Option<Vec<String>>,
    /// Versions of which nothing is known: no answer came in time.
    pub versions_unknown: Vec<String>,
    /// The suites it agreed to, by version; `null` when it did not answer.
    pub suites: Option<Vec<Suite>>,
    /// Whether all its suites are known.
    pub suites_complete: bool,
    /// Whether its own order of suites counts, by version TLS 1.2 and before; `null` when it
    /// has one suite only, or was not asked.
    pub server_order: Option<bool>,
    /// Whether it compresses; `null` when it was not asked.
    pub compression: Option<bool>,
    /// Whether it ties a renegotiation to the first handshake; `null` when it knows TLS 1.3 only.
    pub secure_renegotiation: Option<bool>,
    /// Groups of key exchanges it chose.
    pub groups: Vec<String>,
    /// The smallest prime it chose for Diffie-Hellman, in bits; `null` when it chose none.
    pub prime_bits: Option<usize>,
    /// Certificates in the order sent, those of TLCP where it speaks nothing else; `null` when
    /// it showed none in clear.
    pub certificates: Option<Vec<Certificate>>,
    /// The certificates together; `null` when it showed none in clear.
    pub chain: Option<Chain>,
    /// The certificates of TLCP; `null` when it does not speak it.
    pub tlcp_certificates: Option<Vec<Certificate>>,
}

/// A suite that was agreed to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Suite {
    /// The version.
    pub version: String,
    /// Its number, such as `0xc02f`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whether each session has a key of its own.
    pub forward_secret: bool,
    /// Whether encryption and integrity are one.
    pub aead: bool,
    /// What is weak in it.
    pub weaknesses: Vec<String>,
    /// Whether its algorithms are those of the state's standards.
    pub national: bool,
}

/// Certificates together.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Chain {
    /// Whether each was made by the next.
    pub ordered: bool,
    /// Whether what makes the first one trusted came along; `null` where a client may have it.
    pub complete: Option<bool>,
    /// Whether the first one is for the endpoint's name; `null` when only an address is known
    /// and the certificate has no address.
    pub name_matches: Option<bool>,
}

/// Reads the facts in `bundle`.
pub fn collect(bundle: &Bundle) -> Collected {
    let Some(bytes) = bundle.files.get(TRANSCRIPT_FILE) else {
        return Collected::not_understood(Family::Tls, bundle.files.keys());
    };
    let transcript = match Transcript::from_json(bytes) {
        Ok(transcript) => transcript,
        Err(error) => {
            let mut collected = Collected::not_understood(Family::Tls, []);
            collected.unreadable.push(Unreadable {
                what: TRANSCRIPT_FILE.to_owned(),
                why: error.to_string(),
            });
            return collected;
        }
    };
    let mut unreadable = Vec::new();
    let facts = read(&transcript, bundle.collected_at, &mut unreadable);
    let endpoint = &transcript.endpoint;
    let version = facts
        .versions
        .as_ref()
        .and_then(|versions| versions.last().cloned());
    Collected {
        family: Family::Tls,
        subject: Subject {
            kind: "endpoint".to_owned(),
            name: format!("{}:{}", endpoint.host, endpoint.port),
            platform: "tls".to_owned(),
            version: version.unwrap_or_default(),
        },
        // Facts are plain structures with string keys, which JSON can always hold.
        facts: serde_json::to_value(&facts).unwrap_or_default(),
        unreadable,
    }
}

/// An exchange, read.
struct Heard<'a> {
    exchange: &'a Exchange,
    answer: Answer,
}

impl Heard<'_> {
    fn version(&self) -> Version {
        self.exchange.offer.version
    }

    /// The suite, where the version that was asked for was agreed to.
    fn suite(&self) -> Option<u16> {
        let hello = self.answer.hello.as_ref()?;
        (hello.version == self.version().number()).then_some(hello.suite)
    }
}

fn read(transcript: &Transcript, now: Timestamp, unreadable: &mut Vec<Unreadable>) -> Facts {
    let heard: Vec<Heard<'_>> = transcript
        .exchanges
        .iter()
        .take(EXCHANGE_LIMIT)
        .map(|exchange| Heard {
            answer: wire::read(exchange.offer.version, &exchange.received),
            exchange,
        })
        .collect();
    let reached = heard
        .iter()
        .any(|one| one.exchange.ended != Ended::Unreachable);
    let speaks = heard.iter().any(|one| one.answer.is_tls);
    if !reached {
        unreadable.push(Unreadable {
            what: format!("{}:{}", transcript.endpoint.host, transcript.endpoint.port),
            why: "could not be reached".to_owned(),
        });
    }
    let versions = speaks.then(|| agreed(&heard));
    let ordinary = |one: &&Heard<'_>| one.version() != Version::Tlcp;
    let shown = heard
        .iter()
        .filter(ordinary)
        .find(|one| one.suite().is_some() && !one.answer.certificates.is_empty());
    let national = heard
        .iter()
        .find(|one| one.version() == Version::Tlcp && !one.answer.certificates.is_empty());
    // Where an endpoint speaks TLCP alone, its certificates are those.
    let certificates = shown
        .or(national)
        .map(|one| parse(&one.answer.certificates, now, unreadable));
    Facts {
        format: FACTS_FORMAT,
        family: Family::Tls,
        endpoint: transcript.endpoint.clone(),
        speaks_tls: reached.then_some(speaks),
        versions_unknown: unknown_versions(&heard),
        suites: speaks.then(|| suites_of(&heard)),
        suites_complete: speaks && is_complete(&heard),
        server_order: server_order(&heard),
        compression: heard
            .iter()
            .filter(|one| one.exchange.offer.compression)
            .filter_map(|one| one.answer.hello.as_ref())
            .map(|hello| hello.compression)
            .reduce(|left, right| left || right),
        secure_renegotiation: heard
            .iter()
            .filter(|one| {
                one.suite().is_some() && (Version::Tls10..=Version::Tls12).contains(&one.version())
            })
            .filter_map(|one| one.answer.hello.as_ref())
            .map(|hello| hello.secure_renegotiation)
            .reduce(|left, right| left && right),
        groups: groups(&heard),
        prime_bits: heard
            .iter()
            .filter_map(|one| match one.answer.exchange {
                Some(KeyExchange::Prime(bits)) => Some(bits),
                _ => None,
            })
            .min(),
        chain: certificates
            .as_ref()
            .and_then(|chain| self::chain(chain, &transcript.endpoint)),
        certificates: certificates.filter(|chain| !chain.is_empty()),
        tlcp_certificates: national.map(|one| parse(&one.answer.certificates, now, unreadable)),
        versions,
    }
}

fn agreed(heard: &[Heard<'_>]) -> Vec<String> {
    let versions: BTreeSet<Version> = heard
        .iter()
        .filter(|one| one.suite().is_some())
        .map(Heard::version)
        .collect();
    versions
        .into_iter()
        .map(|one| one.name().to_owned())
        .collect()
}

/// Versions that were neither agreed to nor refused.
fn unknown_versions(heard: &[Heard<'_>]) -> Vec<String> {
    let settled = |version: Version| {
        heard
            .iter()
            .filter(|one| one.version() == version)
            .any(|one| {
                one.answer.is_tls
                    || (matches!(one.exchange.ended, Ended::Closed | Ended::Reset)
                    // Refusal without a word says something only of one who speaks at all.
                    && heard.iter().any(|other| other.answer.is_tls))
            })
    };
    let unsettled = Version::ALL
        .into_iter()
        .filter(|version| !settled(*version));
    unsettled.map(|version| version.name().to_owned()).collect()
}

fn suites_of(heard: &[Heard<'_>]) -> Vec<Suite> {
    let found: BTreeSet<(Version, u16)> = heard
        .iter()
        .filter_map(|one| Some((one.version(), one.suite()?)))
        .collect();
    found
        .into_iter()
        .map(|(version, id)| {
            let name = suites::name(id);
            Suite {
                version: version.name().to_owned(),
                id: format!("0x{id:04x}"),
                forward_secret: suites::is_forward_secret(&name),
                aead: suites::is_aead(&name),
                weaknesses: suites::weaknesses(&name),
                national: suites::is_national(&name),
                name,
            }
        })
        .collect()
}

/// Whether each version that was agreed to was asked until it refused what was left.
fn is_complete(heard: &[Heard<'_>]) -> bool {
    Version::ALL.into_iter().all(|version| {
        let of_version = || heard.iter().filter(|one| one.version() == version);
        let found: BTreeSet<u16> = of_version().filter_map(Heard::suite).collect();
        let all = version.suites();
        found.is_empty()
            || all.iter().all(|suite| found.contains(suite))
            || of_version().any(|one| {
                one.suite().is_none()
                    && !matches!(one.exchange.ended, Ended::TimedOut | Ended::Unreachable)
                    && all.iter().all(|suite| {
                        found.contains(suite) || one.exchange.offer.suites.contains(suite)
                    })
            })
    })
}

fn server_order(heard: &[Heard<'_>]) -> Option<bool> {
    let mut order = None;
    for version in Version::ALL {
        let all = version.suites();
        let mut reversed = all.clone();
        reversed.reverse();
        let choice = |wanted: &[u16]| {
            heard
                .iter()
                .filter(|one| one.version() == version && !one.exchange.offer.compression)
                .find(|one| one.exchange.offer.suites == wanted)
                .and_then(Heard::suite)
        };
        let count: BTreeSet<u16> = heard
            .iter()
            .filter(|one| one.version() == version)
            .filter_map(Heard::suite)
            .collect();
        if let (Some(first), Some(second), true) =
            (choice(&all), choice(&reversed), count.len() > 1)
        {
            order = Some(order.unwrap_or(true) && first == second);
        }
    }
    order
}

fn groups(heard: &[Heard<'_>]) -> Vec<String> {
    let numbers: BTreeSet<u16> = heard
        .iter()
        .filter_map(|one| match one.answer.exchange {
            Some(KeyExchange::Curve(group)) => Some(group),
            _ => one.answer.hello.as_ref()?.group,
        })
        .collect();
    numbers.into_iter().map(wire::group_name).collect()
}

fn parse(
    certificates: &[Vec<u8>],
    now: Timestamp,
    unreadable: &mut Vec<Unreadable>,
) -> Vec<Certificate> {
    let mut parsed = Vec::new();
    for (index, der) in certificates.iter().enumerate() {
        match certificate::parse(der, now) {
            Ok(one) => parsed.push(one),
            Err(why) => unreadable.push(Unreadable {
                what: format!("certificate {}", index + 1),
                why,
            }),
        }
    }
    parsed
}

fn chain(certificates: &[Certificate], endpoint: &Endpoint) -> Option<Chain> {
    let first = certificates.first()?;
    let last = certificates.last()?;
    // TLCP sends the certificate for encryption second, beside the line of those who signed.
    let beside = |index: usize, one: &Certificate| {
        index == 1 && one.purpose == "encrypt" && one.issuer == first.issuer
    };
    let line: Vec<&Certificate> = certificates
        .iter()
        .enumerate()
        .filter(|(index, one)| !beside(*index, one))
        .map(|(_, one)| one)
        .collect();
    let ordered = line
        .windows(2)
        .all(|pair| matches!(pair, [one, next] if one.issuer == next.subject));
    let complete = if last.self_signed || (line.len() > 1 && last.authority) {
        Some(ordered)
    } else if first.names_issuer_location {
        // Public authorities never sign with the key that clients know.
        Some(false)
    } else {
        None
    };
    let name_matches = match endpoint.name() {
        Some(name) => Some(certificate::has_name(&first.names, name)),
        None => certificate::has_name(&first.names, &endpoint.host).then_some(true),
    };
    Some(Chain {
        ordered,
        complete,
        name_matches,
    })
}
