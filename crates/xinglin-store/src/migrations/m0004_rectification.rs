//! Findings, plans and tasks.

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
        for table in [findings(), finding_objects(), plans(), tasks()] {
            manager.create_table(table).await?;
        }
        for (name, table, column) in [
            ("findings_by_state", "findings", "state"),
            ("tasks_by_plan", "tasks", "plan_id"),
            ("tasks_by_finding", "tasks", "finding_id"),
            ("tasks_by_state", "tasks", "state"),
        ] {
            manager
                .create_index(Index::create().name(name).table(table).col(column).take())
                .await?;
        }
        Ok(())
    }
}

// `cause` is the root cause: one finding per system and cause, however many objects show it.
fn findings() -> TableCreateStatement {
    Table::create()
        .table("findings")
        .col(big_pk_auto("id"))
        .col(big_integer("system_id"))
        .col(big_integer("assessment_id"))
        .col(string("requirement"))
        .col(string("cause"))
        .col(text("title"))
        .col(string("severity"))
        .col(boolean("major_hazard"))
        .col(string("verdict"))
        .col(string("state"))
        .col(big_integer("first_seen_at"))
        .col(big_integer("last_seen_at"))
        .col(big_integer_null("closed_at"))
        .col(text_null("reason"))
        .col(string_null("accepted_until"))
        .index(
            Index::create()
                .name("findings_by_cause")
                .unique()
                .col("system_id")
                .col("cause"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("findings", "system_id")
                .to("systems", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("findings", "assessment_id")
                .to("assessments", "id"),
        )
        .take()
}

fn finding_objects() -> TableCreateStatement {
    Table::create()
        .table("finding_objects")
        .col(big_integer("finding_id"))
        .col(big_integer("asset_id"))
        .col(string("verdict"))
        .col(text_null("detail"))
        .primary_key(Index::create().col("finding_id").col("asset_id"))
        .foreign_key(
            ForeignKey::create()
                .from("finding_objects", "finding_id")
                .to("findings", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("finding_objects", "asset_id")
                .to("assets", "id"),
        )
        .take()
}

fn plans() -> TableCreateStatement {
    Table::create()
        .table("plans")
        .col(big_pk_auto("id"))
        .col(big_integer("assessment_id"))
        .col(string("title"))
        .col(string("target"))
        .col(string("starts_on"))
        .col(string("state"))
        .col(big_integer("created_at"))
        .col(text("phases"))
        .col(text("expected"))
        .col(string_null("approved_by"))
        .col(big_integer_null("approved_at"))
        .foreign_key(
            ForeignKey::create()
                .from("plans", "assessment_id")
                .to("assessments", "id"),
        )
        .take()
}

fn tasks() -> TableCreateStatement {
    Table::create()
        .table("tasks")
        .col(big_pk_auto("id"))
        .col(big_integer("plan_id"))
        .col(big_integer("finding_id"))
        .col(string("requirement"))
        .col(text("title"))
        .col(text("measure"))
        .col(string("kind"))
        .col(string("phase"))
        .col(string("severity"))
        .col(big_integer_null("owner_id"))
        .col(big_integer_null("department_id"))
        .col(string("starts_on"))
        .col(string("due_on"))
        .col(string("state"))
        .col(text_null("note"))
        .col(boolean("edited"))
        .col(big_integer_null("submitted_by"))
        .foreign_key(
            ForeignKey::create()
                .from("tasks", "plan_id")
                .to("plans", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("tasks", "finding_id")
                .to("findings", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("tasks", "owner_id")
                .to("people", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("tasks", "department_id")
                .to("departments", "id"),
        )
        .take()
}
