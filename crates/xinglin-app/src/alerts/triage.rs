//! Answering alerts: taking them on, giving them to somebody, saying what they were.

use serde_json::json;
use xinglin_core::{AccountId, AlertId};
use xinglin_ledger::Subject;
use xinglin_store::{
    accounts,
    alerts::{self, Alert, AlertNote},
};
use xinglin_workflow::{AlertAction, AlertState, AlertVerdict};

use super::AlertDetail;
use crate::{
    Actor, App, AppError, Code, Permission,
    change::Change,
    detection::accept,
    error::{Check, reason},
};

/// So many alerts are answered at once.
const MOST: usize = 5_000;
const MOST_COMMENT: usize = 4_000;

/// What is done with alerts.
#[derive(Debug, Clone)]
pub struct Triage {
    /// The alerts.
    pub ids: Vec<AlertId>,
    /// What is done.
    pub action: AlertAction,
    /// What they were; needed to close them.
    pub verdict: Option<AlertVerdict>,
    /// Who gets them; nobody takes them away.
    pub assigned_to: Option<AccountId>,
    /// Why; needed to close and to reopen them.
    pub reason: Option<String>,
}

/// What became of them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Triaged {
    /// Alerts that are different now.
    pub changed: u64,
    /// Alerts whose state does not permit it, or that are no more.
    pub skipped: u64,
}

impl App {
    /// Answers alerts.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`], [`Code::ReasonRequired`],
    /// [`Code::UnknownReference`] for somebody who may not answer alerts.
    pub async fn triage_alerts(&self, actor: &Actor, triage: Triage) -> Result<Triaged, AppError> {
        actor.require(Permission::AlertsTriage)?;
        let why = checked(&triage)?;
        let mut change = self.change(actor).await?;
        if let Some(id) = triage.assigned_to {
            can_answer(&change, id).await?;
        }
        let found = alerts::find_many(change.tx().conn(), &triage.ids).await?;
        let mut done = Triaged {
            changed: 0,
            skipped: u64::try_from(triage.ids.len() - found.len()).unwrap_or_default(),
        };
        // What was allowed, or no attack, is what the baseline is to know as usual.
        let is_usual = triage.action == AlertAction::Close
            && matches!(
                triage.verdict,
                Some(AlertVerdict::Benign | AlertVerdict::FalsePositive)
            );
        let mut accepted = 0_u64;
        let mut subjects = Vec::new();
        for mut alert in found {
            if !step(&mut alert, &triage, change.now()) {
                done.skipped += 1;
                continue;
            }
            alerts::save(change.tx(), &alert).await?;
            if is_usual {
                let why = why.as_deref().unwrap_or_default();
                accepted += u64::from(accept(&change, actor, &alert, why).await?);
            }
            let text = match triage.action {
                AlertAction::Assign => self.name_of(&change, triage.assigned_to).await?,
                _ => why.clone(),
            };
            note(&change, actor, &alert, word_of(triage.action), text).await?;
            subjects.push(Subject::new("alert", alert.id));
            done.changed += 1;
        }
        if subjects.is_empty() {
            return Ok(done);
        }
        let payload = json!({
            "action": triage.action.word(),
            "verdict": triage.verdict.map(AlertVerdict::word),
            "assigned_to": triage.assigned_to,
            "reason": why,
            "accepted_as_usual": accepted,
        });
        let action = match triage.action {
            AlertAction::Assign => "alert.assign",
            _ => "alert.triage",
        };
        change.note_all(action, subjects, payload);
        change.commit().await?;
        if accepted > 0 {
            self.detection().change_usual();
        }
        Ok(done)
    }

    /// Says something about an alert.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`], [`Code::InvalidInput`].
    pub async fn comment_alert(
        &self,
        actor: &Actor,
        id: AlertId,
        text: &str,
    ) -> Result<AlertDetail, AppError> {
        actor.require(Permission::AlertsTriage)?;
        let mut check = Check::default();
        check.text("text", text, MOST_COMMENT);
        check.finish()?;
        let mut change = self.change(actor).await?;
        let found = alerts::find(change.tx().conn(), id).await?;
        let mut alert = found.ok_or(AppError::new(Code::NotFound))?;
        alert.comments += 1;
        alerts::save(change.tx(), &alert).await?;
        let text = text.trim().to_owned();
        note(&change, actor, &alert, "comment", Some(text.clone())).await?;
        change.note("alert.comment", "alert", id, json!({"text": text}));
        change.commit().await?;
        self.get_alert(actor, id).await
    }

