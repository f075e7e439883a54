//! The content as it stands, and what is refused.

use std::collections::{BTreeMap, BTreeSet};

use xinglin_controls::{Catalogue, CatalogueError, IdCertainty, Scope};
use xinglin_core::{Domain, Extension, ProtectionClass, RequirementId};

use crate::common::{CATALOGUE, content, id};

/// Items for each class in the standard's order, by level.
const PER_DOMAIN: [(u8, [usize; 10]); 4] = [
    (1, [7, 2, 5, 11, 0, 1, 3, 4, 9, 13]),
    (2, [15, 4, 11, 23, 4, 6, 9, 7, 25, 31]),
    (3, [22, 8, 20, 34, 12, 7, 14, 12, 34, 48]),
    (4, [24, 11, 21, 36, 13, 7, 15, 14, 35, 52]),
];

#[test]
fn general_items_are_629_as_the_standard_counts_them() {
    let general = || {
        CATALOGUE
            .items()
            .iter()
            .filter(|item| item.extension().is_none())
    };
    for (level, counts) in PER_DOMAIN {
        for (domain, expected) in Domain::ALL.iter().zip(counts) {
            let of_both = general()
                .filter(|item| item.id.level().number() == level && item.id.domain() == *domain);
            assert_eq!(of_both.count(), expected, "L{level} {domain}");
        }
    }
    assert_eq!(general().count(), 629);
}

#[test]
fn extension_items_are_85() {
    for (extension, expected) in [
        (
            Extension::Cloud,
            vec![
                ("PES", 1),
                ("CNS", 5),
                ("ABS", 8),
                ("CES", 19),
                ("SMC", 4),
                ("CMS", 8),
                ("MMS", 1),
            ],
        ),
        (
            Extension::Mobile,
            vec![("PES", 1), ("ABS", 8), ("CES", 5), ("CMS", 4), ("MMS", 1)],
        ),
        (
            Extension::Iot,
            vec![("PES", 4), ("ABS", 3), ("CES", 10), ("MMS", 3)],
        ),
    ] {
        let mut counts = BTreeMap::new();
        for item in CATALOGUE
            .items()
            .iter()
            .filter(|item| item.extension() == Some(extension))
        {
            assert_eq!(item.id.level().number(), 3, "{}", item.id);
            *counts.entry(item.id.domain().word()).or_insert(0) += 1;
        }
        assert_eq!(counts, expected.into_iter().collect(), "{extension}");
    }
    let extended = CATALOGUE
        .items()
        .iter()
        .filter(|item| item.extension().is_some());
    assert_eq!(extended.count(), 85);
}

#[test]
fn unit_codes_and_letters_run_without_unknown_holes() {
    let mut numbers: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut letters: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for item in CATALOGUE.items() {
        let code = item.id.to_string();
        let (series, number) = code.rsplit_once('-').unwrap();
        numbers
            .entry(series.to_owned())
            .or_default()
            .push(number.parse().unwrap());
        letters.entry(&item.clause).or_default().push(&item.item);
    }
    let mut holes = Vec::new();
    for (series, numbers) in numbers {
        let last = *numbers.last().unwrap();
        let missing = (1..last).filter(|number| !numbers.contains(number));
        holes.extend(missing.map(|number| format!("{series}-{number:02}")));
    }
    // Left out by the standard itself.
    assert_eq!(holes, ["L3-CES1-16", "L3-CES4-04", "L3-CMS2-06"]);
    for (clause, letters) in letters {
        let expected: Vec<String> = (b'a'..)
            .take(letters.len())
            .map(|c| char::from(c).to_string())
            .collect();
        assert!(
            letters == [""] || letters == expected,
            "{clause}: {letters:?}"
        );
    }
}

#[test]
fn classes_are_those_of_annex_a() {
    let count = |level: u8, class| {
        let items = CATALOGUE.items().iter();
        items
            .filter(|item| {
                item.extension().is_none()
                    && item.id.level().number() == level
                    && item.class == class
            })
            .count()
    };
    for (level, s, a) in [(1, 9, 2), (2, 15, 4), (3, 24, 6), (4, 25, 8)] {
        assert_eq!(count(level, ProtectionClass::S), s, "S at {level}");
        assert_eq!(count(level, ProtectionClass::A), a, "A at {level}");
    }
    let a_controls: BTreeSet<&str> = CATALOGUE
        .items()
        .iter()
        .filter(|item| item.class == ProtectionClass::A)
        .map(|item| item.control.zh.as_str())
        .collect();
    assert_eq!(a_controls, BTreeSet::from(["数据备份恢复", "电力供应"]));
    assert_eq!(
        CATALOGUE
            .items()
            .iter()
            .filter(|item| item.id_certainty == IdCertainty::Derived)
            .count(),
        12
    );
}

