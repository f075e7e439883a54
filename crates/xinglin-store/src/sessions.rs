//! Sign-in sessions. Only a digest of the token is stored: a stolen database opens no session.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, Condition, QueryOrder, entity::prelude::*};
use xinglin_core::AccountId;

use crate::{Read, StoreError, Tx, row};

/// A session.
#[derive(Debug, Clone)]
pub struct Session {
    /// SM3 digest (hex) of the token in the cookie.
    pub token_digest: String,
    /// Whose session it is.
    pub account_id: AccountId,
    /// The value that changing requests must carry.
    pub csrf: String,
    /// Sign-in.
    pub created_at: Timestamp,
    /// Last request.
    pub last_seen_at: Timestamp,
    /// Address of the browser, where known.
    pub address: Option<String>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sessions")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) token_digest: String,
        pub(super) account_id: i64,
        pub(super) csrf: String,
        pub(super) created_at: i64,
        pub(super) last_seen_at: i64,
        pub(super) address: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The session of a token digest.
pub async fn find(db: &impl Read, token_digest: &str) -> Result<Option<Session>, StoreError> {
    entity::Entity::find_by_id(token_digest.to_owned())
        .one(db)
        .await?
        .map(session)
        .transpose()
}

/// An account's sessions, oldest first.
pub async fn list(db: &impl Read, account: AccountId) -> Result<Vec<Session>, StoreError> {
    entity::Entity::find()
        .filter(entity::Column::AccountId.eq(account.0))
        .order_by_asc(entity::Column::CreatedAt)
        .all(db)
        .await?
        .into_iter()
        .map(session)
        .collect()
}

/// Inserts a session.
pub async fn insert(tx: &Tx<'_>, session: &Session) -> Result<(), StoreError> {
    entity::ActiveModel {
        token_digest: Set(session.token_digest.clone()),
        account_id: Set(session.account_id.0),
        csrf: Set(session.csrf.clone()),
        created_at: Set(session.created_at.as_millisecond()),
        last_seen_at: Set(session.last_seen_at.as_millisecond()),
        address: Set(session.address.clone()),
    }
    .insert(tx.conn())
    .await?;
    Ok(())
}

/// Notes a request of the session.
pub async fn touch(tx: &Tx<'_>, token_digest: &str, now: Timestamp) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(
            entity::Column::LastSeenAt,
            Expr::value(now.as_millisecond()),
        )
        .filter(entity::Column::TokenDigest.eq(token_digest))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Removes one session.
pub async fn delete(tx: &Tx<'_>, token_digest: &str) -> Result<(), StoreError> {
    entity::Entity::delete_by_id(token_digest.to_owned())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Removes all sessions of an account.
pub async fn delete_all(tx: &Tx<'_>, account: AccountId) -> Result<(), StoreError> {
    entity::Entity::delete_many()
        .filter(entity::Column::AccountId.eq(account.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Removes the sessions of an account but the one of the digest `kept`.
pub async fn delete_others(
    tx: &Tx<'_>,
    account: AccountId,
    kept: Option<&str>,
) -> Result<(), StoreError> {
    let mut others = entity::Entity::delete_many().filter(entity::Column::AccountId.eq(account.0));
    if let Some(kept) = kept {
        others = others.filter(entity::Column::TokenDigest.ne(kept));
    }
    others.exec(tx.conn()).await?;
    Ok(())
}

/// Removes sessions begun before `begun` or unused since `seen`.
pub async fn delete_stale(
    tx: &Tx<'_>,
    begun: Timestamp,
    seen: Timestamp,
) -> Result<(), StoreError> {
    entity::Entity::delete_many()
        .filter(
            Condition::any()
                .add(entity::Column::CreatedAt.lt(begun.as_millisecond()))
                .add(entity::Column::LastSeenAt.lt(seen.as_millisecond())),
        )
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn session(model: entity::Model) -> Result<Session, StoreError> {
    Ok(Session {
        created_at: row::instant("sessions.created_at", model.created_at)?,
        last_seen_at: row::instant("sessions.last_seen_at", model.last_seen_at)?,
        token_digest: model.token_digest,
        account_id: AccountId(model.account_id),
        csrf: model.csrf,
        address: model.address,
    })
}
