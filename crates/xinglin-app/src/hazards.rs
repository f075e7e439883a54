//! Major hazards (重大风险隐患): found, resolved, and counted as found ever after.

use jiff::civil::Date;
use serde_json::json;
use xinglin_core::{HazardId, SystemId, Text};
pub use xinglin_store::hazards::Hazard;
use xinglin_store::{assessments, hazards};

use crate::{
    Actor, App, AppError, Code, Permission,
    assessments::Rescored,
    change::Change,
    error::{Check, reason},
};

/// A hazard that somebody found.
#[derive(Debug, Clone)]
pub struct HazardForm {
    /// The graded system.
    pub system_id: SystemId,
    /// The trigger's code in the catalogue.
    pub code: String,
    /// What was seen.
    pub note: String,
    /// When.
    pub found_on: Date,
}

/// A hazard with the words of its trigger.
#[derive(Debug, Clone)]
pub struct HazardRow {
    /// The hazard.
    pub hazard: Hazard,
    /// The trigger in a few words.
    pub title: Text,
}

impl App {
    /// Hazards by day; of one system where it is given.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn list_hazards(
        &self,
        actor: &Actor,
        system: Option<SystemId>,
    ) -> Result<Vec<HazardRow>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let found = hazards::list(self.store().db(), system).await?;
        Ok(found
            .into_iter()
            .map(|hazard| self.titled(hazard))
            .collect())
    }

    /// Notes a hazard; from then on it counts in the result of the system's open assessment.
    ///
    /// # Errors
    /// [`Code::InvalidInput`], [`Code::UnknownReference`].
    pub async fn create_hazard(
        &self,
        actor: &Actor,
        form: HazardForm,
    ) -> Result<HazardRow, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let today = self.today();
        let mut check = Check::default();
        let is_known = self.content().catalogue().hazard(&form.code).is_some();
        check.expect(
            is_known,
            "code",
            &form.code,
            "a hazard trigger such as A-18",
        );
        check.text("note", &form.note, 500);
        let found_on = form.found_on.to_string();
        check.expect(
            form.found_on <= today,
            "found_on",
            &found_on,
            "a day not after today",
        );
        check.finish()?;
        let mut hazard = Hazard {
            id: HazardId(0),
            system_id: form.system_id,
            code: form.code,
            source: String::from("person"),
            note: form.note.trim().to_owned(),
            found_on: form.found_on,
            resolved_on: None,
            resolved_reason: None,
        };
        let mut change = self.change(actor).await?;
        let systems = assessments::systems(change.tx().conn(), [hazard.system_id]).await?;
        if systems.is_empty() {
            let error = AppError::new(Code::UnknownReference);
            return Err(error.field("system_id", hazard.system_id.to_string(), "a graded system"));
        }
        hazard.id = hazards::insert(change.tx(), &hazard).await?;
        change.note("hazard.create", "hazard", hazard.id, json!(hazard));
        let rescored = self.hazards_changed(&mut change, hazard.system_id).await?;
        change.commit().await?;
        self.keep_boards(rescored);
        Ok(self.titled(hazard))
    }

    /// Notes that a hazard is resolved. It stays counted, as resolved.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::StateConflict`] when it is resolved already,
    /// [`Code::ReasonRequired`], [`Code::InvalidInput`] for an impossible day.
    pub async fn resolve_hazard(
        &self,
        actor: &Actor,
        id: HazardId,
        text: &str,
        on: Date,
    ) -> Result<HazardRow, AppError> {
        actor.require(Permission::AssessmentJudge)?;
        let text = reason(text)?;
        let mut change = self.change(actor).await?;
        let mut hazard = hazards::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        if hazard.resolved_on.is_some() {
            return Err(AppError::new(Code::StateConflict));
        }
        let mut check = Check::default();
        let is_possible = (hazard.found_on..=self.today()).contains(&on);
        let expected = format!("a day from {} to today", hazard.found_on);
        check.expect(is_possible, "resolved_on", &on.to_string(), &expected);
        check.finish()?;
        hazard.resolved_on = Some(on);
        hazard.resolved_reason = Some(text.clone());
        hazards::save(change.tx(), &hazard).await?;
        let payload = json!({"code": hazard.code, "reason": text, "resolved_on": on});
        change.note("hazard.resolve", "hazard", id, payload);
        let rescored = self.hazards_changed(&mut change, hazard.system_id).await?;
        change.commit().await?;
        self.keep_boards(rescored);
        Ok(self.titled(hazard))
    }

    async fn hazards_changed(
        &self,
        change: &mut Change<'_>,
        system: SystemId,
    ) -> Result<Vec<Rescored>, AppError> {
        let mut rescored = Vec::new();
        for open in assessments::open(change.tx().conn(), Some(&[system])).await? {
            let round = self.round_in(change, open.id).await?;
            rescored.push(self.cells_changed(change, round, &[]).await?);
        }
        Ok(rescored)
    }

    fn titled(&self, hazard: Hazard) -> HazardRow {
        let trigger = self.content().catalogue().hazard(&hazard.code);
        let title = trigger.map(|trigger| trigger.title.clone());
        HazardRow {
            title: title.unwrap_or_default(),
            hazard,
        }
    }
}
