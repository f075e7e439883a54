//! Baselines of files, and what changed against them.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, big_pk_auto, boolean, integer, string, string_null, text,
        text_null,
    },
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        manager.create_table(baselines()).await?;
        manager.create_table(changes()).await?;
        for (name, columns) in [
            ("integrity_changes_by_state", &["state", "asset_id"][..]),
            ("integrity_changes_by_path", &["asset_id", "path"]),
        ] {
            let mut index = Index::create();
            index.name(name).table("integrity_changes");
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }
}

// An asset has one. `wish` is the scope of one that is to be taken by an agent; until then
// `document` may be missing. `held` is what the agent reported last.
fn baselines() -> TableCreateStatement {
    Table::create()
        .table("integrity_baselines")
        .col(big_integer("asset_id").primary_key())
        .col(text_null("wish"))
        .col(big_integer_null("taken_at"))
        .col(string("by"))
        .col(text("reason"))
        .col(integer("files"))
        .col(integer("packages"))
        .col(text("unreadable"))
        .col(boolean("cut_short"))
        .col(text("scope"))
        .col(big_integer_null("looked_at"))
        .col(text_null("document"))
        .col(text_null("held"))
        .foreign_key(&mut to_asset("integrity_baselines"))
        .take()
}

fn changes() -> TableCreateStatement {
    Table::create()
        .table("integrity_changes")
        .col(big_pk_auto("id"))
        .col(big_integer("asset_id"))
        .col(text("path"))
        .col(string("state"))
        .col(string("kind"))
        .col(string("cause"))
        .col(string_null("package"))
        .col(string_null("version_before"))
        .col(string_null("version_after"))
        .col(text_null("before"))
        .col(text_null("after"))
        .col(text("fields"))
        .col(text("actors"))
        .col(big_integer("first_seen_at"))
        .col(big_integer("seen_at"))
        .col(string_null("approved_by"))
        .col(big_integer_null("approved_at"))
        .col(text_null("approved_reason"))
        .col(string_null("change_request"))
        .foreign_key(&mut to_asset("integrity_changes"))
        .take()
}

fn to_asset(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "asset_id")
        .to("assets", "id")
        .take()
}
