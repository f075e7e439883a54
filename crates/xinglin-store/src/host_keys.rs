//! Keys by which the machines behind assets prove who they are.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};
use serde::Serialize;
use xinglin_core::AssetId;

use crate::{Read, StoreError, Tx, row};

/// A key that was accepted, and is the only one accepted from then on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct HostKey {
    /// The asset.
    pub asset_id: AssetId,
    /// Where it was shown: `host:port`.
    pub place: String,
    /// The kind of key, such as `ssh-ed25519`.
    pub algorithm: String,
    /// Its digest, such as `SHA256:…`.
    pub fingerprint: String,
    /// Who accepted it, by ledger name.
    pub by: String,
    /// When.
    pub seen_at: Timestamp,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "host_keys")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) asset_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) place: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) algorithm: String,
        pub(super) fingerprint: String,
        pub(super) by: String,
        pub(super) seen_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The keys of an asset, by place.
pub async fn of_asset(db: &impl Read, asset: AssetId) -> Result<Vec<HostKey>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::AssetId.eq(asset.0))
        .order_by_asc(entity::Column::Place)
        .order_by_asc(entity::Column::Algorithm)
        .all(db)
        .await?;
    models
        .into_iter()
        .map(|model| {
            Ok(HostKey {
                asset_id: AssetId(model.asset_id),
                place: model.place,
                algorithm: model.algorithm,
                fingerprint: model.fingerprint,
                by: model.by,
                seen_at: row::instant("host_keys.seen_at", model.seen_at)?,
            })
        })
        .collect()
}

/// Inserts a key.
///
/// # Errors
/// [`StoreError::Duplicate`] when the place has one of this kind already.
pub async fn insert(tx: &Tx<'_>, key: &HostKey) -> Result<(), StoreError> {
    let row = entity::ActiveModel {
        asset_id: Set(key.asset_id.0),
        place: Set(key.place.clone()),
        algorithm: Set(key.algorithm.clone()),
        fingerprint: Set(key.fingerprint.clone()),
        by: Set(key.by.clone()),
        seen_at: Set(key.seen_at.as_millisecond()),
    };
    entity::Entity::insert(row)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

/// Deletes the keys of an asset.
pub async fn delete(tx: &Tx<'_>, asset: AssetId) -> Result<(), StoreError> {
    entity::Entity::delete_many()
        .filter(entity::Column::AssetId.eq(asset.0))
        .exec(tx.conn())
        .await?;
    Ok(())
}
