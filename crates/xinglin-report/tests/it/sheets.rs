//! Templates, exports and imports of records.

use std::io::{Cursor, Write as _};

use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};
use xinglin_core::{Fault, Lang, Problem as _};
use xinglin_report::{
    CellValue, Cells, Reject, SheetError, SheetSchema, export_xlsx, read_sheet, rejects_xlsx,
    template_xlsx,
};
use zip::{ZipWriter, write::SimpleFileOptions};

use crate::word;

pub(crate) const SCHEMAS: [(&str, &str); 4] = [
    (
        "departments.yaml",
        include_str!("../../../../content/templates/sheets/departments.yaml"),
    ),
    (
        "people.yaml",
        include_str!("../../../../content/templates/sheets/people.yaml"),
    ),
    (
        "systems.yaml",
        include_str!("../../../../content/templates/sheets/systems.yaml"),
    ),
    (
        "assets.yaml",
        include_str!("../../../../content/templates/sheets/assets.yaml"),
    ),
];

pub(crate) fn schema(kind: &str) -> SheetSchema {
    let (name, text) = SCHEMAS
        .iter()
        .find(|(name, _)| name.strip_suffix(".yaml") == Some(kind))
        .unwrap();
    SheetSchema::load(name, text).unwrap()
}

fn text(value: &str) -> CellValue {
    CellValue::Text(value.to_owned())
}

fn assets() -> Vec<Cells> {
    [("007", "=cmd|' /C calc'!A0"), ("SRV-02", "服务器，二")]
        .into_iter()
        .map(|(code, name)| {
            Cells::from([
                ("code".to_owned(), text(code)),
                ("name".to_owned(), text(name)),
                (
                    "object_type".to_owned(),
                    CellValue::Choice("server_os".to_owned()),
                ),
                (
                    "systems".to_owned(),
                    CellValue::List(vec!["HIS".to_owned(), "EMR".to_owned()]),
                ),
                (
                    "importance".to_owned(),
                    CellValue::Choice("critical".to_owned()),
                ),
            ])
        })
        .collect()
}

#[test]
fn templates_are_readable_and_their_examples_are_not_imported() {
    for (name, _) in SCHEMAS {
        let schema = schema(name.strip_suffix(".yaml").unwrap());
        for lang in [Lang::Zh, Lang::En] {
            let xlsx = template_xlsx(&schema, lang).unwrap();
            word::keep(&format!("template-{}.xlsx", schema.kind), &xlsx);
            let read = read_sheet(&xlsx, &schema).unwrap();
            assert_eq!((read.header_row, read.examples), (1, 2), "{name}");
            assert_eq!(read.rows, [], "{name}");
            assert_eq!(read.unknown_headers, Vec::<String>::new(), "{name}");
        }
    }
}

/// Examples are what users copy: without their mark each must be taken.
#[test]
fn examples_are_right() {
    for (name, yaml) in SCHEMAS {
        let schema = SheetSchema::load(name, yaml).unwrap();
        let mut csv = String::new();
        for column in &schema.columns {
            csv.extend(["\"", &column.header.zh, "\","]);
        }
        for index in [0, 1] {
            csv += "\n";
            for column in &schema.columns {
                csv.extend(["\"", &column.examples[index].replace("示例", ""), "\","]);
            }
        }
        let read = read_sheet(csv.as_bytes(), &schema).unwrap();
        assert_eq!(read.rows.len(), 2, "{name}");
        for row in read.rows {
            assert_eq!(row.problems, [], "{name}");
        }
    }
}

#[test]
fn an_export_is_an_import_without_changes() {
    let schema = schema("assets");
    for lang in [Lang::Zh, Lang::En] {
        let xlsx = export_xlsx(&schema, &mut assets().into_iter(), lang).unwrap();
        let read = read_sheet(&xlsx, &schema).unwrap();
        let cells: Vec<Cells> = read.rows.into_iter().map(|row| row.cells).collect();
        assert_eq!(cells, assets());
        assert!(!word::part(&xlsx, "xl/worksheets/sheet1.xml").contains("<f>"));
    }
}

