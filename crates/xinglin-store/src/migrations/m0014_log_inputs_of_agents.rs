//! Logs that agents read on their hosts are inputs, too.

use sea_orm_migration::{prelude::*, schema::big_integer_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Null for what the server itself reads.
        let agent = Table::alter()
            .table("log_inputs")
            .add_column(big_integer_null("agent_id"))
            .take();
        manager.alter_table(agent).await
    }
}
