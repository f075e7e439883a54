//! Sources of logs, what is followed, tokens to send them with, and saved searches.

mod inputs;
mod searches;
mod sources;
mod tokens;

pub use inputs::{
    LogInput, delete_input, find_input, insert_input, list as list_inputs, rename_source_of_inputs,
    save_input,
};
pub use searches::{LogSearch, delete_search, find_search, insert_search, list as list_searches};
pub use sources::{
    LogSource, find as find_source, insert as insert_source, list as list_sources,
    save as save_source,
};
pub use tokens::{
    LogToken, find_token, insert_token, list as list_tokens, save_token, token_by_digest,
    touch_token,
};
