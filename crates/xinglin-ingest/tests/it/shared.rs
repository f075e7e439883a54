//! Collections of real logs, where there are any above this checkout: what share of them is
//! understood.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use xinglin_core::Field;
use xinglin_ingest::{DecodeAs, Memory, decode, evtx};

use super::{parse, properties::check, settings};

fn folder() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .map(|folder| folder.join("shared/data/logs"))
        .find(|folder| folder.is_dir())
}

fn files_below(folder: &Path, end: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            found.extend(files_below(&path, end));
        } else if path.to_string_lossy().ends_with(end) {
            found.push(path);
        }
    }
    found.sort();
    found
}

/// Lines, those with a parser that knows them, those whose time was read.
#[derive(Debug, Default, Clone, Copy)]
struct Share {
    lines: u32,
    read: u32,
    timed: u32,
}

impl Share {
    fn percent(self) -> u32 {
        self.read * 100 / self.lines.max(1)
    }
}

fn share_of(bytes: &[u8]) -> Share {
    let settings = settings();
    let mut memory = Memory::default();
    let mut share = Share::default();
    for line in bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let decoded = decode(line, DecodeAs::Auto);
        let parsed = parse(&decoded.text, &settings, &mut memory);
        check(&parsed, &decoded.text);
        share.lines += 1;
        share.read += u32::from(parsed.parser.is_some());
        share.timed += u32::from(parsed.event.at_from != xinglin_core::TimeSource::Receipt);
    }
    share
}

#[test]
fn loghub_is_understood() {
    let Some(folder) = folder() else { return };
    // The least share in percent that a parser reads; the rest has its envelope read or
    // nothing, and is kept whole.
    let least = [
        ("Apache", 100),
        ("Hadoop", 90),
        ("HDFS", 0),
        ("Linux", 60),
        ("Mac", 0),
        ("OpenSSH", 100),
        ("OpenStack", 95),
        ("Spark", 0),
        ("Windows", 99),
        ("Zookeeper", 99),
    ];
    for (name, percent) in least {
        let bytes = fs::read(folder.join(format!("loghub/{name}_2k.log"))).unwrap();
        let share = share_of(&bytes);
        assert!(share.percent() >= percent, "{name}: {share:?}");
    }
    for path in files_below(&folder.join("loghub"), ".log") {
        share_of(&fs::read(path).unwrap());
    }
}

#[test]
fn sensors_and_clinical_audits_are_understood() {
    let Some(folder) = folder() else { return };
    let mut files = files_below(&folder.join("suricata"), ".json");
    files.extend(files_below(&folder.join("suricata"), ".log"));
    for path in files {
        let share = share_of(&fs::read(&path).unwrap());
        assert_eq!(
            (share.percent(), share.timed),
            (100, share.lines),
            "{}",
            path.display()
        );
    }
    let settings = settings();
    for path in files_below(&folder.join("atna"), ".txt") {
        if path.ends_with("README.txt") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let parsed = parse(&text, &settings, &mut Memory::default());
        check(&parsed, &text);
        assert_eq!(parsed.parser, Some("atna"), "{}", path.display());
        assert!(
            parsed.event.get(Field::USER_NAME).is_some(),
            "{}",
            path.display()
        );
        assert_eq!(parsed.notes, [], "{}", path.display());
    }
    for path in files_below(&folder.join("atna"), ".frame") {
        let bytes = fs::read(&path).unwrap();
        let mut framer =
            xinglin_ingest::framing::Framer::new(xinglin_ingest::framing::Limits::default());
        let mut count = 0;
        framer.push(&bytes, |frame| {
            assert!(!frame.is_cut);
            count += 1;
        });
        framer.finish(|_| count += 1);
        assert_eq!(count, 1, "{}", path.display());
    }
}

#[test]
fn windows_logs_are_understood() {
    let Some(folder) = folder() else { return };
    let settings = settings();
    let (mut records, mut damaged) = (0_u32, 0_u32);
    for path in files_below(&folder.join("evtx"), ".evtx") {
        let mut memory = Memory::default();
        evtx::each_record(fs::read(&path).unwrap(), |record| {
            let Ok(text) = record else {
                damaged += 1;
                return;
            };
            records += 1;
            let parsed = parse(&text, &settings, &mut memory);
            check(&parsed, &text);
            assert_eq!(parsed.parser, Some("windows-xml"), "{text}");
            for field in [Field::EVENT_CODE, Field::HOST_NAME, Field::WINDOWS_CHANNEL] {
                assert!(
                    parsed.event.get(field).is_some(),
                    "{}: {text}",
                    field.name()
                );
            }
            assert_eq!(
                parsed.event.at_from,
                xinglin_core::TimeSource::Event,
                "{text}"
            );
        })
        .unwrap();
    }
    assert!(
        records > 20_000 && damaged * 100 <= records,
        "{records} {damaged}"
    );
}

/// The first 256 KiB of each file in the archives.
#[test]
fn archives_are_understood() {
    let Some(folder) = folder() else { return };
    for path in files_below(&folder.join("otrf"), ".zip") {
        let mut archive = zip::ZipArchive::new(fs::File::open(&path).unwrap()).unwrap();
        for index in 0..archive.len() {
            let mut file = archive.by_index(index).unwrap();
            let name = file.name().to_owned();
            if name.contains("__MACOSX") || file.is_dir() {
                continue;
            }
            let mut bytes = Vec::new();
            file.by_ref()
                .take(256 << 10)
                .read_to_end(&mut bytes)
                .unwrap();
            // The last line is cut.
            if bytes.len() == 256 << 10 {
                let end = bytes
                    .iter()
                    .rposition(|byte| *byte == b'\n')
                    .unwrap_or(bytes.len());
                bytes.truncate(end);
            }
            let share = share_of(&bytes);
            let least = if name.ends_with(".csv") { 0 } else { 95 };
            assert!(
                share.percent() >= least,
                "{} {name}: {share:?}",
                path.display()
            );
        }
    }
}
