//! Tables: the header row repeats, rows do not break across pages.

use std::fmt::Write as _;

use super::{
    layout,
    xml::{paragraph_into, run_into},
};
use crate::document::{Align, Cell, CoverLine, Table};

const GRID: &str = concat!(
    "<w:tblBorders><w:top w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/>",
    "<w:left w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"7F7F7F\"/>",
    "<w:bottom w:val=\"single\" w:sz=\"8\" w:space=\"0\" w:color=\"000000\"/>",
    "<w:right w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"7F7F7F\"/>",
    "<w:insideH w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"7F7F7F\"/>",
    "<w:insideV w:val=\"single\" w:sz=\"4\" w:space=\"0\" w:color=\"7F7F7F\"/></w:tblBorders>",
    "<w:tblLayout w:type=\"fixed\"/><w:tblCellMar><w:left w:w=\"70\" w:type=\"dxa\"/>",
    "<w:right w:w=\"70\" w:type=\"dxa\"/></w:tblCellMar>"
);
const HEAD_SHADE: &str = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"DCE6F1\"/>";
const GROUP_SHADE: &str = "<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"F2F2F2\"/>";
const STRONG: &str = "<w:b/><w:color w:val=\"C00000\"/>";
/// Steps of a bar.
const BAR_STEPS: u32 = 20;

/// Widths of the columns in twips, adding up to `width`.
pub(super) fn widths(table: &Table, width: u32) -> Vec<u32> {
    let units: u32 = table.columns.iter().map(|column| column.width.max(1)).sum();
    let mut left = width;
    let last = table.columns.len().saturating_sub(1);
    table
        .columns
        .iter()
        .enumerate()
        .map(|(index, column)| {
            let share = if index == last {
                left
            } else {
                width * column.width.max(1) / units
            };
            left = left.saturating_sub(share);
            share
        })
        .collect()
}

/// Appends a table `width` twips wide, and the empty line Word wants after it.
pub(super) fn write(xml: &mut String, table: &Table, width: u32) {
    let widths = widths(table, width);
    open(xml, GRID, &widths);
    xml.push_str("<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>");
    for (column, &width) in table.columns.iter().zip(&widths) {
        cell_open(xml, width, 1, HEAD_SHADE);
        paragraph_into(
            xml,
            "TableHead",
            "<w:keepNext/><w:jc w:val=\"center\"/>",
            &column.header,
        );
        xml.push_str("</w:tc>");
    }
    xml.push_str("</w:tr>");
    let last = table.rows.len().saturating_sub(1);
    let whole = layout::stays_whole(table, &widths);
    for (index, row) in table.rows.iter().enumerate() {
        xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        if let [Cell::Group(text)] = row.as_slice() {
            cell_open(xml, width, widths.len(), GROUP_SHADE);
            paragraph_into(xml, "TableHead", "<w:keepNext/>", text);
            xml.push_str("</w:tc></w:tr>");
            continue;
        }
        let total = table.total && index == last;
        let mut cells = row.iter();
        for (column, &width) in table.columns.iter().zip(&widths) {
            cell_open(xml, width, 1, if total { GROUP_SHADE } else { "" });
            let keep = if whole && index != last {
                "<w:keepNext/>"
            } else {
                ""
            };
            content(xml, cells.next(), column.align, keep, total);
            xml.push_str("</w:tc>");
        }
        xml.push_str("</w:tr>");
    }
    xml.push_str("</w:tbl>");
    xml.push_str(
        "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"160\" w:lineRule=\"exact\"/></w:pPr></w:p>",
    );
}

fn content(xml: &mut String, cell: Option<&Cell>, align: Align, keep: &str, total: bool) {
    let justification = match align {
        Align::Start => "",
        Align::Centre => "<w:jc w:val=\"center\"/>",
        Align::End => "<w:jc w:val=\"right\"/>",
    };
    put!(
        xml,
        "<w:p><w:pPr><w:pStyle w:val=\"TableText\"/>{keep}{justification}</w:pPr>"
    );
    match cell {
        Some(Cell::Strong(text)) => run_into(xml, STRONG, text),
        Some(Cell::Marked(mark, text)) => {
            run_into(xml, STRONG, mark);
            xml.push_str("<w:r><w:br/></w:r>");
            run_into(xml, "", text);
        }
        Some(Cell::Text(text) | Cell::Group(text)) => {
            run_into(xml, if total { "<w:b/>" } else { "" }, text);
        }
        Some(Cell::Bar(fraction)) => bar(xml, *fraction),
        None => {}
    }
    xml.push_str("</w:p>");
}