#[test]
fn cases_and_hazards_are_complete_and_linked_both_ways() {
    for (scope, expected) in [
        (Scope::General, 42),
        (Scope::Cloud, 16),
        (Scope::Mobile, 10),
        (Scope::Iot, 4),
        (Scope::Ics, 9),
    ] {
        let of_scope = CATALOGUE.cases().iter().filter(|case| case.scope == scope);
        assert_eq!(of_scope.count(), expected, "{scope:?}");
    }
    let codes: Vec<&str> = CATALOGUE
        .hazards()
        .iter()
        .map(|hazard| hazard.code.as_str())
        .collect();
    let expected: Vec<String> = (1..=32).map(|number| format!("A-{number:02}")).collect();
    assert_eq!(codes, expected);

    let mut with_case: BTreeMap<u8, usize> = BTreeMap::new();
    for (index, item) in CATALOGUE
        .indexed()
        .filter(|(_, item)| item.extension().is_none())
    {
        if CATALOGUE.cases_of(index).next().is_some() {
            *with_case.entry(item.id.level().number()).or_default() += 1;
        }
        for case in CATALOGUE.cases_of(index) {
            assert!(case.requirements.contains(&item.id), "{}", item.id);
        }
    }
    assert_eq!(with_case, BTreeMap::from([(2, 16), (3, 40), (4, 42)]));

    let password = CATALOGUE.index_of(id("L3-CES1-01")).unwrap();
    let cases: Vec<&str> = CATALOGUE
        .cases_of(password)
        .map(|case| case.case.as_str())
        .collect();
    let hazards: Vec<&str> = CATALOGUE
        .hazards_of(password)
        .map(|hazard| hazard.code.as_str())
        .collect();
    assert_eq!((cases, hazards), (vec!["6.4.1.1"], vec!["A-18"]));
    assert_eq!(
        CATALOGUE.case("6.4.1.1").unwrap().hazard.as_deref(),
        Some("A-18")
    );
    assert!(CATALOGUE.case("6.4.1.9").is_none() && CATALOGUE.hazard("A-33").is_none());
}

#[test]
fn levels_two_and_four_borrow_the_interview_of_level_three() {
    let mut without: BTreeMap<u8, Vec<RequirementId>> = BTreeMap::new();
    for (index, item) in CATALOGUE.indexed() {
        let questions = CATALOGUE.interview_of(index);
        if questions.is_empty() {
            without
                .entry(item.id.level().number())
                .or_default()
                .push(item.id);
        } else if let Some(kin) = CATALOGUE.level_three_of(index) {
            assert_eq!(questions, CATALOGUE.interview_of(kin));
        }
    }
    let counts: Vec<(u8, usize)> = without
        .iter()
        .map(|(level, ids)| (*level, ids.len()))
        .collect();
    assert_eq!(counts, [(1, 55), (2, 1), (4, 18)]);
    assert_eq!(without[&2], [id("L2-MMS1-16")]);

    // A chain of two: level 4 grew out of level 3, which grew out of level 2.
    let kin = |code: &str| {
        let index = CATALOGUE.index_of(id(code)).unwrap();
        CATALOGUE
            .level_three_of(index)
            .map(|index| CATALOGUE.item(index).id)
    };
    assert_eq!(kin("L4-CES1-01"), Some(id("L3-CES1-01")));
    assert_eq!(kin("L2-CES1-01"), Some(id("L3-CES1-01")));
    assert_eq!(kin("L1-CES1-01"), None);
}

