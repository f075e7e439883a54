//! Messages as templates: literal parts, references to columns, and typed variables.
//!
//! A parser says where in the text its values stand. Those places refer to the columns, times
//! refer to the time of the event, and what else varies (numbers, words with digits, values
//! behind an equals sign) becomes variables in numbered slots. Each part is rendered and
//! compared with the text when it is taken apart; what does not fit makes another template,
//! or the text is kept as it is.

mod encode;
mod moment;
mod pattern;
mod scan;
mod word;

pub(crate) use encode::{Encoder, Place};
pub(crate) use moment::{At, digits};
pub(crate) use pattern::{Template, Values, is_plain_name};
