//! Forms (表单) and registers (登记表): one engine for applications, approvals and records.
//!
//! A form is a file of `content/forms`: fields in sections, steps of approval, how long what
//! was approved holds, which requirements a record of it speaks for. This module has what a
//! form is; below it are reading ([`Forms::load`]), judging what was filled in
//! ([`Form::validate`]), the schema that pages render ([`Form::schema`]) and the life of a
//! record ([`Record`]).

pub(crate) mod condition;
pub(crate) mod due;
pub(crate) mod expected;
pub(crate) mod field;
pub(crate) mod number;
pub(crate) mod people;
pub(crate) mod read;
pub(crate) mod record;
pub(crate) mod samples;
pub(crate) mod schema;
pub(crate) mod validate;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use xinglin_core::{RequirementId, Role, Text};

use crate::words::words;
use condition::Condition;
use field::FormField;
use number::Numbering;
use samples::Samples;

/// What was filled in, by the id of its field.
pub type RecordValues = Map<String, Value>;

words! {
    /// How often a register is to be written, or a duty to be met.
    Frequency {
        /// Each day.
        Daily = "daily", "每日", "Daily";
        /// Each week, Monday to Sunday.
        Weekly = "weekly", "每周", "Weekly";
        /// Each month.
        Monthly = "monthly", "每月", "Monthly";
        /// Each quarter.
        Quarterly = "quarterly", "每季度", "Quarterly";
        /// Each half of a year.
        HalfYearly = "half_yearly", "每半年", "Half-yearly";
        /// Each year.
        Yearly = "yearly", "每年", "Yearly";
        /// Each second year.
        TwoYearly = "two_yearly", "每两年", "Every two years";
        /// Each third year.
        ThreeYearly = "three_yearly", "每三年", "Every three years";
    }
}

words! {
    /// How far a record speaks for a requirement.
    Sufficiency {
        /// A valid record shows that the requirement is met.
        Sufficient = "sufficient", "可单独证明", "Sufficient";
        /// It is one point of several.
        Partial = "partial", "部分证明", "Partial";
    }
}

words! {
    /// Who may fill a form in.
    Filler {
        /// People of the hospital, signed in.
        Staff = "staff", "本院人员", "Staff";
        /// Anybody who scans its code, without an account.
        Public = "public", "扫码填写", "By QR code";
    }
}

/// Somebody that a form names without knowing the person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Party {
    /// Whoever applied.
    Applicant,
    /// Holders of a post, by its code.
    Post(String),
    /// Accounts with a role.
    Role(Role),
    /// The head of the department of the applicant (`applicant`), or of the department or
    /// person in a field.
    HeadOf(String),
    /// The person or persons in a field.
    Person(String),
}

/// How long something may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Within {
    /// Hours by the clock.
    Hours(u32),
    /// Working days after the day it began, until that day ends.
    WorkingDays(u32),
}

/// One step of approval.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// Its word, unique in the form.
    pub id: String,
    /// What it is called.
    pub name: Text,
    /// Who decides: any one of them.
    pub by: Vec<Party>,
    /// Who decides where none of them can, because they applied or decided before.
    #[serde(default)]
    pub otherwise: Vec<Party>,
    /// How long it may take. `None` for no limit.
    pub within: Option<Within>,
    /// Whether it may be delegated.
    #[serde(default = "yes")]
    pub delegation: bool,
    /// Whether the application may be sent back to be changed.
    #[serde(default = "yes")]
    pub may_return: bool,
    /// The step is left out where all of these hold, unless there are none.
    #[serde(default)]
    pub skip: Vec<Condition>,
}

/// Fields that stand together and are filled in at the same time.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// What stands above it.
    pub title: Text,
    /// When it is filled in: `application`, the id of a step, or `closing`.
    #[serde(default = "application")]
    pub at: String,
    /// Its fields in order.
    pub fields: Vec<FormField>,
}

