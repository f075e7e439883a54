//! Writes a [`Document`] as a Word file.
//!
//! `docx-rs` makes the package: styles, header, footer, relations. The body is written
//! by [`body`], because docx-rs 0.4.22 cannot repeat a table's header row, gives a
//! section either a header or a footer, and takes several times as long.

use std::io::{Cursor, Read as _, Write as _};

use docx_rs::{
    AlignmentType, BorderType, Docx, Footer, Header, LineSpacing, LineSpacingType, NumPages,
    PageNum, Paragraph, ParagraphBorder, ParagraphBorderPosition, ParagraphBorders, Run, RunFonts,
    SpecialIndentType, Style, StyleType,
};
use xinglin_core::Lang;
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use crate::{
    document::{Document, Front},
    error::ReportError,
};

/// Appends formatted text to a `String`, which takes everything.
macro_rules! put {
    ($xml:expr, $($argument:tt)+) => {
        write!($xml, $($argument)+).expect("a String takes everything")
    };
}

mod body;
mod headings;
mod layout;
mod table;
mod xml;

/// Renders a document as a Word file (docx).
///
/// # Errors
/// Only when the package cannot be assembled, which no content should cause.
pub fn render(document: &Document) -> Result<Vec<u8>, ReportError> {
    let mut package = shell(document).build();
    let shell = String::from_utf8(std::mem::take(&mut package.document))
        .map_err(|_| ReportError::Package("the body is not UTF-8"))?;
    let (prolog, rest) = shell
        .split_once("<w:body>")
        .ok_or(ReportError::Package("no body"))?;
    let references = xml::references(rest);
    package.document = body::write(document, prolog, &references).into_bytes();
    package.font_table = FONTS.as_bytes().to_vec();
    package.doc_props.core = xml::core_properties(
        &document.header,
        document.front.organisation(),
        document.front.date(),
    )
    .into_bytes();
    let mut stored = Cursor::new(Vec::new());
    package
        .pack(&mut stored)
        .map_err(|_| ReportError::Package("docx-rs cannot pack"))?;
    compress(stored)
}

/// docx-rs stores its parts uncompressed; Word and mail servers prefer them small.
fn compress(stored: Cursor<Vec<u8>>) -> Result<Vec<u8>, ReportError> {
    let mut archive = ZipArchive::new(stored)?;
    let mut packed = ZipWriter::new(Cursor::new(Vec::new()));
    // Level 1 costs a third of the default level's time for a tenth more size.
    let options = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .compression_level(Some(1));
    let mut part = Vec::new();
    for index in 0..archive.len() {
        let mut file = archive.by_index(index)?;
        if file.is_dir() {
            continue;
        }
        part.clear();
        file.read_to_end(&mut part)?;
        packed.start_file(file.name().to_owned(), options)?;
        packed.write_all(&part)?;
    }
    Ok(packed.finish()?.into_inner())
}

/// The package without its text.
fn shell(document: &Document) -> Docx {
    let [before, between, after] = &document.footer;
    let small = |text: &str| Run::new().add_text(text);
    let mut name = Paragraph::new()
        .style("Header")
        .add_run(small(&xml::clean(&document.header)));
    name.property = name.property.set_borders(
        ParagraphBorders::with_empty().set(
            ParagraphBorder::new(ParagraphBorderPosition::Bottom)
                .val(BorderType::Single)
                .size(6)
                .space(4),
        ),
    );
    let header = Header::new().add_paragraph(name);
    let page = Paragraph::new()
        .style("Footer")
        .add_run(small(before))
        .add_page_num(PageNum::new());
    let page = if between.is_empty() {
        page
    } else {
        page.add_run(small(between)).add_num_pages(NumPages::new())
    };
    let footer = Footer::new().add_paragraph(page.add_run(small(after)));
    let docx = styles(document.lang)
        .into_iter()
        .chain(red_head_styles())
        .fold(Docx::new(), Docx::add_style)
        .default_fonts(fonts(TABLE_FONT))
        .default_size(21)
        .footer(footer);
    match document.front {
        Front::Cover { .. } => docx.header(header),
        Front::RedHead(_) => docx,
    }
}

const TITLE_FONT: &str = "方正小标宋简体";
const HEADING_FONT: &str = "黑体";
const SECOND_HEADING_FONT: &str = "楷体";
const BODY_FONT: &str = "仿宋";
const TABLE_FONT: &str = "宋体";
const LATIN_FONT: &str = "Times New Roman";

/// The fonts of Chinese official documents, with what to use where one is not installed.
const FONTS: &str = concat!(
    r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main">"#,
    r#"<w:font w:name="Times New Roman"><w:charset w:val="00"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>"#,
    r#"<w:font w:name="方正小标宋简体"><w:altName w:val="宋体"/><w:charset w:val="86"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>"#,
    r#"<w:font w:name="黑体"><w:altName w:val="SimHei"/><w:charset w:val="86"/><w:family w:val="swiss"/><w:pitch w:val="variable"/></w:font>"#,
    r#"<w:font w:name="楷体"><w:altName w:val="KaiTi"/><w:charset w:val="86"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>"#,
    r#"<w:font w:name="仿宋"><w:altName w:val="FangSong"/><w:charset w:val="86"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>"#,
    r#"<w:font w:name="宋体"><w:altName w:val="SimSun"/><w:charset w:val="86"/><w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>"#,
    "</w:fonts>"
);

fn fonts(east_asia: &str) -> RunFonts {
    RunFonts::new()
        .ascii(LATIN_FONT)
        .hi_ansi(LATIN_FONT)
        .east_asia(east_asia)
}

