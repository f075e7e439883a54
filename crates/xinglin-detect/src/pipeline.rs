//! Which events a log source of rules means, and by which names rules call their fields.
//!
//! A pipeline is a file of content. It lists log sources as rules name them, and for each what
//! an event must have to be of it; and it says which field of ours a rule means by a name. A
//! rule whose log source no pipeline lists is matched with nothing.

mod spec;
mod view;

pub use spec::{PipelineProblem, Pipelines};
pub use view::View;

/// The name under which rules find the time of an event.
pub(crate) const TIME: &str = "@timestamp";
