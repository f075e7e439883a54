//! The page of all rules: what each finds, and which clauses and techniques they cover.

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt::Write as _,
};

use xinglin_detect::{
    RuleSet,
    rule::{LogSource, Meta},
    variables,
};

use super::{OF_OTHERS, RULES, VARIABLES, below, is_rule_file};

const HEAD: &str = "# Rules of detection

The rules in `content/rules`, by area; written by `cargo xtask gen`. Each is tried on the samples in its file, see [add-a-rule](../guides/add-a-rule.md). Clauses are those of GB/T 22239-2019, techniques those of ATT&CK.
";

/// A rule that speaks for itself.
struct Row<'r> {
    meta: &'r Meta,
    logs: String,
}

/// The rules of the content, given as `(path, text)`, as a page of Markdown.
pub fn rules_page(content: &[(String, String)]) -> String {
    let known = below(content, VARIABLES).flat_map(|(file, text)| variables(file, text));
    let known = known.flatten().map(|known| (known.name, known.values));
    let mut set = RuleSet::new(known);
    for (file, text) in below(content, RULES) {
        if is_rule_file(file) && !file.starts_with(OF_OTHERS) {
            set.read(file, text);
        }
    }
    set.finish();
    // Writing to a string cannot fail.
    written(&areas(&set)).unwrap_or_default()
}

fn written(areas: &BTreeMap<String, Vec<Row<'_>>>) -> Result<String, std::fmt::Error> {
    let mut page = HEAD.to_owned();
    areas_of(&mut page, areas)?;
    for (title, word, keys) in [
        (
            "By clause",
            "clause",
            (|meta| meta.requirements().to_vec()) as Keys,
        ),
        ("By technique", "technique", Meta::techniques),
    ] {
        counted(&mut page, title, word, areas.values().flatten(), keys)?;
    }
    Ok(page)
}

/// What rules are counted by.
type Keys = fn(&Meta) -> Vec<String>;

fn areas_of(page: &mut String, areas: &BTreeMap<String, Vec<Row<'_>>>) -> std::fmt::Result {
    page.push_str("\n| area | rules |\n|---|---:|\n");
    for (area, rows) in areas {
        writeln!(page, "| [{area}](#{area}) | {} |", rows.len())?;
    }
    let total: usize = areas.values().map(Vec::len).sum();
    writeln!(page, "| together | {total} |")?;
    for (area, rows) in areas {
        writeln!(
            page,
            "\n## {area}\n\n| rule | | level | logs | techniques | clauses | playbook |\n|---|---|---|---|---|---|---|"
        )?;
        for row in rows {
            page.push_str(&line(row));
        }
    }
    Ok(())
}

fn areas(set: &RuleSet) -> BTreeMap<String, Vec<Row<'_>>> {
    let mut areas: BTreeMap<String, Vec<Row<'_>>> = BTreeMap::new();
    let rules = set.rules.iter();
    let rules = rules.map(|rule| (&rule.meta, logs(&rule.logsource)));
    let logs_of = |names: &[String]| {
        let own = |name: &String| {
            let mut rules = set.rules.iter();
            let found = rules.find(|rule| rule.meta.is_called(name))?;
            Some(logs(&found.logsource))
        };
        let logs: BTreeSet<String> = names.iter().filter_map(own).collect();
        let logs: Vec<String> = logs.into_iter().collect();
        logs.join(", ")
    };
    let correlations = set.correlations.iter();
    let correlations = correlations.map(|rule| (&rule.meta, logs_of(&rule.rules)));
    let baselines = set.baselines.iter();
    let baselines = baselines.map(|rule| (&rule.meta, logs_of(&rule.rules)));
    // What has no level speaks through a correlation only.
    for (meta, logs) in rules
        .chain(correlations)
        .chain(baselines)
        .filter(|(meta, _)| meta.level.is_some())
    {
        let inside = meta.file.strip_prefix(RULES).unwrap_or(&meta.file);
        let area = inside.split_once('/').map_or("", |(area, _)| area);
        areas
            .entry(area.to_owned())
            .or_default()
            .push(Row { meta, logs });
    }
    for rows in areas.values_mut() {
        rows.sort_by(|left, right| left.meta.file.cmp(&right.meta.file));
    }
    areas
}

fn logs(source: &LogSource) -> String {
    let words = [&source.product, &source.category, &source.service];
    let words: Vec<&str> = words.into_iter().flatten().map(String::as_str).collect();
    words.join(" ")
}

fn line(row: &Row<'_>) -> String {
    let title = row.meta.title_text();
    format!(
        "| [{}](../../content/{}) | {} | {} | {} | {} | {} | {} |\n",
        cell(&title.en),
        row.meta.file,
        cell(&title.zh),
        row.meta.level.map_or("", xinglin_detect::Level::word),
        row.logs,
        row.meta.techniques().join(", "),
        row.meta.requirements().join(", "),
        row.meta.playbook().unwrap_or_default(),
    )
}

fn cell(text: &str) -> String {
    text.replace('|', "\\|")
}

fn counted<'r>(
    page: &mut String,
    title: &str,
    word: &str,
    rows: impl Iterator<Item = &'r Row<'r>>,
    keys: Keys,
) -> std::fmt::Result {
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for row in rows {
        for key in keys(row.meta) {
            *counts.entry(key).or_default() += 1;
        }
    }
    let mut counts: Vec<(String, usize)> = counts.into_iter().collect();
    counts.sort_by_key(|(key, _)| numbers(key));
    write!(page, "\n## {title}\n\n| {word} | rules |\n|---|---:|\n")?;
    for (key, count) in counts {
        writeln!(page, "| {key} | {count} |")?;
    }
    Ok(())
}

/// An order in which 8.1.10 comes behind 8.1.4.
fn numbers(key: &str) -> (Vec<u32>, String) {
    let numbers = key.split(|letter: char| !letter.is_ascii_digit());
    let numbers = numbers.filter_map(|part| part.parse().ok()).collect();
    (numbers, key.to_owned())
}
