//! An assessment with its board, and the one way to change its cells.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::json;
use xinglin_controls::{Hazards, InvalidWeight, Risks, Rules, Settings, Sheet, Template, Weights};
use xinglin_core::{AssessmentId, AssetId, ObjectType, RequirementId};
use xinglin_store::{
    Read,
    assessments::{self, AssessedObject, Assessment, ResultPoint},
    hazards,
    verdicts::{self, Cell},
};

use super::{Board, ResultSummary, summary};
use crate::{App, AppError, Code, change::Change};

/// An assessment and its cells at its present revision.
#[derive(Debug, Clone)]
pub struct Round {
    /// The assessment.
    pub assessment: Assessment,
    /// Its cells.
    pub board: Arc<Board>,
}

/// What a change of cells came to; [`App::keep_board`] takes it after the commit.
#[derive(Debug)]
#[must_use = "keep its board once the change is committed"]
pub(crate) struct Rescored {
    pub(crate) round: Round,
    pub(crate) result: ResultSummary,
}

impl Round {
    /// Refuses a change of a closed assessment.
    ///
    /// # Errors
    /// [`Code::AssessmentClosed`].
    pub(crate) fn require_open(&self) -> Result<(), AppError> {
        match self.assessment.closed_on {
            None => Ok(()),
            Some(_) => Err(AppError::new(Code::AssessmentClosed)),
        }
    }
}

impl App {
    /// An assessment with its board, for reading; from memory where that is of the present
    /// revision.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub(crate) async fn round(&self, id: AssessmentId) -> Result<Round, AppError> {
        let (round, is_new) = self.load_round(self.store().db(), id).await?;
        if is_new {
            self.boards().put(id, Arc::clone(&round.board));
        }
        Ok(round)
    }

    /// An assessment with its board as `change` sees it. It is not kept: what is not
    /// committed must not be shown.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub(crate) async fn round_in(
        &self,
        change: &Change<'_>,
        id: AssessmentId,
    ) -> Result<Round, AppError> {
        Ok(self.load_round(change.tx().conn(), id).await?.0)
    }

    async fn load_round(
        &self,
        db: &impl Read,
        id: AssessmentId,
    ) -> Result<(Round, bool), AppError> {
        let assessment = assessments::find(db, id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        let objects = objects_of(db, &assessment).await?;
        let revision = assessment.revision;
        if let Some(board) = self.boards().get(id, revision, &objects) {
            return Ok((Round { assessment, board }, false));
        }
        let catalogue = self.content().catalogue();
        let sheet = super::sheet(catalogue, assessment.grade, &assessment.extensions)?;
        let marks = verdicts::marks(db, id).await?;
        let board = Board::new(catalogue, Arc::new(sheet), objects, revision, &marks);
        let board = Arc::new(board);
        Ok((Round { assessment, board }, true))
    }

    /// Every change of cells, hazards, settings or objects of an assessment goes through
    /// here: it writes the cells, brings findings up to date, computes the result and keeps
    /// it with the day's point of the trend, all in the transaction of `change`.
    ///
    /// # Errors
    /// [`Code::WeightsMissing`], [`Code::Internal`].
    pub(crate) async fn cells_changed(
        &self,
        change: &mut Change<'_>,
        round: Round,
        cells: &[Cell],
    ) -> Result<Rescored, AppError> {
        let Round {
            mut assessment,
            board,
        } = round;
        verdicts::save(change.tx(), assessment.id, cells).await?;
        let mut board = Board::clone(&board);
        board.revision += 1;
        for cell in cells {
            board.put(&cell.mark());
        }
        assessment.revision = board.revision;
        assessment.objects = looked_at(board.objects());
        assessments::save(change.tx(), &assessment).await?;
        self.follow_cells(change, assessment.id, cells).await?;
        let conn = change.tx().conn();
        let rules = self.rules(conn, &assessment, board.sheet()).await?;
        let mut result =
            summary::summary(self.content(), board.scores(), &rules, board.proposals())?;
        result.risks = Some(rules.risks);
        assessment.result = Some(json!(result));
        assessments::save(change.tx(), &assessment).await?;
        assessments::put_point(change.tx(), assessment.id, &self.point(&result)).await?;
        Ok(Rescored {
            round: Round {
                assessment,
                board: Arc::new(board),
            },
            result,
        })
    }

    /// Keeps the board of a committed change, so that the next one starts from it.
    pub(crate) fn keep_board(&self, rescored: Rescored) -> (Round, ResultSummary) {
        let Rescored { round, result } = rescored;
        self.boards()
            .put(round.assessment.id, Arc::clone(&round.board));
        (round, result)
    }

    /// Keeps the boards of a committed change of several assessments.
    pub(crate) fn keep_boards(&self, rescored: Vec<Rescored>) {
        for rescored in rescored {
            self.keep_board(rescored);
        }
    }

    /// What decides the result of an assessment as it stands: of a closed one, what was true
    /// of hazards and risks when it was closed.
    pub(crate) async fn standing_rules(
        &self,
        db: &impl Read,
        assessment: &Assessment,
        sheet: &Sheet,
    ) -> Result<Rules, AppError> {
        let mut rules = self.rules(db, assessment, sheet).await?;
        let (Some(_), Some(result)) = (assessment.closed_on, &assessment.result) else {
            return Ok(rules);
        };
        let kept: ResultSummary =
            serde_json::from_value(result.clone()).map_err(AppError::internal)?;
        rules.hazards = Hazards {
            found: kept.hazards_found,
            resolved: kept.hazards_resolved,
        };
        rules.risks = kept.risks.unwrap_or(rules.risks);
        Ok(rules)
    }

    /// What decides the result of an assessment beside its verdicts, as of now.
    pub(crate) async fn rules(
        &self,
        db: &impl Read,
        assessment: &Assessment,
        sheet: &Sheet,
    ) -> Result<Rules, AppError> {
        let template = template(assessment)?;
        let found = hazards::list(db, Some(assessment.system_id)).await?;
        let counted = found.iter().filter(|hazard| counts(assessment, hazard));
        let mut sums = Hazards::default();
        for hazard in counted {
            sums.found += 1;
            sums.resolved += u32::from(hazard.resolved_on.is_some());
        }
        let mut risks = Risks::default();
        if template.is_weighted() {
            for (severity, count) in assessments::open_findings(db, assessment.system_id).await? {
                let count = u32::try_from(count).unwrap_or(u32::MAX);
                match severity.as_str() {
                    "high" => risks.high = count,
                    "medium" => risks.medium = count,
                    _ => risks.low = count,
                }
            }
        }
        Ok(Rules {
            template,
            settings: settings(assessment)?,
            weights: weights(assessment, sheet, template)?,
            risks,
            hazards: sums,
        })
    }

    fn point(&self, result: &ResultSummary) -> ResultPoint {
        let open = result.hazards_found.saturating_sub(result.hazards_resolved);
        ResultPoint {
            on: self.today(),
            rate: result.rate,
            score: result.score,
            compliant: i32::try_from(result.compliant).unwrap_or(i32::MAX),
            hazards_open: i32::try_from(open).unwrap_or(i32::MAX),
        }
    }
}

