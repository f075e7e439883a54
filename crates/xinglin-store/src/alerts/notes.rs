//! What happened to an alert.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder, QuerySelect,
    entity::prelude::*,
};
use xinglin_core::AlertId;

use super::entity::note;
use crate::{Read, StoreError, Tx, row};

/// Something that happened to an alert.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AlertNote {
    /// The alert.
    pub alert_id: AlertId,
    /// When.
    pub at: Timestamp,
    /// Who did it, by ledger name; `None` where nobody did.
    pub by: Option<String>,
    /// What: `created`, `grown`, `comment` …
    pub kind: String,
    /// What was said.
    pub text: Option<String>,
}

/// What happened to an alert, oldest first, at most 1,000.
pub async fn notes(db: &impl Read, id: AlertId) -> Result<Vec<AlertNote>, StoreError> {
    let models = note::Entity::find()
        .filter(note::Column::AlertId.eq(id.0))
        .order_by_asc(note::Column::Id)
        .limit(1_000)
        .all(db)
        .await?;
    models.into_iter().map(read).collect()
}

/// Adds what happened.
pub async fn add_note(tx: &Tx<'_>, note: &AlertNote) -> Result<(), StoreError> {
    let row = note::ActiveModel {
        id: NotSet,
        alert_id: Set(note.alert_id.0),
        at: Set(note.at.as_millisecond()),
        by: Set(note.by.clone()),
        kind: Set(note.kind.clone()),
        text: Set(note.text.clone()),
    };
    row.insert(tx.conn()).await?;
    Ok(())
}

fn read(model: note::Model) -> Result<AlertNote, StoreError> {
    Ok(AlertNote {
        alert_id: AlertId(model.alert_id),
        at: row::instant("alert_notes.at", model.at)?,
        by: model.by,
        kind: model.kind,
        text: model.text,
    })
}
