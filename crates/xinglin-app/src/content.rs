//! Content files, parsed once at start. The files come from the binary or `--content-dir`.

use std::{
    fmt,
    sync::{Arc, OnceLock},
};

use serde::Deserialize;
use thiserror::Error;
use xinglin_controls::{Catalogue, CatalogueError, ItemIndex};
use xinglin_core::{ObjectType, RequirementId};
use xinglin_ingest::Parsers;
use xinglin_inspect::{Check, CheckSet, checks};
use xinglin_report::SheetSchema;
use xinglin_workflow::{Measure, Measures, Norms};

use crate::{detection::DetectionContent, findings::AlarmRules, plans::Planning};

/// One content file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ContentFile {
    /// Path inside `content/`, with `/`.
    pub path: String,
    /// Its text.
    pub text: String,
}

/// A content file that cannot be used.
#[derive(Debug, Error)]
#[error("content file {path}: {problem}")]
pub struct ContentError {
    /// Path inside `content/`.
    pub path: String,
    /// What is wrong, with line or item where known.
    pub problem: String,
}

/// All content of this installation. Clones share it.
#[derive(Clone)]
pub struct Content(Arc<Parsed>);

struct Parsed {
    files: Vec<ContentFile>,
    sheets: Vec<SheetSchema>,
    catalogue: Catalogue,
    measures: Measures,
    planning: Planning,
    alarm_rules: AlarmRules,
    detection: DetectionContent,
    log_senders: Vec<ObjectType>,
    // Compiling hundreds of expressions takes longer than all the rest of a start, and a
    // server that only shows results needs none of them.
    checks: OnceLock<CheckSet>,
    parsers: OnceLock<Arc<Parsers>>,
    norms: OnceLock<Norms>,
}

impl fmt::Debug for Content {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content")
            .field("files", &self.0.files.len())
            .finish_non_exhaustive()
    }
}

impl Content {
    /// Parses the catalogue with its interview, and the measures. Checks are compiled when
    /// the first machine is inspected; one that is wrong is logged then and left out.
    ///
    /// # Errors
    /// [`ContentError`] for the first file without which the program cannot work.
    pub fn load(files: Vec<ContentFile>) -> Result<Self, ContentError> {
        let catalogue = [
            pairs(&files, "catalogue/").as_slice(),
            &pairs(&files, "interview/"),
        ]
        .concat();
        let catalogue = Catalogue::load(&catalogue).map_err(|error| ContentError {
            path: file_of(&error),
            problem: error.to_string(),
        })?;
        let measures =
            Measures::load(&pairs(&files, "measures/")).map_err(|error| ContentError {
                problem: error.to_string(),
                path: error.file,
            })?;
        let planning = Planning::load(&files)?;
        let alarm_rules = AlarmRules::load(&files)?;
        let detection = DetectionContent::load(&files)?;
        let log_senders = one(&files, "logs/senders.yaml")?;
        let sheets = sheets(&files)?;
        Ok(Self(Arc::new(Parsed {
            files,
            sheets,
            planning,
            alarm_rules,
            detection,
            log_senders,
            catalogue,
            measures,
            checks: OnceLock::new(),
            parsers: OnceLock::new(),
            norms: OnceLock::new(),
        })))
    }

    /// The columns of one kind of sheet, `None` where this installation has none.
    pub fn sheet(&self, kind: &str) -> Option<&SheetSchema> {
        self.0.sheets.iter().find(|sheet| sheet.kind == kind)
    }

    /// The files below a folder, e.g. `checks/linux/`, in the order of their paths.
    pub fn files_under<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a ContentFile> {
        self.0
            .files
            .iter()
            .filter(move |file| file.path.starts_with(folder))
    }

    /// The catalogue of GB/T 22239-2019 with cases, hazards and interview.
    pub fn catalogue(&self) -> &Catalogue {
        &self.0.catalogue
    }

    /// What a hospital does to meet each level-3 item.
    pub fn measures(&self) -> &Measures {
        &self.0.measures
    }

    pub(crate) fn planning(&self) -> &Planning {
        &self.0.planning
    }

