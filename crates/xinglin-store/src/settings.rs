//! Named settings of this installation, each a JSON value.

use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict};
use serde::{Serialize, de::DeserializeOwned};

use crate::{Read, StoreError, Tx, row};

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "settings")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) key: String,
        #[sea_orm(column_type = "Text")]
        pub(super) value: String,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The setting `key`, `None` where it was never set.
pub async fn get<T: DeserializeOwned>(db: &impl Read, key: &str) -> Result<Option<T>, StoreError> {
    entity::Entity::find_by_id(key.to_owned())
        .one(db)
        .await?
        .map(|model| row::json("settings.value", &model.value))
        .transpose()
}

/// Sets the setting `key`.
pub async fn set<T: Serialize>(tx: &Tx<'_>, key: &str, value: &T) -> Result<(), StoreError> {
    entity::Entity::insert(entity::ActiveModel {
        key: Set(key.to_owned()),
        value: Set(row::to_json("settings.value", value)?),
    })
    .on_conflict(
        OnConflict::column(entity::Column::Key)
            .update_column(entity::Column::Value)
            .to_owned(),
    )
    .exec(tx.conn())
    .await?;
    Ok(())
}
