//! Inspections of every family, exceptions, drift, host keys and discovery.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, big_pk_auto, integer, integer_null, string, string_null,
        text, text_null,
    },
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // SQLite adds one column a statement.
        for column in inspection_columns() {
            let alter = Table::alter()
                .table("inspections")
                .add_column(column)
                .take();
            manager.alter_table(alter).await?;
        }
        for table in [
            exceptions(),
            drift_approvals(),
            host_keys(),
            scan_ranges(),
            discoveries(),
            acceptances(),
        ] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in [
            (
                "inspections_by_family",
                "inspections",
                &["asset_id", "family", "collected_at"][..],
            ),
            ("exceptions_by_asset", "exceptions", &["asset_id"]),
            ("exceptions_by_end", "exceptions", &["ended_at", "until"]),
        ] {
            let mut index = Index::create();
            index.name(name).table(table);
            for column in columns {
                index.col(*column);
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }
}

// Inspections of before were all of Linux hosts, and their subject stands in the document.
fn inspection_columns() -> Vec<ColumnDef> {
    vec![
        string("family").default("linux").take(),
        string("subject_kind").default("host").take(),
        string("subject_name").default("").take(),
        string("subject_platform").default("").take(),
        string("subject_version").default("").take(),
        string_null("trust").take(),
        integer_null("changes").take(),
        text_null("effects").take(),
    ]
}

fn exceptions() -> TableCreateStatement {
    Table::create()
        .table("exceptions")
        .col(big_pk_auto("id"))
        .col(big_integer("asset_id"))
        .col(string("check_id"))
        .col(text("reason"))
        .col(string("until"))
        .col(string("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer_null("ended_at"))
        .col(string_null("ended_by"))
        .col(text_null("ended_reason"))
        .foreign_key(&mut to_asset("exceptions"))
        .take()
}

fn drift_approvals() -> TableCreateStatement {
    Table::create()
        .table("drift_approvals")
        .col(big_integer("inspection_id").primary_key())
        .col(big_integer_null("before_id"))
        .col(string("by"))
        .col(big_integer("at"))
        .col(text("reason"))
        .foreign_key(
            ForeignKey::create()
                .from("drift_approvals", "inspection_id")
                .to("inspections", "id"),
        )
        .take()
}

fn host_keys() -> TableCreateStatement {
    Table::create()
        .table("host_keys")
        .col(big_integer("asset_id"))
        .col(string("place"))
        .col(string("algorithm"))
        .col(string("fingerprint"))
        .col(string("by"))
        .col(big_integer("seen_at"))
        .primary_key(
            Index::create()
                .col("asset_id")
                .col("place")
                .col("algorithm"),
        )
        .foreign_key(&mut to_asset("host_keys"))
        .take()
}

// `consent` is why the hospital allows it: who agreed, and to what end.
fn scan_ranges() -> TableCreateStatement {
    Table::create()
        .table("scan_ranges")
        .col(big_pk_auto("id"))
        .col(string("range"))
        .col(text("consent"))
        .col(string("until"))
        .col(string("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer_null("ended_at"))
        .col(string_null("ended_by"))
        .col(text_null("ended_reason"))
        .take()
}

fn discoveries() -> TableCreateStatement {
    Table::create()
        .table("discoveries")
        .col(big_pk_auto("id"))
        .col(string("source"))
        .col(string("scanner"))
        .col(big_integer("scanned_at"))
        .col(big_integer("taken_at"))
        .col(string("by"))
        .col(integer("hosts"))
        .col(integer("rejected"))
        .col(string("digest"))
        .col(text("scan"))
        .take()
}

// What the hospital expects on an address: the whole host without a port, else one port.
// Port 0 stands for none, so that the key holds.
fn acceptances() -> TableCreateStatement {
    Table::create()
        .table("discovery_acceptances")
        .col(string("address"))
        .col(string("protocol"))
        .col(integer("port"))
        .col(big_integer("discovery_id"))
        .col(text("reason"))
        .col(string("by"))
        .col(big_integer("at"))
        .primary_key(Index::create().col("address").col("protocol").col("port"))
        .foreign_key(
            ForeignKey::create()
                .from("discovery_acceptances", "discovery_id")
                .to("discoveries", "id"),
        )
        .take()
}

fn to_asset(table: &'static str) -> ForeignKeyCreateStatement {
    ForeignKey::create()
        .from(table, "asset_id")
        .to("assets", "id")
        .take()
}
