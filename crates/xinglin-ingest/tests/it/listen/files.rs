//! Files that are followed, on a real file system: while they are rotated, emptied, removed, and
//! while the follower is not running.

use std::{
    collections::BTreeMap,
    fs::{self, File, OpenOptions},
    io::Write as _,
    path::{Path, PathBuf},
};

use xinglin_ingest::{
    DecodeAs, decode,
    listen::{Checkpoint, Existing, Follow, Follower, Problem, Trouble, follow_files},
};

use super::*;

const SOURCE: SourceKey = SourceKey {
    transport: Transport::File,
    origin: Origin::Configured(7),
};

/// A folder that is followed, and what a caller keeps.
struct Folder {
    place: tempfile::TempDir,
    follow: Follow,
    follower: Option<Follower>,
    /// As saved, by key.
    saved: BTreeMap<String, Checkpoint>,
}

impl Folder {
    fn new(pattern: &str, existing: Existing) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let follow = Follow {
            paths: vec![format!("{}/{pattern}", folder.path().display())],
            existing,
            message_bytes: 100,
            ..Follow::default()
        };
        Self {
            place: folder,
            follow,
            follower: None,
            saved: BTreeMap::new(),
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.place.path().join(name)
    }

    fn add(&self, name: &str, text: &str) {
        let file = OpenOptions::new()
            .create(true)
            .append(true)
            .open(self.path(name));
        file.unwrap().write_all(text.as_bytes()).unwrap();
    }

    fn rename(&self, from: &str, to: &str) {
        fs::rename(self.path(from), self.path(to)).unwrap();
    }

    /// One look; what it brought is durable, and saved, when `is_saved`.
    fn look(&mut self, is_saved: bool) -> Vec<RawRecord> {
        let follower = self.follower.get_or_insert_with(|| {
            let saved: Vec<Checkpoint> = self.saved.values().cloned().collect();
            Follower::new(self.follow.clone(), SOURCE, &saved).unwrap()
        });
        let look = follower.look(crate::received_at());
        assert_eq!(look.problems, []);
        for checkpoint in look.checkpoints.into_iter().filter(|_| is_saved) {
            if checkpoint.state.is_some() {
                self.saved.insert(checkpoint.key.clone(), checkpoint);
            } else {
                self.saved.remove(&checkpoint.key);
            }
        }
        look.records
    }

    fn texts(&mut self) -> Vec<String> {
        text_of(&self.look(true))
    }

    /// The program ends, however it does.
    fn restart(&mut self) {
        self.follower = None;
    }
}

fn text_of(records: &[RawRecord]) -> Vec<String> {
    let text = |record: &RawRecord| String::from_utf8_lossy(&record.bytes).into_owned();
    records.iter().map(text).collect()
}

fn long_lines(range: std::ops::Range<u32>) -> String {
    let line = |number: u32| format!("order {number:05} {}\n", "x".repeat(40));
    range.map(line).collect()
}

#[test]
fn lines_are_read_as_they_come() {
    let mut folder = Folder::new("*.log", Existing::Read);
    assert_eq!(folder.texts(), Vec::<String>::new());
    folder.add("a.log", "one\r\n\ntwo\nthr");
    folder.add("b.txt", "not meant\n");
    let records = folder.look(true);
    assert_eq!(text_of(&records), ["one", "two"]);
    assert_eq!(
        records[0].path.as_deref(),
        Some(folder.path("a.log").as_path())
    );
    assert_eq!(records[0].source, SOURCE);
    folder.add("a.log", "ee\n");
    assert_eq!(folder.texts(), ["three"]);
    assert_eq!(folder.texts(), Vec::<String>::new());
    // What is too long is cut, and the rest of it is no line, not even after a restart.
    folder.add("a.log", &"y".repeat(300));
    folder.add("a.log", "\nnext\n");
    let records = folder.look(true);
    let cut: Vec<_> = records
        .iter()
        .map(|record| (record.bytes.len(), record.is_cut))
        .collect();
    assert_eq!(cut, [(100, true), (4, false)]);
    folder.add("a.log", &"z".repeat(200_000));
    let records = folder.look(true);
    assert_eq!((records.len(), records[0].bytes.len()), (1, 100));
    folder.restart();
    folder.add("a.log", "zzz\nlast\n");
    assert_eq!(folder.texts(), ["last"]);
}

