//! Pieces of `WordprocessingML`.

use std::fmt::Write as _;

use jiff::civil::Date;

/// Text without the characters that XML 1.0 forbids; they come in with pasted text
/// and make Word refuse the whole file.
pub(super) fn clean(text: &str) -> String {
    text.chars().filter(|&c| is_allowed(c)).collect()
}

fn is_allowed(c: char) -> bool {
    matches!(c, '\t' | '\n' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..)
}

/// Appends `text` escaped.
pub(super) fn escape_into(xml: &mut String, text: &str) {
    for c in text.chars().filter(|&c| is_allowed(c)) {
        match c {
            '&' => xml.push_str("&amp;"),
            '<' => xml.push_str("&lt;"),
            '>' => xml.push_str("&gt;"),
            '"' => xml.push_str("&quot;"),
            c => xml.push(c),
        }
    }
}

/// Appends runs of `text` with the given run properties; a line feed becomes a break.
pub(super) fn run_into(xml: &mut String, properties: &str, text: &str) {
    xml.push_str("<w:r>");
    if !properties.is_empty() {
        put!(xml, "<w:rPr>{properties}</w:rPr>");
    }
    for (index, line) in text.lines().enumerate() {
        if index > 0 {
            xml.push_str("<w:br/>");
        }
        xml.push_str("<w:t xml:space=\"preserve\">");
        escape_into(xml, line);
        xml.push_str("</w:t>");
    }
    xml.push_str("</w:r>");
}

/// Appends a paragraph of a style, with further paragraph properties.
pub(super) fn paragraph_into(xml: &mut String, style: &str, properties: &str, text: &str) {
    put!(
        xml,
        "<w:p><w:pPr><w:pStyle w:val=\"{style}\"/>{properties}</w:pPr>"
    );
    run_into(xml, "", text);
    xml.push_str("</w:p>");
}

/// The header and footer references that docx-rs put into the last section.
pub(super) fn references(body: &str) -> String {
    let mut found = String::new();
    for tag in ["<w:headerReference ", "<w:footerReference "] {
        for piece in body.split(tag).skip(1) {
            if let Some((attributes, _)) = piece.split_once("/>") {
                put!(found, "{tag}{attributes}/>");
            }
        }
    }
    found
}

/// `docProps/core.xml`. docx-rs writes a date of 1970 and no title.
pub(super) fn core_properties(title: &str, creator: &str, date: Date) -> String {
    let mut xml = String::from(concat!(
        r#"<?xml version="1.0" encoding="UTF-8" standalone="yes"?>"#,
        r#"<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties""#,
        r#" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/""#,
        r#" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>"#
    ));
    escape_into(&mut xml, title);
    xml.push_str("</dc:title><dc:creator>");
    escape_into(&mut xml, creator);
    put!(
        xml,
        "</dc:creator><dcterms:created xsi:type=\"dcterms:W3CDTF\">{date}T00:00:00Z</dcterms:created>\
         <dcterms:modified xsi:type=\"dcterms:W3CDTF\">{date}T00:00:00Z</dcterms:modified></cp:coreProperties>"
    );
    xml
}
