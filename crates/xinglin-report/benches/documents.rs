//! A gap report of 211 items with several objects each, and a sheet of 50,000 assets.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    reason = "criterion's macros; samples of the tests"
)]

use criterion::{Criterion, criterion_group, criterion_main};
use xinglin_core::Lang;
use xinglin_report::{CellValue, Cells, SheetSchema, export_xlsx, gap_docx, plan_docx, read_sheet};

#[path = "../tests/it/samples.rs"]
mod samples;

fn documents(criterion: &mut Criterion) {
    let templates = samples::templates();
    let mut gap = samples::gap();
    gap.gaps = samples::gaps(14);
    gap.gaps.truncate(211);
    criterion.bench_function("gap report, 211 items", |bencher| {
        bencher.iter(|| gap_docx(&gap, &templates, Lang::Zh));
    });
    let plan = samples::plan(&templates);
    criterion.bench_function("plan", |bencher| {
        bencher.iter(|| plan_docx(&plan, &templates, Lang::Zh));
    });
}

fn sheets(criterion: &mut Criterion) {
    let schema = SheetSchema::load(
        "assets.yaml",
        include_str!("../../../content/templates/sheets/assets.yaml"),
    )
    .expect("the shipped schema");
    let rows: Vec<Cells> = (0..50_000)
        .map(|n| {
            Cells::from([
                ("code".to_owned(), CellValue::Text(format!("SRV-{n:05}"))),
                (
                    "name".to_owned(),
                    CellValue::Text(format!("应用服务器 {n}")),
                ),
                (
                    "object_type".to_owned(),
                    CellValue::Choice("server_os".to_owned()),
                ),
                (
                    "systems".to_owned(),
                    CellValue::List(vec!["HIS".to_owned()]),
                ),
                (
                    "address".to_owned(),
                    CellValue::Text(format!("10.0.{}.{}", n / 256, n % 256)),
                ),
            ])
        })
        .collect();
    let bytes = export_xlsx(&schema, &mut rows.iter().cloned(), Lang::Zh).expect("a workbook");
    let mut group = criterion.benchmark_group("50,000 assets");
    group.sample_size(10);
    group.bench_function("export", |bencher| {
        bencher.iter(|| export_xlsx(&schema, &mut rows.iter().cloned(), Lang::Zh));
    });
    group.bench_function("read", |bencher| {
        bencher.iter(|| read_sheet(&bytes, &schema));
    });
    group.finish();
}

criterion_group!(benches, documents, sheets);
criterion_main!(benches);
