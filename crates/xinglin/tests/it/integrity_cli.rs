//! `xinglin inspect integrity`, as a program.

use std::{
    fs,
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Output, Stdio},
    sync::mpsc,
    thread,
    time::Duration,
};

use serde_json::Value;

fn program(arguments: &[&str]) -> Command {
    #[expect(clippy::disallowed_methods, reason = "the program under test")]
    let mut command = Command::new(env!("CARGO_BIN_EXE_xinglin"));
    command.args(["inspect", "integrity"]).args(arguments);
    command
}

fn run(arguments: &[&str]) -> Output {
    program(arguments).output().unwrap()
}

fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn a_baseline_is_compared_with_a_tree() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path().join("root");
    fs::create_dir_all(root.join("etc")).unwrap();
    fs::write(root.join("etc/hosts"), "a\n").unwrap();
    fs::write(root.join("etc/adjtime"), "a\n").unwrap();
    let baseline = folder.path().join("baseline.json");
    let taken = run(&["baseline", "--root", text(&root), "-o", text(&baseline)]);
    assert_eq!(taken.status.code(), Some(0), "{taken:?}");
    let compare = ["compare", text(&baseline), "--root", text(&root)];
    let same = run(&compare);
    assert_eq!((same.status.code(), same.stdout.len()), (Some(0), 0));
    fs::write(root.join("etc/hosts"), "b\n").unwrap();
    // The policy leaves it out.
    fs::write(root.join("etc/adjtime"), "b\n").unwrap();
    let changed = run(&compare);
    assert_eq!(changed.status.code(), Some(1), "{changed:?}");
    let told = String::from_utf8(changed.stdout).unwrap();
    assert_eq!(told, "changed /etc/hosts (content)\n");
    let document = run(&[&compare[..], &["--json"]].concat());
    let document: Value = serde_json::from_slice(&document.stdout).unwrap();
    assert_eq!(document["format"], "xinglin.integrity/1");
    assert_eq!(document["changes"][0]["path"], "/etc/hosts");
}

#[test]
fn what_cannot_be_used_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    let output = ["-o", text(&file)];
    for arguments in [
        &["baseline", "etc", output[0], output[1]][..],
        &[
            "baseline",
            "--root",
            "/no/such/folder",
            output[0],
            output[1],
        ],
        &["compare", "/no/such/file"],
        &["watch", "/no/such/file"],
    ] {
        let refused = run(arguments);
        assert_eq!(refused.status.code(), Some(2), "{arguments:?} {refused:?}");
        assert!(!refused.stderr.is_empty());
    }
    fs::write(&file, "{}").unwrap();
    assert_eq!(run(&["compare", text(&file)]).status.code(), Some(2));
}

/// Killed when dropped.
struct Watching(Child);

impl Drop for Watching {
    fn drop(&mut self) {
        drop(self.0.kill());
        drop(self.0.wait());
    }
}

#[test]
fn a_watch_says_a_line_for_each_change() {
    let folder = tempfile::tempdir().unwrap();
    let watched = folder.path().join("watched");
    fs::create_dir(&watched).unwrap();
    fs::write(watched.join("hosts"), "a\n").unwrap();
    let baseline = folder.path().join("baseline.json");
    let taken = run(&["baseline", text(&watched), "-o", text(&baseline)]);
    assert_eq!(taken.status.code(), Some(0), "{taken:?}");
    // Before the watch began: the scan at its start finds it.
    fs::write(watched.join("early"), "x\n").unwrap();
    let child = program(&["watch", text(&baseline), "--json"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let mut child = Watching(child.unwrap());
    let lines = BufReader::new(child.0.stdout.take().unwrap()).lines();
    let (sender, told) = mpsc::channel();
    thread::spawn(move || {
        for line in lines.map_while(Result::ok) {
            let line: Value = serde_json::from_str(&line).unwrap();
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    let next = || told.recv_timeout(Duration::from_mins(1)).unwrap();
    let early = next();
    assert_eq!(early["change"]["path"], text(&watched.join("early")));
    assert_eq!(early["change"]["kind"], "added");
    fs::write(watched.join("hosts"), "b\n").unwrap();
    let change = next();
    assert_eq!(change["change"]["path"], text(&watched.join("hosts")));
    assert_eq!(change["change"]["what"][0]["field"], "content");
    fs::write(watched.join("hosts"), "a\n").unwrap();
    assert_eq!(next()["undone"], text(&watched.join("hosts")));
}
