//! Measures (整改措施): what a hospital does to satisfy a requirement.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use xinglin_core::{RequirementId, Text};

use crate::content::{ContentError, check_text, parse};
use crate::words::words;

words! {
    /// What a measure mainly takes, which decides how soon it can be done.
    MeasureKind {
        /// Days of work, nothing to buy, nothing to approve.
        QuickWin = "quick_win", "立行立改", "Quick win";
        /// A setting of something the hospital already has.
        Configuration = "configuration", "配置加固", "Configuration";
        /// A rule, a post or a record: drafted, reviewed, issued.
        Management = "management", "管理完善", "Management";
        /// Something is bought, by tender if it is dear.
        Purchase = "purchase", "设备服务采购", "Purchase";
        /// Building works.
        Construction = "construction", "工程建设", "Construction";
    }
}

words! {
    /// The part of the hospital that carries a measure out.
    MeasureOwner {
        /// Information security.
        Security = "security", "网络安全", "Information security";
        /// Servers, databases, backup.
        Operations = "operations", "系统运维", "System operation";
        /// Network.
        Network = "network", "网络管理", "Network";
        /// Applications and their vendors.
        Development = "development", "应用开发", "Applications";
        /// The leading group and its office, human resources.
        Management = "management", "管理部门", "Management";
        /// Machine room, power, guards.
        Logistics = "logistics", "后勤保障", "Logistics";
    }
}

/// The measure for one requirement. Effort and cost are estimates for one system.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Measure {
    /// What to do.
    pub measure: Text,
    /// What it mainly takes.
    pub kind: MeasureKind,
    /// Person-days, lowest and highest estimate.
    pub effort_days: (u32, u32),
    /// Yuan, lowest and highest estimate.
    pub cost_cny: (u64, u64),
    /// Who carries it out.
    pub owner: MeasureOwner,
    /// The risk that the measure itself brings (GB/T 33132-2016 6.1.4).
    pub risk: Text,
    /// How it is undone.
    pub rollback: Text,
}

/// All measures, by requirement.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Measures(BTreeMap<RequirementId, Measure>);

impl Measures {
    /// Reads measures from files given as (name, YAML text).
    ///
    /// # Errors
    /// A file that is not a map from unit codes to measures, an unknown or missing field,
    /// a text missing in one language, a range that runs backwards, an effort of no day,
    /// or a requirement with two measures.
    pub fn load(files: &[(String, String)]) -> Result<Self, ContentError> {
        let mut measures = BTreeMap::new();
        for (file, text) in files {
            for (requirement, measure) in parse::<BTreeMap<RequirementId, Measure>>(file, text)? {
                check(file, requirement, &measure)?;
                if measures.insert(requirement, measure).is_some() {
                    return Err(ContentError::new(
                        file,
                        requirement,
                        "one measure a requirement, but another file has one too",
                    ));
                }
            }
        }
        Ok(Self(measures))
    }

    /// The measure for `requirement`.
    pub fn get(&self, requirement: RequirementId) -> Option<&Measure> {
        self.0.get(&requirement)
    }

    /// All measures, in the order of their requirements.
    pub fn iter(&self) -> impl Iterator<Item = (RequirementId, &Measure)> {
        self.0
            .iter()
            .map(|(requirement, measure)| (*requirement, measure))
    }

    /// How many measures there are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

fn check(file: &str, requirement: RequirementId, measure: &Measure) -> Result<(), ContentError> {
    check_text(file, requirement, "measure", &measure.measure)?;
    check_text(file, requirement, "risk", &measure.risk)?;
    check_text(file, requirement, "rollback", &measure.rollback)?;
    let (low, high) = measure.effort_days;
    if low == 0 || low > high {
        return Err(ContentError::new(
            file,
            requirement,
            "`effort_days` as [lowest, highest], at least one day",
        ));
    }
    let (low, high) = measure.cost_cny;
    if low > high {
        return Err(ContentError::new(
            file,
            requirement,
            "`cost_cny` as [lowest, highest]",
        ));
    }
    Ok(())
}
