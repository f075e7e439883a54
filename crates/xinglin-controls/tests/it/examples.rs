//! Worked examples of the three templates, and every point that the templates leave open.

use std::sync::Arc;

use xinglin_controls::{
    Conclusion, Hazards, MultiObject, ResultDocument, Risks, Rules, Scoreboard, Settings, Sheet,
    State, Template, Weights,
};
use xinglin_core::{Extension, RequirementId, Verdict};

use crate::common::{board, even_weights, id, sheet};

fn close(found: Option<f64>, expected: f64) {
    let found = found.unwrap();
    assert!((found - expected).abs() < 1e-9, "{found} is not {expected}");
}

/// `compliant` items met, the next `partial` in part, then `noncompliant` not, the rest
/// does not apply.
fn counted(compliant: usize, partial: usize, noncompliant: usize) -> Scoreboard {
    board(&sheet(&[]), |row| match row {
        row if row < compliant => Verdict::Compliant,
        row if row < compliant + partial => Verdict::Partial,
        row if row < compliant + partial + noncompliant => Verdict::Noncompliant,
        _ => Verdict::NotApplicable,
    })
}

fn result_2025(board: &Scoreboard, settings: Settings, found: u32) -> ResultDocument {
    let rules = Rules {
        settings,
        hazards: Hazards { found, resolved: 0 },
        ..Rules::default()
    };
    board.result(&rules).unwrap()
}

#[test]
fn conclusions_of_2025() {
    use Conclusion::{BasicallyCompliant, Compliant, Noncompliant};
    let cautious = Settings::default();
    let lenient = Settings {
        over_90_with_hazards: Compliant,
        at_90: Compliant,
        at_60: Noncompliant,
        ..cautious
    };
    let half = Settings {
        partial_credit: 0.5,
        ..cautious
    };
    for (compliant, partial, noncompliant, settings, hazards, rate, conclusion) in [
        (171, 10, 19, cautious, 0, 0.855, BasicallyCompliant),
        (171, 0, 29, cautious, 7, 0.855, BasicallyCompliant),
        (184, 16, 0, cautious, 0, 0.92, Compliant),
        (184, 0, 16, cautious, 2, 0.92, BasicallyCompliant),
        (184, 0, 16, lenient, 2, 0.92, Compliant),
        (110, 45, 45, cautious, 0, 0.55, Noncompliant),
        (180, 0, 20, cautious, 0, 0.9, BasicallyCompliant),
        (180, 0, 20, lenient, 0, 0.9, Compliant),
        (
            180,
            0,
            20,
            Settings {
                at_90: Compliant,
                ..cautious
            },
            1,
            0.9,
            BasicallyCompliant,
        ),
        (120, 0, 80, cautious, 0, 0.6, BasicallyCompliant),
        (120, 0, 80, lenient, 0, 0.6, Noncompliant),
        (119, 0, 81, cautious, 0, 0.595, Noncompliant),
        (181, 0, 19, cautious, 0, 0.905, Compliant),
        (100, 40, 60, half, 0, 0.6, BasicallyCompliant),
        (0, 0, 200, cautious, 0, 0.0, Noncompliant),
        (200, 0, 0, cautious, 0, 1.0, Compliant),
    ] {
        let result = result_2025(
            &counted(compliant, partial, noncompliant),
            settings,
            hazards,
        );
        close(result.rate, rate);
        assert_eq!(
            result.conclusion, conclusion,
            "{compliant} {partial} {hazards}"
        );
        assert_eq!(result.conclusion_zh, conclusion.zh());
        assert_eq!(
            (result.items, result.applicable, result.not_applicable),
            (211, 200, 11)
        );
        assert_eq!(result.score, None);
        assert!(result.weights_official && !result.provisional);
    }
}

#[test]
fn rates_of_the_classes_add_up() {
    let result = result_2025(&counted(171, 10, 19), Settings::default(), 0);
    assert_eq!(result.domains.len(), 10);
    assert_eq!(
        result.domains.iter().map(|d| d.applicable).sum::<u32>(),
        200
    );
    assert_eq!(result.domains.iter().map(|d| d.compliant).sum::<u32>(), 171);
    close(result.domains[0].rate, 1.0);
    // Of 48 items 12 are met, 10 in part and 19 not (of the class before, 34 are met), 11 do not apply.
    let last = result.domains[9];
    assert_eq!((last.applicable, last.compliant), (37, 8));
    close(last.rate, 8.0 / 37.0);
}

