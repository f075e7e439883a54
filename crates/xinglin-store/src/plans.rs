//! Rectification plans.

use jiff::{Timestamp, civil::Date};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    FromQueryResult, QueryOrder, Statement,
    entity::prelude::*,
};
use serde::Serialize;
use xinglin_core::{AssessmentId, DepartmentId, PersonId, PlanId, SystemId};
use xinglin_workflow::PlanPhase;

use crate::{Read, StoreError, Tx, row};

/// Where a plan stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PlanState {
    /// Made, not yet approved.
    Draft,
    /// Approved by the hospital's leaders.
    Approved,
}

impl PlanState {
    /// The stable word, as stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            Self::Draft => "draft",
            Self::Approved => "approved",
        }
    }

    fn from_word(word: &str) -> Option<Self> {
        [Self::Draft, Self::Approved]
            .into_iter()
            .find(|state| state.word() == word)
    }
}

/// A plan without its tasks.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Plan {
    /// Row id.
    pub id: PlanId,
    /// The number under which documents cite it, unique.
    pub number: Option<String>,
    /// The assessment it was made from.
    pub assessment_id: AssessmentId,
    /// Title.
    pub title: String,
    /// The conclusion to reach, or `all`.
    pub target: String,
    /// The first day.
    pub starts_on: Date,
    /// Where it stands.
    pub state: PlanState,
    /// When it was made.
    pub created_at: Timestamp,
    /// The phases as they were composed.
    pub phases: Vec<PlanPhase>,
    /// The result once all its tasks are done, as of the last composing.
    pub expected: serde_json::Value,
    /// Ledger name of who approved it.
    pub approved_by: Option<String>,
    /// When.
    pub approved_at: Option<Timestamp>,
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "plans")]
    pub(super) struct Model {
        #[sea_orm(primary_key)]
        pub(super) id: i64,
        pub(super) assessment_id: i64,
        pub(super) title: String,
        pub(super) target: String,
        pub(super) starts_on: String,
        pub(super) state: String,
        pub(super) created_at: i64,
        #[sea_orm(column_type = "Text")]
        pub(super) phases: String,
        #[sea_orm(column_type = "Text")]
        pub(super) expected: String,
        pub(super) approved_by: Option<String>,
        pub(super) approved_at: Option<i64>,
        pub(super) number: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// All plans, newest first.
pub async fn list(db: &impl Read) -> Result<Vec<Plan>, StoreError> {
    let models = entity::Entity::find()
        .order_by_desc(entity::Column::Id)
        .all(db)
        .await?;
    models.into_iter().map(plan).collect()
}

/// One plan, `None` where it does not exist.
pub async fn find(db: &impl Read, id: PlanId) -> Result<Option<Plan>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(plan).transpose()
}

/// Whether some plan has this number.
pub async fn is_numbered(db: &impl Read, number: &str) -> Result<bool, StoreError> {
    let numbered = entity::Entity::find().filter(entity::Column::Number.eq(number));
    Ok(numbered.count(db).await? > 0)
}

/// Inserts a plan; its `id` is ignored, the new one returned.
///
/// # Errors
/// [`StoreError::Duplicate`] when another plan has its number.
pub async fn insert(tx: &Tx<'_>, plan: &Plan) -> Result<PlanId, StoreError> {
    let mut row = active(plan)?;
    row.id = NotSet;
    Ok(PlanId(row.insert(tx.conn()).await?.id))
}

/// Writes a plan back.
///
/// # Errors
/// [`StoreError::Duplicate`] when another plan has its number.
pub async fn save(tx: &Tx<'_>, plan: &Plan) -> Result<(), StoreError> {
    active(plan)?.update(tx.conn()).await?;
    Ok(())
}

/// Removes a plan that has no task any more.
///
/// # Errors
/// [`StoreError::Reference`] while it has tasks.
pub async fn delete(tx: &Tx<'_>, id: PlanId) -> Result<(), StoreError> {
    entity::Entity::delete_by_id(id.0).exec(tx.conn()).await?;
    Ok(())
}

