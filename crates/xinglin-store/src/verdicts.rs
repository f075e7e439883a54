//! Cells: a requirement on an object, what the rules propose and what a person decided.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::Set,
    QuerySelect,
    entity::prelude::*,
    sea_query::{Alias, Expr, OnConflict, Query, SelectStatement},
};
use xinglin_core::{AssessmentId, AssetId, RequirementId, Text, Verdict};

use crate::{Read, StoreError, Tx, row};

// SQLite allows 32,766 variables a statement; a cell takes twelve.
const ROWS_PER_INSERT: usize = 1_000;

/// Where a cell stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum CellState {
    /// Nothing is known, or too little for a proposal.
    #[default]
    None,
    /// The rules propose a verdict.
    Proposed,
    /// A person confirmed what was proposed.
    Confirmed,
    /// A person decided otherwise, or without a proposal.
    Overruled,
    /// A decision does not hold any more.
    Reopened,
}

impl CellState {
    /// All states.
    pub const ALL: [Self; 5] = [
        Self::None,
        Self::Proposed,
        Self::Confirmed,
        Self::Overruled,
        Self::Reopened,
    ];

    /// The stable word, as stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Proposed => "proposed",
            Self::Confirmed => "confirmed",
            Self::Overruled => "overruled",
            Self::Reopened => "reopened",
        }
    }

    /// Whether a person's verdict stands.
    pub fn is_decided(self) -> bool {
        matches!(self, Self::Confirmed | Self::Overruled)
    }
}

/// A cell that something is known about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cell {
    /// The object.
    pub asset_id: AssetId,
    /// The requirement.
    pub requirement: RequirementId,
    /// Where it stands.
    pub state: CellState,
    /// The verdict of a person, while it stands.
    pub verdict: Option<Verdict>,
    /// What the rules propose.
    pub proposed: Option<Verdict>,
    /// Why they do.
    pub reasons: Vec<Text>,
    /// The person's reason, or why the cell was reopened.
    pub reason: Option<String>,
    /// The answers of the interview, by question.
    pub answers: serde_json::Value,
    /// Who decided, by ledger name.
    pub decided_by: Option<String>,
    /// When.
    pub decided_at: Option<Timestamp>,
    /// Until when the evidence holds.
    pub valid_until: Option<Timestamp>,
}

/// The part of a cell that scoring needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Mark {
    /// The object.
    pub asset_id: AssetId,
    /// The requirement.
    pub requirement: RequirementId,
    /// Where it stands.
    pub state: CellState,
    /// The verdict of a person, while it stands.
    pub verdict: Option<Verdict>,
    /// What the rules propose.
    pub proposed: Option<Verdict>,
}

impl Cell {
    /// A cell of which nothing is known.
    pub fn empty(asset_id: AssetId, requirement: RequirementId) -> Self {
        Self {
            asset_id,
            requirement,
            state: CellState::None,
            verdict: None,
            proposed: None,
            reasons: Vec::new(),
            reason: None,
            answers: serde_json::Value::Null,
            decided_by: None,
            decided_at: None,
            valid_until: None,
        }
    }

    /// The part that scoring needs.
    pub fn mark(&self) -> Mark {
        Mark {
            asset_id: self.asset_id,
            requirement: self.requirement,
            state: self.state,
            verdict: self.verdict,
            proposed: self.proposed,
        }
    }
}

mod entity {
    use sea_orm::entity::prelude::*;

    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "verdicts")]
    pub(super) struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) assessment_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) asset_id: i64,
        #[sea_orm(primary_key, auto_increment = false)]
        pub(super) requirement: String,
        pub(super) state: String,
        pub(super) verdict: Option<String>,
        pub(super) proposed: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) reasons: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) reason: Option<String>,
        #[sea_orm(column_type = "Text", nullable)]
        pub(super) answers: Option<String>,
        pub(super) decided_by: Option<String>,
        pub(super) decided_at: Option<i64>,
        pub(super) valid_until: Option<i64>,
    }

    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub(super) enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// The marks of all cells of an assessment.
pub async fn marks(db: &impl Read, assessment: AssessmentId) -> Result<Vec<Mark>, StoreError> {
    type Row = (i64, String, String, Option<String>, Option<String>);
    let rows: Vec<Row> = entity::Entity::find()
        .select_only()
        .column(entity::Column::AssetId)
        .column(entity::Column::Requirement)
        .column(entity::Column::State)
        .column(entity::Column::Verdict)
        .column(entity::Column::Proposed)
        .filter(entity::Column::AssessmentId.eq(assessment.0))
        .into_tuple()
        .all(db)
        .await?;
    rows.into_iter()
        .map(|(asset, requirement, state, verdict, proposed)| {
            Ok(Mark {
                asset_id: AssetId(asset),
                requirement: row::word("verdicts.requirement", &requirement)?,
                state: state_of(&state)?,
                verdict: verdict_of(verdict.as_deref())?,
                proposed: verdict_of(proposed.as_deref())?,
            })
        })
        .collect()
}