/// For how long what was approved holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Validity {
    /// The field with its beginning; `None` for the moment of the last approval.
    pub from: Option<String>,
    /// The field with its end.
    pub until: Option<String>,
    /// Its length in months, where no field says the end.
    pub months: Option<u32>,
    /// The longest it may be, in days.
    pub max_days: Option<u32>,
    /// What ends then.
    pub expires: Text,
    /// Who is told.
    pub tell: Vec<Party>,
    /// How many hours before the end they are reminded.
    #[serde(default)]
    pub remind_hours_before: Vec<u32>,
}

/// How a record is brought to an end: what was done is written down.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// Who closes it: any one of them.
    pub by: Vec<Party>,
    /// How long it may take, from the end of the validity, or from the last approval where
    /// there is no end.
    pub within: Option<Within>,
}

/// A requirement that a record of the form speaks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FormRequirement {
    /// The requirement.
    pub item: RequirementId,
    /// How far.
    pub sufficiency: Sufficiency,
}

/// A form or register.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Form {
    /// Its id, the name of its file.
    pub id: String,
    /// The folder it stands in.
    #[serde(skip_deserializing)]
    pub area: String,
    /// The SM3 digest of its file: the version that a record was filled in by.
    #[serde(skip_deserializing)]
    pub digest: String,
    /// What it is called.
    pub name: Text,
    /// What it is for and when it is filled in.
    pub purpose: Text,
    /// Who may fill it in.
    pub filled_by: Vec<Filler>,
    /// How its records are numbered.
    pub numbering: Numbering,
    /// How long records are kept, in months.
    pub retention_months: u32,
    /// Whether many records are brought in at once, a row of a sheet each.
    #[serde(default)]
    pub batch: bool,
    /// How often a record is due. `None` for when there is a cause.
    pub period: Option<Frequency>,
    /// What a record is evidence for.
    pub requirements: Vec<FormRequirement>,
    /// Its fields.
    pub sections: Vec<Section>,
    /// Its steps of approval, in order. Without any, a record is valid once submitted.
    #[serde(default)]
    pub steps: Vec<Step>,
    /// For how long a record holds. `None` for ever.
    pub validity: Option<Validity>,
    /// How a record is closed. `None` where nothing is to be added.
    pub closing: Option<Closing>,
    /// Records to try the form with.
    pub samples: Samples,
}

/// When a section of a form is filled in. Ordered as it happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// By whoever applies.
    Application,
    /// By whoever decides the step of this place.
    Step(usize),
    /// By whoever closes the record.
    Closing,
}

impl Form {
    /// All fields with the stage at which they are filled in, in order.
    pub fn fields(&self) -> impl Iterator<Item = (Stage, &FormField)> {
        self.sections.iter().flat_map(|section| {
            let stage = self.stage(&section.at).unwrap_or(Stage::Closing);
            section.fields.iter().map(move |field| (stage, field))
        })
    }

    /// The field of an id.
    pub fn field(&self, id: &str) -> Option<&FormField> {
        let mut fields = self.fields().map(|(_, field)| field);
        fields.find(|field| field.id == id)
    }

    /// The place of a step.
    pub fn step_at(&self, id: &str) -> Option<usize> {
        self.steps.iter().position(|step| step.id == id)
    }

    /// The stage of a section's `at`, `None` where it names no step of this form.
    pub fn stage(&self, at: &str) -> Option<Stage> {
        match at {
            "application" => Some(Stage::Application),
            "closing" => Some(Stage::Closing),
            step => self.step_at(step).map(Stage::Step),
        }
    }

    /// Whether something is written down when a record is closed.
    pub fn has_closing(&self) -> bool {
        self.closing.is_some()
    }

    /// Whether people without an account may fill it in.
    pub fn is_public(&self) -> bool {
        self.filled_by.contains(&Filler::Public)
    }
}

/// All forms, by id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Forms(BTreeMap<String, Form>);

impl Forms {
    /// The form of an id.
    pub fn get(&self, id: &str) -> Option<&Form> {
        self.0.get(id)
    }

    /// All forms, in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &Form> {
        self.0.values()
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

fn yes() -> bool {
    true
}

fn application() -> String {
    "application".to_owned()
}
