//! Accounts, sessions, settings and the ledger.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, big_pk_auto, boolean, integer, string, string_null, text,
    },
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in tables() {
            manager.create_table(table).await?;
        }
        for index in indexes() {
            manager.create_index(index).await?;
        }
        Ok(())
    }
}

fn tables() -> Vec<TableCreateStatement> {
    vec![
        Table::create()
            .table("accounts")
            .col(big_pk_auto("id"))
            .col(string("username").unique_key())
            .col(string("display_name"))
            .col(string("password_hash"))
            .col(string("state"))
            .col(boolean("must_change_password"))
            .col(integer("failed_attempts"))
            .col(big_integer_null("locked_until"))
            .col(big_integer("password_changed_at"))
            .col(big_integer_null("person_id"))
            .col(big_integer("created_at"))
            .col(big_integer_null("last_sign_in_at"))
            .take(),
        Table::create()
            .table("account_roles")
            .col(big_integer("account_id"))
            .col(string("role"))
            .primary_key(Index::create().col("account_id").col("role"))
            .foreign_key(
                ForeignKey::create()
                    .from("account_roles", "account_id")
                    .to("accounts", "id"),
            )
            .take(),
        Table::create()
            .table("past_passwords")
            .col(big_pk_auto("id"))
            .col(big_integer("account_id"))
            .col(string("password_hash"))
            .foreign_key(
                ForeignKey::create()
                    .from("past_passwords", "account_id")
                    .to("accounts", "id"),
            )
            .take(),
        Table::create()
            .table("sessions")
            .col(string("token_digest").primary_key())
            .col(big_integer("account_id"))
            .col(string("csrf"))
            .col(big_integer("created_at"))
            .col(big_integer("last_seen_at"))
            .col(string_null("address"))
            .foreign_key(
                ForeignKey::create()
                    .from("sessions", "account_id")
                    .to("accounts", "id"),
            )
            .take(),
        Table::create()
            .table("settings")
            .col(string("key").primary_key())
            .col(text("value"))
            .take(),
        Table::create()
            .table("ledger")
            .col(big_integer("seq").primary_key())
            .col(big_integer("at"))
            .col(string("actor"))
            .col(string("action"))
            .col(text("subjects"))
            .col(text("payload"))
            .col(string("prev"))
            .col(string("hash"))
            .take(),
        Table::create()
            .table("ledger_subjects")
            .col(string("kind"))
            .col(string("subject_id"))
            .col(big_integer("seq"))
            .primary_key(Index::create().col("kind").col("subject_id").col("seq"))
            .take(),
    ]
}

fn indexes() -> Vec<IndexCreateStatement> {
    vec![
        Index::create()
            .name("sessions_by_account")
            .table("sessions")
            .col("account_id")
            .take(),
        Index::create()
            .name("past_passwords_by_account")
            .table("past_passwords")
            .col("account_id")
            .take(),
    ]
}
