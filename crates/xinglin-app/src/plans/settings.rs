//! How this hospital plans: numbers of its plans, and its own working days.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::json;
use xinglin_core::PlanId;
use xinglin_store::{
    Read,
    plans::{self, PlanState},
    settings,
};
pub use xinglin_workflow::CalendarYear;
use xinglin_workflow::WorkingDays;

use super::PlanView;
use crate::{
    Actor, App, AppError, Code, Permission,
    change::{Change, difference},
    error::{Check, tidy},
};

const SETTINGS: &str = "planning";
/// How many numbers were given in each year: one that was given never comes again.
const NUMBERS: &str = "planning.numbers";
const MOST_DAYS: usize = 366;

/// What a hospital decides about its plans.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct PlanningSettings {
    /// What the numbers of plans begin with; new plans have no number without. `XXYY` gives
    /// `XXYY-2026-001`.
    pub number_prefix: Option<String>,
    /// Days off beside those of the calendar, by day.
    pub holidays: Vec<Date>,
    /// Days that are worked although the calendar says otherwise, by day.
    pub worked: Vec<Date>,
}

impl PlanningSettings {
    fn check(self) -> Result<Self, AppError> {
        let by_day = |mut days: Vec<Date>| {
            days.sort_unstable();
            days.dedup();
            days
        };
        let tidied = Self {
            number_prefix: tidy(self.number_prefix),
            holidays: by_day(self.holidays),
            worked: by_day(self.worked),
        };
        let mut check = Check::default();
        check.optional("number_prefix", tidied.number_prefix.as_deref(), 24);
        for (field, days) in [("holidays", &tidied.holidays), ("worked", &tidied.worked)] {
            let found = format!("{} days", days.len());
            let expected = format!("at most {MOST_DAYS} days");
            check.expect(days.len() <= MOST_DAYS, field, &found, &expected);
        }
        let mut worked = tidied.worked.iter();
        let both = worked.find(|day| tidied.holidays.contains(day));
        let found = both.map(ToString::to_string).unwrap_or_default();
        check.expect(
            both.is_none(),
            "worked",
            &found,
            "no day that is a day off too",
        );
        check.finish()?;
        Ok(tidied)
    }
}

impl App {
    /// How this hospital plans, and what the calendar knows of each year.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn planning_settings(
        &self,
        actor: &Actor,
    ) -> Result<(PlanningSettings, &[CalendarYear]), AppError> {
        actor.require_sight(Permission::PlanRead)?;
        let stored = settings::get(self.store().db(), SETTINGS).await?;
        Ok((stored.unwrap_or_default(), self.calendar_years()))
    }

    /// Changes how this hospital plans. Tasks that are laid out already stay where they are;
    /// a refreshed draft follows.
    ///
    /// # Errors
    /// [`Code::InvalidInput`].
    pub async fn update_planning_settings(
        &self,
        actor: &Actor,
        form: PlanningSettings,
    ) -> Result<(PlanningSettings, &[CalendarYear]), AppError> {
        actor.require(Permission::PlanWrite)?;
        let new = form.check()?;
        let mut change = self.change(actor).await?;
        let old: PlanningSettings = settings::get(change.tx().conn(), SETTINGS)
            .await?
            .unwrap_or_default();
        settings::set(change.tx(), SETTINGS, &new).await?;
        change.note(
            "planning.update",
            SETTINGS,
            SETTINGS,
            difference(&old, &new),
        );
        change.commit().await?;
        // What is usual on working days is compared with those.
        self.detection().change_usual();
        Ok((new, self.calendar_years()))
    }

    /// Gives a plan the number under which documents cite it. What was approved under a
    /// number keeps it.
    ///
    /// # Errors
    /// [`Code::NotFound`], [`Code::InvalidInput`], [`Code::CodeTaken`],
    /// [`Code::StateConflict`] for an approved plan that has a number.
    pub async fn set_plan_number(
        &self,
        actor: &Actor,
        id: PlanId,
        number: &str,
    ) -> Result<PlanView, AppError> {
        actor.require(Permission::PlanWrite)?;
        let mut check = Check::default();
        check.text("number", number, 40);
        check.finish()?;
        let number = number.trim();
        let mut change = self.change(actor).await?;
        let old = plans::find(change.tx().conn(), id)
            .await?
            .ok_or(AppError::new(Code::NotFound))?;
        if let (PlanState::Approved, Some(given)) = (old.state, &old.number) {
            let expected = "a draft, or a plan without a number";
            return Err(AppError::new(Code::StateConflict).field("number", given, expected));
        }
        if old.number.as_deref() != Some(number)
            && plans::is_numbered(change.tx().conn(), number).await?
        {
            let expected = "a number that no other plan has";
            return Err(AppError::new(Code::CodeTaken).field("number", number, expected));
        }
        let mut plan = old.clone();
        plan.number = Some(number.to_owned());
        plans::save(change.tx(), &plan).await?;
        let payload = json!({"number": [old.number, plan.number]});
        change.note("plan.number", "plan", id, payload);
        change.commit().await?;
        self.get_plan(actor, id).await
    }

    /// The next number of this year, `None` where the hospital has no prefix.
    pub(super) async fn next_number(
        &self,
        change: &Change<'_>,
    ) -> Result<Option<String>, AppError> {
        let conn = change.tx().conn();
        let planning: Option<PlanningSettings> = settings::get(conn, SETTINGS).await?;
        let Some(prefix) = planning.and_then(|planning| planning.number_prefix) else {
            return Ok(None);
        };
        let year = self.today().year();
        let given: Option<BTreeMap<i16, u32>> = settings::get(conn, NUMBERS).await?;
        let mut given = given.unwrap_or_default();
        let count = given.entry(year).or_default();
        loop {
            *count += 1;
            let number = format!("{prefix}-{year}-{count:03}");
            // A person may have taken it by hand.
            if !plans::is_numbered(conn, &number).await? {
                settings::set(change.tx(), NUMBERS, &given).await?;
                return Ok(Some(number));
            }
        }
    }

    /// The days on which this hospital works.
    pub(crate) async fn working_days(&self, db: &impl Read) -> Result<WorkingDays, AppError> {
        let stored = settings::get(db, SETTINGS).await?;
        let own: PlanningSettings = stored.unwrap_or_default();
        let calendar = self.content().planning().plan.calendar();
        Ok(WorkingDays::new(calendar, &own.holidays, &own.worked))
    }

    fn calendar_years(&self) -> &[CalendarYear] {
        self.content().planning().plan.calendar().years()
    }
}
