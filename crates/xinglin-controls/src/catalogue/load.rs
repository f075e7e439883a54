//! Reading the files and tying the links.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;
use xinglin_core::RequirementId;

use super::{
    Catalogue, CatalogueError, HazardTrigger, HighRiskCase, Item, ItemIndex, Links, Question,
    check::{self, Located},
};

const CASES: &str = "catalogue/high_risk_cases.yaml";
const HAZARDS: &str = "catalogue/major_hazards.yaml";

/// All entries with the file each came from.
#[derive(Debug, Default)]
pub(super) struct Raw {
    pub(super) items: Vec<Located<Item>>,
    pub(super) cases: Vec<Located<HighRiskCase>>,
    pub(super) hazards: Vec<Located<HazardTrigger>>,
    pub(super) interviews: Vec<Located<(RequirementId, Vec<Question>)>>,
}

pub(super) fn load(files: &[(String, String)]) -> Result<Catalogue, CatalogueError> {
    let mut raw = read(files)?;
    raw.items.sort_by_key(|item| item.entry.id);
    check::check(&raw)?;
    Ok(link(raw))
}

fn read(files: &[(String, String)]) -> Result<Raw, CatalogueError> {
    let mut raw = Raw::default();
    for (path, text) in files {
        let path = path.replace('\\', "/");
        let name = path.trim_start_matches("./");
        if name == CASES {
            raw.cases.extend(list(name, text)?);
        } else if name == HAZARDS {
            raw.hazards.extend(list(name, text)?);
        } else if is_yaml_in("catalogue/items/", name) {
            raw.items.extend(list(name, text)?);
        } else if is_yaml_in("interview/", name) {
            let interviews: BTreeMap<RequirementId, Vec<Question>> = parse(name, text)?;
            raw.interviews.extend(located(name, interviews));
        } else if name.starts_with("catalogue/") || name.starts_with("interview/") {
            return Err(CatalogueError::UnknownFile {
                file: name.to_owned(),
                expected: "items/*.yaml, high_risk_cases.yaml or major_hazards.yaml in \
                           catalogue, or *.yaml in interview",
            });
        }
    }
    let missing = |expected| Err(CatalogueError::MissingFile { expected });
    if raw.items.is_empty() {
        return missing("catalogue/items/*.yaml");
    }
    if raw.cases.is_empty() {
        return missing(CASES);
    }
    if raw.hazards.is_empty() {
        return missing(HAZARDS);
    }
    Ok(raw)
}

fn is_yaml_in(folder: &str, name: &str) -> bool {
    let file = name.strip_prefix(folder);
    file.and_then(|file| file.strip_suffix(".yaml")).is_some()
}

fn list<T: DeserializeOwned>(file: &str, text: &str) -> Result<Vec<Located<T>>, CatalogueError> {
    let entries: Vec<T> = parse(file, text)?;
    Ok(located(file, entries).collect())
}

fn located<T>(
    file: &str,
    entries: impl IntoIterator<Item = T>,
) -> impl Iterator<Item = Located<T>> {
    entries.into_iter().map(|entry| Located {
        file: file.to_owned(),
        entry,
    })
}

fn parse<T: DeserializeOwned>(file: &str, text: &str) -> Result<T, CatalogueError> {
    serde_saphyr::from_str(text).map_err(|error| CatalogueError::Unreadable {
        file: file.to_owned(),
        reason: error.to_string(),
    })
}

/// Ties the links of entries that were checked, so every lookup here finds something.
fn link(raw: Raw) -> Catalogue {
    let items: Vec<Item> = raw.items.into_iter().map(|item| item.entry).collect();
    let cases: Vec<HighRiskCase> = raw.cases.into_iter().map(|case| case.entry).collect();
    let hazards: Vec<HazardTrigger> = raw.hazards.into_iter().map(|h| h.entry).collect();
    let positions: HashMap<RequirementId, ItemIndex> = (0..)
        .map(ItemIndex)
        .zip(&items)
        .map(|(index, item)| (item.id, index))
        .collect();

    let mut links = vec![Links::default(); items.len()];
    for (number, case) in (0..).zip(&cases) {
        for index in case.requirements.iter().filter_map(|id| positions.get(id)) {
            links[index.number()].cases.push(number);
        }
    }
    for (number, hazard) in (0..).zip(&hazards) {
        for index in hazard
            .requirements
            .iter()
            .filter_map(|id| positions.get(id))
        {
            links[index.number()].hazards.push(number);
        }
    }
    // Items are sorted by level, so the item below a level-4 item is linked before it is.
    for (index, item) in (0..).map(ItemIndex).zip(&items) {
        let base = item.base.and_then(|base| positions.get(&base)).copied();
        match (item.id.level().number(), base) {
            (3, base) => {
                links[index.number()].level_three = Some(index);
                if let Some(base) = base {
                    links[base.number()].level_three = Some(index);
                }
            }
            (4, Some(base)) => {
                links[index.number()].level_three = links[base.number()].level_three;
            }
            _ => {}
        }
    }

    let interviews = raw
        .interviews
        .into_iter()
        .map(|entry| entry.entry)
        .collect();
    Catalogue {
        items,
        positions,
        links,
        cases,
        hazards,
        interviews,
    }
}
