//! Asking the logs in SQL. What a question takes is bounded by memory, time and rows, and how
//! many are answered at once by account; each is sealed in the ledger, for an answer can be a
//! great part of the logs.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use serde_json::{Value, json};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use xinglin_lake::{Lake, SqlColumn, SqlError, SqlKind, SqlLimits, Stop};
use xinglin_ledger::Digest;

use super::{
    Exported,
    search::CallOff,
    sink::{masked, quoted},
};
use crate::{Actor, App, AppError, Code, Permission, error::reason, tasks::blocking};

/// A question may take so long …
const PATIENCE: Duration = Duration::from_secs(30);
/// … and this much longer until it is given up: it may be where it cannot look at the time.
const GRACE: Duration = Duration::from_secs(5);
/// What sorting, grouping and joining may take in memory.
const MOST_MEMORY: usize = 256 << 20;
/// So many rows are shown at once.
const MOST_ROWS: usize = 5_000;
/// So many rows are taken out at once.
const MOST_EXPORTED: usize = 100_000;
/// What an answer may take as text.
const MOST_BYTES: usize = 64 << 20;
/// What an answer that is shown may take.
const MOST_SHOWN_BYTES: usize = 8 << 20;
/// So many questions are answered at once; others wait …
const AT_ONCE: usize = 2;
/// … so many of one account, the others are refused.
const OF_ONE: usize = 2;

/// A question.
#[derive(Debug, Clone)]
pub struct SqlAsked {
    /// One `SELECT`, `EXPLAIN` or `DESCRIBE` over the table `events`.
    pub sql: String,
    /// Whether numbers of people are masked: identity cards, phones, bank cards.
    pub mask: bool,
}

/// What is to be taken out.
#[derive(Debug, Clone)]
pub struct SqlExport {
    /// The question.
    pub asked: SqlAsked,
    /// Why.
    pub reason: String,
}

/// An answer.
#[derive(Debug)]
pub struct SqlRows {
    /// The columns.
    pub columns: Vec<SqlColumn>,
    /// The rows, with a value for each column.
    pub rows: Vec<Vec<Value>>,
    /// Whether there are more.
    pub is_cut: bool,
}

/// How much of an answer is wanted.
#[derive(Debug, Clone, Copy)]
struct Most {
    rows: usize,
    bytes: usize,
}

/// Who asks at present.
#[derive(Debug)]
pub(super) struct Asking {
    all: Arc<Semaphore>,
    by_actor: Mutex<HashMap<String, usize>>,
}

impl Default for Asking {
    fn default() -> Self {
        Self {
            all: Arc::new(Semaphore::new(AT_ONCE)),
            by_actor: Mutex::default(),
        }
    }
}

/// The turn of one who asks.
struct Turn {
    asking: Arc<Asking>,
    name: String,
}

impl Drop for Turn {
    fn drop(&mut self) {
        let by_actor = self.asking.by_actor.lock();
        let mut by_actor = by_actor.unwrap_or_else(PoisonError::into_inner);
        if let Some(turns) = by_actor.get_mut(&self.name) {
            *turns -= 1;
            if *turns == 0 {
                by_actor.remove(&self.name);
            }
        }
    }
}

/// Waits for a turn; refused when the actor has too many, or others take too long.
async fn turn(
    asking: &Arc<Asking>,
    actor: &Actor,
) -> Result<(Turn, OwnedSemaphorePermit), AppError> {
    let name = actor.ledger_name();
    let turn = {
        let by_actor = asking.by_actor.lock();
        let mut by_actor = by_actor.unwrap_or_else(PoisonError::into_inner);
        let turns = by_actor.entry(name.clone()).or_default();
        if *turns >= OF_ONE {
            return Err(AppError::new(Code::LogSqlBusy));
        }
        *turns += 1;
        Turn {
            asking: Arc::clone(asking),
            name,
        }
    };
    let permit = Arc::clone(&asking.all).acquire_owned();
    let permit = tokio::time::timeout(PATIENCE, permit).await;
    let permit = permit.map_err(|_| AppError::new(Code::LogSqlBusy))?;
    Ok((turn, permit.map_err(AppError::internal)?))
}

impl App {
    /// The columns that can be asked for in SQL.
    ///
    /// # Errors
    /// [`Code::NotFound`] without the permission.
    pub async fn log_columns(&self, actor: &Actor) -> Result<Vec<SqlColumn>, AppError> {
        actor.require_sight(Permission::LogsRead)?;
        let logs = self.logs()?;
        let columns = blocking(move || logs.lake.sql_columns()).await?;
        columns.map_err(AppError::internal)
    }

