//! Files handed in for import, of any kind. None may panic or take all memory.
#![no_main]

use std::sync::LazyLock;

use libfuzzer_sys::fuzz_target;
use xinglin_report::{SheetSchema, read_sheet};

static SCHEMA: LazyLock<SheetSchema> = LazyLock::new(|| {
    SheetSchema::load(
        "assets.yaml",
        include_str!("../../content/templates/sheets/assets.yaml"),
    )
    .expect("the shipped schema")
});

fuzz_target!(|bytes: &[u8]| {
    if let Ok(sheet) = read_sheet(bytes, &SCHEMA) {
        for row in &sheet.rows {
            assert!(row.row > sheet.header_row);
        }
    }
});
