//! Bundles as one file: written, read, and refused when anything about them is wrong.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use xinglin_inspect::{Bundle, BundleError, Family, Trust};
use zip::{CompressionMethod, ZipWriter, write::SimpleFileOptions};

const KEY: &[u8] = b"one-time key";

fn bundle() -> Bundle {
    let at = "2026-11-22T08:00:00Z".parse().unwrap();
    Bundle::of_texts(
        Family::Windows,
        at,
        [
            ("secedit.inf", "[Unicode]\r\n"),
            ("users.json", "{}"),
            ("empty", ""),
        ],
    )
}

/// An archive of these entries as they are.
fn archive(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Deflated);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in entries {
        writer.start_file(*name, options).unwrap();
        writer.write_all(content).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// The entries of an archive, to build a changed one from.
fn entries(archive: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut archive = zip::ZipArchive::new(Cursor::new(archive)).unwrap();
    (0..archive.len())
        .map(|index| {
            let mut entry = archive.by_index(index).unwrap();
            let mut content = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut content).unwrap();
            (entry.name().to_owned(), content)
        })
        .collect()
}

fn changed(archive_bytes: &[u8], change: impl Fn(&mut Vec<(String, Vec<u8>)>)) -> Vec<u8> {
    let mut all = entries(archive_bytes);
    change(&mut all);
    let all: Vec<(&str, &[u8])> = all
        .iter()
        .map(|(name, content)| (name.as_str(), content.as_slice()))
        .collect();
    archive(&all)
}

#[test]
fn what_is_written_is_read_and_its_origin_told() {
    let bundle = bundle();
    let unsigned = bundle.to_zip("his-db01", None).unwrap();
    let signed = bundle.to_zip("his-db01", Some(KEY)).unwrap();
    assert_eq!(
        signed,
        bundle.to_zip("his-db01", Some(KEY)).unwrap(),
        "the same bytes again"
    );
    let cases = [
        (&unsigned, None, Ok(Trust::Unsigned)),
        (&unsigned, Some(KEY), Err(BundleError::NotSigned)),
        (&signed, None, Ok(Trust::Unverified)),
        (&signed, Some(KEY), Ok(Trust::Signed)),
        (
            &signed,
            Some(&b"another"[..]),
            Err(BundleError::WrongSignature),
        ),
    ];
    for (bytes, key, expected) in cases {
        let read = Bundle::from_zip(bytes, key);
        assert_eq!(read, expected.map(|trust| (bundle.clone(), trust)));
    }
}

#[test]
fn nothing_in_an_archive_may_be_altered() {
    let signed = bundle().to_zip("his-db01", Some(KEY)).unwrap();
    let name = |name: &str| name.to_owned();
    let altered = changed(&signed, |all| {
        all.iter_mut()
            .filter(|(name, _)| name == "users.json")
            .for_each(|(_, content)| content.push(b' '));
    });
    assert_eq!(
        Bundle::from_zip(&altered, None),
        Err(BundleError::Changed {
            name: name("users.json")
        })
    );
    let added = changed(&signed, |all| all.push((name("x.json"), Vec::new())));
    assert_eq!(
        Bundle::from_zip(&added, None),
        Err(BundleError::Unlisted {
            name: name("x.json")
        })
    );
    let removed = changed(&signed, |all| all.retain(|(name, _)| name != "empty"));
    assert_eq!(
        Bundle::from_zip(&removed, None),
        Err(BundleError::Missing {
            name: name("empty")
        })
    );
    let bare = changed(&signed, |all| {
        all.retain(|(name, _)| name != "manifest.json");
    });
    assert_eq!(Bundle::from_zip(&bare, None), Err(BundleError::NoManifest));
    // A change of the manifest itself shows only by the signature.
    let later = changed(&signed, |all| {
        for (_, content) in all.iter_mut().filter(|(name, _)| name == "manifest.json") {
            *content = String::from_utf8_lossy(content)
                .replace("2026", "2027")
                .into_bytes();
        }
    });
    assert!(matches!(
        Bundle::from_zip(&later, None),
        Ok((_, Trust::Unverified))
    ));
    assert_eq!(
        Bundle::from_zip(&later, Some(KEY)),
        Err(BundleError::WrongSignature)
    );
    let other = changed(&signed, |all| {
        for (_, content) in all.iter_mut().filter(|(name, _)| name == "manifest.json") {
            *content = String::from_utf8_lossy(content)
                .replace("bundle/1", "bundle/2")
                .into_bytes();
        }
    });
    let found = name("xinglin.bundle/2");
    assert_eq!(
        Bundle::from_zip(&other, None),
        Err(BundleError::WrongFormat { found })
    );
}

#[test]
fn one_folder_around_the_files_is_taken_off() {
    let mut written = bundle().to_zip("", None).unwrap();
    for separator in ["/", "\\"] {
        let folder = changed(&written, |all| {
            for (name, _) in all.iter_mut() {
                *name = format!("HIS-DB01{separator}{name}");
            }
        });
        assert_eq!(Bundle::from_zip(&folder, None).unwrap().0, bundle());
    }
    written.truncate(written.len() / 2);
    assert!(matches!(
        Bundle::from_zip(&written, None),
        Err(BundleError::NotZip(_))
    ));
}

#[test]
fn names_that_leave_the_folder_are_refused() {
    let good = bundle().to_zip("", None).unwrap();
    for bad in [
        "../evil",
        "a/../../evil",
        "/etc/passwd",
        "C:\\evil",
        "\\\\host\\share",
        "a//b",
        "con\u{7}",
        ".",
        "a:stream",
    ] {
        let bytes = changed(&good, |all| all.push((bad.to_owned(), Vec::new())));
        let error = Bundle::from_zip(&bytes, None).unwrap_err();
        assert!(
            matches!(error, BundleError::BadName { .. }),
            "{bad}: {error}"
        );
        let mut bundle = bundle();
        bundle.files.insert(bad.to_owned(), Vec::new());
        assert!(
            matches!(bundle.to_zip("", None), Err(BundleError::BadName { .. })),
            "{bad}"
        );
    }
    let mut own = bundle();
    own.files.insert("manifest.json".to_owned(), Vec::new());
    assert!(matches!(
        own.to_zip("", None),
        Err(BundleError::BadName { .. })
    ));
}

#[test]
fn archives_that_are_too_large_are_refused() {
    let zeros = vec![0; 33 * 1024 * 1024];
    let limit = 32 * 1024 * 1024;
    assert_eq!(
        Bundle::from_zip(&zeros, None),
        Err(BundleError::TooLarge { limit })
    );
    let names: Vec<String> = (0..1_001).map(|number| format!("{number}")).collect();
    let many: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert_eq!(
        Bundle::from_zip(&archive(&many), None),
        Err(BundleError::TooManyFiles)
    );
    // Each mark of an end would be tried.
    let ends = [&archive(&[("a", b"")])[..], &b"PK\x05\x06".repeat(1_000)].concat();
    assert!(matches!(
        Bundle::from_zip(&ends, None),
        Err(BundleError::NotZip(_))
    ));
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_are_survived(bytes in any::<Vec<u8>>(), at in any::<prop::sample::Index>(), with in any::<u8>()) {
        drop(Bundle::from_zip(&bytes, None));
        // One byte changed: refused, or the same content, never another.
        let bundle = bundle();
        let mut written = bundle.to_zip("his-db01", Some(KEY)).unwrap();
        let at = at.index(written.len());
        written[at] = with;
        if let Ok((read, _)) = Bundle::from_zip(&written, Some(KEY)) {
            prop_assert_eq!(read, bundle);
        }
    }
}
