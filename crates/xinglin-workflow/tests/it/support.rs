//! The content of the repository, and short ways to write cases.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use jiff::civil::Date;
use xinglin_core::{AssetId, RequirementId, SystemId, Text, Verdict};
use xinglin_workflow::{
    Measure, MeasureKind, MeasureOwner, Measures, PlanContent, ProblemCell, WorkingDays,
};

/// Requirements for cases, in their order.
pub(crate) const REQUIREMENTS: [&str; 5] = [
    "L3-CES1-01",
    "L3-CES1-02",
    "L3-CES1-18",
    "L3-PES1-03",
    "L3-MMS1-05",
];

/// The files of a folder of `content`, by name.
pub(crate) fn content(folder: &str) -> Vec<(String, String)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../content")
        .join(folder);
    let mut files: Vec<(String, String)> = fs::read_dir(&folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            let text = fs::read_to_string(&path).unwrap();
            (path.display().to_string(), text)
        })
        .collect();
    files.sort();
    files
}

/// The measures of the repository.
pub(crate) fn measures() -> Measures {
    Measures::load(&content("measures")).unwrap()
}

/// The plan rules of the repository.
pub(crate) fn plan_content() -> PlanContent {
    PlanContent::load(&content("plan")).unwrap()
}

/// Weekends and the fixed holidays.
pub(crate) fn working_days(content: &PlanContent) -> WorkingDays {
    WorkingDays::new(content.calendar(), &[], &[])
}

/// A date.
pub(crate) fn date(text: &str) -> Date {
    text.parse().unwrap()
}

/// A requirement.
pub(crate) fn requirement(text: &str) -> RequirementId {
    text.parse().unwrap()
}

/// A measure of a kind and effort; cost and words do not matter to scheduling.
pub(crate) fn measure(kind: MeasureKind, effort_days: (u32, u32)) -> Measure {
    let text = || Text::new("措施", "measure");
    Measure {
        measure: text(),
        kind,
        effort_days,
        cost_cny: (1_000, 2_000),
        owner: MeasureOwner::Security,
        risk: text(),
        rollback: text(),
    }
}

/// A cell on system 1, neither high-risk nor a hazard, of weight 1.
pub(crate) fn cell(
    requirement_text: &str,
    asset: i64,
    verdict: Verdict,
    detail: &str,
) -> ProblemCell {
    ProblemCell {
        system: SystemId(1),
        requirement: requirement(requirement_text),
        asset: AssetId(asset),
        verdict,
        cause: None,
        detail: detail.to_owned(),
        high_risk: false,
        hazard: false,
        weight: 1,
    }
}

/// The YAML files of a folder of `content` and of the folders below it, by path.
pub(crate) fn content_below(folder: &str) -> Vec<(String, String)> {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../content");
    let mut folders = vec![root.join(folder)];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let text = fs::read_to_string(&path).unwrap();
                files.push((path.display().to_string(), text));
            }
        }
    }
    files.sort();
    files
}

/// The ids of all items of the catalogue.
pub(crate) fn catalogue_ids() -> BTreeSet<String> {
    let files = content("catalogue/items");
    let lines = files.iter().flat_map(|(_, text)| text.lines());
    lines
        .filter_map(|line| line.strip_prefix("- id: "))
        .map(str::to_owned)
        .collect()
}

/// A file of the repository.
pub(crate) fn text(path: &str) -> String {
    let root = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(path)).unwrap()
}
