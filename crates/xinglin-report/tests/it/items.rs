//! The item list, out and in again.

use jiff::civil::date;
use xinglin_core::{Lang, Verdict};
use xinglin_report::{ItemRow, ItemsHead, items_xlsx, read_items};

use crate::{samples, word};

fn head() -> ItemsHead {
    ItemsHead {
        hospital: "示例医院".to_owned(),
        system: "HIS".to_owned(),
        grade: "S3A3G3".to_owned(),
        assessment: "2026 年度自查".to_owned(),
        generated_on: date(2026, 11, 22),
    }
}

fn rows() -> Vec<ItemRow> {
    let verdicts = [
        Some(Verdict::Compliant),
        Some(Verdict::Partial),
        Some(Verdict::Noncompliant),
        Some(Verdict::NotApplicable),
        None,
    ];
    verdicts
        .into_iter()
        .zip(1..)
        .map(|(verdict, n)| ItemRow {
            requirement: format!("L3-CES1-{n:02}").parse().unwrap(),
            clause: "8.1.4.1 a）".to_owned(),
            control: "身份鉴别".to_owned(),
            text: "=HYPERLINK(\"http://example.com\")".to_owned(),
            object_code: format!("00{n}"),
            object: "@服务器".to_owned(),
            object_type: "服务器操作系统".to_owned(),
            verdict,
            reasons: "-1 项\n+第二行\t=1+1".to_owned(),
            evidence: String::new(),
            decided_on: verdict.map(|_| date(2026, 11, 20)),
            high_risk: String::new(),
            hazard: String::new(),
            advice: "启用锁定".to_owned(),
        })
        .collect()
}

#[test]
fn comes_back_without_loss_in_both_languages() {
    let templates = samples::templates();
    let rows = rows();
    for lang in [Lang::Zh, Lang::En] {
        let xlsx = items_xlsx(&head(), &rows, &templates, lang).unwrap();
        if lang == Lang::Zh {
            word::keep("items.xlsx", &xlsx);
        }
        let read = read_items(&xlsx, &templates).unwrap();
        assert_eq!(read.problems, []);
        assert_eq!(read.items.len(), rows.len());
        for (item, row) in read.items.iter().zip(&rows) {
            assert_eq!(item.requirement, row.requirement);
            assert_eq!(item.object_code, row.object_code);
            assert_eq!(item.verdict, row.verdict);
            assert_eq!(item.reasons, row.reasons);
        }
    }
}

#[test]
fn text_never_becomes_a_formula() {
    let xlsx = items_xlsx(&head(), &rows(), &samples::templates(), Lang::Zh).unwrap();
    let sheet = word::part(&xlsx, "xl/worksheets/sheet1.xml");
    assert!(!sheet.contains("<f>"));
    assert!(sheet.contains("<autoFilter"));
    assert!(sheet.contains("state=\"frozen\""));
}

#[test]
fn foreign_words_are_reported_with_their_row() {
    let csv = "测评单元编号,对象编号,判定,判定理由\nL3-CES1-01,A1,合格,\nL3-XXX,A1,符合,\nL3-CES1-02,A1,符合,好\n";
    let read = read_items(csv.as_bytes(), &samples::templates()).unwrap();
    assert_eq!(read.items.len(), 1);
    assert_eq!(
        read.problems,
        [
            (2, "判定".to_owned(), "合格".to_owned()),
            (3, "测评单元编号".to_owned(), "L3-XXX".to_owned()),
        ]
    );
    assert!(read_items(b"a,b\n1,2\n", &samples::templates()).is_err());
}
