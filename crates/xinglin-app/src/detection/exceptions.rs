//! Exceptions of detection: what a rule shall not speak of, with a reason, for a time.

use jiff::{ToSpan as _, civil::Date};
use serde_json::json;
use xinglin_core::{AlertId, DetectionExceptionId};
use xinglin_store::{
    alerts::{self, AlertFilter, AlertNote},
    detection::{self, Condition, DetectionException},
};
use xinglin_workflow::{AlertState, AlertVerdict};

use super::{commit::detector, quiet};
use crate::{
    Actor, App, AppError, Code, Permission,
    change::Change,
    error::{Check, reason},
};

/// How long an exception may count, in days.
const MOST_DAYS: i32 = 365;
const MOST_CONDITIONS: usize = 20;
/// So many alerts are closed with an exception at once.
const MOST_CLOSED: u64 = 1_000;
const OVER: &str = "例外已到期 (its last day is over)";

/// What somebody asks for.
#[derive(Debug, Clone)]
pub struct NewException {
    /// All of these must hold.
    pub conditions: Vec<Condition>,
    /// Why.
    pub reason: String,
    /// The last day on which it counts.
    pub until: Date,
    /// Whether alerts of the rule that fit are closed as false positives.
    pub close_matching: bool,
}

/// An exception as it is shown.
#[derive(Debug, Clone)]
pub struct ExceptionRow {
    /// The exception.
    pub exception: DetectionException,
    /// Who decided, by name.
    pub created_by: String,
    /// Days it still counts; `None` when it does not.
    pub days_left: Option<i32>,
    /// The same as a filter of Sigma, in JSON, which is YAML.
    pub filter: serde_json::Value,
}

