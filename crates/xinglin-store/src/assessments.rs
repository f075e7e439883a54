//! Assessment rounds (测评轮次), the systems and objects they look at, results over time.

use std::collections::BTreeMap;

use jiff::civil::Date;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::OnConflict,
};
use xinglin_core::{AssessmentId, AssetId, Extension, Grade, Level, ObjectType, SystemId};

use crate::{Read, StoreError, Tx, row};

mod scope;

pub use scope::{
    AssessedObject, AssessedSystem, findings_by_requirement, object, objects, objects_of,
    open_findings, systems,
};

/// An assessment round of one graded system.
#[derive(Debug, Clone, PartialEq)]
pub struct Assessment {
    /// Row id.
    pub id: AssessmentId,
    /// The graded system.
    pub system_id: SystemId,
    /// Name of the round.
    pub name: String,
    /// The grade of the day it began.
    pub grade: Grade,
    /// The extensions of that day.
    pub extensions: Vec<Extension>,
    /// The report template's year.
    pub template: String,
    /// The open points of scoring.
    pub settings: serde_json::Value,
    /// The weights that the assessor gave, by unit code.
    pub weights: Option<BTreeMap<String, f64>>,
    /// Whether suggested weights fill the gaps.
    pub suggested_weights: bool,
    /// `None` while it is open.
    pub closed_on: Option<Date>,
    /// First day.
    pub started_on: Date,
    /// Counts the changes of its verdicts, hazards and settings.
    pub revision: i64,
    /// The objects of the last result, each as what it was assessed.
    pub objects: Vec<(AssetId, ObjectType)>,
    /// The last result in brief.
    pub result: Option<serde_json::Value>,
}

/// The last result of one day.
#[derive(Debug, Clone, PartialEq)]
pub struct ResultPoint {
    /// The day.
    pub on: Date,
    /// 符合率 (2025).
    pub rate: Option<f64>,
    /// Score (2021, 2019).
    pub score: Option<f64>,
    /// Items met.
    pub compliant: i32,
    /// Major hazards not resolved.
    pub hazards_open: i32,
}

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "assessments")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) system_id: i64,
        pub(crate) name: String,
        pub(crate) s_level: i32,
        pub(crate) a_level: i32,
        #[sea_orm(column_type = "Text")]
        pub(crate) extensions: String,
        pub(crate) template: String,
        #[sea_orm(column_type = "Text")]
        pub(crate) settings: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub(crate) weights: Option<String>,
        pub(crate) suggested_weights: bool,
        pub(crate) state: String,
        pub(crate) started_on: String,
        pub(crate) closed_on: Option<String>,
        pub(crate) revision: i64,
        #[sea_orm(column_type = "Text")]
        pub(crate) objects: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub(crate) result: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod point_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
    #[sea_orm(table_name = "result_points")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) assessment_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) on_day: String,
        pub(super) rate: Option<f64>,
        pub(super) score: Option<f64>,
        pub(super) compliant: i32,
        pub(super) hazards_open: i32,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Rounds, newest first; only those of one system where it is given.
pub async fn list(db: &impl Read, system: Option<SystemId>) -> Result<Vec<Assessment>, StoreError> {
    let mut query = entity::Entity::find().order_by_desc(entity::Column::Id);
    if let Some(system) = system {
        query = query.filter(entity::Column::SystemId.eq(system.0));
    }
    let models = query.all(db).await?;
    models.into_iter().map(assessment).collect()
}

/// The open rounds of these systems, or of all.
pub async fn open(
    db: &impl Read,
    systems: Option<&[SystemId]>,
) -> Result<Vec<Assessment>, StoreError> {
    let mut query = entity::Entity::find()
        .filter(entity::Column::State.eq("open"))
        .order_by_asc(entity::Column::Id);
    if let Some(systems) = systems {
        query = query.filter(entity::Column::SystemId.is_in(systems.iter().map(|id| id.0)));
    }
    let models = query.all(db).await?;
    models.into_iter().map(assessment).collect()
}

/// One round, `None` where it does not exist.
pub async fn find(db: &impl Read, id: AssessmentId) -> Result<Option<Assessment>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(assessment).transpose()
}

/// Inserts a round; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, assessment: &Assessment) -> Result<AssessmentId, StoreError> {
    let mut row = active(assessment)?;
    row.id = NotSet;
    Ok(AssessmentId(row.insert(tx.conn()).await?.id))
}