#[test]
fn nothing_applicable_has_no_rate_and_the_worst_conclusion() {
    let board = board(&sheet(&[]), |_| Verdict::NotApplicable);
    let result = result_2025(&board, Settings::default(), 0);
    assert_eq!(
        (result.rate, result.conclusion),
        (None, Conclusion::Noncompliant)
    );
    for template in [Template::Y2021, Template::Y2019] {
        let rules = Rules {
            template,
            ..Rules::default()
        };
        let result = board.result(&rules).unwrap();
        assert_eq!((result.score, result.conclusion), (None, Conclusion::Poor));
    }
}

#[test]
fn hazards_are_printed_as_found_with_those_resolved_noted() {
    for (found, resolved, printed) in [
        (10, 5, "10（5个已整改）"),
        (10, 0, "10"),
        (0, 0, "0"),
        (2, 2, "2（2个已整改）"),
    ] {
        let hazards = Hazards { found, resolved };
        assert_eq!(hazards.printed(), printed);
        assert!(hazards.check().is_ok());
    }
    let error = Hazards {
        found: 1,
        resolved: 2,
    }
    .check()
    .unwrap_err();
    assert_eq!(
        error.to_string(),
        "hazards.resolved: expected at most the 1 found, found 2"
    );
    // Resolving does not change the number that decides.
    let rules = Rules {
        hazards: Hazards {
            found: 2,
            resolved: 2,
        },
        ..Rules::default()
    };
    let result = counted(184, 0, 16).result(&rules).unwrap();
    assert_eq!(result.conclusion, Conclusion::BasicallyCompliant);
}

/// 211 items, 11 do not apply. Technical: 2 of weight 3 not met, 6 of weight 2 in part, 8 of
/// weight 1 not met. Management: 3 of weight 2 not met, 10 of weight 1 in part.
fn example_2021() -> (
    Arc<Sheet>,
    Scoreboard,
    std::collections::BTreeMap<RequirementId, f64>,
) {
    let sheet = sheet(&[]);
    let mut weights = even_weights(&sheet, 1.0);
    let mut set = |from: usize, count: usize, weight: f64| {
        for (row, id) in sheet.rows() {
            if (from..from + count).contains(&row.number()) {
                weights.insert(id, weight);
            }
        }
    };
    set(0, 2, 3.0);
    set(2, 6, 2.0);
    set(100, 3, 2.0);
    let board = board(&sheet, |row| match row {
        0..2 | 8..16 | 100..103 => Verdict::Noncompliant,
        2..8 | 103..113 => Verdict::Partial,
        200.. => Verdict::NotApplicable,
        _ => Verdict::Compliant,
    });
    (sheet, board, weights)
}

#[test]
fn worked_example_of_2021() {
    let (sheet, board, weights) = example_2021();
    for (risks, conclusion) in [
        (Risks::default(), Conclusion::Good),
        (
            Risks {
                medium: 3,
                ..Risks::default()
            },
            Conclusion::Good,
        ),
        (
            Risks {
                high: 1,
                ..Risks::default()
            },
            Conclusion::Poor,
        ),
    ] {
        let rules = Rules {
            template: Template::Y2021,
            weights: Weights::supplied(&sheet, Template::Y2021, &weights).unwrap(),
            risks,
            ..Rules::default()
        };
        let result = board.result(&rules).unwrap();
        assert_eq!(result.technical, Some(40.0));
        assert_eq!(result.management, Some(44.5));
        assert_eq!(result.score, Some(84.5));
        assert_eq!((result.rate, result.conclusion), (None, conclusion));
        assert!(result.weights_official);
    }
}

#[test]
fn attention_shifts_the_halves_of_2021_and_each_stops_at_zero() {
    let (sheet, board, weights) = example_2021();
    for (attention, technical, management) in
        [(0.6, 50.0, 34.5), (0.05, 0.0, 89.5), (1.0, 90.0, 0.0)]
    {
        let rules = Rules {
            template: Template::Y2021,
            settings: Settings {
                attention,
                ..Settings::default()
            },
            weights: Weights::supplied(&sheet, Template::Y2021, &weights).unwrap(),
            ..Rules::default()
        };
        let result = board.result(&rules).unwrap();
        close(result.technical, technical);
        close(result.management, management);
        close(result.score, technical + management);
    }
}

