//! Pages: their measures, and an estimate of the page each heading falls on.
//!
//! Word and LibreOffice compute the page numbers of the contents when they update
//! the field; until then the estimate shows. It counts lines: Chinese characters are
//! one em wide and body lines 28 pt high, so it is near, but it is not a layout engine.

use super::{headings::Heading, table};
use crate::document::{Block, Cell, Document, Table};

/// A page, in twips (1/20 pt).
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) top: u32,
    pub(super) right: u32,
    pub(super) bottom: u32,
    pub(super) left: u32,
    pub(super) landscape: bool,
}

/// A4 with the margins of GB/T 9704 (37, 26, 35, 28 mm).
pub(super) const PORTRAIT: Page = Page {
    width: 11_906,
    height: 16_838,
    top: 2_098,
    right: 1_474,
    bottom: 1_984,
    left: 1_588,
    landscape: false,
};

/// A4 on its side, narrower margins for wide tables.
pub(super) const LANDSCAPE: Page = Page {
    width: 16_838,
    height: 11_906,
    top: 1_588,
    right: 1_418,
    bottom: 1_474,
    left: 1_418,
    landscape: true,
};

impl Page {
    pub(super) fn text_width(self) -> u32 {
        self.width - self.left - self.right
    }

    fn text_height(self) -> u32 {
        self.height - self.top - self.bottom
    }
}

/// The page of each heading, counted from the cover as 1.
pub(super) fn pages(document: &Document, headings: &[Heading]) -> Vec<u32> {
    // Heights as the styles of `super::styles` give them.
    let contents: u32 = headings
        .iter()
        .map(|heading| match heading.level {
            1 => 500,
            2 => 400,
            _ => 0,
        })
        .sum();
    let mut flow = Flow {
        page: 1 + (960 + contents).div_ceil(PORTRAIT.text_height()) + 1,
        used: 0,
        format: PORTRAIT,
        found: Vec::with_capacity(headings.len()),
    };
    flow.blocks(&document.blocks);
    flow.found
}

struct Flow {
    page: u32,
    used: u32,
    format: Page,
    found: Vec<u32>,
}

impl Flow {
    /// Puts something of `height` twips that does not break; `keep` is what must follow
    /// it on the same page.
    fn put(&mut self, height: u32, keep: u32) {
        if self.used > 0 && self.used + height + keep > self.format.text_height() {
            self.page += 1;
            self.used = 0;
        }
        self.used += height;
        while self.used > self.format.text_height() {
            self.page += 1;
            self.used -= self.format.text_height();
        }
    }

    fn blocks(&mut self, blocks: &[Block]) {
        for (index, block) in blocks.iter().enumerate() {
            match block {
                Block::Heading { level, .. } => {
                    self.put(heading_height(*level), self.keep(blocks, index + 1));
                    self.found.push(self.page);
                }
                Block::Paragraph(text) if followed_by_table(blocks, index) => {
                    self.put(self.paragraph(text), self.keep(blocks, index + 1));
                }
                Block::Paragraph(text) => self.lines(text, 14, 560, 2),
                Block::Clause { label, text, .. } => {
                    self.lines(&format!("{label}　{text}"), 16, 580, 0);
                }
                Block::Code(text) => self.lines(text, 10, 320, 4),
                Block::Note(text) => {
                    self.lines(text, 9, 260, 0);
                    self.used += 180;
                }
                Block::Bullets(items) | Block::Numbered(items) => {
                    for item in items {
                        self.lines(item, 14, 560, 4);
                    }
                }
                Block::Table(table) => self.table(table),
                Block::PageBreak => self.turn(),
                Block::Landscape(inner) => {
                    self.turn();
                    self.format = LANDSCAPE;
                    self.blocks(inner);
                    self.page += 1;
                    self.used = 0;
                    self.format = PORTRAIT;
                }
            }
        }
    }

    fn turn(&mut self) {
        if self.used > 0 {
            self.page += 1;
            self.used = 0;
        }
    }

