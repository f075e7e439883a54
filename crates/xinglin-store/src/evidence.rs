//! Evidence (证据): what verdicts rest on.

use jiff::Timestamp;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    Condition, JoinType, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{Alias, Expr, ExprTrait, Query, SelectStatement},
};
use xinglin_core::{AssessmentId, AssetId, AttachmentId, EvidenceId, InspectionId, RequirementId};

use crate::{Read, StoreError, Tx, row};

mod entities;

use entities::{entity, file_entity, file_link_entity, requirement_entity};

// SQLite allows 32,766 variables a statement; a piece of evidence takes twelve.
const ROWS_PER_INSERT: usize = 1_000;

/// What sort of evidence it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceKind {
    /// A machine was inspected.
    Inspection,
    /// A person answered questions.
    Interview,
    /// A document was laid down.
    Document,
    /// A person confirmed or overruled a verdict.
    Attestation,
}

impl EvidenceKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [
        Self::Inspection,
        Self::Interview,
        Self::Document,
        Self::Attestation,
    ];

    /// The stable word, as stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            Self::Inspection => "inspection",
            Self::Interview => "interview",
            Self::Document => "document",
            Self::Attestation => "attestation",
        }
    }
}

/// Whether a piece of evidence still counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EvidenceState {
    /// It counts.
    Current,
    /// A newer one took its place.
    Superseded,
    /// Its time is over.
    Expired,
}

impl EvidenceState {
    /// All states.
    pub const ALL: [Self; 3] = [Self::Current, Self::Superseded, Self::Expired];

    /// The stable word, as stored and sent.
    pub fn word(self) -> &'static str {
        match self {
            Self::Current => "current",
            Self::Superseded => "superseded",
            Self::Expired => "expired",
        }
    }
}

/// A piece of evidence.
#[derive(Debug, Clone, PartialEq)]
pub struct Evidence {
    /// Row id.
    pub id: EvidenceId,
    /// What sort it is.
    pub kind: EvidenceKind,
    /// A few words.
    pub title: String,
    /// The object.
    pub asset_id: AssetId,
    /// The assessment, where it proves one cell.
    pub assessment_id: Option<AssessmentId>,
    /// The requirement, where it proves one cell.
    pub requirement: Option<RequirementId>,
    /// The inspection it is of.
    pub inspection_id: Option<InspectionId>,
    /// Whether it counts.
    pub state: EvidenceState,
    /// When it was taken.
    pub collected_at: Timestamp,
    /// Until when it counts.
    pub valid_until: Option<Timestamp>,
    /// SM3 digest of what it holds, in hex.
    pub digest: String,
    /// Who brought it, by ledger name.
    pub by: String,
    /// What it says.
    pub content: serde_json::Value,
}

/// A file kept with evidence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EvidenceFile {
    /// The evidence.
    pub evidence_id: EvidenceId,
    /// The file.
    pub id: AttachmentId,
    /// Its name.
    pub name: String,
    /// Its size.
    pub size_bytes: i64,
    /// Its SM3 digest, in hex.
    pub digest: String,
}

/// How long what proves a cell counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Validity {
    /// The object.
    pub asset_id: AssetId,
    /// The requirement.
    pub requirement: RequirementId,
    /// Until when; `None` without end.
    pub valid_until: Option<Timestamp>,
}

