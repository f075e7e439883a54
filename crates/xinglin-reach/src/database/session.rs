//! What the databases asked in SQL share: limits, errors, texts in rows.

use std::{collections::BTreeMap, future::Future, time::Duration};

use sqlx::{AssertSqlSafe, Connection, Database, Executor, IntoArguments, Row};
use xinglin_inspect::database::{Answer, Query, Table};

use super::{DatabaseError, Target};

/// Time beyond a query's own limit after which the server is taken for dead.
const GRACE: Duration = Duration::from_secs(5);
/// Rows that are kept of one answer.
const MOST_ROWS: usize = 200_000;

/// Connects within the target's limit.
pub(super) async fn connect<T>(
    target: &Target,
    connecting: impl Future<Output = Result<T, sqlx::Error>>,
) -> Result<T, DatabaseError> {
    match tokio::time::timeout(target.connect_timeout, connecting).await {
        Ok(connected) => connected.map_err(|error| refused(target, &error)),
        Err(_) => Err(DatabaseError::TimedOut {
            address: target.address(),
            seconds: target.connect_timeout.as_secs(),
        }),
    }
}

fn refused(target: &Target, error: &sqlx::Error) -> DatabaseError {
    let address = target.address();
    match error {
        // A handshake that fails comes as bytes that make no sense.
        sqlx::Error::Io(error) if error.kind() == std::io::ErrorKind::InvalidData => {
            DatabaseError::Tls {
                address,
                why: error.to_string(),
            }
        }
        sqlx::Error::Io(error) => DatabaseError::Unreachable {
            address,
            why: error.to_string(),
        },
        sqlx::Error::Tls(error) => DatabaseError::Tls {
            address,
            why: error.to_string(),
        },
        // 28… is the standard's class of failed authorizations.
        sqlx::Error::Database(error) if error.code().is_some_and(|code| code.starts_with("28")) => {
            DatabaseError::Refused {
                address,
                user: target.user.clone(),
                why: error.message().to_owned(),
            }
        }
        error => DatabaseError::Other {
            address,
            why: error.to_string(),
        },
    }
}

/// Asks every query of `queries` that is for this product and version.
///
/// `wrap` makes a statement of a query that yields all columns as texts.
pub(super) async fn ask<DB>(
    target: &Target,
    connection: &mut DB::Connection,
    queries: &[Query],
    server: (&str, &str),
    wrap: fn(&Query) -> String,
) -> BTreeMap<String, Answer>
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'r> Option<String>: sqlx::Decode<'r, DB>,
    usize: sqlx::ColumnIndex<DB::Row>,
    DB::Arguments: IntoArguments<DB>,
{
    let mut answers = BTreeMap::new();
    let mut lost: Option<String> = None;
    for query in queries
        .iter()
        .filter(|query| query.is_for(server.0, server.1))
    {
        let answer = match &lost {
            Some(why) => Answer::Error(why.clone()),
            None => match one::<DB>(target, connection, query, wrap).await {
                Ok(answer) => answer,
                Err(why) => {
                    lost = Some(why.clone());
                    Answer::Error(why)
                }
            },
        };
        answers.insert(query.name.clone(), answer);
    }
    answers
}

/// The answer to one query; an error when the connection is of no more use.
async fn one<DB>(
    target: &Target,
    connection: &mut DB::Connection,
    query: &Query,
    wrap: fn(&Query) -> String,
) -> Result<Answer, String>
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    for<'r> Option<String>: sqlx::Decode<'r, DB>,
    usize: sqlx::ColumnIndex<DB::Row>,
    DB::Arguments: IntoArguments<DB>,
{
    // The statement is content that ships with the program, never anybody's input.
    let statement = sqlx::raw_sql(AssertSqlSafe(wrap(query)));
    let limit = target.query_timeout + GRACE;
    let rows = match tokio::time::timeout(limit, statement.fetch_all(&mut *connection)).await {
        Ok(Ok(rows)) => rows,
        Ok(Err(sqlx::Error::Database(error))) => {
            return Ok(Answer::Error(error.message().to_owned()));
        }
        Ok(Err(error)) => return Err(format!("the connection was lost: {error}")),
        Err(_) => return Err(format!("no answer within {} s", limit.as_secs())),
    };
    let mut table = Table::new(query.columns.clone());
    for row in rows.iter().take(MOST_ROWS) {
        let mut cells = Vec::new();
        for index in 0..query.columns.len() {
            match row.try_get_unchecked::<Option<String>, _>(index) {
                Ok(cell) => cells.push(cell),
                Err(error) => return Ok(Answer::Error(error.to_string())),
            }
        }
        table.push(cells);
    }
    Ok(Answer::Table(table))
}

/// Runs a statement that sets up the session; whether the server took it.
pub(super) async fn set<DB>(
    target: &Target,
    connection: &mut DB::Connection,
    statement: String,
) -> Result<(), String>
where
    DB: Database,
    for<'c> &'c mut DB::Connection: Executor<'c, Database = DB>,
    DB::Arguments: IntoArguments<DB>,
{
    let statement = sqlx::raw_sql(AssertSqlSafe(statement));
    match tokio::time::timeout(target.connect_timeout, statement.execute(&mut *connection)).await {
        Ok(Ok(_)) => Ok(()),
        Ok(Err(error)) => Err(error.to_string()),
        Err(_) => Err("no answer".to_owned()),
    }
}

/// Says good-bye; a server that does not answer is left alone.
pub(super) async fn close(target: &Target, connection: impl Connection) {
    let closing = tokio::time::timeout(target.connect_timeout, connection.close());
    drop(closing.await);
}

/// The text of the first cell of an answer.
pub(super) fn first_cell(answer: Option<&Answer>) -> String {
    match answer {
        Some(Answer::Table(table)) => table.first_text().unwrap_or_default().to_owned(),
        _ => String::new(),
    }
}
