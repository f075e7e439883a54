//! Sources of logs, tokens to send them with, and saved searches.

mod searches;
mod sources;
mod tokens;

pub use searches::{LogSearch, delete_search, find_search, insert_search, list as list_searches};
pub use sources::{
    LogSource, find as find_source, insert as insert_source, list as list_sources,
    save as save_source,
};
pub use tokens::{
    LogToken, find_token, insert_token, list as list_tokens, save_token, token_by_digest,
    touch_token,
};
