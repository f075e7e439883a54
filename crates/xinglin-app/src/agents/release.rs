//! The release that agents are offered: three files in the folder `agent-release` of the
//! data folder. Whether it is signed by a key they know, they see for themselves.

use std::path::{Path, PathBuf};

use xinglin_wire::{MANIFEST_FORMAT, Manifest, Release};

use crate::{App, AppError, Code, tasks::blocking};

const FOLDER: &str = "agent-release";
const MANIFEST: &str = "manifest.json";
const SIGNATURE: &str = "manifest.sig";
const PROGRAM: &str = "program";
/// No manifest and no signature is longer.
const MAX_TEXT_BYTES: u64 = 64 << 10;

/// The program of the offered release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OfferedProgram {
    /// Where it is.
    pub path: PathBuf,
    /// Its size.
    pub size_bytes: u64,
}

impl App {
    /// The program of the offered release.
    ///
    /// # Errors
    /// [`Code::NotFound`] where none is offered.
    pub async fn offered_program(&self) -> Result<OfferedProgram, AppError> {
        let folder = self.release_folder();
        let offered = blocking(move || offered(&folder).map(|_| folder)).await?;
        let folder = offered.ok_or(AppError::new(Code::NotFound))?;
        let path = folder.join(PROGRAM);
        let size_bytes = std::fs::metadata(&path).map_err(AppError::internal)?.len();
        Ok(OfferedProgram { path, size_bytes })
    }

    /// The offered release, when its version is newer than `version`.
    pub(super) async fn newer_release(&self, version: &str) -> Result<Option<Release>, AppError> {
        let folder = self.release_folder();
        let offered = blocking(move || offered(&folder)).await?;
        let newer = offered.filter(|(manifest, _)| is_newer(&manifest.version, version));
        Ok(newer.map(|(_, release)| release))
    }

    fn release_folder(&self) -> PathBuf {
        self.config().data_dir.join(FOLDER)
    }
}

/// The release in a folder; `None` while it is not there as a whole.
fn offered(folder: &Path) -> Option<(Manifest, Release)> {
    let text = |name: &str| {
        let path = folder.join(name);
        let is_short = std::fs::metadata(&path).ok()?.len() <= MAX_TEXT_BYTES;
        is_short.then(|| std::fs::read_to_string(path).ok())?
    };
    let manifest_text = text(MANIFEST)?;
    let manifest: Manifest = serde_json::from_str(&manifest_text).ok()?;
    let program = std::fs::metadata(folder.join(PROGRAM)).ok()?;
    let is_whole = manifest.format == MANIFEST_FORMAT && program.len() == manifest.size_bytes;
    let release = Release {
        manifest: manifest_text,
        signature: text(SIGNATURE)?.trim().to_owned(),
    };
    is_whole.then_some((manifest, release))
}

/// Whether a version as people say it (`1.10.2`) comes after another.
fn is_newer(offered: &str, present: &str) -> bool {
    let numbers = |version: &str| -> Option<Vec<u64>> {
        let plain = version.split(['-', '+']).next()?;
        plain.split('.').map(|part| part.parse().ok()).collect()
    };
    match (numbers(offered), numbers(present)) {
        (Some(offered), Some(present)) => offered > present,
        // An agent counts releases itself and refuses what it has.
        _ => offered != present,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_as_numbers() {
        for (offered, present, expected) in [
            ("0.2.0", "0.1.0", true),
            ("0.10.0", "0.9.9", true),
            ("0.1.0", "0.1.0", false),
            ("0.1.0", "0.2.0", false),
            ("1.0.0-rc1", "0.9.0", true),
            ("spring", "0.1.0", true),
            ("spring", "spring", false),
        ] {
            assert_eq!(is_newer(offered, present), expected, "{offered} {present}");
        }
    }

    #[test]
    fn a_release_is_offered_when_it_is_there_as_a_whole() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
        let manifest = Manifest {
            format: MANIFEST_FORMAT.to_owned(),
            number: 2,
            version: "0.2.0".to_owned(),
            platform: "x86_64-linux".to_owned(),
            size_bytes: 7,
            digest: xinglin_ledger::Digest::of(b"program"),
        };
        let text = serde_json::to_string(&manifest).unwrap();
        assert_eq!(offered(folder.path()), None);
        write(MANIFEST, &text).unwrap();
        write(SIGNATURE, "abcd\n").unwrap();
        assert_eq!(offered(folder.path()), None, "no program");
        write(PROGRAM, "progr").unwrap();
        assert_eq!(offered(folder.path()), None, "half a program");
        write(PROGRAM, "program").unwrap();
        let (found, release) = offered(folder.path()).unwrap();
        assert_eq!(found, manifest);
        assert_eq!(
            (release.manifest, release.signature.as_str()),
            (text, "abcd")
        );
        write(MANIFEST, "no manifest").unwrap();
        assert_eq!(offered(folder.path()), None);
    }
}
