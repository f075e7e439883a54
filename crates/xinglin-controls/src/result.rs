//! The official result under the three report templates.

mod document;
mod figures;
mod rules;
mod tally;
mod template_2019;
mod template_2021;
mod template_2025;
mod weights;

pub use document::{DomainRate, RESULT_FORMAT, ResultDocument};
pub use figures::{Counts, DomainFigures, Figures};
pub use rules::{
    Conclusion, Hazards, HazardsError, MultiObject, Risks, Rules, Settings, SettingsError, Template,
};
pub use tally::{Cell, State, Tally};
pub use weights::{InvalidWeight, MissingWeights, Weights};

pub(crate) use figures::{DOMAINS, Sums};
pub(crate) use template_2019::{ClassShare, class_shares};
pub(crate) use template_2021::{half, step};

/// Two figures closer than this are taken as equal, so that a score of 90 does not miss its
/// threshold by a rounding of the last binary digit.
pub(crate) const TOLERANCE: f64 = 1e-9;