// A hazard counts in every round during which it existed, resolved or not.
fn counts(assessment: &Assessment, hazard: &hazards::Hazard) -> bool {
    let is_gone_before = hazard
        .resolved_on
        .is_some_and(|on| on < assessment.started_on);
    let is_found_after = assessment
        .closed_on
        .is_some_and(|closed| hazard.found_on > closed);
    !is_gone_before && !is_found_after
}

/// The objects an assessment is about: those of its system, or what they were when it closed.
pub(super) async fn objects_of(
    db: &impl Read,
    assessment: &Assessment,
) -> Result<Vec<AssessedObject>, AppError> {
    if assessment.closed_on.is_some() {
        let ids: Vec<AssetId> = assessment.objects.iter().map(|(id, _)| *id).collect();
        let found = assessments::objects(db, &ids).await?;
        return Ok(as_assessed(assessment, found));
    }
    let objects = assessments::objects_of(db, [assessment.system_id]).await?;
    Ok(objects.into_iter().map(|(_, object)| object).collect())
}

/// The objects of a closed assessment as what they were assessed then, whatever the register
/// says by now.
pub(super) fn as_assessed(
    assessment: &Assessment,
    found: Vec<AssessedObject>,
) -> Vec<AssessedObject> {
    let types: BTreeMap<AssetId, ObjectType> = assessment.objects.iter().copied().collect();
    let objects = found.into_iter().filter_map(|object| {
        let object_type = *types.get(&object.id)?;
        Some(AssessedObject {
            object_type,
            ..object
        })
    });
    let mut objects: Vec<AssessedObject> = objects.collect();
    objects.sort_by(|one, other| one.code.cmp(&other.code));
    objects
}

/// Which objects are assessed as what, by id.
pub(crate) fn looked_at(objects: &[AssessedObject]) -> Vec<(AssetId, ObjectType)> {
    let mut pairs: Vec<_> = objects
        .iter()
        .map(|object| (object.id, object.object_type))
        .collect();
    pairs.sort_unstable();
    pairs
}

pub(super) fn template(assessment: &Assessment) -> Result<Template, AppError> {
    Template::from_word(&assessment.template)
        .ok_or_else(|| AppError::internal(format!("template '{}'", assessment.template)))
}

pub(super) fn settings(assessment: &Assessment) -> Result<Settings, AppError> {
    serde_json::from_value(assessment.settings.clone()).map_err(AppError::internal)
}

/// The weights of an assessment. They are complete for its sheet, so that no later verdict
/// finds one missing.
pub(super) fn weights(
    assessment: &Assessment,
    sheet: &Sheet,
    template: Template,
) -> Result<Weights, AppError> {
    if !template.is_weighted() {
        return Ok(Weights::default());
    }
    let mut supplied = BTreeMap::new();
    for (requirement, weight) in assessment.weights.iter().flatten() {
        let requirement: RequirementId = requirement.parse().map_err(AppError::internal)?;
        supplied.insert(requirement, *weight);
    }
    let weights = Weights::supplied(sheet, template, &supplied).map_err(|error| invalid(&error))?;
    if assessment.suggested_weights {
        return Ok(weights.or_suggested(sheet, template));
    }
    let missing: Vec<_> = sheet
        .rows()
        .filter(|(row, _)| weights.of(*row).is_none())
        .map(|(_, requirement)| requirement)
        .collect();
    if missing.is_empty() {
        Ok(weights)
    } else {
        Err(summary::missing(xinglin_controls::MissingWeights(missing)))
    }
}

fn invalid(error: &InvalidWeight) -> AppError {
    AppError::new(Code::InvalidInput).field(
        format!("weights.{}", error.requirement),
        error.found.to_string(),
        error.expected,
    )
}