/// Writes a round back.
pub async fn save(tx: &Tx<'_>, assessment: &Assessment) -> Result<(), StoreError> {
    active(assessment)?.update(tx.conn()).await?;
    Ok(())
}

/// Keeps the day's last result.
pub async fn put_point(
    tx: &Tx<'_>,
    id: AssessmentId,
    point: &ResultPoint,
) -> Result<(), StoreError> {
    use point_entity::Column;
    point_entity::Entity::insert(point_entity::ActiveModel {
        assessment_id: Set(id.0),
        on_day: Set(point.on.to_string()),
        rate: Set(point.rate),
        score: Set(point.score),
        compliant: Set(point.compliant),
        hazards_open: Set(point.hazards_open),
    })
    .on_conflict(
        OnConflict::columns([Column::AssessmentId, Column::OnDay])
            .update_columns([
                Column::Rate,
                Column::Score,
                Column::Compliant,
                Column::HazardsOpen,
            ])
            .to_owned(),
    )
    .exec_without_returning(tx.conn())
    .await?;
    Ok(())
}

/// The results of a round, oldest first.
pub async fn points(db: &impl Read, id: AssessmentId) -> Result<Vec<ResultPoint>, StoreError> {
    let models = point_entity::Entity::find()
        .filter(point_entity::Column::AssessmentId.eq(id.0))
        .order_by_asc(point_entity::Column::OnDay)
        .limit(1_000)
        .all(db)
        .await?;
    models
        .into_iter()
        .map(|model| {
            Ok(ResultPoint {
                on: row::word("result_points.on_day", &model.on_day)?,
                rate: model.rate,
                score: model.score,
                compliant: model.compliant,
                hazards_open: model.hazards_open,
            })
        })
        .collect()
}

fn active(assessment: &Assessment) -> Result<entity::ActiveModel, StoreError> {
    let state = match assessment.closed_on {
        None => "open",
        Some(_) => "closed",
    };
    let weights = assessment
        .weights
        .as_ref()
        .map(|weights| row::to_json("assessments.weights", weights));
    Ok(entity::ActiveModel {
        id: Set(assessment.id.0),
        system_id: Set(assessment.system_id.0),
        name: Set(assessment.name.clone()),
        s_level: Set(assessment.grade.s.number().into()),
        a_level: Set(assessment.grade.a.number().into()),
        extensions: Set(row::to_json(
            "assessments.extensions",
            &assessment.extensions,
        )?),
        template: Set(assessment.template.clone()),
        settings: Set(assessment.settings.to_string()),
        weights: Set(weights.transpose()?),
        suggested_weights: Set(assessment.suggested_weights),
        state: Set(state.to_owned()),
        started_on: Set(assessment.started_on.to_string()),
        closed_on: Set(assessment.closed_on.map(|on| on.to_string())),
        revision: Set(assessment.revision),
        objects: Set(row::to_json("assessments.objects", &assessment.objects)?),
        result: Set(assessment.result.as_ref().map(ToString::to_string)),
    })
}

fn assessment(model: entity::Model) -> Result<Assessment, StoreError> {
    let weights = model.weights.as_deref();
    let result = model.result.as_deref();
    Ok(Assessment {
        id: AssessmentId(model.id),
        system_id: SystemId(model.system_id),
        name: model.name,
        grade: grade(model.s_level, model.a_level)?,
        extensions: row::json("assessments.extensions", &model.extensions)?,
        template: model.template,
        settings: row::json("assessments.settings", &model.settings)?,
        weights: weights
            .map(|text| row::json("assessments.weights", text))
            .transpose()?,
        suggested_weights: model.suggested_weights,
        closed_on: row::date_opt("assessments.closed_on", model.closed_on.as_deref())?,
        started_on: row::word("assessments.started_on", &model.started_on)?,
        revision: model.revision,
        objects: row::json("assessments.objects", &model.objects)?,
        result: result
            .map(|text| row::json("assessments.result", text))
            .transpose()?,
    })
}

fn grade(s: i32, a: i32) -> Result<Grade, StoreError> {
    let level = |number: i32| {
        let level = u8::try_from(number).ok().map(Level::try_from);
        level.and_then(Result::ok).ok_or(StoreError::Unreadable {
            column: "systems.s_level, a_level",
            value: number.to_string(),
        })
    };
    Ok(Grade {
        s: level(s)?,
        a: level(a)?,
    })
}
