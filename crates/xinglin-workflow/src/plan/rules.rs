//! The rules of a plan as content: phases, scheduling by kind of measure, holidays.

use serde::{Deserialize, Serialize};
use xinglin_core::Text;

use crate::calendar::Calendar;
use crate::content::{ContentError, check_text, parse};
use crate::findings::Severity;
use crate::measures::MeasureKind;
use crate::words::words;

words! {
    /// A phase of a plan, in order.
    PhaseCode {
        /// 即时整改: what needs no purchase, hazards first.
        Quick = "quick", "即时整改", "Immediate";
        /// 重点整改: purchases, works and the weightier rules.
        Core = "core", "重点整改", "Core";
        /// 持续改进: the rest, and keeping what was reached.
        Consolidate = "consolidate", "持续改进", "Consolidation";
    }
}

/// A phase as `phases.yaml` describes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhaseRule {
    /// Which phase.
    pub code: PhaseCode,
    /// What it is called in documents.
    pub name: Text,
    /// What it is for.
    pub description: Text,
    /// First and last week of the plan that belong to it, from 1.
    pub weeks: (u32, u32),
}

/// The earliest phase by severity; a major hazard counts as high.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PhaseBySeverity {
    /// For high severity and major hazards.
    pub high: PhaseCode,
    /// For medium severity.
    pub medium: PhaseCode,
    /// For low severity.
    pub low: PhaseCode,
}

impl PhaseBySeverity {
    /// The earliest phase for `severity`.
    pub fn get(self, severity: Severity) -> PhaseCode {
        match severity {
            Severity::High => self.high,
            Severity::Medium => self.medium,
            Severity::Low => self.low,
        }
    }
}

/// How measures of one kind are scheduled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct KindRule {
    /// The kind.
    pub kind: MeasureKind,
    /// Weeks of approval, tender and delivery before work on the spot can begin.
    pub lead_weeks: u32,
    /// Working days that the work takes at least, however small: review and issue of a
    /// rule, test and change window of a setting.
    pub minimum_days: u32,
    /// The earliest phase in which it is finished.
    pub phase: PhaseBySeverity,
}

/// The content of `content/plan`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlanContent {
    /// The three phases, in order.
    phases: Vec<PhaseRule>,
    /// One rule for each kind of measure.
    kinds: Vec<KindRule>,
    capacity_days_per_week: u32,
    calendar: Calendar,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhasesFile {
    phases: Vec<PhaseRule>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ScheduleFile {
    capacity_days_per_week: u32,
    kinds: Vec<KindRule>,
}

/// A year and a half: more would be no plan.
const LONGEST_WEEKS: u32 = 78;

impl PlanContent {
    /// Reads `phases.yaml`, `schedule.yaml` and `calendar.yaml` from files given as (name,
    /// YAML text); folders before the name make no difference.
    ///
    /// # Errors
    /// A file that is missing or none of the three, an unknown or missing field, phases
    /// other than the three in order and without gaps, a kind of measure without its rule
    /// or with two, or graver findings scheduled later than lighter ones.
    pub fn load(files: &[(String, String)]) -> Result<Self, ContentError> {
        let (mut phases, mut schedule, mut calendar) = (None, None, None);
        for (file, text) in files {
            match file.rsplit(['/', '\\']).next() {
                Some("phases.yaml") => phases = Some(load_phases(file, text)?),
                Some("schedule.yaml") => schedule = Some(load_schedule(file, text)?),
                Some("calendar.yaml") => calendar = Some(Calendar::load(file, text)?),
                _ => {
                    return Err(ContentError::new(
                        file,
                        "file name",
                        "phases.yaml, schedule.yaml or calendar.yaml",
                    ));
                }
            }
        }
        let missing = |file| ContentError::new(file, "file", "this file among the plan's content");
        let schedule = schedule.ok_or_else(|| missing("schedule.yaml"))?;
        Ok(Self {
            phases: phases.ok_or_else(|| missing("phases.yaml"))?,
            kinds: schedule.kinds,
            capacity_days_per_week: schedule.capacity_days_per_week,
            calendar: calendar.ok_or_else(|| missing("calendar.yaml"))?,
        })
    }

    /// The three phases, in order.
    pub fn phases(&self) -> &[PhaseRule] {
        &self.phases
    }

    /// The rules by kind of measure, each kind once.
    pub fn kinds(&self) -> &[KindRule] {
        &self.kinds
    }

    /// Person-days a week that a hospital has for rectification unless it says otherwise.
    pub fn capacity_days_per_week(&self) -> u32 {
        self.capacity_days_per_week
    }

    /// The public holidays.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }
}

fn load_phases(file: &str, text: &str) -> Result<Vec<PhaseRule>, ContentError> {
    let phases = parse::<PhasesFile>(file, text)?.phases;
    if !phases
        .iter()
        .map(|phase| phase.code)
        .eq(PhaseCode::ALL.iter().copied())
    {
        return Err(ContentError::new(
            file,
            "phases",
            "quick, core, consolidate, each once and in this order",
        ));
    }
    let mut first_week = 1;
    for phase in &phases {
        check_text(file, phase.code, "name", &phase.name)?;
        check_text(file, phase.code, "description", &phase.description)?;
        let (from, to) = phase.weeks;
        if from != first_week || to < from || to > LONGEST_WEEKS {
            return Err(ContentError::new(
                file,
                phase.code,
                format!("`weeks` from {first_week} to a later week, at most {LONGEST_WEEKS}"),
            ));
        }
        first_week = to + 1;
    }
    Ok(phases)
}

fn load_schedule(file: &str, text: &str) -> Result<ScheduleFile, ContentError> {
    let schedule = parse::<ScheduleFile>(file, text)?;
    if schedule.capacity_days_per_week == 0 {
        return Err(ContentError::new(
            file,
            "capacity_days_per_week",
            "at least one person-day a week",
        ));
    }
    for kind in MeasureKind::ALL {
        if schedule
            .kinds
            .iter()
            .filter(|rule| rule.kind == *kind)
            .count()
            != 1
        {
            return Err(ContentError::new(file, kind, "exactly one rule"));
        }
    }
    for rule in &schedule.kinds {
        let PhaseBySeverity { high, medium, low } = rule.phase;
        if high > medium || medium > low {
            return Err(ContentError::new(
                file,
                rule.kind,
                "`phase` not later for graver findings than for lighter ones",
            ));
        }
        if rule.lead_weeks > LONGEST_WEEKS || rule.minimum_days > LONGEST_WEEKS * 5 {
            return Err(ContentError::new(
                file,
                rule.kind,
                format!("`lead_weeks` and `minimum_days` of at most {LONGEST_WEEKS} weeks"),
            ));
        }
    }
    Ok(schedule)
}
