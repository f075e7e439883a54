//! Newer programs: signed, checked, put in place in one step, and taken back when they do
//! not work.
//!
//! A release is installed when its manifest is signed by a key this agent was built with,
//! counts higher than the installed one, is for this machine, and the program it names has
//! the size and digest it says and starts at all. It is then on *trial*: only when it has
//! reported to the server is it kept. One that was started [`MAX_STARTS`] times without
//! that is replaced by the program before it, and never tried again.

use std::{
    fs::{self, OpenOptions},
    io::{self, BufWriter, Write},
    os::unix::fs::{OpenOptionsExt, PermissionsExt},
    path::{Path, PathBuf},
};

use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use sm3::{Digest as _, Sm3};
use thiserror::Error;
use xinglin_wire::{MANIFEST_FORMAT, Manifest, Release};

use crate::{
    file::{sync_folder_of, write_whole},
    server::{Server, ServerError},
};

/// As often may a program on trial be started before it has reported.
const MAX_STARTS: u32 = 3;
/// No program of ours is larger.
const MAX_PROGRAM_BYTES: u64 = 256 << 20;
const STATE: &str = "release.json";

/// The keys that releases may be signed by.
#[derive(Debug, Clone, Default)]
pub struct ReleaseKeys(Vec<VerifyingKey>);

/// A release that is not installed.
#[derive(Debug, Error)]
pub enum UpdateError {
    /// A key is no Ed25519 key.
    #[error("not a release key")]
    BadKey,
    /// No known key signed it.
    #[error("not signed by a known key")]
    NotSigned,
    /// What was signed is no manifest of a version this program knows.
    #[error("not a release manifest: {why}")]
    BadManifest {
        /// What is wrong with it.
        why: String,
    },
    /// It is for another machine.
    #[error("is for {platform}")]
    OtherPlatform {
        /// Which.
        platform: String,
    },
    /// The program is not the one the manifest names.
    #[error("program and manifest do not agree")]
    OtherProgram,
    /// The program does not start.
    #[error("program does not start: {why}")]
    DoesNotStart {
        /// What was seen of it.
        why: String,
    },
    /// The program could not be fetched.
    #[error(transparent)]
    Server(#[from] ServerError),
    /// A file cannot be written.
    #[error("{path}: {source}")]
    File {
        /// The file.
        path: String,
        /// Why.
        source: io::Error,
    },
}

impl ReleaseKeys {
    /// Keys of 64 hexadecimal digits each.
    ///
    /// # Errors
    /// When one is none.
    pub fn from_hex<'a>(keys: impl IntoIterator<Item = &'a str>) -> Result<Self, UpdateError> {
        let key = |text: &str| {
            let mut bytes = [0; 32];
            hex::decode_to_slice(text.trim(), &mut bytes).ok()?;
            VerifyingKey::from_bytes(&bytes).ok()
        };
        let keys: Option<Vec<_>> = keys.into_iter().map(key).collect();
        keys.map(Self).ok_or(UpdateError::BadKey)
    }

    /// The manifest of a release, if one of these keys signed it.
    ///
    /// # Errors
    /// See [`UpdateError`].
    pub fn verify(&self, release: &Release) -> Result<Manifest, UpdateError> {
        let mut bytes = [0; 64];
        let decoded = hex::decode_to_slice(&release.signature, &mut bytes);
        decoded.map_err(|_| UpdateError::NotSigned)?;
        let signature = Signature::from_bytes(&bytes);
        let text = release.manifest.as_bytes();
        let is_signed = |key: &VerifyingKey| key.verify_strict(text, &signature).is_ok();
        if !self.0.iter().any(is_signed) {
            return Err(UpdateError::NotSigned);
        }
        let bad = |why: String| UpdateError::BadManifest { why };
        let manifest: Manifest =
            serde_json::from_slice(text).map_err(|error| bad(error.to_string()))?;
        if manifest.format != MANIFEST_FORMAT {
            return Err(bad(format!("format '{}'", manifest.format)));
        }
        if manifest.size_bytes > MAX_PROGRAM_BYTES {
            return Err(bad("too large".to_owned()));
        }
        Ok(manifest)
    }
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct State {
    /// The number of the installed release; 0 for the one that came with the package.
    installed: u64,
    /// The highest number that did not work.
    refused: u64,
    /// What is on trial: the number before it, and how often it was started.
    trial: Option<OnTrial>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OnTrial {
    before: u64,
    starts: u32,
}

/// What became of an offered release.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Installed {
    /// It is in place; end, so that it is started.
    Yes(Manifest),
    /// It is not newer, or is known not to work.
    NotNewer,
}

/// What a start of the program means for a trial.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trial {
    /// Go on.
    GoOn,
    /// The program before this one is in place again; end, so that it is started.
    TakenBack,
}

/// Puts newer programs in place of `program`, remembering in `folder`.
#[derive(Debug, Clone)]
pub struct Updater {
    program: PathBuf,
    folder: PathBuf,
    platform: String,
    keys: ReleaseKeys,
}

impl Updater {
    /// An updater of `program`, which runs on `platform` (such as `x86_64-linux`).
    pub fn new(program: &Path, folder: &Path, platform: &str, keys: ReleaseKeys) -> Self {
        Self {
            program: program.to_owned(),
            folder: folder.to_owned(),
            platform: platform.to_owned(),
            keys,
        }
    }

