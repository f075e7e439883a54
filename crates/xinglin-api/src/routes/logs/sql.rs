//! Asking the logs in SQL.

use std::time::Instant;

use axum::{Json, extract::State};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use xinglin_app::logs::{SqlAsked, SqlColumn, SqlExport};

use crate::{
    extract::{Body, Caller},
    problem::ApiResult,
    state::AppState,
    upload::Download,
    views,
};

/// Numbers beyond it are not what they were once a browser has read them.
const MOST_EXACT: u64 = 1 << 53;

/// A column of the table `events`, or of an answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogSqlColumn {
    name: String,
    #[schema(value_type = views::LogSqlKind)]
    kind: &'static str,
}

/// A question.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogSqlInput {
    /// One `SELECT`, `EXPLAIN` or `DESCRIBE` over the table `events`.
    sql: String,
    /// Whether numbers of people are masked.
    mask: bool,
}

/// A question whose answer is to be taken out, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct LogSqlExport {
    sql: String,
    /// Whether numbers of people are masked.
    mask: bool,
    reason: String,
}

/// An answer.
#[derive(Serialize, ToSchema)]
pub(crate) struct LogSqlRows {
    columns: Vec<LogSqlColumn>,
    /// A value for each column: a text, a number, yes and no, or null. Instants are RFC 3339;
    /// whole numbers beyond 2^53 are texts.
    rows: Vec<Vec<Value>>,
    /// Whether there are more rows than are answered at once.
    truncated: bool,
    milliseconds: u64,
}

/// The columns of the table `events`.
#[utoipa::path(get, path = "/api/v1/logs/sql/columns", tag = "logs", responses((status = 200, body = Vec<LogSqlColumn>)))]
pub(crate) async fn list_log_columns(
    State(app): State<AppState>,
    caller: Caller,
) -> ApiResult<Json<Vec<LogSqlColumn>>> {
    let columns = app.log_columns(&caller.actor).await?;
    Ok(Json(columns.into_iter().map(column).collect()))
}

/// Answers a question in SQL.
#[utoipa::path(post, path = "/api/v1/logs/sql", tag = "logs", request_body = LogSqlInput, responses((status = 200, body = LogSqlRows)))]
pub(crate) async fn ask_logs(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<LogSqlInput>,
) -> ApiResult<Json<LogSqlRows>> {
    let start = Instant::now();
    let LogSqlInput { sql, mask } = input;
    let answer = app.ask_logs(&caller.actor, SqlAsked { sql, mask }).await?;
    let mut rows = answer.rows;
    rows.iter_mut().flatten().for_each(exact);
    Ok(Json(LogSqlRows {
        columns: answer.columns.into_iter().map(column).collect(),
        rows,
        truncated: answer.is_cut,
        milliseconds: u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX),
    }))
}

/// Takes the answer to a question in SQL out as CSV.
#[utoipa::path(post, path = "/api/v1/logs/sql/export", tag = "logs", request_body = LogSqlExport, responses((status = 200, body = Vec<u8>, content_type = "application/octet-stream")))]
pub(crate) async fn export_log_answer(
    State(app): State<AppState>,
    caller: Caller,
    Body(input): Body<LogSqlExport>,
) -> ApiResult<Download> {
    let LogSqlExport { sql, mask, reason } = input;
    let asked = SqlAsked { sql, mask };
    let export = SqlExport { asked, reason };
    let exported = app.export_log_answer(&caller.actor, export).await?;
    Ok(Download {
        name: exported.name,
        media_type: "text/csv; charset=utf-8".to_owned(),
        bytes: exported.bytes,
    })
}

fn column(column: SqlColumn) -> LogSqlColumn {
    LogSqlColumn {
        name: column.name,
        kind: column.kind.word(),
    }
}

/// A whole number that a browser cannot hold becomes a text.
fn exact(value: &mut Value) {
    let size = value
        .as_i64()
        .map(i64::unsigned_abs)
        .or_else(|| value.as_u64());
    if size.is_some_and(|size| size > MOST_EXACT) {
        *value = Value::String(value.to_string());
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn numbers_arrive_as_they_are() {
        let mut values = [
            json!(9_007_199_254_740_993_i64),
            json!(-9_007_199_254_740_993_i64),
            json!(u64::MAX),
            json!(443),
            json!(1.5e300),
        ];
        values.iter_mut().for_each(exact);
        let expected = [
            json!("9007199254740993"),
            json!("-9007199254740993"),
            json!("18446744073709551615"),
            json!(443),
            json!(1.5e300),
        ];
        assert_eq!(values, expected);
    }
}
