//! Agents, the tokens they enrolled with, and what they reported.

use sea_orm_migration::{
    prelude::*,
    schema::{big_integer, big_integer_null, big_pk_auto, string, string_null, text_null},
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [agents(), agent_tokens(), agent_reports()] {
            manager.create_table(table).await?;
        }
        for (name, table, column, is_unique) in [
            ("agents_by_asset", "agents", "asset_id", false),
            ("agents_by_certificate", "agents", "certificate", true),
            ("agent_tokens_by_digest", "agent_tokens", "digest", true),
        ] {
            let mut index = Index::create();
            index.name(name).table(table).col(column);
            if is_unique {
                index.unique();
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }
}

// `certificate` is the SM3 digest of the certificate, `last_inspection_id` the inspection
// whose facts the next difference may name.
fn agents() -> TableCreateStatement {
    Table::create()
        .table("agents")
        .col(big_pk_auto("id"))
        .col(big_integer("asset_id"))
        .col(string("host_name"))
        .col(string("version"))
        .col(string("certificate"))
        .col(string("certificate_expires_on"))
        .col(big_integer("enrolled_at"))
        .col(big_integer_null("last_seen_at"))
        .col(big_integer_null("last_inspection_id"))
        .col(big_integer("lost"))
        .col(big_integer_null("revoked_at"))
        .col(string_null("revoked_by"))
        .col(text_null("revoked_reason"))
        .foreign_key(&mut to("agents", "asset_id", "assets"))
        .foreign_key(&mut to("agents", "last_inspection_id", "inspections"))
        .take()
}

// `digest` is the SM3 digest of the token, which itself is nowhere.
fn agent_tokens() -> TableCreateStatement {
    Table::create()
        .table("agent_tokens")
        .col(big_pk_auto("id"))
        .col(big_integer("asset_id"))
        .col(string("digest"))
        .col(string("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer("expires_at"))
        .col(big_integer_null("agent_id"))
        .col(big_integer_null("ended_at"))
        .col(string_null("ended_by"))
        .col(text_null("ended_reason"))
        .foreign_key(&mut to("agent_tokens", "asset_id", "assets"))
        .foreign_key(&mut to("agent_tokens", "agent_id", "agents"))
        .take()
}

// A number alone is not enough: an agent that lost its counters begins anew.
fn agent_reports() -> TableCreateStatement {
    Table::create()
        .table("agent_reports")
        .col(big_integer("agent_id"))
        .col(big_integer("number"))
        .col(big_integer("collected_at"))
        .col(string("digest"))
        .col(big_integer("inspection_id"))
        .primary_key(
            Index::create()
                .col("agent_id")
                .col("number")
                .col("collected_at"),
        )
        .foreign_key(&mut to("agent_reports", "agent_id", "agents"))
        .foreign_key(&mut to("agent_reports", "inspection_id", "inspections"))
        .take()
}

fn to(table: &'static str, column: &'static str, other: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, column)
        .to(other, "id")
        .take()
}
