//! The catalogue as it is shown: requirements with what is linked to them.

use xinglin_controls::ItemIndex;
pub use xinglin_controls::{HazardTrigger, HighRiskCase, Item, Question};
use xinglin_core::{Extension, Grade, Level, RequirementId};
pub use xinglin_inspect::checks::{Check, Power};
pub use xinglin_workflow::Measure;

use crate::{Actor, App, AppError, Code, Permission, assessments::sheet};

/// Which requirements to list.
#[derive(Debug, Clone, Default)]
pub struct CatalogueFilter {
    /// Level of business-information security; with `a`, the items of a grade.
    pub s: Option<Level>,
    /// Level of service assurance.
    pub a: Option<Level>,
    /// The extensions beside a grade.
    pub extensions: Vec<Extension>,
}

/// A requirement with the short names of what is linked to it.
#[derive(Debug, Clone)]
pub struct RequirementRow<'a> {
    /// The requirement.
    pub item: &'a Item,
    /// Numbers of high-risk cases.
    pub cases: Vec<&'a HighRiskCase>,
    /// Triggers of major hazards.
    pub hazards: Vec<&'a HazardTrigger>,
}

/// A requirement with everything linked to it.
#[derive(Debug, Clone)]
pub struct RequirementDetail<'a> {
    /// The requirement.
    pub row: RequirementRow<'a>,
    /// What a hospital does to meet it.
    pub measure: Option<&'a Measure>,
    /// By what a person settles it.
    pub interview: &'a [Question],
    /// By what a machine is asked.
    pub checks: Vec<&'a Check>,
}

impl App {
    /// The requirements of a grade, or all of them.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission, [`Code::InvalidInput`] for extensions
    /// without a grade of level 3.
    pub fn list_catalogue(
        &self,
        actor: &Actor,
        filter: &CatalogueFilter,
    ) -> Result<Vec<RequirementRow<'_>>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let catalogue = self.content().catalogue();
        let (s, a) = match (filter.s.or(filter.a), filter.a.or(filter.s)) {
            (Some(s), Some(a)) => (s, a),
            _ if filter.extensions.is_empty() => {
                let all = catalogue.indexed();
                return Ok(all.map(|(index, _)| self.requirement_row(index)).collect());
            }
            _ => (Level::THREE, Level::THREE),
        };
        let sheet = sheet(catalogue, Grade { s, a }, &filter.extensions)?;
        let rows = sheet.rows().map(|(row, _)| sheet.index(row));
        Ok(rows.map(|index| self.requirement_row(index)).collect())
    }

    /// One requirement with everything linked to it.
    ///
    /// # Errors
    /// [`Code::NotFound`].
    pub fn get_requirement(
        &self,
        actor: &Actor,
        id: RequirementId,
    ) -> Result<RequirementDetail<'_>, AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        let content = self.content();
        let index = content.catalogue().index_of(id);
        let index = index.ok_or(AppError::new(Code::NotFound))?;
        let kin = content.kin_at(index);
        let checks = content.checks().checks().iter();
        let asks = |check: &&Check| {
            let mut proves = check.requirements.iter();
            proves.any(|requirement| *requirement == id || Some(*requirement) == kin)
        };
        Ok(RequirementDetail {
            row: self.requirement_row(index),
            measure: content.measure_of(id),
            interview: content.catalogue().interview_of(index),
            checks: checks.filter(asks).collect(),
        })
    }

    /// All triggers of major hazards, in the order of the template's annex.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub fn list_hazard_triggers(&self, actor: &Actor) -> Result<&[HazardTrigger], AppError> {
        actor.require_sight(Permission::AssessmentRead)?;
        Ok(self.content().catalogue().hazards())
    }

    fn requirement_row(&self, index: ItemIndex) -> RequirementRow<'_> {
        let catalogue = self.content().catalogue();
        RequirementRow {
            item: catalogue.item(index),
            cases: catalogue.cases_of(index).collect(),
            hazards: catalogue.hazards_of(index).collect(),
        }
    }
}
