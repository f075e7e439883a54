//! How agents report.

use serde_json::json;
use xinglin_store::{Read, settings};
use xinglin_wire::Settings;

use crate::{Actor, App, AppError, Permission, error::Check};

const SETTING: &str = "agents";

/// Until somebody says otherwise: every inspection is kept, with half a megabyte.
const DAILY: Settings = Settings {
    interval_seconds: 86_400,
    jitter_seconds: 3_600,
};

/// The shortest and longest time between inspections. Agents hold to the same.
const SECONDS: std::ops::RangeInclusive<u64> = 60..=7 * 86_400;

/// How agents report, and where.
#[derive(Debug, Clone)]
pub struct AgentSettings {
    /// How they report.
    pub reporting: Settings,
    /// Where they reach this server; `None` where it does not listen for them.
    pub address: Option<String>,
}

impl App {
    /// How agents report, and where.
    ///
    /// # Errors
    /// [`crate::Code::NotFound`] without the permission.
    pub async fn agent_settings(&self, actor: &Actor) -> Result<AgentSettings, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let reporting = self.reporting(self.store().db()).await?;
        Ok(self.with_address(reporting))
    }

    /// Sets how agents report. They hear of it with the answer to their next report.
    ///
    /// # Errors
    /// [`crate::Code::InvalidInput`].
    pub async fn set_agent_settings(
        &self,
        actor: &Actor,
        reporting: Settings,
    ) -> Result<AgentSettings, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let interval = reporting.interval_seconds;
        let jitter = reporting.jitter_seconds;
        let mut check = Check::default();
        let expected = format!("{} to {} seconds", SECONDS.start(), SECONDS.end());
        let is_possible = SECONDS.contains(&interval);
        check.expect(
            is_possible,
            "interval_seconds",
            &interval.to_string(),
            &expected,
        );
        let expected = "0 to the interval's seconds";
        check.expect(
            jitter <= interval,
            "jitter_seconds",
            &jitter.to_string(),
            expected,
        );
        check.finish()?;
        let mut change = self.change(actor).await?;
        let before = self.reporting(change.tx().conn()).await?;
        settings::set(change.tx(), SETTING, &reporting).await?;
        let payload = json!({"before": before, "after": reporting});
        change.note("agent.settings", "setting", SETTING, payload);
        change.commit().await?;
        Ok(self.with_address(reporting))
    }

    /// How agents report.
    pub(super) async fn reporting(&self, db: &impl Read) -> Result<Settings, AppError> {
        Ok(settings::get(db, SETTING).await?.unwrap_or(DAILY))
    }

    fn with_address(&self, reporting: Settings) -> AgentSettings {
        let door = self.listening().door();
        AgentSettings {
            reporting,
            address: door.map(|door| door.address.clone()),
        }
    }
}
