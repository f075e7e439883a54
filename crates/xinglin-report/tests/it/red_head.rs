//! Official documents with a red head.

use jiff::civil::date;
use xinglin_core::Lang;
use xinglin_report::{Align, Block, Cell, Document, Front, RedHead, Table, render};

use crate::word;

fn document(organisation: &str, signed: Vec<String>) -> Document {
    let mut table = Table::new("", &[("事项", 1, Align::Start), ("天数", 1, Align::Start)]);
    table.row(vec![Cell::text("账户"), Cell::text("3")]);
    let clause = |label: &str, text: &str, is_part| Block::Clause {
        label: label.to_owned(),
        text: text.to_owned(),
        is_part,
    };
    Document {
        lang: Lang::Zh,
        front: Front::RedHead(RedHead {
            organisation: organisation.to_owned(),
            number: "示医〔2026〕6号".to_owned(),
            title: "示例医院\n授权与审批管理制度".to_owned(),
            signed,
            date: date(2026, 3, 9),
        }),
        header: "授权与审批管理制度".to_owned(),
        footer: ["— ".to_owned(), String::new(), " —".to_owned()],
        blocks: vec![
            Block::Heading {
                level: 1,
                text: "第一章　总则".to_owned(),
            },
            clause("第一条", "适用于全院 <所有> 人员：", false),
            clause("（一）", "账户；", true),
            clause("", "两项均须留痕。", false),
            Block::Code("a < b\nc & d".to_owned()),
            Block::Table(table),
        ],
    }
}

#[test]
fn stands_as_official_documents_do() {
    let signed = vec!["示例医院".to_owned(), "2026年3月9日".to_owned()];
    let docx = render(&document("示例医院", signed)).unwrap();
    word::keep("red-head.docx", &docx);
    for (style, expected) in [
        ("RedHead", &["示例医院文件"][..]),
        ("IssueNumber", &["示医〔2026〕6号"]),
        ("RedTitle", &["示例医院", "授权与审批管理制度"]),
        ("Chapter", &["第一章　总则"]),
        (
            "Clause",
            &["第一条　适用于全院 &lt;所有&gt; 人员：", "两项均须留痕。"],
        ),
        ("ClausePart", &["（一）账户；"]),
        ("Code", &["a &lt; bc &amp; d"]),
        ("Caption", &[]),
        ("TableText", &["账户", "3"]),
        ("Signed", &["示例医院", "2026年3月9日"]),
    ] {
        assert_eq!(word::styled(&docx, style), expected, "{style}");
    }
    let footer = word::part(&docx, "word/footer1.xml");
    assert!(footer.contains("— ") && !footer.contains("NUMPAGES"));
    let body = word::part(&docx, "word/document.xml");
    assert!(!body.contains("headerReference"));
    // What leads a list stays with it.
    let kept = body.matches("<w:pStyle w:val=\"Clause\"/><w:keepNext/>");
    assert_eq!(kept.count(), 1);
}

/// The name fits its line, whoever issues it.
#[test]
fn a_long_name_is_set_smaller() {
    let size = |organisation: &str| -> u32 {
        let docx = render(&document(organisation, Vec::new())).unwrap();
        let body = word::part(&docx, "word/document.xml");
        let (_, rest) = body.split_once("RedHead").unwrap();
        let (_, rest) = rest.split_once("<w:sz w:val=\"").unwrap();
        rest.split_once('"').unwrap().0.parse().unwrap()
    };
    assert_eq!(size("示例医院"), 72);
    let long = "某某自治区某某市第一人民医院医疗集团总院";
    // Half points of the whole line, and the width of the text in half points.
    assert!(size(long) * u32::try_from(long.chars().count() + 2).unwrap() <= 8_844 / 10);
    assert!(word::styled(&render(&document("甲", Vec::new())).unwrap(), "Signed").is_empty());
}
