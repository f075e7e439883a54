//! Files handed in for import under millions of mutated inputs; `cargo xtask fuzz sheet` runs
//! it. A packed file is mutated part by part and packed again: mutations of the packed bytes
//! hardly ever get past the checksums, and in an xls file they seldom meet a record.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a program whose output is its purpose"
)]

#[path = "../../xinglin-inspect/examples/fuzz_rounds/drive.rs"]
mod drive;

use std::{
    io::{self, Cursor, Read as _, Write as _},
    process::ExitCode,
    sync::LazyLock,
};

use cfb::{CompoundFile, Version};
use drive::{Files, Target, of_bytes, parsed};
use xinglin_core::Lang;
use xinglin_report::{SheetSchema, read_sheet, template_xlsx};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

static SCHEMA: LazyLock<SheetSchema> = LazyLock::new(|| {
    let text = include_str!("../../../content/templates/sheets/assets.yaml");
    SheetSchema::load("assets.yaml", text).expect("the shipped schema")
});

/// A workbook of `OpenDocument`, as small as programs read it.
const CONTENT: &str = include_str!("../tests/samples/assets.ods.xml");
const XLS: &[u8] = include_bytes!("../tests/samples/assets.xls");
const CSV: &str = "资产编号,资产名称,对象类型,\"备注\"\r\nHIS-01,\"HIS 数据库, 主\",服务器,\r\nHIS-02,灾备,服务器,\"两\n行\"\r\n";

fn main() -> ExitCode {
    let workbook = template_xlsx(&SCHEMA, Lang::Zh).unwrap_or_default();
    let (gb, _, _) = encoding_rs::GB18030.encode(CSV);
    let ods = Files::from([
        (
            "mimetype".to_owned(),
            b"application/vnd.oasis.opendocument.spreadsheet".to_vec(),
        ),
        ("content.xml".to_owned(), CONTENT.as_bytes().to_vec()),
    ]);
    let texts = [CSV.as_bytes().to_vec(), gb.into_owned()];
    drive::main(vec![
        of_bytes("sheet/csv", texts, read),
        of_bytes("sheet/xls", [XLS.to_vec()], read),
        of_stream("sheet/xls-records", XLS),
        of_bytes("sheet/archive", [workbook.clone(), pack(&ods)], read),
        of_parts("sheet/xlsx", unpack(&workbook)),
        of_parts("sheet/ods", ods),
    ])
}

fn read(bytes: &[u8]) {
    parsed(read_sheet(bytes, &SCHEMA));
}

/// The parts of a packed file, each mutated by itself.
fn of_parts(name: &str, parts: Files) -> Target {
    Target {
        name: name.to_owned(),
        samples: vec![parts],
        parse: Box::new(|parts| read(&pack(parts))),
    }
}

/// The records of an xls file, packed again as such a file.
fn of_stream(name: &str, bytes: &[u8]) -> Target {
    of_bytes(name, stream(bytes), |stream| {
        read(&compound(stream).unwrap_or_default());
    })
}

fn stream(bytes: &[u8]) -> io::Result<Vec<u8>> {
    let mut file = CompoundFile::open(Cursor::new(bytes))?;
    let mut stream = Vec::new();
    file.open_stream("Workbook")?.read_to_end(&mut stream)?;
    Ok(stream)
}

fn compound(stream: &[u8]) -> io::Result<Vec<u8>> {
    let mut file = CompoundFile::create_with_version(Version::V3, Cursor::new(Vec::new()))?;
    file.create_stream("Workbook")?.write_all(stream)?;
    file.flush()?;
    Ok(file.into_inner().into_inner())
}

fn unpack(bytes: &[u8]) -> Files {
    let mut parts = Files::new();
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else {
        return parts;
    };
    for index in 0..archive.len() {
        if let Ok(mut part) = archive.by_index(index) {
            let mut bytes = Vec::new();
            if part.read_to_end(&mut bytes).is_ok() {
                parts.insert(part.name().to_owned(), bytes);
            }
        }
    }
    parts
}

fn pack(parts: &Files) -> Vec<u8> {
    let options = SimpleFileOptions::default().compression_method(CompressionMethod::Stored);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        if writer.start_file(name.as_str(), options).is_ok() {
            parsed(writer.write_all(bytes));
        }
    }
    writer.finish().map(Cursor::into_inner).unwrap_or_default()
}