/// Inserts a piece of evidence with the items it proves and the files kept with it; its
/// `id` is ignored, the new one returned.
///
/// # Errors
/// [`StoreError::Reference`] when a file does not exist.
pub async fn insert(
    tx: &Tx<'_>,
    evidence: &Evidence,
    requirements: &[RequirementId],
    files: &[AttachmentId],
) -> Result<EvidenceId, StoreError> {
    let id = active(evidence).insert(tx.conn()).await?.id;
    if !requirements.is_empty() {
        let rows = requirements
            .iter()
            .map(|requirement| requirement_entity::ActiveModel {
                evidence_id: Set(id),
                requirement: Set(requirement.to_string()),
            });
        requirement_entity::Entity::insert_many(rows)
            .exec_without_returning(tx.conn())
            .await?;
    }
    if !files.is_empty() {
        let rows = files.iter().map(|file| file_link_entity::ActiveModel {
            evidence_id: Set(id),
            attachment_id: Set(file.0),
        });
        file_link_entity::Entity::insert_many(rows)
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(EvidenceId(id))
}

/// Inserts pieces of evidence without files, each on one cell.
pub async fn insert_all(tx: &Tx<'_>, evidence: &[Evidence]) -> Result<(), StoreError> {
    for evidence in evidence.chunks(ROWS_PER_INSERT) {
        entity::Entity::insert_many(evidence.iter().map(active))
            .exec_without_returning(tx.conn())
            .await?;
    }
    Ok(())
}

/// Marks the current evidence of an asset that inspections of one family gave as superseded.
pub async fn supersede_inspections(
    tx: &Tx<'_>,
    asset: AssetId,
    family: &str,
) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(entity::Column::State, superseded())
        .filter(entity::Column::AssetId.eq(asset.0))
        .filter(entity::Column::State.eq(EvidenceState::Current.word()))
        .filter(entity::Column::Kind.eq(EvidenceKind::Inspection.word()))
        .filter(entity::Column::InspectionId.in_subquery(of_family(asset, family)))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// When the facts of the current evidence from inspections of one family were read.
pub async fn inspected_at(
    db: &impl Read,
    asset: AssetId,
    family: &str,
) -> Result<Option<Timestamp>, StoreError> {
    let newest: Option<i64> = entity::Entity::find()
        .select_only()
        .column(entity::Column::CollectedAt)
        .filter(entity::Column::AssetId.eq(asset.0))
        .filter(entity::Column::State.eq(EvidenceState::Current.word()))
        .filter(entity::Column::Kind.eq(EvidenceKind::Inspection.word()))
        .filter(entity::Column::InspectionId.in_subquery(of_family(asset, family)))
        .order_by_desc(entity::Column::CollectedAt)
        .into_tuple()
        .one(db)
        .await?;
    row::instant_opt("evidence.collected_at", newest)
}

/// The ids of an asset's inspections of one family.
fn of_family(asset: AssetId, family: &str) -> SelectStatement {
    Query::select()
        .column(Alias::new("id"))
        .from(Alias::new("inspections"))
        .and_where(Expr::col(Alias::new("asset_id")).eq(asset.0))
        .and_where(Expr::col(Alias::new("family")).eq(family))
        .to_owned()
}

/// Marks the current evidence of one kind on these requirements of an object as superseded.
pub async fn supersede_cells(
    tx: &Tx<'_>,
    kind: EvidenceKind,
    assessment: AssessmentId,
    asset: AssetId,
    requirements: &[RequirementId],
) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(entity::Column::State, superseded())
        .filter(entity::Column::AssessmentId.eq(assessment.0))
        .filter(entity::Column::AssetId.eq(asset.0))
        .filter(entity::Column::Requirement.is_in(requirements.iter().map(ToString::to_string)))
        .filter(entity::Column::State.eq(EvidenceState::Current.word()))
        .filter(entity::Column::Kind.eq(kind.word()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

/// The current inspection evidence of these assets.
pub async fn inspections_of(
    db: &impl Read,
    assets: &[AssetId],
) -> Result<Vec<Evidence>, StoreError> {
    let mut found = Vec::new();
    for assets in assets.chunks(ROWS_PER_INSERT) {
        let models = entity::Entity::find()
            .filter(entity::Column::AssetId.is_in(assets.iter().map(|id| id.0)))
            .filter(entity::Column::State.eq(EvidenceState::Current.word()))
            .filter(entity::Column::Kind.eq(EvidenceKind::Inspection.word()))
            .order_by_asc(entity::Column::CollectedAt)
            .all(db)
            .await?;
        for model in models {
            found.push(evidence(model)?);
        }
    }
    Ok(found)
}

/// The evidence on one cell, newest first and without its content: its own, and the
/// inspections of the object that prove one of `requirements`.
pub async fn of_cell(
    db: &impl Read,
    assessment: AssessmentId,
    asset: AssetId,
    own: RequirementId,
    requirements: &[RequirementId],
) -> Result<Vec<Evidence>, StoreError> {
    let inspected = requirement_entity::Entity::find()
        .select_only()
        .column(requirement_entity::Column::EvidenceId)
        .filter(
            requirement_entity::Column::Requirement
                .is_in(requirements.iter().map(ToString::to_string)),
        )
        .into_query();
    let models = entity::Entity::find()
        .filter(entity::Column::AssetId.eq(asset.0))
        .filter(
            Condition::any()
                .add(
                    Condition::all()
                        .add(entity::Column::AssessmentId.eq(assessment.0))
                        .add(entity::Column::Requirement.eq(own.to_string())),
                )
                .add(entity::Column::Id.in_subquery(inspected)),
        )
        .order_by_desc(entity::Column::CollectedAt)
        .order_by_desc(entity::Column::Id)
        .limit(100)
        .into_partial_model::<entity::Brief>()
        .all(db)
        .await?;
    models
        .into_iter()
        .map(|brief| evidence(brief.without_content()))
        .collect()
}

/// The files kept with these pieces of evidence.
pub async fn files_of(
    db: &impl Read,
    evidence: &[EvidenceId],
) -> Result<Vec<EvidenceFile>, StoreError> {
    let rows: Vec<(i64, i64, String, i64, String)> = file_link_entity::Entity::find()
        .select_only()
        .column(file_link_entity::Column::EvidenceId)
        .column(file_entity::Column::Id)
        .column(file_entity::Column::Name)
        .column(file_entity::Column::SizeBytes)
        .column(file_entity::Column::Digest)
        .join(JoinType::InnerJoin, file_link_entity::Relation::File.def())
        .filter(file_link_entity::Column::EvidenceId.is_in(evidence.iter().map(|id| id.0)))
        .order_by_asc(file_entity::Column::Id)
        .into_tuple()
        .all(db)
        .await?;
    let files = rows
        .into_iter()
        .map(|(evidence, id, name, size_bytes, digest)| EvidenceFile {
            evidence_id: EvidenceId(evidence),
            id: AttachmentId(id),
            name,
            size_bytes,
            digest,
        });
    Ok(files.collect())
}

/// How long the inspections and interviews on cells of these objects count.
pub async fn validity(
    db: &impl Read,
    assessment: AssessmentId,
    assets: &[AssetId],
) -> Result<Vec<Validity>, StoreError> {
    let mut found = Vec::new();
    for assets in assets.chunks(ROWS_PER_INSERT) {
        let current = entity::Entity::find()
            .select_only()
            .column(entity::Column::AssetId)
            .filter(entity::Column::AssetId.is_in(assets.iter().map(|id| id.0)))
            .filter(entity::Column::State.eq(EvidenceState::Current.word()));
        let answered: Vec<(i64, String, Option<i64>)> = current
            .clone()
            .column(entity::Column::Requirement)
            .column(entity::Column::ValidUntil)
            .filter(entity::Column::AssessmentId.eq(assessment.0))
            .filter(entity::Column::Kind.eq(EvidenceKind::Interview.word()))
            .into_tuple()
            .all(db)
            .await?;
        let inspected: Vec<(i64, String, Option<i64>)> = current
            .join(JoinType::InnerJoin, entity::Relation::Requirement.def())
            .column(requirement_entity::Column::Requirement)
            .column(entity::Column::ValidUntil)
            .filter(entity::Column::Kind.eq(EvidenceKind::Inspection.word()))
            .into_tuple()
            .all(db)
            .await?;
        for (asset, requirement, valid_until) in answered.into_iter().chain(inspected) {
            found.push(Validity {
                asset_id: AssetId(asset),
                requirement: row::word("evidence.requirement", &requirement)?,
                valid_until: row::instant_opt("evidence.valid_until", valid_until)?,
            });
        }
    }
    Ok(found)
}

/// Current evidence whose time is over at `now`, without its content.
pub async fn overdue(db: &impl Read, now: Timestamp) -> Result<Vec<Evidence>, StoreError> {
    let models = entity::Entity::find()
        .filter(entity::Column::State.eq(EvidenceState::Current.word()))
        .filter(entity::Column::ValidUntil.lte(now.as_millisecond()))
        .order_by_asc(entity::Column::Id)
        .into_partial_model::<entity::Brief>()
        .all(db)
        .await?;
    models
        .into_iter()
        .map(|brief| evidence(brief.without_content()))
        .collect()
}

/// Marks current evidence whose time is over at `now` as expired.
pub async fn expire(tx: &Tx<'_>, now: Timestamp) -> Result<(), StoreError> {
    entity::Entity::update_many()
        .col_expr(
            entity::Column::State,
            Expr::value(EvidenceState::Expired.word()),
        )
        .filter(entity::Column::State.eq(EvidenceState::Current.word()))
        .filter(entity::Column::ValidUntil.lte(now.as_millisecond()))
        .exec(tx.conn())
        .await?;
    Ok(())
}

fn superseded() -> sea_orm::sea_query::SimpleExpr {
    Expr::value(EvidenceState::Superseded.word())
}

fn active(evidence: &Evidence) -> entity::ActiveModel {
    entity::ActiveModel {
        id: NotSet,
        kind: Set(evidence.kind.word().to_owned()),
        title: Set(evidence.title.clone()),
        asset_id: Set(evidence.asset_id.0),
        assessment_id: Set(evidence.assessment_id.map(|id| id.0)),
        requirement: Set(evidence.requirement.map(|id| id.to_string())),
        inspection_id: Set(evidence.inspection_id.map(|id| id.0)),
        state: Set(evidence.state.word().to_owned()),
        collected_at: Set(evidence.collected_at.as_millisecond()),
        valid_until: Set(evidence.valid_until.map(Timestamp::as_millisecond)),
        digest: Set(evidence.digest.clone()),
        by: Set(evidence.by.clone()),
        content: Set(evidence.content.to_string()),
    }
}

fn evidence(model: entity::Model) -> Result<Evidence, StoreError> {
    let unreadable = |column, value: &str| StoreError::Unreadable {
        column,
        value: value.to_owned(),
    };
    let kind = EvidenceKind::ALL
        .into_iter()
        .find(|kind| kind.word() == model.kind);
    let state = EvidenceState::ALL
        .into_iter()
        .find(|state| state.word() == model.state);
    let requirement = model.requirement.as_deref();
    Ok(Evidence {
        id: EvidenceId(model.id),
        kind: kind.ok_or_else(|| unreadable("evidence.kind", &model.kind))?,
        title: model.title,
        asset_id: AssetId(model.asset_id),
        assessment_id: model.assessment_id.map(AssessmentId),
        requirement: requirement
            .map(|text| row::word("evidence.requirement", text))
            .transpose()?,
        inspection_id: model.inspection_id.map(InspectionId),
        state: state.ok_or_else(|| unreadable("evidence.state", &model.state))?,
        collected_at: row::instant("evidence.collected_at", model.collected_at)?,
        valid_until: row::instant_opt("evidence.valid_until", model.valid_until)?,
        digest: model.digest,
        by: model.by,
        content: row::json("evidence.content", &model.content)?,
    })
}
