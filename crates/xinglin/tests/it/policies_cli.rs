//! `xinglin policies`, as a program: a hospital's set of documents from its settings.

use std::{
    fs,
    io::Read as _,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use serde_json::Value;

fn run(arguments: &[&str]) -> Output {
    #[expect(clippy::disallowed_methods, reason = "the program under test")]
    let mut command = Command::new(env!("CARGO_BIN_EXE_xinglin"));
    command.arg("policies").args(arguments);
    command.stdin(Stdio::null()).output().unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// The text of a Word file, without its marks.
fn words(path: &Path) -> String {
    let mut archive = zip::ZipArchive::new(fs::File::open(path).unwrap()).unwrap();
    let mut body = String::new();
    let mut part = archive.by_name("word/document.xml").unwrap();
    part.read_to_string(&mut body).unwrap();
    let pieces = body.split("<w:t xml:space=\"preserve\">").skip(1);
    pieces
        .filter_map(|piece| piece.split("</w:t>").next())
        .collect()
}

#[test]
fn a_hospital_gets_its_documents() {
    let folder = tempfile::tempdir().unwrap();
    let settings = run(&["settings"]);
    assert_eq!(settings.status.code(), Some(0));
    let filled = text(&settings.stdout)
        .replace("  hospital: \"本院\"", "  hospital: \"示例医院\"")
        .replace("  log_days: 180", "  log_days: 365")
        .replace("  leader: \"分管院领导\"", "  leader: \"分管副院长\"");
    assert!(filled.contains("示例医院") && filled.contains("365") && filled.contains("分管副院长"));
    let file = folder.path().join("hospital.yaml");
    fs::write(&file, filled).unwrap();
    let out = folder.path().join("documents");
    let done = run(&[
        "export",
        "--settings",
        file.to_str().unwrap(),
        "--number",
        "示医〔2026〕{number}号",
        "--issued-on",
        "2026-03-09",
        "-o",
        out.to_str().unwrap(),
    ]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let paths: Vec<PathBuf> = fs::read_dir(&out)
        .unwrap()
        .map(|one| one.unwrap().path())
        .collect();
    let listed = run(&["list", "--json"]);
    let listed: Value = serde_json::from_slice(&listed.stdout).unwrap();
    assert_eq!(listed.as_array().unwrap().len(), paths.len());
    let mut has_days = false;
    for path in &paths {
        let text = words(path);
        assert!(
            text.starts_with("示例医院文件示医〔2026〕"),
            "{}",
            path.display()
        );
        assert!(text.ends_with("示例医院2026年3月9日"), "{}", path.display());
        assert!(
            !text.contains("{{") && !text.contains("[]("),
            "{}",
            path.display()
        );
        has_days |= text.contains("不少于365");
    }
    assert!(has_days);
}

#[test]
fn a_draft_says_so() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    let done = run(&[
        "export",
        "drug-statistics",
        "--set",
        "hospital=甲医院",
        "-o",
        out,
    ]);
    assert_eq!(done.status.code(), Some(0), "{}", text(&done.stderr));
    let path = PathBuf::from(text(&done.stdout).trim_end());
    let draft = words(&path);
    assert!(
        draft.starts_with("甲医院文件（征求意见稿）甲医院"),
        "{draft}"
    );
}

#[test]
fn settings_that_cannot_be_are_named() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().to_str().unwrap();
    for (set, expected) in [
        ("log_days=30", "variables.log_days: expected at least 180"),
        ("log_days=many", "log_days=many: expected a whole number"),
        ("clinic=甲", "variables.clinic: expected a variable"),
        ("hospital", "hospital: expected NAME=VALUE"),
    ] {
        let done = run(&["export", "--set", set, "-o", out]);
        assert_eq!(done.status.code(), Some(2), "{set}");
        assert!(
            text(&done.stderr).contains(expected),
            "{}",
            text(&done.stderr)
        );
    }
    let file = folder.path().join("bad.yaml");
    fs::write(&file, "variables:\n  hospital: 甲医院\nrooms: 3\n").unwrap();
    let done = run(&["export", "--settings", file.to_str().unwrap(), "-o", out]);
    assert_eq!(done.status.code(), Some(2));
    let said = text(&done.stderr);
    assert!(
        said.contains("bad.yaml") && said.contains("line 3"),
        "{said}"
    );
    let done = run(&["export", "nothing", "-o", out]);
    assert_eq!(done.status.code(), Some(2));
}

#[test]
fn every_management_item_is_answered_and_proved() {
    let done = run(&["coverage", "--json"]);
    assert_eq!(done.status.code(), Some(0));
    let rows: Value = serde_json::from_slice(&done.stdout).unwrap();
    let rows = rows.as_array().unwrap();
    assert_eq!(rows.len(), 115);
    let is_proved = |row: &&Value| {
        let has = |field: &str| !row[field].as_array().unwrap().is_empty();
        has("forms") || has("duties")
    };
    let bare: Vec<&Value> = rows.iter().filter(|row| !is_proved(row)).collect();
    assert!(bare.len() <= 8, "{bare:#?}");
}
