//! A bundle as one file: a zip archive with a manifest, as collector scripts write it.
//!
//! `manifest.json` names every other file with its SHA-256; `manifest.sig`, where there is
//! one, holds `hmac-sha256 <hex>` of the manifest's bytes under a key that the hospital made
//! for this one collection. An archive comes from outside: names, sizes and counts are
//! checked before anything is kept.

use std::{
    collections::BTreeMap,
    io::{Cursor, Read, Write},
};

use hmac::{Hmac, KeyInit, Mac};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use thiserror::Error;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::Bundle;
use crate::family::Family;

/// The version of the archive's form.
pub const BUNDLE_FORMAT: &str = "xinglin.bundle/1";
/// How large an archive may be.
pub const MAX_ARCHIVE_BYTES: usize = 32 * 1024 * 1024;
/// How large its files may be together, unpacked.
pub const MAX_UNPACKED_BYTES: u64 = 128 * 1024 * 1024;
/// How many files it may hold.
pub const MAX_FILES: usize = 1_000;

const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "manifest.sig";
const SCHEME: &str = "hmac-sha256";
const MAX_NAME_BYTES: usize = 200;
/// How the archive's list of contents marks each entry.
const ENTRY_MARK: &[u8] = b"PK\x01\x02";
/// How an archive marks its end. Each place that has the mark is tried, and a file may be full
/// of it.
const END_MARK: &[u8] = b"PK\x05\x06";
/// Chance, and archives within an archive, bring no more marks than this.
const MAX_END_MARKS: usize = 64;

/// What is known of an archive's origin. Its files always agree with its manifest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Trust {
    /// Signed with the key that was given.
    Signed,
    /// It has a signature, and there was no key to verify it with.
    Unverified,
    /// It has no signature: anybody may have made it.
    Unsigned,
}

/// An archive that cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum BundleError {
    /// Not a zip archive, or a damaged one.
    #[error("not a readable zip archive: {0}")]
    NotZip(String),
    /// It, or what is in it, is larger than allowed.
    #[error("larger than the {limit} bytes that are allowed")]
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// More files than allowed.
    #[error("more than the {MAX_FILES} files that are allowed")]
    TooManyFiles,
    /// A name that would leave the folder, or that no collector gives.
    #[error("file name '{name}' is not allowed")]
    BadName {
        /// The name.
        name: String,
    },
    /// Two files of one name.
    #[error("file '{name}' occurs twice")]
    Duplicate {
        /// The name.
        name: String,
    },
    /// It has no manifest.
    #[error("no {MANIFEST} in it")]
    NoManifest,
    /// The manifest cannot be read.
    #[error("{MANIFEST}: {0}")]
    BadManifest(String),
    /// A manifest of another version.
    #[error("format '{found}' is not known; expected {BUNDLE_FORMAT}")]
    WrongFormat {
        /// The version found.
        found: String,
    },
    /// A file of the manifest is not there.
    #[error("file '{name}' of the manifest is missing")]
    Missing {
        /// The name.
        name: String,
    },
    /// A file that is not in the manifest.
    #[error("file '{name}' is not in the manifest")]
    Unlisted {
        /// The name.
        name: String,
    },
    /// A file is not what the manifest says.
    #[error("file '{name}' was changed after it was collected")]
    Changed {
        /// The name.
        name: String,
    },
    /// A key was given, and there is no signature to verify.
    #[error("not signed, although a key was given for it")]
    NotSigned,
    /// The signature is not of this manifest and key.
    #[error("the signature does not fit the manifest and the key")]
    WrongSignature,
}

/// What `manifest.json` says. Unknown fields are passed over: newer scripts may say more.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Manifest {
    format: String,
    family: Family,
    collected_at: Timestamp,
    /// The machine's own name, for people who look into the archive.
    #[serde(default)]
    name: String,
    files: Vec<Listed>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Listed {
    name: String,
    sha256: String,
}

impl Bundle {
    /// Opens an archive. With a key, only what was signed with it is accepted.
    ///
    /// # Errors
    /// See [`BundleError`].
    pub fn from_zip(bytes: &[u8], key: Option<&[u8]>) -> Result<(Self, Trust), BundleError> {
        let mut files = unpack(bytes, MAX_UNPACKED_BYTES)?;
        let manifest = files.remove(MANIFEST).ok_or(BundleError::NoManifest)?;
        let signature = files.remove(SIGNATURE);
        let trust = verify(&manifest, signature.as_deref(), key)?;
        let manifest = read_manifest(&manifest)?;
        compare(&manifest, &files)?;
        let bundle = Self {
            family: manifest.family,
            collected_at: manifest.collected_at,
            files,
        };
        Ok((bundle, trust))
    }