/// A post with the person who holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostHolder {
    /// The post.
    pub post: String,
    /// Its duty.
    pub duty: String,
    /// The department of the post, else of the person.
    pub department_id: Option<DepartmentId>,
    /// The department's name.
    pub department: Option<String>,
    /// The person; a vacant post has none.
    pub person_id: Option<PersonId>,
    /// The person's name.
    pub person: Option<String>,
}

#[derive(FromQueryResult)]
struct HolderRow {
    post: String,
    duty: Option<String>,
    department_id: Option<i64>,
    department: Option<String>,
    person_id: Option<i64>,
    person: Option<String>,
}

/// All posts by code, each once for every person who holds it.
pub async fn post_holders(db: &impl Read) -> Result<Vec<PostHolder>, StoreError> {
    let sql = "SELECT t.name AS post, t.duty, d.id AS department_id, d.name AS department, \
               p.id AS person_id, p.name AS person FROM posts t \
               LEFT JOIN people p ON p.post_id = t.id AND p.state = 'active' \
               LEFT JOIN departments d ON d.id = COALESCE(t.department_id, p.department_id) \
               ORDER BY t.code, p.code";
    let rows = HolderRow::find_by_statement(Statement::from_string(db.get_database_backend(), sql))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| PostHolder {
            post: row.post,
            duty: row.duty.unwrap_or_default(),
            department_id: row.department_id.map(DepartmentId),
            department: row.department,
            person_id: row.person_id.map(PersonId),
            person: row.person,
        })
        .collect())
}

/// What a plan is about.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanSystem {
    /// The assessment.
    pub assessment_id: AssessmentId,
    /// The graded system.
    pub system_id: SystemId,
    /// Its name.
    pub system_name: String,
    /// The assessment's present result, as stored.
    pub result: Option<serde_json::Value>,
}

#[derive(FromQueryResult)]
struct SystemRow {
    assessment_id: i64,
    system_id: i64,
    system_name: String,
    result: Option<String>,
}

/// System and present result of every assessment.
pub async fn systems(db: &impl Read) -> Result<Vec<PlanSystem>, StoreError> {
    let sql = "SELECT a.id AS assessment_id, s.id AS system_id, s.name AS system_name, a.result \
               FROM assessments a JOIN systems s ON s.id = a.system_id";
    let rows = SystemRow::find_by_statement(Statement::from_string(db.get_database_backend(), sql))
        .all(db)
        .await?;
    rows.into_iter()
        .map(|found| {
            let result = found.result.as_deref();
            Ok(PlanSystem {
                assessment_id: AssessmentId(found.assessment_id),
                system_id: SystemId(found.system_id),
                system_name: found.system_name,
                result: result
                    .map(|text| row::json("assessments.result", text))
                    .transpose()?,
            })
        })
        .collect()
}

fn active(plan: &Plan) -> Result<entity::ActiveModel, StoreError> {
    Ok(entity::ActiveModel {
        id: Set(plan.id.0),
        assessment_id: Set(plan.assessment_id.0),
        title: Set(plan.title.clone()),
        target: Set(plan.target.clone()),
        starts_on: Set(plan.starts_on.to_string()),
        state: Set(plan.state.word().to_owned()),
        created_at: Set(plan.created_at.as_millisecond()),
        phases: Set(row::to_json("plans.phases", &plan.phases)?),
        expected: Set(row::to_json("plans.expected", &plan.expected)?),
        approved_by: Set(plan.approved_by.clone()),
        approved_at: Set(plan.approved_at.map(Timestamp::as_millisecond)),
        number: Set(plan.number.clone()),
    })
}

fn plan(model: entity::Model) -> Result<Plan, StoreError> {
    Ok(Plan {
        id: PlanId(model.id),
        number: model.number,
        assessment_id: AssessmentId(model.assessment_id),
        title: model.title,
        target: model.target,
        starts_on: row::date("plans.starts_on", &model.starts_on)?,
        state: row::listed("plans.state", &model.state, PlanState::from_word)?,
        created_at: row::instant("plans.created_at", model.created_at)?,
        phases: row::json("plans.phases", &model.phases)?,
        expected: row::json("plans.expected", &model.expected)?,
        approved_by: model.approved_by,
        approved_at: row::instant_opt("plans.approved_at", model.approved_at)?,
    })
}
