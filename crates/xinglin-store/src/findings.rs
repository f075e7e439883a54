//! Findings and the objects that show them.

pub mod cells;

use std::collections::BTreeMap;

use jiff::{Timestamp, civil::Date};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, FromQueryResult, Order, QueryOrder, QuerySelect, Statement,
    entity::prelude::*,
    sea_query::{Expr, ExprTrait},
};
use serde::Serialize;
use xinglin_core::{
    AssessmentId, AssetId, Domain, FindingId, RequirementId, SystemId, TaskId, Text, Verdict,
};
use xinglin_workflow::{FindingCause, FindingState, Severity};

use crate::{
    Read, StoreError, Tx, row,
    search::{contains, pattern},
};

/// A finding without its objects.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Finding {
    /// Row id.
    pub id: FindingId,
    /// The graded system.
    pub system_id: SystemId,
    /// The assessment that saw it last.
    pub assessment_id: AssessmentId,
    /// The requirement that is not met.
    pub requirement: RequirementId,
    /// What it was born from.
    pub cause: FindingCause,
    /// What is wrong, in both languages.
    pub title: Text,
    /// What was seen, where that is more than its objects say.
    pub detail: Option<Text>,
    /// How grave it is.
    pub severity: Severity,
    /// Whether a major hazard stands behind it.
    pub major_hazard: bool,
    /// The worst verdict of its objects.
    pub verdict: Verdict,
    /// Where it stands.
    pub state: FindingState,
    /// When it was born.
    pub first_seen_at: Timestamp,
    /// When a verdict last changed it.
    pub last_seen_at: Timestamp,
    /// When it was closed.
    pub closed_at: Option<Timestamp>,
    /// Reason of the last decision on it.
    pub reason: Option<String>,
    /// Last day of an acceptance.
    pub accepted_until: Option<Date>,
}

/// An object that shows a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FindingObject {
    /// The object.
    pub asset_id: AssetId,
    /// Its name.
    pub name: String,
    /// The verdict on it.
    pub verdict: Verdict,
    /// What was seen.
    pub detail: String,
}

pub(crate) mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "findings")]
    pub(crate) struct Model {
        #[sea_orm(primary_key)]
        pub(crate) id: i64,
        pub(crate) system_id: i64,
        pub(crate) assessment_id: i64,
        pub(crate) requirement: String,
        pub(crate) cause: String,
        #[sea_orm(column_type = "Text")]
        pub(crate) title: String,
        pub(crate) severity: String,
        pub(crate) major_hazard: bool,
        pub(crate) verdict: String,
        pub(crate) state: String,
        pub(crate) first_seen_at: i64,
        pub(crate) last_seen_at: i64,
        pub(crate) closed_at: Option<i64>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(crate) reason: Option<String>,
        pub(crate) accepted_until: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(crate) detail: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(crate) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

mod object_entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "finding_objects")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) finding_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) asset_id: i64,
        pub(super) verdict: String,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) detail: Option<String>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Which findings to list.
#[derive(Debug, Clone, Default)]
pub struct FindingFilter {
    /// Only this system.
    pub system_id: Option<SystemId>,
    /// Only these states; empty means all.
    pub states: Vec<FindingState>,
    /// Only these severities; empty means all.
    pub severities: Vec<Severity>,
    /// Only requirements of this class.
    pub domain: Option<Domain>,
    /// Part of the title or the requirement.
    pub q: Option<String>,
    /// Rows to pass over.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
}

/// One page of findings, gravest first, and how many match in all.
pub async fn page(
    db: &impl Read,
    filter: &FindingFilter,
) -> Result<(Vec<Finding>, u64), StoreError> {
    let query = entity::Entity::find().filter(condition(filter));
    let total = query.clone().count(db).await?;
    let models = query
        .order_by_desc(entity::Column::MajorHazard)
        .order_by(
            Expr::cust("CASE severity WHEN 'high' THEN 0 WHEN 'medium' THEN 1 ELSE 2 END"),
            Order::Asc,
        )
        .order_by_asc(entity::Column::Requirement)
        .order_by_asc(entity::Column::Id)
        .offset(filter.offset)
        .limit(filter.limit)
        .all(db)
        .await?;
    Ok((read(models)?, total))
}

