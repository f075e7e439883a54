//! Sources of logs, what is followed, tokens to send them with, saved searches and when they run
//! by themselves, and how long logs are kept.

mod inputs;
mod retentions;
mod schedules;
mod searches;
mod sources;
mod tokens;

pub use inputs::{
    LogInput, delete_input, find_input, insert_input, list as list_inputs, rename_source_of_inputs,
    save_input,
};
pub use retentions::{
    Decision, LogRetention, RetentionState, find as find_retention, insert as insert_retention,
    list as list_retentions, save as save_retention, standing as standing_retentions,
};
pub use schedules::{
    Condition, LogRun, LogSchedule, Rhythm, RunState, add_run, delete as delete_schedule,
    find as find_schedule, find_run, list as list_schedules, put as put_schedule,
    runs as list_runs, searches as scheduled_searches,
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
