//! Policies (制度): the hospital's documents of the layers 方针策略, 管理制度 and 操作规程. The
//! fourth layer, 记录表单, are [`Forms`](crate::Forms).
//!
//! A policy is a file: a head that says whose it is, whom it is issued to, which items it
//! answers in which article and which records prove that it lives; below it the text
//! ([`PolicyText`]), with the hospital's variables ([`Variables`]) in it.

pub(crate) mod read;
pub(crate) mod text;
pub(crate) mod variables;

use std::collections::BTreeMap;

use serde::Deserialize;
use xinglin_core::{RequirementId, Text};

use self::text::PolicyText;
use crate::words::words;

words! {
    /// The layer of a document (GB/T 22239-2019 8.1.6.2 c).
    PolicyLevel {
        /// What the hospital wants and by which principles.
        Strategy = "strategy", "方针策略", "Strategy";
        /// What has to be done by whom.
        Rules = "rules", "管理制度", "Rules";
        /// How it is done.
        Procedures = "procedures", "操作规程", "Procedures";
    }
}

/// Stands for everybody among the readers of a policy.
pub const EVERYBODY: &str = "everybody";

/// A document of the starting set.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// Its id: the name of its file.
    pub id: String,
    /// Its layer: the folder of its file.
    pub level: PolicyLevel,
    /// What its head says.
    pub head: PolicyHead,
    /// Its text as it stands in the file, Markdown.
    pub markdown: String,
    /// The same, read.
    pub text: PolicyText,
    /// How many lines of the file stand before the text.
    pub head_lines: usize,
    /// SM3 of the file, hexadecimal.
    pub digest: String,
}

/// The head of a policy's file.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyHead {
    /// Where it stands among the documents of a hospital.
    pub number: u32,
    /// What it is called, without 《》.
    pub name: Text,
    /// What it settles, for whom.
    pub purpose: Text,
    /// The post that keeps it.
    pub owner: String,
    /// The posts that review a draft.
    pub reviewed_by: Vec<String>,
    /// The post that signs it.
    pub approved_by: String,
    /// Whom it is issued to and who acknowledges it: codes of posts, or [`EVERYBODY`].
    pub readers: Vec<String>,
    /// After how many months it is to be reviewed.
    pub review_months: u32,
    /// The items it answers.
    pub requirements: Vec<PolicyRequirement>,
    /// The forms whose records show that it lives.
    #[serde(default)]
    pub records: Vec<String>,
    /// The duties that it founds.
    #[serde(default)]
    pub duties: Vec<String>,
}

/// An item that a policy answers.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyRequirement {
    /// The item.
    pub item: RequirementId,
    /// The marks of the articles that answer it.
    pub at: Vec<String>,
}

/// All policies, by id.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Policies(BTreeMap<String, Policy>);

/// One policy's answer to an item.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PolicyAnswer<'a> {
    /// The policy.
    pub policy: &'a str,
    /// Where in it, e.g. 第十二条.
    pub places: Vec<&'a str>,
}

impl Policy {
    /// How this policy answers an item; `None` where it does not.
    pub fn answer(&self, item: RequirementId) -> Option<PolicyAnswer<'_>> {
        let mut requirements = self.head.requirements.iter();
        let answered = requirements.find(|one| one.item == item)?;
        let places = answered.at.iter().filter_map(|mark| self.text.place(mark));
        Some(PolicyAnswer {
            policy: &self.id,
            places: places.collect(),
        })
    }
}

impl Policies {
    /// The policy of an id.
    pub fn get(&self, id: &str) -> Option<&Policy> {
        self.0.get(id)
    }

    /// All policies, in the order of their numbers.
    pub fn iter(&self) -> impl Iterator<Item = &Policy> {
        let mut all: Vec<&Policy> = self.0.values().collect();
        all.sort_by_key(|policy| (policy.head.number, &policy.id));
        all.into_iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Which policies answer an item, and where.
    pub fn answers(&self, item: RequirementId) -> Vec<PolicyAnswer<'_>> {
        self.iter()
            .filter_map(|policy| policy.answer(item))
            .collect()
    }
}
