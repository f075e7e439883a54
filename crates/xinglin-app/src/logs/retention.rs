//! For how long logs are kept: by rule, one for all and one for each source that differs.
//!
//! Six months are the law's floor (网络安全法 第二十一条). Who manages logs sets anything above
//! it. Below it, a rule is for one source and a time, and counts only when the audit
//! administrator approved it; when its time is over, the floor holds again.

use std::collections::HashMap;

use jiff::{ToSpan, civil::Date};
use serde_json::json;
use xinglin_core::LogRetentionId;
use xinglin_lake::{LEAST_DAYS, Permit, Retention};
use xinglin_store::{
    exceptions::Ended,
    logs::{self, Decision, LogRetention, RetentionState},
};

use super::{Logs, keeper, tokens::source_name};
use crate::{
    Actor, App, AppError, Code, Permission,
    change::Change,
    error::{Check, reason},
};

/// Ten years: longer is for an archive.
const MOST_DAYS: u32 = 3_650;
/// How long a permit may count.
const MOST_PERMITTED_DAYS: i32 = 365;
const REPLACED: &str = "已由新规则取代 (replaced by a new rule)";
const OVER: &str = "已到期 (its last day is over)";

/// A rule that somebody wants.
#[derive(Debug, Clone)]
pub struct RetentionForm {
    /// The source; `None` for all of which nothing else is said.
    pub source: Option<String>,
    /// Days.
    pub days: u32,
    /// Why.
    pub reason: String,
    /// The last day on which it counts: for what is below the law's floor.
    pub until: Option<Date>,
}

/// A rule with the names of who made it.
#[derive(Debug, Clone)]
pub struct RetentionRow {
    /// The rule.
    pub retention: LogRetention,
    /// Who asked for it.
    pub proposed_by: String,
    /// Who decided.
    pub decided_by: Option<String>,
    /// What the caller may do with it: `approve`, `refuse`, `end`.
    pub allowed_actions: Vec<&'static str>,
}

