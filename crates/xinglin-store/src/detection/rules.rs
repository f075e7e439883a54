//! Rules of the hospital, and which rules are switched off.

use std::collections::HashMap;

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*, sea_query::OnConflict};
use serde::Serialize;

use crate::{Read, StoreError, Tx, row};

/// A rule that the hospital wrote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OwnRule {
    /// Its identifier.
    pub rule: String,
    /// The document, in YAML.
    pub text: String,
    /// Who changed it last, by ledger name.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
}

/// Whether a rule speaks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Switch {
    /// The rule.
    pub rule: String,
    /// Whether it does.
    pub enabled: bool,
    /// Why.
    pub reason: String,
    /// Who decided, by ledger name.
    pub changed_by: String,
    /// When.
    pub changed_at: Timestamp,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "detection_rules")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) rule: String,
        #[sea_orm(column_type = "Text")]
        pub(super) text: String,
        pub(super) changed_by: String,
        pub(super) changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod switch_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "detection_switches")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) rule: String,
        pub(super) enabled: bool,
        #[sea_orm(column_type = "Text")]
        pub(super) reason: String,
        pub(super) changed_by: String,
        pub(super) changed_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The hospital's own rules, by identifier.
pub async fn list(db: &impl Read) -> Result<Vec<OwnRule>, StoreError> {
    let rows = entity::Entity::find().order_by_asc(entity::Column::Rule);
    let read = |model: entity::Model| {
        Ok(OwnRule {
            rule: model.rule,
            text: model.text,
            changed_by: model.changed_by,
            changed_at: row::instant("detection_rules.changed_at", model.changed_at)?,
        })
    };
    rows.all(db).await?.into_iter().map(read).collect()
}

/// Keeps a rule, in place of the one with its identifier.
pub async fn put_rule(tx: &Tx<'_>, rule: &OwnRule) -> Result<(), StoreError> {
    use entity::Column;
    let row = entity::ActiveModel {
        rule: Set(rule.rule.clone()),
        text: Set(rule.text.clone()),
        changed_by: Set(rule.changed_by.clone()),
        changed_at: Set(rule.changed_at.as_millisecond()),
    };
    let update = OnConflict::column(Column::Rule)
        .update_columns([Column::Text, Column::ChangedBy, Column::ChangedAt])
        .to_owned();
    entity::Entity::insert(row)
        .on_conflict(update)
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Removes a rule.
pub async fn delete_rule(tx: &Tx<'_>, rule: &str) -> Result<(), StoreError> {
    entity::Entity::delete_by_id(rule.to_owned())
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// What was decided of rules, by rule.
pub async fn switches(db: &impl Read) -> Result<HashMap<String, Switch>, StoreError> {
    let models = switch_entity::Entity::find().all(db).await?;
    let read = |model: switch_entity::Model| {
        let at = row::instant("detection_switches.changed_at", model.changed_at)?;
        let switch = Switch {
            rule: model.rule.clone(),
            enabled: model.enabled,
            reason: model.reason,
            changed_by: model.changed_by,
            changed_at: at,
        };
        Ok((model.rule, switch))
    };
    models.into_iter().map(read).collect()
}

/// Decides whether a rule speaks.
pub async fn set_switch(tx: &Tx<'_>, switch: &Switch) -> Result<(), StoreError> {
    use switch_entity::Column;
    let row = switch_entity::ActiveModel {
        rule: Set(switch.rule.clone()),
        enabled: Set(switch.enabled),
        reason: Set(switch.reason.clone()),
        changed_by: Set(switch.changed_by.clone()),
        changed_at: Set(switch.changed_at.as_millisecond()),
    };
    let update = OnConflict::column(Column::Rule)
        .update_columns([
            Column::Enabled,
            Column::Reason,
            Column::ChangedBy,
            Column::ChangedAt,
        ])
        .to_owned();
    switch_entity::Entity::insert(row)
        .on_conflict(update)
        .exec(tx.conn())
        .await?;
    Ok(())
}
