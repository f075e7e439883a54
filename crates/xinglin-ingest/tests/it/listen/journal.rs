//! The system's journal: a real `journald` and a real `journalctl`, as Debian packages them.

use std::{fs, os::unix::fs::PermissionsExt as _, os::unix::net::UnixDatagram, path::Path};

use xinglin_core::Field;
use xinglin_ingest::{
    decode,
    listen::{Checkpoint, Existing, Journal, Progress, Trouble, read_journal},
};

use super::{
    programs::{Running, apart, command, libraries, program},
    *,
};

const SOURCE: SourceKey = SourceKey {
    transport: Transport::Journal,
    origin: Origin::Configured(1),
};

/// Reads the journal in a folder from where it is saved, until `wanted` messages of the program
/// `his` have come; their texts, and the checkpoint of the last batch.
async fn read(
    folder: &Path,
    saved: &[Checkpoint],
    wanted: usize,
) -> (Vec<String>, Vec<Checkpoint>) {
    let journal = Journal {
        program: folder.join("journalctl"),
        arguments: vec![format!("--directory={}", journal_of(folder).display()).into()],
        existing: Existing::Read,
        ..Journal::default()
    };
    let saved = saved.to_vec();
    let mut receiver = Receiver::of(loopback(), 1 << 20, |shared, stop| {
        tokio::spawn(async move {
            read_journal(
                journal,
                SOURCE,
                &saved,
                shared,
                stop,
                watch::Sender::default(),
            )
            .await;
        })
    });
    let mut texts = Vec::new();
    let mut last = Vec::new();
    let settings = crate::settings();
    while texts.len() < wanted {
        let batch = timeout(PATIENCE, receiver.outlet.next()).await;
        let batch = batch.unwrap_or_else(|_| panic!("only {texts:?}")).unwrap();
        for record in &batch.records {
            assert_eq!(record.source, SOURCE);
            let decoded = decode(&record.bytes, record.decode_as);
            let mut memory = xinglin_ingest::Memory::default();
            let parsed = crate::parse(&decoded.text, &settings, &mut memory);
            assert_eq!(parsed.parser, Some("journald-json"), "{}", decoded.text);
            let value = |field| {
                parsed
                    .event
                    .get(field)
                    .map(|value| value.to_text().into_owned())
            };
            if value(Field::PROCESS_NAME).as_deref() == Some("his") {
                texts.push(value(Field::MESSAGE).unwrap());
            }
        }
        last = batch.durable();
        assert_eq!(last.len(), 1);
    }
    receiver.end().await;
    (texts, last)
}

/// Where the files are: in a folder named after the machine.
fn journal_of(folder: &Path) -> std::path::PathBuf {
    let entries = fs::read_dir(folder.join("journal")).unwrap().flatten();
    entries
        .map(|entry| entry.path())
        .find(|path| path.is_dir())
        .unwrap()
}

#[tokio::test]
async fn the_journal_is_read_and_continued() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path();
    let journald = Running(apart(path, "sleep 1000\n").spawn().unwrap());
    let socket = UnixDatagram::unbound().unwrap();
    let reached = timeout(PATIENCE, async {
        while socket.connect(path.join("sockets/dev-log")).is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    reached
        .await
        .expect("journald does not start in namespaces of its own on this machine");
    let script = format!(
        "#!/bin/sh\nLD_LIBRARY_PATH={} exec {} \"$@\"\n",
        libraries(),
        program("journalctl").display()
    );
    fs::write(path.join("journalctl"), script).unwrap();
    fs::set_permissions(path.join("journalctl"), fs::Permissions::from_mode(0o755)).unwrap();
    assert!(
        command(&path.join("journalctl"))
            .arg("--version")
            .status()
            .unwrap()
            .success()
    );

    socket
        .send("<13>his: 第一条 \"quoted\"".as_bytes())
        .unwrap();
    // In GB18030, as old programs write; the journal keeps the bytes.
    socket
        .send(b"<13>his: \xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc")
        .unwrap();
    let (texts, saved) = read(path, &[], 2).await;
    assert_eq!(texts, ["第一条 \"quoted\"", "登录失败"]);
    // What comes while nobody reads is read next, and nothing twice.
    socket.send(b"<13>his: third").unwrap();
    let (texts, saved) = read(path, &saved, 1).await;
    assert_eq!(texts, ["third"]);
    socket.send(b"<13>his: fourth").unwrap();
    let (texts, _) = read(path, &saved, 1).await;
    assert_eq!(texts, ["fourth"]);
    drop(journald);
}

/// A program that ends, or is not there, is started again until it is told to stop.
#[tokio::test(start_paused = true)]
async fn a_reader_that_ends_is_started_again() {
    let journal = Journal {
        program: "/nowhere/journalctl".into(),
        ..Journal::default()
    };
    let progress = watch::Sender::new(Progress::default());
    let told = progress.subscribe();
    let mut receiver = Receiver::of(loopback(), 1 << 20, |shared, stop| {
        tokio::spawn(async move {
            read_journal(journal, SOURCE, &[], shared, stop, progress).await;
        })
    });
    tokio::time::sleep(Duration::from_mins(10)).await;
    let problem = told.borrow().problems[0].clone();
    assert_eq!(problem.trouble, Trouble::Ended);
    assert_eq!(problem.path, Path::new("/nowhere/journalctl"));
    let failed = receiver.sources.get(SOURCE).rejected;
    assert!((10..20).contains(&failed), "{failed}");
    receiver.end().await;
}
