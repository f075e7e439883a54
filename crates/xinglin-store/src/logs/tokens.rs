//! Tokens with which logs are sent by HTTP. Only their digests are stored.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::LogTokenId;

use crate::{
    Read, StoreError, Tx,
    ended::{self, Ended},
    row,
};

/// A token. It counts until somebody takes it back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogToken {
    /// Row id.
    pub id: LogTokenId,
    /// What people call it.
    pub name: String,
    /// The source of what is sent with it.
    pub source: String,
    /// SM3 digest (hex) of the token.
    #[serde(skip)]
    pub digest: String,
    /// Who made it, by ledger name.
    pub created_by: String,
    /// When.
    pub created_at: Timestamp,
    /// When it was last used, about.
    #[serde(skip)]
    pub last_used_at: Option<Timestamp>,
    /// How it was taken back.
    pub ended: Option<Ended>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "log_tokens")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) name: String,
        pub(super) source: String,
        pub(super) digest: String,
        pub(super) created_by: String,
        pub(super) created_at: i64,
        pub(super) last_used_at: Option<i64>,
        pub(super) ended_at: Option<i64>,
        pub(super) ended_by: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) ended_reason: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// All tokens, those that count first.
pub async fn list(db: &impl Read) -> Result<Vec<LogToken>, StoreError> {
    let models = entity::Entity::find()
        .order_by_asc(entity::Column::EndedAt.is_not_null())
        .order_by_asc(entity::Column::Id)
        .all(db)
        .await?;
    models.into_iter().map(token).collect()
}

/// One token, `None` where it does not exist.
pub async fn find_token(db: &impl Read, id: LogTokenId) -> Result<Option<LogToken>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(token).transpose()
}

/// The token of a digest, whether it counts or not.
pub async fn token_by_digest(db: &impl Read, digest: &str) -> Result<Option<LogToken>, StoreError> {
    let model = entity::Entity::find()
        .filter(entity::Column::Digest.eq(digest))
        .one(db)
        .await?;
    model.map(token).transpose()
}

/// Inserts a token; its `id` is ignored, the new one returned.
pub async fn insert_token(tx: &Tx<'_>, token: &LogToken) -> Result<LogTokenId, StoreError> {
    let mut row = active(token);
    row.id = NotSet;
    Ok(LogTokenId(row.insert(tx.conn()).await?.id))
}

/// Writes a token back.
pub async fn save_token(tx: &Tx<'_>, token: &LogToken) -> Result<(), StoreError> {
    active(token).update(tx.conn()).await?;
    Ok(())
}

/// Notes that a token was used.
pub async fn touch_token(tx: &Tx<'_>, id: LogTokenId, now: Timestamp) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(
            entity::Column::LastUsedAt,
            Expr::value(now.as_millisecond()),
        )
        .filter(entity::Column::Id.eq(id.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn active(token: &LogToken) -> entity::ActiveModel {
    let (ended_at, ended_by, ended_reason) = ended::columns(token.ended.as_ref());
    entity::ActiveModel {
        id: Set(token.id.0),
        name: Set(token.name.clone()),
        source: Set(token.source.clone()),
        digest: Set(token.digest.clone()),
        created_by: Set(token.created_by.clone()),
        created_at: Set(token.created_at.as_millisecond()),
        last_used_at: Set(token.last_used_at.map(Timestamp::as_millisecond)),
        ended_at: Set(ended_at),
        ended_by: Set(ended_by),
        ended_reason: Set(ended_reason),
    }
}

fn token(model: entity::Model) -> Result<LogToken, StoreError> {
    let ended = (model.ended_at, model.ended_by, model.ended_reason);
    Ok(LogToken {
        id: LogTokenId(model.id),
        name: model.name,
        source: model.source,
        digest: model.digest,
        created_by: model.created_by,
        created_at: row::instant("log_tokens.created_at", model.created_at)?,
        last_used_at: row::instant_opt("log_tokens.last_used_at", model.last_used_at)?,
        ended: ended::read("log_tokens.ended_at", ended)?,
    })
}
