//! What the tests share.

use std::{collections::BTreeMap, fs, path::Path, sync::Arc, sync::LazyLock};

use xinglin_controls::{Catalogue, Scoreboard, Sheet};
use xinglin_core::{Extension, Grade, Level, RequirementId, Verdict};

/// The catalogue of the content folder.
pub(crate) static CATALOGUE: LazyLock<Catalogue> =
    LazyLock::new(|| Catalogue::load(&content()).unwrap());

/// The content files, as paths relative to the content folder and texts.
pub(crate) fn content() -> Vec<(String, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let mut files = Vec::new();
    for folder in ["catalogue", "catalogue/items", "interview"] {
        for entry in fs::read_dir(root.join(folder)).unwrap() {
            let path = entry.unwrap().path();
            if path.is_file() {
                let name = path.file_name().unwrap().to_str().unwrap();
                files.push((
                    format!("{folder}/{name}"),
                    fs::read_to_string(&path).unwrap(),
                ));
            }
        }
    }
    files
}

pub(crate) fn grade(s: u8, a: u8) -> Grade {
    Grade {
        s: Level::try_from(s).unwrap(),
        a: Level::try_from(a).unwrap(),
    }
}

pub(crate) fn id(text: &str) -> RequirementId {
    text.parse().unwrap()
}

/// A sheet of S3A3 with extensions. The one without any is built once: properties ask for
/// it in every case.
pub(crate) fn sheet(extensions: &[Extension]) -> Arc<Sheet> {
    static PLAIN: LazyLock<Arc<Sheet>> =
        LazyLock::new(|| Arc::new(Sheet::new(&CATALOGUE, grade(3, 3), &[]).unwrap()));
    if extensions.is_empty() {
        PLAIN.clone()
    } else {
        Arc::new(Sheet::new(&CATALOGUE, grade(3, 3), extensions).unwrap())
    }
}

/// A board of one object on which each item has the verdict that `verdict` gives it.
pub(crate) fn board(sheet: &Arc<Sheet>, verdict: impl Fn(usize) -> Verdict) -> Scoreboard {
    let mut board = Scoreboard::new(sheet.clone());
    let column = board.add_object();
    for (row, _) in sheet.rows() {
        board.set(row, column, Some(verdict(row.number())));
    }
    board
}

/// The same weight for every item.
pub(crate) fn even_weights(sheet: &Sheet, weight: f64) -> BTreeMap<RequirementId, f64> {
    sheet.rows().map(|(_, id)| (id, weight)).collect()
}
