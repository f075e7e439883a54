//! The one write path: records and ledger in one transaction.

use serde_json::Value;
use xinglin_core::Timestamp;
use xinglin_ledger::{Draft, Subject};
use xinglin_store::Tx;

use crate::{
    Actor, App, AppError,
    ledger::{LedgerAction, SubjectKind},
};

/// A change under way. Dropped without [`Change::commit`], nothing happened.
#[derive(Debug)]
pub struct Change<'a> {
    tx: Tx<'a>,
    actor: String,
    now: Timestamp,
    drafts: Vec<Draft>,
}

impl App {
    /// Starts a change in the name of `actor`.
    pub(crate) async fn change(&self, actor: &Actor) -> Result<Change<'_>, AppError> {
        Ok(Change {
            tx: self.store().write().await?,
            actor: actor.ledger_name(),
            now: self.now(),
            drafts: Vec::new(),
        })
    }
}

impl<'a> Change<'a> {
    /// The transaction, for the store's functions.
    pub(crate) fn tx(&self) -> &Tx<'a> {
        &self.tx
    }

    /// The instant of the change.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// Notes what happened: `action` (`asset.create`) to one subject, with what an auditor
    /// needs to see. Never secrets.
    pub(crate) fn note(&mut self, action: &str, kind: &str, id: impl ToString, payload: Value) {
        self.note_all(action, vec![Subject::new(kind, id)], payload);
    }

    /// Notes one action on several subjects.
    pub(crate) fn note_all(&mut self, action: &str, subjects: Vec<Subject>, payload: Value) {
        self.drafts.push(Draft {
            actor: self.actor.clone(),
            action: action.to_owned(),
            subjects,
            payload,
        });
    }

    /// Makes counters durable, which are no records, and seals what was noted beside them.
    ///
    /// # Errors
    /// [`crate::Code::Internal`] when the database fails; then nothing happened.
    pub(crate) async fn commit_counted(self) -> Result<(), AppError> {
        if self.drafts.is_empty() {
            return Ok(self.tx.commit().await?);
        }
        self.commit().await
    }

    /// Seals the notes and makes everything durable.
    ///
    /// # Errors
    /// [`crate::Code::Internal`] when nothing was noted (a defect: every change is sealed)
    /// or the database fails; then nothing happened.
    pub(crate) async fn commit(self) -> Result<(), AppError> {
        if self.drafts.is_empty() {
            return Err(AppError::internal("a change without a ledger entry"));
        }
        // A user's change never fails for want of a word; a developer's test does.
        if cfg!(debug_assertions)
            && let Some(word) = self.drafts.iter().find_map(unknown)
        {
            return Err(AppError::internal(format!(
                "{word} is not in the words of the ledger"
            )));
        }
        xinglin_store::ledger::append(&self.tx, self.drafts, self.now).await?;
        Ok(self.tx.commit().await?)
    }
}

/// A word of a note that the tables of the ledger lack.
fn unknown(draft: &Draft) -> Option<&str> {
    if !LedgerAction::has(&draft.action) {
        return Some(&draft.action);
    }
    let mut kinds = draft.subjects.iter().map(|subject| subject.kind.as_str());
    kinds.find(|kind| !SubjectKind::has(kind))
}

/// The fields that differ between two forms of one record, as `{field: [old, new]}`.
pub(crate) fn difference<T: serde::Serialize>(old: &T, new: &T) -> Value {
    let (Ok(Value::Object(old)), Ok(Value::Object(new))) =
        (serde_json::to_value(old), serde_json::to_value(new))
    else {
        return Value::Null;
    };
    let changed = new
        .into_iter()
        .filter_map(|(field, value)| {
            let before = old.get(&field).cloned().unwrap_or(Value::Null);
            (before != value).then(|| (field, Value::Array(vec![before, value])))
        })
        .collect();
    Value::Object(changed)
}