/// Four objects: met, met, in part, not.
#[test]
fn several_objects_are_read_in_two_ways() {
    let sheet = sheet(&[]);
    let mut board = Scoreboard::new(sheet.clone());
    let columns: Vec<_> = (0..4).map(|_| board.add_object()).collect();
    for (row, _) in sheet.rows() {
        for (column, verdict) in columns.iter().zip([
            Verdict::Compliant,
            Verdict::Compliant,
            Verdict::Partial,
            Verdict::Noncompliant,
        ]) {
            let verdict = if row.number() == 0 {
                verdict
            } else {
                Verdict::Compliant
            };
            board.set(row, *column, Some(verdict));
        }
    }
    for (multi_object, credit) in [(MultiObject::TriState, 0.5), (MultiObject::Mean, 0.625)] {
        let rules = Rules {
            template: Template::Y2021,
            settings: Settings {
                multi_object,
                ..Settings::default()
            },
            weights: Weights::supplied(&sheet, Template::Y2021, &even_weights(&sheet, 2.0))
                .unwrap(),
            ..Rules::default()
        };
        let result = board.result(&rules).unwrap();
        close(result.score, 100.0 - 2.0 * (1.0 - credit) * 100.0 / 211.0);
        assert_eq!((result.compliant, result.partial), (210, 1));
    }
}

/// Class 1: weight 1 with objects met, in part, not; weight 0.7 with two met. Class 2: weight
/// 0.4 not met; weight 1 met.
#[test]
fn worked_example_of_2019() {
    let sheet = sheet(&[]);
    let mut board = Scoreboard::new(sheet.clone());
    let columns: Vec<_> = (0..3).map(|_| board.add_object()).collect();
    for (row, _) in sheet.rows() {
        board.set(row, columns[0], Some(Verdict::NotApplicable));
    }
    let mut weights = even_weights(&sheet, 1.0);
    for (code, weight, verdicts) in [
        (
            "L3-PES1-01",
            1.0,
            vec![Verdict::Compliant, Verdict::Partial, Verdict::Noncompliant],
        ),
        (
            "L3-PES1-02",
            0.7,
            vec![Verdict::Compliant, Verdict::Compliant],
        ),
        ("L3-CNS1-01", 0.4, vec![Verdict::Noncompliant]),
        ("L3-CNS1-02", 1.0, vec![Verdict::Compliant]),
    ] {
        weights.insert(id(code), weight);
        let row = sheet.row_of(id(code)).unwrap();
        for (column, verdict) in columns.iter().zip(verdicts) {
            board.set(row, *column, Some(verdict));
        }
    }
    let rules = Rules {
        template: Template::Y2019,
        weights: Weights::supplied(&sheet, Template::Y2019, &weights).unwrap(),
        ..Rules::default()
    };
    let result = board.result(&rules).unwrap();
    close(result.score, 100.0 - 50.0 * (1.5 / 4.4 + 0.4 / 1.4));
    assert!((result.score.unwrap() - 68.67).abs() < 0.005);
    assert_eq!(result.conclusion, Conclusion::Poor);
    assert_eq!((result.extension_score, result.rate), (None, None));
}

#[test]
fn extensions_have_a_number_of_their_own_in_2019_and_the_lower_one_concludes() {
    let sheet = sheet(&[Extension::Iot]);
    let board = board(&sheet, |row| {
        if row == 211 {
            Verdict::Noncompliant
        } else {
            Verdict::Compliant
        }
    });
    let rules = Rules {
        template: Template::Y2019,
        weights: Weights::supplied(&sheet, Template::Y2019, &even_weights(&sheet, 1.0)).unwrap(),
        ..Rules::default()
    };
    let result = board.result(&rules).unwrap();
    close(result.score, 100.0);
    // One of the four items of the first of four classes.
    close(result.extension_score, 100.0 * (1.0 - 1.0 / 16.0));
    assert_eq!(result.conclusion, Conclusion::Excellent);
}

