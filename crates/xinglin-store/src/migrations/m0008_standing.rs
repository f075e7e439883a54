//! What an assessment looked at as what, and the numbers of plans.

use std::collections::HashMap;

use sea_orm_migration::{prelude::*, schema::string_null};

#[derive(DeriveMigrationName)]
pub(super) struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let number = Table::alter()
            .table("plans")
            .add_column(string_null("number"))
            .take();
        manager.alter_table(number).await?;
        let once = Index::create()
            .name("plans_by_number")
            .table("plans")
            .col("number")
            .unique()
            .take();
        manager.create_index(once).await?;
        name_object_types(manager.get_connection()).await
    }
}

/// From the ids of objects to ids with the type that each object has today.
async fn name_object_types(db: &SchemaManagerConnection<'_>) -> Result<(), DbErr> {
    let assets = Query::select()
        .columns(["id", "object_type"])
        .from("assets")
        .take();
    let mut types: HashMap<i64, String> = HashMap::new();
    for asset in db.query_all(&assets).await? {
        types.insert(asset.try_get("", "id")?, asset.try_get("", "object_type")?);
    }
    let assessments = Query::select()
        .columns(["id", "objects"])
        .from("assessments")
        .take();
    for assessment in db.query_all(&assessments).await? {
        let id: i64 = assessment.try_get("", "id")?;
        let objects: String = assessment.try_get("", "objects")?;
        let ids: Vec<i64> = serde_json::from_str(&objects)
            .map_err(|error| DbErr::Migration(format!("objects of assessment {id}: {error}")))?;
        let typed: Vec<(i64, &String)> = ids
            .into_iter()
            .filter_map(|id| Some((id, types.get(&id)?)))
            .collect();
        let update = Query::update()
            .table("assessments")
            .value("objects", serde_json::json!(typed).to_string())
            .and_where(Expr::col("id").eq(id))
            .take();
        db.execute(&update).await?;
    }
    Ok(())
}
