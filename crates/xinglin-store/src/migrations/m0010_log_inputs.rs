//! Files and journals that are followed. How far each was read is no record: that is in the lake,
//! durable together with what was read.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_pk_auto, boolean, string, text},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(log_inputs()).await
    }
}

// `paths` is a list in JSON, `source` the name of the source that what is read is of.
fn log_inputs() -> TableCreateStatement {
    Table::create()
        .table("log_inputs")
        .col(big_pk_auto("id"))
        .col(string("kind"))
        .col(text("paths"))
        .col(string("encoding"))
        .col(string("source"))
        .col(boolean("enabled"))
        .col(boolean("from_start"))
        .col(string("created_by"))
        .col(big_integer("created_at"))
        .take()
}