impl App {
    /// Rules, the newest first.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_log_retentions(&self, actor: &Actor) -> Result<Vec<RetentionRow>, AppError> {
        if !actor.may(Permission::LogsManage) {
            actor.require_sight(Permission::LogsRead)?;
        }
        let found = logs::list_retentions(self.store().db()).await?;
        self.retention_rows(actor, found).await
    }

    /// Sets for how long logs are kept. Below the law's floor it only proposes it.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::InvalidInput`], [`Code::ReasonRequired`],
    /// [`Code::StateConflict`] while another proposal for the source waits.
    pub async fn set_log_retention(
        &self,
        actor: &Actor,
        form: RetentionForm,
    ) -> Result<RetentionRow, AppError> {
        actor.require(Permission::LogsManage)?;
        let why = reason(&form.reason)?;
        let logs = self.logs()?;
        let source = form.source.as_deref().map(source_name).transpose()?;
        let is_short = form.days < LEAST_DAYS;
        self.check_retention(&form)?;
        let mut change = self.change(actor).await?;
        let mut rule = LogRetention {
            id: LogRetentionId(0),
            source,
            days: form.days,
            reason: why,
            until: form.until,
            state: if is_short {
                RetentionState::Proposed
            } else {
                RetentionState::InForce
            },
            proposed_by: actor.ledger_name(),
            proposed_at: change.now(),
            decided: None,
            ended: None,
        };
        if is_short {
            let standing = logs::standing_retentions(change.tx().conn()).await?;
            let waits = |one: &LogRetention| {
                one.source == rule.source && one.state == RetentionState::Proposed
            };
            if standing.iter().any(waits) {
                return Err(AppError::new(Code::StateConflict));
            }
        } else {
            replace(&mut change, &rule).await?;
        }
        rule.id = logs::insert_retention(change.tx(), &rule).await?;
        let action = if is_short {
            "log-retention.propose"
        } else {
            "log-retention.set"
        };
        change.note(action, "log-retention", rule.id, json!(rule));
        change.commit().await?;
        self.apply_retention(&logs).await?;
        self.retention_row(actor, rule).await
    }

    fn check_retention(&self, form: &RetentionForm) -> Result<(), AppError> {
        let today = self.today();
        let mut check = Check::default();
        let days = form.days.to_string();
        let is_short = form.days < LEAST_DAYS;
        // What is for all is never below the floor.
        let least = if form.source.is_some() { 1 } else { LEAST_DAYS };
        let expected = format!("{least} to {MOST_DAYS} days");
        let is_possible = (least..=MOST_DAYS).contains(&form.days);
        check.expect(is_possible, "days", &days, &expected);
        let until = form.until.map(|until| until.to_string());
        let until = until.unwrap_or_default();
        if is_short && form.source.is_some() {
            let last = today.checked_add(MOST_PERMITTED_DAYS.days());
            let last = last.map_err(AppError::internal)?;
            let is_possible = form
                .until
                .is_some_and(|until| (today..=last).contains(&until));
            let expected = format!("a day from {today} to {last}");
            check.expect(is_possible, "until", &until, &expected);
        } else {
            let expected = "no end, from the law's floor on";
            check.expect(form.until.is_none(), "until", &until, expected);
        }
        check.finish()
    }

    /// Permits that logs of a source are kept for less than the law's floor.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`], [`Code::ReasonRequired`],
    /// [`Code::SamePerson`], [`Code::StateConflict`] when it does not wait any more.
    pub async fn approve_log_retention(
        &self,
        actor: &Actor,
        id: LogRetentionId,
        text: &str,
    ) -> Result<RetentionRow, AppError> {
        let (mut change, mut rule) = self.decide_retention(actor, id, text).await?;
        replace(&mut change, &rule).await?;
        rule.state = RetentionState::InForce;
        logs::save_retention(change.tx(), &rule).await?;
        change.note("log-retention.approve", "log-retention", id, json!(rule));
        change.commit().await?;
        self.apply_retention(&*self.logs()?).await?;
        self.retention_row(actor, rule).await
    }

    /// Refuses that.
    ///
    /// # Errors
    /// As [`Self::approve_log_retention`].
    pub async fn refuse_log_retention(
        &self,
        actor: &Actor,
        id: LogRetentionId,
        text: &str,
    ) -> Result<RetentionRow, AppError> {
        let (mut change, mut rule) = self.decide_retention(actor, id, text).await?;
        rule.state = RetentionState::Refused;
        logs::save_retention(change.tx(), &rule).await?;
        change.note("log-retention.refuse", "log-retention", id, json!(rule));
        change.commit().await?;
        self.retention_row(actor, rule).await
    }

    /// A rule that waits, with the decision of the caller in it.
    async fn decide_retention(
        &self,
        actor: &Actor,
        id: LogRetentionId,
        text: &str,
    ) -> Result<(Change<'_>, LogRetention), AppError> {
        actor.require(Permission::LogsPermit)?;
        let text = reason(text)?;
        let change = self.change(actor).await?;
        let found = logs::find_retention(change.tx().conn(), id).await?;
        let mut rule = found.ok_or(AppError::new(Code::NotFound))?;
        if rule.state != RetentionState::Proposed || is_over(&rule, self.today()) {
            return Err(AppError::new(Code::StateConflict));
        }
        if rule.proposed_by == actor.ledger_name() {
            return Err(AppError::new(Code::SamePerson));
        }
        rule.decided = Some(Decision {
            by: actor.ledger_name(),
            at: change.now(),
            reason: text,
        });
        Ok((change, rule))
    }

    /// Ends a rule: what is for all holds for the source again.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`], [`Code::ReasonRequired`],
    /// [`Code::StateConflict`] when it has ended.
    pub async fn end_log_retention(
        &self,
        actor: &Actor,
        id: LogRetentionId,
        text: &str,
    ) -> Result<RetentionRow, AppError> {
        if !actor.may(Permission::LogsPermit) {
            actor.require(Permission::LogsManage)?;
        }
        let text = reason(text)?;
        let mut change = self.change(actor).await?;
        let found = logs::find_retention(change.tx().conn(), id).await?;
        let mut rule = found.ok_or(AppError::new(Code::NotFound))?;
        if !stands(&rule) {
            return Err(AppError::new(Code::StateConflict));
        }
        end(&mut change, &mut rule, &actor.ledger_name(), &text).await?;
        change.commit().await?;
        self.apply_retention(&*self.logs()?).await?;
        self.retention_row(actor, rule).await
    }

    /// Ends rules whose last day is over. To be called by a timer, before files are removed.
    pub(super) async fn end_retentions(&self, logs: &Logs) -> Result<(), AppError> {
        let today = self.today();
        let is_due = |rule: &LogRetention| is_over(rule, today);
        let standing = logs::standing_retentions(self.store().db()).await?;
        if !standing.iter().any(is_due) {
            return Ok(());
        }
        let actor = keeper();
        let by = actor.ledger_name();
        let mut change = self.change(&actor).await?;
        let standing = logs::standing_retentions(change.tx().conn()).await?;
        for mut rule in standing.into_iter().filter(is_due) {
            end(&mut change, &mut rule, &by, OVER).await?;
        }
        change.commit().await?;
        self.apply_retention(logs).await
    }

    /// Tells the lake what counts today.
    pub(super) async fn apply_retention(&self, logs: &Logs) -> Result<(), AppError> {
        let _one_at_a_time = logs.retaining.lock().await;
        let today = self.today();
        let standing = logs::standing_retentions(self.store().db()).await?;
        let counts =
            |rule: &&LogRetention| rule.state == RetentionState::InForce && !is_over(rule, today);
        logs.lake
            .set_retention(retention(standing.iter().filter(counts))?);
        Ok(())
    }

    /// Takes the rule of a source to its new name, for what comes from now on.
    pub(super) async fn carry_retention(
        &self,
        change: &mut Change<'_>,
        actor: &Actor,
        old: &str,
        new: &str,
    ) -> Result<(), AppError> {
        let standing = logs::standing_retentions(change.tx().conn()).await?;
        let is_of = |rule: &LogRetention, name: &str| rule.source.as_deref() == Some(name);
        // What the auditor permitted is for the source that was looked at, and no other.
        let is_permit =
            |rule: &&LogRetention| rule.days < LEAST_DAYS && (is_of(rule, old) || is_of(rule, new));
        if standing.iter().any(|rule| is_permit(&rule)) {
            return Err(AppError::new(Code::StateConflict));
        }
        let Some(known) = standing.iter().find(|rule| is_of(rule, old)) else {
            return Ok(());
        };
        let mut rule = LogRetention {
            source: Some(new.to_owned()),
            proposed_by: actor.ledger_name(),
            proposed_at: change.now(),
            ..known.clone()
        };
        replace(change, &rule).await?;
        rule.id = logs::insert_retention(change.tx(), &rule).await?;
        change.note("log-retention.set", "log-retention", rule.id, json!(rule));
        Ok(())
    }

    async fn retention_row(
        &self,
        actor: &Actor,
        rule: LogRetention,
    ) -> Result<RetentionRow, AppError> {
        let row = self.retention_rows(actor, vec![rule]).await?.pop();
        row.ok_or(AppError::internal("a rule without its row"))
    }

    async fn retention_rows(
        &self,
        actor: &Actor,
        found: Vec<LogRetention>,
    ) -> Result<Vec<RetentionRow>, AppError> {
        let people = self.actor_names().await?;
        let name = |who: &String| people.get(who).unwrap_or(who).clone();
        let rows = found.into_iter().map(|retention| RetentionRow {
            proposed_by: name(&retention.proposed_by),
            decided_by: retention.decided.as_ref().map(|one| name(&one.by)),
            allowed_actions: allowed_actions(actor, &retention),
            retention,
        });
        Ok(rows.collect())
    }
}

