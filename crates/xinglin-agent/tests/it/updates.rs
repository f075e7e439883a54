//! Newer programs: only signed ones, whole or not at all, and taken back when they do not
//! work.

use std::{fs, path::PathBuf};

use ed25519_dalek::{Signer, SigningKey};
use xinglin_agent::{Installed, ReleaseKeys, Trial, UpdateError, Updater};
use xinglin_ledger::Digest;
use xinglin_wire::{MANIFEST_FORMAT, Manifest, Release};

use crate::hospital::Nearby;

const PLATFORM: &str = "x86_64-linux";

struct Place {
    folder: tempfile::TempDir,
    server: Nearby,
    key: SigningKey,
}

impl Place {
    fn new() -> Self {
        let place = Self {
            folder: tempfile::tempdir().unwrap(),
            server: Nearby::new(),
            key: SigningKey::from_bytes(&[7; 32]),
        };
        fs::write(place.program(), "version 1").unwrap();
        place
    }

    fn program(&self) -> PathBuf {
        self.folder.path().join("xinglin")
    }

    fn updater(&self) -> Updater {
        let key = hex::encode(self.key.verifying_key().to_bytes());
        let keys = ReleaseKeys::from_hex([key.as_str()]).unwrap();
        Updater::new(&self.program(), self.folder.path(), PLATFORM, keys)
    }

    /// Offers a program, and changes the manifest before it is signed.
    fn offer(&mut self, number: u64, program: &str, change: impl FnOnce(&mut Manifest)) -> Release {
        let mut manifest = Manifest {
            format: MANIFEST_FORMAT.to_owned(),
            number,
            version: format!("0.{number}.0"),
            platform: PLATFORM.to_owned(),
            size_bytes: program.len() as u64,
            digest: Digest::of(program.as_bytes()),
        };
        change(&mut manifest);
        let manifest = serde_json::to_string(&manifest).unwrap();
        let signature = hex::encode(self.key.sign(manifest.as_bytes()).to_bytes());
        let release = Release {
            manifest,
            signature,
        };
        self.server.hospital.release = Some((release.clone(), program.into()));
        release
    }

    fn install(&mut self, release: &Release) -> Result<Installed, UpdateError> {
        let updater = self.updater();
        updater.install(release, &mut self.server, &mut |path, _| {
            let text = fs::read_to_string(path).unwrap();
            if text.contains("broken") {
                Err("exit code 1".to_owned())
            } else {
                Ok(())
            }
        })
    }

    fn runs(&self) -> String {
        fs::read_to_string(self.program()).unwrap()
    }

    fn files(&self) -> Vec<String> {
        let mut names: Vec<String> = fs::read_dir(self.folder.path())
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        names
    }
}

#[test]
fn a_signed_release_is_installed_once_and_kept_when_it_works() {
    let mut place = Place::new();
    let release = place.offer(2, "version 2", |_| {});
    assert!(
        matches!(place.install(&release).unwrap(), Installed::Yes(manifest) if manifest.number == 2)
    );
    assert_eq!(place.runs(), "version 2");
    assert_eq!(place.updater().started().unwrap(), Trial::GoOn);
    assert_eq!(place.install(&release).unwrap(), Installed::NotNewer);
    place.updater().works().unwrap();
    assert_eq!(place.files(), ["release.json", "xinglin"]);
    let older = place.offer(1, "version 1", |_| {});
    assert_eq!(
        place.install(&older).unwrap(),
        Installed::NotNewer,
        "no way back"
    );
    let newer = place.offer(3, "version 3", |_| {});
    place.install(&newer).unwrap();
    assert_eq!(place.runs(), "version 3");
}

#[test]
fn a_program_that_never_reports_is_taken_back_and_not_tried_again() {
    let mut place = Place::new();
    let release = place.offer(2, "version 2, starts and ends", |_| {});
    place.install(&release).unwrap();
    for _ in 0..3 {
        assert_eq!(place.updater().started().unwrap(), Trial::GoOn);
    }
    assert_eq!(place.updater().started().unwrap(), Trial::TakenBack);
    assert_eq!(place.runs(), "version 1");
    assert_eq!(place.updater().started().unwrap(), Trial::GoOn);
    assert_eq!(place.install(&release).unwrap(), Installed::NotNewer);
    let mended = place.offer(3, "version 3", |_| {});
    place.install(&mended).unwrap();
    assert_eq!(place.runs(), "version 3");
}

#[test]
fn a_program_that_does_not_start_never_gets_into_place() {
    let mut place = Place::new();
    let release = place.offer(2, "broken", |_| {});
    let error = place.install(&release).unwrap_err();
    assert!(matches!(error, UpdateError::DoesNotStart { .. }));
    assert_eq!(place.runs(), "version 1");
    assert_eq!(place.install(&release).unwrap(), Installed::NotNewer);
    assert_eq!(place.files(), ["release.json", "xinglin"]);
}

#[test]
fn what_is_not_signed_for_this_machine_is_refused() {
    let mut place = Place::new();
    let good = place.offer(2, "version 2", |_| {});
    let mut unsigned = good.clone();
    unsigned.manifest = unsigned.manifest.replace("0.2.0", "0.9.0");
    assert!(matches!(
        place.install(&unsigned),
        Err(UpdateError::NotSigned)
    ));
    for signature in ["", "00", &"0".repeat(128), "not hexadecimal"] {
        let release = Release {
            signature: signature.to_owned(),
            ..good.clone()
        };
        assert!(
            matches!(place.install(&release), Err(UpdateError::NotSigned)),
            "{signature}"
        );
    }
    let other = place.offer(2, "version 2", |manifest| {
        manifest.platform = "aarch64-linux".into();
    });
    assert!(matches!(
        place.install(&other),
        Err(UpdateError::OtherPlatform { .. })
    ));
    let format = place.offer(2, "version 2", |manifest| {
        manifest.format = "xinglin.release/9".into();
    });
    assert!(matches!(
        place.install(&format),
        Err(UpdateError::BadManifest { .. })
    ));
    let digest = place.offer(2, "version 2", |manifest| manifest.digest = Digest::ZERO);
    assert!(matches!(
        place.install(&digest),
        Err(UpdateError::OtherProgram)
    ));
    let longer = place.offer(2, "version 2", |manifest| manifest.size_bytes -= 1);
    assert!(matches!(
        place.install(&longer),
        Err(UpdateError::OtherProgram)
    ));
    place.key = SigningKey::from_bytes(&[8; 32]);
    let stranger = place.offer(2, "version 2", |_| {});
    place.key = SigningKey::from_bytes(&[7; 32]);
    assert!(matches!(
        place.install(&stranger),
        Err(UpdateError::NotSigned)
    ));
    assert!(ReleaseKeys::from_hex(["short"]).is_err());
    assert_eq!(
        (place.runs(), place.files()),
        ("version 1".to_owned(), vec!["xinglin".to_owned()])
    );
}
