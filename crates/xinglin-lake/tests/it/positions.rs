//! How far inputs were read: there with their messages, or not at all.

use std::{path::Path, sync::Arc};

use xinglin_lake::{Lake, Position, disk::LocalDisk};

use crate::{
    crash::small,
    lines::{Pairs, line, message},
};

fn open(folder: &Path) -> Lake {
    let opened = Lake::open(folder, small(), Arc::new(LocalDisk), Box::new(Pairs));
    let (lake, opened) = opened.unwrap();
    assert_eq!(opened.damages, []);
    lake
}

fn keep(lake: &Lake, number: u64, positions: &[(&str, Option<&str>)]) {
    let text = line("his-db", number);
    let positions: Vec<Position> = positions
        .iter()
        .map(|(key, state)| Position {
            key: (*key).to_owned(),
            state: state.map(str::to_owned),
        })
        .collect();
    let ticket = lake.append_with(&[message("his-db", &text, 5)], &positions);
    let range = ticket.unwrap().wait().unwrap();
    assert_eq!(range.end - range.start, 1, "positions are no messages");
}

fn assert_positions(lake: &Lake, expected: &[(&str, &str)]) {
    lake.settle().unwrap();
    let found = lake.positions("input/1/");
    let found: Vec<(&str, &str)> = found
        .iter()
        .map(|(key, state)| (key.as_str(), state.as_str()))
        .collect();
    assert_eq!(found, expected);
}

#[test]
fn positions_are_there_after_a_start_from_the_log_and_from_the_manifest() {
    let folder = tempfile::tempdir().unwrap();
    let here = folder.path();
    let lake = open(here);
    keep(
        &lake,
        1,
        &[("input/1/a", Some("10")), ("input/1/b", Some(""))],
    );
    keep(
        &lake,
        2,
        &[("input/1/a", Some("20")), ("input/10/a", Some("7"))],
    );
    assert_positions(&lake, &[("a", "20"), ("b", "")]);
    drop(lake);
    // From the log, then from the manifest, then from both.
    let lake = open(here);
    assert_positions(&lake, &[("a", "20"), ("b", "")]);
    lake.flush().unwrap();
    drop(lake);
    let lake = open(here);
    assert_positions(&lake, &[("a", "20"), ("b", "")]);
    keep(&lake, 3, &[("input/1/b", None), ("input/1/c", Some("3"))]);
    drop(lake);
    let lake = open(here);
    assert_positions(&lake, &[("a", "20"), ("c", "3")]);
    lake.flush().unwrap();
    drop(lake);
    let lake = open(here);
    assert_positions(&lake, &[("a", "20"), ("c", "3")]);
    let mut events = 0;
    lake.scan(&mut |_| events += 1).unwrap();
    assert_eq!(events, 3, "positions are no events");
}
