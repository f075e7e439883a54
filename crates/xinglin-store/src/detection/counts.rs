//! How often rules match, by day.

use std::collections::{BTreeMap, HashMap};

use jiff::{Timestamp, civil::Date};
use sea_orm::{FromQueryResult, Statement};

use crate::{Read, StoreError, Tx, row};

/// Matches of a rule that are to be added to those of a day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DayCount {
    /// The day, in China.
    pub day: Date,
    /// The rule.
    pub rule: String,
    /// Matches.
    pub hits: u64,
    /// Those that an exception quieted.
    pub quieted: u64,
    /// When the last of them was received.
    pub last_at: Timestamp,
}

/// How often a rule matched.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RuleSum {
    /// Matches since the first day asked for.
    pub hits_day: u64,
    /// Matches since the second day asked for.
    pub hits_month: u64,
    /// When the last was received.
    pub last_hit_at: Option<Timestamp>,
}

/// Adds matches to those of their days.
pub async fn add_counts(tx: &Tx<'_>, counts: &[DayCount]) -> Result<(), StoreError> {
    use sea_orm::ConnectionTrait as _;
    let number = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    for count in counts {
        let statement = Statement::from_sql_and_values(
            tx.conn().get_database_backend(),
            "INSERT INTO detection_days (day, rule, hits, quieted, last_at) \
             VALUES (?, ?, ?, ?, ?) ON CONFLICT (day, rule) DO UPDATE SET \
             hits = hits + excluded.hits, quieted = quieted + excluded.quieted, \
             last_at = MAX(last_at, excluded.last_at)",
            [
                count.day.to_string().into(),
                count.rule.clone().into(),
                number(count.hits).into(),
                number(count.quieted).into(),
                count.last_at.as_millisecond().into(),
            ],
        );
        tx.conn().execute_raw(statement).await?;
    }
    Ok(())
}

#[derive(FromQueryResult)]
struct SumRow {
    rule: String,
    hits_day: i64,
    hits_month: i64,
    last_at: i64,
}

/// How often rules matched since two days, by rule.
pub async fn rule_sums(
    db: &impl Read,
    day: Date,
    month: Date,
) -> Result<HashMap<String, RuleSum>, StoreError> {
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT rule, SUM(CASE WHEN day >= ? THEN hits ELSE 0 END) AS hits_day, \
         SUM(CASE WHEN day >= ? THEN hits ELSE 0 END) AS hits_month, MAX(last_at) AS last_at \
         FROM detection_days GROUP BY rule",
        [day.to_string().into(), month.to_string().into()],
    );
    let rows = SumRow::find_by_statement(statement).all(db).await?;
    let sum = |row: SumRow| {
        let last = row::instant("detection_days.last_at", row.last_at)?;
        let sum = RuleSum {
            hits_day: u64::try_from(row.hits_day).unwrap_or_default(),
            hits_month: u64::try_from(row.hits_month).unwrap_or_default(),
            last_hit_at: Some(last),
        };
        Ok((row.rule, sum))
    };
    rows.into_iter().map(sum).collect()
}

#[derive(FromQueryResult)]
struct DayRow {
    rule: String,
    day: String,
    hits: i64,
}

/// How often rules matched on each day since one, by rule.
pub async fn rule_days(
    db: &impl Read,
    since: Date,
) -> Result<HashMap<String, BTreeMap<Date, u64>>, StoreError> {
    let statement = Statement::from_sql_and_values(
        db.get_database_backend(),
        "SELECT rule, day, hits FROM detection_days WHERE day >= ?",
        [since.to_string().into()],
    );
    let mut days: HashMap<String, BTreeMap<Date, u64>> = HashMap::new();
    for row in DayRow::find_by_statement(statement).all(db).await? {
        let day = row::date("detection_days.day", &row.day)?;
        let hits = u64::try_from(row.hits).unwrap_or_default();
        days.entry(row.rule).or_default().insert(day, hits);
    }
    Ok(days)
}
