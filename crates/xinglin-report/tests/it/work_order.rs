//! The work order.

use jiff::civil::date;
use xinglin_core::Lang;
use xinglin_report::{Severity, WorkItem, WorkOrder, work_order_docx};

use crate::{samples, word};

fn order() -> WorkOrder {
    WorkOrder {
        hospital: "示例医院".to_owned(),
        generated_on: date(2026, 11, 23),
        prepared_by: "安全负责人".to_owned(),
        asset: "HIS 数据库".to_owned(),
        code: "DB-01".to_owned(),
        address: String::new(),
        platform: "mysql 5.7.44".to_owned(),
        inspected_at: date(2026, 11, 22).at(9, 30, 0, 0),
        department: "信息科".to_owned(),
        owner: String::new(),
        items: vec![WorkItem {
            check: "mysql.password-policy".to_owned(),
            title: "口令复杂度".to_owned(),
            severity: Severity::High,
            requirements: vec!["L3-CES1-01".to_owned()],
            observed: "未加载 <validate_password> & 其他".to_owned(),
            expected: "长度不少于 8".to_owned(),
            steps: "第一步\n第二步".to_owned(),
            risk: String::new(),
        }],
    }
}

#[test]
fn says_what_to_do_what_can_go_wrong_and_who_signs() {
    let docx = work_order_docx(&order(), &samples::templates(), Lang::Zh).unwrap();
    word::keep("work-order.docx", &docx);
    assert_eq!(
        word::styled(&docx, "Heading1"),
        [
            "一、基本信息",
            "二、执行前须知",
            "三、整改项一览",
            "四、整改项说明",
            "五、执行与确认",
        ]
    );
    let text = word::styled(&docx, "TableText").join("\n");
    for expected in [
        "L3-CES1-01",
        "未加载 &lt;validate_password&gt; &amp; 其他",
        "第二步",
        "2026-11-22 09:30",
        "复核人",
    ] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
}

#[test]
fn is_written_in_english_too() {
    let docx = work_order_docx(&order(), &samples::templates(), Lang::En).unwrap();
    let headings = word::styled(&docx, "Heading1").join("\n");
    assert!(headings.contains("Before the work"), "{headings}");
}
