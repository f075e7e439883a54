//! The parsers that are driven. A new family joins by having tests: each platform that its
//! subjects show is a target of its own. Anything else joins by one line in [`others`].

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use xinglin_inspect::{Bundle, Family, RecordedHost, Tested, linux, load_tests};

use crate::{
    drive::{Files, Target, of_bytes, parsed},
    linux_parsers, others,
};

/// How many bundles are archived as samples.
const ARCHIVES: usize = 4;
/// From how many files on each is read alone, too.
const MANY_FILES: usize = 8;
/// What they are signed with.
const KEY: &[u8] = b"key";

/// All of them.
pub(crate) fn all() -> Vec<Target> {
    let content = content();
    let (tests, errors) = load_tests(&content);
    for error in &errors {
        eprintln!("{error}");
    }
    let mut bundles: BTreeMap<(Family, String), Vec<Files>> = BTreeMap::new();
    let mut archives = Vec::new();
    let mut hosts = Vec::new();
    for test in tests {
        match test.tested {
            Tested::Host(host) => hosts.push(*host),
            Tested::Bundle(bundle) => {
                if archives.len() < ARCHIVES {
                    archives.extend(bundle.to_zip("a", Some(KEY)));
                }
                let platform = bundle.collect().subject.platform;
                bundles
                    .entry((bundle.family, platform))
                    .or_default()
                    .push(bundle.files);
            }
        }
    }
    let mut targets: Vec<Target> = bundles
        .into_iter()
        .map(|((family, platform), samples)| of_family(family, &platform, samples))
        .collect();
    targets.push(of_archives(archives));
    targets.push(of_hosts(&hosts));
    targets.extend(linux_parsers::targets(&hosts));
    targets.extend(others::targets(&content, &hosts));
    targets
}

fn content() -> Vec<(String, String)> {
    fn read(folder: &Path, files: &mut Vec<(String, String)>) {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                read(&path, files);
            } else if let Ok(text) = fs::read_to_string(&path) {
                files.push((path.display().to_string(), text));
            }
        }
    }
    let mut files = Vec::new();
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content/checks");
    read(&folder, &mut files);
    files.sort();
    files
}

fn of_family(family: Family, platform: &str, samples: Vec<Files>) -> Target {
    let collected_at = jiff::Timestamp::UNIX_EPOCH;
    let name = if platform == family.word() || platform.is_empty() {
        family.word().to_owned()
    } else {
        format!("{}/{platform}", family.word())
    };
    Target {
        name,
        samples: samples.into_iter().flat_map(apart).collect(),
        parse: Box::new(move |files| {
            let bundle = Bundle {
                family,
                collected_at,
                files: files.clone(),
            };
            parsed(bundle.collect());
        }),
    }
}

/// A bundle of many files, and each of them alone: most rounds then read the file they change
/// and not all the others.
fn apart(files: Files) -> Vec<Files> {
    if files.len() < MANY_FILES {
        return vec![files];
    }
    let alone = files.iter();
    let mut samples: Vec<Files> = alone
        .map(|(name, bytes)| Files::from([(name.clone(), bytes.clone())]))
        .collect();
    samples.push(files);
    samples
}

/// Bundles as one file, signed.
fn of_archives(archives: Vec<Vec<u8>>) -> Target {
    of_bytes("bundle/archive", archives, |bytes| {
        parsed(Bundle::from_zip(bytes, None));
        parsed(Bundle::from_zip(bytes, Some(KEY)));
    })
}

/// Whole hosts: files by path, programs by `$` and their command line.
fn of_hosts(hosts: &[RecordedHost]) -> Target {
    let samples = hosts.iter().map(|host| {
        let files = host.files.iter().map(|(path, text)| (path.clone(), text));
        let programs = host
            .programs
            .iter()
            .map(|(command, text)| (format!("${command}"), text));
        files
            .chain(programs)
            .map(|(name, text)| (name, text.clone().into_bytes()))
            .collect()
    });
    let bare = hosts.first().cloned().map(|mut host| {
        host.files.clear();
        host.programs.clear();
        host.denied = BTreeSet::new();
        host
    });
    Target {
        name: "linux/host".to_owned(),
        samples: samples.collect(),
        parse: Box::new(move |files| {
            let Some(mut host) = bare.clone() else {
                return;
            };
            for (name, bytes) in files {
                let text = String::from_utf8_lossy(bytes).into_owned();
                match name.strip_prefix('$') {
                    Some(command) => host.programs.insert(command.to_owned(), text),
                    None => host.files.insert(name.clone(), text),
                };
            }
            parsed(linux::collect(&host, host.recorded_at));
        }),
    }
}

/// A parser of one text, with its samples.
pub(crate) fn of_text(
    name: &str,
    samples: impl IntoIterator<Item = String>,
    parse: impl Fn(&str) + Send + Sync + 'static,
) -> Target {
    of_bytes(
        name,
        samples.into_iter().map(String::into_bytes),
        move |bytes| parse(&String::from_utf8_lossy(bytes)),
    )
}
