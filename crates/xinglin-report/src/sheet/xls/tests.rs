use super::*;
use crate::sheet::workbook::{Grid, open};

const HONEST: &[u8] = include_bytes!("../../../tests/samples/assets.xls");

/// A workbook's records, written by hand.
#[derive(Default)]
struct Records {
    globals: Vec<(u16, Vec<u8>)>,
    sheets: Vec<Vec<(u16, Vec<u8>)>>,
}

impl Records {
    fn of(globals: Vec<(u16, Vec<u8>)>) -> Self {
        Self {
            globals,
            sheets: Vec::new(),
        }
    }

    fn sheet(mut self, cells: impl IntoIterator<Item = (u16, Vec<u8>)>) -> Self {
        self.sheets.push(cells.into_iter().collect());
        self
    }

    /// The records in order; each sheet is announced `times` times.
    fn stream(&self, times: usize) -> Vec<u8> {
        let begin = (BEGIN, vec![0, 6, 5, 0]);
        let mut written = Written::default();
        let mut places = Vec::new();
        written.push(begin.0, &begin.1).unwrap();
        for (kind, data) in &self.globals {
            written.push(*kind, data).unwrap();
        }
        for index in 0..self.sheets.len() * times {
            places.push(written.bytes.len() + 4);
            let name = format!("{index:04}");
            let head = [0, 0, 0, 0, 0, 0, 4, 0];
            written
                .push(SHEET, &[&head, name.as_bytes()].concat())
                .unwrap();
        }
        written.push(END, &[]).unwrap();
        for (index, cells) in self.sheets.iter().enumerate() {
            let from = u32::try_from(written.bytes.len()).unwrap().to_le_bytes();
            for place in places.iter().skip(index * times).take(times) {
                written.bytes[*place..place + 4].copy_from_slice(&from);
            }
            for (kind, data) in std::iter::once(&begin).chain(cells) {
                written.push(*kind, data).unwrap();
            }
            written.push(END, &[]).unwrap();
        }
        written.bytes
    }

    fn read(&self, times: usize) -> Result<Vec<Grid>, SheetError> {
        open(&pack(&self.stream(times)).unwrap())
    }
}

fn number_at(row: u16, column: u16) -> (u16, Vec<u8>) {
    let place = [row.to_le_bytes(), column.to_le_bytes(), [0, 0]].concat();
    (NUMBER, [place, 7_f64.to_le_bytes().to_vec()].concat())
}

fn shared_at(row: u16, text: u32) -> (u16, Vec<u8>) {
    let place = [row.to_le_bytes(), [0, 0], [0, 0]].concat();
    (SHARED_TEXT, [place, text.to_le_bytes().to_vec()].concat())
}

/// A text of so many letters in as many records as it takes.
fn shared_text(letters: usize) -> Vec<(u16, Vec<u8>)> {
    let length = u16::try_from(letters).unwrap().to_le_bytes();
    let head = [&[1, 0, 0, 0, 1, 0, 0, 0][..], &length, &[0]].concat();
    let mut left = letters;
    let mut records = Vec::new();
    while left > 0 {
        let step = left.min(8_000);
        let (kind, head) = match records.len() {
            0 => (SHARED_TEXTS, head.clone()),
            _ => (CONTINUED, vec![0]),
        };
        records.push((kind, [head, vec![b'a'; step]].concat()));
        left -= step;
    }
    records
}

#[test]
fn an_honest_file_keeps_its_cells() {
    let read = |bytes: &[u8]| -> Vec<(String, calamine::Range<calamine::Data>)> {
        let mut workbook: calamine::Xls<_> =
            calamine::Reader::new(Cursor::new(bytes.to_vec())).unwrap();
        calamine::Reader::worksheets(&mut workbook)
    };
    let cells = read(HONEST);
    assert!(
        cells
            .iter()
            .any(|(_, range)| range.used_cells().count() > 10)
    );
    assert_eq!(read(&clean(HONEST).unwrap()), cells);
}

#[test]
fn cells_by_hand_are_read() {
    let book = Records::of(shared_text(20_000));
    let formula = [
        &number_at(3, 1).1[..6],
        &[0; 6],
        &[0xff, 0xff],
        &[0; 6],
        &[9, 0],
    ]
    .concat();
    let book = book.sheet([
        shared_at(0, 0),
        number_at(2, 5),
        // A formula whose text follows it, then one that is too far to the right.
        (FORMULA, [formula.clone(), vec![0; 9]].concat()),
        (FORMULA_TEXT, b"\x02\x00\x00ok".to_vec()),
        (FORMULA, [&[4, 0, 200, 0], &formula[4..], &[0; 9]].concat()),
        (FORMULA_TEXT, b"\x02\x00\x00no".to_vec()),
        // Says that it has 65535 letters.
        (LABEL, b"\x05\x00\x00\x00\x00\x00\xff\xff\x00short".to_vec()),
    ]);
    let grids = book.read(1).unwrap();
    let grid = &grids[0];
    assert_eq!(grid.text(0, 0), "a".repeat(20_000));
    assert_eq!(grid.text(2, 5), "7");
    assert_eq!(grid.text(3, 1), "ok");
    assert_eq!(grid.text(5, 0), "short");
    assert_eq!(grid.rows.len(), 4);
}

