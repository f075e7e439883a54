//! Documents that are pasted, statement by statement: SQL, lines of devices and of files.

use xinglin_core::Lang;

use super::{Document, with_end};

/// What begins and ends a comment in a dialect.
pub(super) fn comment_marks(dialect: &str) -> (&'static str, &'static str) {
    const XML: [&str; 4] = ["tomcat", "weblogic", "iis", "xml"];
    if XML.iter().any(|word| dialect.contains(word)) {
        ("<!--", " -->")
    } else if ["cisco", "ruijie"]
        .iter()
        .any(|maker| dialect.starts_with(maker))
    {
        ("!", "")
    } else if dialect == "mongosh" {
        ("//", "")
    } else {
        ("#", "")
    }
}

pub(super) fn write(document: &Document<'_>, (begin, end): (&str, &str)) -> String {
    let comment = |line: &str| {
        // Two hyphens would end a comment of XML, or begin one of SQL within it.
        let line = line.replace("--", "- -");
        format!("{begin} {line}{end}\n")
    };
    let usage = match document.lang {
        Lang::Zh => [
            "本文件不会自行执行：逐项核对，先在测试环境或备机上试做，再粘贴执行。",
            "尖括号 <…> 中的内容需换成本院的值。",
        ],
        Lang::En => [
            "Nothing here runs by itself: read each step, try it on a test system, then paste it.",
            "What stands in <…> is to be replaced by your own values.",
        ],
    };
    let mut text: String = document
        .head(&usage)
        .iter()
        .map(|line| comment(line))
        .collect();
    for coded in document.coded {
        text.push('\n');
        text.extend(coded.remarks().iter().map(|line| comment(line)));
        text.push_str(&with_end(coded.code.text()));
    }
    text
}
