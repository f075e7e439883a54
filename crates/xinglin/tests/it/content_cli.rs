//! `xinglin content`, as a program: what is shipped is sound, and a bad rule is named.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn run(arguments: &[&str], folder: &Path) -> Output {
    #[expect(clippy::disallowed_methods, reason = "the program under test")]
    let mut command = Command::new(env!("CARGO_BIN_EXE_xinglin"));
    command.arg("content").args(arguments).arg(folder);
    command.stdin(Stdio::null()).output().unwrap()
}

/// The content without its checks, whose tests have tests of their own.
fn copied(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap();
        if path.is_dir() && name != "tests" {
            copied(&path, &to.join(name));
        } else if path.is_file() {
            fs::copy(&path, to.join(name)).unwrap();
        }
    }
}

#[test]
fn rules_are_tried_and_bad_ones_are_named() {
    let folder = tempfile::tempdir().unwrap();
    copied(&repository().join("content"), folder.path());
    let done = run(&["check", "--json"], folder.path());
    let said: Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(done.status.code(), Some(0), "{said:#}");
    assert!(said["rules"].as_u64().unwrap() >= 150, "{said:#}");
    assert!(said["samples"].as_u64().unwrap() >= 300, "{said:#}");

    let bad = "title: x\nlogsource: {product: linux}\ndetection:\n  a: {b|startswiths: c}\n  condition: a\n";
    fs::create_dir_all(folder.path().join("rules/own")).unwrap();
    fs::write(folder.path().join("rules/own/bad.yml"), bad).unwrap();
    let done = run(&["check"], folder.path());
    assert_eq!(done.status.code(), Some(1));
    let said = String::from_utf8(done.stdout).unwrap();
    let problem =
        "rules/own/bad.yml:4: x: `b|startswiths`: the modifier `startswiths` is not known";
    assert!(said.contains(problem), "{said}");
    assert!(said.trim_end().ends_with(", 1 problems"), "{said}");
}

#[test]
fn rules_are_listed() {
    let done = run(&["rules"], &repository().join("content"));
    assert_eq!(done.status.code(), Some(0));
    let page = fs::read_to_string(repository().join("docs/reference/rules.md")).unwrap();
    let said = String::from_utf8(done.stdout).unwrap();
    assert_eq!(said.lines().count(), page.lines().count());
    assert_eq!(said, page, "run `cargo xtask gen`");
}