fn allowed_actions(actor: &Actor, rule: &LogRetention) -> Vec<&'static str> {
    let mut actions = Vec::new();
    let may_permit = actor.may(Permission::LogsPermit);
    if may_permit && rule.state == RetentionState::Proposed {
        actions.extend(["approve", "refuse"]);
    }
    if stands(rule) && (may_permit || actor.may(Permission::LogsManage)) {
        actions.push("end");
    }
    actions
}

fn stands(rule: &LogRetention) -> bool {
    matches!(
        rule.state,
        RetentionState::Proposed | RetentionState::InForce
    )
}

fn is_over(rule: &LogRetention, today: Date) -> bool {
    rule.until.is_some_and(|until| until < today)
}

/// What rules that count come to.
fn retention<'a>(rules: impl Iterator<Item = &'a LogRetention>) -> Result<Retention, AppError> {
    let mut general = Retention::default();
    let mut by_source: HashMap<&str, &LogRetention> = HashMap::new();
    for rule in rules {
        match &rule.source {
            None => general = Retention::new(rule.days).map_err(AppError::internal)?,
            Some(source) => {
                by_source.insert(source, rule);
            }
        }
    }
    for (source, rule) in by_source {
        general = match &rule.decided {
            Some(decided) if rule.days < LEAST_DAYS => {
                let permit = Permit::new(&decided.by, &decided.reason);
                let permit = permit.map_err(AppError::internal)?;
                general.with_permit(source, rule.days, &permit)
            }
            _ => {
                let with = general.with(source, rule.days);
                with.map_err(AppError::internal)?
            }
        };
    }
    Ok(general)
}

/// Ends what stands in the place of a rule.
async fn replace(change: &mut Change<'_>, rule: &LogRetention) -> Result<(), AppError> {
    let standing = logs::standing_retentions(change.tx().conn()).await?;
    let by = rule
        .decided
        .as_ref()
        .map_or(&rule.proposed_by, |one| &one.by);
    let others = standing
        .into_iter()
        .filter(|one| one.source == rule.source && one.id != rule.id);
    for mut other in others {
        end(change, &mut other, by, REPLACED).await?;
    }
    Ok(())
}

async fn end(
    change: &mut Change<'_>,
    rule: &mut LogRetention,
    by: &str,
    why: &str,
) -> Result<(), AppError> {
    rule.state = RetentionState::Ended;
    rule.ended = Some(Ended {
        at: change.now(),
        by: by.to_owned(),
        reason: why.to_owned(),
    });
    logs::save_retention(change.tx(), rule).await?;
    change.note("log-retention.end", "log-retention", rule.id, json!(rule));
    Ok(())
}
