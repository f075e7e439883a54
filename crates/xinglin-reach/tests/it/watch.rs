//! Watching real files by the kernel's events.

use std::{fs, path::Path, thread, time::Duration};

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;
use xinglin_inspect::{
    TreeHost,
    integrity::{Cause, Change, ChangeKind, Scope, scan},
};
use xinglin_reach::watch::{Looked, Lookout};

const HOUR: SignedDuration = SignedDuration::from_hours(1);
const STATUS: &str =
    "Package: sudo\nStatus: install ok installed\nVersion: 1.9.13\nArchitecture: amd64\n";

/// A system tree, watched on a clock of its own.
struct Tree {
    folder: TempDir,
    host: TreeHost,
    lookout: Lookout,
    now: Timestamp,
}

impl Tree {
    fn new(scope: &Scope, files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        for (path, text) in files {
            put(folder.path(), path, text);
        }
        let host = TreeHost::new(folder.path());
        let now: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let baseline = scan(&host, scope, now);
        let lookout = Lookout::new(baseline, now, folder.path(), &host);
        let mut tree = Self {
            folder,
            host,
            lookout,
            now,
        };
        assert_eq!(tree.lookout.failure(), None);
        let first = tree.look().expect("the first look is a scan");
        assert!(first.paths.is_none() && first.comparison.changes.is_empty());
        tree
    }

    fn put(&self, path: &str, text: &str) {
        put(self.folder.path(), path, text);
    }

    fn place(&self, path: &str) -> std::path::PathBuf {
        self.folder.path().join(path.trim_start_matches('/'))
    }

    fn look(&mut self) -> Option<Looked> {
        self.lookout.look(&self.host, self.now, HOUR)
    }

    /// What is seen of the latest events, once they have come and gone quiet.
    fn settled(&mut self) -> Vec<Looked> {
        let mut seen = Vec::new();
        // What is seen may call for a second look, as a new directory does.
        for _ in 0..6 {
            thread::sleep(Duration::from_millis(60));
            seen.extend(self.look());
            self.now += SignedDuration::from_secs(3);
        }
        seen
    }

    fn changes(&mut self) -> Vec<Change> {
        let seen = self.settled();
        seen.into_iter()
            .flat_map(|looked| looked.comparison.changes)
            .collect()
    }
}

fn put(folder: &Path, path: &str, text: &str) {
    let place = folder.join(path.trim_start_matches('/'));
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::write(place, text).unwrap();
}

fn named(changes: &[Change]) -> Vec<(&str, ChangeKind)> {
    let named = changes.iter();
    named
        .map(|change| (change.path.as_str(), change.kind))
        .collect()
}

fn scope() -> Scope {
    let mut scope = Scope::of(["/etc", "/usr/bin", "/home/*/.ssh"]);
    scope.exclude = vec!["/etc/cups".to_owned()];
    scope
}

#[test]
fn a_write_is_seen_and_what_is_left_out_is_not() {
    let files = [
        ("/etc/hosts", "a"),
        ("/etc/cups/x", "a"),
        ("/var/lib/x", "a"),
    ];
    let mut tree = Tree::new(&scope(), &files);
    tree.put("/etc/cups/x", "b");
    tree.put("/var/lib/x", "b");
    assert!(tree.changes().is_empty());
    tree.put("/etc/hosts", "b");
    assert_eq!(
        named(&tree.changes()),
        [("/etc/hosts", ChangeKind::Changed)]
    );
    // Back as it was: it is looked at, and differs no more.
    tree.put("/etc/hosts", "a");
    let seen = tree.settled();
    let [looked] = seen.as_slice() else {
        panic!("{seen:?}")
    };
    assert!(looked.comparison.changes.is_empty());
    assert!(looked.paths.as_ref().unwrap().contains("/etc/hosts"));
    assert!(looked.comparison.before < looked.comparison.after);
    let gap = looked.comparison.before.duration_until(tree.now);
    assert!(gap < SignedDuration::from_secs(60), "{gap:?}");
}

#[test]
fn folders_come_go_and_take_what_is_in_them_along() {
    let files = [
        ("/etc/hosts", "a"),
        ("/etc/old/deep/x", "a"),
        ("/home/alice/n", "a"),
    ];
    let mut tree = Tree::new(&scope(), &files);
    // Made at a stretch: what is in it is older than any watch on it.
    tree.put("/etc/new/deep/y", "b");
    let expected = [
        ("/etc/new", ChangeKind::Added),
        ("/etc/new/deep", ChangeKind::Added),
        ("/etc/new/deep/y", ChangeKind::Added),
    ];
    assert_eq!(named(&tree.changes()), expected);
    tree.put("/etc/new/deep/y", "c");
    tree.put("/etc/new/deep/z", "c");
    let found = tree.changes();
    assert_eq!(found.len(), 2, "{found:?}");
    fs::rename(tree.place("/etc/old"), tree.place("/var")).unwrap();
    let expected = [
        ("/etc/old", ChangeKind::Removed),
        ("/etc/old/deep", ChangeKind::Removed),
        ("/etc/old/deep/x", ChangeKind::Removed),
    ];
    assert_eq!(named(&tree.changes()), expected);
    // Another in its place is watched, not the one that went away.
    tree.put("/etc/old/deep/x", "other");
    let found = tree.changes();
    assert_eq!(
        named(&found)[..1],
        [("/etc/old/deep/x", ChangeKind::Changed)]
    );
    tree.put("/etc/old/deep/x", "a");
    let seen = tree.settled();
    assert!(!seen.is_empty(), "the new folder is not watched");
    assert!(
        seen.iter()
            .all(|looked| looked.comparison.changes.is_empty())
    );
    // A key of somebody who had no such folder, and of somebody who was not there.
    tree.put("/home/alice/.ssh/authorized_keys", "key");
    tree.put("/home/bob/.ssh/authorized_keys", "key");
    let found = tree.changes();
    let keys = found.iter().filter(|one| one.path.ends_with("_keys"));
    let keys: Vec<&str> = keys.map(|one| one.path.as_str()).collect();
    let expected = [
        "/home/alice/.ssh/authorized_keys",
        "/home/bob/.ssh/authorized_keys",
    ];
    assert_eq!(keys, expected, "{found:?}");
}

