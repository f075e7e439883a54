//! A script for PowerShell 5.1, in a frame that does nothing without `-Apply`.

use std::collections::BTreeSet;

use xinglin_core::Lang;

use super::{Document, comments, framed, with_end};

const FRAME: &str = include_str!("powershell/frame.ps1");

/// Whether code can stand in a here-string: no line of it may look like its end.
pub(super) fn fits(code: &str) -> bool {
    !code.lines().any(|line| {
        let mut characters = line.chars();
        characters.next().is_some_and(is_quote) && characters.next() == Some('@')
    })
}

/// PowerShell takes curly quotes for straight ones.
fn is_quote(c: char) -> bool {
    matches!(c, '\'' | '\u{2018}' | '\u{2019}' | '\u{201a}' | '\u{201b}')
}

pub(super) fn write(document: &Document<'_>) -> String {
    let (usage, lang) = match document.lang {
        Lang::Zh => (
            [
                r"演练（不改动任何东西）：powershell -ExecutionPolicy Bypass -File .\remedy.ps1；执行：加 -Apply。",
                "只做一项：-Only 检查项编号；备份目录：-Backup 目录。",
            ],
            "zh",
        ),
        Lang::En => (
            [
                r"Rehearse (changes nothing): powershell -ExecutionPolicy Bypass -File .\remedy.ps1; act: add -Apply.",
                "One step only: -Only CHECK; where copies go: -Backup FOLDER.",
            ],
            "en",
        ),
    };
    let mut steps: Vec<String> = Vec::new();
    for coded in document.coded {
        let code = with_end(coded.code.text());
        let keys: Vec<String> = keys(&code).iter().map(|key| quoted(key)).collect();
        steps.push(format!(
            "{}Invoke-Step -Check {} -Title {} -Keys @({}) -Code @'\n{code}'@\n",
            comments(coded.remarks().get(1..).unwrap_or_default()),
            quoted(coded.step.check),
            quoted(&coded.title()),
            keys.join(", "),
        ));
    }
    // Windows takes a script without this mark for one in the local code page.
    format!(
        "\u{feff}{}",
        framed(FRAME, &document.head(&usage), lang, &steps)
    )
}

fn quoted(text: &str) -> String {
    let mut quoted = "'".to_owned();
    for c in text.chars() {
        quoted.push(c);
        if is_quote(c) {
            quoted.push(c);
        }
    }
    quoted.push('\'');
    quoted
}

/// The keys of the machine's registry that code names, as `reg export` wants them.
fn keys(code: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for root in ["HKLM:\\", "HKLM\\"] {
        for (_, rest) in code
            .match_indices(root)
            .filter_map(|(at, _)| code.split_at_checked(at))
        {
            let rest = rest.strip_prefix(root).unwrap_or_default();
            let is_part = |c: char| c.is_alphanumeric() || "\\ ._-{}".contains(c);
            let key: String = rest.chars().take_while(|c| is_part(*c)).collect();
            let key = key.trim_end_matches(['\\', ' ', '.']);
            if !key.is_empty() {
                found.insert(format!("HKLM\\{key}"));
            }
        }
    }
    found
}