    /// Writes an archive that [`Bundle::from_zip`] reads, signed where a key is given; `name`
    /// is that of the machine. The same bundle yields the same bytes.
    ///
    /// # Errors
    /// [`BundleError::BadName`] for names that could not be read back;
    /// [`BundleError::TooManyFiles`] and [`BundleError::TooLarge`].
    pub fn to_zip(&self, name: &str, key: Option<&[u8]>) -> Result<Vec<u8>, BundleError> {
        for file in self.files.keys() {
            if !is_name(file) || file == MANIFEST || file == SIGNATURE {
                return Err(BundleError::BadName { name: file.clone() });
            }
        }
        if self.files.len() + 2 > MAX_FILES {
            return Err(BundleError::TooManyFiles);
        }
        let manifest = Manifest {
            format: BUNDLE_FORMAT.to_owned(),
            family: self.family,
            collected_at: self.collected_at,
            name: name.to_owned(),
            files: self
                .files
                .iter()
                .map(|(name, content)| Listed {
                    name: name.clone(),
                    sha256: digest(content),
                })
                .collect(),
        };
        let manifest = serde_json::to_vec_pretty(&manifest)
            .map_err(|error| BundleError::BadManifest(error.to_string()))?;
        let signature = key.map(|key| format!("{SCHEME} {}\n", hex::encode(seal(key, &manifest))));
        let written = pack(&manifest, signature.as_deref(), &self.files)
            .map_err(|error| BundleError::NotZip(error.to_string()))?;
        if written.len() > MAX_ARCHIVE_BYTES {
            return Err(too_large(MAX_ARCHIVE_BYTES as u64));
        }
        Ok(written)
    }
}

fn too_large(limit: u64) -> BundleError {
    BundleError::TooLarge { limit }
}

fn pack(
    manifest: &[u8],
    signature: Option<&str>,
    files: &BTreeMap<String, Vec<u8>>,
) -> zip::result::ZipResult<Vec<u8>> {
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(zip::DateTime::default());
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    let mut write = |name: &str, content: &[u8]| -> zip::result::ZipResult<()> {
        writer.start_file(name, options)?;
        writer.write_all(content)?;
        Ok(())
    };
    write(MANIFEST, manifest)?;
    if let Some(signature) = signature {
        write(SIGNATURE, signature.as_bytes())?;
    }
    for (name, content) in files {
        write(name, content)?;
    }
    Ok(writer.finish()?.into_inner())
}

/// All files by name, within the limits. A single folder around them is taken off: that is
/// what "send to compressed folder" of Windows yields.
fn unpack(bytes: &[u8], limit: u64) -> Result<BTreeMap<String, Vec<u8>>, BundleError> {
    let damaged = |error: &dyn std::error::Error| BundleError::NotZip(error.to_string());
    if bytes.len() > MAX_ARCHIVE_BYTES {
        return Err(too_large(MAX_ARCHIVE_BYTES as u64));
    }
    let count = |mark: &[u8]| {
        let windows = bytes.windows(mark.len());
        windows.filter(|window| *window == mark).count()
    };
    // Counted before the list is read, which takes memory for each entry.
    if count(ENTRY_MARK) > MAX_FILES {
        return Err(BundleError::TooManyFiles);
    }
    if count(END_MARK) > MAX_END_MARKS {
        return Err(BundleError::NotZip("it has too many ends".to_owned()));
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|error| damaged(&error))?;
    let mut files = BTreeMap::new();
    let mut left = limit;
    for index in 0..archive.len() {
        let entry = archive.by_index(index).map_err(|error| damaged(&error))?;
        let name = entry.name().replace('\\', "/");
        if !is_name(name.trim_end_matches('/')) || entry.is_symlink() {
            return Err(BundleError::BadName { name });
        }
        if name.ends_with('/') {
            continue;
        }
        // The size that the archive claims may be a lie: what comes out is counted.
        let mut content = Vec::new();
        entry
            .take(left + 1)
            .read_to_end(&mut content)
            .map_err(|error| damaged(&error))?;
        left = left
            .checked_sub(content.len() as u64)
            .ok_or(too_large(limit))?;
        if files.insert(name.clone(), content).is_some() {
            return Err(BundleError::Duplicate { name });
        }
    }
    Ok(without_folder(files))
}

