//! The gap report.

use xinglin_core::Lang;
use xinglin_report::gap_docx;

use crate::{samples, word};

#[test]
fn has_its_seven_chapters_and_a_section_for_each_class_with_gaps() {
    let docx = gap_docx(&samples::gap(), &samples::templates(), Lang::Zh).unwrap();
    word::keep("gap.docx", &docx);
    assert_eq!(
        word::styled(&docx, "Heading1"),
        [
            "一、基本情况",
            "二、分析依据与方法",
            "三、总体结果",
            "四、高风险问题与重大风险隐患",
            "五、差距明细",
            "六、整改优先级建议",
            "七、待补充信息",
        ]
    );
    let sections = word::styled(&docx, "Heading2");
    for class in [
        "（一）安全物理环境",
        "（四）安全计算环境",
        "（十）安全运维管理",
    ] {
        assert!(sections.iter().any(|section| section == class), "{class}");
    }
    let text = word::styled(&docx, "TableText").join("\n");
    for expected in [
        "8.1.4.1 a）部分符合",
        "已整改2026-11-10",
        "HIS 应用服务器 2：不符合",
    ] {
        assert!(text.contains(expected), "{expected}");
    }
}

#[test]
fn nothing_wrong_is_said_in_words() {
    let mut gap = samples::gap();
    gap.gaps.clear();
    gap.high_risks.clear();
    gap.missing.clear();
    gap.objects.clear();
    for lang in [Lang::Zh, Lang::En] {
        let docx = gap_docx(&gap, &samples::templates(), lang).unwrap();
        assert_eq!(word::styled(&docx, "Heading1").len(), 7);
        assert!(!word::part(&docx, "word/document.xml").contains("landscape"));
        let text = word::styled(&docx, "BodyText").join("\n");
        assert!(!text.contains('{') && !text.contains(" 0 "), "{text}");
    }
}

#[test]
fn a_full_catalogue_of_gaps_renders() {
    let mut gap = samples::gap();
    gap.gaps = samples::gaps(14);
    let docx = gap_docx(&gap, &samples::templates(), Lang::Zh).unwrap();
    word::keep("gap-large.docx", &docx);
    let rows = word::part(&docx, "word/document.xml")
        .matches("<w:tr>")
        .count();
    assert!(rows > 2 * 224);
}
