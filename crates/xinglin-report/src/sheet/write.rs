//! Writes templates, exports and reject lists.
//!
//! Text is always written as text, never as a formula, so a cell that begins with
//! `=`, `+`, `-` or `@` is harmless in the workbook.

use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Formula, Workbook, Worksheet, XlsxError,
};
use xinglin_core::{Lang, Text};

use super::{
    cells::Cells,
    read::{CellProblem, EXAMPLE_MARKS},
    schema::{ColumnKind, SheetColumn, SheetSchema},
    value::CellValue,
};
use crate::error::ReportError;

/// Longest text of a cell.
const MAX_CELL_CHARS: usize = 32_767;
/// Rows that get a drop-down list and a format in a template.
const TEMPLATE_ROWS: u32 = 5_000;

/// A row that was not taken.
#[derive(Debug, Clone, PartialEq)]
pub struct Reject {
    /// 1-based row in the user's file.
    pub row: u32,
    /// The values that could be read.
    pub cells: Cells,
    /// What is wrong, cell by cell; unreadable values are shown from here.
    pub problems: Vec<CellProblem>,
    /// Other reasons (unknown department, code of another kind …).
    pub reasons: Vec<String>,
}

/// The empty form: headers with marks, two examples, lists to choose from, help.
///
/// # Errors
/// Only when the workbook cannot be written.
pub fn template_xlsx(schema: &SheetSchema, lang: Lang) -> Result<Vec<u8>, ReportError> {
    let mut workbook = Workbook::new();
    let styles = Styles::new();
    let sheet = workbook.add_worksheet();
    head(sheet, schema, lang, &styles)?;
    for (row, example) in [(1, 0), (2, 1)] {
        for (column, index) in schema.columns.iter().zip(0_u16..) {
            let text = column.examples.get(example).map_or("", String::as_str);
            sheet.write_string_with_format(row, index, text, &styles.example)?;
        }
    }
    let mut lists = Vec::new();
    for (column, index) in schema.columns.iter().zip(0_u16..) {
        if let ColumnKind::Choice(choices) = &column.kind {
            let labels: Vec<&str> = choices.iter().map(|choice| choice.label(lang)).collect();
            sheet.add_data_validation(
                1,
                index,
                TEMPLATE_ROWS,
                index,
                &drop_down(column, lists.len(), labels.len(), lang)?,
            )?;
            lists.push(labels);
        }
    }
    help(workbook.add_worksheet(), schema, lang, &styles)?;
    if !lists.is_empty() {
        let sheet = workbook.add_worksheet();
        sheet.set_name(lists_name(lang))?;
        for (labels, column) in lists.iter().zip(0_u16..) {
            for (label, row) in labels.iter().zip(0_u32..) {
                sheet.write_string(row, column, *label)?;
            }
        }
        sheet.set_hidden(true);
    }
    save(&mut workbook)
}

/// Records in the columns of the template, so that the file can be imported again.
///
/// # Errors
/// Only when the workbook cannot be written.
pub fn export_xlsx(
    schema: &SheetSchema,
    rows: &mut dyn Iterator<Item = Cells>,
    lang: Lang,
) -> Result<Vec<u8>, ReportError> {
    let mut workbook = Workbook::new();
    let styles = Styles::new();
    let sheet = workbook.add_worksheet();
    head(sheet, schema, lang, &styles)?;
    let mut written = 0;
    for (cells, row) in rows.zip(1_u32..) {
        write_row(sheet, row, schema, &cells, lang, &styles)?;
        written += 1;
    }
    filter(sheet, written, schema.columns.len())?;
    help(workbook.add_worksheet(), schema, lang, &styles)?;
    save(&mut workbook)
}

