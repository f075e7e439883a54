//! Agents (代理): programs on hosts that inspect their own host on schedule and report here.
//!
//! A person makes a token for one host; with it the host's agent [enrols](enrol) and gets a
//! certificate of this server's own [authority]. From then on it [reports](reports), until a
//! person revokes it. The listener that agents call is an edge of its own.

mod authority;
mod enrol;
mod release;
mod reports;
mod settings;
mod tokens;

use std::collections::{BTreeSet, HashMap};

use jiff::SignedDuration;
use serde_json::json;
use xinglin_core::{AgentId, AssetId, Timestamp};
pub use xinglin_store::agents::{Agent, AgentToken};
use xinglin_store::{agents, exceptions::Ended, inspections};
pub use xinglin_wire::Settings as Reporting;
use xinglin_wire::Settings;

use crate::{Actor, App, AppError, Code, Permission, error::reason};

pub use authority::AgentCertificates;
pub(crate) use authority::Listening;
pub use release::OfferedProgram;
pub use settings::AgentSettings;
pub use tokens::{AgentTokenRow, MadeToken};

/// Where an agent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AgentState {
    /// Its last report is no older than expected.
    Reporting,
    /// A report is overdue.
    Late,
    /// Nothing came for a day and three intervals.
    Silent,
    /// It is not accepted any more.
    Revoked,
}

impl AgentState {
    /// All states.
    pub const ALL: [Self; 4] = [Self::Reporting, Self::Late, Self::Silent, Self::Revoked];

    /// The stable word.
    pub fn word(self) -> &'static str {
        match self {
            Self::Reporting => "reporting",
            Self::Late => "late",
            Self::Silent => "silent",
            Self::Revoked => "revoked",
        }
    }
}

/// An agent with what is true of it now.
#[derive(Debug, Clone)]
pub struct AgentRow {
    /// The agent.
    pub agent: Agent,
    /// The host's name in the register.
    pub asset_name: String,
    /// Where it stands.
    pub state: AgentState,
    /// What the caller may do with it.
    pub allowed_actions: Vec<&'static str>,
}

/// What the server calls an agent, and its certificate is made out to.
pub fn agent_name(id: AgentId) -> String {
    format!("agent-{id}")
}

/// Who takes what agents send, in the ledger.
pub(crate) fn receiver() -> Actor {
    Actor::automatic("agents")
}

impl App {
    /// Agents, those that are accepted first; of one asset where it is given.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission, or when there is no such asset.
    pub async fn list_agents(
        &self,
        actor: &Actor,
        asset: Option<AssetId>,
    ) -> Result<Vec<AgentRow>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        if let Some(asset) = asset {
            self.inspected_object(asset).await?;
        }
        let found = agents::list(self.store().db(), asset).await?;
        self.agent_rows(actor, found).await
    }

    /// Accepts an agent no more. Its inspections stay.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::ReasonRequired`], [`Code::StateConflict`] when that is
    /// done already.
    pub async fn revoke_agent(
        &self,
        actor: &Actor,
        id: AgentId,
        text: &str,
    ) -> Result<AgentRow, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let text = reason(text)?;
        let mut change = self.change(actor).await?;
        let found = agents::find(change.tx().conn(), id).await?;
        let mut agent = found.ok_or(AppError::new(Code::NotFound))?;
        if agent.revoked.is_some() {
            return Err(AppError::new(Code::StateConflict));
        }
        agent.revoked = Some(Ended {
            at: change.now(),
            by: actor.ledger_name(),
            reason: text,
        });
        agents::save(change.tx(), &agent).await?;
        change.note("agent.revoke", "agent", id, json!(agent));
        change.commit().await?;
        let rows = self.agent_rows(actor, vec![agent]).await?;
        let row = rows.into_iter().next();
        row.ok_or(AppError::internal("an agent without its row"))
    }

    async fn agent_rows(
        &self,
        actor: &Actor,
        found: Vec<Agent>,
    ) -> Result<Vec<AgentRow>, AppError> {
        let names = self
            .names_of_assets(found.iter().map(|agent| agent.asset_id))
            .await?;
        let settings = self.reporting(self.store().db()).await?;
        let may_revoke = actor.may(Permission::AssessmentJudge);
        let now = self.now();
        let rows = found.into_iter().map(|agent| AgentRow {
            asset_name: names.get(&agent.asset_id).cloned().unwrap_or_default(),
            state: state(&agent, settings, now),
            allowed_actions: match agent.revoked {
                None if may_revoke => vec!["revoke"],
                _ => Vec::new(),
            },
            agent,
        });
        Ok(rows.collect())
    }

    pub(crate) async fn names_of_assets(
        &self,
        assets: impl Iterator<Item = AssetId>,
    ) -> Result<HashMap<AssetId, String>, AppError> {
        let assets: BTreeSet<AssetId> = assets.collect();
        let names = inspections::asset_names(self.store().db(), assets).await?;
        Ok(names.into_iter().collect())
    }
}

/// How long an agent that finds the server away may wait before it tries again, and a bit.
const GRACE: SignedDuration = SignedDuration::from_mins(40);
const DAY: SignedDuration = SignedDuration::from_hours(24);

fn state(agent: &Agent, settings: Settings, now: Timestamp) -> AgentState {
    if agent.revoked.is_some() {
        return AgentState::Revoked;
    }
    let seconds = settings
        .interval_seconds
        .saturating_add(settings.jitter_seconds);
    let expected = SignedDuration::from_secs(i64::try_from(seconds).unwrap_or(i64::MAX / 4));
    let since = agent.last_seen_at.unwrap_or(agent.enrolled_at);
    let age = now.duration_since(since);
    if age <= expected + GRACE {
        AgentState::Reporting
    } else if age <= DAY.max(expected * 3) {
        AgentState::Late
    } else {
        AgentState::Silent
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_agent_is_late_before_it_is_silent() {
        let start: Timestamp = "2026-11-22T08:00:00Z".parse().unwrap();
        let settings = Settings {
            interval_seconds: 3_600,
            jitter_seconds: 600,
        };
        let weekly = Settings {
            interval_seconds: 7 * 86_400,
            jitter_seconds: 0,
        };
        let mut agent = Agent {
            id: AgentId(1),
            asset_id: AssetId(1),
            host_name: String::new(),
            version: String::new(),
            certificate: String::new(),
            certificate_expires_on: jiff::civil::date(2036, 11, 22),
            enrolled_at: start,
            last_seen_at: None,
            last_inspection_id: None,
            lost: 0,
            revoked: None,
        };
        for (minutes, settings, expected) in [
            (0, settings, AgentState::Reporting),
            (110, settings, AgentState::Reporting),
            (111, settings, AgentState::Late),
            (24 * 60, settings, AgentState::Late),
            (24 * 60 + 1, settings, AgentState::Silent),
            (7 * 24 * 60, weekly, AgentState::Reporting),
            (3 * 7 * 24 * 60, weekly, AgentState::Late),
            (3 * 7 * 24 * 60 + 1, weekly, AgentState::Silent),
        ] {
            let now = start + SignedDuration::from_mins(minutes);
            assert_eq!(state(&agent, settings, now), expected, "{minutes}");
        }
        // What counts is the last report, not how long it is known.
        let now = start + SignedDuration::from_hours(100);
        agent.last_seen_at = Some(now);
        assert_eq!(state(&agent, settings, now), AgentState::Reporting);
        agent.revoked = Some(Ended {
            at: now,
            by: String::new(),
            reason: String::new(),
        });
        assert_eq!(state(&agent, settings, now), AgentState::Revoked);
    }
}
