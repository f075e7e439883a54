//! 1,000 systems of 211 items on 30 objects: all anew, and one changed verdict. The peer,
//! row-by-row grouping, computes the same rates from one record for each verdict.

use std::{fs, hint::black_box, path::Path, sync::Arc};

use criterion::{Criterion, criterion_group, criterion_main};
use xinglin_controls::{
    Catalogue, Cell, Effort, Rules, Scoreboard, Sheet, Template, Weights, explain,
};
use xinglin_core::{Grade, Level, Verdict};

#[path = "../tests/it/naive.rs"]
mod naive;

const SYSTEMS: u64 = 1_000;
const OBJECTS: usize = 30;

fn catalogue() -> Catalogue {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let mut files = Vec::new();
    for folder in ["catalogue", "catalogue/items", "interview"] {
        for entry in fs::read_dir(root.join(folder)).expect("the content folder") {
            let path = entry.expect("an entry").path();
            if let (true, Some(name)) = (path.is_file(), path.file_name()) {
                let text = fs::read_to_string(&path).expect("a text file");
                files.push((format!("{folder}/{}", name.display()), text));
            }
        }
    }
    Catalogue::load(&files).expect("a good catalogue")
}

/// Verdicts as they come: mostly met, no two systems alike. A linear congruence, so that
/// every run measures the same.
fn verdicts(system: u64, count: usize) -> Vec<Verdict> {
    let mut state = system.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..count)
        .map(|_| {
            state = state
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            match state >> 60 {
                0 => Verdict::Noncompliant,
                1 => Verdict::Partial,
                2 => Verdict::NotApplicable,
                _ => Verdict::Compliant,
            }
        })
        .collect()
}

/// The same systems in the form that each side keeps.
struct Systems {
    sheet: Arc<Sheet>,
    cells: Vec<Vec<Cell>>,
    records: Vec<Vec<naive::Record>>,
}

impl Systems {
    fn new() -> Self {
        let grade = Grade {
            s: Level::THREE,
            a: Level::THREE,
        };
        let sheet = Arc::new(Sheet::new(&catalogue(), grade, &[]).expect("no extensions"));
        let systems = (0..SYSTEMS).map(|number| verdicts(number, sheet.len() * OBJECTS));
        let (cells, records) = systems
            .map(|system| {
                let cells = system.iter().map(|verdict| Cell::from(Some(*verdict)));
                let rows = system
                    .chunks(sheet.len())
                    .flat_map(|run| sheet.rows().zip(run));
                let records = rows.map(|((_, requirement), &verdict)| naive::Record {
                    requirement,
                    verdict,
                });
                (cells.collect::<Vec<_>>(), records.collect::<Vec<_>>())
            })
            .unzip();
        Self {
            sheet,
            cells,
            records,
        }
    }

    fn board(&self, cells: &[Cell]) -> Scoreboard {
        Scoreboard::from_cells(self.sheet.clone(), cells.to_vec())
    }

    fn rate(&self, cells: &[Cell]) -> Option<f64> {
        let figures = self.board(cells).figures(&Rules::default());
        figures.expect("2025 needs no weights").rate
    }
}

fn all_anew(criterion: &mut Criterion) {
    let systems = Systems::new();
    for (cells, records) in systems.cells.iter().zip(&systems.records) {
        assert_eq!(
            systems.rate(cells),
            naive::rates(records).0,
            "both must compute the same"
        );
    }
    let mut group = criterion.benchmark_group("1,000 systems × 211 items × 30 objects");
    group.sample_size(10);
    group.bench_function("scoreboard", |bencher| {
        let rates = || {
            systems
                .cells
                .iter()
                .filter_map(|cells| systems.rate(black_box(cells)))
        };
        bencher.iter(|| rates().sum::<f64>());
    });
    group.bench_function("row-by-row grouping", |bencher| {
        let rates = || {
            systems
                .records
                .iter()
                .filter_map(|records| naive::rates(black_box(records)).0)
        };
        bencher.iter(|| rates().sum::<f64>());
    });
    group.finish();
}

fn one_changed(criterion: &mut Criterion) {
    let systems = Systems::new();
    let mut group = criterion.benchmark_group("one changed verdict of 211 items × 30 objects");
    for template in [Template::Y2025, Template::Y2021, Template::Y2019] {
        let weights = Weights::suggested(&systems.sheet, template);
        let rules = Rules {
            template,
            weights,
            ..Rules::default()
        };
        let mut board = systems.board(&systems.cells[0]);
        let column = board.columns().nth(7).expect("30 objects");
        let (row, _) = systems.sheet.rows().nth(70).expect("211 items");
        let mut flip = false;
        group.bench_function(format!("scoreboard, {}", template.word()), |bencher| {
            bencher.iter(|| {
                flip = !flip;
                let verdict = if flip {
                    Verdict::Noncompliant
                } else {
                    Verdict::Compliant
                };
                board.set(row, column, Some(verdict));
                board
                    .figures(black_box(&rules))
                    .expect("all weights are there")
            });
        });
        group.bench_function(format!("explanation, {}", template.word()), |bencher| {
            let effort = |_| Effort {
                effort_days: 3,
                cost_cny: 10_000,
            };
            bencher.iter(|| explain(black_box(&board), &rules, 1_000, &effort));
        });
    }
    let mut changed = systems.records[0].clone();
    group.bench_function("row-by-row grouping, 2025", |bencher| {
        bencher.iter(|| {
            changed[7 * 211 + 70].verdict = Verdict::Noncompliant;
            naive::rates(black_box(&changed))
        });
    });
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../content");
    assert!(root.is_dir(), "the content folder");
    criterion.bench_function("read the files and load the catalogue", |bencher| {
        bencher.iter(catalogue);
    });
}

criterion_group!(benches, all_anew, one_changed, reading);
criterion_main!(benches);