    /// Counts a start: to be called before anything else is done.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn started(&self) -> Result<Trial, UpdateError> {
        let mut state = self.state();
        let Some(mut trial) = state.trial else {
            return Ok(Trial::GoOn);
        };
        if trial.starts >= MAX_STARTS {
            let before = self.beside("before");
            fs::rename(&before, &self.program).map_err(at(&before))?;
            sync_folder_of(&self.program).map_err(at(&self.program))?;
            self.keep(State {
                installed: trial.before,
                refused: state.refused.max(state.installed),
                trial: None,
            })?;
            return Ok(Trial::TakenBack);
        }
        trial.starts += 1;
        state.trial = Some(trial);
        self.keep(state)?;
        Ok(Trial::GoOn)
    }

    /// Ends a trial well: the program has reported to the server.
    ///
    /// # Errors
    /// When files cannot be written.
    pub fn works(&self) -> Result<(), UpdateError> {
        let mut state = self.state();
        if state.trial.take().is_none() {
            return Ok(());
        }
        self.keep(state)?;
        let before = self.beside("before");
        match fs::remove_file(&before) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(at(&before)(error)),
            _ => Ok(()),
        }
    }

    /// Installs an offered release. `starts` runs the new program so that it only says its
    /// version, and tells whether it did.
    ///
    /// # Errors
    /// See [`UpdateError`]; the running program stays where it is.
    pub fn install(
        &self,
        release: &Release,
        server: &mut dyn Server,
        starts: &mut dyn FnMut(&Path, &Manifest) -> Result<(), String>,
    ) -> Result<Installed, UpdateError> {
        let manifest = self.keys.verify(release)?;
        let state = self.state();
        if manifest.number <= state.installed.max(state.refused) || state.trial.is_some() {
            return Ok(Installed::NotNewer);
        }
        if manifest.platform != self.platform {
            let platform = manifest.platform;
            return Err(UpdateError::OtherPlatform { platform });
        }
        let new = self.beside("new");
        let tried = Self::fetch(&new, &manifest, server)
            .and_then(|()| starts(&new, &manifest).map_err(|why| UpdateError::DoesNotStart { why }))
            .and_then(|()| self.put_in_place(&new, &manifest, state));
        if tried.is_err() {
            // What is left of it would only take room.
            drop(fs::remove_file(&new));
        }
        if matches!(tried, Err(UpdateError::DoesNotStart { .. })) {
            let refused = manifest.number;
            self.keep(State { refused, ..state })?;
        }
        tried.map(|()| Installed::Yes(manifest))
    }

    fn fetch(new: &Path, manifest: &Manifest, server: &mut dyn Server) -> Result<(), UpdateError> {
        let file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .mode(0o700)
            .open(new)
            .map_err(at(new))?;
        let mut hashing = Hashing {
            to: BufWriter::new(file),
            digest: Sm3::new(),
            bytes: 0,
        };
        // One byte more than it should have, to see when it has more.
        server.program(manifest.size_bytes + 1, &mut hashing)?;
        let file = hashing
            .to
            .into_inner()
            .map_err(|error| at(new)(error.into_error()))?;
        file.set_permissions(fs::Permissions::from_mode(0o755))
            .map_err(at(new))?;
        file.sync_all().map_err(at(new))?;
        let digest: [u8; 32] = hashing.digest.finalize().into();
        if hashing.bytes != manifest.size_bytes || digest != *manifest.digest.as_bytes() {
            return Err(UpdateError::OtherProgram);
        }
        Ok(())
    }

    /// The order matters: whenever power is lost, there is a program, and one that does not
    /// work is found out.
    fn put_in_place(
        &self,
        new: &Path,
        manifest: &Manifest,
        state: State,
    ) -> Result<(), UpdateError> {
        let before = self.beside("before");
        drop(fs::remove_file(&before));
        fs::hard_link(&self.program, &before).map_err(at(&before))?;
        self.keep(State {
            installed: manifest.number,
            refused: state.refused,
            trial: Some(OnTrial {
                before: state.installed,
                starts: 0,
            }),
        })?;
        fs::rename(new, &self.program).map_err(at(&self.program))?;
        sync_folder_of(&self.program).map_err(at(&self.program))
    }

    fn beside(&self, ending: &str) -> PathBuf {
        let mut path = self.program.as_os_str().to_owned();
        path.push(".");
        path.push(ending);
        PathBuf::from(path)
    }

    fn state(&self) -> State {
        let text = fs::read(self.folder.join(STATE)).unwrap_or_default();
        serde_json::from_slice(&text).unwrap_or_default()
    }

    fn keep(&self, state: State) -> Result<(), UpdateError> {
        let path = self.folder.join(STATE);
        let text = serde_json::to_vec(&state).unwrap_or_default();
        write_whole(&path, &text).map_err(at(&path))
    }
}

/// Counts and hashes what passes.
struct Hashing<W> {
    to: W,
    digest: Sm3,
    bytes: u64,
}

impl<W: Write> Write for Hashing<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.to.write_all(bytes)?;
        self.digest.update(bytes);
        self.bytes += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.to.flush()
    }
}

fn at(path: &Path) -> impl FnOnce(io::Error) -> UpdateError {
    let path = path.display().to_string();
    move |source| UpdateError::File { path, source }
}
