//! The work order (整改工单): what to do on one asset so that its failed checks pass, with
//! what can go wrong, how to verify it, and lines to sign.

use jiff::civil::{Date, DateTime};
use xinglin_core::{Lang, Text};

use crate::{
    document::{Align, Blocks, Cell, Cover, CoverLine, Document, Front, Table},
    docx,
    error::ReportError,
    plan::long_date,
    result::Severity,
    templates::{Templates, WorkOrderTexts},
};

/// What a work order says; plain data, in the language it is written in.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkOrder {
    /// The hospital.
    pub hospital: String,
    /// Day of the order.
    pub generated_on: Date,
    /// Who orders the work.
    pub prepared_by: String,
    /// Name of the asset.
    pub asset: String,
    /// Its code.
    pub code: String,
    /// Its address; empty when unknown.
    pub address: String,
    /// Product and release.
    pub platform: String,
    /// When it was inspected, in local time.
    pub inspected_at: DateTime,
    /// Department in charge; empty when none is.
    pub department: String,
    /// Person in charge; empty when nobody is.
    pub owner: String,
    /// What to do, most urgent first.
    pub items: Vec<WorkItem>,
}

/// A failed check.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WorkItem {
    /// Identifier of the check.
    pub check: String,
    /// What it asks.
    pub title: String,
    /// How bad the failure is.
    pub severity: Severity,
    /// Unit codes of the items concerned.
    pub requirements: Vec<String>,
    /// What was found.
    pub observed: String,
    /// What should be.
    pub expected: String,
    /// What to do.
    pub steps: String,
    /// What could go wrong; empty when nothing is known.
    pub risk: String,
}

/// Writes a work order as Word.
///
/// # Errors
/// Only when the package cannot be assembled, which no content should cause.
pub fn work_order_docx(
    order: &WorkOrder,
    templates: &Templates,
    lang: Lang,
) -> Result<Vec<u8>, ReportError> {
    docx::render(&document(order, &templates.work_order, lang))
}

fn document(order: &WorkOrder, texts: &WorkOrderTexts, lang: Lang) -> Document {
    let say = |text: &Text| text.get(lang).to_owned();
    let mut blocks = Blocks::default();
    blocks.heading(1, say(&texts.basics));
    blocks.table(basics(order, texts, lang));
    blocks.heading(1, say(&texts.before.title));
    blocks.numbered(texts.before.rules.iter().map(say).collect());
    blocks.heading(1, say(&texts.list));
    blocks.table(list(order, texts, lang));
    blocks.heading(1, say(&texts.details));
    for item in &order.items {
        blocks.heading(2, item.title.as_str());
        blocks.table(detail(item, texts, lang));
    }
    blocks.heading(1, say(&texts.sign.title));
    blocks.table(signatures(texts, lang));
    let footer = [
        &texts.footer_before,
        &texts.footer_between,
        &texts.footer_after,
    ];
    Document {
        lang,
        front: Front::Cover {
            cover: cover(order, texts, lang),
            contents_title: say(&texts.contents),
        },
        header: format!("{} {}", order.asset, say(&texts.title)),
        footer: footer.map(say),
        blocks: blocks.0,
    }
}

fn cover(order: &WorkOrder, texts: &WorkOrderTexts, lang: Lang) -> Cover {
    let words = &texts.words;
    let line = |label: &Text, value: &str| CoverLine {
        label: label.get(lang).to_owned(),
        value: value.to_owned(),
    };
    let signatures = texts.signatures.iter();
    Cover {
        organisation: order.hospital.clone(),
        title: texts.title.get(lang).to_owned(),
        subtitle: order.asset.clone(),
        lines: vec![
            line(&words.code, &order.code),
            line(&words.platform, &order.platform),
            line(&words.prepared_by, &order.prepared_by),
        ],
        signatures: signatures.map(|text| text.get(lang).to_owned()).collect(),
        signature_date: texts.signature_date.get(lang).to_owned(),
        foot: vec![long_date(order.generated_on, lang)],
        date: order.generated_on,
    }
}

fn basics(order: &WorkOrder, texts: &WorkOrderTexts, lang: Lang) -> Table {
    let words = &texts.words;
    let inspected_at = order.inspected_at.strftime("%Y-%m-%d %H:%M").to_string();
    pairs(
        &texts.basics_table,
        &[
            (&words.asset, &order.asset),
            (&words.code, &order.code),
            (&words.address, &order.address),
            (&words.platform, &order.platform),
            (&words.inspected_at, &inspected_at),
            (&words.department, &order.department),
            (&words.owner, &order.owner),
        ],
        texts,
        lang,
    )
}

fn list(order: &WorkOrder, texts: &WorkOrderTexts, lang: Lang) -> Table {
    let words = &texts.words;
    let mut table = Table::new(
        texts.list_table.get(lang),
        &[
            (words.number.get(lang), 8, Align::Centre),
            (words.item.get(lang), 46, Align::Start),
            (words.severity.get(lang), 12, Align::Centre),
            (words.clauses.get(lang), 34, Align::Start),
        ],
    );
    for (index, item) in order.items.iter().enumerate() {
        table.row(vec![
            Cell::from(index + 1),
            Cell::text(item.title.as_str()),
            severity(item.severity, texts, lang),
            Cell::text(item.requirements.join("\n")),
        ]);
    }
    table
}

fn detail(item: &WorkItem, texts: &WorkOrderTexts, lang: Lang) -> Table {
    let words = &texts.words;
    let verify = format!(
        "{}{}{}\n{}",
        words.expected.get(lang),
        words.colon.get(lang),
        item.expected,
        texts.verify_again.get(lang)
    );
    pairs(
        &Text::new(item.title.as_str(), item.title.as_str()),
        &[
            (&words.check, &item.check),
            (&words.observed, &item.observed),
            (&words.expected, &item.expected),
            (&words.steps, &item.steps),
            (&words.risk, &item.risk),
            (&words.verify, &verify),
            // To be written by hand.
            (&words.outcome, &String::from("\n\n")),
        ],
        texts,
        lang,
    )
}

fn signatures(texts: &WorkOrderTexts, lang: Lang) -> Table {
    let words = &texts.words;
    let mut table = Table::new(
        texts.sign.table.get(lang),
        &[
            (words.role.get(lang), 30, Align::Start),
            (words.name.get(lang), 40, Align::Start),
            (words.date.get(lang), 30, Align::Start),
        ],
    );
    for role in &texts.sign.roles {
        table.row(vec![Cell::text(role.get(lang)), Cell::text("\n\n")]);
    }
    table
}

/// A table of labels and values; what is not known is a dash.
fn pairs(caption: &Text, rows: &[(&Text, &String)], texts: &WorkOrderTexts, lang: Lang) -> Table {
    let words = &texts.words;
    let mut table = Table::new(
        caption.get(lang),
        &[
            (words.field.get(lang), 22, Align::Start),
            (words.value.get(lang), 78, Align::Start),
        ],
    );
    for (label, value) in rows {
        let value = match value.as_str() {
            "" => words.none.get(lang),
            value => value,
        };
        table.row(vec![Cell::text(label.get(lang)), Cell::text(value)]);
    }
    table
}

fn severity(severity: Severity, texts: &WorkOrderTexts, lang: Lang) -> Cell {
    let words = &texts.words;
    match severity {
        Severity::High => Cell::Strong(words.high.get(lang).to_owned()),
        Severity::Medium => Cell::text(words.medium.get(lang)),
        Severity::Low => Cell::text(words.low.get(lang)),
    }
}
