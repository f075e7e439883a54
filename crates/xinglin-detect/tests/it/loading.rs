//! What is read, and what is refused with which reason.

use xinglin_detect::RuleSet;

use super::public::public_rules;

fn read(text: &str) -> RuleSet {
    let mut rules = RuleSet::default();
    rules.read("test.yml", text);
    rules.finish();
    rules
}

#[test]
fn broken_documents_have_a_line_and_a_reason() {
    let text = include_str!("broken.yml");
    let found = read(text);
    let lines: Vec<&str> = text.lines().collect();
    let mut expected = Vec::new();
    for (number, line) in lines.iter().enumerate() {
        if let Some((_, reason)) = line.split_once("# refused: ") {
            expected.push((number + 1, reason.to_owned()));
        }
    }
    for ((line, reason), problem) in expected.iter().zip(&found.problems) {
        assert_eq!(problem.line, *line, "{problem:?}");
        assert!(
            problem.reason.contains(reason),
            "{problem:?} and not {reason}"
        );
        assert_eq!(problem.file, "test.yml");
    }
    assert_eq!(
        found.problems.len(),
        expected.len(),
        "{:#?}",
        found.problems
    );
    let titles: Vec<&str> = found
        .rules
        .iter()
        .map(|rule| rule.meta.title.as_str())
        .collect();
    assert_eq!(titles, ["good", "good too"]);
}

/// The public rules, where they are.
#[test]
fn public_rules_load() {
    let Some(rules) = public_rules() else {
        return;
    };
    let refused: Vec<(&str, &str)> = rules
        .problems
        .iter()
        .map(|problem| (problem.file.as_str(), problem.reason.as_str()))
        .collect();
    // Two rules are about a list that only a site has.
    for (file, reason) in &refused {
        assert!(reason.contains("%known_cdcs%"), "{file}: {reason}");
    }
    let loaded = rules.rules.len();
    assert!(loaded > 3_700, "{loaded}");
    assert!(refused.len() * 1_000 < loaded * 5);
}

/// Placeholders stand for texts, ranges of addresses, hours and numbers.
#[test]
fn placeholders_have_values() {
    let of = |name: &str, values: &[&str]| {
        let values = values.iter().map(|value| (*value).to_owned());
        (name.to_owned(), values.collect())
    };
    let mut rules = RuleSet::new([
        of("night", &["22", "23", "0"]),
        of("nets", &["10.0.0.0/8", "192.168.0.0/16"]),
        of("wrong", &["late"]),
    ]);
    let rule = |title: &str, item: &str| {
        format!(
            "title: {title}\nlogsource: {{product: linux}}\ndetection:\n  a: {{{item}}}\n  condition: a\n"
        )
    };
    for (title, item) in [
        ("hours", "'@timestamp|hour|expand': '%night%'"),
        ("ranges", "'source.ip|cidr|expand': '%nets%'"),
        ("bound", "'rows|gte|expand': '%night%'"),
        ("no number", "'@timestamp|hour|expand': '%wrong%'"),
        ("encoded", "'rows|gte|base64': '5'"),
    ] {
        rules.read("test.yml", &rule(title, item));
    }
    rules.finish();
    let titles: Vec<&str> = rules
        .rules
        .iter()
        .map(|rule| rule.meta.title.as_str())
        .collect();
    assert_eq!(titles, ["hours", "ranges", "bound"]);
    let reasons: Vec<&str> = rules.problems.iter().map(|of| of.reason.as_str()).collect();
    assert_eq!(
        reasons,
        [
            "`@timestamp|hour|expand`: `late` is no number",
            "`rows|gte|base64`: a number is not encoded"
        ]
    );
}
