//! What baselines learned, what people accepted as usual, and the ranges of countries.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, big_pk_auto, blob, string, text},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [learned(), accepted(), countries()] {
            manager.create_table(table).await?;
        }
        Ok(())
    }
}

// One row a user, host or address of a baseline, so that only what changed is written; in the
// transaction of the place in the stream.
fn learned() -> TableCreateStatement {
    Table::create()
        .table("detection_baselines")
        .col(string("rule"))
        .col(big_integer("entity"))
        .col(blob("state"))
        .primary_key(Index::create().col("rule").col("entity"))
        .take()
}

fn accepted() -> TableCreateStatement {
    Table::create()
        .table("detection_accepted")
        .col(big_pk_auto("id"))
        .col(string("rule"))
        .col(text("entity"))
        .col(text("what"))
        .col(big_integer_null("alert_id"))
        .col(text("reason"))
        .col(string("accepted_by"))
        .col(big_integer("accepted_at"))
        .take()
}

// One row: the list that counts.
fn countries() -> TableCreateStatement {
    Table::create()
        .table("detection_countries")
        .col(big_integer("id").primary_key())
        .col(string("name"))
        .col(text("ranges"))
        .col(big_integer("count"))
        .col(string("imported_by"))
        .col(big_integer("imported_at"))
        .take()
}
