//! Content that plans are made from.

use serde::Deserialize;
use xinglin_controls::{Catalogue, Item, ItemIndex};
use xinglin_workflow::{Measure, MeasureOwner, Measures, PlanContent};

use crate::content::{ContentError, ContentFile};

const FALLBACK: &str = "tasks/fallback.yaml";
const OWNERS: &str = "tasks/owners.yaml";

/// Measures, rules of a plan, and who carries measures out.
#[derive(Debug, Clone)]
pub struct Planning {
    measures: Measures,
    plan: PlanContent,
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
        let under = |folder: &str| -> Vec<(String, String)> {
            files
                .iter()
                .filter(|file| file.path.starts_with(folder))
                .map(|file| (file.path.clone(), file.text.clone()))
                .collect()
        };
        let problem = |error: xinglin_workflow::ContentError| ContentError {
            path: error.file.clone(),
            problem: error.to_string(),
        };
        Ok(Self {
            measures: Measures::load(&under("measures/")).map_err(problem)?,
            plan: PlanContent::load(&under("plan/")).map_err(problem)?,
            fallback: one(files, FALLBACK)?,
            owners: one(files, OWNERS)?,
        })
    }

    /// The measure for an item: its own, that of the level-3 item it is kin to, or a
    /// general one.
    pub fn measure(&self, catalogue: &Catalogue, index: ItemIndex) -> &Measure {
        let item = catalogue.item(index);
        let kin = || catalogue.level_three_of(index).map(|at| catalogue.item(at));
        self.measures
            .get(item.id)
            .or_else(|| self.measures.get(kin()?.id))
            .unwrap_or_else(|| self.general(item))
    }

    fn general(&self, item: &Item) -> &Measure {
        if item.id.domain().is_technical() {
            &self.fallback.technical
        } else {
            &self.fallback.management
        }
    }

    /// Phases and scheduling rules.
    pub fn plan(&self) -> &PlanContent {
        &self.plan
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

fn one<T: for<'de> Deserialize<'de>>(
    files: &[ContentFile],
    path: &'static str,
) -> Result<T, ContentError> {
    let wrong = |problem: String| ContentError {
        path: path.to_owned(),
        problem,
    };
    let file = files
        .iter()
        .find(|file| file.path == path)
        .ok_or_else(|| wrong("the file is missing".to_owned()))?;
    serde_saphyr::from_str(&file.text).map_err(|error| wrong(error.to_string()))
}
