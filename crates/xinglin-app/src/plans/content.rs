//! Content that plans and reports are made from, beside catalogue and measures.

use serde::Deserialize;
use xinglin_controls::ItemIndex;
use xinglin_report::Templates;
use xinglin_workflow::{Measure, MeasureOwner, PlanContent};

use crate::{
    Content,
    content::{ContentError, ContentFile, one},
    reports::DocumentWords,
};

const FALLBACK: &str = "tasks/fallback.yaml";
const OWNERS: &str = "tasks/owners.yaml";
const WORDS: &str = "tasks/documents.yaml";

/// Rules of a plan, who carries measures out, and the prose of documents.
#[derive(Debug)]
pub(crate) struct Planning {
    pub(crate) plan: PlanContent,
    pub(crate) templates: Templates,
    pub(crate) words: DocumentWords,
    fallback: Fallback,
    owners: Owners,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Fallback {
    technical: Measure,
    management: Measure,
}

/// Words in the names of posts and departments, by owner.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct Owners {
    security: Vec<String>,
    operations: Vec<String>,
    network: Vec<String>,
    development: Vec<String>,
    management: Vec<String>,
    logistics: Vec<String>,
}

impl Planning {
    pub(crate) fn load(files: &[ContentFile]) -> Result<Self, ContentError> {
        let plan: Vec<(String, String)> = files
            .iter()
            .filter(|file| file.path.starts_with("plan/"))
            .map(|file| (file.path.clone(), file.text.clone()))
            .collect();
        let templates: Vec<(&str, &str)> = files
            .iter()
            .filter(|file| file.path.starts_with("templates/"))
            .map(|file| (file.path.as_str(), file.text.as_str()))
            .collect();
        Ok(Self {
            plan: PlanContent::load(&plan).map_err(|error| ContentError {
                path: error.file.clone(),
                problem: error.to_string(),
            })?,
            templates: Templates::load(&templates).map_err(|error| ContentError {
                path: "templates".to_owned(),
                problem: error.to_string(),
            })?,
            fallback: one(files, FALLBACK)?,
            owners: one(files, OWNERS)?,
            words: one(files, WORDS)?,
        })
    }

    /// Words in the names of posts and departments that carry out measures of `owner`.
    pub(crate) fn owner_words(&self, owner: MeasureOwner) -> &[String] {
        match owner {
            MeasureOwner::Security => &self.owners.security,
            MeasureOwner::Operations => &self.owners.operations,
            MeasureOwner::Network => &self.owners.network,
            MeasureOwner::Development => &self.owners.development,
            MeasureOwner::Management => &self.owners.management,
            MeasureOwner::Logistics => &self.owners.logistics,
        }
    }
}

impl Content {
    /// The measure for an item: its own, that of the level-3 item it is kin to, or a
    /// general one, so that every finding can have a task.
    pub(crate) fn measure_at(&self, index: ItemIndex) -> &Measure {
        let id = self.catalogue().item(index).id;
        let fallback = &self.planning().fallback;
        self.measure_of(id)
            .unwrap_or(if id.domain().is_technical() {
                &fallback.technical
            } else {
                &fallback.management
            })
    }
}