/// The cells of these objects of which anything is known.
pub async fn of_assets(
    db: &impl Read,
    assessment: AssessmentId,
    assets: &[AssetId],
) -> Result<Vec<Cell>, StoreError> {
    let mut cells = Vec::new();
    for assets in assets.chunks(ROWS_PER_INSERT) {
        let models = entity::Entity::find()
            .filter(entity::Column::AssessmentId.eq(assessment.0))
            .filter(entity::Column::AssetId.is_in(assets.iter().map(|id| id.0)))
            .all(db)
            .await?;
        for model in models {
            cells.push(cell(model)?);
        }
    }
    Ok(cells)
}

/// One cell, `None` where nothing is known of it.
pub async fn find(
    db: &impl Read,
    assessment: AssessmentId,
    asset: AssetId,
    requirement: RequirementId,
) -> Result<Option<Cell>, StoreError> {
    let key = (assessment.0, asset.0, requirement.to_string());
    let model = entity::Entity::find_by_id(key).one(db).await?;
    model.map(cell).transpose()
}

/// The decided cells of open assessments whose evidence does not hold any more at `now`, with
/// their assessment. A closed one stays as it is.
pub async fn expired(
    db: &impl Read,
    now: Timestamp,
) -> Result<Vec<(AssessmentId, Cell)>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::ValidUntil.lte(now.as_millisecond()))
        .filter(entity::Column::State.is_in(["confirmed", "overruled"]))
        .filter(entity::Column::AssessmentId.in_subquery(open_assessments()))
        .all(db)
        .await?;
    models
        .into_iter()
        .map(|model| Ok((AssessmentId(model.assessment_id), cell(model)?)))
        .collect()
}

fn open_assessments() -> SelectStatement {
    // Not for the whole file: it gives every JSON value an `is_null` of its own.
    use sea_orm::sea_query::ExprTrait as _;

    Query::select()
        .column(Alias::new("id"))
        .from(Alias::new("assessments"))
        .and_where(Expr::col(Alias::new("state")).eq("open"))
        .to_owned()
}

/// Writes cells, new and known ones alike.
pub async fn save(tx: &Tx<'_>, assessment: AssessmentId, cells: &[Cell]) -> Result<(), StoreError> {
    use entity::Column;
    for cells in cells.chunks(ROWS_PER_INSERT) {
        let rows: Vec<entity::ActiveModel> = cells
            .iter()
            .map(|cell| active(assessment, cell))
            .collect::<Result<_, _>>()?;
        entity::Entity::insert_many(rows)
            .on_conflict(
                OnConflict::columns([Column::AssessmentId, Column::AssetId, Column::Requirement])
                    .update_columns([
                        Column::State,
                        Column::Verdict,
                        Column::Proposed,
                        Column::Reasons,
                        Column::Reason,
                        Column::Answers,
                        Column::DecidedBy,
                        Column::DecidedAt,
                        Column::ValidUntil,
                    ])
                    .to_owned(),
            )
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

fn active(assessment: AssessmentId, cell: &Cell) -> Result<entity::ActiveModel, StoreError> {
    let reasons = match cell.reasons.as_slice() {
        [] => None,
        reasons => Some(row::to_json("verdicts.reasons", &reasons)?),
    };
    let word = |verdict: Option<Verdict>| verdict.map(|verdict| verdict.word().to_owned());
    Ok(entity::ActiveModel {
        assessment_id: Set(assessment.0),
        asset_id: Set(cell.asset_id.0),
        requirement: Set(cell.requirement.to_string()),
        state: Set(cell.state.word().to_owned()),
        verdict: Set(word(cell.verdict)),
        proposed: Set(word(cell.proposed)),
        reasons: Set(reasons),
        reason: Set(cell.reason.clone()),
        answers: Set((!cell.answers.is_null()).then(|| cell.answers.to_string())),
        decided_by: Set(cell.decided_by.clone()),
        decided_at: Set(cell.decided_at.map(Timestamp::as_millisecond)),
        valid_until: Set(cell.valid_until.map(Timestamp::as_millisecond)),
    })
}

fn state_of(text: &str) -> Result<CellState, StoreError> {
    let mut states = CellState::ALL.into_iter();
    let state = states.find(|state| state.word() == text);
    state.ok_or_else(|| StoreError::Unreadable {
        column: "verdicts.state",
        value: text.to_owned(),
    })
}

fn verdict_of(text: Option<&str>) -> Result<Option<Verdict>, StoreError> {
    text.map(|text| {
        Verdict::from_word(text).ok_or_else(|| StoreError::Unreadable {
            column: "verdicts.verdict",
            value: text.to_owned(),
        })
    })
    .transpose()
}

fn cell(model: entity::Model) -> Result<Cell, StoreError> {
    let reasons = model.reasons.as_deref();
    let answers = model.answers.as_deref();
    Ok(Cell {
        asset_id: AssetId(model.asset_id),
        requirement: row::word("verdicts.requirement", &model.requirement)?,
        state: state_of(&model.state)?,
        verdict: verdict_of(model.verdict.as_deref())?,
        proposed: verdict_of(model.proposed.as_deref())?,
        reasons: reasons
            .map(|text| row::json("verdicts.reasons", text))
            .transpose()?
            .unwrap_or_default(),
        reason: model.reason,
        answers: answers
            .map(|text| row::json("verdicts.answers", text))
            .transpose()?
            .unwrap_or_default(),
        decided_by: model.decided_by,
        decided_at: row::instant_opt("verdicts.decided_at", model.decided_at)?,
        valid_until: row::instant_opt("verdicts.valid_until", model.valid_until)?,
    })
}
