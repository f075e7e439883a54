//! Agents (代理) on hosts, and which reports were taken of them.

use jiff::{Timestamp, civil::Date};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::{AgentId, AssetId, InspectionId};

use crate::{Read, StoreError, Tx, exceptions::Ended, row};

mod tokens;

pub use tokens::{AgentToken, find_token, insert_token, open_tokens, save_token, token_by_digest};

/// An agent. A revoked one stays, as the record of what reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Agent {
    /// Row id.
    pub id: AgentId,
    /// The host.
    pub asset_id: AssetId,
    /// What the host calls itself.
    pub host_name: String,
    /// The agent's version, as it said last.
    pub version: String,
    /// SM3 digest (hex) of the certificate it must show.
    pub certificate: String,
    /// The certificate's last day.
    pub certificate_expires_on: Date,
    /// When it became known.
    pub enrolled_at: Timestamp,
    /// When its last report was taken.
    pub last_seen_at: Option<Timestamp>,
    /// The inspection of that report: its facts are what a difference may name.
    pub last_inspection_id: Option<InspectionId>,
    /// Inspections it gave up because the server was away, as it said last.
    pub lost: i64,
    /// How it was revoked; `None` while it is accepted.
    pub revoked: Option<Ended>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agents")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) asset_id: i64,
        pub(super) host_name: String,
        pub(super) version: String,
        pub(super) certificate: String,
        pub(super) certificate_expires_on: String,
        pub(super) enrolled_at: i64,
        pub(super) last_seen_at: Option<i64>,
        pub(super) last_inspection_id: Option<i64>,
        pub(super) lost: i64,
        pub(super) revoked_at: Option<i64>,
        pub(super) revoked_by: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) revoked_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod report_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agent_reports")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) agent_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) number: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) collected_at: i64,
        pub(super) digest: String,
        pub(super) inspection_id: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Agents, those that are accepted first; of one asset where it is given.
pub async fn list(db: &impl Read, asset: Option<AssetId>) -> Result<Vec<Agent>, StoreError> {
    let mut query = entity::Entity::find()
        .order_by_asc(entity::Column::RevokedAt.is_not_null())
        .order_by_asc(entity::Column::Id);
    if let Some(asset) = asset {
        query = query.filter(entity::Column::AssetId.eq(asset.0));
    }
    let models = query.all(db).await?;
    models.into_iter().map(agent).collect()
}

/// One agent, `None` where it does not exist.
pub async fn find(db: &impl Read, id: AgentId) -> Result<Option<Agent>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(agent).transpose()
}

/// The agent a certificate was made out to, by the certificate's digest.
pub async fn by_certificate(
    db: &impl Read,
    certificate: &str,
) -> Result<Option<Agent>, StoreError> {
    let model = entity::Entity::find()
        .filter(entity::Column::Certificate.eq(certificate))
        .one(db)
        .await?;
    model.map(agent).transpose()
}

/// Inserts an agent; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, agent: &Agent) -> Result<AgentId, StoreError> {
    let mut row = active(agent);
    row.id = NotSet;
    Ok(AgentId(row.insert(tx.conn()).await?.id))
}

/// Writes an agent back.
pub async fn save(tx: &Tx<'_>, agent: &Agent) -> Result<(), StoreError> {
    active(agent).update(tx.conn()).await?;
    Ok(())
}

/// One report that was taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TakenReport {
    /// The agent.
    pub agent_id: AgentId,
    /// The agent's number of it.
    pub number: i64,
    /// When its facts were read.
    pub collected_at: Timestamp,
    /// The digest (hex) of its facts.
    pub digest: String,
    /// The inspection it became.
    pub inspection_id: InspectionId,
}

/// The digest of the facts of a report that was taken before; `None` for a new one.
pub async fn taken(
    db: &impl Read,
    agent: AgentId,
    number: i64,
    collected_at: Timestamp,
) -> Result<Option<String>, StoreError> {
    let key = (agent.0, number, collected_at.as_millisecond());
    let model = report_entity::Entity::find_by_id(key).one(db).await?;
    Ok(model.map(|model| model.digest))
}

/// Notes that a report was taken.
///
/// # Errors
/// [`StoreError::Duplicate`] when that is noted already.
pub async fn note_taken(tx: &Tx<'_>, report: &TakenReport) -> Result<(), StoreError> {
    let row = report_entity::ActiveModel {
        agent_id: Set(report.agent_id.0),
        number: Set(report.number),
        collected_at: Set(report.collected_at.as_millisecond()),
        digest: Set(report.digest.clone()),
        inspection_id: Set(report.inspection_id.0),
    };
    report_entity::Entity::insert(row)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

fn active(agent: &Agent) -> entity::ActiveModel {
    let revoked = agent.revoked.as_ref();
    entity::ActiveModel {
        id: Set(agent.id.0),
        asset_id: Set(agent.asset_id.0),
        host_name: Set(agent.host_name.clone()),
        version: Set(agent.version.clone()),
        certificate: Set(agent.certificate.clone()),
        certificate_expires_on: Set(agent.certificate_expires_on.to_string()),
        enrolled_at: Set(agent.enrolled_at.as_millisecond()),
        last_seen_at: Set(agent.last_seen_at.map(Timestamp::as_millisecond)),
        last_inspection_id: Set(agent.last_inspection_id.map(|id| id.0)),
        lost: Set(agent.lost),
        revoked_at: Set(revoked.map(|revoked| revoked.at.as_millisecond())),
        revoked_by: Set(revoked.map(|revoked| revoked.by.clone())),
        revoked_reason: Set(revoked.map(|revoked| revoked.reason.clone())),
    }
}

fn agent(model: entity::Model) -> Result<Agent, StoreError> {
    let revoked_at = row::instant_opt("agents.revoked_at", model.revoked_at)?;
    Ok(Agent {
        id: AgentId(model.id),
        asset_id: AssetId(model.asset_id),
        host_name: model.host_name,
        version: model.version,
        certificate: model.certificate,
        certificate_expires_on: row::date(
            "agents.certificate_expires_on",
            &model.certificate_expires_on,
        )?,
        enrolled_at: row::instant("agents.enrolled_at", model.enrolled_at)?,
        last_seen_at: row::instant_opt("agents.last_seen_at", model.last_seen_at)?,
        last_inspection_id: model.last_inspection_id.map(InspectionId),
        lost: model.lost,
        revoked: revoked_at.map(|at| Ended {
            at,
            by: model.revoked_by.unwrap_or_default(),
            reason: model.revoked_reason.unwrap_or_default(),
        }),
    })
}