    /// Answers a question. The ledger keeps who asked what.
    ///
    /// # Errors
    /// [`Code::Forbidden`], [`Code::LogSqlWrong`] with the place, [`Code::LogSqlTooMuch`],
    /// [`Code::LogSqlBusy`].
    pub async fn ask_logs(&self, actor: &Actor, asked: SqlAsked) -> Result<SqlRows, AppError> {
        actor.require(Permission::LogsRead)?;
        let most = Most {
            rows: MOST_ROWS,
            bytes: MOST_SHOWN_BYTES,
        };
        let answer = self.answer(actor, &asked, most).await?;
        let mut change = self.change(actor).await?;
        let payload = json!({
            "sql": asked.sql,
            "masked": asked.mask,
            "rows": answer.rows.len(),
            "truncated": answer.is_cut,
        });
        change.note("logs.sql", "logs", "lake", payload);
        change.commit().await?;
        Ok(answer)
    }

    /// Takes an answer out as CSV. The ledger keeps who did it, why, what was asked and the
    /// digest of the file.
    ///
    /// # Errors
    /// As [`Self::ask_logs`]; [`Code::ReasonRequired`]; [`Code::TooLarge`] where there are more
    /// rows than one file has.
    pub async fn export_log_answer(
        &self,
        actor: &Actor,
        export: SqlExport,
    ) -> Result<Exported, AppError> {
        actor.require(Permission::LogsExport)?;
        let why = reason(&export.reason)?;
        let SqlExport { asked, .. } = export;
        let most = Most {
            rows: MOST_EXPORTED,
            bytes: MOST_BYTES,
        };
        let answer = self.answer(actor, &asked, most).await?;
        if answer.is_cut {
            let expected = format!("at most {MOST_EXPORTED} rows; ask for less");
            return Err(AppError::new(Code::TooLarge).field("sql", "", expected));
        }
        let bytes = csv(&answer);
        let mut change = self.change(actor).await?;
        let payload = json!({
            "sql": asked.sql,
            "format": "csv",
            "masked": asked.mask,
            "reason": why,
            "rows": answer.rows.len(),
            "digest": Digest::of(&bytes).to_string(),
        });
        change.note("logs.export", "logs", "lake", payload);
        let at = change.now().strftime("%Y%m%dT%H%M%SZ").to_string();
        change.commit().await?;
        Ok(Exported {
            name: format!("logs-sql-{at}.csv"),
            bytes,
        })
    }

    /// Answers off the runtime; called off when nobody waits any more.
    async fn answer(
        &self,
        actor: &Actor,
        asked: &SqlAsked,
        most: Most,
    ) -> Result<SqlRows, AppError> {
        let logs = self.logs()?;
        let turn = turn(&logs.asking, actor).await?;
        let stop = Stop::after(PATIENCE);
        let call_off = CallOff(stop.clone());
        let asked = asked.clone();
        let answer = blocking(move || {
            let answer = answered(&logs.lake, &asked, most, &stop);
            drop(turn);
            answer
        });
        let answer = tokio::time::timeout(PATIENCE + GRACE, answer).await;
        let answer = answer.map_err(|_| AppError::new(Code::LogSqlTooMuch))??;
        drop(call_off);
        answer.map_err(failure)
    }
}

fn answered(lake: &Lake, asked: &SqlAsked, most: Most, stop: &Stop) -> Result<SqlRows, SqlError> {
    let limits = SqlLimits {
        memory_bytes: MOST_MEMORY,
        rows: most.rows,
    };
    let mut answer = lake.sql(&asked.sql, limits, stop)?;
    let columns = answer.columns().to_vec();
    let mut rows = Vec::new();
    let mut bytes = 0;
    for part in answer.by_ref() {
        for mut row in part? {
            for (cell, column) in row.iter_mut().zip(&columns) {
                if asked.mask {
                    mask(cell, column.kind);
                }
                bytes += size(cell);
            }
            if bytes > most.bytes {
                return Ok(SqlRows {
                    columns,
                    rows,
                    is_cut: true,
                });
            }
            rows.push(row);
        }
    }
    Ok(SqlRows {
        columns,
        is_cut: answer.is_cut(),
        rows,
    })
}

