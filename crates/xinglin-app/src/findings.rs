//! Findings: list, accept, reopen; born and closed by verdicts ([`reconcile`]) and by what
//! alarms ([`alarms`]).

mod alarms;
mod mended;
mod reconcile;
mod rules;

pub(crate) use alarms::{Alarm, Alarms};
pub(crate) use reconcile::has_high_risk;
pub(crate) use rules::AlarmRules;

use jiff::civil::Date;
use serde_json::json;
use xinglin_core::{Fault, FindingId, Problem as _, Text};
use xinglin_store::findings;
pub use xinglin_store::findings::{Finding, FindingFilter, FindingObject};
pub use xinglin_workflow::{AlarmKind, FindingCause, FindingState, Severity};
use xinglin_workflow::{FindingAction, FindingError};

use crate::{
    Actor, App, AppError, Code, Permission,
    change::{Change, difference},
    error::reason,
};

/// A finding as it is shown.
#[derive(Debug, Clone)]
pub struct FindingRow {
    /// The finding.
    pub finding: Finding,
    /// Name of its system.
    pub system_name: String,
    /// Control point of its requirement.
    pub control: Text,
    /// The objects that show it.
    pub objects: Vec<FindingObject>,
    /// The newest task for it.
    pub task_id: Option<xinglin_core::TaskId>,
    /// What the caller may do with it.
    pub allowed_actions: Vec<&'static str>,
}

impl App {
    /// One page of findings and how many match in all.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_findings(
        &self,
        actor: &Actor,
        filter: &FindingFilter,
    ) -> Result<(Vec<FindingRow>, u64), AppError> {
        actor.require_sight(Permission::FindingRead)?;
        let (found, total) = findings::page(self.store().db(), filter).await?;
        Ok((self.finding_rows(actor, found).await?, total))
    }

    /// One finding.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn get_finding(&self, actor: &Actor, id: FindingId) -> Result<FindingRow, AppError> {
        actor.require_sight(Permission::FindingRead)?;
        let found = findings::find(self.store().db(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        self.finding_rows(actor, vec![found])
            .await?
            .pop()
            .ok_or(AppError::new(Code::NotFound))
    }

    /// Accepts the risk of a finding until a day.
    ///
    /// # Errors
    /// [`Code::ReasonRequired`], [`Code::InvalidInput`] when the day is not in the future,
    /// [`Code::StateConflict`].
    pub async fn accept_finding(
        &self,
        actor: &Actor,
        id: FindingId,
        why: &str,
        until: Date,
    ) -> Result<FindingRow, AppError> {
        require_decision(actor)?;
        let why = reason(why)?;
        let today = self.today();
        self.decide_finding(actor, id, "finding.accept", |finding| {
            finding.state = finding.state.accept(&why, until, today)?;
            finding.reason = Some(why.clone());
            finding.accepted_until = Some(until);
            Ok(())
        })
        .await
    }

    /// Takes a closed or accepted finding up again.
    ///
    /// # Errors
    /// [`Code::ReasonRequired`], [`Code::StateConflict`].
    pub async fn reopen_finding(
        &self,
        actor: &Actor,
        id: FindingId,
        why: &str,
    ) -> Result<FindingRow, AppError> {
        require_decision(actor)?;
        let why = reason(why)?;
        self.decide_finding(actor, id, "finding.reopen", |finding| {
            if follows_alarm(finding) {
                return Err(FindingError::NotAllowed {
                    state: finding.state,
                    action: FindingAction::Reopen,
                });
            }
            finding.state = finding.state.reopen(&why)?;
            finding.reason = Some(why.clone());
            finding.accepted_until = None;
            finding.closed_at = None;
            Ok(())
        })
        .await
    }

    /// Ends the acceptances whose last day is over, for a background task; returns how
    /// many.
    ///
    /// # Errors
    /// [`Code::Internal`].
    pub async fn expire_acceptances(&self) -> Result<usize, AppError> {
        let today = self.today();
        if findings::acceptance_over(self.store().db(), today)
            .await?
            .is_empty()
        {
            return Ok(0);
        }
        let mut change = self.change(&Actor::automatic("acceptance")).await?;
        let over = findings::acceptance_over(change.tx().conn(), today).await?;
        let mut ended = 0;
        for mut finding in over {
            let old = finding.clone();
            let until = finding.accepted_until.unwrap_or(Date::MIN);
            finding.state = finding
                .state
                .expire_acceptance(until, today)
                .map_err(refused)?;
            finding.accepted_until = None;
            findings::save(change.tx(), &finding).await?;
            let payload = difference(&old, &finding);
            change.note("finding.expire", "finding", finding.id, payload);
            ended += 1;
        }
        if ended > 0 {
            change.commit().await?;
        }
        Ok(ended)
    }

    async fn decide_finding(
        &self,
        actor: &Actor,
        id: FindingId,
        action: &str,
        decide: impl FnOnce(&mut Finding) -> Result<(), FindingError>,
    ) -> Result<FindingRow, AppError> {
        let mut change = self.change(actor).await?;
        let old = findings::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        let mut finding = old.clone();
        decide(&mut finding).map_err(refused)?;
        findings::save(change.tx(), &finding).await?;
        change.note(action, "finding", id, difference(&old, &finding));
        change.commit().await?;
        self.get_finding(actor, id).await
    }

    async fn finding_rows(
        &self,
        actor: &Actor,
        found: Vec<Finding>,
    ) -> Result<Vec<FindingRow>, AppError> {
        let db = self.store().db();
        let ids: Vec<FindingId> = found.iter().map(|finding| finding.id).collect();
        let mut objects = findings::objects(db, &ids).await?;
        let tasks = findings::task_ids(db, &ids).await?;
        let names = findings::system_names(db).await?;
        Ok(found
            .into_iter()
            .map(|finding| FindingRow {
                system_name: names.get(&finding.system_id).cloned().unwrap_or_default(),
                control: self
                    .content()
                    .catalogue()
                    .get(finding.requirement)
                    .map(|item| item.control.clone())
                    .unwrap_or_default(),
                objects: objects.remove(&finding.id).unwrap_or_default(),
                task_id: tasks.get(&finding.id).copied(),
                allowed_actions: allowed_actions(actor, &finding),
                finding,
            })
            .collect())
    }
}