#[test]
fn a_chain_of_sectors_without_an_end_is_refused() {
    // The table of sectors is one of them: the header says which.
    let table = u32::from_le_bytes(HONEST[76..80].try_into().unwrap());
    let table = 512 * (usize::try_from(table).unwrap() + 1);
    let mut refused = 0;
    for sector in 0..8_u32 {
        for next in 0..8_u32 {
            let mut bytes = HONEST.to_vec();
            let at = table + 4 * usize::try_from(sector).unwrap();
            bytes[at..at + 4].copy_from_slice(&next.to_le_bytes());
            refused += u32::from(clean(&bytes).is_err());
        }
    }
    assert!(refused > 20, "{refused}");
}

#[test]
fn a_sector_named_again_and_again_is_refused() {
    let mut bytes = HONEST.to_vec();
    bytes.resize(512 * 3_000, 0);
    let table: [u8; 4] = bytes[76..80].try_into().unwrap();
    // All further sectors list the one that says which follows which.
    let first = HONEST.len() / 512;
    for sector in first..2_998 {
        let at = 512 * (sector + 1);
        for entry in 0..127 {
            bytes[at + 4 * entry..at + 4 * entry + 4].copy_from_slice(&table);
        }
        let next = u32::try_from(sector + 1).unwrap();
        bytes[at + 508..at + 512].copy_from_slice(&next.to_le_bytes());
    }
    bytes[68..72].copy_from_slice(&u32::try_from(first).unwrap().to_le_bytes());
    assert!(matches!(clean(&bytes), Err(SheetError::Unreadable)));
}

#[test]
fn a_cell_far_out_does_not_make_room_for_all_between() {
    let far = Records::default().sheet([number_at(0, 0), number_at(65_535, 127)]);
    assert!(matches!(far.read(1), Err(SheetError::TooManyRows { .. })));
    // Columns that are not looked at take no room either.
    let right = Records::default().sheet([number_at(0, 0), number_at(65_535, 255)]);
    assert_eq!(right.read(1).unwrap()[0].rows.len(), 1);
    // A note at the foot of a narrow table is nothing unusual.
    let foot = Records::default().sheet([number_at(0, 12), number_at(65_535, 0)]);
    assert_eq!(foot.read(1).unwrap()[0].rows.len(), 2);
    // What a file says of its used area is not asked.
    let said = [&[0; 4], &u32::MAX.to_le_bytes()[..], &[0, 0, 255, 0, 0, 0]].concat();
    let said = Records::default().sheet([(0x0200, said), number_at(0, 0)]);
    assert_eq!(said.read(1).unwrap()[0].rows.len(), 1);
}

#[test]
fn many_sheets_at_one_place_are_read_few_times() {
    let cells = (0..2_000).map(|row| number_at(row, 0));
    let book = Records::default().sheet(cells);
    assert!(matches!(book.read(5_000), Err(SheetError::Unreadable)));
    let honest = Records::default()
        .sheet([number_at(0, 0)])
        .sheet([number_at(1, 0)]);
    assert_eq!(honest.read(1).unwrap().len(), 2);
}

#[test]
fn a_long_text_named_often_is_refused() {
    let book = Records::of(shared_text(60_000));
    let book = book.sheet((0..5_000).map(|row| shared_at(row, 0)));
    assert!(matches!(book.read(1), Err(SheetError::TooLarge { .. })));
}

#[test]
fn texts_that_are_cut_off_or_continued_without_end_are_refused() {
    let cut = Records::of(vec![(
        SHARED_TEXTS,
        [&[0; 8][..], &[255, 255, 0, b'a']].concat(),
    )]);
    assert!(matches!(cut.read(1), Err(SheetError::Unreadable)));
    let mut endless = Records::of(vec![(SHARED_TEXTS, vec![0; 8])]);
    endless
        .globals
        .extend((0..=MAX_CONTINUED).map(|_| (CONTINUED, Vec::new())));
    assert!(matches!(endless.read(1), Err(SheetError::Unreadable)));
}
