//! Certificates: whom they name, until when, and how they are made.

use jiff::Timestamp;
use serde::Serialize;
use x509_parser::{
    certificate::X509Certificate,
    extensions::{GeneralName, ParsedExtension},
    prelude::FromDer,
    public_key::PublicKey,
};

const SECONDS_PER_DAY: i64 = 86_400;
const NAME_LIMIT: usize = 200;
/// id-ad-caIssuers
const CA_ISSUERS: &str = "1.3.6.1.5.5.7.48.2";

/// A certificate.
#[expect(clippy::struct_excessive_bools, reason = "independent observations")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Certificate {
    /// Whom it is for, such as `CN=his.example`.
    pub subject: String,
    /// Who made it.
    pub issuer: String,
    /// Its number, in hexadecimal.
    pub serial: String,
    /// The names and addresses it is for; the common name where it lists none.
    pub names: Vec<String>,
    /// From when it holds (UTC).
    pub not_before: String,
    /// Until when it holds (UTC).
    pub not_after: String,
    /// Whole days until it ends; negative when it has.
    pub days_left: i64,
    /// Whether it holds already.
    pub begun: bool,
    /// `RSA`, `EC`, `SM2`, `Ed25519`, `DSA` or a number.
    pub key_algorithm: String,
    /// The size of its key.
    pub key_bits: usize,
    /// The algorithm of its signature, such as `sha256WithRSAEncryption`.
    pub signature: String,
    /// The hash within: `md5`, `sha1`, `sha256`, `sm3`, …
    pub digest: String,
    /// Whether its algorithms are those of the state's standards.
    pub national: bool,
    /// Whether it names itself as who made it.
    pub self_signed: bool,
    /// Whether it may make others.
    pub authority: bool,
    /// Whether it says where the certificate of who made it can be had: public authorities do.
    pub names_issuer_location: bool,
    /// For TLCP: `sign`, `encrypt` or empty.
    pub purpose: String,
}

/// Reads a certificate in DER.
///
/// # Errors
/// What is wrong with it.
pub fn parse(der: &[u8], now: Timestamp) -> Result<Certificate, String> {
    let (_, read) = X509Certificate::from_der(der).map_err(|error| error.to_string())?;
    let (key_algorithm, key_bits) = key(&read);
    let (signature, digest) = signature(&read.signature_algorithm.algorithm.to_id_string());
    let ends = read.validity().not_after.timestamp();
    let usage = read.key_usage().ok().flatten().map(|usage| *usage.value);
    let purpose = usage.map_or("", |usage| {
        match (
            usage.digital_signature(),
            usage.key_encipherment() || usage.data_encipherment(),
        ) {
            (true, false) => "sign",
            (false, true) => "encrypt",
            _ => "",
        }
    });
    Ok(Certificate {
        subject: shorten(&read.subject().to_string()),
        issuer: shorten(&read.issuer().to_string()),
        serial: hex::encode(read.raw_serial().get(..40).unwrap_or(read.raw_serial())),
        names: names(&read),
        not_before: day(read.validity().not_before.timestamp()),
        not_after: day(ends),
        days_left: ends
            .saturating_sub(now.as_second())
            .div_euclid(SECONDS_PER_DAY),
        begun: read.validity().not_before.timestamp() <= now.as_second(),
        national: digest == "sm3" || key_algorithm == "SM2",
        key_algorithm,
        key_bits,
        signature,
        digest: digest.to_owned(),
        self_signed: read.subject().as_raw() == read.issuer().as_raw(),
        authority: read.is_ca(),
        names_issuer_location: names_issuer_location(&read),
        purpose: purpose.to_owned(),
    })
}

fn shorten(text: &str) -> String {
    text.chars().take(400).collect()
}

fn day(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(|_| String::new(), |time| time.to_string())
}

fn names(read: &X509Certificate<'_>) -> Vec<String> {
    let listed = read.subject_alternative_name().ok().flatten();
    let mut names: Vec<String> = listed
        .map(|listed| {
            let names = listed.value.general_names.iter().take(NAME_LIMIT);
            names.filter_map(general_name).collect()
        })
        .unwrap_or_default();
    if names.is_empty() {
        let common = read.subject().iter_common_name();
        names.extend(common.filter_map(|name| name.as_str().ok().map(shorten)));
    }
    names
}

fn general_name(name: &GeneralName<'_>) -> Option<String> {
    match name {
        GeneralName::DNSName(name) => Some(shorten(name)),
        GeneralName::IPAddress(bytes) => match bytes.len() {
            4 => Some(std::net::IpAddr::from(<[u8; 4]>::try_from(*bytes).ok()?).to_string()),
            16 => Some(std::net::IpAddr::from(<[u8; 16]>::try_from(*bytes).ok()?).to_string()),
            _ => None,
        },
        _ => None,
    }
}

