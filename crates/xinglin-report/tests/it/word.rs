//! Reads the text of a Word file the way a program that knows nothing of ours does.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

/// One part of the package.
pub(crate) fn part(docx: &[u8], name: &str) -> String {
    let mut archive = ZipArchive::new(Cursor::new(docx)).unwrap();
    let mut text = String::new();
    archive
        .by_name(name)
        .unwrap()
        .read_to_string(&mut text)
        .unwrap();
    text
}

/// Paragraphs of the body as style and text.
pub(crate) fn paragraphs(docx: &[u8]) -> Vec<(String, String)> {
    let body = part(docx, "word/document.xml");
    body.split("<w:p>")
        .skip(1)
        .map(|paragraph| {
            let style = paragraph
                .split_once("<w:pStyle w:val=\"")
                .and_then(|(_, rest)| rest.split_once('"'))
                .map_or(String::new(), |(style, _)| style.to_owned());
            let text = paragraph
                .split("<w:t xml:space=\"preserve\">")
                .skip(1)
                .filter_map(|piece| piece.split_once("</w:t>"))
                .map(|(text, _)| text)
                .collect::<Vec<_>>()
                .join("");
            (style, text)
        })
        .collect()
}

/// Texts of one style.
pub(crate) fn styled(docx: &[u8], style: &str) -> Vec<String> {
    paragraphs(docx)
        .into_iter()
        .filter(|(found, _)| found == style)
        .map(|(_, text)| text)
        .collect()
}

/// Writes a sample beside the test binary, for people to look at.
pub(crate) fn keep(name: &str, bytes: &[u8]) {
    std::fs::write(format!("{}/{name}", env!("CARGO_TARGET_TMPDIR")), bytes).unwrap();
}
