//! Collections of real logs, where there are any above this checkout: what share of them is
//! understood. Snapshots hold counts and digests, since the logs are not ours to copy.

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    fs,
    io::Read as _,
    path::{Path, PathBuf},
};

use xinglin_core::{Field, TimeSource};
use xinglin_ingest::{DecodeAs, Memory, Parsed, decode, evtx};

use super::{parse, properties::check, settings, show};

fn folder() -> Option<PathBuf> {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors()
        .map(|folder| folder.join("shared/data/logs"))
        .find(|folder| folder.is_dir())
}

/// Files whose names end so.
pub(crate) fn files_below(folder: &Path, end: &str) -> Vec<PathBuf> {
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

/// What was read of a sample.
#[derive(Debug, Default)]
struct Summary {
    messages: u32,
    read: u32,
    timed: u32,
    fields: usize,
    /// Fields whose value is a reference into the text.
    placed: usize,
    by_parser: BTreeMap<String, u32>,
    notes: BTreeMap<&'static str, u32>,
    digest: u64,
}

impl Summary {
    fn add(&mut self, parsed: &Parsed<'_>) {
        self.messages += 1;
        self.read += u32::from(parsed.parser.is_some());
        self.timed += u32::from(parsed.event.at_from != TimeSource::Receipt);
        self.fields += parsed.event.fields.len();
        let placed = parsed
            .event
            .fields
            .iter()
            .filter(|field| field.span.is_some());
        self.placed += placed.count();
        let parser = parsed.parser.unwrap_or("none").to_owned();
        *self.by_parser.entry(parser).or_default() += 1;
        for note in &parsed.notes {
            *self.notes.entry(note.kind.word()).or_default() += 1;
        }
        // FNV-1a, so that any value that is read otherwise shows.
        for byte in show(parsed).bytes() {
            self.digest = (self.digest ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn percent(&self) -> u32 {
        self.read * 100 / self.messages.max(1)
    }

    fn line(&self, name: &str) -> String {
        let mut line = format!(
            "{name}: {} messages, {} read, {} with their time, {} fields, {} in their place",
            self.messages, self.read, self.timed, self.fields, self.placed
        );
        for (parser, count) in &self.by_parser {
            write!(line, "; {parser} {count}").unwrap();
        }
        for (note, count) in &self.notes {
            write!(line, "; note {note} {count}").unwrap();
        }
        writeln!(line, "; {:016x}", self.digest).unwrap();
        line
    }
}

fn summary_of(bytes: &[u8]) -> Summary {
    let settings = settings();
    let mut memory = Memory::default();
    let mut summary = Summary::default();
    for line in bytes
        .split(|byte| *byte == b'\n')
        .filter(|line| !line.is_empty())
    {
        let decoded = decode(line, DecodeAs::Auto);
        let parsed = parse(&decoded.text, &settings, &mut memory);
        check(&parsed, &decoded.text);
        summary.add(&parsed);
    }
    summary
}

fn name_in(folder: &Path, path: &Path) -> String {
    let name = path.strip_prefix(folder).unwrap_or(path);
    name.to_string_lossy().into_owned()
}

#[test]
fn loghub_is_understood() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("loghub");
    // The least share in percent that a parser reads, as measured; of the rest the envelope is
    // read or nothing, and it is kept whole.
    let least: BTreeMap<&str, u32> = [
        ("Apache", 100),
        ("Hadoop", 100),
        ("Linux", 96),
        ("OpenSSH", 100),
        ("OpenStack", 100),
        ("Spark", 100),
        ("Windows", 100),
        ("Zookeeper", 100),
    ]
    .into();
    let mut shown = String::new();
    for path in files_below(&folder, "_2k.log") {
        let summary = summary_of(&fs::read(&path).unwrap());
        let name = name_in(&folder, &path).replace("_2k.log", "");
        let percent = least.get(name.as_str()).copied().unwrap_or_default();
        assert!(summary.percent() >= percent, "{name}: {summary:?}");
        shown.push_str(&summary.line(&name));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn sensors_are_understood() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("suricata");
    let mut files = files_below(&folder, ".json");
    files.extend(files_below(&folder, ".log"));
    let mut shown = String::new();
    for path in files {
        let summary = summary_of(&fs::read(&path).unwrap());
        let name = name_in(&folder, &path);
        assert_eq!(summary.percent(), 100, "{name}");
        assert_eq!(summary.timed, summary.messages, "{name}");
        shown.push_str(&summary.line(&name));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn clinical_audits_are_understood() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("atna");
    let settings = settings();
    let mut shown = String::new();
    for path in files_below(&folder, ".txt") {
        if path.ends_with("README.txt") {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let parsed = parse(&text, &settings, &mut Memory::default());
        check(&parsed, &text);
        let name = name_in(&folder, &path);
        assert_eq!(parsed.parser, Some("atna"), "{name}");
        assert!(parsed.event.get(Field::USER_NAME).is_some(), "{name}");
        assert_eq!(parsed.notes, [], "{name}");
        let mut summary = Summary::default();
        summary.add(&parsed);
        shown.push_str(&summary.line(&name));
    }
    for path in files_below(&folder, ".frame") {
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
    insta::assert_snapshot!(shown);
}

#[test]
fn windows_logs_are_understood() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("evtx");
    let settings = settings();
    let mut shown = String::new();
    let (mut records, mut damaged) = (0_u32, 0_u32);
    for path in files_below(&folder, ".evtx") {
        let mut summary = Summary::default();
        let mut memory = Memory::default();
        evtx::each_record(&fs::read(&path).unwrap(), |record| {
            let Ok(text) = record else {
                damaged += 1;
                return;
            };
            let parsed = parse(&text, &settings, &mut memory);
            check(&parsed, &text);
            assert_eq!(parsed.parser, Some("windows-xml"), "{text}");
            for field in [Field::EVENT_CODE, Field::HOST_NAME] {
                assert!(
                    parsed.event.get(field).is_some(),
                    "{}: {text}",
                    field.name()
                );
            }
            assert_eq!(parsed.event.at_from, TimeSource::Event, "{text}");
            summary.add(&parsed);
        })
        .unwrap();
        records += summary.messages;
        shown.push_str(&summary.line(&name_in(&folder, &path)));
    }
    assert!(
        records > 5_000 && damaged * 100 <= records,
        "{records} {damaged}"
    );
    writeln!(shown, "{records} records, {damaged} damaged").unwrap();
    insta::assert_snapshot!(shown);
}

/// The first 256 KiB of each file in the archives.
#[test]
fn archives_are_understood() {
    let Some(folder) = folder() else { return };
    let folder = folder.join("otrf");
    let mut shown = String::new();
    for path in files_below(&folder, ".zip") {
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
                let end = bytes.iter().rposition(|byte| *byte == b'\n');
                bytes.truncate(end.unwrap_or(bytes.len()));
            }
            let summary = summary_of(&bytes);
            // Of what comes from a cloud in columns nobody knows the names.
            let is_known = !name.contains("HoneyBucket");
            assert_eq!(summary.percent() == 100, is_known, "{name}: {summary:?}");
            shown.push_str(&summary.line(&name));
        }
    }
    insta::assert_snapshot!(shown);
}
