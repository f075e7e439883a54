//! The server's own authority: it makes out the certificate agents know this server by, and
//! those by which this server knows its agents. Nothing else trusts it.
//!
//! Keys and certificates are files in the folder `agents` of the data folder, readable by
//! the server's account only. They are made at first use.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, RwLock},
};

use jiff::{ToSpan, civil::Date, tz};
use rcgen::{
    BasicConstraints, CertificateParams, CertificateSigningRequestParams, DnType,
    ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd,
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use thiserror::Error;
use xinglin_core::Timestamp;
use xinglin_ledger::Digest;

use super::receiver;
use crate::{App, AppError, tasks::blocking};

const FOLDER: &str = "agents";
const AUTHORITY: &str = "authority.pem";
const AUTHORITY_KEY: &str = "authority.key";
const SERVER: &str = "server.pem";
const SERVER_KEY: &str = "server.key";
/// What the server's certificate is: who it is made out to, by whom, until when.
const SERVER_FACTS: &str = "server.json";

const AUTHORITY_YEARS: i32 = 30;
/// Agents are revoked here and not by their certificate's end; who loses one enrols anew.
const AGENT_YEARS: i32 = 10;
const SERVER_DAYS: i32 = 365;
/// The server's certificate is made anew so many days before its end.
const RENEW_DAYS: i32 = 30;

/// What a listener for agents shows and trusts.
#[derive(Clone, PartialEq, Eq)]
pub struct AgentCertificates {
    /// The authority's certificate (PEM): clients show certificates of it.
    pub authority: String,
    /// The server's certificate (PEM).
    pub certificate: String,
    /// The server's private key (PEM).
    pub key: String,
}

impl std::fmt::Debug for AgentCertificates {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("AgentCertificates")
    }
}

/// Whether and where agents reach this server.
#[derive(Default)]
pub(crate) struct Listening(RwLock<Option<Arc<Door>>>);

/// What is known while a listener runs.
pub(super) struct Door {
    /// `https://host:port`.
    pub(super) address: String,
    pub(super) authority: Authority,
}

impl Listening {
    pub(super) fn door(&self) -> Option<Arc<Door>> {
        self.0.read().ok()?.clone()
    }

    fn set(&self, door: Option<Arc<Door>>) {
        if let Ok(mut place) = self.0.write() {
            *place = door;
        }
    }
}

impl App {
    /// Begins to expect agents at `address` (`https://host:port`): makes or reads the
    /// authority, and a server certificate for these names and addresses. To be called again
    /// every day, so that the certificate is renewed in time.
    ///
    /// # Errors
    /// [`crate::Code::Internal`] when the files cannot be made or read.
    pub async fn expect_agents(
        &self,
        address: String,
        names: Vec<String>,
    ) -> Result<AgentCertificates, AppError> {
        let folder = self.config().data_dir.join(FOLDER);
        let now = self.now();
        let opened = blocking(move || {
            let authority = Authority::open(&folder, now)?;
            let server = authority.server(&folder, names, now)?;
            Ok::<_, AuthorityError>((authority, server))
        });
        let (authority, (certificate, key)) = opened.await?.map_err(AppError::internal)?;
        if authority.is_new {
            let mut change = self.change(&receiver()).await?;
            let digest = Digest::of(authority.pem.as_bytes()).to_string();
            let payload = json!({"digest": digest});
            change.note("agent-authority.create", "agent-authority", 1, payload);
            change.commit().await?;
        }
        let certificates = AgentCertificates {
            authority: authority.pem.clone(),
            certificate,
            key,
        };
        self.listening()
            .set(Some(Arc::new(Door { address, authority })));
        Ok(certificates)
    }

    /// Expects agents no more.
    pub fn expect_no_agents(&self) {
        self.listening().set(None);
    }
}

/// Keys or certificates that cannot be made or read.
#[derive(Debug, Error)]
pub(super) enum AuthorityError {
    #[error("{}: {source}", path.display())]
    File { path: PathBuf, source: io::Error },
    #[error("{}: {source}", path.display())]
    Unusable { path: PathBuf, source: rcgen::Error },
    #[error("a certificate cannot be made: {0}")]
    NotMade(#[from] rcgen::Error),
}

/// The authority, ready to sign.
pub(super) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pub(super) pem: String,
    is_new: bool,
}

