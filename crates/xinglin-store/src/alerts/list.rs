//! Lists of alerts: which, in what order, and one of each story.

use jiff::Timestamp;
use sea_orm::{
    Condition, Order, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{Query, SelectStatement, WindowStatement},
};
use xinglin_core::{AccountId, AlertId, AssetId};
use xinglin_workflow::{AlertSeverity, AlertState, AlertVerdict};

use super::{Alert, alert, entity};
use crate::{Read, Sort, StoreError, search::contains};

/// Which alerts to list.
#[derive(Debug, Clone, Default)]
pub struct AlertFilter {
    /// Only these states; empty means all.
    pub states: Vec<AlertState>,
    /// Only these severities; empty means all.
    pub severities: Vec<AlertSeverity>,
    /// Only these verdicts; empty means all.
    pub verdicts: Vec<AlertVerdict>,
    /// Only of this rule.
    pub rule: Option<String>,
    /// A part of its title, its rule, or of whom it is about.
    pub q: Option<String>,
    /// Only on this asset.
    pub asset_id: Option<AssetId>,
    /// Only about this entity, by its name.
    pub entity: Option<String>,
    /// Only of who has it; within, none for those that nobody has.
    pub assigned_to: Option<Option<AccountId>>,
    /// Only those that are not closed and were to be closed before.
    pub overdue_at: Option<Timestamp>,
    /// Whether only one of each story is given: the gravest, of those the newest.
    pub grouped: bool,
    /// Only of this story.
    pub story_id: Option<AlertId>,
    /// Only those that were still going on then.
    pub from: Option<Timestamp>,
    /// Only those that began before.
    pub to: Option<Timestamp>,
    /// The order; what was seen last comes first where nothing is said.
    pub sort: Option<Sort<AlertColumn>>,
    /// Rows to pass over.
    pub offset: u64,
    /// Rows at most.
    pub limit: u64,
}

/// What alerts are sorted by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AlertColumn {
    /// How grave.
    Severity,
    /// When it began.
    FirstAt,
    /// When it was seen last.
    LastAt,
    /// When it is due.
    DueAt,
    /// How many events.
    Events,
}

/// One page of alerts, and how many match in all.
pub async fn page(db: &impl Read, filter: &AlertFilter) -> Result<(Vec<Alert>, u64), StoreError> {
    use entity::alert::Column;
    let mut query = entity::alert::Entity::find().filter(condition(filter));
    if filter.grouped {
        query = query.filter(Column::Id.in_subquery(firsts(filter)));
    }
    let total = query.clone().count(db).await?;
    let query = match filter.sort {
        Some(sort) => {
            let column = match sort.by {
                AlertColumn::Severity => Column::Rank,
                AlertColumn::FirstAt => Column::FirstAt,
                AlertColumn::LastAt => Column::LastAt,
                AlertColumn::DueAt => Column::DueAt,
                AlertColumn::Events => Column::Events,
            };
            query.order_by(column, sort.order())
        }
        None => query.order_by_desc(Column::LastAt),
    };
    let models = query
        .order_by_desc(Column::Id)
        .offset(filter.offset)
        .limit(filter.limit)
        .all(db)
        .await?;
    Ok((
        models.into_iter().map(alert).collect::<Result<_, _>>()?,
        total,
    ))
}

/// One alert of each story, of those that pass.
fn firsts(filter: &AlertFilter) -> SelectStatement {
    use entity::alert::Column;
    let order = WindowStatement::partition_by(Column::StoryId)
        .order_by(Column::Rank, Order::Desc)
        .order_by(Column::LastAt, Order::Desc)
        .order_by(Column::Id, Order::Desc)
        .take();
    let ranked = Query::select()
        .column(Column::Id)
        .expr_window_as(Expr::cust("ROW_NUMBER()"), order, "place")
        .from(entity::alert::Entity)
        .cond_where(condition(filter))
        .take();
    Query::select()
        .column("id")
        .from_subquery(ranked, "ranked")
        .cond_where(Expr::cust("place = 1"))
        .take()
}

pub(super) fn condition(filter: &AlertFilter) -> Condition {
    use entity::alert::Column;
    let mut all = Condition::all();
    if !filter.states.is_empty() {
        all = all.add(Column::State.is_in(filter.states.iter().map(|one| one.word())));
    }
    if !filter.severities.is_empty() {
        all = all.add(Column::Severity.is_in(filter.severities.iter().map(|one| one.word())));
    }
    if !filter.verdicts.is_empty() {
        all = all.add(Column::Verdict.is_in(filter.verdicts.iter().map(|one| one.word())));
    }
    if let Some(q) = filter.q.as_deref().filter(|q| !q.is_empty()) {
        all = all.add(contains(&[Column::Words], &q.to_lowercase()));
    }
    if let Some(value) = &filter.entity {
        let about = Query::select()
            .column(entity::about::Column::AlertId)
            .from(entity::about::Entity)
            .and_where(entity::about::Column::Value.eq(value.as_str()))
            .take();
        all = all.add(Column::Id.in_subquery(about));
    }
    all.add_option(
        filter
            .rule
            .as_ref()
            .map(|rule| Column::Rule.eq(rule.as_str())),
    )
    .add_option(filter.asset_id.map(|id| Column::AssetId.eq(id.0)))
    .add_option(filter.assigned_to.map(|id| match id {
        Some(id) => Column::AssignedTo.eq(id.0),
        None => Column::AssignedTo.is_null(),
    }))
    .add_option(filter.overdue_at.map(|at| {
        let is_open = Column::State.ne(AlertState::Closed.word());
        Condition::all()
            .add(is_open)
            .add(Column::DueAt.lt(at.as_millisecond()))
    }))
    .add_option(filter.story_id.map(|id| Column::StoryId.eq(id.0)))
    .add_option(
        filter
            .from
            .map(|at| Column::LastAt.gte(at.as_millisecond())),
    )
    .add_option(filter.to.map(|at| Column::FirstAt.lt(at.as_millisecond())))
}
