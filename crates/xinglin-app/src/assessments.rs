//! Assessment rounds: open, list, set up, close; their result and its trend.

use std::collections::{BTreeMap, HashMap};

use serde_json::json;
use xinglin_controls::{Catalogue, Sheet};
pub use xinglin_controls::{
    Conclusion, DomainRate, Explanation, MultiObject, ResultDocument, Settings, State, Template,
    Threshold,
};
use xinglin_core::{AssessmentId, Extension, Grade, RequirementId, SystemId};
use xinglin_store::assessments::{self, AssessedSystem, Assessment};
pub use xinglin_store::assessments::{AssessedObject, ResultPoint};

use crate::{
    Actor, App, AppError, Code, Permission,
    change::difference,
    error::{Check, reason},
};

mod board;
mod forecast;
mod round;
mod summary;

pub(crate) use board::Boards;
pub use board::{Board, Shown};
pub use round::Round;
pub(crate) use round::{Rescored, looked_at};
pub use summary::{Estimate, ResultDetail, ResultSummary};

/// A new assessment.
#[derive(Debug, Clone)]
pub struct AssessmentForm {
    /// The graded system.
    pub system_id: SystemId,
    /// Name of the round.
    pub name: String,
    /// The report template; 2025 without.
    pub template: Option<Template>,
}

/// How an assessment is scored.
#[derive(Debug, Clone)]
pub struct SettingsForm {
    /// The report template.
    pub template: Template,
    /// The open points.
    pub settings: Settings,
    /// The weights that the assessor gave.
    pub weights: Option<BTreeMap<RequirementId, f64>>,
    /// Whether suggested weights, which are not official, fill the gaps.
    pub suggested_weights: bool,
}

/// An assessment as it is shown.
#[derive(Debug, Clone)]
pub struct AssessmentRow {
    /// The assessment.
    pub assessment: Assessment,
    /// Its system's name.
    pub system_name: String,
    /// The report template.
    pub template: Template,
    /// The open points.
    pub settings: Settings,
    /// The result in brief.
    pub result: ResultSummary,
    /// Its objects, by code.
    pub objects: Vec<AssessedObject>,
}

