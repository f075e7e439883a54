//! What a scheduled search does with what it finds, and which events its runs saw.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, boolean, text_null},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

// `problem` is why the last run could not be finished; `through` the number of the last event
// that there was when a run was made.
#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for (table, column) in [
            (
                "log_schedules",
                boolean("opens_finding").default(true).take(),
            ),
            ("log_schedules", text_null("problem")),
            ("log_runs", big_integer("through").default(0).take()),
        ] {
            let alter = Table::alter().table(table).add_column(column).take();
            manager.alter_table(alter).await?;
        }
        Ok(())
    }
}
