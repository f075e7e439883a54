//! Tokens with which one host each becomes known. Only their digests are stored.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::{AgentId, AgentTokenId, AssetId};

use crate::{Read, StoreError, Tx, exceptions::Ended, row};

/// A token. It counts until somebody used it, took it back, or its time is over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgentToken {
    /// Row id.
    pub id: AgentTokenId,
    /// The host it is for.
    pub asset_id: AssetId,
    /// SM3 digest (hex) of the token.
    #[serde(skip)]
    pub digest: String,
    /// Who made it, by ledger name.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it counts no more.
    pub expires_at: Timestamp,
    /// The agent that used it.
    pub agent_id: Option<AgentId>,
    /// How it ended, by use or because somebody took it back.
    pub ended: Option<Ended>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "agent_tokens")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) asset_id: i64,
        pub(super) digest: String,
        pub(super) created_by: String,
        pub(super) created_at: i64,
        pub(super) expires_at: i64,
        pub(super) agent_id: Option<i64>,
        pub(super) ended_at: Option<i64>,
        pub(super) ended_by: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) ended_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The tokens that count at `now`, oldest first.
pub async fn open_tokens(db: &impl Read, now: Timestamp) -> Result<Vec<AgentToken>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::EndedAt.is_null())
        .filter(entity::Column::ExpiresAt.gt(now.as_millisecond()))
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    models.into_iter().map(token).collect()
}

/// One token, `None` where it does not exist.
pub async fn find_token(
    db: &impl Read,
    id: AgentTokenId,
) -> Result<Option<AgentToken>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(token).transpose()
}

/// The token of a digest, whether it counts or not.
pub async fn token_by_digest(
    db: &impl Read,
    digest: &str,
) -> Result<Option<AgentToken>, StoreError> {
    let model = entity::Entity::find()
        .filter(entity::Column::Digest.eq(digest))
        .one(db)
        .await?;
    model.map(token).transpose()
}

/// Inserts a token; its `id` is ignored, the new one returned.
pub async fn insert_token(tx: &Tx<'_>, token: &AgentToken) -> Result<AgentTokenId, StoreError> {
    let mut row = active(token);
    row.id = NotSet;
    Ok(AgentTokenId(row.insert(tx.conn()).await?.id))
}

/// Writes a token back.
pub async fn save_token(tx: &Tx<'_>, token: &AgentToken) -> Result<(), StoreError> {
    active(token).update(tx.conn()).await?;
    Ok(())
}

fn active(token: &AgentToken) -> entity::ActiveModel {
    let ended = token.ended.as_ref();
    entity::ActiveModel {
        id: Set(token.id.0),
        asset_id: Set(token.asset_id.0),
        digest: Set(token.digest.clone()),
        created_by: Set(token.created_by.clone()),
        created_at: Set(token.created_at.as_millisecond()),
        expires_at: Set(token.expires_at.as_millisecond()),
        agent_id: Set(token.agent_id.map(|id| id.0)),
        ended_at: Set(ended.map(|ended| ended.at.as_millisecond())),
        ended_by: Set(ended.map(|ended| ended.by.clone())),
        ended_reason: Set(ended.map(|ended| ended.reason.clone())),
    }
}

fn token(model: entity::Model) -> Result<AgentToken, StoreError> {
    let ended_at = row::instant_opt("agent_tokens.ended_at", model.ended_at)?;
    Ok(AgentToken {
        id: AgentTokenId(model.id),
        asset_id: AssetId(model.asset_id),
        digest: model.digest,
        created_by: model.created_by,
        created_at: row::instant("agent_tokens.created_at", model.created_at)?,
        expires_at: row::instant("agent_tokens.expires_at", model.expires_at)?,
        agent_id: model.agent_id.map(AgentId),
        ended: ended_at.map(|at| Ended {
            at,
            by: model.ended_by.unwrap_or_default(),
            reason: model.ended_reason.unwrap_or_default(),
        }),
    })
}
