//! Ranges of addresses that may be scanned (扫描授权), each with the consent to do so.

use jiff::{ToSpan, civil::Date};
use serde_json::json;
use xinglin_core::ScanRangeId;
use xinglin_inspect::policy::AddressRange;
pub use xinglin_store::scan_ranges::ScanRange;
use xinglin_store::{
    Read,
    scan_ranges::{self, Ended},
};

use crate::{
    Actor, App, AppError, Code, Permission,
    error::{Check, reason},
};

/// How long a consent may last, in days.
const MOST_DAYS: i32 = 365;

/// A range that somebody allows to be scanned.
#[derive(Debug, Clone)]
pub struct ScanRangeForm {
    /// A network such as `10.1.0.0/16`, or one address.
    pub range: String,
    /// Who agreed, and to what end.
    pub reason: String,
    /// The last day on which it may be scanned.
    pub until: Date,
}

/// A range with what is true of it today.
#[derive(Debug, Clone)]
pub struct ScanRangeRow {
    /// The range.
    pub range: ScanRange,
    /// Whether it may be scanned today.
    pub is_in_force: bool,
    /// Who noted it.
    pub created_by: String,
}

impl App {
    /// All ranges, those that were not taken back first.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_scan_ranges(&self, actor: &Actor) -> Result<Vec<ScanRangeRow>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let found = scan_ranges::list(self.store().db()).await?;
        self.scan_range_rows(found).await
    }

    /// Notes that a range may be scanned.
    ///
    /// # Errors
    /// [`Code::InvalidInput`], [`Code::ReasonRequired`].
    pub async fn create_scan_range(
        &self,
        actor: &Actor,
        form: ScanRangeForm,
    ) -> Result<ScanRangeRow, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let consent = reason(&form.reason)?;
        let today = self.today();
        let last = today.checked_add(MOST_DAYS.days());
        let last = last.map_err(AppError::internal)?;
        let mut check = Check::default();
        let parsed: Option<AddressRange> = form.range.parse().ok();
        let expected = "a network such as 10.1.0.0/16, or an address";
        check.expect(parsed.is_some(), "range", &form.range, expected);
        let until = form.until.to_string();
        let expected = format!("a day from {today} to {last}");
        let is_possible = (today..=last).contains(&form.until);
        check.expect(is_possible, "until", &until, &expected);
        check.finish()?;
        let mut change = self.change(actor).await?;
        let mut range = ScanRange {
            id: ScanRangeId(0),
            range: parsed.map_or(form.range, |range| range.to_string()),
            consent,
            until: form.until,
            created_by: actor.ledger_name(),
            created_at: change.now(),
            ended: None,
        };
        range.id = scan_ranges::insert(change.tx(), &range).await?;
        change.note("scan_range.create", "scan_range", range.id, json!(range));
        change.commit().await?;
        self.scan_range_row(range).await
    }

    /// Takes a consent back.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::ReasonRequired`], [`Code::StateConflict`] when that is
    /// done already.
    pub async fn end_scan_range(
        &self,
        actor: &Actor,
        id: ScanRangeId,
        text: &str,
    ) -> Result<ScanRangeRow, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let text = reason(text)?;
        let mut change = self.change(actor).await?;
        let found = scan_ranges::find(change.tx().conn(), id).await?;
        let mut range = found.ok_or(AppError::new(Code::NotFound))?;
        if range.ended.is_some() {
            return Err(AppError::new(Code::StateConflict));
        }
        range.ended = Some(Ended {
            at: change.now(),
            by: actor.ledger_name(),
            reason: text,
        });
        scan_ranges::save(change.tx(), &range).await?;
        change.note("scan_range.end", "scan_range", id, json!(range));
        change.commit().await?;
        self.scan_range_row(range).await
    }

    /// The ranges that may be scanned today.
    ///
    /// # Errors
    /// [`Code::NoScanRange`] where there is none.
    pub(crate) async fn allowed_ranges(
        &self,
        db: &impl Read,
    ) -> Result<Vec<AddressRange>, AppError> {
        let mut allowed = Vec::new();
        for range in scan_ranges::list(db).await? {
            if self.is_in_force(&range) {
                allowed.push(range.range.parse().map_err(AppError::internal)?);
            }
        }
        if allowed.is_empty() {
            return Err(AppError::new(Code::NoScanRange));
        }
        Ok(allowed)
    }

    pub(crate) fn is_in_force(&self, range: &ScanRange) -> bool {
        range.ended.is_none() && range.until >= self.today()
    }

    async fn scan_range_row(&self, range: ScanRange) -> Result<ScanRangeRow, AppError> {
        let rows = self.scan_range_rows(vec![range]).await?;
        let row = rows.into_iter().next();
        row.ok_or(AppError::internal("a range without its row"))
    }

    async fn scan_range_rows(&self, found: Vec<ScanRange>) -> Result<Vec<ScanRangeRow>, AppError> {
        let people = self.actor_names().await?;
        let rows = found.into_iter().map(|range| {
            let who = &range.created_by;
            ScanRangeRow {
                created_by: people.get(who).unwrap_or(who).clone(),
                is_in_force: self.is_in_force(&range),
                range,
            }
        });
        Ok(rows.collect())
    }
}