/// A bar made of shaded blanks: shows in every program, and prints.
fn bar(xml: &mut String, fraction: f64) {
    let fraction = if fraction.is_finite() {
        fraction.clamp(0.0, 1.0)
    } else {
        0.0
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 0 and 20"
    )]
    let full = (fraction * f64::from(BAR_STEPS)).round() as usize;
    let rest = BAR_STEPS as usize - full;
    for (steps, fill) in [(full, "4F81BD"), (rest, "E4E4E4")] {
        if steps > 0 {
            run_into(
                xml,
                &format!("<w:shd w:val=\"clear\" w:color=\"auto\" w:fill=\"{fill}\"/>"),
                &"\u{a0}".repeat(steps),
            );
        }
    }
    run_into(xml, "", &format!("\u{a0}{:.1}%", fraction * 100.0));
}

fn open(xml: &mut String, properties: &str, widths: &[u32]) {
    let total: u32 = widths.iter().sum();
    put!(
        xml,
        "<w:tbl><w:tblPr><w:tblW w:w=\"{total}\" w:type=\"dxa\"/><w:jc w:val=\"center\"/>{properties}</w:tblPr><w:tblGrid>"
    );
    for width in widths {
        put!(xml, "<w:gridCol w:w=\"{width}\"/>");
    }
    xml.push_str("</w:tblGrid>");
}

fn cell_open(xml: &mut String, width: u32, span: usize, properties: &str) {
    let span = if span > 1 {
        format!("<w:gridSpan w:val=\"{span}\"/>")
    } else {
        String::new()
    };
    put!(
        xml,
        "<w:tc><w:tcPr><w:tcW w:w=\"{width}\" w:type=\"dxa\"/>{span}{properties}<w:vAlign w:val=\"center\"/></w:tcPr>"
    );
}

const FIXED: &str = "<w:tblLayout w:type=\"fixed\"/>";
const RULED: &str = "<w:tcBorders><w:bottom w:val=\"single\" w:sz=\"6\" w:space=\"0\" w:color=\"000000\"/></w:tcBorders>";

/// The facts on the cover: label, value on a line.
pub(super) fn cover_facts(xml: &mut String, lines: &[CoverLine]) {
    if lines.is_empty() {
        return;
    }
    open(xml, FIXED, &[1900, 5400]);
    for line in lines {
        xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        cell_open(xml, 1900, 1, "");
        paragraph_into(
            xml,
            "CoverText",
            "<w:jc w:val=\"distribute\"/>",
            &line.label,
        );
        xml.push_str("</w:tc>");
        cell_open(xml, 5400, 1, RULED);
        paragraph_into(xml, "CoverText", "<w:jc w:val=\"center\"/>", &line.value);
        xml.push_str("</w:tc></w:tr>");
    }
    xml.push_str("</w:tbl>");
}

/// Lines to sign on.
pub(super) fn cover_signatures(xml: &mut String, labels: &[String], date: &str) {
    if labels.is_empty() {
        return;
    }
    let widths = [1900, 2500, 1100, 1800];
    open(xml, FIXED, &widths);
    for label in labels {
        xml.push_str("<w:tr><w:trPr><w:cantSplit/></w:trPr>");
        for (width, text) in widths.into_iter().zip([label.as_str(), "", date, ""]) {
            cell_open(xml, width, 1, if text.is_empty() { RULED } else { "" });
            paragraph_into(xml, "CoverText", "<w:jc w:val=\"center\"/>", text);
            xml.push_str("</w:tc>");
        }
        xml.push_str("</w:tr>");
    }
    xml.push_str("</w:tbl>");
}