/// Changes one text in the first file whose name ends with `file` and loads the result.
fn load_changed(file: &str, from: &str, to: &str) -> CatalogueError {
    let mut files = content();
    let (_, text) = files
        .iter_mut()
        .find(|(path, _)| path.ends_with(file))
        .unwrap();
    assert!(text.contains(from), "{from}");
    *text = text.replacen(from, to, 1);
    Catalogue::load(&files).unwrap_err()
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table")]
fn defects_are_named_by_file_entry_and_expectation() {
    for (file, from, to, named) in [
        (
            "PES.yaml",
            "class: G",
            "class: X",
            ["PES.yaml", "unknown variant `X`", "line"],
        ),
        (
            "PES.yaml",
            "weight_suggested: 2",
            "weight: 2",
            ["PES.yaml", "unknown field `weight`", "weight_suggested"],
        ),
        (
            "PES.yaml",
            "weight_suggested: 2",
            "weight_suggested: 4",
            ["PES.yaml", "weight_suggested to be 1, 2 or 3", "found 4"],
        ),
        (
            "PES.yaml",
            "- id: L1-PES1-02",
            "- id: L1-PES1-01",
            ["PES.yaml", "L1-PES1-01", "each unit code once"],
        ),
        (
            "PES.yaml",
            "- id: L1-PES1-02",
            "- id: L5-PES1-02",
            ["PES.yaml", "L5-PES1-02", "unit codes such as"],
        ),
        (
            "PES.yaml",
            "clause: \"6.1.1.1\"",
            "clause: \"7.1.1.1\"",
            ["L1-PES1-01", "starts with 6.1.", "found 7.1.1.1"],
        ),
        (
            "PES.yaml",
            "base: L2-PES1-01",
            "base: L2-CES1-01",
            ["L3-PES1-01", "one level lower", "L2-CES1-01"],
        ),
        (
            "CES.yaml",
            "item: \"a\"",
            "item: \"A\"",
            ["L1-CES1-01", "one small letter", "found A"],
        ),
        (
            "CES.yaml",
            "objects: [network_device, security_device",
            "objects: [network_device, network_device",
            ["L1-CES1-01", "each once", "NetworkDevice"],
        ),
        (
            "high_risk_cases.yaml",
            "L3-PES1-03",
            "L3-PES1-99",
            ["6.1.1.1", "unit codes of the catalogue", "L3-PES1-99"],
        ),
        (
            "high_risk_cases.yaml",
            "min_level: 3",
            "min_level: 4",
            ["6.1.1.1", "items of level 4 and above", "L3-PES1-03"],
        ),
        (
            "high_risk_cases.yaml",
            "hazard: A-01",
            "hazard: A-99",
            ["6.1.1.1", "a hazard code", "A-99"],
        ),
        (
            "major_hazards.yaml",
            "\"6.1.1.1\"",
            "\"6.9.9.9\"",
            ["A-01", "case numbers", "6.9.9.9"],
        ),
        (
            "major_hazards.yaml",
            "code: A-02",
            "code: A-01",
            ["major_hazards.yaml", "A-01", "each code once"],
        ),
    ] {
        let message = load_changed(file, from, to).to_string();
        for part in named {
            assert!(
                message.contains(part),
                "{from} -> {to}: no '{part}' in: {message}"
            );
        }
    }
}

#[test]
fn interviews_are_checked() {
    let mut files = content();
    files.push((
        "interview/more.yaml".to_owned(),
        "L3-CES1-01:\n  - ask: {zh: \"问\", en: \"ask\"}\n    look: {zh: \"看\", en: \"look\"}\n"
            .to_owned(),
    ));
    let message = Catalogue::load(&files).unwrap_err().to_string();
    assert!(
        message.contains("interview/more.yaml: L3-CES1-01: expected each unit code once"),
        "{message}"
    );

    files.pop();
    files.push((
        "interview/more.yaml".to_owned(),
        "L2-MMS1-16: []\n".to_owned(),
    ));
    let message = Catalogue::load(&files).unwrap_err().to_string();
    assert!(message.contains("one question or more"), "{message}");
}

#[test]
fn missing_and_unknown_files_are_named() {
    let without = |part: &str| {
        let files: Vec<_> = content()
            .into_iter()
            .filter(|(path, _)| !path.contains(part))
            .collect();
        Catalogue::load(&files).unwrap_err().to_string()
    };
    assert!(without("catalogue/items").contains("catalogue/items/*.yaml"));
    assert!(without("high_risk_cases").contains("catalogue/high_risk_cases.yaml"));
    assert!(without("major_hazards").contains("catalogue/major_hazards.yaml"));

    let mut files = content();
    files.push(("measures/PES.yaml".to_owned(), "not: ours".to_owned()));
    assert!(Catalogue::load(&files).is_ok());
    files.push(("catalogue/major_hazard.yaml".to_owned(), String::new()));
    let message = Catalogue::load(&files).unwrap_err().to_string();
    assert!(
        message.contains("catalogue/major_hazard.yaml: expected"),
        "{message}"
    );
}
