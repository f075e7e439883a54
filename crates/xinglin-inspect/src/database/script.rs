//! Scripts for the vendors' own clients, written from the list of queries.
//!
//! Each client formats results its own way, and differently by release. So the statements
//! themselves build lines of comma-separated values, which every release of every client
//! prints as they are; `sectioned` reads them.

use std::fmt::Write as _;

use super::{
    queries::Query,
    sectioned::{BEGIN, END},
};
use crate::family::Family;

/// How to run a script, and what must stand before its queries.
pub(crate) struct Client {
    usage: &'static str,
    opening: &'static str,
    write: fn(&mut String, &Query),
}

/// The client of a family that is asked in SQL.
pub(crate) fn client(family: Family) -> Option<Client> {
    let client = |usage, opening, write| {
        Some(Client {
            usage,
            opening,
            write,
        })
    };
    match family {
        Family::Mysql => client(
            "mysql --batch --raw --skip-column-names --force -h HOST -u USER -p < mysql.sql > queries.txt 2>&1",
            "SET SESSION TRANSACTION READ ONLY;\n",
            mysql,
        ),
        Family::Postgresql => client(
            "psql -X -q -h HOST -U USER -d postgres -f postgresql.sql > queries.txt 2>&1",
            POSTGRESQL,
            postgresql,
        ),
        Family::Kingbase => client(
            "ksql -X -q -h HOST -U USER -d DATABASE -f kingbase.sql > queries.txt 2>&1",
            KINGBASE,
            postgresql,
        ),
        Family::SqlServer => client(
            "sqlcmd -S HOST -U USER -i sql_server.sql -h -1 -W -w 65535 -f 65001 -o queries.txt",
            "SET NOCOUNT ON;\nSET TRANSACTION ISOLATION LEVEL READ UNCOMMITTED;\nSET LOCK_TIMEOUT 5000;\nGO\n",
            sql_server,
        ),
        Family::Oracle => client(
            "sqlplus -S USER@//HOST:1521/SERVICE @oracle.sql > queries.txt   (NLS_LANG=.AL32UTF8)",
            ORACLE,
            oracle,
        ),
        Family::Dm => client(
            "disql USER/PASSWORD@HOST:5236 `dm.sql > queries.txt   (DIsql 的脚本以反引号调用)",
            DM,
            oracle,
        ),
        _ => None,
    }
}

const POSTGRESQL: &str = "SET default_transaction_read_only = on;\nSET statement_timeout = '30s';\nSET search_path = pg_catalog;\n";
const KINGBASE: &str = "SET default_transaction_read_only = on;\nSET statement_timeout = '30s';\nSET search_path = sys_catalog, pg_catalog;\n";
const ORACLE: &str = "SET ECHO OFF\nSET FEEDBACK OFF\nSET HEADING OFF\nSET PAGESIZE 0\nSET LINESIZE 32767\nSET TRIMSPOOL ON\nSET TRIMOUT ON\nSET TAB OFF\nSET WRAP OFF\nSET DEFINE OFF\nSET SQLBLANKLINES ON\nWHENEVER SQLERROR CONTINUE\n";
const DM: &str = "SET ECHO OFF\nSET FEEDBACK OFF\nSET HEADING OFF\nSET PAGESIZE 0\nSET LINESHOW OFF\nSET TIMING OFF\nSET LINESIZE 32767\nSET DEFINE OFF\n";

/// The script of `queries`.
pub(crate) fn write(family: Family, queries: &[Query]) -> Option<String> {
    let client = client(family)?;
    let mut script = String::new();
    let word = family.word();
    writeln!(
        script,
        "-- Xinglin: what is read of {word}. It only reads, and password hashes stay in the database.\n\
         -- 杏林盾：数据库核查脚本。只读，不读出口令散列。\n\
         -- {}\n\
         -- Made from content/collect/databases.yaml; change that file.\n",
        client.usage
    ).expect("a text takes everything");
    script.push_str(client.opening);
    for query in queries {
        writeln!(script, "\n-- {}", query.purpose).expect("a text takes everything");
        (client.write)(&mut script, query);
    }
    if matches!(family, Family::Oracle | Family::Dm) {
        script.push_str("\nEXIT\n");
    }
    Some(script)
}

/// `"a","b"`, as clients print it.
fn header(query: &Query) -> String {
    let names: Vec<String> = query
        .columns
        .iter()
        .map(|name| format!("\"{name}\""))
        .collect();
    names.join(",")
}

fn cells(query: &Query, cell: impl Fn(&str) -> String, joint: &str) -> String {
    let cells: Vec<String> = query.columns.iter().map(|name| cell(name)).collect();
    cells.join(joint)
}

fn mysql(script: &mut String, query: &Query) {
    writeln!(
        script,
        "SELECT '{BEGIN}' UNION ALL SELECT '{}' UNION ALL SELECT '{}';",
        query.name,
        header(query)
    )
    .expect("a text takes everything");
    let cells = cells(
        query,
        |name| {
            format!(
                "IF(q.`{name}` IS NULL, '', CONCAT('\"', REPLACE(q.`{name}`, '\"', '\"\"'), '\"'))"
            )
        },
        ",\n  ",
    );
    writeln!(
        script,
        "SELECT CONCAT_WS(',',\n  {cells}) AS line\nFROM (\n{}\n) AS q\nUNION ALL SELECT '{END}';",
        query.sql.trim()
    )
    .expect("a text takes everything");
}

fn postgresql(script: &mut String, query: &Query) {
    writeln!(script, "\\echo '{BEGIN}'\n\\echo {}", query.name).expect("a text takes everything");
    writeln!(
        script,
        "COPY (\n{}\n) TO STDOUT WITH (FORMAT csv, HEADER true, FORCE_QUOTE *);",
        query.sql.trim()
    )
    .expect("a text takes everything");
}

fn sql_server(script: &mut String, query: &Query) {
    if let Some(prepare) = &query.prepare {
        writeln!(script, "{}", prepare.trim()).expect("a text takes everything");
    }
    writeln!(
        script,
        "PRINT '{BEGIN}';\nPRINT '{}';\nPRINT '{}';",
        query.name,
        header(query)
    )
    .expect("a text takes everything");
    let cells = cells(
        query,
        |name| {
            format!(
                "ISNULL('\"' + REPLACE(CAST(q.[{name}] AS nvarchar(1000)), '\"', '\"\"') + '\"', '')"
            )
        },
        " + ',' +\n  ",
    );
    writeln!(
        script,
        "SELECT CAST({cells} AS nvarchar(4000)) AS line\nFROM (\n{}\n) AS q\nUNION ALL SELECT N'{END}';\nGO",
        query.sql.trim()
    ).expect("a text takes everything");
}

fn oracle(script: &mut String, query: &Query) {
    writeln!(
        script,
        "PROMPT {BEGIN}\nPROMPT {}\nPROMPT {}",
        query.name,
        header(query)
    )
    .expect("a text takes everything");
    let cells = cells(
        query,
        |name| {
            format!(
                "CASE WHEN q.{name} IS NULL THEN '' ELSE '\"' || REPLACE(TO_CHAR(q.{name}), '\"', '\"\"') || '\"' END"
            )
        },
        " || ',' ||\n  ",
    );
    writeln!(
        script,
        "SELECT {cells} AS line\nFROM (\n{}\n) q\nUNION ALL SELECT '{END}' FROM dual;",
        query.sql.trim()
    )
    .expect("a text takes everything");
}
