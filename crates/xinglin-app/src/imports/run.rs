//! The import itself: batches, each one transaction with one ledger entry.

use std::collections::HashMap;

use serde_json::{Map, Value, json};
use xinglin_ledger::Subject;
use xinglin_store::StoreError;

use super::{
    Fate, LoadedSheet, RecordKind,
    judge::{self, Judged},
    kinds::SheetRecord,
    lookup::Lookup,
};
use crate::{
    Actor, App, AppError,
    change::difference,
    jobs::{ImportCounts, Job, JobState},
};

/// Rows of one transaction: enough that its fsync does not count, few enough that others
/// who want to write wait some tens of milliseconds.
pub(super) const ROWS_PER_BATCH: usize = 1_000;

/// Imports all rows, reporting to `job`.
///
/// # Errors
/// The batch that fails changes nothing; those before it stay.
pub(super) async fn run<T: SheetRecord>(
    app: &App,
    actor: &Actor,
    kind: RecordKind,
    sheet: &LoadedSheet,
    job: &Job,
) -> Result<JobState, AppError> {
    let mut lookup = Lookup::load(app.store().db(), kind).await?;
    let order = judge::order::<T>(&sheet.rows);
    let mut counts = ImportCounts::default();
    for wave in &order.waves {
        for places in wave.chunks(ROWS_PER_BATCH) {
            if job.is_cancelled() {
                return Ok(JobState::Cancelled);
            }
            batch::<T>(app, actor, sheet, places, &mut lookup, &mut counts).await?;
            job.advance(counts);
        }
    }
    counts.rejected += order.circular.len() as u64;
    job.advance(counts);
    Ok(JobState::Done)
}

async fn batch<T: SheetRecord>(
    app: &App,
    actor: &Actor,
    sheet: &LoadedSheet,
    places: &[usize],
    lookup: &mut Lookup,
    counts: &mut ImportCounts,
) -> Result<(), AppError> {
    let mut change = app.change(actor).await?;
    let existing = existing::<T, _>(change.tx().conn(), sheet, places).await?;
    let judged = judge::judge(&sheet.rows, places, &sheet.columns, existing, lookup);
    let records: Vec<T> = judged
        .iter()
        .filter(|one| matches!(one.fate, Fate::Create | Fate::Update))
        .filter_map(|one| one.new.clone())
        .collect();
    let mut of_batch = ImportCounts::default();
    judge::tally(&mut of_batch, &judged);
    if !records.is_empty() {
        let ids = T::put_many(change.tx(), &records).await?;
        let subjects = records
            .iter()
            .filter_map(|record| ids.get(record.code()))
            .map(|id| Subject::new(T::SUBJECT, id))
            .collect();
        let action = format!("{}.import", T::SUBJECT);
        change.note_all(&action, subjects, payload(sheet, of_batch, &judged));
        change.commit().await?;
        for record in &records {
            if let Some(id) = ids.get(record.code()) {
                record.learn(*id, lookup);
            }
        }
    }
    judge::tally(counts, &judged);
    Ok(())
}

/// The records that these rows are about, by code.
pub(super) async fn existing<T: SheetRecord, D: xinglin_store::Read>(
    db: &D,
    sheet: &LoadedSheet,
    places: &[usize],
) -> Result<HashMap<String, T>, StoreError> {
    let codes: Vec<String> = places
        .iter()
        .filter_map(|at| sheet.rows.get(*at).and_then(judge::code))
        .collect();
    let codes: Vec<&str> = codes.iter().map(String::as_str).collect();
    let records = T::by_codes(db, &codes).await?;
    Ok(records
        .into_iter()
        .map(|record| (record.code().to_owned(), record))
        .collect())
}

/// What an auditor sees: the file, the counts, and what changed in records that were there.
fn payload<T: SheetRecord>(
    sheet: &LoadedSheet,
    counts: ImportCounts,
    judged: &[Judged<T>],
) -> Value {
    let changes: Map<String, Value> = judged
        .iter()
        .filter(|one| one.fate == Fate::Update)
        .filter_map(|one| one.old.as_ref().zip(one.new.as_ref()))
        .map(|(old, new)| (old.id().to_string(), difference(old, new)))
        .collect();
    json!({
        "file": sheet.file_name,
        "digest": sheet.digest.to_string(),
        "created": counts.created,
        "updated": counts.updated,
        "unchanged": counts.unchanged,
        "rejected": counts.rejected,
        "changes": changes,
    })
}
