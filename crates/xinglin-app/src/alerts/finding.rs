//! What an alert shows becomes a finding, to be mended as any other.

use serde_json::json;
use xinglin_controls::Item;
use xinglin_core::{AlertId, FindingId, RequirementId};
use xinglin_store::alerts;
use xinglin_workflow::{AlarmKind, AlertAction, AlertSeverity, Severity};

use super::triage::note;
use crate::{Actor, App, AppError, Code, Permission};

impl App {
    /// Raises a finding from an alert.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::NotFound`], [`Code::StateConflict`] when it is closed, has
    /// one already, or no system is under assessment.
    pub async fn raise_finding(&self, actor: &Actor, id: AlertId) -> Result<FindingId, AppError> {
        actor.require(Permission::AlertsTriage)?;
        let book = self.rule_book().await?;
        let mut change = self.change(actor).await?;
        let found = alerts::find(change.tx().conn(), id).await?;
        let mut alert = found.ok_or(AppError::new(Code::NotFound))?;
        let is_possible = alert.state.after(AlertAction::RaiseFinding).is_some();
        if !is_possible || alert.finding_id.is_some() {
            return Err(AppError::new(Code::StateConflict));
        }
        let rule = book.get(&alert.rule);
        let cited = rule.map(|rule| rule.requirements.as_slice());
        let wanted = self.cited(cited.unwrap_or_default());
        let said = [
            ("alert", alert.seen.title.zh.clone()),
            ("alert_en", alert.seen.title.en.clone()),
            ("events", alert.events.to_string()),
            ("first", crate::logs::told(alert.first_at)),
            ("last", crate::logs::told(alert.last_at)),
        ];
        let cause = (AlarmKind::Alert, id.0);
        let severity = severity_of(alert.severity);
        let finding = self
            .raise_alarm(&mut change, cause, alert.asset_id, &said, &wanted, severity)
            .await?;
        let finding = finding.ok_or(AppError::new(Code::StateConflict))?;
        alert.finding_id = Some(finding);
        alerts::save(change.tx(), &alert).await?;
        note(&change, actor, &alert, "finding", Some(finding.to_string())).await?;
        let payload = json!({"action": "raise_finding", "finding": finding});
        change.note("alert.triage", "alert", id, payload);
        change.commit().await?;
        Ok(finding)
    }
}

impl App {
    /// Items by how rules cite them: a clause, or a clause and a letter.
    fn cited(&self, cited: &[String]) -> Vec<RequirementId> {
        let catalogue = self.content().catalogue();
        let is_one = |item: &&Item| {
            cited
                .iter()
                .any(|one| *one == item.cited() || *one == item.clause)
        };
        let items = catalogue.items().iter().filter(is_one);
        items.map(|item| item.id).collect()
    }
}

fn severity_of(severity: AlertSeverity) -> Severity {
    match severity {
        AlertSeverity::Informational | AlertSeverity::Low => Severity::Low,
        AlertSeverity::Medium => Severity::Medium,
        AlertSeverity::High | AlertSeverity::Critical => Severity::High,
    }
}
