//! What must hold for all verdicts.

use proptest::{collection::vec, prelude::*, sample::select};
use xinglin_controls::{
    Cell, Column, MultiObject, Risks, Row, Rules, Scoreboard, Settings, Template, Weights,
};
use xinglin_core::{Extension, Verdict};

use crate::{
    common::{even_weights, sheet},
    naive::{self, Record},
};

/// One verdict: item, object, what is put there.
type Change = (usize, usize, Option<Verdict>);

const OBJECTS: usize = 4;

fn verdict() -> impl Strategy<Value = Option<Verdict>> {
    prop_oneof![
        8 => select(Verdict::ALL.to_vec()).prop_map(Some),
        1 => Just(None),
    ]
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    vec((0..211_usize, 0..OBJECTS, verdict()), 0..900)
}

fn rules() -> impl Strategy<Value = Rules> {
    let template = select(vec![Template::Y2025, Template::Y2021, Template::Y2019]);
    let reading = select(vec![MultiObject::TriState, MultiObject::Mean]);
    (template, reading, 0..=4_u8, 0..=10_u8, any::<bool>()).prop_map(
        |(template, multi_object, credit, attention, is_even)| {
            let sheet = sheet(&[]);
            let weights = if is_even {
                Weights::supplied(&sheet, template, &even_weights(&sheet, 1.0)).unwrap()
            } else {
                Weights::suggested(&sheet, template)
            };
            Rules {
                template,
                settings: Settings {
                    multi_object,
                    partial_credit: f64::from(credit) / 4.0,
                    attention: f64::from(attention) / 10.0,
                    ..Settings::default()
                },
                weights,
                risks: Risks::default(),
                ..Rules::default()
            }
        },
    )
}

fn filled(changes: &[Change]) -> (Scoreboard, Vec<Row>, Vec<Column>) {
    let sheet = sheet(&[]);
    let mut board = Scoreboard::new(sheet.clone());
    let columns: Vec<Column> = (0..OBJECTS).map(|_| board.add_object()).collect();
    let rows: Vec<Row> = sheet.rows().map(|(row, _)| row).collect();
    for &(row, column, verdict) in changes {
        board.set(rows[row], columns[column], verdict);
    }
    (board, rows, columns)
}

fn headline(board: &Scoreboard, rules: &Rules) -> f64 {
    let figures = board.figures(rules).unwrap();
    figures.rate.or(figures.score).unwrap_or(0.0)
}