/// The rows that were not taken, with the reasons in a first column; it can be mended
/// and imported again (the column of reasons is no column of the schema).
///
/// # Errors
/// Only when the workbook cannot be written.
pub fn rejects_xlsx(
    schema: &SheetSchema,
    rejects: &[Reject],
    lang: Lang,
) -> Result<Vec<u8>, ReportError> {
    let mut workbook = Workbook::new();
    let styles = Styles::new();
    let sheet = workbook.add_worksheet();
    head(sheet, schema, lang, &styles)?;
    let last = u16::try_from(schema.columns.len()).unwrap_or(u16::MAX - 2);
    let (row_header, reason_header) = match lang {
        Lang::Zh => ("原文件行号", "未导入原因"),
        Lang::En => ("Row in file", "Reason"),
    };
    sheet.write_string_with_format(0, last, row_header, &styles.required)?;
    sheet.write_string_with_format(0, last + 1, reason_header, &styles.required)?;
    sheet.set_column_width(last, 10)?;
    sheet.set_column_width(last + 1, 60)?;
    for (reject, row) in rejects.iter().zip(1_u32..) {
        write_row(sheet, row, schema, &reject.cells, lang, &styles)?;
        for problem in &reject.problems {
            let index = (0_u16..)
                .zip(&schema.columns)
                .find(|(_, column)| column.key == problem.column);
            if let Some((index, _)) = index
                && !reject.cells.contains_key(&problem.column)
            {
                write_text(sheet, row, index, &problem.found, &styles.wrong)?;
            }
        }
        sheet.write_number_with_format(row, last, reject.row, &styles.text)?;
        write_text(
            sheet,
            row,
            last + 1,
            &reasons(schema, reject, lang),
            &styles.text,
        )?;
    }
    filter(sheet, rejects.len(), schema.columns.len() + 2)?;
    save(&mut workbook)
}

fn reasons(schema: &SheetSchema, reject: &Reject, lang: Lang) -> String {
    let problem = |problem: &CellProblem| {
        let header = schema
            .columns
            .iter()
            .find(|column| column.key == problem.column)
            .map_or(problem.column.as_str(), |column| column.header.get(lang));
        let expected = problem.expected.get(lang);
        match lang {
            Lang::Zh => format!("{header}：“{}”，应为{expected}", problem.found),
            Lang::En => format!("{header}: \"{}\", expected {expected}", problem.found),
        }
    };
    reject
        .problems
        .iter()
        .map(problem)
        .chain(reject.reasons.iter().cloned())
        .collect::<Vec<_>>()
        .join("\n")
}

fn head(
    sheet: &mut Worksheet,
    schema: &SheetSchema,
    lang: Lang,
    styles: &Styles,
) -> Result<(), XlsxError> {
    sheet.set_name(schema.name.get(lang))?;
    for (column, index) in schema.columns.iter().zip(0_u16..) {
        let (mark, style) = if column.required {
            (" *", &styles.required)
        } else {
            ("", &styles.header)
        };
        let header = format!("{}{mark}", column.header.get(lang));
        sheet.write_string_with_format(0, index, header, style)?;
        sheet.set_column_width(index, column.width)?;
        let format = match column.kind {
            ColumnKind::Date => &styles.date,
            // As text: Excel would turn 007 into 7 and a telephone number into 1.4E+10.
            _ => &styles.text,
        };
        sheet.set_column_format(index, format)?;
    }
    sheet.set_row_height(0, 24)?;
    sheet.set_freeze_panes(1, 1)?;
    Ok(())
}

fn write_row(
    sheet: &mut Worksheet,
    row: u32,
    schema: &SheetSchema,
    cells: &Cells,
    lang: Lang,
    styles: &Styles,
) -> Result<(), XlsxError> {
    for (column, index) in schema.columns.iter().zip(0_u16..) {
        match cells.get(&column.key) {
            None => {}
            Some(CellValue::Date(date)) => write_date(sheet, row, index, *date, styles)?,
            #[expect(clippy::cast_precision_loss, reason = "a cell holds f64")]
            Some(CellValue::Integer(number)) => {
                sheet.write_number_with_format(row, index, *number as f64, &styles.text)?;
            }
            Some(value) => {
                write_text(sheet, row, index, &label(column, value, lang), &styles.text)?;
            }
        }
    }
    Ok(())
}

