//! Reading measures.

use xinglin_workflow::{MeasureKind, MeasureOwner, Measures};

use crate::support;

const GOOD: &str = r#"
L3-CES1-01:
  measure: {zh: "做", en: "do"}
  kind: quick_win
  effort_days: [1, 2]
  cost_cny: [0, 10]
  owner: security
  risk: {zh: "险", en: "risk"}
  rollback: {zh: "退", en: "back"}
"#;

fn load(text: &str) -> Result<Measures, xinglin_workflow::ContentError> {
    Measures::load(&[("a.yaml".to_owned(), text.to_owned())])
}

#[test]
fn every_level_three_item_of_the_repository_has_a_measure() {
    let measures = support::measures();
    // 211 general items and 85 of the extensions.
    assert_eq!(measures.len(), 296);
    assert!(!measures.is_empty());
    assert!(
        measures
            .iter()
            .all(|(requirement, _)| requirement.level().number() == 3)
    );
    assert_eq!(
        measures.iter().filter(|(id, _)| id.part() == 1).count(),
        211
    );
    for kind in MeasureKind::ALL {
        assert!(
            measures.iter().any(|(_, measure)| measure.kind == *kind),
            "{kind}"
        );
    }
}

#[test]
fn a_measure_is_found_by_its_requirement() {
    let measures = load(GOOD).unwrap();
    let measure = measures.get(support::requirement("L3-CES1-01")).unwrap();
    assert_eq!(measure.kind, MeasureKind::QuickWin);
    assert_eq!(measure.owner, MeasureOwner::Security);
    assert_eq!(measure.effort_days, (1, 2));
    assert_eq!(measure.cost_cny, (0, 10));
    assert_eq!(measure.rollback.zh, "退");
    assert!(measures.get(support::requirement("L3-CES1-02")).is_none());
}

#[test]
fn a_mistake_is_named_by_file_item_and_what_is_expected() {
    let second = GOOD.replace("L3-CES1-01", "L3-CES1-02");
    let cases = [
        // what is replaced, by what, part of the item, part of the expectation
        ("kind: quick_win", "kind: quick", "L3-CES1-02", "quick_win"),
        ("owner: security", "owner: nobody", "L3-CES1-02", "security"),
        ("kind: quick_win", "sort: quick_win", "L3-CES1-02", "sort"),
        ("  owner: security\n", "", "L3-CES1-02", "owner"),
        ("[1, 2]", "[3, 2]", "L3-CES1-02", "effort_days"),
        ("[1, 2]", "[0, 2]", "L3-CES1-02", "effort_days"),
        ("[1, 2]", "[-1, 2]", "L3-CES1-02", ""),
        ("[0, 10]", "[11, 10]", "L3-CES1-02", "cost_cny"),
        (r#"en: "risk""#, r#"en: " ""#, "L3-CES1-02", "risk"),
        (r#"zh: "退", "#, "", "L3-CES1-02", "zh"),
        (r#"zh: "做""#, r#"zh: """#, "L3-CES1-02", "measure"),
        ("L3-CES1-02", "L3-CES9-02", "L3-CES9-02", "unit codes"),
        ("L3-CES1-02", "L3-CES1-01", "L3-CES1-01", ""),
    ];
    for (from, to, item, expected) in cases {
        assert!(second.contains(from), "{from}");
        let error = load(&format!("{GOOD}{}", second.replace(from, to))).unwrap_err();
        assert_eq!(error.file, "a.yaml");
        assert!(error.item.contains(item), "{from} -> {to}: {error:?}");
        assert!(
            error.expected.contains(expected),
            "{from} -> {to}: {error:?}"
        );
    }
    assert_eq!(load(&format!("{GOOD}{second}")).unwrap().len(), 2);
}

#[test]
fn two_files_cannot_measure_the_same_requirement() {
    let error = Measures::load(&[
        ("a.yaml".to_owned(), GOOD.to_owned()),
        ("b.yaml".to_owned(), GOOD.to_owned()),
    ])
    .unwrap_err();
    assert_eq!(
        (error.file.as_str(), error.item.as_str()),
        ("b.yaml", "L3-CES1-01")
    );
}
