//! Event log files of Windows.

use xinglin_ingest::{
    Memory,
    evtx::{EvtxError, each_record, read_records},
};

use super::{evtx_sample, parse, settings, show};

fn records(file: &[u8]) -> Vec<Result<String, EvtxError>> {
    let mut records = Vec::new();
    each_record(file, |record| records.push(record)).unwrap();
    records
}

#[test]
fn records_are_xml_and_events() {
    let file = evtx_sample::file(&["zhou.na", "李<敏>"]);
    let settings = settings();
    let mut shown = String::new();
    for record in records(&file) {
        let text = record.unwrap();
        let parsed = parse(&text, &settings, &mut Memory::default());
        assert_eq!(parsed.parser, Some("windows-xml"));
        shown.push_str(&show(&parsed));
    }
    insta::assert_snapshot!(shown);
}

#[test]
fn what_is_damaged_is_told_and_the_rest_is_read() {
    assert_eq!(each_record(b"<Event/>", |_| {}), Err(EvtxError::NotAFile));
    let mut file = evtx_sample::file(&["one", "two", "three"]);
    let whole = records(&file);
    assert!(whole.iter().all(Result::is_ok), "{whole:?}");
    // The second record: a size that cannot be.
    let second = memchr::memmem::find_iter(&file, b"\x2a\x2a\0\0")
        .nth(1)
        .unwrap();
    file[second + 4] ^= 0xff;
    let found = records(&file);
    let damaged = EvtxError::Record {
        chunk: 0,
        at: second - 4_096,
    };
    assert_eq!(found, [whole[0].clone(), Err(damaged), whole[2].clone()]);
    // A chunk that is none stands before the next one.
    let mut file = evtx_sample::file(&["one"]);
    let chunk = file.split_off(4_096);
    file.resize(4_096 + (64 << 10), 7);
    file.extend(chunk);
    let found = records(&file);
    assert_eq!(found[0], Err(EvtxError::Chunk { chunk: 0 }));
    assert!(found[1].is_ok());
}

/// A running system writes records before it writes in the header of the chunk where they end.
#[test]
fn records_behind_the_end_that_a_header_tells_are_read() {
    let mut file = evtx_sample::file(&["one", "two", "three"]);
    let second = memchr::memmem::find_iter(&file, b"\x2a\x2a\0\0")
        .nth(1)
        .unwrap();
    let end = u32::try_from(second - 4_096).unwrap();
    file[4_096 + 48..4_096 + 52].copy_from_slice(&end.to_le_bytes());
    assert_eq!(records(&file).len(), 3);
    // What a record of an earlier round left there has another number.
    let third = memchr::memmem::find_iter(&file, b"\x2a\x2a\0\0")
        .nth(2)
        .unwrap();
    file[third + 8] = 77;
    assert_eq!(records(&file).len(), 2);
}

/// A file is read the same in one piece and chunk by chunk.
#[test]
fn files_are_read_chunk_by_chunk() {
    let mut file = evtx_sample::file(&["one", "two"]);
    let second = file.split_off(4_096);
    file.extend(&second);
    file.resize(4_096 + (64 << 10), 0);
    file.extend(&second);
    let mut read = Vec::new();
    read_records(&mut file.as_slice(), |record| read.push(record)).unwrap();
    assert_eq!((read.len(), &read), (4, &records(&file)));
    let error = read_records(&mut b"<Event/>".as_slice(), |_| {}).unwrap_err();
    assert_eq!(error.downcast::<EvtxError>().unwrap(), EvtxError::NotAFile);
}

/// Few bytes that ask for many: all records are instances of one large template.
#[test]
fn a_chunk_is_bounded() {
    let users = vec!["x"; 80];
    let remark = "\"".repeat(19_000);
    let file = evtx_sample::file_with_remark(&users, &remark);
    assert!(file.len() < 68 << 10, "{}", file.len());
    let found = records(&file);
    let text: usize = found.iter().flatten().map(String::len).sum();
    assert!((3 << 20..5 << 20).contains(&text), "{text}");
    let mut left = found.iter().skip_while(|record| record.is_ok());
    assert!(left.all(|record| matches!(record, Err(EvtxError::TooLarge { .. }))));
    assert_eq!(found.len(), 80);
}
