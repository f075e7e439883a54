//! Approvals of drift (变化): that somebody answers for what changed between inspections.

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use serde::Serialize;
use xinglin_core::InspectionId;

use crate::{Read, StoreError, Tx, row};

/// That somebody answers for the changes an inspection shows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Approval {
    /// The inspection that shows them.
    pub inspection_id: InspectionId,
    /// The one it was compared with; `None` for the first.
    pub before_id: Option<InspectionId>,
    /// Who, by ledger name.
    pub by: String,
    /// When.
    pub at: Timestamp,
    /// Why they are right.
    pub reason: String,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "drift_approvals")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) inspection_id: i64,
        pub(super) before_id: Option<i64>,
        pub(super) by: String,
        pub(super) at: i64,
        #[sea_orm(column_type = "Text")]
        pub(super) reason: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The approval of an inspection's changes, `None` where there is none.
pub async fn approval(db: &impl Read, id: InspectionId) -> Result<Option<Approval>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model
        .map(|model| {
            Ok(Approval {
                inspection_id: InspectionId(model.inspection_id),
                before_id: model.before_id.map(InspectionId),
                by: model.by,
                at: row::instant("drift_approvals.at", model.at)?,
                reason: model.reason,
            })
        })
        .transpose()
}

/// Inserts an approval.
///
/// # Errors
/// [`StoreError::Duplicate`] when the inspection has one already.
pub async fn insert(tx: &Tx<'_>, approval: &Approval) -> Result<(), StoreError> {
    let row = entity::ActiveModel {
        inspection_id: Set(approval.inspection_id.0),
        before_id: Set(approval.before_id.map(|id| id.0)),
        by: Set(approval.by.clone()),
        at: Set(approval.at.as_millisecond()),
        reason: Set(approval.reason.clone()),
    };
    entity::Entity::insert(row)
        .exec_without_returning(tx.conn())
        .await?;
    Ok(())
}
