//! Facts that change by themselves.

use serde_json::Value as Json;

/// Names of fields that say when something was read, how long ago something was, how often
/// something happened, or on which line it stands: they differ between any two inspections,
/// and what they mean for a check shows among the results.
const NAMES: [&str; 24] = [
    "age_days",
    "backlog",
    "changed_days_ago",
    "collected_at",
    "collected_on",
    "days_ago",
    "days_kept",
    "days_left",
    "dropped",
    "gap_hours",
    "hits",
    "last_login",
    "last_seen",
    "line",
    "longest_gap_hours",
    "lost",
    "now",
    "pid",
    "recorded_at",
    "remaining_days",
    "started_at",
    "uptime_days",
    "uptime_seconds",
    "used_bytes",
];

/// Endings of such names.
const ENDINGS: [&str; 3] = ["_days_ago", "_seconds_ago", "_days_left"];

/// Whether a fact changes by itself, so that drift leaves it out. Only single values do: a
/// list that happens to have such a name is compared. Where a rule's `lines` are two numbers,
/// they are where it stands.
pub fn is_volatile(name: &str, value: &Json) -> bool {
    match value {
        Json::Object(_) => false,
        Json::Array(list) => name == "lines" && list.len() == 2 && list.iter().all(Json::is_number),
        _ => NAMES.contains(&name) || ENDINGS.iter().any(|ending| name.ends_with(ending)),
    }
}