#[test]
fn dates_are_real_dates() {
    let schema = schema("systems");
    let day = jiff::civil::date(2026, 3, 1);
    let cells = Cells::from([
        ("code".to_owned(), text("HIS")),
        ("name".to_owned(), text("医院信息系统")),
        ("s_level".to_owned(), CellValue::Choice("3".to_owned())),
        ("a_level".to_owned(), CellValue::Choice("2".to_owned())),
        ("filed_on".to_owned(), CellValue::Date(day)),
    ]);
    let xlsx = export_xlsx(&schema, &mut std::iter::once(cells.clone()), Lang::Zh).unwrap();
    // 2026-03-01 is Excel's day 46082.
    assert!(word::part(&xlsx, "xl/worksheets/sheet1.xml").contains("<v>46082</v>"));
    assert_eq!(read_sheet(&xlsx, &schema).unwrap().rows[0].cells, cells);
}

/// What a real hospital sends: a merged title, a header in row 3 with other names and
/// blanks, full-width codes, text dates, a department merged over rows, a stray total.
#[test]
fn a_file_as_people_make_it_is_read() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let format = Format::new();
    sheet
        .merge_range(0, 0, 0, 6, "某院资产台账", &format)
        .unwrap();
    sheet.write_string(1, 0, "填表日期").unwrap();
    for (column, header) in [
        "序号",
        " 设备编号 ",
        "设备名称*",
        "类型（必填）",
        "使用科室",
        "ＩＰ地址",
        "定级对象",
        "备注",
    ]
    .iter()
    .enumerate()
    {
        sheet
            .write_string(2, u16::try_from(column).unwrap(), *header)
            .unwrap();
    }
    for (row, code, kind) in [
        (3, "ＳＲＶ－０１ ", "服务器"),
        (4, "", "交换机"),
        (5, "x", "打印机"),
    ] {
        sheet.write_number(row, 0, f64::from(row)).unwrap();
        if code.is_empty() {
            sheet.write_number(row, 1, 1001).unwrap();
        } else {
            sheet.write_string(row, 1, code).unwrap();
        }
        sheet.write_string(row, 2, "名称").unwrap();
        sheet.write_string(row, 3, kind).unwrap();
        sheet.write_string(row, 6, "HIS； EMR、HIS").unwrap();
    }
    sheet.merge_range(3, 4, 5, 4, "信息科", &format).unwrap();
    let xlsx = workbook.save_to_buffer().unwrap();
    let read = read_sheet(&xlsx, &schema("assets")).unwrap();
    assert_eq!(read.header_row, 3);
    assert_eq!(read.unknown_headers, ["序号", "备注"]);
    assert_eq!(read.rows.len(), 3);
    let [first, second, third] = read.rows.as_slice() else {
        panic!("three rows");
    };
    assert_eq!((first.row, second.row, third.row), (4, 5, 6));
    assert_eq!(first.cells["code"], text("SRV-01"));
    assert_eq!(second.cells["code"], text("1001"));
    assert_eq!(
        first.cells["object_type"],
        CellValue::Choice("server_os".to_owned())
    );
    assert_eq!(second.cells["department"], text("信息科"));
    assert_eq!(
        first.cells["systems"],
        CellValue::List(vec!["HIS".to_owned(), "EMR".to_owned()])
    );
    let [problem] = third.problems.as_slice() else {
        panic!("one problem: {:?}", third.problems);
    };
    assert_eq!(
        (problem.column.as_str(), problem.found.as_str()),
        ("object_type", "打印机")
    );
    assert!(problem.expected.zh.contains("网络设备"));
}

/// The same sheet as other programs write it: Excel 97, and `OpenDocument` with its rows of
/// nothing to the last one.
#[test]
fn workbooks_of_other_programs_are_read() {
    let mut ods = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in [
        ("mimetype", "application/vnd.oasis.opendocument.spreadsheet"),
        ("META-INF/manifest.xml", "<manifest:manifest/>"),
        ("content.xml", include_str!("../samples/assets.ods.xml")),
    ] {
        ods.start_file(name, SimpleFileOptions::default()).unwrap();
        ods.write_all(text.as_bytes()).unwrap();
    }
    let ods = ods.finish().unwrap().into_inner();
    for (bytes, rows) in [
        (include_bytes!("../samples/assets.xls").to_vec(), 2),
        (ods, 3),
    ] {
        let sheet = read_sheet(&bytes, &schema("assets")).unwrap();
        assert_eq!(sheet.sheet, "资产");
        assert_eq!(sheet.rows.len(), rows);
        assert_eq!(sheet.rows[0].cells.get("code"), Some(&text("HIS-01")));
    }
}

