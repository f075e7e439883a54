//! Assessments, verdicts, evidence, inspections, hazards and results over time.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, big_pk_auto, boolean, double_null, integer, string,
        string_null, text, text_null,
    },
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            assessments(),
            verdicts(),
            inspections(),
            evidence(),
            evidence_requirements(),
            evidence_attachments(),
            hazards(),
            result_points(),
        ] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in [
            ("assessments_by_system", "assessments", &["system_id"][..]),
            (
                "inspections_by_asset",
                "inspections",
                &["asset_id", "collected_at"],
            ),
            ("evidence_by_asset", "evidence", &["asset_id", "state"]),
            (
                "evidence_by_cell",
                "evidence",
                &["assessment_id", "asset_id", "requirement"],
            ),
            ("evidence_by_expiry", "evidence", &["state", "valid_until"]),
            ("verdicts_by_expiry", "verdicts", &["valid_until"]),
            (
                "evidence_requirements_by_requirement",
                "evidence_requirements",
                &["requirement"],
            ),
            ("hazards_by_system", "hazards", &["system_id"]),
            (
                "verdicts_by_requirement",
                "verdicts",
                &["assessment_id", "requirement"],
            ),
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

// Grade and extensions are those of the day the round began. `objects` are the assets of
// the last result: an open assessment follows its system's assets, a closed one keeps them.
fn assessments() -> TableCreateStatement {
    Table::create()
        .table("assessments")
        .col(big_pk_auto("id"))
        .col(big_integer("system_id"))
        .col(string("name"))
        .col(integer("s_level"))
        .col(integer("a_level"))
        .col(text("extensions"))
        .col(string("template"))
        .col(text("settings"))
        .col(text_null("weights"))
        .col(boolean("suggested_weights"))
        .col(string("state"))
        .col(string("started_on"))
        .col(string_null("closed_on"))
        .col(big_integer("revision"))
        .col(text("objects"))
        .col(text_null("result"))
        .foreign_key(
            ForeignKey::create()
                .from("assessments", "system_id")
                .to("systems", "id"),
        )
        .take()
}

// One row a cell (requirement × object) that anything is known about; the row keeps both
// what the rules propose and what a person decided.
fn verdicts() -> TableCreateStatement {
    Table::create()
        .table("verdicts")
        .col(big_integer("assessment_id"))
        .col(big_integer("asset_id"))
        .col(string("requirement"))
        .col(string("state"))
        .col(string_null("verdict"))
        .col(string_null("proposed"))
        .col(text_null("reasons"))
        .col(text_null("reason"))
        .col(text_null("answers"))
        .col(string_null("decided_by"))
        .col(big_integer_null("decided_at"))
        .col(big_integer_null("valid_until"))
        .primary_key(
            Index::create()
                .col("assessment_id")
                .col("asset_id")
                .col("requirement"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("verdicts", "assessment_id")
                .to("assessments", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("verdicts", "asset_id")
                .to("assets", "id"),
        )
        .take()
}

fn inspections() -> TableCreateStatement {
    Table::create()
        .table("inspections")
        .col(big_pk_auto("id"))
        .col(big_integer("asset_id"))
        .col(string("source"))
        .col(string("platform"))
        .col(big_integer("collected_at"))
        .col(integer("pass"))
        .col(integer("fail"))
        .col(integer("not_applicable"))
        .col(integer("unknown"))
        .col(text("unreadable"))
        .col(text("document"))
        .foreign_key(
            ForeignKey::create()
                .from("inspections", "asset_id")
                .to("assets", "id"),
        )
        .take()
}

// What proves one cell of one assessment names it (`assessment_id`, `asset_id`,
// `requirement`); an inspection proves many items of an asset in every assessment, and they
// stand in `evidence_requirements`.
fn evidence() -> TableCreateStatement {
    Table::create()
        .table("evidence")
        .col(big_pk_auto("id"))
        .col(string("kind"))
        .col(string("title"))
        .col(big_integer_null("asset_id"))
        .col(big_integer_null("assessment_id"))
        .col(string_null("requirement"))
        .col(big_integer_null("inspection_id"))
        .col(string("state"))
        .col(big_integer("collected_at"))
        .col(big_integer_null("valid_until"))
        .col(string("digest"))
        .col(string("by"))
        .col(text("content"))
        .foreign_key(
            ForeignKey::create()
                .from("evidence", "asset_id")
                .to("assets", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("evidence", "inspection_id")
                .to("inspections", "id"),
        )
        .take()
}

fn evidence_requirements() -> TableCreateStatement {
    Table::create()
        .table("evidence_requirements")
        .col(big_integer("evidence_id"))
        .col(string("requirement"))
        .primary_key(Index::create().col("evidence_id").col("requirement"))
        .foreign_key(
            ForeignKey::create()
                .from("evidence_requirements", "evidence_id")
                .to("evidence", "id"),
        )
        .take()
}

fn evidence_attachments() -> TableCreateStatement {
    Table::create()
        .table("evidence_attachments")
        .col(big_integer("evidence_id"))
        .col(big_integer("attachment_id"))
        .primary_key(Index::create().col("evidence_id").col("attachment_id"))
        .foreign_key(
            ForeignKey::create()
                .from("evidence_attachments", "evidence_id")
                .to("evidence", "id"),
        )
        .foreign_key(
            ForeignKey::create()
                .from("evidence_attachments", "attachment_id")
                .to("attachments", "id"),
        )
        .take()
}

fn hazards() -> TableCreateStatement {
    Table::create()
        .table("hazards")
        .col(big_pk_auto("id"))
        .col(big_integer("system_id"))
        .col(string("code"))
        .col(string("source"))
        .col(text_null("note"))
        .col(string("found_on"))
        .col(string_null("resolved_on"))
        .col(text_null("resolved_reason"))
        .foreign_key(
            ForeignKey::create()
                .from("hazards", "system_id")
                .to("systems", "id"),
        )
        .take()
}

// One point a day and assessment: the last result of that day.
fn result_points() -> TableCreateStatement {
    Table::create()
        .table("result_points")
        .col(big_integer("assessment_id"))
        .col(string("on_day"))
        .col(double_null("rate"))
        .col(double_null("score"))
        .col(integer("compliant"))
        .col(integer("hazards_open"))
        .primary_key(Index::create().col("assessment_id").col("on_day"))
        .foreign_key(
            ForeignKey::create()
                .from("result_points", "assessment_id")
                .to("assessments", "id"),
        )
        .take()
}
