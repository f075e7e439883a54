//! The rectification plan.

use xinglin_core::Lang;
use xinglin_report::plan_docx;

use crate::{samples, word};

const CHAPTERS: [&str; 9] = [
    "一、背景说明",
    "二、存在问题",
    "三、整改方案",
    "四、落实措施",
    "五、预期效果",
    "六、实施措施",
    "七、预期效果",
    "八、实施进度和风险评估",
    "九、总结",
];

#[test]
fn has_the_nine_chapters_in_order_and_in_the_contents() {
    let templates = samples::templates();
    let docx = plan_docx(&samples::plan(&templates), &templates, Lang::Zh).unwrap();
    word::keep("plan.docx", &docx);
    assert_eq!(word::styled(&docx, "Heading1"), CHAPTERS);
    let contents = word::styled(&docx, "TOC1");
    assert_eq!(contents.len(), 9);
    for (entry, chapter) in contents.iter().zip(CHAPTERS) {
        let page = entry.strip_prefix(chapter).unwrap();
        assert!(page.parse::<u32>().unwrap() > 2, "{entry}");
    }
}

#[test]
fn says_the_figures_of_the_data() {
    let templates = samples::templates();
    let plan = samples::plan(&templates);
    let docx = plan_docx(&plan, &templates, Lang::Zh).unwrap();
    let text: String = word::paragraphs(&docx)
        .into_iter()
        .map(|(_, text)| text + "\n")
        .collect();
    for expected in [
        "共有适用项 205 项，其中符合 139 项、部分符合 34 项、不符合 32 项，不适用 6 项，当前结果为 67.8%，结论为“基本符合”",
        "现有待整改问题 16 个，其中高风险 9 个、中风险 6 个、低风险 1 个",
        "共发现重大风险隐患 3 个，其中已整改 1 个，尚有 2 个",
        "整改后预计不再存在未整改的重大风险隐患",
        "结果由 67.8% 提高到 94.6%，结论由“基本符合”达到“符合”",
        "费用估算：46–121万元",
        "自2026年12月1日起至2027年5月31日止，历时约 26 周，分 3 个阶段",
        "表 1　纳入整改的定级对象",
        "待明确",
        "尚未备案",
    ] {
        assert!(text.contains(expected), "{expected}\n{text}");
    }
    assert!(!text.contains('{'), "a placeholder is left");
}

#[test]
fn a_hospital_without_problems_gets_sentences_that_fit() {
    let templates = samples::templates();
    let mut plan = samples::plan(&templates);
    plan.problems.clear();
    plan.measures.clear();
    plan.budget.clear();
    plan.phases.clear();
    plan.organisation.clear();
    plan.departments.clear();
    plan.current = plan.expected.clone();
    for lang in [Lang::Zh, Lang::En] {
        let docx = plan_docx(&plan, &templates, lang).unwrap();
        assert_eq!(word::styled(&docx, "Heading1").len(), 9);
        let text = word::styled(&docx, "BodyText").join("\n");
        assert!(!text.contains(" 0 个"), "{text}");
        assert!(!text.contains("（）"), "{text}");
    }
}

#[test]
fn tables_repeat_their_header_and_rows_stay_whole() {
    let templates = samples::templates();
    let docx = plan_docx(&samples::plan(&templates), &templates, Lang::Zh).unwrap();
    let body = word::part(&docx, "word/document.xml");
    let captions = word::styled(&docx, "Caption").len();
    assert!(captions > 20);
    assert_eq!(body.matches("<w:tblHeader/>").count(), captions);
    assert_eq!(
        body.matches("<w:tr>").count(),
        body.matches("<w:cantSplit/>").count()
    );
    // Cover, portrait, landscape for the risks, portrait.
    assert_eq!(body.matches("<w:sectPr>").count(), 4);
    assert_eq!(body.matches("w:orient=\"landscape\"").count(), 1);
}

#[test]
fn speaks_english() {
    let templates = samples::templates();
    let docx = plan_docx(&samples::plan(&templates), &templates, Lang::En).unwrap();
    word::keep("plan-en.docx", &docx);
    let chapters = word::styled(&docx, "Heading1");
    assert_eq!(chapters.first().unwrap(), "1  Background");
    assert_eq!(chapters.last().unwrap(), "9  Summary");
}

#[test]
fn text_that_xml_forbids_does_no_harm() {
    let templates = samples::templates();
    let mut plan = samples::plan(&templates);
    plan.hospital = "甲<乙>&\"丙\"\u{1}\u{fffe}丁".to_owned();
    let docx = plan_docx(&plan, &templates, Lang::Zh).unwrap();
    for name in ["word/document.xml", "word/header1.xml", "docProps/core.xml"] {
        let xml = word::part(&docx, name);
        assert!(xml.contains("甲&lt;乙&gt;&amp;"), "{name}");
        assert!(xml.chars().all(|c| c >= ' ' || c == '\n'), "{name}");
    }
}

#[test]
fn equal_plans_give_equal_bytes() {
    let templates = samples::templates();
    let plan = samples::plan(&templates);
    assert_eq!(
        word::part(
            &plan_docx(&plan, &templates, Lang::Zh).unwrap(),
            "word/document.xml"
        ),
        word::part(
            &plan_docx(&plan, &templates, Lang::Zh).unwrap(),
            "word/document.xml"
        ),
    );
}