/// Words of choices as their labels.
fn label(column: &SheetColumn, value: &CellValue, lang: Lang) -> String {
    let one = |word: &String| {
        column
            .kind
            .choices()
            .iter()
            .find(|choice| choice.word == *word)
            .map_or_else(|| word.clone(), |choice| choice.label(lang).to_owned())
    };
    match value {
        CellValue::Choice(word) => one(word),
        CellValue::List(words) => words.iter().map(one).collect::<Vec<_>>().join("、"),
        value => value.to_string(),
    }
}

fn write_date(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    date: Date,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let parts = (
        u16::try_from(date.year()),
        u8::try_from(date.month()),
        u8::try_from(date.day()),
    );
    match parts {
        // Excel knows no day before 1900.
        (Ok(year @ 1900..), Ok(month), Ok(day)) => {
            let date = ExcelDateTime::from_ymd(year, month, day)?;
            sheet.write_datetime_with_format(row, column, &date, &styles.date)?;
        }
        _ => write_text(sheet, row, column, &date.to_string(), &styles.text)?,
    }
    Ok(())
}

/// Text as text, cut at Excel's limit.
fn write_text(
    sheet: &mut Worksheet,
    row: u32,
    column: u16,
    text: &str,
    style: &Format,
) -> Result<(), XlsxError> {
    if text.is_empty() {
        return Ok(());
    }
    // Excel counts UTF-16 units; characters beyond the first plane take two.
    let cut: String;
    let text = if text.encode_utf16().count() > MAX_CELL_CHARS {
        cut = text.chars().take(MAX_CELL_CHARS / 2).collect();
        &cut
    } else {
        text
    };
    sheet.write_string_with_format(row, column, text, style)?;
    Ok(())
}

fn filter(sheet: &mut Worksheet, rows: usize, columns: usize) -> Result<(), XlsxError> {
    let last_row = u32::try_from(rows).unwrap_or(u32::MAX);
    let last_column = u16::try_from(columns.saturating_sub(1)).unwrap_or(u16::MAX);
    sheet.autofilter(0, 0, last_row, last_column)?;
    Ok(())
}

fn lists_name(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "选项",
        Lang::En => "Choices",
    }
}

fn drop_down(
    column: &SheetColumn,
    list: usize,
    rows: usize,
    lang: Lang,
) -> Result<DataValidation, XlsxError> {
    let letter = u8::try_from(list)
        .ok()
        .filter(|list| *list < 26)
        .map_or('A', |list| char::from(b'A' + list));
    let range = format!("='{}'!${letter}$1:${letter}${rows}", lists_name(lang));
    let (title, message) = match lang {
        Lang::Zh => ("请从列表中选择", "该列只能填写下拉列表中的值。"),
        Lang::En => (
            "Choose from the list",
            "Only values of the list are allowed.",
        ),
    };
    DataValidation::new()
        .allow_list_formula(Formula::new(range))
        .ignore_blank(!column.required)
        // A warning, not a stop: synonyms are understood on import.
        .set_error_style(DataValidationErrorStyle::Warning)
        .set_error_title(title)?
        .set_error_message(message)
}

fn help(
    sheet: &mut Worksheet,
    schema: &SheetSchema,
    lang: Lang,
    styles: &Styles,
) -> Result<(), XlsxError> {
    let words = |zh: &'static str, en: &'static str| match lang {
        Lang::Zh => zh,
        Lang::En => en,
    };
    sheet.set_name(words("填写说明", "Help"))?;
    let mut row = 0;
    for text in &schema.guide {
        sheet.write_string(row, 0, text.get(lang))?;
        row += 1;
    }
    row += 1;
    // One header a row, so that this sheet is never taken for the data.
    for (text, column) in [
        words("字段", "Field"),
        words("是否必填", "Needed"),
        words("填写要求", "What to fill in"),
        words("示例", "Example"),
    ]
    .into_iter()
    .zip(0_u16..)
    {
        sheet.write_string_with_format(row, column, text, &styles.header)?;
    }
    for column in &schema.columns {
        row += 1;
        let needed = if column.required {
            words("必填", "yes")
        } else {
            words("选填", "no")
        };
        sheet.write_string_with_format(row, 0, column.header.get(lang), &styles.text)?;
        sheet.write_string_with_format(row, 1, needed, &styles.text)?;
        write_text(sheet, row, 2, &requirement(column, lang), &styles.text)?;
        let example = column.examples.first().map_or("", String::as_str);
        write_text(sheet, row, 3, example, &styles.text)?;
    }
    for (column, width) in [(0, 20), (1, 10), (2, 80), (3, 30)] {
        sheet.set_column_width(column, width)?;
    }
    Ok(())
}

