//! The item list (测评项清单): each requirement on each object, as Excel.

use jiff::civil::Date;
use rust_xlsxwriter::Workbook;
use xinglin_core::{Domain, Lang, RequirementId, Verdict};

use crate::{
    error::{ReportError, SheetError},
    sheet::{Grid, Raw, Sheet, Styles, open, save},
    templates::{ItemTexts, Templates},
};

/// What the list is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemsHead {
    /// The hospital.
    pub hospital: String,
    /// The graded system.
    pub system: String,
    /// Its grade, e.g. `S3A3G3`.
    pub grade: String,
    /// Name of the assessment round.
    pub assessment: String,
    /// Day of export.
    pub generated_on: Date,
}

/// One requirement on one object (or on all, with an empty object).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ItemRow {
    /// Unit code.
    pub requirement: RequirementId,
    /// Clause, e.g. `8.1.4.1 a）`.
    pub clause: String,
    /// Control point.
    pub control: String,
    /// Requirement in our words.
    pub text: String,
    /// Code of the object; empty for a row over all objects.
    pub object_code: String,
    /// Name of the object.
    pub object: String,
    /// Kind of the object, in words.
    pub object_type: String,
    /// Verdict; `None` when unanswered.
    pub verdict: Option<Verdict>,
    /// Reasons.
    pub reasons: String,
    /// Titles of the evidence.
    pub evidence: String,
    /// Day of the verdict.
    pub decided_on: Option<Date>,
    /// Cases of the high-risk guide.
    pub high_risk: String,
    /// Major hazards.
    pub hazard: String,
    /// Advice.
    pub advice: String,
}

/// A row read back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReadItem {
    /// 1-based row of the sheet.
    pub row: u32,
    /// Unit code.
    pub requirement: RequirementId,
    /// Code of the object; empty for a row over all objects.
    pub object_code: String,
    /// Verdict; `None` when unanswered.
    pub verdict: Option<Verdict>,
    /// Reasons.
    pub reasons: String,
}

/// A list read back.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ReadItems {
    /// The rows.
    pub items: Vec<ReadItem>,
    /// Rows that could not be read: row, column header, what stands there.
    pub problems: Vec<(u32, String, String)>,
}

/// The list as a workbook: all rows, frozen header, filter, real dates.
///
/// # Errors
/// Only when the workbook cannot be written.
pub fn items_xlsx(
    head: &ItemsHead,
    rows: &[ItemRow],
    templates: &Templates,
    lang: Lang,
) -> Result<Vec<u8>, ReportError> {
    let texts = &templates.items;
    let mut workbook = Workbook::new();
    let styles = Styles::new();
    let columns = columns(texts).map(|(text, width)| (text.get(lang), width));
    let mut sheet = Sheet::new(
        workbook.add_worksheet(),
        texts.sheet.get(lang),
        &columns,
        &styles,
    )?;
    for (item, row) in rows.iter().zip(1_u32..) {
        let domain = domain(item.requirement.domain(), lang);
        for (text, column) in [
            item.requirement.to_string().as_str(),
            &item.clause,
            domain,
            &item.control,
            &item.text,
            &item.object_code,
            &item.object,
            &item.object_type,
            verdict_label(texts, item.verdict).get(lang),
            &item.reasons,
            &item.evidence,
            "",
            &item.high_risk,
            &item.hazard,
            &item.advice,
        ]
        .into_iter()
        .zip(0_u16..)
        {
            sheet.text(row, column, text)?;
        }
        if let Some(date) = item.decided_on {
            sheet.date(row, DECIDED_ON, date)?;
        }
    }
    sheet.filter(rows.len(), columns.len())?;
    about(&mut workbook, head, rows.len(), texts, lang, &styles)?;
    save(&mut workbook)
}

/// Position of the day of the verdict among [`columns`].
const DECIDED_ON: u16 = 11;

fn columns(texts: &ItemTexts) -> [(&xinglin_core::Text, u16); 15] {
    [
        (&texts.code, 14),
        (&texts.clause, 12),
        (&texts.domain, 14),
        (&texts.control, 14),
        (&texts.text, 50),
        (&texts.object_code, 14),
        (&texts.object, 22),
        (&texts.object_type, 14),
        (&texts.verdict, 10),
        (&texts.reasons, 40),
        (&texts.evidence, 26),
        (&texts.decided_on, 12),
        (&texts.high_risk, 18),
        (&texts.hazard, 18),
        (&texts.advice, 50),
    ]
}