fn without_folder(files: BTreeMap<String, Vec<u8>>) -> BTreeMap<String, Vec<u8>> {
    if files.contains_key(MANIFEST) {
        return files;
    }
    let folder = files
        .keys()
        .find_map(|name| name.strip_suffix(MANIFEST))
        .filter(|folder| folder.ends_with('/'))
        .map(str::to_owned);
    match folder {
        Some(folder) if files.keys().all(|name| name.starts_with(&folder)) => files
            .into_iter()
            .filter_map(|(name, content)| Some((name.strip_prefix(&folder)?.to_owned(), content)))
            .collect(),
        _ => files,
    }
}

/// Relative, without steps upwards, drives, streams or control characters.
fn is_name(name: &str) -> bool {
    let bad =
        |c: char| c.is_control() || matches!(c, ':' | '\\' | '*' | '?' | '"' | '<' | '>' | '|');
    !name.is_empty()
        && name.len() <= MAX_NAME_BYTES
        && !name.chars().any(bad)
        && name
            .split('/')
            .all(|part| !part.trim().is_empty() && part != "." && part != "..")
}

fn read_manifest(bytes: &[u8]) -> Result<Manifest, BundleError> {
    #[derive(Deserialize)]
    struct Head {
        format: String,
    }
    let malformed = |error: serde_json::Error| BundleError::BadManifest(error.to_string());
    // PowerShell likes to put a byte order mark before what it writes.
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let head: Head = serde_json::from_slice(bytes).map_err(malformed)?;
    if head.format != BUNDLE_FORMAT {
        return Err(BundleError::WrongFormat { found: head.format });
    }
    serde_json::from_slice(bytes).map_err(malformed)
}

fn verify(
    manifest: &[u8],
    signature: Option<&[u8]>,
    key: Option<&[u8]>,
) -> Result<Trust, BundleError> {
    let (signature, key) = match (signature, key) {
        (Some(signature), Some(key)) => (signature, key),
        (Some(_), None) => return Ok(Trust::Unverified),
        (None, Some(_)) => return Err(BundleError::NotSigned),
        (None, None) => return Ok(Trust::Unsigned),
    };
    let text = super::text::decode(signature);
    let code = text
        .trim()
        .strip_prefix(SCHEME)
        .and_then(|rest| hex::decode(rest.trim()).ok())
        .ok_or(BundleError::WrongSignature)?;
    keyed(key)
        .chain_update(manifest)
        .verify_slice(&code)
        .map_err(|_| BundleError::WrongSignature)?;
    Ok(Trust::Signed)
}

fn compare(manifest: &Manifest, files: &BTreeMap<String, Vec<u8>>) -> Result<(), BundleError> {
    let listed: BTreeMap<&str, &str> = manifest
        .files
        .iter()
        .map(|listed| (listed.name.as_str(), listed.sha256.as_str()))
        .collect();
    if let Some(name) = files
        .keys()
        .find(|name| !listed.contains_key(name.as_str()))
    {
        return Err(BundleError::Unlisted { name: name.clone() });
    }
    for (name, sha256) in listed {
        let name = || name.to_owned();
        let content = files
            .get(&name())
            .ok_or_else(|| BundleError::Missing { name: name() })?;
        if !digest(content).eq_ignore_ascii_case(sha256) {
            return Err(BundleError::Changed { name: name() });
        }
    }
    Ok(())
}

fn digest(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

fn seal(key: &[u8], manifest: &[u8]) -> Vec<u8> {
    let code = keyed(key).chain_update(manifest).finalize();
    code.into_bytes().to_vec()
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("HMAC takes keys of any length")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The limit is what comes out, whatever the archive says of itself, and holds for all
    /// files together.
    #[test]
    fn what_unpacks_to_more_than_allowed_is_refused() {
        let zeros = vec![0; 40_000];
        let files = BTreeMap::from([("a".to_owned(), zeros.clone()), ("b".to_owned(), zeros)]);
        let bomb = pack(b"", None, &files).expect("it can be written");
        assert!(bomb.len() < 2_000);
        assert_eq!(unpack(&bomb, 79_999), Err(too_large(79_999)));
        assert_eq!(unpack(&bomb, 80_000).map(|files| files.len()), Ok(3));
        // The sizes in the list of contents set to zero.
        let mut liar = bomb;
        let at = liar.windows(4).position(|window| window == ENTRY_MARK);
        let at = at.expect("it has a list of contents");
        liar.get_mut(at + 24..at + 28)
            .expect("an entry has 46 bytes")
            .fill(0);
        assert!(unpack(&liar, 30_000).is_err());
    }
}