/// Moves findings to another state in the change of somebody else's noun (a plan, a task)
/// and notes it.
pub(crate) async fn move_findings(
    change: &mut Change<'_>,
    action: &str,
    found: Vec<Finding>,
    next: impl Fn(FindingState) -> FindingState,
) -> Result<(), AppError> {
    for old in found {
        let mut finding = old.clone();
        finding.state = next(old.state);
        if finding.state == old.state {
            continue;
        }
        if finding.state == FindingState::Closed {
            finding.closed_at = Some(change.now());
        }
        findings::save(change.tx(), &finding).await?;
        change.note(action, "finding", finding.id, difference(&old, &finding));
    }
    Ok(())
}

fn require_decision(actor: &Actor) -> Result<(), AppError> {
    if actor.may(Permission::PlanApprove) {
        return Ok(());
    }
    actor.require(Permission::FindingWrite)
}

/// Whether it is closed because nothing alarms: whether it is so is not for a person to say.
fn follows_alarm(finding: &Finding) -> bool {
    let by_person = matches!(
        finding.cause,
        FindingCause::Verdict | FindingCause::Alarm(AlarmKind::Alert, _)
    );
    finding.state == FindingState::Closed && !by_person
}

fn allowed_actions(actor: &Actor, finding: &Finding) -> Vec<&'static str> {
    if require_decision(actor).is_err() || follows_alarm(finding) {
        return Vec::new();
    }
    let actions = finding.state.allowed_actions();
    actions
        .into_iter()
        .filter(|action| matches!(action, FindingAction::Accept | FindingAction::Reopen))
        .map(FindingAction::word)
        .collect()
}

fn refused(error: FindingError) -> AppError {
    let code = match error {
        FindingError::ReasonMissing { .. } => Code::ReasonRequired,
        _ if error.fault() == Fault::Conflict => Code::StateConflict,
        _ => Code::InvalidInput,
    };
    let fields = error.detail();
    let expected = match error {
        FindingError::UntilNotAfterToday { .. } => "a day after today",
        _ => "a state that permits it",
    };
    fields
        .into_iter()
        .fold(AppError::new(code), |refused, (field, found)| {
            refused.field(field, found, expected)
        })
        .caused_by(error)
}

/// What the ledger says of a finding that verdicts changed.
pub(crate) fn seen(finding: &Finding, objects: &[FindingObject]) -> serde_json::Value {
    let objects: Vec<_> = objects.iter().map(|object| object.asset_id).collect();
    json!({
        "system_id": finding.system_id,
        "requirement": finding.requirement,
        "cause": finding.cause,
        "severity": finding.severity,
        "major_hazard": finding.major_hazard,
        "verdict": finding.verdict,
        "state": finding.state,
        "objects": objects,
    })
}
