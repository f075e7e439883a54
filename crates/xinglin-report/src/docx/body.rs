//! The body of the Word file: cover, contents, text, sections.

use std::fmt::Write as _;

use xinglin_core::Lang;

use super::{
    headings::{self, Heading},
    layout::{self, LANDSCAPE, PORTRAIT, Page},
    table,
    xml::{paragraph_into, run_into},
};
use crate::document::{Block, Cover, Document, Front, RedHead};

/// `word/document.xml`: `prolog` opens the root element, `references` names header and footer.
pub(super) fn write(document: &Document, prolog: &str, references: &str) -> String {
    let headings = match document.front {
        Front::Cover { .. } => headings::collect(&document.blocks, document.lang),
        Front::RedHead(_) => Vec::new(),
    };
    let mut writer = Writer {
        xml: String::with_capacity(256 * 1024),
        lang: document.lang,
        headings: &headings,
        next_heading: 0,
        tables: 0,
        page_break: false,
    };
    writer.xml.push_str(prolog);
    writer.xml.push_str("<w:body>");
    match &document.front {
        Front::Cover {
            cover,
            contents_title,
        } => {
            writer.cover(cover);
            writer.section(PORTRAIT, "");
            writer.contents(document, contents_title);
            writer.page_break = true;
            writer.blocks(&document.blocks, PORTRAIT, references);
        }
        Front::RedHead(head) => {
            writer.red_head(head);
            writer.blocks(&document.blocks, PORTRAIT, references);
            writer.signed(&head.signed);
        }
    }
    writer.xml.push_str(&section(PORTRAIT, references));
    writer.xml.push_str("</w:body></w:document>");
    writer.xml
}

/// Section properties; a section without references has neither header nor footer when
/// it is the first, else those of the section before it.
fn section(page: Page, references: &str) -> String {
    let Page {
        width,
        height,
        top,
        right,
        bottom,
        left,
        landscape,
    } = page;
    let orient = if landscape {
        " w:orient=\"landscape\""
    } else {
        ""
    };
    format!(
        "<w:sectPr>{references}<w:pgSz w:w=\"{width}\" w:h=\"{height}\"{orient}/>\
         <w:pgMar w:top=\"{top}\" w:right=\"{right}\" w:bottom=\"{bottom}\" w:left=\"{left}\" \
         w:header=\"1134\" w:footer=\"1134\" w:gutter=\"0\"/></w:sectPr>"
    )
}

struct Writer<'a> {
    xml: String,
    lang: Lang,
    headings: &'a [Heading],
    next_heading: usize,
    tables: u32,
    page_break: bool,
}