    /// What alarms become as findings.
    pub(crate) fn alarm_rules(&self) -> &AlarmRules {
        &self.0.alarm_rules
    }

    /// What is said of detection, beside its rules.
    pub(crate) fn detection(&self) -> &DetectionContent {
        &self.0.detection
    }

    /// The types of assets whose logs are to be collected.
    pub(crate) fn log_senders(&self) -> &[ObjectType] {
        &self.0.log_senders
    }

    /// The measure for a requirement: its own, or that of the level-3 item it is kin to.
    pub fn measure_of(&self, requirement: RequirementId) -> Option<&Measure> {
        let own = self.0.measures.get(requirement);
        own.or_else(|| self.0.measures.get(self.kin(requirement)?))
    }

    /// The level-3 item whose checks, measure and interview also serve this one.
    pub fn kin(&self, requirement: RequirementId) -> Option<RequirementId> {
        let index = self.catalogue().index_of(requirement)?;
        self.kin_at(index)
    }

    pub(crate) fn kin_at(&self, index: ItemIndex) -> Option<RequirementId> {
        let kin = self.catalogue().level_three_of(index)?;
        Some(self.catalogue().item(kin).id)
    }

    /// The checks, in order of identifier.
    pub fn checks(&self) -> &CheckSet {
        self.0.checks.get_or_init(|| {
            let (checks, problems) = checks::load(&pairs(&self.0.files, "checks/"));
            for problem in problems {
                tracing::warn!(content.problem = %problem, "a check is left out");
            }
            checks
        })
    }

    /// The parsers of log messages; one that is wrong is logged and left out.
    pub fn parsers(&self) -> &Arc<Parsers> {
        self.0.parsers.get_or_init(|| {
            let (parsers, problems) = Parsers::load(&pairs(&self.0.files, "parsers/"));
            for problem in problems {
                tracing::warn!(content.problem = %problem, "a parser of logs is left out");
            }
            Arc::new(parsers)
        })
    }

    /// Posts, forms, duties and policies; one that is wrong is logged and left out.
    pub fn norms(&self) -> &Norms {
        self.0.norms.get_or_init(|| {
            let (norms, problems) = self.try_norms();
            for problem in problems {
                tracing::warn!(content.problem = %problem, "a norm is left out");
            }
            norms
        })
    }

    /// The same, with what is wrong.
    pub fn try_norms(&self) -> (Norms, Vec<xinglin_workflow::ContentError>) {
        let folders = ["organisation/", "forms/", "duties/", "policies/"];
        let files = folders.map(|folder| pairs(&self.0.files, folder)).concat();
        let items = self.catalogue().items().iter();
        Norms::load(&files, &items.map(|item| item.id).collect())
    }

    /// The check of an identifier.
    pub fn check(&self, id: &str) -> Option<&Check> {
        let checks = self.checks().checks();
        let place = checks.binary_search_by(|check| check.id.as_str().cmp(id));
        checks.get(place.ok()?)
    }
}

fn pairs(files: &[ContentFile], folder: &str) -> Vec<(String, String)> {
    files
        .iter()
        .filter(|file| file.path.starts_with(folder))
        .map(|file| (file.path.clone(), file.text.clone()))
        .collect()
}

fn file_of(error: &CatalogueError) -> String {
    match error {
        CatalogueError::Unreadable { file, .. }
        | CatalogueError::UnknownFile { file, .. }
        | CatalogueError::Entry { file, .. } => file.clone(),
        CatalogueError::MissingFile { expected } => (*expected).to_owned(),
    }
}

fn sheets(files: &[ContentFile]) -> Result<Vec<SheetSchema>, ContentError> {
    files
        .iter()
        .filter(|file| file.path.starts_with("templates/sheets/"))
        .map(|file| {
            SheetSchema::load(&file.path, &file.text).map_err(|error| ContentError {
                path: file.path.clone(),
                problem: error.to_string(),
            })
        })
        .collect()
}

/// The one file of a path.
pub(crate) fn one<T: for<'de> Deserialize<'de>>(
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
