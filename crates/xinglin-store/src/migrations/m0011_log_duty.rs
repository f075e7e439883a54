//! How long logs are kept, what findings were seen by beside their objects, and searches that
//! run by themselves.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, big_pk_auto, string, string_null, text, text_null},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let detail = Table::alter()
            .table("findings")
            .add_column(text_null("detail"))
            .take();
        manager.alter_table(detail).await?;
        for table in [log_retentions(), log_schedules(), log_runs()] {
            manager.create_table(table).await?;
        }
        let of_search = Index::create()
            .name("log_runs_by_search")
            .table("log_runs")
            .col("search_id")
            .take();
        manager.create_index(of_search).await
    }
}

// `source` is null for all sources of which nothing else is said, `until` for what has no end.
fn log_retentions() -> TableCreateStatement {
    Table::create()
        .table("log_retentions")
        .col(big_pk_auto("id"))
        .col(string_null("source"))
        .col(big_integer("days"))
        .col(text("reason"))
        .col(string_null("until"))
        .col(string("state"))
        .col(string("proposed_by"))
        .col(big_integer("proposed_at"))
        .col(string_null("decided_by"))
        .col(big_integer_null("decided_at"))
        .col(text_null("decision"))
        .col(big_integer_null("ended_at"))
        .col(string_null("ended_by"))
        .col(text_null("ended_reason"))
        .take()
}

// Either `every_minutes` or `daily_at` is set. What the last run came to is with it, so that
// findings can be brought in line with it after a crash.
fn log_schedules() -> TableCreateStatement {
    Table::create()
        .table("log_schedules")
        .col(big_integer("search_id").primary_key())
        .col(big_integer_null("every_minutes"))
        .col(string_null("daily_at"))
        .col(string("condition"))
        .col(big_integer("count"))
        .col(string("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer("next_at"))
        .col(big_integer_null("last_at"))
        .col(string_null("last_state"))
        .col(big_integer_null("last_hits"))
        .foreign_key(
            ForeignKey::create()
                .from("log_schedules", "search_id")
                .to("log_searches", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

fn log_runs() -> TableCreateStatement {
    Table::create()
        .table("log_runs")
        .col(big_pk_auto("id"))
        .col(big_integer("search_id"))
        .col(big_integer("due_at"))
        .col(big_integer("run_at"))
        .col(big_integer("from_at"))
        .col(string("state"))
        .col(big_integer("hits"))
        .col(big_integer("milliseconds"))
        .col(text_null("problem"))
        .foreign_key(
            ForeignKey::create()
                .from("log_runs", "search_id")
                .to("log_searches", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}
