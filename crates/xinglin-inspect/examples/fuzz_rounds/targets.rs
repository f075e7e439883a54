//! The parsers that are driven. A new family joins by having tests: each platform that its
//! subjects show is a target of its own. Anything else joins by one line in [`others`].

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::Path,
};

use xinglin_inspect::{
    Bundle, Family, Inspection, RecordedHost, Tested, checks, linux, load_tests,
};

use crate::{linux_parsers, mutate::Files};

/// A parser with samples of its language.
pub(crate) struct Target {
    /// Its name: family, and platform or file.
    pub(crate) name: String,
    /// Samples.
    pub(crate) samples: Vec<Files>,
    /// Parses an input; what comes out does not matter.
    pub(crate) parse: Box<dyn Fn(&Files) + Send + Sync>,
}

/// How many bundles are archived as samples.
const ARCHIVES: usize = 4;
/// From how many files on each is read alone, too.
const MANY_FILES: usize = 8;
/// What they are signed with.
const KEY: &[u8] = b"key";

/// Lets go of what a parser made, in a way that the compiler cannot foresee.
pub(crate) fn parsed<T>(value: T) {
    drop(std::hint::black_box(value));
}

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
    targets.extend(others(&content, &hosts));
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
    let samples = archives
        .into_iter()
        .map(|archive| Files::from([("input".to_owned(), archive)]));
    Target {
        name: "bundle/archive".to_owned(),
        samples: samples.collect(),
        parse: Box::new(|files| {
            for bytes in files.values() {
                parsed(Bundle::from_zip(bytes, None));
                parsed(Bundle::from_zip(bytes, Some(KEY)));
            }
        }),
    }
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
    let samples = samples
        .into_iter()
        .map(|text| Files::from([("input".to_owned(), text.into_bytes())]));
    Target {
        name: name.to_owned(),
        samples: samples.collect(),
        parse: Box::new(move |files| {
            for bytes in files.values() {
                parse(&String::from_utf8_lossy(bytes));
            }
        }),
    }
}

/// Parsers that belong to no family: one line each.
fn others(content: &[(String, String)], hosts: &[RecordedHost]) -> Vec<Target> {
    let is_test = |path: &str| path.contains("/tests/");
    let checks = content
        .iter()
        .filter(|(path, _)| !is_test(path) && !path.ends_with("policy.yaml"))
        .flat_map(|(_, text)| {
            text.split("\n\n")
                .map(|check| format!("checks:\n{check}\n"))
        });
    let recorded = content
        .iter()
        .filter(|(path, _)| is_test(path))
        .map(|(_, text)| text.clone());
    let documents = hosts.iter().take(2).map(|host| {
        let (set, _) = checks::load(&[]);
        let found = xinglin_inspect::inspect(host, &set, host.recorded_at);
        serde_json::to_string(&found).unwrap_or_default()
    });
    vec![
        of_text("content/checks", checks, |text| {
            parsed(checks::load(&[(
                "linux/a.yaml".to_owned(),
                text.to_owned(),
            )]));
        }),
        of_text("content/tests", recorded, |text| {
            parsed(load_tests(&[(
                "linux/tests/a.yaml".to_owned(),
                text.to_owned(),
            )]));
        }),
        of_text("document/inspection", documents, |text| {
            parsed(Inspection::from_json(text.as_bytes()));
        }),
    ]
}