/// A paragraph style: id, name, font, size in half points, exact line in points (0 single).
fn style(id: &str, name: &str, font: &str, size: usize, line: i32) -> Style {
    let style = Style::new(id, StyleType::Paragraph)
        .name(name)
        .based_on("Normal")
        .fonts(fonts(font))
        .size(size);
    match line {
        0 => style,
        points => style.line_spacing(exact(points)),
    }
}

fn exact(points: i32) -> LineSpacing {
    LineSpacing::new()
        .line_rule(LineSpacingType::Exact)
        .line(points * 20)
}

/// An exact line with space before and after in twips. Exact, so that the text breaks at
/// the same places whichever font stands in for one that is missing.
fn spaced(points: i32, before: u32, after: u32) -> LineSpacing {
    exact(points).before(before).after(after)
}

/// Sizes after the habits of official documents: body 四号 on a fixed line of 28 pt,
/// chapters 三号 in 黑体, sections in 楷体.
fn styles(lang: Lang) -> Vec<Style> {
    let indent = |style: Style| match lang {
        // Two characters of 14 pt.
        Lang::Zh => style.indent(None, Some(SpecialIndentType::FirstLine(560)), None, None),
        Lang::En => style,
    };
    let both = |style: Style| style.align(AlignmentType::Both);
    let centre = |style: Style| style.align(AlignmentType::Center);
    vec![
        style("Heading1", "heading 1", HEADING_FONT, 32, 0)
            .bold()
            .line_spacing(spaced(30, 320, 160))
            .outline_lvl(0)
            .next("BodyText"),
        style("Heading2", "heading 2", SECOND_HEADING_FONT, 30, 0)
            .line_spacing(spaced(28, 160, 80))
            .bold()
            .outline_lvl(1)
            .next("BodyText"),
        style("Heading3", "heading 3", BODY_FONT, 28, 0)
            .line_spacing(spaced(28, 80, 40))
            .bold()
            .outline_lvl(2)
            .next("BodyText"),
        both(indent(style("BodyText", "Body Text", BODY_FONT, 28, 28))),
        both(style("ListItem", "List Item", BODY_FONT, 28, 28).indent(
            Some(980),
            Some(SpecialIndentType::Hanging(420)),
            None,
            None,
        )),
        centre(style("Caption", "caption", HEADING_FONT, 21, 0).line_spacing(spaced(18, 120, 60))),
        style("Note", "Note", TABLE_FONT, 18, 0).line_spacing(spaced(13, 60, 120)),
        style("TableText", "Table Text", TABLE_FONT, 20, 0).line_spacing(spaced(15, 30, 30)),
        style("TableHead", "Table Head", HEADING_FONT, 20, 0)
            .bold()
            .line_spacing(spaced(15, 40, 40)),
        centre(style("CoverName", "Cover Name", TITLE_FONT, 44, 0)),
        centre(
            style("CoverTitle", "Cover Title", TITLE_FONT, 64, 0)
                .bold()
                .line_spacing(LineSpacing::new().before(60).after(60)),
        ),
        centre(style(
            "CoverSubtitle",
            "Cover Subtitle",
            SECOND_HEADING_FONT,
            32,
            0,
        )),
        style("CoverText", "Cover Text", BODY_FONT, 28, 0)
            .line_spacing(LineSpacing::new().before(60).after(20)),
        centre(
            style("ContentsTitle", "Contents Title", HEADING_FONT, 36, 0)
                .line_spacing(spaced(30, 120, 240)),
        ),
        style("TOC1", "toc 1", HEADING_FONT, 24, 0).line_spacing(spaced(22, 60, 0)),
        style("TOC2", "toc 2", BODY_FONT, 24, 0)
            .line_spacing(spaced(20, 0, 0))
            .indent(Some(420), None, None, None),
        centre(style("Header", "header", TABLE_FONT, 18, 0)),
        centre(style("Footer", "footer", TABLE_FONT, 18, 0)),
    ]
}

/// Official documents (GB/T 9704-2012 7.2, 7.3): a title of 二号 小标宋, text of 三号 仿宋 in
/// lines of 29 pt, two characters in at the first.
fn red_head_styles() -> Vec<Style> {
    let centre = |style: Style| style.align(AlignmentType::Center);
    let first_line =
        |style: Style| style.indent(None, Some(SpecialIndentType::FirstLine(640)), None, None);
    let clause = |id: &str, name: &str| {
        first_line(style(id, name, BODY_FONT, 32, 29)).align(AlignmentType::Both)
    };
    vec![
        centre(style("RedHead", "Red Head", TITLE_FONT, 72, 0)).color(RED),
        centre(style("IssueNumber", "Issue Number", BODY_FONT, 32, 29)),
        centre(
            style("RedTitle", "Red Title", TITLE_FONT, 44, 0).line_spacing(spaced(36, 580, 580)),
        ),
        centre(
            style("Chapter", "Chapter", HEADING_FONT, 32, 0)
                .line_spacing(spaced(29, 290, 290))
                .outline_lvl(0)
                .next("Clause"),
        ),
        clause("Clause", "Clause"),
        clause("ClausePart", "Clause Part"),
        style("Code", "Code", TABLE_FONT, 21, 16).indent(Some(640), None, None, None),
        style("Signed", "Signed", BODY_FONT, 32, 29)
            .align(AlignmentType::Right)
            .indent(None, None, Some(1_280), None),
    ]
}

/// The red of official documents.
const RED: &str = "E60012";
