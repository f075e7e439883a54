//! Reading and verifying the ledger.

use std::{collections::BTreeMap, path::Path};

pub use xinglin_ledger::Subject;
use xinglin_ledger::{Entry, Verification};
pub use xinglin_store::ledger::LedgerFilter;

use crate::{Actor, App, AppError, Code, Permission};

/// One page of the ledger.
#[derive(Debug)]
pub struct LedgerPage {
    /// Entries, newest first.
    pub entries: Vec<Entry>,
    /// How many match in all.
    pub total: u64,
    /// Display names by ledger name (`account/3`).
    pub names: BTreeMap<String, String>,
}

/// Recomputes the chain of a data folder, for the command line: no server, no account.
///
/// # Errors
/// [`crate::Code::NotFound`] where the folder holds no database, [`crate::Code::Internal`]
/// when it cannot be read.
pub async fn verify_folder(folder: &Path) -> Result<Verification, AppError> {
    let file = folder.join("xinglin.db");
    if !file.is_file() {
        return Err(AppError::new(Code::NotFound).field(
            "data",
            folder.to_string_lossy(),
            "a folder with xinglin.db",
        ));
    }
    let store = xinglin_store::Store::open(&file).await?;
    Ok(xinglin_store::ledger::verify(store.db()).await?)
}

impl App {
    /// One page of the ledger, for the audit administrator.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission.
    pub async fn list_ledger(
        &self,
        actor: &Actor,
        filter: &LedgerFilter,
    ) -> Result<LedgerPage, AppError> {
        actor.require_sight(Permission::LedgerRead)?;
        self.ledger_page(filter).await
    }

    /// The history of one record, for those who may read records. Accounts, sessions and
    /// settings are no records: their history is the audit administrator's.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] for other kinds or without the permission.
    pub async fn history(
        &self,
        actor: &Actor,
        kind: &str,
        id: &str,
    ) -> Result<LedgerPage, AppError> {
        let permission = match kind {
            "account" | "session" | "settings" => Permission::LedgerRead,
            _ => Permission::RecordsRead,
        };
        actor.require_sight(permission)?;
        let subject = Subject::new(kind, id);
        let mut page = self
            .ledger_page(&LedgerFilter {
                subject: Some(subject.clone()),
                limit: 200,
                ..LedgerFilter::default()
            })
            .await?;
        for entry in &mut page.entries {
            only_about(entry, &subject);
        }
        Ok(page)
    }

    /// Recomputes the whole chain.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission.
    pub async fn verify_ledger(&self, actor: &Actor) -> Result<Verification, AppError> {
        actor.require_sight(Permission::LedgerRead)?;
        Ok(xinglin_store::ledger::verify(self.store().db()).await?)
    }

    pub(crate) async fn ledger_page(&self, filter: &LedgerFilter) -> Result<LedgerPage, AppError> {
        let (entries, total) = xinglin_store::ledger::page(self.store().db(), filter).await?;
        Ok(LedgerPage {
            entries,
            total,
            names: self.actor_names().await?,
        })
    }

    /// Display names of all accounts by ledger name.
    pub(crate) async fn actor_names(&self) -> Result<BTreeMap<String, String>, AppError> {
        let accounts = xinglin_store::accounts::list(self.store().db()).await?;
        let named = accounts
            .into_iter()
            .map(|account| (format!("account/{}", account.id), account.display_name));
        Ok(named.collect())
    }
}

/// Leaves out of an import's entry what is about other records: a batch has a thousand.
fn only_about(entry: &mut Entry, subject: &Subject) {
    if !entry.action.ends_with(".import") {
        return;
    }
    entry.subjects.retain(|one| one == subject);
    let changes = entry.payload.get_mut("changes");
    if let Some(changes) = changes.and_then(serde_json::Value::as_object_mut) {
        changes.retain(|id, _| *id == subject.id);
    }
}
