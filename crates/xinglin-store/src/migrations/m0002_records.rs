//! Organisation, people, graded systems, assets, attachments.

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
        for table in [
            departments(),
            posts(),
            people(),
            systems(),
            assets(),
            asset_systems(),
            attachments(),
        ] {
            manager.create_table(table).await?;
        }
        // One index for each order and filter of the long lists; SQLite appends the row id,
        // which is the second key of every order.
        for (name, table, columns) in [
            ("people_by_department", "people", &["department_id"][..]),
            ("people_by_post", "people", &["post_id"]),
            ("people_by_name", "people", &["name"]),
            ("assets_by_name", "assets", &["name"]),
            ("assets_by_type", "assets", &["object_type"]),
            ("assets_by_importance", "assets", &["importance"]),
            ("assets_by_department", "assets", &["department_id"]),
            ("assets_by_inspection", "assets", &["last_inspected_at"]),
            ("asset_systems_by_system", "asset_systems", &["system_id"]),
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

fn departments() -> TableCreateStatement {
    Table::create()
        .table("departments")
        .col(big_pk_auto("id"))
        .col(string("code").unique_key())
        .col(string("name"))
        .col(big_integer_null("parent_id"))
        .col(big_integer_null("head_id"))
        .foreign_key(
            ForeignKey::create()
                .from("departments", "parent_id")
                .to("departments", "id"),
        )
        .take()
}

fn posts() -> TableCreateStatement {
    Table::create()
        .table("posts")
        .col(big_pk_auto("id"))
        .col(string("code").unique_key())
        .col(string("name"))
        .col(big_integer_null("department_id"))
        .col(string_null("duty"))
        .foreign_key(
            ForeignKey::create()
                .from("posts", "department_id")
                .to("departments", "id"),
        )
        .take()
}

fn people() -> TableCreateStatement {
    Table::create()
        .table("people")
        .col(big_pk_auto("id"))
        .col(string("code").unique_key())
        .col(string("name"))
        .col(big_integer_null("department_id"))
        .col(big_integer_null("post_id"))
        .col(string_null("phone"))
        .col(string_null("email"))
        .col(string("state"))
        .foreign_key(
            ForeignKey::create()
                .from("people", "department_id")
                .to("departments", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("people", "post_id")
                .to("posts", "id"),
        )
        .take()
}

fn systems() -> TableCreateStatement {
    Table::create()
        .table("systems")
        .col(big_pk_auto("id"))
        .col(string("code").unique_key())
        .col(string("name"))
        .col(string_null("description"))
        .col(integer("s_level"))
        .col(integer("a_level"))
        .col(text("extensions"))
        .col(string_null("filing_number"))
        .col(string_null("graded_on"))
        .col(string_null("filed_on"))
        .col(string_null("certificate_expires_on"))
        .col(big_integer_null("department_id"))
        .col(big_integer_null("owner_id"))
        .col(string("state"))
        .foreign_key(
            ForeignKey::create()
                .from("systems", "department_id")
                .to("departments", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("systems", "owner_id")
                .to("people", "id"),
        )
        .take()
}

fn assets() -> TableCreateStatement {
    Table::create()
        .table("assets")
        .col(big_pk_auto("id"))
        .col(string("code").unique_key())
        .col(string("name"))
        .col(string("object_type"))
        .col(string_null("address"))
        .col(string_null("location"))
        .col(string_null("model"))
        .col(string_null("version"))
        .col(big_integer_null("owner_id"))
        .col(big_integer_null("department_id"))
        .col(string("importance"))
        .col(string_null("supplier"))
        .col(string("state"))
        .col(boolean("local_host"))
        .col(big_integer_null("last_inspected_at"))
        .foreign_key(
            ForeignKey::create()
                .from("assets", "owner_id")
                .to("people", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("assets", "department_id")
                .to("departments", "id"),
        )
        .take()
}

fn asset_systems() -> TableCreateStatement {
    Table::create()
        .table("asset_systems")
        .col(big_integer("asset_id"))
        .col(big_integer("system_id"))
        .primary_key(Index::create().col("asset_id").col("system_id"))
        .foreign_key(
            ForeignKey::create()
                .from("asset_systems", "asset_id")
                .to("assets", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .foreign_key(
            ForeignKey::create()
                .from("asset_systems", "system_id")
                .to("systems", "id"),
        )
        .take()
}

fn attachments() -> TableCreateStatement {
    Table::create()
        .table("attachments")
        .col(big_pk_auto("id"))
        .col(string("name"))
        .col(string("media_type"))
        .col(big_integer("size_bytes"))
        .col(string("digest"))
        .col(big_integer("created_at"))
        .col(string("created_by"))
        .take()
}
