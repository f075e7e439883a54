//! Files kept with evidence: what is known of them; the bytes lie in the data folder.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::AttachmentId;

use crate::{Read, StoreError, Tx, row};

/// A file that was kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attachment {
    /// Row id.
    pub id: AttachmentId,
    /// The name under which it was sent.
    pub name: String,
    /// Media type.
    pub media_type: String,
    /// Size in bytes.
    pub size_bytes: i64,
    /// SM3 digest of the bytes, which is also where they lie.
    pub digest: String,
    /// When it was kept.
    pub created_at: Timestamp,
    /// Who sent it, as the ledger names them.
    pub created_by: String,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "attachments")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) name: String,
        pub(super) media_type: String,
        pub(super) size_bytes: i64,
        pub(super) digest: String,
        pub(super) created_at: i64,
        pub(super) created_by: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// One attachment, `None` where it does not exist.
pub async fn find(db: &impl Read, id: AttachmentId) -> Result<Option<Attachment>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(attachment).transpose()
}

/// The attachments with these ids that exist.
pub async fn by_ids(db: &impl Read, ids: &[AttachmentId]) -> Result<Vec<Attachment>, StoreError> {
    let mut attachments = Vec::with_capacity(ids.len());
    for ids in ids.chunks(row::KEYS_PER_READ) {
        let models = entity::Entity::find()
            .filter(entity::Column::Id.is_in(ids.iter().map(|id| id.0)))
            .all(db)
            .await?;
        for model in models {
            attachments.push(attachment(model)?);
        }
    }
    Ok(attachments)
}

/// Inserts an attachment; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, attachment: &Attachment) -> Result<AttachmentId, StoreError> {
    let row = entity::ActiveModel {
        id: NotSet,
        name: Set(attachment.name.clone()),
        media_type: Set(attachment.media_type.clone()),
        size_bytes: Set(attachment.size_bytes),
        digest: Set(attachment.digest.clone()),
        created_at: Set(attachment.created_at.as_millisecond()),
        created_by: Set(attachment.created_by.clone()),
    };
    Ok(AttachmentId(row.insert(tx.conn()).await?.id))
}

fn attachment(model: entity::Model) -> Result<Attachment, StoreError> {
    Ok(Attachment {
        id: AttachmentId(model.id),
        created_at: row::instant("attachments.created_at", model.created_at)?,
        name: model.name,
        media_type: model.media_type,
        size_bytes: model.size_bytes,
        digest: model.digest,
        created_by: model.created_by,
    })
}