impl App {
    /// Assessments, newest first; of one system where it is given.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_assessments(
        &self,
        actor: &Actor,
        system: Option<SystemId>,
    ) -> Result<Vec<AssessmentRow>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let db = self.store().db();
        let found = assessments::list(db, system).await?;
        let systems = assessments::systems(db, found.iter().map(|a| a.system_id)).await?;
        let names: HashMap<SystemId, String> = systems
            .into_iter()
            .map(|system| (system.id, system.name))
            .collect();
        let open = found.iter().filter(|a| a.closed_on.is_none());
        let mut live: HashMap<SystemId, Vec<AssessedObject>> = HashMap::new();
        for (system, object) in assessments::objects_of(db, open.map(|a| a.system_id)).await? {
            live.entry(system).or_default().push(object);
        }
        let closed = found.iter().filter(|a| a.closed_on.is_some());
        let ids: Vec<_> = closed
            .flat_map(|a| a.objects.iter().map(|(id, _)| *id))
            .collect();
        let kept: HashMap<_, AssessedObject> = assessments::objects(db, &ids)
            .await?
            .into_iter()
            .map(|object| (object.id, object))
            .collect();
        found
            .into_iter()
            .map(|assessment| {
                let objects = if assessment.closed_on.is_some() {
                    let own = assessment.objects.iter();
                    let own = own.filter_map(|(id, _)| kept.get(id).cloned());
                    round::as_assessed(&assessment, own.collect())
                } else {
                    let live = live.get(&assessment.system_id);
                    self.with_cells(&assessment, live.cloned().unwrap_or_default())?
                };
                let name = names.get(&assessment.system_id).cloned();
                shown(assessment, name.unwrap_or_default(), objects)
            })
            .collect()
    }

    /// One assessment.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn get_assessment(
        &self,
        actor: &Actor,
        id: AssessmentId,
    ) -> Result<AssessmentRow, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        self.row(self.round(id).await?).await
    }

    /// Opens an assessment of a system at its present grade and proposes verdicts from the
    /// evidence there is. A system has one open assessment.
    ///
    /// # Errors
    /// [`Code::InvalidInput`], [`Code::UnknownReference`], [`Code::StateConflict`] while
    /// another is open, [`Code::WeightsMissing`] for a template that needs weights.
    pub async fn create_assessment(
        &self,
        actor: &Actor,
        form: AssessmentForm,
    ) -> Result<AssessmentRow, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let mut check = Check::default();
        check.text("name", &form.name, 80);
        check.finish()?;
        let mut change = self.change(actor).await?;
        let conn = change.tx().conn();
        let system = assessments::systems(conn, [form.system_id]).await?.pop();
        let system = system.ok_or_else(|| {
            AppError::new(Code::UnknownReference).field(
                "system_id",
                form.system_id.to_string(),
                "a graded system",
            )
        })?;
        let open = assessments::open(conn, Some(&[system.id])).await?;
        if let Some(open) = open.first() {
            let expected = "no other open assessment of this system";
            return Err(AppError::new(Code::StateConflict).field(
                "system_id",
                &open.name,
                expected,
            ));
        }
        sheet(self.content().catalogue(), system.grade, &system.extensions)?;
        let mut assessment = self.new_assessment(&system, &form);
        assessment.id = assessments::insert(change.tx(), &assessment).await?;
        let round = self.round_in(&change, assessment.id).await?;
        let assets: Vec<_> = round
            .board
            .objects()
            .iter()
            .map(|object| object.id)
            .collect();
        let cells = self
            .propose_cells(change.tx().conn(), &round, &assets)
            .await?;
        let id = assessment.id;
        change.note(
            "assessment.create",
            "assessment",
            id,
            json!({"system_id": system.id, "name": assessment.name,
                "template": assessment.template, "grade": assessment.grade,
                "extensions": assessment.extensions, "proposed": cells.len()}),
        );
        let rescored = self.cells_changed(&mut change, round, &cells).await?;
        change.commit().await?;
        let (round, _) = self.keep_board(rescored);
        self.row(round).await
    }

    /// Sets template, open points and weights.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::AssessmentClosed`], [`Code::InvalidInput`],
    /// [`Code::WeightsMissing`].
    pub async fn set_assessment_settings(
        &self,
        actor: &Actor,
        id: AssessmentId,
        form: SettingsForm,
    ) -> Result<AssessmentRow, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        form.settings.check().map_err(|error| {
            let field = format!("settings.{}", error.field);
            AppError::new(Code::InvalidInput).field(field, error.found, error.expected)
        })?;
        let mut change = self.change(actor).await?;
        let mut round = self.round_in(&change, id).await?;
        round.require_open()?;
        let scoring = |assessment: &Assessment| {
            json!({"template": assessment.template, "settings": assessment.settings,
                "weights": assessment.weights, "suggested_weights": assessment.suggested_weights})
        };
        let before = scoring(&round.assessment);
        let assessment = &mut round.assessment;
        form.template.word().clone_into(&mut assessment.template);
        assessment.settings = json!(form.settings);
        assessment.weights = form.weights.map(|weights| {
            let named = weights.into_iter();
            named.map(|(id, weight)| (id.to_string(), weight)).collect()
        });
        assessment.suggested_weights = form.suggested_weights;
        let payload = difference(&before, &scoring(assessment));
        change.note("assessment.settings", "assessment", id, payload);
        let rescored = self.cells_changed(&mut change, round, &[]).await?;
        change.commit().await?;
        let (round, _) = self.keep_board(rescored);
        self.row(round).await
    }

    /// Closes an assessment for good: its verdicts, objects and result stay as they are.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::AssessmentClosed`], [`Code::ReasonRequired`].
    pub async fn close_assessment(
        &self,
        actor: &Actor,
        id: AssessmentId,
        text: &str,
    ) -> Result<AssessmentRow, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let text = reason(text)?;
        let mut change = self.change(actor).await?;
        let mut round = self.round_in(&change, id).await?;
        round.require_open()?;
        round.assessment.closed_on = Some(self.today());
        let rescored = self.cells_changed(&mut change, round, &[]).await?;
        let payload = json!({"reason": text, "conclusion": rescored.result.conclusion,
            "rate": rescored.result.rate, "score": rescored.result.score});
        change.note("assessment.close", "assessment", id, payload);
        change.commit().await?;
        let (round, _) = self.keep_board(rescored);
        self.row(round).await
    }

    /// The result in full, with what each open item costs.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn get_result(
        &self,
        actor: &Actor,
        id: AssessmentId,
    ) -> Result<ResultDetail, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let db = self.store().db();
        let round = self.round(id).await?;
        let rules = self
            .standing_rules(db, &round.assessment, round.board.sheet())
            .await?;
        summary::detail(self.content(), &round.board, &rules)
    }

    /// The last result of each day, oldest first.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub async fn list_trend(
        &self,
        actor: &Actor,
        id: AssessmentId,
    ) -> Result<Vec<ResultPoint>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let db = self.store().db();
        assessments::find(db, id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        Ok(assessments::points(db, id).await?)
    }

    /// Open assessments whose system has other objects than their last result, or objects
    /// that are something else by now.
    pub(crate) async fn moved_assessments(&self) -> Result<Vec<AssessmentId>, AppError> {
        let db = self.store().db();
        let open = assessments::open(db, None).await?;
        let mut live: HashMap<SystemId, Vec<AssessedObject>> = HashMap::new();
        for (system, object) in
            assessments::objects_of(db, open.iter().map(|a| a.system_id)).await?
        {
            live.entry(system).or_default().push(object);
        }
        let mut moved = Vec::new();
        for assessment in open {
            let objects = live.remove(&assessment.system_id).unwrap_or_default();
            let objects = self.with_cells(&assessment, objects)?;
            if looked_at(&objects) != assessment.objects {
                moved.push(assessment.id);
            }
        }
        Ok(moved)
    }

    fn new_assessment(&self, system: &AssessedSystem, form: &AssessmentForm) -> Assessment {
        Assessment {
            id: AssessmentId(0),
            system_id: system.id,
            name: form.name.trim().to_owned(),
            grade: system.grade,
            extensions: system.extensions.clone(),
            template: form.template.unwrap_or_default().word().to_owned(),
            settings: json!(Settings::default()),
            weights: None,
            suggested_weights: false,
            closed_on: None,
            started_on: self.today(),
            revision: 0,
            objects: Vec::new(),
            result: None,
        }
    }

    async fn row(&self, round: Round) -> Result<AssessmentRow, AppError> {
        let Round { assessment, board } = round;
        let systems = assessments::systems(self.store().db(), [assessment.system_id]).await?;
        let name = systems.into_iter().next().map(|system| system.name);
        shown(
            assessment,
            name.unwrap_or_default(),
            board.objects().to_vec(),
        )
    }

    /// Those of the objects on which an item is assessed.
    fn with_cells(
        &self,
        assessment: &Assessment,
        objects: Vec<AssessedObject>,
    ) -> Result<Vec<AssessedObject>, AppError> {
        let revision = assessment.revision;
        if let Some(board) = self.boards().get(assessment.id, revision, &objects) {
            return Ok(board.objects().to_vec());
        }
        let catalogue = self.content().catalogue();
        let sheet = sheet(catalogue, assessment.grade, &assessment.extensions)?;
        let board = Board::new(catalogue, sheet.into(), objects, revision, &[]);
        Ok(board.objects().to_vec())
    }
}

/// The items of a grade; extensions exist at level 3 only.
pub(crate) fn sheet(
    catalogue: &Catalogue,
    grade: Grade,
    extensions: &[Extension],
) -> Result<Sheet, AppError> {
    Sheet::new(catalogue, grade, extensions).map_err(|error| {
        let expected = "no extension, or a system of level 3";
        AppError::new(Code::InvalidInput)
            .field("extensions", error.extension.word(), expected)
            .caused_by(error)
    })
}

fn shown(
    assessment: Assessment,
    system_name: String,
    objects: Vec<AssessedObject>,
) -> Result<AssessmentRow, AppError> {
    let result = assessment.result.clone().unwrap_or_default();
    Ok(AssessmentRow {
        template: round::template(&assessment)?,
        settings: round::settings(&assessment)?,
        result: serde_json::from_value(result).map_err(AppError::internal)?,
        assessment,
        system_name,
        objects,
    })
}