/// A certificate made out to an agent.
pub(super) struct AgentCertificate {
    pub(super) pem: String,
    pub(super) der: Vec<u8>,
    pub(super) expires_on: Date,
}

#[derive(Serialize, Deserialize, PartialEq, Eq)]
struct ServerFacts {
    names: Vec<String>,
    authority: Digest,
    expires_on: Date,
}

impl Authority {
    /// Reads the authority; makes one where there is none. One that is there and cannot be
    /// read is never replaced: every agent trusts it.
    fn open(folder: &Path, now: Timestamp) -> Result<Self, AuthorityError> {
        let (certificate, key_file) = (folder.join(AUTHORITY), folder.join(AUTHORITY_KEY));
        if certificate.exists() {
            let pem = read(&certificate)?;
            let unusable = |path: &Path| {
                let path = path.to_owned();
                move |source| AuthorityError::Unusable { path, source }
            };
            let key = KeyPair::from_pem(&read(&key_file)?).map_err(unusable(&key_file))?;
            let issuer = Issuer::from_ca_cert_pem(&pem, key).map_err(unusable(&certificate))?;
            return Ok(Self {
                issuer,
                pem,
                is_new: false,
            });
        }
        let mut params = params("Xinglin agents", now, AUTHORITY_YEARS.years());
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![
            KeyUsagePurpose::KeyCertSign,
            KeyUsagePurpose::DigitalSignature,
        ];
        let key = KeyPair::generate()?;
        let pem = params.self_signed(&key)?.pem();
        write(folder, AUTHORITY_KEY, &key.serialize_pem())?;
        // What says that there is an authority is written last.
        write(folder, AUTHORITY, &pem)?;
        Ok(Self {
            issuer: Issuer::new(params, key),
            pem,
            is_new: true,
        })
    }

    /// The server's certificate and key (PEM), made anew where the names are others or the
    /// end is near.
    fn server(
        &self,
        folder: &Path,
        names: Vec<String>,
        now: Timestamp,
    ) -> Result<(String, String), AuthorityError> {
        let authority = Digest::of(self.pem.as_bytes());
        let renew_on = later(now, RENEW_DAYS.days());
        let known: Option<ServerFacts> = fs::read(folder.join(SERVER_FACTS))
            .ok()
            .and_then(|text| serde_json::from_slice(&text).ok());
        let is_good = known.is_some_and(|known| {
            known.names == names && known.authority == authority && known.expires_on > renew_on
        });
        if is_good {
            return Ok((read(&folder.join(SERVER))?, read(&folder.join(SERVER_KEY))?));
        }
        let span = SERVER_DAYS.days();
        let mut params = params("Xinglin server", now, span);
        params.subject_alt_names = CertificateParams::new(names.clone())?.subject_alt_names;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let pem = params.signed_by(&key, &self.issuer)?.pem();
        let facts = ServerFacts {
            names,
            authority,
            expires_on: later(now, span),
        };
        // What says that the two others fit is taken away first and written last.
        drop(fs::remove_file(folder.join(SERVER_FACTS)));
        write(folder, SERVER_KEY, &key.serialize_pem())?;
        write(folder, SERVER, &pem)?;
        let facts = serde_json::to_string(&facts).unwrap_or_default();
        write(folder, SERVER_FACTS, &facts)?;
        Ok((pem, key.serialize_pem()))
    }

    /// Makes a certificate for the key of a request. Whatever the request would like it to
    /// say, it is made out to `name` and lets nobody do more than show who it is.
    pub(super) fn agent(
        &self,
        request: &str,
        name: &str,
        now: Timestamp,
    ) -> Result<AgentCertificate, rcgen::Error> {
        let mut request = CertificateSigningRequestParams::from_pem(request)?;
        let span = AGENT_YEARS.years();
        let mut params = params(name, now, span);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        request.params = params;
        let certificate = request.signed_by(&self.issuer)?;
        Ok(AgentCertificate {
            pem: certificate.pem(),
            der: certificate.der().to_vec(),
            expires_on: later(now, span),
        })
    }
}

