//! Hosts: a tree of files, and a recorded one.

use std::{fs, os::unix::fs::symlink};

use xinglin_inspect::{
    Host, RecordedHost, TreeHost,
    host::{Kind, Program, ReadError, RunError},
};

fn read(host: &dyn Host, path: &str) -> Result<String, ReadError> {
    Ok(String::from_utf8_lossy(&host.read_range(path, 0, 1_000)?).into_owned())
}

#[test]
fn links_of_a_tree_stay_inside_it() {
    let folder = tempfile::tempdir().unwrap();
    let (root, outside) = (folder.path().join("root"), folder.path().join("secret"));
    fs::create_dir_all(root.join("usr/lib")).unwrap();
    fs::create_dir_all(root.join("etc/deep")).unwrap();
    fs::write(&outside, "outside").unwrap();
    fs::write(root.join("usr/lib/os-release"), "ID=test").unwrap();
    symlink("../usr/lib/os-release", root.join("etc/os-release")).unwrap();
    symlink("/usr/lib/os-release", root.join("etc/absolute")).unwrap();
    symlink("/usr/lib", root.join("lib")).unwrap();
    symlink("../../../../../secret", root.join("etc/escape")).unwrap();
    symlink(&outside, root.join("etc/outside")).unwrap();
    symlink("loop", root.join("etc/loop")).unwrap();
    let host = TreeHost::new(&root);
    for path in [
        "/etc/os-release",
        "/etc/absolute",
        "/lib/os-release",
        "/etc/deep/../os-release",
        "/../etc/os-release",
    ] {
        assert_eq!(read(&host, path).as_deref(), Ok("ID=test"), "{path}");
    }
    assert_eq!(read(&host, "/etc/escape"), Err(ReadError::NotFound));
    assert_eq!(read(&host, "/etc/outside"), Err(ReadError::NotFound));
    assert_eq!(read(&host, "/../secret"), Err(ReadError::NotFound));
    assert!(matches!(
        read(&host, "/etc/loop"),
        Err(ReadError::Failed(_))
    ));
    assert_eq!(read(&host, "/etc"), Err(ReadError::WrongKind));
    assert_eq!(
        host.link("/etc/os-release").as_deref(),
        Ok("../usr/lib/os-release")
    );
    assert_eq!(host.link("/lib/os-release"), Err(ReadError::WrongKind));
    assert_eq!(host.metadata("/lib").unwrap().kind, Kind::Directory);
    assert_eq!(host.run(Program::AuditRules), Err(RunError::NotRunning));
}

#[test]
fn a_pipe_is_refused_and_does_not_block() {
    let folder = tempfile::tempdir().unwrap();
    let socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket")).unwrap();
    assert_eq!(
        read(&TreeHost::new(folder.path()), "/socket"),
        Err(ReadError::WrongKind)
    );
    drop(socket);
}

#[test]
fn a_range_is_read_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("file"), "0123456789").unwrap();
    let host = TreeHost::new(folder.path());
    assert_eq!(host.read_range("/file", 3, 4).unwrap(), b"3456");
    assert_eq!(host.read_range("/file", 20, 4).unwrap(), b"");
}

#[test]
fn a_mistake_in_a_recorded_host_names_its_field() {
    let cases = [
        ("listening: [\"tcp 22\"]", "listening"),
        ("listening: [\"sctp 0.0.0.0:22\"]", "listening"),
        ("modes: {/a: rw-r--r--}", "modes"),
        ("owners: {/a: root}", "owners"),
        ("file: {}", "file"),
    ];
    for (field, named) in cases {
        let error =
            RecordedHost::from_yaml(&format!("recorded_at: 2026-11-22T08:00:00Z\n{field}\n"))
                .unwrap_err();
        assert!(error.to_string().contains(named), "{error}");
    }
}
