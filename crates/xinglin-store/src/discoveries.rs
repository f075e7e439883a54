//! Discoveries (资产发现): what scans saw, and what of it the hospital expects.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder, QuerySelect,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::DiscoveryId;

use crate::{Read, StoreError, Tx, row};

/// A scan that was taken in, without what it saw.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Discovery {
    /// Row id.
    pub id: DiscoveryId,
    /// `upload` or `run`.
    pub source: String,
    /// The scanner and its version.
    pub scanner: String,
    /// When the scan was made.
    pub scanned_at: Timestamp,
    /// When it was taken in.
    pub taken_at: Timestamp,
    /// Who brought it, by ledger name.
    pub by: String,
    /// How many hosts were taken in.
    pub hosts: i32,
    /// How many were left out: outside of the allowed ranges, or unreadable.
    pub rejected: i32,
    /// SM3 digest of what it saw, in hex.
    pub digest: String,
}

/// That a host or a port on it is expected.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Acceptance {
    /// The address.
    pub address: String,
    /// The port with its protocol; `None` for the host as such.
    pub port: Option<(String, u16)>,
    /// The discovery that showed it.
    pub discovery_id: DiscoveryId,
    /// Why it is expected.
    pub reason: String,
    /// Who said so, by ledger name.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "discoveries")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) source: String,
        pub(super) scanner: String,
        pub(super) scanned_at: i64,
        pub(super) taken_at: i64,
        pub(super) by: String,
        pub(super) hosts: i32,
        pub(super) rejected: i32,
        pub(super) digest: String,
        #[sea_orm(column_type = "Text")]
        pub(super) scan: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}

    /// All but what the scan saw, which is large.
    #[derive(DerivePartialModel)]
    #[sea_orm(entity = "Entity")]
    pub(super) struct Brief {
        pub(super) id: i64,
        pub(super) source: String,
        pub(super) scanner: String,
        pub(super) scanned_at: i64,
        pub(super) taken_at: i64,
        pub(super) by: String,
        pub(super) hosts: i32,
        pub(super) rejected: i32,
        pub(super) digest: String,
    }
}

mod acceptance_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "discovery_acceptances")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) address: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) protocol: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) port: i32,
        pub(super) discovery_id: i64,
        #[sea_orm(column_type = "Text")]
        pub(super) reason: String,
        pub(super) by: String,
        pub(super) at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The latest 200 discoveries, newest first.
pub async fn list(db: &impl Read) -> Result<Vec<Discovery>, StoreError> {
    let briefs = entity::Entity::find()
        .order_by_desc(entity::Column::ScannedAt)
        .order_by_desc(entity::Column::Id)
        .limit(200)
        .into_partial_model::<entity::Brief>()
        .all(db)
        .await?;
    briefs.into_iter().map(discovery).collect()
}

/// One discovery with what the scan saw, `None` where it does not exist.
pub async fn find(
    db: &impl Read,
    id: DiscoveryId,
) -> Result<Option<(Discovery, String)>, StoreError> {
    let Some(model) = entity::Entity::find_by_id(id.0).one(db).await? else {
        return Ok(None);
    };
    let brief = entity::Brief {
        id: model.id,
        source: model.source,
        scanner: model.scanner,
        scanned_at: model.scanned_at,
        taken_at: model.taken_at,
        by: model.by,
        hosts: model.hosts,
        rejected: model.rejected,
        digest: model.digest,
    };
    Ok(Some((discovery(brief)?, model.scan)))
}

/// Inserts a discovery with what the scan saw; its `id` is ignored, the new one returned.
pub async fn insert(
    tx: &Tx<'_>,
    discovery: &Discovery,
    scan: &str,
) -> Result<DiscoveryId, StoreError> {
    let row = entity::ActiveModel {
        id: NotSet,
        source: Set(discovery.source.clone()),
        scanner: Set(discovery.scanner.clone()),
        scanned_at: Set(discovery.scanned_at.as_millisecond()),
        taken_at: Set(discovery.taken_at.as_millisecond()),
        by: Set(discovery.by.clone()),
        hosts: Set(discovery.hosts),
        rejected: Set(discovery.rejected),
        digest: Set(discovery.digest.clone()),
        scan: Set(scan.to_owned()),
    };
    let inserted = entity::Entity::insert(row).exec(tx.conn()).await?;
    Ok(DiscoveryId(inserted.last_insert_id))
}

/// All that is expected.
pub async fn acceptances(db: &impl Read) -> Result<Vec<Acceptance>, StoreError> {
    let models = acceptance_entity::Entity::find().all(db).await?;
    models
        .into_iter()
        .map(|model| {
            let port = u16::try_from(model.port).map_err(|_| StoreError::Unreadable {
                column: "discovery_acceptances.port",
                value: model.port.to_string(),
            })?;
            Ok(Acceptance {
                address: model.address,
                port: (!model.protocol.is_empty()).then_some((model.protocol, port)),
                discovery_id: DiscoveryId(model.discovery_id),
                reason: model.reason,
                by: model.by,
                at: row::instant("discovery_acceptances.at", model.at)?,
            })
        })
        .collect()
}

/// Inserts an acceptance.
///
/// # Errors
/// [`StoreError::Duplicate`] when it is expected already.
pub async fn accept(tx: &Tx<'_>, acceptance: &Acceptance) -> Result<(), StoreError> {
    let (protocol, port) = acceptance.port.clone().unwrap_or_default();
    let row = acceptance_entity::ActiveModel {
        address: Set(acceptance.address.clone()),
        protocol: Set(protocol),
        port: Set(i32::from(port)),
        discovery_id: Set(acceptance.discovery_id.0),
        reason: Set(acceptance.reason.clone()),
        by: Set(acceptance.by.clone()),
        at: Set(acceptance.at.as_millisecond()),
    };
    acceptance_entity::Entity::insert(row)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}

fn discovery(brief: entity::Brief) -> Result<Discovery, StoreError> {
    Ok(Discovery {
        id: DiscoveryId(brief.id),
        source: brief.source,
        scanner: brief.scanner,
        scanned_at: row::instant("discoveries.scanned_at", brief.scanned_at)?,
        taken_at: row::instant("discoveries.taken_at", brief.taken_at)?,
        by: brief.by,
        hosts: brief.hosts,
        rejected: brief.rejected,
        digest: brief.digest,
    })
}
