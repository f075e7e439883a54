//! Detection on the stream: how far it is, what it waits for, rules and exceptions of the
//! hospital, indicators, and alerts.

use sea_orm_migration::{
    prelude::*,
    schema::{
        big_integer, big_integer_null, big_pk_auto, blob, boolean, string, string_null, text,
        text_null,
    },
};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        for table in [
            state(),
            days(),
            rules(),
            switches(),
            exceptions(),
            lists(),
            indicators(),
            alerts(),
            entities(),
            notes(),
        ] {
            manager.create_table(table).await?;
        }
        for (name, table, columns) in INDEXES {
            let mut index = Index::create();
            index.name(*name).table(*table);
            for column in *columns {
                index.col(*column);
            }
            manager.create_index(index.take()).await?;
        }
        Ok(())
    }
}

const INDEXES: &[(&str, &str, &[&str])] = &[
    ("alerts_by_group", "alerts", &["group_key", "state"]),
    ("alerts_by_state", "alerts", &["state", "due_at"]),
    ("alerts_by_rule", "alerts", &["rule", "created_at"]),
    ("alerts_by_story", "alerts", &["story_id"]),
    (
        "alert_entities_by_value",
        "alert_entities",
        &["value", "kind"],
    ),
    ("alert_entities_by_alert", "alert_entities", &["alert_id"]),
    ("alert_notes_by_alert", "alert_notes", &["alert_id"]),
    ("indicators_by_value", "indicators", &["value", "kind"]),
    ("indicators_by_list", "indicators", &["list_id"]),
];

// One row: alerts, what correlations wait for and the place in the stream are committed
// together, so that a kill neither loses nor doubles an alert.
fn state() -> TableCreateStatement {
    Table::create()
        .table("detection_state")
        .col(big_integer("id").primary_key())
        .col(big_integer("cursor"))
        .col(blob("correlations"))
        .col(big_integer("events"))
        .col(big_integer("saved_at"))
        .take()
}

fn days() -> TableCreateStatement {
    Table::create()
        .table("detection_days")
        .col(string("day"))
        .col(string("rule"))
        .col(big_integer("hits"))
        .col(big_integer("quieted"))
        .col(big_integer("last_at"))
        .primary_key(Index::create().col("day").col("rule"))
        .take()
}

fn rules() -> TableCreateStatement {
    Table::create()
        .table("detection_rules")
        .col(string("rule").primary_key())
        .col(text("text"))
        .col(string("changed_by"))
        .col(big_integer("changed_at"))
        .take()
}

fn switches() -> TableCreateStatement {
    Table::create()
        .table("detection_switches")
        .col(string("rule").primary_key())
        .col(boolean("enabled"))
        .col(text("reason"))
        .col(string("changed_by"))
        .col(big_integer("changed_at"))
        .take()
}

fn exceptions() -> TableCreateStatement {
    Table::create()
        .table("detection_exceptions")
        .col(big_pk_auto("id"))
        .col(string("rule"))
        .col(text("title"))
        .col(text("conditions"))
        .col(text("reason"))
        .col(string("until"))
        .col(string("created_by"))
        .col(big_integer("created_at"))
        .col(big_integer("quieted"))
        .col(big_integer_null("ended_at"))
        .col(string_null("ended_by"))
        .col(text_null("ended_reason"))
        .take()
}

fn lists() -> TableCreateStatement {
    Table::create()
        .table("indicator_lists")
        .col(big_pk_auto("id"))
        .col(string("name"))
        .col(string("source"))
        .col(string("imported_by"))
        .col(big_integer("imported_at"))
        .col(big_integer("kept"))
        .col(big_integer("rejected"))
        .col(string_null("expires_on"))
        .take()
}

fn indicators() -> TableCreateStatement {
    Table::create()
        .table("indicators")
        .col(big_pk_auto("id"))
        .col(big_integer("list_id"))
        .col(string("kind"))
        .col(text("value"))
        .col(string_null("expires_on"))
        .col(text_null("note"))
        .col(big_integer("hits"))
        .col(big_integer_null("last_hit_at"))
        .foreign_key(
            ForeignKey::create()
                .from("indicators", "list_id")
                .to("indicator_lists", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

// `seen` is what is shown and never searched; `words` is what people search for.
fn alerts() -> TableCreateStatement {
    Table::create()
        .table("alerts")
        .col(big_pk_auto("id"))
        .col(ColumnDef::new("key").string().not_null().unique_key())
        .col(string("group_key"))
        .col(string("rule"))
        .col(string("kind"))
        .col(string("level"))
        .col(string("severity"))
        .col(big_integer("rank"))
        .col(string("state"))
        .col(string_null("verdict"))
        .col(big_integer("first_at"))
        .col(big_integer("last_at"))
        .col(big_integer("created_at"))
        .col(big_integer("first_sequence"))
        .col(big_integer("last_sequence"))
        .col(big_integer("events"))
        .col(big_integer_null("asset_id"))
        .col(big_integer_null("assigned_to"))
        .col(big_integer_null("due_at"))
        .col(big_integer_null("closed_at"))
        .col(big_integer("story_id"))
        .col(big_integer("comments"))
        .col(big_integer_null("finding_id"))
        .col(boolean("look_back"))
        .col(text("words"))
        .col(text("seen"))
        .take()
}

fn entities() -> TableCreateStatement {
    Table::create()
        .table("alert_entities")
        .col(big_pk_auto("id"))
        .col(big_integer("alert_id"))
        .col(string("kind"))
        .col(text("value"))
        .foreign_key(
            ForeignKey::create()
                .from("alert_entities", "alert_id")
                .to("alerts", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}

fn notes() -> TableCreateStatement {
    Table::create()
        .table("alert_notes")
        .col(big_pk_auto("id"))
        .col(big_integer("alert_id"))
        .col(big_integer("at"))
        .col(string_null("by"))
        .col(string("kind"))
        .col(text_null("text"))
        .foreign_key(
            ForeignKey::create()
                .from("alert_notes", "alert_id")
                .to("alerts", "id")
                .on_delete(ForeignKeyAction::Cascade),
        )
        .take()
}