impl App {
    /// Exceptions, those that end first at the top.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_detection_exceptions(
        &self,
        actor: &Actor,
    ) -> Result<Vec<ExceptionRow>, AppError> {
        sees_detection(actor)?;
        let found = detection::list_exceptions(self.store().db()).await?;
        self.detection_exception_rows(found).await
    }

    /// Has the rule of an alert speak no more of what fits. It counts before the next event is
    /// looked at.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidInput`], [`Code::ReasonRequired`].
    pub async fn create_detection_exception(
        &self,
        actor: &Actor,
        alert: AlertId,
        form: NewException,
    ) -> Result<ExceptionRow, AppError> {
        actor.require(Permission::DetectionManage)?;
        let text = reason(&form.reason)?;
        self.check_exception(&form)?;
        let mut change = self.change(actor).await?;
        let found = alerts::find(change.tx().conn(), alert).await?;
        let alert = found.ok_or(AppError::new(Code::NotFound))?;
        let mut exception = DetectionException {
            id: DetectionExceptionId(0),
            rule: alert.rule.clone(),
            title: alert.seen.title.clone(),
            conditions: form.conditions,
            reason: text,
            until: form.until,
            created_by: actor.ledger_name(),
            created_at: change.now(),
            quieted: 0,
            ended: None,
        };
        exception.id = detection::insert_exception(change.tx(), &exception).await?;
        let note = AlertNote {
            alert_id: alert.id,
            at: change.now(),
            by: Some(actor.ledger_name()),
            kind: "exception".to_owned(),
            text: Some(exception.reason.clone()),
        };
        alerts::add_note(change.tx(), &note).await?;
        let closed = if form.close_matching {
            self.close_matching(&change, actor, &exception).await?
        } else {
            0
        };
        let payload = json!({"exception": exception, "closed": closed});
        let id = exception.id;
        change.note(
            "detection-exception.create",
            "detection-exception",
            id,
            payload,
        );
        change.commit().await?;
        self.detection().change_exceptions();
        self.detection_exception_row(exception).await
    }

    /// Ends an exception before its time.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::ReasonRequired`], [`Code::StateConflict`] when it has ended.
    pub async fn end_detection_exception(
        &self,
        actor: &Actor,
        id: DetectionExceptionId,
        text: &str,
    ) -> Result<ExceptionRow, AppError> {
        actor.require(Permission::DetectionManage)?;
        let text = reason(text)?;
        let mut change = self.change(actor).await?;
        let found = detection::find_exception(change.tx().conn(), id).await?;
        let mut exception = found.ok_or(AppError::new(Code::NotFound))?;
        if exception.ended.is_some() {
            return Err(AppError::new(Code::StateConflict));
        }
        end(&mut change, &mut exception, actor, text).await?;
        change.commit().await?;
        self.detection().change_exceptions();
        self.detection_exception_row(exception).await
    }

    /// Ends exceptions whose last day is over, and lets go of indicators whose day is. To be
    /// called by a timer; doing it twice changes nothing more.
    ///
    /// # Errors
    /// [`Code::Internal`].
    pub async fn reconcile_detection(&self) -> Result<usize, AppError> {
        self.detection().change_indicators();
        let today = self.today();
        if detection::due(self.store().db(), today).await?.is_empty() {
            return Ok(0);
        }
        let actor = detector();
        let mut change = self.change(&actor).await?;
        let due = detection::due(change.tx().conn(), today).await?;
        let count = due.len();
        for mut exception in due {
            end(&mut change, &mut exception, &actor, OVER.to_owned()).await?;
        }
        change.commit().await?;
        self.detection().change_exceptions();
        Ok(count)
    }

    fn check_exception(&self, form: &NewException) -> Result<(), AppError> {
        let today = self.today();
        let last = today.checked_add(MOST_DAYS.days());
        let last = last.map_err(AppError::internal)?;
        let mut check = Check::default();
        let count = form.conditions.len();
        let expected = format!("1 to {MOST_CONDITIONS} conditions");
        let is_possible = (1..=MOST_CONDITIONS).contains(&count);
        check.expect(is_possible, "conditions", &count.to_string(), &expected);
        for one in &form.conditions {
            check.text("conditions.field", &one.field, 200);
            check.text("conditions.value", &one.value, 1_000);
            // That would keep the whole rule quiet: then it is switched off instead.
            let says_something = one.value.chars().any(|letter| !matches!(letter, '*' | '?'));
            let expected = "more than wildcards";
            check.expect(says_something, "conditions.value", &one.value, expected);
        }
        let until = form.until.to_string();
        let expected = format!("a day from {today} to {last}");
        let is_possible = (today..=last).contains(&form.until);
        check.expect(is_possible, "until", &until, &expected);
        check.finish()?;
        quiet::rule_of(&form.conditions).map(|_| ()).map_err(|_| {
            AppError::new(Code::InvalidInput).field("conditions", "", "fields and values of a rule")
        })
    }

    /// Closes the alerts of the rule whose kept events all fit.
    async fn close_matching(
        &self,
        change: &Change<'_>,
        actor: &Actor,
        exception: &DetectionException,
    ) -> Result<u64, AppError> {
        let filter = AlertFilter {
            rule: Some(exception.rule.clone()),
            states: vec![
                AlertState::New,
                AlertState::Acknowledged,
                AlertState::Investigating,
            ],
            limit: MOST_CLOSED,
            ..AlertFilter::default()
        };
        let (open, _) = alerts::page(change.tx().conn(), &filter).await?;
        let mut closed = 0;
        for mut alert in open {
            if !self.is_excepted(&alert, exception).await? {
                continue;
            }
            alert.state = AlertState::Closed;
            alert.verdict = Some(AlertVerdict::FalsePositive);
            alert.closed_at = Some(change.now());
            alerts::save(change.tx(), &alert).await?;
            let note = AlertNote {
                alert_id: alert.id,
                at: change.now(),
                by: Some(actor.ledger_name()),
                kind: "closed".to_owned(),
                text: Some(exception.reason.clone()),
            };
            alerts::add_note(change.tx(), &note).await?;
            closed += 1;
        }
        Ok(closed)
    }

    async fn detection_exception_row(
        &self,
        exception: DetectionException,
    ) -> Result<ExceptionRow, AppError> {
        let rows = self.detection_exception_rows(vec![exception]).await?;
        let row = rows.into_iter().next();
        row.ok_or(AppError::internal("an exception without its row"))
    }

    async fn detection_exception_rows(
        &self,
        found: Vec<DetectionException>,
    ) -> Result<Vec<ExceptionRow>, AppError> {
        let people = self.actor_names().await?;
        let today = self.today();
        let rows = found.into_iter().map(|exception| {
            let who = &exception.created_by;
            let days = today.until(exception.until).map(|span| span.get_days());
            ExceptionRow {
                created_by: people.get(who).unwrap_or(who).clone(),
                days_left: days
                    .ok()
                    .filter(|days| exception.ended.is_none() && *days >= 0),
                filter: quiet::filter_of(&exception),
                exception,
            }
        });
        Ok(rows.collect())
    }
}

/// Who answers alerts sees detection, and so does who manages it.
pub(super) fn sees_detection(actor: &Actor) -> Result<(), AppError> {
    if actor.may(Permission::DetectionManage) {
        return Ok(());
    }
    actor.require_sight(Permission::AlertsRead)
}

async fn end(
    change: &mut Change<'_>,
    exception: &mut DetectionException,
    actor: &Actor,
    text: String,
) -> Result<(), AppError> {
    exception.ended = Some(crate::exceptions::Ended {
        at: change.now(),
        by: actor.ledger_name(),
        reason: text,
    });
    detection::save_exception(change.tx(), exception).await?;
    let (id, payload) = (exception.id, json!(exception));
    change.note(
        "detection-exception.end",
        "detection-exception",
        id,
        payload,
    );
    Ok(())
}
