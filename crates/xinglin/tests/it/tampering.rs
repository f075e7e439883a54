//! A ledger that somebody changed behind the program's back.

use std::{path::Path, sync::Arc};

use xinglin_app::{
    Actor, App, AppConfig,
    core::{FixedClock, Timestamp},
    departments::DepartmentForm,
    ledger::verify_folder,
};
use xinglin_testkit::content;

/// A data folder with three sealed changes.
async fn fill(folder: &Path) {
    let config = AppConfig {
        data_dir: folder.to_owned(),
        demo: false,
    };
    let start: Timestamp = "2026-11-22T02:00:00Z".parse().unwrap();
    let clock = Arc::new(FixedClock::new(start));
    let app = App::open(config, content(), clock).await.unwrap();
    let actor = Actor::automatic("test");
    for code in ["AAA", "BBB", "CCC"] {
        let form = DepartmentForm {
            code: code.to_owned(),
            name: format!("科室 {code}"),
            parent_id: None,
            head_id: None,
        };
        app.create_department(&actor, form).await.unwrap();
    }
    app.close().await.unwrap();
}

/// Writes `to` over `from` wherever it stands in the database file.
fn tamper(folder: &Path, from: &str, to: &str) {
    assert_eq!(from.len(), to.len());
    let file = folder.join("xinglin.db");
    let mut bytes = std::fs::read(&file).unwrap();
    let places: Vec<usize> = bytes
        .windows(from.len())
        .enumerate()
        .filter(|(_, window)| *window == from.as_bytes())
        .map(|(at, _)| at)
        .collect();
    assert!(!places.is_empty(), "{from} is not in the file");
    for at in places {
        bytes[at..at + from.len()].copy_from_slice(to.as_bytes());
    }
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn the_first_entry_that_was_changed_is_named() {
    for (from, to, reason) in [
        (r#""code":"BBB""#, r#""code":"BBC""#, "hashes to"),
        // What is no JSON any more is no defect of the program either.
        (r#""code":"BBB""#, r#""code":"BBB!"#, "cannot be read"),
    ] {
        let folder = tempfile::tempdir().unwrap();
        fill(folder.path()).await;
        let good = verify_folder(folder.path()).await.unwrap();
        assert_eq!((good.entries, good.is_good()), (3, true));
        tamper(folder.path(), from, to);
        let found = verify_folder(folder.path()).await.unwrap();
        let bad = found.first_bad.expect("the change is found");
        assert_eq!((found.entries, bad.seq), (1, 2), "{to}");
        assert!(bad.reason.to_string().contains(reason), "{}", bad.reason);
    }
}