#[test]
fn scores_conclude_by_threshold_and_risk() {
    let sheet = sheet(&[]);
    let weights = Weights::supplied(&sheet, Template::Y2021, &even_weights(&sheet, 1.0)).unwrap();
    let risks = |high, medium, low| Risks { high, medium, low };
    // Of 100 applicable items all of weight 1, each not met costs a point.
    for (missed, risks, conclusion) in [
        (10, risks(0, 0, 5), Conclusion::Excellent),
        (10, risks(0, 1, 0), Conclusion::Good),
        (8, risks(0, 1, 0), Conclusion::Good),
        (11, risks(0, 0, 0), Conclusion::Good),
        (20, risks(0, 9, 0), Conclusion::Good),
        (21, risks(0, 0, 0), Conclusion::Fair),
        (30, risks(0, 0, 0), Conclusion::Fair),
        (31, risks(0, 0, 0), Conclusion::Poor),
        (0, risks(1, 0, 0), Conclusion::Poor),
    ] {
        let rules = Rules {
            template: Template::Y2021,
            weights: weights.clone(),
            risks,
            ..Rules::default()
        };
        let result = counted(100 - missed, 0, missed).result(&rules).unwrap();
        assert_eq!(result.conclusion, conclusion, "{missed} {risks:?}");
    }
}

#[test]
fn missing_weights_are_all_listed_and_only_for_applicable_items() {
    let (sheet, board, mut weights) = example_2021();
    weights.remove(&id("L3-PES1-01"));
    weights.remove(&id("L3-CES1-04"));
    // Does not apply in the example, so its weight is not needed.
    weights.remove(&id("L3-MMS1-48"));
    for template in [Template::Y2021, Template::Y2019] {
        let rules = Rules {
            template,
            weights: Weights::supplied(&sheet, template, &weights).unwrap(),
            ..Rules::default()
        };
        let error = board.result(&rules).unwrap_err();
        assert_eq!(error.0, [id("L3-PES1-01"), id("L3-CES1-04")]);
        assert!(error.to_string().contains("L3-PES1-01, L3-CES1-04"));
    }
}

#[test]
fn suggested_weights_are_marked() {
    let (sheet, board, mut weights) = example_2021();
    for template in [Template::Y2021, Template::Y2019] {
        let suggested = Rules {
            template,
            weights: Weights::suggested(&sheet, template),
            ..Rules::default()
        };
        assert!(!board.result(&suggested).unwrap().weights_official);
    }
    let rules = |weights: &std::collections::BTreeMap<RequirementId, f64>| Rules {
        template: Template::Y2021,
        weights: Weights::supplied(&sheet, Template::Y2021, weights)
            .unwrap()
            .or_suggested(&sheet, Template::Y2021),
        ..Rules::default()
    };
    assert!(board.result(&rules(&weights)).unwrap().weights_official);
    weights.remove(&id("L3-PES1-01"));
    assert!(!board.result(&rules(&weights)).unwrap().weights_official);
}

#[test]
fn open_objects_count_as_not_met_and_make_it_provisional() {
    let sheet = sheet(&[]);
    let mut board = board(&sheet, |_| Verdict::Compliant);
    let first = board.columns().next().unwrap();
    let (row, id) = sheet.rows().next().unwrap();

    let second = board.add_object();
    assert_eq!(board.state(row), State::Compliant);
    board.set(row, second, None);
    let result = board.result(&Rules::default()).unwrap();
    assert_eq!(board.state(row), State::Partial);
    assert_eq!(
        (result.partial, result.partly_answered.as_slice()),
        (1, [id].as_slice())
    );
    assert!(result.provisional && result.unanswered.is_empty());

    board.set(row, first, None);
    let result = board.result(&Rules::default()).unwrap();
    assert_eq!(
        (result.noncompliant, result.unanswered.as_slice()),
        (1, [id].as_slice())
    );
    assert_eq!(result.applicable, 211);

    // One object says that it does not apply; the other may still say otherwise.
    board.set(row, first, Some(Verdict::NotApplicable));
    assert_eq!(board.state(row), State::Unanswered);
    board.withdraw(row, second);
    assert_eq!(board.state(row), State::NotApplicable);
    assert!(!board.result(&Rules::default()).unwrap().provisional);
}
