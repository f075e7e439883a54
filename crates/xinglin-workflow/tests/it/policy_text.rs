//! How the text of a policy is read, counted and filled in.

use proptest::prelude::*;
use xinglin_workflow::{PolicyBlock, PolicyReference, PolicyText};

const TEXT: &str = "\
## 总则

1. 本制度适用于{{hospital}}。 {#scope}

1. 按[](#approval-drugs)
   办理，由{{post:leader}}签字。

## 审批

1. 下列事项须经审批： {#approval}
   1. 账户，填写{{form:account-request}}；
   1. 统方： {#approval-drugs}
      1. 科室内；
      1. 全院。

   两项均须留痕。

   ```
   xinglin logs search 'user:{{duty_phone}}'
   ```

1. 另见{{policy:change-management}}和[](#scope)。

## 附：期限

1. 见下表。

| 事项 | 天数 |
| --- | --- |
| 账户 | {{days}} |
";

/// Blocks as lines: depth, label, text.
fn lines(blocks: &[PolicyBlock]) -> Vec<String> {
    let line = |block: &PolicyBlock| match block {
        PolicyBlock::Chapter { label, title } => {
            format!("# {} {title}", label.as_deref().unwrap_or("-"))
        }
        PolicyBlock::Paragraph { depth, label, text } => {
            format!("{depth} {} {text}", label.as_deref().unwrap_or("-"))
        }
        PolicyBlock::Code { depth, text } => format!("{depth} code {text}"),
        PolicyBlock::Table { rows } => format!("table {}", rows.concat().join(" ")),
    };
    blocks.iter().map(line).collect()
}

#[test]
fn articles_are_counted_and_names_filled_in() {
    let text = PolicyText::parse(TEXT);
    let name = |reference: PolicyReference<'_>| match reference {
        PolicyReference::Variable("hospital") => Some("示例医院".to_owned()),
        PolicyReference::Variable("days") => Some("3".to_owned()),
        PolicyReference::Post("leader") => Some("分管院长".to_owned()),
        PolicyReference::Form(_) => Some("《账户申请单》".to_owned()),
        PolicyReference::Policy(_) => Some("《变更管理制度》".to_owned()),
        _ => None,
    };
    let expected = [
        "# 第一章 总则",
        "0 第一条 本制度适用于示例医院。",
        "0 第二条 按第三条第（二）项办理，由分管院长签字。",
        "# 第二章 审批",
        "0 第三条 下列事项须经审批：",
        "1 （一） 账户，填写《账户申请单》；",
        "1 （二） 统方：",
        "2 1. 科室内；",
        "2 2. 全院。",
        "0 - 两项均须留痕。",
        "0 code xinglin logs search 'user:{{duty_phone}}'",
        "0 第四条 另见《变更管理制度》和第一条。",
        "# - 附：期限",
        "0 1. 见下表。",
        "table 事项 天数 账户 3",
    ];
    assert_eq!(lines(&text.filled(name)), expected);
}

#[test]
fn what_a_text_speaks_of_has_its_line() {
    let text = PolicyText::parse(TEXT);
    let found: Vec<_> = text.references().collect();
    let expected = [
        (3, PolicyReference::Variable("hospital")),
        (5, PolicyReference::Place("approval-drugs")),
        (5, PolicyReference::Post("leader")),
        (11, PolicyReference::Form("account-request")),
        (19, PolicyReference::Variable("duty_phone")),
        (22, PolicyReference::Policy("change-management")),
        (22, PolicyReference::Place("scope")),
        (28, PolicyReference::Variable("days")),
    ];
    assert_eq!(found, expected);
    assert_eq!(
        text.marks().collect::<Vec<_>>(),
        ["approval", "approval-drugs", "scope"]
    );
    assert_eq!(text.place("approval"), Some("第三条"));
}

/// What a hospital pastes is no policy of ours: nothing of it is lost.
#[test]
fn other_markdown_is_kept() {
    for (markdown, expected) in [
        ("", &[][..]),
        ("一段文字。", &["0 - 一段文字。"][..]),
        (
            "# 标题\n\n### 小节\n\n- 甲\n- 乙",
            &["# 第一章 标题", "# 第二章 小节", "0 · 甲", "0 · 乙"],
        ),
        (
            "1. 甲\n\n1. 乙 {#x}\n\n1. 丙 {#x}",
            &["0 第一条 甲", "0 第二条 乙", "0 第三条 丙"],
        ),
        (
            "见[规定](https://example.org/a)。",
            &["0 - 见规定（https://example.org/a）。"],
        ),
        ("<b>粗</b> **重** `码`", &["0 - <b>粗</b> 重 码"]),
        ("[](#none) {{ }} {{", &["0 - [](#none) {{ }} {{"]),
    ] {
        let text = PolicyText::parse(markdown);
        assert_eq!(lines(&text.filled(|_| None)), expected, "{markdown}");
    }
    assert_eq!(
        PolicyText::parse("1. 甲 {#x}\n1. 乙 {#x}").marks_twice(),
        ["x"]
    );
}

proptest! {
    #[test]
    fn every_text_can_be_read_and_filled(markdown in "([#>|`*_~-]|1\\. |   |\n|\\{\\{[a-z:]{0,4}\\}\\}|\\[\\]\\(#a\\)|\\{#a\\}|[甲a ]){0,80}") {
        let text = PolicyText::parse(&markdown);
        let names = |_: PolicyReference<'_>| Some("名".to_owned());
        let filled = text.filled(names);
        prop_assert_eq!(filled.len(), text.blocks().len());
        prop_assert!(text.references().all(|(line, _)| line >= 1));
    }
}