fn domain(domain: Domain, lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => domain.zh(),
        Lang::En => domain.en(),
    }
}

fn verdict_label(texts: &ItemTexts, verdict: Option<Verdict>) -> &xinglin_core::Text {
    match verdict {
        Some(Verdict::Compliant) => &texts.compliant,
        Some(Verdict::Partial) => &texts.partial,
        Some(Verdict::Noncompliant) => &texts.noncompliant,
        Some(Verdict::NotApplicable) => &texts.not_applicable,
        None => &texts.unanswered,
    }
}

fn about(
    workbook: &mut Workbook,
    head: &ItemsHead,
    rows: usize,
    texts: &ItemTexts,
    lang: Lang,
    styles: &Styles,
) -> Result<(), ReportError> {
    let mut sheet = Sheet::new(
        workbook.add_worksheet(),
        texts.about.get(lang),
        &[(texts.about.get(lang), 20), ("", 50)],
        styles,
    )?;
    let count = rows.to_string();
    for ((label, value), row) in [
        (&texts.hospital, head.hospital.as_str()),
        (&texts.system, &head.system),
        (&texts.grade, &head.grade),
        (&texts.assessment, &head.assessment),
        (&texts.rows, &count),
    ]
    .into_iter()
    .zip(1_u32..)
    {
        sheet.text(row, 0, label.get(lang))?;
        sheet.text(row, 1, value)?;
    }
    sheet.text(6, 0, texts.generated_on.get(lang))?;
    sheet.date(6, 1, head.generated_on)?;
    Ok(())
}

/// Reads verdicts and reasons back, whatever the language or order of columns.
///
/// # Errors
/// The file is too large, unreadable, or has no columns for code, object and verdict.
/// Bad rows are no error: they stand in [`ReadItems::problems`].
pub fn read_items(bytes: &[u8], templates: &Templates) -> Result<ReadItems, SheetError> {
    let texts = &templates.items;
    let grids = open(bytes)?;
    let (grid, header, columns) = grids
        .iter()
        .find_map(|grid| find_columns(grid, texts).map(|(row, columns)| (grid, row, columns)))
        .ok_or_else(|| SheetError::NoHeader {
            expected: [&texts.code, &texts.object_code, &texts.verdict]
                .map(|text| text.zh.clone())
                .to_vec(),
        })?;
    let mut read = ReadItems::default();
    for &row in grid.rows.range(header + 1..).map(|(row, _)| row) {
        let cell = |column: Option<u32>| {
            column
                .and_then(|column| grid.get(row, column))
                .map(Raw::to_string)
                .unwrap_or_default()
        };
        let code = cell(Some(columns.code));
        let Ok(requirement) = code.trim().parse() else {
            if !code.trim().is_empty() {
                read.problems.push((row + 1, texts.code.zh.clone(), code));
            }
            continue;
        };
        let word = cell(Some(columns.verdict));
        match verdict_of(texts, word.trim()) {
            Ok(verdict) => read.items.push(ReadItem {
                row: row + 1,
                requirement,
                object_code: cell(Some(columns.object_code)),
                verdict,
                reasons: cell(columns.reasons),
            }),
            Err(()) => read
                .problems
                .push((row + 1, texts.verdict.zh.clone(), word)),
        }
    }
    Ok(read)
}

struct Columns {
    code: u32,
    object_code: u32,
    verdict: u32,
    reasons: Option<u32>,
}

fn find_columns(grid: &Grid, texts: &ItemTexts) -> Option<(u32, Columns)> {
    grid.rows.range(..10).find_map(|(&row, cells)| {
        let find = |text: &xinglin_core::Text| {
            cells
                .iter()
                .find(|(_, raw)| {
                    let name = raw.to_string();
                    name.trim() == text.zh || name.trim() == text.en
                })
                .map(|(column, _)| *column)
        };
        Some((
            row,
            Columns {
                code: find(&texts.code)?,
                object_code: find(&texts.object_code)?,
                verdict: find(&texts.verdict)?,
                reasons: find(&texts.reasons),
            },
        ))
    })
}

/// An empty cell is unanswered.
fn verdict_of(texts: &ItemTexts, word: &str) -> Result<Option<Verdict>, ()> {
    if word.is_empty() {
        return Ok(None);
    }
    [None]
        .into_iter()
        .chain(Verdict::ALL.map(Some))
        .find(|verdict| {
            let label = verdict_label(texts, *verdict);
            label.zh == word || label.en == word
        })
        .ok_or(())
}