fn condition(filter: &FindingFilter) -> Condition {
    let mut condition = Condition::all();
    if let Some(system) = filter.system_id {
        condition = condition.add(entity::Column::SystemId.eq(system.0));
    }
    if !filter.states.is_empty() {
        let words = filter.states.iter().map(|state| state.word());
        condition = condition.add(entity::Column::State.is_in(words));
    }
    if !filter.severities.is_empty() {
        let words = filter.severities.iter().map(|severity| severity.word());
        condition = condition.add(entity::Column::Severity.is_in(words));
    }
    if let Some(domain) = filter.domain {
        // `L3-CES1-01`: the class stands behind the level.
        condition = condition.add(entity::Column::Requirement.like(format!("L_-{domain}%")));
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.is_empty()) {
        // The title is JSON, of which nobody searches the syntax.
        let mut any = contains(&[entity::Column::Requirement], q);
        for lang in ["zh", "en"] {
            let title = Expr::cust(format!("json_extract(title, '$.{lang}')"));
            any = any.add(title.like(pattern(q)));
        }
        condition = condition.add(any);
    }
    condition
}

/// One finding, `None` where it does not exist.
pub async fn find(db: &impl Read, id: FindingId) -> Result<Option<Finding>, StoreError> {
    let model = entity::Entity::find_by_id(id.0).one(db).await?;
    model.map(finding).transpose()
}

/// The findings with these ids, in any order.
pub async fn of_ids(db: &impl Read, ids: &[FindingId]) -> Result<Vec<Finding>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .all(db)
        .await?;
    read(models)
}

/// The findings of a system, all or those of these requirements, by id.
pub async fn of_system(
    db: &impl Read,
    system: SystemId,
    requirements: Option<&[RequirementId]>,
) -> Result<Vec<Finding>, StoreError> {
    let mut query = entity::Entity::find().filter(entity::Column::SystemId.eq(system.0));
    if let Some(requirements) = requirements {
        let words = requirements.iter().map(ToString::to_string);
        query = query.filter(entity::Column::Requirement.is_in(words));
    }
    read(query.order_by_asc(entity::Column::Id).all(db).await?)
}

/// The findings that were born from alarms, by id.
pub async fn alarms(db: &impl Read) -> Result<Vec<Finding>, StoreError> {
    // The cause of a verdict is its requirement, whose code has no stroke.
    let query = entity::Entity::find()
        .filter(entity::Column::Cause.like("%/%"))
        .order_by_asc(entity::Column::Id);
    read(query.all(db).await?)
}

/// Accepted findings whose last day is before `today`.
pub async fn acceptance_over(db: &impl Read, today: Date) -> Result<Vec<Finding>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::State.eq(FindingState::Accepted.word()))
        .filter(entity::Column::AcceptedUntil.lt(today.to_string()))
        .all(db)
        .await?;
    read(models)
}

#[derive(FromQueryResult)]
struct ObjectRow {
    finding_id: i64,
    asset_id: i64,
    name: String,
    verdict: String,
    detail: Option<String>,
}

/// The objects of findings, by name.
pub async fn objects(
    db: &impl Read,
    ids: &[FindingId],
) -> Result<BTreeMap<FindingId, Vec<FindingObject>>, StoreError> {
    let sql = format!(
        "SELECT o.finding_id, o.asset_id, a.name, o.verdict, o.detail FROM finding_objects o \
         JOIN assets a ON a.id = o.asset_id WHERE o.finding_id IN ({}) ORDER BY a.name, a.id",
        row::id_list(ids.iter().map(|id| id.0))
    );
    let rows = ObjectRow::find_by_statement(Statement::from_string(db.get_database_backend(), sql))
        .all(db)
        .await?;
    let mut objects: BTreeMap<FindingId, Vec<FindingObject>> = BTreeMap::new();
    for row in rows {
        objects
            .entry(FindingId(row.finding_id))
            .or_default()
            .push(FindingObject {
                asset_id: AssetId(row.asset_id),
                verdict: row::listed("finding_objects.verdict", &row.verdict, Verdict::from_word)?,
                detail: row.detail.unwrap_or_default(),
                name: row.name,
            });
    }
    Ok(objects)
}

#[derive(FromQueryResult)]
struct PairRow {
    id: i64,
    other: i64,
}

/// The newest task of each finding that has one.
pub async fn task_ids(
    db: &impl Read,
    ids: &[FindingId],
) -> Result<BTreeMap<FindingId, TaskId>, StoreError> {
    let sql = format!(
        "SELECT finding_id AS id, MAX(id) AS other FROM tasks WHERE finding_id IN ({}) GROUP BY finding_id",
        row::id_list(ids.iter().map(|id| id.0))
    );
    let rows = PairRow::find_by_statement(Statement::from_string(db.get_database_backend(), sql))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (FindingId(row.id), TaskId(row.other)))
        .collect())
}

#[derive(FromQueryResult)]
struct NameRow {
    id: i64,
    name: String,
}

