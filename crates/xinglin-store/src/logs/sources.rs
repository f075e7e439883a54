//! Sources of logs.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::{AssetId, LogSourceId};

use crate::{Read, StoreError, Tx, row};

/// A source of logs, with what is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct LogSource {
    /// Row id.
    pub id: LogSourceId,
    /// What it is called, in the lake too.
    pub name: String,
    /// From where it sends; empty where nobody sends by the network.
    pub address: String,
    /// By what it came last.
    pub transport: String,
    /// The parser all its messages are for; none where each is recognised by itself.
    pub parser: Option<String>,
    /// The asset it is.
    pub asset_id: Option<AssetId>,
    /// Minutes after which its silence is told; none where it never is.
    pub silent_after_minutes: Option<i64>,
    /// When it was first heard.
    pub first_seen_at: Timestamp,
    /// When it was last heard.
    pub last_seen_at: Option<Timestamp>,
    /// Messages that came and were kept.
    pub events_total: i64,
    /// Connections and datagrams that were refused, and parts of bodies.
    pub rejected: i64,
    /// Messages that were dropped for want of room.
    pub dropped: i64,
    /// Messages that were cut.
    pub cut: i64,
    /// How far its clock is behind ours.
    pub clock_skew_seconds: Option<i64>,
    /// Since when it is silent, once that was told.
    pub silent_since: Option<Timestamp>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "log_sources")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) name: String,
        pub(super) address: String,
        pub(super) transport: String,
        pub(super) parser: Option<String>,
        pub(super) asset_id: Option<i64>,
        pub(super) silent_after_minutes: Option<i64>,
        pub(super) first_seen_at: i64,
        pub(super) last_seen_at: Option<i64>,
        pub(super) events_total: i64,
        pub(super) rejected: i64,
        pub(super) dropped: i64,
        pub(super) cut: i64,
        pub(super) clock_skew_seconds: Option<i64>,
        pub(super) silent_since: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// All sources, oldest first.
pub async fn list(db: &impl Read) -> Result<Vec<LogSource>, StoreError> {
    let query = entity::Entity::find().order_by_asc(entity::Column::Id);
    query.all(db).await?.into_iter().map(source).collect()
}

/// One source, `None` where it does not exist.
pub async fn find(db: &impl Read, id: LogSourceId) -> Result<Option<LogSource>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(source).transpose()
}

/// Inserts a source; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, source: &LogSource) -> Result<LogSourceId, StoreError> {
    let mut row = active(source);
    row.id = NotSet;
    Ok(LogSourceId(row.insert(tx.conn()).await?.id))
}

/// Writes a source back.
pub async fn save(tx: &Tx<'_>, source: &LogSource) -> Result<(), StoreError> {
    active(source).update(tx.conn()).await?;
    Ok(())
}

fn active(source: &LogSource) -> entity::ActiveModel {
    entity::ActiveModel {
        id: Set(source.id.0),
        name: Set(source.name.clone()),
        address: Set(source.address.clone()),
        transport: Set(source.transport.clone()),
        parser: Set(source.parser.clone()),
        asset_id: Set(source.asset_id.map(|id| id.0)),
        silent_after_minutes: Set(source.silent_after_minutes),
        first_seen_at: Set(source.first_seen_at.as_millisecond()),
        last_seen_at: Set(source.last_seen_at.map(Timestamp::as_millisecond)),
        events_total: Set(source.events_total),
        rejected: Set(source.rejected),
        dropped: Set(source.dropped),
        cut: Set(source.cut),
        clock_skew_seconds: Set(source.clock_skew_seconds),
        silent_since: Set(source.silent_since.map(Timestamp::as_millisecond)),
    }
}

fn source(model: entity::Model) -> Result<LogSource, StoreError> {
    Ok(LogSource {
        id: LogSourceId(model.id),
        name: model.name,
        address: model.address,
        transport: model.transport,
        parser: model.parser,
        asset_id: model.asset_id.map(AssetId),
        silent_after_minutes: model.silent_after_minutes,
        first_seen_at: row::instant("log_sources.first_seen_at", model.first_seen_at)?,
        last_seen_at: row::instant_opt("log_sources.last_seen_at", model.last_seen_at)?,
        events_total: model.events_total,
        rejected: model.rejected,
        dropped: model.dropped,
        cut: model.cut,
        clock_skew_seconds: model.clock_skew_seconds,
        silent_since: row::instant_opt("log_sources.silent_since", model.silent_since)?,
    })
}