/// Masks what a cell says of people.
fn mask(cell: &mut Value, kind: SqlKind) {
    match cell {
        Value::String(_) if kind == SqlKind::Time => {}
        Value::String(text) => *text = masked(text),
        Value::Number(number) => {
            let text = number.to_string();
            let hidden = masked(&text);
            if hidden != text {
                *cell = Value::String(hidden);
            }
        }
        _ => {}
    }
}

/// About what a cell takes.
fn size(cell: &Value) -> usize {
    let text = match cell {
        Value::String(text) => text.len(),
        _ => 0,
    };
    size_of::<Value>() + text
}

fn failure(error: SqlError) -> AppError {
    match error {
        SqlError::Wrong(mistake) => {
            let expected = mistake.expected.unwrap_or_default();
            let error = AppError::new(Code::LogSqlWrong).field("sql", mistake.found, expected);
            match mistake.at {
                Some(at) => error.at(at),
                None => error,
            }
        }
        SqlError::TooMuchMemory => {
            let expected = format!("at most {} MiB of memory", MOST_MEMORY >> 20);
            AppError::new(Code::LogSqlTooMuch).field("sql", "", expected)
        }
        // Who called it off is not there to be told.
        SqlError::TimedOut | SqlError::Cancelled => {
            let expected = format!("at most {} seconds", PATIENCE.as_secs());
            AppError::new(Code::LogSqlTooMuch).field("sql", "", expected)
        }
        error @ (SqlError::Lake(_) | SqlError::Failed(_)) => AppError::internal(error),
    }
}

/// An answer as spreadsheets read it.
fn csv(answer: &SqlRows) -> Vec<u8> {
    // Spreadsheets take a file without it for one in the system's encoding.
    let mut out = "\u{feff}".to_owned();
    let names = answer.columns.iter().map(|column| quoted(&column.name));
    out.push_str(&names.collect::<Vec<_>>().join(","));
    out.push_str("\r\n");
    for row in &answer.rows {
        let cells = row.iter().map(|cell| match cell {
            Value::Null => String::new(),
            Value::String(text) => quoted(text),
            // A number is none that a spreadsheet would compute.
            other => other.to_string(),
        });
        out.push_str(&cells.collect::<Vec<_>>().join(","));
        out.push_str("\r\n");
    }
    out.into_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_people_are_masked_wherever_they_stand() {
        let mut row = [
            json!("tel=13800138000"),
            json!(13_800_138_000_i64),
            json!(443),
        ];
        for cell in &mut row {
            mask(cell, SqlKind::Text);
        }
        assert_eq!(
            row,
            [json!("tel=138****8000"), json!("138****8000"), json!(443)]
        );
        let mut time = json!("2026-11-22T02:00:00.12345678901Z");
        mask(&mut time, SqlKind::Time);
        assert_eq!(time, json!("2026-11-22T02:00:00.12345678901Z"));
    }

    #[test]
    fn an_answer_is_a_table_of_cells() {
        let column = |name: &str| SqlColumn {
            name: name.to_owned(),
            kind: SqlKind::Text,
        };
        let answer = SqlRows {
            columns: vec![column("source.ip"), column("=n")],
            rows: vec![
                vec![json!("a\"b"), json!(-1)],
                vec![Value::Null, json!("=1+1")],
            ],
            is_cut: false,
        };
        let expected = "\u{feff}\"source.ip\",\"'=n\"\r\n\"a\"\"b\",-1\r\n,\"'=1+1\"\r\n";
        assert_eq!(String::from_utf8(csv(&answer)).unwrap(), expected);
    }

    #[tokio::test]
    async fn one_account_does_not_take_all_turns() {
        let asking: Arc<Asking> = Arc::default();
        let actor = Actor::automatic("test");
        let first = turn(&asking, &actor).await.unwrap();
        let second = turn(&asking, &actor).await.unwrap();
        let refused = turn(&asking, &actor).await.map(drop).unwrap_err();
        assert_eq!(refused.code(), Code::LogSqlBusy);
        // Another one waits, and is not refused.
        let other = Actor::automatic("other");
        let waiting = tokio::time::timeout(Duration::from_millis(50), turn(&asking, &other)).await;
        assert!(waiting.is_err());
        drop(first);
        let third = turn(&asking, &actor).await.unwrap();
        drop((second, third));
        assert!(asking.by_actor.lock().unwrap().is_empty());
    }
}