fn names_issuer_location(read: &X509Certificate<'_>) -> bool {
    read.extensions().iter().any(|extension| {
        matches!(extension.parsed_extension(), ParsedExtension::AuthorityInfoAccess(access)
            if access.accessdescs.iter().any(|one| one.access_method.to_id_string() == CA_ISSUERS))
    })
}

fn key(read: &X509Certificate<'_>) -> (String, usize) {
    let info = read.public_key();
    let algorithm = info.algorithm.algorithm.to_id_string();
    let curve = info
        .algorithm
        .parameters
        .as_ref()
        .and_then(|parameters| parameters.as_oid().ok())
        .map(|curve| curve.to_id_string());
    let bits = info.parsed().map_or(0, |key| match key {
        PublicKey::RSA(rsa) => rsa.key_size(),
        PublicKey::DSA(y) => y.len() * 8,
        other => other.key_size(),
    });
    match (algorithm.as_str(), curve.as_deref()) {
        ("1.2.840.113549.1.1.1" | "1.2.840.113549.1.1.10", _) => ("RSA".to_owned(), bits),
        ("1.2.840.10045.2.1", Some("1.2.156.10197.1.301")) => ("SM2".to_owned(), 256),
        ("1.2.840.10045.2.1", curve) => {
            let bits = match curve {
                Some("1.2.840.10045.3.1.7" | "1.3.132.0.10") => 256,
                Some("1.3.132.0.34") => 384,
                Some("1.3.132.0.35") => 521,
                Some("1.3.132.0.33") => 224,
                Some("1.2.840.10045.3.1.1") => 192,
                _ => bits,
            };
            ("EC".to_owned(), bits)
        }
        ("1.3.101.112", _) => ("Ed25519".to_owned(), 256),
        ("1.3.101.113", _) => ("Ed448".to_owned(), 456),
        ("1.2.840.10040.4.1", _) => ("DSA".to_owned(), bits),
        (other, _) => (other.to_owned(), bits),
    }
}

/// The name of an algorithm of signatures, and the hash within.
fn signature(number: &str) -> (String, &'static str) {
    let (name, digest) = match number {
        "1.2.840.113549.1.1.2" => ("md2WithRSAEncryption", "md2"),
        "1.2.840.113549.1.1.4" => ("md5WithRSAEncryption", "md5"),
        "1.2.840.113549.1.1.5" => ("sha1WithRSAEncryption", "sha1"),
        "1.3.14.3.2.29" => ("sha1WithRSA", "sha1"),
        "1.2.840.113549.1.1.10" => ("RSASSA-PSS", "sha256"),
        "1.2.840.113549.1.1.11" => ("sha256WithRSAEncryption", "sha256"),
        "1.2.840.113549.1.1.12" => ("sha384WithRSAEncryption", "sha384"),
        "1.2.840.113549.1.1.13" => ("sha512WithRSAEncryption", "sha512"),
        "1.2.840.113549.1.1.14" => ("sha224WithRSAEncryption", "sha224"),
        "1.2.840.10045.4.1" => ("ecdsa-with-SHA1", "sha1"),
        "1.2.840.10045.4.3.1" => ("ecdsa-with-SHA224", "sha224"),
        "1.2.840.10045.4.3.2" => ("ecdsa-with-SHA256", "sha256"),
        "1.2.840.10045.4.3.3" => ("ecdsa-with-SHA384", "sha384"),
        "1.2.840.10045.4.3.4" => ("ecdsa-with-SHA512", "sha512"),
        "1.2.840.10040.4.3" => ("dsa-with-sha1", "sha1"),
        "2.16.840.1.101.3.4.3.2" => ("dsa-with-sha256", "sha256"),
        "1.3.101.112" => ("Ed25519", "sha512"),
        "1.3.101.113" => ("Ed448", "shake256"),
        "1.2.156.10197.1.501" => ("SM2-with-SM3", "sm3"),
        "1.2.156.10197.1.504" => ("SM3WithRSAEncryption", "sm3"),
        other => return (other.to_owned(), ""),
    };
    (name.to_owned(), digest)
}

/// Whether one of a certificate's names is `wanted`; a star stands for one label.
pub fn has_name(names: &[String], wanted: &str) -> bool {
    let wanted = wanted
        .trim_matches(['[', ']'])
        .trim_end_matches('.')
        .to_lowercase();
    let as_address = wanted.parse::<std::net::IpAddr>().ok();
    names.iter().any(|name| {
        let name = name.to_lowercase();
        match (as_address, name.strip_prefix("*.")) {
            (Some(address), _) => name.parse() == Ok(address),
            (None, Some(rest)) => wanted
                .split_once('.')
                .is_some_and(|(label, domain)| !label.is_empty() && domain == rest),
            (None, None) => name == wanted,
        }
    })
}