/// The names of all graded systems.
pub async fn system_names(db: &impl Read) -> Result<BTreeMap<SystemId, String>, StoreError> {
    let sql = "SELECT id, name FROM systems";
    let rows = NameRow::find_by_statement(Statement::from_string(db.get_database_backend(), sql))
        .all(db)
        .await?;
    Ok(rows
        .into_iter()
        .map(|row| (SystemId(row.id), row.name))
        .collect())
}

/// Inserts a finding; its `id` is ignored, the new one returned.
pub async fn insert(tx: &Tx<'_>, finding: &Finding) -> Result<FindingId, StoreError> {
    let mut row = active(finding)?;
    row.id = NotSet;
    Ok(FindingId(row.insert(tx.conn()).await?.id))
}

/// Writes a finding back.
pub async fn save(tx: &Tx<'_>, finding: &Finding) -> Result<(), StoreError> {
    active(finding)?.update(tx.conn()).await?;
    Ok(())
}

/// Moves findings to a state and leaves the rest of them as it is.
pub async fn set_state(
    tx: &Tx<'_>,
    ids: &[FindingId],
    state: FindingState,
) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(entity::Column::State, Expr::value(state.word()))
        .filter(entity::Column::Id.is_in(ids.iter().map(|id| id.0)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// Replaces the objects of a finding; their names are ignored.
pub async fn replace_objects(
    tx: &Tx<'_>,
    id: FindingId,
    objects: &[FindingObject],
) -> Result<(), StoreError> {
    object_entity::Entity::delete_many()
        .filter(object_entity::Column::FindingId.eq(id.0))
        .exec(tx.conn())
        .await?;
    for objects in objects.chunks(1_000) {
        let rows = objects.iter().map(|object| object_entity::ActiveModel {
            finding_id: Set(id.0),
            asset_id: Set(object.asset_id.0),
            verdict: Set(object.verdict.word().to_owned()),
            detail: Set(Some(object.detail.clone())),
        });
        object_entity::Entity::insert_many(rows)
            .exec(tx.conn())
            .await?;
    }
    Ok(())
}

fn active(finding: &Finding) -> Result<entity::ActiveModel, StoreError> {
    Ok(entity::ActiveModel {
        id: Set(finding.id.0),
        system_id: Set(finding.system_id.0),
        assessment_id: Set(finding.assessment_id.0),
        requirement: Set(finding.requirement.to_string()),
        cause: Set(match finding.cause {
            FindingCause::Verdict => finding.requirement.to_string(),
            alarm @ FindingCause::Alarm(..) => alarm.to_string(),
        }),
        title: Set(row::to_json("findings.title", &finding.title)?),
        detail: Set(match &finding.detail {
            Some(detail) => Some(row::to_json("findings.detail", detail)?),
            None => None,
        }),
        severity: Set(finding.severity.word().to_owned()),
        major_hazard: Set(finding.major_hazard),
        verdict: Set(finding.verdict.word().to_owned()),
        state: Set(finding.state.word().to_owned()),
        first_seen_at: Set(finding.first_seen_at.as_millisecond()),
        last_seen_at: Set(finding.last_seen_at.as_millisecond()),
        closed_at: Set(finding.closed_at.map(Timestamp::as_millisecond)),
        reason: Set(finding.reason.clone()),
        accepted_until: Set(finding.accepted_until.map(|date| date.to_string())),
    })
}

fn read(models: Vec<entity::Model>) -> Result<Vec<Finding>, StoreError> {
    models.into_iter().map(finding).collect()
}

fn finding(model: entity::Model) -> Result<Finding, StoreError> {
    Ok(Finding {
        id: FindingId(model.id),
        system_id: SystemId(model.system_id),
        assessment_id: AssessmentId(model.assessment_id),
        requirement: row::word("findings.requirement", &model.requirement)?,
        cause: FindingCause::from_stored(&model.cause),
        title: row::json("findings.title", &model.title)?,
        detail: match &model.detail {
            Some(text) => Some(row::json("findings.detail", text)?),
            None => None,
        },
        severity: row::listed("findings.severity", &model.severity, Severity::from_word)?,
        major_hazard: model.major_hazard,
        verdict: row::listed("findings.verdict", &model.verdict, Verdict::from_word)?,
        state: row::listed("findings.state", &model.state, FindingState::from_word)?,
        first_seen_at: row::instant("findings.first_seen_at", model.first_seen_at)?,
        last_seen_at: row::instant("findings.last_seen_at", model.last_seen_at)?,
        closed_at: row::instant_opt("findings.closed_at", model.closed_at)?,
        reason: model.reason,
        accepted_until: row::date_opt("findings.accepted_until", model.accepted_until.as_deref())?,
    })
}