    /// Height of what a heading before `blocks[index]` must share its page with.
    fn keep(&self, blocks: &[Block], index: usize) -> u32 {
        match blocks.get(index) {
            Some(Block::Table(table)) => {
                let widths = table::widths(table, self.format.text_width());
                if stays_whole(table, &widths) {
                    return CAPTION + height(table, &widths);
                }
                CAPTION
                    + head_height(table, &widths)
                    + table.rows.first().map_or(0, |row| row_height(row, &widths))
            }
            Some(Block::Heading { level, .. }) => {
                heading_height(*level) + self.keep(blocks, index + 1)
            }
            Some(Block::Paragraph(text)) if followed_by_table(blocks, index) => {
                self.paragraph(text) + self.keep(blocks, index + 1)
            }
            Some(Block::Paragraph(text)) => self.paragraph(text).min(1_120),
            Some(_) => 1_120,
            None => 0,
        }
    }

    fn paragraph(&self, text: &str) -> u32 {
        lines(text, self.format.text_width() - 280, 28) * 560
    }

    fn lines(&mut self, text: &str, size: u32, line: u32, indent: u32) {
        let width = self.format.text_width() - indent * size * 10;
        for _ in 0..lines(text, width, size * 2) {
            self.put(line, 0);
        }
    }

    fn table(&mut self, table: &Table) {
        let widths = table::widths(table, self.format.text_width());
        if stays_whole(table, &widths) {
            self.put(CAPTION + height(table, &widths), 0);
            self.used += 160;
            return;
        }
        let first = table.rows.first().map_or(0, |row| row_height(row, &widths));
        let head = head_height(table, &widths);
        self.put(CAPTION + head, first);
        for row in &table.rows {
            let page = self.page;
            self.put(row_height(row, &widths), 0);
            if self.page != page {
                self.used += head;
            }
        }
        self.used += 160;
    }
}

fn heading_height(level: u8) -> u32 {
    match level {
        1 => 1_080,
        2 => 800,
        _ => 680,
    }
}

/// Whether the paragraph at `index` introduces a table, with which it stays.
pub(super) fn followed_by_table(blocks: &[Block], index: usize) -> bool {
    matches!(blocks.get(index + 1), Some(Block::Table(_)))
}

/// Whether the paragraph of a rule at `index` says that a list or lines of commands follow, with
/// the first of which it stays.
pub(super) fn leads_a_list(blocks: &[Block], index: usize) -> bool {
    let ends_open = |block: &Block| match block {
        Block::Clause { text, .. } => text.ends_with(['：', ':']),
        _ => false,
    };
    blocks.get(index).is_some_and(ends_open)
        && matches!(
            blocks.get(index + 1),
            Some(Block::Clause { is_part: true, .. } | Block::Code(_))
        )
}

/// Whether a table is small enough to be kept on one page.
pub(super) fn stays_whole(table: &Table, widths: &[u32]) -> bool {
    table.rows.len() <= 20 && height(table, widths) <= PORTRAIT.text_height() * 2 / 5
}

fn height(table: &Table, widths: &[u32]) -> u32 {
    let rows: u32 = table.rows.iter().map(|row| row_height(row, widths)).sum();
    head_height(table, widths) + rows
}

/// Height of a caption.
const CAPTION: u32 = 540;

fn head_height(table: &Table, widths: &[u32]) -> u32 {
    let lines = table
        .columns
        .iter()
        .zip(widths)
        .map(|(column, &width)| lines(&column.header, width.saturating_sub(140), 20))
        .max()
        .unwrap_or(1);
    lines * 300 + 90
}

fn row_height(row: &[Cell], widths: &[u32]) -> u32 {
    let lines = row
        .iter()
        .zip(widths)
        .map(|(cell, &width)| match cell {
            Cell::Text(text) | Cell::Strong(text) => lines(text, width.saturating_sub(140), 20),
            Cell::Marked(_, text) => 1 + lines(text, width.saturating_sub(140), 20),
            Cell::Bar(_) | Cell::Group(_) => 1,
        })
        .max()
        .unwrap_or(1);
    lines * 300 + 70
}

/// Lines that `text` takes in `width` twips at `size` half points.
fn lines(text: &str, width: u32, size: u32) -> u32 {
    let em = size * 10;
    text.lines()
        .map(|line| {
            let length: u32 = line
                .chars()
                .map(|c| if c.is_ascii() { em / 2 } else { em })
                .sum();
            length.div_ceil(width.max(em)).max(1)
        })
        .sum::<u32>()
        .max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_wraps_at_the_width() {
        let width = PORTRAIT.text_width();
        assert_eq!(lines(&"安".repeat(31), width, 28), 1);
        assert_eq!(lines(&"安".repeat(32), width, 28), 2);
        assert_eq!(lines("a\nb", width, 28), 2);
        assert_eq!(lines("", width, 28), 1);
    }
}