#[test]
fn ten_thousand_events_are_a_hundred_changes() {
    let names: Vec<String> = (0..100).map(|n| format!("/etc/conf.d/{n:03}")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "0")).collect();
    let mut tree = Tree::new(&scope(), &files);
    for round in 1..=100 {
        for name in &names {
            tree.put(name, &round.to_string());
        }
        // A breath, so that a busy machine does not fill the kernel's queue.
        thread::sleep(Duration::from_millis(2));
    }
    let seen = tree.settled();
    assert!(seen.iter().all(|looked| looked.paths.is_some()), "no scan");
    let changes: Vec<&Change> = seen
        .iter()
        .flat_map(|looked| &looked.comparison.changes)
        .collect();
    assert_eq!(changes.len(), 100);
}

#[test]
fn when_events_are_lost_a_scan_finds_what_they_told() {
    let mut tree = Tree::new(&scope(), &[("/etc/hosts", "a")]);
    let many = 12_000;
    fs::create_dir(tree.place("/etc/many")).unwrap();
    // Watched before it is filled.
    assert_eq!(tree.changes().len(), 1);
    tree.now += SignedDuration::from_secs(60);
    for number in 0..many {
        fs::write(tree.place(&format!("/etc/many/{number}")), "x").unwrap();
    }
    let seen = tree.settled();
    let scans = seen.iter().filter(|looked| looked.paths.is_none()).count();
    assert_eq!(scans, 1, "one scan, not one after the other");
    let last = seen.iter().find(|looked| looked.paths.is_none()).unwrap();
    assert_eq!(last.comparison.changes.len(), many + 1);
}

#[test]
fn a_package_explains_what_it_brought_and_nothing_else() {
    let files = [
        ("/usr/bin/sudo", "program\n"),
        ("/usr/bin/other", "program\n"),
        ("/var/lib/dpkg/status", STATUS),
        ("/var/lib/dpkg/info/sudo.list", "/.\n/usr/bin/sudo\n"),
        // MD5 of "program\n".
        (
            "/var/lib/dpkg/info/sudo.md5sums",
            "014ad490257f1757f32f4c106284b1e1  usr/bin/sudo\n",
        ),
    ];
    let mut tree = Tree::new(&scope(), &files);
    assert!(tree.changes().is_empty());
    // As dpkg does it: files first, then what it knows of them.
    tree.put("/usr/bin/sudo", "newer\n");
    tree.put("/usr/bin/other", "newer\n");
    tree.put(
        "/var/lib/dpkg/info/sudo.md5sums",
        // MD5 of "newer\n".
        "80a25cd970eeae1ceca845f4f31d8db3  usr/bin/sudo\n",
    );
    let status = STATUS.replace("1.9.13", "1.9.15-1");
    tree.put("/var/lib/dpkg/status", &status);
    // While the package manager is at work, nothing can be explained yet.
    thread::sleep(Duration::from_millis(60));
    for _ in 0..3 {
        assert_eq!(tree.look(), None);
        tree.now += SignedDuration::from_secs(3);
    }
    tree.now += SignedDuration::from_secs(30);
    let found = tree.changes();
    let last = |path: &str| found.iter().rev().find(|one| one.path == path).unwrap();
    let expected = Cause::Package {
        package: "sudo".to_owned(),
        before: Some("1.9.13".to_owned()),
        after: Some("1.9.15-1".to_owned()),
    };
    assert_eq!(last("/usr/bin/sudo").cause, expected);
    assert_eq!(last("/usr/bin/other").cause, Cause::Unknown);
    // Somebody replaces it afterwards: the package did not bring that.
    tree.put("/usr/bin/sudo", "door\n");
    let found = tree.changes();
    let expected = Cause::DespitePackage {
        package: "sudo".to_owned(),
    };
    assert_eq!(found.last().map(|one| &one.cause), Some(&expected));
}

#[test]
fn what_is_only_read_costs_nothing() {
    let names: Vec<String> = (0..300).map(|n| format!("/usr/bin/{n}")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "0")).collect();
    let mut tree = Tree::new(&scope(), &files);
    for _ in 0..100 {
        for name in &names {
            fs::read(tree.place(name)).unwrap();
        }
    }
    // More than the kernel's queue holds, were they events.
    assert!(tree.settled().is_empty());
}