    async fn name_of(
        &self,
        change: &Change<'_>,
        id: Option<AccountId>,
    ) -> Result<Option<String>, AppError> {
        let Some(id) = id else { return Ok(None) };
        let account = accounts::find(change.tx().conn(), id).await?;
        Ok(account.map(|account| account.display_name))
    }
}

/// What is missing is said before anything is read; the reason, where there is one.
fn checked(triage: &Triage) -> Result<Option<String>, AppError> {
    let mut check = Check::default();
    let count = triage.ids.len();
    let expected = format!("1 to {MOST} alerts");
    check.expect(
        (1..=MOST).contains(&count),
        "ids",
        &count.to_string(),
        &expected,
    );
    let by_triage = [
        AlertAction::Acknowledge,
        AlertAction::Assign,
        AlertAction::Investigate,
        AlertAction::Close,
        AlertAction::Reopen,
    ];
    let is_possible = by_triage.contains(&triage.action);
    let expected = "acknowledge, assign, investigate, close or reopen";
    check.expect(is_possible, "action", triage.action.word(), expected);
    let is_closing = triage.action == AlertAction::Close;
    let has_verdict = !is_closing || triage.verdict.is_some();
    check.expect(has_verdict, "verdict", "", "what the alerts were");
    check.finish()?;
    match (triage.action, triage.reason.as_deref()) {
        (AlertAction::Close | AlertAction::Reopen, text) => {
            reason(text.unwrap_or_default()).map(Some)
        }
        (_, Some(text)) if !text.trim().is_empty() => reason(text).map(Some),
        _ => Ok(None),
    }
}

/// Whether the account may answer alerts.
async fn can_answer(change: &Change<'_>, id: AccountId) -> Result<(), AppError> {
    let account = accounts::find(change.tx().conn(), id).await?;
    let may = account.is_some_and(|account| {
        let mut roles = account.roles.iter();
        roles.any(|role| Permission::AlertsTriage.is_of(*role))
    });
    if may {
        return Ok(());
    }
    let expected = "somebody who may answer alerts";
    Err(AppError::new(Code::UnknownReference).field("assigned_to", id.to_string(), expected))
}

/// Takes an alert one step on; whether it is different now.
fn step(alert: &mut Alert, triage: &Triage, now: jiff::Timestamp) -> bool {
    let Some(next) = alert.state.after(triage.action) else {
        return false;
    };
    if triage.action == AlertAction::Assign {
        let is_new = alert.assigned_to != triage.assigned_to;
        alert.assigned_to = triage.assigned_to;
        return is_new;
    }
    alert.state = next;
    alert.closed_at = (next == AlertState::Closed).then_some(now);
    alert.verdict = if next == AlertState::Closed {
        triage.verdict
    } else {
        None
    };
    true
}

/// What the timeline calls an action.
fn word_of(action: AlertAction) -> &'static str {
    match action {
        AlertAction::Acknowledge => "acknowledged",
        AlertAction::Assign => "assigned",
        AlertAction::Investigate => "investigating",
        AlertAction::Close => "closed",
        AlertAction::Reopen => "reopened",
        AlertAction::Comment => "comment",
        AlertAction::Except => "exception",
        AlertAction::RaiseFinding => "finding",
    }
}

pub(super) async fn note(
    change: &Change<'_>,
    actor: &Actor,
    alert: &Alert,
    kind: &str,
    text: Option<String>,
) -> Result<(), AppError> {
    let note = AlertNote {
        alert_id: alert.id,
        at: change.now(),
        by: Some(actor.ledger_name()),
        kind: kind.to_owned(),
        text,
    };
    Ok(alerts::add_note(change.tx(), &note).await?)
}