/// A certificate that counts from yesterday, as clocks differ, and is nothing special yet.
fn params(name: &str, now: Timestamp, span: jiff::Span) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    let part = |number: i8| u8::try_from(number).unwrap_or(1);
    let midnight =
        |day: Date| date_time_ymd(i32::from(day.year()), part(day.month()), part(day.day()));
    params.not_before = midnight(later(now, (-1).days()));
    params.not_after = midnight(later(now, span));
    params.use_authority_key_identifier_extension = true;
    params
}

fn later(now: Timestamp, span: jiff::Span) -> Date {
    let today = now.to_zoned(tz::TimeZone::UTC).date();
    today.checked_add(span).unwrap_or(Date::MAX)
}

fn read(path: &Path) -> Result<String, AuthorityError> {
    fs::read_to_string(path).map_err(|source| AuthorityError::File {
        path: path.to_owned(),
        source,
    })
}

/// Writes a file that only this account may read, so that after a loss of power there is the
/// old one or the new one.
fn write(folder: &Path, name: &str, text: &str) -> Result<(), AuthorityError> {
    let path = folder.join(name);
    write_private(folder, &path, text.as_bytes())
        .map_err(|source| AuthorityError::File { path, source })
}

fn write_private(folder: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    use std::io::Write as _;
    crate::app::create_private(folder)?;
    let unfinished = path.with_extension("part");
    let mut options = fs::OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut file = options.open(&unfinished)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&unfinished, path)?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;

    use super::*;

    fn names(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn the_server_is_made_a_new_certificate_only_when_it_takes_one() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path().join("agents");
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let authority = Authority::open(&folder, now).unwrap();
        assert!(authority.is_new);
        let own = names(&["10.1.0.5", "guard.example"]);
        let first = authority.server(&folder, own.clone(), now).unwrap();
        let again = Authority::open(&folder, now).unwrap();
        assert!(!again.is_new && again.pem == authority.pem);
        let days = |days: i64| now + SignedDuration::from_hours(24 * days);
        for (names, day, is_new) in [
            (own.clone(), 0, false),
            (own.clone(), 334, false),
            (own.clone(), 335, true),
            (own.clone(), 336, false),
            (names(&["10.1.0.6"]), 336, true),
        ] {
            let before = read(&folder.join(SERVER)).unwrap();
            let after = again.server(&folder, names, days(day)).unwrap();
            assert_eq!(after.0 != before, is_new, "day {day}");
            assert_eq!(read(&folder.join(SERVER)).unwrap(), after.0);
            assert_eq!(read(&folder.join(SERVER_KEY)).unwrap(), after.1);
        }
        assert_ne!(read(&folder.join(SERVER)).unwrap(), first.0);
    }

    #[test]
    fn an_authority_that_cannot_be_read_is_not_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let folder = folder.path();
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let pem = Authority::open(folder, now).unwrap().pem;
        fs::write(folder.join(AUTHORITY_KEY), "damaged").unwrap();
        assert!(matches!(
            Authority::open(folder, now),
            Err(AuthorityError::Unusable { .. })
        ));
        fs::remove_file(folder.join(AUTHORITY_KEY)).unwrap();
        assert!(matches!(
            Authority::open(folder, now),
            Err(AuthorityError::File { .. })
        ));
        assert_eq!(read(&folder.join(AUTHORITY)).unwrap(), pem);
    }

    #[test]
    fn what_a_request_asks_for_beside_its_key_is_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let authority = Authority::open(folder.path(), now).unwrap();
        let key = KeyPair::generate().unwrap();
        let mut asked = CertificateParams::new(names(&["guard.example"])).unwrap();
        asked.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let request = asked.serialize_request(&key).unwrap().pem().unwrap();
        let made = authority.agent(&request, "agent-7", now).unwrap();
        assert_eq!(made.expires_on, jiff::civil::date(2036, 11, 22));
        let says = |part: &[u8]| made.der.windows(part.len()).any(|bytes| bytes == part);
        assert!(says(b"agent-7") && !says(b"guard.example"));
        // 2.5.29.19, basic constraints: what makes an authority.
        assert!(!says(&[0x55, 0x1d, 0x13]));
        assert!(authority.agent("no request", "agent-7", now).is_err());
    }
}
