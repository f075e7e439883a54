//! A script for a POSIX shell, in a frame that does nothing without `--apply`.

use std::collections::BTreeSet;

use xinglin_core::Lang;

use super::{Document, comments, framed, with_end};

const FRAME: &str = include_str!("shell/frame.sh");

pub(super) fn write(document: &Document<'_>) -> String {
    let (usage, lang) = match document.lang {
        Lang::Zh => (
            [
                "演练（不改动任何东西）：sh remedy.sh；执行：sh remedy.sh --apply。",
                "只做一项：--only 检查项编号；备份目录：--backup 目录。",
            ],
            "zh",
        ),
        Lang::En => (
            [
                "Rehearse (changes nothing): sh remedy.sh; act: sh remedy.sh --apply.",
                "One step only: --only CHECK; where copies go: --backup FOLDER.",
            ],
            "en",
        ),
    };
    let mut steps: Vec<String> = Vec::new();
    for coded in document.coded {
        let code = with_end(coded.code.text());
        let end = end_mark(&code);
        let mut words = vec![quoted(coded.step.check), quoted(&coded.title())];
        words.extend(files(&code).iter().map(|file| quoted(file)));
        steps.push(format!(
            "{}step {} <<'{end}'\n{code}{end}\n",
            comments(coded.remarks().get(1..).unwrap_or_default()),
            words.join(" ")
        ));
    }
    framed(FRAME, &document.head(&usage), lang, &steps)
}

/// A line that ends the code and does not stand in it.
fn end_mark(code: &str) -> String {
    let mut mark = "END_OF_STEP".to_owned();
    while code.lines().any(|line| line == mark) {
        mark.push('_');
    }
    mark
}

/// A word that the shell takes as it is.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

/// Folders whose files no remedy changes.
const NOT_CONFIGURATION: [&str; 9] = [
    "/bin/",
    "/dev/",
    "/proc/",
    "/run/",
    "/sbin/",
    "/sys/",
    "/usr/bin/",
    "/usr/sbin/",
    "/usr/lib/",
];

/// The files that code names: copies are kept of those that exist.
fn files(code: &str) -> BTreeSet<String> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/._-+@".contains(c);
    let mut found = BTreeSet::new();
    for word in code.split(|c: char| !is_part(c)) {
        let is_file = word.starts_with('/')
            && word.len() > 2
            && !word.ends_with(['/', '.', '-'])
            && !word.contains("//")
            && !word.contains("/../")
            && word.matches('/').count() > 1
            && !NOT_CONFIGURATION
                .iter()
                .any(|folder| word.starts_with(folder));
        if is_file {
            found.insert(word.to_owned());
        }
    }
    found
}
