//! How a host becomes known: a token and a request for a certificate come in, a certificate
//! goes out.

use serde_json::json;
use xinglin_core::{AgentId, AssetId};
use xinglin_ledger::{Digest, Subject};
use xinglin_store::{
    agents::{self, Agent},
    exceptions::Ended,
};
use xinglin_wire::{Enrol, Enrolled, PROTOCOL};

use super::{agent_name, receiver, tokens::counts};
use crate::{App, AppError, Code, change::Change, error::Check};

impl App {
    /// Makes an agent of whoever shows a token that counts. It takes the place of the agent
    /// that the host had before, which is revoked.
    ///
    /// # Errors
    /// [`Code::AgentTokenRefused`] for a token that is not known, was used or is over;
    /// [`Code::InvalidInput`] for a message that is not of its form. Neither uses the token.
    pub async fn enrol_agent(&self, message: Enrol) -> Result<Enrolled, AppError> {
        let door = self.listening().door();
        let door = door.ok_or(AppError::new(Code::AgentsOff))?;
        let mut check = Check::default();
        let is_ours = message.protocol == PROTOCOL;
        check.expect(is_ours, "protocol", &message.protocol, PROTOCOL);
        check.text("host_name", &message.host_name, 253);
        check.text("agent_version", &message.agent_version, 64);
        check.finish()?;
        let digest = Digest::of(message.token.as_bytes()).to_string();
        let actor = receiver();
        let mut change = self.change(&actor).await?;
        let now = change.now();
        let token = agents::token_by_digest(change.tx().conn(), &digest).await?;
        let token = token.filter(|token| counts(token, now));
        let mut token = token.ok_or(AppError::new(Code::AgentTokenRefused))?;
        let mut agent = Agent {
            id: AgentId(0),
            asset_id: token.asset_id,
            host_name: message.host_name,
            version: message.agent_version,
            // The certificate names the agent, and so comes after it.
            certificate: digest,
            certificate_expires_on: self.today(),
            enrolled_at: now,
            last_seen_at: None,
            last_inspection_id: None,
            lost: 0,
            revoked: None,
        };
        agent.id = agents::insert(change.tx(), &agent).await?;
        let name = agent_name(agent.id);
        let signed = door
            .authority
            .agent(&message.certificate_request, &name, now);
        let certificate = signed.map_err(|error| {
            let expected = "a request for a certificate, signed by its key";
            AppError::new(Code::InvalidInput)
                .field("certificate_request", "", expected)
                .caused_by(error)
        })?;
        agent.certificate = Digest::of(&certificate.der).to_string();
        agent.certificate_expires_on = certificate.expires_on;
        agents::save(change.tx(), &agent).await?;
        token.agent_id = Some(agent.id);
        token.ended = Some(Ended {
            at: now,
            by: actor.ledger_name(),
            reason: format!("{name} 使用 (used)"),
        });
        agents::save_token(change.tx(), &token).await?;
        replace_former(&mut change, &agent).await?;
        let subjects = vec![
            Subject::new("agent", agent.id),
            Subject::new("asset", agent.asset_id),
            Subject::new("agent-token", token.id),
        ];
        change.note_all("agent.enrol", subjects, json!(agent));
        let settings = self.reporting(change.tx().conn()).await?;
        change.commit().await?;
        Ok(Enrolled {
            protocol: PROTOCOL.to_owned(),
            agent: name,
            certificate: certificate.pem,
            settings,
        })
    }
}

/// Revokes the agents that the host had before: one host, one agent.
async fn replace_former(change: &mut Change<'_>, agent: &Agent) -> Result<(), AppError> {
    let asset: AssetId = agent.asset_id;
    let known = agents::list(change.tx().conn(), Some(asset)).await?;
    let former = known
        .into_iter()
        .filter(|former| former.id != agent.id && former.revoked.is_none());
    for mut former in former {
        former.revoked = Some(Ended {
            at: change.now(),
            by: receiver().ledger_name(),
            reason: format!("由 {0} 接替 (replaced by {0})", agent_name(agent.id)),
        });
        agents::save(change.tx(), &former).await?;
        change.note("agent.revoke", "agent", former.id, json!(former));
    }
    Ok(())
}
