//! Saved searches: one's own, and those that are shared.

use serde_json::json;
use xinglin_core::LogSearchId;
use xinglin_store::logs::{self, LogSearch};

use super::search::query_of;
use crate::{Actor, App, AppError, Code, Permission, error::Check};

/// A search to be saved.
#[derive(Debug, Clone)]
pub struct LogSearchForm {
    /// What it is called.
    pub name: String,
    /// What is looked for.
    pub query: String,
    /// Over which time, such as `24h`.
    pub span: String,
    /// Whether everybody who reads logs sees it.
    pub shared: bool,
}

/// A saved search with the name of its owner.
#[derive(Debug, Clone)]
pub struct LogSearchRow {
    /// The search.
    pub search: LogSearch,
    /// Whose it is.
    pub owner_name: String,
}

impl App {
    /// The searches of the caller and those that are shared.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_log_searches(&self, actor: &Actor) -> Result<Vec<LogSearchRow>, AppError> {
        actor.require_sight(Permission::LogsRead)?;
        let found = logs::list_searches(self.store().db(), &actor.ledger_name()).await?;
        let people = self.actor_names().await?;
        let rows = found.into_iter().map(|search| {
            let who = &search.created_by;
            LogSearchRow {
                owner_name: people.get(who).unwrap_or(who).clone(),
                search,
            }
        });
        Ok(rows.collect())
    }

    /// Saves a search.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`], [`Code::LogQueryWrong`].
    pub async fn save_log_search(
        &self,
        actor: &Actor,
        form: LogSearchForm,
    ) -> Result<LogSearchRow, AppError> {
        actor.require(Permission::LogsRead)?;
        let mut check = Check::default();
        check.text("name", &form.name, 120);
        check.text("span", &form.span, 60);
        check.optional("query", Some(&form.query), 4_000);
        check.finish()?;
        query_of(&form.query)?;
        let mut change = self.change(actor).await?;
        let mut search = LogSearch {
            id: LogSearchId(0),
            name: form.name.trim().to_owned(),
            query: form.query,
            span: form.span,
            shared: form.shared,
            created_by: actor.ledger_name(),
            created_at: change.now(),
        };
        search.id = logs::insert_search(change.tx(), &search).await?;
        change.note("log-search.create", "log-search", search.id, json!(search));
        change.commit().await?;
        Ok(LogSearchRow {
            search,
            owner_name: actor.name().to_owned(),
        })
    }

    /// Removes a search of one's own.
    ///
    /// # Errors
    /// [`Code::Forbidden`], also for the search of somebody else that is shared;
    /// [`Code::NotFound`]; [`Code::StateConflict`] while it runs by itself.
    pub async fn delete_log_search(&self, actor: &Actor, id: LogSearchId) -> Result<(), AppError> {
        actor.require(Permission::LogsRead)?;
        let mut change = self.change(actor).await?;
        let found = logs::find_search(change.tx().conn(), id).await?;
        let search = found.ok_or(AppError::new(Code::NotFound))?;
        if search.created_by != actor.ledger_name() {
            let code = if search.shared {
                Code::Forbidden
            } else {
                Code::NotFound
            };
            return Err(AppError::new(code));
        }
        if logs::find_schedule(change.tx().conn(), id).await?.is_some() {
            return Err(AppError::new(Code::StateConflict));
        }
        logs::delete_search(change.tx(), id).await?;
        change.note("log-search.delete", "log-search", id, json!(search));
        change.commit().await
    }
}
