//! `xinglin assess score`: a `xinglin.verdicts/1` document to a `xinglin.result/1` document.

use std::{
    collections::{BTreeMap, HashMap},
    fmt,
    sync::Arc,
};

use serde::{
    Deserialize, Deserializer,
    de::{Error as _, MapAccess, Visitor},
};
use thiserror::Error;
use xinglin_core::{Extension, Grade, RequirementId, Verdict};

use crate::{
    Catalogue, Cell, Column, ExtensionLevelError, Hazards, HazardsError, InvalidWeight,
    MissingWeights, ResultDocument, Risks, Rules, Scoreboard, Settings, SettingsError, Sheet,
    Template, Weights,
};

/// The name of the format that is read.
pub const VERDICTS_FORMAT: &str = "xinglin.verdicts/1";

/// What is wrong with a verdict file.
#[derive(Debug, Error)]
pub enum VerdictFileError {
    /// It is not JSON of the expected shape; the text names field, line and column.
    #[error("{0}")]
    Json(serde_json::Error),
    /// It is JSON, but not an object.
    #[error("expected a document {{\"format\": \"{VERDICTS_FORMAT}\", …}}")]
    NotADocument,
    /// It is of another format.
    #[error("format: expected \"{VERDICTS_FORMAT}\", found \"{0}\"")]
    Format(String),
    /// An extension has no items at the overall level.
    #[error("extensions: {0}")]
    Extension(ExtensionLevelError),
    /// A setting is outside its range.
    #[error(transparent)]
    Settings(SettingsError),
    /// More hazards are resolved than were found.
    #[error(transparent)]
    Hazards(HazardsError),
    /// A unit code that GB/T 28448 does not have.
    #[error("{field}: expected a unit code of the catalogue, found {requirement}")]
    UnknownRequirement {
        /// Where it stands, such as `verdicts[3].requirement`.
        field: String,
        /// The unit code.
        requirement: RequirementId,
    },
    /// An item that the grade and its extensions do not select.
    #[error("{field}: {requirement} does not apply to {grade} with these extensions")]
    NotSelected {
        /// Where it stands.
        field: String,
        /// The item.
        requirement: RequirementId,
        /// The grade.
        grade: Grade,
    },
    /// An object without a name.
    #[error("{field}: expected the name of an object, found an empty text")]
    EmptyObject {
        /// Where it stands.
        field: String,
    },
    /// A second verdict on the same item and object.
    #[error("{field}: {requirement} on \"{object}\" has a verdict already at {first}")]
    Duplicate {
        /// Where the second one stands.
        field: String,
        /// The item.
        requirement: RequirementId,
        /// The object.
        object: String,
        /// Where the first one stands.
        first: String,
    },
    /// A weight that the template does not know.
    #[error(transparent)]
    Weight(InvalidWeight),
    /// The template needs weights that are not there.
    #[error("{0}; template {1} needs them")]
    MissingWeights(MissingWeights, &'static str),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerdictFile {
    format: String,
    template: Template,
    grade: Grade,
    #[serde(default)]
    extensions: Vec<Extension>,
    #[serde(default)]
    settings: Settings,
    #[serde(default, deserialize_with = "each_once")]
    weights: BTreeMap<RequirementId, f64>,
    verdicts: Vec<Entry>,
    #[serde(default)]
    risks: Risks,
    #[serde(default)]
    hazards: Hazards,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    requirement: RequirementId,
    object: String,
    verdict: Verdict,
}

/// Scores a verdict file.
pub fn score_file(json: &str, catalogue: &Catalogue) -> Result<ResultDocument, VerdictFileError> {
    let document: serde_json::Value = serde_json::from_str(json).map_err(VerdictFileError::Json)?;
    if !document.is_object() {
        return Err(VerdictFileError::NotADocument);
    }
    // Looked at first: a newer format may well have fields that this one does not know.
    if let Some(format) = document.get("format").and_then(|format| format.as_str())
        && format != VERDICTS_FORMAT
    {
        return Err(VerdictFileError::Format(format.to_owned()));
    }
    let file: VerdictFile = serde_json::from_str(json).map_err(VerdictFileError::Json)?;
    if file.format != VERDICTS_FORMAT {
        return Err(VerdictFileError::Format(file.format));
    }
    file.settings.check().map_err(VerdictFileError::Settings)?;
    file.hazards.check().map_err(VerdictFileError::Hazards)?;
    let sheet =
        Sheet::new(catalogue, file.grade, &file.extensions).map_err(VerdictFileError::Extension)?;
    for &requirement in file.weights.keys() {
        let field = || format!("weights.{requirement}");
        check_known(catalogue, requirement, field)?;
    }
    let weights = Weights::supplied(&sheet, file.template, &file.weights)
        .map_err(VerdictFileError::Weight)?;
    let board = fill(catalogue, sheet, &file)?;
    let rules = Rules {
        template: file.template,
        settings: file.settings,
        weights,
        risks: file.risks,
        hazards: file.hazards,
    };
    board
        .result(&rules)
        .map_err(|missing| VerdictFileError::MissingWeights(missing, file.template.word()))
}

fn fill(
    catalogue: &Catalogue,
    sheet: Sheet,
    file: &VerdictFile,
) -> Result<Scoreboard, VerdictFileError> {
    let mut board = Scoreboard::new(Arc::new(sheet));
    let mut columns: HashMap<&str, Column> = HashMap::new();
    for (number, entry) in file.verdicts.iter().enumerate() {
        let requirement = entry.requirement;
        let field = || format!("verdicts[{number}].requirement");
        check_known(catalogue, requirement, field)?;
        let Some(row) = board.sheet().row_of(requirement) else {
            return Err(VerdictFileError::NotSelected {
                field: field(),
                requirement,
                grade: file.grade,
            });
        };
        if entry.object.trim().is_empty() {
            let field = format!("verdicts[{number}].object");
            return Err(VerdictFileError::EmptyObject { field });
        }
        let object = entry.object.as_str();
        let column = *columns.entry(object).or_insert_with(|| board.add_object());
        if board.set(row, column, Some(entry.verdict)) != Cell::Absent {
            let is_first =
                |other: &Entry| other.requirement == requirement && other.object == object;
            let first = file.verdicts.iter().position(is_first).unwrap_or(number);
            return Err(VerdictFileError::Duplicate {
                field: format!("verdicts[{number}]"),
                requirement,
                object: object.to_owned(),
                first: format!("verdicts[{first}]"),
            });
        }
    }
    Ok(board)
}

fn check_known(
    catalogue: &Catalogue,
    requirement: RequirementId,
    field: impl Fn() -> String,
) -> Result<(), VerdictFileError> {
    match catalogue.index_of(requirement) {
        Some(_) => Ok(()),
        None => Err(VerdictFileError::UnknownRequirement {
            field: field(),
            requirement,
        }),
    }
}

/// Reads the weights; JSON itself lets a key stand twice.
fn each_once<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<BTreeMap<RequirementId, f64>, D::Error> {
    struct EachOnce;

    impl<'de> Visitor<'de> for EachOnce {
        type Value = BTreeMap<RequirementId, f64>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("weights by unit code")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut weights = BTreeMap::new();
            while let Some((id, weight)) = map.next_entry::<RequirementId, f64>()? {
                if weights.insert(id, weight).is_some() {
                    return Err(A::Error::custom(format_args!("weights.{id} stands twice")));
                }
            }
            Ok(weights)
        }
    }

    deserializer.deserialize_map(EachOnce)
}
