//! What a bulk import pays for its entries.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use jiff::Timestamp;
use serde_json::json;
use xinglin_ledger::{Draft, Entry, Head, Subject, seal, verify};

fn chain(length: u64) -> Vec<Entry> {
    let mut head = Head::GENESIS;
    (1..=length)
        .map(|number| {
            let draft = Draft {
                actor: "account:3".to_owned(),
                action: "asset.create".to_owned(),
                subjects: vec![Subject::new("asset", number)],
                payload: json!({
                    "code": format!("ZC-{number:06}"), "name": format!("护士站工作站 {number}"),
                    "object_type": "terminal", "address": "10.20.30.40", "importance": "ordinary",
                }),
            };
            let entry = seal(&head, draft, Timestamp::UNIX_EPOCH);
            head = entry.head();
            entry
        })
        .collect()
}

fn ledger(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("50,000 entries");
    group.sample_size(10);
    group.bench_function("seal", |bencher| bencher.iter(|| black_box(chain(50_000))));
    let entries = chain(50_000);
    group.bench_function("verify", |bencher| {
        bencher.iter(|| assert!(verify(black_box(&entries)).is_good()));
    });
    group.finish();
}

criterion_group!(benches, ledger);
criterion_main!(benches);