/// Worse to better. An open cell counts as not met.
fn rank(cell: Cell) -> Option<u8> {
    match cell {
        Cell::Open | Cell::Noncompliant => Some(0),
        Cell::Partial => Some(1),
        Cell::Compliant => Some(2),
        Cell::Absent | Cell::NotApplicable => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn an_improved_item_never_lowers_the_result(
        changes in changes(), rules in rules(), row in 0..211_usize, column in 0..OBJECTS,
        better in select(vec![Verdict::Partial, Verdict::Compliant]),
    ) {
        let (mut board, rows, columns) = filled(&changes);
        let (row, column) = (rows[row], columns[column]);
        let before = headline(&board, &rules);
        let conclusion = board.figures(&rules).unwrap().conclusion;
        let Some(rank_before) = rank(board.cell(row, column)) else { return Ok(()) };
        prop_assume!(rank(Cell::from(Some(better))).unwrap() > rank_before);
        board.set(row, column, Some(better));
        let after = headline(&board, &rules);
        prop_assert!(after >= before - 1e-9, "{before} -> {after}");
        // Conclusions are listed best first.
        let better = board.figures(&rules).unwrap().conclusion;
        prop_assert!(better as u8 <= conclusion as u8);
    }

    /// An object that does not apply leaves every figure as it was without that object.
    #[test]
    fn an_object_that_does_not_apply_changes_nothing(changes in changes(), rules in rules()) {
        let (mut board, rows, _) = filled(&changes);
        let before = board.figures(&rules).unwrap();
        let states: Vec<_> = rows.iter().map(|row| board.state(*row)).collect();
        let column = board.add_object();
        for (row, state) in rows.iter().zip(states) {
            // Where nothing else has a verdict, "does not apply" is news and not another voice.
            if state != xinglin_controls::State::Unanswered {
                board.set(*row, column, Some(Verdict::NotApplicable));
            }
        }
        prop_assert_eq!(board.figures(&rules).unwrap(), before);
    }

    /// An item that does not apply leaves the rate of the others as it is.
    #[test]
    fn an_item_that_does_not_apply_is_as_if_it_were_not_there(changes in changes(), row in 0..211_usize) {
        let (mut board, rows, columns) = filled(&changes);
        let row = rows[row];
        let others = |board: &Scoreboard| {
            let states = rows.iter().filter(|other| **other != row).map(|other| board.state(*other));
            let applicable: Vec<_> = states.filter(|state| state.is_applicable()).collect();
            let met = applicable.iter().filter(|state| **state == xinglin_controls::State::Compliant);
            (met.count(), applicable.len())
        };
        let before = others(&board);
        for column in &columns {
            board.set(row, *column, Some(Verdict::NotApplicable));
        }
        prop_assert_eq!(others(&board), before);
        let counts = board.figures(&Rules::default()).unwrap().counts;
        prop_assert_eq!((counts.compliant as usize, counts.applicable() as usize), before);
    }

    #[test]
    fn verdict_by_verdict_equals_all_at_once(changes in changes(), rules in rules()) {
        let (board, _, columns) = filled(&changes);
        let cells: Vec<Cell> = columns.iter().flat_map(|column| board.cells_of(*column)).copied().collect();
        let batch = Scoreboard::from_cells(board.sheet().clone(), cells);
        prop_assert_eq!(batch.result(&rules).unwrap(), board.result(&rules).unwrap());
    }

    /// The scoreboard agrees with a reference that groups records row by row.
    #[test]
    fn the_reference_agrees(cells in vec(select(Verdict::ALL.to_vec()), 211 * OBJECTS)) {
        let sheet = sheet(&[]);
        let records: Vec<Record> = cells
            .chunks(211)
            .flat_map(|run| {
                let rows = sheet.rows().zip(run);
                rows.map(move |((_, requirement), verdict)| Record { requirement, verdict: *verdict })
            })
            .collect();
        let cells = cells.into_iter().map(|verdict| Cell::from(Some(verdict))).collect();
        let board = Scoreboard::from_cells(sheet.clone(), cells);

        let (rate, domains) = naive::rates(&records);
        let result = board.result(&Rules::default()).unwrap();
        prop_assert_eq!(result.rate, rate);
        for domain in result.domains {
            prop_assert_eq!(domain.rate, domains.get(&domain.domain).copied());
        }
        let items = naive::items(&records);
        let partial = items.values().filter(|credit| **credit == Some(0.5)).count();
        prop_assert_eq!(result.partial as usize, partial);

        let weights: std::collections::BTreeMap<_, _> = sheet.rows().map(|(row, id)| (id, f64::from(u8::try_from(row.number() % 3).unwrap() + 1))).collect();
        for (template, expected) in [
            (Template::Y2021, naive::score_2021(&records, &weights)),
            (Template::Y2019, naive::score_2019(&records, &weights)),
        ] {
            let weights = Weights::supplied(&sheet, template, &weights).unwrap();
            let score = board.figures(&Rules { template, weights, ..Rules::default() }).unwrap().score;
            prop_assert!((score.unwrap() - expected.unwrap()).abs() < 1e-9);
        }
    }
}

#[test]
fn extensions_are_part_of_the_rate() {
    let sheet = sheet(&[Extension::Mobile]);
    let mut board = Scoreboard::new(sheet.clone());
    let column = board.add_object();
    for (row, _) in sheet.rows().take(211) {
        board.set(row, column, Some(Verdict::Compliant));
    }
    let rate = board.figures(&Rules::default()).unwrap().rate;
    assert_eq!(rate, Some(211.0 / 230.0));
}
