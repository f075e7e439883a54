//! Duties (应尽职责): what is owed how often, by which post, and what shows that it was done.

pub(crate) mod due;
pub(crate) mod proof;
pub(crate) mod read;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xinglin_core::{RequirementId, Text};

use crate::{
    findings::Severity,
    forms::Frequency,
    policies::variables::{VariableSettings, Variables},
    words::words,
};
use proof::Proof;

words! {
    /// After what something is owed.
    DutyEvent {
        /// A person began to work here.
        PersonJoined = "person_joined", "人员入职", "A person joined";
        /// A person moved to another post.
        PersonMoved = "person_moved", "人员调岗", "A person moved";
        /// A person left.
        PersonLeft = "person_left", "人员离岗", "A person left";
        /// Access of somebody from outside ended.
        ExternalAccessEnded = "external_access_ended", "外部人员离场", "External access ended";
        /// A supplier was chosen.
        SupplierChosen = "supplier_chosen", "选定供应商", "A supplier was chosen";
        /// A system was graded.
        SystemGraded = "system_graded", "系统定级", "A system was graded";
        /// A system is about to go live.
        SystemGoesLive = "system_goes_live", "系统上线", "A system goes live";
        /// A system changed much, or its grade did.
        SystemChanged = "system_changed", "系统重大变更", "A system changed much";
        /// An assessment was reported.
        AssessmentReported = "assessment_reported", "测评报告出具", "An assessment was reported";
        /// A grave vulnerability was found.
        VulnerabilityFound = "vulnerability_found", "发现高危漏洞", "A grave vulnerability was found";
        /// A change was carried out.
        ChangeDone = "change_done", "变更实施", "A change was carried out";
        /// An incident was found.
        IncidentFound = "incident_found", "发现安全事件", "An incident was found";
        /// The handling of an incident ended.
        IncidentClosed = "incident_closed", "事件处置结束", "An incident was closed";
        /// A drill was held.
        DrillHeld = "drill_held", "演练结束", "A drill was held";
        /// A device is taken out of use.
        DeviceRetired = "device_retired", "设备停用", "A device was retired";
        /// An alarm of forbidden counting (统方) was raised.
        DrugStatisticsAlarm = "drug_statistics_alarm", "统方告警", "An alarm of drug statistics";
    }
}

words! {
    /// For what a duty is owed each by itself.
    DutyScope {
        /// Once for the hospital.
        Organisation = "organisation", "全院", "The hospital";
        /// For each graded system.
        GradedSystem = "graded_system", "每个定级对象", "Each graded system";
        /// For each machine room.
        MachineRoom = "machine_room", "每个机房", "Each machine room";
    }
}

/// When a duty is owed: `every` period, or `after` an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Owed {
    /// How often.
    pub every: Option<Frequency>,
    /// Counted from the last time instead of by the calendar.
    #[serde(default)]
    pub rolling: bool,
    /// Of a daily duty: on working days only. After an event: `within_days` are working days.
    #[serde(default)]
    pub working_days: bool,
    /// After what.
    pub after: Option<DutyEvent>,
    /// Within how many days of it: the file's figure, or what the variable says.
    pub within_days: Option<u32>,
    /// The variable of the policies by which a hospital sets `within_days`.
    pub within_variable: Option<String>,
}

impl Owed {
    /// Takes the days from what the hospital has `set`, else from the variable's default.
    /// Nothing changes where the file gives the figure.
    fn settle(&mut self, variables: &Variables, set: &VariableSettings) {
        let named = self.within_variable.as_ref();
        if let Some(number) = named.and_then(|id| variables.integer(id, set)) {
            self.within_days = u32::try_from(number).ok();
        }
    }
}

/// A duty.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Duty {
    /// Its id.
    pub id: String,
    /// The file it stands in, without folder and ending.
    #[serde(skip_deserializing)]
    pub area: String,
    /// What it is called.
    pub name: Text,
    /// What is owed.
    pub what: Text,
    /// When.
    pub owed: Owed,
    /// For what each by itself.
    #[serde(default = "organisation")]
    pub per: DutyScope,
    /// The levels of graded systems it is owed for. Empty for all.
    #[serde(default)]
    pub levels: Vec<u8>,
    /// Who owes it: the code of a post.
    pub by: String,
    /// What shows that it was done: any of these.
    pub satisfied_by: Vec<Proof>,
    /// How many working days later it may be.
    #[serde(default)]
    pub grace_days: u32,
    /// How many days before the due day somebody is reminded.
    pub remind_days_before: Vec<u32>,
    /// How grave the finding is when it is overdue.
    pub severity: Severity,
    /// The items that ask for it.
    pub clauses: Vec<RequirementId>,
    /// Laws and rules that ask for it beside the standard.
    #[serde(default)]
    pub basis: Vec<Text>,
    /// Why this often, and what happens otherwise.
    pub reason: Text,
}

/// All duties, by id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Duties(BTreeMap<String, Duty>);

impl Duties {
    /// The duty of an id.
    pub fn get(&self, id: &str) -> Option<&Duty> {
        self.0.get(id)
    }

    /// All duties, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Duty> {
        self.0.values()
    }

    /// The same duties with the days that the hospital has `set` for its policies, so that
    /// what a document says and what is owed is one figure.
    #[must_use]
    pub fn settled(&self, variables: &Variables, set: &VariableSettings) -> Self {
        let mut duties = self.clone();
        for duty in duties.0.values_mut() {
            duty.owed.settle(variables, set);
        }
        duties
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn organisation() -> DutyScope {
    DutyScope::Organisation
}
