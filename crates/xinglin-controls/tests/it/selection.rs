//! Which items a grade selects.

use std::collections::HashSet;

use xinglin_controls::{Sheet, applicable};
use xinglin_core::{Extension, ProtectionClass};

use crate::common::{CATALOGUE, grade};

/// The number is the sum of annex A: S items at the S level (9, 15, 24, 25), A items at the
/// A level (2, 4, 6, 8), G items at the higher of the two (44, 116, 181, 195).
#[test]
fn each_part_of_the_grade_selects_its_class() {
    for (s, a, expected) in [
        (1, 1, 55),
        (1, 2, 9 + 4 + 116),
        (2, 1, 15 + 2 + 116),
        (2, 2, 135),
        (1, 3, 9 + 6 + 181),
        (2, 3, 15 + 6 + 181),
        (3, 3, 211),
        (3, 2, 24 + 4 + 181),
        (3, 1, 24 + 2 + 181),
        (4, 4, 228),
        (4, 3, 25 + 6 + 195),
        (3, 4, 24 + 8 + 195),
        (2, 4, 15 + 8 + 195),
    ] {
        let selected = applicable(&CATALOGUE, grade(s, a), &[]).unwrap();
        assert_eq!(selected.len(), expected, "S{s}A{a}");
        for index in selected {
            let item = CATALOGUE.item(index);
            let level = match item.class {
                ProtectionClass::S => s,
                ProtectionClass::A => a,
                ProtectionClass::G => s.max(a),
            };
            assert_eq!(item.id.level().number(), level, "{}", item.id);
        }
    }
}

#[test]
fn extensions_add_their_items_once_after_the_general_ones() {
    use Extension::{Cloud, Iot, Mobile};
    for (extensions, expected) in [
        (vec![Cloud], 211 + 46),
        (vec![Mobile], 211 + 19),
        (vec![Iot], 211 + 20),
        (vec![Iot, Cloud, Mobile], 211 + 85),
        (vec![Cloud, Cloud], 211 + 46),
    ] {
        let selected = applicable(&CATALOGUE, grade(3, 3), &extensions).unwrap();
        assert_eq!(selected.len(), expected, "{extensions:?}");
        assert_eq!(selected.iter().collect::<HashSet<_>>().len(), expected);
        let (general, extended) = selected.split_at(211);
        assert!(
            general
                .iter()
                .all(|index| CATALOGUE.item(*index).extension().is_none())
        );
        assert!(
            extended
                .iter()
                .all(|index| CATALOGUE.item(*index).extension().is_some())
        );
        assert!(general.is_sorted_by_key(|index| CATALOGUE.item(*index).id.domain()));
    }
    assert_eq!(
        applicable(&CATALOGUE, grade(2, 3), &[Cloud]).unwrap().len(),
        202 + 46
    );
}

#[test]
fn an_extension_at_another_level_is_an_error_that_says_so() {
    for (s, a, level) in [(2, 2, 2), (4, 3, 4), (1, 1, 1)] {
        let error = applicable(&CATALOGUE, grade(s, a), &[Extension::Mobile]).unwrap_err();
        let expected = format!(
            "extension items of 'mobile' exist at level 3 only, the overall level is {level}"
        );
        assert_eq!(error.to_string(), expected);
    }
}

#[test]
fn a_sheet_finds_its_rows() {
    let sheet = Sheet::new(&CATALOGUE, grade(2, 3), &[]).unwrap();
    assert_eq!(sheet.len(), 202);
    assert!(!sheet.is_empty());
    for (row, id) in sheet.rows() {
        assert_eq!(sheet.row_of(id), Some(row));
        assert_eq!(sheet.id(row), id);
        assert_eq!(CATALOGUE.item(sheet.index(row)).id, id);
    }
    assert_eq!(sheet.row_of("L3-CES1-01".parse().unwrap()), None);
}
