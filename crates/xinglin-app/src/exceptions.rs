//! Exceptions (例外): a failed check that is lived with on one asset, with a reason, for a
//! time.
//!
//! It takes the failure out of what the rules propose and never makes a pass of it: while it
//! counts, the items of the check are proposed 部分符合 at best, and the proposal names it.

use std::collections::{BTreeSet, HashMap};

use jiff::{ToSpan, civil::Date};
use serde_json::json;
use xinglin_core::{AssetId, ExceptionId, Text};
pub use xinglin_store::exceptions::{Ended, Exception};
use xinglin_store::{exceptions, inspections};

use crate::{
    Actor, App, AppError, Code, Permission,
    error::{Check, reason},
};

/// How long an exception may count, in days.
const MOST_DAYS: i32 = 365;
const OVER: &str = "例外已到期 (its last day is over)";

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct ExceptionForm {
    /// The check.
    pub check: String,
    /// Why its failure is lived with.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Date,
}

/// An exception with the names of what it refers to.
#[derive(Debug, Clone)]
pub struct ExceptionRow {
    /// The exception.
    pub exception: Exception,
    /// The asset's name.
    pub asset_name: String,
    /// What the check asks; `None` for a check that is no more.
    pub title: Option<Text>,
    /// Who decided.
    pub created_by: String,
    /// Days it still counts; `None` when it does not.
    pub days_left: Option<i32>,
}

impl App {
    /// Exceptions, those that end first at the top; of one asset where it is given.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_exceptions(
        &self,
        actor: &Actor,
        asset: Option<AssetId>,
    ) -> Result<Vec<ExceptionRow>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        if let Some(asset) = asset {
            self.inspected_object(asset).await?;
        }
        let found = exceptions::list(self.store().db(), asset).await?;
        self.exception_rows(found).await
    }

    /// Lives with the failure of a check on an asset for a time.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidInput`], [`Code::ReasonRequired`],
    /// [`Code::StateConflict`] when one counts already.
    pub async fn create_exception(
        &self,
        actor: &Actor,
        asset: AssetId,
        form: ExceptionForm,
    ) -> Result<ExceptionRow, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let text = reason(&form.reason)?;
        let today = self.today();
        let last = today.checked_add(MOST_DAYS.days());
        let last = last.map_err(AppError::internal)?;
        let mut check = Check::default();
        let is_known = self.content().check(&form.check).is_some();
        check.expect(is_known, "check", &form.check, "the identifier of a check");
        let until = form.until.to_string();
        let expected = format!("a day from {today} to {last}");
        let is_possible = (today..=last).contains(&form.until);
        check.expect(is_possible, "until", &until, &expected);
        check.finish()?;
        self.inspected_object(asset).await?;
        let mut change = self.change(actor).await?;
        let mut exception = Exception {
            id: ExceptionId(0),
            asset_id: asset,
            check: form.check,
            reason: text,
            until: form.until,
            created_by: actor.ledger_name(),
            created_at: change.now(),
            ended: None,
        };
        let conn = change.tx().conn();
        let known = exceptions::of_assets(conn, &[asset]).await?;
        if known.iter().any(|known| known.check == exception.check) {
            return Err(AppError::new(Code::StateConflict));
        }
        exception.id = exceptions::insert(change.tx(), &exception).await?;
        change.note(
            "exception.create",
            "exception",
            exception.id,
            json!(exception),
        );
        let anew = self
            .judge_asset_anew(&mut change, asset, "exception")
            .await?;
        change.commit().await?;
        self.keep_boards(anew.rescored);
        self.exception_row(exception).await
    }

    /// Ends an exception before its time.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::ReasonRequired`], [`Code::StateConflict`] when it has
    /// ended.
    pub async fn end_exception(
        &self,
        actor: &Actor,
        id: ExceptionId,
        text: &str,
    ) -> Result<ExceptionRow, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let text = reason(text)?;
        let mut change = self.change(actor).await?;
        let mut exception = exceptions::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        if exception.ended.is_some() {
            return Err(AppError::new(Code::StateConflict));
        }
        exception.ended = Some(Ended {
            at: change.now(),
            by: actor.ledger_name(),
            reason: text,
        });
        exceptions::save(change.tx(), &exception).await?;
        change.note("exception.end", "exception", id, json!(exception));
        let anew = self
            .judge_asset_anew(&mut change, exception.asset_id, "exception")
            .await?;
        change.commit().await?;
        self.keep_boards(anew.rescored);
        self.exception_row(exception).await
    }

    /// Ends exceptions whose last day is over and judges their assets anew. To be called by
    /// a timer; doing it twice changes nothing more.
    ///
    /// # Errors
    /// [`Code::Internal`].
    pub async fn reconcile_exceptions(&self) -> Result<usize, AppError> {
        let today = self.today();
        if exceptions::due(self.store().db(), today).await?.is_empty() {
            return Ok(0);
        }
        let actor = Actor::automatic("exceptions");
        let mut change = self.change(&actor).await?;
        let due = exceptions::due(change.tx().conn(), today).await?;
        let count = due.len();
        let assets: BTreeSet<AssetId> = due.iter().map(|exception| exception.asset_id).collect();
        for mut exception in due {
            exception.ended = Some(Ended {
                at: change.now(),
                by: actor.ledger_name(),
                reason: OVER.to_owned(),
            });
            exceptions::save(change.tx(), &exception).await?;
            let payload = json!(exception);
            change.note("exception.end", "exception", exception.id, payload);
        }
        let mut rescored = Vec::new();
        for asset in assets {
            let anew = self
                .judge_asset_anew(&mut change, asset, "exception")
                .await?;
            rescored.extend(anew.rescored);
        }
        change.commit().await?;
        self.keep_boards(rescored);
        Ok(count)
    }

    async fn exception_row(&self, exception: Exception) -> Result<ExceptionRow, AppError> {
        let rows = self.exception_rows(vec![exception]).await?;
        let row = rows.into_iter().next();
        row.ok_or(AppError::internal("an exception without its row"))
    }

    async fn exception_rows(&self, found: Vec<Exception>) -> Result<Vec<ExceptionRow>, AppError> {
        let assets: BTreeSet<AssetId> = found.iter().map(|one| one.asset_id).collect();
        let db = self.store().db();
        let names: HashMap<AssetId, String> = inspections::asset_names(db, assets)
            .await?
            .into_iter()
            .collect();
        let people = self.actor_names().await?;
        let today = self.today();
        let rows = found.into_iter().map(|exception| {
            let who = &exception.created_by;
            let days = today.until(exception.until).map(|span| span.get_days());
            ExceptionRow {
                asset_name: names.get(&exception.asset_id).cloned().unwrap_or_default(),
                title: self
                    .content()
                    .check(&exception.check)
                    .map(|check| check.title.clone()),
                created_by: people.get(who).unwrap_or(who).clone(),
                days_left: days
                    .ok()
                    .filter(|days| exception.ended.is_none() && *days >= 0),
                exception,
            }
        });
        Ok(rows.collect())
    }
}