#[test]
fn each_bad_cell_is_named() {
    let schema = schema("systems");
    let csv = "系统编号,系统名称,S,A,备案日期,扩展要求\n\
               H1,甲,三级,2,2026年2月30日,云计算；移动\n\
               H1,乙,五级,A2,2026-1-2,区块链\n\
               ,丙,3,3,,\n\
               ,,,,,\n";
    let read = read_sheet(csv.as_bytes(), &schema).unwrap();
    let problems: Vec<(u32, &str, &str)> = read
        .rows
        .iter()
        .flat_map(|row| {
            row.problems
                .iter()
                .map(|problem| (row.row, problem.column.as_str(), problem.found.as_str()))
        })
        .collect();
    assert_eq!(
        problems,
        [
            (2, "filed_on", "2026年2月30日"),
            (3, "s_level", "五级"),
            (3, "extensions", "区块链"),
            (3, "code", "H1"),
            (4, "code", ""),
        ]
    );
    assert_eq!(
        read.rows[0].cells["extensions"],
        CellValue::List(vec!["cloud".to_owned(), "mobile".to_owned()])
    );
}

#[test]
fn a_wrong_file_is_told_what_was_expected() {
    let schema = schema("assets");
    let error = read_sheet("姓名,电话\n甲,1\n".as_bytes(), &schema).unwrap_err();
    assert!(
        matches!(&error, SheetError::NoHeader { expected } if expected[0] == "资产编号"),
        "{error}"
    );
    assert_eq!(
        (error.fault(), error.slug()),
        (Fault::Invalid, "sheet-header-missing")
    );
    let error = read_sheet("资产编号,地址\nA,1\n".as_bytes(), &schema).unwrap_err();
    assert!(
        matches!(&error, SheetError::MissingColumns { missing, header_row: 1 } if *missing == ["资产名称", "对象类型"]),
        "{error}"
    );
    assert!(matches!(
        read_sheet(b"PK\x03\x04rest", &schema),
        Err(SheetError::Unreadable)
    ));
}

#[test]
fn rejects_say_why_and_can_be_imported_once_mended() {
    let schema = schema("assets");
    let csv = "资产编号,资产名称,对象类型\nA1,甲,冰箱\n";
    let read = read_sheet(csv.as_bytes(), &schema).unwrap();
    let rejects: Vec<Reject> = read
        .rows
        .into_iter()
        .map(|row| Reject {
            row: row.row,
            cells: row.cells,
            problems: row.problems,
            reasons: vec!["没有这个部门".to_owned()],
        })
        .collect();
    let xlsx = rejects_xlsx(&schema, &rejects, Lang::Zh).unwrap();
    word::keep("rejects.xlsx", &xlsx);
    let strings = word::part(&xlsx, "xl/sharedStrings.xml");
    assert!(strings.contains("对象类型：“冰箱”，应为以下之一：机房"));
    assert!(strings.contains("没有这个部门"));
    let again = read_sheet(&xlsx, &schema).unwrap();
    assert_eq!(again.rows[0].cells["name"], text("甲"));
    assert_eq!(again.rows[0].problems[0].found, "冰箱");
}

#[test]
fn excel_dates_and_numbers_in_date_columns_are_dates() {
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, header) in ["系统编号", "系统名称", "S", "A", "定级日期", "备案日期"]
        .iter()
        .enumerate()
    {
        sheet
            .write_string(0, u16::try_from(column).unwrap(), *header)
            .unwrap();
    }
    for (column, value) in ["HIS", "甲", "3", "3"].iter().enumerate() {
        sheet
            .write_string(1, u16::try_from(column).unwrap(), *value)
            .unwrap();
    }
    let date = ExcelDateTime::from_ymd(2026, 3, 1).unwrap();
    let format = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    sheet
        .write_datetime_with_format(1, 4, &date, &format)
        .unwrap();
    sheet.write_number(1, 5, 46082).unwrap();
    let read = read_sheet(&workbook.save_to_buffer().unwrap(), &schema("systems")).unwrap();
    let expected = CellValue::Date(jiff::civil::date(2026, 3, 1));
    assert_eq!(read.rows[0].cells["graded_on"], expected);
    assert_eq!(read.rows[0].cells["filed_on"], expected);
}
