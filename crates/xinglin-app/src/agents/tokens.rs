//! Tokens with which a host becomes known: made by a person for one host, shown once.

use jiff::SignedDuration;
use serde_json::json;
use xinglin_core::{AgentTokenId, AssetId, Timestamp};
use xinglin_ledger::Digest;
use xinglin_store::{
    agents::{self, AgentToken},
    exceptions::Ended,
};

use crate::{Actor, App, AppError, Code, Permission, error::reason, identity::random_hex};

/// As long counts a token.
const LIFE: SignedDuration = SignedDuration::from_hours(24);

/// The commands that make a host known, as content.
const COMMANDS: &str = "agent/enrol-linux.sh";

/// A token that counts, with the names of what it refers to.
#[derive(Debug, Clone)]
pub struct AgentTokenRow {
    /// The token, without itself.
    pub token: AgentToken,
    /// The host's name in the register.
    pub asset_name: String,
    /// Who made it.
    pub created_by: String,
}

/// A token that was just made. It is shown now and never again.
#[derive(Clone)]
pub struct MadeToken {
    /// Names it afterwards.
    pub id: AgentTokenId,
    /// The host it is for.
    pub asset_id: AssetId,
    /// The token itself.
    pub token: String,
    /// When it counts no more.
    pub expires_at: Timestamp,
    /// Where agents reach this server.
    pub server: String,
    /// The authority of the server's certificate (PEM).
    pub authority: String,
    /// Commands for the host, to be run as root.
    pub linux: String,
}

impl std::fmt::Debug for MadeToken {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter
            .debug_struct("MadeToken")
            .field("id", &self.id)
            .finish_non_exhaustive()
    }
}

impl App {
    /// The tokens that count, oldest first.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_agent_tokens(&self, actor: &Actor) -> Result<Vec<AgentTokenRow>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let found = agents::open_tokens(self.store().db(), self.now()).await?;
        let names = self
            .names_of_assets(found.iter().map(|token| token.asset_id))
            .await?;
        let people = self.actor_names().await?;
        let rows = found.into_iter().map(|token| {
            let who = &token.created_by;
            AgentTokenRow {
                asset_name: names.get(&token.asset_id).cloned().unwrap_or_default(),
                created_by: people.get(who).unwrap_or(who).clone(),
                token,
            }
        });
        Ok(rows.collect())
    }

    /// Makes a token for one host.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::AgentsOff`] where this server does not listen for agents.
    pub async fn make_agent_token(
        &self,
        actor: &Actor,
        asset: AssetId,
    ) -> Result<MadeToken, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        self.inspected_object(asset).await?;
        let door = self.listening().door();
        let door = door.ok_or(AppError::new(Code::AgentsOff))?;
        let text = random_hex()?;
        let mut change = self.change(actor).await?;
        let mut token = AgentToken {
            id: AgentTokenId(0),
            asset_id: asset,
            digest: Digest::of(text.as_bytes()).to_string(),
            created_by: actor.ledger_name(),
            created_at: change.now(),
            expires_at: change.now() + LIFE,
            agent_id: None,
            ended: None,
        };
        token.id = agents::insert_token(change.tx(), &token).await?;
        change.note("agent-token.create", "agent-token", token.id, json!(token));
        change.commit().await?;
        let mut commands = self.content().files_under(COMMANDS);
        let commands = commands.next().map(|file| file.text.as_str());
        let until = token.expires_at.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        let linux = commands
            .unwrap_or_default()
            .replace("{server}", &door.address)
            .replace("{authority}", door.authority.pem.trim_end())
            .replace("{expires_at}", &until)
            .replace("{token}", &text);
        Ok(MadeToken {
            id: token.id,
            asset_id: asset,
            token: text,
            expires_at: token.expires_at,
            server: door.address.clone(),
            authority: door.authority.pem.clone(),
            linux,
        })
    }

    /// Takes a token back.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::ReasonRequired`], [`Code::StateConflict`] when it counts
    /// no more.
    pub async fn end_agent_token(
        &self,
        actor: &Actor,
        id: AgentTokenId,
        text: &str,
    ) -> Result<(), AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let text = reason(text)?;
        let mut change = self.change(actor).await?;
        let found = agents::find_token(change.tx().conn(), id).await?;
        let mut token = found.ok_or(AppError::new(Code::NotFound))?;
        if !counts(&token, change.now()) {
            return Err(AppError::new(Code::StateConflict));
        }
        token.ended = Some(Ended {
            at: change.now(),
            by: actor.ledger_name(),
            reason: text,
        });
        agents::save_token(change.tx(), &token).await?;
        change.note("agent-token.end", "agent-token", id, json!(token));
        change.commit().await
    }
}

/// Whether a host may still become known with it.
pub(super) fn counts(token: &AgentToken, now: Timestamp) -> bool {
    token.ended.is_none() && token.expires_at > now
}