#[test]
fn rotation_by_renaming_loses_nothing() {
    for pattern in ["his.log", "his.log*"] {
        let mut folder = Folder::new(pattern, Existing::Read);
        folder.add("his.log", "1\n2\n");
        assert_eq!(folder.texts(), ["1", "2"]);
        // The writer goes on in the old file until it is told.
        folder.add("his.log", "3\n");
        folder.rename("his.log", "his.log.1");
        folder.add("his.log.1", "4\n");
        folder.add("his.log", "5\n");
        let mut texts = folder.texts();
        folder.add("his.log.1", "6\nend");
        texts.extend(folder.texts());
        texts.sort();
        assert_eq!(texts, ["3", "4", "5", "6"], "{pattern}");
        assert_eq!(folder.texts(), Vec::<String>::new());
        // Packed files are done with.
        folder.add("his.log.2.gz", "\u{1f}\u{8b}\n");
        fs::remove_file(folder.path("his.log.1")).unwrap();
        let rest: Vec<String> = (0..200).flat_map(|_| folder.texts()).collect();
        assert_eq!(rest, ["end"]);
        let kept: Vec<_> = folder
            .saved
            .keys()
            .filter(|key| key.contains(':'))
            .collect();
        assert_eq!(kept.len(), 1, "{pattern}");
    }
}

#[test]
fn rotation_by_emptying_begins_anew() {
    let mut folder = Folder::new("his.log", Existing::Read);
    folder.add("his.log", "1\n2\n");
    assert_eq!(folder.texts(), ["1", "2"]);
    let file = File::options()
        .write(true)
        .open(folder.path("his.log"))
        .unwrap();
    file.set_len(0).unwrap();
    folder.add("his.log", "3\n");
    assert_eq!(folder.texts(), ["3"]);
    // Filled again beyond where reading stood, before anybody looked.
    file.set_len(0).unwrap();
    folder.add("his.log", "4 and more\n5\n");
    assert_eq!(folder.texts(), ["4 and more", "5"]);
}

/// A copy that is meant itself is not read again, and brings what was written before the
/// original was emptied.
#[test]
fn copies_are_not_read_twice() {
    let mut folder = Folder::new("his.log*", Existing::Read);
    folder.add("his.log", &long_lines(0..40));
    assert_eq!(folder.texts().len(), 40);
    folder.add("his.log", &long_lines(40..42));
    fs::copy(folder.path("his.log"), folder.path("his.log.1")).unwrap();
    let file = File::options()
        .write(true)
        .open(folder.path("his.log"))
        .unwrap();
    file.set_len(0).unwrap();
    folder.add("his.log", &long_lines(42..43));
    let mut texts = folder.texts();
    texts.sort();
    let numbers: Vec<&str> = texts.iter().filter_map(|text| text.get(..11)).collect();
    assert_eq!(numbers, ["order 00040", "order 00041", "order 00042"]);
}

#[test]
fn a_restart_goes_on_where_it_was_saved() {
    let mut folder = Folder::new("*.log", Existing::Read);
    folder.add("a.log", "1\n2\n");
    folder.texts();
    folder.add("a.log", "3\n");
    // Not acknowledged before the program ended: it comes again.
    assert_eq!(text_of(&folder.look(false)), ["3"]);
    folder.restart();
    folder.add("a.log", "4\n");
    assert_eq!(folder.texts(), ["3", "4"]);
    // Rotated while nobody looked, to a name that is not meant.
    folder.restart();
    folder.add("a.log", "5\n");
    folder.rename("a.log", "a.log.1");
    folder.add("a.log", "6\n");
    let mut texts = folder.texts();
    texts.sort();
    assert_eq!(texts, ["5", "6"]);
    // Emptied while nobody looked.
    folder.restart();
    fs::write(folder.path("a.log"), "7\n").unwrap();
    assert_eq!(folder.texts(), ["7"]);
    // Removed while nobody looked: forgotten.
    folder.restart();
    fs::remove_file(folder.path("a.log")).unwrap();
    fs::remove_file(folder.path("a.log.1")).unwrap();
    assert_eq!(folder.texts(), Vec::<String>::new());
    assert_eq!(folder.saved.keys().collect::<Vec<_>>(), ["begun"]);
}

