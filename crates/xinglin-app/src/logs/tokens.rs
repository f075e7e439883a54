//! Tokens with which logs are sent by HTTP: made by a person for one source, shown once.

use serde_json::json;
use xinglin_core::LogTokenId;
use xinglin_ledger::Digest;
use xinglin_store::{
    exceptions::Ended,
    logs::{self, LogToken},
};

use crate::{
    Actor, App, AppError, Code, Permission,
    error::{Check, reason},
    identity::random_hex,
};

/// A token that somebody wants.
#[derive(Debug, Clone)]
pub struct LogTokenForm {
    /// What people call it.
    pub name: String,
    /// The source of what is sent with it.
    pub source: String,
}

/// A token that was just made. It is shown now and never again.
#[derive(Clone)]
pub struct MadeLogToken {
    /// What is kept of it.
    pub kept: LogToken,
    /// The token itself.
    pub token: String,
}

impl std::fmt::Debug for MadeLogToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("MadeLogToken")
            .field("id", &self.kept.id)
            .finish_non_exhaustive()
    }
}

/// The name of a source as somebody typed it.
pub(super) fn source_name(text: &str) -> Result<String, AppError> {
    let mut check = Check::default();
    check.text("source", text, 120);
    let is_line = !text.chars().any(char::is_control);
    check.expect(is_line, "source", text, "one line");
    check.finish()?;
    Ok(text.trim().to_owned())
}

impl App {
    /// All tokens, those that count first.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_log_tokens(&self, actor: &Actor) -> Result<Vec<LogToken>, AppError> {
        actor.require_sight(Permission::LogsManage)?;
        Ok(logs::list_tokens(self.store().db()).await?)
    }

    /// Makes a token for one source.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`].
    pub async fn make_log_token(
        &self,
        actor: &Actor,
        form: LogTokenForm,
    ) -> Result<MadeLogToken, AppError> {
        actor.require(Permission::LogsManage)?;
        let mut check = Check::default();
        check.text("name", &form.name, 120);
        check.finish()?;
        let source = source_name(&form.source)?;
        let text = random_hex()?;
        let mut change = self.change(actor).await?;
        let mut kept = LogToken {
            id: LogTokenId(0),
            name: form.name.trim().to_owned(),
            source,
            digest: Digest::of(text.as_bytes()).to_string(),
            created_by: actor.ledger_name(),
            created_at: change.now(),
            last_used_at: None,
            ended: None,
        };
        kept.id = logs::insert_token(change.tx(), &kept).await?;
        change.note("log-token.create", "log-token", kept.id, json!(kept));
        change.commit().await?;
        Ok(MadeLogToken { kept, token: text })
    }

    /// Takes a token back.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`], [`Code::ReasonRequired`],
    /// [`Code::StateConflict`] when that is done already.
    pub async fn end_log_token(
        &self,
        actor: &Actor,
        id: LogTokenId,
        text: &str,
    ) -> Result<(), AppError> {
        actor.require(Permission::LogsManage)?;
        let text = reason(text)?;
        let mut change = self.change(actor).await?;
        let found = logs::find_token(change.tx().conn(), id).await?;
        let mut token = found.ok_or(AppError::new(Code::NotFound))?;
        if token.ended.is_some() {
            return Err(AppError::new(Code::StateConflict));
        }
        token.ended = Some(Ended {
            at: change.now(),
            by: actor.ledger_name(),
            reason: text,
        });
        logs::save_token(change.tx(), &token).await?;
        change.note("log-token.end", "log-token", id, json!(token));
        change.commit().await
    }
}
