//! Files made to do harm.

use std::io::{Cursor, Write as _};

use proptest::prelude::*;
use xinglin_report::{SheetError, read_items, read_sheet, template_xlsx};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::{samples, sheets::schema};

fn zip(parts: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        writer
            .start_file(*name, SimpleFileOptions::default())
            .unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_parsed() {
    let bomb = zip(&[("xl/workbook.xml", &vec![b' '; 200 * 1024 * 1024])]);
    assert!(bomb.len() < 1024 * 1024);
    assert!(matches!(
        read_sheet(&bomb, &schema("assets")),
        Err(SheetError::TooLarge { .. })
    ));
}

#[test]
fn a_large_file_is_refused() {
    let bytes = vec![b'a'; 33 * 1024 * 1024];
    assert!(matches!(
        read_sheet(&bytes, &schema("assets")),
        Err(SheetError::TooLarge { .. })
    ));
}

#[test]
fn too_many_rows_are_refused() {
    let mut csv = "资产编号,资产名称,对象类型\n".to_owned();
    for n in 0..200_001 {
        csv.extend(["A", &n.to_string(), ",名,服务器\n"]);
    }
    assert!(matches!(
        read_sheet(csv.as_bytes(), &schema("assets")),
        Err(SheetError::TooManyRows { limit: 200_000 })
    ));
}

/// The reader makes room for as many texts as the file says it has: here 2 TB, found by fuzzing.
#[test]
fn texts_that_are_only_announced_are_refused() {
    let workbook = template_xlsx(&schema("assets"), xinglin_core::Lang::Zh).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).unwrap();
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..archive.len() {
        let mut part = archive.by_index(index).unwrap();
        let mut text = String::new();
        std::io::Read::read_to_string(&mut part, &mut text).unwrap();
        if part.name() == "xl/sharedStrings.xml" {
            assert!(text.contains("uniqueCount=\""));
            text = text.replace("uniqueCount=\"", "uniqueCount=\"842951339677");
        }
        writer
            .start_file(part.name(), SimpleFileOptions::default())
            .unwrap();
        writer.write_all(text.as_bytes()).unwrap();
    }
    let bytes = writer.finish().unwrap().into_inner();
    assert!(matches!(
        read_sheet(&bytes, &schema("assets")),
        Err(SheetError::TooManyRows { .. })
    ));
}

/// A dense reader would take 17 billion cells for this.
#[test]
fn a_cell_far_out_costs_nothing() {
    let mut workbook = rust_xlsxwriter::Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, text) in ["资产编号", "资产名称", "对象类型"].iter().enumerate() {
        sheet
            .write_string(0, u16::try_from(column).unwrap(), *text)
            .unwrap();
    }
    sheet.write_string(1_048_575, 16_383, "x").unwrap();
    let bytes = workbook.save_to_buffer().unwrap();
    assert_eq!(read_sheet(&bytes, &schema("assets")).unwrap().rows, []);
}

/// Each mark of an end would be tried, with the list of contents that it points to.
#[test]
fn a_packed_file_has_few_ends() {
    let schema = schema("assets");
    let mut bytes = template_xlsx(&schema, xinglin_core::Lang::Zh).unwrap();
    bytes.extend(b"PK\x05\x06\0\0\0\0".repeat(4_000_000));
    let started = std::time::Instant::now();
    assert!(matches!(
        read_sheet(&bytes, &schema),
        Err(SheetError::Unreadable)
    ));
    assert!(started.elapsed().as_secs() < 20);
}

/// 160 bytes for each of these rows would be 16,384 cells.
#[test]
fn cells_that_are_repeated_are_counted_before_they_are_made() {
    let row = "<table:table-row><table:table-cell office:value-type=\"string\" \
               table:number-columns-repeated=\"16384\"><text:p>x</text:p></table:table-cell></table:table-row>";
    let content = format!(
        "<office:document-content><office:body><office:spreadsheet><table:table table:name=\"x\">{}\
         </table:table></office:spreadsheet></office:body></office:document-content>",
        row.repeat(5_000)
    );
    let bomb = zip(&[
        (
            "mimetype",
            b"application/vnd.oasis.opendocument.spreadsheet",
        ),
        ("content.xml", content.as_bytes()),
    ]);
    assert!(bomb.len() < 100_000);
    assert!(matches!(
        read_sheet(&bomb, &schema("assets")),
        Err(SheetError::TooManyRows { .. })
    ));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn arbitrary_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..2_000)) {
        let schema = schema("assets");
        drop(read_sheet(&bytes, &schema));
        for magic in [&b"PK\x03\x04"[..], &[0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]] {
            let mut file = magic.to_vec();
            file.extend_from_slice(&bytes);
            drop(read_sheet(&file, &schema));
        }
    }

    #[test]
    fn a_damaged_workbook_never_panics(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
        let schema = schema("departments");
        let mut bytes = template_xlsx(&schema, xinglin_core::Lang::Zh).unwrap();
        let index = at.index(bytes.len());
        bytes[index] = byte;
        drop(read_sheet(&bytes, &schema));
        bytes.truncate(cut.index(bytes.len()));
        drop(read_sheet(&bytes, &schema));
        drop(read_items(&bytes, &samples::templates()));
    }

    #[test]
    fn any_text_table_is_read_without_panic(text in "(编号|名称|资产编号|,|\t|;|\"|\n|示例|2026-1-1|٣|１|a|）){0,60}") {
        drop(read_sheet(text.as_bytes(), &schema("assets")));
    }
}