/// After a restart on which all file numbers are others, what was read is known by itself.
#[test]
fn files_are_known_without_their_numbers() {
    let mut folder = Folder::new("*.log", Existing::Read);
    folder.add("a.log", &long_lines(0..100));
    assert_eq!(folder.texts().len(), 100);
    folder.restart();
    fs::copy(folder.path("a.log"), folder.path("new")).unwrap();
    folder.rename("new", "a.log");
    folder.add("a.log", "next\n");
    assert_eq!(folder.texts(), ["next"]);
}

#[test]
fn what_is_there_already_may_be_passed_over() {
    let mut folder = Folder::new("*.log", Existing::Skip);
    folder.add("a.log", "old\nbeg");
    assert_eq!(folder.texts(), Vec::<String>::new());
    folder.add("a.log", "un\n");
    folder.add("b.log", "new file\n");
    let mut texts = folder.texts();
    texts.sort();
    assert_eq!(texts, ["begun", "new file"]);
    // Not even a source that had no files yet is new a second time.
    let mut empty = Folder::new("*.log", Existing::Skip);
    empty.texts();
    empty.restart();
    empty.add("a.log", "first\n");
    assert_eq!(empty.texts(), ["first"]);
}

#[test]
fn lines_of_wide_letters_are_cut_between_letters() {
    let mut folder = Folder::new("*.txt", Existing::Read);
    // Of the letters some have the byte of a line end, 0a, in them.
    let text = "\u{feff}登录 \u{0a0a}\u{4e0a}\r\n第二行\u{0a00}\n";
    for (name, bytes) in [
        (
            "low.txt",
            text.encode_utf16()
                .flat_map(u16::to_le_bytes)
                .collect::<Vec<u8>>(),
        ),
        (
            "high.txt",
            text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        ),
    ] {
        let (first, rest) = bytes.split_at(7);
        fs::write(folder.path(name), first).unwrap();
        let mut records = folder.look(true);
        assert_eq!(records, [], "{name}");
        let mut file = File::options()
            .append(true)
            .open(folder.path(name))
            .unwrap();
        file.write_all(rest).unwrap();
        records = folder.look(true);
        let texts: Vec<_> = records
            .iter()
            .map(|record| decode(&record.bytes, record.decode_as))
            .collect();
        let texts: Vec<&str> = texts
            .iter()
            .map(|decoded| decoded.text.trim_start_matches('\u{feff}'))
            .collect();
        assert_eq!(texts, ["登录 \u{0a0a}\u{4e0a}", "第二行\u{0a00}"], "{name}");
        assert!(
            records
                .iter()
                .all(|record| record.decode_as != DecodeAs::Auto)
        );
    }
}

#[test]
fn only_so_many_files_are_followed() {
    let folder = tempfile::tempdir().unwrap();
    for number in 0..5 {
        fs::write(folder.path().join(format!("{number}.log")), "x\n").unwrap();
    }
    let follow = Follow {
        paths: vec![folder.path().display().to_string()],
        files: 3,
        ..Follow::default()
    };
    let mut follower = Follower::new(follow, SOURCE, &[]).unwrap();
    for _ in 0..3 {
        let look = follower.look(crate::received_at());
        assert_eq!(look.problems.len(), 2);
    }
    let wrong = Follow {
        paths: vec!["var/log".to_owned()],
        ..Follow::default()
    };
    assert!(Follower::new(wrong, SOURCE, &[]).is_err());
}

