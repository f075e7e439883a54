//! Detection: how far it is on the stream, what it counted, rules of the hospital, and what
//! rules shall not speak of.

mod baselines;
mod counts;
mod exceptions;
mod rules;

use jiff::Timestamp;
use sea_orm::{ActiveValue::Set, entity::prelude::*, sea_query::OnConflict};

pub use baselines::{
    AcceptedRow, CountryList, LearnedRow, accepted, countries, delete_accepted, delete_countries,
    each_learned, find_accepted, insert_accepted, put_countries, save_learned,
};
pub use counts::{DayCount, RuleSum, add_counts, rule_days, rule_sums};
pub use exceptions::{
    Condition, DetectionException, counting, due, find as find_exception,
    insert as insert_exception, list as list_exceptions, quiet, save as save_exception,
};
pub use rules::{OwnRule, Switch, delete_rule, list as list_rules, put_rule, set_switch, switches};

use crate::{Read, StoreError, Tx, row};

/// How far detection is on the stream, and what it waits for there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Progress {
    /// The number of the last event that was looked at.
    pub cursor: u64,
    /// What correlations wait for.
    pub correlations: Vec<u8>,
    /// How many events were looked at in all.
    pub events: u64,
    /// When it was so.
    pub saved_at: Timestamp,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "detection_state")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) id: i64,
        pub(super) cursor: i64,
        #[sea_orm(column_type = "Blob")]
        pub(super) correlations: Vec<u8>,
        pub(super) events: i64,
        pub(super) saved_at: i64,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// There is but one stream.
const ONLY: i64 = 1;

/// How far it is, `None` where it never began.
pub async fn progress(db: &impl Read) -> Result<Option<Progress>, StoreError> {
    let model = entity::Entity::find_by_id(ONLY).one(db).await?;
    let read = |model: entity::Model| {
        Ok(Progress {
            cursor: model.cursor.cast_unsigned(),
            correlations: model.correlations,
            events: model.events.cast_unsigned(),
            saved_at: row::instant("detection_state.saved_at", model.saved_at)?,
        })
    };
    model.map(read).transpose()
}

/// Keeps how far it is.
pub async fn set_progress(tx: &Tx<'_>, progress: &Progress) -> Result<(), StoreError> {
    use entity::Column;
    let row = entity::ActiveModel {
        id: Set(ONLY),
        cursor: Set(progress.cursor.cast_signed()),
        correlations: Set(progress.correlations.clone()),
        events: Set(progress.events.cast_signed()),
        saved_at: Set(progress.saved_at.as_millisecond()),
    };
    let update = OnConflict::column(Column::Id)
        .update_columns([
            Column::Cursor,
            Column::Correlations,
            Column::Events,
            Column::SavedAt,
        ])
        .to_owned();
    entity::Entity::insert(row)
        .on_conflict(update)
        .exec(tx.conn())
        .await?;
    Ok(())
}
