//! The catalogue of GB/T 22239-2019, proposed verdicts and the official result.
//!
//! A [`Catalogue`] is read from content files; [`applicable`] selects the items of a grade,
//! a [`Sheet`] lays them out as rows. A [`Scoreboard`] holds the verdicts of one system,
//! one byte for each item and object, and gives its [`Figures`] at once under the report
//! template of 2025, 2021 or 2019 as [`Rules`] say. [`explain()`] says what each figure
//! costs and what the cheapest way over the next threshold is; [`propose`] turns evidence
//! into a proposed verdict; [`score_file`] is `xinglin assess score`.
//!
//! Everything here is a plain function of its arguments: no I/O, no clock, no database.

mod catalogue;
mod selection;
mod sheet;

mod result;
mod scoreboard;

mod explain;
mod judge;
mod verdict_file;

pub use catalogue::{
    Catalogue, CatalogueError, Condition, Downgradable, HazardTrigger, HighRiskCase, IdCertainty,
    Item, ItemIndex, Question, Scope,
};
pub use explain::{Effort, Explanation, ItemCost, Obstacle, Step, Threshold, explain};
pub use judge::{Answer, CheckOutcome, CheckStatus, Evidence, Power, Proposal, propose};
pub use result::{
    Cell, Conclusion, Counts, DomainFigures, DomainRate, Figures, Hazards, HazardsError,
    InvalidWeight, MissingWeights, MultiObject, RESULT_FORMAT, ResultDocument, Risks, Rules,
    Settings, SettingsError, State, Tally, Template, Weights,
};
pub use scoreboard::{Column, Scoreboard};
pub use selection::{ExtensionLevelError, applicable};
pub use sheet::{Row, Sheet};
pub use verdict_file::{VERDICTS_FORMAT, VerdictFileError, score_file};