#[test]
fn only_what_may_be_read_is_followed() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    for name in ["logs/a.log", "logs/own/b.log", "other/c.log"] {
        fs::create_dir_all(here.join(name).parent().unwrap()).unwrap();
        fs::write(here.join(name), format!("{name}\n")).unwrap();
    }
    std::os::unix::fs::symlink(here.join("other/c.log"), here.join("logs/c.log")).unwrap();
    std::os::unix::fs::symlink("circle.log", here.join("logs/circle.log")).unwrap();
    std::os::unix::fs::symlink(here.join("logs"), here.join("link")).unwrap();
    let text = |path: &str| here.join(path).display().to_string();
    let follow = Follow {
        paths: vec![
            text("logs/**/*.log"),
            text("logs/circle.log"),
            text("nothing/*.log"),
        ],
        within: vec![here.join("link")],
        without: vec![here.join("logs/own")],
        ..Follow::default()
    };
    let mut follower = Follower::new(follow, SOURCE, &[]).unwrap();
    let mut look = follower.look(crate::received_at());
    assert_eq!(text_of(&look.records), ["logs/a.log"]);
    look.problems.sort();
    let told: Vec<_> = look.problems.iter().chain(&look.missing).collect();
    let expected = [
        ("logs/c.log", Trouble::Outside),
        ("logs/circle.log", Trouble::Unreadable),
        ("logs/own/b.log", Trouble::Outside),
        ("nothing/*.log", Trouble::Missing),
    ]
    .map(|(path, trouble)| Problem {
        path: here.join(path),
        trouble,
    });
    assert_eq!(told, expected.iter().collect::<Vec<_>>());
}

/// A writer that rotates as fast as it can, and a reader that is ended again and again: every
/// line comes, and only those twice that were not saved.
#[tokio::test]
async fn a_writer_that_rotates_loses_nothing() {
    const LINES: u32 = 20_000;
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("his.log");
    let writer = {
        let path = path.clone();
        std::thread::spawn(move || write_and_rotate(&path, LINES))
    };
    let follow = Follow {
        paths: vec![format!("{}*", path.display())],
        interval: Duration::from_millis(5),
        ..Follow::default()
    };
    let mut saved = BTreeMap::new();
    let mut seen = vec![0_u32; LINES as usize];
    let mut repeated = 0;
    let mut runs = 0;
    while seen.contains(&0) {
        runs += 1;
        assert!(runs < 100, "lines are missing");
        let checkpoints: Vec<Checkpoint> = saved.values().cloned().collect();
        let follower = Follower::new(follow.clone(), SOURCE, &checkpoints).unwrap();
        let mut receiver = Receiver::of(loopback(), 256 << 10, |shared, stop| {
            tokio::spawn(follow_files(
                follower,
                shared,
                stop,
                watch::Sender::default(),
            ))
        });
        let mut batches = 0;
        while let Ok(Some(batch)) =
            timeout(Duration::from_millis(300), receiver.outlet.next()).await
        {
            for record in &batch.records {
                let number = str::from_utf8(&record.bytes[..7]).unwrap();
                let number: usize = number.parse().unwrap();
                seen[number] += 1;
                repeated += u32::from(seen[number] > 1);
            }
            batches += 1;
            if batches == 20 && !writer.is_finished() {
                // Read, but not saved.
                break;
            }
            for checkpoint in batch.durable() {
                saved.insert(checkpoint.key.clone(), checkpoint);
            }
        }
        receiver.stop.send_replace(true);
        drop(receiver.outlet);
        timeout(PATIENCE, &mut receiver.task)
            .await
            .unwrap()
            .unwrap();
    }
    writer.join().unwrap();
    assert!(
        runs > 2 && repeated < LINES,
        "{runs} runs, {repeated} lines again"
    );
}

fn write_and_rotate(path: &Path, lines: u32) {
    let mut file = File::create(path).unwrap();
    for number in 0..lines {
        writeln!(file, "{number:07} {}", "x".repeat(60)).unwrap();
        if number % 700 == 699 {
            // Some lines are written to the old file after its name has changed.
            let old = path.with_extension(format!("log.{number}"));
            fs::rename(path, old).unwrap();
            if number % 1_400 == 699 {
                file = File::create(path).unwrap();
            }
        } else if number % 1_400 == 20 && number > 20 {
            file = File::create(path).unwrap();
        }
        if number % 100 == 0 {
            std::thread::sleep(Duration::from_millis(2));
        }
    }
}
