//! Sources of logs, tokens to send them with, and saved searches. The logs themselves are in
//! the lake.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, big_pk_auto, boolean, string, string_null, text, text_null,
    },
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [log_sources(), log_tokens(), log_searches()] {
            manager.create_table(table).await?;
        }
        for (name, table, column) in [
            ("log_sources_by_name", "log_sources", "name"),
            ("log_tokens_by_digest", "log_tokens", "digest"),
        ] {
            let mut index = Index::create();
            index.name(name).table(table).col(column).unique();
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }
}

// `name` is what the lake calls it, `address` empty where nobody sends by the network.
fn log_sources() -> TableCreateStatement {
    Table::create()
        .table("log_sources")
        .col(big_pk_auto("id"))
        .col(string("name"))
        .col(string("address"))
        .col(string("transport"))
        .col(string_null("parser"))
        .col(big_integer_null("asset_id"))
        .col(big_integer_null("silent_after_minutes"))
        .col(big_integer("first_seen_at"))
        .col(big_integer_null("last_seen_at"))
        .col(big_integer("events_total"))
        .col(big_integer("rejected"))
        .col(big_integer("dropped"))
        .col(big_integer("cut"))
        .col(big_integer_null("clock_skew_seconds"))
        .col(big_integer_null("silent_since"))
        .foreign_key(
            ForeignKey::create()
                .from("log_sources", "asset_id")
                .to("assets", "id")
                .on_delete(ForeignKeyAction::SetNull),
        )
        .take()
}

// `digest` is the SM3 digest of the token, which itself is nowhere.
fn log_tokens() -> TableCreateStatement {
    Table::create()
        .table("log_tokens")
        .col(big_pk_auto("id"))
        .col(string("name"))
        .col(string("source"))
        .col(string("digest"))
        .col(string("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer_null("last_used_at"))
        .col(big_integer_null("ended_at"))
        .col(string_null("ended_by"))
        .col(text_null("ended_reason"))
        .take()
}

fn log_searches() -> TableCreateStatement {
    Table::create()
        .table("log_searches")
        .col(big_pk_auto("id"))
        .col(string("name"))
        .col(text("query"))
        .col(string("span"))
        .col(boolean("shared"))
        .col(string("created_by"))
        .col(big_integer("created_at"))
        .take()
}