impl Writer<'_> {
    /// Ends a section: Word keeps its properties in the section's last paragraph.
    fn section(&mut self, page: Page, references: &str) {
        put!(
            self.xml,
            "<w:p><w:pPr><w:spacing w:before=\"0\" w:after=\"0\" w:line=\"20\" w:lineRule=\"exact\"/>{}</w:pPr></w:p>",
            section(page, references)
        );
    }

    fn cover(&mut self, cover: &Cover) {
        let xml = &mut self.xml;
        let space = |before: u32| format!("<w:spacing w:before=\"{before}\" w:after=\"120\"/>");
        paragraph_into(xml, "CoverName", &space(1000), &cover.organisation);
        for (index, line) in cover.title.lines().enumerate() {
            paragraph_into(
                xml,
                "CoverTitle",
                &if index == 0 { space(500) } else { space(0) },
                line,
            );
        }
        paragraph_into(xml, "CoverSubtitle", &space(200), &cover.subtitle);
        paragraph_into(xml, "CoverText", &space(500), "");
        table::cover_facts(xml, &cover.lines);
        paragraph_into(xml, "CoverText", &space(300), "");
        table::cover_signatures(xml, &cover.signatures, &cover.signature_date);
        for (index, line) in cover.foot.iter().enumerate() {
            let before = if index == 0 { 700 } else { 0 };
            paragraph_into(
                xml,
                "CoverText",
                &format!(
                    "<w:spacing w:before=\"{before}\" w:after=\"60\"/><w:jc w:val=\"center\"/>"
                ),
                line,
            );
        }
    }

    /// The name in red, the number over a red line, the title.
    fn red_head(&mut self, head: &RedHead) {
        let xml = &mut self.xml;
        let name = format!("{}文件", head.organisation);
        xml.push_str("<w:p><w:pPr><w:pStyle w:val=\"RedHead\"/><w:spacing w:before=\"600\" w:after=\"400\"/></w:pPr>");
        let size = red_head_size(&name);
        run_into(xml, &format!("<w:sz w:val=\"{size}\"/>"), &name);
        xml.push_str("</w:p>");
        let line = "<w:pBdr><w:bottom w:val=\"single\" w:sz=\"18\" w:space=\"10\" w:color=\"E60012\"/></w:pBdr>";
        paragraph_into(xml, "IssueNumber", line, &head.number);
        for line in head.title.lines() {
            paragraph_into(xml, "RedTitle", "", line);
        }
    }

    /// Who signs and when, kept together on a page.
    fn signed(&mut self, lines: &[String]) {
        for (index, line) in lines.iter().enumerate() {
            let before = if index == 0 { 1_160 } else { 0 };
            let keep = if index + 1 < lines.len() {
                "<w:keepNext/>"
            } else {
                ""
            };
            let properties = format!(
                "{keep}<w:spacing w:before=\"{before}\" w:line=\"580\" w:lineRule=\"exact\"/>"
            );
            paragraph_into(&mut self.xml, "Signed", &properties, line);
        }
    }

    /// A real field, so that Word can update it, filled in so that it shows at once.
    fn contents(&mut self, document: &Document, title: &str) {
        paragraph_into(&mut self.xml, "ContentsTitle", "", title);
        let pages = layout::pages(document, self.headings);
        let listed: Vec<(usize, &Heading)> = self
            .headings
            .iter()
            .enumerate()
            .filter(|(_, heading)| heading.level <= 2)
            .collect();
        for (position, (index, heading)) in listed.iter().enumerate() {
            put!(
                self.xml,
                "<w:p><w:pPr><w:pStyle w:val=\"TOC{}\"/><w:tabs><w:tab w:val=\"right\" w:leader=\"dot\" w:pos=\"{}\"/></w:tabs></w:pPr>",
                heading.level,
                PORTRAIT.text_width()
            );
            if position == 0 {
                // Dirty: the page numbers are an estimate, Word computes them on opening.
                field_start(
                    &mut self.xml,
                    " w:dirty=\"true\"",
                    " TOC \\o \"1-2\" \\h \\z \\u ",
                );
            }
            put!(
                self.xml,
                "<w:hyperlink w:anchor=\"_Toc{index:05}\" w:history=\"1\">"
            );
            run_into(&mut self.xml, "", &heading.text);
            self.xml.push_str("<w:r><w:tab/></w:r>");
            field_start(&mut self.xml, "", &format!(" PAGEREF _Toc{index:05} \\h "));
            let page = pages.get(*index).copied().unwrap_or(1);
            run_into(&mut self.xml, "", &page.to_string());
            self.xml
                .push_str("<w:r><w:fldChar w:fldCharType=\"end\"/></w:r></w:hyperlink>");
            if position + 1 == listed.len() {
                self.xml
                    .push_str("<w:r><w:fldChar w:fldCharType=\"end\"/></w:r>");
            }
            self.xml.push_str("</w:p>");
        }
    }

    fn blocks(&mut self, blocks: &[Block], page: Page, references: &str) {
        for (index, block) in blocks.iter().enumerate() {
            match block {
                Block::Heading { level, text } => self.heading(*level, text),
                Block::Clause {
                    label,
                    text,
                    is_part,
                } => {
                    let leads = layout::leads_a_list(blocks, index);
                    self.clause(label, text, *is_part, leads);
                }
                Block::Code(text) => {
                    let properties = self.properties();
                    paragraph_into(&mut self.xml, "Code", properties, text);
                }
                Block::Paragraph(text) => {
                    let keep = if layout::followed_by_table(blocks, index) {
                        "<w:keepNext/><w:keepLines/>"
                    } else {
                        ""
                    };
                    let properties = format!("{keep}{}", self.properties());
                    paragraph_into(&mut self.xml, "BodyText", &properties, text);
                }
                Block::Note(text) => {
                    let properties = self.properties();
                    paragraph_into(&mut self.xml, "Note", properties, text);
                }
                Block::Bullets(items) => self.list(items.iter().map(|item| format!("•\t{item}"))),
                Block::Numbered(items) => self.list(
                    items
                        .iter()
                        .enumerate()
                        .map(|(index, item)| format!("{}.\t{item}", index + 1)),
                ),
                Block::Table(table) if table.caption.is_empty() => {
                    table::write(&mut self.xml, table, page.text_width());
                }
                Block::Table(table) => {
                    self.tables += 1;
                    let number = self.tables;
                    let caption = match self.lang {
                        Lang::Zh => format!("表 {number}　{}", table.caption),
                        Lang::En => format!("Table {number}  {}", table.caption),
                    };
                    let properties = self.properties();
                    paragraph_into(
                        &mut self.xml,
                        "Caption",
                        &format!("<w:keepNext/>{properties}"),
                        &caption,
                    );
                    table::write(&mut self.xml, table, page.text_width());
                }
                Block::PageBreak => self.page_break = true,
                Block::Landscape(inner) => {
                    self.section(page, references);
                    self.page_break = false;
                    self.blocks(inner, LANDSCAPE, references);
                    self.section(LANDSCAPE, references);
                }
            }
        }
    }

    /// Paragraph properties of the next paragraph: a page break asked for before it.
    fn properties(&mut self) -> &'static str {
        if std::mem::take(&mut self.page_break) {
            "<w:pageBreakBefore/>"
        } else {
            ""
        }
    }

    /// Writes a paragraph of a rule; one that leads a list stays on its page.
    fn clause(&mut self, label: &str, text: &str, is_part: bool, leads: bool) {
        let keep = if leads { "<w:keepNext/>" } else { "" };
        let properties = format!("{keep}{}", self.properties());
        let (style, face) = if is_part {
            ("ClausePart", "")
        } else {
            ("Clause", "<w:rFonts w:eastAsia=\"黑体\"/>")
        };
        put!(
            self.xml,
            "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>"
        );
        // The ideographic space after 第一条; （一） needs none.
        if !is_part && !label.is_empty() {
            run_into(&mut self.xml, face, &format!("{label}　"));
        } else {
            run_into(&mut self.xml, "", label);
        }
        run_into(&mut self.xml, "", text);
        self.xml.push_str("</w:p>");
    }

    fn heading(&mut self, level: u8, text: &str) {
        let properties = self.properties();
        let index = self.next_heading;
        self.next_heading += 1;
        let Some(heading) = self.headings.get(index) else {
            let properties = format!("<w:keepNext/><w:keepLines/>{properties}");
            paragraph_into(&mut self.xml, "Chapter", &properties, text);
            return;
        };
        put!(
            self.xml,
            "<w:p><w:pPr><w:pStyle w:val=\"Heading{}\"/><w:keepNext/><w:keepLines/>{properties}</w:pPr>\
             <w:bookmarkStart w:id=\"{index}\" w:name=\"_Toc{index:05}\"/>",
            level.clamp(1, 3)
        );
        run_into(&mut self.xml, "", &heading.text);
        put!(self.xml, "<w:bookmarkEnd w:id=\"{index}\"/></w:p>");
    }

    fn list(&mut self, items: impl Iterator<Item = String>) {
        for item in items {
            let properties = self.properties();
            put!(
                self.xml,
                "<w:p><w:pPr><w:pStyle w:val=\"ListItem\"/>{properties}</w:pPr>"
            );
            let (mark, text) = item.split_once('\t').unwrap_or(("", &item));
            run_into(&mut self.xml, "", mark);
            self.xml.push_str("<w:r><w:tab/></w:r>");
            run_into(&mut self.xml, "", text);
            self.xml.push_str("</w:p>");
        }
    }
}

/// The size in half points at which a name fits one line, at most 36 pt.
fn red_head_size(name: &str) -> u32 {
    let characters = u32::try_from(name.chars().count())
        .unwrap_or(u32::MAX)
        .max(1);
    (PORTRAIT.text_width() / 10 / characters).clamp(36, 72)
}

fn field_start(xml: &mut String, attributes: &str, instruction: &str) {
    put!(
        xml,
        "<w:r><w:fldChar w:fldCharType=\"begin\"{attributes}/></w:r><w:r><w:instrText xml:space=\"preserve\">",
    );
    super::xml::escape_into(xml, instruction);
    xml.push_str("</w:instrText></w:r><w:r><w:fldChar w:fldCharType=\"separate\"/></w:r>");
}