fn requirement(column: &SheetColumn, lang: Lang) -> String {
    let choices: Vec<&str> = column
        .kind
        .choices()
        .iter()
        .map(|choice| choice.label(lang))
        .collect();
    let help = column.help.get(lang);
    if choices.is_empty() {
        help.to_owned()
    } else {
        let list = Text::new(
            format!("可选：{}。", choices.join("、")),
            format!(" Choices: {}.", choices.join(", ")),
        );
        format!("{help}{}", list.get(lang))
    }
}

/// Writes a workbook with records of this program, cell by cell.
pub(crate) struct Sheet<'a> {
    sheet: &'a mut Worksheet,
    styles: &'a Styles,
}

impl<'a> Sheet<'a> {
    pub(crate) fn new(
        sheet: &'a mut Worksheet,
        name: &str,
        columns: &[(&str, u16)],
        styles: &'a Styles,
    ) -> Result<Self, XlsxError> {
        sheet.set_name(name)?;
        for (&(header, width), index) in columns.iter().zip(0_u16..) {
            sheet.write_string_with_format(0, index, header, &styles.header)?;
            sheet.set_column_width(index, width)?;
        }
        sheet.set_row_height(0, 24)?;
        sheet.set_freeze_panes(1, 2)?;
        sheet.set_landscape();
        sheet.set_paper_size(9);
        sheet.set_print_fit_to_pages(1, 0);
        sheet.set_repeat_rows(0, 0)?;
        Ok(Self { sheet, styles })
    }

    pub(crate) fn text(&mut self, row: u32, column: u16, text: &str) -> Result<(), XlsxError> {
        write_text(self.sheet, row, column, text, &self.styles.text)
    }

    pub(crate) fn date(&mut self, row: u32, column: u16, date: Date) -> Result<(), XlsxError> {
        write_date(self.sheet, row, column, date, self.styles)
    }

    pub(crate) fn filter(&mut self, rows: usize, columns: usize) -> Result<(), XlsxError> {
        filter(self.sheet, rows, columns)
    }
}

/// The formats of all workbooks.
pub(crate) struct Styles {
    header: Format,
    required: Format,
    text: Format,
    date: Format,
    example: Format,
    wrong: Format,
}

impl Styles {
    pub(crate) fn new() -> Self {
        let base = Format::new()
            .set_font_name("宋体")
            .set_font_size(10)
            .set_align(FormatAlign::VerticalCenter);
        let header = base
            .clone()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::Center)
            .set_border(FormatBorder::Thin);
        let text = base.clone().set_text_wrap().set_num_format("@");
        Self {
            required: header.clone().set_background_color(Color::RGB(0x00FC_E4D6)),
            header: header.set_background_color(Color::RGB(0x00DC_E6F1)),
            date: base.set_num_format("yyyy-mm-dd"),
            example: text
                .clone()
                .set_italic()
                .set_font_color(Color::RGB(0x007F_7F7F)),
            wrong: text.clone().set_background_color(Color::RGB(0x00FF_C7CE)),
            text,
        }
    }
}

/// The workbook as bytes, with a fixed date so that equal content gives equal bytes.
pub(crate) fn save(workbook: &mut Workbook) -> Result<Vec<u8>, ReportError> {
    let made = ExcelDateTime::from_ymd(2020, 1, 1)?;
    workbook.set_properties(&rust_xlsxwriter::DocProperties::new().set_creation_datetime(&made));
    Ok(workbook.save_to_buffer()?)
}

/// Whether the example rows of a schema will be left out on import.
pub(super) fn examples_are_marked(schema: &SheetSchema) -> bool {
    schema
        .columns
        .iter()
        .filter(|column| column.key == schema.key)
        .flat_map(|column| &column.examples)
        .all(|example| EXAMPLE_MARKS.iter().any(|mark| example.starts_with(mark)))
}
